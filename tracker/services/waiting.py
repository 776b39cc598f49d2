"""What a writer is told while it waits for another one: nearly always an import that is being stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, select

from tracker.services.job_states import JOB, State
from tracker.services.watching import Stage
from tracker.store import engine

Show = Callable[[str], AbstractContextManager[object]]


def tell_waiting(show: Show) -> None:
    """Let people of this process be shown why what they do takes long; `show` is given a key of words.

    It is entered after a second of waiting and left when the waiting is over, before anything is written.
    """

    @contextmanager
    def tell(connection: Connection) -> Iterator[None]:
        with show("waiting.import" if _is_storing(connection) else "waiting.writer"):
            yield

    engine.tell_waiting(tell)


def _is_storing(connection: Connection) -> bool:
    """Whether an import says that it is being stored; it says so before it takes the lock."""
    storing = select(JOB.c.id).where(JOB.c.state == State.IMPORTING.value, JOB.c.stage == Stage.STORING.value)
    with connection.begin():
        return connection.execute(storing.limit(1)).first() is not None
