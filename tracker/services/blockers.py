"""What still stands between a published period and its final result, each with the page where it is solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Engine, select

from tracker.core.problems import Place, Problem
from tracker.services.adjustments import load_adjustments
from tracker.services.campaigns import PeriodState
from tracker.services.copies import Frozen, load_parts
from tracker.services.policies import CAMPAIGN
from tracker.services.results import Kept
from tracker.services.standings import Board
from tracker.services.verifying import check_result
from tracker.store.engine import reading

# Everything that is checked, in the order in which it is usually settled.
CHECKS = (
    "period_running",
    "frozen_too_early",
    "rules_not_approved",
    "no_deadline",
    "appeals_running",
    "pending_lines",
)
_NAMED = 5  # units named in a sentence; it says how many there are


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that is open: `code` names it, `args` fill its sentence, `page` is where to go and `query` what to show."""

    code: str
    args: Mapping[str, object] = field(default_factory=dict)
    page: str = "period"
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> Problem:
        """The same as a problem to be said."""
        return Problem(f"blocked_{self.code}", Place(""), args=self.args)


def find_blockers(connection: Connection, frozen: Frozen, period: PeriodState, board: Board, today: date) -> list[Blocker]:
    """Everything that forbids making the period final, but for what only a recount of the copy can show."""
    return [
        *_of_time(frozen, period, today),
        *_of_rules(connection, frozen),
        *_of_figures(board),
    ]


def _of_time(frozen: Frozen, period: PeriodState, today: date) -> Iterator[Blocker]:
    if today <= period.ends:
        yield Blocker("period_running", {"day": period.ends})
    elif frozen.as_of < period.ends:
        yield Blocker("frozen_too_early", {"day": frozen.as_of, "ends": period.ends})
    if period.appeals_until is None:
        yield Blocker("no_deadline", page="campaigns", query={"c": frozen.campaign})
    elif today <= period.appeals_until:
        yield Blocker("appeals_running", {"day": period.appeals_until}, "appeals")


def _of_rules(connection: Connection, frozen: Frozen) -> Iterator[Blocker]:
    query = select(CAMPAIGN.c.rules_approved_by).where(CAMPAIGN.c.code == frozen.campaign)
    if not connection.execute(query).scalar_one():
        yield Blocker("rules_not_approved", {"rulebook": frozen.rulebook}, "rules", {"c": frozen.campaign})


def _of_figures(board: Board) -> Iterator[Blocker]:
    """Units that reported in part. One without any row has no rank, and its silence is a ground of its own."""
    pending = [
        place.score.unit
        for standing in board.standings.values()
        for place in standing.places
        if not place.score.complete and any(board.facts[place.score.unit].rows.values())
    ]
    if pending:
        names = ", ".join(board.offices[unit].name for unit in pending[:_NAMED])
        yield Blocker("pending_lines", {"n": len(pending), "names": names}, "leaderboard")


def find_faults(database: Engine, frozen: Frozen, kept: Kept) -> list[Blocker]:
    """What a recount of the copy shows against its newest result."""
    with reading(database) as connection:
        copy, recorded = load_parts(connection, frozen.id), load_adjustments(connection, frozen.id)
    flaws = list(check_result(copy, recorded, kept))
    return [Blocker("self_check", {"parts": ", ".join(flaw.part for flaw in flaws)})] if flaws else []
