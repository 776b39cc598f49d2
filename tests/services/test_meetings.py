"""Meetings are recorded whole, edited on the version that was seen, and only while the period can be decided on."""

from __future__ import annotations

from datetime import date

import pytest
from builders import TODAY, act
from committee import GOLD_A, HERE, confirmed, put_contest, put_frozen, put_meeting, record, rows_of, set_state
from people import put_each_role
from sqlalchemy import text

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.deciding import Session, decide_names
from tracker.services.meetings import MEETING, edit_meeting, list_meetings, record_meeting
from tracker.store.engine import reading


@pytest.fixture
def frozen(engine, prepared):
    return prepared(put_frozen, engine)


def codes(refused: pytest.ExceptionInfo[RefusedError]) -> list[tuple[str, object]]:
    return [(problem.code, problem.args.get("field")) for problem in refused.value.problems]


def test_a_meeting_is_kept_as_it_was_recorded_with_its_spaces_tidied(frozen):
    number = put_meeting(frozen, place="  Hội trường   lớn ", absent="Bà Na: đi công tác\nÔng Du: nghỉ ốm ", note=" ")
    kept = list_meetings(frozen, *HERE, OPERATOR)[0]
    assert (kept.id, kept.version, kept.made_by) == (number, 1, "operator")
    assert (kept.record.place, kept.record.note) == ("Hội trường lớn", "")
    assert kept.record.absent == "Bà Na: đi công tác\nÔng Du: nghỉ ốm"
    assert (kept.attendance.present, kept.attendance.members, kept.has_minutes) == (7, 9, False)


def test_the_minutes_come_later(frozen):
    number = put_meeting(frozen)
    edit_meeting(frozen, number, 1, record(minutes_no="15/BB-HĐTĐ", minutes_on=TODAY), act())
    kept = list_meetings(frozen, *HERE, OPERATOR)[0]
    assert (kept.version, kept.has_minutes) == (2, True)


def test_a_number_without_a_day_is_no_minutes(frozen):
    put_meeting(frozen, minutes_no="15")
    assert not list_meetings(frozen, *HERE, OPERATOR)[0].has_minutes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"place": " ", "chair": "", "secretary": "\t"},
            [("meeting_needs", name) for name in ("place", "chair", "secretary")],
        ),
        ({"place": "x" * 201}, [("field_too_long", "place")]),
        ({"note": "x" * 2001}, [("field_too_long", "note")]),
        ({"present": 10}, [("meeting_present", "present")]),
        ({"present": -1}, [("meeting_present", "present")]),
        ({"members": 0}, [("meeting_members", "members")]),
        ({"members": 1001}, [("meeting_members", "members")]),
        ({"held_on": date(2026, 7, 1)}, [("meeting_in_future", "held_on")]),
        ({"minutes_on": date(2026, 6, 19)}, [("minutes_day", "minutes_on")]),
        ({"minutes_on": date(2026, 7, 1)}, [("minutes_day", "minutes_on")]),
    ],
)
def test_everything_wrong_with_a_record_is_said_and_nothing_is_kept(frozen, changes, expected):
    with pytest.raises(RefusedError) as refused:
        put_meeting(frozen, **changes)
    assert codes(refused) == expected
    assert rows_of(frozen, MEETING) == []


def test_of_two_secretaries_the_second_is_told_and_overwrites_nothing(frozen):
    number = put_meeting(frozen)
    edit_meeting(frozen, number, 1, record(present=8), act())
    with pytest.raises(RefusedError) as refused:
        edit_meeting(frozen, number, 1, record(present=6), act())
    assert codes(refused) == [("meeting_changed", None)]
    assert rows_of(frozen, MEETING)[0].present == 8


def test_fewer_cannot_have_come_than_voted(frozen):
    number = put_meeting(frozen)
    decide_names(frozen, Session(*HERE, number), [confirmed(GOLD_A, 5, 2)], act())
    with pytest.raises(RefusedError) as refused:
        edit_meeting(frozen, number, 1, record(present=6), act())
    assert codes(refused) == [("more_ballots_than_present", None)]
    edit_meeting(frozen, number, 1, record(present=7, members=8), act())


def test_a_meeting_that_is_not_there_or_of_another_revision_cannot_be_edited(frozen):
    number = put_meeting(frozen)
    set_state(frozen, "frozen", revision=2)
    for which in (number, 99):
        with pytest.raises(UsageError) as wrong:
            edit_meeting(frozen, which, 1, record(), act())
        assert wrong.value.code == "unknown_meeting"
    assert list_meetings(frozen, *HERE, OPERATOR) == ()


@pytest.mark.parametrize(("state", "code"), [("open", "decide_too_early"), ("final", "decide_too_late")])
def test_an_open_and_a_final_period_take_no_meetings(engine, state, code):
    put_contest(engine)
    set_state(engine, "frozen")
    number = put_meeting(engine)
    set_state(engine, state)
    for attempt in (lambda: put_meeting(engine), lambda: edit_meeting(engine, number, 1, record(), act())):
        with pytest.raises(RefusedError) as refused:
            attempt()
        assert codes(refused) == [(code, None)]


def test_an_unknown_period_is_said(frozen):
    with pytest.raises(UsageError) as wrong:
        record_meeting(frozen, "c", "2031", record(), act())
    assert wrong.value.code == "unknown_period"


def test_the_log_names_nobody_who_came(frozen):
    number = put_meeting(frozen, absent="Bà Na nghỉ ốm")
    edit_meeting(frozen, number, 1, record(present=8), act())
    with reading(frozen) as connection:
        told = connection.execute(
            text("SELECT verb, payload FROM audit_entry WHERE thing = :t"), {"t": f"meeting/{number}"}
        ).all()
    assert [row.verb for row in told] == ["record_meeting", "edit_meeting"]
    assert not [row for row in told for name in ("Lê Văn Chủ", "Trần Thị Ký", "Na") if name in row.payload]


def test_only_the_committee_and_its_chair_keep_meetings(frozen):
    number = put_meeting(frozen)
    for role, person in put_each_role(frozen).items():
        for attempt in (
            lambda who: put_meeting(frozen, actor=who),
            lambda who: edit_meeting(frozen, number, 99, record(), act(actor=who)),
            lambda who: list_meetings(frozen, *HERE, who),
        ):
            allowed = True
            try:
                attempt(person)
            except DeniedError:
                allowed = False
            except RefusedError:
                pass  # let in, and then refused for the version
            assert allowed == (role in ("committee", "chair")), role
