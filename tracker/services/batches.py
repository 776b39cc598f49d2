"""Case files in, and out again: import, undo, deletion. Every one is a batch: all or nothing, kept, reversible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from tracker.core.cases import KINDS, Kind
from tracker.core.problems import Place, Problem, RefusedError, Severity, UsageError
from tracker.intake import Known, Rows, Table, parse_table, read_file
from tracker.services import audit
from tracker.services.access import Actor, Verb, require_somewhere
from tracker.services.act import Act
from tracker.services.import_rights import own_batches_only, require_delete, require_import, require_undo
from tracker.services.permitted import denials_recorded
from tracker.services.policies import load_policies
from tracker.store import publishing
from tracker.store.engine import locked, reading, writing
from tracker.store.publishing import Changes
from tracker.store.spans import overlapping_spans
from tracker.store.tables import Batch, live

BATCH = Batch.__table__  # type: ignore[attr-defined]
NO_CHANGES = Changes()


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was handed over; its name is shown, never used as a path."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Choices:
    """How to import: `kind` where the file does not say, `dry_run` to change nothing, `good_rows` to leave bad rows out."""

    kind: str | None = None
    dry_run: bool = False
    good_rows: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one table of one file: imported, checked (dry run), already_imported or refused."""

    file: str
    kind: str | None
    outcome: str
    problems: tuple[Problem, ...]
    batch: int | None = None
    changes: Changes = NO_CHANGES
    refused: int = 0
    rows: Rows | None = None
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """The live batch that already holds the very same file."""

    batch: int
    actor: str
    at: datetime


