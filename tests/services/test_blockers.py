"""Everything that may be open alone forbids a final result; with nothing open it passes, and nobody can skip one."""

from __future__ import annotations

from datetime import date

import pytest
from builders import act, put_campaign, put_offices
from builders import put as put_rows
from committee import CAMPAIGN, GOLD_A, HERE, LOW_E, RULEBOOK, SCORES, SILVER_D, confirmed, dossier, record
from lives import CHAIR, MEMBER, put_committee
from people import OF_A, put_account
from sqlalchemy import text, update

from tracker.core.voting import Ballot
from tracker.services import blockers
from tracker.services.access import Role
from tracker.services.act import Act
from tracker.services.appealing import NewAppeal, hand_in_appeal
from tracker.services.appeals import EXCLUDE, CaseRef
from tracker.services.campaigns import PERIOD
from tracker.services.deciding import Session, TieChoice, decide_names, resolve_tie
from tracker.services.life import BlockedError, approve_step, propose_step
from tracker.services.meetings import record_meeting
from tracker.services.steps import Step, Where
from tracker.store.engine import writing

WHERE = Where(*HERE)
TODAY = date(2026, 6, 30)


def acting(actor) -> Act:
    return act(actor=actor)


def put_office(engine):
    """The contest of six units, published, with nothing done yet that the committee must do; appeals end today."""
    put_offices(engine, *SCORES, cluster="k")
    span = {"measure": "plan", "period_from": "2025-01-01", "period_to": "2025-12-31"}
    values = ({"unit": unit, "value": score, "checked": score, **span} for unit, score in SCORES.items())
    put_rows(engine, "reported", *values)
    put_rows(engine, "dossiers", dossier("1", "A-1", "2025-01-10", done="2025-01-12"))
    put_campaign(engine, CAMPAIGN, begins="2025-01-01", ends="2025-12-31", rulebook=RULEBOOK)
    put_committee(engine)
    put_account(engine, "clerk-a", Role.UNIT, OF_A)
    with writing(engine) as connection:
        connection.execute(text("UPDATE campaign SET rules_approved_by = 'chair'"))
        connection.execute(update(PERIOD).values(appeals_until=TODAY))
    for step in (Step.FREEZE, Step.PUBLISH):
        propose_step(engine, WHERE, step, acting(MEMBER))
        approve_step(engine, WHERE, step, acting(CHAIR))


@pytest.fixture
def office(engine, prepared):
    return prepared(put_office, engine)


def decide(engine, *, tie: bool = True, names: bool = True, minutes: bool = True, present: int = 7) -> None:
    """The committee's whole work but for what is left out."""
    written = {"minutes_no": "12/BB-HĐ", "minutes_on": date(2026, 6, 21)} if minutes else {}
    meeting = record_meeting(engine, *HERE, record(present=present, **written), acting(MEMBER))
    session = Session(*HERE, meeting)
    if tie:
        choice = TieChoice("gold", "k", {"B": Ballot(6, 1)}, "bốc thăm")
        resolve_tie(engine, session, choice, acting(MEMBER))
    wanted = [confirmed(name) for name in ((GOLD_A, SILVER_D, LOW_E) if names else (GOLD_A, LOW_E))]
    decide_names(engine, session, wanted, acting(MEMBER))


def appeal(engine) -> None:
    new = NewAppeal(*HERE, "A", CaseRef("dossiers", ("1",)), EXCLUDE, "lỗi đồng bộ", {})
    hand_in_appeal(engine, new, acting("clerk-a"))


def window_over(engine) -> None:
    with writing(engine) as connection:
        connection.execute(update(PERIOD).values(appeals_until=date(2026, 6, 29)))


def refusals(engine) -> list[str]:
    with pytest.raises(BlockedError) as refused:
        propose_step(engine, WHERE, Step.FINALISE, acting(MEMBER))
    return [problem.code.removeprefix("blocked_") for problem in refused.value.problems]


def test_with_everything_done_the_result_becomes_final(office):
    decide(office)
    window_over(office)
    propose_step(office, WHERE, Step.FINALISE, acting(MEMBER))
    approve_step(office, WHERE, Step.FINALISE, acting(CHAIR))


def test_with_nothing_done_every_open_point_is_named_at_once(office):
    assert refusals(office) == ["appeals_running", "undecided_names", "undecided_ties", "no_minutes"]


def test_an_undecided_name_alone_blocks(office):
    decide(office, names=False)
    window_over(office)
    assert refusals(office) == ["undecided_names"]


def test_an_undecided_tie_alone_blocks(office):
    decide(office, tie=False)
    window_over(office)
    assert "undecided_ties" in refusals(office)


def test_minutes_without_number_alone_block(office):
    decide(office, minutes=False)
    window_over(office)
    assert refusals(office) == ["no_minutes"]


def test_an_undecided_appeal_alone_blocks(office):
    decide(office)
    appeal(office)
    window_over(office)
    assert refusals(office) == ["undecided_appeals"]


def test_a_value_that_nobody_checked_alone_blocks(office):
    """Reopened, one value lost its check, frozen and decided anew."""
    propose_step(office, WHERE, Step.REOPEN, acting(MEMBER), "bổ sung")
    approve_step(office, WHERE, Step.REOPEN, acting(CHAIR))
    with writing(office) as connection:
        connection.execute(text("UPDATE reported SET checked = NULL WHERE unit = 'F'"))
    for step in (Step.FREEZE, Step.PUBLISH):
        propose_step(office, WHERE, step, acting(MEMBER))
        approve_step(office, WHERE, step, acting(CHAIR))
    decide(office)
    window_over(office)
    assert refusals(office) == ["unchecked_values"]


def test_a_second_opinion_that_differs_blocks(office, monkeypatch):
    decide(office)
    window_over(office)
    monkeypatch.setattr(blockers, "check", lambda _files: ["A: 6.67 is written, 6.66 was counted"])
    assert refusals(office) == ["self_check"]


def test_a_result_that_cannot_be_counted_again_blocks(office, monkeypatch):
    decide(office)
    window_over(office)
    monkeypatch.setattr(blockers, "check_result", lambda *_: [blockers_flaw()])
    assert refusals(office) == ["self_check"]


def blockers_flaw():
    from tracker.services.verifying import Flaw

    return Flaw("results", "result/1")


def test_a_decision_taken_after_the_proposal_refuses_its_approval(office):
    decide(office)
    window_over(office)
    propose_step(office, WHERE, Step.FINALISE, acting(MEMBER))
    record_meeting(office, *HERE, record(minutes_no="13", minutes_on=date(2026, 6, 21)), acting(MEMBER))
    with pytest.raises(Exception, match="basis_moved"):
        approve_step(office, WHERE, Step.FINALISE, acting(CHAIR))
