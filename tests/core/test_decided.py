"""Proposals and verdicts put together: who is on the list, who is off it and why, and what is still open."""

from __future__ import annotations

from fractions import Fraction

import pytest

from core.make import facts, one, table
from tracker.core.decided import (
    CRITICISM,
    REWARD,
    Decided,
    Name,
    NameState,
    Proposal,
    Ruling,
    TieGroup,
    Verdict,
    decide,
    find_ties,
    propose,
    undecided_names,
    undecided_ties,
)
from tracker.core.lists import propose_lists
from tracker.core.ranking import rank_units
from tracker.core.scoring import score_unit
from tracker.core.terms import Lists
from tracker.core.voting import Attendance, Ballot, VotingRule

RULE = VotingRule(Fraction(2, 3), Fraction(2, 3))
ALL_NINE = Attendance(9, 9)
X = 'kind = "linear", measure = "x", lo = 0, hi = 100'


def name(unit: str, rule: str = "gold", list_: str = REWARD, officer: str = "") -> Name:
    return Name(list_, rule, unit, officer)


def lists(places: int, tie: str = "committee", **scores: int) -> Lists:
    """One award with so many places, and a criticism of everybody below 30."""
    award = table("award", "gold", f'places = {places}\nboundary_tie = "{tie}"')
    rule = table("criticism", "low", 'level = "criticise"\nbelow_score = 30')
    book = one(X, reported=["x"], after=award + rule)
    units = {code: facts(code, x=score) for code, score in scores.items()}
    return propose_lists(book, rank_units(book, [score_unit(book, unit) for unit in units.values()]), units)


def decided(found: Lists, *rulings: Ruling, rule: VotingRule = RULE) -> Decided:
    return decide(propose(found), find_ties(found), rulings, rule)


def states(found: Decided) -> dict[str, str]:
    return {one.name.unit: one.state.value for one in found.names}


def ruling(number: int, unit: str, verdict: Verdict, votes: int | None = 9, **more) -> Ruling:
    rule = more.pop("rule", "gold")
    list_ = more.pop("list_", REWARD)
    came = more.pop("came", ALL_NINE)
    ballot = None if votes is None else Ballot(votes, 9 - votes)
    return Ruling(number, name(unit, rule, list_), verdict, ballot=ballot, attendance=came, **more)


CONFIRMED, REMOVED, ADDED = Verdict.CONFIRMED, Verdict.REMOVED, Verdict.ADDED
CHOSEN, NOT_CHOSEN = Verdict.CHOSEN, Verdict.NOT_CHOSEN
PLAIN = lists(2, A=90, B=80, C=70, D=20)  # A and B for gold, D below 30
TIED = lists(2, A=90, B=80, C=80, D=80)  # A for gold, B, C and D tied for the one place left


def test_proposals_are_the_names_of_both_lists():
    assert propose(PLAIN) == (
        Proposal(name("A"), "k"),
        Proposal(name("B"), "k"),
        Proposal(name("D", "low", CRITICISM), "k"),
    )


def test_without_verdicts_everything_is_undecided():
    found = decided(PLAIN)
    assert set(states(found).values()) == {"undecided"}
    assert undecided_names(found) == (name("A"), name("B"), name("D", "low", CRITICISM))
    assert not any(one.on_list for one in found.names)


def test_a_confirmed_name_is_on_the_list_and_a_removed_one_is_not():
    found = decided(PLAIN, ruling(1, "A", CONFIRMED), ruling(2, "B", REMOVED, None, reason="late report"))
    assert states(found) == {"A": "confirmed", "B": "removed", "D": "undecided"}
    assert [one.name.unit for one in found.names if one.on_list] == ["A"]
    assert found.find(name("B")).ruling.reason == "late report"


def test_a_name_that_fails_its_ballot_is_off_the_list_and_says_so():
    found = decided(PLAIN, ruling(1, "A", CONFIRMED, 5))
    failed = found.find(name("A"))
    assert (failed.state, failed.on_list) == (NameState.FAILED, False)
    assert failed.vote.why.args == {"votes": 5, "of": 9, "needed": 6, "share": "2/3"}
    assert name("A") not in undecided_names(found), "a failed ballot is a decision too"


def test_a_verdict_taken_without_a_quorum_decides_nothing():
    found = decided(PLAIN, ruling(1, "A", CONFIRMED, 5, came=Attendance(5, 9)))
    assert found.find(name("A")).state is NameState.UNDECIDED
    assert found.find(name("A")).vote.outcome == "no_quorum"
    assert name("A") in undecided_names(found)


def test_a_verdict_without_a_ballot_stands_as_it_was_taken():
    assert states(decided(PLAIN, ruling(1, "A", CONFIRMED, None)))["A"] == "confirmed"


