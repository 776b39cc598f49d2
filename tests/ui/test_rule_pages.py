"""The pages where rules are kept, applied and approved, as the administrator, a chair and others use them."""

from __future__ import annotations

from datetime import date

import pytest
from builders import act, put_offices
from people import put_each_role
from streamlit.testing.v1 import AppTest

from tracker.services import reauth, sessions
from tracker.services.access import OPERATOR
from tracker.services.campaign_rules import RulebookMove, change_rulebook, list_records, show_approval
from tracker.services.campaigns import NewCampaign, add_campaign, add_rulebook
from tracker.services.reauth import Confirmation
from tracker.services.rulebooks import list_rulebooks
from tracker.ui import confirm

from .accounts import turned_away
from .boards import APP, RULEBOOK, markup, open_page, words

NEXT = RULEBOOK.replace("version = 1", "version = 2").replace("below_score = 50", "below_score = 60")


@pytest.fixture
def office(province, monkeypatch):
    """Version 1 of a rulebook with a campaign, one account of each role, and a way to be one of them."""
    put_offices(province, "A")
    add_rulebook(province, RULEBOOK, "small.toml", act())
    add_campaign(province, NewCampaign("nho", "small@1", date(2026, 1, 1), date(2026, 12, 31)), act())
    people = put_each_role(province)
    province.be = lambda role: monkeypatch.setattr(sessions, "find", lambda *_, **__: people[role])
    province.be("admin")
    monkeypatch.setattr(confirm, "how_to_confirm", lambda *_: Confirmation.RECENT)
    monkeypatch.setattr(reauth, "require_recent", lambda *_: None)
    return province


def tab(app: AppTest, page: str, name: str) -> AppTest:
    """The page with that tab open."""
    app.session_state[f"{page} vi"] = name
    return app.run()


def upload(app: AppTest, text: str, key: str = "rulebook file") -> AppTest:
    return app.file_uploader(key=key).upload("small.toml", text.encode()).run()


def says(app: AppTest) -> str:
    notices = (element.value for kind in (app.error, app.success, app.warning) for element in kind)
    return "\n".join([markup(app), words(app), *notices]).replace("\\", "").replace(':color[@]{foreground="inherit"}', "@")


@pytest.mark.parametrize("page", ["rulebooks", "campaigns"])
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.usefixtures("office")
def test_the_pages_open_in_both_languages(page, lang):
    app = open_page(page, lang=lang)
    assert not app.error
    assert "small@1" in markup(app) or "small" in markup(app)


@pytest.mark.parametrize("role", ["viewer", "unit", "clerk", "committee", "chair"])
@pytest.mark.parametrize("page", ["rulebooks", "campaigns"])
def test_nobody_but_the_administrator_gets_them(office, role, page):
    app = open_page(page)
    assert [title.value for title in app.title if title.value.startswith("Quản lý")]
    office.be(role)  # the right is gone while the page is open
    app.run()
    assert not [title.value for title in app.title if title.value.startswith("Quản lý")]
    assert "Người vận hành" not in says(app)
    assert "Thể lệ chưa được phê duyệt" not in says(app)
    assert turned_away(AppTest.from_file(APP, default_timeout=30).run().switch_page(f"pages/{page}.py").run())


@pytest.mark.usefixtures("office")
def test_kept_versions_are_listed_with_who_added_them_and_where_they_apply():
    shown = markup(open_page("rulebooks"))
    for said in ("Thi đua nhỏ", "Người vận hành", "30/06/2026", "nho"):
        assert said in shown, said


def test_a_good_file_is_compared_and_kept_only_by_the_button(office):
    app = upload(tab(open_page("rulebooks"), "rulebooks", "Thêm phiên bản"), NEXT)
    assert not app.exception
    assert "Khi tổng điểm dưới 50." in says(app)
    assert "Khi tổng điểm dưới 60." in says(app)
    assert "Không có ví dụ tính sẵn đi kèm" in says(app)
    assert [record.reference for record in list_rulebooks(office, OPERATOR)] == ["small@1"]
    app.button(key="rulebook keep").click().run()
    assert "Đã lưu thể lệ small@2" in says(app)
    newest = list_rulebooks(office, OPERATOR)[0]
    assert (newest.reference, newest.kept.text, newest.added_by) == ("small@2", NEXT, "the-admin")


def test_a_file_with_problems_shows_each_with_its_line_and_no_button(office):
    text = NEXT.replace("places = 1", 'places = "một"').replace("at_least = 80", "at_least = true")
    app = upload(tab(open_page("rulebooks"), "rulebooks", "Thêm phiên bản"), text)
    assert "Tệp có 2 lỗi" in says(app)
    assert "places = &quot;một&quot;" in markup(app)
    assert not [button for button in app.button if button.key == "rulebook keep"]
    assert len(list_rulebooks(office, OPERATOR)) == 1


