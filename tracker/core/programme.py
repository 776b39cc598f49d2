"""How the tasks of a programme and the dialogues of a plan stand on a day: what nobody says is told by their last day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class State(StrEnum):
    """What was last said of a task."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


class Meeting(StrEnum):
    """What was last said of a dialogue."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    """How a task stands on a day, the most pressing first."""

    OVERDUE = "overdue"
    SOON = "soon"
    UNDER_WAY = "under_way"
    NOT_STARTED = "not_started"
    DONE_LATE = "done_late"
    DONE = "done"
    DROPPED = "dropped"


def is_overdue(due: date | None, today: date) -> bool:
    """Whether the last day has passed; a task without one (done regularly) is never late."""
    return due is not None and due < today


def is_soon(due: date | None, today: date, until: date) -> bool:
    """Whether the last day is yet to come, and not later than `until`."""
    return due is not None and today <= due <= until


def stand(state: State, due: date | None, done_on: date | None, today: date, until: date) -> Standing:
    """How a task stands on that day; what falls due up to `until` is due soon."""
    if state is State.DROPPED:
        return Standing.DROPPED
    if done_on is not None:
        return Standing.DONE_LATE if is_overdue(due, done_on) else Standing.DONE
    if is_overdue(due, today):
        return Standing.OVERDUE
    if is_soon(due, today, until):
        return Standing.SOON
    return Standing.UNDER_WAY if state is State.UNDER_WAY else Standing.NOT_STARTED
