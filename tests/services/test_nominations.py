"""Units nominate officers; the committee sees the officers' own figures, votes on them, and criticises only on a finding."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from builders import TODAY, act, put
from committee import HERE, confirmed, dossier, freeze, put_contest, put_meeting, removed, rows_of, set_state
from people import put_account, put_each_role
from sqlalchemy import text

from tracker.core.decided import CRITICISM, REWARD, Name, NameState
from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.committee import NOMINATION
from tracker.services.deciding import Session, decide_names
from tracker.services.decisions import decisions_document, open_questions, working
from tracker.services.nominations import (
    NewFinding,
    NewNomination,
    Officer,
    list_individuals,
    list_officers,
    list_own_units,
    nominate,
    record_finding,
    withdraw_nomination,
)
from tracker.services.standings import Question, measure, resolve, show_board
from tracker.store.engine import reading
from tracker.store.officer_counts import OfficerFigures, count_officers

HOA = Name(REWARD, "gold", "A", "A-1")
# By hand from `committee.put_contest`: one on time, one late, one overdue; ratings 5 and 4; one supplement asked for.
# One working day late, and 207 from 10 March to 31 December 2025: 212 weekdays, six holidays, one Saturday worked.
HOAS_FIGURES = OfficerFigures(3, 1, 1, 1, 0, 1, 2, Fraction(9, 2), received=3, days_late=1 + 207)


@pytest.fixture
def contest(engine, prepared):
    return prepared(put_contest, engine)


@pytest.fixture
def frozen(contest):
    freeze(contest)
    return contest


def new(**changes) -> NewNomination:
    said = {"unit": "A", "officer": "A-1", "name": "", "title": "", "award": "gold", "achievement": "Trả sớm 200 hồ sơ"}
    return NewNomination(**{**said, **changes})


def finding(**changes) -> NewFinding:
    said = {"unit": "A", "officer": "A-2", "name": "Lê Văn Ba", "finding": "Gây phiền hà", "basis": "KL 05/KL-TTr"}
    return NewFinding(**{**said, "found_on": date(2026, 3, 1), **changes})


def individuals(engine, actor=OPERATOR):
    return list_individuals(engine, *HERE, TODAY, actor)


def codes(refused: pytest.ExceptionInfo[RefusedError]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_unit_can_nominate_whom_its_staff_file_or_its_dossiers_name(contest):
    assert list_officers(contest, "A", OPERATOR) == (Officer("A-1", "Nguyễn Thị Hoa", "Chuyên viên"), Officer("A-2"))
    assert list_officers(contest, "F", OPERATOR) == ()


def test_a_nomination_takes_name_and_title_from_the_staff_file_unless_they_are_given(contest):
    nominate(contest, *HERE, new(), act())
    nominate(contest, *HERE, new(officer="A-2", name="Lê Văn Ba", title="Văn thư"), act())
    assert [(one.full_name, one.title) for one in individuals(contest)] == [
        ("Nguyễn Thị Hoa", "Chuyên viên"),
        ("Lê Văn Ba", "Văn thư"),
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"officer": "B-1"}, "unknown_officer"),
        ({"officer": ""}, "unknown_officer"),
        ({"officer": "A-2"}, "individual_needs"),  # only its dossiers name A-2: the name must be given
        ({"achievement": " "}, "individual_needs"),
        ({"achievement": "x" * 2001}, "field_too_long"),
        ({"name": "x" * 201}, "field_too_long"),
    ],
)
def test_a_nomination_that_lacks_something_is_refused(contest, changes, code):
    with pytest.raises(RefusedError) as refused:
        nominate(contest, *HERE, new(**changes), act())
    assert codes(refused) == [code]
    assert rows_of(contest, NOMINATION) == []


def test_the_award_must_be_one_of_the_rulebooks(contest):
    with pytest.raises(UsageError) as wrong:
        nominate(contest, *HERE, new(award="bronze"), act())
    assert wrong.value.code == "unknown_rule"


def test_an_officer_is_nominated_once_and_again_after_a_withdrawal(contest):
    number = nominate(contest, *HERE, new(), act())
    with pytest.raises(RefusedError) as refused:
        nominate(contest, *HERE, new(award="silver"), act())
    assert codes(refused) == ["nominated_already"]
    withdraw_nomination(contest, number, act())
    assert [(one.withdrawn, one.decided) for one in individuals(contest)] == [(True, False)]
    assert nominate(contest, *HERE, new(award="silver"), act()) == number
    assert [(one.name.rule, one.withdrawn) for one in individuals(contest)] == [("silver", False)]


def test_a_nomination_is_withdrawn_once_and_not_once_it_is_decided(frozen):
    number = nominate(frozen, *HERE, new(), act())
    withdraw_nomination(frozen, number, act())
    with pytest.raises(RefusedError) as refused:
        withdraw_nomination(frozen, number, act())
    assert codes(refused) == ["nomination_withdrawn"]
    nominate(frozen, *HERE, new(), act())
    decide_names(frozen, Session(*HERE, put_meeting(frozen)), [confirmed(HOA)], act())
    with pytest.raises(RefusedError) as refused:
        withdraw_nomination(frozen, number, act())
    assert codes(refused) == ["nomination_decided"]
    with pytest.raises(UsageError):
        withdraw_nomination(frozen, 99, act())


def test_nominations_close_when_the_period_is_final(frozen):
    number = nominate(frozen, *HERE, new(), act())
    set_state(frozen, "final")
    for attempt in (
        lambda: nominate(frozen, *HERE, new(officer="A-2", name="Ba"), act()),
        lambda: withdraw_nomination(frozen, number, act()),
        lambda: record_finding(frozen, *HERE, finding(), act()),
    ):
        with pytest.raises(RefusedError) as refused:
            attempt()
        assert codes(refused) == ["decide_too_late"]


def test_the_officers_own_figures_stand_beside_the_nomination_open_or_frozen(contest):
    nominate(contest, *HERE, new(), act())
    assert individuals(contest)[0].figures == HOAS_FIGURES
    freeze(contest)
    assert individuals(contest)[0].figures == HOAS_FIGURES
    put(contest, "dossiers", dossier("2", "A-1", "2025-02-10", done="2025-02-09", rating="4"))
    assert individuals(contest)[0].figures == HOAS_FIGURES, "what was frozen stays"


def test_the_figures_of_a_units_officers_add_up_to_the_units_own(contest):
    with reading(contest) as connection:
        setting = resolve(connection, Question(*HERE), TODAY)
        policy = setting.rulebook.rulebook.on_time
        found = count_officers(connection, policy, setting.policy_id, setting.span, "A")
    measured = measure(contest, Question(*HERE), TODAY, OPERATOR).facts["A"].measures
    whole = {"on_time": "done_on_time", "late": "done_late", "overdue": "pending_overdue", "pending": "pending_in_time"}
    for figure, name in whole.items():
        assert sum(getattr(figures, figure) for figures in found.values()) == measured[name], figure
    assert sum(figures.handled for figures in found.values()) == measured["received"] + measured["carried"]


def test_an_officer_without_dossiers_has_figures_of_nothing(contest):
    nominate(contest, *HERE, new(unit="B", officer="B-1"), act())
    assert individuals(contest)[0].figures == OfficerFigures()


def test_the_committee_votes_on_officers_as_on_units(frozen):
    session = Session(*HERE, put_meeting(frozen))
    nominate(frozen, *HERE, new(), act())
    assert HOA in open_names(frozen)
    decide_names(frozen, session, [confirmed(HOA, 4, 3)], act())  # 5 of 7 are needed
    assert individuals(frozen)[0].outcome.state is NameState.FAILED
    assert HOA not in open_names(frozen)


def open_names(engine):
    board = show_board(engine, working(*HERE), TODAY, OPERATOR)
    with reading(engine) as connection:
        return open_questions(connection, board, 1).names


def test_an_officer_is_criticised_only_on_a_recorded_finding(frozen):
    session = Session(*HERE, put_meeting(frozen))
    number = record_finding(frozen, *HERE, finding(), act())
    ba = Name(CRITICISM, f"finding/{number}", "A", "A-2")
    for other in (Name(CRITICISM, "low", "A", "A-2"), Name(CRITICISM, f"finding/{number}", "A", "A-1")):
        with pytest.raises(RefusedError) as refused:
            decide_names(frozen, session, [confirmed(other)], act())
        assert codes(refused) == ["officer_without_finding"]
    decide_names(frozen, session, [confirmed(ba)], act())
    found = individuals(frozen)[0]
    assert (found.outcome.state, found.said, found.basis) == (NameState.CONFIRMED, "Gây phiền hà", "KL 05/KL-TTr")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"finding": ""}, "individual_needs"),
        ({"basis": " "}, "individual_needs"),
        ({"name": ""}, "individual_needs"),
        ({"found_on": date(2026, 7, 1)}, "finding_in_future"),
        ({"officer": "B-1"}, "unknown_officer"),
    ],
)
def test_a_finding_without_text_document_name_or_a_day_that_has_come_is_refused(frozen, changes, code):
    with pytest.raises(RefusedError) as refused:
        record_finding(frozen, *HERE, finding(**changes), act())
    assert codes(refused) == [code]


def test_findings_wait_until_the_period_is_frozen(contest):
    with pytest.raises(RefusedError) as refused:
        record_finding(contest, *HERE, finding(), act())
    assert codes(refused) == ["decide_too_early"]


def test_a_unit_sees_its_own_officers_only_and_hears_the_outcome_once_all_is_final(frozen):
    unit = put_account(frozen, "unit-a", Role.UNIT, Grant(frozenset({"A"})))
    nominate(frozen, *HERE, new(), act(actor=unit))
    nominate(frozen, *HERE, new(unit="B", officer="B-1"), act())
    decide_names(frozen, Session(*HERE, put_meeting(frozen)), [removed(HOA)], act())
    seen = individuals(frozen, unit)
    assert [(one.name.unit, one.decided, one.outcome) for one in seen] == [("A", True, None)]
    set_state(frozen, "final")
    assert individuals(frozen, unit)[0].outcome.state is NameState.REMOVED


def test_neither_the_log_nor_the_document_names_an_officer(frozen):
    session = Session(*HERE, put_meeting(frozen))
    nominate(frozen, *HERE, new(), act())
    number = record_finding(frozen, *HERE, finding(), act())
    ba = Name(CRITICISM, f"finding/{number}", "A", "A-2")
    decide_names(frozen, session, [confirmed(HOA), removed(ba, "Ba đã khắc phục")], act())
    board = show_board(frozen, working(*HERE), TODAY, OPERATOR)
    with reading(frozen) as connection:
        said = decisions_document(connection, board, 1)
        log = " ".join(connection.execute(text("SELECT payload FROM audit_entry")).scalars())
    for private in ("Nguyễn Thị Hoa", "Lê Văn Ba", "Gây phiền hà", "200 hồ sơ"):
        assert private not in str(said), private
    for private in ("Nguyễn Thị Hoa", "Lê Văn Ba", "Gây phiền hà", "200 hồ sơ", "Ba đã khắc phục", "A-1", "A-2"):
        assert private not in log, private
    assert [(one["officer"], one["state"]) for one in said["nominations"]] == [("A-1", "confirmed")]
    assert [(one["officer"], one["state"], one["basis"]) for one in said["findings"]] == [("A-2", "removed", "KL 05/KL-TTr")]


# . denied, o to its own unit A only, x to every unit. Columns: viewer, unit, clerk, committee, chair, admin.
BY_ROLE = {
    "units": ".o....",
    "nominate": ".o....",
    "withdraw": ".o....",
    "finding": "...xx.",
    "officers": ".ooxxx",
    "list": ".x.xx.",
}


def test_every_verb_for_every_role(frozen):
    roles = ("viewer", "unit", "clerk", "committee", "chair", "admin")
    people = put_each_role(frozen)
    numbers = {unit: nominate(frozen, *HERE, new(unit=unit, officer=f"{unit}-1"), act()) for unit in "AB"}
    attempts = {
        "units": lambda unit, by: list_own_units(frozen, by.actor)[unit],
        "nominate": lambda unit, by: nominate(frozen, *HERE, new(unit=unit, officer=f"{unit}-1"), by),
        "withdraw": lambda unit, by: withdraw_nomination(frozen, numbers[unit], by),
        "finding": lambda unit, by: record_finding(frozen, *HERE, finding(unit=unit, officer=f"{unit}-1"), by),
        "officers": lambda unit, by: list_officers(frozen, unit, by.actor),
        "list": lambda _, by: individuals(frozen, by.actor),
    }
    for verb, marks in BY_ROLE.items():
        for role, mark in zip(roles, marks, strict=True):
            allowed = {unit for unit in "AB" if let_in(attempts[verb], unit, act(actor=people[role]))}
            assert allowed == {".": set(), "o": {"A"}, "x": {"A", "B"}}[mark], (verb, role)


def let_in(attempt, unit: str, by) -> bool:
    try:
        attempt(unit, by)
    except (DeniedError, KeyError):
        return False
    except RefusedError:
        return True  # let in, and then refused for what was asked
    return True
