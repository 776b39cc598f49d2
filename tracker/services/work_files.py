"""A worklist to take away: as a workbook, as days for an office calendar, and as the text of a daily message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tracker.core.work import Task
from tracker.export.calendar_feed import Entry, write_calendar
from tracker.export.sheets import Cell, Column, Sheet, name_file
from tracker.export.xlsx_file import write_xlsx
from tracker.services.exports import MIME, Download
from tracker.services.work_words import (
    places_of,
    say_advice,
    say_case,
    say_due,
    say_indicators,
    say_lateness,
    say_procedure,
    say_reminder,
    say_stake,
    say_tallied,
    say_task,
)
from tracker.services.worklist import Item, Worklist
from tracker.text import Language, day, moment, say

_CALENDAR = "text/calendar"
_MOST_TOLD = 12  # items of a section of the message
_DATED = (Task.OVERDUE, Task.DUE, Task.PETITION_OVERDUE, Task.PETITION, Task.ACCEPT, Task.POST, Task.REPORT, Task.HAND_IN)


def export_workbook(work: Worklist, language: Language) -> Download:
    """What is to be done and what can no longer be mended, a sheet each."""
    sheets = [
        _sheet(work, "todo", work.items, language),
        _sheet(work, "lost", work.lost, language),
    ]
    data = write_xlsx(sheets, work.setting.as_of)
    return Download(name_file(_stem(work), data, "xlsx"), data, MIME["xlsx"])


def export_calendar(work: Worklist, language: Language) -> Download:
    """The last days of what is not handled yet, one entry each."""
    rulebook = work.setting.rulebook.rulebook
    entries = [
        Entry(
            (work.unit, *item.key),
            item.due_on,
            f"{say_task(language, item)}: {say_case(language, item, rulebook)}",
            "\n".join(line for line in _details(work, item, language) if line),
        )
        for item in work.items
        if item.task in _DATED and item.tick is None and item.due_on is not None
    ]
    name = say(language, "work.calendar", unit=work.name)
    data = write_calendar(name, entries, work.setting.as_of)
    return Download(name_file(_stem(work), data, "ics"), data, _CALENDAR)


def _details(work: Worklist, item: Item, language: Language) -> Iterable[str]:
    yield say_procedure(item)
    yield say(language, "work.due", due=say_due(language, item))
    yield say_advice(language, item)
    yield say_stake(language, item.stake, places_of(work))
    if item.officer:
        yield say(language, "work.officer", officer=item.officer)


def write_digest(work: Worklist, language: Language) -> str:
    """The message an office can mail: what is pressing first, each part with how many there are and the first of them."""
    waiting = [item for item in work.items if item.tick is None]
    as_of = day(language, work.setting.as_of)
    lines = [say(language, "digest.title", unit=work.name, day=as_of), ""]
    if waiting or not (work.reminders or work.tallied):
        lines.append(say(language, "digest.count", n=len(waiting)) if waiting else say(language, "digest.nothing"))
    for task in Task:
        some = [item for item in waiting if item.task is task]
        if some:
            lines += _section(work, task, some, language)
    lines += _reminders(work, language)
    if work.tallied is not None:
        lines += ["", say_tallied(language, work.tallied)]
    return "\n".join([*lines, "", say(language, "digest.foot", until=day(language, work.until))]) + "\n"


def _section(work: Worklist, task: Task, items: Sequence[Item], language: Language) -> list[str]:
    lines = ["", say(language, "digest.section", task=say(language, f"task.{task.value}"), n=len(items))]
    lines += [f"  - {_line(work, item, language)}" for item in items[:_MOST_TOLD]]
    if len(items) > _MOST_TOLD:
        lines.append("  " + say(language, "digest.more", n=len(items) - _MOST_TOLD))
    return lines


def _reminders(work: Worklist, language: Language) -> list[str]:
    """Tasks on weak indicators that are overdue or due soon."""
    if not work.reminders:
        return []
    told = [f"  - {say_reminder(language, one)}" for one in work.reminders]
    return ["", say(language, "digest.review", n=len(told)), *told]


def _line(work: Worklist, item: Item, language: Language) -> str:
    rulebook = work.setting.rulebook.rulebook
    parts = [say_case(language, item, rulebook), say_procedure(item)]
    if due := say_due(language, item):
        parts.append(say(language, "work.due", due=due))
    parts.append(say_lateness(language, item))
    if item.officer:
        parts.append(say(language, "work.officer", officer=item.officer))
    if item.stake.points:
        parts.append(say_stake(language, item.stake, places_of(work)))
    return "; ".join(part for part in parts if part)


def _sheet(work: Worklist, name: str, items: Sequence[Item], language: Language) -> Sheet:
    setting = work.setting
    as_of = day(language, setting.as_of)
    notes = (
        say(language, "work.sheet.as_of", unit=work.name, day=as_of, until=day(language, work.until)),
        say(language, "work.sheet.stakes"),
    )
    rows = [_row(work, number, item, language) for number, item in enumerate(items, start=1)]
    title = say(language, f"work.sheet.{name}")
    return Sheet(title, title, notes, _columns(language), rows, places_of(work), 2)


def _columns(language: Language) -> tuple[Column, ...]:
    widths = {"number": 6, "task": 34, "case": 30, "procedure": 44, "field": 22, "officer": 14, "due": 20, "late": 22}
    widths |= {"stake": 28, "indicators": 44, "handled": 34}
    return tuple(Column(say(language, f"work.column.{name}"), width=width) for name, width in widths.items())


def _row(work: Worklist, number: int, item: Item, language: Language) -> Sequence[Cell]:
    rulebook = work.setting.rulebook.rulebook
    return (
        str(number),
        say_task(language, item),
        say_case(language, item, rulebook),
        say_procedure(item),
        item.field or "",
        item.officer or "",
        say_due(language, item),
        say_lateness(language, item),
        say_stake(language, item.stake, places_of(work)),
        say_indicators(language, item, rulebook),
        say_tick(language, item),
    )


def say_tick(language: Language, item: Item) -> str:
    """Who called it handled, when, with which note; "" where nobody did."""
    if item.tick is None:
        return ""
    at = moment(language, item.tick.made_at.replace(second=0))
    said = say(language, "work.handled_by", actor=item.tick.made_by, at=at)
    return f"{said} {item.tick.note}".strip()


def _stem(work: Worklist) -> str:
    made_on: date = work.setting.as_of
    return f"viec-can-lam-{work.unit}-{made_on.isoformat()}"
