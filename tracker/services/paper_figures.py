"""The figures of a unit on its papers, against targets, the period before and its cluster; the standings of a notice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from statistics import median
from typing import Any

from tracker.core.measures import Facts, Number
from tracker.core.rulebook import AllOf, Bands, Indicator, Linear, Penalty, Ratio
from tracker.core.terms import Line, Status
from tracker.services.paper_names import numbered
from tracker.services.paper_sources import Sources
from tracker.services.paper_words import NONE, VI, count, points, share
from tracker.services.rows import BoardRow, board_rows, summarise
from tracker.services.standings import Board
from tracker.services.unit_view import CriterionView, LineView, UnitView, view_unit
from tracker.store.officer_counts import OfficerFigures
from tracker.text import number, pick, say, say_statement
from tracker.text.official import capital, two_figures
from tracker.text.periods import name_period

_WORKLOAD = ("received", "carried", "done_on_time", "done_late", "pending_in_time", "pending_overdue")
_OF_LETTERS = ("done_on_time", "done_late", "pending_overdue", "apologies_missing", "days_late")
_SHORT_PLACES = 2


def sheet_fields(sources: Sources, unit: str) -> dict[str, Any]:
    """The whole result of a competing unit."""
    view = view_unit(sources.board, sources.previous, unit)
    assert view is not None  # whoever asks has looked
    before = sources.previous.place(unit) if sources.previous else None
    rulebook = sources.board.setting.rulebook.rulebook
    return {
        "unit": view.office.name,
        "cluster": sources.board.name_cluster(view.place.score.cluster, VI),
        "score": points(sources, view.place.score.score),
        "total": count(rulebook.total),
        "rank": count(view.place.rank),
        "ranked": two_figures(view.standing.ranked_count),
        "grade": pick(VI, view.grade or {}),
        "incomplete": "" if view.place.score.complete else say(VI, "paper.incomplete"),
        "previous_period": _previous_period(sources),
        "previous_score": points(sources, view.previous),
        "previous_rank": count(before.rank if before else None),
        "cluster_median": points(sources, view.peers.median),
        "cluster_best": points(sources, view.peers.best),
        "criteria": numbered(_criterion(sources, view, criterion) for criterion in view.criteria),
        "extras": [{"name": pick(VI, step.title), "points": points(sources, step.points)} for step in view.extras],
        "gates": [pick(VI, title) for title in view.gates],
    }


def workload_rows(sources: Sources, unit: str) -> list[dict[str, str]]:
    """The dossiers of a unit beside those of the period before and of the middle of its cluster."""
    board, place = sources.board, sources.board.place(unit)
    peers = [other.score.unit for other in board.standings[place.score.cluster].places] if place else []
    facts = [board.facts[peer] for peer in peers]
    before = sources.previous.facts.get(unit) if sources.previous else None
    rows = [
        {
            "name": capital(say(VI, f"measure.{name}")),
            "value": count(board.facts[unit].measures.get(name)),
            "previous": count(before.measures.get(name) if before else None),
            "median": count(_middle(one.measures.get(name) for one in facts)),
        }
        for name in _WORKLOAD
    ]
    rates = {
        "name": say(VI, "paper.on_time"),
        "value": share(_rate(board.facts[unit])),
        "previous": share(_rate(before)),
        "median": share(_middle(_rate(one) for one in facts)),
    }
    return numbered([*rows, rates])


def officer_rows(own: OfficerFigures) -> list[dict[str, str]]:
    """The dossiers of an officer; nothing of other officers is anybody's business."""
    done = own.on_time + own.late
    figures = {
        "handled": count(own.handled),
        "on_time": count(own.on_time),
        "late": count(own.late),
        "overdue": count(own.overdue),
        "rate": share(Fraction(own.on_time, done) if done else None),
        "rating": count(own.mean_rating if own.rated else None),
    }
    blank = {"previous": NONE, "median": NONE}
    return numbered({"name": say(VI, f"paper.officer.{name}"), "value": value, **blank} for name, value in figures.items())


def letter_rows(sources: Sources, unit: str) -> list[dict[str, str]]:
    """The figures a letter of criticism gives: score, rank, criteria, and what became of the dossiers."""
    place, facts = sources.board.place(unit), sources.board.facts.get(unit)
    rulebook = sources.board.setting.rulebook.rulebook
    rows: list[dict[str, str]] = []
    if place is not None:
        ranked = sources.board.standings[place.score.cluster].ranked_count
        rows.append(
            {"name": say(VI, "paper.score"), "value": f"{points(sources, place.score.score)}/{count(rulebook.total)}"}
        )
        rank = f"{place.rank}/{ranked}" if place.rank else NONE
        rows.append({"name": say(VI, "paper.rank"), "value": rank})
        for part in place.score.criteria if place.rank else ():
            title = say(VI, "paper.criterion", title=pick(VI, rulebook.titles[part.code]))
            rows.append({"name": title, "value": f"{points(sources, part.points)}/{_short(part.out_of)}"})
    measures = facts.measures if facts else {}
    handled = (measures.get("received") or 0) + (measures.get("carried") or 0)
    rows.append({"name": say(VI, "paper.handled"), "value": count(handled if facts else None)})
    rows += [
        {"name": capital(say(VI, f"measure.{name}")), "value": count(measures[name])}
        for name in _OF_LETTERS
        if name in measures
    ]
    return numbered(rows)


