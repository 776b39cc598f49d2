"""The page of the review: what fell short beside the averages, tasks given and closed, and who sees whose."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from builders import act, put, put_campaign, put_offices
from people import put_each_role

from tracker.services.access import OPERATOR
from tracker.services.review import Assignment, assign, show_review
from tracker.services.review_tasks import Charge
from tracker.services.standings import Question

from .accounts import notices, opened_as
from .sample import markup, words

DAY = date(2026, 6, 30)
QUESTION = Question("thi-dua", "thi-dua")
FORM = "review.A.ontime.rate"


@pytest.fixture
def office(province, set_clock):
    put_offices(province, "A", "B")
    put_campaign(province, begins="2026-01-01", ends="2026-12-31")
    common = {"procedure": "P1", "received_at": "2026-03-02 08:00", "due_at": "2026-03-10 17:00"}
    good, late = {"completed_at": "2026-03-09 09:00"}, {"completed_at": "2026-03-20 09:00"}
    rows = (("A1", "A", good), ("A2", "A", late), ("B1", "B", good), ("B2", "B", good), ("B3", "B", late))
    put(province, "dossiers", *({**common, "code": code, "unit": unit, **done} for code, unit, done in rows))
    set_clock(datetime(2026, 6, 30, 8, 0))
    charge = Charge("Tổ Một cửa B", "<i>Bà Bê</i>", "Đôn đốc", date(2026, 6, 30))
    assign(province, QUESTION, "B", Assignment("ontime.rate", charge), act(DAY))
    province.people = put_each_role(province)
    return province


@pytest.fixture
def opened(office, monkeypatch):
    def as_account(who: str = "unit", lang: str = "vi", **query: str):
        return opened_as(monkeypatch, office.people[who], "review", lang, c="thi-dua", p="thi-dua", **query)

    return as_account


def press(app, label: str):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_a_unit_charges_somebody_and_closes_the_task(opened, office):
    app = opened()
    shown = markup(app)
    # A has 5 of 10 points, B 6.67: the mean is 5.83.
    assert all(one in shown for one in ("5,00", "5,83", "thấp hơn", "chưa giao"))
    assert "Bà Bê" not in shown
    press(app, "Giao việc")
    assert "Chưa ghi ai chịu trách nhiệm" in notices(app)
    app.text_input(key=f"{FORM}.0.person").input("Ông A")
    app.text_input(key=f"{FORM}.0.action").input("Rà soát")
    app.date_input(key=f"{FORM}.0.due").set_value(date(2026, 7, 7))
    press(app, "Giao việc")
    assert "Ông A" in markup(app)
    assert "1 việc khắc phục đến hạn" in notices(app)
    (effect,) = show_review(office, QUESTION, "A", DAY, OPERATOR).tasks
    app.text_area(key=f"review.close.A.ontime.rate.{effect.task.id}.note").input("Công văn 5")
    press(app, "Ghi hoàn thành")
    assert "đã hoàn thành" in markup(app)
    assert "Công văn 5" in markup(app)


def test_the_committee_sees_every_units_tasks_and_charges_nobody(opened):
    app = opened("committee", u="A")
    assert "&lt;i&gt;Bà Bê&lt;/i&gt;" in markup(app)
    assert not [one for one in app.text_input if one.key.startswith("review.")]
    app = opened("committee", "en", u="B")
    assert "due soon, 30 Jun 2026" in markup(app)


def test_the_head_who_answers_for_the_criterion_is_named_and_proposed_for_the_task(opened, office, monkeypatch):
    app = opened("committee", u="A")
    app.text_input(key="heads.A.ontime.0.name").input("Bà <b>Hoa</b>")
    app.text_input(key="heads.A.ontime.0.position").input("Phó Chủ tịch")
    press(app, "Ghi người chịu trách nhiệm")
    assert "Bà &lt;b&gt;Hoa&lt;/b&gt;" in markup(app)
    app = opened()
    assert app.text_input(key=f"{FORM}.0.2026-01-01.person").value == "Bà <b>Hoa</b>, Phó Chủ tịch"
    for page in ("unit", "my_standing"):
        shown = opened_as(monkeypatch, office.people["unit"], page, c="thi-dua", p="thi-dua", u="A")
        assert "Bà &lt;b&gt;Hoa&lt;/b&gt;" in markup(shown)
    shown = opened_as(monkeypatch, office.people["viewer"], "unit", c="thi-dua", p="thi-dua", u="A")
    assert "Hoa" not in markup(shown)
    assert not [one for one in opened("clerk").text_input if one.key.startswith("heads.")]


def test_another_units_review_is_not_shown_whatever_the_link_asks_for(opened):
    app = opened(u="B")
    assert "Bà Bê" not in markup(app)
    assert "Không có đơn vị" in words(app)
