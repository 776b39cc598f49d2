"""What was imported and how it is taken back: every import, deletion and undoing is a batch, kept and reversible."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from tracker.core.cases import KINDS, Kind
from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.services import audit
from tracker.services.access import Actor, Verb, require, require_somewhere
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.import_rights import own_batches_only, require_delete, require_undo
from tracker.services.permitted import denials_recorded
from tracker.services.policies import load_policies
from tracker.store import publishing
from tracker.store.engine import reading, writing
from tracker.store.publishing import Changes
from tracker.store.spans import find_overlap
from tracker.store.tables import Batch

BATCH = Batch.__table__  # type: ignore[attr-defined]


def record_batch(connection: Connection, act: Act, **values: Any) -> int:
    """Open a batch and return its number; its counts are filled in by `close_batch`."""
    whole = {"sheet": "", "columns": "", "state": "live", "refused_rows": 0, "warnings": 0}
    counters = dict.fromkeys(("new_rows", "changed_rows", "unchanged_rows", "deleted_rows"), 0)
    stamped = {"actor": act.actor, "made_at": act.now.replace(microsecond=0, tzinfo=None)}
    made = connection.execute(insert(BATCH).values(**whole | counters | stamped | values).returning(BATCH.c.id))
    return int(made.scalar_one())


def close_batch(connection: Connection, batch: int, changes: Changes) -> None:
    """Write down what the batch changed."""
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


def undo_batch(database: Engine, batch: int, act: Act, reason: str = "") -> Changes:
    """Take a batch back, for a reason if one is given.

    Refused while later batches have changed its rows, or other rows refer to what it made.
    """
    try:
        with denials_recorded(database), writing(database) as connection:
            require_somewhere(connection, act.actor, Verb.IMPORT)
            row = connection.execute(select(BATCH).where(BATCH.c.id == batch)).first()
            if row is None:
                raise UsageError("unknown_batch", batch=batch)
            if row.actor != act.actor and own_batches_only(connection, act.actor):
                require(connection, act.actor, Verb.IMPORT)
            if row.state == "undone" or row.action == "undo":
                raise RefusedError([Problem("batch_not_live", Place(row.file or ""), args={"batch": batch})])
            kind = KINDS[row.kind]
            require_undo(connection, act.actor, kind, batch)
            later = publishing.later_batches(connection, kind, batch)
            if later:
                text = ", ".join(str(other) for other in reversed(later))
                raise RefusedError([Problem("later_batches", Place(row.file or ""), args={"batch": batch, "later": text})])
            undoing = record_batch(connection, act, action="undo", kind=kind.name, reason=reason.strip() or f"batch {batch}")
            changes = publishing.undo(connection, kind, batch, undoing, load_policies(connection))
            if overlap := find_overlap(connection, kind):
                named = dict(zip(("key", "begins", "ends"), overlap, strict=True))
                raise RefusedError([Problem("overlap_stored", Place(""), args=named)])
            close_batch(connection, undoing, changes)
            connection.execute(update(BATCH).where(BATCH.c.id == batch).values(state="undone", undone_by=undoing))
            undone = {"batch": undoing, "restored": changes.changed, "deleted": changes.deleted}
            after: dict[str, Plain] = {"state": "undone", **undone}
            audit.record(connection, act, "undo", f"batch/{batch}", {"state": "live"}, after, reason.strip() or None)
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
            batch = record_batch(connection, act, action="delete", kind=kind, reason=reason.strip())
            changes = publishing.remove(connection, KINDS[kind], typed, batch, load_policies(connection))
            if not changes.deleted:
                raise RefusedError([Problem("unknown_case", Place(""), value=key, args={"kind": kind, "key": key})])
            close_batch(connection, batch, changes)
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
