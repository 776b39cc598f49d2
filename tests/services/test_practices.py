"""The board of good practice: told by units, accepted by the committee, adopted by others; who sees what, and when."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from builders import COUNTING, act, put, put_campaign, put_offices
from lives import MEMBER, dossier, put_committee, take
from people import put_account, put_each_role

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.practices import (
    Adoption,
    NewPractice,
    State,
    Verdict,
    adopt_practice,
    judge_practice,
    list_practices,
    own_names,
    post_practice,
    withdraw_practice,
)
from tracker.services.recognition import list_offers
from tracker.services.seals import check_seals
from tracker.services.standings import Question, show_board
from tracker.services.steps import Step
from tracker.services.values import load_sheet, value_history
from tracker.store.engine import reading

TOLD = NewPractice("A", "Trả kết quả tại nhà", "Cán bộ mang kết quả đến nhà người cao tuổi.", "45 lượt trong quý I")


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B", "C")
    return engine


def account(engine, name: str, unit: str):
    return put_account(engine, name, Role.UNIT, Grant(frozenset({unit})))


def accepted(engine) -> int:
    number = post_practice(engine, TOLD, act())
    judge_practice(engine, Verdict(number, State.ACCEPTED, "QĐ 15/QĐ-HĐ"), act())
    return number


def refused(work) -> str:
    with pytest.raises(RefusedError) as caught:
        work()
    return caught.value.problems[0].code


def test_a_practice_is_told_accepted_and_adopted_and_every_word_is_sealed(office):
    a, b = account(office, "xa-a", "A"), account(office, "xa-b", "B")
    member = put_account(office, "thu-ky", Role.COMMITTEE)
    number = post_practice(office, TOLD, act(actor=a))
    assert [one.state for one in list_practices(office, a)] == [State.WAITING]
    assert list_practices(office, b) == ()
    judge_practice(office, Verdict(number, State.ACCEPTED, "QĐ 15/QĐ-HĐ"), act(actor=member))
    (one,) = list_practices(office, b)
    assert (one.state, one.verdict.note, one.verdict.made_by, one.adopted) == (State.ACCEPTED, "QĐ 15/QĐ-HĐ", "thu-ky", ())
    adopt_practice(office, Adoption(number, "B", True, "từ tháng 7"), act(actor=b))
    adopt_practice(office, Adoption(number, "B", True), act(actor=b))
    (one,) = list_practices(office, a)
    assert [(word.name, word.note) for word in one.adopted] == [("Đơn vị B", "từ tháng 7")]
    adopt_practice(office, Adoption(number, "B", False, seen=one.seen("B")), act(actor=b))
    assert list_practices(office, a)[0].adopted == ()
    with reading(office) as connection:
        assert check_seals(connection) == []


def test_what_is_not_accepted_is_withdrawn_or_refused_and_adopted_by_nobody(office):
    number = post_practice(office, TOLD, act())
    assert refused(lambda: adopt_practice(office, Adoption(number, "B", True), act())) == "practice_not_to_adopt"
    assert refused(lambda: judge_practice(office, Verdict(number, State.REFUSED, " "), act())) == "practice_unreasoned"
    withdraw_practice(office, number, 0, act())
    (one,) = list_practices(office, OPERATOR)
    assert (
        refused(lambda: judge_practice(office, Verdict(number, State.ACCEPTED, "x", one.verdict.id), act()))
        == "practice_gone"
    )
    other = accepted(office)
    assert refused(lambda: withdraw_practice(office, other, 0, act())) == "practice_accepted"
    assert refused(lambda: adopt_practice(office, Adoption(other, "A", True), act())) == "practice_not_to_adopt"
    assert refused(lambda: judge_practice(office, Verdict(other, State.REFUSED, "x"), act())) == "practice_moved"
    assert refused(lambda: post_practice(office, NewPractice("A", "Tên", " "), act())) == "practice_empty"
    with pytest.raises(UsageError):
        withdraw_practice(office, 99, 0, act())
    for work in (
        lambda: adopt_practice(office, Adoption(other, "KHONG-CO", True), act()),
        lambda: post_practice(office, NewPractice("KHONG-CO", "Tên", "Cách làm"), act()),
    ):
        with pytest.raises(UsageError, match="no_such_unit"):
            work()


def test_units_speak_for_themselves_and_only_the_committee_judges(office):
    number, waiting = accepted(office), post_practice(office, NewPractice("B", "Chờ", "Cách làm"), act())
    for role, actor in put_each_role(office).items():
        by, own, judges = act(actor=actor), role in ("unit", "clerk"), role in ("committee", "chair")
        sees = {number, waiting} if judges or role == "admin" else {number}
        shown = {one.id for one in list_practices(office, actor) if one.state is not State.WITHDRAWN}
        assert shown == sees
        assert set(own_names(office, actor)) == ({"A"} if own else set())
        for unit in ("A", "B"):
            if own and unit == "A":
                withdraw_practice(office, post_practice(office, NewPractice(unit, "x", "x"), by), 0, by)
                continue
            with pytest.raises(DeniedError):
                post_practice(office, NewPractice(unit, "x", "x"), by)
            with pytest.raises(DeniedError):
                adopt_practice(office, Adoption(number, unit, True), by)
        with pytest.raises(DeniedError):
            withdraw_practice(office, waiting, 0, by)
        if judges:
            assert list_offers(office, actor, by.today) == (), "there is no campaign yet"
        else:
            with pytest.raises(DeniedError):
                list_offers(office, actor, by.today)
            with pytest.raises(DeniedError):
                judge_practice(office, Verdict(waiting, State.ACCEPTED, "x"), by)


YEAR = {"measure": "khen.initiatives", "period_from": "2025-01-01", "period_to": "2025-12-31"}
IN_2025 = ("thi-dua", "2025")


@pytest.fixture
def counting(office):
    """A and B have one dossier each, done in time; A says that it has three initiatives."""
    put(office, "dossiers", *(dossier(unit, unit, "2025-02-01", "2025-02-10", "2025-02-09") for unit in ("A", "B")))
    put(office, "reported", {"unit": "A", **YEAR, "value": "3", "evidence": "BC 12"})
    put_campaign(office, begins="2024-01-01", ends="2026-12-31", every="year", rulebook=COUNTING)
    put_committee(office)
    return office


def told(engine, unit: str) -> int:
    return post_practice(engine, NewPractice(unit, f"Cách làm của {unit}", "x"), act())


def bonus(engine, unit: str) -> Fraction:
    board = show_board(engine, Question("thi-dua", "2025"), date(2026, 6, 30), OPERATOR)
    assert board.place(unit).score.total == 10 + dict(board.place(unit).score.extras)["bonus"]
    return dict(board.place(unit).score.extras)["bonus"]


def figures(engine, unit: str) -> tuple[object, ...]:
    value = next(one for one in load_sheet(engine, OPERATOR, IN_2025).values if one.unit == unit)
    return value.value, value.checked, value.decided, value.evidence


def newest(engine, practice: int) -> int:
    return next(one.verdict.id for one in list_practices(engine, OPERATOR) if one.id == practice)


def test_recognised_practices_are_the_figure_that_counts_and_give_its_points(counting):
    one, two, of_b = (told(counting, unit) for unit in ("A", "A", "B"))
    assert bonus(counting, "A") == Fraction(3, 2)
    assert bonus(counting, "B") == 0
    judge_practice(counting, Verdict(one, State.ACCEPTED, "QĐ 1", counts=IN_2025), act(actor=MEMBER))
    assert figures(counting, "A") == (3, 1, 1, "BC 12"), "two of the three that A says it has are not recognised"
    assert bonus(counting, "A") == Fraction(1, 2)
    judge_practice(counting, Verdict(two, State.ACCEPTED, "QĐ 2", counts=IN_2025), act(actor=MEMBER))
    judge_practice(counting, Verdict(of_b, State.ACCEPTED, "QĐ 3", counts=IN_2025), act(actor=MEMBER))
    assert (bonus(counting, "A"), bonus(counting, "B")) == (1, Fraction(1, 2))
    assert figures(counting, "B") == (1, 1, 1, "QĐ 3")
    said = value_history(counting, OPERATOR, IN_2025, ("A", *YEAR.values()))
    assert [(event.source, event.reason, event.figures["decided"]) for event in said[1:]] == [
        ("appraisal", "Cách làm của A: QĐ 1", "1"),
        ("appraisal", "Cách làm của A: QĐ 2", "2"),
    ]
    judge_practice(counting, Verdict(one, State.REFUSED, "Rút lại", newest(counting, one)), act(actor=MEMBER))
    assert bonus(counting, "A") == Fraction(1, 2)
    judge_practice(counting, Verdict(of_b, State.ACCEPTED, "Không tính", newest(counting, of_b)), act(actor=MEMBER))
    assert (bonus(counting, "B"), figures(counting, "B")) == (0, (1, 0, 0, "QĐ 3"))
    with reading(counting) as connection:
        assert check_seals(connection) == []


def test_nothing_counts_in_a_settled_period_or_where_the_rules_have_no_such_figure(counting):
    one, two = told(counting, "A"), told(counting, "A")
    judge_practice(counting, Verdict(one, State.ACCEPTED, "QĐ 1", counts=IN_2025), act())
    assert {offer.counted.period for offer in list_offers(counting, MEMBER, date(2025, 7, 1))} == {"2024", "2025"}
    take(counting, Step.FREEZE)
    for work in (
        Verdict(two, State.ACCEPTED, "QĐ 2", counts=IN_2025),
        Verdict(one, State.REFUSED, "Rút lại", newest(counting, one)),
        Verdict(one, State.ACCEPTED, "QĐ 1", newest(counting, one), ("thi-dua", "2026")),
    ):
        assert refused(lambda: judge_practice(counting, work, act())) == "practice_period_closed"  # noqa: B023 (called at once)
    assert [one.state for one in list_practices(counting, OPERATOR)] == [State.WAITING, State.ACCEPTED]
    assert bonus(counting, "A") == Fraction(1, 2), "what was refused has left nothing behind"
    assert {offer.counted.period for offer in list_offers(counting, MEMBER, date(2026, 6, 30))} == {"2024", "2026"}
    put_campaign(counting, "khac", begins="2025-01-01", ends="2025-12-31")
    assert refused(lambda: judge_practice(counting, Verdict(two, State.ACCEPTED, "x", counts=("khac", "khac")), act())) == (
        "practice_counts_nowhere"
    )


def test_a_practice_is_not_counted_across_a_span_reported_otherwise(counting):
    put(counting, "reported", {"unit": "B", **YEAR, "period_to": "2025-06-30", "value": "1"})
    verdict = Verdict(told(counting, "B"), State.ACCEPTED, "QĐ 1", counts=IN_2025)
    assert refused(lambda: judge_practice(counting, verdict, act())) == "overlap_stored"
