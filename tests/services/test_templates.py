"""Templates and exported cases: what they hold, and that they are imported again as they are."""

from __future__ import annotations

import io

import openpyxl
import pytest
from builders import act, put, put_offices
from people import put_account, put_each_role
from sqlalchemy import select

from tracker.core.cases import EXPLAINS, KINDS
from tracker.core.problems import Severity, UsageError
from tracker.services.access import DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.case_export import Asked, export_cases
from tracker.services.imports import Choices, Source, import_files
from tracker.services.templates import make_template, template_kinds
from tracker.store.engine import reading
from tracker.store.tables import live
from tracker.text import LANGUAGES

SPAN = {"period_from": "2020-01-01", "period_to": "2020-12-31"}
ROWS = {
    "units": [
        {"code": "0012", "name": "Xã «Một», thôn Hai", "kind": "commune", "parent": "A", "cluster": "c", "headcount": "7"},
        {"code": "B", "name": "Sở B", "kind": "department", "valid_from": "1990-01-01", "successor": "A"},
    ],
    "procedures": [
        {
            "code": "1.001193",
            "name": "=1+1",
            "level": "commune",
            "owner": "A",
            "decided_on": "2020-02-29",
            "legal_days": "2.5",
        },
        {"code": "2", "name": "'=SUM(A1)", "legal_days": "0.123456789012345"},
    ],
    "postings": [
        {
            "unit": "A",
            "procedure": "P1",
            "posted_on": "2020-01-02",
            "counter": "1",
            "committed_days": "3",
            "online_level": "4",
        },
        {"unit": "A", "procedure": "1.001193", "portal": "1", "postal": "1"},
    ],
    "staff": [{"code": "007", "unit": "A", "name": "Nguyễn Văn An", "title": "-", "standard_met": "1"}],
    "dossiers": [
        {
            **{"code": "000.01", "unit": "A", "procedure": "P1", "received_at": "2020-01-01 00:00:00"},
            **{"due_at": "2020-01-03 00:00:00", "extended_due_at": "2020-01-04 23:59:59", "status": "returned"},
            **{
                "completed_at": "2020-01-02 10:11:59",
                "rating": "4.5",
                "note": "dòng một\ndòng _x0041_ hai",
                "channel": "postal",
            },
        },
        {
            **{"code": "1e5", "unit": "A", "procedure": "P1", "submitted_at": "2020-01-01 23:59:59", "channel": "online"},
            **{"due_at": "2020-01-03 23:59:59", "paused_minutes": "2000000000", "processing_days": "0.1", "officer": "+84"},
        },
    ],
    "feedback": [
        {"code": "1", "unit": "A", "kind": "complaint", "received_on": "2020-05-05", "outcome": "partly_upheld"},
        {"code": "2", "unit": "A", "kind": "behaviour_petition", "received_on": "2020-05-05", "dissatisfied": "1"},
    ],
    "surveys": [{"unit": "A", **SPAN, "topic": "attitude", "satisfied": "5", "responses": "6"}],
    "tallies": [
        {
            "unit": "A",
            "procedure": "P1",
            **SPAN,
            "received_online": "3",
            "carried": "1",
            "done_early": "2",
            "done_late": "2",
        },
    ],
    "reported": [{"unit": "A", "measure": "m", **SPAN, "value": "-0.125", "evidence": "@x", "note": "x"}],
}


@pytest.fixture
def office(sqlite_engine):
    """A and Z, procedure P1."""
    put_offices(sqlite_engine, "A", "Z")
    return sqlite_engine


@pytest.fixture
def either_office(engine):
    """The same on each kind of database."""
    put_offices(engine, "A", "Z")
    return engine


@pytest.fixture
def peopled(office):
    """The same with one account of each role; the unit and the clerk are granted A."""
    office.people = put_each_role(office)
    return office


def book_of(download) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(download.data))


def hand_in(office, name: str, data: bytes, **choices):
    return import_files(office, [Source(name, data)], act(), Choices(**choices))


def saved(book) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def stored(office, kind: str):
    table = live(KINDS[kind])
    with reading(office) as connection:
        columns = [column for column in table.columns if column.name != "batch_id"]
        return sorted((tuple(row) for row in connection.execute(select(*columns))), key=str)


def filled(office, kind: str, language: str) -> bytes:
    """The template with its own example rows copied into the table, as a clerk would."""
    book = book_of(make_template(office, kind, language, act()))
    table, examples = book.worksheets[0], book.worksheets[2]
    copied = [[cell.value for cell in row] for row in examples.iter_rows(min_row=6)]
    for number, row in enumerate(copied, start=3):
        for at, value in enumerate(row, start=1):
            table.cell(number, at).value = value
    return saved(book)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_filled_with_its_own_examples_is_imported_without_mapping(office, kind, language):
    before = len(stored(office, kind))
    (outcome,) = hand_in(office, "tệp của tôi.xlsx", filled(office, kind, language))
    assert (outcome.outcome, outcome.kind) == ("imported", kind), outcome.problems
    assert not outcome.problems
    assert len(stored(office, kind)) - before == outcome.changes.new > 0


def test_the_values_of_a_filled_template_are_the_examples(office):
    hand_in(office, "x.xlsx", filled(office, "dossiers", "vi"))
    table = live(KINDS["dossiers"]).c
    with reading(office) as connection:
        first = connection.execute(select(table).where(table.code == "000.00.01.VD-260105-0001")).one()
    assert (str(first.received_at), str(first.due_at), first.status) == (
        "2026-01-05 08:15:00",
        "2026-01-12 17:00:00",
        "returned",
    )
    assert (str(first.rating), first.channel, first.officer) == ("4.5", "counter", "VD-CB-001")


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_template_has_no_rows_to_import_and_its_other_sheets_are_never_read(office, kind):
    data = make_template(office, kind, "vi", act()).data
    for choices in ({}, {"kind": kind}):
        (outcome,) = hand_in(office, "mau.xlsx", data, **choices)
        assert outcome.outcome == "refused"
        assert [problem.code for problem in outcome.problems] == ["no_rows"]


