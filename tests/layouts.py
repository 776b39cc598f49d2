"""Five layouts of lists of dossiers as one-stop systems export them: made by hand, with invented offices and cases.

Each holds the same four dossiers (`EXPECTED`), so that what a layout does not say is all that differs.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence

import openpyxl

UNITS = (
    {"code": "H99", "name": "Tỉnh Đại Ngàn", "kind": "other"},
    {"code": "H99.02", "name": "Sở Tư pháp", "kind": "department", "parent": "H99"},
    {"code": "H99.20", "name": "Huyện Suối Vàng", "kind": "district", "parent": "H99"},
    {"code": "H99.21", "name": "Huyện Hồ Xanh", "kind": "district", "parent": "H99"},
    {"code": "H99.20.01", "name": "Xã Bình An", "kind": "commune", "parent": "H99.20"},
    {"code": "H99.21.01", "name": "Xã Bình An", "kind": "commune", "parent": "H99.21"},
    {"code": "H99.21.02", "name": "Xã Đắk Lộc", "kind": "commune", "parent": "H99.21"},
)
PROCEDURES = (
    {"code": "1.001193", "name": "Thủ tục đăng ký khai sinh"},
    {"code": "2.000815", "name": "Chứng thực bản sao từ bản chính"},
)
COLUMNS = ("code", "unit", "procedure", "channel", "received_at", "due_at", "completed_at", "returned_at", "status")
EXPECTED = (
    ("H99.02-180102-0001", "H99.02", "2.000815", "counter", "2018-01-02 08:05:00", "2018-01-04 17:00:00",
     "2018-01-03 15:30:00", "2018-01-04 09:00:00", "returned"),
    ("H99.20.01-180103-0002", "H99.20.01", "1.001193", "online", "2018-01-03 09:10:00", "2018-01-10 17:00:00",
     "2018-01-12 16:00:00", None, "completed"),
    ("H99.21.02-180104-0003", "H99.21.02", "1.001193", "postal", "2018-01-04 14:00:00", "2018-01-11 17:00:00",
     None, None, "waiting"),
    ("H99.21.01-180105-0004", "H99.21.01", "2.000815", "counter", "2018-01-05 07:30:00", "2018-01-09 17:00:00",
     None, None, "in_progress"),
)  # fmt: skip

_TONES = "\u0300\u0301\u0303\u0309\u0323"
Rows = Sequence[Sequence[object]]


def igate() -> tuple[str, bytes]:
    """Three rows of titles over the whole width, words for everything, totals and signatures below."""
    header = ["STT", "Số hồ sơ", "Tên thủ tục hành chính", "Lĩnh vực", "Chủ hồ sơ", "Hình thức nộp", "Ngày tiếp nhận",
              "Ngày hẹn trả kết quả", "Ngày kết thúc xử lý", "Ngày trả kết quả", "Đơn vị xử lý", "Đơn vị cấp trên",
              "Trạng thái hồ sơ", "Cán bộ thụ lý"]  # fmt: skip
    procedures = {"1.001193": "Thủ tục đăng ký khai sinh", "2.000815": "Chứng thực bản sao từ bản chính"}
    channels = {"counter": "Nộp trực tiếp", "online": "Nộp trực tuyến", "postal": "Bưu chính công ích"}
    statuses = {"returned": "Đã trả kết quả", "completed": "Đã xử lý xong", "waiting": "Yêu cầu bổ sung",
                "in_progress": "Đang xử lý"}  # fmt: skip
    body = [
        [number, code, procedures[procedure], "Hộ tịch", "(không nêu tên)", channels[channel], _short(received), _short(due),
         _short(completed), _short(returned), *_place(unit), statuses[status], f"CB{number}"]
        for number, (code, unit, procedure, channel, received, due, completed, returned, status) in enumerate(EXPECTED, 1)
    ]  # fmt: skip
    titles = [
        ["ỦY BAN NHÂN DÂN TỈNH ĐẠI NGÀN"],
        ["DANH SÁCH HỒ SƠ TIẾP NHẬN VÀ GIẢI QUYẾT"],
        ["Từ ngày 01/01/2018 đến ngày 31/01/2018"],
    ]
    foot = [["Tổng số: 4 hồ sơ"], [], [None] * 9 + ["Đại Ngàn, ngày 01 tháng 02 năm 2018"], [None, "NGƯỜI LẬP BIỂU"]]
    merged = [f"A{row}:N{row}" for row in (1, 2, 3, 9)]
    return "DanhSachHoSo_20180201.xlsx", _workbook([*titles, header, *body, *foot], merged)


def vnpt() -> tuple[str, bytes]:
    """Names of fields and codes for channel and status; two rows are no dossiers received."""
    header = ["MaHoSo", "MaTTHC", "TenTTHC", "KenhThucHien", "ChuHoSo", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra",
              "TrangThaiHoSo", "NgayTra", "NgayKetThucXuLy", "DonViXuLy", "GhiChu"]  # fmt: skip
    channels, statuses = (
        {"counter": "1", "online": "2", "postal": "3"},
        {"returned": 10, "completed": 9, "waiting": 5, "in_progress": 4},
    )
    body = [
        [code, procedure, "", channels[channel], "", "", _short(received), _short(due), statuses[status], _short(returned),
         _short(completed), unit, ""]
        for code, unit, procedure, channel, received, due, completed, returned, status in EXPECTED
    ]  # fmt: skip
    registered = ["H99.02-180106-0005", "2.000815", "", "2", "", "06/01/2018 10:00", "", "", 1, "", "", "H99.02", ""]
    refused = [
        "H99.02-180106-0006",
        "2.000815",
        "",
        "2",
        "",
        "06/01/2018 11:00",
        "06/01/2018 11:00",
        "",
        3,
        "",
        "",
        "H99.02",
        "",
    ]
    return "export.csv", _text([header, *body, registered, refused], ",", "utf-8-sig")


def excel_csv() -> tuple[str, bytes]:
    """What a Vietnamese Excel saves as CSV: its old ANSI letters, semicolons, a title, a header with signs."""
    header = ["STT", "Mã hồ sơ (*)", "Mã TTHC", "Kênh thực hiện", "Ngày nhận hồ sơ", "Hạn trả kết quả", "Ngày hoàn thành",
              "Ngày trả", "Đơn vị giải quyết", "Tình trạng", "Ghi chú:"]  # fmt: skip
    channels = {"counter": "Trực tiếp", "online": "Trực tuyến", "postal": "Bưu chính"}
    statuses = {
        "returned": "Trả kết quả",
        "completed": "Chờ trả kết quả",
        "waiting": "Chờ bổ sung",
        "in_progress": "Đang giải quyết",
    }
    body = [
        [number, code, procedure, channels[channel], _short(received), _short(due), _short(completed), _short(returned),
         unit, statuses[status], ""]
        for number, (code, unit, procedure, channel, received, due, completed, returned, status) in enumerate(EXPECTED, 1)
    ]  # fmt: skip
    return "ho so thang 1.csv", _text([["SỔ THEO DÕI HỒ SƠ", *[""] * 10], header, *body], ";", "cp1258")


def two_rows() -> tuple[str, bytes]:
    """A header of two rows with merged groups, numbered columns below it, and two communes of one name."""
    upper = ["TT", "Thông tin hồ sơ", None, None, "Ngày", None, None, None, "Đơn vị", None, None, "Trạng thái"]
    lower = [None, "Mã hồ sơ", "Mã thủ tục", "Cách nộp", "Tiếp nhận", "Hẹn trả", "Kết thúc xử lý", "Trả kết quả",
             "Giải quyết", "Cấp trên", "Tiếp nhận", None]  # fmt: skip
    channels = {"counter": "Tại quầy", "online": "Qua mạng", "postal": "Qua bưu chính"}
    statuses = {
        "returned": "Đã trả",
        "completed": "Hoàn thành",
        "waiting": "Chờ bổ sung hồ sơ",
        "in_progress": "Đang thụ lý",
    }
    body = [
        [number, code, procedure, channels[channel], _short(received), _short(due), _short(completed), _short(returned),
         *_place(unit, "UBND "), unit, statuses[status]]
        for number, (code, unit, procedure, channel, received, due, completed, returned, status) in enumerate(EXPECTED, 1)
    ]  # fmt: skip
    numbers = [f"({number})" for number in range(1, 13)]
    merged = ["A2:A3", "B2:D2", "E2:H2", "I2:K2", "L2:L3"]
    return "Bao cao.xlsx", _workbook([["BÁO CÁO CHI TIẾT TÌNH HÌNH GIẢI QUYẾT HỒ SƠ"], upper, lower, numbers, *body], merged)


def without_accents() -> tuple[str, bytes]:
    """Capitals without accents, as older systems print, with tabs between the cells."""
    header = ["SO BIEN NHAN", "THU TUC HANH CHINH", "HINH THUC TIEP NHAN", "NGAY NHAN", "NGAY HEN TRA", "NGAY XU LY XONG",
              "NGAY TRA KQ", "DON VI THU LY", "DON VI CAP TREN", "TINH TRANG HO SO", "CAN BO XU LY"]  # fmt: skip
    procedures = {"1.001193": "THU TUC DANG KY KHAI SINH", "2.000815": "CHUNG THUC BAN SAO TU BAN CHINH"}
    channels = {"counter": "TRUC TIEP", "online": "TRUC TUYEN", "postal": "BUU CHINH"}
    statuses = {"returned": "DA TRA KET QUA", "completed": "DA XU LY", "waiting": "CHO BO SUNG", "in_progress": "DANG XU LY"}
    plain = {"H99.02": ("SO TU PHAP", "TINH DAI NGAN"), "H99.20.01": ("XA BINH AN", "HUYEN SUOI VANG"),
             "H99.21.01": ("XA BINH AN", "HUYEN HO XANH"), "H99.21.02": ("XA DAK LOC", "HUYEN HO XANH")}  # fmt: skip
    body = [
        [code, procedures[procedure], channels[channel], _short(received), _short(due), _short(completed), _short(returned),
         *plain[unit], statuses[status], "CB1"]
        for code, unit, procedure, channel, received, due, completed, returned, status in EXPECTED
    ]  # fmt: skip
    return "HOSO.TXT", _text([header, *body], "\t", "utf-8")


LAYOUTS = {made.__name__: made for made in (igate, vnpt, excel_csv, two_rows, without_accents)}


def _short(moment: str | None) -> str:
    """`2018-01-02 08:05:00` as dd/MM/yyyy HH:mm."""
    return "" if moment is None else f"{moment[8:10]}/{moment[5:7]}/{moment[:4]} {moment[11:16]}"


def _place(unit: str, office: str = "") -> tuple[str, str]:
    """A unit's name and the name of the unit above."""
    by_code = {one["code"]: one for one in UNITS}
    one = by_code[unit]
    return (office if one["kind"] == "commune" else "") + one["name"], by_code[one["parent"]]["name"]


def _workbook(rows: Rows, merged: Sequence[str]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(list(row))
    for area in merged:
        workbook.active.merge_cells(area)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _text(rows: Rows, delimiter: str, encoding: str) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    text = buffer.getvalue()
    return text.encode(encoding) if encoding != "cp1258" else b"".join(map(_ansi, text))


def _ansi(letter: str) -> bytes:
    """A letter as Vietnamese Windows writes it: the letter with its shape, then its tone."""
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        marks = unicodedata.normalize("NFD", letter)
        tone = next(mark for mark in marks if mark in _TONES)
        return unicodedata.normalize("NFC", marks.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")
