"""Tables of a web page that was saved under the name of a workbook, as one-stop systems like to export them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from tracker.core.problems import Place, Problem
from tracker.intake.choices import ReadingChoices
from tracker.intake.encodings import find_codec
from tracker.intake.grids import Grid, Merged, TooWideError
from tracker.intake.syllables import from_tcvn3
from tracker.intake.workbooks import Sheet
from tracker.workbook.notices import MAX_COLUMNS

MAX_BYTES = 60_000_000
MAX_TABLES, MAX_ROWS, MAX_CELLS = 1_000, 1_048_576, 20_000_000  # a sheet has as many rows
_PORTION = 100_000
# A tag that does not end is looked for again with every portion, and from each of its signs once the page has ended.
_LONGEST_TAG, _LONGEST_REST = 2_000_000, 2_000
_LONGEST_SPAN = 10_000
_SILENT = ("script", "style", "head", "title")
_BREAKS = ("br", "p", "div", "li")


def read_web_tables(file: str, data: bytes, choices: ReadingChoices) -> list[Sheet] | Problem:
    """Each table of at least two rows as a sheet, or why the page cannot be read."""
    if len(data) > MAX_BYTES:
        return Problem("too_large_area", Place(file))
    codec = find_codec(file, data, choices.encoding)
    if isinstance(codec, Problem):
        return codec
    text = data.decode(codec[0])
    reader = _Reader()
    try:
        reader.read(from_tcvn3(text) if codec[1] else text)
        return [_make_sheet(number, table) for number, table in enumerate(reader.tables, 1) if len(table.rows) > 1]
    except TooWideError:
        return Problem("too_many_columns", Place(file), args={"limit": MAX_COLUMNS})
    except _TooMuchError:
        return Problem("too_large_area", Place(file))
    except _EndlessTagError:
        return Problem("corrupt", Place(file))


class _TooMuchError(Exception):
    """The page has more tables, rows or cells than anybody's."""


class _EndlessTagError(Exception):
    """The page has a tag without an end."""


def _require(holds: bool) -> None:
    if not holds:
        raise _TooMuchError


def _make_sheet(number: int, table: _Found) -> Sheet:
    width = max(map(len, table.rows))
    even = (row and row + [""] * (width - len(row)) for row in table.rows)
    return Sheet(f"table {number}", True, 0, 0, False, Grid(even, MAX_COLUMNS, table.merged))


@dataclass(slots=True)
class _Found:
    """A table on its way in; `taken`: for how many rows more a cell from above covers each column."""

    rows: list[list[str]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    cell: list[str] | None = None
    at: int = 0

    def begin_row(self) -> None:
        """A new row begins."""
        self.end_cell()
        self.taken = {at: left - 1 for at, left in self.taken.items() if left > 1}
        self.rows.append([])

    def begin_cell(self, spans: dict[str, str | None]) -> None:
        """A new cell begins, beside those that cells from above cover."""
        self.end_cell()
        if not self.rows:
            self.begin_row()
        row = self.rows[-1]
        while self.taken.get(len(row)):
            row.append("")
        across, down = _span(spans.get("colspan")), _span(spans.get("rowspan"))
        if len(row) + across > MAX_COLUMNS + 1:
            raise TooWideError
        self.at = len(row)
        if down > 1:
            number = len(self.rows)
            self.merged.append(Merged(number, self.at + 1, number + down - 1, self.at + across))
            self.taken |= dict.fromkeys(range(self.at, self.at + across), down)
        row.extend([""] * across)
        self.cell = []

    def end_cell(self) -> None:
        """Keep the text of the cell that was open."""
        if self.cell is not None:
            lines = (" ".join(line.split()) for line in "".join(self.cell).split("\n"))
            self.rows[-1][self.at] = "\n".join(line for line in lines if line)
            self.cell = None


def _span(said: str | None) -> int:
    return min(max(int(said), 1), _LONGEST_SPAN) if said and said.isascii() and said.isdecimal() else 1


class _Reader(HTMLParser):
    """Collects the tables of a page, those inside others too."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Found] = []
        self._open: list[_Found] = []
        self._silent = 0
        self._rows = self._cells = 0

    def read(self, text: str) -> None:
        """Take in the whole page."""
        for at in range(0, len(text), _PORTION):
            self.feed(text[at : at + _PORTION])
            if len(self.rawdata) > _LONGEST_TAG:
                raise _EndlessTagError
        if len(self.rawdata) > _LONGEST_REST:
            raise _EndlessTagError
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag == "table":
            self.tables.append(_Found())
            self._open.append(self.tables[-1])
            _require(len(self.tables) <= MAX_TABLES)
        elif self._open and tag == "tr":
            self._rows += 1
            self._cells += len(self._open[-1].rows[-1]) if self._open[-1].rows else 0
            _require(self._rows <= MAX_ROWS and self._cells <= MAX_CELLS)
            self._open[-1].begin_row()
        elif self._open and tag in ("td", "th"):
            self._open[-1].begin_cell(dict(attrs))
        elif tag in _BREAKS:
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        if self._open and tag in ("td", "th", "tr", "table"):
            self._open[-1].end_cell()
        if self._open and tag == "table":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].cell is not None and not self._silent:
            self._open[-1].cell.append(data)
