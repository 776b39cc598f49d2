"""The accounts page as its administrator uses it: a one-time password once, rights with units, links, and confirming."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import act, put_offices
from people import OF_A, put_account
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from tracker.services import running, sessions
from tracker.services.access import OPERATOR, Actor, Role
from tracker.services.accounts import Grant, NewAccount, add_account, change_role, list_accounts
from tracker.services.credentials import change_password, check_password
from tracker.services.identities import Person, link_identity, list_linked
from tracker.store.engine import writing

from .accounts import turned_away
from .protocol import ROOT
from .sample import markup, words

PASSWORD = "một hai ba bốn năm"
HOSTILE = "<b>Lan</b> *x* ![i](http://evil.example/i.png)"


@pytest.fixture
def office(province):
    put_offices(province, "A", "B")
    handed = add_account(province, NewAccount("chief", Role.ADMIN, "Trưởng phòng"), act())
    change_password(province, handed, PASSWORD, act(actor=Actor("chief")))
    put_account(province, "lan", Role.VIEWER)
    add_account(province, NewAccount("minh", Role.UNIT, HOSTILE, OF_A), act())
    return province


def opened(office, lang: str = "vi", name: str = "chief", **query: str) -> AppTest:
    """The page as that account, freshly signed in, opens it."""
    handle = sessions.handle_of(sessions.begin(office, Actor(name), running.now()))
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.user = {"sid": handle}
    app.run().switch_page("pages/users.py")
    app.session_state["lang"] = lang
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def state_of(office, name: str):
    return next(state for state in list_accounts(office, OPERATOR) if state.name == name)


def button(app: AppTest, words_: str):
    return next(found for found in app.button if found.label == words_)


def field(app: AppTest, kind: str, label: str):
    return next(found for found in app.get(kind) if found.label == label)


def test_accounts_are_listed_with_role_units_and_state_letter_for_letter(office):
    app = opened(office)
    assert not app.exception
    shown = markup(app)
    for expected in ("chief", "Trưởng phòng", "Quản trị viên", "Đơn vị A", "Chưa đổi mật khẩu được cấp"):
        assert expected in shown, expected
    assert "&lt;b&gt;Lan" in shown
    assert "<b>Lan" not in shown


@pytest.mark.parametrize(
    ("query", "names"),
    [({"tim": "truong"}, {"chief"}), ({"vai-tro": "unit"}, {"minh"}), ({"trang-thai": "active"}, {"chief", "lan"})],
)
def test_filters_of_the_link_choose_the_accounts(office, query, names):
    shown = markup(opened(office, **query))
    assert {name for name in ("chief", "lan", "minh") if f">{name}</a>" in shown} == names


def test_a_new_account_gets_a_one_time_password_that_is_shown_once(office):
    app = opened(office)
    field(app, "text_input", "Tên tài khoản").set_value("Hoa")
    field(app, "text_input", "Họ và tên").set_value("Lê Thị Hoa")
    app.run()
    button(app, "Tạo tài khoản").click().run()
    (handed,) = [code.value for code in app.code]
    assert check_password(office, "hoa", handed, running.now()) == "hoa"
    assert (state_of(office, "hoa").full_name, state_of(office, "hoa").must_change) == ("Lê Thị Hoa", True)
    assert field(app, "text_input", "Tên tài khoản").value == ""
    app.run()
    assert not app.code
    assert handed not in markup(app) + words(app)


def test_what_is_wrong_with_a_new_account_is_said_and_nothing_is_lost(office):
    app = opened(office)
    field(app, "text_input", "Tên tài khoản").set_value("LAN").run()
    button(app, "Tạo tài khoản").click().run()
    assert app.error[0].value == "Đã có tài khoản «lan». Hãy chọn tên khác."
    assert field(app, "text_input", "Tên tài khoản").value == "LAN"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_role_with_units_is_granted_by_their_names(office, lang):
    app = opened(office, lang, tk="lan")
    role = next(box for box in app.selectbox if box.key and box.key.startswith("rights lan"))
    role.set_value(Role.UNIT).run()
    assert not app.exception
    app.multiselect[0].set_value(["B"]).run()
    app.toggle[0].set_value(True).run()
    button(app, "Lưu quyền" if lang == "vi" else "Save the rights").click().run()
    assert app.success
    state = state_of(office, "lan")
    assert (state.role, state.grant) == (Role.UNIT, Grant(frozenset({"B"}), may_import=True))


def test_a_unit_without_units_is_refused_with_what_to_do(office):
    app = opened(office, tk="lan")
    role = next(box for box in app.selectbox if box.key and box.key.startswith("rights lan"))
    role.set_value(Role.UNIT).run()
    button(app, "Lưu quyền").click().run()
    assert "phải được giao đơn vị" in app.error[0].value
    assert state_of(office, "lan").role is Role.VIEWER


def test_what_another_administrator_changed_meanwhile_is_told_and_not_overwritten(office):
    app = opened(office, tk="lan")
    role = next(box for box in app.selectbox if box.key and box.key.startswith("rights lan"))
    role.set_value(Role.COMMITTEE).run()
    change_role(office, "lan", Role.CHAIR, Grant(), act())
    button(app, "Lưu quyền").click().run()
    assert "đã được người khác thay đổi" in app.error[0].value
    assert state_of(office, "lan").role is Role.CHAIR


def test_each_action_does_what_it_says(office):
    app = opened(office, tk="lan")
    sessions.begin(office, Actor("lan"), running.now())
    button(app, "Đăng xuất ngay").click().run()
    assert state_of(office, "lan").sign_ins == 0
    button(app, "Cấp mật khẩu mới").click().run()
    assert check_password(office, "lan", app.code[0].value, running.now()) == "lan"
    button(app, "Khóa ngay").click().run()
    assert not state_of(office, "lan").active
    button(app, "Mở khóa ngay").click().run()
    assert state_of(office, "lan").active


def test_a_link_to_a_person_of_the_provider_is_shown_and_taken_away(office):
    link_identity(office, "lan", Person("https://id.example", "<i>x</i>"), act())
    app = opened(office, tk="lan")
    assert "&lt;i&gt;x" in markup(app)
    button(app, "Hủy liên kết").click().run()
    assert list_linked(office, OPERATOR) == []


def test_after_five_minutes_the_password_is_asked_for_before_anything_can_be_changed(office):
    app = opened(office, tk="lan")
    with writing(office) as connection:
        begun = running.now().replace(microsecond=0) - timedelta(minutes=6)
        connection.execute(text("UPDATE sign_in SET begun_at = :begun"), {"begun": begun.isoformat(" ")})
    app.run()
    assert not [found.label for found in app.button if found.label in ("Khóa ngay", "Lưu quyền", "Tạo tài khoản")]
    assert "lan" in markup(app), "looking needs no password"
    app.text_input(key="confirm users").set_value("wrong")
    button(app, "Xác nhận").click().run()
    assert app.error[0].value == "Mật khẩu không đúng. Hãy thử lại."
    app.text_input(key="confirm users").set_value(PASSWORD)
    button(app, "Xác nhận").click().run()
    assert button(app, "Khóa ngay")


def test_an_account_that_does_not_exist_is_told_and_the_list_stays(office):
    app = opened(office, tk="khong-co")
    assert "khong" in words(app)
    assert ">lan</a>" in markup(app)


def test_the_page_is_the_administrators_alone(office):
    assert turned_away(opened(office, name="lan"))
