"""Letters of apology for late dossiers, ready to be numbered, addressed and signed: one document, a letter on each page.

No citizen's name is stored, so the addressee, the reasons and the new day are dotted lines for the office to fill in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, select

from tracker.core.cases import UNITS
from tracker.core.problems import UsageError
from tracker.export.papers import render
from tracker.export.sheets import name_file
from tracker.services.apologies import ApologyLine, ApologyRegister, list_apologies
from tracker.services.exports import Download
from tracker.services.looking import Asked
from tracker.services.paper_templates import SHIPPED
from tracker.services.paper_words import LINE, LONG, SHORT, VI
from tracker.store.engine import reading
from tracker.store.tables import live
from tracker.text import day, moment, say

MOST_LETTERS = 50  # what one document and a printer's tray bear at once
_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write_letters(database: Engine, asked: Asked, codes: Sequence[str]) -> Download:
    """The letters for those dossiers in the register's order; UsageError where one calls for none, or there are too many."""
    if len(set(codes)) > MOST_LETTERS:
        raise UsageError("too_many_letters", n=len(set(codes)), limit=MOST_LETTERS)
    register = list_apologies(database, asked, frozenset(codes))
    unknown = set(codes) - {line.code for line in register.lines}
    if unknown or not register.lines:
        raise UsageError("no_apology_due", codes=", ".join(sorted(unknown)) or "–")
    with reading(database) as connection:
        units = live(UNITS).c
        name = connection.execute(select(units.name).where(units.code == asked.unit)).scalar_one()
    data = render((SHIPPED / "apology.docx").read_bytes(), letter_fields(register, name))
    return Download(name_file(f"van-ban-xin-loi-{asked.unit}", data, "docx"), data, _MIME)


def letter_fields(register: ApologyRegister, unit: str) -> dict[str, Any]:
    """The fields of the template: the office's own lines, and a group for each letter."""
    return {
        "form_number": say(VI, "apology.letter.form"),
        "parent_agency": LINE,
        "agency": unit,
        "number_line": say(VI, "paper.number", number=f"{SHORT}/{SHORT}"),
        "place_date": f"{SHORT}{SHORT}, {say(VI, 'paper.no_day')}",
        "signatory_authority": "",
        "signatory_role": say(VI, "paper.head_of_unit"),
        "signatory_name": LINE,
        "recipients": [say(VI, "apology.letter.copy"), f"- {say(VI, 'paper.archive')}."],
        **dict.fromkeys(("draft", "stamp_period", "stamp_result", "stamp_log"), ""),
        "letters": [_letter(line, register) for line in register.lines],
    }


def _letter(line: ApologyLine, register: ApologyRegister) -> Mapping[str, str]:
    return {
        "addressee": LONG,
        "code": line.code,
        "procedure": line.name or line.procedure,
        "received": day(VI, line.received_at.date()),
        "due": moment(VI, line.due_at.replace(second=0)),
        "as_of": day(VI, register.setting.as_of),
        "ended": "" if line.ended is None else day(VI, line.ended),
        "days_late": str(line.days_late),
    }
