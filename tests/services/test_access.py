"""Who may do what, written down by hand from the design: every verb for every role, to its own, another and no unit."""

from __future__ import annotations

import pytest
from builders import act as act_of
from builders import put, put_campaign, put_file, put_offices
from people import put_account, put_each_role
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from tracker.core.problems import RefusedError
from tracker.services.access import (
    ACCOUNT,
    OPERATOR,
    VISITOR,
    Actor,
    DeniedError,
    Role,
    Verb,
    grant_of,
    may,
    require,
    require_somewhere,
    role_of,
    verbs_of,
)
from tracker.services.accounts import Grant, change_role, disable_account
from tracker.services.batches import delete_case, list_batches, undo_batch
from tracker.services.cases import list_cases, may_see_cases
from tracker.services.imports import Choices, Source, import_files
from tracker.services.standings import Question
from tracker.store.engine import reading, writing
from tracker.store.tables import Dossier

# . never, o its own unit only, x every unit. Columns: viewer, unit, clerk, committee, chair, admin.
DESIGNED = """
see_published   x x x x x x
see_standings   x x x x x x
see_live        . . x x x x
see_cases       . o o x x x
import          . o o . . x
appeal          . o . . . .
see_appeals     . o o x x x
nominate        . o . . . .
handle          . o o . . .
report_progress . o o x x x
keep_programme  . . . x x x
name_heads      . o . x x .
appraise        . . . x x .
decide          . . . x x .
propose_step    . . . x x .
approve_step    . . . . x .
make_papers     . o . x x x
edit_rules      . . . . . x
approve_rules   . . . . x .
manage_users    . . . . . x
backup          . . . . . x
see_audit       . . . . . x
keep_ledger     . . . . . .
"""
ROLES = ("viewer", "unit", "clerk", "committee", "chair", "admin")
TABLE = {line.split()[0]: dict(zip(ROLES, line.split()[1:], strict=True)) for line in DESIGNED.strip().splitlines()}
# To which of (A: its own, B: another, None: all units alike) a mark extends.
EXTENT = {".": set(), "o": {"A"}, "x": {"A", "B", None}}


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    return engine


def test_the_table_names_every_verb_and_every_role():
    assert list(TABLE) == [verb.value for verb in Verb]
    assert [role.value for role in Role] == list(ROLES)


def test_every_verb_for_every_role_and_unit_is_allowed_or_denied_as_designed(office):
    people = put_each_role(office)
    wrong = []
    with reading(office) as connection:
        for verb, marks in TABLE.items():
            for role, mark in marks.items():
                allowed = {unit for unit in ("A", "B", None) if may(connection, people[role], Verb(verb), unit)}
                if allowed != EXTENT[mark]:
                    wrong.append((verb, role, allowed))
                assert (Verb(verb) in verbs_of(connection, people[role])) == (mark != ".")
    assert wrong == []


def test_the_operator_may_do_everything_and_an_unknown_name_nothing(office):
    put_each_role(office)
    with reading(office) as connection:
        for unit in ("A", None):
            assert all(may(connection, OPERATOR, verb, unit) for verb in Verb)
            assert not any(may(connection, Actor(name), verb, unit) for verb in Verb for name in ("nobody", "", "the-Admin"))


def test_a_visitor_sees_standings_only_until_there_are_accounts(office):
    with reading(office) as connection:
        assert verbs_of(connection, VISITOR) == {Verb.SEE_PUBLISHED, Verb.SEE_STANDINGS}
    put_account(office, "first", Role.ADMIN)
    with reading(office) as connection:
        assert verbs_of(connection, VISITOR) == set()


def test_a_visitor_looks_into_sample_data_and_changes_nothing_even_beside_accounts(office):
    put_account(office, "first", Role.ADMIN)
    with writing(office) as connection:
        connection.execute(text("UPDATE state SET sample = true"))
    with reading(office) as connection:
        assert verbs_of(connection, VISITOR) == {Verb.SEE_PUBLISHED, Verb.SEE_STANDINGS, Verb.SEE_CASES}


