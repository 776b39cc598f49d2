"""Annexes of programmes as offices write them: groups between the tasks, bodies by name, last days in words."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from intake.builders import saved, xlsx_bytes
from tracker.core.problems import Severity
from tracker.intake import MOST_TASKS, Known, Named, Told, read_deadline, read_programme

HEAD = ("STT", "Nội dung, nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành", "Sản phẩm")
KNOWN = Known(frozenset({"NV", "TP"}), frozenset(), (Named("NV", "Sở Nội vụ"), Named("TP", "Sở Tư pháp")))
TOLD = Told(date(2017, 1, 1), None)


def read(*rows: tuple, told: Told = TOLD):
    return read_programme("phu-luc.xlsx", xlsx_bytes(*rows, sheet="Phụ lục"), KNOWN, told)


def codes(problems, severity: Severity = Severity.ERROR):
    return [(one.code, one.place.sheet, one.place.row, one.place.column) for one in problems if one.severity is severity]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("30/6/2018", "2018-06-30"),
        ("Trước ngày 30/6/2018", "2018-06-30"),
        ("Từ 01/6/2018 đến 30/6/2018", "2018-06-30"),
        ("Ngày 30 tháng 6 năm 2018", "2018-06-30"),
        ("2018-06-30 00:00:00", "2018-06-30"),
        ("Tháng 02/2020", "2020-02-29"),
        ("2/2020", "2020-02-29"),
        ("Quý II/2018", "2018-06-30"),
        ("Quý IV năm 2018", "2018-12-31"),
        ("Hoàn thành trong quý 3 năm 2018", "2018-09-30"),
        ("6 tháng đầu năm 2018", "2018-06-30"),
        ("2018-Q1", "2018-03-31"),
        ("Đến năm 2020", "2020-12-31"),
        ("Giai đoạn 2016 - 2020", "2020-12-31"),
        ("Thường xuyên", None),
        ("Hằng năm, trước ngày 15/12", None),
    ],
)
def test_a_month_a_quarter_and_a_year_mean_their_last_day_and_regular_work_has_none(words, day):
    found = read_deadline(words)
    assert found is not None
    assert found.due == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            "sớm",
            "Trước tháng 6/2018",
            "Từ năm 2018",
            "31/02/2018",
            "Tháng 13/2018",
            "Quý I, II/2018",
            "Quý II",
            "Tháng 6",
        ),
        *("Sau 15 ngày kể từ ngày ban hành năm 2018", "30/6/18", "Năm 0000", "99999"),
    ],
)
def test_words_that_could_mean_another_day_are_not_understood(words):
    assert read_deadline(words) is None


def test_a_year_that_is_not_written_is_the_campaigns_only_one():
    assert read_deadline("Quý II", 2018).due == date(2018, 6, 30)
    assert read_deadline("Tháng 12", 2018).due == date(2018, 12, 31)


def test_headings_of_groups_become_the_areas_of_the_tasks_below_them_and_mark_their_numbers():
    tasks, problems = read(
        ("PHỤ LỤC",),
        ("Kèm theo Quyết định 1019/QĐ-UBND",),
        HEAD,
        ("I", "Cải cách thể chế"),
        (1, "Rà soát văn bản", "Sở Tư pháp", "Các sở", "Quý II/2018", "Báo cáo"),
        (2, "Niêm yết thủ tục", "UBND các xã", None, "Thường xuyên", None),
        ("II. Cải cách thủ tục hành chính",),
        (1, "Kiểm tra", "NV", None, date(2018, 6, 30), None),
        (3, "Đào tạo"),
        ("3.1", "Mở lớp", "sở nội vụ", None, "6/2018", None),
        (None, None, None, None, "Đắk Nông, ngày 16 tháng 6 năm 2017"),
    )
    assert codes(problems) == []
    assert [(one.number, one.area, one.unit, one.deadline, one.due and one.due.isoformat()) for one in tasks] == [
        ("I.1", "Cải cách thể chế", "TP", "Quý II/2018", "2018-06-30"),
        ("I.2", "Cải cách thể chế", "", "Thường xuyên", None),
        ("II.1", "Cải cách thủ tục hành chính", "NV", "30/06/2018", "2018-06-30"),
        ("3.1", "Đào tạo", "NV", "6/2018", "2018-06-30"),
    ]
    assert ("body_is_no_unit", "Phụ lục", 6, "body") in codes(problems, Severity.WARNING)


def test_what_is_wrong_is_told_by_sheet_row_and_column_and_no_forgotten_task_passes_for_a_heading():
    _, problems = read(
        HEAD,
        (1, "Không ai làm"),
        (2, "Không rõ hạn", "Sở Nội vụ", None, "khi nào xong", None),
        (2, "Trùng số", "Sở Nội vụ", None, "Quý I/2018", None),
        (None, "- Ý nhỏ"),
        (4, "Trước đợt", "Sở Nội vụ", None, "2016", None),
    )
    sheet = "Phụ lục"
    assert set(codes(problems)) == {
        ("required", sheet, 2, "body"),
        ("required", sheet, 2, "deadline"),
        ("deadline_unread", sheet, 3, "deadline"),
        ("duplicate", sheet, 4, "number"),
        *(("required", sheet, 5, column) for column in ("number", "body", "deadline")),
    }
    assert ("deadline_before", sheet, 6, "deadline") in codes(problems, Severity.WARNING)


def test_every_sheet_with_tasks_is_read_others_are_not_and_numbers_stand_once_in_all():
    book = openpyxl.Workbook()
    for name, number in (("Sở", 1), ("Xã", 1), ("Ghi chú", None)):
        page = book.create_sheet(name)
        for row in (HEAD, (number, f"Việc {name}", "Sở Nội vụ", None, "2018", None)) if number else (("Lời dặn",),):
            page.append(row)
    tasks, problems = read_programme("a.xlsx", saved(book), KNOWN, TOLD)
    assert [one.task for one in tasks] == ["Việc Sở", "Việc Xã"]
    assert codes(problems) == [("duplicate", "Xã", 2, "number")]


def test_a_body_merged_over_rows_answers_for_each_of_them():
    book = openpyxl.Workbook()
    for row in (HEAD, (1, "Một", "Sở Nội vụ", None, "2018", None), (2, "Hai", None, None, "2019", None)):
        book.active.append(row)
    book.active.merge_cells("C2:C3")
    tasks, problems = read_programme("a.xlsx", saved(book), KNOWN, TOLD)
    assert [one.unit for one in tasks] == ["NV", "NV"]
    assert codes(problems) == []


def test_a_file_without_the_columns_or_with_too_many_tasks_is_refused_whole():
    assert codes(read(("a", "b"), ("1", "2"))[1])[0][0] == "missing_column"
    lines = ("number,task,body,deadline", *(f"{at},x,NV,2018" for at in range(MOST_TASKS + 1)))
    tasks, problems = read_programme("a.csv", "\n".join(lines).encode(), KNOWN, TOLD)
    assert (tasks, codes(problems)) == ([], [("too_many_tasks", None, None, None)])
