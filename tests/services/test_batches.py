"""Importing, undoing and deleting through the services: rights, spans, versions."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from builders import act, put, put_campaign, put_file, put_offices
from people import put_each_role
from sqlalchemy import text

from tracker.core.problems import RefusedError
from tracker.services.access import OPERATOR, VISITOR, Actor, DeniedError
from tracker.services.batches import delete_case, list_batches, undo_batch
from tracker.services.campaigns import NewCampaign, add_campaign, add_rulebook
from tracker.services.cases import list_cases, may_see_cases
from tracker.services.demo import Size, is_loaded, load_province
from tracker.services.imports import Choices, Source, import_files
from tracker.services.policies import rebuild_ledgers, verify_ledgers
from tracker.services.standings import Question, compute_board
from tracker.store.engine import reading

QUARTER = {"period_from": "2020-01-01", "period_to": "2020-03-31"}
SURVEYS = "unit,period_from,period_to,topic,satisfied,responses\n"


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    return engine


def count(engine, table: str) -> int:
    with reading(engine) as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()


@pytest.mark.parametrize("actor", [VISITOR, Actor("nobody")])
def test_nobody_but_the_operator_may_change_or_list_anything(office, actor):
    denied = act(actor=actor)
    case = "code,unit,procedure,received_at\nD1,A,P1,2020-01-01\n"
    calls = (
        lambda: import_files(office, [Source("dossiers.csv", case.encode())], denied, Choices()),
        lambda: undo_batch(office, 1, denied),
        lambda: delete_case(office, "units", "A", "why", denied),
        lambda: list_batches(office, actor),
        lambda: rebuild_ledgers(office, denied),
        lambda: verify_ledgers(office, actor),
        lambda: add_campaign(office, NewCampaign("c", "r", date(2020, 1, 1), date(2020, 12, 31)), denied),
    )
    for call in calls:
        with pytest.raises(DeniedError):
            call()
    assert (count(office, "dossier"), count(office, "unit"), count(office, "campaign")) == (0, 2, 0)


def test_a_visitor_sees_standings_but_no_cases_of_a_real_database(office):
    put_campaign(office, "c", begins="2020-01-01", ends="2020-12-31")
    case = {"code": "D1", "unit": "A", "procedure": "P1", "received_at": "2020-01-01 08:00:00"}
    put(office, "dossiers", {**case, "due_at": "2020-01-09 17:00:00"})
    question = Question("c", "c")
    assert compute_board(office, question, date(2020, 12, 31), VISITOR).place("A") is not None
    assert not may_see_cases(office, VISITOR, "A")
    with pytest.raises(DeniedError):
        list_cases(office, question, ("A", "ontime.rate"), date(2020, 12, 31), VISITOR)
    assert list_cases(office, question, ("A", "ontime.rate"), date(2020, 12, 31), OPERATOR).total == 1


def test_a_visitor_may_look_into_sample_data(sqlite_engine):
    load_province(sqlite_engine, Size(communes=16, dossiers=1000))
    assert is_loaded(sqlite_engine)
    assert may_see_cases(sqlite_engine, VISITOR, "A")
    with pytest.raises(RefusedError):
        load_province(sqlite_engine, Size(communes=16, dossiers=1000))


def test_a_span_that_overlaps_a_stored_one_is_refused_and_the_same_span_replaces_it(office):
    assert put_file(office, "surveys.csv", SURVEYS + "A,2020-01-01,2020-06-30,result,5,9\n")[0].outcome == "imported"
    (outcome,) = put_file(office, "surveys_2.csv", SURVEYS + "A,2020-06-30,2020-12-31,result,5,9\n")
    assert (outcome.outcome, [problem.code for problem in outcome.problems]) == ("refused", ["overlap_stored"])
    assert put_file(office, "surveys_3.csv", SURVEYS + "A,2020-06-30,2020-12-31,attitude,5,9\n")[0].outcome == "imported"
    assert put_file(office, "surveys_4.csv", SURVEYS + "A,2020-01-01,2020-06-30,result,7,9\n")[0].changes.changed == 1
    assert count(office, "survey") == 2


def test_old_versions_of_replaced_rows_are_kept(office):
    case = {"code": "D1", "unit": "A", "procedure": "P1", "received_at": "2020-01-01 08:00:00"}
    put(office, "dossiers", {**case, "note": "đầu"})
    put(office, "dossiers", {**case, "note": "sau"})
    put(office, "dossiers", {**case, "note": "sau"})
    with reading(office) as connection:
        assert connection.execute(text("SELECT note FROM dossier")).scalars().all() == ["sau"]
        assert connection.execute(text("SELECT note FROM dossier_version")).scalars().all() == ["đầu"]


def test_every_kind_of_case_file_can_be_imported_changed_and_undone(office):
    put(office, "procedures", {"code": "P2", "name": "Khai tử"})
    first = {
        "postings": {"unit": "A", "procedure": "P2", "posted_on": "2020-01-01", "counter": "1", "committed_days": "1.5"},
        "staff": {"code": "S1", "unit": "A", "name": "Nguyễn Văn A"},
        "dossiers": {"code": "D1", "unit": "A", "procedure": "P2", "received_at": "2020-01-01 08:00:00", "rating": "4.5"},
        "feedback": {"code": "F1", "unit": "A", "kind": "complaint", "received_on": "2020-01-01"},
        "surveys": {
            "unit": "A",
            "period_from": "2020-01-01",
            "period_to": "2020-12-31",
            "topic": "result",
            "satisfied": 1,
            "responses": 2,
        },
        "reported": {
            "unit": "A",
            "measure": "initiatives",
            "period_from": "2020-01-01",
            "period_to": "2020-12-31",
            "value": "1.5",
        },
    }
    change = {
        "postings": {"counter": "0", "committed_days": "2"},
        "staff": {"name": "Trần Thị B"},
        "dossiers": {"rating": None},
        "feedback": {"outcome": "upheld", "resolved_on": "2020-02-01"},
        "surveys": {"satisfied": 2},
        "reported": {"decided": "0"},
    }
    tables = {
        "postings": "posting",
        "staff": "staff",
        "dossiers": "dossier",
        "feedback": "feedback",
        "surveys": "survey",
        "reported": "reported",
    }
    for kind, case in first.items():
        made = put(office, kind, case)
        assert (made.changes.new, made.changes.changed) == (1, 0)
        before = stored(office, tables[kind])
        changed = put(office, kind, {**case, **change[kind]})
        assert (changed.changes.new, changed.changes.changed) == (0, 1)
        assert stored(office, tables[kind]) != before
        undo_batch(office, changed.batch, act())
        assert stored(office, tables[kind]) == before
        undo_batch(office, made.batch, act())
        assert stored(office, tables[kind]) == []


def stored(engine, table: str) -> list[tuple]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]


def test_a_rulebook_whose_policy_no_campaign_uses_keeps_no_ledger(office):
    put_campaign(office, "c", begins="2020-01-01", ends="2020-12-31")
    assert count(office, "policy") == 1
    from builders import RULEBOOK

    add_rulebook(office, RULEBOOK.format(code="other", policy='compare = "day"'), "r.toml", act())
    assert count(office, "policy") == 1
    put_campaign(office, "d", begins="2021-01-01", ends="2021-12-31")
    assert count(office, "policy") == 1


def test_good_rows_leaves_out_the_row_that_overlaps_a_stored_span(office):
    put_file(office, "surveys.csv", SURVEYS + "A,2020-01-01,2020-06-30,result,5,9\n")
    both = SURVEYS + "A,2020-06-01,2020-12-31,result,5,9\nB,2020-01-01,2020-06-30,result,5,9\n"
    (outcome,) = put_file(office, "more_surveys.csv", both, kind="surveys", good_rows=True)
    assert (outcome.outcome, outcome.changes.new, outcome.refused) == ("imported", 1, 1)
    assert [(problem.code, problem.place.row) for problem in outcome.problems] == [("overlap_stored", 2)]


def test_an_undo_that_would_bring_back_an_overlapping_span_is_refused(office):
    put_file(office, "surveys.csv", SURVEYS + "A,2020-01-01,2020-06-30,result,5,9\n")
    gone = delete_case(office, "surveys", "A/2020-01-01/2020-06-30/result", "nhập nhầm", act())
    put_file(office, "surveys_2.csv", SURVEYS + "A,2020-06-01,2020-12-31,result,7,9\n")
    with pytest.raises(RefusedError):
        undo_batch(office, gone, act())
    assert count(office, "survey") == 1


def test_a_unit_that_ends_before_it_begins_is_refused_in_its_file_and_against_what_is_stored(office):
    header = "code,name,kind,valid_from,valid_to\n"
    (outcome,) = put_file(office, "units.csv", header + "C,C,commune,2020-02-01,2020-01-01\n")
    assert (outcome.outcome, [problem.code for problem in outcome.problems]) == ("refused", ["date_order"])
    put_file(office, "units_2.csv", header + "C,C,commune,2020-02-01,\n")
    (outcome,) = put_file(office, "units_3.csv", "code,name,kind,valid_to\nC,C,commune,2020-01-01\n")
    assert (outcome.outcome, [problem.code for problem in outcome.problems]) == ("refused", ["contradicts_stored"])


def test_a_workbook_with_one_bad_sheet_is_refused_whole(office):
    book = openpyxl.Workbook()
    bad, good = book.active, book.create_sheet("feedback")
    bad.title = "dossiers"
    for row in (["code", "unit", "procedure", "received_at"], ["D1", "NOWHERE", "P1", "2020-01-01 08:00"]):
        bad.append(row)
    for row in (["code", "unit", "kind", "received_on"], ["F1", "A", "complaint", "2020-01-01"]):
        good.append(row)
    data = io.BytesIO()
    book.save(data)
    outcomes = put_file(office, "all.xlsx", data.getvalue())
    assert [(outcome.kind, outcome.outcome) for outcome in outcomes] == [("dossiers", "refused"), ("feedback", "refused")]
    assert count(office, "feedback") == 0


def test_files_of_one_call_may_refer_to_each_other_whatever_their_order(sqlite_engine):
    files = {
        "dossiers.csv": "code,unit,procedure,received_at\nD1,A,P1,2020-01-01\n",
        "procedures.csv": "code,name,owner\nP1,Khai sinh,A\n",
        "units.csv": "code,name,kind\nA,Xã A,commune\n",
    }
    sources = [Source(name, text.encode()) for name, text in files.items()]
    assert [outcome.outcome for outcome in import_files(sqlite_engine, sources, act(), Choices())] == ["imported"] * 3


@pytest.mark.parametrize(
    ("kind", "case", "change"),
    [
        (
            "tallies",
            {
                "unit": "A",
                "procedure": "",
                "period_from": "2020-01-01",
                "period_to": "2020-03-31",
                "carried": 2,
                "done_late": 2,
            },
            {"carried": 3, "done_late": 3},
        ),
        (
            "indices",
            {"index": "PCI", "unit": "Huế", "year": 2018, "component": "", "score": "63.51"},
            {"rank": 12, "of": 63},
        ),
    ],
)
def test_tallies_and_indices_are_imported_changed_and_undone_as_other_rows_are(office, kind, case, change):
    table = {"tallies": "tally", "indices": "index_score"}[kind]
    made = put(office, kind, case)
    before = stored(office, table)
    changed = put(office, kind, {**case, **change})
    assert (made.changes.new, changed.changes.changed) == (1, 1)
    undo_batch(office, changed.batch, act())
    assert stored(office, table) == before
    undo_batch(office, made.batch, act())
    assert stored(office, table) == []


def test_a_limited_grant_lets_neither_anothers_tally_nor_any_province_in(office):
    mine = act(actor=put_each_role(office)["clerk"])
    head = "unit,period_from,period_to,received_direct,done_on_due\n"

    def give(name: str, text: str) -> str:
        return import_files(office, [Source(name, text.encode())], mine, Choices())[0].outcome

    assert give("tallies.csv", head + "A,2020-01-01,2020-03-31,1,1\n") == "imported"
    assert give("tallies_2.csv", head + "B,2020-01-01,2020-03-31,1,1\n") == "refused"
    with pytest.raises(DeniedError):
        give("indices.csv", "index,unit,year,score\nPCI,Huế,2018,63.51\n")
