"""Appeals: a unit contests its own cases of a frozen period; the committee's answer adjusts the copy once, and says so."""

from __future__ import annotations

import json
import threading
from datetime import date
from fractions import Fraction

import pytest
from builders import act, put, put_campaign, put_offices
from frozen import freeze, move
from intake.documents import docx, pdf, picture
from people import put_account, put_each_role
from sqlalchemy import func, select, text

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, Actor, DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.adjusting import read_case
from tracker.services.adjustments import load_adjustments
from tracker.services.appealing import (
    NewAppeal,
    Ruling,
    case_of_unit,
    decide_appeal,
    hand_in_appeal,
    preview_acceptance,
    withdraw_appeal,
)
from tracker.services.appeals import (
    CaseRef,
    appeals_document,
    list_appeals,
    parse_case,
    show_appeal,
    undecided_appeals,
)
from tracker.services.contested import case_of_appeal
from tracker.services.evidence import EVIDENCE, MAX_BYTES, fetch_evidence
from tracker.services.hearings import show_hearing
from tracker.services.imports import Source
from tracker.services.seals import check_seals
from tracker.store.audit import ENTRY
from tracker.store.engine import reading

LATE = CaseRef("dossiers", ("A-late",))
Y = ("y", "y")


def dossier(code: str, unit: str, done: str) -> dict:
    span = {"received_at": "2020-03-02 08:00:00", "due_at": "2020-03-06 17:00:00"}
    return {"code": code, "unit": unit, "procedure": "P1", "completed_at": done, "status": "completed", **span}


def put_office(engine):
    """A has one dossier of two on time (5 points of 10), B one of one (10). B leads."""
    put_offices(engine, "A", "B")
    on_time, late = "2020-03-05 08:00:00", "2020-03-09 08:00:00"
    put(engine, "dossiers", dossier("A-good", "A", on_time), dossier("A-late", "A", late), dossier("B-good", "B", on_time))
    complaint = {"kind": "complaint", "received_on": "2020-05-04", "outcome": "upheld", "resolved_on": "2020-05-20"}
    put(engine, "feedback", {"code": "F/1", "unit": "A", **complaint})
    span = {"period_from": "2020-01-01", "period_to": "2020-12-31"}
    put(engine, "reported", {"unit": "A", "measure": "m", "value": "3", "checked": "2", **span})
    put_campaign(engine, "y", begins="2020-01-01", ends="2020-12-31")
    engine.frozen = freeze(engine, *Y)
    engine.people = put_each_role(engine)
    engine.other = put_account(engine, "unit-b", Role.UNIT, Grant(frozenset({"B"})))


@pytest.fixture
def office(engine, prepared):
    return prepared(put_office, engine)


def ask(office, case: CaseRef = LATE, who: str = "unit", today: date | None = None, **more) -> int:
    asked = {"asks": "exclude", "reason": "lỗi đồng bộ", "cells": {}, "unit": "A", **more}
    actor = office.people.get(who, Actor(who))
    return hand_in_appeal(office, NewAppeal(*Y, case=case, **asked), act(actor=actor, **({"today": today} if today else {})))


def rule(office, appeal: int, verdict: str = "accepted", who: str = "committee", **more):
    return decide_appeal(office, appeal, Ruling(verdict, "đã đối chiếu", **more), act(actor=office.people[who]))


def refusal(call, *arguments, **named) -> str:
    with pytest.raises(RefusedError) as caught:
        call(*arguments, **named)
    return caught.value.problems[0].code


def count(office, table) -> int:
    with reading(office) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def verbs(office) -> list[str]:
    with reading(office) as connection:
        return list(connection.execute(select(ENTRY.c.verb).order_by(ENTRY.c.seq)).scalars())