@pytest.mark.usefixtures("office")
def test_a_file_that_was_kept_already_gets_no_button():
    app = upload(tab(open_page("rulebooks"), "rulebooks", "Thêm phiên bản"), RULEBOOK)
    assert "đã được lưu" in says(app)
    assert not [button for button in app.button if button.key == "rulebook keep"]


def test_two_versions_are_compared_by_a_link(office):
    add_rulebook(office, NEXT, "small.toml", act())
    shown = says(open_page("rulebooks", **{"so-voi": "small@1"}))
    assert "Khi tổng điểm dưới 50." in shown
    assert "Khi tổng điểm dưới 60." in shown


def test_settings_are_saved_and_a_wrong_share_is_explained(office):
    app = tab(open_page("campaigns"), "campaigns", "Thiết lập")
    quorum = next(field for field in app.text_input if field.label == "Tỷ lệ thành viên dự họp tối thiểu")
    quorum.set_value("5/3")
    save(app).click().run()
    assert "«5/3» không dùng được" in says(app)
    quorum = next(field for field in app.text_input if field.label == "Tỷ lệ thành viên dự họp tối thiểu")
    quorum.set_value("1/2")
    save(app).click().run()
    assert "Đã lưu thiết lập" in says(app)
    assert str(list_records(office, OPERATOR)[0].settings.quorum) == "1/2"


def save(app: AppTest):
    return next(button for button in app.button if button.label == "Lưu thiết lập")


def test_a_last_day_to_appeal_is_saved(office):
    app = tab(open_page("campaigns"), "campaigns", "Thiết lập")
    app.date_input[0].set_value(date(2027, 1, 15)).run()
    app.button(key="deadline save nho").click().run()
    assert "Đã lưu hạn giải trình" in says(app)
    assert list_records(office, OPERATOR)[0].state.periods[0].appeals_until == date(2027, 1, 15)


def test_a_campaign_moves_after_the_difference_was_shown_and_a_reason_given(office):
    add_rulebook(office, NEXT, "small.toml", act())
    app = tab(open_page("campaigns"), "campaigns", "Thiết lập")
    app.selectbox(key="move nho small@1").set_value("small@2").run()
    assert "Khi tổng điểm dưới 60." in says(app)
    next(button for button in app.button if "small" in button.label).click().run()
    assert "Chưa ghi lý do" in says(app)
    app.text_area[0].set_value("Quyết định 12")
    next(button for button in app.button if "small" in button.label).click().run()
    assert "nay áp dụng thể lệ small@2" in says(app)
    assert show_approval(office, "nho", OPERATOR).chosen_by == "the-admin"


def test_a_campaign_is_begun_after_its_periods_were_shown(office):
    app = tab(open_page("campaigns"), "campaigns", "Mở đợt mới")
    app.text_input(key="campaign code").set_value("cchc-2027")
    app.date_input(key="campaign begins").set_value(date(2027, 1, 1))
    app.date_input(key="campaign ends").set_value(date(2027, 12, 31))
    app.session_state["campaign every vi"] = "Theo quý"
    app.run()
    assert "Sẽ có 4 kỳ" in says(app)
    app.button(key="campaign begin").click().run()
    assert "Đã mở đợt thi đua cchc-2027" in says(app)
    assert [period.code for period in list_records(office, OPERATOR)[0].state.periods] == [
        f"2027-Q{quarter}" for quarter in (1, 2, 3, 4)
    ]


def test_a_campaign_is_copied_to_the_next_year(office):
    app = tab(open_page("campaigns"), "campaigns", "Mở đợt mới")
    app.text_input(key="copy code").set_value("nho-2027").run()
    app.button(key="campaign copy").click().run()
    assert "Đã mở đợt thi đua nho-2027" in says(app)
    (period,) = list_records(office, OPERATOR)[0].state.periods
    assert (period.begins, period.ends) == (date(2027, 1, 1), date(2027, 12, 31))


def test_a_chair_approves_the_rules_on_their_page_and_everybody_sees_it(office):
    office.be("unit")
    app = open_page("rules")
    assert "đang chờ Chủ tịch Hội đồng phê duyệt" in says(app)
    assert not [button for button in app.button if "approve" in (button.key or "")]
    office.be("chair")
    app = open_page("rules")
    app.button(key="approve nho small@1").click().run()
    assert "đã được the-chair phê duyệt" in says(app)
    for role in ("viewer", "unit", "admin"):
        office.be(role)
        assert "đã được the-chair phê duyệt" in says(open_page("rules"))


def test_an_approval_of_what_moved_meanwhile_is_refused_on_the_page(office):
    add_rulebook(office, NEXT, "small.toml", act())
    office.be("chair")
    app = open_page("rules")
    change_rulebook(office, "nho", RulebookMove("small@1", "small@2", "why"), act())
    buttons = [button for button in app.button if (button.key or "").startswith("approve")]
    buttons[0].click().run()
    assert show_approval(office, "nho", OPERATOR).approved_by == ""
