"""Which rules a campaign applies and who approved them: another person than who chose them, and the version they read."""

from __future__ import annotations

from datetime import datetime

import pytest
from builders import act, put_campaign, put_offices
from builders import put as put_rows
from people import put_account, put_each_role
from sqlalchemy import select, update

from tracker.core.periods import Every
from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.accounts import Grant, change_role
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.campaign_rules import (
    RulebookMove,
    approve_rules,
    change_rulebook,
    compare_kept,
    list_records,
    show_approval,
)
from tracker.services.campaigns import PERIOD, add_rulebook, show_rulebook
from tracker.services.policies import POLICY, verify_ledgers
from tracker.store.engine import reading, writing

MOVE = RulebookMove("c-rules@1", "c-rules@2", " Quyết định số 12/QĐ-UBND ")


def put_office(engine):
    """A campaign under version 1 of its rulebook; version 2 compares by the day."""
    put_offices(engine, "A")
    put_campaign(engine, "c", begins="2026-01-01", ends="2026-12-31", every=Every.HALF)
    add_rulebook(engine, second(engine), "rules.toml", act())
    engine.people = put_each_role(engine)


@pytest.fixture
def office(engine, prepared):
    return prepared(put_office, engine)


def second(engine, code: str = "c-rules") -> str:
    text = show_rulebook(engine, "c-rules@1", OPERATOR).text.replace("version = 1", "version = 2")
    return text.replace('"c-rules"', f'"{code}"').replace("[on_time]\n", '[on_time]\ncompare = "day"\n')


def newest(engine):
    return list_entries(engine, OPERATOR, Wanted()).entries[0]


def test_the_chair_approves_the_version_that_was_read_and_everybody_sees_it(office):
    chair = office.people["chair"]
    assert show_approval(office, "c", OPERATOR).approved_by == ""
    approved = approve_rules(office, "c", "c-rules@1", act(actor=chair))
    for person in office.people.values():
        assert show_approval(office, "c", person) == approved
    assert (approved.rulebook, approved.chosen_by, approved.approved_by, approved.at) == (
        "c-rules@1",
        "operator",
        "the-chair",
        datetime(2026, 6, 30, 8, 0),
    )
    entry = newest(office)
    assert (entry.verb, entry.thing, entry.before) == ("approve_rules", "campaign/c", {"approved_by": ""})
    sha256 = show_rulebook(office, "c-rules@1", OPERATOR).sha256
    assert entry.after == {"rulebook": "c-rules@1", "sha256": sha256, "approved_by": "the-chair"}


def test_an_approval_of_rules_that_moved_meanwhile_is_refused(office):
    change_rulebook(office, "c", MOVE, act())
    with pytest.raises(RefusedError, match="rules_moved"):
        approve_rules(office, "c", "c-rules@1", act(actor=office.people["chair"]))
    assert show_approval(office, "c", OPERATOR).approved_by == ""


def test_of_two_chairs_who_approve_the_second_is_told_who_did(office):
    approve_rules(office, "c", "c-rules@1", act(actor=office.people["chair"]))
    other = put_account(office, "other-chair", Role.CHAIR)
    with pytest.raises(RefusedError, match="rules_approved_already") as refused:
        approve_rules(office, "c", "c-rules@1", act(actor=other))
    assert refused.value.problems[0].args["actor"] == "the-chair"
    assert show_approval(office, "c", OPERATOR).approved_by == "the-chair"


def made_chair(engine, name: str) -> None:
    put_account(engine, "second-admin", Role.ADMIN)
    change_role(engine, name, Role.CHAIR, Grant(), act())


def test_whoever_chose_the_rules_cannot_approve_them_even_as_a_chair_later(office):
    admin = office.people["admin"]
    change_rulebook(office, "c", MOVE, act(actor=admin))
    made_chair(office, admin)
    with pytest.raises(RefusedError, match="rules_of_ones_own"):
        approve_rules(office, "c", "c-rules@2", act(actor=admin))
    approve_rules(office, "c", "c-rules@2", act(actor=office.people["chair"]))


def test_whoever_added_the_rulebook_cannot_approve_it_even_if_another_chose_it(office):
    admin = office.people["admin"]
    text = second(office).replace("version = 2", "version = 3")
    add_rulebook(office, text, "rules.toml", act(actor=admin))
    change_rulebook(office, "c", RulebookMove("c-rules@1", "c-rules@3", "why"), act())
    made_chair(office, admin)
    with pytest.raises(RefusedError, match="rules_of_ones_own"):
        approve_rules(office, "c", "c-rules@3", act(actor=admin))


