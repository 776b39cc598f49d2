"""Packing bundles of papers behind the pages: one at a time, each in a process of its own, the oldest first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Engine

from tracker.services.bundle_jobs import fail_unclaimed, next_bundle, settle_bundles
from tracker.services.job_worker import run_process


def wake(database: Engine, clock: Callable[[], datetime]) -> None:
    """See to it that whatever waits is worked on; returns at once."""
    _worker().submit(_work_off, database, clock)


@lru_cache(maxsize=1)
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="papers")


def _work_off(database: Engine, clock: Callable[[], datetime]) -> None:
    settle_bundles(database, clock)
    while (waiting := next_bundle(database)) is not None:
        run_process(database, "tracker.services.bundle_process", waiting)
        settle_bundles(database, clock)
        fail_unclaimed(database, waiting, clock)