def import_files(database: Engine, sources: Iterable[Source], act: Act, choices: Choices) -> list[Outcome]:
    """Import every table of every file, those first that others refer to; one batch and one transaction each."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, act.actor, Verb.IMPORT)
    outcomes: list[Outcome] = []
    tables: list[tuple[Table, Kind, str]] = []
    for source in sources:
        found, problems = read_file(source.name, source.data, choices.kind)
        digest = sha256(source.data).hexdigest()
        if any(problem.severity is Severity.ERROR for problem in problems) or not found:
            outcomes.append(Outcome(source.name, choices.kind, "refused", tuple(problems)))
            continue
        tables += [(table, table.kind, digest) for table in found if table.kind is not None]
    order = list(KINDS)
    tables.sort(key=lambda entry: order.index(entry[1].name))
    defined = Known(frozenset(), frozenset())
    for table, kind, digest in tables:
        outcome = _import_table(database, (table, kind, digest), act, choices, defined)
        defined = _also_defined(defined, outcome)
        outcomes.append(outcome)
    return outcomes


def _also_defined(defined: Known, outcome: Outcome) -> Known:
    """What a dry run may refer to: also what an earlier file of the same call would have brought."""
    if outcome.rows is None or outcome.outcome != "checked" or outcome.kind not in ("units", "procedures"):
        return defined
    codes = frozenset(outcome.rows.frame["code"])
    return replace(defined, **{outcome.kind: getattr(defined, outcome.kind) | codes})


def _import_table(database: Engine, entry: tuple[Table, Kind, str], act: Act, choices: Choices, defined: Known) -> Outcome:
    table, kind, digest = entry
    with reading(database) as connection:
        earlier = _live_twin(connection, digest, kind, table.sheet)
        known = _known(connection, defined)
    if earlier is not None:
        return Outcome(table.file, kind.name, "already_imported", (), earlier.batch, earlier=earlier)
    rows = parse_table(table, kind, known, act.today)
    return import_rows(database, rows, digest, act, choices)


def import_rows(database: Engine, rows: Rows, digest: str, act: Act, choices: Choices) -> Outcome:
    """Stage and publish parsed rows; refused whole if a row is bad, unless only the good ones were asked for."""
    report = Outcome(rows.file, rows.kind.name, "refused", rows.problems, refused=rows.refused, rows=rows)
    file_errors = [problem for problem in rows.problems if problem.severity is Severity.ERROR]
    unusable = any(problem.place.row is None for problem in file_errors)
    if unusable or (file_errors and not choices.good_rows) or rows.frame.empty:
        return report
    cells = list(rows.frame[list(rows.columns)].itertuples(index=False, name=None))
    staging = partial(publishing.staged, kind=rows.kind, columns=rows.columns, rows=cells)
    with denials_recorded(database), database.connect() as connection, staging(connection) as stage:
        if choices.dry_run:
            with connection.begin():
                require_import(connection, act.actor, rows.kind, stage)
                overlaps = _overlaps(connection, rows, stage)
                changes = publishing.compare(connection, rows.kind, stage)
            checked = replace(report, outcome="checked", changes=changes)
            return replace(report, problems=(*rows.problems, *overlaps)) if overlaps else checked
        with locked(connection):
            require_import(connection, act.actor, rows.kind, stage)
            earlier = _live_twin(connection, digest, rows.kind, rows.sheet)
            if earlier is not None:
                return replace(report, outcome="already_imported", batch=earlier.batch, earlier=earlier)
            overlaps = _overlaps(connection, rows, stage)
            if overlaps:
                return replace(report, problems=(*rows.problems, *overlaps))
            batch = _open_batch(connection, rows, digest, act)
            changes = publishing.publish_staged(connection, rows.kind, stage, batch, load_policies(connection))
            _close_batch(connection, batch, changes)
            _record_import(connection, act, report, (batch, digest), changes)
    return replace(report, outcome="imported", batch=batch, changes=changes)


def _known(connection: Connection, defined: Known) -> Known:
    units = frozenset(connection.execute(select(live(KINDS["units"]).c.code)).scalars())
    procedures = frozenset(connection.execute(select(live(KINDS["procedures"]).c.code)).scalars())
    return Known(units | defined.units, procedures | defined.procedures)


def _live_twin(connection: Connection, digest: str, kind: Kind, sheet: str | None) -> Earlier | None:
    """The live batch of a byte-identical file, if there is one."""
    row = connection.execute(
        select(BATCH.c.id, BATCH.c.actor, BATCH.c.made_at).where(
            BATCH.c.sha256 == digest, BATCH.c.kind == kind.name, BATCH.c.sheet == (sheet or ""), BATCH.c.state == "live"
        )
    ).first()
    return None if row is None else Earlier(row.id, row.actor, row.made_at)


def _overlaps(connection: Connection, rows: Rows, stage: Any) -> tuple[Problem, ...]:
    """Spans in the file that overlap stored ones of the same key without being the same span."""
    found = overlapping_spans(connection, rows.kind, stage)
    return tuple(
        Problem("overlap_stored", Place(rows.file, rows.sheet), args={"key": key, "begins": begins, "ends": ends})
        for key, begins, ends in found
    )


def _open_batch(connection: Connection, rows: Rows, digest: str, act: Act) -> int:
    warnings = sum(1 for problem in rows.problems if problem.severity is Severity.WARNING)
    return _record(
        connection,
        act,
        action="import",
        kind=rows.kind.name,
        file=rows.file,
        sheet=rows.sheet or "",
        sha256=digest,
        columns=",".join(rows.columns),
        refused_rows=rows.refused,
        warnings=warnings,
    )


def _record(connection: Connection, act: Act, **values: Any) -> int:
    whole = {"sheet": "", "columns": "", "state": "live", "refused_rows": 0, "warnings": 0}
    counters = dict.fromkeys(("new_rows", "changed_rows", "unchanged_rows", "deleted_rows"), 0)
    stamped = {"actor": act.actor, "made_at": act.now.replace(microsecond=0, tzinfo=None)}
    made = connection.execute(insert(BATCH).values(**whole | counters | stamped | values).returning(BATCH.c.id))
    return int(made.scalar_one())


def _record_import(connection: Connection, act: Act, report: Outcome, made: tuple[int, str], changes: Changes) -> None:
    """Say in the log which file's bytes became which batch."""
    batch, digest = made
    counted = {"new": changes.new, "changed": changes.changed, "unchanged": changes.unchanged, "refused": report.refused}
    audit.record(connection, act, "import", f"batch/{batch}", after={"kind": report.kind, "file_sha256": digest, **counted})


def _close_batch(connection: Connection, batch: int, changes: Changes) -> None:
    connection.execute(
        update(BATCH)
        .where(BATCH.c.id == batch)
        .values(
            new_rows=changes.new,
            changed_rows=changes.changed,
            unchanged_rows=changes.unchanged,
            deleted_rows=changes.deleted,
        )
    )