def test_an_account_that_still_has_the_password_it_was_handed_may_do_nothing(office):
    new = put_account(office, "new", Role.ADMIN, handed=True)
    with reading(office) as connection:
        assert verbs_of(connection, new) == set()
        assert role_of(connection, new) is None


def test_a_unit_imports_only_if_that_was_granted_to_it(office):
    quiet = put_account(office, "quiet", Role.UNIT, Grant(frozenset({"A"})))
    with reading(office) as connection:
        assert not may(connection, quiet, Verb.IMPORT, "A")
        assert may(connection, quiet, Verb.SEE_CASES, "A")
        with pytest.raises(DeniedError):
            require_somewhere(connection, quiet, Verb.IMPORT)


def test_a_clerk_of_all_units_deals_with_each_of_them(office):
    clerk = put_account(office, "clerk", Role.CLERK, Grant(all_units=True))
    with reading(office) as connection:
        assert grant_of(connection, clerk) is None
        assert all(may(connection, clerk, verb, unit) for verb in (Verb.SEE_CASES, Verb.IMPORT) for unit in ("A", "B", None))
        assert not may(connection, clerk, Verb.DECIDE, "A")


def test_rights_are_read_anew_each_time(office):
    people = put_each_role(office)
    disable_account(office, "the-clerk", act_of())
    change_role(office, "the-chair", Role.VIEWER, Grant(), act_of())
    change_role(office, "the-unit", Role.UNIT, Grant(frozenset({"B"})), act_of())
    with reading(office) as connection:
        assert verbs_of(connection, people["clerk"]) == set()
        assert not may(connection, people["chair"], Verb.APPROVE_STEP)
        assert grant_of(connection, people["unit"]) == {"B"}
        with pytest.raises(DeniedError) as caught:
            require(connection, people["unit"], Verb.SEE_CASES, "A")
    assert (caught.value.actor, caught.value.verb, caught.value.unit) == ("the-unit", Verb.SEE_CASES, "A")


HEAD = "code,unit,procedure,received_at\n"


def count(engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(Dossier)).scalar_one())


def hand_in(engine, actor: Actor, *lines: str, name: str = "dossiers.csv", head: str = HEAD, **choices):
    return import_files(engine, [Source(name, (head + "\n".join(lines)).encode())], act_of(actor=actor), Choices(**choices))


def test_a_file_of_ones_own_unit_goes_in_and_one_that_names_another_unit_does_not(office):
    people = put_each_role(office)
    for role in ("unit", "clerk"):
        assert hand_in(office, people[role], f"{role},A,P1,2020-01-01 08:00")[0].outcome == "imported"
        for dry_run in (False, True):
            lines = ("X1,A,P1,2020-01-01 08:00", "X2,B,P1,2020-01-01 08:00")
            refused = hand_in(office, people[role], *lines, dry_run=dry_run)[0]
            assert refused.outcome == "refused"
            assert {problem.place.row for problem in refused.problems} == {3}
    for role in ("viewer", "committee", "chair"):
        with pytest.raises(DeniedError):
            hand_in(office, people[role], "X1,A,P1,2020-01-01 08:00")
    assert count(office) == 2


def test_a_case_of_another_unit_cannot_be_taken_over_by_importing_it_as_ones_own(office):
    put_file(office, "dossiers.csv", HEAD + "FOREIGN,B,P1,2020-01-01 08:00")
    clerk = put_each_role(office)["clerk"]
    with pytest.raises(DeniedError):
        hand_in(office, clerk, "FOREIGN,A,P1,2020-01-01 08:00")
    with reading(office) as connection:
        assert connection.execute(select(Dossier.unit)).scalar() == "B"