def test_leaving_a_late_dossier_out_gives_the_unit_full_points_and_the_shared_first_rank(office):
    appeal = ask(office)
    change = rule(office, appeal)
    assert (change.score_before, change.score_after) == (5, 10)
    assert (change.rank_before, change.rank_after) == (2, 1)
    kept = show_appeal(office, office.people["unit"], appeal)
    assert kept.state == "accepted"
    assert kept.ruled.change == change
    assert kept.ruled.decided_by == "the-committee"
    assert read_case(office, office.frozen, "dossiers", ("A-late",)) is None
    with reading(office) as connection:
        (adjustment,) = load_adjustments(connection, office.frozen.id)
        assert connection.execute(text("SELECT count(*) FROM dossier WHERE code = 'A-late'")).scalar() == 1
        assert check_seals(connection) == []
    assert (adjustment.what.source, adjustment.unit) == (f"appeal/{appeal}", "A")


def test_the_case_of_an_appeal_is_told_as_the_committee_found_it(office):
    unit = office.people["unit"]
    corrected = ask(office, asks="correct", cells={"apology_at": "2020-03-06 10:00"})
    rule(office, corrected)
    left_out = ask(office)
    rule(office, left_out)
    assert case_of_appeal(office, unit, corrected)["apology_at"] is None
    assert case_of_appeal(office, unit, left_out)["apology_at"] == "2020-03-06 10:00:00"
    assert case_of_appeal(office, unit, left_out)["completed_at"] == "2020-03-09 08:00:00"
    value = ask(office, parse_case("reported/A/m/2020-01-01/2020-12-31"))
    assert case_of_appeal(office, unit, value)["checked"] == "2"
    for number in (corrected, 999):
        with pytest.raises(DeniedError):
            case_of_appeal(office, office.other, number)


def test_asking_for_other_cells_corrects_the_case_in_the_copy_only(office):
    appeal = ask(office, asks="correct", cells={"completed_at": "06/03/2020 16:59"})
    assert show_appeal(office, office.people["unit"], appeal).wanted == {"completed_at": "2020-03-06 16:59:00"}
    before = verbs(office)
    preview = preview_acceptance(office, appeal, act(actor=office.people["chair"]))
    assert (preview.score_after, preview.rank_after) == (10, 1)
    assert verbs(office) == before, "looking changes nothing"
    assert rule(office, appeal) == preview
    assert str(read_case(office, office.frozen, "dossiers", ("A-late",))["completed_at"]) == "2020-03-06 16:59:00"


def test_the_committee_may_grant_something_else_than_was_asked(office):
    appeal = ask(office)
    assert refusal(rule, office, appeal, "partly", action="exclude") == "partly_is_all"
    assert refusal(rule, office, appeal, "partly") == "appeal_changes_nothing"
    assert refusal(rule, office, appeal, "partly", cells={"unit": "B"}) == "column_not_contested"
    change = rule(office, appeal, "partly", cells={"apology_at": "2020-03-06 10:00"})
    assert (change.score_before, change.score_after) == (5, 5)
    assert change.cells == {"apology_at": "2020-03-06 10:00:00"}


def test_a_refusal_has_a_reason_and_changes_nothing(office):
    appeal = ask(office)
    assert refusal(decide_appeal, office, appeal, Ruling("refused", " \u200b"), act(actor=office.people["chair"])) == (
        "reason_missing"
    )
    assert rule(office, appeal, "refused") is None
    with reading(office) as connection:
        assert load_adjustments(connection, office.frozen.id) == []
    assert show_appeal(office, office.people["unit"], appeal).ruled.reason == "đã đối chiếu"


def test_a_feedback_case_and_a_reported_value_can_be_contested_too(office):
    complaint = ask(office, CaseRef("feedback", ("F/1",)), asks="correct", cells={"outcome": "rejected"})
    value = ask(office, parse_case("reported/A/m/2020-01-01/2020-12-31"), asks="correct", cells={"decided": "3,0"})
    assert show_appeal(office, OPERATOR, value).wanted == {"decided": "3"}
    rule(office, complaint)
    rule(office, value)
    assert read_case(office, office.frozen, "feedback", ("F/1",))["outcome"] == "rejected"
    found = read_case(office, office.frozen, "reported", ("A", "m", "2020-01-01", "2020-12-31"))
    assert (found["value"], found["checked"], found["decided"]) == (3, 2, 3)


