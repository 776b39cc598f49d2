"""Handing in, withdrawing and deciding appeals; a decision changes a case only by a recorded adjustment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from tracker.core.cases import KINDS
from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.intake.corrections import parse_correction
from tracker.services import audit
from tracker.services.access import Actor, DeniedError, Verb, require
from tracker.services.act import Act
from tracker.services.adjusting import Effect, adjust, preview, read_case
from tracker.services.adjustments import NewAdjustment
from tracker.services.appeals import (
    CONTESTED,
    CORRECT,
    DECISION,
    EXCLUDE,
    PARTLY,
    REFUSED,
    VERDICTS,
    CaseRef,
    Change,
    KeptAppeal,
    effect_document,
    find_appeal,
    is_contested,
    key_text,
)
from tracker.services.copies import Frozen, find_frozen, get_frozen
from tracker.services.evidence import APPEAL, Document, check_documents, keep_documents
from tracker.services.hearings import Hearing, load_hearing
from tracker.services.imports import Source
from tracker.services.permitted import denials_recorded, reading_as, writing_as
from tracker.services.seals import insert_sealed
from tracker.services.typed import tidy_statement
from tracker.store.audit import canonical
from tracker.store.engine import writing
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored

Cells = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class NewAppeal:
    """What a unit hands in: which case of which period, what it asks for (`cells` for CORRECT), why, and its evidence."""

    campaign: str
    period: str
    unit: str
    case: CaseRef
    asks: str
    reason: str
    cells: Cells
    files: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """The committee's answer; PARTLY says with which action, and for CORRECT with which cells, instead of what was asked."""

    verdict: str
    reason: str
    action: str = CORRECT
    cells: Cells | None = None


def case_of_unit(database: Engine, actor: Actor, where: tuple[str, str], unit: str, case: CaseRef) -> dict[str, Any]:
    """The unit's case as the copy of a period (`where`: campaign, period) has it; for whoever may see the unit's appeals."""
    with reading_as(database, actor, Verb.SEE_APPEALS, unit) as connection:
        frozen = _frozen(connection, *where)
    return _read(database, frozen, unit, case)


def hand_in_appeal(database: Engine, new: NewAppeal, act: Act) -> int:
    """Hand in an appeal with its evidence; returns its number. One undecided appeal a case."""
    with reading_as(database, act.actor, Verb.APPEAL, new.unit) as connection:
        _require_accepting(load_hearing(connection, new.campaign, new.period, act.today))
        frozen = _frozen(connection, new.campaign, new.period)
    wanted = _check_wanted(database, frozen, new, act.today)
    documents = check_documents(new.files)
    row = {**_row(new, frozen), "wanted": canonical(wanted), "reason": tidy_statement(new.reason)}
    with writing_as(database, act, Verb.APPEAL, new.unit) as connection:
        _require_accepting(load_hearing(connection, new.campaign, new.period, act.today))
        if _frozen(connection, new.campaign, new.period).id != frozen.id:
            raise RefusedError([Problem("period_moved", Place(""), args={"period": new.period})])
        if is_contested(connection, frozen.id, new.case):
            raise RefusedError([Problem("appeal_open", Place(""), value=new.case.code)])
        return _insert(connection, row, documents, act)


def withdraw_appeal(database: Engine, appeal: int, act: Act) -> None:
    """Take an undecided appeal back. A foreign appeal and one there is not are the same to who may not see it."""
    with denials_recorded(database), writing(database) as connection:
        unit = connection.execute(select(APPEAL.c.unit).where(APPEAL.c.id == appeal)).scalar()
        require(connection, act.actor, Verb.APPEAL, unit)
        _require_undecided(find_appeal(connection, appeal))
        withdrawn = now_as_stored(act.now)
        connection.execute(update(APPEAL).where(APPEAL.c.id == appeal).values(withdrawn_at=withdrawn))
        audit.record(connection, act, "withdraw_appeal", f"appeal/{appeal}", {"state": "open"}, {"state": "withdrawn"})
        bump_version(connection)


