"""The committee decides on a frozen period: names, ties, exceptions, two deciders at once, and what is left open."""

from __future__ import annotations

import json
import threading

import pytest
from builders import TODAY, act, put
from committee import (
    GOLD_A,
    GOLD_B,
    GOLD_C,
    HERE,
    LOW_E,
    SILVER_D,
    confirmed,
    put_contest,
    put_frozen,
    put_meeting,
    record,
    removed,
    rows_of,
    set_state,
)
from people import put_account, put_each_role

from tracker.core.decided import CRITICISM, REWARD, Name, NameState, TieGroup, Verdict
from tracker.core.problems import RefusedError, UsageError
from tracker.core.voting import Ballot
from tracker.services.access import OPERATOR, DeniedError, Role, Verb
from tracker.services.adjusting import adjust
from tracker.services.adjustments import CORRECT, NewAdjustment
from tracker.services.copies import find_frozen
from tracker.services.deciding import Deciding, Session, TieChoice, confirm_names, decide_names, resolve_tie
from tracker.services.decisions import decisions_document, open_questions, show_desk, working
from tracker.services.meetings import DECISION, edit_meeting
from tracker.services.seals import check_seals
from tracker.services.standings import show_board
from tracker.store.audit import canonical
from tracker.store.engine import reading


@pytest.fixture
def frozen(engine, prepared):
    return prepared(put_frozen, engine)


@pytest.fixture
def session(frozen) -> Session:
    return Session(*HERE, put_meeting(frozen))


def desk(engine):
    return show_desk(engine, *HERE, TODAY, OPERATOR)


def state(engine, name: Name) -> NameState:
    return desk(engine).decided.find(name).state


