"""The papers of a period: which can be made now, and each with the figures of its result and the committee's decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine

from tracker.core.decided import CRITICISM, REWARD
from tracker.core.problems import UsageError
from tracker.export.paper_kinds import PAPERS, PaperKind
from tracker.export.papers import render_all
from tracker.export.sheets import name_file
from tracker.services.access import Actor, DeniedError, Verb, grant_of, may
from tracker.services.adjustments import Recorded, load_adjustments
from tracker.services.appeals import KeptAppeal, list_appeals
from tracker.services.nominations import NO_FIGURES, officer_figures
from tracker.services.paper_figures import notice_fields
from tracker.services.paper_minutes import minutes_fields
from tracker.services.paper_names import Figures, money_fields, reward_fields
from tracker.services.paper_sources import Sources, load_sources
from tracker.services.paper_templates import kind_of, template_of
from tracker.services.paper_units import LEVELS, achievement_fields, find_names, letter_fields, result_fields
from tracker.services.paper_words import LINE, VI, Given, below_each_other, check_given, common_fields, number_line, say_day
from tracker.services.permitted import denials_recorded, reading_as
from tracker.services.rows import board_rows
from tracker.services.standings import Question
from tracker.store.engine import reading
from tracker.text import day, say

RESULT = "result"  # the one kind a unit makes for itself
OWN = "achievement"  # a unit's own paper: it issues it, under its own symbol and number
KINDS = tuple(PAPERS)
_OTHER_SIGNS = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class PaperAsk:
    """A paper somebody wants. `person`: an officer's code, with the unit; `fields` overrides the campaign's own texts."""

    kind: str
    question: Question
    unit: str | None = None
    person: str | None = None
    meeting: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """A paper that can be made now; `about`: the unit's or officer's name, the meeting's day, "" for the period's own."""

    kind: str
    unit: str | None = None
    person: str | None = None
    meeting: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A made paper: a file name that carries its digest, and the bytes. `draft`: it says so on its face."""

    name: str
    content: bytes
    sha256: str
    draft: bool


def which(database: Engine, question: Question, today: date, actor: Actor) -> tuple[Offer, ...]:
    """The papers the actor can make of that result now, by kind; a unit's account is offered its own sheet alone."""
    with denials_recorded(database), reading(database) as connection:
        if not may(connection, actor, Verb.MAKE_PAPERS):
            granted = sorted(grant_of(connection, actor) or ())
            own = [unit for unit in granted if may(connection, actor, Verb.MAKE_PAPERS, unit)]
            if not own:
                raise DeniedError(actor, Verb.MAKE_PAPERS)
        else:
            own = []
    sources = load_sources(database, question, today, actor, own[0] if own else None)
    if own:
        return tuple(offer for offer in _of_result(sources) if offer.unit in own)
    offers = (offer for kind in PAPERS.values() for offer in _offers(sources, kind))
    return tuple(offers)


def make_paper(database: Engine, ask: PaperAsk, today: date, actor: Actor) -> Paper:
    """The paper, filled in; UsageError for one that cannot be made, RefusedError for fields or a template that are wrong."""
    return make_papers(Filling(database, today, actor), [ask])[0]


def make_papers(filling: Filling, asks: Sequence[PaperAsk]) -> list[Paper]:
    """Several papers at once, in their order; quicker than one by one."""
    contexts, wanted = [filling.fields(ask) for ask in asks], dict[str, list[int]]()
    for at, ask in enumerate(asks):
        wanted.setdefault(ask.kind, []).append(at)
    papers: dict[int, Paper] = {}
    for kind, places in wanted.items():
        template = filling.template(kind)
        made = render_all(template, [contexts[at] for at in places])
        papers |= {at: _paper(asks[at], contexts[at], content) for at, content in zip(places, made, strict=True)}
    return [papers[at] for at in range(len(asks))]


def _paper(ask: PaperAsk, context: Mapping[str, Any], content: bytes) -> Paper:
    about = [ask.question.period, ask.unit, ask.person, str(ask.meeting) if ask.meeting else None]
    stem = "-".join([PAPERS[ask.kind].stem, *(_OTHER_SIGNS.sub("-", part) for part in about if part)])
    return Paper(name_file(stem, content, "docx"), content, sha256(content).hexdigest(), bool(context["draft"]))


