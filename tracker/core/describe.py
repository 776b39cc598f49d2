"""The rulebook in statements: every rule it holds, so that the page of rules cannot drift from the calculation.

What the keys and their arguments are stands in `tracker.core.statements`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tracker.core.rulebook import (
    AllOf,
    Award,
    Bands,
    CountUp,
    Criterion,
    CriticismRule,
    Extra,
    Gate,
    Grade,
    Indicator,
    Linear,
    OnTime,
    Parameters,
    Penalty,
    Ratio,
    Rulebook,
    formula_measures,
)
from tracker.core.statements import STATEMENT_KEYS, reported_names
from tracker.core.terms import Statement
from tracker.core.why import explain_line

__all__ = ["STATEMENT_KEYS", "Section", "describe_rulebook", "explain_line"]

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the rules: `key` says what kind it is (its words where `title` is None), `code` which one.

    Kinds: scoring, on_time, parameters, reported, criterion, indicator, extra, gate, grade, tie_break, award, criticism,
    and for the headings above several of a kind: reported_all, extras, gates, grades, tie_breaks, awards, criticisms.
    """

    key: str
    statements: tuple[Statement, ...] = ()
    items: tuple[Section, ...] = ()
    code: str | None = None
    title: Words | None = None
    points: Fraction | None = None
    basis: str | None = None


def describe_rulebook(rulebook: Rulebook) -> list[Section]:
    """The whole rulebook in the order a reader wants it; kinds of rule it does not use are left out."""
    groups = [
        Section("reported_all", tuple(_reported(rulebook))),
        Section("extras", items=tuple(_extra(rulebook, extra) for extra in rulebook.extra)),
        Section("gates", items=tuple(_gate(rulebook, gate) for gate in rulebook.gate)),
        Section("grades", items=tuple(_grade(grade) for grade in rulebook.grade)),
        Section("tie_breaks", tuple(_tie_breaks(rulebook))),
        Section("awards", items=tuple(_award(rulebook, award) for award in rulebook.award)),
        Section("criticisms", items=tuple(_criticism(rulebook, rule) for rule in rulebook.criticism)),
    ]
    return [
        Section("scoring", tuple(_scoring(rulebook))),
        *(_criterion(rulebook, criterion) for criterion in rulebook.criterion),
        Section("on_time", tuple(_on_time(rulebook.on_time))),
        Section("parameters", tuple(_parameters(rulebook.parameters))),
        *(group for group in groups if group.statements or group.items),
    ]


def _scoring(rulebook: Rulebook) -> Iterator[Statement]:
    yield Statement("rule.total", {"total": rulebook.total})
    yield Statement("rule.rounding", {"places": rulebook.places})
    yield Statement("rule.ranking")
    yield Statement("rule.unranked")


def _on_time(policy: OnTime) -> Iterator[Statement]:
    yield Statement(f"rule.on_time.compare_{policy.compare}")
    yield Statement(f"rule.on_time.end_{policy.end}")
    yield Statement("rule.on_time.pause_counts" if policy.count_pause else "rule.on_time.pause_ignored")
    if policy.late_after_supplements:
        yield Statement("rule.on_time.supplements", {"limit": policy.late_after_supplements})
    else:
        yield Statement("rule.on_time.supplements_off")
    yield Statement("rule.on_time.extension_counts" if policy.extension_counts else "rule.on_time.extension_ignored")
    yield Statement(f"rule.on_time.without_result_{policy.ended_without_result}")


def _parameters(parameters: Parameters) -> Iterator[Statement]:
    yield Statement("rule.parameter.publish_days", {"days": parameters.publish_days})
    yield Statement("rule.parameter.posting_days", {"days": parameters.posting_days})
    yield Statement("rule.parameter.time_cut_share", {"share": parameters.time_cut_share})


def _reported(rulebook: Rulebook) -> Iterator[Statement]:
    for reported in rulebook.reported:
        yield Statement("rule.reported", {"measure": reported.measure, "title": reported.title})


def _criterion(rulebook: Rulebook, criterion: Criterion) -> Section:
    statements = [Statement("rule.criterion.points", {"points": criterion.points, "total": rulebook.total})]
    if criterion.minimum is not None:
        args = {"minimum": criterion.minimum, "points": criterion.points}
        statements.append(Statement("rule.criterion.minimum", args))
    return Section(
        "criterion",
        tuple(statements),
        tuple(_indicator(rulebook, indicator) for indicator in criterion.indicator),
        criterion.code,
        criterion.title,
        criterion.points,
    )


def _indicator(rulebook: Rulebook, indicator: Indicator) -> Section:
    statements = (*describe_formula(rulebook, indicator), *_policies(indicator), *_notes(indicator))
    return Section("indicator", statements, (), indicator.code, indicator.title, indicator.points, indicator.basis)


def describe_formula(rulebook: Rulebook, indicator: Indicator) -> Iterator[Statement]:
    """How the indicator's points come about, one statement a sentence."""
    formula, points = indicator.formula, indicator.points
    args: dict[str, object] = {"points": points, "names": reported_names(rulebook, formula_measures(formula))}
    match formula:
        case Ratio():
            args |= {"numerator": formula.numerator, "denominator": formula.denominator, "target": formula.target}
            yield Statement("rule.formula.ratio_strict" if formula.strict else "rule.formula.ratio", args)
            if formula.floor is not None:
                yield Statement("rule.formula.ratio_floor", {"floor": formula.floor})
        case Bands():
            yield _over("rule.formula.bands", args | {"numerator": formula.numerator}, formula.denominator)
            yield from _bands(formula, points)
        case Penalty():
            yield Statement("rule.formula.penalty", args | {"incidents": formula.incidents, "each": formula.per * points})
        case CountUp():
            yield Statement("rule.formula.count", args | {"items": formula.items, "each": formula.per * points})
        case AllOf():
            yield Statement("rule.formula.all_of", {"points": points})
            yield from _parts(rulebook, formula)
        case Linear():
            args |= {"numerator": formula.terms, "lo": formula.lo, "hi": formula.hi}
            yield _over("rule.formula.linear", args, formula.denominator)


