"""The working calendar is edited by one person at a time, renumbers what is late, and says how sure each day is."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from builders import act, put, put_campaign, put_offices
from people import put_each_role
from sqlalchemy import select

from tracker.core.problems import RefusedError
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.calendar_file import MAX_BYTES, edit_of_years, read_calendar_file
from tracker.services.policies import verify_ledgers
from tracker.services.standings import Question, measure
from tracker.services.working_calendar import (
    STATUSES,
    DayRule,
    Edit,
    WorkingCalendar,
    edit_calendar,
    foresee,
    months_of,
    show_calendar,
    tidy_rule,
)
from tracker.store.audit import ENTRY
from tracker.store.engine import reading
from tracker.store.publishing import data_version
from tracker.text import say_problem

SHIPPED = Path(__file__).parents[2] / "data" / "calendar" / "vn_workdays.csv"
THURSDAY, SATURDAY = date(2020, 3, 5), date(2020, 3, 7)
HOLIDAY = DayRule(THURSDAY, "off", "Lễ của tỉnh", "official")


def edit(engine, *rules: DayRule, remove: tuple[date, ...] = (), actor=OPERATOR):
    seen = show_calendar(engine, OPERATOR).digest
    return edit_calendar(engine, Edit(rules, remove), seen, "Công văn 1", act(actor=actor))


def refused(call, *args) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        call(*args)
    return [say_problem("vi", problem) for problem in caught.value.problems]


def days_late(engine) -> int:
    found = measure(engine, Question("y", "y"), date(2020, 12, 31), OPERATOR)
    return int(found.facts["A"].measures["days_late"])


def test_an_edited_calendar_changes_days_late_as_counted_by_hand(engine):
    put_offices(engine, "A")
    put_campaign(engine, "y", begins="2020-01-01", ends="2020-12-31")
    times = {"received_at": "2020-03-02 08:00:00", "due_at": "2020-03-03 17:00:00", "completed_at": "2020-03-09 08:00:00"}
    put(engine, "dossiers", {"code": "D", "unit": "A", "procedure": "P1", **times})
    # Due on Tuesday the 3rd, done on Monday the 9th: Wednesday, Thursday, Friday, Monday.
    assert days_late(engine) == 4
    edit(engine, HOLIDAY)
    assert days_late(engine) == 3, "Thursday is a day off"
    edit(engine, DayRule(SATURDAY, "work", "Làm bù", "official"))
    assert days_late(engine) == 4, "Saturday is worked for it"
    edit(engine, remove=(THURSDAY,))
    assert days_late(engine) == 5
    assert all(not check.differences for check in verify_ledgers(engine, OPERATOR))


def test_an_edit_says_beforehand_what_it_comes_to_and_then_does_just_that(sqlite_engine):
    before = show_calendar(sqlite_engine, OPERATOR)
    wanted = Edit(
        put=(
            HOLIDAY,
            DayRule(date(2020, 5, 1), "off", "1/5", "official"),  # shipped under another name
            DayRule(SATURDAY, "work", "Làm bù", "announced"),
            DayRule(date(2020, 3, 8), "off", "Chủ nhật", "official"),  # a Sunday off: nobody works less
        ),
        remove=(date(2020, 9, 2),),
    )
    foreseen = foresee(before, wanted)
    assert [one.day for one in foreseen.added] == [THURSDAY, SATURDAY, date(2020, 3, 8)]
    assert [one.day for one in foreseen.changed] == [date(2020, 5, 1)]
    assert [one.day for one in foreseen.removed] == [date(2020, 9, 2)]
    assert foreseen.off == (THURSDAY,)
    assert foreseen.work == (SATURDAY, date(2020, 9, 2))
    assert edit_calendar(sqlite_engine, wanted, before.digest, "Công văn 1", act()) == foreseen
    after = show_calendar(sqlite_engine, OPERATOR)
    assert len(after.days) == len(before.days) + 2
    assert foresee(after, wanted).is_nothing


def test_the_second_of_two_editors_is_told_who_was_first_and_loses_nothing_of_the_first(engine):
    put_offices(engine, "A")
    admin = put_each_role(engine)["admin"]
    seen = show_calendar(engine, OPERATOR).digest
    edit(engine, HOLIDAY, actor=admin)
    told = refused(edit_calendar, engine, Edit((DayRule(SATURDAY, "work"),)), seen, "Công văn 2", act())
    assert "the-admin" in told[0]
    assert show_calendar(engine, OPERATOR).by_day[THURSDAY] == HOLIDAY
    assert SATURDAY not in show_calendar(engine, OPERATOR).by_day


def test_of_two_who_edit_at_once_one_wins_and_the_other_is_told(engine):
    seen = show_calendar(engine, OPERATOR).digest

    def attempt(rule: DayRule) -> str:
        try:
            edit_calendar(engine, Edit((rule,)), seen, "Công văn", act())
        except RefusedError as error:
            return error.problems[0].code
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(attempt, (HOLIDAY, DayRule(SATURDAY, "work"))))
    assert sorted(ends) == ["calendar_changed", "saved"]
    assert (THURSDAY in show_calendar(engine, OPERATOR).by_day) == (ends[0] == "saved")


def test_an_edit_is_in_the_log_by_counts_and_digests_and_screens_are_told(engine):
    before = show_calendar(engine, OPERATOR)
    with reading(engine) as connection:
        version = data_version(connection)
    edit(engine, HOLIDAY)
    after = show_calendar(engine, OPERATOR)
    with reading(engine) as connection:
        entry = connection.execute(select(ENTRY).order_by(ENTRY.c.seq.desc()).limit(1)).one()
        assert data_version(connection) > version
    assert (entry.verb, entry.thing) == ("edit_calendar", "calendar")
    assert json.loads(entry.payload) == {
        "before": {"days": len(before.days), "sha256": before.digest},
        "after": {"days": len(after.days), "sha256": after.digest, "added": 1, "changed": 0, "removed": 0},
        "reason": "Công văn 1",
    }


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (DayRule(THURSDAY, "work"), "ngày làm việc bình thường"),
        (DayRule(THURSDAY, "half"), "half"),
        (DayRule(THURSDAY, "off", status="maybe"), "maybe"),
        (DayRule(THURSDAY, "off", "x" * 201), "200"),
        (DayRule(date(1900, 1, 1), "off"), "01/01/1900"),
    ],
)
def test_a_day_that_cannot_be_kept_is_refused_with_the_reason(sqlite_engine, rule, words):
    assert words in refused(edit, sqlite_engine, rule)[0]


def test_an_edit_without_a_reason_or_without_a_change_is_refused(sqlite_engine):
    seen = show_calendar(sqlite_engine, OPERATOR).digest
    assert "lý do" in refused(edit_calendar, sqlite_engine, Edit((HOLIDAY,)), seen, " ", act())[0]
    assert "không có gì để lưu" in refused(edit, sqlite_engine)[0]
    assert "không có gì để lưu" in refused(lambda: edit(sqlite_engine, remove=(THURSDAY,)))[0]


def test_every_shipped_day_could_be_entered_by_hand_and_says_how_sure_it_is(sqlite_engine):
    shipped = show_calendar(sqlite_engine, OPERATOR)
    assert {one.status for one in shipped.days} <= set(STATUSES)
    assert [tidy_rule(one) for one in shipped.days] == list(shipped.days)
    assert not any(one.is_sure for one in shipped.of_year(2027))
    assert all(one.is_sure for one in shipped.of_year(2020))
    assert read_calendar_file(SHIPPED.name, SHIPPED.read_bytes()) == list(shipped.days)


def test_a_year_is_twelve_months_of_weeks_with_their_working_days():
    swapped = WorkingCalendar((HOLIDAY, DayRule(SATURDAY, "work")))
    march = months_of(swapped, 2020)[2]
    # March 2020 has 22 weekdays; a Thursday off and a Saturday worked make 22 again.
    assert (march.number, march.working, len(march.weeks)) == (3, 22, 6)
    first = [None if cell is None else (cell.day.day, cell.works, cell.rule is not None) for cell in march.weeks[1]]
    assert first[3:6] == [(5, False, True), (6, True, False), (7, True, True)]
    assert [cell for cell in march.weeks[0] if cell] == [march.weeks[0][6]], "the 1st was a Sunday"
    assert sum(month.working for month in months_of(WorkingCalendar(()), 2020)) == 262


def test_a_file_replaces_the_years_it_speaks_of_and_no_others(sqlite_engine):
    calendar = show_calendar(sqlite_engine, OPERATOR)
    text = "date;kind;name;status\r\n31/12/2027;off;Nghỉ;official\r\n\r\n2027-01-01;OFF;Tết Dương lịch;\r\n"
    rules = read_calendar_file("lich.csv", text.encode("utf-8-sig"))
    assert rules == [
        DayRule(date(2027, 1, 1), "off", "Tết Dương lịch", "announced"),
        DayRule(date(2027, 12, 31), "off", "Nghỉ", "official"),
    ]
    wanted = edit_of_years(calendar, rules)
    edit_calendar(sqlite_engine, wanted, calendar.digest, "Công văn 3", act())
    after = show_calendar(sqlite_engine, OPERATOR)
    assert list(after.of_year(2027)) == rules
    assert after.of_year(2026) == calendar.of_year(2026)


def test_every_problem_of_a_file_is_told_at_its_row():
    text = """date,kind,name,status
