"""The difference between two rulebooks in words: where it is, what stood there and what stands there now."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.core.rule_difference import Change, Pair
from tracker.core.terms import Statement
from tracker.text.catalogue import Language
from tracker.text.speech import name_measure, pick, say, say_statement


def name_place(language: Language, change: Change) -> str:
    """Which part of the rules it is: its kind, its title and, for an indicator, its criterion."""
    kind = say(language, f"section.{change.key}")
    title = pick(language, change.title) if change.title else _name_code(language, change)
    named = say(language, "rule_change.place", kind=kind, title=title) if title and title != kind else kind
    within = pick(language, change.within) if change.within else ""
    return say(language, "rule_change.within", place=named, criterion=within) if within else named


def say_pair(language: Language, pair: Pair) -> tuple[str | None, str | None]:
    """The old and the new sentence, None where there is none; exact figures are added where both would read the same."""
    old, new = pair
    said = tuple(None if one is None else _sentence(language, one) for one in pair)
    if old is None or new is None or said[0] != said[1]:
        return said[0], said[1]
    return _exactly(language, old, new), _exactly(language, new, old)


def _name_code(language: Language, change: Change) -> str:
    if change.code is not None and change.key == "tie_break":
        titles = [one.args["title"] for pair in change.sentences for one in pair if one is not None and "title" in one.args]
        title = next((title for title in titles if isinstance(title, Mapping)), None)
        return pick(language, title) if title else name_measure(language, change.code, {})
    return change.code or ""


def _sentence(language: Language, statement: Statement) -> str:
    said = say_statement(language, statement)
    return said[:1].upper() + said[1:]  # a sentence that begins with the name of a measure begins with a small letter


def _exactly(language: Language, statement: Statement, other: Statement) -> str:
    figures = [f"{name} = {value}" for name, value in statement.args.items() if other.args.get(name) != value]
    return say(language, "rule_change.exactly", sentence=_sentence(language, statement), figures="; ".join(figures))
