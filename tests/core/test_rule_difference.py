"""The difference between two rulebooks: whatever is written otherwise is said, in sentences, opposite what stood there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from core.make import WORDS, criterion, indicator, one, rulebook, table, tie_break
from core.test_describe import BOOK, PLAIN
from tracker.core.rule_difference import Kind, RuleDifference, compare_rulebooks
from tracker.core.rulebook import Rulebook, parse_rulebook
from tracker.text import LANGUAGES
from tracker.text.differences import name_place, say_pair

FILE = Path(__file__).parents[2] / "data" / "rulebooks" / "dak-nong-146.toml"
OFFICIAL = parse_rulebook(FILE.read_text("utf-8"), FILE.name)
BOOKS = {"official": OFFICIAL, "every kind of rule": BOOK, "plain": PLAIN}
# A value for what is not written in the book; a grade or criterion must exist, as the check of a rulebook sees to.
UNWRITTEN: dict[str, object] = {
    **dict.fromkeys(
        ("floor", "minimum", "cap", "max_share", "min_score", "below_score", "at_least", "at_most"), Fraction(3)
    ),
    **dict.fromkeys(("places", "min_volume"), 7),
    "share": Fraction(1, 7),
    "form": "Giấy khen",
    "missing_report": True,
    "denominator": ("received",),
    "numerator": ("posted",),
    "measure": "posted",
    "help": {"vi": "v", "en": "e"},
    "weight_note": {"vi": "v", "en": "e"},
}


def others(form: BaseModel, name: str, book: Rulebook) -> Iterator[object]:
    """Other values than the one of that field; a few at most."""
    value: Any = getattr(form, name)
    choices = literal(type(form).model_fields[name].annotation)
    if name in ("by", "measure") and value is not None:
        yield "days_late" if value != "days_late" else "received"
    elif name == "best_grade":
        yield from ({grade.code for grade in book.grade} | {None}) - {value}
    elif name in ("min_criterion", "criterion_below"):
        first = {book.criterion[0].code: Fraction(5, 3)}
        yield from (entry for entry in ((value or {}) | first, {}) if entry != (value or {}))
    elif choices:
        yield from (choice for choice in choices if choice != value)
    else:
        yield from plain_others(name, value)


def plain_others(name: str, value: Any) -> Iterator[object]:
    """The same for a field that may hold any value of its kind."""
    match value:
        case None:
            yield UNWRITTEN[name]
        case bool():
            yield not value
        case int():
            yield value + 1
        case Fraction():
            yield from (value + 1, value + Fraction(1, 10**9))
        case str():
            yield value + "x"
        case dict():
            yield from ({**value, key: f"{said}x"} for key, said in value.items())
            yield {**value, "more": "x"} if name == "documents" else {**value, "vi": "khác"}
        case tuple():
            yield from sequences(value)


def sequences(value: tuple[Any, ...]) -> Iterator[object]:
    if value and isinstance(value[0], str):
        yield (*value, "days_late")
        yield ("-" + value[0].removeprefix("-"), *value[1:]) if not value[0].startswith("-") else (value[0][1:], *value[1:])
    if len(value) > 1:
        yield value[1:]
        yield value[:-1]


def literal(annotation: object) -> tuple[object, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next((found for one in get_args(annotation) if (found := literal(one))), ())


def mutants(form: BaseModel, book: Rulebook) -> Iterator[tuple[str, BaseModel]]:
    """The form with one field otherwise, for every field at any depth."""
    for name in type(form).model_fields:
        value = getattr(form, name)
        if name in ("version", "kind"):
            continue
        for other in others(form, name, book):
            yield name, form.model_copy(update={name: other})
        if isinstance(value, BaseModel):
            yield from ((f"{name}.{at}", form.model_copy(update={name: other})) for at, other in mutants(value, book))
        if isinstance(value, tuple):
            for place, part in enumerate(value):
                if isinstance(part, BaseModel):
                    for at, other in mutants(part, book):
                        changed = (*value[:place], other, *value[place + 1 :])
                        yield f"{name}[{place}].{at}", form.model_copy(update={name: changed})


def sound(book: Rulebook) -> bool:
    """Whether what the book refers to is there: only such a book is ever kept."""
    codes = {criterion.code for criterion in book.criterion}
    grades = {grade.code for grade in book.grade} | {None}
    wanted = {code for award in book.award for code in award.min_criterion}
    wanted |= {code for rule in book.criticism for code in rule.criterion_below or ()}
    return wanted <= codes and {gate.best_grade for gate in book.gate} <= grades


def all_mutants(book: Rulebook) -> list[tuple[str, Rulebook]]:
    found = [(path, Rulebook.model_construct(**dict(other))) for path, other in mutants(book, book)]
    return [(path, other) for path, other in found if sound(other)]


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_a_rulebook_does_not_differ_from_itself_nor_from_its_next_version_with_the_same_rules(book):
    assert compare_rulebooks(book, book).changes == ()
    again = compare_rulebooks(book, book.model_copy(update={"version": 99}))
    assert (again.after, again.changes) == (f"{book.code}@99", ())


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_no_field_changes_unseen_and_both_languages_say_it(book):
    mutated = all_mutants(book)
    assert len(mutated) > 40
    unseen = []
    for path, other in mutated:
        for difference in (compare_rulebooks(book, other), compare_rulebooks(other, book)):
            if path == "code":
                assert difference.before != difference.after
            elif not difference.changes or not worded(difference):
                unseen.append(path)
    assert unseen == []


def worded(difference: RuleDifference) -> bool:
    """Every pair reads differently on its two sides, in either language."""
    return all(
        (said := say_pair(language, pair))[0] != said[1] and name_place(language, change)
        for language in LANGUAGES
        for change in difference.changes
        for pair in change.sentences
    )


def test_no_change_hides_behind_another_one():
    """Two rulebooks that differ never have the same difference from a third: nothing covers anything up."""
    chance = random.Random(20180601)
    for book in BOOKS.values():
        mutated = [(path, other) for path, other in all_mutants(book) if not idle(path, book, other)]
        for path, other in chance.sample(mutated, min(40, len(mutated))):
            for second, both in chance.sample(all_mutants(other), 5):
                if both != other and not idle(second, other, both) and both != book:
                    assert compare_rulebooks(book, both).changes != compare_rulebooks(book, other).changes, (path, second)


def idle(path: str, book: Rulebook, other: Rulebook) -> bool:
    """Whether all that is said is that nothing changes, or that the book's code did."""
    changes = compare_rulebooks(book, other).changes
    return path == "code" or "rule_change.spelling" in {
        one.key for change in changes for pair in change.sentences for one in pair if one is not None
    }


