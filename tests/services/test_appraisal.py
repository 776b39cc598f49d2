"""Appraisal: the committee checks and decides reported values, in the cases while open, by adjustments once frozen."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from builders import act, put, put_campaign, put_offices
from frozen import freeze, move
from people import put_account, put_each_role
from sqlalchemy import text

from tracker.core.problems import RefusedError
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.adjusting import read_case
from tracker.services.adjustments import load_adjustments
from tracker.services.appraisal import Mark, accept_values, appraise
from tracker.services.batches import delete_case, undo_batch
from tracker.services.copies import load_parts
from tracker.services.imports import Choices, Source, import_files
from tracker.services.scratch import scratch
from tracker.services.standings import Question, compute_board
from tracker.services.values import load_sheet, unchecked_values, value_history
from tracker.store.engine import reading
from tracker.store.registers import Span

RULEBOOK = """
code = "small"
version = 1
title = {vi = "Nhỏ", en = "Small"}
basis = "test"
total = 10

[[reported]]
measure = "m"
title = {vi = "Sáng kiến", en = "Initiatives"}

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
SPAN = {"period_from": "2020-01-01", "period_to": "2020-12-31"}
DAYS = Span(date(2020, 1, 1), date(2020, 12, 31), date(2020, 12, 31))
HEAD = "unit,measure,period_from,period_to,value,checked,decided\n"


def key(unit: str) -> tuple[str, ...]:
    return (unit, "m", *SPAN.values())


def put_office(engine):
    """A gave 8, B 6, C (of no cluster) 5; "other" is no measure of the rulebook. Nobody has checked anything."""
    put_offices(engine, "A", "B")
    put(engine, "units", {"code": "C", "name": "C", "kind": "other"})
    values = [{"unit": unit, "measure": "m", "value": value, **SPAN} for unit, value in (("A", 8), ("B", 6), ("C", 5))]
    half = {"unit": "A", "measure": "other", "value": "1", **SPAN}
    put(engine, "reported", *values, half, {**half, "unit": "B", "measure": "m2"})
    put_campaign(engine, "y", begins="2020-01-01", ends="2020-12-31", rulebook=RULEBOOK)
    engine.people = put_each_role(engine)


@pytest.fixture
def office(engine, prepared):
    return prepared(put_office, engine)


def sheet(office):
    return load_sheet(office, office.people["committee"], Y)


def seen(office, unit: str) -> tuple[tuple[str, ...], str]:
    return key(unit), sheet(office).find(key(unit)).seen


def mark(office, unit: str, who: str = "committee", reason: str = "đã đối chiếu", **cells):
    marked = Mark(*seen(office, unit), cells)
    return appraise(office, Y, [marked], reason, act(actor=office.people[who]))


def refusal(call, *arguments, **named) -> str:
    with pytest.raises(RefusedError) as caught:
        call(*arguments, **named)
    return caught.value.problems[0].code


def score(office, unit: str):
    return compute_board(office, Question(*Y), date(2021, 1, 1), OPERATOR).place(unit).score.score


def unchecked(office) -> int:
    with reading(office) as connection:
        rulebook = sheet(office).rulebook
        return unchecked_values(connection, rulebook, DAYS)


def test_the_sheet_shows_the_declared_values_side_by_side_with_the_difference(office):
    assert [(value.unit, value.value, value.state) for value in sheet(office).values] == [
        ("A", 8, "unchecked"),
        ("B", 6, "unchecked"),
        ("C", 5, "unchecked"),
    ]
    mark(office, "A", checked="7,5")
    mark(office, "A", "chair", decided="7")
    value = sheet(office).find(key("A"))
    assert (value.value, value.checked, value.decided) == (8, Decimal("7.5"), 7)
    assert (value.state, value.effective, value.difference) == ("decided", 7, -1)


def test_while_the_period_is_open_an_appraisal_is_a_batch_that_counts_at_once_and_keeps_the_old_version(office):
    assert score(office, "A") == 8
    assert mark(office, "A", checked="7", reason="thiếu văn bản").changed == 1
    assert score(office, "A") == 7
    events = value_history(office, office.people["chair"], Y, key("A"))
    assert [(event.by, event.source, event.figures["checked"]) for event in events] == [
        ("operator", "import", None),
        ("the-committee", "appraisal", "7"),
    ]
    assert events[1].reason == "thiếu văn bản"
    with reading(office) as connection:
        said = connection.execute(text("SELECT payload FROM audit_entry WHERE verb = 'appraise'")).scalar()
    assert '"changed":1' in said


