"""What still stands between a published period and its final result, each with the page where it is solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Engine, select

from tracker.core.problems import Place, Problem
from tracker.export.verifier import check
from tracker.services.adjustments import Recorded, load_adjustments
from tracker.services.appeals import undecided_appeals
from tracker.services.bundles import bundle_files
from tracker.services.campaigns import PeriodState, load_rulebook
from tracker.services.copies import Copy, Frozen, load_parts
from tracker.services.decisions import open_questions
from tracker.services.job_states import count_staged
from tracker.services.policies import CAMPAIGN
from tracker.services.results import Kept
from tracker.services.scratch import scratch
from tracker.services.standings import Board
from tracker.services.values import unchecked_values
from tracker.services.verifying import check_result
from tracker.store.engine import reading

# Everything that is checked, in the order in which it is usually settled.
CHECKS = (
    "period_running",
    "frozen_too_early",
    "import_staged",
    "rules_not_approved",
    "no_deadline",
    "appeals_running",
    "pending_lines",
    "unchecked_values",
    "undecided_appeals",
    "undecided_names",
    "undecided_ties",
    "no_quorum",
    "no_minutes",
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
        *_of_imports(connection, period),
        *_of_rules(connection, frozen),
        *_of_figures(board),
        *_of_hearing(connection, frozen),
        *_of_decisions(connection, frozen, board),
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


def _of_imports(connection: Connection, period: PeriodState) -> Iterator[Blocker]:
    """Files that somebody has handed in and that say something of these days; what they hold is not decided yet."""
    staged = count_staged(connection, period.begins, period.ends)
    if staged:
        yield Blocker("import_staged", {"n": staged}, "data")


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


def _of_hearing(connection: Connection, frozen: Frozen) -> Iterator[Blocker]:
    undecided = undecided_appeals(connection, frozen.campaign, frozen.period, frozen.revision)
    if undecided:
        yield Blocker("undecided_appeals", {"n": undecided}, "appeals")


def _of_decisions(connection: Connection, frozen: Frozen, board: Board) -> Iterator[Blocker]:
    found = open_questions(connection, board, frozen.revision)
    counted = {
        "undecided_names": len(found.names),
        "undecided_ties": len(found.ties),
        "no_quorum": len(found.without_quorum),
    }
    yield from (Blocker(code, {"n": number}, "decisions") for code, number in counted.items() if number)
    if found.minutes_missing:
        yield Blocker("no_minutes", page="decisions")


def find_faults(database: Engine, frozen: Frozen, kept: Kept) -> list[Blocker]:
    """What only the copy itself can show: values nobody has checked, and a recount that gives another result."""
    with reading(database) as connection:
        copy, recorded = load_parts(connection, frozen.id), load_adjustments(connection, frozen.id)
    return [*_of_values(frozen, copy, recorded), *_of_recount(frozen, copy, recorded, kept)]


def find_unchecked(database: Engine, frozen: Frozen) -> list[Blocker]:
    """The values of the copy that nobody has checked or decided."""
    with reading(database) as connection:
        copy, recorded = load_parts(connection, frozen.id), load_adjustments(connection, frozen.id)
    return list(_of_values(frozen, copy, recorded))


def _of_values(frozen: Frozen, copy: Copy, recorded: Sequence[Recorded]) -> Iterator[Blocker]:
    with scratch(copy, [one.what for one in recorded]) as engine, reading(engine) as connection:
        rulebook = load_rulebook(connection, frozen.rulebook).rulebook
        unchecked = unchecked_values(connection, rulebook, frozen.span)
    if unchecked:
        yield Blocker("unchecked_values", {"n": unchecked}, "appraisal")


def _of_recount(frozen: Frozen, copy: Copy, recorded: Sequence[Recorded], kept: Kept) -> Iterator[Blocker]:
    """A recount of ours that gives another result, or the independent second one that every bundle carries."""
    flaws = list(check_result(copy, recorded, kept))
    if flaws:
        yield Blocker("self_check", {"parts": ", ".join(flaw.part for flaw in flaws)})
    elif faults := check(bundle_files(frozen, kept, copy, recorded)):
        yield Blocker("self_check", {"parts": faults[0]})
