"""The text of the shipped templates about a whole period: request, list, decision and notice."""

from __future__ import annotations

from tracker.export.docx_xml import Column, listing, paragraph, section
from tracker.export.template_parts import (
    LANDSCAPE,
    NUMBERED,
    PERSON_COLUMNS,
    PORTRAIT,
    UNIT_COLUMNS,
    WIDE_PERSON_COLUMNS,
    WIDE_UNIT_COLUMNS,
    annex,
    article,
    award_lines,
    awarded,
    body,
    either,
    end_of_section,
    grounds,
    head,
    kept,
    names_behind,
    signatures,
    signed,
    spacer,
    title,
)

_ABOUT = "phong trào “{{ campaign }}”, {{ period }}"
_UNSTRETCHED = '<w:jc w:val="left"/>'  # dots to write on are one word, beside which blanks would gape
_NOBODY = body("Không có tập thể, cá nhân nào được đề nghị khen thưởng.")


def proposal() -> str:
    """Tờ trình đề nghị khen thưởng, with its list as an annex."""
    asks = (
        "Trên cơ sở kết quả theo dõi, chấm điểm và kết quả họp xét của {{ council }}{{ minutes_reference }}, {{ agency }} "
        "kính trình {{ addressee }} xem xét, khen thưởng {{ count_words }} đã có thành tích xuất sắc trong " + _ABOUT
    )
    return (
        head()
        + title("TỜ TRÌNH", "Về việc đề nghị khen thưởng thành tích trong " + _ABOUT)
        + paragraph("Kính gửi: {{ addressee }}", "KinhGui")
        + grounds()
        + either("awards", body(asks + ", cụ thể như sau:") + award_lines(), _NOBODY)
        + body("(Có danh sách kèm theo Tờ trình này.)")
        + body(
            "Hồ sơ kèm theo gồm: danh sách trích ngang và báo cáo thành tích của các tập thể, cá nhân được đề nghị khen "
            "thưởng; biên bản họp xét khen thưởng."
        )
        + kept("{{ agency }} kính trình {{ addressee }} xem xét, quyết định./.")
        + signatures()
        + names_behind("DANH SÁCH TẬP THỂ, CÁ NHÂN ĐỀ NGHỊ KHEN THƯỞNG")
    )


def names_list() -> str:
    """Danh sách trích ngang, on pages turned on their side."""
    return (
        head(LANDSCAPE, numbered=False)
        + title("DANH SÁCH TRÍCH NGANG", "Tập thể, cá nhân đề nghị khen thưởng thành tích trong " + _ABOUT, LANDSCAPE)
        + awarded(WIDE_UNIT_COLUMNS, WIDE_PERSON_COLUMNS, LANDSCAPE)
        + spacer()
        + either("awards", kept("Danh sách này gồm {{ count_words }}./."))
        + signatures(signed("NGƯỜI LẬP BIỂU", "……………………………"), page=LANDSCAPE)
        + section(LANDSCAPE, first=True)
    )