def test_once_frozen_an_appraisal_is_an_adjustment_and_the_cases_stay(office):
    frozen = freeze(office, *Y)
    done = mark(office, "A", checked="4")
    assert (done.effect.units["A"].score_before, done.effect.units["A"].score_after) == (8, 4)
    assert (done.effect.units["A"].rank_after, done.effect.units["B"].rank_after) == (2, 1)
    assert read_case(office, frozen, "reported", key("A"))["checked"] == 4
    assert score(office, "A") == 4
    with reading(office) as connection:
        assert connection.execute(text("SELECT count(*) FROM reported WHERE checked IS NOT NULL")).scalar() == 0
    move(office, *Y, state="published")
    mark(office, "A", "chair", decided="5", reason="Hội đồng thống nhất")
    with reading(office) as connection:
        recorded = load_adjustments(connection, frozen.id)
    assert [(one.what.source, one.what.cells) for one in recorded] == [
        ("appraisal", {"checked": "4"}),
        ("appraisal", {"decided": "5"}),
    ]
    events = value_history(office, office.people["chair"], Y, key("A"))
    assert [(event.by, event.figures["checked"], event.figures["decided"]) for event in events] == [
        ("operator", None, None),
        ("the-committee", "4", None),
        ("the-chair", "4", "5"),
    ]


def test_a_final_period_is_appraised_no_more(office):
    freeze(office, *Y, state="final")
    assert refusal(mark, office, "A", checked="4") == "period_final"
    assert (
        refusal(accept_values, office, Y, [seen(office, "A")], "checked", "x", act(actor=office.people["chair"]))
        == "period_final"
    )


def test_many_values_are_accepted_at_once_and_none_twice(office):
    mark(office, "A", checked="7")
    chosen = [seen(office, unit) for unit in "ABC"]
    chair = act(actor=office.people["chair"])
    assert accept_values(office, Y, chosen, "checked", "chấp nhận", chair).changed == 2
    assert [value.checked for value in sheet(office).values] == [7, 6, 5]
    chosen = [seen(office, unit) for unit in "ABC"]
    assert refusal(accept_values, office, Y, chosen, "checked", "chấp nhận", chair) == "appraisal_changes_nothing"
    assert accept_values(office, Y, chosen, "decided", "thống nhất", chair).changed == 3
    assert [value.decided for value in sheet(office).values] == [7, 6, 5]


def test_many_values_are_accepted_at_once_in_a_frozen_period_too(office):
    frozen = freeze(office, *Y)
    chosen = [seen(office, unit) for unit in "AB"]
    assert accept_values(office, Y, chosen, "checked", "chấp nhận", act(actor=office.people["chair"])).changed == 2
    with reading(office) as connection:
        assert len(load_adjustments(connection, frozen.id)) == 2


def test_only_what_the_committee_may_say_is_taken_and_it_is_checked_like_an_import(office):
    assert refusal(mark, office, "A", value="9") == "column_not_appraised"
    assert refusal(mark, office, "A", checked="nhiều") == "not_a_number"
    assert refusal(mark, office, "A", checked="1,234") == "not_a_number"
    assert refusal(mark, office, "A", checked="9" * 14) == "out_of_range"
    assert refusal(mark, office, "A", checked="") == "appraisal_changes_nothing"
    assert refusal(mark, office, "A", reason=" ", checked="3") == "reason_missing"
    nobody = Mark(("A", "other", *SPAN.values()), "0" * 64, {"checked": "1"})
    assert refusal(appraise, office, Y, [nobody], "x", act(actor=office.people["chair"])) == "value_unknown"


@pytest.mark.parametrize("frozen_first", [False, True])
def test_an_edit_made_on_older_figures_is_refused(office, frozen_first):
    if frozen_first:
        freeze(office, *Y)
    old = Mark(*seen(office, "A"), {"checked": "3"})
    mark(office, "A", checked="7")
    assert refusal(appraise, office, Y, [old], "x", act(actor=office.people["chair"])) == "value_changed"
    assert sheet(office).find(key("A")).checked == 7


