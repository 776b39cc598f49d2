"""Words, numbers, dates and alphabetical order in Vietnamese and English; knows no screen."""

from tracker.text.catalogue import LANGUAGES, Language
from tracker.text.numbers import day, moment, number, percent
from tracker.text.order import collation_key, search_key
from tracker.text.speech import name_measure, pick, say, say_fault, say_problem, say_statement, say_usage

__all__ = [
    "LANGUAGES",
    "Language",
    "collation_key",
    "day",
    "moment",
    "name_measure",
    "number",
    "percent",
    "pick",
    "say",
    "say_fault",
    "say_problem",
    "say_statement",
    "say_usage",
    "search_key",
]