def test_only_columns_that_matter_can_be_asked_for_and_cells_are_checked_like_an_import(office):
    assert refusal(ask, office, asks="correct", cells={"unit": "B"}) == "column_not_contested"
    assert refusal(ask, office, asks="correct", cells={"due_at": "soon"}) == "bad_date"
    assert refusal(ask, office, asks="correct", cells={"due_at": "2020-03-06 17:00"}) == "appeal_changes_nothing"
    assert refusal(ask, office, asks="correct", cells={}) == "appeal_changes_nothing"
    with pytest.raises(UsageError):
        ask(office, asks="delete")
    assert refusal(ask, office, reason="x" * 2001) == "reason_too_long"
    assert count(office, text("appeal")) == 0


def test_a_case_the_copy_does_not_have_and_one_of_another_unit_are_refused_alike(office):
    for code in ("B-good", "nothing"):
        assert refusal(ask, office, CaseRef("dossiers", (code,))) == "case_not_yours"
    assert refusal(ask, office, CaseRef("units", ("A",))) == "case_not_yours"
    rule(office, ask(office))
    assert refusal(ask, office) == "case_not_yours", "it has been left out"


def test_one_undecided_appeal_a_case_and_a_new_one_after_withdrawal_or_refusal(office):
    first = ask(office)
    assert refusal(ask, office) == "appeal_open"
    withdraw_appeal(office, first, act(actor=office.people["unit"]))
    assert refusal(rule, office, first) == "appeal_withdrawn"
    assert refusal(withdraw_appeal, office, first, act(actor=office.people["unit"])) == "appeal_withdrawn"
    second = ask(office)
    rule(office, second, "refused")
    assert refusal(withdraw_appeal, office, second, act(actor=office.people["unit"])) == "appeal_decided"
    assert ask(office) > second


def test_appeals_are_taken_while_frozen_or_published_and_until_the_last_day(office):
    today = act().today
    move(office, *Y, appeals_until=today)
    ask(office)
    assert refusal(ask, office, CaseRef("feedback", ("F/1",)), today=date(2026, 7, 1)) == "appeals_over"
    assert show_hearing(office, OPERATOR, *Y, today).days_left == 0
    assert show_hearing(office, OPERATOR, *Y, date(2026, 6, 26)).days_left == 2, "Friday to Tuesday"
    move(office, *Y, state="published", appeals_until=None)
    value = ask(office, parse_case("reported/A/m/2020-01-01/2020-12-31"))
    move(office, *Y, state="final")
    assert refusal(ask, office, CaseRef("feedback", ("F/1",))) == "period_final"
    assert refusal(rule, office, value, "refused") == "period_moved"
    assert refusal(rule, office, value) == "period_not_adjustable"
    move(office, *Y, state="open", revision=2)
    assert refusal(ask, office, CaseRef("feedback", ("F/1",))) == "appeals_not_open"
    assert refusal(rule, office, value, "refused") == "period_moved"


def test_undecided_appeals_of_a_revision_are_counted_and_written_down(office):
    with reading(office) as connection:
        assert undecided_appeals(connection, *Y, 1) == 0
    files = (Source("công văn.pdf", pdf()),)
    first, second = ask(office, files=files), ask(office, CaseRef("feedback", ("F/1",)))
    third = ask(office, parse_case("reported/A/m/2020-01-01/2020-12-31"))
    rule(office, first)
    withdraw_appeal(office, second, act(actor=office.people["unit"]))
    with reading(office) as connection:
        assert undecided_appeals(connection, *Y, 1) == 1
        assert undecided_appeals(connection, *Y, 2) == 0
        document = appeals_document(connection, *Y, 1)
        assert appeals_document(connection, *Y, 2) == []
        stored = connection.execute(select(EVIDENCE.c.sha256)).scalar()
    assert document[0] == {
        "appeal": first,
        "unit": "A",
        "kind": "dossiers",
        "case": "A-late",
        "asks": "exclude",
        "verdict": "accepted",
        "reason": "đã đối chiếu",
        "evidence": [stored],
        "effect": {
            "action": "exclude",
            "cells": {},
            "score_before": "5",
            "score_after": "10",
            "rank_before": 2,
            "rank_after": 1,
        },
    }
    assert [(one["appeal"], one["verdict"]) for one in document[1:]] == [(second, "withdrawn"), (third, "open")]
    assert len(document[2]["case_sha256"]) == 64
    assert json.loads(json.dumps(document)) == document


