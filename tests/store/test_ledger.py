"""The daily ledger always equals a plain count over the cases, whatever happened to them."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from itertools import count as counter
from pathlib import Path

import plain
import pytest
from builders import act, put, put_campaign, put_offices
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from tracker.core.rulebook import OnTime
from tracker.services.access import OPERATOR
from tracker.services.batches import delete_case, undo_batch
from tracker.services.policies import drop_unused, rebuild_ledgers, verify_ledgers
from tracker.services.standings import Question, measure
from tracker.store.calendar import save_calendar
from tracker.store.engine import writing
from tracker.store.ledger import renumber

BEGINS, ENDS = date(2020, 1, 1), date(2020, 12, 31)
UNITS = ("A", "B", "C")
CALENDAR = Path(__file__).parents[2] / "data" / "calendar" / "vn_workdays.csv"
EXCEPTIONS = {row["date"]: row["kind"] for row in csv.DictReader(CALENDAR.open(encoding="utf-8"))}


def works(day: date) -> bool:
    kind = EXCEPTIONS.get(day.isoformat())
    return kind == "work" or (kind is None and day.weekday() < 5)


def counted(engine, campaign: str, as_of: date) -> dict[str, dict]:
    found = measure(engine, Question(campaign, campaign, as_of), ENDS, OPERATOR)
    return {unit: {name: facts.measures[name] for name in plain.MEASURES} for unit, facts in found.facts.items()}


def expected(cases, policy: OnTime, as_of: date) -> dict[str, dict]:
    found = plain.count(cases, policy, BEGINS, as_of, works)
    return {unit: found.get(unit, dict.fromkeys(plain.MEASURES, 0)) for unit in UNITS}


def differing(found, wanted) -> dict[tuple[str, str], tuple[int, int]]:
    """The measures that differ, by unit and name: (found, wanted)."""
    pairs = {(unit, name): (found[unit][name], wanted[unit][name]) for unit in UNITS for name in plain.MEASURES}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


# Days lie closely around the period's beginning and some hours coincide, so that every edge is met often.
moments = st.builds(
    lambda day, hour, second: text(datetime(2019, 12, 27) + timedelta(days=day, hours=hour, seconds=second)),
    st.integers(0, 14),
    st.sampled_from([0, 8, 10, 16, 23]),
    st.sampled_from([0, 0, 0, 1]),
)
maybe = st.one_of(st.none(), moments)
dossiers = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(UNITS),
        "receiving_unit": st.sampled_from([None, None, *UNITS]),
        "channel": st.sampled_from(["counter", "online", "postal"]),
        "submitted_at": maybe,
        "received_at": moments,
        "due_at": st.one_of(st.none(), moments, moments),
        "extended_due_at": st.one_of(st.none(), st.none(), moments),
        "completed_at": st.one_of(st.none(), moments, moments),
        "returned_at": maybe,
        "status": st.sampled_from([None, "in_progress", "waiting", "completed", "rejected", "withdrawn"]),
        "supplement_requests": st.sampled_from([None, 0, 1, 2, 3]),
        "waiting_since": st.one_of(st.none(), st.none(), moments),
        "paused_minutes": st.sampled_from([None, None, 0, 1, 600, 4000]),
        "apology_at": maybe,
        "rating": st.sampled_from([None, "1", "3.9", "4", "4.5", "5"]),
    }
)
CODES = [f"D{n}" for n in range(8)]
steps = st.one_of(
    st.tuples(
        st.just("put"),
        st.lists(st.tuples(st.sampled_from(CODES), dossiers), min_size=1, max_size=5, unique_by=lambda x: x[0]),
    ),
    st.tuples(st.just("delete"), st.sampled_from(CODES)),
    st.tuples(st.just("undo"), st.none()),
)
policies = st.builds(
    OnTime,
    compare=st.sampled_from(["instant", "day"]),
    end=st.sampled_from(["completed", "returned"]),
    count_pause=st.booleans(),
    late_after_supplements=st.sampled_from([0, 1, 2]),
    extension_counts=st.booleans(),
    ended_without_result=st.sampled_from(["judged", "excluded"]),
)
numbers = counter()


class History:
    """Plays steps on the database and keeps the cases as they should be, with the way back."""

    def __init__(self, engine) -> None:
        self.engine, self.cases, self.done = engine, {}, []

    def put(self, changes) -> None:
        before = dict(self.cases)
        for code, case in changes:
            self.cases[code] = {"code": code, "procedure": "P1", **case}
        outcome = put(self.engine, "dossiers", *(self.cases[code] for code, _ in changes))
        self.done.append((outcome.batch, before))

    def delete(self, code) -> None:
        if code in self.cases:
            before = dict(self.cases)
            del self.cases[code]
            self.done.append((delete_case(self.engine, "dossiers", code, "trùng", act()), before))

    def undo(self, _) -> None:
        if self.done:
            batch, self.cases = self.done.pop()
            undo_batch(self.engine, batch, act())


def play(engine, history, policy) -> None:
    """Run a history under two policies at once and compare every measure at several as-of days."""
    name = f"c{next(numbers)}"
    other = policy.model_copy(update={"compare": "day" if policy.compare == "instant" else "instant"})
    for campaign, chosen in ((f"{name}a", policy), (f"{name}b", other)):
        put_campaign(engine, campaign, begins="2020-01-01", ends="2020-12-31", **chosen.model_dump())
    player = History(engine)
    for step, what in history:
        getattr(player, step)(what)
    for as_of in (date(2020, 1, 1), date(2020, 1, 4), date(2020, 1, 8), date(2020, 12, 31)):
        for campaign, chosen in ((f"{name}a", policy), (f"{name}b", other)):
            assert differing(counted(engine, campaign, as_of), expected(player.cases.values(), chosen, as_of)) == {}
    assert all(not check.differences for check in verify_ledgers(engine, OPERATOR))
    while player.done:
        player.undo(None)
    forget(engine, name)


def forget(engine, name: str) -> None:
    """Remove the example's campaigns, or every later import would keep their ledgers too."""
    with engine.begin() as connection:
        for table, column in (("period", "campaign"), ("campaign", "code")):
            connection.execute(sql(f"DELETE FROM {table} WHERE {column} LIKE :name"), {"name": f"{name}%"})
        drop_unused(connection)


