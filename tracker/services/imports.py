"""Case files in: read, checked whole, staged without a lock, published in one short transaction per table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from tracker.core.cases import KINDS, Kind
from tracker.core.problems import Place, Problem, Severity
from tracker.intake import Known, Named, Rows, Table, parse_in_portions, unpack_upload
from tracker.intake import ReadingChoices as ReadingChoices
from tracker.intake.grids import followed
from tracker.services import audit
from tracker.services.access import Verb, grant_of, require_somewhere
from tracker.services.act import Act
from tracker.services.batches import BATCH, close_batch, record_batch
from tracker.services.import_overlaps import find_overlaps, without
from tracker.services.import_portions import portions
from tracker.services.import_rights import find_appraised, require_import
from tracker.services.import_terms import Choices as Choices
from tracker.services.import_terms import Earlier as Earlier
from tracker.services.import_terms import Outcome as Outcome
from tracker.services.import_terms import Sample
from tracker.services.permitted import denials_recorded
from tracker.services.policies import load_policies
from tracker.services.profiles import mark_used, merge_choices
from tracker.services.source_reading import Asked, ReadTable, read_source
from tracker.services.source_reading import Source as Source
from tracker.services.tally_carry import check_carried
from tracker.services.watching import UNWATCHED, Stage, Watch
from tracker.store import comparing, publishing, staging
from tracker.store.engine import locked, reading
from tracker.store.publishing import Changes, Prepared
from tracker.store.spans import find_overlap
from tracker.store.tables import live


@dataclass(slots=True)
class _Entry:
    """One table on its way in: of which file, handed over as or in which one, and what was found in it."""

    source: int
    origin: int
    read: ReadTable
    kind: Kind
    digest: str
    earlier: Earlier | None = None
    rows: Rows | None = None
    spoiled: bool = False

    @property
    def table(self) -> Table:
        """The table as it was read and mapped."""
        return self.read.table


@dataclass(slots=True)
class _Defined:
    """Units and procedures that the files of this call bring themselves, by kind."""

    units: list[Named] = field(default_factory=list)
    procedures: list[Named] = field(default_factory=list)


def import_files(
    database: Engine, sources: Iterable[Source], act: Act, choices: Choices, watch: Watch = UNWATCHED
) -> list[Outcome]:
    """Import every table of every file, those first that others refer to.

    A file with an error is refused with all its tables. Everything is checked before anything is written.
    Each table is a batch and a transaction of its own.
    """
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, act.actor, Verb.IMPORT)
    entries, outcomes = _read_all(database, sources, act, choices, watch)
    order = list(KINDS)
    entries.sort(key=lambda entry: order.index(entry.kind.name))
    _check_all(database, entries, act, choices, watch)
    refused = {entry.source for entry in entries if entry.spoiled}
    imported = [_import_entry(database, entry, act, choices, entry.source in refused, watch) for entry in entries]
    used = zip(entries, imported, strict=True)
    mark_used(database, {one.read.profile for one, outcome in used if outcome.outcome == "imported"} - {""}, act)
    return outcomes + imported


def _read_all(
    database: Engine, sources: Iterable[Source], act: Act, choices: Choices, watch: Watch
) -> tuple[list[_Entry], list[Outcome]]:
    """The tables of all files, whose bytes are let go, and what becomes of the files that have none."""
    entries: list[_Entry] = []
    outcomes: list[Outcome] = []
    for number, (origin, source) in enumerate(_unpack_all(sources, outcomes)):
        watch.reached(Stage.READING, number, 0)
        with followed(partial(watch.reached, Stage.READING)):
            found, problems = read_source(database, source, _asked(source, choices), act.actor)
        digest = sha256(source.data).hexdigest()
        if any(problem.severity is Severity.ERROR for problem in problems) or not found:
            outcomes.append(Outcome(source.name, choices.kind, "refused", tuple(problems), source=origin))
            continue
        found[0] = found[0].noticing(problems)  # notices of the file go with its first table
        kinds = [(read, read.table.kind) for read in found]
        entries += [_Entry(number, origin, read, kind, digest) for read, kind in kinds if kind is not None]
    return entries, outcomes


def _asked(source: Source, choices: Choices) -> Asked:
    """How the file shall be read: what was said of it alone comes before what was said of all."""
    merged = merge_choices(source.reading, replace(choices.reading, kind=choices.kind or choices.reading.kind))
    return Asked(merged, choices.profile)


def _unpack_all(sources: Iterable[Source], outcomes: list[Outcome]) -> Iterator[tuple[int, Source]]:
    """Every case file by itself, those of zips too, since each is known by its own bytes; what becomes of the rest is told.

    One after the other, so that of many large files one is held at a time.
    """
    for origin, source in enumerate(sources):
        files, problems = unpack_upload(source.name, source.data)
        told = "ignored" if files else "refused"
        outcomes += [Outcome(problem.place.file, None, told, (problem,), source=origin) for problem in problems]
        yield from ((origin, Source(name, data, source.reading)) for name, data in files)


def _check_all(database: Engine, entries: list[_Entry], act: Act, choices: Choices, watch: Watch) -> None:
    """Parse every table; what a table defines may be referred to by those after it."""
    defined = _Defined()
    for entry in entries:
        with reading(database) as connection:
            entry.earlier = _live_twin(connection, entry.digest, entry.kind, entry.table.sheet)
            known = _known(connection, defined)
            grant = grant_of(connection, act.actor)
        if entry.earlier is not None:
            continue
        reached = partial(watch.reached, Stage.CHECKING)
        parsed = parse_in_portions(entry.table, entry.kind, known, act.today, grant, reached)
        entry.rows = check_carried(database, parsed)
        entry.spoiled = _is_unusable(entry.rows, choices)
        if not entry.spoiled and entry.kind.name in ("units", "procedures"):
            getattr(defined, entry.kind.name).extend(_named(entry.rows))


def _is_unusable(rows: Rows, choices: Choices) -> bool:
    """True if the table cannot be imported: an error in a row, unless only good rows were asked for, or in the whole."""
    errors = [problem for problem in rows.problems if problem.severity is Severity.ERROR]
    of_the_whole = any(problem.place.row is None for problem in errors)
    return of_the_whole or bool(errors and not choices.good_rows) or rows.frame.empty


def _import_entry(database: Engine, entry: _Entry, act: Act, choices: Choices, refused: bool, watch: Watch) -> Outcome:
    if entry.earlier is not None or entry.rows is None:
        found = entry.earlier.batch if entry.earlier else None
        outcome = Outcome(entry.table.file, entry.kind.name, "already_imported", (), found, earlier=entry.earlier)
    elif refused:
        outcome = _refusal(entry.rows)
    else:
        outcome = import_rows(database, entry.rows, entry.digest, act, choices, watch)
    return replace(outcome, source=entry.origin, table=entry.table, profile=entry.read.profile)


def _refusal(rows: Rows, *more: Problem) -> Outcome:
    problems = (*rows.problems, *more)
    return Outcome(rows.file, rows.kind.name, "refused", problems, refused=rows.refused, rows=rows)


class _OverlapError(Exception):
    """Published rows would overlap others; raised to roll back."""


def import_rows(database: Engine, rows: Rows, digest: str, act: Act, choices: Choices, watch: Watch = UNWATCHED) -> Outcome:
    """Stage and publish parsed rows; refused whole if a row is bad, unless only the good ones were asked for."""
    if _is_unusable(rows, choices):
        return _refusal(rows)
    staged = partial(staging.staged, kind=rows.kind, columns=rows.columns, portions=portions(rows, watch))
    try:
        with denials_recorded(database), database.connect() as connection, staged(connection) as stage:
            overlapping = find_overlaps(connection, rows, stage)
            if not overlapping:
                return (
                    _check_staged(connection, rows, stage, act, choices.samples)
                    if choices.dry_run
                    else _publish(connection, rows, stage, act, digest, watch)
                )
    except (IntegrityError, _OverlapError):
        # Each row is good by itself; together with what is stored (a column the file does not have) it is not.
        return _refusal(rows, Problem("contradicts_stored", Place(rows.file, rows.sheet)))
    if choices.good_rows:
        return import_rows(database, without(rows, overlapping), digest, act, choices, watch)
    return _refusal(rows, *overlapping)


def _check_staged(connection: Connection, rows: Rows, stage: Any, act: Act, samples: int) -> Outcome:
    """What publishing would change."""
    with connection.begin():
        require_import(connection, act.actor, rows.kind, stage)
        foreign = find_appraised(connection, act.actor, rows.kind, stage, rows.file)
        changes = publishing.compare(connection, rows.kind, stage)
        sample = Sample(
            tuple(comparing.new_rows(connection, rows.kind, stage, samples)),
            tuple(comparing.changed_rows(connection, rows.kind, stage, samples)),
        )
    if foreign:
        return _refusal(rows, *foreign)
    return replace(_refusal(rows), outcome="checked", changes=changes, sample=sample)


def _publish(connection: Connection, rows: Rows, stage: Any, act: Act, digest: str, watch: Watch) -> Outcome:
    """Everything is worked out beside the lock; then comes the one short transaction that writes it."""
    with connection.begin():
        policies = load_policies(connection)
    with publishing.prepared(connection, rows.kind, stage, policies) as prepared:
        watch.reached(Stage.STORING, 0, len(rows.frame))
        with locked(connection):
            return _store(connection, rows, prepared, act, digest, watch)


def _store(connection: Connection, rows: Rows, prepared: Prepared, act: Act, digest: str, watch: Watch) -> Outcome:
    """The one short transaction: rights, the twin that may have come meanwhile, rows, ledgers, log."""
    report = _refusal(rows)
    require_import(connection, act.actor, rows.kind, prepared.stage)
    watch.guard(connection)
    earlier = _live_twin(connection, digest, rows.kind, rows.sheet)
    if earlier is not None:
        return replace(report, outcome="already_imported", batch=earlier.batch, earlier=earlier)
    if foreign := find_appraised(connection, act.actor, rows.kind, prepared.stage, rows.file):
        return _refusal(rows, *foreign)
    batch = _open_batch(connection, rows, digest, act)
    changes = publishing.publish_prepared(connection, prepared, batch, load_policies(connection))
    if find_overlap(connection, rows.kind):
        raise _OverlapError  # somebody else's import came between our check and the lock
    close_batch(connection, batch, changes)
    _record_import(connection, act, report, (batch, digest), changes)
    watch.made(connection, batch)
    return replace(report, outcome="imported", batch=batch, changes=changes)


def _named(rows: Rows) -> list[Named]:
    """The units or procedures of a table of them."""
    parents = rows.frame["parent"] if "parent" in rows.columns else [None] * len(rows.frame)
    cells = zip(rows.frame["code"], rows.frame["name"], parents, strict=True)
    return [Named(code, name, parent or "") for code, name, parent in cells]


def _known(connection: Connection, defined: _Defined) -> Known:
    """What is stored or brought along; what is brought along replaces what is stored under its code."""
    unit, procedure = live(KINDS["units"]).c, live(KINDS["procedures"]).c
    stored = connection.execute(select(unit.code, unit.name, unit.parent))
    units = [*(Named(code, name, parent or "") for code, name, parent in stored), *defined.units]
    procedures = [*(Named(*row) for row in connection.execute(select(procedure.code, procedure.name))), *defined.procedures]
    unit_codes, procedure_codes = (frozenset(one.code for one in named) for named in (units, procedures))
    return Known(unit_codes, procedure_codes, tuple(units), tuple(procedures))


def _live_twin(connection: Connection, digest: str, kind: Kind, sheet: str | None) -> Earlier | None:
    """The live batch of a byte-identical file, if there is one."""
    row = connection.execute(
        select(BATCH.c.id, BATCH.c.actor, BATCH.c.made_at).where(
            BATCH.c.sha256 == digest, BATCH.c.kind == kind.name, BATCH.c.sheet == (sheet or ""), BATCH.c.state == "live"
        )
    ).first()
    return None if row is None else Earlier(row.id, row.actor, row.made_at)


def _open_batch(connection: Connection, rows: Rows, digest: str, act: Act) -> int:
    warnings = sum(1 for problem in rows.problems if problem.severity is Severity.WARNING)
    return record_batch(
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


def _record_import(connection: Connection, act: Act, report: Outcome, made: tuple[int, str], changes: Changes) -> None:
    """Say in the log which file's bytes became which batch."""
    batch, digest = made
    counted = {"new": changes.new, "changed": changes.changed, "unchanged": changes.unchanged, "refused": report.refused}
    audit.record(connection, act, "import", f"batch/{batch}", after={"kind": report.kind, "file_sha256": digest, **counted})
