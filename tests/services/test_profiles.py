"""Profiles: kept by those who import, found again by the headings, applied to those who may trust them."""

from __future__ import annotations

import pytest
from builders import act, put_offices
from people import put_account, put_each_role
from sqlalchemy import select

from tracker.core.problems import RefusedError, UsageError
from tracker.intake import ReadingChoices
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.imports import Choices, Source, import_files
from tracker.services.profiles import (
    NewProfile,
    delete_profile,
    find_profile,
    list_profiles,
    load_profile,
    merge_choices,
    save_profile,
)
from tracker.store.engine import reading
from tracker.store.tables import Dossier

HEADER = ("Số", "Nơi", "Việc", "Khi", "Tình hình")
CHOICES = ReadingChoices(
    mapping={"Số": "code", "Nơi": "unit", "Việc": "procedure", "Khi": "received_at", "Tình hình": "status"},
    words={"status": {"Treo": "waiting"}},
    units={"Bên kia": "B"},
    procedures={"Khai": "P1"},
    date_order="dmy",
)
FILE = Source("x.csv", "\n".join([",".join(HEADER), "1,Bên kia,Khai,02/01/2026,treo"]).encode())
NEW = NewProfile("Nguồn X", "dossiers", HEADER, CHOICES)


def test_a_profile_is_kept_letter_for_letter_and_listed(engine):
    kept = save_profile(engine, NEW, None, act())
    assert (kept.name, kept.kind, kept.choices, kept.version, kept.made_by) == (
        "Nguồn X",
        "dossiers",
        CHOICES,
        1,
        "operator",
    )
    assert list_profiles(engine, OPERATOR) == [kept]


def test_a_file_of_unknown_headings_is_read_as_its_profile_says(engine):
    """The headings say nothing; once somebody has said what they are, such files go in by themselves."""
    put_offices(engine, "A", "B")
    (outcome,) = import_files(engine, [FILE], act(), Choices())
    assert (outcome.outcome, outcome.problems[0].code) == ("refused", "unknown_kind")
    save_profile(engine, NEW, None, act())
    (outcome,) = import_files(engine, [FILE], act(), Choices())
    assert (outcome.outcome, outcome.problems) == ("imported", ())
    with reading(engine) as connection:
        row = connection.execute(select(Dossier.__table__)).one()
    assert (row.code, row.unit, row.procedure, row.status) == ("1", "B", "P1", "waiting")
    assert list_profiles(engine, OPERATOR)[0].used_at == act().now


def test_a_profile_named_for_a_file_is_used_whatever_the_headings_and_an_unknown_one_is_said(engine):
    put_offices(engine, "A", "B")
    save_profile(engine, NEW, None, act())
    wider = Source("x.csv", "\n".join([",".join([*HEADER, "Màu"]), "1,Bên kia,Khai,02/01/2026,treo,đỏ"]).encode())
    assert import_files(engine, [wider], act(), Choices())[0].outcome == "refused"
    assert import_files(engine, [wider], act(), Choices(profile="Nguồn X", dry_run=True))[0].outcome == "checked"
    with pytest.raises(UsageError):
        import_files(engine, [wider], act(), Choices(profile="Nguồn Y"))


def test_what_is_chosen_now_comes_before_what_was_kept():
    merged = merge_choices(ReadingChoices(mapping={"Số": "note"}, date_order="mdy"), CHOICES)
    assert (merged.mapping["Số"], merged.mapping["Nơi"], merged.date_order) == ("note", "unit", "mdy")
    assert merged.units == {"Bên kia": "B"}


def test_two_people_cannot_save_over_each_other(engine):
    first = save_profile(engine, NEW, None, act())
    with pytest.raises(RefusedError, match="profile_exists"):
        save_profile(engine, NEW, None, act())
    second = save_profile(engine, NEW, first.version, act())
    assert second.version == 2
    with pytest.raises(RefusedError, match="profile_moved"):
        save_profile(engine, NEW, first.version, act())
    with pytest.raises(RefusedError, match="profile_moved"):
        delete_profile(engine, NEW.name, first.version, act())
    delete_profile(engine, NEW.name, second.version, act())
    with pytest.raises(RefusedError, match="profile_moved"):
        save_profile(engine, NEW, second.version, act())


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 81, " a", "=1"])
def test_a_name_nobody_could_type_again_is_refused(sqlite_engine, name):
    with pytest.raises(RefusedError, match="bad_profile_name"):
        save_profile(sqlite_engine, NewProfile(name, "dossiers", HEADER, CHOICES), None, act())