def problems(refused: pytest.ExceptionInfo[RefusedError]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def questions(engine):
    board = show_board(engine, working(*HERE), TODAY, OPERATOR)
    with reading(engine) as connection:
        return open_questions(connection, board, board.setting.period.revision)


def document(engine) -> dict:
    board = show_board(engine, working(*HERE), TODAY, OPERATOR)
    with reading(engine) as connection:
        return decisions_document(connection, board, board.setting.period.revision)


def chosen(unit: str, reason: str = "bốc thăm") -> TieChoice:
    return TieChoice("gold", "k", {unit: Ballot(6, 1)}, reason)


def test_before_anything_is_decided_every_name_and_tie_and_the_minutes_are_open(frozen):
    found = questions(frozen)
    assert found.names == (GOLD_A, SILVER_D, LOW_E)
    assert found.ties == (TieGroup("gold", "k", ("B", "C"), 1),)
    assert found.minutes_missing
    assert bool(found)


def test_a_whole_period_is_decided_and_nothing_stays_open(frozen, session):
    assert confirm_names(frozen, session, [GOLD_A, SILVER_D], act()) == 2
    assert resolve_tie(frozen, session, chosen("C"), act()) == 2
    assert decide_names(frozen, session, [removed(LOW_E)], act()) == 1
    assert questions(frozen).minutes_missing
    edit_meeting(frozen, session.meeting, 1, record(minutes_no="12/BB-HĐ", minutes_on=TODAY), act())
    assert not questions(frozen)
    states = {one.name: one.state.value for one in desk(frozen).decided.names}
    assert states == {
        GOLD_A: "confirmed",
        SILVER_D: "confirmed",
        GOLD_C: "chosen",
        GOLD_B: "not_chosen",
        LOW_E: "removed",
    }


def test_all_that_are_left_are_confirmed_by_everybody_present(frozen, session):
    confirm_names(frozen, session, [GOLD_A], act())
    row = rows_of(frozen, DECISION)[0]
    assert (row.votes_for, row.votes_against, row.votes_blank) == (7, 0, 0)


def test_a_name_that_fails_its_ballot_is_not_on_the_list(frozen, session):
    decide_names(frozen, session, [confirmed(GOLD_A, 4, 3)], act())  # 5 of 7 are needed
    assert state(frozen, GOLD_A) is NameState.FAILED


def test_a_later_verdict_names_the_one_it_replaces_and_both_stay(frozen, session):
    decide_names(frozen, session, [confirmed(GOLD_A)], act())
    first = rows_of(frozen, DECISION)[0].id
    decide_names(frozen, session, [removed(GOLD_A, replaces=first)], act())
    assert state(frozen, GOLD_A) is NameState.REMOVED
    assert [row.replaces for row in rows_of(frozen, DECISION)] == [0, first]
    with pytest.raises(RefusedError) as refused:
        decide_names(frozen, session, [confirmed(GOLD_A, replaces=first)], act())
    assert problems(refused) == ["decided_meanwhile"]


def test_whoever_decides_second_is_told_who_was_first_and_what_they_said(frozen, session):
    hoa = put_account(frozen, "hoa", Role.CHAIR)
    minh = put_account(frozen, "minh", Role.COMMITTEE)
    decide_names(frozen, session, [removed(GOLD_A)], act(actor=hoa))
    with pytest.raises(RefusedError) as refused:
        decide_names(frozen, session, [confirmed(GOLD_A)], act(actor=minh))
    problem = refused.value.problems[0]
    assert (problem.code, problem.args["actor"], problem.args["verdict"]) == ("decided_meanwhile", "hoa", "removed")


def test_of_eight_who_decide_on_one_name_at_once_one_wins_and_the_others_are_told(frozen, session):
    people = [put_account(frozen, f"member-{n}", Role.COMMITTEE) for n in range(8)]
    start, outcomes = threading.Barrier(len(people)), []

    def decide(who):
        start.wait()
        try:
            decide_names(frozen, session, [removed(GOLD_A, f"lý do của {who}")], act(actor=who))
            outcomes.append(("won", who))
        except RefusedError as refused:
            outcomes.append((refused.problems[0].code, refused.problems[0].args["actor"]))

    threads = [threading.Thread(target=decide, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = next(who for outcome, who in outcomes if outcome == "won")
    assert sorted(outcomes) == sorted([("won", winner)] + [("decided_meanwhile", winner)] * 7)
    assert [row.made_by for row in rows_of(frozen, DECISION)] == [winner]


def test_several_verdicts_are_taken_all_or_none(frozen, session):
    with pytest.raises(RefusedError) as refused:
        decide_names(frozen, session, [confirmed(GOLD_A), confirmed(SILVER_D, 6, 2), removed(LOW_E, " ")], act())
    assert problems(refused) == ["ballot_impossible", "verdict_needs_reason"]
    assert rows_of(frozen, DECISION) == []


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Deciding(GOLD_A, Verdict.CONFIRMED), "verdict_needs_ballot"),
        (confirmed(GOLD_A, 8), "ballot_impossible"),
        (confirmed(GOLD_A, -1), "ballot_impossible"),
        (removed(GOLD_A, ""), "verdict_needs_reason"),
        (removed(GOLD_A, "x" * 2001), "verdict_reason_too_long"),
        (Deciding(GOLD_A, Verdict.ADDED, "r", Ballot(7)), "verdict_unfit_plain"),
        (Deciding(GOLD_A, Verdict.CHOSEN, "", Ballot(7)), "verdict_unfit_plain"),
        (confirmed(GOLD_B), "verdict_unfit_tie"),
        (removed(GOLD_B), "verdict_unfit_tie"),
        (confirmed(Name(REWARD, "silver", "F")), "verdict_unfit_none"),
        (removed(Name(REWARD, "silver", "F")), "verdict_unfit_none"),
        (Deciding(Name(REWARD, "silver", "F"), Verdict.ADDED, "", Ballot(7)), "verdict_needs_reason"),
        (Deciding(Name(REWARD, "silver", "F"), Verdict.ADDED, "r"), "verdict_needs_ballot"),
        (confirmed(Name(REWARD, "gold", "A", "A-1")), "officer_not_nominated"),
        (confirmed(Name(CRITICISM, "finding/1", "A", "A-1")), "officer_without_finding"),
        (confirmed(GOLD_A, replaces=7), "verdict_gone"),
    ],
)
def test_a_verdict_that_does_not_fit_its_name_is_refused(frozen, session, wanted, code):
    with pytest.raises(RefusedError) as refused:
        decide_names(frozen, session, [wanted], act())
    assert problems(refused) == [code]
    assert rows_of(frozen, DECISION) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (Name(REWARD, "bronze", "F"), "unknown_rule"),
        (Name("praise", "gold", "F"), "unknown_rule"),
        (Name(REWARD, "gold", "Q"), "unknown_unit"),
    ],
)
def test_what_is_added_must_be_a_rule_of_the_rulebook_and_a_competing_unit(frozen, session, name, code):
    with pytest.raises(UsageError) as wrong:
        decide_names(frozen, session, [Deciding(name, Verdict.ADDED, "r", Ballot(7))], act())
    assert wrong.value.code == code


def test_a_name_added_by_exception_can_be_taken_off_again(frozen, session):
    added = Name(REWARD, "silver", "F")
    decide_names(frozen, session, [Deciding(added, Verdict.ADDED, "đơn vị thí điểm", Ballot(6, 1))], act())
    assert state(frozen, added) is NameState.ADDED
    first = rows_of(frozen, DECISION)[0].id
    decide_names(frozen, session, [removed(added, replaces=first)], act())
    assert state(frozen, added) is NameState.REMOVED


