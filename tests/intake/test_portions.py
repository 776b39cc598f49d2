"""A long table parsed in portions says the same as one parsed whole."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.core.cases import DOSSIERS
from tracker.intake import Known, parse_in_portions, parse_table, portions, read_file

KNOWN = Known(frozenset("AB"), frozenset({"P1"}))
TODAY = date(2026, 6, 30)
HEADER = "code,unit,procedure,received_at,due_at,note,lạ\n"
LINES = [f"D{at},{'AB'[at % 2]},P1,0{at % 9 + 1}/03/2020,,{'' if at % 3 else 'ghi chú'},x\n" for at in range(23)]


def table(*lines: str):
    (found,), _ = read_file("dossiers.csv", (HEADER + "".join(lines)).encode())
    return found


@pytest.fixture(autouse=True)
def short_portions(monkeypatch):
    monkeypatch.setattr(portions, "PORTION", 5)


def both(*lines: str):
    found, heard = table(*lines), []
    whole = parse_table(found, DOSSIERS, KNOWN, TODAY)
    parts = parse_in_portions(found, DOSSIERS, KNOWN, TODAY, None, lambda done, total: heard.append((done, total)))
    return whole, parts, heard


def cells(rows):
    frame = rows.frame.astype(object)
    return list(frame.where(frame.notna(), None).itertuples(name=None))


def test_rows_columns_problems_and_source_are_those_of_the_whole():
    lines = [*LINES, "D99,NOWHERE,P1,01/03/2020,,,x\n", "D98,A,P1,hôm qua,,,x\n"]
    whole, parts, heard = both(*lines)
    assert cells(parts) == cells(whole)
    assert (parts.columns, parts.refused, parts.problems) == (whole.columns, whole.refused, whole.problems)
    assert parts.source.to_dict() == whole.source.to_dict()
    assert heard == [(5, 25), (10, 25), (15, 25), (20, 25), (25, 25)]


def test_a_key_that_stands_again_in_another_portion_is_refused_naming_the_first():
    whole, parts, _ = both(*LINES, LINES[1])
    assert cells(parts) == cells(whole)
    assert [(one.code, one.place.row, one.args) for one in parts.problems if one.code == "duplicate"] == [
        ("duplicate", 25, {"first": 3})
    ]


def test_dates_written_month_first_are_found_by_the_whole_column():
    turned = [line.replace("/03/2020", f"/{at % 20 + 9}/2020") for at, line in enumerate(LINES)]
    whole, parts, heard = both(*turned)
    assert cells(parts) == cells(whole)
    assert parts.problems == whole.problems
    assert heard == [(23, 23)]
