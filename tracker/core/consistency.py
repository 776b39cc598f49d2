"""What a rulebook's shape cannot say: points that add up, codes and measures that exist, steps that descend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from tracker.core.measures import COUNTED
from tracker.core.problems import Problem
from tracker.core.tomlform import Path, Source

if TYPE_CHECKING:
    from tracker.core.rulebook import Award, CriticismRule, Formula, Rulebook

    # Yielded by each check; the source turns it into a problem with a line.
    Finding = tuple[str, Path, object, dict[str, object]]


# Every problem a rulebook or its examples can have, with the names of its arguments; `tracker.text` has the words.
# `expected`: number, not_negative, positive, share, integer, text, code, words, yes_no, table, list, not_empty,
# smaller, other. `kind` of an unknown code: criterion, grade, tie_break, case_file. `keys`, `choices`: a list as text.
PROBLEM_ARGS: Mapping[str, tuple[str, ...]] = {
    "rulebook-syntax": ("detail", "character"),
    "rulebook-unknown-key": ("key",),
    "rulebook-missing-key": ("key",),
    "rulebook-bad-choice": ("choices",),
    "rulebook-wrong-value": ("expected",),
    "rulebook-points-total": ("sum", "expected"),
    "rulebook-points-criterion": ("criterion", "sum", "expected"),
    "rulebook-out-of-reach": ("minimum", "points"),
    "rulebook-duplicate-code": ("code",),
    "rulebook-counted-measure": ("measure",),
    "rulebook-unknown-measure": ("measure",),
    "rulebook-unknown-code": ("code", "kind"),
    "rulebook-not-descending": ("value", "above"),
    "rulebook-linear-flat": (),
    "rulebook-one-of": ("keys",),
    "rulebook-one-criterion": (),
    "rulebook-example": ("example", "unit", "what", "expected", "got"),
}


def find_inconsistencies(rulebook: Rulebook, source: Source) -> list[Problem]:
    """Every contradiction within a rulebook whose shape is right."""
    checks = (_sums, _duplicates, _reported, _indicators, _gates, _grades, _tie_breaks, _awards, _criticisms)
    return [source.problem(code, path, value, **args) for check in checks for code, path, value, args in check(rulebook)]


def _known(rulebook: Rulebook) -> frozenset[str]:
    return frozenset((*COUNTED, *rulebook.reported_measures()))


def _unknown_measures(rulebook: Rulebook, names: Iterable[str], path: Path) -> Iterator[Finding]:
    known = _known(rulebook)
    for name in names:
        if name not in known:
            yield "rulebook-unknown-measure", path, name, {"measure": name}


def _unknown_criteria(rulebook: Rulebook, names: Iterable[str], path: Path) -> Iterator[Finding]:
    codes = {criterion.code for criterion in rulebook.criterion}
    for name in names:
        if name not in codes:
            yield "rulebook-unknown-code", (*path, name), name, {"code": name, "kind": "criterion"}


def _sums(rulebook: Rulebook) -> Iterator[Finding]:
    total = sum((criterion.points for criterion in rulebook.criterion), Fraction(0))
    if total != rulebook.total:
        yield "rulebook-points-total", ("total",), None, {"sum": total, "expected": rulebook.total}
    for place, criterion in enumerate(rulebook.criterion):
        points = sum((indicator.points for indicator in criterion.indicator), Fraction(0))
        path: Path = ("criterion", place, "points")
        if points != criterion.points:
            args = {"criterion": criterion.code, "sum": points, "expected": criterion.points}
            yield "rulebook-points-criterion", path, None, args
        if criterion.minimum is not None and criterion.minimum > criterion.points:
            args = {"minimum": criterion.minimum, "points": criterion.points}
            yield "rulebook-out-of-reach", ("criterion", place, "minimum"), criterion.minimum, args


def _duplicates(rulebook: Rulebook) -> Iterator[Finding]:
    """Codes said twice: criteria, indicators and measures share their names, as tie-breaks speak of all three."""
    scored: list[tuple[str, Path]] = []
    for place, criterion in enumerate(rulebook.criterion):
        scored.append((criterion.code, ("criterion", place, "code")))
        for index, indicator in enumerate(criterion.indicator):
            scored.append((indicator.code, ("criterion", place, "indicator", index, "code")))
    yield from _repeated(scored, _known(rulebook))
    for name in ("extra", "gate", "grade", "award", "criticism"):
        yield from _repeated([(rule.code, (name, place, "code")) for place, rule in enumerate(getattr(rulebook, name))])
    yield from _repeated([(rule.by, ("tie_break", place, "by")) for place, rule in enumerate(rulebook.tie_break)])


def _repeated(codes: Sequence[tuple[str, Path]], taken: Iterable[str] = ()) -> Iterator[Finding]:
    seen = set(taken)
    for code, path in codes:
        if code in seen:
            yield "rulebook-duplicate-code", path, code, {"code": code}
        seen.add(code)


def _reported(rulebook: Rulebook) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, reported in enumerate(rulebook.reported):
        path: Path = ("reported", place, "measure")
        if reported.measure in COUNTED:
            yield "rulebook-counted-measure", path, reported.measure, {"measure": reported.measure}
        if reported.measure in seen:
            yield "rulebook-duplicate-code", path, reported.measure, {"code": reported.measure}
        seen.add(reported.measure)


def _indicators(rulebook: Rulebook) -> Iterator[Finding]:
    for place, criterion in enumerate(rulebook.criterion):
        for index, indicator in enumerate(criterion.indicator):
            path: Path = ("criterion", place, "indicator", index, "formula")
            yield from _formula(indicator.formula, path)
            for key, names in _formula_terms(indicator.formula):
                yield from _unknown_measures(rulebook, [name.removeprefix("-") for name in names], (*path, *key))


def _formula_terms(formula: Formula) -> Iterator[tuple[Path, Sequence[str]]]:
    if formula.kind == "all_of":
        for index, part in enumerate(formula.parts):
            yield ("parts", index, "measure"), (part.measure,)
        return
    for key in ("numerator", "denominator", "incidents", "items"):
        yield (key,), getattr(formula, key, None) or ()
    if formula.kind == "linear" and formula.measure is not None:
        yield ("measure",), (formula.measure,)


def _formula(formula: Formula, path: Path) -> Iterator[Finding]:
    if formula.kind == "bands":
        yield from _descending([band.at_least for band in formula.bands], (*path, "bands"))
    elif formula.kind == "all_of":
        for index, part in enumerate(formula.parts):
            if part.at_least is None and part.at_most is None:
                yield "rulebook-one-of", (*path, "parts", index), None, {"keys": "at_least, at_most"}
    elif formula.kind == "linear":
        if formula.lo == formula.hi:
            yield "rulebook-linear-flat", (*path, "lo"), formula.lo, {}
        if (formula.numerator is None) == (formula.measure is None):
            yield "rulebook-one-of", path, None, {"keys": "numerator, measure"}


def _descending(steps: Sequence[Fraction], path: Path, key: str = "at_least") -> Iterator[Finding]:
    for index in range(1, len(steps)):
        if steps[index] >= steps[index - 1]:
            args: dict[str, object] = {"value": steps[index], "above": steps[index - 1]}
            yield "rulebook-not-descending", (*path, index, key), steps[index], args


def _gates(rulebook: Rulebook) -> Iterator[Finding]:
    grades = {grade.code for grade in rulebook.grade}
    for place, gate in enumerate(rulebook.gate):
        yield from _unknown_measures(rulebook, [gate.measure], ("gate", place, "measure"))
        if gate.best_grade is not None and gate.best_grade not in grades:
            args: dict[str, object] = {"code": gate.best_grade, "kind": "grade"}
            yield "rulebook-unknown-code", ("gate", place, "best_grade"), gate.best_grade, args
    for place, extra in enumerate(rulebook.extra):
        yield from _unknown_measures(rulebook, [extra.measure], ("extra", place, "measure"))


def _grades(rulebook: Rulebook) -> Iterator[Finding]:
    yield from _descending([grade.at_least for grade in rulebook.grade], ("grade",))


def _tie_breaks(rulebook: Rulebook) -> Iterator[Finding]:
    codes = {criterion.code for criterion in rulebook.criterion}
    codes |= {indicator.code for criterion in rulebook.criterion for indicator in criterion.indicator}
    for place, rule in enumerate(rulebook.tie_break):
        if rule.by not in codes | _known(rulebook):
            yield "rulebook-unknown-code", ("tie_break", place, "by"), rule.by, {"code": rule.by, "kind": "tie_break"}


def _awards(rulebook: Rulebook) -> Iterator[Finding]:
    for place, award in enumerate(rulebook.award):
        if (award.places is None) == (award.share is None):
            yield "rulebook-one-of", ("award", place), None, {"keys": "places, share"}
        yield from _unknown_criteria(rulebook, award.min_criterion, ("award", place, "min_criterion"))
        yield from _unreachable(rulebook, award, place)


def _unreachable(rulebook: Rulebook, award: Award, place: int) -> Iterator[Finding]:
    points = {criterion.code: criterion.points for criterion in rulebook.criterion}
    for code, minimum in award.min_criterion.items():
        if minimum > points.get(code, minimum):
            args: dict[str, object] = {"minimum": minimum, "points": points[code]}
            yield "rulebook-out-of-reach", ("award", place, "min_criterion", code), minimum, args


def _criticisms(rulebook: Rulebook) -> Iterator[Finding]:
    for place, rule in enumerate(rulebook.criticism):
        path: Path = ("criticism", place)
        if _trigger_count(rule) != 1:
            keys = "below_score, criterion_below, measure, missing_report"
            yield "rulebook-one-of", path, None, {"keys": keys}
        if (rule.measure is None) != (rule.at_least is None):
            key = "measure" if rule.measure is None else "at_least"
            yield "rulebook-missing-key", (*path, key), None, {"key": key}
        if rule.measure is not None:
            yield from _unknown_measures(rulebook, [rule.measure], (*path, "measure"))
        if rule.criterion_below is not None:
            if len(rule.criterion_below) != 1:
                yield "rulebook-one-criterion", (*path, "criterion_below"), None, {}
            yield from _unknown_criteria(rulebook, rule.criterion_below, (*path, "criterion_below"))


def _trigger_count(rule: CriticismRule) -> int:
    triggers = (rule.below_score, rule.criterion_below, rule.missing_report)
    return sum(trigger is not None for trigger in triggers) + (rule.measure is not None or rule.at_least is not None)
