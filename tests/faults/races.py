"""Four processes do the same thing at the same moment, again and again: exactly one may succeed each time.

python -m tests.faults.races finalise SQLITE_FILE_OR_POSTGRESQL_URL [RACES]
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from builders import put, put_campaign, put_offices
from lives import MEMBER, acting, dossier, meet
from people import put_account
from sqlalchemy import update

from tracker.core.problems import RefusedError
from tracker.services.access import Actor, Role
from tracker.services.campaigns import PERIOD, load_campaign
from tracker.services.database import open_database, upgrade
from tracker.services.life import approve_step, propose_step
from tracker.services.policies import CAMPAIGN
from tracker.services.steps import Step, Where
from tracker.store.engine import reading, writing

PROCESSES = 4
AFTER = date(2040, 1, 1)
CHAIRS = [Actor(f"chair-{number}") for number in range(PROCESSES)]


def months(races: int) -> list[str]:
    return [f"{2000 + number // 12}-{number % 12 + 1:02d}" for number in range(races)]


def prepare(url: str, races: int) -> None:
    """As many monthly periods as races, each published and proposed to be made final."""
    engine = open_database(url)
    upgrade(engine)
    put_offices(engine, "A", "B")
    put(engine, "dossiers", dossier("1", "A", "2000-01-03", "2000-01-10", "2000-01-09"))
    last = months(races)[-1]
    put_campaign(engine, begins="2000-01-01", ends=f"{last}-28", every="month")
    for chair in (*CHAIRS, MEMBER):
        put_account(engine, chair, Role.CHAIR)
    with writing(engine) as connection:
        connection.execute(update(CAMPAIGN).values(rules_approved_by=MEMBER))
        connection.execute(update(PERIOD).values(appeals_until=date(2039, 1, 1)))
    for code in months(races):
        where = Where("thi-dua", code)
        for step in (Step.FREEZE, Step.PUBLISH):
            propose_step(engine, where, step, acting(MEMBER, AFTER))
            approve_step(engine, where, step, acting(CHAIRS[0], AFTER))
        meet(engine, where, AFTER)
        propose_step(engine, where, Step.FINALISE, acting(MEMBER, AFTER))
    engine.dispose()


def finalise(url: str, chair: Actor, races: int, start, outcomes) -> None:
    """Approve each period's final result as soon as all processes have come to it."""
    engine = open_database(url)
    for code in months(races):
        start.wait()
        try:
            approve_step(engine, Where("thi-dua", code), Step.FINALISE, acting(chair, AFTER))
            outcomes.put((code, "won"))
        except RefusedError as refused:
            outcomes.put((code, refused.problems[0].code))


def race(url: str, races: int) -> dict[str, Counter]:
    """What became of each period: how many processes won, and what the others were told."""
    context = multiprocessing.get_context("forkserver")  # processes of their own, but what they import is read once
    context.set_forkserver_preload([__name__])
    start, outcomes = context.Barrier(PROCESSES), context.Queue()
    runners = [context.Process(target=finalise, args=(url, chair, races, start, outcomes)) for chair in CHAIRS]
    for runner in runners:
        runner.start()
    found: dict[str, Counter] = {code: Counter() for code in months(races)}
    for _ in range(PROCESSES * races):
        code, outcome = outcomes.get(timeout=120)
        found[code][outcome] += 1
    for runner in runners:
        runner.join(timeout=30)
    return found


def states(url: str) -> Counter:
    engine = open_database(url)
    with reading(engine) as connection:
        counted = Counter(period.state for period in load_campaign(connection, "thi-dua").periods)
    engine.dispose()
    return counted


def main(url: str, races: int) -> None:
    began = time.perf_counter()
    prepare(url, races)
    prepared = time.perf_counter()
    found = race(url, races)
    won_once = sum(1 for outcome in found.values() if outcome["won"] == 1)
    told = Counter()
    for outcome in found.values():
        told.update({name: count for name, count in outcome.items() if name != "won"})
    print(f"{races} races of {PROCESSES} processes: {won_once} with exactly one winner; the others were told {dict(told)}")
    seconds = f"prepared in {prepared - began:.0f} s, raced in {time.perf_counter() - prepared:.0f} s"
    print(f"periods now: {dict(states(url))}; {seconds}")


if __name__ == "__main__":
    target = sys.argv[2]
    main(target if "://" in target else f"sqlite:///{target}", int(sys.argv[3]) if len(sys.argv) > 3 else 200)
