"""Who answers for a criterion: terms day by day, who may name whom, and what the log keeps of it."""

from __future__ import annotations

from datetime import date

import pytest
from builders import act, put_campaign, put_offices
from people import put_each_role
from sqlalchemy import select

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.heads import Naming, may_name, name_head, show_heads
from tracker.services.seals import check_seals
from tracker.store.audit import ENTRY
from tracker.store.engine import reading

JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    put_campaign(engine, begins="2026-01-01", ends="2026-12-31")
    return engine


def name(engine, who: str, since: date, *, unit="A", seen=None, actor=OPERATOR) -> None:
    if seen is None:
        seen = show_heads(engine, "thi-dua", unit, OPERATOR).newest("ontime")
    naming = Naming("thi-dua", unit, "ontime", since, who, "Phó Chủ tịch" if who else "", seen)
    name_head(engine, naming, act(actor=actor))


def terms(engine) -> list[tuple[str, date, date | None]]:
    return [(head.name, head.since, head.until) for head in show_heads(engine, "thi-dua", "A", OPERATOR).of("ontime")]


def refused(work) -> str:
    with pytest.raises(RefusedError) as caught:
        work()
    return caught.value.problems[0].code


def test_the_next_head_ends_the_one_before_and_a_word_of_the_same_day_takes_its_place(office):
    name(office, "Ông An", JANUARY)
    assert terms(office) == [("Ông An", JANUARY, None)]
    name(office, "Bà Bình", JULY)
    assert terms(office) == [("Bà Bình", JULY, None), ("Ông An", JANUARY, date(2026, 6, 30))]
    name(office, "Ông Cường", JANUARY)
    assert terms(office) == [("Bà Bình", JULY, None), ("Ông Cường", JANUARY, date(2026, 6, 30))]
    name(office, "", date(2026, 10, 1))
    assert terms(office)[0] == ("Bà Bình", JULY, date(2026, 9, 30))
    heads = show_heads(office, "thi-dua", "A", OPERATOR)
    answering = {day: [head.name for head in heads.on(day).values()] for day in (date(2025, 12, 31), JANUARY, JULY)}
    assert list(answering.values()) == [[], ["Ông Cường"], ["Bà Bình"]]
    assert heads.on(date(2026, 10, 1)) == {}
    name(office, "Ông Cường", JULY)  # the same person goes on: one term, not two
    assert terms(office) == [("Ông Cường", JANUARY, date(2026, 9, 30))]
    with reading(office) as connection:
        assert check_seals(connection) == []
        log = "".join(connection.execute(select(ENTRY.c.payload)).scalars())
    assert not [word for word in ("Cường", "Bình", "Chủ tịch") if word in log], "names stay out of the log"


def test_what_cannot_be_meant_is_refused_and_of_two_at_once_one_is_told(office):
    assert refused(lambda: name(office, "", JANUARY)) == "head_unnamed"
    assert refused(lambda: name_head(office, Naming("thi-dua", "A", "ontime", JANUARY, " ", "Phó"), act())) == "head_unnamed"
    assert refused(lambda: name(office, "X" * 101, JANUARY)) == "text_too_long"
    assert refused(lambda: name(office, "Ông An", date(1800, 1, 1))) == "day_out_of_range"
    with pytest.raises(UsageError, match="unknown_criterion"):
        name_head(office, Naming("thi-dua", "A", "simpler", JANUARY, "Ông An", ""), act())
    name(office, "Ông An", JANUARY)
    assert refused(lambda: name(office, "Bà Bình", JULY, seen=0)) == "head_moved"


def test_a_unit_names_its_own_heads_and_the_committee_everybodys(office):
    name(office, "Ông An", JANUARY)
    name(office, "Bà Bê", JANUARY, unit="B")
    for role, actor in put_each_role(office).items():
        for unit in ("A", "B"):
            everywhere = role in ("committee", "chair")
            names = everywhere or (role == "unit" and unit == "A")
            sees = everywhere or role == "admin" or (role in ("unit", "clerk") and unit == "A")
            assert (show_heads(office, "thi-dua", unit, actor) is not None) == sees
            assert may_name(office, actor, unit) == names
            if names:
                name(office, f"Do {role}", JULY, unit=unit, actor=actor)
            else:
                with pytest.raises(DeniedError):
                    name(office, "Không ai", JULY, unit=unit, actor=actor)