def test_evidence_is_kept_with_its_digest_and_given_under_a_name_that_bears_it(office):
    files = (Source("../../Công văn.DOCX", docx()), Source("ảnh.png", picture("PNG")))
    appeal = ask(office, files=files)
    kept = show_appeal(office, office.people["unit"], appeal).evidence
    assert [(one.name, one.type) for one in kept] == [("Công văn.docx", "docx"), ("ảnh.png", "png")]
    for one, source in zip(kept, files, strict=True):
        file = fetch_evidence(office, one.id, office.people["unit"])
        assert file.data == source.data
        assert file.name == one.file_name
        assert one.sha256[:16] in file.name
    assert verbs(office)[-3:] == ["hand_in_appeal", "hand_in_evidence", "hand_in_evidence"]


def test_a_bad_file_or_too_many_refuse_the_whole_appeal(office):
    assert refusal(ask, office, files=(Source("a.pdf", pdf()), Source("b.pdf", b"MZ"))) == "evidence_unknown"
    assert refusal(ask, office, files=(Source("a.pdf", b""),)) == "evidence_empty"
    assert refusal(ask, office, files=(Source("a.pdf", pdf("x" * MAX_BYTES)),)) == "evidence_too_big"
    assert refusal(ask, office, files=(Source("a.pdf", pdf()), Source("b.pdf", pdf()))) == "evidence_twice"
    six = tuple(Source(f"{n}.pdf", pdf(str(n))) for n in range(6))
    assert refusal(ask, office, files=six) == "evidence_too_many"
    assert count(office, text("appeal")) == count(office, text("evidence")) == 0
    exactly = pdf("x" * (MAX_BYTES - len(pdf())))
    assert len(exactly) == MAX_BYTES
    assert ask(office, files=(*six[:4], Source("full.pdf", exactly)))


def test_damaged_evidence_is_not_handed_out(office):
    appeal = ask(office, files=(Source("a.pdf", pdf()),))
    (kept,) = show_appeal(office, OPERATOR, appeal).evidence
    with office.begin() as connection:
        connection.execute(EVIDENCE.update().values(data=pdf("other")))
    assert refusal(fetch_evidence, office, kept.id, OPERATOR) == "evidence_damaged"


ROLES = ("viewer", "unit", "clerk", "committee", "chair", "admin")


def allowed(call) -> bool:
    try:
        call()
    except DeniedError:
        return False
    except (RefusedError, UsageError):
        return True
    return True


@pytest.mark.parametrize("role", ROLES)
def test_every_verb_of_appeals_is_for_whom_it_was_designed(office, role):
    actor = office.people[role]
    appeal = ask(office, files=(Source("a.pdf", pdf()),))
    (evidence,) = show_appeal(office, OPERATOR, appeal).evidence
    complaint = CaseRef("feedback", ("F/1",))
    sees, decides = role not in ("viewer",), role in ("committee", "chair")
    assert allowed(lambda: show_appeal(office, actor, appeal)) == sees
    assert allowed(lambda: case_of_appeal(office, actor, appeal)) == sees
    assert allowed(lambda: list_appeals(office, actor, *Y)) == sees
    assert allowed(lambda: show_hearing(office, actor, *Y, act().today)) == sees
    assert allowed(lambda: case_of_unit(office, actor, Y, "A", LATE)) == sees
    assert allowed(lambda: fetch_evidence(office, evidence.id, actor)) == sees
    assert allowed(lambda: preview_acceptance(office, appeal, act(actor=actor))) == decides
    assert allowed(lambda: ask(office, complaint, who=actor)) == (role == "unit")
    assert allowed(lambda: withdraw_appeal(office, appeal, act(actor=actor))) == (role == "unit")
    again = ask(office) if role == "unit" else appeal
    for verdict in ("refused", "accepted"):
        assert allowed(lambda verdict=verdict: rule(office, again, verdict, who=role)) == decides
    assert (show_appeal(office, OPERATOR, again).ruled is not None) == decides


