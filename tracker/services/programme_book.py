"""The state of a programme as a workbook: its tasks, how each unit's stand, and the dialogues held against planned."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.export.sheets import Cell, Column, Shape, Sheet, name_file
from tracker.export.xlsx_file import write_xlsx
from tracker.services.dialogues import Dialogue, balance
from tracker.services.exports import MIME, Download
from tracker.services.programme import NO_UNIT, Programme, Task
from tracker.text import Language, day, say

_TASK_WIDTHS = {"number": 8, "area": 16, "task": 44, "body": 22, "cooperating": 24, "deadline": 15, "product": 18}
_COUNTS = ("tasks", "done", "in_time", "overdue", "soon")
_TALK_COUNTS = ("came", "asked", "answered")


def export_programme(found: Programme, dialogues: Sequence[Dialogue], language: Language) -> Download:
    """The programme as of its day; the same programme gives the same bytes that day."""
    sheets = [_tasks(found, language), _units(found, language)]
    if dialogues:
        sheets += [_balances(found, dialogues, language), _dialogues(found, dialogues, language)]
    data = write_xlsx(sheets, found.today, language)
    stem = f"chuong-trinh-{found.campaign}-{found.today.isoformat()}"
    return Download(name_file(stem, data, "xlsx"), data, MIME["xlsx"])


def _sheet(
    found: Programme, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], language: Language
) -> Sheet:
    title = say(language, f"programme.sheet.{name}")
    notes = (say(language, "programme.sheet.as_of", day=day(language, found.today)),)
    return Sheet(title, title, notes, tuple(columns), rows, fixed=1, empty=say(language, "programme.none"))


def _tasks(found: Programme, language: Language) -> Sheet:
    words = {"due": 12, "standing": 14, "done_day": 12, "note": 26}
    columns = [Column(say(language, f"column.{name}"), width=width) for name, width in _TASK_WIDTHS.items()]
    columns += [Column(say(language, f"programme.sheet.{name}"), width=width) for name, width in words.items()]
    return _sheet(found, "tasks", columns, [_task(found, task, language) for task in found.tasks], language)


def _task(found: Programme, task: Task, language: Language) -> Sequence[Cell]:
    said = task.content
    told = (task.number, said.area, said.task, found.name_of(task), said.cooperating, said.deadline, said.product)
    standing = say(language, f"programme.standing.{found.standing(task)}")
    return (*told, said.due, standing, task.done_on, task.note)


def _units(found: Programme, language: Language) -> Sheet:
    columns = [Column(say(language, "programme.body"), width=40)]
    columns += [Column(say(language, f"programme.{name}"), Shape.COUNT, 14) for name in _COUNTS]
    rows = [
        (
            say(language, "programme.other_bodies") if one.unit == NO_UNIT else one.name,
            *(getattr(one, name) for name in _COUNTS),
        )
        for one in found.tallies()
    ]
    return _sheet(found, "units", columns, rows, language)


def _balances(found: Programme, dialogues: Sequence[Dialogue], language: Language) -> Sheet:
    names = ("held", "planned_count", "overdue", *_TALK_COUNTS)
    columns = [Column(say(language, "head.unit"), width=40)]
    columns += [Column(say(language, f"dialogue.{name}"), Shape.COUNT, 14) for name in names]
    rows = [
        (one.name, one.held, one.planned, one.overdue, *(getattr(one, name) for name in _TALK_COUNTS))
        for one in balance(dialogues, found.today)
    ]
    return _sheet(found, "balances", columns, rows, language)


def _dialogues(found: Programme, dialogues: Sequence[Dialogue], language: Language) -> Sheet:
    words = {"whom": 16, "subject": 50, "planned": 20, "state": 18, "held_on": 14}
    columns = [Column(say(language, "head.unit"), width=40)]
    columns += [Column(say(language, f"dialogue.{name}"), width=width) for name, width in words.items()]
    columns += [Column(say(language, f"dialogue.{name}"), Shape.COUNT, 12) for name in _TALK_COUNTS]
    columns.append(Column(say(language, "dialogue.minutes"), width=34))
    rows = [_dialogue(found, one, language) for one in dialogues]
    return _sheet(found, "dialogues", columns, rows, language)


def _dialogue(found: Programme, one: Dialogue, language: Language) -> Sequence[Cell]:
    state = "overdue" if one.is_overdue(found.today) else one.state.value
    said = (say(language, f"dialogue.with.{one.with_whom}"), one.subject, one.planned)
    held = one.held
    counts = [None] * len(_TALK_COUNTS) if held is None else [getattr(held, name) for name in _TALK_COUNTS]
    told = (say(language, f"dialogue.state.{state}"), held.held_on if held else None, *counts)
    return (one.name, *said, *told, held.minutes if held else one.note)