def notice_fields(sources: Sources) -> dict[str, Any]:
    """The standings of every cluster."""
    rows, summary = board_rows(sources.board, sources.previous), summarise(sources.board, sources.previous)
    clusters = dict.fromkeys(row.cluster for row in rows)
    return {
        "units_total": two_figures(summary.units),
        "ranked_total": two_figures(summary.ranked),
        "clusters_total": two_figures(len(clusters)),
        "mean_score": points(sources, summary.mean),
        "clusters": [_cluster(sources, cluster, [row for row in rows if row.cluster == cluster]) for cluster in clusters],
    }


def _cluster(sources: Sources, cluster: str, rows: list[BoardRow]) -> dict[str, Any]:
    name = sources.board.name_cluster(cluster, VI)
    units = [
        {
            "rank": count(row.rank),
            "name": row.name,
            "score": points(sources, row.score),
            "grade": pick(VI, row.grade or {}) or NONE,
            "moved": _moved(row),
            "note": _note(row),
        }
        for row in rows
    ]
    return {"cluster": name, "heading": say(VI, "paper.cluster", name=name, units=two_figures(len(rows))), "units": units}


def _moved(row: BoardRow) -> str:
    if row.moved is None:
        return say(VI, "movement.new.short") if row.is_new else NONE
    return f"{row.moved:+d}" if row.moved else "0"


def _note(row: BoardRow) -> str:
    flags = (("board.tied", row.place.tied), ("board.incomplete", not row.place.score.complete))
    return "; ".join(say(VI, key) for key, holds in flags if holds)


def _previous_period(sources: Sources) -> str:
    if sources.previous is None:
        return ""
    period = sources.previous.setting.period
    name = name_period(VI, period.code, period.begins, period.ends)
    return name[:1].lower() + name[1:]


def _criterion(sources: Sources, view: UnitView, criterion: CriterionView) -> dict[str, Any]:
    score = criterion.score
    before = _earlier(sources, view.place.score.unit, score.code)
    lines = _lines(sources, view, criterion)
    return {
        "name": pick(VI, criterion.title),
        "points": points(sources, score.points),
        "max": _short(score.out_of),
        "previous": points(sources, before),
        "median": points(sources, criterion.peers.median),
        "lines": numbered(lines),
    }


def _earlier(sources: Sources, unit: str, criterion: str) -> Fraction | None:
    """The points of a criterion in the period before; None where there was none of it."""
    place = sources.previous.place(unit) if sources.previous else None
    found = place.score.criteria if place and place.rank is not None else ()
    return next((part.points for part in found if part.code == criterion), None)


def _lines(sources: Sources, view: UnitView, criterion: CriterionView) -> Iterable[dict[str, str]]:
    rulebook, unit = sources.board.setting.rulebook.rulebook, view.place.score.unit
    earlier = sources.previous.place(unit) if sources.previous else None
    before = _by_code(earlier.score.lines if earlier else ())
    middles = _middles(sources.board, view.place.score.cluster)
    for one in criterion.lines:
        code = one.line.code
        yield {
            "name": pick(VI, one.title),
            "target": say_target(rulebook.indicator(code)),
            "figures": _figures(one),
            "value": _value(one.line, in_percent=one.in_percent),
            "previous": _value(before.get(code), in_percent=one.in_percent),
            "median": _shown(middles.get(code), in_percent=one.in_percent),
            "points": points(sources, one.line.points if one.line.out_of else None),
            "max": _short(one.line.out_of) if one.line.out_of else NONE,
            "why": say_statement(VI, one.why),
        }


@lru_cache(maxsize=64)
def _middles(board: Board, cluster: str) -> Mapping[str, Fraction | None]:
    """The middle of the cluster's values of each indicator."""
    values: dict[str, list[Fraction | None]] = {}
    for line in (line for place in board.standings[cluster].places if place.rank is not None for line in place.score.lines):
        values.setdefault(line.code, []).append(line.value)
    return {code: _middle(known) for code, known in values.items()}


def _by_code(lines: Iterable[Line]) -> Mapping[str, Line]:
    return {line.code: line for line in lines}


def say_target(indicator: Indicator) -> str:
    """What gives the indicator all its points, in a few signs."""
    match indicator.formula:
        case Ratio(target=target, strict=strict):
            return ("> " if strict else "≥ ") + share(target)
        case Bands(bands=bands):
            return "≥ " + _short(max(band.at_least for band in bands))
        case Linear(lo=lo, hi=hi):
            return ("≥ " if hi > lo else "≤ ") + _short(hi)
        case AllOf(parts=parts):
            return say(VI, "paper.target.all", n=len(parts))
        case Penalty():
            return "0"
        case formula:
            return "≥ " + _short(1 / formula.per)


def _figures(one: LineView) -> str:
    if one.line.numerator is None:
        return NONE
    return f"{count(one.line.numerator)}/{count(one.line.denominator)}" if one.is_ratio else count(one.line.numerator)


def _value(line: Line | None, *, in_percent: bool) -> str:
    if line is not None and line.status is Status.PENDING:
        return say(VI, "paper.pending")
    return _shown(line.value if line else None, in_percent=in_percent)


def _shown(value: Fraction | None, *, in_percent: bool) -> str:
    if value is None:
        return NONE
    return share(value) if in_percent else _short(value)


def _short(value: Fraction) -> str:
    text = number(VI, value, _SHORT_PLACES)
    return text.rstrip("0").rstrip(",") if "," in text else text


def _middle(values: Iterable[Number | None]) -> Fraction | None:
    known = [Fraction(value) for value in values if value is not None]
    return Fraction(median(known)) if known else None


def _rate(facts: Facts | None) -> Fraction | None:
    if facts is None:
        return None
    on_time, late = facts.measures.get("done_on_time") or 0, facts.measures.get("done_late") or 0
    return Fraction(on_time) / (on_time + late) if on_time + late else None
