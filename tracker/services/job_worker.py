"""Working on import jobs behind the pages: one at a time, each in a process of its own, the oldest first."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine

from tracker.services.job_settling import fail_unclaimed, next_job, settle_jobs

_ROOT = Path(__file__).parents[2]


def wake(database: Engine, clock: Callable[[], datetime]) -> None:
    """See to it that whatever waits is worked on; returns at once."""
    _worker().submit(_work_off, database, clock)


@lru_cache(maxsize=1)
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")


def _work_off(database: Engine, clock: Callable[[], datetime]) -> None:
    settle_jobs(database, clock)
    while (waiting := next_job(database)) is not None:
        run_process(database, "tracker.services.job_process", waiting.id)
        settle_jobs(database, clock)
        fail_unclaimed(database, waiting, clock)


def run_process(database: Engine, module: str, number: int) -> None:
    """Run a module on that job in a process that goes when this one goes: the pipe to it breaks."""
    url = database.url.render_as_string(hide_password=False)
    environment = {**os.environ, "TRACKER_DATABASE_URL": url, "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-P", "-m", module, str(number)]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as process:
        process.wait()
