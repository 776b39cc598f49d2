"""A programme's file: what it would change, shown first and then kept whole or not at all; its template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import Connection, Engine

from tracker.core.cases import PROGRAMME
from tracker.core.problems import Place, Problem, RefusedError, Severity
from tracker.core.programme import State
from tracker.export.case_book import write_case_book
from tracker.export.sheets import name_file
from tracker.intake import Known, Named, TaskRow, Told, read_programme
from tracker.services import audit
from tracker.services.access import Verb
from tracker.services.act import Act
from tracker.services.campaigns import CampaignState, load_campaign
from tracker.services.exports import MIME, Download
from tracker.services.import_terms import Source
from tracker.services.job_reports import SHOWN_PROBLEMS, TableReport, count_codes
from tracker.services.permitted import reading_as, writing_as
from tracker.services.programme import Content, Task, keep_task, load_tasks, unit_names
from tracker.services.templates import Known as Offered
from tracker.services.templates import lay_out
from tracker.services.typed import refusal
from tracker.store.comparing import ChangedRow
from tracker.text import Language

MOST_BYTES = 5_000_000
_SHOWN = 200  # rows of a preview


@dataclass(frozen=True, slots=True)
class Change:
    """A task as the file would have it, with its place; `before` None: the programme does not have it yet."""

    place: Place
    after: Task
    before: Task | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. `absent`: kept, not in the file.

    `basis` names the file, as it was read, and the programme it was held against.
    `dropped`: how many of the file's tasks were dropped here, and stay so.
    """

    file: str
    sha256: str
    basis: str
    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    unchanged: int
    absent: tuple[Task, ...]
    dropped: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended before anything is kept."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def report(self) -> TableReport:
        """The same as a check of a case file tells it."""
        refused = len({(problem.place.sheet, problem.place.row) for problem in self.errors if problem.place.row})
        rows = len(self.new) + len(self.changed) + self.unchanged + refused
        return TableReport(
            None,
            PROGRAMME.name,
            "checked",
            rows=rows,
            new=len(self.new),
            changed=len(self.changed),
            unchanged=self.unchanged,
            refused=refused,
            problems=tuple(sorted(self.problems, key=_is_warning))[:SHOWN_PROBLEMS],
            counts=count_codes(self.problems),
            new_rows=tuple(_told_row(one.after) for one in self.new[:_SHOWN]),
            changed_rows=tuple(_changed_row(one) for one in self.changed[:_SHOWN]),
        )


def _is_warning(problem: Problem) -> bool:
    return problem.severity is not Severity.ERROR


def preview_programme(database: Engine, campaign: str, source: Source, act: Act) -> Preview:
    """What the file would change; nothing is kept."""
    with reading_as(database, act.actor, Verb.KEEP_PROGRAMME) as connection:
        told, known = _told(load_campaign(connection, campaign)), _known(connection)
    rows, problems = _read(source, known, told)
    with reading_as(database, act.actor, Verb.KEEP_PROGRAMME) as connection:
        return _compare(source, rows, problems, load_tasks(connection, campaign))


def store_programme(database: Engine, campaign: str, source: Source, basis: str, act: Act) -> Preview:
    """Keep all of what was shown under that `basis`; refused with an error in the file, or if anything moved meanwhile."""
    with reading_as(database, act.actor, Verb.KEEP_PROGRAMME) as connection:
        told, known = _told(load_campaign(connection, campaign)), _known(connection)
    rows, problems = _read(source, known, told)
    with writing_as(database, act, Verb.KEEP_PROGRAMME) as connection:
        found = _compare(source, rows, problems, load_tasks(connection, campaign))
        if found.errors:
            raise RefusedError(list(found.errors))
        if found.basis != basis:
            raise refusal("programme_file_moved", found.file)
        for change in (*found.new, *found.changed):
            replaces = change.before.id if change.before else 0
            keep_task(connection, campaign, change.after, replaces, "import_task", act)
        if found.new or found.changed:
            counts: dict[str, audit.Plain] = {"new": len(found.new), "changed": len(found.changed)}
            audit.record(
                connection, act, "import_programme", f"programme/{campaign}", after={**counts, "sha256": found.sha256}
            )
    return found


