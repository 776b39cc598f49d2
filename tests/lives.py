"""Makers of a period in every state of its life, with people who may take the steps."""

from __future__ import annotations

from datetime import date, datetime

from builders import put, put_campaign, put_offices
from people import put_account
from sqlalchemy import update

from tracker.services.access import Actor, Role
from tracker.services.act import Act
from tracker.services.campaigns import PERIOD
from tracker.services.life import approve_step, propose_step
from tracker.services.meetings import MeetingRecord, record_meeting
from tracker.services.policies import CAMPAIGN
from tracker.services.steps import Step, Where
from tracker.store.engine import writing

AFTER = date(2026, 3, 31)
HERE = Where("thi-dua", "2025")
MEMBER, CHAIR, OTHER_CHAIR = Actor("member"), Actor("chair"), Actor("chair-2")


def acting(actor: Actor, today: date = AFTER) -> Act:
    return Act(actor, today, datetime(today.year, today.month, today.day, 8, 0, 0))


def dossier(code: str, unit: str, received: str, due: str, done: str | None = None, **more) -> dict:
    moments = {"received_at": f"{received} 08:00:00", "due_at": f"{due} 08:00:00"}
    return {"code": code, "unit": unit, "procedure": "P1", **moments, "completed_at": done and f"{done} 08:00:00", **more}


def put_committee(engine) -> None:
    """A member who proposes, and two chairs who approve."""
    put_account(engine, MEMBER, Role.COMMITTEE)
    put_account(engine, CHAIR, Role.CHAIR)
    put_account(engine, OTHER_CHAIR, Role.CHAIR)


def put_year(engine, *, rules_approved: bool = True, deadline: date | None = date(2026, 3, 1)) -> None:
    """The year 2025 (yearly periods 2024 to 2026) of two units: A with 1 late of 3, B with 1 of 1 in time."""
    put_offices(engine, "A", "B")
    put(
        engine,
        "dossiers",
        dossier("1", "A", "2025-02-01", "2025-02-10", "2025-02-12"),
        dossier("2", "A", "2025-03-01", "2025-03-10", "2025-03-09"),
        dossier("3", "A", "2025-04-01", "2025-04-10", "2025-04-09"),
        dossier("4", "B", "2025-05-01", "2025-05-10", "2025-05-10"),
        dossier("5", "B", "2025-12-20", "2026-01-10", "2026-01-20"),
    )
    put_campaign(engine, begins="2024-01-01", ends="2026-12-31", every="year")
    put_committee(engine)
    with writing(engine) as connection:
        connection.execute(update(CAMPAIGN).values(rules_approved_by=CHAIR if rules_approved else ""))
        connection.execute(update(PERIOD).where(PERIOD.c.code == "2025").values(appeals_until=deadline))


def meet(engine, where: Where = HERE, today: date = AFTER, **more) -> int:
    """A meeting of 7 of 9 members whose minutes have number and day."""
    said = {"place": "Phòng họp 1", "chair": "Chủ tịch", "secretary": "Thư ký", "present": 7, "members": 9}
    record = MeetingRecord(held_on=today, minutes_no="05/BB-HĐ", minutes_on=today, **said | more)
    return record_meeting(engine, where.campaign, where.period, record, acting(MEMBER, today))


def take(engine, *steps: Step, where: Where = HERE, today: date = AFTER, reason: str = "") -> None:
    """Propose each step as the member and approve it as the chair; before the final one the committee meets."""
    for step in steps:
        if step is Step.FINALISE:
            meet(engine, where, today)
        propose_step(engine, where, step, acting(MEMBER, today), reason)
        approve_step(engine, where, step, acting(CHAIR, today))
