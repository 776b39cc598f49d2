"""A worklist in words: what to do, about which case, until when, and what is at stake; one way of saying for all files."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from tracker.core.rulebook import Rulebook
from tracker.core.work import Effect, Stake, Task
from tracker.services.review_tasks import Reminder
from tracker.services.worklist import Item, Tallied, Worklist
from tracker.text import Language, day, moment, name_measure, number, pick, say

_BESIDE = " · "


def say_points(language: Language, points: Fraction, places: int) -> str:
    """Points as printed; what would print as nothing is said to be less than the least that can be printed."""
    least = Fraction(1, 10**places)
    if 0 < points < least / 2:
        return say(language, "work.points.small", least=number(language, least, places))
    return number(language, points, places)


def say_stake(language: Language, stake: Stake, places: int) -> str:
    """What is at stake, and by doing or by leaving what."""
    if stake.effect is Effect.NONE:
        return say(language, "work.stake.none")
    return say(language, f"work.stake.{stake.effect.value}", points=say_points(language, stake.points, places))


def say_task(language: Language, item: Item) -> str:
    """What is to be done, or what happened."""
    return say(language, f"task.do.{item.task.value}")


def say_case(language: Language, item: Item, rulebook: Rulebook) -> str:
    """What the case is called: a case's code, a procedure's name and code, a value's or a case file's title."""
    cells = item.cells
    if item.task in (Task.HAND_IN, Task.SURVEY):
        return say(language, f"work.file.{cells['file']}")
    if item.task is Task.REPORT:
        titles = {reported.measure: reported.title for reported in rulebook.reported}
        name = name_measure(language, cells["measure"], titles)
        return name[:1].upper() + name[1:]
    if item.kind == "surveys":
        topic = say(language, f"topic.{cells['topic']}")
        return f"{topic} {say_days(language, item)}"
    return item.code


def say_days(language: Language, item: Item) -> str:
    """The first and last day of a survey."""
    return f"{day(language, item.cells['period_from'])} – {day(language, item.cells['period_to'])}"


def say_procedure(item: Item) -> str:
    """The name of the case's procedure and, where that is not the case itself, its code; "" where it has none."""
    name, code = item.cells.get("name"), item.cells.get("procedure")
    shown = [str(part) for part in (name, code) if part and part != item.code]
    return _BESIDE.join(shown)


def say_due(language: Language, item: Item) -> str:
    """Until when, "" where there is no last day."""
    if isinstance(item.due, datetime):
        return moment(language, item.due)
    return day(language, item.due) if item.due is not None else ""


def say_lateness(language: Language, item: Item) -> str:
    """For how long it has been late; "" where it is not."""
    days = item.cells.get("late_days") or 0
    return say(language, "work.days_late", n=days) if days and item.task in (Task.OVERDUE, Task.LATE) else ""


def say_indicators(language: Language, item: Item, rulebook: Rulebook) -> str:
    """The titles of the indicators it costs points in."""
    return "; ".join(pick(language, rulebook.indicator(code).title) for code in item.indicators)


def say_advice(language: Language, item: Item) -> str:
    """What else would help (an apology before the appointed date), or why it counts as late all the same; "" for most."""
    if item.cells.get("too_many") and item.task in (Task.OVERDUE, Task.LATE):
        return say(language, "work.too_many")
    return say(language, "work.or_apologise") if item.may_apologise else ""


def say_tallied(language: Language, tallied: Tallied) -> str:
    """Why no dossier is listed, and how many there are that cost points."""
    return say(language, "work.from_tallies", late=tallied.late, overdue=tallied.overdue)


def say_reminder(language: Language, reminder: Reminder) -> str:
    """Which indicator is to be mended, by whom, how and by when."""
    charge = reminder.task.charge
    until = say(language, f"review.status.{reminder.status}", day=day(language, charge.due))
    parts = (pick(language, reminder.title), charge.collective, charge.person, charge.action, until)
    return "; ".join(part for part in parts if part)


def places_of(work: Worklist) -> int:
    """How many decimals points are printed with."""
    return work.setting.rulebook.rulebook.places
