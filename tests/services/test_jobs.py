"""Import jobs: handed in, checked, confirmed, stored or given up; true whatever happens, and nobody else's to see."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from builders import act, put_campaign, put_file, put_offices
from people import put_account, put_each_role
from sqlalchemy import select, text, update

from tracker.core.problems import RefusedError, UsageError
from tracker.services import job_mending, job_settling
from tracker.services.access import OPERATOR, DeniedError, Role
from tracker.services.batches import list_batches
from tracker.services.imports import Source
from tracker.services.job_running import _Work, run_next
from tracker.services.job_settling import fail_unclaimed, next_job, settle_jobs
from tracker.services.job_states import FILE, JOB, State, count_staged
from tracker.services.jobs import cancel_job, confirm_job, fetch_refused, find_job, list_jobs, read_anew, submit_job
from tracker.services.watching import Stage
from tracker.store.engine import reading, writing
from tracker.store.job_bytes import BYTES

HEADER = "code,unit,procedure,received_at,completed_at\n"
GOOD = HEADER + "D1,A,P1,2020-01-06 08:00,2020-01-07 09:00\nD2,B,P1,2020-02-03 08:00,2020-02-04 09:00\n"
MIXED = HEADER + "D1,A,P1,2020-01-06 08:00,\n0007,NOWHERE,P1,2020-01-06 08:00,\nD3,A,P1,sáng nay,\n"
NOW = datetime(2026, 6, 30, 8, 0, 0)


def clock() -> datetime:
    return NOW


@pytest.fixture
def office(engine):
    put_offices(engine, "A", "B")
    return engine


def source(text_: str = GOOD, name: str = "dossiers.csv") -> Source:
    return Source(name, text_.encode())


def handed(engine, *sources: Source, actor=OPERATOR) -> int:
    """A job that has been checked."""
    job = submit_job(engine, sources or [source()], act(actor=actor))
    assert run_next(engine, clock)
    return job


def confirmed(engine, job: int, actor=OPERATOR, **options):
    found = find_job(engine, job, actor)
    confirm_job(engine, job, found.digest, act(actor=actor), **options)
    assert run_next(engine, clock)
    return find_job(engine, job, actor)


def count(engine, table: str = "dossier") -> int:
    with reading(engine) as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()


def verbs(engine) -> list[str]:
    with reading(engine) as connection:
        return (
            connection.execute(text("SELECT verb FROM audit_entry WHERE thing LIKE 'import/%' ORDER BY seq")).scalars().all()
        )


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_job_is_checked_without_storing_then_confirmed_and_stored(office):
    before = len(list_batches(office, OPERATOR))
    job = submit_job(office, [source()], act())
    assert find_job(office, job, OPERATOR).state is State.UPLOADED
    assert run_next(office, clock)
    checked = find_job(office, job, OPERATOR)
    (table,) = checked.tables
    assert (checked.state, checked.ready_rows, count(office)) == (State.CHECKED, 2, 0)
    assert (table.kind, table.new, table.changed, table.unchanged, table.refused) == ("dossiers", 2, 0, 0, 0)
    assert [column.column for column in table.columns] == ["code", "unit", "procedure", "received_at", "completed_at"]
    assert table.columns[0].samples == ("D1", "D2")
    assert not run_next(office, clock)
    done = confirmed(office, job)
    assert (done.state, done.message, done.args["new"], count(office)) == (State.DONE, "job.done", 2, 2)
    (batch,) = done.batches
    assert len(list_batches(office, OPERATOR)) == before + 1
    assert list_batches(office, OPERATOR)[0].id == batch
    assert verbs(office) == ["hand_in_files", "confirm_files"]


def test_the_preview_shows_new_rows_and_changed_cells_with_the_stored_and_the_new_value(office):
    put_file(office, "dossiers.csv", HEADER + "D1,A,P1,2020-01-06 08:00,\nD2,B,P1,2020-02-03 08:00,2020-02-04 09:00\n")
    more = GOOD + "D3,A,P1,2020-03-02 08:00,\n"
    (table,) = find_job(office, handed(office, source(more)), OPERATOR).tables
    assert (table.new, table.changed, table.unchanged) == (1, 1, 1)
    assert [row["code"] for row in table.new_rows] == ["D3"]
    (changed,) = table.changed_rows
    assert changed.key == ("D1",)
    assert changed.cells == (("completed_at", None, "2020-01-07 09:00:00"),)


def test_rows_with_errors_are_stored_without_only_if_that_was_chosen(office):
    job = handed(office, source(MIXED))
    found = find_job(office, job, OPERATOR)
    assert (found.ready_rows, found.tables[0].refused) == (1, 2)
    with pytest.raises(RefusedError) as refused:
        confirm_job(office, job, found.digest, act())
    assert codes(refused) == ["import_not_ready"]
    done = confirmed(office, job, good_rows=True)
    assert (done.state, done.args["new"], done.args["refused"], count(office)) == (State.DONE, 1, 2, 1)


def test_the_refused_rows_come_back_in_their_own_layout_and_go_in_once_mended(office):
    job = handed(office, source(MIXED))
    confirmed(office, job, good_rows=True)
    (file,) = find_job(office, job, OPERATOR).files
    download = fetch_refused(office, job, file.id, OPERATOR)
    book = openpyxl.load_workbook(io.BytesIO(download.data))
    sheet = book.active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [*HEADER.strip().split(","), "Lý do chưa nhập được"]
    assert [row[0] for row in rows[1:]] == ["0007", "D3"]  # zeros kept
    assert "NOWHERE" in rows[1][-1]
    coloured = [cell.coordinate for row in sheet.iter_rows(min_row=2) for cell in row if cell.fill.fgColor.rgb == "FFFBD5D0"]
    assert coloured == ["B2", "D3"]
    sheet["B2"], sheet["D3"] = "B", "2020-01-08 07:30"
    mended = io.BytesIO()
    book.save(mended)
    again = handed(office, Source(download.name, mended.getvalue()))
    assert not find_job(office, again, OPERATOR).has_errors
    assert confirmed(office, again).args["new"] == 2
    assert count(office) == 3


def test_confirming_another_digest_than_the_one_shown_is_refused(office):
    job = handed(office)
    with pytest.raises(RefusedError) as refused:
        confirm_job(office, job, "0" * 64, act())
    assert codes(refused) == ["import_moved"]
    assert find_job(office, job, OPERATOR).state is State.CHECKED


@pytest.mark.parametrize(
    "change",
    [update(BYTES).values(data=b"other bytes"), update(FILE).values(choices='{"kind": "feedback"}')],
    ids=["bytes", "choices"],
)
def test_bytes_or_choices_that_are_not_the_checked_ones_are_not_stored(office, change):
    job = handed(office)
    confirm_job(office, job, find_job(office, job, OPERATOR).digest, act())
    with writing(office) as connection:
        connection.execute(change)
    assert run_next(office, clock)
    assert find_job(office, job, OPERATOR).message == "problem.import_moved"
    assert count(office) == 0


def test_choosing_another_way_to_read_checks_anew_under_another_digest(office):
    job = handed(office, source(name="tep.csv"))
    found = find_job(office, job, OPERATOR)
    (file,) = found.files
    read_anew(office, job, {file.id: replace(file.choices, kind="feedback")}, act())
    assert run_next(office, clock)
    anew = find_job(office, job, OPERATOR)
    assert anew.digest != found.digest
    assert [table.kind for table in anew.tables] == ["feedback"]
    assert anew.ready_rows == 0
    with pytest.raises(RefusedError) as refused:
        confirm_job(office, job, found.digest, act())
    assert codes(refused) == ["import_moved"]


def test_of_two_clerks_with_the_same_file_the_second_is_told_who_was_first(office):
    first = put_account(office, "lan", Role.ADMIN)
    second = put_account(office, "minh", Role.ADMIN)
    jobs = {actor: handed(office, actor=actor) for actor in (first, second)}
    assert confirmed(office, jobs[first], first).message == "job.done"
    told = confirmed(office, jobs[second], second)
    assert (told.state, told.message, told.batches) == (State.DONE, "job.already_imported", ())
    assert (told.args["actor"], told.args["at"]) == ("lan", NOW)
    assert count(office) == 2
    late = find_job(office, handed(office, actor=second), second)
    assert (late.state, late.message) == (State.DONE, "job.already_imported")


def test_a_job_can_be_cancelled_while_it_waits_and_not_once_it_is_over(office):
    for prepare in (lambda: submit_job(office, [source()], act()), lambda: handed(office)):
        job = prepare()
        cancel_job(office, job, act())
        found = find_job(office, job, OPERATOR)
        assert (found.state, found.message, found.files[0].kept) == (State.CANCELLED, "job.cancelled", False)
        assert not run_next(office, clock)
        with pytest.raises(RefusedError) as refused:
            cancel_job(office, job, act())
        assert codes(refused) == ["import_over"]
    assert count(office) == 0
    assert verbs(office) == ["hand_in_files", "cancel_files"] * 2


@pytest.mark.parametrize("moment", [Stage.READING, Stage.CHECKING, Stage.STAGING, Stage.STORING])
def test_a_job_at_work_stops_before_it_stores_when_it_is_asked_to(office, monkeypatch, moment):
    from tracker.services import job_running

    job = handed(office)
    confirm_job(office, job, find_job(office, job, OPERATOR).digest, act())
    reached = job_running._Work._reached

    def ask(work, stage, done, total):
        if stage is moment:
            cancel_job(office, job, act())
            work.tell()
        reached(work, stage, done, total)

    monkeypatch.setattr(job_running._Work, "_reached", ask)
    assert run_next(office, clock)
    assert find_job(office, job, OPERATOR).state is State.CANCELLED
    assert count(office) == 0
    assert [batch.kind for batch in list_batches(office, OPERATOR)] == ["procedures", "units"]


def test_a_job_whose_process_died_is_told_as_it_is(office):
    states = {}
    for batches, tables in (("[]", 1), ("[7]", 1), ("[7]", 2)):
        job = handed(office)
        with writing(office) as connection:
            row = {"state": "importing", "worker": "", "batches": batches}
            connection.execute(update(JOB).where(JOB.c.id == job).values(**row))
            kept = connection.execute(select(FILE.c.report).where(FILE.c.job == job)).scalar_one()
            report = f"[{', '.join([kept[1:-1]] * tables)}]"
            connection.execute(update(FILE).where(FILE.c.job == job).values(report=report))
        settle_jobs(office, clock)
        found = find_job(office, job, OPERATOR)
        states[batches, tables] = (found.state, found.message)
    assert states == {
        ("[]", 1): (State.FAILED, "job.interrupted"),
        ("[7]", 1): (State.DONE, "job.interrupted_stored"),
        ("[7]", 2): (State.FAILED, "job.interrupted_partly"),
    }


def test_a_process_of_another_machine_that_has_said_nothing_for_a_day_counts_as_dead(office):
    job = handed(office)
    for said, state in ((NOW, State.IMPORTING), (NOW - timedelta(days=1, seconds=1), State.FAILED)):
        with writing(office) as connection:
            row = {"state": "importing", "worker": "elsewhere 7 99", "updated_at": said}
            connection.execute(update(JOB).where(JOB.c.id == job).values(**row))
        settle_jobs(office, clock)
        assert find_job(office, job, OPERATOR).state is state


def test_a_job_that_its_maker_came_back_to_meanwhile_is_neither_cleared_nor_failed(office, monkeypatch):
    job, waiting = handed(office), submit_job(office, [source(GOOD + "\n")], act())
    old = NOW - timedelta(days=1, seconds=1)
    with writing(office) as connection:
        connection.execute(update(JOB).where(JOB.c.id == job).values(updated_at=old))
    seen = next_job(office)
    assert seen.id == waiting

    def come_back(engine):
        with writing(engine) as connection:
            connection.execute(update(JOB).where(JOB.c.id == job).values(state="waiting", updated_at=NOW))
            connection.execute(update(JOB).where(JOB.c.id == waiting).values(state="checking"))
        return writing(engine)

    monkeypatch.setattr(job_settling, "writing", come_back)
    settle_jobs(office, clock)
    fail_unclaimed(office, seen, clock)
    assert [find_job(office, one, OPERATOR).state for one in (job, waiting)] == [State.WAITING, State.CHECKING]


def test_the_files_of_a_job_are_cleared_a_day_after_it_was_last_touched(office):
    over, stale, fresh = handed(office, source(MIXED)), handed(office), handed(office, source(GOOD + "\n"))
    confirmed(office, over, good_rows=True)
    with writing(office) as connection:
        old = NOW - timedelta(days=1, seconds=1)
        connection.execute(update(JOB).where(JOB.c.id.in_([over, stale])).values(updated_at=old))
    settle_jobs(office, clock)
    kept = {job: find_job(office, job, OPERATOR) for job in (over, stale, fresh)}
    assert [job.state for job in kept.values()] == [State.DONE, State.CANCELLED, State.CHECKED]
    assert [job.files[0].kept for job in kept.values()] == [False, False, True]
    assert (kept[stale].message, kept[over].tables[0].new) == ("job.expired", 1)
    assert kept[stale].tables[0].columns == ()
    with pytest.raises(UsageError):
        fetch_refused(office, over, kept[over].files[0].id, OPERATOR)


def test_a_workbook_that_cannot_hold_all_refused_rows_says_so_and_is_read_again_all_the_same(office, monkeypatch):
    monkeypatch.setattr(job_mending, "MAX_ROWS", 1)
    job = handed(office, source(MIXED))
    (file,) = find_job(office, job, OPERATOR).files
    download = fetch_refused(office, job, file.id, OPERATOR)
    first, *others = openpyxl.load_workbook(io.BytesIO(download.data)).active.iter_rows(values_only=True)
    assert "1 trong số 2" in first[0]
    assert [row[0] for row in others] == ["code", "0007"]
    (table,) = find_job(office, handed(office, Source(download.name, download.data)), OPERATOR).files[0].tables
    assert [(one.code, one.place.row) for one in table.problems if one.place.row] == [("unknown_unit", 3)]


def test_jobs_are_their_makers_and_the_administrators_to_see(office):
    people = put_each_role(office)
    put_account(office, "another", Role.ADMIN)
    job = submit_job(office, [source(HEADER + "D1,A,P1,2020-01-06 08:00,\n")], act(actor=people["clerk"]))
    assert [found.id for found in list_jobs(office, people["clerk"])] == [job]
    assert [found.id for found in list_jobs(office, people["admin"])] == [job]
    assert list_jobs(office, people["unit"]) == []
    with pytest.raises(UsageError):
        find_job(office, job, people["unit"])
    with pytest.raises(UsageError):
        cancel_job(office, job, act(actor=people["unit"]))
    run_next(office, clock)
    digest = find_job(office, job, people["clerk"]).digest
    with pytest.raises(RefusedError) as refused:
        confirm_job(office, job, digest, act(actor=people["admin"]))
    assert codes(refused) == ["import_not_yours"]
    cancel_job(office, job, act(actor=people["admin"]))


@pytest.mark.parametrize("role", ["viewer", "committee", "chair"])
def test_who_may_not_import_may_do_nothing_with_jobs(office, role):
    job, actor = handed(office), put_each_role(office)[role]
    calls = (
        lambda: submit_job(office, [source()], act(actor=actor)),
        lambda: list_jobs(office, actor),
        lambda: find_job(office, job, actor),
        lambda: confirm_job(office, job, "", act(actor=actor)),
        lambda: cancel_job(office, job, act(actor=actor)),
        lambda: read_anew(office, job, {}, act(actor=actor)),
        lambda: fetch_refused(office, job, 1, actor),
    )
    for call in calls:
        with pytest.raises(DeniedError):
            call()


def test_a_right_taken_away_after_the_check_stops_the_import(office):
    clerk = put_each_role(office)["clerk"]
    job = handed(office, source(HEADER + "D1,A,P1,2020-01-06 08:00,\n"), actor=clerk)
    confirm_job(office, job, find_job(office, job, clerk).digest, act(actor=clerk))
    with writing(office) as connection:
        connection.execute(text("UPDATE account SET active = false WHERE name = 'the-clerk'"))
    run_next(office, clock)
    found = find_job(office, job, OPERATOR)
    assert (found.state, found.message, count(office)) == (State.FAILED, "problem.denied", 0)


def test_a_clerk_cannot_bring_rows_of_a_foreign_unit(office):
    clerk = put_each_role(office)["clerk"]
    job = handed(office, actor=clerk)
    (table,) = find_job(office, job, clerk).tables
    assert [problem.code for problem in table.problems] == ["not_your_unit"]
    assert confirmed(office, job, clerk, good_rows=True).args["new"] == 1


def test_too_many_bytes_or_no_file_at_all_are_refused(office, monkeypatch):
    from tracker.services import jobs

    monkeypatch.setattr(jobs, "MAX_BYTES", 10)
    with pytest.raises(RefusedError) as refused:
        submit_job(office, [source()], act())
    assert codes(refused) == ["import_too_big"]
    with pytest.raises(RefusedError) as refused:
        submit_job(office, [], act())
    assert codes(refused) == ["import_no_file"]


def test_an_import_that_waits_stands_against_the_final_result_of_the_periods_it_speaks_of(office):
    put_campaign(office, begins="2020-01-01", ends="2020-12-31", every=None)

    def staged(year: int) -> int:
        with reading(office) as connection:
            return count_staged(connection, date(year, 1, 1), date(year, 12, 31))

    job = handed(office)
    assert [staged(year) for year in (2019, 2020, 2021)] == [0, 1, 0]
    confirmed(office, job)
    assert staged(2020) == 0
    endless = handed(office, source(HEADER + "D9,A,P1,2020-03-02 08:00,\n"))
    assert [staged(year) for year in (2019, 2020, 2021)] == [0, 1, 1]
    cancel_job(office, endless, act())
    handed(office, Source("units.csv", b"code,name,kind\nC,X,commune\n"))
    assert staged(1999) == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_while_a_file_is_read_one_hears_how_far_and_may_break_it_off(sqlite_engine, monkeypatch, form):
    put_offices(sqlite_engine, "A", "B")
    rows = [[f"D{n}", "AB"[n % 2], "P1", "2020-01-06 08:00", ""] for n in range(12_000)]
    if form == "csv":
        data = HEADER.encode() + "\n".join(map(",".join, rows)).encode()
    else:
        book, out = openpyxl.Workbook(write_only=True), io.BytesIO()
        sheet = book.create_sheet("dossiers")
        for row in [HEADER.strip().split(","), *rows]:
            sheet.append(row)
        book.save(out)
        data = out.getvalue()
    heard = []
    hear = _Work._reached

    def reached(work, stage, done, total):
        heard.append((stage, done, total))
        if stage is Stage.READING and done >= 10_000:
            cancel_job(sqlite_engine, work.number, act())
            work.tell()
        hear(work, stage, done, total)

    monkeypatch.setattr(_Work, "_reached", reached)
    job = submit_job(sqlite_engine, [Source(f"dossiers.{form}", data)], act())
    assert run_next(sqlite_engine, clock)
    assert [done for _, done, _ in heard] == [0, 5_000, 10_000]
    assert {total for _, done, total in heard if done} <= {12_000, 12_001}, "with or without the headings"
    assert find_job(sqlite_engine, job, OPERATOR).state == "cancelled"
