"""The committee's page and the units' page for nominations, as each role meets them; text shown letter for letter."""

from __future__ import annotations

import pytest
from builders import TODAY, act, put
from committee import GOLD_A, HERE, confirmed, put_contest, put_frozen, put_meeting, removed, set_state
from people import put_each_role
from streamlit.testing.v1 import AppTest

from tracker.core.decided import Name, NameState
from tracker.services import running, sessions
from tracker.services.access import OPERATOR
from tracker.services.deciding import Session, decide_names
from tracker.services.decisions import show_desk
from tracker.services.nominations import NewNomination, list_individuals, nominate
from tracker.services.sessions import handle_of
from tracker.ui.look import plain

from .accounts import turned_away
from .boards import APP, markup

DECISIONS, NOMINATIONS = "pages/decisions.py", "pages/nominations.py"


@pytest.fixture
def frozen(province):
    put_frozen(province)
    return province


@pytest.fixture
def people(frozen):
    return put_each_role(frozen)


def opened(engine, who: str, page: str, lang: str = "vi") -> AppTest:
    """The page as that account opens it."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.user = {"sid": handle_of(sessions.begin(engine, who, running.now()))}
    app.run().switch_page(page)
    app.session_state["lang"] = lang
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """All the page says, in Markdown and in markup."""
    elements = (*app.markdown, *app.caption, *app.title, *app.header, *app.info, *app.error, *app.success)
    return "\n".join([markup(app), *(element.value for element in elements)])


def state(engine, name: Name) -> NameState:
    return show_desk(engine, *HERE, TODAY, OPERATOR).decided.find(name).state


@pytest.mark.usefixtures("people")
def test_the_committee_sees_every_name_with_reasons_and_the_tie_marked(frozen):
    app = opened(frozen, "the-committee", DECISIONS)
    shown = said(app)
    for words in (
        "Đơn vị A",
        "Xếp hạng 1 trong 6 đơn vị",
        "2 đơn vị đồng hạng cho 1 suất",
        "Hội đồng cần chọn",
        "Chưa quyết định",
    ):
        assert words in shown, words
    assert [metric.value for metric in app.metric] == ["0/5", "0", "1", "0/0"]
    assert "Chưa có phiên họp nào" in shown


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("page", "roles"), [(DECISIONS, "committee chair"), (NOMINATIONS, "unit")])
def test_only_those_who_may_get_the_page(frozen, page, roles):
    for role in ("viewer", "unit", "clerk", "committee", "chair", "admin"):
        assert turned_away(opened(frozen, f"the-{role}", page)) != (role in roles.split()), role


@pytest.mark.usefixtures("people")
def test_a_meeting_is_recorded_and_a_mistake_in_it_is_said_in_the_form(frozen):
    app = opened(frozen, "the-committee", DECISIONS)
    app.button(key="meeting add").click().run()
    app.text_input(key="meeting  0 place").set_value("Hội trường")
    app.number_input(key="meeting  0 present").set_value(10)
    app.button(key="meeting save ").click().run()
    assert any("không thể vượt tổng số thành viên" in error.value for error in app.error)
    app.number_input(key="meeting  0 present").set_value(7)
    app.text_input(key="meeting  0 chair").set_value("Bà Lan")
    app.text_input(key="meeting  0 secretary").set_value("Ông Ba")
    app.button(key="meeting save ").click().run()
    assert app.success[0].value == plain("Đã ghi phiên họp.")
    assert "Có mặt 7/9 thành viên, đủ điều kiện họp" in said(app)


@pytest.mark.usefixtures("people")
def test_a_name_is_confirmed_by_its_ballot(frozen):
    put_meeting(frozen)
    app = opened(frozen, "the-committee", DECISIONS)
    app.button(key="decide reward gold A").click().run()
    key = "reward/gold/A/ 0"
    app.number_input(key=f"votes for {key}").set_value(5).run()
    assert plain("5/7 thành viên có mặt đồng ý: đạt (cần ít nhất 5, bằng 2/3).") in said(app)
    app.button(key=f"save {key}").click().run()
    assert state(frozen, GOLD_A) is NameState.CONFIRMED
    assert app.metric[0].value == "1/5"
    assert "Đã xác nhận" in said(app)


@pytest.mark.usefixtures("people")
def test_a_removal_without_a_reason_is_refused_in_the_dialogue_which_stays_open(frozen):
    put_meeting(frozen)
    app = opened(frozen, "the-committee", DECISIONS)
    app.button(key="decide reward gold A").click().run()
    key = "reward/gold/A/ 0"
    app.radio(key=f"verdict {key}").set_value("removed").run()
    app.button(key=f"save {key}").click().run()
    assert "phải nêu lý do" in app.error[0].value
    app.text_area(key=f"reason {key}").set_value("chậm *giải trình*")
    app.button(key=f"save {key}").click().run()
    assert state(frozen, GOLD_A) is NameState.REMOVED
    assert "chậm *giải trình*" in markup(app)


@pytest.mark.usefixtures("people")
def test_whoever_decides_on_what_somebody_else_just_decided_is_told(frozen):
    session = Session(*HERE, put_meeting(frozen))
    app = opened(frozen, "the-committee", DECISIONS)
    app.button(key="decide reward gold A").click().run()
    decide_names(frozen, session, [removed(GOLD_A)], act(actor="the-chair"))
    key = "reward/gold/A/ 0"
    app.number_input(key=f"votes for {key}").set_value(7).run()
    app.button(key=f"save {key}").click().run()
    assert plain("the-chair đã ghi quyết định «đưa ra khỏi danh sách» trước") in app.error[0].value
    assert state(frozen, GOLD_A) is NameState.REMOVED


@pytest.mark.usefixtures("people")
def test_a_tie_is_resolved_and_what_is_left_is_confirmed_at_one_stroke(frozen):
    put_meeting(frozen)
    app = opened(frozen, "the-chair", DECISIONS)
    app.button(key="tie gold k").click().run()
    app.checkbox(key="chosen gold/C 0").check().run()
    app.number_input(key="votes for gold/C 0").set_value(6)
    app.text_area(key="reason tie gold k").set_value("bốc thăm")
    app.button(key="save tie gold k").click().run()
    assert app.metric[2].value == "0"
    app.button(key="bulk reward").click().run()
    app.button(key="bulk criticism").click().run()
    assert app.metric[0].value == "5/5"
    assert "Không được chọn" in said(app)


@pytest.mark.usefixtures("people")
def test_a_name_is_added_by_exception(frozen):
    put_meeting(frozen)
    app = opened(frozen, "the-chair", DECISIONS)
    app.button(key="add reward").click().run()
    app.selectbox(key="add rule reward").set_value("Giấy khen").run()
    app.selectbox(key="add unit silver").set_value("Đơn vị F (F)").run()
    app.number_input(key="votes for add").set_value(6)
    app.text_area(key="reason add").set_value("đơn vị thí điểm")
    app.button(key="save add").click().run()
    assert state(frozen, Name("reward", "silver", "F")) is NameState.ADDED
    assert "Bổ sung ngoại lệ" in said(app)


@pytest.mark.usefixtures("people")
def test_only_what_is_undecided_is_shown_when_asked_for(frozen):
    decide_names(frozen, Session(*HERE, put_meeting(frozen)), [confirmed(GOLD_A)], act())
    app = opened(frozen, "the-committee", DECISIONS)
    assert app.button(key="decide reward gold A").label == "Xem lại"
    app.button_group(key="xem.vi").set_value("Chưa quyết định").run()
    assert "decide reward gold A" not in [button.key for button in app.button]
    assert "decide reward silver D" in [button.key for button in app.button]


def buttons(app: AppTest) -> list[str]:
    """The buttons with which something could be decided."""
    return [
        key for button in app.button if (key := str(button.key)).split()[0] in ("decide", "meeting", "add", "tie", "bulk")
    ]


def test_an_open_period_can_only_be_read(province):
    put_contest(province)
    put_each_role(province)
    app = opened(province, "the-committee", DECISIONS)
    assert "Kỳ còn mở" in app.info[0].value
    assert "Đơn vị A" in said(app)
    assert buttons(app) == []


@pytest.mark.usefixtures("people")
def test_a_final_period_can_only_be_read_with_what_was_decided(frozen):
    decide_names(frozen, Session(*HERE, put_meeting(frozen)), [confirmed(GOLD_A)], act())
    set_state(frozen, "final")
    app = opened(frozen, "the-chair", DECISIONS)
    assert "Kết quả đã là chính thức" in app.info[0].value
    assert "7/7 thành viên có mặt đồng ý: đạt" in said(app)
    assert buttons(app) == []


@pytest.mark.usefixtures("people")
def test_an_officer_is_criticised_on_a_finding_that_was_recorded_here(frozen):
    put_meeting(frozen)
    app = opened(frozen, "the-chair", DECISIONS)
    app.button(key="add finding").click().run()
    app.selectbox(key="finding unit").set_value("Đơn vị A (A)").run()
    app.selectbox(key="finding officer").set_value("Nguyễn Thị Hoa (A-1)").run()
    app.text_area(key="finding text").set_value("Gây phiền hà")
    app.text_input(key="finding basis").set_value("KL 05/KL-TTr")
    app.button(key="save finding").click().run()
    assert "Gây phiền hà (căn cứ KL 05/KL-TTr" in said(app)
    app.button(key="decide criticism finding/1 A A-1").click().run()
    key = "criticism/finding/1/A/A-1 0"
    app.number_input(key=f"votes for {key}").set_value(6).run()
    app.button(key=f"save {key}").click().run()
    assert state(frozen, Name("criticism", "finding/1", "A", "A-1")) is NameState.CONFIRMED


@pytest.mark.usefixtures("people")
def test_a_unit_nominates_and_withdraws_its_own_officer(frozen):
    app = opened(frozen, "the-unit", NOMINATIONS)
    app.selectbox(key="nominate A officer").set_value("Nguyễn Thị Hoa (A-1)").run()
    key = "nominate A A-1"
    app.button(key=f"{key} save").click().run()
    assert "chưa điền thành tích" in app.error[0].value.lower()
    app.text_area(key=f"{key} said").set_value("Trả sớm <b>200</b> hồ sơ")
    app.button(key=f"{key} save").click().run()
    shown = markup(app)
    assert "Trả sớm &lt;b&gt;200&lt;/b&gt; hồ sơ" in shown
    assert "<dt>Hồ sơ</dt><dd>3</dd>" in shown
    assert "4,50 (2 lượt)" in shown
    app.button(key="withdraw 1").click().run()
    assert "Đơn vị đã rút" in markup(app)
    assert list_individuals(frozen, *HERE, TODAY, OPERATOR)[0].withdrawn


@pytest.mark.usefixtures("people")
def test_a_unit_sees_no_officer_of_another_unit_and_no_verdict_before_the_end(frozen):
    for unit in "AB":
        nominate(frozen, *HERE, NewNomination(unit, f"{unit}-1", "", "", "gold", f"việc của {unit}"), act())
    officer = Name("reward", "gold", "A", "A-1")
    decide_names(frozen, Session(*HERE, put_meeting(frozen)), [removed(officer, "điều giữ kín")], act())
    shown = said(opened(frozen, "the-unit", NOMINATIONS))
    assert "việc của A" in shown
    assert "Hội đồng đã xét" in shown
    for hidden in ("Trần Văn Bình", "việc của B", "điều giữ kín", "Đưa ra khỏi danh sách"):
        assert hidden not in shown, hidden
    set_state(frozen, "final")
    assert "Đưa ra khỏi danh sách" in said(opened(frozen, "the-unit", NOMINATIONS))


@pytest.mark.usefixtures("people")
def test_names_of_units_are_shown_letter_for_letter(province):
    put(province, "units", {"code": "E", "name": "Xã <b>*E*</b>", "kind": "commune", "cluster": "k"})
    put_meeting(province)
    app = opened(province, "the-committee", DECISIONS)
    assert "<b>*E*" not in said(app)


@pytest.mark.usefixtures("people")
def test_english_has_its_own_words(frozen):
    shown = said(opened(frozen, "the-committee", DECISIONS, lang="en"))
    for words in ("The committee's decisions", "2 units tied, 1 to be chosen, cluster k", "Not decided"):
        assert words in shown, words
