"""A programme as offices write it: the headings of groups between its tasks, bodies by name, last days in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from tracker.core.calendar import FIRST_DAY, LAST_DAY
from tracker.core.cases import PROGRAMME
from tracker.core.problems import Place, Problem, Severity
from tracker.intake.deadlines import read_deadline
from tracker.intake.naming import Register, unit_register
from tracker.intake.parsing import parse_table
from tracker.intake.reading import read_as
from tracker.intake.rows import Known
from tracker.intake.tables import Table

MOST_TASKS = 2_000
_ENOUGH = 2  # with fewer of a programme's columns a sheet beside one is something else
_MARK = r"[IVXLC]{1,6}|[A-ZĐ]"
_MARKED = re.compile(rf"({_MARK})\s*[.)/:–-]?")
_MARKED_TEXT = re.compile(rf"({_MARK})\s*[.)/:–-]\s*(\S.*)", re.DOTALL)
_NUMBERED = re.compile(r"\d+(?:\.\d+)*")
_BULLETS = ("-", "+", "–", "•", "*")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as a file has it, with its place; None stands for a column that the file does not have.

    `unit` is the code of the unit that answers, "" where `body` is none of ours. `due` None: done regularly.
    """

    place: Place
    number: str
    task: str
    unit: str
    body: str
    deadline: str
    due: date | None
    area: str | None
    cooperating: str | None
    product: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the reader knows of the campaign: its first day, and the year of days without one, None where it has several."""

    begins: date
    year: int | None


@dataclass(slots=True)
class _Reading:
    """The tasks read so far, and everything to be said of them."""

    told: Told
    register: Register
    tasks: list[TaskRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, Place] = field(default_factory=dict)


def read_programme(name: str, data: bytes, known: Known, told: Told) -> tuple[list[TaskRow], list[Problem]]:
    """The tasks of every sheet that holds some, and what is wrong; with an error among it nothing should be kept."""
    tables, problems = read_as(PROGRAMME, name, data)
    reading = _Reading(told, unit_register(known), problems=list(problems))
    suited = [table for table in tables if sum(map(bool, table.names)) >= _ENOUGH]
    for table in suited or tables[:1]:
        if len(table.frame) + len(reading.tasks) > MOST_TASKS:
            place = Place(table.file, table.sheet)
            return [], [*reading.problems, Problem("too_many_tasks", place, args={"limit": MOST_TASKS})]
        _take(reading, with_groups(table), known)
    return reading.tasks, reading.problems


def _take(reading: _Reading, table: Table, known: Known) -> None:
    rows = parse_table(table, PROGRAMME, known, reading.told.begins)
    reading.problems += rows.problems
    for number, *cells in rows.frame.itertuples(name=None):
        place = Place(table.file, table.sheet, int(number))
        said: Mapping[str, str] = {name: cell or "" for name, cell in zip(rows.columns, cells, strict=True)}
        _take_row(reading, place, said)


def _take_row(reading: _Reading, place: Place, said: Mapping[str, str]) -> None:
    first = reading.seen.setdefault(said["number"], place)
    if first is not place:  # on another sheet: within one it was told already
        reading.problems.append(_problem("duplicate", place, "number", said, args={"first": first.row}))
    deadline = read_deadline(said["deadline"], reading.told.year)
    if deadline is None or not (deadline.due is None or FIRST_DAY <= deadline.due <= LAST_DAY):
        reading.problems.append(_problem("deadline_unread", place, "deadline", said))
        return
    if deadline.due is not None and deadline.due < reading.told.begins:
        begins = {"begins": reading.told.begins}
        reading.problems.append(_problem("deadline_before", place, "deadline", said, Severity.WARNING, begins))
    unit = reading.register.find(said["body"])
    if unit is None:
        near = {"nearest": reading.register.nearest(said["body"]) or None}
        reading.problems.append(_problem("body_is_no_unit", place, "body", said, Severity.WARNING, near))
    texts = [said.get(name) for name in ("area", "cooperating", "product")]
    # A cell that is a day is told as people write it, in whatever way the file kept it.
    words = (
        f"{deadline.due:%d/%m/%Y}" if deadline.due and said["deadline"].startswith(f"{deadline.due}") else said["deadline"]
    )
    named = (said["number"], said["task"], unit or "", said["body"], words)
    reading.tasks.append(TaskRow(place, *named, deadline.due, *texts))


def _problem(
    code: str,
    place: Place,
    column: str,
    said: Mapping[str, str],
    severity: Severity = Severity.ERROR,
    args: Mapping[str, object] | None = None,
) -> Problem:
    return Problem(code, replace(place, column=column), severity, said[column][:100], args or {})


def with_groups(table: Table) -> Table:
    """The table without the headings between its rows: each row has its heading as its area, its mark before its number.

    A heading says nothing but its words: neither who answers nor until when. A number is one only where the next row
    counts on below it, so that a task somebody forgot to assign is an error and not a heading.
    """
    if "number" not in table.names or "task" not in table.names or "body" not in table.names:
        return table
    rows = list(_walk(table))
    if "area" not in table.names and any(heading for _, _, heading in rows):
        table = replace(table, header=(*table.header, "area"), names=(*table.names, "area"))
    number_at, area_at = table.names.index("number"), table.names.index("area") if "area" in table.names else None
    kept: dict[int, list[str]] = {}
    mark = area = ""
    for row, cells, heading in rows:
        if heading is not None:
            mark, area = heading
            continue
        whole = [*cells, *[""] * (len(table.names) - len(cells))]
        whole[number_at] = _marked(mark, whole[number_at].strip().rstrip(".)"))
        if area_at is not None:
            whole[area_at] = whole[area_at] or area
        kept[row] = whole
    index = pd.Index(list(kept), dtype="int64")
    columns = range(len(table.names))
    frame = {at: pd.Series([cells[at] for cells in kept.values()], index=index, dtype="str") for at in columns}
    return replace(table, frame=pd.DataFrame(frame, index=index))


def _walk(table: Table) -> Iterator[tuple[int, list[str], tuple[str, str] | None]]:
    """Each row with its number in the file and, where it is the heading of a group, its mark and words."""
    rows = [(int(row), list(cells)) for row, *cells in table.frame.itertuples(name=None)]
    numbers = [cells[table.names.index("number")].strip() for _, cells in rows]
    shared = {row for one in table.merged for row in range(one.first_row + 1, one.last_row + 1)}
    for (row, cells), following in zip(rows, [*numbers[1:], ""], strict=True):
        yield row, cells, None if row in shared else _heading(table, cells, following)


def _heading(table: Table, cells: Sequence[str], following: str) -> tuple[str, str] | None:
    said = {name: cells[at].strip() for at, name in enumerate(table.names) if name and cells[at].strip()}
    number, task = said.pop("number", ""), said.pop("task", "")
    if said or not (number or task):
        return None
    if number and task:
        marked = _MARKED.fullmatch(number)
        if marked:
            return marked[1], task
        counts_on = _NUMBERED.fullmatch(number.rstrip(".")) and following.startswith(f"{number.rstrip('.')}.")
        return ("", task) if counts_on else None
    text = number or task
    if text.startswith(_BULLETS) or _NUMBERED.fullmatch(text.rstrip(".")):
        return None
    parted = _MARKED_TEXT.fullmatch(text)
    return (parted[1], parted[2]) if parted else ("", text)


def _marked(mark: str, number: str) -> str:
    return f"{mark}.{number}" if mark and number and not number.startswith(f"{mark}.") else number
