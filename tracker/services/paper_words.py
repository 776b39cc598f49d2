"""What every paper carries besides its figures: who issues it, number and day, grounds, signature, and its small print.

What an office has not filled in becomes a dotted line, to be filled in by hand; nothing is invented.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tracker.core.calendar import FIRST_DAY, LAST_DAY
from tracker.core.problems import RefusedError
from tracker.core.terms import Statement
from tracker.export.paper_kinds import PaperKind
from tracker.export.papers import LINE_BREAK
from tracker.services.paper_settings import SIGNING_FIELDS
from tracker.services.paper_sources import Sources
from tracker.services.sittings import problem
from tracker.text import Language, day, number, percent, pick, say, say_statement
from tracker.text.numbers import Number
from tracker.text.official import long_day
from tracker.text.periods import name_period

VI: Language = "vi"
SHORT, PLACE, LINE, LONG = "……", "…………", "……………………", "……………………………………………………"
NONE = "–"
_BEGIN_GROUNDS = ("Căn cứ", "Theo", "Xét", "Thực hiện", "Trên cơ sở")
MOST = 500  # characters of a text that is filled in
Given = Mapping[str, str]


def common_fields(sources: Sources, kind: PaperKind, given: Given) -> dict[str, Any]:
    """The fields of every paper."""
    setting = sources.board.setting
    text = {name: given.get(name) or getattr(sources.texts, name) for name in _LINES}
    signing = {name: below_each_other(text[name]) for name in SIGNING_FIELDS}
    return {
        "draft": "" if sources.final else say(VI, "paper.draft"),
        **_stamp(sources),
        "form_number": sources.texts.form_numbers.get(kind.code, ""),
        "parent_agency": text["parent_agency"],
        "agency": text["agency"] or LINE,
        "number_line": number_line(kind, given.get("number", ""), sources.texts.agency_short),
        "place_date": f"{text['place'] or PLACE}, {say_day(given, 'date')}",
        "addressee": text["addressee"] or LONG,
        "council": text["council"] or say(VI, "paper.council"),
        "campaign": sources.texts.campaign_name or pick(VI, setting.campaign.title) or setting.campaign.code,
        "period": say_period(sources),
        "period_first": day(VI, setting.period.begins),
        "period_last": day(VI, setting.period.ends),
        "as_of": day(VI, setting.as_of),
        "grounds": _grounds(sources),
        "recipients": _recipients(sources.texts.recipients),
        "signatory_authority": signing["signatory_authority"],
        "signatory_role": signing["signatory_role"] or LINE,
        "signatory_name": text["signatory_name"] or LINE,
        "minutes_reference": minutes_reference(sources),
    }


_LINES = (
    *("parent_agency", "agency", "place", "addressee", "council"),
    *("signatory_authority", "signatory_role", "signatory_name"),
)


def below_each_other(text: str) -> str:
    """A text whose lines stay lines on the paper."""
    return text.replace("\n", LINE_BREAK)


def check_given(kind: PaperKind, given: Given) -> dict[str, str]:
    """What was filled in, trimmed; RefusedError for fields the paper does not have, days that are none, endless texts."""
    shapes = {asked.name: asked.shape for asked in kind.asked}
    composed = {name: unicodedata.normalize("NFC", text) for name, text in given.items()}
    tidy = {name: "\n".join(" ".join(line.split()) for line in text.splitlines()) for name, text in composed.items()}
    problems = [problem("paper_field", name, known=", ".join(shapes)) for name in tidy if name not in shapes]
    problems += [problem("field_too_long", field=name, limit=MOST) for name, text in tidy.items() if len(text) > MOST]
    for name, text in tidy.items():
        if text and shapes.get(name) == "day" and parse_day(text) is None:
            problems.append(problem("paper_day", text, field=name))
    if problems:
        raise RefusedError(problems)
    return tidy


def parse_day(text: str) -> date | None:
    """The day a text says as YYYY-MM-DD, of the years the calendar covers; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def say_day(given: Given, name: str) -> str:
    """A day that was filled in, the long way; dotted where it was not."""
    found = parse_day(given.get(name, ""))
    return long_day(found) if found else say(VI, "paper.no_day")


