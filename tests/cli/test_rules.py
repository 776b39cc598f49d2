"""Rules on the command line: what differs between two versions, moving a campaign, and the chair's approval."""

from __future__ import annotations

import json

import pytest
from builders import RULEBOOK, act, put_offices
from people import put_each_role

from tracker.cli import main
from tracker.services import running
from tracker.services.campaigns import add_rulebook


@pytest.fixture
def office(sqlite_engine, monkeypatch):
    """Two versions of a rulebook that compare otherwise, a campaign under the first, and one account of each role."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", sqlite_engine.url.render_as_string(hide_password=False))
    running.database.cache_clear()
    put_offices(sqlite_engine, "A")
    first = RULEBOOK.format(code="r", policy="")
    add_rulebook(sqlite_engine, first, "r.toml", act())
    second = first.replace("version = 1", "version = 2").replace("[on_time]", '[on_time]\ncompare = "day"')
    add_rulebook(sqlite_engine, second, "r.toml", act())
    put_each_role(sqlite_engine)
    assert main(["campaign", "add", "c", "--rulebook", "r@1", "--from", "2026-01-01", "--to", "2026-12-31"]) == 0
    yield sqlite_engine
    running.database().dispose()
    running.database.cache_clear()


def say(capsys, *words: str) -> tuple[int, str]:
    code = main([*words, "--language", "en"])
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.mark.usefixtures("office")
def test_the_difference_is_printed_with_the_old_sentence_above_the_new_one(capsys):
    capsys.readouterr()
    code, said = say(capsys, "rulebook", "diff", "r@1", "r@2")
    lines = said.splitlines()
    assert (code, lines[0], lines[2]) == (0, "What differs from rulebook r@1 to r@2:", "Changed: What counts as on time")
    assert lines[3].startswith("  - Times are compared to the minute")
    assert lines[4].startswith("  + ")
    assert say(capsys, "rulebook", "diff", "r@1", "r@1")[1] == "Rulebooks r@1 and r@1 do not differ in any rule.\n"


@pytest.mark.usefixtures("office")
def test_the_difference_for_machines_has_every_change(capsys):
    capsys.readouterr()
    answer = json.loads(say(capsys, "rulebook", "diff", "r@1", "r@2", "--json")[1])
    assert (answer["before"], answer["after"]) == ("r@1", "r@2")
    (change,) = answer["changes"]
    assert (change["change"], change["part"], change["code"], change["criterion"]) == ("changed", "on_time", None, None)
    (pair,) = change["sentences"]
    assert pair["before"] != pair["after"]


@pytest.mark.usefixtures("office")
def test_comparing_with_a_version_nobody_kept_says_which_rulebooks_there_are(capsys):
    code, said = say(capsys, "rulebook", "diff", "r@1", "r@9")
    assert code == 2
    assert "r@9" in said


@pytest.mark.usefixtures("office")
def test_a_chair_approves_the_version_that_was_read_and_nobody_else_does(capsys):
    approve = ("campaign", "approve", "c", "--rulebook", "r@1")
    assert say(capsys, *approve)[0] == 1, "the operator began the campaign"
    code, said = say(capsys, *approve, "--actor", "the-admin")
    assert (code, "not allowed" in said or "may not" in said) == (1, True), said
    assert say(capsys, "campaign", "approve", "c", "--rulebook", "r@2", "--actor", "the-chair")[0] == 1
    code, said = say(capsys, *approve, "--actor", "the-chair")
    assert (code, said) == (0, "the-chair has approved rulebook r@1 for campaign c.\n")
    code, said = say(capsys, *approve, "--actor", "the-chair")
    assert code == 1
    assert "already approved by the-chair" in said


@pytest.mark.usefixtures("office")
def test_moving_a_campaign_says_what_differs_and_asks_for_a_new_approval(capsys):
    move = ("campaign", "move", "c", "--from", "r@1", "--to", "r@2", "--reason", "12/QĐ-UBND")
    code, said = say(capsys, *move, "--actor", "the-admin")
    assert code == 0
    assert said.startswith("Campaign c now applies rulebook r@2; its rules must be approved again.\nWhat differs")
    assert say(capsys, *move)[0] == 1
