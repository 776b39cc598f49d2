"""A whole period decided without a browser: meeting, verdicts, a tie, an exception, an officer, minutes."""

from __future__ import annotations

import json

import pytest
from committee import put_frozen, set_state

from tracker.cli import main
from tracker.services import running

HERE = ("--campaign", "c", "--period", "c")


@pytest.fixture
def frozen(sqlite_engine, monkeypatch):
    monkeypatch.setenv("TRACKER_DATABASE_URL", sqlite_engine.url.render_as_string(hide_password=False))
    running.database.cache_clear()
    put_frozen(sqlite_engine)
    yield sqlite_engine
    running.database().dispose()
    running.database.cache_clear()


def say(capsys, *words: str) -> tuple[int, str]:
    code = main([*words, "--today", "2026-06-30", "--language", "en"])
    said = capsys.readouterr()
    return code, said.out + said.err


def meet(capsys) -> None:
    who = ("--place", "Hall", "--chair", "Ms Lan", "--secretary", "Mr Ba", "--present", "7", "--members", "9")
    assert say(capsys, "meeting", "add", *HERE, "--held-on", "2026-06-20", *who) == (0, "Meeting 1 was recorded.\n")


def decide(capsys, verb: str, name: str, *words: str) -> tuple[int, str]:
    list_, rule, unit = name.split("/")
    return say(capsys, "decide", verb, *HERE, "--meeting", "1", "--list", list_, "--rule", rule, "--unit", unit, *words)


def names(capsys) -> dict[str, str]:
    answer = json.loads(say(capsys, "decide", "list", *HERE, "--json")[1])
    return {f"{one['rule']}/{one['unit']}{one['officer']}": one["state"] for one in answer["names"]}


@pytest.mark.usefixtures("frozen")
def test_a_whole_period_is_decided(capsys):
    meet(capsys)
    assert decide(capsys, "remove", "criticism/low/E", "--reason", "put right") == (0, "1 decision was written down.\n")
    said = say(
        capsys, "nomination", "add", *HERE, "--unit", "A", "--officer", "A-1", "--award", "gold", "--achievement", "200"
    )
    assert said == (0, "Nomination 1 was recorded.\n")
    assert say(capsys, "decide", "confirm", *HERE, "--meeting", "1", "--all") == (0, "3 decisions were written down.\n")
    tie = ("--award", "gold", "--cluster", "k", "--chosen", "C=6/1", "--reason", "fewer late dossiers")
    assert say(capsys, "decide", "tie", *HERE, "--meeting", "1", *tie) == (0, "2 decisions were written down.\n")
    assert decide(capsys, "add", "reward/silver/F", "--votes", "5/1/1", "--reason", "pilot unit")[0] == 0
    assert names(capsys) == {
        "gold/A": "confirmed",
        "gold/B": "not_chosen",
        "gold/C": "chosen",
        "silver/D": "confirmed",
        "low/E": "removed",
        "gold/AA-1": "confirmed",
        "silver/F": "added",
    }
    assert "7 of 7 names decided." in say(capsys, "decide", "list", *HERE)[1]
    assert say(capsys, "meeting", "edit", "1", *HERE, "--minutes-no", "12/BB", "--minutes-on", "2026-06-21")[0] == 0
    kept = json.loads(say(capsys, "meeting", "list", *HERE, "--json")[1])["meetings"][0]
    assert (kept["version"], kept["minutes_no"], kept["chair"]) == (2, "12/BB", "Ms Lan")


@pytest.mark.usefixtures("frozen")
def test_a_verdict_replaces_the_present_one_or_the_one_that_was_named(capsys):
    meet(capsys)
    decide(capsys, "confirm", "reward/gold/A", "--votes", "7")
    assert decide(capsys, "remove", "reward/gold/A", "--reason", "late")[0] == 0
    code, said = decide(capsys, "confirm", "reward/gold/A", "--votes", "7", "--replaces", "1")
    assert code == 1
    assert "operator has already decided “removed”" in said


@pytest.mark.usefixtures("frozen")
def test_what_is_refused_or_unclear_is_said(capsys):
    meet(capsys)
    code, said = decide(capsys, "confirm", "reward/gold/A", "--votes", "9")
    assert (code, "9 votes cannot be right with 7 members present" in said) == (1, True)
    code, said = decide(capsys, "confirm", "reward/gold/A", "--votes", "many")
    assert (code, "no vote count" in said) == (2, True)
    assert say(capsys, "decide", "confirm", *HERE, "--meeting", "1")[0] == 2
    assert say(capsys, "meeting", "edit", "7", *HERE)[0] == 2
    tie = ("--award", "gold", "--cluster", "k", "--chosen", "C")
    assert say(capsys, "decide", "tie", *HERE, "--meeting", "1", *tie)[0] == 2


def test_an_open_period_is_not_decided_on(frozen, capsys):
    meet(capsys)
    set_state(frozen, "open")
    code, said = decide(capsys, "remove", "reward/gold/A", "--reason", "late")
    assert (code, "Freeze the period first" in said) == (1, True)


@pytest.mark.usefixtures("frozen")
def test_officers_are_nominated_withdrawn_and_found_against(capsys):
    said = ("--unit", "A", "--officer", "A-2", "--name", "Le Van Ba")
    assert say(capsys, "nomination", "add", *HERE, *said, "--award", "gold", "--achievement", "much")[0] == 0
    assert say(capsys, "nomination", "withdraw", "1") == (0, "Nomination 1 was withdrawn.\n")
    found = ("--finding", "rude", "--basis", "KL 5", "--found-on", "2026-03-01")
    assert say(capsys, "finding", "add", *HERE, *said, *found) == (0, "Finding 1 was recorded.\n")
    listed = json.loads(say(capsys, "nomination", "list", *HERE, "--json")[1])["individuals"]
    assert [(one["list"], one["state"], one["handled"]) for one in listed] == [
        ("reward", "withdrawn", 1),
        ("criticism", "undecided", 1),
    ]
