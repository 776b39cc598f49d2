"""What the product says to people: keys with exact arguments become sentences in Vietnamese or English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from tracker.core.problems import Place, Problem, UsageError
from tracker.core.terms import Statement
from tracker.text.catalogue import LANGUAGES, Language, message
from tracker.text.numbers import day, moment, number


def say(language: Language, key: str, /, **args: object) -> str:
    """The words of a key, its placeholders filled; KeyError for an unknown key or a missing argument.

    Numbers and dates are written the language's way, text goes in letter for letter, lists are joined by commas and
    titles are picked by language. An integer `n` chooses the plural form.
    """
    n = args.get("n")
    words = message(language, key, n if isinstance(n, int) else None)
    return words.format_map({name: _show(language, value) for name, value in args.items()})


def say_statement(language: Language, statement: Statement) -> str:
    """The sentence for what the core says."""
    return say(language, statement.key, **statement.args)


def say_problem(language: Language, problem: Problem) -> str:
    """Where it is, what is wrong and what to do, as one line."""
    known = {"value": problem.value or "", "column": problem.place.column or "", "file": problem.place.file}
    what = say(language, f"problem.{problem.code}", **{**known, **problem.args})
    where = _say_place(language, problem.place)
    return f"{where}: {what}" if where else what


def say_usage(language: Language, error: UsageError) -> str:
    """What was wrong with the question and what to ask instead."""
    return say(language, f"usage.{error.code}", **error.args_by_name)


def pick(language: Language, titles: Mapping[str, str]) -> str:
    """The title in that language, else in another it has, else nothing."""
    return next((titles[code] for code in (language, *LANGUAGES) if titles.get(code)), "")


def _say_place(language: Language, place: Place) -> str:
    parts = {"file": place.file or None, "sheet": place.sheet, "row": place.row, "column": place.column}
    said = [say(language, f"place.{name}", value=str(part)) for name, part in parts.items() if part is not None]
    line = ", ".join(said)
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
