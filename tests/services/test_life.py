"""The life of a period: two persons for each step, a ground that may not move, a result that nothing changes any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from builders import put, put_campaign, put_offices
from lives import AFTER, CHAIR, HERE, MEMBER, OTHER_CHAIR, acting, dossier, meet, put_committee, put_year, take
from people import put_account
from sqlalchemy import select, text, update

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, Actor, DeniedError, Role, Verb
from tracker.services.adjusting import adjust
from tracker.services.adjustments import EXCLUDE, NewAdjustment
from tracker.services.campaigns import PERIOD, load_campaign
from tracker.services.copies import find_frozen, list_frozen
from tracker.services.life import BlockedError, answer_step, approve_step, propose_step
from tracker.services.results import newest_result
from tracker.services.standings import LIVE, WORKING, Question, compute_board, show_board
from tracker.services.steps import Step, find_pending, list_steps
from tracker.services.verifying import verify_period
from tracker.store.engine import reading, writing

FREEZE, PUBLISH, FINALISE, REOPEN = Step.FREEZE, Step.PUBLISH, Step.FINALISE, Step.REOPEN


@pytest.fixture
def office(engine, prepared):
    return prepared(put_year, engine)


def period_of(engine):
    with reading(engine) as connection:
        return load_campaign(connection, HERE.campaign).period(HERE.period)


def score(engine, unit: str, basis: str = "", actor=OPERATOR) -> Fraction:
    board = show_board(engine, Question(HERE.campaign, HERE.period, basis=basis), AFTER, actor)
    return board.place(unit).score.score


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def exclude(engine, code: str):
    with reading(engine) as connection:
        frozen = find_frozen(connection, HERE.campaign, HERE.period)
    change = NewAdjustment(EXCLUDE, "dossiers", (code,), {}, "lỗi đồng bộ", "appeal/1")
    return adjust(engine, frozen, [change], acting(MEMBER), Verb.DECIDE, lambda _connection, _effect: None)


def test_a_period_goes_from_open_to_frozen_to_published_to_final(office):
    for step, state in ((FREEZE, "frozen"), (PUBLISH, "published"), (FINALISE, "final")):
        take(office, step)
        assert period_of(office).state == state
    with reading(office) as connection:
        done = [(taken.step.value, taken.act, taken.actor) for taken in list_steps(connection, HERE)]
    assert done == [
        *[("freeze", "propose", MEMBER), ("freeze", "approve", CHAIR)],
        *[("publish", "propose", MEMBER), ("publish", "approve", CHAIR)],
        *[("finalise", "propose", MEMBER), ("finalise", "approve", CHAIR)],
    ]


@pytest.mark.parametrize("step", [PUBLISH, FINALISE, REOPEN])
def test_a_step_out_of_order_is_refused(office, step):
    with pytest.raises(RefusedError) as refused:
        propose_step(office, HERE, step, acting(MEMBER), "vì sao")
    assert codes(refused) == ["step_not_now"]


def test_nobody_approves_their_own_proposal(office):
    propose_step(office, HERE, FREEZE, acting(CHAIR))
    with pytest.raises(RefusedError) as refused:
        approve_step(office, HERE, FREEZE, acting(CHAIR))
    assert codes(refused) == ["own_proposal"]
    approve_step(office, HERE, FREEZE, acting(OTHER_CHAIR))
    assert period_of(office).state == "frozen"


def test_the_operator_of_the_command_line_is_one_person_too(office):
    propose_step(office, HERE, FREEZE, acting(OPERATOR))
    with pytest.raises(RefusedError):
        approve_step(office, HERE, FREEZE, acting(OPERATOR))


def test_approving_under_a_sign_in_that_was_not_confirmed_lately_is_refused(office):
    propose_step(office, HERE, FREEZE, acting(MEMBER))
    with pytest.raises(RefusedError) as refused:
        approve_step(office, HERE, FREEZE, replace(acting(CHAIR), handle="0" * 64))
    assert codes(refused) == ["confirm_first"]
    assert period_of(office).state == "open"


def test_a_member_may_propose_and_not_approve_and_a_viewer_neither(office):
    put_account(office, "viewer", Role.VIEWER)
    with pytest.raises(DeniedError):
        propose_step(office, HERE, FREEZE, acting(Actor("viewer")))
    propose_step(office, HERE, FREEZE, acting(CHAIR))
    for actor in (MEMBER, Actor("viewer")):
        with pytest.raises(DeniedError):
            approve_step(office, HERE, FREEZE, acting(actor))
    assert period_of(office).state == "open"


def test_one_proposal_waits_at_a_time_and_can_be_withdrawn_or_refused_with_a_reason(office):
    propose_step(office, HERE, FREEZE, acting(MEMBER))
    with pytest.raises(RefusedError) as refused:
        propose_step(office, HERE, FREEZE, acting(CHAIR))
    assert codes(refused) == ["step_pending"]
    answer_step(office, HERE, acting(MEMBER))
    propose_step(office, HERE, FREEZE, acting(MEMBER))
    with pytest.raises(UsageError):
        answer_step(office, HERE, acting(CHAIR))
    answer_step(office, HERE, acting(CHAIR), "còn thiếu số liệu")
    with pytest.raises(RefusedError) as refused:
        approve_step(office, HERE, FREEZE, acting(CHAIR))
    assert codes(refused) == ["no_proposal"]
    with reading(office) as connection:
        assert find_pending(connection, HERE, period_of(office)) is None


def test_a_member_cannot_refuse_the_proposal_of_another(office):
    propose_step(office, HERE, FREEZE, acting(CHAIR))
    with pytest.raises(DeniedError):
        answer_step(office, HERE, acting(MEMBER), "không")


def test_freezing_is_refused_if_the_periods_data_changed_since_it_was_proposed(office):
    propose_step(office, HERE, FREEZE, acting(MEMBER))
    put(office, "dossiers", dossier("9", "A", "2025-06-01", "2025-06-10"))
    with pytest.raises(RefusedError) as refused:
        approve_step(office, HERE, FREEZE, acting(CHAIR))
    assert codes(refused) == ["basis_moved"]
    assert period_of(office).state == "open"


def test_data_of_another_period_do_not_hinder_freezing(office):
    propose_step(office, HERE, FREEZE, acting(MEMBER))
    put(office, "dossiers", dossier("9", "A", "2026-02-01", "2026-02-10"))
    approve_step(office, HERE, FREEZE, acting(CHAIR))
    assert period_of(office).state == "frozen"


def test_a_frozen_period_no_longer_follows_the_cases(office):
    """A: 2 of 3 in time, 6.67. A late dossier more would make 2 of 4: 5.00."""
    take(office, FREEZE)
    put(office, "dossiers", dossier("9", "A", "2025-06-01", "2025-06-10"))
    assert score(office, "A") == Fraction(667, 100)
    assert score(office, "A", LIVE) == 5


def test_the_next_period_goes_on_with_what_was_carried_over(office):
    take(office, FREEZE, PUBLISH, FINALISE)
    board = compute_board(office, Question(HERE.campaign, "2026"), AFTER, OPERATOR)
    assert board.facts["B"].measures["carried"] == 1
    assert board.facts["B"].measures["done_late"] == 1


def test_an_adjustment_moves_the_working_result_and_what_is_published_stays(office):
    take(office, FREEZE, PUBLISH)
    effect = exclude(office, "1")
    assert (effect.units["A"].score_before, effect.units["A"].score_after) == (Fraction(667, 100), 10)
    assert score(office, "A", WORKING) == 10
    assert score(office, "A") == Fraction(667, 100)


def test_an_adjustment_while_frozen_is_in_force_at_once(office):
    take(office, FREEZE)
    exclude(office, "1")
    assert score(office, "A") == 10


def test_publishing_is_refused_if_the_period_was_adjusted_since_it_was_proposed(office):
    take(office, FREEZE)
    propose_step(office, HERE, PUBLISH, acting(MEMBER))
    exclude(office, "1")
    with pytest.raises(RefusedError) as refused:
        approve_step(office, HERE, PUBLISH, acting(CHAIR))
    assert codes(refused) == ["basis_moved"]


def test_a_final_period_can_neither_be_adjusted_nor_changed_by_any_import(office):
    take(office, FREEZE, PUBLISH, FINALISE)
    with pytest.raises(RefusedError) as refused:
        exclude(office, "1")
    assert codes(refused) == ["period_not_adjustable"]
    put(office, "dossiers", dossier("2", "A", "2025-03-01", "2025-03-10", "2025-03-20"))
    assert score(office, "A") == Fraction(667, 100)
    assert all(not found.flaws for found in verify_period(office, HERE.campaign, HERE.period, OPERATOR))


def test_what_was_adjusted_after_publishing_is_in_the_final_result(office):
    take(office, FREEZE, PUBLISH)
    exclude(office, "1")
    take(office, FINALISE)
    assert score(office, "A") == 10


def test_reopening_needs_a_reason_starts_a_revision_and_leaves_the_old_one_readable(office):
    take(office, FREEZE, PUBLISH, FINALISE)
    with pytest.raises(UsageError):
        propose_step(office, HERE, REOPEN, acting(MEMBER))
    take(office, REOPEN, reason="phát hiện sai số liệu")
    period = period_of(office)
    assert (period.state, period.revision, period.version) == ("open", 2, 4)
    put(office, "dossiers", dossier("9", "A", "2025-06-01", "2025-06-10"))
    assert score(office, "A") == 5
    with reading(office) as connection:
        first = list_frozen(connection, HERE.campaign, HERE.period)[0]
        final = newest_result(connection, first.id, "final")
    assert score(office, "A", str(final.id)) == Fraction(667, 100)


def test_accepted_adjustments_are_carried_into_the_next_revision(office):
    take(office, FREEZE)
    exclude(office, "1")
    take(office, REOPEN, reason="bổ sung")
    put(office, "dossiers", dossier("9", "A", "2025-06-01", "2025-06-10"))
    take(office, FREEZE)
    assert score(office, "A") == Fraction(667, 100)  # 2 of 3: the late one left out, the overdue one new
    with reading(office) as connection:
        frozen = find_frozen(connection, HERE.campaign, HERE.period)
        assert frozen.revision == 2
        assert newest_result(connection, frozen.id).adjustments == 1


@pytest.mark.parametrize(
    ("spoil", "blocker"),
    [
        ("running", "blocked_period_running"),
        ("too_early", "blocked_frozen_too_early"),
        ("no_deadline", "blocked_no_deadline"),
        ("appeals", "blocked_appeals_running"),
        ("rules", "blocked_rules_not_approved"),
    ],
)
def test_each_thing_that_is_open_alone_blocks_the_final_result(office, spoil, blocker):
    frozen_on = date(2025, 12, 30) if spoil in ("running", "too_early") else AFTER
    take(office, FREEZE, PUBLISH, today=frozen_on)
    meet(office, today=frozen_on)
    today = date(2025, 12, 31) if spoil == "running" else AFTER
    with writing(office) as connection:
        if spoil == "rules":
            connection.execute(text("UPDATE campaign SET rules_approved_by = ''"))
        if spoil in ("no_deadline", "appeals", "running"):
            deadline = {"no_deadline": None, "appeals": AFTER, "running": date(2025, 12, 1)}[spoil]
            connection.execute(update(PERIOD).where(PERIOD.c.code == "2025").values(appeals_until=deadline))
    with pytest.raises(BlockedError) as refused:
        propose_step(office, HERE, FINALISE, acting(MEMBER, today))
    assert codes(refused) == [blocker]


def test_what_opens_between_proposal_and_approval_blocks_too(office):
    take(office, FREEZE, PUBLISH)
    meet(office)
    propose_step(office, HERE, FINALISE, acting(MEMBER))
    with writing(office) as connection:
        connection.execute(text("UPDATE campaign SET rules_approved_by = ''"))
    with pytest.raises(BlockedError):
        approve_step(office, HERE, FINALISE, acting(CHAIR))
    assert period_of(office).state == "published"


def test_a_unit_whose_report_is_missing_blocks_the_final_result(engine):
    put_offices(engine, "A")
    put(engine, "dossiers", dossier("1", "A", "2025-02-01", "2025-02-10", "2025-02-09"))
    rulebook = RULES_WITH_REPORT
    put_campaign(engine, begins="2025-01-01", ends="2025-12-31", every="year", rulebook=rulebook)
    put_committee(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE campaign SET rules_approved_by = 'chair'"))
        connection.execute(update(PERIOD).values(appeals_until=date(2026, 3, 1)))
    take(engine, FREEZE, PUBLISH)
    meet(engine)
    with pytest.raises(BlockedError) as refused:
        propose_step(engine, HERE, FINALISE, acting(MEMBER))
    assert codes(refused) == ["blocked_pending_lines"]


RULES_WITH_REPORT = """
code = "reported"
version = 1
title = {vi = "t", en = "t"}
basis = "test"
total = 10
[[reported]]
measure = "initiatives"
title = {vi = "Sáng kiến", en = "Initiatives"}
[[criterion]]
code = "c"
title = {vi = "c", en = "c"}
points = 10
  [[criterion.indicator]]
  code = "c.ontime"
  title = {vi = "đúng hẹn", en = "on time"}
  points = 5
  basis = "test"
  formula = {kind = "ratio", numerator = ["done_on_time"], denominator = ["received"]}
  [[criterion.indicator]]
  code = "c.initiatives"
  title = {vi = "sáng kiến", en = "initiatives"}
  points = 5
  basis = "test"
  formula = {kind = "count", items = ["initiatives"], per = 1}
