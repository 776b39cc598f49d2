"""The board of good practice: told by units, accepted by the committee, adopted by others; who sees what, and when."""

from __future__ import annotations

import pytest
from builders import act, put_offices
from people import put_account, put_each_role

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.practices import (
    Adoption,
    NewPractice,
    State,
    adopt_practice,
    judge_practice,
    list_practices,
    own_names,
    post_practice,
    withdraw_practice,
)
from tracker.services.seals import check_seals
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
    judge_practice(engine, number, State.ACCEPTED, "QĐ 15/QĐ-HĐ", 0, act())
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
    judge_practice(office, number, State.ACCEPTED, "QĐ 15/QĐ-HĐ", 0, act(actor=member))
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
    assert refused(lambda: judge_practice(office, number, State.REFUSED, " ", 0, act())) == "practice_unreasoned"
    withdraw_practice(office, number, 0, act())
    (one,) = list_practices(office, OPERATOR)
    assert refused(lambda: judge_practice(office, number, State.ACCEPTED, "x", one.verdict.id, act())) == "practice_gone"
    other = accepted(office)
    assert refused(lambda: withdraw_practice(office, other, 0, act())) == "practice_accepted"
    assert refused(lambda: adopt_practice(office, Adoption(other, "A", True), act())) == "practice_not_to_adopt"
    assert refused(lambda: judge_practice(office, other, State.REFUSED, "x", 0, act())) == "practice_moved"
    assert refused(lambda: post_practice(office, NewPractice("A", "Tên", " "), act())) == "practice_empty"
    with pytest.raises(UsageError):
        withdraw_practice(office, 99, 0, act())


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
        if not judges:
            with pytest.raises(DeniedError):
                judge_practice(office, waiting, State.ACCEPTED, "x", 0, by)
