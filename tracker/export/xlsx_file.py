"""Tables as an Excel workbook an office can print: heading, frozen panes, filter, bars, A4 landscape, no formulas."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from tracker.core.rounding import SHOWN_PLACES, round_half_up
from tracker.export.sheets import Account, Cell, Column, Mark, Shape, Share, Sheet
from tracker.export.xlsx_charts import draw_charts
from tracker.export.xlsx_formats import FONT, SIZE, Formats
from tracker.text import Language

_A4 = 9
_NAME_LIMIT = 31
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_HEAD, _TURNED = 30, 150  # heights of the titles' line in points: at least, and where titles are written upwards
_COLD, _WARM, _FULL = "#FBE0D6", "#FFF7E1", "#A3D8C6"
_MIDDLE = 0.75  # of what there is to earn
_PRINTED = 1040  # pixels across an A4 page lying on its side, within its margins
_LARGEST = 85  # per cent: two charts on a page
_LINE = 15  # points
_FOOT_LIMIT = 120  # a spreadsheet takes 255 characters for header and footer each
_LABELS, _SENTENCES, _PER_LINE = 34, 104, 112
# Nothing from the data is ever taken for a formula or a link. A column's width is counted in letters of the default font.
_OPTIONS = {"in_memory": True, **dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)}


def write_xlsx(sheets: Sequence[Sheet | Account], made_on: date, language: Language = "vi") -> bytes:
    """The workbook's bytes, one worksheet each; the same content and day give the same bytes."""
    file = io.BytesIO()
    # The writer changes the properties it is handed: kept for the next workbook, they would give that one other bytes.
    usual = {"font_name": FONT, "font_size": SIZE}
    workbook = xlsxwriter.Workbook(file, {**_OPTIONS, "default_format_properties": usual})
    workbook.set_properties({"title": sheets[0].title, "created": datetime.combine(made_on, time())})
    formats, names = Formats(workbook, language), _names(sheets)
    tables = {names[sheet.name]: sheet for sheet in sheets if isinstance(sheet, Sheet)}
    for sheet in sheets:
        page = workbook.add_worksheet(names[sheet.name])
        if isinstance(sheet, Account):
            _write_account(page, sheet, formats)
        else:
            _write_sheet(workbook, page, sheet, tables, formats)
        _set_up_print(page, sheet)
    workbook.close()
    return file.getvalue()


