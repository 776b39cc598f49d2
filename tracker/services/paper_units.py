"""The papers about one unit or officer: the report of achievements, letters of criticism, the result sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tracker.core.decided import CRITICISM, REWARD, DecidedName
from tracker.core.problems import UsageError
from tracker.services.paper_figures import letter_rows, officer_rows, sheet_fields, workload_rows
from tracker.services.paper_names import level_of, rule_title
from tracker.services.paper_sources import Sources
from tracker.services.paper_words import VI, Given, parse_day, say_day, say_reasons
from tracker.store.officer_counts import OfficerFigures
from tracker.text import day, say
from tracker.text.official import long_day

LEVELS = {"criticism": "criticise", "self_review": "self_review"}


def find_names(sources: Sources, kind: str, unit: str, person: str = "") -> list[DecidedName]:
    """The names that make such a paper about that unit or officer due; empty if none does."""
    level = LEVELS.get(kind)
    if level is None and sources.board.place(unit) is None:  # it does not compete: there is nothing to report
        return []
    listed = sources.listed(REWARD if level is None else CRITICISM)
    about = [one for one in listed if (one.name.unit, one.name.officer) == (unit, person)]
    return about if level is None else [one for one in about if level_of(sources, one) == level]


def letter_fields(sources: Sources, kind: str, unit: str, person: str, given: Given) -> dict[str, Any]:
    """A letter: the reasons of every criticism of that level, the figures, and until when to report back."""
    names = _require(find_names(sources, kind, unit, person), kind, person or unit)
    return {
        **_about(sources, names[0]),
        "level": say(VI, f"level.{LEVELS[kind]}"),
        "report_back": _report_back(sources, given),
        "reasons": [_reason(sources, one) for one in names],
        "figures": [] if person else letter_rows(sources, unit),
    }


def achievement_fields(sources: Sources, unit: str, person: str, own: OfficerFigures) -> dict[str, Any]:
    """A report of achievements of a unit or an officer that is put forward."""
    one = _require(find_names(sources, "achievement", unit, person), "achievement", person or unit)[0]
    return {
        **sheet_fields(sources, unit),
        **_about(sources, one),
        "award": rule_title(sources, one),
        "achievement": sources.person(one).said if person else "",
        "workload": officer_rows(own) if person else workload_rows(sources, unit),
    }


def result_fields(sources: Sources, unit: str) -> dict[str, Any]:
    """A unit's result sheet; what the committee decided is told once all is final."""
    if sources.board.place(unit) is None:
        raise UsageError("unknown_unit", unit=unit, campaign=sources.board.setting.campaign.code)
    names = [one for one in sources.desk.decided.names if one.on_list and (one.name.unit, one.name.officer) == (unit, "")]
    outcomes = [_outcome(sources, one) for one in names] if sources.final else []
    return {**sheet_fields(sources, unit), "outcomes": outcomes}


def _require(names: Sequence[DecidedName], kind: str, about: str) -> Sequence[DecidedName]:
    if not names:
        raise UsageError("paper_not_due", kind=say(VI, f"paper.kind.{kind}"), about=about)
    return names


def _about(sources: Sources, one: DecidedName) -> dict[str, str]:
    unit = sources.unit_name(one.name.unit)
    if not one.name.officer:
        return {"subject": unit, "unit": unit, "person": "", "position": ""}
    person = sources.person(one)
    position = f"{person.position}, {unit}" if person.position else unit
    return {
        "subject": say(VI, "paper.subject", name=person.name, unit=unit),
        "unit": unit,
        "person": person.name,
        "position": position,
    }


def _reason(sources: Sources, one: DecidedName) -> str:
    """Why a name is criticised: the rule and its figures, the finding and its document, or the committee's reason."""
    title = rule_title(sources, one)
    if one.name.officer:
        row = next((row for row in sources.desk.papers.findings if f"finding/{row.id}" == one.name.rule), None)
        return say(VI, "paper.found", finding=row.finding, basis=row.basis, day=day(VI, row.found_on)) if row else title
    entry = sources.entry(one)
    why = say_reasons(entry.reasons) if entry and entry.reasons else ""
    why = why or (one.ruling.reason if one.ruling else "")
    return f"{title}: {why}" if why else title


def _report_back(sources: Sources, given: Given) -> str:
    """The day that was filled in, else so many days after the letter's own as the campaign says; dotted without either."""
    written, days = parse_day(given.get("date", "")), sources.texts.report_back_days
    if not given.get("report_back") and written is not None and days:
        return long_day(written + timedelta(days=days))
    return say_day(given, "report_back")


def _outcome(sources: Sources, one: DecidedName) -> str:
    title = rule_title(sources, one)
    if one.name.list == REWARD:
        return say(VI, "paper.outcome_reward", award=title)
    level = say(VI, f"level.{level_of(sources, one)}")
    return say(VI, "paper.outcome_criticism", level=level, rule=title)
