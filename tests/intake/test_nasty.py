"""Every hostile file of the shared corpus ends as its manifest says, by the data page's way and on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "nasty"
if not (CORPUS / "manifest.json").exists():
    pytest.skip("the corpus ../shared/nasty is not here", allow_module_level=True)

MANIFEST = json.loads((CORPUS / "manifest.json").read_text(encoding="utf-8"))
# Where the exchange format says more than the corpus: an offset is converted, and then the moment lies after today. What the
# corpus is after holds: 2026-06-30 is never stored.
ALSO_NAMED = {"105_utc_timestamp_at_midnight.csv": {"bad_date": "future_date"}}
FILES = [pytest.param(entry, id=entry["file"]) for entry in MANIFEST["files"]]
WITH_BAD_ROWS = [entry for entry in FILES if entry.values[0]["bad_rows"]]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """What became of each file both ways."""
    folder = tmp_path_factory.mktemp("walk")
    command = [sys.executable, "-m", "tests.faults.walking", str(CORPUS), str(folder)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=280).stdout
    found = [json.loads(line) for line in said.splitlines()]
    return {one["file"]: one for one in found}


def problems_of(one: dict) -> list[dict]:
    return [problem for table in one["page"]["tables"] for problem in table["problems"]]


def outcome(one: dict) -> str:
    """What the check on the page made of the file, in the manifest's words."""
    tables, problems = one["page"]["tables"], problems_of(one)
    errors = [problem for problem in problems if problem["error"]]
    if not errors:
        return "accept_warn" if problems else "accept"
    return (
        "reject_rows" if all(table["rows"] for table in tables) and all(error["row"] for error in errors) else "reject_file"
    )


def named(entry: dict, reasons: str) -> set[str]:
    """The codes that say one of the reasons."""
    wanted = set(reasons.split("|"))
    return wanted | {ALSO_NAMED.get(entry["file"], {}).get(reason, reason) for reason in wanted}


@pytest.mark.parametrize("entry", FILES)
def test_a_hostile_file_has_an_outcome_its_manifest_allows(entry, walked):
    one = walked[entry["file"]]
    assert "traceback" not in one, one["traceback"]
    found = outcome(one)
    assert found in [entry["expect"], *entry["also_allowed"]]
    codes = {problem["code"] for problem in problems_of(one)}
    if found.startswith("accept"):
        assert (one["page"]["end"], one["page"]["mendable"]) == ("done", False)
        assert one["page"]["ready"] == (entry["rows"] or one["page"]["ready"])
    else:
        assert one["page"]["end"] == "cancelled"
        assert any(entry["message_must_contain"] in problem["message"] for problem in problems_of(one))
        if found == entry["expect"] and entry["reason"]:
            assert codes & named(entry, "|".join([entry["reason"], *(reasons for _, _, reasons in entry["bad_rows"])]))


@pytest.mark.parametrize("entry", WITH_BAD_ROWS)
def test_every_bad_row_is_found_at_its_place_and_given_back(entry, walked):
    one = walked[entry["file"]]
    found = {(problem["row"], problem["column"] or "", problem["code"]) for problem in problems_of(one)}
    if not outcome(one).startswith("reject"):
        return
    rows = [(row, column, named(entry, reasons)) for row, column, reasons in entry["bad_rows"]]
    if outcome(one) == "reject_rows":
        assert [row for row, column, codes in rows if not any((row, column, code) in found for code in codes)] == []
        assert one["page"]["mendable"]
    else:  # nothing of the file can be used; it is said why
        assert all({code for _, _, code in found} & codes for _, _, codes in rows)


@pytest.mark.parametrize("entry", FILES)
def test_the_command_line_ends_as_the_page_does_and_a_refused_file_leaves_nothing(entry, walked):
    one = walked[entry["file"]]
    (line,) = one["line"]
    told = [problem["code"] for problem in line["problems"]]
    shown = [problem["code"] for problem in problems_of(one)]
    assert sorted(shown) == sorted(told)[: len(shown)] or len(shown) < len(told)
    if outcome(one).startswith("accept"):
        assert (line["outcome"], one["status"]) == ("imported", 0)
        assert one["rows"] == [one["page"]["ready"]] * 2
    else:
        assert (line["outcome"], one["status"], one["rows"]) == ("refused", 1, [0, 0])
        assert one["unchanged"] == [True, True]


@pytest.mark.parametrize("entry", FILES)
def test_a_file_takes_no_more_time_and_memory_than_its_manifest_allows(entry, walked):
    one = walked[entry["file"]]
    assert one["seconds"] < entry["max_seconds"]
    assert one["megabytes"] < entry["max_rss_mb"]
    assert one["child_megabytes"] < max(entry["max_rss_mb"], 200)
