"""The Vietnamese report form II.06a, from workbooks as an office would send them."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from intake.builders import KNOWN, TODAY, errors, parse, saved
from intake.tally_forms import LINES, TITLE, form
from tracker.core.problems import Severity, UsageError
from tracker.intake import Known, Named, ReadingChoices, parse_table, read_file
from tracker.intake.tally_title import read_title


def test_the_lines_become_tallies_of_the_unit_and_quarter_in_the_title():
    rows = parse("bao_cao.xlsx", form(*LINES))
    assert rows.problems == ()
    assert rows.frame.to_numpy().tolist() == [
        ["660", "Tư pháp - Hộ tịch", "2018-01-01", "2018-03-31", "100", "15", "5", "80", "16", "4", "18", "2"],
        ["660", "Đất đai", "2018-01-01", "2018-03-31", "50", "25", "5", "40", "24", "2", "12", "2"],
        ["660", "Chứng thực", "2018-01-01", "2018-03-31", None, "5", None, None, "5", None, None, None],
    ]
    assert list(rows.frame.index) == [10, 11, 13]  # the rows a spreadsheet shows


def with_line(at: int, **columns: int) -> bytes:
    changed = [list(line) for line in LINES]
    for column, number in columns.items():
        changed[at][int(column[1:]) - 1] = number
    return form(*map(tuple, changed))


@pytest.mark.parametrize(
    ("columns", "column", "written", "parts", "total"),
    [
        ({"c3": 121, "c11": 21, "c12": 19}, 3, 121, "4 + 5 + 6", 120),
        ({"c7": 101}, 7, 101, "8 + 9 + 10", 100),
        ({"c11": 21}, 11, 21, "12 + 13", 20),
        ({"c7": 99, "c8": 79}, 3, 120, "7 + 11", 119),
    ],
)
def test_a_sum_that_does_not_hold_is_told_with_both_figures_at_its_row(columns, column, written, parts, total):
    rows = parse("bao_cao.xlsx", with_line(1, **columns))
    found = [problem for problem in rows.problems if problem.code == "tally_sum" and problem.args["column"] == column]
    assert next((problem.place.row, problem.args) for problem in found) == (
        10,
        {"column": column, "written": written, "parts": parts, "total": total},
    )


def test_a_total_is_held_against_its_lines_and_not_imported():
    rows = parse("bao_cao.xlsx", with_line(5, c13=5, c12=29))
    assert [(problem.code, problem.place.row, problem.args) for problem in rows.problems] == [
        ("tally_total", 14, {"column": 12, "written": 29, "total": 30}),
        ("tally_total", 14, {"column": 13, "written": 5, "total": 4}),
    ]
    group = parse("bao_cao.xlsx", with_line(0, c5=39, c4=151))
    assert {(problem.code, problem.place.row) for problem in group.problems} == {("tally_total", 9)}


@pytest.mark.parametrize(("left_out", "code"), [(3, "which_tally_unit"), (2, "which_tally_span")])
def test_what_the_title_does_not_say_is_asked_for_and_never_guessed(left_out, code):
    title = tuple(said for at, said in enumerate(TITLE) if at != left_out)
    rows = parse("bao_cao.xlsx", form(*LINES, title=title))
    assert [(problem.code, problem.place.row) for problem in rows.problems] == [(code, None)]
    assert rows.frame.empty


def test_a_sheet_with_nothing_but_its_total_is_a_tally_of_all_dossiers():
    rows = parse("bao_cao.xlsx", form(LINES[-1]))
    assert rows.frame.loc[9].tolist()[:5] == ["660", "", "2018-01-01", "2018-03-31", "150"]


def test_a_procedures_code_is_found_in_its_line_and_must_be_known():
    line = (1, "1.004199 - Cấp phiếu lý lịch tư pháp", *LINES[1][2:])
    assert errors(parse("bao_cao.xlsx", form(line))) == [("unknown_procedure", 9, "procedure")]


def test_a_number_with_lines_of_its_own_is_their_total_and_equal_names_are_told_apart_by_their_group():
    lines = (
        ("I", "Cấp tỉnh", 3, 3, 0, 0, 3, 3, 0, 0, 0, 0, 0),
        ("1", "Đất đai", 3, 3, 0, 0, 3, 3, 0, 0, 0, 0, 0),
        ("1.1", "Giao đất", 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0),
        ("1.2", "Cho thuê đất", 2, 2, 0, 0, 2, 2, 0, 0, 0, 0, 0),
        ("II", "Cấp huyện", 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0),
        ("1", "Giao đất", 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0),
    )
    rows = parse("bao_cao.xlsx", form(*lines))
    assert rows.problems == ()
    assert list(rows.frame["procedure"]) == ["Cấp tỉnh: Giao đất", "Cho thuê đất", "Cấp huyện: Giao đất"]


def test_a_cell_that_is_no_count_refuses_its_line_at_its_column():
    rows = parse("bao_cao.xlsx", with_line(1, c8="tám mươi"))
    assert ("not_a_number", 10, "done_early") in errors(rows)


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("Quý I/2018", ("2018-01-01", "2018-03-31")),
        ("Quý 4 năm 2018", ("2018-10-01", "2018-12-31")),
        ("(Từ ngày 15/12/2017 đến ngày 14/03/2018)", ("2017-12-15", "2018-03-14")),
        ("Tháng 02/2020", ("2020-02-01", "2020-02-29")),
        ("6 tháng đầu năm 2018", ("2018-01-01", "2018-06-30")),
        ("6 tháng cuối năm 2018", ("2018-07-01", "2018-12-31")),
        ("9 tháng đầu năm 2018", ("2018-01-01", "2018-09-30")),
        ("Năm 2018", ("2018-01-01", "2018-12-31")),
        ("Đắk Nông, ngày 5 tháng 4 năm 2018", None),
        ("Từ ngày 31/02/2018 đến ngày 01/03/2018", None),
    ],
)
def test_the_days_are_read_as_titles_write_them(said, span):
    assert read_title([[said]]).span == (span and tuple(date.fromisoformat(day) for day in span))


@pytest.mark.parametrize(
    ("cells", "unit"),
    [
        (["Đơn vị báo cáo: UBND xã Nâm N'Jang"], "UBND xã Nâm N'Jang"),
        (["Tên đơn vị:", "660"], "660"),
        (["Đơn vị tính: Số hồ sơ"], None),
        (["- Đơn vị nhận báo cáo: UBND tỉnh"], None),
    ],
)
def test_the_unit_is_the_one_that_reports(cells, unit):
    assert read_title([cells]).unit == unit


def test_another_table_of_thirteen_numbered_columns_is_not_taken_for_the_form():
    workbook = openpyxl.Workbook()
    workbook.active.append([f"Cột {number}" for number in range(1, 14)])
    workbook.active.append(list(range(1, 14)))
    tables, problems = read_file("khac.xlsx", saved(workbook))
    assert (tables, [problem.code for problem in problems]) == ([], ["unknown_kind"])


def test_a_form_beside_other_sheets_is_found_by_what_it_is_and_not_by_its_name():
    (table,), problems = read_file("Bieu mau.xlsx", form(*LINES, sheet="Sheet1"))
    assert problems == []
    assert table.kind is not None
    rows = parse_table(table, table.kind, KNOWN, TODAY, frozenset({"661"}))
    assert {problem.code for problem in rows.problems if problem.severity is Severity.ERROR} == {"not_your_unit"}


def test_the_person_answers_for_a_title_that_says_neither_unit_nor_span():
    data = form(*LINES, title=TITLE[:2])
    (table,), _ = read_file("bao_cao.xlsx", data, ReadingChoices(unit="661", period="2018-H1"))
    rows = parse_table(table, table.kind, KNOWN, TODAY)
    assert rows.problems == ()
    assert rows.frame.iloc[0].tolist()[:4] == ["661", "Tư pháp - Hộ tịch", "2018-01-01", "2018-06-30"]


def test_the_unit_may_stand_there_by_its_name():
    known = Known(frozenset({"660"}), frozenset(), (Named("660", "UBND xã Nâm N'Jang"),))
    title = (*TITLE[:3], "Đơn vị báo cáo: UBND XÃ NÂM N'JANG")
    (table,), _ = read_file("bao_cao.xlsx", form(*LINES, title=title))
    rows = parse_table(table, table.kind, known, TODAY)
    assert (rows.problems, set(rows.frame["unit"])) == ((), {"660"})


def test_a_period_that_is_none_is_refused_as_an_answer():
    with pytest.raises(UsageError):
        read_file("bao_cao.xlsx", form(*LINES), ReadingChoices(period="2018-Q5"))


@pytest.mark.parametrize(("outer", "inner"), [("AB", ("I", "II")), (("I", "II"), "AB")])
def test_groups_of_groups_are_totals_and_counted_once(outer, inner):
    lines = [
        (outer[0], "Cấp tỉnh", 3, 3, None, None, 3, 3),
        (inner[0], "Đất đai", 3, 3, None, None, 3, 3),
        (1, "Cấp sổ", 3, 3, None, None, 3, 3),
        (outer[1], "Cấp xã", 7, 7, None, None, 7, 7),
        (inner[0], "Hộ tịch", 5, 5, None, None, 5, 5),
        (inner[1], "Chứng thực", 2, 2, None, None, 2, 2),
        (None, "Tổng cộng", 10, 10, None, None, 10, 10),
    ]
    rows = parse("bao_cao.xlsx", form(*((*line, *[None] * (13 - len(line))) for line in lines)))
    assert rows.problems == ()
    assert list(rows.frame["procedure"]) == ["Cấp sổ", "Hộ tịch", "Chứng thực"]


def test_a_line_with_nothing_but_a_negative_count_is_refused_and_not_passed_over():
    rows = parse("bao_cao.xlsx", form((1, "Đất đai", None, None, -5), (2, "Hộ tịch", 1, 1, None, None, 1, 1)))
    assert ("out_of_range", 9) in [problem[:2] for problem in errors(rows)]
