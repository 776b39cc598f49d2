"""The Vietnamese report form II.06a as an office would send it."""

from __future__ import annotations

import openpyxl

from intake.builders import saved

TITLE = (
    "Biểu số II.06a/VPCP/KSTT",
    "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH TẠI BỘ PHẬN MỘT CỬA",
    "Kỳ báo cáo: Quý I năm 2018",
    "- Đơn vị báo cáo: 660\n- Đơn vị nhận báo cáo: UBND tỉnh",
    "Đơn vị tính: Số hồ sơ TTHC",
)
LINES = (
    ("I", "Lĩnh vực thuộc cấp xã", 200, 150, 40, 10, 166, 120, 40, 6, 34, 30, 4),
    (1, "Tư pháp - Hộ tịch", 120, 100, 15, 5, 100, 80, 16, 4, 20, 18, 2),
    (2, "Đất đai", 80, 50, 25, 5, 66, 40, 24, 2, 14, 12, 2),
    ("II", "Lĩnh vực khác", 5, None, 5, None, 5, None, 5, None, None, None, None),
    (3, "Chứng thực", 5, None, 5, "-", 5, None, 5, None, 0, None, None),
    (None, "Tổng cộng", 205, 150, 45, 10, 171, 120, 45, 6, 34, 30, 4),
)


def form(*lines: tuple, title: tuple[str, ...] = TITLE, sheet: str = "II.06a") -> bytes:
    """The form with two heading rows merged as in print, the row of numbers, and the signatures below."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.title = sheet
    for said in title:
        page.append([None, said])
    top = len(title) + 1
    page.append(["TT", "Lĩnh vực, công việc giải quyết theo cấp", "Số hồ sơ tiếp nhận", None, None, None])
    page.cell(top, 7, "Số hồ sơ đã giải quyết")
    page.cell(top, 11, "Số hồ sơ đang giải quyết")
    page.append([None, None, "Tổng số", "Trực tuyến", "Trực tiếp, bưu chính", "Từ kỳ trước"])
    for at, said in enumerate(("Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn"), 7):
        page.cell(top + 1, at, said)
    page.append(["(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+(9)+(10)", "(8)", "(9)", "(10)"])
    for at, said in enumerate(("(11)=(12)+(13)", "(12)", "(13)"), 11):
        page.cell(top + 2, at, said)
    for first, last in ((3, 6), (7, 10), (11, 13)):
        page.merge_cells(start_row=top, end_row=top, start_column=first, end_column=last)
    for line in lines:
        page.append(list(line))
    page.append([])
    page.append([None, "Người lập biểu", None, None, None, None, None, None, None, "Thủ trưởng đơn vị"])
    return saved(workbook)