def test_a_template_has_two_lines_of_headings_notes_choices_and_sheets_that_explain(peopled):
    book = book_of(make_template(peopled, "dossiers", "vi", act(actor=peopled.people["unit"])))
    table = book["dossiers"]
    assert [cell.value for cell in table[2]] == [column.name for column in KINDS["dossiers"].columns]
    assert table["A1"].value == "Mã"
    assert "Bắt buộc" in table["B1"].comment.text
    assert table.freeze_panes == "B3"
    assert [sheet[:9] for sheet in book.sheetnames] == ["dossiers", "Hướng dẫn", "Ví dụ", "Danh mục"]
    assert all(str(sheet["A1"].value).startswith(EXPLAINS) for sheet in book.worksheets[1:])
    offered = {str(one.sqref).split(":")[0]: one.formula1 for one in table.data_validations.dataValidation}
    assert offered["B3"].startswith("'Danh mục'!$A$4")
    lists = [[cell.value for cell in row] for row in book["Danh mục"].iter_rows(min_row=4)]
    assert "A" in {row[0] for row in lists}
    assert "Z" not in {cell for row in lists for cell in row}, "only the actor's own units"


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ROWS)
def test_exported_rows_are_imported_again_with_nothing_new_and_nothing_changed(either_office, kind, ending):
    for name in dict.fromkeys(("units", "procedures", kind)):
        put(either_office, name, *ROWS[name])
    before = stored(either_office, kind)
    for language in LANGUAGES:
        file = export_cases(either_office, Asked(kind), language, ending, act())
        (outcome,) = hand_in(either_office, f"{language}-{file.name}", file.data)
        assert outcome.outcome in ("imported", "already_imported"), outcome.problems
        assert [problem for problem in outcome.problems if problem.severity is Severity.ERROR] == []
        changes = outcome.changes
        assert (changes.new, changes.changed) == (0, 0)
        assert stored(either_office, kind) == before
    if ending == "xlsx":
        assert changes.unchanged == len(before)


def test_a_text_that_already_looks_guarded_comes_back_letter_for_letter(office):
    names = ["=1", "'=1", "''=1", "'x", "- y", "'", "' =1"]
    put(office, "procedures", *({"code": str(at), "name": name} for at, name in enumerate(names)))
    before = stored(office, "procedures")
    file = export_cases(office, Asked("procedures"), "vi", "csv", act())
    (outcome,) = hand_in(office, file.name, file.data)
    assert (outcome.outcome, outcome.changes.new, outcome.changes.changed) == ("imported", 0, 0)
    assert stored(office, "procedures") == before


def test_units_get_their_own_rows_only_and_the_committee_all(peopled):
    put(peopled, "staff", {"code": "1", "unit": "A"}, {"code": "2", "unit": "Z"})

    def codes(who, unit=None, kind="staff"):
        data = export_cases(peopled, Asked(kind, unit), "vi", "csv", act(actor=peopled.people[who])).data
        return [line.split(",")[0] for line in data.decode("utf-8-sig").splitlines()[1:]]

    for who in ("unit", "clerk"):
        assert codes(who) == codes(who, "A") == ["1"]
        assert codes(who, kind="units") == ["A"]
        assert codes(who, kind="procedures") == ["P1"]
        with pytest.raises(DeniedError):
            codes(who, "Z")
    for who in ("committee", "chair", "admin"):
        assert codes(who) == ["1", "2"]
        assert codes(who, "Z") == ["2"]
    for unit in (None, "A"):
        with pytest.raises(DeniedError):
            codes("viewer", unit)


def test_too_many_rows_and_unknown_kinds_are_refused_with_what_to_do(office):
    put(office, "staff", {"code": "1", "unit": "A"}, {"code": "2", "unit": "A"})
    with pytest.raises(UsageError, match="too_many_cases"):
        export_cases(office, Asked("staff", most=1), "vi", "csv", act())
    with pytest.raises(UsageError, match="unknown_case_kind"):
        export_cases(office, Asked("cats"), "vi", "csv", act())


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_who_may_import_gets_the_templates_of_what_may_be_imported(peopled, role):
    someone = act(actor=peopled.people[role])
    if role == "admin":
        assert template_kinds(peopled, someone.actor) == list(KINDS)
    elif role in ("unit", "clerk"):
        kinds = template_kinds(peopled, someone.actor)
        assert set(KINDS) - set(kinds) == {"units", "procedures"}
        assert make_template(peopled, "staff", "vi", someone).name.startswith("mau-staff-")
        with pytest.raises(UsageError, match="template_kind"):
            make_template(peopled, "units", "vi", someone)
    else:
        for call in (lambda: template_kinds(peopled, someone.actor), lambda: make_template(peopled, "staff", "vi", someone)):
            with pytest.raises(DeniedError):
                call()


def test_a_unit_that_may_not_import_gets_no_template(peopled):
    reader = put_account(peopled, "reader", Role.UNIT, Grant(frozenset({"A"})))
    with pytest.raises(DeniedError):
        make_template(peopled, "staff", "vi", act(actor=reader))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_template_has_the_same_bytes(sqlite_engine, kind, language):
    one, other = (make_template(sqlite_engine, kind, language, act()) for _ in range(2))
    assert one == other
