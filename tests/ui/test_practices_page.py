"""The page of good practice: told, judged, adopted and found."""

from __future__ import annotations

import pytest
from builders import COUNTING, act, put, put_campaign, put_offices
from people import put_account, put_each_role

from tracker.services.access import OPERATOR, Role
from tracker.services.accounts import Grant
from tracker.services.practices import NewPractice, State, Verdict, judge_practice, list_practices, post_practice

from .accounts import notices, opened_as
from .sample import markup


@pytest.fixture
def office(province):
    put_offices(province, "A", "B")
    province.people = put_each_role(province)
    province.people["other"] = put_account(province, "xa-b", Role.UNIT, Grant(frozenset({"B"})))
    return province


@pytest.fixture
def opened(office, monkeypatch):
    return lambda who="unit", lang="vi", **query: opened_as(monkeypatch, office.people[who], "practices", lang, **query)


def press(app, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_a_unit_tells_the_committee_accepts_and_another_unit_adopts(opened, office):
    app = opened()
    app.text_input(key="practice.title").input("Trả kết quả <tại nhà>")
    app.text_area(key="practice.story").input("Mang kết quả đến nhà.")
    press(app, "Gửi hội đồng")
    assert "Trả kết quả &lt;tại nhà&gt;" in markup(app)
    assert "Trả kết quả" not in markup(opened("other")), "nobody else's before it is accepted"
    app = opened("committee")
    press(app, "Công nhận")
    assert "Chưa ghi quyết định" in notices(app)
    app.text_input(key="practice.note.1.0").input("QĐ 15")
    press(app, "Công nhận")
    app = opened("other")
    app.text_input(key="practice.how.1").input("từ tháng 7")
    press(app, "Chúng tôi đã áp dụng")
    assert "1 đơn vị đã áp dụng: Đơn vị B (từ tháng 7)" in markup(app)
    (one,) = list_practices(office, OPERATOR)
    assert [word.made_by for word in one.adopted] == ["xa-b"]


def test_the_board_is_searched_without_accents_and_speaks_english(opened, office):
    for title in ("Trả kết quả tại nhà", "Thứ Bảy không hẹn"):
        judge_practice(
            office, Verdict(post_practice(office, NewPractice("A", title, "x"), act()), State.ACCEPTED, "x"), act()
        )
    assert "2 entries" in "".join(one.value for one in opened("viewer", "en").markdown)
    app = opened("viewer", tim="thu bay")
    assert "Thứ Bảy" in markup(app)
    assert "tại nhà" not in markup(app)


def test_the_committee_sees_what_counts_so_far_and_counts_one_more(opened, office):
    span = {"period_from": "2026-01-01", "period_to": "2026-12-31"}
    put(office, "reported", {"unit": "A", "measure": "khen.initiatives", **span, "value": "3"})
    put_campaign(office, begins="2026-01-01", ends="2026-12-31", every="year", rulebook=COUNTING)
    post_practice(office, NewPractice("A", "Tại nhà", "x"), act())
    app = opened("committee")
    counts = app.selectbox(key="practice.counts.1.0")
    assert counts.options == ["Không tính điểm", "Năm 2026 (đang tính 3, công nhận xong tính 1)"]
    counts.select(("thi-dua", "2026"))
    app.text_input(key="practice.note.1.0").input("QĐ 15")
    press(app, "Công nhận")
    assert "tính điểm Năm 2026: Đúng hẹn" in markup(app)
    assert app.selectbox(key="practice.counts.1.1").value == ("thi-dua", "2026"), "as it stands"
    assert app.selectbox(key="practice.counts.1.1").options[1] == "Năm 2026 (đang tính 1, công nhận xong tính 1)"
