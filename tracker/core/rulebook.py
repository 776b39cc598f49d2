"""The rulebook: what is measured, what it is worth and what follows from it, as data read from TOML.

Attributes carry the file's own keys. Figures are exact: integers where the file must say an integer, else Fractions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, Strict, StringConstraints

from tracker.core.consistency import find_inconsistencies
from tracker.core.problems import RefusedError
from tracker.core.tomlform import Source, read_form

Item = TypeVar("Item")

_LANGUAGES = frozenset({"vi", "en"})
_MAX_DIGITS = 15  # a figure with more digits than this on either side of the point is a slip of the pen


def _exact(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise ValueError("number")
    if isinstance(value, Decimal) and not _reasonable(value):
        raise ValueError("number")
    if abs(exact := Fraction(value)) >= 10**_MAX_DIGITS:
        raise ValueError("number")
    return exact


def _reasonable(value: Decimal) -> bool:
    """Whether a figure is finite and short; asked before arithmetic, for 1e999999999 would fill the memory."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MAX_DIGITS and value.adjusted() < _MAX_DIGITS


def _not_negative(value: object) -> Fraction:
    if (exact := _exact(value)) < 0:
        raise ValueError("not_negative")
    return exact


def _positive(value: object) -> Fraction:
    if (exact := _exact(value)) <= 0:
        raise ValueError("positive")
    return exact


def _share(value: object) -> Fraction:
    if not 0 <= (exact := _exact(value)) <= 1:
        raise ValueError("share")
    return exact


def _not_empty(value: tuple[Item, ...]) -> tuple[Item, ...]:
    if not value:
        raise ValueError("not_empty")
    return value


def _words(value: dict[str, str]) -> dict[str, str]:
    if set(value) != _LANGUAGES or not all(text.strip() for text in value.values()):
        raise ValueError("words")
    return value


Number = Annotated[Fraction, PlainValidator(_exact)]
NotNegative = Annotated[Fraction, PlainValidator(_not_negative)]
Positive = Annotated[Fraction, PlainValidator(_positive)]
Share = Annotated[Fraction, PlainValidator(_share)]
Count = Annotated[int, Strict(), Field(ge=0)]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$")]
Measure = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.]{0,63}$")]
Term = Annotated[str, StringConstraints(pattern=r"^-?[A-Za-z][A-Za-z0-9_.]{0,63}$")]  # "-done_late" is taken away
Terms = Annotated[tuple[Term, ...], AfterValidator(_not_empty)]
Words = Annotated[dict[str, str], AfterValidator(_words)]  # {vi = "...", en = "..."}