def say_period(sources: Sources) -> str:
    """The period as it stands within a sentence: năm 2018, quý 1/2018; other stretches of days with the word before them."""
    period = sources.board.setting.period
    name = name_period(VI, period.code, period.begins, period.ends)
    return say(VI, "paper.span", span=name) if name[:1].isdigit() else name[:1].lower() + name[1:]


def number_line(kind: PaperKind, given: str, agency: str) -> str:
    """Số: 05/TTr-UBND; a number that was given with its symbol stays as it is, what is missing is dotted."""
    return say(VI, "paper.number", number=whole_number(kind, given, agency))


def whole_number(kind: PaperKind, given: str, agency: str) -> str:
    """The number with its symbol, as it stands on the paper."""
    if "/" in given:
        return given
    figures = given.zfill(2) if given.isdigit() else given
    owner = agency or SHORT
    symbol = f"{kind.sign}-{owner}" if kind.sign else f"{owner}-{SHORT}"
    return f"{figures or SHORT}/{symbol}"


def minutes_reference(sources: Sources) -> str:
    """Which minutes the decisions stand in, to follow the council's name; dotted where there are none yet."""
    papers = sources.desk.papers
    found = next((one.record for one in reversed(papers.used_meetings or papers.meetings) if one.has_minutes), None)
    minutes_no = found.minutes_no if found else SHORT
    minutes_on = long_day(found.minutes_on) if found and found.minutes_on else say(VI, "paper.no_day")
    return " " + say(VI, "paper.minutes", number=minutes_no, day=minutes_on)


def points(sources: Sources, value: Number | None) -> str:
    """Points at the rulebook's places; a dash where there are none."""
    return NONE if value is None else number(VI, value, sources.board.setting.rulebook.rulebook.places)


def count(value: Number | None) -> str:
    """A count or a plain figure; a dash where nothing is known."""
    return NONE if value is None else number(VI, value)


def share(value: Number | None) -> str:
    """A share of one as a percentage; a dash where there is none."""
    return NONE if value is None else percent(VI, value)


def say_reasons(reasons: Sequence[Statement]) -> str:
    """Reasons as one text."""
    return " ".join(say_statement(VI, reason) for reason in reasons)


def _grounds(sources: Sources) -> list[str]:
    """The office's grounds, else the plan its rulebook names; each ends with a semicolon, the last with a full stop."""
    plan = sources.board.setting.rulebook.rulebook.documents.get("plan")
    known = [_as_ground(line.strip().rstrip(";.,")) for line in sources.texts.grounds if line.strip()]
    if not known:
        named = [say(VI, "paper.ground", ground=plan)] if isinstance(plan, str) and plan.strip() else []
        known = [*named, say(VI, "paper.ground", ground=LONG)]
    return [f"{line};" for line in known[:-1]] + [f"{known[-1]}."]


def _as_ground(line: str) -> str:
    """A document that is only named, as a rulebook names the plan, with the word that makes it a ground."""
    return line if line.startswith(_BEGIN_GROUNDS) else say(VI, "paper.ground", ground=line)


def _recipients(lines: Sequence[str]) -> list[str]:
    """Each with its dash; the last is always the archive's copy."""
    known = [line.strip().lstrip("-– ").rstrip(";.") for line in lines if line.strip()] or [LINE]
    archive = say(VI, "paper.archive")
    if known[-1].startswith(archive):
        archive = known.pop()
    return [*(f"- {line};" for line in known), f"- {archive}."]


def _stamp(sources: Sources) -> dict[str, str]:
    """What the paper rests on, for its small print."""
    setting, kept = sources.board.setting, sources.board.setting.result
    period = setting.period
    rested = say(
        VI,
        "paper.stamp.period",
        campaign=setting.campaign.code,
        period=period.code,
        first=period.begins,
        last=period.ends,
        as_of=setting.as_of,
        state=say(VI, f"word.state.{period.state}"),
        revision=period.revision,
        rulebook=setting.campaign.rulebook,
    )
    result = say(VI, "paper.stamp.live")
    if kept is not None:
        result = say(VI, "paper.stamp.result", digest=kept.digests["results_sha256"])
    log = say(VI, "cli.audit_head", seq=sources.head.seq, hash=sources.head.hash)
    return {"stamp_period": rested, "stamp_result": result, "stamp_log": log}
