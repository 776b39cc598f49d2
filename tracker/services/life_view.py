"""What the committee sees of a period's life: where it stands, what waits, what blocks, what was done and what moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sqlalchemy import Engine

from tracker.core.terms import Placed
from tracker.services.access import Actor, Verb
from tracker.services.blockers import Blocker, find_blockers, find_unchecked
from tracker.services.campaigns import CampaignState, PeriodState, load_campaign
from tracker.services.copies import Frozen, list_frozen
from tracker.services.permitted import reading_as
from tracker.services.results import ADJUSTED, Kept, list_results
from tracker.services.standings import LIVE, WORKING, Board, Question, read_board, show_board
from tracker.services.steps import Step, Taken, Where, find_pending, list_steps
from tracker.store.audit import Head, read_head

_BEFORE_FINAL = ("frozen", "published")


@dataclass(frozen=True, slots=True)
class Revision:
    """A frozen revision and the results somebody decided on, the oldest first."""

    frozen: Frozen
    results: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class LifeView:
    """A period's life: `newest` is the newest result of the current revision, `blockers` what forbids making it final.

    `head`: the newest entry of the audit log, to be printed on whatever is decided now.
    """

    campaign: CampaignState
    period: PeriodState
    pending: Taken | None
    steps: tuple[Taken, ...]
    revisions: tuple[Revision, ...]
    newest: Kept | None
    blockers: tuple[Blocker, ...]
    head: Head

    @property
    def current(self) -> Frozen | None:
        """The current revision's copy; None while the period is open."""
        last = self.revisions[-1].frozen if self.revisions else None
        return last if last is not None and last.revision == self.period.revision else None

    @property
    def next_step(self) -> Step | None:
        """The step forward from here; None once it is final."""
        return {"open": Step.FREEZE, "frozen": Step.PUBLISH, "published": Step.FINALISE}.get(self.period.state)


def view_life(database: Engine, where: Where, today: date, actor: Actor) -> LifeView:
    """The period's life, for the committee and whoever administers."""
    with reading_as(database, actor, Verb.SEE_LIVE) as connection:
        campaign = load_campaign(connection, where.campaign)
        period = campaign.period(where.period)
        revisions = [
            (frozen, list_results(connection, frozen.id)) for frozen in list_frozen(connection, where.campaign, where.period)
        ]
        pending, steps = find_pending(connection, where, period), list_steps(connection, where)
        head = read_head(connection)
    current = revisions[-1] if revisions and revisions[-1][0].revision == period.revision else None
    newest = current[1][-1] if current else None
    blockers: list[Blocker] = []
    if current and newest and period.state in _BEFORE_FINAL:
        board = read_board(database, Question(where.campaign, where.period), newest.id)
        with reading_as(database, actor, Verb.SEE_LIVE) as connection:
            blockers = find_blockers(connection, current[0], period, board, today)
        blockers += find_unchecked(database, current[0])
    kept = [Revision(frozen, tuple(one for one in results if one.stage != ADJUSTED)) for frozen, results in revisions]
    return LifeView(campaign, period, pending, tuple(steps), tuple(kept), newest, tuple(blockers), head)


Comparison = Callable[[Engine, date, Actor], "tuple[Board, Board, tuple[Moved, ...]]"]


def comparisons(view: LifeView) -> dict[str, Comparison]:
    """What can be compared, by name: the result in force with today's cases, with what is worked on, the revision before."""
    where = Question(view.campaign.code, view.period.code)
    pairs: dict[str, tuple[Question, Question]] = {}
    if view.current is not None:
        pairs["live"] = (where, replace(where, basis=LIVE, as_of=view.current.as_of))
    if view.period.state == "published":
        pairs["working"] = (where, replace(where, basis=WORKING))
    earlier = [one for one in view.revisions if one.frozen.revision < view.period.revision]
    if earlier:
        last = earlier[-1].results[-1]
        pairs["revision"] = (replace(where, basis=str(last.id)), where)
    return {name: partial(_compare, pair) for name, pair in pairs.items()}


def _compare(
    pair: tuple[Question, Question], database: Engine, today: date, actor: Actor
) -> tuple[Board, Board, tuple[Moved, ...]]:
    before, after = (show_board(database, question, today, actor) for question in pair)
    return before, after, compare_results(before, after)


@dataclass(frozen=True, slots=True)
class Moved:
    """A unit in two results: its places, and the indicators whose points differ. A side is None where it did not compete."""

    unit: str
    name: str
    cluster: str
    before: Placed | None
    after: Placed | None
    indicators: tuple[str, ...]


def compare_results(before: Board, after: Board) -> tuple[Moved, ...]:
    """Every unit whose rank, score, grade or any indicator differs between two results, as the second one stands."""
    return tuple(_moved(before, after))


def _moved(before: Board, after: Board) -> Iterator[Moved]:
    seen = set()
    for cluster, standing in after.standings.items():
        for place in standing.places:
            unit = place.score.unit
            seen.add(unit)
            old = before.place(unit)
            indicators = _differing(old, place)
            if old is None or indicators or _stands(old) != _stands(place):
                yield Moved(unit, after.offices[unit].name, cluster, old, place, indicators)
    for cluster, standing in before.standings.items():
        for place in standing.places:
            if place.score.unit not in seen:
                yield Moved(place.score.unit, before.offices[place.score.unit].name, cluster, place, None, ())


def _stands(place: Placed) -> tuple[object, ...]:
    return place.score.score, place.rank, place.grade, place.score.cluster, place.score.gates


def _differing(old: Placed | None, new: Placed) -> tuple[str, ...]:
    if old is None:
        return ()
    points = {line.code: line.points for line in old.score.lines}
    return tuple(line.code for line in new.score.lines if points.get(line.code) != line.points)
