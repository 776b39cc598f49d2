"""What the product says to people: keys with exact arguments become sentences in Vietnamese or English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import cast

from tracker.core.problems import Place, Problem, UsageError
from tracker.core.rounding import round_half_up
from tracker.core.terms import Statement
from tracker.text.catalogue import LANGUAGES, Language, message
from tracker.text.numbers import day, moment, number, percent

_SHORT_PLACES = 2
_COLUMNS = ("suggested",)
_OWN_WORD = re.compile(r"(?:cụm(?: thi đua)?|cluster)\s+(?=\S)", re.IGNORECASE)
_SUMMED = ("numerator", "denominator", "incidents", "items")


@dataclass(frozen=True, slots=True)
class _Argument:
    """A value on its way into a sentence, written the language's way.

    `{year:raw}` gives bare digits, `{target:percent}` a percentage, `{points:short}` at most two decimals,
    `{cluster:bare}` a cluster's name without the word "cluster", which stands before it already.
    """

    language: Language
    value: object

    def __format__(self, spec: str) -> str:
        if spec == "raw":
            return str(self.value)
        if spec == "bare":
            return _bare(_show(self.language, self.value))
        if spec and isinstance(self.value, int | Fraction | Decimal):
            short = round_half_up(Fraction(self.value), _SHORT_PLACES)
            return percent(self.language, self.value) if spec == "percent" else number(self.language, short)
        return _show(self.language, self.value)


def _bare(name: str) -> str:
    own = _OWN_WORD.match(name)
    return name[own.end() :] if own else name


def say(language: Language, key: str, /, **args: object) -> str:
    """The words of a key, its placeholders filled; KeyError for an unknown key or a missing argument.

    Numbers and dates are written the language's way, text goes in letter for letter, lists are joined by commas and
    titles are picked by language. An integer `n` chooses the plural form.
    """
    n = args.get("n")
    words = message(language, key, n if isinstance(n, int) else None)
    return words.format_map({name: _Argument(language, value) for name, value in args.items()})


def say_statement(language: Language, statement: Statement) -> str:
    """The sentence for what the core says; reported measures are named by the rulebook, counted ones by the catalogue."""
    return say(language, statement.key, **_named(language, statement.args))


def say_problem(language: Language, problem: Problem) -> str:
    """Where it is, what is wrong and what to do, as one line."""
    what, where = _say_what(language, problem), _say_place(language, problem.place)
    return _capital(f"{where}: {what}" if where else what)


def say_fault(language: Language, problem: Problem) -> str:
    """What is wrong and what to do, for where its place is shown beside it."""
    return _capital(_say_what(language, problem))


def _say_what(language: Language, problem: Problem) -> str:
    known = {"value": problem.value or "", "column": problem.place.column or "", "file": problem.place.file}
    return say(language, f"problem.{problem.code}", **{**known, **_in_words(language, problem.args)})


def say_usage(language: Language, error: UsageError) -> str:
    """What was wrong with the question and what to ask instead."""
    return say(language, f"usage.{error.code}", **_in_words(language, error.args_by_name))


def name_measure(language: Language, measure: str, titles: Mapping[str, Mapping[str, str]]) -> str:
    """The measure's title in the rulebook if it is a reported one, else its name in the catalogue."""
    return pick(language, titles[measure]) if measure in titles else message(language, f"measure.{measure}")


def pick(language: Language, titles: Mapping[str, str]) -> str:
    """The title in that language, else in another it has, else nothing."""
    return next((titles[code] for code in (language, *LANGUAGES) if titles.get(code)), "")


def _named(language: Language, args: Mapping[str, object]) -> dict[str, object]:
    """The arguments with measures, sums of measures and case files put into words."""
    titles = cast(Mapping[str, Mapping[str, str]], args.get("names", {}))
    named = dict(args)
    if "measure" in args and "names" in args:
        named["measure"] = name_measure(language, str(args["measure"]), titles)
    if "by" in args and args["title"] is None:
        named["title"] = name_measure(language, str(args["by"]), titles)
    for key in _SUMMED:
        if isinstance(terms := args.get(key), tuple):
            named[key] = _say_sum(language, terms, titles)
    if args.get("needs"):
        named["needs"] = message(language, f"kind.{args['needs']}")
    if "measures" in args:
        measures = [name_measure(language, measure, titles) for measure in cast(tuple[str, ...], args["measures"])]
        named["measures"] = ", ".join(([str(named["needs"])] if args["needs"] else []) + measures)
    return named


def _say_sum(language: Language, terms: Sequence[str], titles: Mapping[str, Mapping[str, str]]) -> str:
    """Terms as a sum, "-done_late" being taken away; in brackets if there are several."""
    said = ""
    for term in terms:
        sign = " − " if term.startswith("-") else " + "
        said += (sign if said else sign.strip(" +")) + name_measure(language, term.removeprefix("-"), titles)
    return f"({said})" if len(terms) > 1 else said


def _in_words(language: Language, args: Mapping[str, object]) -> dict[str, object]:
    """The arguments with those that are codes of the product's own (a kind, a verb) put into words."""
    return {name: _word(language, name, value) if isinstance(value, str) else value for name, value in args.items()}


def _word(language: Language, name: str, code: str) -> str:
    try:
        return message(language, f"column.{code}" if name in _COLUMNS else f"word.{name}.{code}")
    except KeyError:
        return code


def _say_place(language: Language, place: Place) -> str:
    parts = {"file": place.file or None, "sheet": place.sheet, "row": place.row, "column": place.column}
    return ", ".join(say(language, f"place.{name}", value=str(part)) for name, part in parts.items() if part is not None)


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]


def _show(language: Language, value: object) -> str:
    """One argument as text; bool before int and datetime before date, because the one is also the other."""
    shown: str
    match value:
        case None:
            shown = message(language, "value.none")
        case bool():
            shown = message(language, "value.yes" if value else "value.no")
        case Enum():
            shown = str(value.value)
        case int() | Fraction() | Decimal():
            shown = number(language, value)
        case datetime():
            shown = moment(language, value)
        case date():
            shown = day(language, value)
        case Statement():
            shown = say_statement(language, value)
        case Mapping():
            shown = pick(language, value)
        case list() | tuple():
            shown = ", ".join(_show(language, item) for item in value)
        case _:
            shown = str(value)
    return shown