def test_another_unit_learns_nothing_of_an_appeal_by_any_number(office):
    appeal = ask(office, files=(Source("a.pdf", pdf()),))
    (evidence,) = show_appeal(office, OPERATOR, appeal).evidence
    assert list_appeals(office, office.other, *Y) == []
    for number in (appeal, 999):
        for call in (
            lambda number=number: show_appeal(office, office.other, number),
            lambda number=number: fetch_evidence(office, number if number == 999 else evidence.id, office.other),
            lambda number=number: withdraw_appeal(office, number, act(actor=office.other)),
            lambda number=number: decide_appeal(office, number, Ruling("refused", "x"), act(actor=office.other)),
        ):
            with pytest.raises(DeniedError) as caught:
                call()
            assert next(problem.args for problem in caught.value.problems).keys() == {"verb"}
    for unit in ("A", "B"):
        with pytest.raises((DeniedError, RefusedError)):
            ask(office, who="unit-b", unit=unit)
        with pytest.raises((DeniedError, RefusedError)):
            case_of_unit(office, office.other, Y, unit, LATE)
    assert verbs(office).count("denied") >= 8


def test_two_members_deciding_at_once_one_wins_and_the_other_is_told_who(office):
    appeal = ask(office)
    told, won = [], []
    gate = threading.Barrier(4)
    judges = [(who, verdict) for who in ("committee", "chair") for verdict in ("accepted", "refused")]

    def judge(who: str, verdict: str) -> None:
        gate.wait()
        try:
            rule(office, appeal, verdict, who=who)
            won.append(who)
        except RefusedError as error:
            told.append(error.problems[0])

    threads = [threading.Thread(target=judge, args=each) for each in judges]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert [problem.code for problem in told] == ["appeal_decided"] * 3
    assert {problem.args["by"] for problem in told} == {f"the-{won[0]}"}
    kept = show_appeal(office, OPERATOR, appeal)
    with reading(office) as connection:
        assert len(load_adjustments(connection, office.frozen.id)) == (kept.state == "accepted")
        assert check_seals(connection) == []
    assert verbs(office).count("decide_appeal") == 1


def test_two_appeals_decided_at_once_both_count(office):
    """Without the late dossier A has 10 points; its complaint does not count in this rulebook."""
    appeals = [ask(office), ask(office, CaseRef("feedback", ("F/1",)))]
    threads = [threading.Thread(target=rule, args=(office, appeal)) for appeal in appeals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [show_appeal(office, OPERATOR, appeal).state for appeal in appeals] == ["accepted"] * 2
    with reading(office) as connection:
        assert len(load_adjustments(connection, office.frozen.id)) == 2
    assert Fraction(10) in {show_appeal(office, OPERATOR, one).ruled.change.score_after for one in appeals}


def test_the_same_unit_handing_in_twice_at_once_leaves_one_appeal(office):
    outcomes = []
    gate = threading.Barrier(2)

    def hand() -> None:
        gate.wait()
        try:
            outcomes.append(ask(office))
        except RefusedError as error:
            outcomes.append(error.problems[0].code)

    threads = [threading.Thread(target=hand) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes))[-1] == "appeal_open"
    assert count(office, text("appeal")) == 1