def test_one_achievement_is_rewarded_once(frozen, session):
    again = Deciding(Name(REWARD, "silver", "A"), Verdict.ADDED, "r", Ballot(7))
    with pytest.raises(RefusedError) as refused:
        decide_names(frozen, session, [again], act())
    assert problems(refused) == ["rewarded_already"], "A is proposed for gold"
    decide_names(frozen, session, [removed(GOLD_A), again], act())
    assert state(frozen, again.name) is NameState.ADDED


def test_criticising_a_unit_does_not_keep_it_from_an_award(frozen, session):
    decide_names(
        frozen, session, [confirmed(LOW_E), Deciding(Name(REWARD, "gold", "E"), Verdict.ADDED, "r", Ballot(7))], act()
    )
    assert state(frozen, LOW_E) is NameState.CONFIRMED


def test_a_tie_never_gives_more_places_than_there_are(frozen, session):
    both = TieChoice("gold", "k", {"B": Ballot(7), "C": Ballot(7)}, "")
    with pytest.raises(RefusedError) as refused:
        resolve_tie(frozen, session, both, act())
    assert problems(refused) == ["too_many_chosen"]
    assert questions(frozen).ties


def test_a_tie_can_be_decided_again_and_a_failed_ballot_frees_the_place(frozen, session):
    resolve_tie(frozen, session, TieChoice("gold", "k", {"B": Ballot(4, 3)}, "ít phiếu hơn"), act())
    assert state(frozen, GOLD_B) is NameState.FAILED
    before = {row.unit: row.id for row in rows_of(frozen, DECISION)}
    again = TieChoice("gold", "k", {"C": Ballot(7)}, "không đạt phiếu", replaces=before)
    resolve_tie(frozen, session, again, act())
    assert (state(frozen, GOLD_B), state(frozen, GOLD_C)) == (NameState.NOT_CHOSEN, NameState.CHOSEN)


def test_those_who_are_not_tied_cannot_win_a_tie_and_there_must_be_one(frozen, session):
    with pytest.raises(RefusedError) as refused:
        resolve_tie(frozen, session, chosen("A"), act())
    assert problems(refused) == ["not_in_tie"]
    with pytest.raises(UsageError) as wrong:
        resolve_tie(frozen, session, TieChoice("silver", "k", {}, "r"), act())
    assert wrong.value.code == "unknown_tie"


def test_the_losers_of_a_tie_are_told_why(frozen, session):
    with pytest.raises(RefusedError) as refused:
        resolve_tie(frozen, session, chosen("B", " "), act())
    assert problems(refused) == ["verdict_needs_reason"]


def test_nothing_is_decided_at_a_meeting_without_a_quorum(frozen):
    few = Session(*HERE, put_meeting(frozen, present=5))  # 6 of 9 are needed
    with pytest.raises(RefusedError) as refused:
        decide_names(frozen, few, [removed(GOLD_A)], act())
    assert problems(refused) == ["no_quorum"]
    assert refused.value.problems[0].args == {"present": 5, "members": 9, "needed": 6}


def test_a_meeting_that_turns_out_to_have_had_no_quorum_decided_nothing(frozen, session):
    decide_names(frozen, session, [confirmed(GOLD_A, 5)], act())
    edit_meeting(frozen, session.meeting, 1, record(present=5, minutes_no="1", minutes_on=TODAY), act())
    assert state(frozen, GOLD_A) is NameState.UNDECIDED
    found = questions(frozen)
    assert found.without_quorum == (session.meeting,)
    assert GOLD_A in found.names


def test_a_meeting_that_decided_and_lacks_minutes_keeps_them_missing_though_another_has_them(frozen, session):
    put_meeting(frozen, minutes_no="1", minutes_on=TODAY)
    assert not questions(frozen).minutes_missing
    decide_names(frozen, session, [removed(GOLD_A)], act())
    assert questions(frozen).minutes_missing


@pytest.mark.parametrize(("state_", "code"), [("open", "decide_too_early"), ("final", "decide_too_late")])
def test_an_open_and_a_final_period_are_not_decided_on(frozen, session, state_, code):
    set_state(frozen, state_)
    for attempt in (
        lambda: decide_names(frozen, session, [removed(GOLD_A)], act()),
        lambda: confirm_names(frozen, session, [GOLD_A], act()),
        lambda: resolve_tie(frozen, session, chosen("B"), act()),
    ):
        with pytest.raises(RefusedError) as refused:
            attempt()
        assert problems(refused) == [code]


def test_a_published_period_is_still_decided_on(frozen, session):
    set_state(frozen, "published")
    assert decide_names(frozen, session, [removed(GOLD_A)], act()) == 1


