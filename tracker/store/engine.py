"""Opening the database and its two kinds of transaction: reading, and the short writing one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, RootTransaction, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from tracker.core.problems import Place, Problem, RefusedError

BUSY_SECONDS = 30
PATIENCE = 30 * 60.0  # seconds a writer waits for another: storing a million rows takes some minutes
TOLD_AFTER = 1.0  # seconds after which who waits is told so
_USUAL_ROOM, _ROOM = 2_000, 32_768  # kibibytes of pages
CONNECTIONS = 50  # at once; each writer that waits for an import holds one, and readers must find one too
# `synchronous=FULL`: with NORMAL a power cut loses imports that were already reported as done.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_SECONDS * 1000}
_WAIT = "tracker_wait"  # of a connection that is about to write: how many seconds it waits for another writer
IMPORT_LOCK = 146_2017  # any fixed number: writers of this application queue behind it on PostgreSQL


class UnsafeDatabaseError(RuntimeError):
    """The database does not keep what it is told to keep; the application refuses to run on it."""


class BusyError(RefusedError):
    """Others have been writing for longer than this writer would wait; nothing was written."""

    def __init__(self) -> None:
        super().__init__([Problem("writers_busy", Place(""))])


Tell = Callable[[Connection], AbstractContextManager[object]]


@dataclass
class _Shell:
    """How whoever waits for another writer is told: entered when the waiting gets long, left when it is over."""

    tell: Tell


_shell = _Shell(nullcontext)


def tell_waiting(tell: Tell) -> None:
    """Let the writers of this process be told, this way, that they wait for another one.

    The connection it is given is outside any transaction; what it raises ends the writing before it has begun.
    """
    _shell.tell = tell


def open_engine(url: str) -> Engine:
    """An engine whose every connection was checked for the settings that keep data safe."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        pool: dict[str, Any] = {}
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            pool = {"max_overflow": CONNECTIONS}
        engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True, max_overflow=CONNECTIONS)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own leaves reads outside the transaction
    cursor = connection.cursor()
    for name, wanted in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name} = {wanted}")
        found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        in_memory = name == "journal_mode" and found == "memory"
        if found != wanted and not in_memory:
            raise UnsafeDatabaseError(f"SQLite keeps {name} = {found}, needed is {wanted}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    wait = connection.get_execution_options().get(_WAIT)
    if wait is None:
        connection.exec_driver_sql("BEGIN")
        return
    # Only taking the lock can be told and tried again; whatever else meets one waits as before.
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
    cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
    fsync, commit = cursor.fetchone()
    cursor.close()
    connection.commit()
    if fsync != "on" or commit == "off":
        raise UnsafeDatabaseError(f"PostgreSQL keeps fsync = {fsync}, synchronous_commit = {commit}")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database throughout and writes nothing."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine, patience: float = PATIENCE) -> Iterator[Connection]:
    """A transaction that holds the write lock from its first statement; keep it short."""
    with engine.connect() as connection, locked(connection, patience):
        yield connection


@contextmanager
def locked(connection: Connection, patience: float = PATIENCE) -> Iterator[None]:
    """The same on a connection that already holds staged rows: one writer at a time.

    The others wait, and are told so (`tell_waiting`) when it takes long; BusyError when their patience is at an end.
    """
    first = min(patience, TOLD_AFTER)
    begun = _take_lock(connection, first)
    if begun is None and patience > first:
        with _shell.tell(connection):
            until = time.monotonic() + patience - first
            while begun is None and (left := until - time.monotonic()) > 0:
                # PostgreSQL keeps a queue, where whoever asks anew stands last; SQLite has none, and cannot be interrupted.
                begun = _take_lock(connection, left if _is_postgresql(connection) else min(left, TOLD_AFTER))
    if begun is None:
        raise BusyError
    with begun:
        yield


@contextmanager
def beside(engine: Engine, patience: float = PATIENCE) -> Iterator[Connection]:
    """A transaction for a few words about an import; they do not wait for another one where rows have locks of their own."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            yield connection
    else:
        with writing(engine, patience) as connection:
            yield connection


def _take_lock(connection: Connection, wait: float) -> RootTransaction | None:
    """A transaction that holds the write lock; None if another kept it for as many seconds."""
    connection.execution_options(**{_WAIT: wait})
    begun = None
    try:
        begun = connection.begin()
        if _is_postgresql(connection) and not _queue(connection, wait):
            begun.rollback()
            return None
    except OperationalError as error:
        if begun is not None:
            begun.rollback()
        if not _is_lock_timeout(error):
            raise
        return None
    finally:
        connection.execution_options(**{_WAIT: None})
    return begun


def _queue(connection: Connection, wait: float) -> bool:
    """Whether the lock is free, or becomes so in time; OperationalError if it does not."""
    lock = {"lock": IMPORT_LOCK}
    if connection.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), lock).scalar_one():
        return True
    if wait <= 0:
        return False
    connection.execute(text("SELECT set_config('lock_timeout', :wait, true)"), {"wait": f"{int(wait * 1000)}ms"})
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), lock)
    connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
    return True


def _is_lock_timeout(error: OperationalError) -> bool:
    """Whether another connection holds what was asked for, as the two drivers say it."""
    cause: Any = error.orig
    return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY or getattr(cause, "sqlstate", None) == "55P03"


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to the newest (or the named) state of its tables."""
    config = _config()
    with engine.connect() as connection:
        connection.execution_options(**{_WAIT: PATIENCE})  # two processes starting at once: the second waits for the first
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": IMPORT_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def give_room(connection: Connection) -> None:
    """Let SQLite hold more of its files in memory while many rows are written: with little it writes its pages thrice."""
    _hold(connection, _ROOM)


def take_room(connection: Connection) -> None:
    """Let it hold as much as for anything else."""
    _hold(connection, _USUAL_ROOM)


def _hold(connection: Connection, kibibytes: int) -> None:
    if not _is_postgresql(connection):
        connection.exec_driver_sql(f"PRAGMA main.cache_size = -{kibibytes}")


def knows_revision(revision: str) -> bool:
    """True if this version of the application knows that state of the tables."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def table_count(connection: Connection) -> int:
    """How many tables there are; none in a database that nothing was ever written to."""
    return len(inspect(connection).get_table_names())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