def decide_appeal(database: Engine, appeal: int, ruling: Ruling, act: Act) -> Change | None:
    """Answer an appeal once and for all; returns what that changed, None for a refusal.

    Of two who decide at once one wins; the other is told who it was, and nothing is done twice.
    """
    if ruling.verdict not in VERDICTS:
        raise UsageError("unknown_verdict", verdict=ruling.verdict, known=", ".join(VERDICTS))
    asked, frozen = _load_undecided(database, appeal, act.actor)
    reason = tidy_statement(ruling.reason)
    if ruling.verdict == REFUSED:
        with writing_as(database, act, Verb.DECIDE) as connection:
            _require_deciding(connection, asked, act.today)
            _insert_decision(connection, asked, (REFUSED, reason), None, act)
            bump_version(connection)
        return None
    adjustment = _adjustment(database, frozen, asked, ruling, act.today, reason)
    try:
        effect = adjust(
            database,
            frozen,
            [adjustment],
            act,
            Verb.DECIDE,
            lambda connection, effect: _conclude(connection, asked, (ruling.verdict, reason), adjustment, effect, act),
        )
    except DeniedError:
        raise
    except RefusedError:
        _load_undecided(database, appeal, act.actor)  # somebody else's decision is the better explanation
        raise
    return _change(asked.unit, adjustment, effect)


def preview_acceptance(database: Engine, appeal: int, act: Act) -> Change:
    """What accepting the appeal as it stands would change, changing nothing."""
    asked, frozen = _load_undecided(database, appeal, act.actor)
    adjustment = _adjustment(database, frozen, asked, Ruling("accepted", "-"), act.today, "-")
    return _change(asked.unit, adjustment, preview(database, frozen, [adjustment], act, Verb.DECIDE))


def _frozen(connection: Connection, campaign: str, period: str) -> Frozen:
    frozen = find_frozen(connection, campaign, period)
    if frozen is None:
        raise RefusedError([Problem("appeals_not_open", Place(""), args={"period": period})])
    return frozen


def _require_accepting(hearing: Hearing) -> None:
    """Raise RefusedError unless the period takes appeals today."""
    if hearing.accepts:
        return
    if hearing.decides:
        named = {"period": hearing.period, "until": hearing.until}
        raise RefusedError([Problem("appeals_over", Place(""), args=named)])
    code = "period_final" if hearing.state == "final" else "appeals_not_open"
    raise RefusedError([Problem(code, Place(""), args={"period": hearing.period})])


def _read(database: Engine, frozen: Frozen, unit: str, case: CaseRef) -> dict[str, Any]:
    """The case; RefusedError alike where the copy has none and where it is another unit's."""
    found = read_case(database, frozen, case.kind, case.key) if case.kind in CONTESTED else None
    if found is None or found.get("unit") != unit:
        raise RefusedError([Problem("case_not_yours", Place(""), value=case.code, args={"unit": unit})])
    return found


def _check_wanted(database: Engine, frozen: Frozen, new: NewAppeal, today: date) -> dict[str, str | None]:
    case = _read(database, frozen, new.unit, new.case)
    if new.asks == EXCLUDE:
        return {}
    if new.asks != CORRECT:
        raise UsageError("unknown_request", asks=new.asks, known=f"{EXCLUDE}, {CORRECT}")
    return _check_cells(new.case.kind, case, new.cells, today)


def _check_cells(kind: str, case: Mapping[str, Any], cells: Cells, today: date) -> dict[str, str | None]:
    """The cells as they would be recorded; at least one must differ from the case, and all must be contestable."""
    strange = sorted(set(cells) - set(CONTESTED[kind]))
    if strange:
        raise RefusedError([Problem("column_not_contested", Place("", column=name)) for name in strange])
    wanted = parse_correction(KINDS[kind], case, cells, today)
    if not wanted:
        raise RefusedError([Problem("appeal_changes_nothing", Place(""))])
    return wanted


def _row(new: NewAppeal, frozen: Frozen) -> dict[str, Any]:
    return {
        "campaign": frozen.campaign,
        "period": frozen.period,
        "revision": frozen.revision,
        "snapshot": frozen.id,
        "unit": new.unit,
        "case_kind": new.case.kind,
        "case_key": key_text(new.case),
        "asks": new.asks,
    }


