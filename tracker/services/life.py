"""A period's life: each step proposed by one person and approved by another, on a ground that is refused once it moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import Connection, Engine, update

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.services import freezing
from tracker.services.access import Verb, require
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.blockers import Blocker, find_blockers, find_faults
from tracker.services.campaigns import PERIOD, PeriodState, load_campaign
from tracker.services.committee_record import decisions_text
from tracker.services.copies import Frozen, find_frozen
from tracker.services.permitted import reading_as, writing_as
from tracker.services.reauth import require_confirmed
from tracker.services.results import FINAL, PUBLISHED, Kept, keep_result, newest_result
from tracker.services.seals import once
from tracker.services.standings import Board, Question, read_board
from tracker.services.steps import (
    APPROVE,
    INTO,
    PROPOSE,
    REFUSE,
    WITHDRAW,
    Step,
    Taken,
    Where,
    find_pending,
    record_step,
    require_state,
)
from tracker.store.audit import canonical
from tracker.store.publishing import bump_version


@dataclass(frozen=True, slots=True)
class Ground:
    """What a step on a frozen period is decided on: its newest result, and the digest that stands for all of it."""

    period: PeriodState
    frozen: Frozen
    kept: Kept
    board: Board


class BlockedError(RefusedError):
    """The period cannot be made final yet; carries everything that stands in the way."""

    def __init__(self, blockers: list[Blocker]) -> None:
        super().__init__([blocker.problem for blocker in blockers])
        self.blockers = blockers


def propose_step(database: Engine, where: Where, step: Step, act: Act, reason: str = "") -> None:
    """Propose a step to whoever may approve it. Refused while another proposal waits, or with what blocks a final one."""
    if step is Step.REOPEN and not reason.strip():
        raise UsageError("reason_needed")
    with reading_as(database, act.actor, Verb.PROPOSE_STEP) as connection:
        require_state(_period(connection, where), step)
    if step is Step.FREEZE:
        digest = freezing.digest_now(database, where, act.today)
        ground, faults = None, []
    else:
        ground = read_ground(database, where, act)
        digest, faults = "", _faults(database, ground, step)
    with writing_as(database, act, Verb.PROPOSE_STEP) as connection:
        period = _period(connection, where)
        require_state(period, step)
        _require_none_pending(connection, where, period)
        if ground is not None:
            _require_unblocked(connection, ground, step, act, faults)
            digest = basis_of(connection, ground, step)
        record_step(connection, act, where, period, step, PROPOSE, basis=digest, reason=reason.strip())
        bump_version(connection)


def approve_step(database: Engine, where: Where, step: Step, act: Act) -> None:
    """Take the step that somebody else proposed. Refused if what it was proposed on has moved since."""
    if step is Step.FREEZE:
        _approve_freeze(database, where, act)
        return
    with reading_as(database, act.actor, Verb.APPROVE_STEP) as connection:
        require_state(_period(connection, where), step)
    ground = read_ground(database, where, act)
    faults = _faults(database, ground, step)
    with _approving(database, where, step, act) as (connection, period, pending):
        _require_unblocked(connection, ground, step, act, faults)
        if basis_of(connection, ground, step) != pending.basis:
            raise _moved(where)
        said = _keep_stage(connection, ground, step, act)
        _finish(connection, where, period, pending, act, said)


def answer_step(database: Engine, where: Where, act: Act, reason: str = "") -> None:
    """Withdraw one's own proposal, or refuse somebody else's with a reason (whoever may approve it)."""
    with writing_as(database, act, Verb.PROPOSE_STEP) as connection, _answered():
        period = _period(connection, where)
        pending = _pending(connection, where, period)
        done = WITHDRAW if pending.actor == act.actor else REFUSE
        if done == REFUSE:
            require(connection, act.actor, Verb.APPROVE_STEP)
            if not reason.strip():
                raise UsageError("reason_needed")
        said = reason.strip()
        record_step(
            connection, act, where, period, pending.step, done, basis=pending.basis, proposal=pending.id, reason=said
        )
        bump_version(connection)


def read_ground(database: Engine, where: Where, act: Act) -> Ground:
    """The period's newest result, adjustments included; RefusedError while the period is open."""
    with reading_as(database, act.actor, Verb.PROPOSE_STEP) as connection:
        period = _period(connection, where)
        frozen = find_frozen(connection, where.campaign, where.period)
        kept = newest_result(connection, frozen.id) if frozen else None
    if frozen is None or kept is None:
        raise RefusedError([Problem("period_not_frozen", Place(""), args={"period": where.period})])
    board = read_board(database, Question(where.campaign, where.period, basis=str(kept.id)), kept.id)
    return Ground(period, frozen, kept, board)


def basis_of(connection: Connection, ground: Ground, step: Step) -> str:
    """The digest of everything a step is decided on; for the final result the committee's decisions too."""
    said = {
        "inputs": ground.frozen.inputs_sha256,
        "adjustments": _adjustments_head(connection, ground),
        "results": ground.kept.digests["results_sha256"],
    }
    if step is Step.FINALISE:
        said["decisions"] = decisions_text(connection, ground.frozen, ground.board)
    return sha256(canonical(said).encode()).hexdigest()


