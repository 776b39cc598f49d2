"""All measures of all units for a period as of a day: the ledger and the registers put together."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from tracker.core import measures as names
from tracker.core.cases import UNITS
from tracker.core.measures import COUNTED, Facts
from tracker.core.rulebook import Rulebook
from tracker.store import registers
from tracker.store.dossier_counts import count_dossiers, count_late
from tracker.store.membership import moved_by
from tracker.store.registers import Counts, Span
from tracker.store.tables import live
from tracker.store.tallies import count_tallies, with_tallies


@dataclass(frozen=True, slots=True)
class Office:
    """A unit as the screens know it, in the cluster of the period asked for; without a cluster it does not compete."""

    code: str
    name: str
    kind: str
    cluster: str | None


def load_offices(connection: Connection, span: Span) -> list[Office]:
    """The units valid on some day of the period, by code, each in the cluster it belongs to on the period's last day."""
    u = live(UNITS).c
    valid = (or_(u.valid_from.is_(None), u.valid_from <= span.ends), or_(u.valid_to.is_(None), u.valid_to >= span.begins))
    rows = connection.execute(select(u.code, u.name, u.kind, u.cluster).where(*valid))
    moved = moved_by(connection, span.ends)
    offices = (Office(code, name, kind, moved.get(code, cluster)) for code, name, kind, cluster in rows)
    return sorted(offices, key=lambda office: office.code)


def gather_facts(
    connection: Connection, rulebook: Rulebook, policy_id: int, span: Span, wanted: Collection[str] | None = None
) -> dict[str, Facts]:
    """The facts of every unit of the period; `wanted` limits the counting to those measures, None counts all.

    Measures nobody asked for are 0 or None, which is why only a rulebook's own needs may be passed.
    """
    counted_cases = registers.merged(count(connection) for count in _counters(rulebook, policy_id, span, wanted))
    counts = with_tallies(counted_cases, count_tallies(connection, span))
    reported = registers.read_reported(connection, span)
    offices = load_offices(connection, span)
    silent = [office.code for office in offices if not any(_rows(counts.get(office.code, {}), {}).values())]
    heard = registers.heard_of(connection, span, silent) if silent else frozenset()
    facts = {}
    for office in offices:
        counted = counts.get(office.code, {})
        given = reported.get(office.code, {})
        unknown = _unknown(counted)
        measures = {name: None if name in unknown else counted.get(name, 0) for name in COUNTED}
        values = {name: given.get(name) for name in rulebook.reported_measures()}
        rows = {**_rows(counted, given), "other": int(office.code in heard)}
        facts[office.code] = Facts(office.code, office.cluster or "", {**measures, **values}, rows)
    return facts


def _unknown(counted: dict[str, names.Number]) -> frozenset[str]:
    """The measures nothing is known of: where dossiers are counted from tallies, what tallies do not say."""
    if not counted.get("tallies"):
        return frozenset()
    return names.UNKNOWN_TO_TALLIES if counted.get("surveyed") else names.UNKNOWN_TO_TALLIES | names.RATINGS


def _rows(counted: dict[str, names.Number], given: dict[str, names.Number]) -> dict[str, int]:
    """How many rows of each case file the unit has in the period; of tallies only where it has any.

    A unit that counts from its tallies has as many dossiers as they say.
    """
    return {
        "dossiers": int(counted.get("received", 0) + counted.get("carried", 0)),
        "postings": int(counted.get("procedures", 0)),
        "feedback": int(counted.get("feedback", 0)),
        "surveys": int(counted.get("surveys", 0)),
        "reported": len(given),
        **{name: int(counted[name]) for name in ("tallies", "tallies_unused") if counted.get(name)},
    }


def _counters(
    rulebook: Rulebook, policy_id: int, span: Span, wanted: Collection[str] | None
) -> list[Callable[[Connection], Counts]]:
    """The counts to make. Those every unit's rows are told by are always made; the others only when asked for."""
    limits, policy = rulebook.parameters, rulebook.on_time
    asked = frozenset(names.COUNTED if wanted is None else wanted)
    always: list[Callable[[Connection], Counts]] = [
        lambda connection: count_dossiers(connection, policy_id, span),
        lambda connection: registers.count_postings(connection, span, limits, asked),
        lambda connection: registers.count_feedback(connection, span, asked),
        lambda connection: registers.count_surveys(connection, span),
    ]
    if_asked: list[tuple[tuple[str, ...], Callable[[Connection], Counts]]] = [
        (names.LATE, lambda connection: count_late(connection, policy_id, span, asked)),
        (("officials",), registers.count_officials),
        (names.DECISIONS, lambda connection: registers.count_decisions(connection, span, limits)),
        (names.ONLINE[:2], lambda connection: registers.count_online(connection, span, policy)),
        (names.ONLINE[2:], lambda connection: registers.count_level4(connection, span, policy)),
    ]
    return always + [count for measures, count in if_asked if not asked.isdisjoint(measures)]
