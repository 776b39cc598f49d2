"""The page of data quality: counts first, then the cases; each sees what is theirs."""

from __future__ import annotations

import pytest
from builders import put
from people import put_each_role

from .accounts import opened_as, turned_away
from .boards import begin, put_units, report
from .sample import markup, words

HERE = {"c": "nho", "p": "2025"}


@pytest.fixture
def office(province):
    """A and B; A has a dossier without a due date and one rated before its end, B reported nothing."""
    put_units(province, c=["A:Xã Một", "B:Xã Hai"])
    put(province, "procedures", {"code": "P1", "name": "Khai sinh"})
    report(province, 2025, A=("0.5", "1"))
    begin(province)
    row = {"unit": "A", "procedure": "P1", "received_at": "2025-03-01 08:00:00"}
    put(province, "dossiers", {"code": "D-1", **row}, {"code": "D-2", **row, "due_at": "2025-03-09 17:00:00", "rating": "4"})
    province.people = put_each_role(province)
    return province


@pytest.fixture
def opened(office, monkeypatch):
    def as_account(who: str = "committee", lang: str = "vi", **query: str):
        return opened_as(monkeypatch, office.people[who], "quality", lang, **{**HERE, **query})

    return as_account


def test_counts_come_first_and_lead_to_the_cases(opened):
    app = opened()
    assert [metric.value for metric in app.metric] == ["1/2", "0/2", "0/2", "0/2", "1/2", "0/2"]
    shown = markup(app)
    assert "kt=no_due" in shown
    assert "Chưa báo cáo: Hoàn thành kế hoạch, Văn minh, Vụ việc nghiêm trọng" in shown
    cases = opened(kt="no_due")
    assert "D-1" in markup(cases)
    assert "D-2" not in markup(cases)
    assert "1 trường hợp" in words(cases)


def test_a_unit_sees_its_own_data_only(opened):
    app = opened("unit")
    assert next(iter(app.metric)).value == "1/1"
    assert "Xã Hai" not in markup(app)


def test_filters_stand_in_the_link(opened):
    assert "Xã Một" not in markup(opened(tim="xa hai")).split("Theo đơn vị")[-1].split("tk-table")[-1]
    doubted = markup(opened(loc="nghi-van"))
    assert doubted.count("u=A") == 2
    assert "u=B" not in doubted


def test_an_unknown_check_shows_the_overview_and_an_unknown_unit_all(opened):
    assert opened(kt="weather").metric
    assert "D-1" in markup(opened(kt="no_due", u="Z"))


def test_the_page_speaks_english(opened):
    assert "Dossiers without a due date" in markup(opened(lang="en"))


def test_who_may_not_see_cases_gets_no_page(opened):
    assert turned_away(opened("viewer"))