def _over(key: str, args: dict[str, object], denominator: tuple[str, ...] | None) -> Statement:
    return Statement(f"{key}_plain", args) if denominator is None else Statement(key, {**args, "denominator": denominator})


def _bands(formula: Bands, points: Fraction) -> Iterator[Statement]:
    for band in formula.bands:
        args = {"at_least": band.at_least, "share": band.share, "points": band.share * points}
        yield Statement("rule.formula.band", args)
    yield Statement("rule.formula.bands_else", {"below": formula.bands[-1].at_least})


def _parts(rulebook: Rulebook, formula: AllOf) -> Iterator[Statement]:
    for part in formula.parts:
        args: dict[str, object] = {"measure": part.measure, "names": reported_names(rulebook, [part.measure])}
        if part.at_least is None:
            yield Statement("rule.formula.part_at_most", args | {"at_most": part.at_most})
        elif part.at_most is None:
            yield Statement("rule.formula.part_at_least", args | {"at_least": part.at_least})
        else:
            yield Statement("rule.formula.part_between", args | {"at_least": part.at_least, "at_most": part.at_most})


def _policies(indicator: Indicator) -> Iterator[Statement]:
    if getattr(indicator.formula, "denominator", None) is not None:
        args = {"points": indicator.points} if indicator.if_not_applicable == "full" else {}
        yield Statement(f"rule.not_applicable.{indicator.if_not_applicable}", args)
    if indicator.needs is not None:
        yield Statement("rule.needs", {"needs": indicator.needs})
    yield Statement(f"rule.missing.{indicator.if_missing}")


def _notes(indicator: Indicator) -> Iterator[Statement]:
    if indicator.help is not None:
        yield Statement("rule.help", {"title": indicator.help})
    if indicator.weight_note is not None:
        yield Statement("rule.weight_note", {"title": indicator.weight_note})


def _extra(rulebook: Rulebook, extra: Extra) -> Section:
    key = "rule.extra.deduction" if extra.per < 0 else "rule.extra.bonus"
    names = reported_names(rulebook, [extra.measure])
    statements = [Statement(key, {"measure": extra.measure, "per": extra.per, "names": names})]
    if extra.cap is not None:
        statements.append(Statement("rule.extra.cap", {"cap": extra.cap}))
    return Section("extra", tuple(statements), (), extra.code, extra.title)


def _gate(rulebook: Rulebook, gate: Gate) -> Section:
    args = {"measure": gate.measure, "at_least": gate.at_least, "names": reported_names(rulebook, [gate.measure])}
    statements = [Statement("rule.gate.event", args)]
    if gate.no_award:
        statements.append(Statement("rule.gate.no_award"))
    if gate.best_grade is not None:
        titles = {grade.code: grade.title for grade in rulebook.grade}
        best = {"grade": gate.best_grade, "title": titles[gate.best_grade]}
        statements.append(Statement("rule.gate.best_grade", best))
    return Section("gate", tuple(statements), (), gate.code, gate.title)


def _grade(grade: Grade) -> Section:
    statements = [Statement("rule.grade.at_least", {"at_least": grade.at_least})]
    if grade.max_share is not None:
        statements.append(Statement("rule.grade.max_share", {"share": grade.max_share}))
    return Section("grade", tuple(statements), (), grade.code, grade.title)


def _tie_breaks(rulebook: Rulebook) -> Iterator[Statement]:
    for rule in rulebook.tie_break:
        yield Statement(f"rule.tie_break.{rule.order}", {"by": rule.by, "title": rulebook.titles.get(rule.by)})


def _award(rulebook: Rulebook, award: Award) -> Section:
    statements = [] if award.form is None else [Statement("rule.award.form", {"form": award.form})]
    if award.places is not None:
        statements.append(Statement("rule.award.places", {"places": award.places}))
    if award.share is not None:
        statements.append(Statement("rule.award.share", {"share": award.share}))
    if award.min_score is not None:
        statements.append(Statement("rule.award.min_score", {"score": award.min_score}))
    for code, points in award.min_criterion.items():
        args = {"criterion": code, "title": rulebook.titles[code], "points": points}
        statements.append(Statement("rule.award.min_criterion", args))
    if award.min_volume is not None:
        statements.append(Statement("rule.award.min_volume", {"volume": award.min_volume}))
    statements.append(Statement(f"rule.award.tie_{award.boundary_tie}"))
    return Section("award", tuple(statements), (), award.code, award.title)


def _criticism(rulebook: Rulebook, rule: CriticismRule) -> Section:
    statements = (*_trigger(rulebook, rule), Statement(f"rule.criticism.{rule.level}"))
    return Section("criticism", statements, (), rule.code, rule.title)


def _trigger(rulebook: Rulebook, rule: CriticismRule) -> Iterator[Statement]:
    if rule.below_score is not None:
        yield Statement("rule.criticism.below_score", {"limit": rule.below_score})
    for code, limit in (rule.criterion_below or {}).items():
        args = {"criterion": code, "title": rulebook.titles[code], "limit": limit}
        yield Statement("rule.criticism.criterion_below", args)
    if rule.measure is not None:
        names = reported_names(rulebook, [rule.measure])
        args = {"measure": rule.measure, "at_least": rule.at_least, "names": names}
        yield Statement("rule.criticism.measure", args)
    if rule.missing_report:
        yield Statement("rule.criticism.missing_report")