def _adjustments_head(connection: Connection, ground: Ground) -> str:
    """The head of the adjustments as they are now, also those that came after the ground was read."""
    newest = newest_result(connection, ground.frozen.id)
    return newest.adjustments_sha256 if newest else ""


def _approve_freeze(database: Engine, where: Where, act: Act) -> None:
    with reading_as(database, act.actor, Verb.APPROVE_STEP) as connection:
        require_state(_period(connection, where), Step.FREEZE)
    taking = freezing.take(database, where, act.today)
    with _approving(database, where, Step.FREEZE, act) as (connection, period, pending):
        if taking.copy.sha256 != pending.basis or not freezing.is_still(connection, taking, where, act.today):
            raise _moved(where)
        snapshot, documents = freezing.keep(connection, taking, where, pending.actor, act)
        said: dict[str, Plain] = {"snapshot": snapshot, "inputs_sha256": taking.copy.sha256, **documents.digests}
        _finish(connection, where, period, pending, act, said)


@contextmanager
def _approving(database: Engine, where: Where, step: Step, act: Act) -> Iterator[tuple[Connection, PeriodState, Taken]]:
    """The writing transaction of an approval: the proposal of that step which waits, made by somebody else."""
    with writing_as(database, act, Verb.APPROVE_STEP) as connection, _answered():
        require_confirmed(connection, act)
        period = _period(connection, where)
        require_state(period, step)
        pending = _pending(connection, where, period)
        if pending.step is not step:
            raise RefusedError([Problem("no_proposal", Place(""), value=where.period, args={"period": where.period})])
        if pending.actor == act.actor:
            raise RefusedError([Problem("own_proposal", Place(""), value=act.actor)])
        yield connection, period, pending


def _answered() -> AbstractContextManager[None]:
    """An answer given by somebody else in the meantime is said as such: the database takes one answer to a proposal."""
    return once(RefusedError([Problem("already_answered", Place(""))]))


def _keep_stage(connection: Connection, ground: Ground, step: Step, act: Act) -> dict[str, Plain]:
    """Keep the result as published or final; a reopening keeps nothing new."""
    if step is Step.REOPEN:
        return {}
    documents = replace(ground.kept.documents, decisions=decisions_text(connection, ground.frozen, ground.board))
    stage = PUBLISHED if step is Step.PUBLISH else FINAL
    of = (ground.kept.adjustments, ground.kept.adjustments_sha256)
    result = keep_result(connection, ground.frozen.id, stage, of, documents, act)
    return {"result": result, "inputs_sha256": ground.frozen.inputs_sha256, **documents.digests}


def _finish(
    connection: Connection, where: Where, period: PeriodState, pending: Taken, act: Act, said: Mapping[str, Plain]
) -> None:
    """Record the approval and move the period, in one with what was kept."""
    revision = period.revision + (1 if pending.step is Step.REOPEN else 0)
    into = {"state": INTO[pending.step], "version": period.version + 1, "revision": revision}
    told = {**said, "into": INTO[pending.step], "proposed_by": pending.actor}
    record_step(
        connection,
        act,
        where,
        period,
        pending.step,
        APPROVE,
        basis=pending.basis,
        proposal=pending.id,
        reason=pending.reason,
        said=told,
    )
    connection.execute(
        update(PERIOD).where(PERIOD.c.campaign == where.campaign, PERIOD.c.code == where.period).values(**into)
    )
    bump_version(connection)


def _faults(database: Engine, ground: Ground, step: Step) -> list[Blocker]:
    """What only a recount of the copy can show; asked for before the lock is taken."""
    return find_faults(database, ground.frozen, ground.kept) if step is Step.FINALISE else []


def _require_unblocked(connection: Connection, ground: Ground, step: Step, act: Act, faults: list[Blocker]) -> None:
    if step is not Step.FINALISE:
        return
    period = _period(connection, Where(ground.frozen.campaign, ground.frozen.period))
    blockers = [*find_blockers(connection, ground.frozen, period, ground.board, act.today), *faults]
    if blockers:
        raise BlockedError(blockers)


def _require_none_pending(connection: Connection, where: Where, period: PeriodState) -> None:
    pending = find_pending(connection, where, period)
    if pending is not None:
        args = {"step": pending.step.value, "actor": pending.actor}
        raise RefusedError([Problem("step_pending", Place(""), value=where.period, args=args)])


def _pending(connection: Connection, where: Where, period: PeriodState) -> Taken:
    pending = find_pending(connection, where, period)
    if pending is None:
        raise RefusedError([Problem("no_proposal", Place(""), value=where.period, args={"period": where.period})])
    return pending


def _period(connection: Connection, where: Where) -> PeriodState:
    return load_campaign(connection, where.campaign).period(where.period)


def _moved(where: Where) -> RefusedError:
    return RefusedError([Problem("basis_moved", Place(""), value=where.period, args={"period": where.period})])
