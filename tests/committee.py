"""A small province whose period is frozen, for tests of the committee's work: six units, two awards, one criticism."""

from __future__ import annotations

from datetime import date

from builders import act, put, put_campaign, put_offices
from lives import put_committee, take
from sqlalchemy import select, update

from tracker.core.decided import CRITICISM, REWARD, Name, Verdict
from tracker.core.voting import Ballot
from tracker.services.access import OPERATOR
from tracker.services.campaigns import PERIOD
from tracker.services.deciding import Deciding
from tracker.services.meetings import MeetingRecord, record_meeting
from tracker.services.steps import Step, Where
from tracker.store.engine import reading, writing
from tracker.store.publishing import bump_version

CAMPAIGN = PERIOD_CODE = "c"
HERE = (CAMPAIGN, PERIOD_CODE)
# A has 95: gold. B and C tie at 85 for the one place left in gold; D has 70: silver; E has 20: criticised; F has 50.
SCORES = {"A": "95", "B": "85", "C": "85", "D": "70", "E": "20", "F": "50"}
RULEBOOK = """
code = "book"
version = 1
title = {vi = "Thi đua", en = "Contest"}
basis = "test"
total = 100

[[reported]]
measure = "plan"
title = {vi = "Hoàn thành kế hoạch", en = "Plan met"}

[[criterion]]
code = "work"
title = {vi = "Công việc", en = "Work"}
points = 100
  [[criterion.indicator]]
  code = "work.plan"
  title = {vi = "Kế hoạch", en = "Plan"}
  points = 100
  basis = "test"
  formula = {kind = "linear", measure = "plan", lo = 0, hi = 100}

[[award]]
code = "gold"
title = {vi = "Bằng khen", en = "Certificate of merit"}
places = 2
min_score = 60
boundary_tie = "committee"

[[award]]
code = "silver"
title = {vi = "Giấy khen", en = "Certificate of commendation"}
places = 2
min_score = 60
boundary_tie = "committee"

[[criticism]]
code = "low"
title = {vi = "Điểm quá thấp", en = "Score too low"}
level = "criticise"
below_score = 30
"""

GOLD_A, GOLD_B, GOLD_C = (Name(REWARD, "gold", unit) for unit in "ABC")
SILVER_D, LOW_E = Name(REWARD, "silver", "D"), Name(CRITICISM, "low", "E")


def put_contest(engine, rulebook: str = RULEBOOK) -> None:
    """The units, what they reported for 2025, A's two officers with their dossiers, and the campaign."""
    put_offices(engine, *SCORES, cluster="k")
    span = {"measure": "plan", "period_from": "2025-01-01", "period_to": "2025-12-31"}
    put(engine, "reported", *({"unit": unit, "value": score, **span} for unit, score in SCORES.items()))
    put(
        engine,
        "staff",
        {"code": "A-1", "unit": "A", "name": "Nguyễn Thị Hoa", "title": "Chuyên viên"},
        {"code": "B-1", "unit": "B", "name": "Trần Văn Bình"},
    )
    put(
        engine,
        "dossiers",
        dossier("1", "A-1", "2025-01-10", done="2025-01-09", rating="5"),
        dossier("2", "A-1", "2025-02-10", done="2025-02-11", rating="4"),  # late
        dossier("3", "A-1", "2025-03-10", supplement_requests="1"),  # overdue
        dossier("4", "A-2", "2025-04-10", done="2025-04-10"),
    )
    put_campaign(engine, CAMPAIGN, begins="2025-01-01", ends="2025-12-31", rulebook=rulebook)


def dossier(code: str, officer: str, due: str, done: str | None = None, **more) -> dict:
    """A dossier of unit A, received on 2 January 2025."""
    moments = {"received_at": "2025-01-02 08:00:00", "due_at": f"{due} 17:00:00"}
    completed = f"{done} 09:00:00" if done else None
    return {"code": code, "unit": "A", "procedure": "P1", "officer": officer, "completed_at": completed, **moments, **more}


def put_frozen(engine) -> None:
    """The same, frozen as of the period's last day."""
    put_contest(engine)
    freeze(engine)


def freeze(engine) -> None:
    """Freeze the period as of its last day."""
    put_committee(engine)
    take(engine, Step.FREEZE, where=Where(*HERE))


def set_state(engine, state: str, revision: int | None = None) -> None:
    """Move the period, as its life's steps will."""
    moved = {"state": state} | ({} if revision is None else {"revision": revision})
    with writing(engine) as connection:
        connection.execute(update(PERIOD).where(PERIOD.c.campaign == CAMPAIGN).values(**moved))
        bump_version(connection)


def record(**changes) -> MeetingRecord:
    """A meeting of seven of nine members."""
    said = {"place": "Hội trường UBND tỉnh", "chair": "Ông Lê Văn Chủ", "secretary": "Bà Trần Thị Ký"}
    return MeetingRecord(**{"held_on": date(2026, 6, 20), **said, "present": 7, "members": 9, **changes})


def put_meeting(engine, actor=OPERATOR, **changes) -> int:
    return record_meeting(engine, *HERE, record(**changes), act(actor=actor))


def confirmed(name: Name, votes: int = 7, against: int = 0, **more) -> Deciding:
    return Deciding(name, Verdict.CONFIRMED, ballot=Ballot(votes, against), **more)


def removed(name: Name, reason: str = "chậm nộp báo cáo", **more) -> Deciding:
    return Deciding(name, Verdict.REMOVED, reason, **more)


def rows_of(engine, table) -> list:
    with reading(engine) as connection:
        return connection.execute(select(table).order_by(table.c.id)).all()