RATIO = 'kind = "ratio", numerator = ["received"], denominator = ["received"]'
PENALTY = 'kind = "penalty", incidents = ["done_late"], per = 0.25'


def sentences(difference: RuleDifference, language: str = "en") -> list[tuple[str, str, str | None, str | None]]:
    return [
        (change.kind.value, name_place(language, change), *say_pair(language, pair))
        for change in difference.changes
        for pair in change.sentences
    ]


def test_points_that_moved_stand_with_what_they_were():
    before = rulebook(criterion("c", 60, indicator("c.i", 60, RATIO)), criterion("d", 40, indicator("d.i", 40, PENALTY)))
    after = rulebook(criterion("c", 70, indicator("c.i", 70, RATIO)), criterion("d", 30, indicator("d.i", 30, PENALTY)))
    assert sentences(compare_rulebooks(before, after)) == [
        ("changed", "Criterion “e”", "Maximum: 60 points.", "Maximum: 70 points."),
        ("changed", "Indicator “e”, of criterion “e”", "Maximum: 60 points.", "Maximum: 70 points."),
        ("changed", "Criterion “e”", "Maximum: 40 points.", "Maximum: 30 points."),
        ("changed", "Indicator “e”, of criterion “e”", "Maximum: 40 points.", "Maximum: 30 points."),
        (
            "changed",
            "Indicator “e”, of criterion “e”",
            "40 points, less 10 for each of: cases done late; never below 0.",
            "30 points, less 7.5 for each of: cases done late; never below 0.",
        ),
    ]


