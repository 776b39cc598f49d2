"""Who follows an import while it runs: hears how far it is, may break it off, and is asked once more under the lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection


class Stage(StrEnum):
    """What an import is doing; only before STORING can it be broken off."""

    READING = "reading"
    CHECKING = "checking"
    STAGING = "staging"
    STORING = "storing"


class BrokenOffError(Exception):
    """The import was broken off before anything was stored."""


def _unheard(_stage: Stage, _done: int, _total: int) -> None:
    """Nobody listens."""


def _unguarded(_connection: Connection) -> None:
    """Rows that come as they are."""


def _unnoticed(_connection: Connection, _batch: int) -> None:
    """Nobody keeps count of the batches."""


@dataclass(frozen=True, slots=True)
class Watch:
    """`reached` hears stage, rows done and rows in all, and may raise BrokenOffError before STORING.

    `guard` is asked under the lock before anything is written, and raises where the rows must not go in; `made` hears of
    the batch inside the transaction that makes it.
    """

    reached: Callable[[Stage, int, int], None] = _unheard
    guard: Callable[[Connection], None] = _unguarded
    made: Callable[[Connection, int], None] = _unnoticed


UNWATCHED = Watch()
