"""Figures typed into a grid: checked like a file's, saved as one batch, refused where the period or somebody else moved."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from builders import act, put, put_campaign, put_offices
from frozen import freeze, move
from people import put_account, put_each_role
from sqlalchemy import select

from tracker.core.cases import POSTINGS, REPORTED
from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.batches import list_batches, undo_batch
from tracker.services.entry import Entered, load_entry, save_reported
from tracker.services.entry_postings import Ticked, load_postings, save_postings
from tracker.services.entry_saving import entry_units
from tracker.store.engine import reading
from tracker.store.tables import live

RULEBOOK = """
code = "small"
version = 1
title = {vi = "Nhỏ", en = "Small"}
basis = "test"
total = 10

[[reported]]
measure = "m"
title = {vi = "Tỷ lệ", en = "Share"}

[[reported]]
measure = "k"
title = {vi = "Sáng kiến", en = "Initiatives"}
integer = true

[[criterion]]
code = "c"
title = {vi = "c", en = "c"}
points = 10
  [[criterion.indicator]]
  code = "c.m"
  title = {vi = "m", en = "m"}
  points = 10
  basis = "test"
  formula = {kind = "linear", measure = "m", lo = 0, hi = 10}
"""
Y = ("y", "y")


def put_office(engine):
    """A and Z, a campaign of 2020 that declares m and k, one account of each role; the unit and the clerk have A."""
    put_offices(engine, "A", "Z")
    put(
        engine,
        "procedures",
        {"code": "P2", "name": "Đăng ký kết hôn"},
        {"code": "P0", "name": "Cũ", "valid_to": "2020-01-01"},
    )
    put_campaign(engine, "y", begins="2020-01-01", ends="2020-12-31", rulebook=RULEBOOK)
    engine.people = put_each_role(engine)


@pytest.fixture
def office(engine, prepared):
    return prepared(put_office, engine)


def enter(office, who: str = "unit", unit: str = "A", seen: int | None = None, measure: str = "m", **cells: str):
    return save_reported(office, Y, unit, [Entered(measure, cells, seen)], act(actor=office.people[who]))


def sheet(office, unit: str = "A", who: str = "admin"):
    return load_entry(office, office.people[who], Y, unit)


def line(office, measure: str = "m"):
    return next(line for line in sheet(office).lines if line.measure == measure)


def tick(office, *ticked: Ticked, who: str = "unit", unit: str = "A"):
    return save_postings(office, unit, ticked, act(actor=office.people[who]))


def refusal(call, *arguments, **named) -> str:
    with pytest.raises(RefusedError) as caught:
        call(*arguments, **named)
    return caught.value.problems[0].code


def count(office, kind) -> int:
    with reading(office) as connection:
        return len(connection.execute(select(live(kind))).all())


def test_the_sheet_has_a_line_for_every_measure_the_rulebook_declares(office):
    assert [(one.number, one.measure, one.integer, one.left) for one in sheet(office).lines] == [
        (1, "m", False, None),
        (2, "k", True, None),
    ]


def test_an_entered_value_is_a_batch_with_its_evidence_and_note_and_can_be_undone(office):
    outcome = enter(office, value="7,5", evidence="https://a.vn/1", note="theo báo cáo")
    assert outcome.changes.new == 1
    now = line(office)
    assert now.cells == {"value": "7.5", "evidence": "https://a.vn/1", "note": "theo báo cáo"}
    assert (now.left.by, now.left.batch) == ("the-unit", outcome.batch)
    assert enter(office, seen=outcome.batch, value="8").changes.changed == 1
    assert line(office).cells["note"] == "theo báo cáo", "a cell that was not entered stays"
    undo_batch(office, line(office).left.batch, act(actor=office.people["unit"]))
    assert line(office).cells["value"] == "7.5"
    assert [batch.file for batch in list_batches(office, office.people["unit"])][-1] == "nhap-tay"


def test_only_what_differs_is_saved_and_nothing_at_all_is_said(office):
    first = enter(office, value="7")
    assert refusal(enter, office, seen=first.batch, value=" 7 ") == "entry_changes_nothing"
    first = enter(office, seen=first.batch, value="1.2340")
    assert refusal(enter, office, seen=first.batch, value="1,234") == "entry_changes_nothing", "as it is shown"
    assert enter(office, seen=first.batch, value="1,234", note="x").changes.changed == 1
    assert line(office).cells["value"] == "1.234"
    first = enter(office, seen=line(office).left.batch, value="7")
    both = [Entered("m", {"value": "7"}, first.batch), Entered("k", {"value": "2"}, None)]
    saved = save_reported(office, Y, "A", both, act(actor=office.people["unit"]))
    assert (saved.changes.new, saved.changes.changed, saved.changes.unchanged) == (1, 0, 0)


def test_going_back_to_an_earlier_value_is_no_repetition(office):
    one = enter(office, value="7").batch
    two = enter(office, seen=one, value="8").batch
    assert enter(office, seen=two, value="7").changes.changed == 1


@pytest.mark.parametrize(
    ("measure", "cells", "code"),
    [
        ("m", {"value": "nhiều"}, "not_a_number"),
        ("m", {"value": "1,234"}, "not_a_number"),
        ("m", {"value": "", "note": "x"}, "required"),
        ("m", {"value": "1" * 14}, "out_of_range"),
        ("m", {"value": "1", "note": "x" * 2001}, "too_long"),
        ("k", {"value": "1,5"}, "not_an_integer"),
        ("m", {"value": "1", "checked": "1"}, "column_not_entered"),
        ("m", {"value": "1", "unit": "Z"}, "column_not_entered"),
    ],
)
def test_what_the_grid_gives_is_checked_again_and_nothing_is_saved(office, measure, cells, code):
    good = Entered("k" if measure == "m" else "m", {"value": "1"}, None)
    bad = Entered(measure, cells, None)
    assert refusal(save_reported, office, Y, "A", [good, bad], act(actor=office.people["unit"])) == code
    assert count(office, REPORTED) == 0


def test_a_wrong_line_is_named_by_its_number(office):
    with pytest.raises(RefusedError) as caught:
        enter(office, measure="k", value="abc")
    assert (caught.value.problems[0].place.row, caught.value.problems[0].place.column) == (2, "value")


def test_a_measure_the_rulebook_does_not_declare_is_not_taken(office):
    with pytest.raises(UsageError, match="measure_not_declared"):
        enter(office, measure="other", value="1")


def test_a_whole_measure_takes_whole_numbers(office):
    enter(office, measure="k", value="3")
    assert line(office, "k").cells["value"] == "3"


def test_a_point_before_three_figures_is_asked_about_and_not_taken_for_a_fraction(office):
    assert refusal(enter, office, measure="k", value="12.000") == "ambiguous_number"
    assert refusal(enter, office, value="1.234") == "ambiguous_number"
    assert count(office, REPORTED) == 0


@pytest.mark.parametrize("state", ["frozen", "published", "final"])
def test_a_period_that_is_open_no_more_takes_no_value(office, state):
    freeze(office, *Y, state=state)
    assert refusal(enter, office, value="7") == "entry_period_frozen"
    assert count(office, REPORTED) == 0


def test_a_period_frozen_between_the_look_and_the_lock_takes_no_value(office, monkeypatch):
    from tracker.services import entry

    real, calls = entry.save_typed, []

    def late(*arguments):
        calls.append(freeze(office, *Y))
        return real(*arguments)

    monkeypatch.setattr(entry, "save_typed", late)
    assert refusal(enter, office, value="7") == "entry_period_frozen"
    assert (len(calls), count(office, REPORTED)) == (1, 0)


def test_the_sheet_says_which_other_campaigns_of_the_same_days_are_settled(office):
    put_campaign(office, "other", begins="2020-01-01", ends="2020-12-31")
    assert sheet(office).settled == ()
    move(office, "other", "other", state="frozen")
    assert sheet(office).settled == ("other",)


def test_an_edit_of_a_line_that_somebody_saved_meanwhile_is_refused_naming_who(office):
    seen = enter(office, value="7").batch
    enter(office, "clerk", seen=seen, value="8")
    with pytest.raises(RefusedError) as caught:
        enter(office, seen=seen, value="9")
    problem = caught.value.problems[0]
    assert (problem.code, problem.args["by"], line(office).cells["value"]) == ("entry_changed", "the-clerk", "8")
    assert refusal(enter, office, seen=None, value="9") == "entry_changed"
    undo_batch(office, line(office).left.batch, act())
    undo_batch(office, line(office).left.batch, act())
    assert refusal(enter, office, seen=seen, value="9") == "entry_gone"


def test_of_two_who_enter_the_same_line_at_once_one_wins_and_the_other_is_told(office):
    outcomes, gate = [], threading.Barrier(2)

    def save(who: str, value: str) -> None:
        gate.wait()
        try:
            enter(office, who, value=value)
            outcomes.append("saved")
        except RefusedError as error:
            outcomes.append(error.problems[0].code)

    threads = [threading.Thread(target=save, args=each) for each in (("unit", "1"), ("clerk", "2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["entry_changed", "saved"]


def test_the_committees_figures_stay_when_a_unit_enters_a_new_value(office):
    span = {"period_from": "2020-01-01", "period_to": "2020-12-31"}
    put(office, "reported", {"unit": "A", "measure": "m", "value": "1", "checked": "2", **span})
    assert line(office).appraised == 2
    enter(office, seen=line(office).left.batch, value="3")
    assert (line(office).cells["value"], line(office).appraised) == ("3", 2)


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_own_units_only(office, role):
    actor = office.people[role]
    calls = {
        unit: (
            lambda unit=unit: load_entry(office, actor, Y, unit),
            lambda unit=unit: enter(office, role, unit, value="1"),
            lambda unit=unit: load_postings(office, act(actor=actor), unit),
            lambda unit=unit: tick(office, Ticked(1, "P1", {"counter": "1"}, None), who=role, unit=unit),
        )
        for unit in ("A", "Z")
    }
    allowed = {"unit": ["A"], "clerk": ["A"], "admin": ["A", "Z"]}.get(role, [])
    for unit, each in calls.items():
        for call in each:
            if unit in allowed:
                call()
            else:
                with pytest.raises(DeniedError):
                    call()
    if allowed:
        assert [code for code, _ in entry_units(office, actor)] == allowed
    else:
        with pytest.raises(DeniedError):
            entry_units(office, actor)


def test_a_unit_that_may_not_import_enters_nothing(office):
    office.people["reader"] = put_account(office, "reader", Role.UNIT, Grant(frozenset({"A"})))
    with pytest.raises(DeniedError):
        enter(office, "reader", value="1")


def test_postings_list_the_procedures_in_force_by_name_and_find_them_without_accents(office):
    someone = act(actor=office.people["unit"])
    found = load_postings(office, someone, "A")
    assert [(one.number, one.procedure) for one in found.lines] == [(1, "P2"), (2, "P1")]
    assert [one.procedure for one in load_postings(office, someone, "A", "ket hon").lines] == ["P2"]
    assert [one.procedure for one in load_postings(office, someone, "A", "p1").lines] == ["P1"]
    put(office, "postings", {"unit": "A", "procedure": "P0", "counter": "1"})
    assert load_postings(office, someone, "A").procedures == 3, "what the unit posts is listed even out of force"


def test_ticks_are_saved_with_the_day_and_keep_the_columns_the_grid_does_not_show(office):
    put(office, "postings", {"unit": "A", "procedure": "P1", "postal": "1", "online_level": "3", "committed_days": "2.5"})
    seen = load_postings(office, act(), "A").lines[1].left.batch
    ticked = Ticked(2, "P1", {"posted_on": "2026-01-05", "counter": "1", "site": "1", "portal": "1"}, seen)
    done = tick(office, ticked, Ticked(1, "P2", {"counter": "0"}, None))
    assert (done.changes.new, done.changes.changed) == (0, 1), "a procedure on which nothing was ticked is not saved"
    with reading(office) as connection:
        row = connection.execute(select(live(POSTINGS))).one()
    assert (row.posted_on, row.counter, row.site, row.portal) == (date(2026, 1, 5), True, True, True)
    assert (row.postal, row.online_level, str(row.committed_days)) == (True, 3, "2.5")
    assert load_postings(office, act(), "A").everywhere == 1


@pytest.mark.parametrize(
    ("ticked", "code"),
    [
        (Ticked(1, "NO", {"counter": "1"}, None), "unknown_procedure"),
        (Ticked(1, "P1", {"counter": "maybe"}, None), "not_a_boolean"),
        (Ticked(1, "P1", {"posted_on": "32/01/2026"}, None), "bad_date"),
        (Ticked(1, "P1", {"committed_days": "1"}, None), "column_not_entered"),
    ],
)
def test_forged_rows_of_the_grid_are_refused(office, ticked, code):
    assert refusal(tick, office, ticked) == code
    assert count(office, POSTINGS) == 0


def test_a_posting_that_somebody_saved_meanwhile_is_refused(office):
    tick(office, Ticked(1, "P1", {"counter": "1"}, None), who="clerk")
    assert refusal(tick, office, Ticked(1, "P1", {"site": "1"}, None)) == "entry_changed"


def test_the_same_procedure_twice_is_refused(office):
    one = Ticked(1, "P1", {"counter": "1"}, None)
    assert refusal(tick, office, one, replace(one, number=2)) == "duplicate"


def test_postings_come_a_page_at_a_time(office):
    put(office, "procedures", *({"code": f"Q{at:03}", "name": f"Thủ tục {at:03}"} for at in range(120)))
    first, third = (load_postings(office, act(), "A", page=page) for page in (1, 3))
    assert (first.found, len(first.lines), len(third.lines), third.lines[0].number) == (122, 50, 22, 101)
