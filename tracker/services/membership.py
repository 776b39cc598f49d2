"""Which unit competes in which cluster from which day on, and what clusters are called.

A period counts a unit in the cluster it belongs to on the period's last day. A period that is frozen keeps its own copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, delete, insert, select

from tracker.core.cases import UNITS
from tracker.core.membership import cluster_on
from tracker.core.problems import UsageError
from tracker.services import audit
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.campaigns import PERIOD
from tracker.services.permitted import reading_as, writing_as
from tracker.services.typed import refusal, require_day, tidy_line, tidy_reason
from tracker.store.facts import load_offices
from tracker.store.membership import MEMBERSHIP
from tracker.store.publishing import bump_version
from tracker.store.registers import Span
from tracker.store.tables import live

UNIT = live(UNITS)
CODE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Move:
    """Units that go to a cluster (None: compete no more) from a day on, and why."""

    units: tuple[str, ...]
    since: date
    cluster: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """A period in which the move puts `units` into another cluster; only an `open` one changes by it."""

    campaign: str
    period: str
    begins: date
    ends: date
    state: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a unit's cluster: from which day, from which cluster to which."""

    unit: str
    name: str
    since: date
    before: str | None
    cluster: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A unit in a cluster, or in none."""

    unit: str
    name: str
    cluster: str | None


def list_members(database: Engine, actor: Actor, day: date) -> list[Member]:
    """Every unit valid on that day, by code, in its cluster of that day."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        offices = load_offices(connection, Span(day, day, day))
    return [Member(office.code, office.name, office.cluster) for office in offices]


def list_steps(database: Engine, actor: Actor) -> list[Step]:
    """Every change of a cluster, the newest first."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        units = {row.code: row for row in connection.execute(select(UNIT.c.code, UNIT.c.name, UNIT.c.cluster))}
        histories = _histories(connection)
    steps = []
    for code, history in histories.items():
        before = units[code].cluster
        for since in sorted(history):
            steps.append(Step(code, units[code].name, since, before, history[since]))
            before = history[since]
    return sorted(steps, key=lambda step: (step.since, step.unit), reverse=True)


def foresee_move(database: Engine, actor: Actor, move: Move) -> list[Reached]:
    """The periods that the move reaches, in order; those that are not open keep their own copy and stay as they are."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        move = _checked(connection, move)
        histories = _histories(connection)
        after = {unit: {**histories.get(unit, {}), move.since: move.cluster} for unit in _moving(connection, move)}
        return _reach(connection, move.since, after)


def foresee_back(database: Engine, actor: Actor, step: Step) -> list[Reached]:
    """The periods that taking the change back reaches, in order."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        history = _histories(connection).get(step.unit, {})
        return _reach(connection, step.since, {step.unit: {day: to for day, to in history.items() if day != step.since}})


def move_units(database: Engine, move: Move, act: Act) -> int:
    """Move units to a cluster from a day on; returns how many moved. Those that are there already stay untouched."""
    reason = tidy_reason(move.reason)
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        move = _checked(connection, move)
        moving = _moving(connection, move)
        for unit, before in moving.items():
            connection.execute(insert(MEMBERSHIP).values(unit=unit, since=move.since, cluster=move.cluster))
            after = {"since": move.since.isoformat(), "cluster": move.cluster}
            audit.record(connection, act, "move_unit", f"membership/{unit}", {"cluster": before}, after, reason)
        bump_version(connection)
    return len(moving)


def take_back(database: Engine, step: Step, reason: str, act: Act) -> None:
    """Undo one change of a unit's cluster; refused if it is not there any more as it was seen."""
    reason = tidy_reason(reason)
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        m = MEMBERSHIP.c
        seen = m.cluster.is_(None) if step.cluster is None else m.cluster == step.cluster
        gone = connection.execute(delete(MEMBERSHIP).where(m.unit == step.unit, m.since == step.since, seen))
        if gone.rowcount != 1:
            raise refusal("membership_gone", step.unit, day=step.since)
        after = _clusters_on(connection, (step.unit,), step.since)[step.unit]
        before = {"since": step.since.isoformat(), "cluster": step.cluster}
        audit.record(connection, act, "move_back", f"membership/{step.unit}", before, {"cluster": after}, reason)
        bump_version(connection)


def _checked(connection: Connection, move: Move) -> Move:
    """The move with its texts tidied; refused where it names no unit, an unknown one, or a day nobody can mean."""
    if not move.units:
        raise refusal("no_units_chosen")
    known = set(connection.execute(select(UNIT.c.code).where(UNIT.c.code.in_(move.units))).scalars())
    for unit in move.units:
        if unit not in known:
            raise UsageError("no_such_unit", unit=unit)
    cluster = tidy_line(move.cluster or "", CODE_LENGTH) or None
    return Move(tuple(dict.fromkeys(move.units)), require_day(move.since), cluster, move.reason)


def _moving(connection: Connection, move: Move) -> dict[str, str | None]:
    """The units that are not yet where they are to go, with where they are; refused where somebody was there first."""
    now = _clusters_on(connection, move.units, move.since)
    moving = {unit: now[unit] for unit in move.units if now[unit] != move.cluster}
    if not moving:
        raise refusal("nobody_moves", day=move.since)
    same = select(MEMBERSHIP).where(MEMBERSHIP.c.unit.in_(moving), MEMBERSHIP.c.since == move.since)
    taken = connection.execute(same.order_by(MEMBERSHIP.c.unit)).first()
    if taken is not None:
        by = audit.newest_actor(connection, f"membership/{taken.unit}") or ""
        raise refusal("membership_taken", taken.unit, day=move.since, cluster=taken.cluster, by=by)
    return moving


def _histories(connection: Connection) -> dict[str, dict[date, str | None]]:
    found: dict[str, dict[date, str | None]] = {}
    for row in connection.execute(select(MEMBERSHIP)):
        found.setdefault(row.unit, {})[row.since] = row.cluster
    return found


def _clusters_on(connection: Connection, units: tuple[str, ...], day: date) -> Mapping[str, str | None]:
    """The units' clusters on that day, whether or not they are valid then."""
    histories = _histories(connection)
    rows = connection.execute(select(UNIT.c.code, UNIT.c.cluster).where(UNIT.c.code.in_(units)))
    return {row.code: cluster_on(histories.get(row.code, {}), day, row.cluster) for row in rows}


def _reach(connection: Connection, since: date, after: Mapping[str, Mapping[date, str | None]]) -> list[Reached]:
    """The periods ending from that day on in which the units' new histories put any of them into another cluster."""
    given = {row.code: row.cluster for row in connection.execute(select(UNIT.c.code, UNIT.c.cluster))}
    periods = connection.execute(select(PERIOD).where(PERIOD.c.ends >= since).order_by(PERIOD.c.begins, PERIOD.c.code))
    reached = []
    for row in periods.all():
        units = tuple(
            office.code
            for office in load_offices(connection, Span(row.begins, row.ends, row.ends))
            if office.code in after and cluster_on(after[office.code], row.ends, given[office.code]) != office.cluster
        )
        if units:
            reached.append(Reached(row.campaign, row.code, row.begins, row.ends, row.state, units))
    return reached
