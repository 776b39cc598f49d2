"""Officers side by side and the register of apologies: figures by hand, and only for those who may see the cases."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from builders import put, put_campaign, put_offices
from people import put_each_role
from word_papers import W, text_of, xml_of

from tracker.core.measures import COUNTED
from tracker.core.problems import UsageError
from tracker.export.template_apology import APOLOGY_FIELDS
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.apologies import Told, list_apologies
from tracker.services.apology_letters import MOST_LETTERS, letter_fields, write_letters
from tracker.services.cases import list_cases
from tracker.services.looking import Asked, units_to_look_into
from tracker.services.officers import list_officer_figures, rank_officers
from tracker.services.standings import Question, measure
from tracker.store.officer_counts import OfficerFigures

DAY = date(2026, 6, 30)
QUESTION = Question("thi-dua", "thi-dua", DAY)
LINEAR = """
code = "it-xin-loi"
version = 1
title = {vi = "v", en = "e"}
basis = "b"
total = 10
[[criterion]]
code = "c"
title = {vi = "v", en = "e"}
points = 10
  [[criterion.indicator]]
  code = "c.i"
  title = {vi = "v", en = "e"}
  points = 10
  basis = "b"
  formula = {kind = "linear", numerator = ["apologies_missing"], denominator = ["apologies_due"], lo = 1, hi = 0}