def test_the_votes_of_a_removal_are_shown_but_do_not_overturn_it():
    found = decided(PLAIN, ruling(1, "A", REMOVED, 9, reason="r")).find(name("A"))
    assert (found.state, found.vote.outcome) == (NameState.REMOVED, "passed")


def test_a_later_verdict_replaces_the_earlier_one_whatever_the_order_of_rows():
    first, second = ruling(1, "A", CONFIRMED), ruling(2, "A", REMOVED, None, replaces=1, reason="r")
    third = ruling(3, "A", CONFIRMED, replaces=2)
    assert states(decided(PLAIN, first, second))["A"] == "removed"
    assert states(decided(PLAIN, third, first, second))["A"] == "confirmed"


def test_a_name_added_by_exception_stands_after_the_proposals():
    found = decided(PLAIN, ruling(1, "Z", ADDED, reason="pilot unit"), ruling(2, "C", ADDED, 5, reason="r"))
    assert [one.name.unit for one in found.names] == ["A", "B", "D", "C", "Z"]
    assert states(found)["Z"] == "added"
    assert states(found)["C"] == "failed"
    assert found.find(name("Z")).proposal is None


def test_an_added_name_that_the_rules_propose_later_stays_on_the_list():
    assert states(decided(PLAIN, ruling(1, "A", ADDED, reason="r")))["A"] == "confirmed"


def test_a_confirmed_name_that_is_no_longer_proposed_must_be_decided_again():
    found = decided(PLAIN, ruling(1, "C", CONFIRMED))
    assert states(found)["C"] == "undecided"
    assert name("C") in undecided_names(found)


def test_a_name_not_chosen_in_a_tie_that_is_no_more_is_nobodys_matter():
    assert "C" not in states(decided(PLAIN, ruling(1, "C", NOT_CHOSEN, None, reason="r")))


def test_a_name_not_chosen_that_is_now_proposed_outright_must_be_decided_again():
    assert states(decided(PLAIN, ruling(1, "A", NOT_CHOSEN, None, reason="r")))["A"] == "undecided"


def test_a_tie_has_as_many_places_as_its_note_says():
    assert find_ties(TIED) == (TieGroup("gold", "k", ("B", "C", "D"), 1),)
    assert find_ties(PLAIN) == ()
    assert find_ties(lists(2, "all", A=90, B=80, C=80)) == (), "all win: nothing is left to the committee"


@pytest.mark.parametrize(
    ("rulings", "open_", "left"),
    [
        ([], True, 1),
        ([ruling(1, "B", CHOSEN)], True, 0),  # C and D do not know
        ([ruling(1, "B", CHOSEN), ruling(2, "C", NOT_CHOSEN, None, reason="r")], True, 0),
        (
            [
                ruling(n, u, v, None, reason="r")
                for n, u, v in ((1, "B", CHOSEN), (2, "C", NOT_CHOSEN), (3, "D", NOT_CHOSEN))
            ],
            False,
            0,
        ),
        (
            [ruling(n, u, v, None, reason="r") for n, u, v in ((1, "B", CHOSEN), (2, "C", CHOSEN), (3, "D", NOT_CHOSEN))],
            True,
            -1,
        ),
        ([ruling(n, u, NOT_CHOSEN, None, reason="r") for n, u in ((1, "B"), (2, "C"), (3, "D"))], False, 1),  # left empty
        ([ruling(1, "B", CHOSEN, 5), ruling(2, "C", CHOSEN), ruling(3, "D", NOT_CHOSEN, None, reason="r")], False, 0),
    ],
)
def test_a_tie_is_resolved_once_every_unit_has_its_verdict_and_no_place_is_given_twice(rulings, open_, left):
    found = decided(TIED, *rulings)
    assert bool(undecided_ties(found)) is open_
    assert found.places_left(found.ties[0]) == left
    assert undecided_names(found) == (name("A"),), "tied names are the tie's matter"


def test_confirming_a_name_does_not_win_it_a_tie():
    found = decided(TIED, ruling(1, "B", CONFIRMED))
    assert found.find(name("B")).state is NameState.UNDECIDED


def test_officers_are_decided_on_like_units_and_apart_from_them():
    officer = name("A", officer="O1")
    verdict = Ruling(1, officer, CONFIRMED, ballot=Ballot(9), attendance=ALL_NINE)
    found = decide((*propose(PLAIN), Proposal(officer)), (), [verdict], RULE)
    assert found.find(officer).on_list
    assert found.find(name("A")).state is NameState.UNDECIDED


def test_a_name_nobody_spoke_of_is_undecided_and_not_proposed():
    stranger = decided(PLAIN).find(name("Q"))
    assert (stranger.state, stranger.proposal, stranger.ruling) == (NameState.UNDECIDED, None, None)
