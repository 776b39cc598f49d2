"""The Vietnamese report form of 13 columns (Biểu II.06a/VPCP/KSTT): its lines as tallies, its sums and totals checked.

A line is told by its first column: "Tổng cộng" and groups (roman numerals, capital letters, a number with 1.1, 1.2 … below)
are totals, held against the lines they sum up and never read as counts of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.cases import TALLIES
from tracker.core.problems import Place, Problem
from tracker.intake.tally_title import Title, fold, read_title

Rows = Sequence[Sequence[str]]
COLUMNS = tuple(column.name for column in TALLIES.columns)
LAST = 13
_WITHIN = 40
# Which column of the form is which count of ours, in our order; and which column is the sum of which others.
_COUNTS = (4, 5, 6, 8, 9, 10, 12, 13)
_SUMS = ((3, (4, 5, 6)), (7, (8, 9, 10)), (11, (12, 13)), (3, (7, 11)))
_SAID = ("tiep nhan", "truoc han", "qua han")
_NUMBERED = re.compile(r"[(\[]?(\d{1,2})[)\]]?(?:\s*=.*)?")
_TOTAL = re.compile(r"(tong cong|tong so|tong|cong)( .*)?")
_GROUP = re.compile(r"[A-ZĐ]{1,5}[.)]?")
_ROMAN = re.compile(r"[IVX]+[.)]?")
_GROUPS = (1, 2)  # lettered and roman ones; the kind that comes first holds the other
_FIGURE = re.compile(r"[-−–(]?\s*[0-9]")
_CODE = re.compile(r"\b[12]\.\d{6}(?:\.000\.00\.00\.[A-Z]\d{2}(?:\.\d{2})?)?\b")
_NOTHING = frozenset({"-", "–", "—"})


@dataclass(frozen=True, slots=True)
class TallySheet:
    """A form's lines in the columns of tallies, each with its row number, and what is wrong with the form."""

    header_row: int
    lines: tuple[tuple[int, tuple[str, ...]], ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Line:
    """A line with figures: `depth` 0 is the total of all, 1 a group, 2 one inside it, 3 and more what stands below."""

    row: int
    name: str
    depth: int
    cells: dict[int, str]
    group: str = ""
    is_total: bool = False


def read_tally_sheet(
    place: Place, rows: Rows, unit: str | None = None, span: tuple[date, date] | None = None
) -> TallySheet | None:
    """The form in these rows, None if there is none; `unit` and `span` answer for a title that does not say them."""
    at = _find_numbers(rows)
    if at is None:
        return None
    columns = _columns(rows[at])
    said = read_title([*rows[:at], [place.sheet or ""]])
    title = Title(unit or said.unit, span or said.span)
    lines = list(_read_lines(rows, at, columns))
    _order_groups(lines)
    _mark_totals(lines)
    questions = list(_ask(place, title))
    problems = [*questions, *_check_sums(place, lines), *_check_totals(place, lines)]
    counted = [line for line in lines if not line.is_total]
    kept = () if questions else tuple((line.row, _cells(line, title, _name_of(line, counted))) for line in counted)
    return TallySheet(at + 1, kept, tuple(problems))


def _find_numbers(rows: Rows) -> int | None:
    """The row that numbers the form's columns 1 to 13, under headings that speak of such a form."""
    for at, row in enumerate(rows[:_WITHIN]):
        if len(_columns(row)) == LAST:
            above = fold(" ".join(cell for cells in rows[:at] for cell in cells))
            return at if all(words in above for words in _SAID) else None
    return None


def _columns(row: Sequence[str]) -> dict[int, int]:
    """Where the columns of that number stand, as far as they follow one another."""
    found: dict[int, int] = {}
    for at, cell in enumerate(row):
        number = _NUMBERED.fullmatch(cell.strip())
        if number and int(number[1]) == len(found) + 1 <= LAST:
            found[len(found) + 1] = at
    return found


def _read_lines(rows: Rows, at: int, columns: dict[int, int]) -> Iterator[_Line]:
    """The rows below that have figures; headings between them, signatures and blank rows have none."""
    for number, row in enumerate(rows[at + 1 :], at + 2):
        cells = {column: _cell(row, where) for column, where in columns.items()}
        if any(_FIGURE.match(cells[column]) for column in range(3, LAST + 1)):
            yield _Line(number, " ".join(cells[2].split()), _depth(cells[1], cells[2]), cells)


def _cell(row: Sequence[str], at: int) -> str:
    text = row[at].strip() if at < len(row) else ""
    return "" if text in _NOTHING else text


def _depth(number: str, name: str) -> int:
    if any(_TOTAL.fullmatch(fold(text)) for text in (number, name) if text):
        return 0
    if _GROUP.fullmatch(number):
        return 2 if _ROMAN.fullmatch(number) else 1
    return 3 + number.strip(".").count(".")


def _order_groups(lines: list[_Line]) -> None:
    """Lettered groups inside roman ones where a roman one comes first; as read, they hold them."""
    first = next((line.depth for line in lines if line.depth in _GROUPS), 1)
    for line in lines:
        if first != 1 and line.depth in _GROUPS:
            line.depth = 3 - line.depth


def _mark_totals(lines: list[_Line]) -> None:
    """A line is a total if deeper ones follow it; the total of all, wherever it stands, if there is any other line."""
    group = ""
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if line.depth == 0:
            line.is_total = len(lines) > 1
        else:
            line.is_total = following is not None and following.depth > line.depth
        group = line.name if line.depth in _GROUPS else group
        line.group = group


def _ask(place: Place, title: Title) -> Iterator[Problem]:
    if title.unit is None:
        yield Problem("which_tally_unit", place)
    if title.span is None:
        yield Problem("which_tally_span", place)


def _check_sums(place: Place, lines: list[_Line]) -> Iterator[Problem]:
    """Each line's sums: column 3 is 4 + 5 + 6, 7 is 8 + 9 + 10, 11 is 12 + 13; and what came is what went, 7 + 11."""
    for line in lines:
        for whole, parts in _SUMS:
            yield from _check_sum(place, line, whole, parts)


def _check_sum(place: Place, line: _Line, whole: int, parts: tuple[int, ...]) -> Iterator[Problem]:
    numbers = [_number(line.cells[column]) for column in (whole, *parts)]
    if None in numbers or not line.cells[whole]:  # no number: told of with its cell; no sum given: nothing to compare
        return
    written, total = numbers[0], sum(number or 0 for number in numbers[1:])
    if written != total:
        args = {"column": whole, "written": written, "parts": " + ".join(map(str, parts)), "total": total}
        yield Problem("tally_sum", Place(place.file, place.sheet, line.row), value=line.name or None, args=args)


def _check_totals(place: Place, lines: list[_Line]) -> Iterator[Problem]:
    """Each total against the lines below it, those of all against every line; one column's difference tells enough."""
    for at, line in enumerate(lines):
        if not line.is_total:
            continue
        of = [other for other in (lines if line.depth == 0 else _below(lines, at)) if not other.is_total]
        for column in range(3, LAST + 1):
            numbers = [_number(other.cells[column]) for other in (line, *of)]
            total = sum(number or 0 for number in numbers[1:])
            if None not in numbers and line.cells[column] and numbers[0] != total:
                args = {"column": column, "written": numbers[0], "total": total}
                yield Problem("tally_total", Place(place.file, place.sheet, line.row), value=line.name or None, args=args)


def _below(lines: list[_Line], at: int) -> Iterator[_Line]:
    for line in lines[at + 1 :]:
        if line.depth <= lines[at].depth:
            return
        yield line


def _number(text: str) -> int | None:
    """The count in the cell, 0 where it is empty; None for anything else, which is told of where cells are read."""
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdigit() else None


def _name_of(line: _Line, lines: list[_Line]) -> str:
    """The procedure's code if the line names one, else the field; with its group where two lines have the same name."""
    if line.depth == 0:
        return ""
    if code := _CODE.search(line.name):
        return code[0]
    same = sum(fold(other.name) == fold(line.name) for other in lines)
    return f"{line.group}: {line.name}" if same > 1 and line.group else line.name


def _cells(line: _Line, title: Title, procedure: str) -> tuple[str, ...]:
    begins, ends = title.span or ("", "")
    return (title.unit or "", procedure, str(begins), str(ends), *(line.cells[column] for column in _COUNTS))