def test_a_rule_that_came_and_one_that_went_are_told_with_all_their_sentences():
    plain = one(RATIO)
    gate = table("gate", "g", 'measure = "complaints_upheld"\nat_least = 1')
    added = compare_rulebooks(plain, one(RATIO, after=gate))
    (change,) = added.changes
    assert (change.kind, change.key, change.code) == (Kind.ADDED, "gate", "g")
    assert [pair[0] for pair in change.sentences] == [None, None]
    assert [statement.key for _, statement in change.sentences] == ["rule.gate.event", "rule.gate.no_award"]
    removed = compare_rulebooks(one(RATIO, after=gate), plain)
    assert removed.changes[0].kind is Kind.REMOVED
    assert [pair[1] for pair in removed.changes[0].sentences] == [None, None]


def test_an_indicator_that_moved_under_another_criterion_is_told_with_its_criteria():
    moved = indicator("i", 50, RATIO)
    before = rulebook(criterion("a", 100, moved, indicator("j", 50, RATIO)), criterion("b", 0, indicator("k", 0, RATIO)))
    after = rulebook(criterion("a", 50, indicator("j", 50, RATIO)), criterion("b", 50, indicator("k", 0, RATIO), moved))
    told = {(change.kind, change.code) for change in compare_rulebooks(before, after).changes}
    assert {(Kind.REMOVED, "i"), (Kind.ADDED, "i")} <= told


def test_the_order_of_tie_breaks_is_a_rule():
    before = one(RATIO, after=tie_break("c") + tie_break("days_late", "low"))
    after = one(RATIO, after=tie_break("days_late", "low") + tie_break("c"))
    ((kind, place, old, new),) = sentences(compare_rulebooks(before, after))
    assert (kind, place) == ("changed", "When scores are equal")
    assert old == "Order: e, working days late."
    assert new == "Order: working days late, e."


def test_a_sentence_stands_opposite_the_one_that_takes_its_place():
    before = one(RATIO, after='[on_time]\ncompare = "instant"\ncount_pause = true\n')
    after = one(RATIO, after='[on_time]\ncompare = "day"\ncount_pause = false\n')
    (change,) = compare_rulebooks(before, after).changes
    assert [(old.key, new.key) for old, new in change.sentences] == [
        ("rule.on_time.compare_instant", "rule.on_time.compare_day"),
        ("rule.on_time.pause_counts", "rule.on_time.pause_ignored"),
    ]


def test_a_title_is_told_once_and_not_again_wherever_it_is_mentioned():
    award = table("award", "first", "places = 1\nmin_criterion = {c = 10}")
    before = one(RATIO, after=award)
    after = titled(before, "c", "khác")
    assert [change.code for change in compare_rulebooks(before, after).changes] == ["c"]


def titled(book: Rulebook, code: str, title: str) -> Rulebook:
    found = tuple(
        one.model_copy(update={"title": {"vi": title, "en": "e"}}) if one.code == code else one for one in book.criterion
    )
    return Rulebook.model_construct(**{**dict(book), "criterion": found})


def test_figures_that_print_alike_are_told_exactly():
    before = one(RATIO + ", target = 0.9")
    after = one(RATIO + ", target = 0.900001")
    ((_, _, old, new),) = sentences(compare_rulebooks(before, after))
    assert old != new
    assert "target = 9/10" in old


def test_words_in_either_language_alone_are_told_in_both():
    before = one(RATIO, more=f"help = {WORDS}")
    after = one(RATIO, more='help = {vi = "v", en = "other"}')
    ((_, _, old, new),) = sentences(compare_rulebooks(before, after), "vi")
    assert (old, new) == ("Giải thích: v (tiếng Anh: e)", "Giải thích: v (tiếng Anh: other)")
