"""The appeals page: a unit hands in and withdraws, the committee decides, nobody sees another unit's."""

from __future__ import annotations

import pytest
from builders import act, put, put_campaign, put_offices
from frozen import freeze, move
from intake.documents import pdf
from people import put_account, put_each_role

from tracker.services import running
from tracker.services.access import OPERATOR, Role
from tracker.services.accounts import Grant
from tracker.services.appealing import NewAppeal, Ruling, decide_appeal, hand_in_appeal
from tracker.services.appeals import CaseRef, show_appeal
from tracker.services.imports import Source

from .accounts import notices, opened_as, turned_away
from .sample import markup, words

HERE = {"c": "y", "p": "y"}
LATE = CaseRef("dossiers", ("A-late",))
CASE = {**HERE, "u": "A", "case": "dossiers/A-late"}
SECRET = "bí mật của đơn vị A"


@pytest.fixture
def office(province):
    """A has one dossier of two on time, B one of one; the year is frozen."""
    put_offices(province, "A", "B")
    span = {"procedure": "P1", "received_at": "2020-03-02 08:00:00", "due_at": "2020-03-06 17:00:00"}
    done = {"A-good": "2020-03-05 08:00:00", "A-late": "2020-03-09 08:00:00", "B-good": "2020-03-05 08:00:00"}
    put(province, "dossiers", *({"code": code, "unit": code[0], "completed_at": at, **span} for code, at in done.items()))
    put_campaign(province, "y", begins="2020-01-01", ends="2020-12-31")
    freeze(province, "y", "y")
    province.people = put_each_role(province)
    province.other = put_account(province, "unit-b", Role.UNIT, Grant(frozenset({"B"})))
    return province


@pytest.fixture
def opened(office, monkeypatch):
    def as_account(who: str, page: str = "appeals", lang: str = "vi", **query: str):
        return opened_as(monkeypatch, office.people.get(who, office.other), page, lang, **query)

    return as_account


def ask(office, **more) -> int:
    asked = {"asks": "exclude", "reason": SECRET, "cells": {}, **more}
    return hand_in_appeal(office, NewAppeal("y", "y", "A", LATE, **asked), act(actor=office.people["unit"]))


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def test_a_unit_reaches_the_form_from_its_own_cases_while_the_period_takes_appeals(office, opened):
    cases = {**HERE, "u": "A", "i": "ontime.rate"}
    way = "case=dossiers%2FA-late"
    assert way in markup(opened("unit", "unit", **cases))
    assert way not in markup(opened("committee", "unit", **cases))
    move(office, "y", "y", state="final")
    assert way not in markup(opened("unit", "unit", **cases))


def test_the_form_shows_the_frozen_case_and_hands_in_what_differs(office, opened):
    app = opened("unit", **CASE)
    assert "09/03/2020 08:00" in markup(app)
    app.text_input(key="appeal.A.dossiers/A-late.completed_at").set_value("06/03/2020 09:00")
    app.text_area(key="appeal.A.dossiers/A-late.reason").set_value("Đồng bộ chậm")
    app.file_uploader(key="appeal.A.dossiers/A-late.files").upload("Sổ theo dõi.pdf", pdf())
    press(app, "Gửi giải trình")
    assert not app.exception
    assert "Đã gửi giải trình số 1" in notices(app)
    kept = show_appeal(office, OPERATOR, 1)
    assert (kept.wanted, kept.reason) == ({"completed_at": "2020-03-06 09:00:00"}, "Đồng bộ chậm")
    assert [file.name for file in kept.evidence] == ["Sổ theo dõi.pdf"]
    assert "06/03/2020 09:00" in markup(app)


def test_what_is_wrong_is_said_at_the_form_and_nothing_is_kept(opened):
    app = opened("unit", **CASE)
    app.text_input(key="appeal.A.dossiers/A-late.completed_at").set_value("ngày mai")
    press(app, "Gửi giải trình")
    assert "Giải quyết xong lúc" in notices(app)
    assert "không phải là ngày hợp lệ" in notices(app)
    assert "Chưa có giải trình nào" in notices(opened("unit", **HERE))


def test_a_unit_sees_its_appeal_the_days_left_and_may_withdraw_it(office, opened):
    move(office, "y", "y", appeals_until=running.today())
    appeal = ask(office)
    shown = opened("unit", **HERE)
    assert "Hôm nay là ngày làm việc cuối cùng." in notices(shown)
    assert f"g={appeal}" in markup(shown)
    app = opened("unit", **HERE, g=str(appeal))
    assert SECRET in markup(app)
    assert "Kết luận của Hội đồng" not in words(app)
    press(app, "Rút giải trình này")
    assert "Đã rút giải trình số 1" in notices(app)
    assert show_appeal(office, OPERATOR, appeal).state == "withdrawn"


