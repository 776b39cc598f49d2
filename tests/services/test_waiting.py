"""Writers who meet an import that is being stored are told so, wait for it and go on; who only looks never waits."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, nullcontext
from datetime import timedelta

import pytest
from builders import act, put_offices
from people import put_account
from sqlalchemy import insert, text, update

from tracker.cli import main
from tracker.services import sessions
from tracker.services.access import Role
from tracker.services.imports import Source
from tracker.services.job_states import JOB
from tracker.services.jobs import cancel_job, find_job, submit_job
from tracker.services.waiting import tell_waiting
from tracker.store import engine as store

HELD_FOR = 1.6
NOW = act().now


@pytest.fixture(autouse=True)
def told():
    """What the shell of this test was asked to show, and how often it was told that the waiting is over."""
    shown: list[str] = []

    @contextmanager
    def show(key: str):
        shown.append(key)
        yield
        shown.append("over")

    tell_waiting(show)
    yield shown
    store.tell_waiting(nullcontext)


@contextmanager
def held(engine, *, storing: bool = False, seconds: float = HELD_FOR):
    """Another writer holds the lock for a while, as an import does that is being stored."""
    taken = threading.Event()
    if storing:
        moment = NOW.replace(microsecond=0, tzinfo=None)
        job = {"state": "importing", "stage": "storing", "made_by": "lan", "made_at": moment, "updated_at": moment}
        with store.writing(engine) as connection:
            connection.execute(insert(JOB).values(**job))

    def hold() -> None:
        with store.writing(engine) as connection:
            connection.execute(text("UPDATE state SET data_version = data_version"))
            taken.set()
            time.sleep(seconds)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait()
    yield
    holder.join()


def bump(engine, **options) -> int:
    with store.writing(engine, **options) as connection:
        connection.execute(text("UPDATE state SET data_version = data_version + 1"))
        return connection.execute(text("SELECT data_version FROM state")).scalar_one()


@pytest.mark.parametrize(("storing", "words"), [(True, "waiting.import"), (False, "waiting.writer")])
def test_a_writer_is_told_after_a_second_what_it_waits_for_and_then_goes_on(engine, told, storing, words):
    before = bump(engine)
    with held(engine, storing=storing):
        began = time.monotonic()
        assert bump(engine) == before + 1
    assert told == [words, "over"]
    assert HELD_FOR - 0.2 < time.monotonic() - began < HELD_FOR + 2


def test_who_waits_for_less_than_a_second_is_told_nothing(engine, told):
    with held(engine, seconds=0.2):
        bump(engine)
    assert told == []


def test_who_waits_in_vain_is_refused_and_has_written_nothing(engine, told):
    before = bump(engine)
    with held(engine, seconds=2):
        with pytest.raises(store.BusyError) as caught:
            bump(engine, patience=1.2)
        assert [problem.code for problem in caught.value.problems] == ["writers_busy"]
    assert bump(engine) == before + 1
    assert told == ["waiting.writer", "over"]


def test_who_is_signed_in_and_only_looks_does_not_wait(engine, told):
    lan = put_account(engine, "lan", Role.ADMIN)
    handle = sessions.handle_of(sessions.begin(engine, lan, NOW))
    later = NOW + timedelta(minutes=20)
    with held(engine, storing=True):
        began = time.monotonic()
        assert sessions.find(engine, handle, later) == lan
        assert time.monotonic() - began < 0.5
    assert told == []
    assert sessions.find(engine, handle, later) == lan
    assert sessions.find(engine, handle, later + timedelta(minutes=20)) == lan, "the look after it was noted"


def test_an_import_can_be_stopped_while_another_one_is_being_stored(engine):
    put_offices(engine, "A")
    job = submit_job(engine, [Source("dossiers.csv", b"code,unit,procedure,received_at\nD1,A,P1,2020-01-06")], act())
    with store.writing(engine) as connection:
        connection.execute(update(JOB).where(JOB.c.id == job).values(state="checking", worker="elsewhere 1 1"))
    with held(engine):
        began = time.monotonic()
        cancel_job(engine, job, act())
        waited = time.monotonic() - began
    assert find_job(engine, job, act().actor).cancel_asked
    if engine.dialect.name == "postgresql":
        assert waited < 0.5, "rows have locks of their own there"


def test_the_command_line_says_on_standard_error_that_it_waits(sqlite_engine, monkeypatch, capsys, tmp_path):
    put_offices(sqlite_engine, "A")
    monkeypatch.setenv("TRACKER_DATABASE_URL", sqlite_engine.url.render_as_string(hide_password=False))
    file = tmp_path / "units.csv"
    file.write_text("code,name,kind\nB,B,commune\n", "utf-8")
    with held(sqlite_engine, storing=True):
        assert main(["--language", "en", "import", str(file)]) == 0
    assert capsys.readouterr().err.startswith("An import is being stored.")