2027-02-30,off,,
2027-02-01,free,,
2027-02-02,work,,
2027-02-03,off,,someday
2027-02-04,off,,
04/02/2027,off,,
"""
    told = refused(read_calendar_file, "lich.csv", text.encode())
    assert [line.split(":")[0] for line in told] == [f"Tệp lich.csv, dòng {row}" for row in (2, 3, 4, 5, 7)]
    assert "2027-02-30" in told[0]
    assert "dòng 6" in told[4]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Dòng đầu"),
        (b"a,b\n1,2\n", "Dòng đầu"),
        (b"date,kind,name,status\n", "không có ngày nào"),
        (b"PK\x03\x04\xff\xfe", "Không đọc được"),
        (b'date,kind\n2027-01-01,"off\n', "Không đọc được"),
        (b" " * (MAX_BYTES + 1), "lớn hơn"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_whole(data, words):
    assert words in refused(read_calendar_file, "x.csv", data)[0]


def test_only_the_administrator_sees_and_edits_the_calendar_on_its_page(engine):
    put_offices(engine, "A")
    people = put_each_role(engine)
    for role, actor in people.items():
        if role != "admin":
            with pytest.raises(DeniedError):
                show_calendar(engine, actor)
            with pytest.raises(DeniedError):
                edit(engine, HOLIDAY, actor=actor)
    assert edit(engine, HOLIDAY, actor=people["admin"]).added == (HOLIDAY,)
