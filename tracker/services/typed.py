"""What people type into a form: tidied, or refused with what is wrong and what to do."""

from __future__ import annotations

import unicodedata
from datetime import date

from tracker.core.calendar import FIRST_DAY, LAST_DAY
from tracker.core.problems import Place, Problem, RefusedError
from tracker.intake.cells import clean_text

REASON_LENGTH = 500
STATEMENT_LENGTH = 2000


def refusal(code: str, value: str | None = None, **args: object) -> RefusedError:
    """The refusal for one problem with no place in a file."""
    return RefusedError([Problem(code, Place(""), value=value, args=args)])


def tidy_reason(typed: str) -> str:
    """The reason without blanks around it; refused where there is none, or one too long to read."""
    reason = tidy_line(typed, REASON_LENGTH)
    if not reason:
        raise refusal("reason_missing")
    return reason


def tidy_statement(typed: str) -> str:
    """A reason of several lines without what cannot be seen; refused where nothing is left, or too much to read."""
    visible, _, _ = clean_text(typed, breaks="\n")
    kept = "".join(letter for letter in visible if letter == "\n" or unicodedata.category(letter) != "Cc").strip()
    if not kept:
        raise refusal("reason_missing")
    if len(kept) > STATEMENT_LENGTH:
        raise refusal("reason_too_long", found=len(kept), limit=STATEMENT_LENGTH)
    return kept


def tidy_line(typed: str, limit: int) -> str:
    """One line of visible text in its one spelling; refused if it is too long or has characters that cannot be seen."""
    line = " ".join(unicodedata.normalize("NFC", typed).split())
    if len(line) > limit:
        raise refusal("text_too_long", line[:limit], limit=limit)
    if not line.isprintable():
        raise refusal("text_not_printable", "".join(letter for letter in line if letter.isprintable()))
    return line


def require_day(day: date) -> date:
    """The day itself; refused outside the years the calendar covers."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise refusal("day_out_of_range", day=day, first=FIRST_DAY, last=LAST_DAY)
    return day
