"""Individuals: officers whom their units nominate for an award, findings against officers, and their own dossier figures."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from tracker.core.cases import DOSSIERS, STAFF, UNITS
from tracker.core.decided import Decided, DecidedName, Name
from tracker.core.problems import Problem, RefusedError, UsageError
from tracker.services import audit
from tracker.services.access import Actor, Verb, grant_of, may, require, require_somewhere
from tracker.services.act import Act
from tracker.services.campaigns import load_campaign, load_rulebook
from tracker.services.committee import FINDING, NOMINATION, load_papers, name_of_finding, name_of_nomination
from tracker.services.copies import find_frozen
from tracker.services.meetings import DECISION
from tracker.services.permitted import denials_recorded, reading_as, writing_as
from tracker.services.results import newest_result
from tracker.services.sittings import FINAL, OPEN, Sitting, find_sitting, problem, refusal, require_sitting
from tracker.services.standings import Question, opened, resolve
from tracker.store.engine import reading, writing
from tracker.store.officer_counts import OfficerFigures, count_officers
from tracker.store.publishing import bump_version
from tracker.store.tables import live, now_as_stored

_LINE, _TEXT = 200, 2_000  # characters of a line and of a longer text
NO_FIGURES = OfficerFigures()


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer of a unit as its staff file, or only its dossiers, know them."""

    code: str
    name: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class NewNomination:
    """An officer a unit puts forward: for which award of the rulebook, and for what."""

    unit: str
    officer: str
    name: str
    title: str
    award: str
    achievement: str


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A personal finding against an officer: what was found, by which document, on which day."""

    unit: str
    officer: str
    name: str
    finding: str
    basis: str
    found_on: date


@dataclass(frozen=True, slots=True)
class Individual:
    """An officer before the committee, with the figures of their own dossiers in the period as of its day.

    `said` is the achievement, or the finding with its `basis` and day. `outcome` None: a unit is told once all is final.
    """

    id: int
    name: Name
    full_name: str
    title: str
    said: str
    figures: OfficerFigures
    made_at: datetime
    withdrawn: bool
    decided: bool
    outcome: DecidedName | None
    basis: str = ""
    found_on: date | None = None


def list_own_units(database: Engine, actor: Actor) -> dict[str, str]:
    """The units the actor may nominate for, by code, with their names."""
    units = live(UNITS).c
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.NOMINATE)
        found = connection.execute(select(units.code, units.name).where(units.cluster.is_not(None)).order_by(units.code))
        return {row.code: row.name for row in found if may(connection, actor, Verb.NOMINATE, row.code)}


def list_officers(database: Engine, unit: str, actor: Actor) -> tuple[Officer, ...]:
    """The officers a unit can nominate, by code: its staff file's, and those its dossiers name."""
    with reading_as(database, actor, Verb.SEE_CASES, unit) as connection:
        return _officers(connection, unit)


def list_individuals(database: Engine, campaign: str, period: str, today: date, actor: Actor) -> tuple[Individual, ...]:
    """The nominations and findings of the units whose cases the actor may see, for those who nominate or decide."""
    with denials_recorded(database), reading(database) as connection:
        decides = may(connection, actor, Verb.DECIDE)
        if not decides:
            require_somewhere(connection, actor, Verb.NOMINATE)
        granted = grant_of(connection, actor)
        papers = load_papers(connection, campaign, period)
        chosen = (NOMINATION.c.campaign == campaign, NOMINATION.c.period == period)
        nominations = connection.execute(select(NOMINATION).where(*chosen).order_by(NOMINATION.c.id))
        rows = [row for row in (*nominations, *papers.findings) if granted is None or row.unit in granted]
    figures = officer_figures(database, papers.sitting, {row.unit for row in rows}, today)
    told = decides or papers.sitting.state == FINAL
    outcomes = papers.decide_officers()
    return tuple(_individual(row, outcomes, figures.get((row.unit, row.officer), NO_FIGURES), told=told) for row in rows)


