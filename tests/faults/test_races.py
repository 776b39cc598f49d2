"""Whoever does the same thing at the same moment: one succeeds, the others are told, nothing is done twice (a sample)."""

from __future__ import annotations

from collections import Counter

from .races import PROCESSES, prepare, race, states

RACES = 2


def test_of_four_chairs_who_make_a_period_final_at_once_exactly_one_does(engine):
    url = engine.url.render_as_string(hide_password=False)
    prepare(url, RACES)
    found = race(url, RACES)
    assert all(outcome["won"] == 1 for outcome in found.values()), found
    told = Counter(name for outcome in found.values() for name in outcome.elements() if name != "won")
    assert set(told) <= {"step_not_now", "already_answered", "no_proposal"}
    assert sum(told.values()) == RACES * (PROCESSES - 1)
    assert states(url) == {"final": RACES}
