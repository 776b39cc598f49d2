"""How far a period's data can be trusted, unit by unit: what is missing, doubtful, unjudgeable or old. No score moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from tracker.core.cases import DOSSIERS, FEEDBACK, POSTINGS, REPORTED, STAFF, SURVEYS, TALLIES
from tracker.core.problems import UsageError
from tracker.services.access import Actor, Verb, grant_of, require, require_somewhere
from tracker.services.batches import BATCH
from tracker.services.campaigns import load_campaign, load_rulebook
from tracker.services.import_rights import own_batches_only
from tracker.services.permitted import denials_recorded
from tracker.services.policies import policy_id
from tracker.services.values import Where
from tracker.store import quality
from tracker.store.dossier_counts import count_dossiers
from tracker.store.engine import reading
from tracker.store.facts import load_offices
from tracker.store.publishing import data_version
from tracker.store.quality import CHECKS as CHECKS
from tracker.store.quality import DOUBTFUL as DOUBTFUL
from tracker.store.quality import UNJUDGEABLE as UNJUDGEABLE
from tracker.store.quality import Found
from tracker.store.registers import Span
from tracker.store.tallies import count_tallies, with_tallies
from tracker.text import collation_key

PEOPLE = "people"
# What a unit is expected to hand in for a period, in the order in which it is shown.
EXPECTED = (DOSSIERS.name, POSTINGS.name, FEEDBACK.name, SURVEYS.name, REPORTED.name, PEOPLE)
_COUNTED = (DOSSIERS, FEEDBACK, POSTINGS)
_NOTHING = Found(0, 0, None, {})
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class UnitQuality:
    """One unit's data of the period. `missing`: what was expected and is not there; `silent`: declared measures not given.

    `changed`: when rows of a kind last came or changed, None: never. `counts`: what each check found. `set_aside`: how many
    lines of its tallies are not counted, because it has dossiers of the period.
    """

    unit: str
    name: str
    cluster: str | None
    missing: tuple[str, ...]
    silent: tuple[str, ...]
    changed: Mapping[str, datetime | None]
    counts: Mapping[str, int]
    set_aside: int = 0

    @property
    def newest(self) -> datetime | None:
        """When anything of the unit last came or changed."""
        return max((moment for moment in self.changed.values() if moment is not None), default=None)


@dataclass(frozen=True, slots=True)
class Quality:
    """Every unit the actor may look into; `ended` are completed dossiers with a due date, `measures` the declared ones."""

    where: Where
    as_of: date
    state: str
    units: tuple[UnitQuality, ...]
    ended: int
    measures: Mapping[str, Mapping[str, str]]

    @property
    def competing(self) -> tuple[UnitQuality, ...]:
        """The units of which something is expected."""
        return tuple(unit for unit in self.units if unit.cluster)

    def reported(self, expected: str) -> int:
        """How many competing units have handed it in."""
        return sum(expected not in unit.missing for unit in self.competing)

    @property
    def twice_told(self) -> tuple[UnitQuality, ...]:
        """The units of which some tallies are not counted."""
        return tuple(unit for unit in self.units if unit.set_aside)

    def total(self, check: str) -> int:
        """How many rows the check finds."""
        return sum(unit.counts.get(check, 0) for unit in self.units)

    def days_old(self, unit: UnitQuality, today: date) -> int | None:
        """Days since anything of the unit last came or changed."""
        return None if unit.newest is None else (today - unit.newest.date()).days


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows behind a check: one unit's or all (None), and which part of them."""

    check: str
    unit: str | None = None
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Rows a check finds: how many there are, and those asked for by their columns."""

    total: int
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class WarnedBatch:
    """A live batch that was imported with warnings."""

    batch: int
    kind: str
    file: str
    actor: str
    at: datetime
    warnings: int


def show_quality(database: Engine, actor: Actor, where: Where, today: date) -> Quality:
    """The period's data as they are stored now, of the actor's own units or, for who sees all cases, of all."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.SEE_CASES)
        grant, version = grant_of(connection, actor), data_version(connection)
    return _quality_at(database, version, where, today, grant)


def list_found(database: Engine, actor: Actor, where: Where, wanted: Wanted, today: date) -> FoundPage:
    """The rows behind a check's count; denied for a unit of which the actor may not see the cases."""
    if wanted.check not in CHECKS:
        raise UsageError("unknown_check", check=wanted.check, known=", ".join(CHECKS))
    with denials_recorded(database), reading(database) as connection:
        if wanted.unit is None:
            require_somewhere(connection, actor, Verb.SEE_CASES)
            offices = {office.code for office in load_offices(connection, _span(connection, where, today))}
            grant = grant_of(connection, actor)
            units = offices if grant is None else offices & grant
        else:
            require(connection, actor, Verb.SEE_CASES, wanted.unit)
            units = {wanted.unit}
        query = quality.found_rows(wanted.check, _span(connection, where, today), units)
        total = connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
        page = query.offset(wanted.offset).limit(wanted.limit)
        rows = tuple(dict(row._mapping) for row in connection.execute(page))
    return FoundPage(int(total), rows)


