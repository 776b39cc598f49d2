"""A small province whose committee has decided: rewards, criticism, a meeting with ballots, an officer on each list."""

from __future__ import annotations

from datetime import date

from builders import act, put
from committee import GOLD_A, HERE, LOW_E, RULEBOOK, SCORES, SILVER_D, confirmed, freeze, put_contest, put_meeting
from lives import AFTER, take
from sqlalchemy import update

from tracker.core.decided import CRITICISM, REWARD, Name, Verdict
from tracker.core.voting import Ballot
from tracker.services.access import Verb
from tracker.services.adjusting import adjust
from tracker.services.adjustments import CORRECT, NewAdjustment
from tracker.services.appealing import NewAppeal, Ruling, decide_appeal, hand_in_appeal
from tracker.services.appeals import CaseRef
from tracker.services.campaigns import PERIOD
from tracker.services.copies import find_frozen
from tracker.services.deciding import Deciding, Session, TieChoice, decide_names, resolve_tie
from tracker.services.nominations import NewFinding, NewNomination, nominate, record_finding
from tracker.services.policies import CAMPAIGN
from tracker.services.standings import Question
from tracker.services.steps import Step, Where
from tracker.store.engine import reading, writing

QUESTION = Question(*HERE)
HOSTILE = 'Xã <b>Đắk & R\'Lấp</b> "{{ x }}" `{%` '
ACHIEVEMENT = "Rút ngắn thời gian giải quyết <3 ngày & không có hồ sơ trễ hạn"
# The same contest with grades, and a rule under which F must review itself.
GRADED = f"""{RULEBOOK}
[[criticism]]
code = "denounced"
title = {{vi = "Có tố cáo đúng", en = "A denunciation was upheld"}}
level = "self_review"
measure = "denunciations_upheld"
at_least = 1

[[grade]]
code = "good"
title = {{vi = "Tốt", en = "Good"}}
at_least = 80

[[grade]]
code = "fair"
title = {{vi = "Khá", en = "Fair"}}
at_least = 0
"""
DENOUNCED_F = Name(CRITICISM, "denounced", "F")


def put_decided(engine, rulebook: str = RULEBOOK, *more: Deciding) -> int:
    """The period frozen with every value checked, all decided at one meeting, whose number is returned."""
    put_contest(engine, rulebook)
    denounced = {"unit": "F", "kind": "denunciation", "outcome": "upheld"}
    put(engine, "feedback", {"code": "1", **denounced, "received_on": "2025-05-05", "resolved_on": "2025-06-06"})
    span = {"measure": "plan", "period_from": "2025-01-01", "period_to": "2025-12-31"}
    put(engine, "reported", *({"unit": unit, "value": score, "checked": score, **span} for unit, score in SCORES.items()))
    put(engine, "units", {"code": "A", "name": HOSTILE, "kind": "commune", "cluster": "k"})
    freeze(engine)
    with writing(engine) as connection:
        connection.execute(update(CAMPAIGN).values(rules_approved_by="chair"))
        connection.execute(update(PERIOD).values(appeals_until=date(2026, 3, 1)))
    _put_changes(engine)
    nominate(engine, *HERE, NewNomination("A", "A-1", "", "", "silver", ACHIEVEMENT), act())
    finding = NewFinding("B", "B-1", "", "Để công dân chờ quá lâu", "Kết luận số 12/KL-TTr", date(2025, 11, 3))
    number = record_finding(engine, *HERE, finding, act())
    meeting = put_meeting(engine, absent="02 người, có lý do", minutes_no="07/BB-HĐTĐKT", minutes_on=date(2026, 6, 22))
    session = Session(*HERE, meeting)
    officer, found = Name(REWARD, "silver", "A", "A-1"), Name(CRITICISM, f"finding/{number}", "B", "B-1")
    decide_names(
        engine,
        session,
        [
            confirmed(GOLD_A, 7),
            Deciding(SILVER_D, Verdict.REMOVED, "chậm nộp báo cáo 03 lần"),
            confirmed(LOW_E, 6, 1),
            confirmed(officer, 5, 2),
            confirmed(found, 7),
            *more,
        ],
        act(),
    )
    resolve_tie(engine, session, TieChoice("gold", "k", {"B": Ballot(6, 1)}, "nhiều sáng kiến hơn"), act())
    return meeting


def _put_changes(engine) -> None:
    """A's late dossier is left out on its appeal, which moves no score; the plan of F is decided to be 51, not 50."""
    late = CaseRef("dossiers", ("2",))
    asked = NewAppeal(*HERE, "A", late, "exclude", "hệ thống mất kết nối & lỗi đồng bộ", {})
    number = hand_in_appeal(engine, asked, act(date(2026, 2, 1)))
    decide_appeal(engine, number, Ruling("accepted", "đã đối chiếu nhật ký hệ thống"), act())
    with reading(engine) as connection:
        frozen = find_frozen(connection, *HERE)
    key = ("F", "plan", "2025-01-01", "2025-12-31")
    decided = NewAdjustment(CORRECT, "reported", key, {"decided": "51"}, "thẩm định lại minh chứng", "appraisal")
    adjust(engine, frozen, [decided], act(), Verb.APPRAISE, lambda *_: None)


def put_final(engine, rulebook: str = RULEBOOK, *more: Deciding) -> int:
    """The same, made final; returns the meeting of the decisions."""
    meeting = put_decided(engine, rulebook, *more)
    take(engine, Step.PUBLISH, Step.FINALISE, where=Where(*HERE), today=max(AFTER, date(2026, 7, 1)))
    return meeting
