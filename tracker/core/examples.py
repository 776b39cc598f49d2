"""Worked examples that travel beside a rulebook: counts in, points out, worked by hand; run when the rulebook is checked."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from tracker.core.measures import COUNTED, NEEDS, Facts
from tracker.core.problems import Problem
from tracker.core.ranking import rank_units
from tracker.core.rounding import fixed_text
from tracker.core.rulebook import Code, Count, Flag, Number, Rulebook, Text
from tracker.core.scoring import score_unit
from tracker.core.terms import Placed
from tracker.core.tomlform import Path, Source, read_form


class Expected(BaseModel):
    """What a unit should get; points and score as printed. What is not written is not checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score: str | None = None
    rank: Count | None = None
    ranked: Flag | None = None
    grade: Code | None = None
    points: dict[str, str] = Field(default_factory=dict)  # by indicator, criterion or extra


class ExampleUnit(BaseModel):
    """One unit's counts. Counts not written are 0, reported measures not written were not reported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Code
    cluster: Code
    measures: dict[str, Number] = Field(default_factory=dict)
    rows: dict[str, Count] | None = None  # not written: one row of every case file
    expect: Expected


class Example(BaseModel):
    """Units ranked together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text
    unit: tuple[ExampleUnit, ...]


class Examples(BaseModel):
    """A file of worked examples."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    example: tuple[Example, ...]


def check_examples(rulebook: Rulebook, text: str, file: str) -> list[Problem]:
    """Every place where the rulebook gives something else than its worked examples expect; empty if it keeps them all."""
    source = Source(text, file)
    examples, problems = read_form(source, Examples)
    if examples is None or problems:
        return problems
    for index, example in enumerate(examples.example):
        problems += _check(rulebook, source, example, index)
    return problems


def _check(rulebook: Rulebook, source: Source, example: Example, number: int) -> Iterator[Problem]:
    unknown = list(_unknown(rulebook, source, example, number))
    if unknown:
        yield from unknown
        return
    standings = rank_units(rulebook, [score_unit(rulebook, _facts(rulebook, unit)) for unit in example.unit])
    places = {place.score.unit: place for standing in standings.values() for place in standing.places}
    for index, unit in enumerate(example.unit):
        got = _figures(rulebook, places[unit.unit])
        for key, expected in _expectations(unit.expect):
            if got.get(key) != expected:
                path: Path = ("example", number, "unit", index, "expect")
                args = {"example": example.title, "unit": unit.unit, "what": key, "expected": expected, "got": got.get(key)}
                yield source.problem("rulebook-example", path, **args)


def _unknown(rulebook: Rulebook, source: Source, example: Example, number: int) -> Iterator[Problem]:
    known = {*COUNTED, *rulebook.reported_measures()}
    units: set[str] = set()
    for index, unit in enumerate(example.unit):
        path: Path = ("example", number, "unit", index)
        for name in unit.measures:
            if name not in known:
                yield source.problem("rulebook-unknown-measure", (*path, "measures", name), name, measure=name)
        for name in unit.rows or ():
            if name not in (*NEEDS, "reported"):
                yield source.problem("rulebook-unknown-code", (*path, "rows", name), name, code=name, kind="case_file")
        if unit.unit in units:
            yield source.problem("rulebook-duplicate-code", (*path, "unit"), unit.unit, code=unit.unit)
        units.add(unit.unit)


def _facts(rulebook: Rulebook, unit: ExampleUnit) -> Facts:
    rows = dict.fromkeys((*NEEDS, "reported"), 1) if unit.rows is None else unit.rows
    unwritten = {**dict.fromkeys(COUNTED, 0), **dict.fromkeys(rulebook.reported_measures())}
    return Facts(unit.unit, unit.cluster, {**unwritten, **unit.measures}, rows)


def _expectations(expect: Expected) -> Iterator[tuple[str, object]]:
    for key in ("score", "rank", "ranked", "grade"):
        if (value := getattr(expect, key)) is not None:
            yield key, value
    yield from expect.points.items()


def _figures(rulebook: Rulebook, place: Placed) -> dict[str, object]:
    """Everything an example can expect of a unit, as printed."""
    score, places = place.score, rulebook.places
    points = {criterion.code: criterion.points for criterion in score.criteria}
    points |= {line.code: line.points for line in score.lines}
    points |= dict(score.extras)
    return {
        **{code: fixed_text(figure, places) for code, figure in points.items()},
        "score": fixed_text(score.score, places),
        "rank": place.rank,
        "ranked": score.ranked,
        "grade": place.grade,
    }
