"""Freezing: the copy of what a period rests on, counted and compared with the live figures before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Engine

from tracker.core.problems import Place, Problem, RefusedError
from tracker.services.act import Act
from tracker.services.adjustments import NewAdjustment, Recorded, chain_head, load_adjustments, record_adjustments
from tracker.services.audit import Plain
from tracker.services.campaigns import SNAPSHOT, CampaignState, PeriodState, load_campaign, load_rulebook
from tracker.services.copies import ENGINE, Copy, keep_parts, list_frozen, take_copy
from tracker.services.recount import count_copy, documents_of, read_copied
from tracker.services.results import FROZEN, Documents, keep_result
from tracker.services.seals import insert_sealed
from tracker.services.standings import Board, Question, count_all
from tracker.services.steps import Where
from tracker.store.engine import reading
from tracker.store.publishing import data_version
from tracker.store.tables import now_as_stored


@dataclass(frozen=True, slots=True)
class Taking:
    """A copy taken and counted, not yet kept. `carried`: adjustments of the revision before that still have their case."""

    campaign: CampaignState
    period: PeriodState
    as_of: date
    copy: Copy
    data_version: int
    carried: tuple[tuple[str, NewAdjustment], ...]
    board: Board


def digest_now(database: Engine, where: Where, today: date) -> str:
    """The digest that a copy taken now would have."""
    with reading(database) as connection:
        return _copy(connection, where, today)[3].sha256


def take(database: Engine, where: Where, today: date) -> Taking:
    """Take the copy and count it; RefusedError if it does not give the figures the live cases give."""
    with reading(database) as connection:
        campaign, period, as_of, copy = _copy(connection, where, today)
        version = data_version(connection)
        _, _, live = count_all(connection, Question(where.campaign, where.period, as_of), today)
        before = _last_adjustments(connection, where)
    if count_copy(copy, []).facts != live:
        raise RefusedError([Problem("copy_differs", Place(""), args={"period": period.code})])
    carried = tuple((unit, what) for unit, what in before if read_copied(copy, [], what.kind, what.key) is not None)
    board = count_copy(copy, [what for _, what in carried])
    return Taking(campaign, period, as_of, copy, version, carried, board)


def is_still(connection: Connection, taking: Taking, where: Where, today: date) -> bool:
    """True if a copy taken now, under the lock, would be the same."""
    return data_version(connection) == taking.data_version or _copy(connection, where, today)[3].sha256 == taking.copy.sha256


def keep(connection: Connection, taking: Taking, where: Where, proposed_by: str, act: Act) -> tuple[int, Documents]:
    """Write the snapshot, its parts, the carried adjustments and the first result; returns the snapshot's id."""
    row = {
        "campaign": where.campaign,
        "period": where.period,
        "revision": taking.period.revision,
        "begins": taking.period.begins,
        "ends": taking.period.ends,
        "as_of": taking.as_of,
        "rulebook": taking.campaign.rulebook,
        "manifest": taking.copy.manifest,
        "inputs_sha256": taking.copy.sha256,
        "engine": ENGINE,
        "proposed_by": proposed_by,
        "approved_by": act.actor,
        "made_at": now_as_stored(act.now),
    }
    said: dict[str, Plain] = {
        "inputs_sha256": taking.copy.sha256,
        "revision": taking.period.revision,
        "rulebook": taking.campaign.rulebook,
    }
    snapshot = insert_sealed(connection, act, SNAPSHOT, row, "snapshot", said=said)
    keep_parts(connection, snapshot, taking.copy)
    recorded = record_adjustments(connection, snapshot, [], taking.carried, act)
    documents = documents_of(taking.board)
    keep_result(connection, snapshot, FROZEN, (len(recorded), chain_head(recorded)), documents, act)
    return snapshot, documents


def _copy(connection: Connection, where: Where, today: date) -> tuple[CampaignState, PeriodState, date, Copy]:
    campaign = load_campaign(connection, where.campaign)
    period = campaign.period(where.period)
    as_of = min(today, period.ends)
    if as_of < period.begins:
        raise RefusedError([Problem("period_not_begun", Place(""), value=period.code, args={"begins": period.begins})])
    kept = load_rulebook(connection, campaign.rulebook)
    return campaign, period, as_of, take_copy(connection, campaign, period, kept, as_of)


def _last_adjustments(connection: Connection, where: Where) -> Sequence[tuple[str, NewAdjustment]]:
    """The adjustments of the newest revision that was frozen, saying which one they come from."""
    revisions = list_frozen(connection, where.campaign, where.period)
    if not revisions:
        return ()
    last = revisions[-1]
    return [_carry(recorded, last.revision) for recorded in load_adjustments(connection, last.id)]


def _carry(recorded: Recorded, revision: int) -> tuple[str, NewAdjustment]:
    what = recorded.what
    source = what.source if what.source.startswith("revision/") else f"revision/{revision}/{what.source}"
    return recorded.unit, replace(what, source=source)