"""


def dossier(code: str, officer: str, due: str, done: str | None = None, **more) -> dict:
    moments = {"received_at": "2026-01-05 08:00", "due_at": f"{due} 17:00", "completed_at": done and f"{done} 09:00"}
    return {"code": code, "unit": "A", "procedure": "P1", "officer": officer, **moments, **more}


@pytest.fixture
def office(engine):
    """Of cb-1 ten in time, of cb-2 nine in time and one a day late, of cb-3 one overdue since 26 June, a Friday."""
    put_offices(engine, "A", "B")
    put_campaign(engine, begins="2026-01-01", ends="2026-12-31", late_after_supplements=0)
    put(engine, "staff", {"code": "cb-1", "unit": "A", "name": "Nguyễn Thị Hoa", "title": "Chuyên viên"})
    put(
        engine,
        "dossiers",
        *(dossier(f"1-{at}", "cb-1", "2026-02-10", "2026-02-09", rating="4.5") for at in range(10)),
        *(dossier(f"2-{at}", "cb-2", "2026-02-10", "2026-02-09", supplement_requests=2) for at in range(9)),
        dossier("2-late", "cb-2", "2026-03-10", "2026-03-11", apology_at="2026-03-10 16:00"),
        dossier("3-over", "cb-3", "2026-06-26"),
        dossier("3-told", "cb-3", "2026-06-25", "2026-06-29", apology_at="2026-06-26 08:00"),
    )
    return engine


def asked(unit="A", actor=OPERATOR):
    return Asked(QUESTION, unit, DAY, actor)


def test_officers_are_ranked_by_their_share_in_time_only_from_ten_judged_dossiers_on(office):
    first, second, third = list_officer_figures(office, asked()).lines
    assert (first.code, first.name, first.rank, first.figures.mean_rating) == ("cb-1", "Nguyễn Thị Hoa", 1, Fraction(9, 2))
    assert (second.code, second.rank, second.figures.share_on_time) == ("cb-2", 2, Fraction(9, 10))
    assert (second.figures.supplements, second.figures.days_late, second.figures.received) == (18, 1, 10)
    # Two working days each: 26 June to the 30th, and the 25th, a Thursday, to the 29th.
    assert (third.code, third.rank, third.figures.overdue, third.figures.late, third.figures.days_late) == (
        "cb-3",
        None,
        1,
        1,
        4,
    )


def test_the_officers_figures_add_up_to_the_units_own(office):
    figures = [line.figures for line in list_officer_figures(office, asked()).lines]
    own = measure(office, QUESTION, DAY, OPERATOR).facts["A"].measures
    for name, total in (("received", "received"), ("late", "done_late"), ("overdue", "pending_overdue"), ("days_late",) * 2):
        assert sum(getattr(one, name) for one in figures) == own[total]
    assert "days_late" in COUNTED


def test_equal_shares_share_a_rank_and_the_next_is_skipped():
    figures = {"a": OfficerFigures(on_time=10), "b": OfficerFigures(on_time=20), "c": OfficerFigures(on_time=9, late=1)}
    assert rank_officers([*figures.items(), ("d", OfficerFigures(on_time=9))]) == {"a": 1, "b": 1, "c": 3}


def test_the_register_tells_missing_late_and_timely_apologies_and_its_counts_are_the_measures(office):
    register = list_apologies(office, asked())
    assert [(line.code, line.told, line.days_late) for line in register.lines] == [
        ("3-over", Told.MISSING, 2),
        ("3-told", Told.LATE, 2),
        ("2-late", Told.IN_TIME, 1),
    ]
    own = measure(office, QUESTION, DAY, OPERATOR).facts["A"].measures
    for told in Told:
        assert register.count(told) == own[f"apologies_{told.value}"]
    assert [line.code for line in list_apologies(office, asked(), {"3-told", "1-0"}).lines] == ["3-told"]


def test_the_letters_stand_in_one_document_each_on_a_page_of_its_own_and_name_nobody(office):
    data = write_letters(office, asked(), ["3-told", "3-over"]).data
    said = text_of(data)
    assert len(list(xml_of(data).iter(f"{W}sectPr"))) == 2
    assert said.count("Kính gửi: ……") == said.count("Lý do chậm trả kết quả:") == 2
    assert said.index("3-over") < said.index("3-told"), "the register's order"
    assert "Đến hết ngày 30/06/2026, hồ sơ vẫn đang được giải quyết, quá hạn 2 ngày làm việc." in said
    assert "Hồ sơ được giải quyết xong ngày 29/06/2026, chậm 2 ngày làm việc so với ngày hẹn trả." in said
    assert write_letters(office, asked(), ["3-over", "3-told"]).data == data


def test_no_letter_is_written_for_a_dossier_that_calls_for_none_nor_for_too_many(office):
    for codes in (["1-0"], ["3-over", "B-1"], []):
        with pytest.raises(UsageError) as caught:
            write_letters(office, asked(), codes)
        assert caught.value.code == "no_apology_due"
    with pytest.raises(UsageError) as caught:
        write_letters(office, asked(), [str(number) for number in range(MOST_LETTERS + 1)])
    assert caught.value.code == "too_many_letters"


def test_the_template_of_the_letter_uses_only_the_fields_there_are(office):
    fields = letter_fields(list_apologies(office, asked()), "Đơn vị A")
    groups = {f"letters[].{name}" for name in fields["letters"][0]}
    assert {*(fields.keys() - {"letters", "recipients"}), "recipients[]", *groups} == set(APOLOGY_FIELDS)


def test_officers_and_apologies_are_shown_to_those_who_may_see_the_units_cases(office):
    people = put_each_role(office)
    for role, actor in people.items():
        sees_all = role in ("committee", "chair", "admin")
        for unit in ("A", "B"):
            for show in (list_officer_figures, list_apologies):
                if sees_all or (role in ("unit", "clerk") and unit == "A"):
                    show(office, asked(unit, actor))
                else:
                    with pytest.raises(DeniedError):
                        show(office, asked(unit, actor))
        if role == "viewer":
            with pytest.raises(DeniedError):
                units_to_look_into(office, actor)
        else:
            assert list(units_to_look_into(office, actor)) == (["A", "B"] if sees_all else ["A"])


def test_where_lower_is_better_the_cases_that_count_are_those_that_cost(office):
    put_campaign(office, "it-xin-loi", begins="2026-01-01", ends="2026-12-31", rulebook=LINEAR)
    page = list_cases(office, Question("it-xin-loi", "it-xin-loi", DAY), ("A", "c.i"), DAY, OPERATOR)
    assert [(row.code, row.effect) for row in page.rows] == [
        ("3-over", "failing"),
        ("2-late", "counted"),
        ("3-told", "counted"),
    ]