def test_what_belongs_to_no_unit_is_imported_only_by_those_who_may_for_all_units(office):
    people = put_each_role(office)
    units, procedures = ("units.csv", "code,name,kind\n", "A,New,commune"), ("procedures.csv", "code,name\n", "P2,x")
    for file, head, line in (units, procedures):
        with pytest.raises(DeniedError):
            hand_in(office, people["clerk"], line, name=file, head=head)
        assert hand_in(office, people["admin"], line, name=file, head=head)[0].outcome == "imported"


def test_a_clerk_lists_and_undoes_batches_of_the_granted_units_only(office):
    foreign = put_file(office, "dossiers.csv", HEAD + "FOREIGN,B,P1,2020-01-01 08:00")[0].batch
    people = put_each_role(office)
    own = hand_in(office, people["clerk"], "OWN,A,P1,2020-01-01 08:00")[0].batch
    assert [batch.id for batch in list_batches(office, people["clerk"])] == [own]
    assert {batch.id for batch in list_batches(office, people["admin"])} >= {own, foreign}
    for role in ("viewer", "committee", "chair"):
        with pytest.raises(DeniedError):
            list_batches(office, people[role])
    with pytest.raises(DeniedError):
        undo_batch(office, foreign, act_of(actor=people["clerk"]))
    assert undo_batch(office, own, act_of(actor=people["clerk"])).deleted == 1
    unlisted = put_file(office, "dossiers.csv", HEAD + "OTHERS,A,P1,2020-01-01 08:00")[0].batch
    with pytest.raises(DeniedError):
        undo_batch(office, unlisted, act_of(actor=people["clerk"]))
    undo_batch(office, unlisted, act_of(actor=people["admin"]))
    with pytest.raises(DeniedError):  # not: that it was there, and what its file was called
        undo_batch(office, unlisted, act_of(actor=people["clerk"]))


def test_one_row_is_deleted_only_with_a_grant_for_its_unit_and_nobody_learns_whether_a_foreign_one_exists(office):
    put_file(office, "dossiers.csv", HEAD + "FOREIGN,B,P1,2020-01-01 08:00\nOWN,A,P1,2020-01-01 08:00")
    clerk = put_each_role(office)["clerk"]
    for key in ("FOREIGN", "NOT THERE"):
        with pytest.raises(DeniedError):
            delete_case(office, "dossiers", key, "wrong", act_of(actor=clerk))
    delete_case(office, "dossiers", "OWN", "entered twice", act_of(actor=clerk))
    assert count(office) == 1
    with pytest.raises(RefusedError, match="unknown_case"):
        delete_case(office, "dossiers", "NOT THERE", "wrong", act_of(actor=OPERATOR))


def test_a_unit_sees_its_own_cases_and_nothing_of_others(office):
    put_campaign(office, "y", begins="2020-01-01", ends="2020-12-31")
    for unit in ("A", "B"):
        done = {"received_at": "2020-03-02 08:00:00", "due_at": "2020-03-06 17:00:00", "completed_at": "2020-03-09 08:00:00"}
        put(office, "dossiers", {"code": unit, "unit": unit, "procedure": "P1", "status": "completed", **done})
    people = put_each_role(office)
    question, today = Question("y", "y"), act_of().today
    for role, mark in TABLE["see_cases"].items():
        for unit in ("A", "B"):
            allowed = unit in EXTENT[mark]
            assert may_see_cases(office, people[role], unit) == allowed
            if allowed:
                assert list_cases(office, question, (unit, "ontime.rate"), today, people[role]).total == 1
            else:
                with pytest.raises(DeniedError):
                    list_cases(office, question, (unit, "ontime.rate"), today, people[role])


def test_the_database_itself_refuses_an_account_named_as_the_operator(office):
    put_account(office, "someone", Role.VIEWER)
    with pytest.raises(IntegrityError), writing(office) as connection:
        connection.execute(update(ACCOUNT).values(name="operator"))