def test_the_committee_works_out_and_records_its_decision_and_the_unit_sees_the_effect(office, opened):
    appeal = ask(office)
    app = opened("committee", **HERE, g=str(appeal))
    press(app, "Tính thử nếu chấp nhận")
    assert "điểm 5,00 → 10,00; hạng 2 → 1" in notices(app)
    app.radio(key="decide.1.verdict").set_value("accepted").run()
    app.text_area(key="decide.1.reason").set_value("Đúng như giải trình")
    press(app, "Ghi kết luận")
    assert not app.exception
    assert "Đã ghi kết luận giải trình số 1" in notices(app)
    assert show_appeal(office, OPERATOR, appeal).state == "accepted"
    unit = opened("unit", **HERE, g=str(appeal))
    assert "Đúng như giải trình" in markup(unit)
    assert "điểm 5,00 → 10,00; hạng 2 → 1" in words(unit)
    assert "09/03/2020 08:00" in markup(unit), "the case stands there as it was found"
    assert "điểm 5,00 → 10,00" in markup(opened("unit", **HERE))


def test_a_part_is_granted_by_other_cells_and_shown_beside_what_was_asked(office, opened):
    appeal = ask(office, asks="correct", cells={"completed_at": "2020-03-05 08:00"})
    app = opened("chair", **HERE, g=str(appeal))
    app.radio(key="decide.1.verdict").set_value("partly").run()
    assert app.text_input(key="decide.1.completed_at").value == "05/03/2020 08:00", "begins with what was asked"
    app.text_input(key="decide.1.completed_at").set_value("06/03/2020 08:00")
    app.text_area(key="decide.1.reason").set_value("Theo sổ")
    press(app, "Ghi kết luận")
    assert not app.exception
    shown = markup(opened("unit", "appeals", "en", **HERE, g=str(appeal)))
    for said in ("9 Mar 2020, 08:00", "5 Mar 2020, 08:00", "6 Mar 2020, 08:00", "Granted"):
        assert said in shown


def test_whoever_comes_second_is_told_who_decided(office, opened):
    appeal = ask(office)
    app = opened("committee", **HERE, g=str(appeal))
    app.radio(key="decide.1.verdict").set_value("refused").run()
    app.text_area(key="decide.1.reason").set_value("x")
    decide_appeal(office, appeal, Ruling("refused", "trước"), act(actor=office.people["chair"]))
    press(app, "Ghi kết luận")
    assert not app.exception
    assert r"the\-chair" in words(app)
    assert show_appeal(office, OPERATOR, appeal).ruled.reason == "trước"


def test_another_unit_sees_neither_the_list_nor_the_appeal_nor_the_case(office, opened):
    appeal = ask(office, files=(Source("a.pdf", pdf()),))
    for query in (HERE, {**HERE, "g": str(appeal)}, CASE, {**CASE, "u": "B"}):
        app = opened("unit-b", **query)
        everything = markup(app) + words(app) + notices(app)
        assert SECRET not in everything
        assert "09/03/2020" not in everything
        assert not app.get("download_button")
    assert "quyền" in notices(opened("unit-b", **HERE, g=str(appeal)))


@pytest.mark.parametrize("who", ["clerk", "admin", "unit"])
def test_those_who_may_only_look_find_no_form_to_decide(office, opened, who):
    appeal = ask(office)
    app = opened(who, **HERE, g=str(appeal))
    assert SECRET in markup(app)
    assert not app.radio
    assert "Ghi kết luận" not in [button.label for button in app.button]


def test_a_viewer_does_not_get_the_page(office, opened):
    ask(office)
    assert turned_away(opened("viewer", **HERE))


@pytest.mark.parametrize("query", [{"g": "99"}, {"g": "x"}, {"case": "units/A", "u": "A"}, {"case": "dossiers/", "u": "A"}])
def test_a_link_to_nothing_is_answered_in_words(opened, query):
    assert notices(opened("committee", **HERE, **query))


def test_stored_text_is_shown_letter_for_letter(office, opened):
    ask(office, reason="<img src=x onerror=alert(1)> **đậm**")
    app = opened("committee", **HERE, g="1")
    assert "<img src=x" not in markup(app)
    assert "&lt;img src=x onerror=alert(1)&gt; **đậm**" in markup(app)
