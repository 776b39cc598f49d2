"""The page of a period's life: what it shows in each state and to whom, and that its buttons do what the services allow."""

from __future__ import annotations

import re

import pytest
from builders import put
from lives import CHAIR, HERE, MEMBER, acting, dossier, put_year, take
from streamlit.testing.v1 import AppTest

from tracker.services import reauth, sessions
from tracker.services.access import Actor
from tracker.services.campaigns import load_campaign
from tracker.services.life import propose_step
from tracker.services.reauth import Confirmation
from tracker.services.steps import Step
from tracker.store.engine import reading
from tracker.ui import confirm

from .sample import markup, open_page, words


@pytest.fixture
def office(province, set_clock):
    """A real office with its year 2025, on 31 March 2026; nobody is signed in yet."""
    put_year(province)
    set_clock(acting(MEMBER).now)
    return province


@pytest.fixture
def opened(monkeypatch):
    """Open the page as an account."""

    def as_account(actor: Actor, **query: str) -> AppTest:
        monkeypatch.setattr(sessions, "find", lambda *_args, **_options: actor)
        monkeypatch.setattr(confirm, "how_to_confirm", lambda *_: Confirmation.RECENT)
        monkeypatch.setattr(reauth, "require_recent", lambda *_: None)
        return open_page("period", c="thi-dua", p="2025", **query)

    return as_account


def state(office) -> str:
    with reading(office) as connection:
        return load_campaign(connection, HERE.campaign).period(HERE.period).state


def button(app: AppTest, key: str):
    return next((one for one in app.button if one.key == key), None)


def test_a_member_proposes_and_a_chair_approves_by_the_buttons(office, opened):
    app = opened(MEMBER)
    assert not app.exception
    button(app, "propose").click().run()
    assert state(office) == "open"
    waiting = opened(MEMBER)
    assert "member đề nghị lúc" in words(waiting)
    assert button(waiting, "approve") is None
    assert button(waiting, "withdraw") is not None
    button(opened(CHAIR), "approve").click().run()
    assert state(office) == "frozen"


def test_whoever_proposed_finds_no_button_to_approve(office, opened):
    propose_step(office, HERE, Step.FREEZE, acting(CHAIR))
    app = opened(CHAIR)
    assert button(app, "approve") is None
    assert "không được tự phê duyệt" in words(app)


def test_a_chair_whose_screen_stood_open_gives_the_password_again_before_approving(office, opened, monkeypatch):
    propose_step(office, HERE, Step.FREEZE, acting(MEMBER))
    opened(CHAIR)
    monkeypatch.setattr(confirm, "how_to_confirm", lambda *_: Confirmation.PASSWORD)
    app = open_page("period", c="thi-dua", p="2025")
    assert button(app, "approve") is None
    assert app.text_input(key="confirm approve")


def test_a_proposal_is_refused_with_a_reason(office, opened):
    propose_step(office, HERE, Step.FREEZE, acting(MEMBER))
    app = opened(CHAIR)
    app.text_area[0].input("thiếu số liệu tháng 12")
    next(one for one in app.button if one.label == "Từ chối").click().run()
    assert "thiếu số liệu tháng 12" in markup(opened(MEMBER))
    assert state(office) == "open"


def test_the_checklist_says_what_is_open_and_the_final_step_waits_for_it(office, opened):
    with office.begin() as connection:
        connection.exec_driver_sql("UPDATE campaign SET rules_approved_by = ''")
    take(office, Step.FREEZE, Step.PUBLISH)
    app = opened(MEMBER)
    shown = markup(app)
    assert "✗ Thể lệ đã được phê duyệt cho đợt" in shown
    assert "✓ Đã hết hạn giải trình" in shown
    assert "/the-le?" in shown
    assert button(app, "propose").disabled


def test_a_click_on_what_somebody_else_has_proposed_meanwhile_shows_their_proposal(office, opened):
    app = opened(MEMBER)
    propose_step(office, HERE, Step.FREEZE, acting(CHAIR))
    assert "chair đề nghị lúc" in words(button(app, "propose").click().run())


def test_later_imports_show_as_a_difference_between_live_and_frozen(office, opened):
    take(office, Step.FREEZE)
    assert "Không có đơn vị nào khác nhau." in opened(MEMBER).success[0].value
    put(office, "dossiers", dossier("9", "A", "2025-06-01", "2025-06-10"))
    app = opened(MEMBER)
    assert "1 trong 2 đơn vị khác nhau." in words(app)
    assert "6,67 → <strong>5,00</strong>" in markup(app)


def test_the_result_is_verified_and_the_bundle_made_on_the_page(office, opened):
    take(office, Step.FREEZE, Step.PUBLISH, Step.FINALISE)
    app = button(opened(CHAIR), "verify").click().run()
    assert [one.value.count("tính lại đúng từng chữ số") for one in app.success[-3:]] == [1, 1, 1]
    made = button(opened(CHAIR), "bundle").click().run()
    assert made.get("download_button")


def test_a_final_period_can_only_be_reopened_and_only_with_a_reason(office, opened):
    take(office, Step.FREEZE, Step.PUBLISH, Step.FINALISE)
    app = opened(MEMBER)
    assert button(app, "propose") is None
    reopen = next(one for one in app.button if one.label == "Đề nghị mở lại")
    assert "Phải ghi rõ lý do" in reopen.click().run().error[0].value


def test_an_earlier_revision_stays_readable_on_the_leaderboard(office, opened):
    take(office, Step.FREEZE, Step.PUBLISH, Step.FINALISE)
    take(office, Step.REOPEN, reason="sai số liệu")
    put(office, "dossiers", dossier("9", "A", "2025-06-01", "2025-06-10"))
    shown = markup(opened(MEMBER))
    assert "Lần 1: kết quả chính thức" in shown
    kept = re.search(r'href="(/\?[^"]*b=(\d+)[^"]*)"', shown)
    app = open_page("leaderboard", c="thi-dua", p="2025", b=kept[2])
    assert not app.exception
    assert "6,67" in markup(app)
    assert "Kết quả chính thức" in markup(app)
    assert "5,00" in markup(open_page("leaderboard", c="thi-dua", p="2025"))
