"""Saved pages of the national portal as reported values."""

from __future__ import annotations

import json

import pytest

from intake.builders import TODAY
from tracker.core.problems import Severity
from tracker.intake import Known, Named, ReadingChoices, parse_table, read_file

KNOWN = Known(frozenset({"H44.03", "999"}), frozenset(), (Named("H44.03", "Ban Quản lý"), Named("999", "UBND xã Lâm Thao")))
FIRST = {
    "departmentId": "019d2be3-6a88",
    "departmentName": "Ban quản lý các khu công nghiệp - Tỉnh Phú Thọ",
    "departmentCode": "H44.03",
    "totalReceived": 1484,
    "totalOnTime": 1353,
    "totalOverdue": 131,
    "totalCompleted": None,
    "avgProcessingDays": 6.19,
    "ratio": 91.17,
    "score": 18.23,
    "maxScore": 20,
    "scoreDelta": None,
}
SECOND = {
    **FIRST,
    "departmentCode": "H44.106",
    "departmentName": "UBND xã Lâm Thao - Tỉnh Phú Thọ",
    "totalReceived": 0,
    "ratio": None,
}
REQUEST = {"timeType": "QUARTER", "year": 2026, "quarter": 2, "month": None, "formalityId": None}


def page(*units: object, request: dict | None = REQUEST, **more: object) -> bytes:
    answer = {"code": "OK", "data": {"parent": {"departmentCode": "H44", "totalReceived": 9}, "children": list(units)}}
    return json.dumps({"request": request, "response": answer, **more}, ensure_ascii=False).encode()


def read(data: bytes, name: str = "dvc-progress-tree.json", **choices: str):
    tables, problems = read_file(name, data, ReadingChoices(**choices))
    assert problems == []
    return parse_table(tables[0], tables[0].kind, KNOWN, TODAY)


def codes(data: bytes, name: str = "dvc-progress-tree.json") -> list[str]:
    return [problem.code for problem in read_file(name, data)[1]]


def test_each_units_figures_become_reported_values_of_the_pages_period():
    rows = read(page(FIRST, SECOND))
    assert [problem for problem in rows.problems if problem.severity is Severity.ERROR] == []
    found = {(row.unit, row.measure): row.value for row in rows.frame.itertuples()}
    assert found == {
        ("H44.03", "portal_progress_received"): "1484",
        ("H44.03", "portal_progress_on_time"): "1353",
        ("H44.03", "portal_progress_overdue"): "131",
        ("H44.03", "portal_progress_processing_days"): "6.19",
        ("H44.03", "portal_progress_ratio"): "91.17",
        ("H44.03", "portal_progress_score"): "18.23",
        ("H44.03", "portal_progress_max_score"): "20",
        ("999", "portal_progress_received"): "0",  # nothing is 0, null is not known
        ("999", "portal_progress_on_time"): "1353",
        ("999", "portal_progress_overdue"): "131",
        ("999", "portal_progress_processing_days"): "6.19",
        ("999", "portal_progress_score"): "18.23",
        ("999", "portal_progress_max_score"): "20",
    }
    assert set(rows.frame["period_from"]) == {"2026-04-01"}
    assert set(rows.frame["period_to"]) == {"2026-06-30"}
    assert rows.frame.loc[1, "evidence"] == "$.response.data.children[0].totalReceived"


@pytest.mark.parametrize(
    ("request_", "span"),
    [
        ({"timeType": "MONTH", "year": 2026, "month": 2}, ("2026-02-01", "2026-02-28")),
        ({"timeType": "year", "year": "2025"}, ("2025-01-01", "2025-12-31")),
        ({"year": 2025, "quarter": 4}, ("2025-10-01", "2025-12-31")),
        ({"fromDate": "2026-01-01", "toDate": "2026-03-31"}, ("2026-01-01", "2026-03-31")),
        ({"fromDate": "01/02/2026", "toDate": "28/02/2026"}, ("2026-02-01", "2026-02-28")),
    ],
)
def test_the_period_is_the_one_that_was_asked_for(request_, span):
    rows = read(page(FIRST, request=request_))
    assert (rows.frame["period_from"].iloc[0], rows.frame["period_to"].iloc[0]) == span