@pytest.mark.parametrize(
    "new",
    [
        NewProfile("a", "castles", HEADER, CHOICES),
        NewProfile("a", "dossiers", HEADER, ReadingChoices(mapping={"Số": "colour"})),
        NewProfile("a", "dossiers", HEADER, ReadingChoices(words={"colour": {"a": "b"}})),
    ],
)
def test_a_profile_speaks_of_columns_that_exist(sqlite_engine, new):
    with pytest.raises(UsageError):
        save_profile(sqlite_engine, new, None, act())


def test_every_role_that_imports_keeps_profiles_and_no_other_does(engine):
    put_offices(engine, "A")
    for role, actor in put_each_role(engine).items():
        new = NewProfile(f"of {role}", "dossiers", HEADER, CHOICES)
        if role in ("unit", "clerk", "admin"):
            kept = save_profile(engine, new, None, act(actor=actor))
            assert kept in list_profiles(engine, actor)
            delete_profile(engine, kept.name, kept.version, act(actor=actor))
            continue
        for denied in (
            lambda new=new, actor=actor: save_profile(engine, new, None, act(actor=actor)),
            lambda actor=actor: list_profiles(engine, actor),
            lambda actor=actor: delete_profile(engine, "x", 1, act(actor=actor)),
        ):
            with pytest.raises(DeniedError):
                denied()


def test_only_who_made_a_profile_or_imports_for_all_changes_it(engine):
    put_offices(engine, "A", "B")
    roles = put_each_role(engine)
    other = put_account(engine, "other", Role.CLERK, Grant(frozenset({"B"})))
    kept = save_profile(engine, NEW, None, act(actor=roles["clerk"]))
    with pytest.raises(DeniedError):
        save_profile(engine, NEW, kept.version, act(actor=other))
    with pytest.raises(DeniedError):
        delete_profile(engine, NEW.name, kept.version, act(actor=other))
    delete_profile(engine, NEW.name, kept.version, act(actor=roles["admin"]))


def test_a_units_own_profile_is_applied_to_nobody_else_unasked(engine):
    put_offices(engine, "A", "B")
    roles = put_each_role(engine)
    save_profile(engine, NEW, None, act(actor=roles["unit"]))
    with reading(engine) as connection:
        assert find_profile(connection, HEADER, None, roles["unit"]).name == "Nguồn X"
        assert find_profile(connection, HEADER, None, roles["clerk"]) is None
        assert find_profile(connection, HEADER, "units", roles["unit"]) is None
        assert find_profile(connection, HEADER[1:], None, roles["unit"]) is None
    save_profile(engine, NewProfile("của phòng", "dossiers", HEADER, CHOICES), None, act(actor=roles["clerk"]))
    with reading(engine) as connection:
        assert find_profile(connection, HEADER, None, roles["unit"]).name == "Nguồn X"
        assert find_profile(connection, HEADER, None, roles["admin"]).name == "của phòng"
        with pytest.raises(UsageError):
            load_profile(connection, "no such")


def test_the_log_tells_who_kept_and_deleted_which_profile_without_what_it_holds(engine):
    kept = save_profile(engine, NEW, None, act())
    delete_profile(engine, NEW.name, kept.version, act())
    deleted, saved = list_entries(engine, OPERATOR, Wanted(), limit=10).entries[:2]
    assert (saved.verb, saved.thing, saved.after["kind"]) == ("save_profile", "profile/Nguồn X", "dossiers")
    assert (deleted.verb, deleted.before["sha256"]) == ("delete_profile", saved.after["sha256"])
    assert "Bên kia" not in str(saved)
