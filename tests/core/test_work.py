"""What a case is worth: the exact score with that one case moved, whatever the formula."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from tracker.core.duties import Case, find_duties
from tracker.core.work import Duty, Effect, Scale, Stake, Task, mend

from .make import facts, one

RATE = 'kind = "ratio", numerator = ["done_on_time"], denominator = ["done_on_time", "done_late", "pending_overdue"]'
LATE = Duty(Task.LATE, mended={"done_late": -1, "done_on_time": 1})
TODAY = date(2026, 6, 30)


def test_a_late_dossier_of_eight_costs_an_eighth_of_the_points():
    scale = Scale(one(RATE), facts(done_on_time=6, done_late=2))
    assert scale.stake(LATE) == Stake(Fraction(100, 8), Effect.LOST)


def test_a_band_that_one_case_does_not_reach_is_worth_nothing_alone():
    bands = 'kind = "bands", numerator = ["done_on_time"], denominator = ["done_on_time", "done_late"]'
    rules = one(f"{bands}, bands = [{{at_least = 0.9, share = 1}}, {{at_least = 0.5, share = 0.5}}]")
    assert Scale(rules, facts(done_on_time=6, done_late=4)).stake(LATE) == Stake(Fraction(0), Effect.NONE)
    assert Scale(rules, facts(done_on_time=8, done_late=2)).stake(LATE) == Stake(Fraction(50), Effect.LOST)


def test_of_more_incidents_than_the_points_bear_one_is_worth_nothing_alone():
    rules = one('kind = "penalty", incidents = ["complaints_upheld"], per = 0.5')
    mended = Duty(Task.UPHELD, mended={"complaints_upheld": -1})
    assert Scale(rules, facts(complaints_upheld=2)).stake(mended) == Stake(Fraction(50), Effect.LOST)
    assert Scale(rules, facts(complaints_upheld=3)).stake(mended).effect is Effect.NONE


def test_what_can_be_won_comes_before_what_can_be_lost_and_that_before_what_is_lost():
    scale = Scale(one(RATE), facts(done_on_time=1, pending_overdue=1))
    act, back = {"pending_overdue": -1, "done_on_time": 1}, {"pending_overdue": 1, "done_on_time": -1}
    assert scale.stake(Duty(Task.DUE, act, back, act)) == Stake(Fraction(50), Effect.REGAIN)
    assert scale.stake(Duty(Task.DUE, missed=back, mended=act)) == Stake(Fraction(50), Effect.KEEP)
    assert scale.stake(Duty(Task.OVERDUE, {"pending_overdue": -1, "done_late": 1}, mended=act)).effect is Effect.LOST


@pytest.mark.parametrize(
    ("formula", "counted", "moves"),
    [
        (RATE, {"done_late"}, {"done_on_time": 1}),
        ('kind = "ratio", numerator = ["received", "-done_late"], denominator = ["received"]', {"received", "done_late"},
         {"done_late": -1}),
        ('kind = "penalty", incidents = ["complaints"], per = 0.1', {"complaints"}, {"complaints": -1}),
        ('kind = "linear", measure = "apologies_missing", lo = 9, hi = 0', {"apologies_missing"}, {"apologies_missing": -1}),
        ('kind = "all_of", parts = [{measure = "complaints", at_most = 0}]', {"complaints"}, {"complaints": -1}),
    ],
)  # fmt: skip
def test_any_formula_says_what_a_case_that_costs_points_would_have_been(formula, counted, moves):
    assert mend(one(formula).indicator("i"), frozenset(counted)) == moves


def dossier(*counted, due=date(2026, 6, 25), apology_at=None, late_days=0):
    cells = {"due": due, "too_many": False, "apology_at": apology_at, "late_days": late_days}
    return Case("dossiers", frozenset(counted), cells, TODAY)


def duties(case):
    return {duty.task: duty for duty in find_duties(case)}


def test_an_overdue_dossier_is_finished_late_and_one_due_today_in_time():
    overdue = dossier("pending_overdue", "apologies_due", "apologies_missing")
    assert duties(overdue)[Task.OVERDUE].act == {"pending_overdue": -1, "done_late": 1}
    assert duties(overdue)[Task.APOLOGY].act == {"apologies_missing": -1, "apologies_late": 1}
    today = dossier("pending_overdue", "apologies_due", "apologies_missing", due=TODAY)
    finished = {"pending_overdue": -1, "done_on_time": 1, "apologies_due": -1, "apologies_missing": -1}
    assert duties(today)[Task.DUE].act == finished
    assert duties(today)[Task.APOLOGY].act == {"apologies_missing": -1, "apologies_in_time": 1}


def test_a_dossier_that_waits_for_its_applicant_is_nobodys_work():
    assert duties(dossier("pending_in_time", "pending_waiting")) == {}


def test_a_dossier_with_an_apology_would_miss_no_apology_when_it_falls_late():
    told = dossier("pending_in_time", due=date(2026, 7, 2), apology_at=datetime(2026, 6, 29))
    assert "apologies_missing" not in duties(told)[Task.DUE].missed


def test_an_official_who_is_in_breach_by_another_case_too_stays_in_breach():
    cells = {"resolved_on": TODAY, "due_on": TODAY, "named_again": True}
    upheld = Case("feedback", frozenset({"complaints_upheld", "officials_in_breach"}), cells, TODAY)
    assert duties(upheld)[Task.UPHELD].mended == {"complaints_upheld": -1, "officials_in_breach": 0}


def test_a_decision_still_within_its_days_is_posted_in_time_by_posting_it_now():
    cells = {"procedure": "P1"}
    counted = frozenset({"procedures", "posting_due", "content_complete", "one_stop", "interlinked", "workflow_assigned"})
    early, late = (Case("postings", counted, cells, TODAY, days_left=days) for days in (0, -1))
    assert duties(early)[Task.POST].act == {"posted": 1, "posted_everywhere": 1, "posted_in_time": 1}
    assert duties(late)[Task.POST].act == {"posted": 1, "posted_everywhere": 1}
    assert duties(late)[Task.POSTED_LATE].mended == {"posted_in_time": 1}
