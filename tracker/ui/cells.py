"""One cell of a case as people read it, and as they may write it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from tracker.services.case_words import WORDED as WORDED
from tracker.services.case_words import say_code
from tracker.text import day, moment, number
from tracker.ui.shell import language, t

_DECIMAL = frozenset({"value", "checked", "decided"})
_DAY, _MOMENT = len("2020-12-31"), len("2020-12-31 23:59:59")


def say_cell(name: str, cell: object) -> str:
    """The cell of a column in words."""
    match cell:
        case None:
            return t("value.none")
        case datetime():
            return moment(language(), cell)
        case date():
            return day(language(), cell)
        case int() | Decimal():
            return number(language(), cell)
        case _:
            return say_code(language(), name, str(cell)) or str(cell)


def say_text(name: str, cell: str | None) -> str:
    """The same for a cell in canonical text, as appeals and adjustments keep it."""
    return say_cell(name, read_text(name, cell))


def write_cell(cell: object) -> str:
    """The cell as a person would type it into a form; empty where nothing is known."""
    vietnamese = language() == "vi"
    match cell:
        case None:
            return ""
        case datetime():
            clock = cell.strftime("%H:%M:%S" if cell.second else "%H:%M")
            return f"{cell.date().strftime('%d/%m/%Y') if vietnamese else cell.date().isoformat()} {clock}"
        case date():
            return cell.strftime("%d/%m/%Y") if vietnamese else cell.isoformat()
        case Decimal():
            return format(cell, "f").replace(".", "," if vietnamese else ".")
        case _:
            return str(cell)


def read_text(name: str, text: str | None) -> object:
    """A cell in canonical text as a figure, a day or a moment where it is one; everything else as it stands."""
    if text is None:
        return None
    if name in _DECIMAL:
        return Decimal(text)
    if len(text) not in (_DAY, _MOMENT) or text[4] != "-":
        return text
    return date.fromisoformat(text) if len(text) == _DAY else datetime.fromisoformat(text)
