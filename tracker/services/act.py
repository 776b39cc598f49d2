"""What is done, as every writing service function is told: by whom, on which day, at which moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tracker.services.access import Actor

OFFICE_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, on which day as the office counts it, at which wall-clock moment.

    `handle`: the sign-in it is done under; None on the command line, whose user the operating system has let in.
    """

    actor: Actor
    today: date
    now: datetime
    handle: str | None = None