def test_the_operator_who_began_the_campaign_cannot_approve_it_either(office):
    with pytest.raises(RefusedError, match="rules_of_ones_own"):
        approve_rules(office, "c", "c-rules@1", act())


def test_moving_to_another_version_withdraws_the_approval_and_says_why(office):
    approve_rules(office, "c", "c-rules@1", act(actor=office.people["chair"]))
    moved = change_rulebook(office, "c", MOVE, act(actor=office.people["admin"]))
    assert moved.rulebook == "c-rules@2"
    approval = show_approval(office, "c", OPERATOR)
    assert (approval.chosen_by, approval.approved_by, approval.at) == ("the-admin", "", None)
    entry = newest(office)
    assert (entry.verb, entry.reason) == ("change_rulebook", "Quyết định số 12/QĐ-UBND")
    assert entry.before == {"rulebook": "c-rules@1", "approved_by": "the-chair"}
    assert (entry.after["rulebook"], entry.after["approved_by"]) == ("c-rules@2", "")


def test_moving_keeps_the_ledger_of_the_new_policy_and_drops_the_old_one(office):
    dossier = {"code": "D1", "unit": "A", "procedure": "P1", "channel": "counter", "received_at": "2026-02-02 08:00"}
    put_rows(office, "dossiers", {**dossier, "due_at": "2026-02-03 10:00", "completed_at": "2026-02-03 11:00"})
    change_rulebook(office, "c", MOVE, act())
    with reading(office) as connection:
        digests = connection.execute(select(POLICY.c.digest)).scalars().all()
    assert digests == [show_rulebook(office, "c-rules@2", OPERATOR).rulebook.on_time.digest()]
    assert [check.differences for check in verify_ledgers(office, OPERATOR)] == [()]


@pytest.mark.parametrize("state", ["frozen", "published", "final"])
def test_rules_cannot_move_once_a_period_is_no_longer_open(office, state):
    with writing(office) as connection:
        connection.execute(update(PERIOD).where(PERIOD.c.code == "2026-H1").values(state=state))
    with pytest.raises(RefusedError, match="rulebook_in_use") as refused:
        change_rulebook(office, "c", MOVE, act())
    assert refused.value.problems[0].args["periods"] == "2026-H1"
    assert show_approval(office, "c", OPERATOR).rulebook == "c-rules@1"


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (RulebookMove("c-rules@1", "c-rules@2", "  "), "rulebook_reason_missing"),
        (RulebookMove("c-rules@2", "c-rules@1", "why"), "rules_moved"),
        (RulebookMove("c-rules@1", "c-rules@1", "why"), "rulebook_same"),
        (RulebookMove("c-rules@1", "other@2", "why"), "rulebook_another"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(office, move, code):
    add_rulebook(office, second(office, "other"), "rules.toml", act())
    with pytest.raises(RefusedError, match=code):
        change_rulebook(office, "c", move, act())
    assert show_approval(office, "c", OPERATOR).rulebook == "c-rules@1"


def test_a_campaign_cannot_move_to_a_version_nobody_kept(office):
    with pytest.raises(UsageError) as refused:
        change_rulebook(office, "c", RulebookMove("c-rules@1", "c-rules@9", "why"), act())
    assert refused.value.code == "unknown_rulebook"


def test_the_difference_of_two_kept_versions_can_be_read_by_everybody(office):
    for person in office.people.values():
        difference = compare_kept(office, "c-rules@1", "c-rules@2", person)
        ((old, new),) = difference.changes[0].sentences
        assert (old.key, new.key) == ("rule.on_time.compare_instant", "rule.on_time.compare_day")


def test_records_tell_everything_about_every_campaign(office):
    (record,) = list_records(office, office.people["admin"])
    assert (record.state.code, record.settings.vote_base, record.approval.chosen_by) == ("c", "present", "operator")
    assert [period.appeals_until for period in record.state.periods] == [None, None]


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_design_says(office, role):
    person = office.people[role.value]
    allowed = {
        "approve": role is Role.CHAIR,
        "change": role is Role.ADMIN,
        "list": role is Role.ADMIN,
    }
    attempts = {
        "approve": lambda: approve_rules(office, "c", "c-rules@1", act(actor=person)),
        "change": lambda: change_rulebook(office, "c", MOVE, act(actor=person)),
        "list": lambda: list_records(office, person),
    }
    for name, attempt in attempts.items():
        if allowed[name]:
            attempt()
        else:
            with pytest.raises(DeniedError):
                attempt()
