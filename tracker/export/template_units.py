"""The text of the shipped templates about one unit or officer: achievements, criticism, self-review, result sheet."""

from __future__ import annotations

from tracker.export.docx_xml import Column, dotted_line, listing, paragraph, section
from tracker.export.template_parts import (
    NUMBERED,
    PORTRAIT,
    body,
    either,
    head,
    heading,
    kept,
    repeated,
    signatures,
    signed,
    spacer,
    title,
)

_CAMPAIGN = "phong trào “{{ campaign }}”, {{ period }}"
_GRADE = "{% if grade %}, xếp loại {{ grade }}{% endif %}"
_BEFORE = "{% if previous_period %}; kỳ trước ({{ previous_period }}) đạt {{ previous_score }} điểm, xếp hạng "
_BEFORE += "{{ previous_rank }}{% endif %}."
# An officer is told no figures of the unit, so the paragraphs after them move up.
_THIRD, _FOURTH = "{% if figures %}3{% else %}2{% endif %}. ", "{% if figures %}4{% else %}3{% endif %}. "
_BY_HAND = dotted_line() * 3
_LINES = (
    NUMBERED,
    Column("Chỉ tiêu", "{{ one.name }}", 52),
    Column("Mục tiêu", "{{ one.target }}", 22, "OGiua"),
    Column("Kỳ trước", "{{ one.previous }}", 18, "OPhai"),
    Column("Kỳ này", "{{ one.value }}", 18, "OPhai"),
    Column("Trung vị của cụm", "{{ one.median }}", 20, "OPhai"),
    Column("Điểm đạt", "{{ one.points }}", 15, "OPhai"),
    Column("Điểm tối đa", "{{ one.max }}", 14, "OPhai"),
)
_GROUP = "{{ group.no }}. {{ group.name }}: {{ group.points }}/{{ group.max }} điểm (kỳ trước {{ group.previous }}; "
_GROUP += "trung vị của cụm {{ group.median }})"


def achievement() -> str:
    """Báo cáo thành tích of a proposed unit or officer: figures filled in, the story left to whoever writes it."""
    award = either("award", paragraph("Đề nghị tặng: {{ award }}", "TrichYeu"))
    confirmed = signed("XÁC NHẬN CỦA CẤP TRÊN TRỰC TIẾP", "……………………………")
    return (
        head()
        + title("BÁO CÁO THÀNH TÍCH", "Trong " + _CAMPAIGN, more=award)
        + heading("I. ĐẶC ĐIỂM, TÌNH HÌNH")
        + either(
            "person",
            body("1. Họ và tên: {{ person }}.") + body("2. Chức vụ, đơn vị công tác: {{ position }}."),
            body("1. Tên tập thể: {{ unit }}.") + body("2. Cụm thi đua: {{ cluster }}."),
        )
        + body("3. Đặc điểm, tình hình, chức năng, nhiệm vụ được giao:")
        + _BY_HAND
        + heading("II. THÀNH TÍCH ĐẠT ĐƯỢC")
        + either("person", _of_person(), _of_unit())
        + body("3. Giải pháp, sáng kiến, cách làm tiêu biểu để đạt được kết quả trên:")
        + _BY_HAND
        + heading("III. CÁC HÌNH THỨC ĐÃ ĐƯỢC KHEN THƯỞNG")
        + dotted_line(keep=True) * 3
        + signatures(left=confirmed)
        + section(PORTRAIT, first=True)
    )


def _of_unit() -> str:
    return (
        body(
            "1. Kết quả chung: đạt {{ score }}/{{ total }} điểm"
            + _GRADE
            + ", xếp hạng {{ rank }} trong {{ ranked }} đơn vị "
            "được xếp hạng của cụm; trung vị của cụm {{ cluster_median }} điểm, cao nhất {{ cluster_best }} điểm" + _BEFORE
        )
        + _workload()
        + kept("2. Kết quả theo từng tiêu chí, so với mục tiêu, kỳ trước và cụm thi đua:")
        + listing(_LINES, PORTRAIT, "one in group.lines", ("group in criteria", _GROUP))
        + spacer()
    )


def _of_person() -> str:
    own = (NUMBERED, Column("Hồ sơ được giao", "{{ one.name }}", 112), Column("Kỳ này", "{{ one.value }}", 44, "OPhai"))
    return (
        body("1. Thành tích: {{ achievement }}")
        + kept("2. Kết quả giải quyết hồ sơ được giao (tính đến hết ngày {{ as_of }}):")
        + listing(own, PORTRAIT, "one in workload")
        + spacer()
    )


def _workload() -> str:
    columns = (
        NUMBERED,
        Column("Khối lượng công việc", "{{ one.name }}", 80),
        Column("Kỳ trước", "{{ one.previous }}", 24, "OPhai"),
        Column("Kỳ này", "{{ one.value }}", 24, "OPhai"),
        Column("Trung vị của cụm", "{{ one.median }}", 28, "OPhai"),
    )
    return listing(columns, PORTRAIT, "one in workload") + spacer()


