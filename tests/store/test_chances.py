"""What can still be saved of a unit's cases today, counted on both kinds of database."""

from __future__ import annotations

from datetime import datetime

from builders import RULEBOOK, TODAY, put, put_campaign, put_offices

from tracker.core.levers import Chances
from tracker.services.access import OPERATOR
from tracker.services.standings import Question, show_board
from tracker.store.chances import count_chances
from tracker.store.engine import reading

READ = """
[[tie_break]]
by = "posted_in_time"

[[tie_break]]
by = "petitions_overdue"
order = "low"
"""
NOW = datetime(2026, 6, 30, 8, 0, 0)


def dossier(code: str, due: str, **cells: str | None) -> dict[str, str | None]:
    row = {"unit": code[0], "code": code, "procedure": "P1", "received_at": "2026-06-10 08:00:00", "due_at": due}
    return {**row, "completed_at": None, "apology_at": None, "supplement_requests": "0", "rating": None, **cells}


def test_only_what_falls_late_today_and_is_not_lost_can_still_be_saved(engine):
    put_offices(engine, "A", "B")
    evening, dawn = "2026-06-30 17:00:00", "2026-06-30 07:00:00"
    put(
        engine,
        "dossiers",
        dossier("A1", evening),
        dossier("A2", evening, supplement_requests="2"),  # late whenever it is finished
        dossier("A3", evening, apology_at="2026-06-29 08:00:00"),
        dossier("A4", dawn),
        dossier("A5", "2026-06-29 17:00:00"),
        dossier("A6", "2026-07-01 17:00:00"),
        dossier("A7", dawn, completed_at="2026-06-30 07:30:00"),
        dossier("A8", evening, rating="5"),  # its rating would count once it is finished
        dossier("B1", evening),
    )
    put(engine, "procedures", *({"code": f"P{n}", "name": "Thủ tục", "decided_on": "2026-06-2" + str(n)} for n in (2, 3, 9)))
    rows = [{"procedure": f"P{n}", "counter": 0, "posted_on": None} for n in (2, 3, 9)]
    put(engine, "postings", *({"unit": "A", **row} for row in rows))
    petition = {"unit": "A", "kind": "rule_petition", "received_on": "2026-06-20", "outcome": "pending", "resolved_on": None}
    put(engine, "feedback", *({**petition, "code": f"F{day}", "due_on": f"2026-06-{day}"} for day in (29, 30)))
    rulebook = RULEBOOK.format(code="rules", policy="") + READ
    put_campaign(engine, begins="2026-01-01", ends="2026-12-31", rulebook=rulebook)
    setting = show_board(engine, Question("thi-dua", "thi-dua"), TODAY, OPERATOR).setting
    with reading(engine) as connection:
        found = count_chances(connection, setting.rulebook.rulebook, setting.policy_id, setting.span, "A", NOW)
    # Five working days before Tuesday 30 June is Tuesday the 23rd.
    assert found == Chances(due_today=1, open_today=5, fallen_today=5, post_in_time=2, petitions_today=1)
