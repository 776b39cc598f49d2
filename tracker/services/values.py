"""Reported values as they stand: what units gave, what was checked and decided, and who changed what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, and_, select

from tracker.core.cases import REPORTED
from tracker.core.rulebook import Rulebook
from tracker.intake.corrections import cell_text
from tracker.services.access import Actor, Verb
from tracker.services.adjustments import ADJUSTMENT, load_adjustments
from tracker.services.appeals import CaseRef, key_text
from tracker.services.batches import BATCH
from tracker.services.campaigns import PeriodState, load_campaign, load_rulebook
from tracker.services.copies import Frozen, find_frozen, load_parts
from tracker.services.permitted import reading_as
from tracker.services.scratch import scratch
from tracker.store.audit import canonical
from tracker.store.engine import reading
from tracker.store.facts import Office, load_offices
from tracker.store.period_tables import Snapshot
from tracker.store.registers import Span
from tracker.store.tables import VERSIONS, live

TABLE = live(REPORTED)
SNAPSHOT = Snapshot.__table__  # type: ignore[attr-defined]
UNCHECKED, CHECKED, DECIDED = STATES = ("unchecked", "checked", "decided")
APPRAISAL = "appraisal"
Where = tuple[str, str]  # campaign, period


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """A value a unit reported for a whole period, what the committee checked and decided, and the unit's evidence."""

    unit: str
    measure: str
    period_from: date
    period_to: date
    value: Decimal
    checked: Decimal | None
    decided: Decimal | None
    evidence: str | None
    note: str | None

    @property
    def key(self) -> tuple[str, ...]:
        """The key as texts."""
        return (self.unit, self.measure, self.period_from.isoformat(), self.period_to.isoformat())

    @property
    def state(self) -> str:
        """How far its appraisal has come."""
        if self.decided is not None:
            return DECIDED
        return UNCHECKED if self.checked is None else CHECKED

    @property
    def effective(self) -> Decimal:
        """The value that counts: decided, else checked, else as the unit gave it."""
        given = self.checked if self.decided is None else self.decided
        return self.value if given is None else given

    @property
    def difference(self) -> Decimal:
        """How far the value that counts lies above what the unit gave."""
        return self.effective - self.value

    @property
    def seen(self) -> str:
        """What an edit names to say on which figures it was made."""
        figures = [cell_text(figure) for figure in (self.value, self.checked, self.decided)]
        return sha256(canonical({"key": self.key, "figures": figures}).encode()).hexdigest()

    def cells(self) -> dict[str, object]:
        """The row by its columns."""
        return {column.name: getattr(self, column.name) for column in REPORTED.columns}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The reported values of a period whose measures the rulebook declares, as the period counts them now."""

    period: PeriodState
    frozen: Frozen | None
    rulebook: Rulebook
    offices: Mapping[str, Office]
    values: tuple[ReportedValue, ...]
    adjustments: int

    def find(self, key: Sequence[str]) -> ReportedValue | None:
        """The value of that key."""
        return next((value for value in self.values if value.key == tuple(key)), None)


@dataclass(frozen=True, slots=True)
class Event:
    """A value as somebody left it: by an import, an appraisal or an adjustment (`source`)."""

    at: datetime
    by: str
    source: str
    reason: str | None
    figures: Mapping[str, str | None]


def load_sheet(database: Engine, actor: Actor, where: Where) -> Sheet:
    """The values: live while the period is open, from its copy with the adjustments so far once it is frozen."""
    with reading_as(database, actor, Verb.APPRAISE) as connection:
        campaign = load_campaign(connection, where[0])
        period = campaign.period(where[1])
        rulebook = load_rulebook(connection, campaign.rulebook).rulebook
        frozen = find_frozen(connection, *where)
        if frozen is None:
            return _sheet(connection, period, None, rulebook, 0)
        copy, done = load_parts(connection, frozen.id), load_adjustments(connection, frozen.id)
    with scratch(copy, [one.what for one in done]) as engine, reading(engine) as scratched:
        return _sheet(scratched, period, frozen, rulebook, len(done))


def read_values(connection: Connection, begins: date, ends: date, measures: Collection[str]) -> list[ReportedValue]:
    """The values of those measures whose span is just these days, by unit and measure; works on a copy as on the cases."""
    columns = [TABLE.c[column.name] for column in REPORTED.columns]
    of_period = and_(TABLE.c.period_from == begins, TABLE.c.period_to == ends, TABLE.c.measure.in_(sorted(measures)))
    found = [ReportedValue(**row._mapping) for row in connection.execute(select(*columns).where(of_period))]
    return sorted(found, key=lambda value: (value.unit, value.measure))


def unchecked_values(connection: Connection, rulebook: Rulebook, span: Span) -> int:
    """How many values of competing units, of measures the rulebook declares, nobody has checked or decided."""
    competing = {office.code for office in load_offices(connection, span) if office.cluster}
    values = read_values(connection, span.begins, span.ends, rulebook.reported_measures())
    return sum(value.unit in competing and value.state == UNCHECKED for value in values)


def value_history(database: Engine, actor: Actor, where: Where, key: Sequence[str]) -> list[Event]:
    """Everything that was said of a value, oldest first; once the period is frozen, up to then and by adjustments."""
    with reading_as(database, actor, Verb.APPRAISE) as connection:
        frozen = find_frozen(connection, *where)
        events = _imported(connection, key)
        if frozen is None:
            return events
        taken = select(SNAPSHOT.c.made_at).where(SNAPSHOT.c.id == frozen.id)
        made_at = connection.execute(taken).scalar_one()
        before = [event for event in events if event.at <= made_at]
        return _adjusted(connection, frozen.id, key, before)


def _sheet(connection: Connection, period: PeriodState, frozen: Frozen | None, rulebook: Rulebook, done: int) -> Sheet:
    offices = {office.code: office for office in load_offices(connection, Span(period.begins, period.ends, period.ends))}
    values = read_values(connection, period.begins, period.ends, rulebook.reported_measures())
    return Sheet(period, frozen, rulebook, offices, tuple(values), done)


def _imported(connection: Connection, key: Sequence[str]) -> list[Event]:
    """The versions of a row in their order and the row itself, each with the batch that wrote it."""
    versions = VERSIONS[REPORTED.name]
    events = []
    for table, order in ((versions, [versions.c.id]), (TABLE, [])):
        typed = {name: _typed(table.c[name], part) for name, part in zip(REPORTED.key, key, strict=True)}
        same = and_(*(table.c[name] == value for name, value in typed.items()), BATCH.c.id == table.c.batch_id)
        figures = (table.c.value, table.c.checked, table.c.decided)
        query = select(BATCH.c.made_at, BATCH.c.actor, BATCH.c.file, BATCH.c.reason, *figures).where(same)
        for row in connection.execute(query.order_by(*order)):
            said = {name: cell_text(row._mapping[name]) for name in ("value", "checked", "decided")}
            source = APPRAISAL if row.file is None and row.reason else "import"
            events.append(Event(row.made_at, row.actor, source, row.reason, said))
    return events


def _typed(column: Any, part: str) -> Any:
    wanted = column.type.python_type
    return wanted.fromisoformat(part) if hasattr(wanted, "fromisoformat") else part


def _adjusted(connection: Connection, snapshot: int, key: Sequence[str], before: list[Event]) -> list[Event]:
    events = list(before)
    about = and_(ADJUSTMENT.c.snapshot == snapshot, ADJUSTMENT.c.case_key == key_text(CaseRef(REPORTED.name, tuple(key))))
    dated = select(ADJUSTMENT.c.number, ADJUSTMENT.c.made_at).where(about, ADJUSTMENT.c.case_kind == REPORTED.name)
    moments = {row.number: row.made_at for row in connection.execute(dated)}
    for recorded in load_adjustments(connection, snapshot):
        if recorded.number in moments:
            said = {**(events[-1].figures if events else {}), **recorded.what.cells}
            what = recorded.what
            events.append(Event(moments[recorded.number], recorded.made_by, what.source, what.reason, said))
    return events
