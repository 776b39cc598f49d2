"""The files of a board and of its lists hold what the screen shows, in the visitor's language."""

from __future__ import annotations

import csv
import io
from datetime import date
from hashlib import sha256

import openpyxl
import pytest

from tracker.services.access import VISITOR
from tracker.services.board_sheets import export_board
from tracker.services.editions import Edition
from tracker.services.history import previous_board
from tracker.services.list_sheets import export_lists
from tracker.services.standings import Question, show_board
from tracker.store.audit import Head

from .boards import begin, open_page, put_units, report

TODAY = date(2026, 6, 30)
VI = Edition()


@pytest.fixture
def boards(province):
    """The board of 2025 and the one before: U1 rises to 100 points, U2 falls to 40; U3 is alone in cluster b."""
    put_units(province, a=["U1:Xã Đắk Mây", "U2:=cmd|'/c calc'!A1"], b=["U3:Xã Ba"])
    begin(province)
    report(province, 2024, U1=("0.5", "0.5"), U2=("1", "1"), U3=("1", "1"))
    report(province, 2025, U1=("1", "1"), U2=("0.4", "0.4"), U3=("0.9", "1"))
    board = show_board(province, Question("nho", "2025"), TODAY, VISITOR)
    return board, previous_board(province, board, TODAY, VISITOR)


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_csv_of_the_board_has_the_rows_in_order_with_harmless_names(boards):
    file = export_board(*boards, "", VI, "csv")
    assert rows_of(file.data) == [
        ["Hạng", "Đơn vị", "Mã", "Cụm", "Thay đổi", "Điểm", "Công việc", "Thân thiện", "Xếp loại", "Lưu ý"],
        ["1", "Xã Đắk Mây", "U1", "a", "1", "100.00", "60.00", "40.00", "Tốt", ""],
        ["2", "'=cmd|'/c calc'!A1", "U2", "a", "-1", "40.00", "24.00", "16.00", "Kém", ""],
        ["1", "Xã Ba", "U3", "b", "0", "94.00", "54.00", "40.00", "Tốt", ""],
    ]


def test_the_file_of_one_cluster_holds_that_cluster_only(boards):
    assert [row[2] for row in rows_of(export_board(*boards, "b", VI, "csv").data)[1:]] == ["U3"]


def test_a_file_is_named_after_period_day_and_content(boards):
    for ending in ("csv", "xlsx"):
        file = export_board(*boards, "", VI, ending)
        digest = sha256(file.data).hexdigest()[:16]
        assert file.name == f"bang-xep-hang-2025-2025-12-31-{digest}.{ending}"


def test_the_workbook_has_every_indicator_on_a_second_sheet_and_no_formula(boards):
    book = openpyxl.load_workbook(io.BytesIO(export_board(*boards, "", VI, "xlsx").data))
    assert book.sheetnames == ["Bảng xếp hạng", "So sánh cụm", "Điểm chỉ tiêu", "Cách tính"]
    assert [cell.value for cell in book["Điểm chỉ tiêu"][9]][:6] == [1, "Xã Đắk Mây", "U1", "a", 60, 40]
    assert book["Bảng xếp hạng"]["B10"].value == "=cmd|'/c calc'!A1"
    assert book["Bảng xếp hạng"]["B10"].data_type == "s"


def test_the_csv_of_the_lists_says_which_list_a_row_is_of_and_why(boards):
    rows = rows_of(export_lists(boards[0], VI, "csv").data)[1:]
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("Biểu dương", "Cờ thi đua", "U1"),
        ("Biểu dương", "Cờ thi đua", "U3"),
        ("Phê bình", "Điểm quá thấp – Phê bình", "U2"),
    ]
    assert rows[2][7] == "Đạt 40 điểm, dưới mức 50 điểm."


def test_the_workbook_of_the_lists_has_a_sheet_each_in_the_visitors_language(boards):
    book = openpyxl.load_workbook(io.BytesIO(export_lists(boards[0], Edition("en"), "xlsx").data))
    assert book.sheetnames == ["Commendation", "Criticism", "Ruled out", "How computed"]


@pytest.mark.usefixtures("boards")
def test_nothing_is_made_until_somebody_opens_the_formats():
    made = export_board.cache_info().misses
    app = open_page(p="2025")
    assert not app.get("download_button")
    assert export_board.cache_info().misses == made


def test_a_workbook_says_what_it_rests_on_and_carries_the_head_of_the_log(boards):
    head = Head(7, "ab" * 32)
    for file in (
        export_board(*boards, "", Edition("vi", head), "xlsx"),
        export_lists(boards[0], Edition("vi", head), "xlsx"),
    ):
        sheet = openpyxl.load_workbook(io.BytesIO(file.data)).worksheets[0]
        notes = " ".join(str(cell.value) for row in sheet.iter_rows(max_row=8) for cell in row if cell.value)
        assert "Trạng thái: đang theo dõi (lần 1). Mã băm kết quả: tính trực tiếp từ số liệu, chưa chốt" in notes
        assert f"Mốc nhật ký: 7 {head.hash}" in notes