def nominate(database: Engine, campaign: str, period: str, new: NewNomination, act: Act) -> int:
    """Put an officer forward, until the period is final; one withdrawn earlier is renewed. Returns its number."""
    with writing_as(database, act, Verb.NOMINATE, new.unit) as connection:
        _require_before_final(connection, campaign, period)
        officer = _find_officer(connection, new.unit, new.officer)
        rulebook = load_rulebook(connection, load_campaign(connection, campaign).rulebook).rulebook
        awards = [award.code for award in rulebook.award]
        if new.award not in awards:
            raise UsageError("unknown_rule", rule=new.award, known=", ".join(awards))
        texts = {"name": new.name or officer.name, "title": new.title or officer.title, "achievement": new.achievement}
        tidy = _tidy(texts, {"name": _LINE, "title": _LINE, "achievement": _TEXT}, optional=("title",))
        key = {"campaign": campaign, "period": period, "unit": new.unit, "officer": new.officer}
        values = {"award": new.award, **tidy, "made_by": act.actor, "made_at": now_as_stored(act.now)}
        number = _keep_nomination(connection, key, values)
        bump_version(connection)
        said = {"unit": new.unit, "period": period, "rule": new.award, "said_sha256": _digest(tidy["achievement"])}
        audit.record(connection, act, "nominate", f"nomination/{number}", after=said)
        return number


def withdraw_nomination(database: Engine, nomination: int, act: Act) -> None:
    """Take a nomination back, as long as the committee has not decided on it."""
    with denials_recorded(database), writing(database) as connection:
        row = connection.execute(select(NOMINATION).where(NOMINATION.c.id == nomination)).first()
        if row is None:
            require_somewhere(connection, act.actor, Verb.NOMINATE)
            raise UsageError("unknown_nomination", nomination=nomination)
        require(connection, act.actor, Verb.NOMINATE, row.unit)
        sitting = _require_before_final(connection, row.campaign, row.period)
        if _is_decided(connection, sitting, name_of_nomination(row)):
            raise refusal("nomination_decided")
        if row.withdrawn_at is not None:
            raise refusal("nomination_withdrawn")
        gone = {"withdrawn_at": now_as_stored(act.now)}
        connection.execute(update(NOMINATION).where(NOMINATION.c.id == nomination).values(**gone))
        bump_version(connection)
        audit.record(connection, act, "withdraw_nomination", f"nomination/{nomination}", after={"unit": row.unit})


def record_finding(database: Engine, campaign: str, period: str, new: NewFinding, act: Act) -> int:
    """Keep a personal finding: only with it may the committee decide to criticise an officer. Returns its number."""
    with writing_as(database, act, Verb.DECIDE) as connection:
        require_sitting(connection, campaign, period)
        officer = _find_officer(connection, new.unit, new.officer)
        if new.found_on > act.today:
            raise refusal("finding_in_future", day=new.found_on)
        texts = {"name": new.name or officer.name, "finding": new.finding, "basis": new.basis}
        tidy = _tidy(texts, {"name": _LINE, "finding": _TEXT, "basis": _LINE})
        made = {"made_by": act.actor, "made_at": now_as_stored(act.now)}
        row = {**asdict(new), **tidy, "campaign": campaign, "period": period, **made}
        number = int(connection.execute(insert(FINDING).values(**row).returning(FINDING.c.id)).scalar_one())
        bump_version(connection)
        said = {"unit": new.unit, "period": period, "said_sha256": _digest(tidy["finding"])}
        audit.record(connection, act, "record_finding", f"finding/{number}", after=said)
        return number


def _individual(row: Row[Any], outcomes: Decided, figures: OfficerFigures, *, told: bool) -> Individual:
    nominated = "award" in row._mapping
    name = name_of_nomination(row) if nominated else name_of_finding(row)
    found = outcomes.find(name)
    withdrawn, decided = nominated and row.withdrawn_at is not None, found.ruling is not None
    state = (row.made_at, withdrawn, decided, found if told else None)
    if nominated:
        return Individual(row.id, name, row.name, row.title, row.achievement, figures, *state)
    return Individual(row.id, name, row.name, "", row.finding, figures, *state, row.basis, row.found_on)


