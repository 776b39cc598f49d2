"""The running application: its one database, made ready at the start, and the office's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, make_url

from tracker.services import bundle_worker, demo, job_worker
from tracker.services.act import OFFICE_TIME
from tracker.services.database import open_database, upgrade
from tracker.services.job_settling import settle_jobs
from tracker.services.settings import read_settings


def now() -> datetime:
    """The office's wall clock, wherever the server stands."""
    return datetime.now(OFFICE_TIME).replace(tzinfo=None)


def today() -> date:
    """The office's day."""
    return now().date()


@lru_cache(maxsize=1)
def database() -> Engine:
    """The one database of this process, as the settings name it."""
    return open_database(read_settings().database_url)


def prepare(progress: Callable[[int], None]) -> None:
    """Make the database ready: migrate it, or build the sample province where none was named and none is there yet."""
    settings = read_settings()
    if settings.sample:
        build_sample(Path(str(make_url(settings.database_url).database)), progress)
    upgrade(database())
    settle_jobs(database(), now)
    job_worker.wake(database(), now)
    bundle_worker.wake(database(), now)


def build_sample(path: Path, progress: Callable[[int], None]) -> None:
    """Build the sample province's file beside its place and move it there whole, so that a stopped start leaves nothing."""
    if path.exists():
        return
    unfinished = path.with_suffix(".building")
    for leftover in path.parent.glob(f"{unfinished.name}*"):
        leftover.unlink()
    engine = open_database(f"sqlite:///{unfinished}")
    upgrade(engine)
    demo.load_province(engine, demo.Size(), progress)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    unfinished.rename(path)
