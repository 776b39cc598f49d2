"""Appeals as they are kept: who contests which case, what was decided, and with which effect."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, select

from tracker.core.cases import DOSSIERS, FEEDBACK, KINDS, REPORTED
from tracker.core.problems import UsageError
from tracker.core.rounding import plain_text
from tracker.services.access import Actor, Verb, may, require, require_somewhere
from tracker.services.evidence import APPEAL, KeptEvidence, evidence_of
from tracker.services.hearings import name_units
from tracker.services.permitted import denials_recorded
from tracker.store.engine import reading
from tracker.store.hearing_tables import AppealDecision

DECISION = AppealDecision.__table__  # type: ignore[attr-defined]

# What may be contested, and which columns matter: only these are counted and can be wrong by a slip of the pen.
CONTESTED: Mapping[str, tuple[str, ...]] = {
    DOSSIERS.name: (
        "due_at",
        "extended_due_at",
        "completed_at",
        "returned_at",
        "status",
        "supplement_requests",
        "waiting_since",
        "paused_minutes",
        "apology_at",
    ),
    FEEDBACK.name: ("outcome", "resolved_on", "due_on", "officer"),
    REPORTED.name: ("decided",),
}
EXCLUDE, CORRECT = "exclude", "correct"
ACCEPTED, PARTLY, REFUSED = VERDICTS = ("accepted", "partly", "refused")
OPEN, WITHDRAWN = "open", "withdrawn"


@dataclass(frozen=True, slots=True)
class CaseRef:
    """Which case: its file's kind and its key's parts."""

    kind: str
    key: tuple[str, ...]

    @property
    def code(self) -> str:
        """The key as one text."""
        return "/".join(self.key)

    def __str__(self) -> str:
        return f"{self.kind}/{self.code}"


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision did: the case left out, or these cells; the unit's score and rank before and after."""

    action: str
    cells: Mapping[str, str | None]
    score_before: Fraction | None
    score_after: Fraction | None
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True)
class Ruled:
    """The committee's answer; `change` is None where it refused."""

    verdict: str
    reason: str
    change: Change | None
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class KeptAppeal:
    """An appeal with its files and, once there is one, its answer."""

    id: int
    campaign: str
    period: str
    revision: int
    snapshot: int
    unit: str
    case: CaseRef
    asks: str
    wanted: Mapping[str, str | None]
    reason: str
    made_by: str
    made_at: datetime
    withdrawn_at: datetime | None
    ruled: Ruled | None
    evidence: tuple[KeptEvidence, ...]
    unit_name: str

    @property
    def state(self) -> str:
        """The verdict once there is one, else open or withdrawn."""
        if self.ruled is not None:
            return self.ruled.verdict
        return OPEN if self.withdrawn_at is None else WITHDRAWN


def parse_case(text: str) -> CaseRef:
    """The case a link names as kind/key; UsageError if it is none that may be contested."""
    kind, _, key = text.partition("/")
    if kind not in CONTESTED:
        raise UsageError("not_contested", kind=kind, kinds=", ".join(CONTESTED))
    parts = tuple(key.split("/", len(KINDS[kind].key) - 1))
    if len(parts) != len(KINDS[kind].key) or not all(parts):
        raise UsageError("incomplete_key", kind=kind, key="/".join(KINDS[kind].key))
    return CaseRef(kind, parts)


def list_appeals(database: Engine, actor: Actor, campaign: str, period: str) -> list[KeptAppeal]:
    """The appeals of a period that the actor may see, all revisions: undecided ones first, then the newest."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.SEE_APPEALS)
        found = _load(connection, and_(APPEAL.c.campaign == campaign, APPEAL.c.period == period))
        units = {appeal.unit for appeal in found}
        visible = {unit for unit in units if may(connection, actor, Verb.SEE_APPEALS, unit)}
    seen = (appeal for appeal in found if appeal.unit in visible)
    return sorted(seen, key=lambda appeal: (appeal.state != OPEN, -appeal.id))


def show_appeal(database: Engine, actor: Actor, appeal: int) -> KeptAppeal:
    """One appeal. To whoever may not see the unit's, a foreign one and one there is not are the same."""
    with denials_recorded(database), reading(database) as connection:
        unit = connection.execute(select(APPEAL.c.unit).where(APPEAL.c.id == appeal)).scalar()
        require(connection, actor, Verb.SEE_APPEALS, unit)
        return find_appeal(connection, appeal)


def find_appeal(connection: Connection, appeal: int) -> KeptAppeal:
    """The appeal of that number; UsageError if there is none."""
    found = _load(connection, APPEAL.c.id == appeal)
    if not found:
        raise UsageError("unknown_appeal", appeal=appeal)
    return found[0]