def decision() -> str:
    """Quyết định khen thưởng, a draft for whoever decides; money only where the office has filled in amounts."""
    money = listing(
        (
            NUMBERED,
            Column("Hình thức khen thưởng", "{{ one.award }}", 46),
            Column("Số tập thể", "{{ one.units_count }}", 15, "OPhai"),
            Column("Mức thưởng tập thể (đồng)", "{{ one.unit_amount }}", 27, "OPhai"),
            Column("Số cá nhân", "{{ one.persons_count }}", 15, "OPhai"),
            Column("Mức thưởng cá nhân (đồng)", "{{ one.person_amount }}", 27, "OPhai"),
            Column("Thành tiền (đồng)", "{{ one.amount }}", 26, "OPhai"),
        ),
        PORTRAIT,
        "one in awards",
    )
    return (
        head()
        + title("QUYẾT ĐỊNH", "Về việc khen thưởng thành tích trong " + _ABOUT)
        + paragraph("{{ deciding_authority|upper }}", "ThamQuyen")
        + grounds()
        + paragraph("Theo đề nghị {{ proposal_reference }}.", "CanCu")
        + paragraph("QUYẾT ĐỊNH:", "ThamQuyen")
        + article("Điều 1.", "Khen thưởng {{ count_words }} đã có thành tích xuất sắc trong " + _ABOUT + ", cụ thể:")
        + award_lines()
        + body("(Có danh sách kèm theo Quyết định này.)")
        + article("Điều 2.", "Tiền thưởng kèm theo các hình thức khen thưởng tại Điều 1:", "KetThuc")
        + either("awards", money + spacer(), _NOBODY)
        + paragraph("Tổng số tiền thưởng: {{ total_amount }} đồng (Bằng chữ: {{ total_words }}).", "ThanVan", _UNSTRETCHED)
        + body("Nguồn kinh phí: {{ fund }}.")
        + article(
            "Điều 3.",
            "Thủ trưởng các cơ quan, đơn vị, địa phương có liên quan và các tập thể, cá nhân có tên trong danh sách kèm "
            "theo chịu trách nhiệm thi hành Quyết định này./.",
            "KetThuc",
        )
        + signatures()
        + names_behind("DANH SÁCH TẬP THỂ, CÁ NHÂN ĐƯỢC KHEN THƯỞNG")
    )


def notice() -> str:
    """Thông báo kết quả to all units, with the standings as an annex."""
    standing = listing(
        (
            Column("Xếp hạng", "{{ one.rank }}", 16, "OGiua"),
            Column("Đơn vị", "{{ one.name }}", 64),
            Column("Điểm", "{{ one.score }}", 18, "OPhai"),
            Column("Xếp loại", "{{ one.grade }}", 23, "OGiua"),
            Column("So với kỳ trước", "{{ one.moved }}", 18, "OGiua"),
            Column("Ghi chú", "{{ one.note }}", 30),
        ),
        PORTRAIT,
        "one in group.units",
        ("group in clusters", "{{ group.heading }}"),
    )
    return (
        head()
        + title("THÔNG BÁO", "Kết quả " + _ABOUT)
        + grounds()
        + body("{{ agency }} thông báo kết quả " + _ABOUT + " (số liệu tính đến hết ngày {{ as_of }}) như sau:")
        + body(
            "1. Có {{ units_total }} đơn vị tham gia trong {{ clusters_total }} cụm thi đua, trong đó {{ ranked_total }} "
            "đơn vị được xếp hạng; điểm bình quân của các đơn vị được xếp hạng là {{ mean_score }} điểm. Kết quả của từng "
            "đơn vị tại Phụ lục I."
        )
        + either(
            "awards",
            body("2. Đề nghị khen thưởng {{ count_words }} (danh sách tại Phụ lục II), gồm:") + award_lines(),
            body("2. Không có tập thể, cá nhân nào được đề nghị khen thưởng."),
        )
        + kept(
            "3. Căn cứ kết quả trên, thủ trưởng các cơ quan, đơn vị, địa phương tiếp tục phát huy kết quả đã đạt được, kịp "
            "thời khắc phục những tồn tại, hạn chế trong kỳ tiếp theo./."
        )
        + signatures()
        + end_of_section(PORTRAIT, first=True)
        + paragraph("Phụ lục I", "TenLoai")
        + annex("KẾT QUẢ XẾP HẠNG CÁC ĐƠN VỊ")
        + either("clusters", standing, body("Không có."))
        + end_of_section(PORTRAIT, numbered_anew=True)
        + paragraph("Phụ lục II", "TenLoai")
        + annex("DANH SÁCH TẬP THỂ, CÁ NHÂN ĐỀ NGHỊ KHEN THƯỞNG")
        + awarded(UNIT_COLUMNS, PERSON_COLUMNS)
        + section(PORTRAIT, numbered_anew=True)
    )
