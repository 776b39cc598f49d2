"""Confirming who one is shortly before a weighty act."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import act, put_offices
from people import MORNING, put_account

from tracker.core.problems import RefusedError
from tracker.services import sessions
from tracker.services.access import OPERATOR, Actor, Role
from tracker.services.accounts import (
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
from tracker.services.credentials import SignInError, change_password
from tracker.services.identities import Person, link_identity, list_linked, unlink_identity
from tracker.services.reauth import Confirmation, confirm_password, how_to_confirm, require_recent
from tracker.store.engine import reading, writing

GOOD = "một hai ba bốn năm"
LATER = MORNING + timedelta(minutes=20)


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    handed = add_account(engine, NewAccount("chief", Role.ADMIN), act())
    change_password(engine, handed, GOOD, act(actor="chief"))
    put_account(engine, "lan", Role.VIEWER)
    return engine


@pytest.fixture
def chief(office) -> str:
    """The handle of the administrator's sign-in, begun in the morning."""
    return sessions.handle_of(sessions.begin(office, Actor("chief"), MORNING))


def is_recent(database, handle: str | None, now: datetime, actor: str = "chief") -> bool:
    with reading(database) as connection, contextlib.suppress(RefusedError):
        require_recent(connection, Actor(actor), handle, now)
        return True
    return False


def test_a_fresh_sign_in_counts_for_five_minutes(office, chief):
    for later, counts in ((0, True), (299, True), (300, False), (-1, False)):
        assert is_recent(office, chief, MORNING + timedelta(seconds=later)) == counts


def test_the_password_given_again_counts_for_five_minutes_more_and_on_that_sign_in_alone(office, chief):
    other = sessions.handle_of(sessions.begin(office, Actor("chief"), MORNING))
    assert how_to_confirm(office, Actor("chief"), chief, LATER) is Confirmation.PASSWORD
    confirm_password(office, Actor("chief"), chief, GOOD, LATER)
    assert how_to_confirm(office, Actor("chief"), chief, LATER) is Confirmation.RECENT
    assert is_recent(office, chief, LATER + timedelta(seconds=299))
    assert not is_recent(office, chief, LATER + timedelta(seconds=300))
    assert not is_recent(office, other, LATER)


def test_a_wrong_password_confirms_nothing_and_locks_like_any_other(office, chief):
    for number in range(10):
        with pytest.raises(SignInError) as caught:
            confirm_password(office, Actor("chief"), chief, "wrong", LATER)
        assert (caught.value.locked_until is None) == (number < 9)
    with pytest.raises(SignInError):
        confirm_password(office, Actor("chief"), chief, GOOD, LATER)
    assert not is_recent(office, chief, LATER)


def test_nobody_confirms_under_somebody_elses_sign_in_or_one_that_has_ended(office, chief):
    confirm_password(office, Actor("chief"), chief, GOOD, LATER)
    for handle in (None, "", "0" * 64):
        assert not is_recent(office, handle, LATER)
    assert not is_recent(office, chief, LATER, actor="lan")
    sessions.end(office, chief, LATER)
    assert not is_recent(office, chief, LATER)


def test_who_came_by_the_provider_confirms_by_coming_anew(office):
    handle = "a" * 64
    with writing(office) as connection:
        sessions.begin_under(connection, handle, Actor("chief"), MORNING, by_provider=True)
    assert is_recent(office, handle, MORNING)
    assert how_to_confirm(office, Actor("chief"), handle, LATER) is Confirmation.SIGN_IN


def test_the_command_line_has_nothing_to_confirm(office):
    assert is_recent(office, None, MORNING, actor=OPERATOR)
    assert how_to_confirm(office, OPERATOR, None, MORNING) is Confirmation.RECENT


def test_every_change_of_an_account_on_a_screen_needs_it_and_goes_through_with_it(office, chief):
    person = Person("https://id.example", "x")
    late = replace(act(actor=Actor("chief")), now=LATER, handle=chief)
    changes = (
        lambda: add_account(office, NewAccount("new", Role.VIEWER), late),
        lambda: change_role(office, "lan", Role.COMMITTEE, Grant(), late),
        lambda: reset_password(office, "lan", late),
        lambda: end_sign_ins(office, "lan", late),
        lambda: disable_account(office, "lan", late),
        lambda: enable_account(office, "lan", late),
        lambda: link_identity(office, "lan", person, late),
        lambda: unlink_identity(office, person, late),
    )
    for change in changes:
        with pytest.raises(RefusedError, match="confirm_first"):
            change()
    assert [(state.name, state.role, state.active) for state in list_accounts(office, OPERATOR)] == [
        ("chief", Role.ADMIN, True),
        ("lan", Role.VIEWER, True),
    ]
    assert list_linked(office, OPERATOR) == []
    confirm_password(office, Actor("chief"), chief, GOOD, LATER)
    for change in changes:
        change()
    assert [state.name for state in list_accounts(office, OPERATOR)] == ["chief", "lan", "new"]