def is_contested(connection: Connection, snapshot: int, case: CaseRef) -> bool:
    """True while an appeal about that case of the copy is undecided."""
    about = and_(APPEAL.c.snapshot == snapshot, APPEAL.c.case_kind == case.kind, APPEAL.c.case_key == key_text(case))
    return connection.execute(_open(APPEAL.c.id).where(about)).first() is not None


def undecided_appeals(connection: Connection, campaign: str, period: str, revision: int) -> int:
    """How many appeals of that revision wait for an answer."""
    return int(connection.execute(_open(func.count()).where(_of_revision(campaign, period, revision))).scalar_one())


def appeals_document(connection: Connection, campaign: str, period: str, revision: int) -> list[dict[str, Any]]:
    """Every appeal of that revision in order, as the final result and the minutes hold it: plain JSON, exact texts."""
    return [_document(appeal) for appeal in _load(connection, _of_revision(campaign, period, revision))]


def key_text(case: CaseRef) -> str:
    """The key as the tables keep it."""
    return json.dumps(list(case.key), ensure_ascii=False)


def _of_revision(campaign: str, period: str, revision: int) -> ColumnElement[bool]:
    return and_(APPEAL.c.campaign == campaign, APPEAL.c.period == period, APPEAL.c.revision == revision)


def _open(column: Any) -> Any:
    """A query over the appeals that are neither withdrawn nor decided."""
    undecided = and_(APPEAL.c.withdrawn_at.is_(None), DECISION.c.appeal.is_(None))
    return select(column).select_from(APPEAL.outerjoin(DECISION, DECISION.c.appeal == APPEAL.c.id)).where(undecided)


def _load(connection: Connection, chosen: ColumnElement[bool]) -> list[KeptAppeal]:
    """The chosen appeals in the order they were handed in."""
    joined = APPEAL.outerjoin(DECISION, DECISION.c.appeal == APPEAL.c.id)
    answer = (DECISION.c.verdict, DECISION.c.reason.label("answer"), DECISION.c.effect)
    query = select(APPEAL, *answer, DECISION.c.decided_by, DECISION.c.decided_at).select_from(joined)
    rows: Sequence[Any] = connection.execute(query.where(chosen).order_by(APPEAL.c.id)).all()
    evidence = evidence_of(connection, [row.id for row in rows])
    names = name_units(connection, {row.unit for row in rows})
    return [_kept(row, evidence.get(row.id, ()), names.get(row.unit, row.unit)) for row in rows]


def _kept(row: Any, evidence: Sequence[KeptEvidence], unit_name: str) -> KeptAppeal:
    same = (
        "id",
        "campaign",
        "period",
        "revision",
        "snapshot",
        "unit",
        "asks",
        "reason",
        "made_by",
        "made_at",
        "withdrawn_at",
    )
    return KeptAppeal(
        **{name: row._mapping[name] for name in same},
        case=CaseRef(row.case_kind, tuple(json.loads(row.case_key))),
        wanted=json.loads(row.wanted),
        ruled=_ruled(row) if row.verdict is not None else None,
        evidence=tuple(evidence),
        unit_name=unit_name,
    )


def _ruled(row: Any) -> Ruled:
    said = json.loads(row.effect)
    change = None
    if said:
        before, after = _score(said["score_before"]), _score(said["score_after"])
        change = Change(said["action"], said["cells"], before, after, said["rank_before"], said["rank_after"])
    return Ruled(row.verdict, row.answer, change, row.decided_by, row.decided_at)


def _score(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _document(appeal: KeptAppeal) -> dict[str, Any]:
    """A case code stands as it is; any other key by its digest."""
    case, ruled = appeal.case, appeal.ruled
    is_code = KINDS[case.kind].key == ("code",)
    named = {"case": case.code} if is_code else {"case_sha256": sha256(key_text(case).encode()).hexdigest()}
    change = None if ruled is None or ruled.change is None else ruled.change
    return {
        "appeal": appeal.id,
        "unit": appeal.unit,
        "kind": case.kind,
        **named,
        "asks": appeal.asks,
        "verdict": appeal.state,
        "reason": None if ruled is None else ruled.reason,
        "evidence": [file.sha256 for file in appeal.evidence],
        "effect": None if change is None else effect_document(change),
    }


def effect_document(change: Change) -> dict[str, Any]:
    """A change as plain JSON; scores are exact texts."""
    return {
        "action": change.action,
        "cells": dict(change.cells),
        "score_before": _exact(change.score_before),
        "score_after": _exact(change.score_after),
        "rank_before": change.rank_before,
        "rank_after": change.rank_after,
    }


def _exact(score: Fraction | None) -> str | None:
    return None if score is None else plain_text(score)
