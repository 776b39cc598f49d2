"""How far the preparation of the data has come: done once by a thread of its own, read by every page."""

from __future__ import annotations

import gc
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Thread

Progress = Callable[[int], None]
Prepare = Callable[[Progress], None]

_log = logging.getLogger(__name__)


class Stage(StrEnum):
    """READY also where nothing had to be prepared."""

    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Start:
    """Where the preparation stands: percent while it runs, the number of its entry in the log once it has failed."""

    stage: Stage
    percent: int = 0
    error: str = ""


class _Board:
    """The one place where the preparing thread writes and the pages look; replaced whole, so no lock is needed."""

    start = Start(Stage.READY)


def now() -> Start:
    """Where the preparation stands."""
    return _Board.start


def begin(prepare: Prepare) -> Thread:
    """Run `prepare` in a thread, which reports its percent; the server answers meanwhile."""
    _Board.start = Start(Stage.PREPARING)
    thread = Thread(target=_run, args=(prepare,), name="prepare", daemon=True)
    thread.start()
    return thread


def new_error_id() -> str:
    """A short number that joins what a person sees to an entry in the log."""
    return secrets.token_hex(4)


def _run(prepare: Prepare) -> None:
    try:
        prepare(_report)
    except Exception:  # noqa: BLE001 - whatever it was, people must be told that the data are not there
        error = new_error_id()
        _log.exception("error %s: the data could not be prepared", error)
        _Board.start = Start(Stage.FAILED, error=error)
        return
    gc.collect()
    gc.freeze()  # what preparing imported stays for good, so no later collection needs to walk through it
    _Board.start = Start(Stage.READY)


def _report(percent: int) -> None:
    _Board.start = Start(Stage.PREPARING, max(0, min(percent, 100)))
