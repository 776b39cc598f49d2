"""One unit added or changed by a form is an import of one row: checked the same way, kept, undone."""

from __future__ import annotations

from datetime import date

import pytest
from builders import act, put
from people import put_each_role
from sqlalchemy import select

from tracker.core.problems import RefusedError
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.batches import undo_batch
from tracker.services.membership import Move, move_units
from tracker.services.units import UnitState, Wanted, in_tree_order, list_units, save_unit
from tracker.store.audit import ENTRY
from tracker.store.engine import reading
from tracker.text import say_problem

DAY = date(2026, 6, 30)
NEW = {"code": "X1", "name": "Xã Mới", "kind": "commune", "cluster": "xa"}


@pytest.fixture
def office(engine):
    put(engine, "units", {"code": "H", "name": "Huyện Đắk Song", "kind": "district"})
    put(
        engine, "units", {"code": "A", "name": "Xã Ấm", "kind": "commune", "parent": "H", "cluster": "xa", "headcount": "12"}
    )
    return engine


def find(engine, code: str) -> UnitState:
    return next(unit for unit in list_units(engine, OPERATOR, DAY) if unit.code == code)


def refused(call, *args) -> str:
    with pytest.raises(RefusedError) as caught:
        call(*args)
    return " ".join(say_problem("vi", problem) for problem in caught.value.problems)


def test_a_new_unit_comes_in_as_a_batch_in_the_log_and_is_undone_with_it(office):
    outcome = save_unit(office, {**NEW, "parent": "H", "valid_from": "2026-01-01", "headcount": "9"}, None, act())
    made = find(office, "X1")
    assert (made.name, made.parent, made.given, made.cluster) == ("Xã Mới", "H", "xa", "xa")
    assert (made.valid_from, made.valid_to, made.headcount, made.batch) == (date(2026, 1, 1), None, 9, outcome.batch)
    with reading(office) as connection:
        last = connection.execute(select(ENTRY).order_by(ENTRY.c.seq.desc()).limit(1)).one()
    assert (last.verb, last.thing) == ("import", f"batch/{outcome.batch}")
    undo_batch(office, outcome.batch, act())
    assert [unit.code for unit in list_units(office, OPERATOR, DAY)] == ["H", "A"]


def test_a_change_replaces_every_field_also_by_nothing_and_undoing_brings_the_old_row_back(office):
    before = find(office, "A")
    outcome = save_unit(office, {**before.cells, "name": "Phường Ấm", "headcount": "", "parent": ""}, before.batch, act())
    now = find(office, "A")
    assert (now.name, now.headcount, now.parent, now.kind) == ("Phường Ấm", None, None, "commune")
    undo_batch(office, outcome.batch, act())
    assert find(office, "A") == before


def test_going_back_to_an_earlier_state_is_no_repetition_of_the_same_file(office):
    first = find(office, "A")
    save_unit(office, {**first.cells, "name": "B"}, first.batch, act())
    second = find(office, "A")
    assert save_unit(office, first.cells, second.batch, act()).outcome == "imported"
    assert find(office, "A").name == "Xã Ấm"


def test_the_second_of_two_editors_is_told_who_was_first(office):
    admin = put_each_role(office)["admin"]
    seen = find(office, "A")
    save_unit(office, {**seen.cells, "name": "Một"}, seen.batch, act(actor=admin))
    told = refused(save_unit, office, {**seen.cells, "name": "Hai"}, seen.batch, act())
    assert "the-admin" in told
    assert find(office, "A").name == "Một"
    save_unit(office, NEW, None, act(actor=admin))
    assert "X1" in refused(save_unit, office, NEW, None, act())
    save_unit(office, {**NEW, "code": "X2"}, None, act())
    assert "không còn" in refused(save_unit, office, {**NEW, "code": "X3"}, 1, act())


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"name": " "}, "name"),
        ({"code": ""}, "code"),
        ({"kind": "lâu đài"}, "kind"),
        ({"parent": "nobody"}, "parent"),
        ({"headcount": "-1"}, "headcount"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to"),
        ({"name": "x" * 501}, "name"),
    ],
)
def test_a_form_is_checked_like_a_file_and_problems_name_the_field_alone(office, changes, column):
    with pytest.raises(RefusedError) as caught:
        save_unit(office, {**NEW, **changes}, None, act())
    places = [problem.place for problem in caught.value.problems]
    assert {place.column for place in places} == {column}
    assert {(place.file, place.row) for place in places} == {("", None)}


def test_no_unit_stands_above_itself(office):
    district = find(office, "H")
    for parent in ("H", "A"):
        told = refused(save_unit, office, {**district.cells, "parent": parent}, district.batch, act())
        assert "cấp trên" in told


def test_the_tree_puts_children_below_their_parents_and_circles_last(office):
    put(office, "units", {"code": "S", "name": "Sở", "kind": "department"})
    put(office, "units", {"code": "T", "name": "Thôn", "kind": "other", "parent": "A"})
    put(office, "units", {"code": "U", "name": "Ủ", "kind": "other"}, {"code": "V", "name": "V", "kind": "other"})
    put(office, "units", {"code": "U", "name": "Ủ", "kind": "other", "parent": "V"})
    put(office, "units", {"code": "V", "name": "V", "kind": "other", "parent": "U"})
    units = list_units(office, OPERATOR, DAY)
    found = [(depth, unit.code) for depth, unit in in_tree_order(units)]
    assert found == [(0, "H"), (1, "A"), (2, "T"), (0, "S"), (0, "U"), (1, "V")]


def test_units_are_found_without_accents_by_kind_and_by_the_cluster_of_the_day(office):
    move_units(office, Move(("A",), date(2026, 1, 1), "phuong", "sáp nhập"), act())
    units = list_units(office, OPERATOR, DAY)

    def found(**wanted):
        return [unit.code for unit in units if Wanted(**wanted).finds(unit)]

    assert found(words="dak song") == ["H"]
    assert found(words="Ấm") == found(kind="commune") == found(cluster="phuong") == ["A"]
    assert found(cluster="xa") == []
    assert next(unit.given for unit in units if unit.code == "A") == "xa"


def test_only_whoever_may_import_for_all_units_saves_one_and_only_the_administrator_lists_them(office):
    people = put_each_role(office)
    for role, actor in people.items():
        if role != "admin":
            with pytest.raises(DeniedError):
                save_unit(office, NEW, None, act(actor=actor))
            with pytest.raises(DeniedError):
                list_units(office, actor, DAY)
    assert save_unit(office, NEW, None, act(actor=people["admin"])).outcome == "imported"
    assert len(list_units(office, people["admin"], DAY)) == 3
