"""What a unit waits for: the first paint of its own page, an answer of what if, and the way up.

    python -m tests.bench.my_standing FOLDER [--dossiers 1000000] [--units 160] [--runs 7] [--about TEXT]

A server is started as people start it and a unit signs in. The page is opened in a fresh session each time, as of a day in
the middle of the year; the first of all also counts the boards, which later visitors share. Then the services are asked in
this process, with all units of the campaign in one cluster and with the generator's ten.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from statistics import median

from sqlalchemy import Engine, update

from tests.bench.generator import ACT, AS_OF, QUESTION, Size, arguments, campaign_database
from tests.bench.leaderboard import cpu_seconds
from tests.bench.measuring import heading, table
from tests.ui.protocol import Screen, Server
from tracker.core.award_lines import find_award_lines
from tracker.core.levers import Change, apply
from tracker.core.ranking import rank_units
from tracker.core.scoring import score_unit
from tracker.core.way_up import find_way, goal_of_award
from tracker.core.what_if import enter, try_facts
from tracker.services.access import ACCOUNT, OPERATOR, Actor, Role
from tracker.services.accounts import Grant, NewAccount, add_account
from tracker.services.database import open_database
from tracker.services.my_standing import MyStanding, show_standing
from tracker.services.running import now
from tracker.services.sessions import begin
from tracker.services.what_if import NEXT_RANK, Asking, find_way_up, try_out
from tracker.store.engine import reading, writing

UNIT, PAGE = "U0003", "don-vi-toi"
NOW = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 9, 0)


def sign_in(database: Engine) -> str:
    """The token of an account of the unit's own."""
    with reading(database) as connection:
        known = connection.execute(ACCOUNT.select().where(ACCOUNT.c.name == "unit")).first()
    if known is None:
        add_account(database, NewAccount("unit", Role.UNIT, grant=Grant(frozenset({UNIT}))), ACT)
        with writing(database) as connection:
            connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == "unit").values(must_change=False))
    return begin(database, Actor("unit"), now())


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def first_paints(server: Server, token: str, runs: int) -> list[tuple[float, float]]:
    """Wall and CPU seconds until the page's first run has finished, in a fresh session each time."""
    query = f"c={QUESTION.campaign}&p={QUESTION.period}&d={AS_OF}"
    taken = []
    for _ in range(runs + 1):
        with Screen(server, token) as screen:
            before, begun = cpu_seconds(server), time.perf_counter()
            run = screen.run(PAGE, query, timeout=120)
            taken.append((time.perf_counter() - begun, cpu_seconds(server) - before))
        assert any("tk-place" in text for text in run.texts), run.texts[-3:]
    return taken


def acts_of(standing: MyStanding, draw: random.Random) -> Change:
    return Change({lever.code: draw.randint(0, lever.most) for lever in standing.levers if not lever.pool})


def report_services(database: Engine, runs: int) -> None:
    draw = random.Random(1)
    asking = Asking(QUESTION, UNIT, NOW, OPERATOR)
    show = [seconds(lambda: show_standing(database, QUESTION, UNIT, NOW, OPERATOR)) for _ in range(runs + 1)]
    standing = show_standing(database, QUESTION, UNIT, NOW, OPERATOR)
    assert standing is not None
    tried = [seconds(lambda: try_out(database, asking, acts_of(standing, draw))) for _ in range(20)]
    way = seconds(lambda: find_way_up(database, asking, NEXT_RANK))
    rows = [
        ["standing, boards counted for it", f"{1000 * show[0]:.0f}", ""],
        ["standing, boards shared", f"{1000 * median(show[1:]):.0f}", ""],
        ["what if, its cluster of the ten", f"{1000 * median(tried):.0f}", "< 200"],
        ["way to the next rank", f"{1000 * way:.0f}", ""],
    ]
    facts = {unit: replace(found, cluster="one") for unit, found in standing.view.board.facts.items()}
    (place,) = rank_units(
        standing.contest.rulebook, (score_unit(standing.contest.rulebook, one) for one in facts.values())
    ).values()
    contest = enter(standing.contest.rulebook, facts, place, UNIT)
    alone = [
        seconds(lambda: try_facts(contest, apply(contest.own, standing.levers, acts_of(standing, draw)))) for _ in range(20)
    ]
    rows.append(
        [
            f"what if, {len(facts)} units in one cluster",
            f"{1000 * median(alone):.0f} (worst {1000 * max(alone):.0f})",
            "< 200",
        ]
    )
    lines = []
    rows.append(["award lines there", f"{1000 * seconds(lambda: lines.extend(find_award_lines(contest))):.0f}", ""])
    for line in lines:
        if (goal := goal_of_award(line)) is not None:
            taken = seconds(lambda goal=goal: find_way(contest, standing.levers, goal))
            rows.append([f"way to the award {line.award.code} there", f"{1000 * taken:.0f}", ""])
    table(["asked", "ms", "target"], rows)


def main() -> None:
    parser = arguments(__doc__)
    parser.set_defaults(units=160)
    parser.add_argument("--about", default="")
    chosen = parser.parse_args()
    path = campaign_database(chosen.folder, Size(chosen.dossiers, chosen.units))
    database = open_database(f"sqlite:///{path}")
    token = sign_in(database)
    heading(f"My standing: {chosen.dossiers:,} dossiers, {chosen.units} units", chosen.about)
    with Server(env={"TRACKER_DATABASE_URL": f"sqlite:///{path}"}) as server:
        taken = first_paints(server, token, chosen.runs)
    (wall, cpu), later = taken[0], taken[1:]
    walls, cpus = [one for one, _ in later], [one for _, one in later]
    table(
        ["first paint in a fresh session", "wall s", "CPU s", "target"],
        [
            ["the very first, every board counted", f"{wall:.2f}", f"{cpu:.2f}", "< 1"],
            ["later ones, median", f"{median(walls):.2f}", f"{median(cpus):.2f}", "< 1"],
            ["later ones, worst", f"{max(walls):.2f}", f"{max(cpus):.2f}", "< 1"],
        ],
    )
    report_services(database, chosen.runs)


if __name__ == "__main__":
    main()
