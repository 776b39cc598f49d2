"""The workbook of a review: what fell short beside the averages and who is to mend it, then every task and its effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from tracker.core.terms import Line
from tracker.export.sheets import Cell, Column, Mark, Shape, Sheet
from tracker.services.editions import Edition
from tracker.services.exports import Contents, Download, Ending, give_out
from tracker.services.heads import who
from tracker.services.review import Effect, Review, Weakness
from tracker.services.review_tasks import Seen, Task
from tracker.text import Language, day, pick, say, say_statement

_CHARGE = ("review.collective", "review.person", "review.action", "review.due")


def export_review(review: Review, edition: Edition, ending: Ending, today: date) -> Download:
    """The weak indicators, and the tasks with what came of them; as CSV the former alone."""
    language = edition.language
    weak = [_weak_row(review, one, language, today) for one in review.weak]
    tasks = [_task_row(one, language, today) for one in review.tasks]
    sheets = [_sheet(review, "weak", _weak_columns(language), weak, language)]
    sheets.append(_sheet(review, "tasks", _task_columns(language), tasks, language))
    contents = Contents(f"ra-soat-{review.unit}", sheets, say(language, "workbook.what.review"))
    return give_out(contents, review.setting, edition, ending)


def _weak_columns(language: Language) -> tuple[Column, ...]:
    points = ("head.points", "workbook.on_offer", "head.lost", "review.cluster", "review.province")
    return (
        *_texts(language, {"head.indicator": 32, "head.code": 16, "head.reason": 40}),
        *(Column(say(language, key), Shape.POINTS, 11) for key in points),
        *_texts(language, {"heads.head": 26} | dict.fromkeys(_CHARGE, 22) | {"head.status": 22}),
    )


def _weak_row(review: Review, one: Weakness, language: Language, today: date) -> Sequence[Cell]:
    line, averages, head = one.line, one.averages, review.head_of(one.line.code, today)
    return (
        *(pick(language, one.view.title), line.code, say_statement(language, one.view.why)),
        *(line.points, line.out_of, line.lost, _known(averages.cluster, language), _known(averages.province, language)),
        "" if head is None else who(head),
        *_charge(one.task, language, today),
    )


def _charge(task: Task | None, language: Language, today: date) -> Sequence[Cell]:
    """Who is to do what by when, and how it stands."""
    if task is None:
        return (None, None, None, None, say(language, "review.nobody"))
    charge = task.charge
    status = say(language, f"review.status.{task.status(today)}", day=day(language, charge.due))
    return (charge.collective, charge.person, charge.action, charge.due, status)


def _task_columns(language: Language) -> tuple[Column, ...]:
    points = ("review.then", "review.at_end", "review.now", "review.effect")
    return (
        *_texts(language, {"head.indicator": 32, "head.code": 16, "head.period": 12}),
        *_texts(language, dict.fromkeys(_CHARGE, 22) | {"head.status": 22}),
        *(Column(say(language, key), Shape.POINTS, 12) for key in points),
        *_texts(language, {"review.evidence.label": 40}),
    )


def _task_row(one: Effect, language: Language, today: date) -> Sequence[Cell]:
    task = one.task
    figures = (_points(task.first), _points(task.ended), _points(one.now), one.gained)
    return (
        *(pick(language, one.title), task.indicator, task.period),
        *_charge(task, language, today),
        *(_known(figure, language) for figure in figures),
        task.note,
    )


def _points(seen: Seen | Line | None) -> Fraction | None:
    return None if seen is None else seen.points


def _known(figure: Fraction | None, language: Language) -> Cell:
    return Mark(say(language, "value.none")) if figure is None else figure


def _texts(language: Language, widths: dict[str, int]) -> tuple[Column, ...]:
    return tuple(Column(say(language, key), width=width) for key, width in widths.items())


def _sheet(
    review: Review, name: str, columns: tuple[Column, ...], rows: Sequence[Sequence[Cell]], language: Language
) -> Sheet:
    notes = (say(language, "review.average.how" if name == "weak" else "review.tasks.how"),)
    places = review.setting.rulebook.rulebook.places
    return Sheet(say(language, f"sheet.{name}"), review.name, notes, columns, rows, places, 1)