def _write_sheet(workbook: Any, page: Any, sheet: Sheet, tables: Mapping[str, Sheet], formats: Formats) -> None:
    head, count, last = sheet.head, len(sheet.rows), len(sheet.columns) - 1
    _write_heading(page, sheet, sheet.notes, formats)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(head, number, column.title, formats.turned if column.turned else formats.header)
        _write_above(page, (head - 1, number), column, formats)
        _write_column(page, sheet, number, formats)
        if count > sheet.totals:
            _colour(page, (head + 1, number, head + count - sheet.totals, number), column)
    if not sheet.rows and sheet.empty:
        page.write_string(head + 1, 0, sheet.empty, formats.note)
    _set_heights(page, sheet)
    page.freeze_panes(head + 1, sheet.fixed)
    page.autofilter(head, 0, head + count - sheet.totals, last)
    end = head + max(count, bool(sheet.empty))
    if sheet.charts:
        end = draw_charts(workbook, page, sheet, tables, formats.country)
        # Fitting to the width would let a page end in the middle of a chart.
        page.set_print_scale(max(10, min(_LARGEST, 100 * _PRINTED // sum(7 * column.width + 5 for column in sheet.columns))))
    else:
        page.fit_to_pages(1, 0)
        page.repeat_rows(head - any(column.above is not None for column in sheet.columns), head)
    page.print_area(0, 0, end, last)


def _write_heading(page: Any, sheet: Sheet | Account, notes: Sequence[str], formats: Formats) -> int:
    """The title, the warning and the notes, a line each; the line after them."""
    page.write_string(0, 0, sheet.title, formats.title)
    if sheet.warning:
        page.write_string(1, 0, sheet.warning, formats.warning)
    first = 1 + bool(sheet.warning)
    for line, note in enumerate(notes, start=first):
        _write_note(page, line, note, sheet, formats)
    return first + len(notes)


def _write_note(page: Any, line: int, note: str, sheet: Sheet | Account, formats: Formats) -> None:
    """A note on its line: over several where it is longer than the table is wide, or a printer would cut it off."""
    columns = sheet.columns if isinstance(sheet, Sheet) else ()
    room = sum(column.width for column in columns)
    if len(columns) < 2 or len(note) <= room:
        page.write_string(line, 0, note, formats.note)
        return
    page.merge_range(line, 0, line, len(columns) - 1, "", formats.note_wrapped)
    page.write_string(line, 0, note, formats.note_wrapped)
    page.set_row(line, _LINE * (_lines(note, room) + 1))


def _set_heights(page: Any, sheet: Sheet) -> None:
    """Room for cells of several lines: not every program makes it by itself."""
    titles = max((_lines(column.title, column.width - 2) for column in sheet.columns if not column.turned), default=1)
    upward = any(column.turned for column in sheet.columns)
    page.set_row(sheet.head, max(_TURNED if upward else _HEAD, _LINE * titles))
    wide = [(number, column.width - 1) for number, column in enumerate(sheet.columns) if column.shape is Shape.TEXT]
    for row, cells in enumerate(sheet.rows, start=sheet.head + 1):
        words = ((cells[number], width) for number, width in wide)
        lines = max((_lines(cell, width) for cell, width in words if isinstance(cell, str)), default=1)
        if lines > 1:
            page.set_row(row, _LINE * lines)


def _lines(text: str, width: int) -> int:
    """How many lines of that many letters the text takes."""
    return sum(-(-max(len(line), 1) // max(width, 1)) for line in text.split("\n"))


def _write_above(page: Any, place: tuple[int, int], column: Column, formats: Formats) -> None:
    if isinstance(column.above, str):
        page.write_string(*place, column.above, formats.above_words)
    elif column.above is not None:
        page.write_number(*place, float(column.above), formats.above)


def _write_column(page: Any, sheet: Sheet, number: int, formats: Formats) -> None:
    column, totals = sheet.columns[number], len(sheet.rows) - sheet.totals
    for row, cells in enumerate(sheet.rows):
        cell: Cell = cells[number]
        style = formats.of(column, cell, sheet.places, row >= totals)
        place = (sheet.head + 1 + row, number)
        match cell:
            case None:
                page.write_blank(*place, None, style)
            case str():
                page.write_string(*place, cell, style)
            case Mark():
                page.write_string(*place, cell.words, style)
            case Share():
                page.write_number(*place, float(round_half_up(cell.value, SHOWN_PLACES)), style)
            case date():
                page.write_datetime(*place, cell, style)
            case _:
                places = sheet.places if column.shape is Shape.POINTS else SHOWN_PLACES
                page.write_number(*place, float(round_half_up(cell, places)), style)


def _colour(page: Any, cells: tuple[int, int, int, int], column: Column) -> None:
    """The bars or the heat behind a column's figures."""
    if column.bar is not None:
        limits = {"min_type": "num", "max_type": "num", "min_value": 0, "max_value": float(column.bar.full)}
        look = {"type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": column.bar.colour}
        page.conditional_format(*cells, {**look, **limits})
    if column.heat:
        full = float(column.heat)
        tones = {"min_color": _COLD, "mid_color": _WARM, "max_color": _FULL}
        kinds = dict.fromkeys(("min_type", "mid_type", "max_type"), "num")
        limits = {"min_value": 0, "mid_value": full * _MIDDLE, "max_value": full}
        page.conditional_format(*cells, {"type": "3_color_scale", **tones, **kinds, **limits})


def _write_account(page: Any, account: Account, formats: Formats) -> None:
    page.set_column(0, 0, _LABELS)
    page.set_column(1, 1, _SENTENCES)
    line = _write_heading(page, account, (), formats) + 1
    for label, fact in account.facts:
        page.write_string(line, 0, label, formats.label)
        page.write_string(line, 1, fact, formats.words)
        page.set_row(line, _LINE * _lines(fact, _PER_LINE))
        line += 1
    for heading, sentences in account.sections:
        line += 1
        page.write_string(line, 0, heading, formats.section)
        page.write_blank(line, 1, None, formats.section)
        for sentence in sentences:
            line += 1
            page.write_string(line, 1, sentence, formats.words)
            page.set_row(line, _LINE * _lines(sentence, _PER_LINE))
        line += 1
    page.fit_to_pages(1, 0)


def _set_up_print(page: Any, sheet: Sheet | Account) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.6 if sheet.warning else 0.5, bottom=0.6)
    if sheet.warning:
        page.set_header(f'&R&"Times New Roman,Bold"&9{_printed(sheet.warning)}')
    page.set_footer(f'&L&"Times New Roman"&8{_printed(sheet.stamp)}&R&"Times New Roman"&9&P / &N')


def _printed(text: str) -> str:
    """The text for a page's head or foot, in which & begins a command; a digit would belong to the size before it."""
    return " " + text[:_FOOT_LIMIT].replace("&", "&&")


def _names(sheets: Sequence[Sheet | Account]) -> dict[str, str]:
    """What each sheet is called in the workbook: names that a spreadsheet takes, no two alike."""
    taken: dict[str, str] = {}
    for sheet in sheets:
        name, number = sheet_name(sheet.name) or "Sheet", 2
        free = name
        while free.casefold() in {one.casefold() for one in taken.values()}:
            free, number = sheet_name(name, f" {number}"), number + 1
        taken[sheet.name] = free
    return taken


def sheet_name(name: str, ending: str = "") -> str:
    """The name as a spreadsheet takes it, its length counted in UTF-16, with an ending that is never cut off."""
    begun = name.translate(_FORBIDDEN_IN_NAMES).strip().encode("utf-16-le", "ignore")[: 2 * (_NAME_LIMIT - len(ending))]
    return begun.decode("utf-16-le", "ignore") + ending
