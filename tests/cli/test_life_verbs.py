"""A period's life on the command line, by two accounts, from freezing to a bundle."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from lives import meet, put_year
from sqlalchemy import text

from tracker import cli
from tracker.services import running
from tracker.store.engine import writing

OF_2025 = ["--campaign", "thi-dua", "--period", "2025"]


@pytest.fixture
def run(sqlite_engine, monkeypatch, capsys):
    """Run a verb on 2026-03-31, and return its exit code and what it printed."""
    put_year(sqlite_engine)
    monkeypatch.setattr(running, "database", lambda: sqlite_engine)

    def verb(*words: str) -> tuple[int, str]:
        code = cli.main(["--language", "en", "--today", "2026-03-31", *words])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    verb.engine = sqlite_engine
    return verb


def go(run, *steps: str) -> None:
    for step in steps:
        if step == "finalise":
            meet(run.engine)
        assert run("--actor", "member", step, *OF_2025, "--propose")[0] == 0
        assert run("--actor", "chair", step, *OF_2025, "--approve")[0] == 0


def test_a_period_is_led_to_its_final_result_by_two_accounts(run):
    go(run, "freeze", "publish", "finalise")
    code, printed = run("period", "show", *OF_2025, "--json")
    shown = json.loads(printed)
    assert (code, shown["state"], shown["blockers"], shown["pending"]) == (0, "final", [], None)
    code, printed = run("standings", *OF_2025, "--format", "json")
    standings = json.loads(printed)
    assert standings["period"]["state"] == "final"
    assert {unit["unit"]: unit["score"] for unit in standings["clusters"][0]["units"]} == {"A": "6.67", "B": "10.00"}


def test_the_same_account_cannot_approve_what_it_proposed(run):
    assert run("--actor", "chair", "freeze", *OF_2025, "--propose")[0] == 0
    code, printed = run("--actor", "chair", "freeze", *OF_2025, "--approve")
    assert code == 1
    assert "cannot approve" in printed


def test_blockers_are_printed_and_refuse_the_final_result(run):
    go(run, "freeze", "publish")
    with writing(run.engine) as connection:
        connection.execute(text("UPDATE campaign SET rules_approved_by = ''"))
    code, printed = run("finalise", *OF_2025, "--propose")
    assert code == 1
    assert "not approved for this campaign" in printed
    assert "not approved for this campaign" in run("period", "show", *OF_2025)[1]


def test_verify_says_that_every_result_was_recomputed_and_what_was_bent(run):
    assert run("verify", *OF_2025)[0] == 2
    go(run, "freeze", "publish", "finalise")
    code, printed = run("verify", *OF_2025)
    assert (code, printed.count("digit for digit")) == (0, 3)
    with writing(run.engine) as connection:
        connection.execute(text("DROP TRIGGER result_no_update"))
        connection.execute(
            text("UPDATE result SET results_sha256 = replace(results_sha256, 'a', 'b') WHERE stage = 'final'")
        )
    code, printed = run("verify", *OF_2025)
    assert code == 1
    assert "DOES NOT HOLD" in printed


def test_a_bundle_holds_what_its_manifest_says_and_is_the_same_when_made_twice(run, tmp_path):
    go(run, "freeze", "publish", "finalise")
    for name in ("one", "two"):
        assert run("bundle", *OF_2025, "--out", str(tmp_path / name))[0] == 0
    one, two = (read_folder(tmp_path / name) for name in ("one", "two"))
    assert one == two
    manifest = json.loads(one["manifest.json"])
    assert manifest["stage"] == "final"
    assert manifest["files"] == {name: sha256(data).hexdigest() for name, data in one.items() if name in manifest["files"]}
    assert manifest["results_sha256"] == manifest["files"]["results.json"]
    assert run("bundle", *OF_2025, "--out", str(tmp_path / "one"))[0] == 2
    checked = subprocess.run([sys.executable, "-I", "-S", "verify.py"], cwd=tmp_path / "one", capture_output=True, text=True)
    assert (checked.returncode, checked.stdout.startswith("OK")) == (0, True), checked.stdout
    results = tmp_path / "two" / "results.json"
    results.write_bytes(results.read_bytes().replace(b'"6.67"', b'"6.66"'))
    altered = subprocess.run([sys.executable, "-I", "-S", "verify.py"], cwd=tmp_path / "two", capture_output=True, text=True)
    assert altered.returncode == 1


def read_folder(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