def criticism() -> str:
    """Văn bản phê bình, a letter to the unit or officer."""
    return (
        head(about="V/v phê bình tập thể, cá nhân trong thực hiện phong trào thi đua, {{ period }}")
        + paragraph("Kính gửi: {{ subject }}", "KinhGui")
        + _opening()
        + body("1. Phê bình {{ subject }} vì những tồn tại, hạn chế sau đây trong {{ period }}:")
        + _reasons()
        + _figures()
        + body(
            _THIRD + "Yêu cầu {{ subject }} nghiêm túc rút kinh nghiệm; làm rõ nguyên nhân khách quan, chủ quan và trách "
            "nhiệm của tập thể, cá nhân có liên quan; có biện pháp khắc phục ngay những tồn tại, hạn chế nêu trên."
        )
        + body(
            "{% if figures %}4{% else %}3{% endif %}. Báo cáo kết quả bằng văn bản về {{ agency }} trước {{ report_back }}."
        )
        + kept("{{ agency }} thông báo để {{ subject }} biết, thực hiện./.")
        + signatures()
        + section(PORTRAIT, first=True)
    )


def self_review() -> str:
    """Yêu cầu kiểm điểm trách nhiệm, rút kinh nghiệm."""
    return (
        head(about="V/v kiểm điểm trách nhiệm, rút kinh nghiệm trong thực hiện phong trào thi đua, {{ period }}")
        + paragraph("Kính gửi: {{ subject }}", "KinhGui")
        + _opening()
        + body(
            "1. Yêu cầu {{ subject }} tổ chức kiểm điểm trách nhiệm, rút kinh nghiệm đối với tập thể, cá nhân có liên quan "
            "về những tồn tại, hạn chế sau đây trong {{ period }}:"
        )
        + _reasons()
        + _figures()
        + body(
            "3. Nội dung kiểm điểm phải làm rõ nguyên nhân khách quan, chủ quan; trách nhiệm của người đứng đầu và của từng "
            "cá nhân có liên quan; biện pháp và thời hạn khắc phục."
        )
        + body("4. Báo cáo kết quả kiểm điểm bằng văn bản về {{ agency }} trước {{ report_back }}.")
        + kept("Đề nghị {{ subject }} nghiêm túc thực hiện./.")
        + signatures()
        + section(PORTRAIT, first=True)
    )


def _opening() -> str:
    return body(
        "Căn cứ kết quả theo dõi, chấm điểm " + _CAMPAIGN + " và kết quả họp xét của {{ council }}{{ minutes_reference }}, "
        "{{ agency }} có ý kiến như sau:"
    )


def _reasons() -> str:
    return repeated("reason in reasons", body("- {{ reason }}"))


def _figures() -> str:
    columns = (NUMBERED, Column("Nội dung", "{{ one.name }}", 110), Column("Số liệu", "{{ one.value }}", 46, "OPhai"))
    about = kept("2. Số liệu cụ thể (tính đến hết ngày {{ as_of }}):")
    return either("figures", about + listing(columns, PORTRAIT, "one in figures") + spacer())


def result() -> str:
    """Phiếu kết quả of one unit."""
    lines = (*_LINES[:2], Column("Số liệu", "{{ one.figures }}", 26, "OGiua"), *_LINES[3:])
    return (
        head(numbered=False)
        + title("PHIẾU KẾT QUẢ THI ĐUA", "{{ unit }}")
        + paragraph("(" + _CAMPAIGN[:1].upper() + _CAMPAIGN[1:] + ")", "ThamChieu")
        + heading("I. KẾT QUẢ CHUNG")
        + body(
            "1. Tổng điểm: {{ score }}/{{ total }} điểm"
            + _GRADE
            + ". Xếp hạng {{ rank }} trong {{ ranked }} đơn vị được xếp "
            "hạng của cụm thi đua {{ cluster }}."
        )
        + body("2. Trong cụm: trung vị {{ cluster_median }} điểm, cao nhất {{ cluster_best }} điểm.")
        + either(
            "previous_period",
            body("3. Kỳ trước ({{ previous_period }}): {{ previous_score }} điểm, xếp hạng {{ previous_rank }}."),
        )
        + either("incomplete", body("{{ incomplete }}"))
        + heading("II. ĐIỂM TỪNG TIÊU CHÍ (số liệu tính đến hết ngày {{ as_of }})")
        + listing(lines, PORTRAIT, "one in group.lines", ("group in criteria", _GROUP))
        + spacer()
        + heading("III. ĐIỂM CỘNG, ĐIỂM TRỪ")
        + either("extras", repeated("one in extras", body(_EXTRA)), _NONE)
        + heading("IV. NỘI DUNG KHỐNG CHẾ")
        + either("gates", repeated("one in gates", body("- {{ one }}.")), _NONE)
        + heading("V. QUYẾT ĐỊNH CỦA HỘI ĐỒNG")
        + either("outcomes", repeated("one in outcomes", kept("- {{ one }}")), either("draft", _LATER, kept(_NOTHING)))
        + signatures()
        + section(PORTRAIT, first=True)
    )


_EXTRA = "- {{ one.name }}: {{ one.points }} điểm."
_NOTHING = "Không có."
_NONE = body(_NOTHING)
_LATER = kept("Được thông báo khi kết quả là chính thức.")