def _insert(connection: Connection, row: Mapping[str, Any], documents: Sequence[Document], act: Act) -> int:
    stamped = {"made_by": act.actor, "made_at": now_as_stored(act.now)}
    made = connection.execute(insert(APPEAL).values(**row, **stamped).returning(APPEAL.c.id))
    appeal = int(made.scalar_one())
    # The row itself may be read by those who may; the log keeps only its digest.
    which = {"unit": row["unit"], "kind": row["case_kind"], "snapshot": row["snapshot"], "asks": row["asks"]}
    digest = sha256(canonical(dict(row)).encode()).hexdigest()
    audit.record(connection, act, "hand_in_appeal", f"appeal/{appeal}", after={**which, "sha256": digest})
    keep_documents(connection, appeal, documents, act)
    bump_version(connection)
    return appeal


def _load_undecided(database: Engine, appeal: int, actor: Actor) -> tuple[KeptAppeal, Frozen]:
    with reading_as(database, actor, Verb.DECIDE) as connection:
        asked = find_appeal(connection, appeal)
        _require_undecided(asked)
        return asked, get_frozen(connection, asked.snapshot)


def _require_undecided(appeal: KeptAppeal) -> None:
    if appeal.ruled is not None:
        named = {"by": appeal.ruled.decided_by, "at": appeal.ruled.decided_at}
        raise RefusedError([Problem("appeal_decided", Place(""), value=str(appeal.id), args=named)])
    if appeal.withdrawn_at is not None:
        raise RefusedError([Problem("appeal_withdrawn", Place(""), value=str(appeal.id))])


def _require_deciding(connection: Connection, asked: KeptAppeal, today: date) -> None:
    """Raise RefusedError unless the appeal is still undecided and its revision the one before the committee."""
    _require_undecided(find_appeal(connection, asked.id))
    hearing = load_hearing(connection, asked.campaign, asked.period, today)
    if not hearing.decides or hearing.revision != asked.revision:
        raise RefusedError([Problem("period_moved", Place(""), args={"period": asked.period})])


def _adjustment(
    database: Engine, frozen: Frozen, asked: KeptAppeal, ruling: Ruling, today: date, reason: str
) -> NewAdjustment:
    """The adjustment a ruling makes, its cells checked against the case as the copy has it now."""
    action, cells = asked.asks, asked.wanted
    if ruling.verdict == PARTLY:
        action, cells = ruling.action, ruling.cells or {}
    case = _read(database, frozen, asked.unit, asked.case)
    checked = _check_cells(asked.case.kind, case, cells, today) if action == CORRECT else {}
    if ruling.verdict == PARTLY and (action, checked) == (asked.asks, dict(asked.wanted)):
        raise RefusedError([Problem("partly_is_all", Place(""))])
    return NewAdjustment(action, asked.case.kind, asked.case.key, checked, reason, f"appeal/{asked.id}")


def _conclude(
    connection: Connection,
    asked: KeptAppeal,
    answer: tuple[str, str],
    adjustment: NewAdjustment,
    effect: Effect,
    act: Act,
) -> None:
    _require_undecided(find_appeal(connection, asked.id))
    _insert_decision(connection, asked, answer, _change(asked.unit, adjustment, effect), act)


def _insert_decision(
    connection: Connection, asked: KeptAppeal, answer: tuple[str, str], change: Change | None, act: Act
) -> None:
    verdict, reason = answer
    row = {
        "appeal": asked.id,
        "verdict": verdict,
        "reason": reason,
        "effect": canonical(effect_document(change) if change else {}),
        "decided_by": act.actor,
        "decided_at": now_as_stored(act.now),
    }
    said = {"verdict": verdict, "unit": asked.unit}
    insert_sealed(connection, act, DECISION, row, "decide_appeal", said=said, reason=reason)


def _change(unit: str, adjustment: NewAdjustment, effect: Effect) -> Change:
    moved = effect.units.get(unit)
    if moved is None:  # a unit that does not compete has neither score nor rank
        return Change(adjustment.action, adjustment.cells, None, None, None, None)
    scores, ranks = (moved.score_before, moved.score_after), (moved.rank_before, moved.rank_after)
    return Change(adjustment.action, adjustment.cells, *scores, *ranks)