def test_a_new_revision_starts_with_nothing_decided_and_none_of_the_old_meetings(frozen, session):
    decide_names(frozen, session, [removed(GOLD_A)], act())
    set_state(frozen, "frozen", revision=2)
    assert state(frozen, GOLD_A) is NameState.UNDECIDED
    with pytest.raises(UsageError) as wrong:
        decide_names(frozen, session, [removed(GOLD_A)], act())
    assert wrong.value.code == "unknown_meeting"
    again = Session(*HERE, put_meeting(frozen))
    assert decide_names(frozen, again, [removed(GOLD_A)], act()) == 1, "the first verdict of its revision replaces none"


def test_a_later_adjustment_opens_the_names_it_touches(frozen, session):
    """D falls from 70 to 10: no award any more, but criticism; its confirmed place must be decided again."""
    decide_names(frozen, session, [confirmed(SILVER_D)], act())
    with reading(frozen) as connection:
        copy = find_frozen(connection, *HERE)
    key = ("D", "plan", "2025-01-01", "2025-12-31")
    adjust(
        frozen,
        copy,
        [NewAdjustment(CORRECT, "reported", key, {"value": "10"}, "ghi nhầm", "appeal/1")],
        act(),
        Verb.DECIDE,
        lambda *_: None,
    )
    assert state(frozen, SILVER_D) is NameState.UNDECIDED
    assert Name(CRITICISM, "low", "D") in questions(frozen).names
    taken = rows_of(frozen, DECISION)[0].id
    decide_names(frozen, session, [removed(SILVER_D, "không còn đủ điểm", replaces=taken)], act())
    assert state(frozen, SILVER_D) is NameState.REMOVED


def test_case_data_that_change_after_the_freeze_change_nothing_the_committee_sees(frozen):
    span = {"period_from": "2025-01-01", "period_to": "2025-12-31"}
    put(frozen, "reported", {"unit": "A", "measure": "plan", "value": "1", **span})
    assert questions(frozen).names == (GOLD_A, SILVER_D, LOW_E)


def test_every_verdict_is_sealed(frozen, session):
    confirm_names(frozen, session, [GOLD_A, SILVER_D], act())
    resolve_tie(frozen, session, chosen("B"), act())
    with reading(frozen) as connection:
        assert check_seals(connection) == []


def test_the_document_holds_codes_figures_and_reasons_and_is_the_same_each_time(frozen, session):
    decide_names(frozen, session, [confirmed(GOLD_A, 6, 1), removed(LOW_E, "đã khắc phục")], act())
    resolve_tie(frozen, session, chosen("B"), act())
    said = document(frozen)
    assert said == json.loads(canonical(said)) == document(frozen)
    assert said["rule"] == {"quorum": "2/3", "pass_share": "2/3", "base": "present"}
    assert [(one["rule"], one["unit"], one["state"], one["on_list"]) for one in said["names"]] == [
        ("gold", "A", "confirmed", True),
        ("gold", "B", "chosen", True),
        ("gold", "C", "not_chosen", False),
        ("silver", "D", "undecided", False),
        ("low", "E", "removed", False),
    ]
    first = said["names"][0]
    assert first["vote"]["outcome"] == "passed"
    assert first["vote"]["why"] == {"key": "ballot.passed_present", "votes": 6, "of": 7, "needed": 5, "share": "2/3"}
    assert said["ties"] == [{"award": "gold", "cluster": "k", "units": ["B", "C"], "places": 1, "chosen": ["B"]}]
    assert said["decisions"][1]["reason"] == "đã khắc phục"
    assert said["meetings"][0]["present"] == 7


# . denied, x allowed. Columns: viewer, unit, clerk, committee, chair, admin.
DECIDE_BY_ROLE = dict(zip(("viewer", "unit", "clerk", "committee", "chair", "admin"), "...xx.", strict=True))


def test_only_the_committee_and_its_chair_decide(frozen, session):
    people = put_each_role(frozen)
    for role, mark in DECIDE_BY_ROLE.items():
        attempts = {
            "decide": lambda by: decide_names(frozen, session, [removed(Name(REWARD, "gold", "Q"))], by),
            "confirm": lambda by: confirm_names(frozen, session, [Name(REWARD, "gold", "F")], by),
            "tie": lambda by: resolve_tie(frozen, session, chosen("F"), by),
            "desk": lambda by: show_desk(frozen, *HERE, TODAY, by.actor),
        }
        for name, attempt in attempts.items():
            try:
                attempt(act(actor=people[role]))
                allowed = True
            except DeniedError:
                allowed = False
            except (RefusedError, UsageError):
                allowed = True  # let in, and then refused for what was asked
            assert allowed == (mark == "x"), (role, name)


def test_an_open_period_shows_what_would_be_proposed_today(engine):
    put_contest(engine)
    assert state(engine, GOLD_A) is NameState.UNDECIDED
