"""What a check or an import found in one file, kept as JSON with its job: columns, counts, samples and problems."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from tracker.core.cases import Type
from tracker.core.problems import Place, Problem, Severity
from tracker.intake import ReadingChoices, Rows, describe_mapping
from tracker.intake import SourceColumn as SourceColumn
from tracker.intake.headers import How
from tracker.services.import_terms import Outcome
from tracker.store.comparing import ChangedRow

SHOWN_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table of a file. `problems` are the first of them, errors before warnings; `counts` says how many of each code."""

    sheet: str | None
    kind: str | None
    outcome: str
    header_row: int = 0
    columns: tuple[SourceColumn, ...] = ()
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    batch: int | None = None
    earlier: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    new_rows: tuple[Mapping[str, str | None], ...] = ()
    changed_rows: tuple[ChangedRow, ...] = ()
    header: tuple[str, ...] = ()
    profile: str = ""

    def count(self, severity: Severity) -> int:
        """How many problems of that severity there are."""
        return sum(self.counts.get(severity.value, {}).values())


def make_report(outcome: Outcome) -> TableReport:
    """The report of one table."""
    table, changes, problems = outcome.table, outcome.changes, outcome.problems
    ordered = sorted(problems, key=lambda problem: problem.severity is Severity.WARNING)
    earlier = outcome.earlier
    return TableReport(
        table.sheet if table else None,
        outcome.kind,
        outcome.outcome,
        table.header_row if table else 0,
        tuple(describe_mapping(table, table.kind)) if table and table.kind else (),
        len(table.frame) if table else 0,
        changes.new,
        changes.changed,
        changes.unchanged,
        outcome.refused,
        outcome.batch,
        {"batch": earlier.batch, "actor": earlier.actor, "at": earlier.at} if earlier else {},
        tuple(ordered[:SHOWN_PROBLEMS]),
        count_codes(problems),
        outcome.sample.new,
        outcome.sample.changed,
        table.header if table else (),
        outcome.profile,
    )


def count_codes(problems: Iterable[Problem]) -> dict[str, dict[str, int]]:
    """How many problems there are of each code, by severity."""
    counts: dict[str, dict[str, int]] = {}
    for (severity, code), n in Counter((problem.severity.value, problem.code) for problem in problems).items():
        counts.setdefault(severity, {})[code] = n
    return counts


def days_of(rows: Iterable[Rows]) -> tuple[date | None, date | None]:
    """The first and last day that any of the good rows speaks of; None for a side without end.

    Registers have no days of their own, and what has not ended yet has no last one.
    """
    spans = [_span(one) for one in rows if not one.frame.empty]
    firsts, lasts = [first for first, _ in spans], [last for _, last in spans]
    first = None if None in firsts or not firsts else min(day for day in firsts if day)
    last = None if None in lasts or not lasts else max(day for day in lasts if day)
    return first, last


_BEGINS = {"dossiers": ("received_at", "submitted_at"), "feedback": ("received_on",)}
_ENDS = {"dossiers": ("returned_at", "completed_at"), "feedback": ("resolved_on",)}


def _span(rows: Rows) -> tuple[date | None, date | None]:
    names = {column.name for column in rows.kind.columns if column.type in (Type.DATE, Type.TIME)}
    if {"period_from", "period_to"} <= names:
        return _extreme(rows, ("period_from",), first=True), _extreme(rows, ("period_to",), first=False)
    begins, ends = _BEGINS.get(rows.kind.name, ()), _ENDS.get(rows.kind.name, ())
    return _extreme(rows, begins, first=True), _extreme(rows, ends, first=False)


def _extreme(rows: Rows, names: Sequence[str], *, first: bool) -> date | None:
    """The first or last day in any of the columns; None where some row has none."""
    present = [name for name in names if name in rows.frame.columns]
    if not present:
        return None
    days = rows.frame[present[0]]
    for name in present[1:]:
        days = days.where(days.notna(), rows.frame[name])
    if days.isna().any():
        return None
    return date.fromisoformat(str(days.min() if first else days.max())[:10])


def write_reports(reports: Iterable[TableReport]) -> str:
    """The reports as JSON."""
    return json.dumps([asdict(report) for report in reports], default=_plain)


def read_reports(text: str) -> tuple[TableReport, ...]:
    """The reports of a file as they were written; none where nothing is kept."""
    return () if text == "{}" else tuple(_report(said) for said in json.loads(text, object_hook=_typed))


def write_choices(choices: ReadingChoices) -> str:
    """Reading choices as JSON; what is left open is left out, so equal choices are equal texts."""
    given = {name: value for name, value in asdict(choices).items() if value not in (None, {}, [], ())}
    return json.dumps(given, sort_keys=True)


def read_choices(text: str) -> ReadingChoices:
    """The choices as they were written."""
    said = json.loads(text)
    if said.get("sheets") is not None:
        said["sheets"] = tuple(said["sheets"])
    return ReadingChoices(**said)


def without_samples(text: str) -> str:
    """A file's reports with their counts alone: what is kept once a job is over."""
    bare = [
        {**said, "columns": [], "problems": [], "new_rows": [], "changed_rows": [], "header": []}
        for said in json.loads(text)
    ]
    return json.dumps(bare) if text != "{}" else text


def write_args(args: Mapping[str, Any]) -> str:
    """A message's arguments as JSON; days and moments stay what they are."""
    return json.dumps(dict(args), default=_plain)


def read_args(text: str) -> dict[str, Any]:
    """The arguments as they were written."""
    found: dict[str, Any] = json.loads(text, object_hook=_typed)
    return found


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return {"a moment": value.isoformat()}
    if isinstance(value, date):
        return {"a day": value.isoformat()}
    return str(value)


def _typed(said: dict[str, Any]) -> Any:
    if said.keys() == {"a moment"}:
        return datetime.fromisoformat(said["a moment"])
    if said.keys() == {"a day"}:
        return date.fromisoformat(said["a day"])
    return said


def _report(said: dict[str, Any]) -> TableReport:
    columns = tuple(
        SourceColumn(**{**one, "how": How(one["how"]), "samples": tuple(one["samples"])}) for one in said["columns"]
    )
    problems = tuple(
        Problem(one["code"], Place(**one["place"]), Severity(one["severity"]), one["value"], one["args"])
        for one in said["problems"]
    )
    changed = tuple(
        ChangedRow(tuple(one["key"]), tuple((name, old, new) for name, old, new in one["cells"]))
        for one in said["changed_rows"]
    )
    kept = {**said, "columns": columns, "problems": problems, "changed_rows": changed}
    return TableReport(**{**kept, "new_rows": tuple(said["new_rows"]), "header": tuple(said["header"])})
