"""Ballots worked out by hand: quorum and majority at their edges, by members present and by all members."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tracker.core.voting import (
    Attendance,
    Ballot,
    Outcome,
    VotingRule,
    count_vote,
    fits,
    has_quorum,
    needed_present,
    needed_votes,
    say_quorum,
)

TWO_THIRDS = Fraction(2, 3)
RULE = VotingRule(TWO_THIRDS, TWO_THIRDS)
OF_ALL = VotingRule(TWO_THIRDS, TWO_THIRDS, "members")


def outcome(rule: VotingRule, present: int, members: int, votes: int, against: int = 0) -> str:
    return count_vote(rule, Attendance(present, members), Ballot(votes, against)).outcome.value


@pytest.mark.parametrize(
    ("quorum", "members", "needed"),
    [
        (TWO_THIRDS, 9, 6),  # exactly
        (TWO_THIRDS, 10, 7),  # 6.67
        (TWO_THIRDS, 1, 1),
        (Fraction(3, 4), 9, 7),  # 6.75
        (Fraction(1, 2), 9, 5),  # 4.5
        (Fraction(1), 9, 9),
    ],
)
def test_a_quorum_is_the_least_whole_number_of_members_that_reaches_the_share(quorum, members, needed):
    rule = VotingRule(quorum, TWO_THIRDS)
    assert needed_present(rule, members) == needed
    assert has_quorum(rule, Attendance(needed, members))
    assert not has_quorum(rule, Attendance(needed - 1, members))


def test_two_thirds_of_nine_members_are_six_and_five_are_no_quorum_even_if_unanimous():
    assert outcome(RULE, 6, 9, 6) == "passed"
    assert outcome(RULE, 5, 9, 5) == "no_quorum"


@pytest.mark.parametrize(
    ("present", "votes", "expected"),
    [
        (9, 6, "passed"),  # 6/9 = 2/3, exactly enough
        (9, 5, "failed"),
        (7, 5, "passed"),  # 4.67 needed
        (7, 4, "failed"),
        (8, 6, "passed"),  # 5.33 needed
        (8, 5, "failed"),
        (6, 4, "passed"),
        (6, 3, "failed"),
    ],
)
def test_votes_are_counted_against_the_members_present(present, votes, expected):
    assert outcome(RULE, present, 9, votes) == expected


@pytest.mark.parametrize(("votes", "expected"), [(6, "passed"), (5, "failed")])
def test_votes_can_be_counted_against_all_members_instead(votes, expected):
    # 6 of 7 present vote for: 2/3 of all 9 members are 6.
    assert outcome(OF_ALL, 7, 9, votes) == expected


def test_blank_and_missing_papers_count_like_votes_against():
    assert count_vote(RULE, Attendance(9, 9), Ballot(5, 0, 4)).outcome is Outcome.FAILED
    assert count_vote(RULE, Attendance(9, 9), Ballot(5)).outcome is Outcome.FAILED


def test_a_share_of_nine_tenths_of_ten_is_nine():
    rule = VotingRule(TWO_THIRDS, Fraction(9, 10))
    assert outcome(rule, 10, 10, 9) == "passed"
    assert outcome(rule, 10, 10, 8) == "failed"


def test_nobody_passes_without_a_vote():
    rule = VotingRule(Fraction(0), Fraction(0))
    assert needed_votes(rule, Attendance(3, 9)) == 1
    assert outcome(rule, 3, 9, 0) == "failed"


@pytest.mark.parametrize(
    ("ballot", "fitting"),
    [
        (Ballot(4, 2, 1), True),
        (Ballot(7), True),
        (Ballot(0), True),
        (Ballot(5, 2, 1), False),  # eight papers of seven people
        (Ballot(8), False),
        (Ballot(-1, 2), False),
        (Ballot(1, -1), False),
        (Ballot(1, 1, -1), False),
    ],
)
def test_no_more_papers_can_be_cast_than_members_came(ballot, fitting):
    assert fits(ballot, Attendance(7, 9)) is fitting


def test_a_vote_says_why_with_its_figures():
    vote = count_vote(RULE, Attendance(7, 9), Ballot(5, 2))
    assert (vote.why.key, dict(vote.why.args)) == (
        "ballot.passed_present",
        {"votes": 5, "of": 7, "needed": 5, "share": "2/3"},
    )
    assert count_vote(OF_ALL, Attendance(7, 9), Ballot(5)).why.key == "ballot.failed_members"
    missing = count_vote(RULE, Attendance(5, 9), Ballot(5)).why
    assert missing == say_quorum(RULE, Attendance(5, 9))
    assert (missing.key, missing.args["needed"]) == ("meeting.no_quorum", 6)
    assert say_quorum(RULE, Attendance(6, 9)).key == "meeting.quorum"