class Filling:
    """The fields of papers, with what they are written from loaded once: whoever makes many keeps it."""

    def __init__(self, database: Engine, today: date, actor: Actor) -> None:
        self._database, self._today, self._actor = database, today, actor
        self._loaded: dict[tuple[Question, str | None], Sources] = {}
        self._figures: dict[Question, Figures] = {}

    def fields(self, ask: PaperAsk) -> dict[str, Any]:
        """Everything the paper's template may use."""
        kind = kind_of(ask.kind)
        sources, given = self._sources(ask), check_given(kind, ask.fields)
        if kind.per == "unit" and ask.unit is None:
            raise UsageError("paper_needs_unit", kind=say(VI, f"paper.kind.{kind.code}"))
        common = common_fields(sources, kind, given)
        return common | self._own(sources, kind, ask, given, common)

    def template(self, kind: str) -> bytes:
        """The template papers of that kind are made with now."""
        with reading_as(self._database, self._actor, Verb.SEE_PUBLISHED) as connection:
            return template_of(connection, kind)

    def _own(self, sources: Sources, kind: PaperKind, ask: PaperAsk, given: Given, common: Given) -> dict[str, Any]:
        unit, person = ask.unit or "", ask.person or ""
        match kind.code:
            case "achievement":
                own = self._officers(ask.question, sources).get((unit, person), NO_FIGURES) if person else NO_FIGURES
                return self._by_unit(achievement_fields(sources, unit, person, own), given)
            case "criticism" | "self_review":
                return letter_fields(sources, kind.code, unit, person, given)
            case "result":
                return result_fields(sources, unit)
            case "minutes":
                return self._minutes(sources, ask, given)
        fields = reward_fields(sources, self._officers(ask.question, sources))
        fields["annex_reference"] = _annex(kind, common, given)
        if kind.code == "decision":
            return fields | money_fields(sources, given)
        return fields | notice_fields(sources) if kind.code == "notice" else fields

    def _by_unit(self, fields: dict[str, Any], given: Given) -> dict[str, Any]:
        """A report of achievements is the unit's own paper: it issues it, under its own symbol, and its head signs."""
        own = {name: given.get(name, "") for name in ("signatory_authority", "parent_agency")}
        own["agency"] = given.get("agency") or fields["unit"]
        own = {name: below_each_other(text) for name, text in own.items()}
        own["signatory_role"] = below_each_other(given.get("signatory_role", "")) or say(VI, "paper.head_of_unit")
        own["signatory_name"] = given.get("signatory_name") or LINE
        own["number_line"] = number_line(PAPERS["achievement"], given.get("number", ""), "")
        return fields | own

    def _minutes(self, sources: Sources, ask: PaperAsk, given: Given) -> dict[str, Any]:
        found = sources.desk.papers.meeting(ask.meeting)
        if found is None:
            raise UsageError("unknown_meeting", meeting=ask.meeting or 0, period=ask.question.period)
        appeals, adjustments = self._changes(sources)
        fields = minutes_fields(sources, found, given, appeals, adjustments)
        number = given.get("number") or found.record.minutes_no
        return fields | {"number_line": number_line(PAPERS["minutes"], number, sources.texts.agency_short)}

    def _sources(self, ask: PaperAsk) -> Sources:
        with reading(self._database) as connection:
            everything = may(connection, self._actor, Verb.MAKE_PAPERS)
        right = ask.unit if ask.kind == RESULT and not everything else None
        key = (ask.question, right)
        if key not in self._loaded:
            self._loaded[key] = load_sources(self._database, ask.question, self._today, self._actor, right)
        return self._loaded[key]

    def _officers(self, question: Question, sources: Sources) -> Figures:
        """The figures of the officers on the lists; counted only if there are any."""
        if question not in self._figures:
            units = {one.name.unit for one in sources.listed(REWARD) if one.name.officer}
            self._figures[question] = officer_figures(self._database, sources.desk.papers.sitting, units, self._today)
        return self._figures[question]

    def _changes(self, sources: Sources) -> tuple[list[KeptAppeal], list[Recorded]]:
        """What changed the result since it was frozen: the answered appeals and the adjustments it rests on."""
        setting = sources.board.setting
        if setting.result is None:
            return [], []
        appeals = list_appeals(self._database, self._actor, setting.campaign.code, setting.period.code)
        with reading_as(self._database, self._actor, Verb.MAKE_PAPERS) as connection:
            adjustments = load_adjustments(connection, setting.result.snapshot, setting.result.adjustments)
        of_copy = [one for one in appeals if one.snapshot == setting.result.snapshot]
        return sorted(of_copy, key=lambda one: one.id), adjustments


def _annex(kind: PaperKind, common: Given, given: Given) -> str:
    """Which paper an annex belongs to."""
    paper = say(VI, f"paper.kind.{kind.code}")
    number = common["number_line"].partition(": ")[2]
    return say(VI, "paper.with", paper=paper, number=number, day=say_day(given, "date"), agency=common["agency"])


def _offers(sources: Sources, kind: PaperKind) -> Iterator[Offer]:
    if kind.per == "period":
        yield Offer(kind.code)
    elif kind.per == "meeting":
        for meeting in sources.desk.papers.meetings:
            yield Offer(kind.code, meeting=meeting.id, about=day(VI, meeting.record.held_on))
    elif kind.code == RESULT:
        yield from _of_result(sources)
    else:
        yield from _of_names(sources, kind)


def _of_result(sources: Sources) -> Iterator[Offer]:
    for row in board_rows(sources.board, sources.previous):
        yield Offer(RESULT, row.unit, about=row.name)


def _of_names(sources: Sources, kind: PaperKind) -> Iterator[Offer]:
    """One paper for each unit or officer on the list, however many rules put them there."""
    listed = sources.listed(CRITICISM if kind.code in LEVELS else REWARD)
    for unit, officer in dict.fromkeys((one.name.unit, one.name.officer) for one in listed):
        found = find_names(sources, kind.code, unit, officer)
        if found and (kind.persons or not officer):
            about = sources.person(found[0]).name if officer else sources.unit_name(unit)
            yield Offer(kind.code, unit, officer or None, None, about)
