"""The cell formats of our workbooks: one font, one palette, numbers and days as the language writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import xlsxwriter

from tracker.core.rounding import plain_text
from tracker.export.sheets import Cell, Column, Mark, Shape, Share
from tracker.text import Language

INK, RED, PAPER, LINE, MUTED = "#15120F", "#A4161A", "#F5F0E8", "#DCD3C5", "#5A534B"
FONT, SIZE = "Times New Roman", 11  # what Vietnamese offices write in
# Which country's separators a number has, where the program lets the file say so.
_COUNTRY = {"vi": "[$-42A]", "en": "[$-409]"}
_DAY = {"vi": "dd/mm/yyyy", "en": "d mmm yyyy"}


class Formats:
    """The few formats of a workbook, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook, language: Language) -> None:
        self._workbook = workbook
        self.country, self._day = _COUNTRY[language], _DAY[language]
        self._made: dict[tuple[str, bool], Any] = {}
        self.title = self._make({"bold": True, "font_size": 16, "font_color": RED})
        self.warning = self._make({"bold": True, "font_color": RED})
        self.note = self._make({"italic": True, "font_color": MUTED})
        self.note_wrapped = self._make({"italic": True, "font_color": MUTED, "text_wrap": True, "valign": "top"})
        head = {"bold": True, "bg_color": PAPER, "text_wrap": True, "align": "center", "bottom_color": RED, **_EDGE}
        self.header = self._make(head)
        self.turned = self._make({**head, "rotation": 90, "font_size": 9.5})
        self.above = self._make({"font_color": MUTED, "align": "right", "num_format": f"{self.country}#,##0.##;-#,##0.##"})
        self.above_words = self._make({"font_color": MUTED, "align": "right", "italic": True})
        self.section = self._make({"bold": True, "font_size": 13, "font_color": RED, "bottom": 1, "bottom_color": LINE})
        self.label = self._make({"font_color": MUTED, "valign": "top", "text_wrap": True})
        self.words = self._make({"text_wrap": True, "valign": "top"})

    def of(self, column: Column, cell: Cell, places: int, total: bool = False) -> Any:
        """The format of a cell of that column; `places`: the decimals of points."""
        match cell:
            case Mark():
                return self._kept("mark", {"italic": True, "font_color": MUTED, "align": "center", "shrink": True}, total)
            case Share():
                return self._number("0.00%", total)
            case datetime():
                return self._kept("moment", {"num_format": f"{self.country}{self._day} hh:mm:ss", "align": "center"}, total)
            case str() | None if column.shape is Shape.TEXT:
                return self._kept("text", {"text_wrap": True, "align": "left", "indent": 1}, total)
            case str():
                return self._kept("word", {"text_wrap": True, "align": "center"}, total)
            case int() if column.shape in (Shape.TEXT, Shape.FIGURE, Shape.COUNT):
                return self._number("#,##0", total)
        if column.shape is Shape.CHANGE:
            return self._kept("change", {"num_format": '"▲" 0;"▼" 0;"="', "align": "center"}, total)
        if column.shape is Shape.POINTS or cell is None:
            return self._number(_decimals(places), total)
        if not isinstance(cell, int):
            return self._of_its_own(cell, total)
        return self._number("#,##0", total)

    def _of_its_own(self, cell: Any, total: bool) -> Any:
        """A day, or a figure with as many decimals as it needs."""
        if hasattr(cell, "year"):
            return self._kept("day", {"num_format": f"{self.country}{self._day}", "align": "center"}, total)
        return self._number(_decimals(len(plain_text(cell).partition(".")[2])), total)

    def _number(self, pattern: str, total: bool) -> Any:
        return self._kept(pattern, {"num_format": self.country + pattern, "align": "right", "indent": 1}, total)

    def _kept(self, name: str, properties: dict[str, Any], total: bool) -> Any:
        if (name, total) not in self._made:
            bold = {"bold": True, "bg_color": PAPER} if total else {}
            self._made[name, total] = self._make({**_EDGE, **properties, **bold})
        return self._made[name, total]

    def _make(self, properties: dict[str, Any]) -> Any:
        return self._workbook.add_format({"font_name": FONT, "font_size": SIZE, "font_color": INK, **properties})


_EDGE = {"border": 1, "border_color": LINE, "valign": "vcenter"}


def _decimals(places: int) -> str:
    return "#,##0." + "0" * places if places else "#,##0"
