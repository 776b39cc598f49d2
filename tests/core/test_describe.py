"""Every rule, every line and every name on a list can be said: a key with exactly the arguments its sentence needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import pytest

from core.make import EVERY_ROW, WORDS, criterion, facts, indicator, one, rulebook, table, tie_break
from tracker.core.describe import STATEMENT_KEYS, Section, describe_rulebook, explain_line
from tracker.core.lists import propose_lists
from tracker.core.ranking import rank_units
from tracker.core.scoring import score_unit
from tracker.core.terms import Statement

FORMULAS = {
    "ratio": 'kind = "ratio", numerator = ["m"], denominator = ["received", "-carried"], target = 0.9, floor = 0.2',
    "strict": 'kind = "ratio", numerator = ["m"], denominator = ["received"], strict = true',
    "bands": 'kind = "bands", numerator = ["m"], denominator = ["received"], bands = [{at_least = 1, share = 0.5}]',
    "plain": 'kind = "bands", numerator = ["m"], bands = [{at_least = 1, share = 0.5}]',
    "penalty": 'kind = "penalty", incidents = ["m"], per = 0.25',
    "count": 'kind = "count", items = ["m"], per = 0.1',
    "parts": (
        'kind = "all_of", parts = [{measure = "m", at_least = 1}, {measure = "posted", at_most = 9}, '
        '{measure = "carried", at_least = 0, at_most = 3}]'
    ),
    "linear": 'kind = "linear", numerator = ["m"], denominator = ["received"], lo = 0, hi = 1',
    "lower": 'kind = "linear", measure = "m", lo = 5, hi = 0',
}
POLICIES = ['if_not_applicable = "full"', 'if_not_applicable = "zero"\nif_missing = "zero"', 'needs = "postings"']
NOTES = f"help = {WORDS}\nweight_note = {WORDS}"
BOOK = rulebook(
    criterion(
        "c",
        90,
        *(
            indicator(code, 10, formula, (POLICIES[place % 3] if place < 5 else "") + ("\n" + NOTES if place == 1 else ""))
            for place, (code, formula) in enumerate(FORMULAS.items())
        ),
        more="minimum = 20",
    ),
    criterion("d", 10, indicator("d.i", 10, 'kind = "ratio", numerator = ["posted"], denominator = ["procedures"]')),
    table("extra", "plus", 'measure = "m"\nper = 0.5\ncap = 2'),
    table("extra", "minus", 'measure = "done_late"\nper = -1'),
    table("gate", "g", 'measure = "complaints_upheld"\nat_least = 1\nbest_grade = "low"'),
    table("grade", "top", "at_least = 60\nmax_share = 0.5") + table("grade", "low", "at_least = 0"),
    tie_break("m") + tie_break("c", "low"),
    table(
        "award",
        "all",
        'places = 1\nform = "x"\nboundary_tie = "all"\nmin_score = 1\nmin_criterion = {c = 30}\nmin_volume = 1',
    ),
    table("award", "committee", "share = 0.1") + table("award", "none", 'places = 1\nboundary_tie = "none"'),
    table("criticism", "low", 'below_score = 90\nlevel = "criticise"'),
    table("criticism", "c", 'criterion_below = {c = 80}\nlevel = "self_review"'),
    table("criticism", "event", 'measure = "complaints_upheld"\nat_least = 1\nlevel = "criticise"'),
    table("criticism", "silent", 'missing_report = true\nlevel = "criticise"'),
    reported=["m"],
)
PLAIN = rulebook(
    criterion("c", 100, indicator("i", 100, FORMULAS["ratio"])),
    reported=["m"],
    more='[on_time]\ncompare = "day"\nend = "returned"\ncount_pause = false\nlate_after_supplements = 0\n'
    'extension_counts = true\nended_without_result = "excluded"\n',
)
UNITS = [
    facts("A", received=10, m=3, posted=2, procedures=2, complaints_upheld=1),
    facts("B", received=10, m=3, posted=2, procedures=2),
    facts("C", received=10, m=3, posted=2, procedures=2),
    facts("D", received=10, m=1, posted=20, procedures=20),
    facts("E", received=10, m=10, posted=2, procedures=2, done_late=30),
    facts("F", received=0, m=0, posted=0, procedures=0),
    facts("G", received=10, m=None),
    facts("H", rows={}, m=None),
    facts("I", received=100, m="0.5", rows={**EVERY_ROW, "postings": 0}),
]


def statements(sections: Iterable[Section]) -> Iterator[Statement]:
    for section in sections:
        yield from section.statements
        yield from statements(section.items)


def everything_said() -> list[Statement]:
    said = [*statements(describe_rulebook(BOOK)), *statements(describe_rulebook(PLAIN))]
    by_code = {unit.unit: unit for unit in UNITS}
    scores = [score_unit(BOOK, unit) for unit in UNITS]
    said += [explain_line(BOOK, line) for score in scores for part in score.criteria for line in part.lines]
    found = propose_lists(BOOK, rank_units(BOOK, scores), by_code)
    said += [reason for item in (*found.reward, *found.criticism) for reason in item.reasons]
    return said + [out.reason for out in found.ruled_out]


SAID = everything_said()


@pytest.mark.parametrize("statement", {item.key: item for item in SAID}.values(), ids=lambda item: item.key)
def test_a_statement_is_one_that_has_words_and_carries_what_they_need(statement: Statement) -> None:
    assert all(set(item.args) == set(STATEMENT_KEYS[item.key]) for item in SAID if item.key == statement.key)


def test_every_kind_of_rule_and_reason_is_said_by_this_rulebook() -> None:
    elsewhere = {
        *("reward.tie_committee", "reward.tie_break", "reward.tie_all", "reward.criterion_full"),  # test_lists
        *("ruled_out.floor", "ruled_out.min_volume", "ruled_out.min_criterion", "ruled_out.incomplete"),  # test_lists
        *("why.ratio_at_strict_target", "why.ratio_below_floor", "why.bands_below", "why.missing_zero"),  # below
        *("why.pending_tallies", "why.missing_zero_tallies"),  # below
        *("meeting.quorum", "meeting.no_quorum"),  # test_voting
        *(f"ballot.{outcome}_{base}" for outcome in ("passed", "failed") for base in ("present", "members")),  # test_voting
    }
    assert set(STATEMENT_KEYS) - {item.key for item in SAID} <= elsewhere


@pytest.mark.parametrize(
    ("formula", "m", "key", "shown"),
    [
        ("ratio", 45, "why.ratio", {"numerator": 45, "denominator": 100, "value": Fraction(9, 20), "points": 50}),
        ("ratio", 95, "why.ratio_reached", {"numerator": 95, "target": Fraction(9, 10), "points": 100}),
        ("ratio", 19, "why.ratio_below_floor", {"floor": Fraction(1, 5), "points": 0}),
        ("strict", 100, "why.ratio_at_strict_target", {"target": 1, "points": Fraction(9999, 100)}),
        ("bands", 100, "why.bands", {"at_least": 1, "share": Fraction(1, 2), "points": 50}),
        ("bands", 99, "why.bands_below", {"lowest": 1, "points": 0}),
        ("penalty", 0, "why.penalty_clean", {"points": 100}),
        ("penalty", 2, "why.penalty", {"numerator": 2, "each": 25, "points": 50}),
        ("count", 3, "why.count", {"numerator": 3, "each": 10, "points": 30}),
        ("parts", 1, "why.all_of_met", {"denominator": 3, "points": 100}),
        ("parts", 0, "why.all_of_failed", {"numerator": 2, "denominator": 3, "points": 0}),
        ("lower", 4, "why.linear", {"value": 4, "lo": 5, "hi": 0, "points": 20}),
        ("ratio", None, "why.pending", {"needs": None, "measures": ("m",), "points": 0, "out_of": 100}),
    ],
)
def test_a_line_says_why_it_has_its_points(formula: str, m: object, key: str, shown: dict[str, object]) -> None:
    book = one(FORMULAS[formula], reported=["m"])
    statement = explain_line(book, score_unit(book, facts(received=100, m=m)).line("i"))
    assert statement.key == key
    assert set(statement.args) == set(STATEMENT_KEYS[key])
    assert {name: statement.args[name] for name in shown} == shown


def test_a_line_paid_nothing_for_a_missing_report_says_what_is_missing() -> None:
    book = one(FORMULAS["penalty"], more='needs = "feedback"\nif_missing = "zero"', reported=["m"])
    statement = explain_line(book, score_unit(book, facts(rows={"dossiers": 1}, m=0)).line("i"))
    assert (statement.key, statement.args["needs"]) == ("why.missing_zero", "feedback")


@pytest.mark.parametrize(("more", "key"), [("", "why.pending_tallies"), ('if_missing = "zero"', "why.missing_zero_tallies")])
def test_a_line_on_what_tallies_do_not_say_names_it(more: str, key: str) -> None:
    book = one("kind = 'penalty', incidents = ['done_late', 'days_late'], per = 0.1", more=more)
    unit = facts(rows={"dossiers": 1, "tallies": 1}, done_late=0, days_late=None)
    statement = explain_line(book, score_unit(book, unit).line("i"), unit)
    assert (statement.key, statement.args["measures"]) == (key, ("days_late",))
    assert set(statement.args) == set(STATEMENT_KEYS[key])


def test_the_rules_come_with_their_points_and_their_basis() -> None:
    sections = describe_rulebook(BOOK)
    heading = next(section for section in sections if section.code == "c")
    assert (heading.points, heading.items[0].code, heading.items[0].basis) == (90, "ratio", "b")
    ratio = heading.items[0].statements[0]
    assert ratio.args["denominator"] == ("received", "-carried")
    assert ratio.args["names"] == {"m": {"vi": "v", "en": "e"}}
