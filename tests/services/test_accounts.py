"""Accounts and sign-ins: passwords, locks, one-time passwords, sessions that end, and an end that is one at once."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import datetime, timedelta

import pytest
from builders import act, put, put_offices
from people import MORNING, OF_A, put_account
from sqlalchemy import func, select, text

from tracker.core.problems import RefusedError, UsageError
from tracker.services import guesses, passwords, sessions
from tracker.services.access import ACCOUNT, OPERATOR, VISITOR, Actor, DeniedError, Role, Verb
from tracker.services.accounts import (
    Grant,
    NewAccount,
    add_account,
    add_first_admin,
    change_role,
    disable_account,
    enable_account,
    end_sign_ins,
    find_account,
    list_accounts,
    list_units,
    reset_password,
)
from tracker.services.credentials import SignInError, change_password, check_password
from tracker.store.engine import reading

GOOD = "một hai ba bốn năm"


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    return engine


def give_password(engine, name: str, role: Role = Role.VIEWER, password: str = GOOD) -> Actor:
    """An account whose owner has chosen this password."""
    handed = add_account(engine, NewAccount(name, role, grant=OF_A if role in (Role.UNIT, Role.CLERK) else Grant()), act())
    change_password(engine, handed, password, act(actor=Actor(name)))
    return Actor(name)


def guess(engine, name: str, password: str, now: datetime = MORNING) -> datetime | None:
    """Try a wrong password; returns until when the name is locked."""
    with pytest.raises(SignInError) as caught:
        check_password(engine, name, password, now)
    return caught.value.locked_until


def test_the_right_password_opens_the_account_and_a_wrong_one_does_not(office):
    give_password(office, "lan")
    assert check_password(office, "lan", GOOD, MORNING) == "lan"
    assert check_password(office, "  LAN ", GOOD, MORNING) == "lan"
    assert guess(office, "lan", GOOD + " ") is None
    assert guess(office, "nobody", GOOD) is None


def test_a_vietnamese_password_is_the_same_however_the_keyboard_composes_its_letters(office):
    give_password(office, "lan", password="m\u1ed9t hai ba b\u1ed1n")  # composed
    assert check_password(office, "lan", "mo\u0323\u0302t hai ba bo\u0302\u0301n", MORNING) == "lan"


def test_the_password_is_kept_as_an_argon2id_hash_with_the_measured_settings(office):
    give_password(office, "lan")
    with reading(office) as connection:
        stored = connection.execute(select(ACCOUNT.c.password)).scalar_one()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert GOOD not in stored


@pytest.mark.parametrize("password", ["123456789", "x" * 201, "aaaaaaaaaaaa", "ti\u1ebfn-\u0111\u1ea1t"])
def test_a_password_of_nine_letters_of_one_letter_or_of_a_page_is_refused(password):
    with pytest.raises(RefusedError, match="password_"):
        passwords.require_strong(password, "somebody")


def test_a_password_may_not_be_the_accounts_own_name():
    with pytest.raises(RefusedError, match="password_obvious"):
        passwords.require_strong("Nguyen.Thi.Lan", "nguyen.thi.lan")


def test_ten_wrong_passwords_lock_a_name_for_a_minute_and_each_further_one_for_twice_as_long(office):
    give_password(office, "lan")
    assert [guess(office, "lan", "wrong") for _ in range(9)] == [None] * 9
    now = MORNING
    for minutes in (1, 2, 4, 8):
        assert guess(office, "lan", "wrong", now) == now + timedelta(minutes=minutes)
        with pytest.raises(SignInError):
            check_password(office, "lan", GOOD, now + timedelta(minutes=minutes, seconds=-1))  # even the right one
        now += timedelta(minutes=minutes)
    assert check_password(office, "lan", GOOD, now) == "lan"
    assert guess(office, "lan", "wrong", now) is None, "the right password begins the count anew"


def test_a_name_that_does_not_exist_locks_in_the_very_same_way(office):
    give_password(office, "lan")
    known, unknown = ([guess(office, name, "wrong") for _ in range(12)] for name in ("lan", "no-one"))
    assert known == unknown
    assert known[9] == MORNING + timedelta(minutes=1)


def test_a_lock_grows_to_half_a_day_and_no_further(office):
    give_password(office, "lan")
    now, locks = MORNING, []
    for _ in range(24):
        until = guess(office, "lan", "wrong", now)
        locks.append(until - now if until else timedelta())
        now = until or now
    assert locks == sorted(locks)
    assert locks[-1] == timedelta(hours=12)


def test_wrong_passwords_are_forgotten_after_a_day_and_no_name_is_kept_in_clear(office):
    guess(office, "my-secret-typed-in-the-wrong-field", "x")
    with reading(office) as connection:
        assert "secret" not in connection.execute(text("SELECT name FROM guess")).scalar_one()
    guess(office, "other", "x", MORNING + timedelta(days=1, seconds=1))
    with reading(office) as connection:
        assert connection.execute(text("SELECT count(*) FROM guess")).scalar() == 1


def test_of_many_guesses_at_the_same_time_no_more_are_answered_than_the_lock_allows(office):
    give_password(office, "lan")
    answered, lock = [], threading.Lock()

    def try_one(number: int) -> None:
        try:
            check_password(office, "lan", f"wrong {number}", MORNING)
        except SignInError as error:
            with lock:
                answered.append(error.locked_until)

    threads = [threading.Thread(target=try_one, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answered.count(None) == guesses.ALLOWED - 1
    assert set(answered) - {None} == {MORNING + timedelta(minutes=1)}


def test_an_unknown_name_takes_as_long_as_a_known_one(sqlite_engine):
    put_offices(sqlite_engine, "A")
    for number in range(3):
        give_password(sqlite_engine, f"known{number}")
    disable_account(sqlite_engine, "known2", act())
    took: dict[str, list[float]] = {"known0": [], "unknown": [], "known2": []}
    for round_ in range(24):
        for name, times in took.items():
            started = time.process_time()  # the machine's other work does not count
            guess(sqlite_engine, name, "wrong", MORNING + timedelta(days=2 * round_))  # so that no lock is reached
            times.append(time.process_time() - started)
    middle = {name: statistics.median(times) for name, times in took.items()}
    assert max(middle.values()) < 1.25 * min(middle.values()), middle


def test_a_disabled_account_is_signed_out_at_once_and_its_password_is_a_wrong_one(office):
    lan = give_password(office, "lan")
    token = sessions.begin(office, lan, MORNING)
    disable_account(office, "lan", act())
    assert sessions.find(office, sessions.handle_of(token), MORNING) is None
    assert guess(office, "lan", GOOD) is None
    enable_account(office, "lan", act())
    assert sessions.find(office, sessions.handle_of(token), MORNING) is None, "an ended session stays ended"
    assert check_password(office, "lan", GOOD, MORNING) == "lan"


def test_a_reset_gives_a_one_time_password_and_ends_sessions_and_locks(office):
    lan = give_password(office, "lan")
    token = sessions.begin(office, lan, MORNING)
    for _ in range(10):
        guess(office, "lan", "wrong")
    handed = reset_password(office, "lan", act())
    assert sessions.find(office, sessions.handle_of(token), MORNING) is None
    assert check_password(office, "lan", handed, MORNING) == "lan"
    assert guess(office, "lan", GOOD) is None
    assert next(state for state in list_accounts(office, OPERATOR) if state.name == "lan").must_change
    assert len(handed) == 19
    assert handed != reset_password(office, "lan", act())


def test_changing_ones_own_password_needs_the_old_one_and_signs_the_other_browsers_out(office):
    lan = give_password(office, "lan")
    here, there = (sessions.handle_of(sessions.begin(office, lan, MORNING)) for _ in range(2))
    mine = act(actor=lan)
    with pytest.raises(SignInError):
        change_password(office, "not the old one", "a new password", mine, here)
    with pytest.raises(RefusedError, match="password_same"):
        change_password(office, GOOD, GOOD, mine, here)
    with pytest.raises(RefusedError, match="password_length"):
        change_password(office, GOOD, "short", mine, here)
    change_password(office, GOOD, "a new password", mine, here)
    assert sessions.find(office, here, MORNING) == "lan"
    assert sessions.find(office, there, MORNING) is None
    assert check_password(office, "lan", "a new password", MORNING) == "lan"


def test_a_session_ends_after_half_an_hour_without_a_click(office):
    lan = give_password(office, "lan")
    handle = sessions.handle_of(sessions.begin(office, lan, MORNING))
    later = MORNING + timedelta(minutes=29)
    assert sessions.find(office, handle, later) == "lan"
    assert sessions.find(office, handle, later + timedelta(minutes=29)) == "lan"
    assert sessions.find(office, handle, later + timedelta(minutes=59)) is None


def test_a_screen_that_only_polls_keeps_nobody_signed_in(office):
    lan = give_password(office, "lan")
    handle = sessions.handle_of(sessions.begin(office, lan, MORNING))
    polls = [sessions.find(office, handle, MORNING + timedelta(minutes=minute), seen=False) for minute in range(31)]
    assert polls == ["lan"] * 30 + [None]


def test_a_session_ends_after_eight_hours_however_busy(office):
    lan = give_password(office, "lan")
    handle = sessions.handle_of(sessions.begin(office, lan, MORNING))
    seen = [sessions.find(office, handle, MORNING + timedelta(minutes=20 * step)) for step in range(25)]
    assert seen == ["lan"] * 24 + [None]


def test_signing_out_ends_this_browser_and_signing_out_everywhere_all(office):
    lan, minh = give_password(office, "lan"), give_password(office, "minh")
    here, there, other = (sessions.handle_of(sessions.begin(office, who, MORNING)) for who in (lan, lan, minh))
    sessions.end(office, here, MORNING)
    assert [sessions.find(office, handle, MORNING) for handle in (here, there, other)] == [None, "lan", "minh"]
    sessions.end_everywhere(office, lan, MORNING)
    assert [sessions.find(office, handle, MORNING) for handle in (here, there, other)] == [None, None, "minh"]


def test_an_administrator_ends_every_sign_in_of_somebody_else_and_the_account_may_come_again(office):
    lan, minh = give_password(office, "lan"), give_password(office, "minh")
    here, there, other = (sessions.handle_of(sessions.begin(office, who, MORNING)) for who in (lan, lan, minh))
    end_sign_ins(office, "Lan", act())
    assert [sessions.find(office, handle, MORNING) for handle in (here, there, other)] == [None, None, "minh"]
    assert check_password(office, "lan", GOOD, MORNING) == "lan"
    with pytest.raises(UsageError):
        end_sign_ins(office, "nobody", act())


def test_at_a_moment_only_those_sign_ins_are_counted_that_still_hold(office):
    lan = give_password(office, "lan")
    sessions.begin(office, lan, MORNING)
    for minutes, expected in ((0, 1), (29, 1), (31, 0)):
        (state,) = list_accounts(office, OPERATOR, MORNING + timedelta(minutes=minutes))
        assert state.sign_ins == expected


def test_rights_that_somebody_else_changed_meanwhile_are_not_overwritten(office):
    give_password(office, "lan")
    seen = (Role.VIEWER, Grant())
    change_role(office, "lan", Role.UNIT, OF_A, act(), seen)
    with pytest.raises(RefusedError, match="account_changed"):
        change_role(office, "lan", Role.ADMIN, Grant(), act(), seen)
    (state,) = list_accounts(office, OPERATOR)
    assert (state.role, state.grant) == (Role.UNIT, OF_A)


def test_units_are_listed_by_name_as_vietnamese_sorts(office):
    put(office, "units", {"code": "C", "name": "Đơn vị Ă", "kind": "commune", "cluster": "c"})
    assert list(list_units(office, OPERATOR).items()) == [("A", "Đơn vị A"), ("C", "Đơn vị Ă"), ("B", "Đơn vị B")]


def test_the_stored_handle_does_not_open_a_session(office):
    token = sessions.begin(office, give_password(office, "lan"), MORNING)
    with reading(office) as connection:
        stored = connection.execute(text("SELECT handle FROM sign_in")).scalar_one()
    assert stored == sessions.handle_of(token) != token
    assert sessions.find(office, sessions.handle_of(stored), MORNING) is None
    assert sessions.find(office, None, MORNING) is None


def test_what_a_screen_knows_of_the_one_who_looks_follows_the_account(office):
    clerk = give_password(office, "lan", Role.CLERK)
    assert sessions.look(office, clerk).verbs >= {Verb.IMPORT, Verb.SEE_CASES}
    change_role(office, "lan", Role.VIEWER, Grant(), act())
    assert sessions.look(office, clerk).role is Role.VIEWER
    assert Verb.IMPORT not in sessions.look(office, clerk).verbs
    assert sessions.look(office, VISITOR).verbs == set()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_administrator_manages_accounts(office, role):
    somebody = put_account(office, "somebody", role, OF_A if role in (Role.UNIT, Role.CLERK) else Grant())
    put_account(office, "chief", Role.ADMIN)
    mine = act(actor=somebody)
    for attempt in (
        lambda: add_account(office, NewAccount("friend", Role.ADMIN), mine),
        lambda: disable_account(office, "chief", mine),
        lambda: enable_account(office, "chief", mine),
        lambda: reset_password(office, "chief", mine),
        lambda: change_role(office, "somebody", Role.ADMIN, Grant(), mine),
        lambda: end_sign_ins(office, "chief", mine),
        lambda: list_accounts(office, somebody),
        lambda: list_units(office, somebody),
    ):
        with pytest.raises(DeniedError):
            attempt()
    assert [(state.name, state.role) for state in list_accounts(office, Actor("chief"))] == [
        ("chief", Role.ADMIN),
        ("somebody", role),
    ]


def test_the_last_administrator_can_neither_be_disabled_nor_demoted(office):
    put_account(office, "chief", Role.ADMIN)
    for attempt in (
        lambda: disable_account(office, "chief", act()),
        lambda: change_role(office, "chief", Role.CHAIR, Grant(), act()),
    ):
        with pytest.raises(RefusedError, match="last_admin"):
            attempt()
    put_account(office, "deputy", Role.ADMIN)
    disable_account(office, "chief", act(actor=Actor("deputy")))
    with pytest.raises(RefusedError, match="last_admin"):
        disable_account(office, "deputy", act())


@pytest.mark.parametrize(
    ("role", "grant", "problem"),
    [
        (Role.UNIT, Grant(), "grant_needed"),
        (Role.UNIT, Grant(all_units=True), "grant_needed"),
        (Role.CLERK, Grant(), "grant_needed"),
        (Role.CHAIR, Grant(all_units=True), "grant_not_needed"),
        (Role.ADMIN, OF_A, "grant_not_needed"),
        (Role.CLERK, Grant(frozenset({"A", "NOWHERE"})), "grant_unknown_units"),
    ],
)
def test_a_grant_that_does_not_fit_the_role_is_refused(office, role, grant, problem):
    with pytest.raises(RefusedError, match=problem):
        add_account(office, NewAccount("somebody", role, grant=grant), act())


@pytest.mark.parametrize("name", ["", "x", "operator", "Visitor", "có dấu", "a b", "../x", "x" * 65])
def test_a_name_that_is_reserved_or_cannot_be_typed_anywhere_is_refused(office, name):
    with pytest.raises(RefusedError, match="account_name"):
        add_account(office, NewAccount(name, Role.VIEWER), act())


def test_a_name_is_given_once_whatever_its_case(office):
    put_account(office, "lan", Role.VIEWER)
    with pytest.raises(RefusedError, match="account_exists"):
        add_account(office, NewAccount("LAN", Role.ADMIN), act())
    assert find_account(office, "Lan") == "lan"
    for nobody in ("lan2", "operator"):
        with pytest.raises(UsageError):
            find_account(office, nobody)


def test_the_first_administrator_is_made_once_and_never_on_sample_data(office):
    made = []

    def make(number: int) -> None:
        try:
            made.append(add_first_admin(office, f"chief{number}", GOOD, act(actor=VISITOR)))
        except RefusedError as error:
            made.append(error.problems[0].code)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made.count("already_set_up") == 3
    with reading(office) as connection:
        assert connection.execute(select(func.count()).select_from(ACCOUNT)).scalar() == 1
    with office.begin() as connection:
        connection.execute(text("DELETE FROM account"))
        connection.execute(text("UPDATE state SET sample = true"))
    with pytest.raises(RefusedError, match="already_set_up"):
        add_first_admin(office, "chief", GOOD, act(actor=VISITOR))