def test_a_page_that_does_not_say_its_period_asks_for_it_and_takes_the_answer():
    assert codes(page(FIRST, request=None)) == ["which_period"]
    assert read(page(FIRST, request=None), period="2026-Q2").frame["period_to"].iloc[0] == "2026-06-30"


def test_a_page_is_known_by_its_address_its_file_or_its_figures():
    assert set(read(page(FIRST), name="saved.json").frame["measure"].str.split("_").str[1]) == {"progress"}
    addressed = page({"departmentCode": "H44.03", "score": 1}, url="/api/v1/reporting/evaluation/dossier-digitized")
    assert read(addressed, name="saved.json").frame["measure"].tolist() == ["portal_digitized_score"]
    assert codes(page({"departmentCode": "H44.03", "score": 1}), name="saved.json") == ["which_portal_page"]


def test_the_metrics_of_a_unit_are_values_of_their_own():
    metric = {"code": "PUBLISH_ON_TIME", "numerator": 3, "denominator": 4, "ratio": None, "score": 4.5, "maxScore": 6}
    unit = {"departmentCode": "H44.03", "totalScore": 6, "totalMaxScore": 18, "metrics": [metric]}
    data = json.dumps({"request": REQUEST, "data": {"evaluation": [unit]}}).encode()
    assert dict(read(data, name="x.json").frame[["measure", "value"]].itertuples(index=False, name=None)) == {
        "portal_transparency_score": "6",
        "portal_transparency_max_score": "18",
        "portal_transparency_publish_on_time_numerator": "3",
        "portal_transparency_publish_on_time_denominator": "4",
        "portal_transparency_publish_on_time_score": "4.5",
        "portal_transparency_publish_on_time_max_score": "6",
    }


def test_a_figure_that_is_no_number_is_told_at_its_path():
    rows = read(page({**FIRST, "totalReceived": "nhiều", "score": True}))
    found = [(problem.place.row, problem.place.column) for problem in rows.problems if problem.code == "not_a_number"]
    assert found == [(1, "$.response.data.children[0].totalReceived"), (6, "$.response.data.children[0].score")]


@pytest.mark.parametrize("name", ["formalityId", "formalityID"])
def test_the_figures_of_one_procedure_are_not_taken_for_the_units(name):
    assert codes(page(FIRST, request={**REQUEST, name: "019d"})) == ["portal_formality"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"data": ', "bad_json"),
        (b'{"data": NaN}', "bad_json"),
        (b"{" + b'"a":{' * 100_000, "bad_json"),
        (b'{"code": "OK", "data": {"children": []}}', "no_portal_units"),
        (b'{"code": "OK"}', "no_portal_units"),
        (b'{"children": [' + b"{}," * 3_500_000 + b"{}]}", "portal_too_large"),
    ],
)
def test_what_is_no_page_of_the_portal_is_refused_in_words(data, code):
    assert codes(data) == [code]


def test_a_number_beyond_all_counts_is_no_number():
    rows = read(page(FIRST).replace(b"91.17", b"1e999999999"))
    assert [problem.place.column for problem in rows.problems if problem.code == "not_a_number"][:1] == [
        "$.response.data.children[0].ratio"
    ]


def test_an_unknown_unit_is_told_by_its_name():
    rows = read(page({**FIRST, "departmentCode": "H44.77"}))
    assert {(problem.code, problem.place.column) for problem in rows.problems} == {("unknown_unit", "unit")}


def test_the_units_below_a_unit_are_read_too():
    rows = read(page({**FIRST, "children": [SECOND, "x"]}))
    assert set(rows.frame["unit"]) == {"H44.03", "999"}
    assert "$.response.data.children[0].children[0].totalReceived" in set(rows.frame["evidence"])


def test_half_a_sign_is_told_with_its_line_before_a_database_chokes_on_it():
    data = page({**FIRST, "metrics": [{"code": "A?", "score": 1}]}).replace(b"A?", b"A\\ud800")
    (problem,) = read_file("transparency.json", b"{\n" + data[1:])[1]
    assert (problem.code, problem.args) == ("bad_json", {"line": 2})
    assert codes(page({**FIRST, "departmentName": "\U0001f600"})) == []
