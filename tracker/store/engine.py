"""Opening the database and its two kinds of transaction: reading, and the short writing one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text

BUSY_SECONDS = 30
# `synchronous=FULL`: with NORMAL a power cut loses imports that were already reported as done.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_SECONDS * 1000}
IMPORT_LOCK = 146_2017  # any fixed number: writers of this application queue behind it on PostgreSQL


class UnsafeDatabaseError(RuntimeError):
    """The database does not keep what it is told to keep; the application refuses to run on it."""


def open_engine(url: str) -> Engine:
    """An engine whose every connection was checked for the settings that keep data safe."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
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
    writing = connection.get_execution_options().get("tracker_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


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
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the write lock from its first statement; keep it short."""
    with engine.connect() as connection, locked(connection):
        yield connection


@contextmanager
def locked(connection: Connection) -> Iterator[None]:
    """The same on a connection that already holds staged rows: one writer at a time, the others wait."""
    connection.execution_options(tracker_writing=True)
    try:
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": IMPORT_LOCK})
            yield
    finally:
        connection.execution_options(tracker_writing=False)


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to the newest (or the named) state of its tables."""
    config = _config()
    with engine.connect() as connection:
        connection.execution_options(tracker_writing=True)  # two processes starting at once: the second waits for the first
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": IMPORT_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


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
