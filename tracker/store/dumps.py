"""A whole database as one file, of one state of it, whoever writes meanwhile; and a file as a database again.

SQLite by VACUUM INTO, PostgreSQL by its own pg_dump and pg_restore. The files are for their owner's eyes only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, make_url, text

from tracker.core.problems import UsageError
from tracker.store.engine import open_engine, reading

T = TypeVar("T")
_DEBIAN = Path("/usr/lib/postgresql")
_TEMPORARY = "tracker_check_"
_COPY = re.compile(rb"COPY (?:public\.)?\"?(\w+)\"? ?\(.*\) FROM stdin;\n")


def write_dump(engine: Engine, file: Path, read: Callable[[Connection], T]) -> T | None:
    """Write the database to a new file. On PostgreSQL, what `read` finds in the very state that is written; else None."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    if engine.dialect.name == "sqlite":
        _vacuum_into(engine, file)
        return None
    with reading(engine) as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        snapshot = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
        found = read(connection)
        options = ["--format=custom", f"--snapshot={snapshot}", f"--file={file}", "--lock-wait-timeout=60000"]
        _run("pg_dump", engine.url, *options)
    return found


def read_dump(file: Path, url: str | URL) -> None:
    """Make an empty PostgreSQL database what the file holds, in one transaction; who owned or might do what is left out."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(file)]
    _run("pg_restore", make_url(url), *options)


def drop_tables(engine: Engine) -> None:
    """Empty a PostgreSQL database that `read_dump` filled."""
    quote = engine.dialect.identifier_preparer.quote
    with engine.begin() as connection:
        for table in inspect(connection).get_table_names():
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {quote(table)} CASCADE")
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {quote(f'{table}_refuse')}() CASCADE")


def count_dumped(file: Path) -> Mapping[str, int]:
    """How many rows of each table a PostgreSQL dump holds, the whole of it read."""
    counts: Counter[str] = Counter()
    command = [find_program("pg_restore"), "--data-only", "--file=-", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        lines = iter(running.stdout or ())
        for line in lines:
            begins = _COPY.fullmatch(line)
            if begins:
                counts[begins[1].decode()] = sum(1 for _ in iter(lambda: next(lines, b"\\.\n"), b"\\.\n"))
        error = (running.stderr.read() if running.stderr else b"").decode("utf-8", "replace")
    if running.returncode != 0:
        raise UsageError("backup_program_failed", program="pg_restore", reason=_last_line(error))
    return counts


@contextmanager
def temporary_copy(engine: Engine, dump: Path, folder: Path) -> Iterator[Engine | None]:
    """The dump as a database of its own while the block lasts; None where PostgreSQL gives us no right to make one."""
    if engine.dialect.name == "sqlite":
        copied = folder / "check.db"
        shutil.copyfile(dump, copied)
        url: str | URL = f"sqlite:///{copied}"
    elif not _may_create(engine):
        yield None
        return
    else:
        url = engine.url.set(database=f"{_TEMPORARY}{uuid4().hex}")
    with _created(engine, url):
        copy = open_engine(url if isinstance(url, str) else url.render_as_string(hide_password=False))
        try:
            if engine.dialect.name == "postgresql":
                read_dump(dump, url)
            yield copy
        finally:
            copy.dispose()


@contextmanager
def _created(engine: Engine, url: str | URL) -> Iterator[None]:
    """A database that is gone afterwards, and with it those that a killed process left behind."""
    if isinstance(url, str):
        yield
        return
    admin = create_engine(engine.url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    left = text(
        "SELECT d.datname FROM pg_database AS d WHERE d.datname ~ :pattern AND pg_get_userbyid(d.datdba) = current_user "
        "AND NOT EXISTS (SELECT 1 FROM pg_stat_activity AS a WHERE a.datname = d.datname)"
    )
    with admin.connect() as connection:
        for name in connection.execute(left, {"pattern": f"^{_TEMPORARY}[0-9a-f]{{32}}$"}).scalars().all():
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {url.database} TEMPLATE template0")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {url.database}")
    admin.dispose()


def _may_create(engine: Engine) -> bool:
    with reading(engine) as connection:
        asked = text("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(connection.execute(asked).scalar_one())


def find_program(name: str) -> str:
    """The path of a PostgreSQL program: on PATH, or the newest where Debian puts them; UsageError where there is none."""
    on_path = shutil.which(name)
    if on_path:
        return on_path
    found = [path for path in _DEBIAN.glob(f"*/bin/{name}") if path.parts[-3].isdigit()]
    if not found:
        raise UsageError("backup_program_missing", program=name)
    return str(max(found, key=lambda path: int(path.parts[-3])))


def _vacuum_into(engine: Engine, file: Path) -> None:
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if raw is not None:
            raw.cursor().execute("VACUUM INTO ?", (str(file),))


def _run(program: str, url: URL, *options: str) -> None:
    """Run a PostgreSQL program on the database; the password goes by the environment, where no other user sees it."""
    bare = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {}), "LC_MESSAGES": "C"}
    command = [find_program(program), "--no-password", f"--dbname={bare}", *options]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UsageError("backup_program_failed", program=program, reason=_last_line(done.stderr))


def _last_line(said: str) -> str:
    lines = [line for line in said.splitlines() if "error" in line.lower()] or said.splitlines() or ["?"]
    return lines[0].strip()