def list_batches(database: Engine, actor: Actor) -> list[Row[Any]]:
    """Every batch, newest first; with a limited grant, the actor's own ones."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.IMPORT)
        visible = BATCH.c.actor == actor if own_batches_only(connection, actor) else true()
        return list(connection.execute(select(BATCH).where(visible).order_by(BATCH.c.id.desc())))


def undo_batch(database: Engine, batch: int, act: Act) -> Changes:
    """Take a batch back. Refused while later batches have changed its rows, or other rows refer to what it made."""
    try:
        with denials_recorded(database), writing(database) as connection:
            require_somewhere(connection, act.actor, Verb.IMPORT)
            row = connection.execute(select(BATCH).where(BATCH.c.id == batch)).first()
            if row is None:
                raise UsageError("unknown_batch", batch=batch)
            if row.state == "undone" or row.action == "undo":
                raise RefusedError([Problem("batch_not_live", Place(row.file or ""), args={"batch": batch})])
            kind = KINDS[row.kind]
            require_undo(connection, act.actor, kind, batch)
            later = publishing.later_batches(connection, kind, batch)
            if later:
                text = ", ".join(str(other) for other in reversed(later))
                raise RefusedError([Problem("later_batches", Place(row.file or ""), args={"batch": batch, "later": text})])
            undoing = _record(connection, act, action="undo", kind=kind.name, reason=f"batch {batch}")
            changes = publishing.undo(connection, kind, batch, undoing, load_policies(connection))
            _close_batch(connection, undoing, changes)
            connection.execute(update(BATCH).where(BATCH.c.id == batch).values(state="undone", undone_by=undoing))
            undone = {"batch": undoing, "restored": changes.changed, "deleted": changes.deleted}
            audit.record(connection, act, "undo", f"batch/{batch}", {"state": "live"}, {"state": "undone", **undone})
    except IntegrityError as error:
        raise RefusedError([Problem("batch_in_use", Place(""), args={"batch": batch})]) from error
    return changes


def delete_case(database: Engine, kind: str, key: str, reason: str, act: Act) -> int:
    """Delete one row (its key's parts joined by "/"), with a reason; returns the batch, which can be undone."""
    if kind not in KINDS:
        raise UsageError("unknown_case_kind", kind=kind, kinds=", ".join(KINDS))
    parts = key.split("/", len(KINDS[kind].key) - 1)
    if len(parts) != len(KINDS[kind].key):
        raise UsageError("incomplete_key", kind=kind, key="/".join(KINDS[kind].key))
    if not reason.strip():
        raise UsageError("reason_needed")
    try:
        with denials_recorded(database), writing(database) as connection:
            typed = _typed_key(KINDS[kind], parts)
            require_delete(connection, act.actor, KINDS[kind], typed)
            batch = _record(connection, act, action="delete", kind=kind, reason=reason.strip())
            changes = publishing.remove(connection, KINDS[kind], typed, batch, load_policies(connection))
            if not changes.deleted:
                raise RefusedError([Problem("unknown_case", Place(""), value=key, args={"kind": kind, "key": key})])
            _close_batch(connection, batch, changes)
            # The key may be a person's or lead to one, so only its digest stands in the log.
            which = {"kind": kind, "key_sha256": sha256(key.encode()).hexdigest()}
            audit.record(connection, act, "delete", f"batch/{batch}", which, {"deleted": changes.deleted}, reason.strip())
    except IntegrityError as error:
        raise RefusedError([Problem("case_in_use", Place(""), value=key, args={"kind": kind, "key": key})]) from error
    return batch


def _typed_key(kind: Kind, parts: list[str]) -> dict[str, Any]:
    """The key's parts as the table keeps them; a part that is no day where a day is needed is a usage error."""
    typed: dict[str, Any] = {}
    for name, part in zip(kind.key, parts, strict=True):
        if kind.column(name).type == "date":
            try:
                typed[name] = date.fromisoformat(part)
            except ValueError as error:
                raise UsageError("not_a_day", value=part) from error
        else:
            typed[name] = part
    return typed
