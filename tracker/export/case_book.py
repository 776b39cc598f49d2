"""A case file as a workbook to fill in: its table with two lines of headings, notes and choices, and sheets that explain."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from tracker.core.cases import EXPLAINS, Type

Cells = Sequence[str | None]  # canonical text, as the intake would make it

_INK, _RED, _PAPER, _LINE, _GREY = "#15120F", "#A4161A", "#F5F0E8", "#DCD3C5", "#8A8378"
_FONT = "Times New Roman"
_LAST_ROW = 10_000  # choices are offered down to here
_HEADINGS = 2
_WIDTHS = {Type.DATE: 14, Type.TIME: 20, Type.END_TIME: 20, Type.TEXT: 30, Type.CHOICE: 26, Type.KEY: 18}
_MIDNIGHT = " 00:00:00"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: our name, its title and note in words, and the list of `CaseBook.lists` that is offered in it."""

    name: str
    title: str
    note: str
    type: Type
    required: bool = False
    offers: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be chosen in a column: values with what they mean; `strict`: nothing else is taken."""

    title: str
    values: Sequence[tuple[str, ...]]
    strict: bool = True


@dataclass(frozen=True, slots=True)
class Aside:
    """A sheet that only explains: nothing on it is ever imported."""

    name: str
    title: str
    lines: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()  # the first one is the heading


@dataclass(frozen=True, slots=True)
class CaseBook:
    """The whole workbook: `name` is the kind, by which the table is known again; `pattern` how days are shown.

    `words`: per column the words that are shown for values. `refused`: what a cell says that takes none of its choices.
    """

    name: str
    fields: Sequence[Field]
    rows: Sequence[Cells] = ()
    guide: Aside | None = None
    examples: tuple[Aside, Sequence[Cells]] | None = None
    offers: tuple[Aside, Mapping[str, Offer]] | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pattern: str = "dd/mm/yyyy"
    refused: tuple[str, str] = ("", "")


def write_case_book(book: CaseBook, made_on: date) -> bytes:
    """The workbook's bytes; the same content and day give the same bytes."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(file, options)
    workbook.set_properties({"title": book.name, "created": datetime.combine(made_on, time())})
    formats = _Formats(workbook, book.pattern)
    page = workbook.add_worksheet(book.name)
    _write_table(page, book, book.rows, 0, formats)
    if book.offers is not None:
        _write_choices(page, book, book.offers)
    if book.guide is not None:
        _write_aside(workbook.add_worksheet(book.guide.name), book.guide, formats)
    if book.examples is not None:
        _write_examples(workbook.add_worksheet(book.examples[0].name), book, formats)
    if book.offers is not None:
        _write_offers(workbook.add_worksheet(book.offers[0].name), book.offers, formats)
    workbook.close()
    return file.getvalue()


class _Formats:
    """The few cell formats of the workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook, pattern: str) -> None:
        self._workbook = workbook
        head = {"bold": True, "bg_color": _PAPER, "border": 1, "border_color": _LINE, "text_wrap": True, "valign": "vcenter"}
        self.head = self._make(head)
        self.required = self._make({**head, "font_color": _RED})
        self.name = self._make({"font_color": _GREY, "font_size": 9, "bottom": 2, "bottom_color": _RED})
        self.title = self._make({"bold": True, "font_size": 16, "font_color": _RED})
        self.line = self._make({"text_wrap": False})
        self.cell = self._make({"text_wrap": True, "valign": "top", "border": 1, "border_color": _LINE})
        text = self._make({"num_format": "@"})
        moment = self._make({"num_format": f"{pattern} hh:mm:ss", "align": "left"})
        self.by_type = {
            Type.DATE: self._make({"num_format": pattern, "align": "left"}),
            Type.TIME: moment,
            Type.END_TIME: moment,
            Type.INTEGER: self._make({"num_format": "0"}),
            Type.DECIMAL: self._make({}),
        }
        self.text = text

    def of(self, kind: Type) -> Any:
        return self.by_type.get(kind, self.text)

    def _make(self, properties: dict[str, Any]) -> Any:
        return self._workbook.add_format({"font_name": _FONT, "font_size": 12, "font_color": _INK, **properties})


def _write_table(page: Any, book: CaseBook, rows: Sequence[Cells], top: int, formats: _Formats) -> None:
    """Both lines of headings from row `top`, and the rows below them."""
    for at, column in enumerate(book.fields):
        page.set_column(at, at, max(_WIDTHS.get(column.type, 13), len(column.name) + 2), formats.of(column.type))
        page.write_string(top, at, column.title, formats.required if column.required else formats.head)
        page.write_comment(top, at, column.note, {"x_scale": 2.6, "y_scale": 1.8, "font_size": 10, "author": ""})
        page.write_string(top + 1, at, column.name, formats.name)
        words = book.words.get(column.name, {})
        for row, cells in enumerate(rows, start=top + _HEADINGS):
            _write_cell(page, (row, at), cells[at], column.type, words, formats)
    page.set_row(top, 36)
    page.freeze_panes(top + _HEADINGS, 1)


def _write_cell(
    page: Any, place: tuple[int, int], cell: str | None, kind: Type, words: Mapping[str, str], formats: _Formats
) -> None:
    """The cell as a spreadsheet keeps its type, unless that would lose something: then as text."""
    if cell is None:
        return
    # A moment at midnight would come back as a day alone, which means the end of it where something is due.
    is_moment = kind in (Type.DATE, Type.TIME) or (kind is Type.END_TIME and not cell.endswith(_MIDNIGHT))
    if is_moment:
        page.write_datetime(*place, datetime.fromisoformat(cell), formats.of(kind))
    elif kind in (Type.INTEGER, Type.DECIMAL) and _is_exact(cell):
        page.write_number(*place, float(cell), formats.of(kind))
    else:
        page.write_string(*place, words.get(cell, cell), formats.text)


def _is_exact(cell: str) -> bool:
    """Whether the number survives being kept as a spreadsheet's float and read with its 15 digits."""
    return format(Decimal(format(float(cell), ".15g")), "f") == cell


