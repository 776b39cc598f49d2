"""The text of the shipped template of apologies for late results: one letter after the other, each beginning a new page."""

from __future__ import annotations

from tracker.export.docx_xml import dotted_line, paragraph, section
from tracker.export.template_parts import (
    PORTRAIT,
    body,
    either,
    end_of_section,
    head,
    kept,
    repeated,
    signatures,
)

# The fields the template may use; those of a letter within `letters[]`.
APOLOGY_FIELDS = (
    *("form_number", "parent_agency", "agency", "number_line", "place_date", "draft", "signatory_authority"),
    *("signatory_role", "signatory_name", "stamp_period", "stamp_result", "stamp_log", "recipients[]"),
    *(f"letters[].{name}" for name in ("addressee", "code", "procedure", "received", "due", "as_of", "ended", "days_late")),
)


def apology() -> str:
    """Văn bản xin lỗi và hẹn lại ngày trả kết quả: names, reasons and the new day are left to be written by the office."""
    return repeated(
        "letter in letters", _letter() + either("not loop.last", end_of_section(PORTRAIT, first=True))
    ) + section(PORTRAIT, first=True)


def _letter() -> str:
    pending = body(
        "Đến hết ngày {{ letter.as_of }}, hồ sơ vẫn đang được giải quyết, quá hạn {{ letter.days_late }} ngày làm việc."
    )
    ended = body(
        "Hồ sơ được giải quyết xong ngày {{ letter.ended }}, chậm {{ letter.days_late }} ngày làm việc so với ngày hẹn trả."
    )
    again = body(
        "{{ agency }} xin lỗi Ông/Bà/Tổ chức về sự chậm trễ này và xin hẹn lại ngày trả kết quả vào "
        "…… giờ …… ngày …… tháng …… năm ……"
    )
    sorry = body("{{ agency }} xin lỗi Ông/Bà/Tổ chức về sự chậm trễ này.")
    return (
        head(about="V/v xin lỗi do chậm trả kết quả giải quyết thủ tục hành chính")
        + paragraph("Kính gửi: {{ letter.addressee }}", "KinhGui")
        + body(
            "Ngày {{ letter.received }}, {{ agency }} tiếp nhận hồ sơ mã số {{ letter.code }} của Ông/Bà/Tổ chức về thủ tục "
            "“{{ letter.procedure }}”, hẹn trả kết quả vào {{ letter.due }}."
        )
        + either("letter.ended", ended, pending)
        + body("Lý do chậm trả kết quả:")
        + dotted_line() * 2
        + either("letter.ended", sorry, again)
        + body("Thông tin liên hệ khi cần (người phụ trách, điện thoại):")
        + dotted_line()
        + kept("{{ agency }} rất mong nhận được sự thông cảm của Ông/Bà/Tổ chức./.")
        + signatures()
    )