@pytest.fixture
def offices(engine):
    put_offices(engine, *UNITS)
    return engine


def test_after_any_history_the_ledger_equals_a_plain_count(offices):
    @given(history=st.lists(steps, min_size=1, max_size=6), policy=policies)
    @settings(
        max_examples=12 if offices.dialect.name == "sqlite" else 6,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking a history replays it on a database for minutes
    )
    def holds(history, policy):
        play(offices, history, policy)

    holds()


def test_a_completion_dated_before_receipt_counts_at_receipt(offices):
    put_campaign(offices, begins="2020-01-01", ends="2020-12-31")
    case = {"code": "D1", "unit": "A", "procedure": "P1", "received_at": "2020-01-10 08:00:00"}
    put(offices, "dossiers", {**case, "due_at": "2020-01-20 17:00:00", "completed_at": "2019-12-20 08:00:00"})
    assert counted(offices, "thi-dua", date(2020, 1, 9))["A"]["done_on_time"] == 0
    after = counted(offices, "thi-dua", date(2020, 1, 10))["A"]
    assert (after["received"], after["done_on_time"], after["done_early"]) == (1, 1, 1)


def test_a_damaged_ledger_is_found_and_rebuilt(offices):
    put_campaign(offices, begins="2020-01-01", ends="2020-12-31")
    case = {
        "code": "D1",
        "unit": "A",
        "procedure": "P1",
        "received_at": "2020-01-10 08:00:00",
        "due_at": "2020-01-13 17:00:00",
    }
    put(offices, "dossiers", case)
    with offices.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_day SET received = received + 1")
        connection.exec_driver_sql("DELETE FROM ledger_late")
    found = verify_ledgers(offices, OPERATOR)
    assert len(found[0].differences) > 2
    rebuild_ledgers(offices, act())
    assert all(not check.differences for check in verify_ledgers(offices, OPERATOR))


def test_late_days_follow_an_edited_calendar(offices):
    put_campaign(offices, begins="2020-01-01", ends="2020-12-31")
    case = {
        "code": "D1",
        "unit": "A",
        "procedure": "P1",
        "received_at": "2020-03-02 08:00:00",
        "due_at": "2020-03-03 17:00:00",
    }
    put(offices, "dossiers", {**case, "completed_at": "2020-03-06 08:00:00"})
    # Due on a Tuesday, done on the Friday: three working days late; two once the Thursday is a holiday.
    assert counted(offices, "thi-dua", date(2020, 3, 31))["A"]["days_late"] == 3
    with writing(offices) as connection:
        save_calendar(connection, [{"day": date(2020, 3, 5), "kind": "off", "name": "lễ", "status": ""}])
        renumber(connection)
    assert counted(offices, "thi-dua", date(2020, 3, 31))["A"]["days_late"] == 2
    assert all(not check.differences for check in verify_ledgers(offices, OPERATOR))