def _write_choices(page: Any, book: CaseBook, offers: tuple[Aside, Mapping[str, Offer]]) -> None:
    """The lists that unfold in the cells; each stands in the sheet of lists, since a word may hold a comma."""
    sheet, lists = offers
    places = {name: at for at, name in zip(_list_columns(lists), lists, strict=True)}
    for at, column in enumerate(book.fields):
        offer = lists.get(column.offers)
        if offer is None or not offer.values:
            continue
        letter = _letters(places[column.offers])
        first, last = _LISTS_FROM + 1, _LISTS_FROM + len(offer.values)
        title, message = book.refused
        page.data_validation(
            _HEADINGS,
            at,
            _LAST_ROW,
            at,
            {
                "validate": "list",
                "source": f"='{sheet.name}'!${letter}${first}:${letter}${last}",
                "error_type": "stop" if offer.strict else "warning",
                "error_title": title,
                "error_message": message,
            },
        )


_LISTS_FROM = 3  # rows above the lists' first value


def _write_offers(page: Any, offers: tuple[Aside, Mapping[str, Offer]], formats: _Formats) -> None:
    sheet, lists = offers
    page.write_string(0, 0, f"{EXPLAINS} {sheet.title}", formats.title)
    for at, offer in zip(_list_columns(lists), lists.values(), strict=True):
        page.write_string(_LISTS_FROM - 1, at, offer.title, formats.head)
        for row, value in enumerate(offer.values, start=_LISTS_FROM):
            for beside, text in enumerate(value):
                page.write_string(row, at + beside, text, formats.text)
        for beside in range(_width(offer)):
            page.set_column(at + beside, at + beside, 44 if beside else 26)
    page.freeze_panes(_LISTS_FROM, 0)


def _list_columns(lists: Mapping[str, Offer]) -> list[int]:
    """Where each list begins; an empty column stands between two."""
    places, at = [], 0
    for offer in lists.values():
        places.append(at)
        at += _width(offer) + 1
    return places


def _width(offer: Offer) -> int:
    return max((len(value) for value in offer.values), default=1)


def _write_examples(page: Any, book: CaseBook, formats: _Formats) -> None:
    assert book.examples is not None
    aside, rows = book.examples
    top = len(aside.lines) + 2
    _write_table(page, book, rows, top, formats)
    page.write_string(0, 0, f"{EXPLAINS} {aside.title}", formats.title)
    for row, line in enumerate(aside.lines, start=1):
        page.write_string(row, 0, line, formats.line)


def _write_aside(page: Any, aside: Aside, formats: _Formats) -> None:
    page.write_string(0, 0, f"{EXPLAINS} {aside.title}", formats.title)
    for row, line in enumerate(aside.lines, start=1):
        page.write_string(row, 0, line, formats.line)
    top = len(aside.lines) + 2
    for row, cells in enumerate(aside.rows, start=top):
        for at, cell in enumerate(cells):
            page.write_string(row, at, cell, formats.head if row == top else formats.cell)
    for at, width in enumerate((30, 22, 16, 44, 70)):
        page.set_column(at, at, width)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _letters(column: int) -> str:
    """A for 0, AA for 26."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
