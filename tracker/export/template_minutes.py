"""The text of the shipped template of the minutes: who came, what was voted on, how it ended, what changed and why."""

from __future__ import annotations

from tracker.export.docx_xml import Column, listing
from tracker.export.template_parts import (
    NUMBERED,
    PORTRAIT,
    award_lines,
    body,
    either,
    grounds,
    head,
    heading,
    kept,
    names_behind,
    recipients,
    signatures,
    signed,
    spacer,
    title,
)

_ABOUT = "phong trào “{{ campaign }}”, {{ period }}"
_NONE = body("Không có.")


def minutes() -> str:
    """Biên bản họp xét."""
    return (
        head(dated=False)
        + title("BIÊN BẢN", "Họp xét khen thưởng, phê bình trong " + _ABOUT)
        + grounds()
        + _attendance()
        + heading("II. NỘI DUNG")
        + _heard()
        + _voted()
        + heading("III. KẾT LUẬN")
        + _concluded()
        + signatures(signed("THƯ KÝ", "{{ secretary }}") + recipients(), signed("CHỦ TRÌ", "{{ chair }}"))
        + names_behind("DANH SÁCH TẬP THỂ, CÁ NHÂN ĐỀ NGHỊ KHEN THƯỞNG")
    )


def _attendance() -> str:
    return (
        body("Thời gian bắt đầu: {{ meeting_begins }}, {{ meeting_day }}.")
        + body("Địa điểm: {{ meeting_place }}.")
        + heading("I. THÀNH PHẦN THAM DỰ")
        + body("1. Chủ trì: {{ chair }}.")
        + body("2. Thư ký: {{ secretary }}.")
        + body("3. Thành viên có mặt: {{ present }}/{{ members }} người ({{ present_share }}). {{ quorum }}")
        + body("4. Vắng mặt: {{ absent }}.")
    )


def _heard() -> str:
    """The result that was put before the meeting, and what had changed it since it was frozen."""
    appeals = listing(
        (
            NUMBERED,
            Column("Đơn vị kiến nghị", "{{ one.unit }}", 32),
            Column("Nội dung", "{{ one.matter }}", 36),
            Column("Kết luận", "{{ one.verdict }}", 20, "OGiua"),
            Column("Lý do", "{{ one.reason }}", 34),
            Column("Ảnh hưởng", "{{ one.effect }}", 30),
        ),
        PORTRAIT,
        "one in appeals",
    )
    adjustments = listing(
        (
            NUMBERED,
            Column("Đơn vị", "{{ one.unit }}", 45),
            Column("Nội dung điều chỉnh", "{{ one.matter }}", 60),
            Column("Lý do", "{{ one.reason }}", 50),
        ),
        PORTRAIT,
        "one in adjustments",
    )
    return (
        body(
            "1. Cuộc họp nghe báo cáo kết quả chấm điểm, xếp hạng {{ period }} (số liệu tính đến hết ngày {{ as_of }}): có "
            "{{ units_total }} đơn vị tham gia, trong đó {{ ranked_total }} đơn vị được xếp hạng."
        )
        + kept("2. Kiến nghị của các đơn vị về số liệu và kết quả giải quyết:")
        + either("appeals", appeals + spacer(), _NONE)
        + kept("3. Điều chỉnh số liệu khác đã được ghi nhận sau khi chốt:")
        + either("adjustments", adjustments + spacer(), _NONE)
    )


def _voted() -> str:
    ballots = listing(
        (
            NUMBERED,
            Column("Tập thể, cá nhân", "{{ one.name }}", 39),
            Column("Hình thức đề nghị", "{{ one.rule }}", 31),
            Column("Đồng ý", "{{ one.votes_for }}", 14, "OPhai"),
            Column("Không đồng ý", "{{ one.against }}", 17, "OPhai"),
            Column("Phiếu trắng", "{{ one.blank }}", 14, "OPhai"),
            Column("Tỷ lệ đồng ý", "{{ one.share }}", 18, "OPhai"),
            Column("Kết quả", "{{ one.outcome }}", 22, "OGiua"),
        ),
        PORTRAIT,
        "one in ballots",
    )
    exceptions = listing(
        (
            NUMBERED,
            Column("Tập thể, cá nhân", "{{ one.name }}", 40),
            Column("Danh sách", "{{ one.rule }}", 35),
            Column("Quyết định", "{{ one.verdict }}", 32),
            Column("Lý do", "{{ one.reason }}", 49),
        ),
        PORTRAIT,
        "one in exceptions",
    )
    return (
        kept("4. Cuộc họp bỏ phiếu kín đối với từng tập thể, cá nhân. {{ voting_rule }} Kết quả kiểm phiếu:")
        + either("ballots", ballots + spacer(), body("Không có trường hợp nào được đưa ra bỏ phiếu kín."))
        + kept("5. Trường hợp đưa ra khỏi danh sách, bổ sung vào danh sách hoặc lựa chọn giữa các đơn vị đồng hạng:")
        + either("exceptions", exceptions + spacer(), _NONE)
        + either("meeting_note", body("6. Ý kiến khác: {{ meeting_note }}"))
    )


def _concluded() -> str:
    criticisms = listing(
        (
            NUMBERED,
            Column("Tập thể, cá nhân", "{{ one.name }}", 55),
            Column("Nội dung", "{{ one.rule }}", 62),
            Column("Hình thức", "{{ one.level }}", 38),
        ),
        PORTRAIT,
        "one in criticisms",
    )
    return (
        either(
            "awards",
            body("1. Thống nhất đề nghị khen thưởng {{ count_words }} (danh sách kèm theo), gồm:") + award_lines(),
            body("1. Không có tập thể, cá nhân nào được đề nghị khen thưởng."),
        )
        + either(
            "criticisms",
            kept("2. Thống nhất đề nghị phê bình, yêu cầu kiểm điểm rút kinh nghiệm:") + criticisms + spacer(),
            body("2. Không có tập thể, cá nhân nào bị đề nghị phê bình hoặc yêu cầu kiểm điểm rút kinh nghiệm."),
        )
        + kept(
            "Cuộc họp kết thúc vào {{ meeting_ends }} cùng ngày. Biên bản này đã được đọc lại cho các thành viên dự họp "
            "nghe và thống nhất thông qua./."
        )
    )
