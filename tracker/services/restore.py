"""Restoring: a backup becomes the database where there is none yet. Its files are checked first, then what came of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, make_url

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.services import audit
from tracker.services.access import OPERATOR
from tracker.services.act import Act
from tracker.services.backup import Found, look, said_of
from tracker.services.chain import Verdict
from tracker.services.contents import damage
from tracker.services.database import upgrade
from tracker.services.manifests import NAME, Manifest, altered, check_dump, read_manifest
from tracker.services.unfinished import held, sync
from tracker.store.dumps import drop_tables, read_dump
from tracker.store.engine import knows_revision, open_engine, reading, table_count, writing


@dataclass(frozen=True, slots=True)
class Restored:
    """The backup that became the database, and whether its log and sealed rows hold."""

    folder: Path
    manifest: Manifest
    verdict: Verdict


def find_backup(folder: Path) -> Path:
    """The folder itself if it is a backup, else the newest backup in it."""
    if (folder / NAME).exists():
        return folder
    backups = sorted(file.parent for file in folder.glob(f"*/{NAME}") if not file.parent.name.startswith("."))
    if not backups:
        raise UsageError("no_backup_there", folder=str(folder))
    return backups[-1]


def restore_backup(url: str, folder: Path, act: Act) -> Restored:
    """Make the empty or absent database at `url` what the backup holds, and bring it up to date.

    The operator's alone: an empty database knows no accounts. A backup that was altered is refused, naming the file.
    """
    if act.actor != OPERATOR:
        raise UsageError("restore_operator_only")
    manifest = read_manifest(folder)
    kind = make_url(url).get_backend_name()
    if kind != manifest.database:
        raise UsageError("backup_of_another_kind", kind=manifest.database, here=kind)
    if not knows_revision(manifest.contents.revision):
        raise UsageError("backup_newer", revision=manifest.contents.revision, product=manifest.product)
    dump = check_dump(folder, manifest)
    place = _restore_sqlite if kind == "sqlite" else _restore_postgresql
    with place(url, dump) as database:
        found = _check(database, manifest)
        upgrade(database)
        with writing(database) as connection:
            audit.record(connection, act, "restore", f"backup/{folder.name}", after=said_of(manifest))
    return Restored(folder, manifest, found.verdict)


def _check(database: Engine, manifest: Manifest) -> Found:
    """What was restored; RefusedError unless it is what the manifest says and its log holds, if it held when written."""
    with reading(database) as connection:
        found, damaged = look(connection), damage(connection)
    if damaged or found.contents != manifest.contents or (manifest.whole and not found.verdict.whole):
        raise altered(manifest.dump)
    return found


@contextmanager
def _restore_sqlite(url: str, dump: Path) -> Iterator[Engine]:
    """The database in a file beside its place; it moves there whole when the block ends well."""
    target = Path(str(make_url(url).database)).absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    _refuse_data(url, target)
    unfinished = target.with_name(f".{target.name}.restoring")
    with ExitStack() as hold:
        with held(target.parent, wait=True):
            _clear(unfinished)
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            hold.enter_context(held(unfinished))
        try:
            with unfinished.open("wb") as file, dump.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
            engine = open_engine(f"sqlite:///{unfinished}")
            try:
                yield engine
                _fold(engine)
            finally:
                engine.dispose()
            sync(unfinished)
            _move(unfinished, target)
        finally:
            for left in target.parent.glob(f"{unfinished.name}*"):
                left.unlink()


@contextmanager
def _restore_postgresql(url: str, dump: Path) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            tables = table_count(connection)
        if tables:
            raise _not_empty(str(make_url(url).database))
        read_dump(dump, url)
        try:
            yield engine
        except BaseException:
            drop_tables(engine)  # it was empty before, and what is in it now is not to be used
            raise
    finally:
        engine.dispose()


def _refuse_data(url: str, target: Path) -> None:
    """An empty database may be replaced; anything else, and what belonged to another database, must be moved by a person."""
    if target.exists() and target.stat().st_size:
        engine = open_engine(url)
        try:
            with reading(engine) as connection:
                tables = table_count(connection)
        finally:
            engine.dispose()
        if tables:
            raise _not_empty(target.name)
    for suffix in ("-wal", "-shm", "-journal"):
        left = target.with_name(target.name + suffix)
        if left.exists() and left.stat().st_size:
            raise _not_empty(left.name)


def _clear(unfinished: Path) -> None:
    """Away with what a killed restore left: removed, never written into, for it may be another name of a database."""
    if not unfinished.exists():
        return
    with held(unfinished) as free:
        if not free:
            raise UsageError("restore_running", file=str(unfinished))
        for left in unfinished.parent.glob(f"{unfinished.name}*"):
            left.unlink()


def _move(unfinished: Path, target: Path) -> None:
    """Never over a file with data: a link cannot replace what somebody put there meanwhile."""
    if target.exists():
        _refuse_data(f"sqlite:///{target}", target)
        target.unlink()
    try:
        os.link(unfinished, target)
    except FileExistsError as error:
        raise _not_empty(target.name) from error
    sync(target.parent)


def _fold(engine: Engine) -> None:
    """Everything into the one file."""
    with closing(engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _not_empty(name: str) -> RefusedError:
    return RefusedError([Problem("restore_over_data", Place(name))])