"""


def test_viewers_see_what_is_published_and_not_what_the_committee_works_on(office):
    viewer = put_account(office, "viewer", Role.VIEWER)
    take(office, FREEZE, PUBLISH)
    exclude(office, "1")
    assert score(office, "A", actor=viewer) == Fraction(667, 100)
    for basis in (WORKING, LIVE):
        with pytest.raises(DeniedError):
            score(office, "A", basis, viewer)
    assert score(office, "A", WORKING, MEMBER) == 10


def test_a_campaign_may_hide_everything_from_viewers_until_it_is_published(office):
    viewer = put_account(office, "viewer", Role.VIEWER)
    with writing(office) as connection:
        connection.execute(text("UPDATE campaign SET hides_live = true"))
    for step in (FREEZE, PUBLISH):
        with pytest.raises(UsageError):
            score(office, "A", actor=viewer)
        assert score(office, "A", actor=MEMBER) == Fraction(667, 100)
        take(office, step)
    assert score(office, "A", actor=viewer) == Fraction(667, 100)


def test_the_log_tells_of_each_step_what_it_was_decided_on(office):
    take(office, FREEZE, PUBLISH, FINALISE)
    with reading(office) as connection:
        frozen = find_frozen(connection, HERE.campaign, HERE.period)
        final = newest_result(connection, frozen.id, "final")
        payload = connection.execute(text("SELECT payload FROM audit_entry WHERE verb = 'finalise_approve'")).scalar_one()
        rows = connection.execute(select(PERIOD.c.state).where(PERIOD.c.campaign == HERE.campaign)).scalars().all()
    assert frozen.inputs_sha256 in payload
    assert final.digests["results_sha256"] in payload
    assert sorted(rows) == ["final", "open", "open"]