def list_warned(database: Engine, actor: Actor, limit: int = 50) -> list[WarnedBatch]:
    """The newest live batches that came with warnings, each person's own where the grant is limited."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.SEE_CASES)
        chosen = [BATCH.c.warnings > 0, BATCH.c.state == "live", BATCH.c.action == "import"]
        if own_batches_only(connection, actor):
            chosen.append(BATCH.c.actor == actor)
        rows = connection.execute(select(BATCH).where(*chosen).order_by(BATCH.c.id.desc()).limit(limit)).all()
    return [WarnedBatch(row.id, row.kind, row.file or "", row.actor, row.made_at, row.warnings) for row in rows]


def _span(connection: Connection, where: Where, today: date) -> Span:
    period = load_campaign(connection, where[0]).period(where[1])
    return Span(period.begins, period.ends, min(today, period.ends))


@lru_cache(maxsize=16)
def _quality_at(database: Engine, _version: int, where: Where, today: date, grant: frozenset[str] | None) -> Quality:
    """Counting reads every case once, so it is done once per state of the data."""
    with reading(database) as connection:
        campaign = load_campaign(connection, where[0])
        period, span = campaign.period(where[1]), _span(connection, where, today)
        rulebook = load_rulebook(connection, campaign.rulebook).rulebook
        measures = {one.measure: one.title for one in rulebook.reported}
        set_aside = _set_aside(connection, policy_id(connection, rulebook.on_time), span)
        offices = [office for office in load_offices(connection, span) if grant is None or office.code in grant]
        found = {kind.name: quality.count_found(connection, kind, span, grant) for kind in _COUNTED}
        surveys, given, tallies = (quality.spans_given(connection, kind, span) for kind in (SURVEYS, REPORTED, TALLIES))
        people = quality.units_with_people(connection)
        changed = _changes(connection, found)
    units = []
    for office in sorted(offices, key=lambda office: (collation_key(office.name), office.code)):
        of_unit = {name: rows.get(office.code, _NOTHING) for name, rows in found.items()}
        silent = tuple(measure for measure in measures if measure not in given.get(office.code, ()))
        there = {
            **{name: bool(one.rows) for name, one in of_unit.items()},
            DOSSIERS.name: bool(of_unit[DOSSIERS.name].rows) or office.code in tallies,
            SURVEYS.name: office.code in surveys,
            REPORTED.name: not silent,
            PEOPLE: office.code in people,
        }
        missing = tuple(name for name in EXPECTED if not there[name])
        counts = {check: n for one in of_unit.values() for check, n in one.counts.items() if n}
        moments = {name: codes.get(office.code) for name, codes in changed.items()}
        unused = set_aside.get(office.code, 0)
        units.append(UnitQuality(office.code, office.name, office.cluster, missing, silent, moments, counts, unused))
    shown = {unit.unit for unit in units}
    ended = sum(one.ended for code, one in found[DOSSIERS.name].items() if code in shown)
    return Quality(where, span.as_of, period.state, tuple(units), ended, measures)


def _set_aside(connection: Connection, policy: int | None, span: Span) -> dict[str, int]:
    """How many lines of each unit's tallies are not counted, because dossiers of its own say all."""
    tallied = count_tallies(connection, span)
    counted = count_dossiers(connection, policy, span) if tallied and policy is not None else {}
    whole = with_tallies(counted, tallied)
    return {unit: int(counts["tallies_unused"]) for unit, counts in whole.items() if "tallies_unused" in counts}


def _changes(connection: Connection, found: Mapping[str, Mapping[str, Found]]) -> dict[str, dict[str, datetime]]:
    """When each unit's rows of each kind last came or changed."""
    batches = {
        **{name: {code: one.batch for code, one in rows.items() if one.batch is not None} for name, rows in found.items()},
        **{kind.name: quality.last_changes(connection, kind) for kind in (STAFF, SURVEYS, REPORTED, TALLIES)},
    }
    moments = quality.batch_moments(connection, {batch for codes in batches.values() for batch in codes.values()})
    return {name: {code: moments[batch] for code, batch in codes.items()} for name, codes in batches.items()}
