"""Real city cases (Boston 311, our file format) give every published count, on both databases."""

from __future__ import annotations

import json
from datetime import date

import pytest
from builders import put_campaign, put_file

from tracker.services.access import OPERATOR
from tracker.services.policies import verify_ledgers
from tracker.services.standings import Question, measure


@pytest.fixture
def boston(engine, shared):
    """The city's units, procedures and 16,580 cases, with one campaign per way of comparing."""
    for compare in ("instant", "day"):
        put_campaign(engine, compare, begins="2015-01-01", ends="2016-01-12", compare=compare)
    for name in ("units", "procedures", "dossiers"):
        outcome = put_file(engine, f"{name}.csv", (shared / "data" / "boston311" / f"{name}.csv").read_bytes())[0]
        assert outcome.outcome == "imported", outcome.problems
    return engine


def test_every_count_of_the_five_states_is_the_published_one(boston, shared):
    expected = json.loads((shared / "data" / "boston311" / "expected.json").read_text("utf-8"))
    states = [name for name in expected if name.startswith(("instant_", "day_"))]
    assert len(states) == 5
    for state in states:
        compare, day = state.split("_")
        found = measure(boston, Question(compare, compare, date.fromisoformat(day)), date(2026, 1, 1), OPERATOR)
        counted = {unit: facts.measures for unit, facts in found.facts.items()}
        for unit, wanted in expected[state]["units"].items():
            assert {name: counted[unit][name] for name in wanted} == wanted, (state, unit)
        for name, total in expected[state]["overall"].items():
            assert sum(measures[name] for measures in counted.values()) == total, (state, name)
    assert all(not check.differences for check in verify_ledgers(boston, OPERATOR))