def officer_figures(
    database: Engine, sitting: Sitting, units: Set[str], today: date
) -> dict[tuple[str, str], OfficerFigures]:
    """The figures of the units' officers: from the frozen copy with its adjustments, or from the cases while it is open."""
    if not units:
        return {}
    question = Question(sitting.campaign, sitting.period)
    with reading(database) as connection:
        frozen = find_frozen(connection, sitting.campaign, sitting.period) if sitting.state != OPEN else None
        result = newest_result(connection, frozen.id) if frozen else None
        if frozen is None or result is None:
            return _count(connection, question, units, today)
    with opened(database, result.id) as (connection, frozen):
        return _count(connection, question, units, frozen.as_of)


def _count(
    connection: Connection, question: Question, units: Set[str], today: date
) -> dict[tuple[str, str], OfficerFigures]:
    setting = resolve(connection, question, today)
    policy = setting.rulebook.rulebook.on_time
    return {
        (unit, officer): figures
        for unit in units
        for officer, figures in count_officers(connection, policy, setting.policy_id, setting.span, unit).items()
    }


def _officers(connection: Connection, unit: str) -> tuple[Officer, ...]:
    staff, dossier = live(STAFF).c, live(DOSSIERS).c
    listed = connection.execute(select(staff.code, staff.name, staff.title).where(staff.unit == unit))
    known = {row.code: Officer(row.code, row.name or "", row.title or "") for row in listed}
    named = select(dossier.officer).where(dossier.unit == unit, dossier.officer.is_not(None)).distinct()
    for code in connection.execute(named).scalars():
        known.setdefault(code, Officer(code))
    return tuple(known[code] for code in sorted(known))


def _find_officer(connection: Connection, unit: str, code: str) -> Officer:
    for officer in _officers(connection, unit):
        if officer.code == code:
            return officer
    raise refusal("unknown_officer", code, unit=unit)


def _require_before_final(connection: Connection, campaign: str, period: str) -> Sitting:
    sitting = find_sitting(connection, campaign, period)
    if sitting.state == FINAL:
        raise refusal("decide_too_late", period=period)
    return sitting


def _is_decided(connection: Connection, sitting: Sitting, name: Name) -> bool:
    c = DECISION.c
    where = (c.campaign == sitting.campaign, c.period == sitting.period, c.revision == sitting.revision)
    which = (c.list_name == name.list, c.rule == name.rule, c.unit == name.unit, c.officer == name.officer)
    return connection.execute(select(c.id).where(*where, *which).limit(1)).first() is not None


def _keep_nomination(connection: Connection, key: dict[str, str], values: dict[str, Any]) -> int:
    """A new row, or the withdrawn one renewed; refused while the officer stands nominated."""
    chosen = (NOMINATION.c[name] == value for name, value in key.items())
    known = connection.execute(select(NOMINATION.c.id, NOMINATION.c.withdrawn_at).where(*chosen)).first()
    if known is None:
        return int(connection.execute(insert(NOMINATION).values(**key, **values).returning(NOMINATION.c.id)).scalar_one())
    if known.withdrawn_at is None:
        raise refusal("nominated_already", key["officer"])
    renewed = update(NOMINATION).where(NOMINATION.c.id == known.id)
    connection.execute(renewed.values(**values, withdrawn_at=None))
    return int(known.id)


def _tidy(texts: dict[str, str], limits: dict[str, int], optional: tuple[str, ...] = ()) -> dict[str, str]:
    """The texts trimmed; RefusedError with each that is missing or too long."""
    tidy = {name: text.strip() for name, text in texts.items()}
    problems: list[Problem] = []
    for name, text in tidy.items():
        if not text and name not in optional:
            problems.append(problem("individual_needs", field=name))
        if len(text) > limits[name]:
            problems.append(problem("field_too_long", field=name, limit=limits[name]))
    if problems:
        raise RefusedError(problems)
    return tidy


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
