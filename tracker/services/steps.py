"""The record of a period's steps: who proposed what on which ground, and who approved, refused or withdrew it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, and_, exists, select

from tracker.core.problems import Place, Problem, RefusedError
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.campaigns import PeriodState
from tracker.services.seals import insert_sealed
from tracker.store.period_tables import PeriodStep
from tracker.store.tables import now_as_stored

STEP = PeriodStep.__table__  # type: ignore[attr-defined]
PROPOSE, APPROVE, REFUSE, WITHDRAW = "propose", "approve", "refuse", "withdraw"


class Step(StrEnum):
    """What moves a period from one state to another."""

    FREEZE = "freeze"
    PUBLISH = "publish"
    FINALISE = "finalise"
    REOPEN = "reopen"


FROM: Mapping[Step, tuple[str, ...]] = {
    Step.FREEZE: ("open",),
    Step.PUBLISH: ("frozen",),
    Step.FINALISE: ("published",),
    Step.REOPEN: ("frozen", "published", "final"),
}
INTO = {Step.FREEZE: "frozen", Step.PUBLISH: "published", Step.FINALISE: "final", Step.REOPEN: "open"}


@dataclass(frozen=True, slots=True)
class Where:
    """Which period."""

    campaign: str
    period: str


@dataclass(frozen=True, slots=True)
class Taken:
    """One act on a step as it is recorded; `proposal` is the id of what it answers, None for a proposal itself."""

    id: int
    revision: int
    step: Step
    act: str
    proposal: int | None
    version: int
    basis: str
    reason: str
    actor: str
    at: datetime


def list_steps(connection: Connection, where: Where) -> list[Taken]:
    """Everything done in the period's life, the oldest first."""
    of_period = (STEP.c.campaign == where.campaign, STEP.c.period == where.period)
    return [_taken(row) for row in connection.execute(select(STEP).where(*of_period).order_by(STEP.c.id))]


def find_pending(connection: Connection, where: Where, period: PeriodState) -> Taken | None:
    """The proposal that waits for an answer; one made on an earlier version of the period waits no more."""
    answer = STEP.alias("answer")
    row = connection.execute(
        select(STEP)
        .where(
            and_(STEP.c.campaign == where.campaign, STEP.c.period == where.period, STEP.c.act == PROPOSE),
            STEP.c.version == period.version,
            ~exists().where(answer.c.proposal == STEP.c.id),
        )
        .order_by(STEP.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _taken(row)


def require_state(period: PeriodState, step: Step) -> None:
    """Raise RefusedError unless the step can be taken from the period's state."""
    if period.state not in FROM[step]:
        args = {"step": step.value, "state": period.state, "period": period.code}
        raise RefusedError([Problem("step_not_now", Place(""), value=period.code, args=args)])


def record_step(  # noqa: PLR0913 (an act on a step: where, on what, how and why)
    connection: Connection,
    act: Act,
    where: Where,
    period: PeriodState,
    step: Step,
    done: str,
    *,
    basis: str,
    proposal: int | None = None,
    reason: str = "",
    said: Mapping[str, Plain] | None = None,
) -> int:
    """Write one act; its entry in the log tells what was decided on."""
    row = {
        "campaign": where.campaign,
        "period": where.period,
        "revision": period.revision,
        "step": step.value,
        "act": done,
        "proposal": proposal,
        "version": period.version,
        "basis": basis,
        "reason": reason,
        "actor": act.actor,
        "made_at": now_as_stored(act.now),
    }
    told: dict[str, Plain] = {
        "campaign": where.campaign,
        "period": where.period,
        "revision": period.revision,
        "state": period.state,
        "basis_sha256": basis,
        **(said or {}),
    }
    return insert_sealed(connection, act, STEP, row, f"{step.value}_{done}", said=told, reason=reason or None)


def _taken(row: Row[tuple[object, ...]]) -> Taken:
    found = row._mapping
    return Taken(
        found["id"],
        found["revision"],
        Step(found["step"]),
        found["act"],
        found["proposal"],
        found["version"],
        found["basis"],
        found["reason"],
        found["actor"],
        found["made_at"],
    )
