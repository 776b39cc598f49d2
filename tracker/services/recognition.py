"""Where accepted practices count as recognised initiatives: the reported value that the committee's decision makes.

What the committee decided of the value is the number of practices it has recognised for the unit and the period. What the
unit itself reported stays beside it, so that whatever is more than that shows as not recognised.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, Engine, Table, and_, delete, insert, select

from tracker.core.cases import REPORTED
from tracker.core.rulebook import Rulebook
from tracker.services import audit
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.campaigns import PERIOD, PeriodState, load_campaign, load_rulebook
from tracker.services.permitted import reading_as
from tracker.services.policies import CAMPAIGN
from tracker.services.typed import refusal
from tracker.services.value_batches import OPEN, appraising, is_open, publish_values
from tracker.store.spans import find_overlap
from tracker.store.tables import live

VALUE = live(REPORTED)
INITIATIVES = "initiatives"
_COLUMNS = (*REPORTED.key, "value", "checked", "decided", "evidence")
Where = tuple[str, str]  # campaign, period


@dataclass(frozen=True, slots=True)
class Counted:
    """The period whose reported measure a practice counts in."""

    campaign: str
    period: str
    measure: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A period in which practices can count now; `figures`: what counts there for each unit so far, if anything does.

    `places`: the period and those of other campaigns over the same days, whose value is the same.
    """

    counted: Counted
    places: frozenset[Counted]
    title: Mapping[str, str]
    period: PeriodState
    figures: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a unit's value of a period is to be: so many practices, by a decision named in `proof`, for a reason."""

    unit: str
    number: int
    proof: str
    reason: str


def initiatives_of(rulebook: Rulebook) -> str | None:
    """The reported measure that counts recognised initiatives: `initiatives`, or one whose name ends so after a dot."""
    return next((one for one in rulebook.reported_measures() if one.rpartition(".")[2] == INITIATIVES), None)


def list_offers(database: Engine, actor: Actor, today: date) -> tuple[Offer, ...]:
    """The open periods, begun by today, of the campaigns whose rules count initiatives; the newest campaign first."""
    with reading_as(database, actor, Verb.APPRAISE) as connection:
        found = []
        for code in connection.execute(select(CAMPAIGN.c.code).order_by(CAMPAIGN.c.position.desc())).scalars().all():
            campaign = load_campaign(connection, code)
            measure = initiatives_of(load_rulebook(connection, campaign.rulebook).rulebook)
            if measure is None:
                continue
            for period in reversed([one for one in campaign.periods if one.state == OPEN and one.begins <= today]):
                figures = _figures(connection, measure, period)
                counted = Counted(code, period.code, measure)
                found.append(Offer(counted, _over(connection, measure, period), campaign.title, period, figures))
        return tuple(found)


def _figures(connection: Connection, measure: str, period: PeriodState) -> dict[str, Decimal]:
    of_period = (VALUE.c.period_from == period.begins, VALUE.c.period_to == period.ends, VALUE.c.measure == measure)
    rows = connection.execute(select(VALUE.c.unit, VALUE.c.value, VALUE.c.checked, VALUE.c.decided).where(*of_period))
    return {row.unit: next(figure for figure in (row.decided, row.checked, row.value) if figure is not None) for row in rows}


def judging(database: Engine, act: Act) -> AbstractContextManager[tuple[Connection, Table]]:
    """A writing transaction of somebody who may appraise, with a table for the values that come of it."""
    return appraising(database, _COLUMNS, [], act)


def find_counted(connection: Connection, where: Where) -> Counted:
    """The measure of that period; refused where its rules count no initiatives."""
    campaign = load_campaign(connection, where[0])
    measure = initiatives_of(load_rulebook(connection, campaign.rulebook).rulebook)
    if measure is None:
        raise refusal("practice_counts_nowhere", where[0])
    return Counted(*where, measure)


def same_days(connection: Connection, counted: Counted) -> frozenset[Counted]:
    """The period itself and those of other campaigns over the same days: a reported value is theirs in common."""
    return _over(connection, counted.measure, load_campaign(connection, counted.campaign).period(counted.period))


def _over(connection: Connection, measure: str, period: PeriodState) -> frozenset[Counted]:
    same = (PERIOD.c.begins == period.begins, PERIOD.c.ends == period.ends)
    rows = connection.execute(select(PERIOD.c.campaign, PERIOD.c.code).where(*same))
    return frozenset(Counted(row.campaign, row.code, measure) for row in rows)


def keep_count(connection: Connection, stage: Table, counted: Counted, kept: Kept, act: Act) -> None:
    """Make the unit's value the number of its recognised practices; refused unless the period is open."""
    period = load_campaign(connection, counted.campaign).period(counted.period)
    if not is_open(connection, counted.campaign, period):
        raise refusal("practice_period_closed", counted.period)
    key = dict(zip(REPORTED.key, (kept.unit, counted.measure, period.begins, period.ends), strict=True))
    same = and_(*(VALUE.c[name] == part for name, part in key.items()))
    row = connection.execute(select(VALUE.c.value, VALUE.c.checked, VALUE.c.decided, VALUE.c.evidence).where(same)).first()
    number = Decimal(kept.number)
    if row is None and not number:
        return
    if row is not None and row.checked == row.decided == number:
        return
    reported, proof = (number, kept.proof) if row is None else (row.value, row.evidence or kept.proof)
    connection.execute(delete(stage))
    connection.execute(insert(stage).values(**key, value=reported, checked=number, decided=number, evidence=proof))
    _publish(connection, stage, kept, act)


def _publish(connection: Connection, stage: Table, kept: Kept, act: Act) -> None:
    made = publish_values(connection, stage, kept.reason, act)
    if overlap := find_overlap(connection, REPORTED):
        raise refusal("overlap_stored", **dict(zip(("key", "begins", "ends"), overlap, strict=True)))
    said: dict[str, Plain] = {"unit": kept.unit, "recognised": kept.number}
    audit.record(connection, act, "count_practices", f"batch/{made.batch}", after=said, reason=kept.reason)
