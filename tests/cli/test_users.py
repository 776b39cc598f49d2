"""Accounts on the command line, and acting there as one of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from builders import act, put_offices
from people import MORNING

from tracker.cli import main
from tracker.services import running
from tracker.services.credentials import SignInError, change_password, check_password


@pytest.fixture
def office(sqlite_engine, monkeypatch):
    monkeypatch.setenv("TRACKER_DATABASE_URL", sqlite_engine.url.render_as_string(hide_password=False))
    running.database.cache_clear()
    put_offices(sqlite_engine, "A", "B")
    yield sqlite_engine
    running.database().dispose()
    running.database.cache_clear()


def say(capsys, *words: str) -> tuple[int, str]:
    code = main([*words, "--language", "en"])
    said = capsys.readouterr()
    return code, said.out + said.err


def handed(said: str) -> str:
    found = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", said)
    assert found, said
    return found[0]


def test_an_account_is_added_listed_disabled_enabled_reset_and_granted(office, capsys):
    code, said = say(capsys, "user", "add", "Lan", "--role", "clerk", "--units", "A", "B", "--full-name", "Nguyễn Thị Lan")
    assert code == 0
    first = handed(said)
    assert check_password(office, "lan", first, MORNING) == "lan"
    found = json.loads(say(capsys, "user", "list", "--json")[1])["accounts"]
    expected = {"name": "lan", "full_name": "Nguyễn Thị Lan", "role": "clerk", "units": ["A", "B"], "may_import": False}
    assert found == [{**expected, "active": True, "must_change": True, "sign_ins": 0}]
    assert say(capsys, "user", "disable", "lan")[0] == 0
    with pytest.raises(SignInError):
        check_password(office, "lan", first, MORNING)
    assert say(capsys, "user", "enable", "lan")[0] == 0
    code, said = say(capsys, "user", "reset", "lan")
    assert code == 0
    assert handed(said) != first
    assert say(capsys, "user", "grant", "lan", "--role", "unit", "--units", "B", "--may-import")[0] == 0
    listed = say(capsys, "user", "list")[1]
    assert "unit" in listed
    assert "argon2" not in listed


def test_whoever_acts_as_an_account_has_its_rights_and_no_more(office, capsys, tmp_path: Path):
    first = handed(say(capsys, "user", "add", "lan", "--role", "clerk", "--units", "A")[1])
    change_password(office, first, "một hai ba bốn", act(actor="lan"))
    file = tmp_path / "dossiers.csv"
    for unit, code in (("A", 0), ("B", 1)):
        file.write_text(f"code,unit,procedure,received_at\nD{unit},{unit},P1,2020-01-01 08:00\n", "utf-8")
        assert say(capsys, "--actor", "lan", "import", str(file))[0] == code
    assert "may not" in say(capsys, "user", "list", "--actor", "lan")[1]
    assert say(capsys, "user", "list", "--actor", "lan")[0] == 1


def test_an_account_that_still_has_its_one_time_password_is_told_to_change_it_first(office, capsys):  # noqa: ARG001
    say(capsys, "user", "add", "minh", "--role", "committee")
    assert "one-time password" in say(capsys, "--actor", "minh", "batch", "list")[1]


@pytest.mark.parametrize("name", ["nobody", "visitor", "lan"])
def test_acting_as_somebody_who_is_not_there_or_is_shut_out_is_a_question_wrongly_put(office, capsys, name):  # noqa: ARG001
    say(capsys, "user", "add", "lan", "--role", "viewer")
    say(capsys, "user", "disable", "lan")
    assert say(capsys, "--actor", name, "batch", "list")[0] == 2


def test_an_unknown_account_and_a_grant_that_does_not_fit_are_refused_by_their_own_codes(office, capsys):  # noqa: ARG001
    assert say(capsys, "user", "reset", "nobody")[0] == 2
    code, said = say(capsys, "user", "add", "lan", "--role", "unit")
    assert code == 1
    assert "goes by units" in said
