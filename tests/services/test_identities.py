"""People whom an identity provider vouches for: who enters which account, by which token, and what is remembered."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from itertools import count

import pytest
from builders import act, put_offices
from people import MORNING, OF_A, put_account
from sqlalchemy import text

from tracker.core.problems import RefusedError
from tracker.services import identities, sessions
from tracker.services.access import OPERATOR, Actor, DeniedError, Role
from tracker.services.accounts import Grant, disable_account, enable_account, list_accounts
from tracker.services.act import OFFICE_TIME
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.identities import (
    Arrived,
    Claims,
    Outcome,
    Person,
    account_by_claim,
    arrive,
    link_identity,
    list_linked,
    list_newcomers,
    read_claims,
    unlink_identity,
)
from tracker.store.engine import reading

ISSUER = "https://id.tinh.example"
AN = Person(ISSUER, "an-01")
_numbers = count()


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    put_account(engine, "an", Role.CHAIR)
    return engine


def seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=OFFICE_TIME).timestamp())


def token(person: Person = AN, at: datetime = MORNING, **said: object) -> Claims:
    """A new token of that moment, good for an hour."""
    whole = {"iss": person.issuer, "sub": person.subject, "iat": seconds(at), "exp": seconds(at) + 3600}
    claims = read_claims({**whole, "nonce": str(next(_numbers)), **said})
    assert claims is not None
    return claims


def come(database, claims: Claims, now: datetime = MORNING, handle: str = "") -> Arrived:
    return arrive(database, claims, handle or f"{next(_numbers):064}", now)


def link(database, account: str = "an", person: Person = AN) -> None:
    link_identity(database, account, person, act())


def account(database, name: str):
    return next(state for state in list_accounts(database, OPERATOR) if state.name == name)


def signed_in(database) -> list[str]:
    with reading(database) as connection:
        return list(connection.execute(text("SELECT account FROM sign_in ORDER BY account")).scalars())


@pytest.mark.parametrize(
    "changed",
    [{"iss": ""}, {"sub": None}, {"sub": "x" * 301}, {"sub": 7}, {"iat": "now"}, {"iat": True}, {"exp": None}, {"exp": -1}],
)
def test_a_token_must_say_who_by_whom_from_when_and_until_when(changed):
    whole = {"iss": ISSUER, "sub": "an-01", "iat": 1_700_000_000, "exp": 1_700_003_600}
    assert read_claims(whole) is not None
    assert read_claims({**whole, **changed}) is None


def test_somebody_without_an_account_does_not_enter_and_is_remembered_for_the_administrator(office):
    assert come(office, token(name="Nguyễn Văn An")) == Arrived(Outcome.UNKNOWN)
    come(office, token(at=MORNING + timedelta(minutes=1), name="Nguyễn Văn An"), MORNING + timedelta(minutes=1))
    (newcomer,) = list_newcomers(office, OPERATOR)
    assert (newcomer.person, newcomer.label, newcomer.at) == (AN, "Nguyễn Văn An", MORNING + timedelta(minutes=1))
    assert signed_in(office) == []


def test_a_linked_person_enters_the_account_and_nothing_else_of_the_token_opens_one(office):
    link(office)
    handle = "a" * 64
    assert come(office, token(), handle=handle) == Arrived(Outcome.ENTERED, Actor("an"))
    assert sessions.find(office, handle, MORNING) == "an"
    stranger = Person("https://elsewhere.example", "an-01")
    assert come(office, token(stranger)).outcome is Outcome.UNKNOWN, "the same subject of another provider is another person"
    claimed = token(Person(ISSUER, "x"), email="an", preferred_username="an", name="an")
    assert come(office, claimed).outcome is Outcome.UNKNOWN, "a name or an address is anybody's to choose"
    assert list_newcomers(office, OPERATOR)[0].person != AN


@pytest.mark.parametrize(
    ("minutes", "entered"), [(-6, False), (-4, True), (0, True), (4, True), (5, False), (61, False), (60 * 24 * 29, False)]
)
def test_a_token_lets_in_while_it_is_fresh_although_streamlit_keeps_it_for_a_month(office, minutes, entered):
    link(office)
    found = come(office, token(), MORNING + timedelta(minutes=minutes))
    assert found.outcome is (Outcome.ENTERED if entered else Outcome.STALE)


def test_a_token_that_has_expired_lets_nobody_in_however_fresh_it_is(office):
    link(office)
    assert come(office, token(exp=seconds(MORNING) + 60), MORNING + timedelta(minutes=1)).outcome is Outcome.STALE


def test_a_token_lets_in_once_even_where_the_cookie_around_it_is_written_anew(office):
    link(office)
    once = token()
    assert come(office, once, handle="a" * 64).outcome is Outcome.ENTERED
    sessions.end_everywhere(office, Actor("an"), MORNING)
    for handle in ("a" * 64, "b" * 64):
        assert come(office, once, handle=handle).outcome is Outcome.STALE
    assert signed_in(office) == []


def test_of_one_token_brought_by_eight_screens_at_once_one_lets_in(office):
    link(office)
    once, found = token(), []
    threads = [threading.Thread(target=lambda: found.append(come(office, once).outcome)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [Outcome.ENTERED] + [Outcome.STALE] * 7
    assert signed_in(office) == ["an"]


def test_the_sign_in_idles_out_and_ends_after_eight_hours_like_any_other(office):
    link(office)
    handle = "a" * 64
    come(office, token(), handle=handle)
    assert sessions.find(office, handle, MORNING + timedelta(minutes=29)) == "an"
    assert sessions.find(office, handle, MORNING + timedelta(minutes=60)) is None


def test_a_disabled_account_is_told_so_and_enters_again_once_enabled(office):
    link(office)
    handle = "a" * 64
    come(office, token(), handle=handle)
    disable_account(office, "an", act())
    assert sessions.find(office, handle, MORNING) is None
    assert come(office, token()).outcome is Outcome.DISABLED
    enable_account(office, "an", act())
    assert come(office, token()).outcome is Outcome.ENTERED


def test_a_one_time_password_is_void_once_its_owner_enters_by_the_provider(office):
    put_account(office, "moi", Role.VIEWER, handed=True)
    link(office, "moi")
    assert come(office, token()).actor == "moi"
    assert not account(office, "moi").must_change


def test_a_person_is_linked_to_one_account_and_two_administrators_at_once_are_told(office):
    put_account(office, "binh", Role.VIEWER)
    answers = []

    def try_to(name: str) -> None:
        try:
            link(office, name)
            answers.append("linked")
        except RefusedError as error:
            answers.append(error.problems[0].code)

    threads = [threading.Thread(target=try_to, args=(name,)) for name in ("an", "binh", "an", "binh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["identity_linked"] * 3 + ["linked"]
    for name, person, problem in (("nobody", AN, "identity_account"), ("an", Person("", "x"), "identity_incomplete")):
        with pytest.raises(RefusedError, match=problem):
            link(office, name, person)


def test_unlinking_ends_what_the_provider_opened_and_leaves_what_a_password_did(office):
    link(office)
    come(office, token(), handle="a" * 64)
    own = sessions.handle_of(sessions.begin(office, Actor("an"), MORNING))
    unlink_identity(office, AN, act())
    assert sessions.find(office, "a" * 64, MORNING) is None
    assert sessions.find(office, own, MORNING) == "an"
    assert come(office, token()).outcome is Outcome.UNKNOWN
    with pytest.raises(RefusedError, match="identity_not_linked"):
        unlink_identity(office, AN, act())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_administrator_sees_and_changes_who_is_linked(office, role):
    somebody = put_account(office, "somebody", role, OF_A if role in (Role.UNIT, Role.CLERK) else Grant())
    link(office)
    mine = act(actor=somebody)
    for attempt in (
        lambda: link_identity(office, "somebody", Person(ISSUER, "x"), mine),
        lambda: unlink_identity(office, AN, mine),
        lambda: list_linked(office, somebody),
        lambda: list_newcomers(office, somebody),
    ):
        with pytest.raises(DeniedError):
            attempt()
    chief = put_account(office, "chief", Role.ADMIN)
    assert [linked.person for linked in list_linked(office, chief)] == [AN]


def test_the_log_tells_of_links_and_sign_ins_without_a_word_about_the_person(office):
    link(office)
    come(office, token(name="Nguyễn Văn An"))
    unlink_identity(office, AN, act())
    entries = list_entries(office, OPERATOR, Wanted(thing="account/an"), limit=100).entries
    assert [entry.verb for entry in entries][:3] == ["identity_unlink", "sign_in", "identity_link"]
    assert entries[1].after == {"by_provider": True}
    assert "an-01" not in repr(entries)
    assert "Nguyễn" not in repr(entries)


def test_no_more_newcomers_are_remembered_than_anybody_looks_through_and_none_for_longer_than_a_month(office, monkeypatch):
    monkeypatch.setattr(identities, "MOST_REMEMBERED", 3)
    for number in range(5):
        assert come(office, token(Person(ISSUER, f"nobody{number}"))).outcome is Outcome.UNKNOWN
    assert len(list_newcomers(office, OPERATOR)) == 3
    later = MORNING + timedelta(days=31)
    come(office, token(at=later), later)
    assert [newcomer.person for newcomer in list_newcomers(office, OPERATOR)] == [AN]


@pytest.fixture
def by_claim(office, monkeypatch):
    """The settings name a claim of roles and one of units."""
    monkeypatch.setenv("TRACKER_OIDC_ROLE_CLAIM", "groups")
    monkeypatch.setenv("TRACKER_OIDC_ROLES", json.dumps({"td-admin": "admin", "td-chair": "chair", "td-unit": "unit"}))
    monkeypatch.setenv("TRACKER_OIDC_UNIT_CLAIM", "units")
    return office


CHI = Person(ISSUER, "chi-03")
NAME = account_by_claim(CHI)


def test_a_claim_makes_an_account_with_its_role_and_units_and_follows_the_claim_at_every_sign_in(by_claim):
    found = come(by_claim, token(CHI, groups=["other", "td-unit"], units=["A"], name="Lê Chi"))
    assert found == Arrived(Outcome.ENTERED, Actor(NAME))
    made = account(by_claim, NAME)
    assert (made.role, made.grant, made.full_name, made.must_change) == (Role.UNIT, OF_A, "Lê Chi", False)
    come(by_claim, token(CHI, groups=["td-unit"], units="B"))
    assert account(by_claim, NAME).grant == Grant(frozenset({"B"}))
    come(by_claim, token(CHI, groups="td-chair", units=["B"]))
    assert (account(by_claim, NAME).role, account(by_claim, NAME).grant) == (Role.CHAIR, Grant())
    assert come(by_claim, token(CHI, groups=[])).outcome is Outcome.UNKNOWN
    assert come(by_claim, token(CHI)).outcome is Outcome.UNKNOWN


def test_without_the_setting_a_claim_means_nothing(office):
    assert come(office, token(CHI, groups=["td-admin"], roles=["admin"])).outcome is Outcome.UNKNOWN


def test_units_that_do_not_exist_are_refused_with_the_reason_and_leave_nothing(by_claim):
    found = come(by_claim, token(CHI, groups=["td-unit"], units=["NOWHERE"]))
    assert (found.outcome, found.problem.code) == (Outcome.REFUSED, "grant_unknown_units")
    assert come(by_claim, token(CHI, groups=["td-unit"])).problem.code == "grant_needed"
    assert [state.name for state in list_accounts(by_claim, OPERATOR)] == ["an"]
    assert list_linked(by_claim, OPERATOR) == []


def test_a_person_linked_by_an_administrator_has_the_accounts_role_whatever_a_claim_says(by_claim):
    put_account(by_claim, "binh", Role.VIEWER)
    link(by_claim, "binh")
    assert come(by_claim, token(groups=["td-admin"])).actor == "binh"
    assert account(by_claim, "binh").role is Role.VIEWER


def test_a_link_that_an_administrator_took_away_is_not_made_again_by_the_claim(by_claim):
    come(by_claim, token(CHI, groups=["td-chair"]))
    unlink_identity(by_claim, CHI, act())
    assert come(by_claim, token(CHI, groups=["td-chair"])).outcome is Outcome.UNKNOWN
    assert [newcomer.person for newcomer in list_newcomers(by_claim, OPERATOR)] == [CHI]


def test_a_disabled_account_stays_disabled_whatever_the_claim_says(by_claim):
    come(by_claim, token(CHI, groups=["td-chair"]))
    disable_account(by_claim, NAME, act())
    assert come(by_claim, token(CHI, groups=["td-chair"])).outcome is Outcome.DISABLED


def test_a_claim_does_not_take_the_last_administrator_away(by_claim):
    come(by_claim, token(CHI, groups=["td-admin"]))
    found = come(by_claim, token(CHI, groups=["td-chair"]))
    assert (found.outcome, found.problem.code) == (Outcome.REFUSED, "last_admin")
    assert account(by_claim, NAME).role is Role.ADMIN
