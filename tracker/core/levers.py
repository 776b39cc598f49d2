"""What a unit can still do about its figures: kinds of real acts, what each moves, and how many of them there are.

An act moves several measures at once, as importing it would: a dossier that is finished leaves `pending_overdue` and enters
`done_late`; a procedure that is posted enters `posted` and was in `procedures` all along. Only acts whose whole effect the
figures tell exactly are levers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import ceil

from tracker.core.measures import Facts, Number
from tracker.core.rulebook import Rulebook

DUE_TODAY = "due_today"  # the pool of dossiers that can be finished, or apologised for, before their time today
APOLOGISE_IN_TIME = "apologise_in_time"
REPORT = "report."  # a reported figure raised by one, followed by its measure
MOST_REPORTED = 10  # further units of a reported figure that a way up may count on
MOST_ANSWERS = 200


@dataclass(frozen=True, slots=True)
class Chances:
    """What the counts of a unit do not tell but its cases do, as of the day.

    `due_today`: unfinished dossiers whose time comes later this day, without apology; `fallen_today`: every dossier without
    apology that fell late this day, those among them; `open_today` the unfinished of these. `post_in_time`: procedures in
    force, not posted, that may still be posted within the days allowed; `petitions_today`: unanswered ones due this day.
    """

    due_today: int = 0
    open_today: int = 0
    fallen_today: int = 0
    post_in_time: int = 0
    petitions_today: int = 0


@dataclass(frozen=True, slots=True)
class Lever:
    """A kind of act: what one of them moves, how many there can be.

    Acts of one `pool` are done to the same cases, so that together they are no more than the largest of their `most`.
    `owed`: the unit's own work, which it can decide to do today; other levers wait for citizens. `rows` names the case file
    that the act adds a row to.
    """

    code: str
    moves: Mapping[str, int]
    most: int
    owed: bool = True
    pool: str = ""
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is tried out: acts by the lever's code, and reported measures by the value they would have."""

    acts: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Number | None] = field(default_factory=dict)


def find_levers(rulebook: Rulebook, facts: Facts, chances: Chances) -> tuple[Lever, ...]:
    """The levers a unit has, by kind of act in a fixed order; those that move nothing the rulebook reads are left out."""
    read = rulebook.measures()
    found = (*_dossiers(facts, chances), *_postings(facts, chances, read), *_voices(chances), *_reported(rulebook))
    return tuple(lever for lever in found if lever.most > 0 and not read.isdisjoint(lever.moves))


def _dossiers(facts: Facts, chances: Chances) -> Iterator[Lever]:
    m = _Counts(facts)
    in_time = {"pending_overdue": -1, "done_on_time": 1, "apologies_due": -1, "apologies_missing": -1}
    yield Lever("finish_due_today", in_time, chances.due_today, pool=DUE_TODAY)
    yield Lever("finish_overdue", {"pending_overdue": -1, "done_late": 1}, m["pending_overdue"] - chances.open_today)
    early = {"pending_in_time": -1, "done_on_time": 1, "done_early": 1}
    yield Lever("finish_early", early, m["pending_in_time"] - m["pending_waiting"])
    told = {"apologies_missing": -1, "apologies_in_time": 1}
    yield Lever(APOLOGISE_IN_TIME, told, chances.due_today, pool=DUE_TODAY)
    told_late = {"apologies_missing": -1, "apologies_late": 1}
    yield Lever("apologise_late", told_late, m["apologies_missing"] - chances.fallen_today)
    new = {"received": 1, "dossiers_counter": 1, "done_on_time": 1, "done_early": 1}
    yield Lever("new_on_time", new, max(MOST_ANSWERS, m["received"]), owed=False, rows="dossiers")


def _postings(facts: Facts, chances: Chances, read: frozenset[str]) -> Iterator[Lever]:
    m = _Counts(facts)
    everywhere = {"posted": 1, "posted_everywhere": 1}
    in_time = chances.post_in_time if "posted" in read and "posted_in_time" in read else 0
    yield Lever("post_in_time", {**everywhere, "posted_in_time": 1}, in_time)
    if "posted" in read:
        yield Lever("post", everywhere, m["procedures"] - m["posted"] - in_time)
        yield Lever("post_everywhere", {"posted_everywhere": 1}, m["posted"] - m["posted_everywhere"])
    else:
        yield Lever("post_everywhere", {"posted_everywhere": 1}, m["procedures"] - m["posted_everywhere"])
    for code in ("content_complete", "one_stop", "workflow_assigned", "postal_services", "online_services"):
        yield Lever(code, {code: 1}, m["procedures"] - m[code])
    among = m["one_stop"] if "one_stop" in read else m["procedures"]
    yield Lever("interlinked", {"interlinked": 1}, among - m["interlinked"])
    if "dossiers_level4" not in read:  # dossiers of the procedure would be counted anew, and how many is not known
        among = m["online_services"] if "online_services" in read else m["procedures"]
        yield Lever("online_full", {"online_full": 1}, among - m["online_full"])


def _voices(chances: Chances) -> Iterator[Lever]:
    answered = {"petitions_overdue": -1, "petitions_in_time": 1}
    yield Lever("answer_petition", answered, chances.petitions_today)
    for code, moves in (
        ("satisfied", {"satisfied": 1, "surveyed": 1}),
        ("polite", {"polite": 1, "attitude_surveyed": 1}),
    ):
        yield Lever(code, moves, MOST_ANSWERS, owed=False, rows="surveys")


def _reported(rulebook: Rulebook) -> Iterator[Lever]:
    for reported in rulebook.reported:
        if reported.integer:
            yield Lever(f"{REPORT}{reported.measure}", {reported.measure: 1}, MOST_REPORTED, rows="reported")


class _Counts(dict[str, int]):
    """The unit's counts; one that the rulebook does not read may not have been made, and is 0."""

    def __init__(self, facts: Facts) -> None:
        super().__init__((name, ceil(value)) for name, value in facts.measures.items() if value is not None)

    def __missing__(self, name: str) -> int:
        return 0


def is_possible(levers: Iterable[Lever], change: Change) -> bool:
    """Whether every lever has that many acts left, those of one pool together, and reported values are not negative."""
    known = {lever.code: lever for lever in levers}
    pools: dict[str, int] = {}
    for code, times in change.acts.items():
        lever = known.get(code)
        if lever is None or not 0 <= times <= lever.most:
            return False
        if lever.pool:
            pools[lever.pool] = pools.get(lever.pool, 0) + times
    rooms = {lever.pool: lever.most for lever in known.values() if lever.pool}
    return all(times <= rooms[pool] for pool, times in pools.items())


def apply(facts: Facts, levers: Iterable[Lever], change: Change) -> Facts:
    """The facts as they would be once the change were imported; the caller has asked whether it is possible."""
    measures, rows = dict(facts.measures), dict(facts.rows)
    for measure, value in change.values.items():
        if measures.get(measure) is None and value is not None:
            rows["reported"] = rows.get("reported", 0) + 1
        measures[measure] = value
    moves = Counter[str]()
    for lever in levers:
        times = change.acts.get(lever.code, 0)
        if not times:
            continue
        moves.update({measure: step * times for measure, step in lever.moves.items()})
        if lever.rows:
            rows[lever.rows] = rows.get(lever.rows, 0) + 1
    return replace(replace(facts, measures=measures).moved(moves), rows=rows)