def make_programme_template(database: Engine, campaign: str, language: Language, act: Act, *, filled: bool) -> Download:
    """The workbook to fill in, empty, or (`filled`) with the programme as it stands, which changes nothing when imported."""
    with reading_as(database, act.actor, Verb.KEEP_PROGRAMME) as connection:
        load_campaign(connection, campaign)
        tasks = load_tasks(connection, campaign) if filled else []
    rows = [[_cell(task, column.name) or None for column in PROGRAMME.columns] for task in tasks]
    data = write_case_book(lay_out(PROGRAMME, language, rows, None if filled else Offered((), ())), act.today)
    stem = "chuong-trinh" if filled else "mau-chuong-trinh"
    return Download(name_file(stem, data, "xlsx"), data, MIME["xlsx"])


def _told_row(task: Task) -> dict[str, str | None]:
    said = {column.name: task.content.told(column.name) for column in PROGRAMME.columns if column.name != "number"}
    return {"number": task.number, **{name: words or None for name, words in said.items()}}


def _changed_row(change: Change) -> ChangedRow:
    assert change.before is not None, "only what is stored can change"
    differences = change.before.content.differences(change.after.content)
    cells = tuple((name, old or None, new or None) for name, (old, new) in differences.items())
    return ChangedRow((change.after.number,), cells)


def _cell(task: Task, name: str) -> str:
    return task.number if name == "number" else str(getattr(task.content, name))


def _read(source: Source, known: Known, told: Told) -> tuple[list[TaskRow], list[Problem]]:
    """No transaction is open while a file is read."""
    if len(source.data) > MOST_BYTES:
        raise refusal("programme_file_too_big", source.name, limit=MOST_BYTES // 1_000_000)
    return read_programme(source.name, source.data, known, told)


def _told(campaign: CampaignState) -> Told:
    return Told(campaign.periods[0].begins, campaign.year)


def _known(connection: Connection) -> Known:
    names = unit_names(connection)
    return Known(frozenset(names), frozenset(), tuple(Named(*one) for one in names.items()))


def _compare(source: Source, rows: Sequence[TaskRow], problems: Iterable[Problem], tasks: Sequence[Task]) -> Preview:
    stored = {task.number: task for task in tasks}
    changes = [_change(row, stored.get(row.number)) for row in rows]
    changed = tuple(one for one in changes if one.before is not None and one.after.content != one.before.content)
    digest = sha256(source.data).hexdigest()
    # What a file means also depends on what units are called.
    read = [(change.after.number, change.after.content) for change in changes]
    basis = sha256(f"{digest} {sorted(task.id for task in tasks)} {read}".encode()).hexdigest()
    in_file = {row.number for row in rows}
    new = tuple(one for one in changes if one.before is None)
    absent = tuple(task for task in tasks if task.number not in in_file)
    dropped = sum(one.after.state is State.DROPPED for one in changes)
    unchanged = len(changes) - len(new) - len(changed)
    return Preview(source.name, digest, basis, new, changed, unchanged, absent, dropped, tuple(problems))


def _change(row: TaskRow, before: Task | None) -> Change:
    old = before.content if before else None
    kept = {name: _or_old(getattr(row, name), old, name) for name in ("area", "cooperating", "product")}
    content = Content(task=row.task, unit=row.unit, body=row.body, deadline=row.deadline, due=row.due, **kept)
    if before is not None:
        return Change(row.place, replace(before, content=content), before)
    return Change(row.place, Task(0, row.number, content, State.NOT_STARTED, "", None, "", None), None)


def _or_old(said: str | None, old: Content | None, name: str) -> str:
    """What the file says; what was said before where the file has no such column."""
    return said if said is not None else getattr(old, name) if old is not None else ""
