"""Backups: the whole database in a folder of its own, checked right after it was written by making a database of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine

from tracker.core.problems import Place, Problem, RefusedError
from tracker.services import audit
from tracker.services.access import Verb
from tracker.services.act import Act
from tracker.services.audit_log import check_log
from tracker.services.chain import Verdict
from tracker.services.contents import Contents, damage, read_contents
from tracker.services.manifests import DUMPS, NAME, Manifest, digest_file
from tracker.services.permitted import reading_as, writing_as
from tracker.services.settings import VERSION
from tracker.services.unfinished import finish, unfinished_folder
from tracker.store.dumps import count_dumped, temporary_copy, write_dump
from tracker.store.engine import reading


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in its folder. `verdict`: whether the log and the sealed rows in it hold."""

    folder: Path
    manifest: Manifest
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Found:
    """What a look into a database found."""

    contents: Contents
    verdict: Verdict


def make_backup(database: Engine, folder: Path, act: Act) -> Backup:
    """Write a backup into a new folder under `folder`; the log names its digest.

    A log that does not hold is backed up all the same: the copy is then the evidence.
    """
    with reading_as(database, act.actor, Verb.BACKUP):
        pass  # whoever may not is told before anything is written
    with unfinished_folder(folder) as unfinished:
        manifest, verdict = _write(database, unfinished, act)
        with writing_as(database, act, Verb.BACKUP) as connection:
            made = finish(unfinished, act.now.strftime("%Y-%m-%d_%H%M%S"))
            audit.record(connection, act, "backup", f"backup/{made.name}", after=said_of(manifest))
    return Backup(made, manifest, verdict)


def look(connection: Connection) -> Found:
    """What the connection's transaction sees, and whether its log holds."""
    return Found(read_contents(connection), check_log(connection))


def said_of(manifest: Manifest) -> dict[str, audit.Plain]:
    """What the log says of a backup."""
    head = manifest.contents.head
    return {"manifest_sha256": manifest.digest, "head": head.seq, "head_sha256": head.hash}


def _write(database: Engine, folder: Path, act: Act) -> tuple[Manifest, Verdict]:
    kind = database.dialect.name
    dump = folder / DUMPS[kind]
    written = write_dump(database, dump, look)
    found = _check(database, dump, written)
    checked = "restored" if found is not written else "read"
    size, digest, moment = dump.stat().st_size, digest_file(dump), act.now.isoformat(sep=" ", timespec="seconds")
    manifest = Manifest(moment, VERSION, kind, size, digest, found.contents, checked, found.verdict.whole)
    opened = os.open(folder / NAME, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(manifest.text())
    return manifest, found.verdict


def _check(database: Engine, dump: Path, written: Found | None) -> Found:
    """What a database made of the dump holds; without one, what was written, if the dump has as many rows."""
    with TemporaryDirectory(dir=dump.parent) as place, temporary_copy(database, dump, Path(place)) as copy:
        if copy is None:
            return _check_counts(dump, written)
        with reading(copy) as connection:
            found, damaged = look(connection), damage(connection)
    if damaged or (written is not None and found.contents != written.contents):
        raise _bad_copy("; ".join(damaged[:3]))
    return found


def _check_counts(dump: Path, written: Found | None) -> Found:
    counts = count_dumped(dump)
    if written is None or dict(written.contents.counts) != dict(counts):
        raise _bad_copy("")
    return written


def _bad_copy(why: str) -> RefusedError:
    return RefusedError([Problem("backup_differs", Place(""), args={"why": why or "-"})])