class _Form(BaseModel):
    """A part of the rulebook: unchangeable, and a key it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OnTime(_Form):
    """Which dossier is on time. Rulebooks whose policies have the same digest share a ledger."""

    compare: Literal["instant", "day"] = "instant"
    end: Literal["completed", "returned"] = "completed"
    count_pause: Flag = True
    late_after_supplements: Count = 1  # 0: switched off
    extension_counts: Flag = False
    ended_without_result: Literal["judged", "excluded"] = "judged"

    def digest(self) -> str:
        """SHA-256, in hex, of the policy's fields in canonical form."""
        return sha256(json.dumps(self.model_dump(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Parameters(_Form):
    """Limits that counting needs: two in working days, and the least cut of legal time that counts as one."""

    publish_days: Count = 5
    posting_days: Count = 5
    time_cut_share: Share = Fraction(1, 5)


class Reported(_Form):
    """A measure that no system counts: units report it."""

    measure: Measure
    title: Words
    integer: Flag = False


class Ratio(_Form):
    """min(1, r / target); nothing below the floor; strict: the whole share only above the target."""

    kind: Literal["ratio"]
    numerator: Terms
    denominator: Terms
    target: Positive = Fraction(1)
    floor: NotNegative | None = None
    strict: Flag = False


class Band(_Form):
    """From this value on (it belongs to the band), this share."""

    at_least: Number
    share: Share


class Bands(_Form):
    """The share of the first band reached, nothing below the last."""

    kind: Literal["bands"]
    numerator: Terms
    denominator: Terms | None = None
    bands: Annotated[tuple[Band, ...], AfterValidator(_not_empty)]


class Penalty(_Form):
    """1 - per x incidents, never below 0."""

    kind: Literal["penalty"]
    incidents: Terms
    per: Positive


class CountUp(_Form):
    """per x items, at most 1."""

    kind: Literal["count"]
    items: Terms
    per: Positive


class Part(_Form):
    """One thing to have: a measure within its limits."""

    measure: Measure
    at_least: Number | None = None
    at_most: Number | None = None


class AllOf(_Form):
    """Everything or nothing: one failed part and the share is 0."""

    kind: Literal["all_of"]
    parts: Annotated[tuple[Part, ...], AfterValidator(_not_empty)]


class Linear(_Form):
    """lo gives 0, hi gives 1; lo > hi: lower is better. `measure` is short for a numerator of one term."""

    kind: Literal["linear"]
    numerator: Terms | None = None
    measure: Measure | None = None
    denominator: Terms | None = None
    lo: Number
    hi: Number

    @property
    def terms(self) -> tuple[str, ...]:
        """The numerator, however it was written."""
        return self.numerator or (self.measure or "",)


Formula = Annotated[Ratio | Bands | Penalty | CountUp | AllOf | Linear, Field(discriminator="kind")]
CaseFile = Literal["dossiers", "postings", "feedback", "surveys"]


class Indicator(_Form):
    """What earns points within a criterion. `weight_note` says where its points come from when the basis does not."""

    code: Code
    title: Words
    points: NotNegative
    basis: Text
    formula: Formula
    if_not_applicable: Literal["redistribute", "full", "zero"] = "redistribute"
    if_missing: Literal["pending", "zero"] = "pending"
    needs: CaseFile | None = None
    cases: Literal["dossiers", "postings", "feedback", "surveys", "procedures", "reported", "staff"] | None = None
    help: Words | None = None
    weight_note: Words | None = None


class Criterion(_Form):
    """A heading that earns points; below `minimum` there is no award."""

    code: Code
    title: Words
    points: NotNegative
    minimum: NotNegative | None = None
    indicator: Annotated[tuple[Indicator, ...], AfterValidator(_not_empty)]


class Extra(_Form):
    """A bonus or deduction (per < 0) outside the total; `cap` limits its size either way."""

    code: Code
    title: Words
    measure: Measure
    per: Number
    cap: Positive | None = None


class Gate(_Form):
    """An event that bars a unit from awards, or from grades better than `best_grade`, whatever its score."""

    code: Code
    title: Words
    measure: Measure
    at_least: Number
    no_award: Flag = True
    best_grade: Code | None = None


class Grade(_Form):
    """A name for a score; `max_share` of the ranked units of a cluster at most."""

    code: Code
    title: Words
    at_least: Number
    max_share: Share | None = None


class TieBreak(_Form):
    """What parts units of equal score: a criterion's or indicator's points, or a measure."""

    by: Measure | Code
    order: Literal["high", "low"] = "high"


class Award(_Form):
    """A prize within each cluster: so many places, or a share of the ranked units; `form` is the prize's name."""

    code: Code
    title: Words
    form: Text | None = None
    places: Annotated[int, Strict(), Field(ge=1)] | None = None
    share: Share | None = None
    min_score: Number | None = None
    min_criterion: dict[str, NotNegative] = Field(default_factory=dict)
    min_volume: Count | None = None
    boundary_tie: Literal["committee", "all", "none"] = "committee"


class CriticismRule(_Form):
    """A written trigger, exactly one; never a place from the bottom."""

    code: Code
    title: Words
    level: Literal["criticise", "self_review"]
    below_score: Number | None = None
    criterion_below: dict[str, NotNegative] | None = None
    measure: Measure | None = None
    at_least: Number | None = None
    missing_report: Literal[True] | None = None


class Rulebook(_Form):
    """A campaign's whole rulebook, one version of it."""

    code: Code
    version: Annotated[int, Strict(), Field(ge=0)]
    title: Words
    basis: Text
    total: Positive = Fraction(100)
    places: Annotated[int, Strict(), Field(ge=0, le=9)] = 2
    on_time: OnTime = OnTime()
    parameters: Parameters = Parameters()
    reported: tuple[Reported, ...] = ()
    criterion: Annotated[tuple[Criterion, ...], AfterValidator(_not_empty)]
    extra: tuple[Extra, ...] = ()
    gate: tuple[Gate, ...] = ()
    grade: tuple[Grade, ...] = ()
    tie_break: tuple[TieBreak, ...] = ()
    award: tuple[Award, ...] = ()
    criticism: tuple[CriticismRule, ...] = ()
    documents: dict[str, object] = Field(default_factory=dict)

    def reported_measures(self) -> tuple[str, ...]:
        """The measures units report, in the rulebook's order."""
        return tuple(reported.measure for reported in self.reported)

    def measures(self) -> frozenset[str]:
        """Every measure some rule needs, with `received` and `carried`, which say how much a unit had to do."""
        return self._measures

    def indicator(self, code: str) -> Indicator:
        """The indicator of that code; KeyError if there is none."""
        return self._indicators[code][1]

    def criterion_of(self, indicator_code: str) -> Criterion:
        """The criterion an indicator belongs to; KeyError if there is no such indicator."""
        return self._indicators[indicator_code][0]

    @cached_property
    def titles(self) -> Mapping[str, Mapping[str, str]]:
        """The title of every criterion, indicator and reported measure by its code."""
        indicators = {code: indicator.title for code, (_, indicator) in self._indicators.items()}
        criteria = {criterion.code: criterion.title for criterion in self.criterion}
        return {**{reported.measure: reported.title for reported in self.reported}, **indicators, **criteria}

    @cached_property
    def _indicators(self) -> dict[str, tuple[Criterion, Indicator]]:
        return {indicator.code: (criterion, indicator) for criterion in self.criterion for indicator in criterion.indicator}

    @cached_property
    def _measures(self) -> frozenset[str]:
        codes = {criterion.code for criterion in self.criterion} | set(self._indicators)
        return frozenset(
            {
                "received",
                "carried",
                *(name for _, indicator in self._indicators.values() for name in formula_measures(indicator.formula)),
                *(extra.measure for extra in self.extra),
                *(gate.measure for gate in self.gate),
                *(rule.measure for rule in self.criticism if rule.measure is not None),
                *(rule.by for rule in self.tie_break if rule.by not in codes),
            }
        )


def formula_measures(formula: Formula) -> tuple[str, ...]:
    """The measures a formula reads, in the order written."""
    return tuple(dict.fromkeys(term.removeprefix("-") for term in _terms(formula)))


def _terms(formula: Formula) -> Iterator[str]:
    match formula:
        case Ratio() | Bands():
            yield from (*formula.numerator, *(formula.denominator or ()))
        case Linear():
            yield from (*formula.terms, *(formula.denominator or ()))
        case Penalty():
            yield from formula.incidents
        case CountUp():
            yield from formula.items
        case AllOf():
            yield from (part.measure for part in formula.parts)


def parse_rulebook(text: str, file: str) -> Rulebook:
    """The rulebook of a TOML text; RefusedError with every problem found, each at its line and path."""
    source = Source(text, file)
    rulebook, problems = read_form(source, Rulebook)
    if rulebook is not None:
        problems += find_inconsistencies(rulebook, source)
    if rulebook is None or problems:
        raise RefusedError(sorted(problems, key=lambda problem: problem.place.row or 0))
    return rulebook