@pytest.mark.parametrize("frozen_first", [False, True])
def test_of_two_who_appraise_the_same_value_at_once_one_wins_and_the_other_is_told(office, frozen_first):
    if frozen_first:
        freeze(office, *Y)
    marked = seen(office, "A")
    outcomes, gate = [], threading.Barrier(2)

    def set_to(who: str, figure: str) -> None:
        gate.wait()
        try:
            appraise(office, Y, [Mark(*marked, {"checked": figure})], "x", act(actor=office.people[who]))
            outcomes.append(figure)
        except RefusedError as error:
            outcomes.append(error.problems[0].code)

    threads = [threading.Thread(target=set_to, args=each) for each in (("committee", "3"), ("chair", "4"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [outcome for outcome in outcomes if outcome in ("3", "4")]
    assert sorted(outcomes)[-1] == "value_changed"
    assert str(sheet(office).find(key("A")).checked) == won


def test_unchecked_values_are_those_of_competing_units_and_declared_measures_with_adjustments(office):
    assert unchecked(office) == 2, "A and B; C is in no cluster, m2 and other are not declared"
    frozen = freeze(office, *Y)
    mark(office, "A", checked="8")
    assert unchecked(office) == 2, "the cases know nothing of an adjustment"
    with reading(office) as connection:
        copy, done = load_parts(connection, frozen.id), load_adjustments(connection, frozen.id)
    rulebook = sheet(office).rulebook
    with scratch(copy, [one.what for one in done]) as engine, reading(engine) as connection:
        assert unchecked_values(connection, rulebook, DAYS) == 1


@pytest.mark.parametrize("role", ["viewer", "unit", "clerk", "committee", "chair", "admin"])
@pytest.mark.parametrize("frozen_first", [False, True])
def test_only_the_committee_and_its_chair_appraise(office, role, frozen_first):
    if frozen_first:
        freeze(office, *Y)
    actor, chosen = office.people[role], [seen(office, "A")]
    calls = (
        lambda: load_sheet(office, actor, Y),
        lambda: value_history(office, actor, Y, key("A")),
        lambda: appraise(office, Y, [Mark(*chosen[0], {"checked": "1"})], "x", act(actor=actor)),
        lambda: accept_values(office, Y, [seen(office, "B")], "checked", "x", act(actor=actor)),
    )
    for call in calls:
        if role in ("committee", "chair"):
            call()
        else:
            with pytest.raises(DeniedError):
                call()
    assert (sheet(office).find(key("A")).checked is None) == (role not in ("committee", "chair"))


def hand_in(office, who, *lines: str, head: str = HEAD, **choices):
    source = Source("reported.csv", (head + "\n".join(lines)).encode())
    return import_files(office, [source], act(actor=office.people[who]), Choices(**choices))[0]


@pytest.mark.parametrize("who", ["unit", "clerk", "admin"])
def test_a_file_may_repeat_what_the_committee_said_and_never_change_it(office, who):
    mark(office, "A", checked="7")
    row = "A,m,2020-01-01,2020-12-31"
    for line in (f"{row},9,9,", f"{row},9,,", f"{row},9,7,8"):
        for dry_run in (True, False):
            refused = hand_in(office, who, line, dry_run=dry_run)
            assert (refused.outcome, refused.problems[0].code) == ("refused", "appraisal_not_yours")
    assert hand_in(office, who, "A,new,2020-01-01,2020-12-31,1,1,").outcome == "refused"
    assert hand_in(office, who, f"{row},9,7,").outcome == "imported"
    assert hand_in(office, who, f"{row},10", head="unit,measure,period_from,period_to,value\n").outcome == "imported"
    value = sheet(office).find(key("A"))
    assert (value.value, value.checked) == (10, 7)


def test_a_unit_can_neither_undo_an_appraisal_nor_delete_what_was_appraised(office):
    own = hand_in(office, "unit", "A,m,2020-01-01,2020-12-31,9,,").batch
    mark(office, "A", checked="7")
    with reading(office) as connection:
        batch = connection.execute(text("SELECT batch_id FROM reported WHERE unit = 'A' AND measure = 'm'")).scalar()
    for who in ("unit", "clerk", "admin"):
        with pytest.raises(DeniedError):
            undo_batch(office, batch, act(actor=office.people[who]))
        with pytest.raises(DeniedError):
            delete_case(office, "reported", "/".join(key("A")), "x", act(actor=office.people[who]))
    assert refusal(undo_batch, office, own, act(actor=office.people["unit"])) == "later_batches"
    undo_batch(office, batch, act())
    delete_case(office, "reported", "/".join(key("A")), "x", act(actor=office.people["unit"]))


def test_another_units_account_deletes_and_imports_nothing_of_it(office):
    office.people["b"] = put_account(office, "unit-b", Role.UNIT, Grant(frozenset({"B"}), may_import=True))
    assert hand_in(office, "b", "A,m,2020-01-01,2020-12-31,9,,").outcome == "refused"
    with pytest.raises(DeniedError):
        delete_case(office, "reported", "/".join(key("A")), "x", act(actor=office.people["b"]))
