"""A PostgreSQL server for the tests, and fresh databases on it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

SHARED_MEMORY = Path("/dev/shm")
ROOM = 8 * 2**30  # each test on PostgreSQL has a database of its own of some 10 MB; nothing is dropped before the end


def find_server() -> Path | None:
    """The folder with initdb and pg_ctl: on the path, or where Debian puts them."""
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


def in_memory() -> str | None:
    """A folder that is kept in memory, if the machine has a roomy one: a database there need not wait for a disk."""
    roomy = SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free > ROOM
    return str(SHARED_MEMORY) if roomy else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """A throwaway cluster; PostgreSQL refuses to run as root, so root hands it to the `postgres` user."""

    def __init__(self, binaries: Path) -> None:
        self.binaries, self.port = binaries, free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="tracker-postgres-", dir=in_memory()))
        self.url = f"postgresql+psycopg://tracker@127.0.0.1:{self.port}/postgres"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self) -> PostgresServer:
        data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", str(data), "-U", "tracker", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8")
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(self.folder / "server.log"), "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def fresh_database(server: str, name: str | None = None, *, template: str | None = None, migrate: bool = False) -> str:
    """Create a database and return its URL (its name, when it is to be a template)."""
    from tracker.services.database import open_database, upgrade

    name = name or f"t{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    admin.dispose()
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    if not migrate:
        return url
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()
    return name


class Prepared:
    """What stands in a database, to be copied into others; `named` is what its maker put on the engine for the tests."""

    def __init__(self, engine: Engine) -> None:
        self.named = {name: value for name, value in vars(engine).items() if name not in vars(create_engine("sqlite://"))}
        self._keep(engine)

    def _keep(self, engine: Engine) -> None:
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
            self.file = Path(engine.url.database).read_bytes()
        else:
            engine.dispose()
            self.name = f"p{uuid.uuid4().hex}"
            _administer(engine, f"CREATE DATABASE {self.name} TEMPLATE {engine.url.database}")

    def copy_into(self, engine: Engine) -> None:
        """Make the database hold just this, whatever it held."""
        engine.dispose()
        if engine.dialect.name == "sqlite":
            for suffix in ("-wal", "-shm"):
                Path(engine.url.database + suffix).unlink(missing_ok=True)
            Path(engine.url.database).write_bytes(self.file)
        else:
            _administer(engine, f"DROP DATABASE {engine.url.database}")
            _administer(engine, f"CREATE DATABASE {engine.url.database} TEMPLATE {self.name}")
        for name, value in self.named.items():
            setattr(engine, name, value)


def _administer(engine: Engine, statement: str) -> None:
    admin = create_engine(engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()
