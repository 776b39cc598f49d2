"""A screen that was opened with rights which are gone: its next run and its clicks get nothing and do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from builders import act
from sqlalchemy import text
from websockets.sync.client import ClientConnection

from tracker.services.access import OPERATOR, Actor, Role
from tracker.services.accounts import (
    AccountState,
    Grant,
    NewAccount,
    add_account,
    change_role,
    disable_account,
    enable_account,
    end_sign_ins,
    list_accounts,
    reset_password,
)
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.credentials import change_password
from tracker.store.engine import writing

from .protocol import Run, Server, ask, open_session
from .test_sign_in import PASSWORD, SIGN_IN_FIRST, office, server, sign_in  # noqa: F401 - fixtures

USERS, OF_MINH = "tai-khoan", "tk=minh"
NOT_YOURS = "Tài khoản này không được xem trang này"
DISABLE, DISABLED = "Khóa ngay", "Đã khóa tài khoản"


@pytest.fixture
def second(office):  # noqa: F811
    """A second administrator, so that the first may lose the right; and Minh, whose account the clicks are about."""
    name = "deputy"
    if all(state.name != name for state in list_accounts(office, OPERATOR)):
        change_password(office, add_account(office, NewAccount(name, Role.ADMIN), act()), PASSWORD, act(actor=Actor(name)))
    change_role(office, name, Role.ADMIN, Grant(), act())
    for one in (name, "minh"):
        enable_account(office, one, act())
    return name


def state_of(office, name: str) -> AccountState:  # noqa: F811
    return next(state for state in list_accounts(office, OPERATOR) if state.name == name)


@contextmanager
def screen(server: Server, token: str, page: str = USERS, query: str = OF_MINH) -> Iterator[tuple[ClientConnection, Run]]:  # noqa: F811
    """An open screen and its first run."""
    headers = {"Cookie": f"tracker_session={token}"}
    with open_session(server, origin=server.base, additional_headers=headers) as opened:
        yield opened, ask(opened, page, query)


def disable_minh(opened: ClientConnection, run: Run) -> Run:
    """The click that the first run's button sends."""
    return ask(opened, query=OF_MINH, page=run.page, clicked=run.widgets[DISABLE])


def denials(office, actor: str) -> int:  # noqa: F811
    return list_entries(office, OPERATOR, Wanted(actor=actor, verb="denied")).total


def test_the_click_reaches_the_service_while_the_right_is_there(server, office, second):  # noqa: F811
    with screen(server, sign_in(server, second)) as (opened, run):
        assert disable_minh(opened, run).says(DISABLED)
    assert not state_of(office, "minh").active


@pytest.mark.parametrize("lost", ["disabled", "demoted", "signed out", "reset"])
def test_a_click_of_somebody_who_lost_the_right_meanwhile_does_nothing(server, office, second, lost):  # noqa: F811
    with screen(server, sign_in(server, second)) as (opened, run):
        assert run.says("Khóa ngay")
        before = denials(office, second) + denials(office, "visitor")
        {
            "disabled": lambda: disable_account(office, second, act()),
            "demoted": lambda: change_role(office, second, Role.VIEWER, Grant(), act()),
            "signed out": lambda: end_sign_ins(office, second, act()),
            "reset": lambda: change_password(office, reset_password(office, second, act()), PASSWORD, act(actor=second)),
        }[lost]()
        after = disable_minh(opened, run)
    assert state_of(office, "minh").active
    assert not after.says(DISABLED)
    assert run.says("chief")
    assert not after.says("chief"), "not a word of the accounts"
    assert lost == "demoted" or after.says(SIGN_IN_FIRST)
    assert denials(office, second) + denials(office, "visitor") == before + 1


@pytest.mark.parametrize("lost", ["disabled", "demoted"])
def test_the_next_run_of_an_open_screen_shows_nothing_of_what_the_right_was_for(server, office, second, lost):  # noqa: F811
    with screen(server, sign_in(server, second)) as (opened, run):
        assert run.says("Tài khoản và phân quyền")
        if lost == "disabled":
            disable_account(office, second, act())
        else:
            change_role(office, second, Role.VIEWER, Grant(), act())
        after = ask(opened, query=OF_MINH, page=run.page)
    assert not after.says("Tài khoản và phân quyền")
    assert not after.says("chief")
    assert USERS not in after.pages


def test_another_roles_screen_cannot_send_an_administrators_click(server, office, second):  # noqa: F811
    with screen(server, sign_in(server, second)) as (_, of_admin), screen(server, sign_in(server, "hoa")) as (opened, mine):
        assert mine.says(NOT_YOURS)
        assert USERS not in mine.pages
        for page in (of_admin.page, mine.page):
            forged = ask(opened, query=OF_MINH, page=page, clicked=of_admin.widgets[DISABLE])
            assert not forged.says(DISABLED)
    assert state_of(office, "minh").active


def test_a_click_long_after_the_password_was_given_is_refused_until_it_is_given_again(server, office, second):  # noqa: F811
    with screen(server, sign_in(server, second)) as (opened, run):
        with writing(office) as connection:
            back = "UPDATE sign_in SET begun_at = datetime(begun_at, '-10 minutes') WHERE account = 'deputy'"
            connection.execute(text(back))
        late = disable_minh(opened, run)
        assert late.says("xác nhận lại danh tính")
        assert state_of(office, "minh").active
        assert DISABLE not in late.widgets, "the buttons wait until the password is given"
        field, button = late.widgets["Mật khẩu"], late.widgets["Xác nhận"]
        wrong = ask(opened, query=OF_MINH, page=run.page, clicked=button, texts={field: "not the password"})
        assert wrong.says("Mật khẩu không đúng")
        assert DISABLE not in wrong.widgets
        right = ask(opened, query=OF_MINH, page=run.page, clicked=button, texts={field: PASSWORD})
        assert disable_minh(opened, right).says(DISABLED)
    assert not state_of(office, "minh").active
