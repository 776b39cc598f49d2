"""What the shipped templates have in common: the block at the head, signatures, recipients, lists of names, small print."""

from __future__ import annotations

from tracker.export.docx_xml import (
    Column,
    Page,
    cell,
    listing,
    millimetres,
    page_number,
    paragraph,
    rule,
    run,
    section,
    table,
)

PORTRAIT, LANDSCAPE = Page(), Page(landscape=True)
_LEFT, _MOTTO, _AGENCY_LINE = 74, 62, 24  # millimetres: the left column, the lines under the motto and under the agency


def tagged(tag: str) -> str:
    """A paragraph that holds nothing but a tag of the template's language, and goes when the template is filled."""
    return paragraph(f"{{%p {tag} %}}")


def repeated(each: str, content: str) -> str:
    """Paragraphs for each of a list."""
    return tagged(f"for {each}") + content + tagged("endfor")


def either(condition: str, content: str, other: str = "") -> str:
    """Paragraphs or tables that stand only under a condition."""
    return tagged(f"if {condition}") + content + (tagged("else") + other if other else "") + tagged("endif")


def body(text: str) -> str:
    """A paragraph of the text itself."""
    return paragraph(text, "ThanVan")


def article(number: str, text: str, style: str = "ThanVan") -> str:
    """An article of a decision, its number in bold."""
    return paragraph(run(number, bold=True) + run(f" {text}"), style)


def kept(text: str) -> str:
    """A paragraph that stays on one page with what follows: a table's, or the last one above the signature."""
    return paragraph(text, "KetThuc")


def heading(text: str) -> str:
    """A numbered heading within the text."""
    return paragraph(text, "DeMuc")


def head(page: Page = PORTRAIT, *, numbered: bool = True, dated: bool = True, about: str = "") -> str:
    """Agency and number on the left, the state's name and motto, place and day on the right; `about`: a letter's matter."""
    right = page.text_width - _LEFT
    side = millimetres((right - _MOTTO) / 2)
    border = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
    motto = paragraph("Độc lập - Tự do - Hạnh phúc", "TieuNgu", f'{border}<w:ind w:left="{side}" w:right="{side}"/>')
    agency = either("parent_agency", paragraph("{{ parent_agency|upper }}", "CoQuanTren"))
    agency += paragraph("{{ agency|upper }}", "CoQuan") + rule(_LEFT, _AGENCY_LINE)
    number = paragraph("{{ number_line }}", "SoKyHieu") if numbered else paragraph("", "SoKyHieu")
    number += paragraph(about, "VeViec") if about else ""
    day = paragraph("{{ place_date }}", "DiaDanh") if dated else paragraph("", "DiaDanh")
    widths = [millimetres(_LEFT), millimetres(page.text_width) - millimetres(_LEFT)]
    state = paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "QuocHieu") + motto
    rows = _plain_row((agency, state), widths) + _plain_row((number, day), widths)
    form = either("form_number", paragraph("{{ form_number }}", "MauSo"))
    return form + table(widths, rows, borders=False)


def _plain_row(cells: tuple[str, ...], widths: list[int]) -> str:
    made = (cell(content, width, middle=False) for content, width in zip(cells, widths, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(made)}</w:tr>"


def title(kind: str, about: str, page: Page = PORTRAIT, more: str = "") -> str:
    """The type's name and what the paper is about (`more`: further paragraphs of that), with the line under it."""
    return paragraph(kind, "TenLoai") + paragraph(about, "TrichYeu") + more + rule(page.text_width, 40)


def grounds() -> str:
    """The legal grounds, each in a line of its own."""
    return repeated("ground in grounds", paragraph("{{ ground }}", "CanCu"))


def recipients() -> str:
    """Who gets a copy."""
    return paragraph("Nơi nhận:", "NoiNhan") + repeated("one in recipients", paragraph("{{ one }}", "NoiNhanMuc"))


def signed(role: str, name: str) -> str:
    """Room to sign above a name."""
    return paragraph(role, "ChucVu") + signature_space() + paragraph(name, "NguoiKy")


def signatures(left: str = "", right: str = "", page: Page = PORTRAIT) -> str:
    """Recipients on the left and whoever signs on the right, or what else is given."""
    whole = millimetres(page.text_width)
    widths = [whole * 12 // 25, whole - whole * 12 // 25]
    authority = either("signatory_authority", paragraph("{{ signatory_authority|upper }}", "ChucVu"))
    signing = authority + signed("{{ signatory_role|upper }}", "{{ signatory_name }}")
    return paragraph("", "KhoangKy") + table(
        widths, _plain_row((left or recipients(), right or signing), widths), borders=False
    )


def signature_space() -> str:
    """Room for a signature and a seal, kept with what stands around it."""
    return "".join(paragraph("", "ChoKy") for _ in range(4))


def spacer() -> str:
    """A little room; also what must stand between two tables."""
    return paragraph("", "KhoangTrong")


def award_lines() -> str:
    """How many are put forward for each award, the last line with a full stop."""
    ending = "{% if loop.last %}.{% else %};{% endif %}"
    return repeated("award in awards", body("- {{ award.award }}: {{ award.count_words }}" + ending))


def end_of_section(page: Page, *, first: bool = False, numbered_anew: bool = False) -> str:
    """The paragraph that ends a section of the document, so small that it never needs a page of its own."""
    small = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    return f"<w:p><w:pPr>{small}{section(page, first=first, numbered_anew=numbered_anew)}</w:pPr></w:p>"


def annex(name: str) -> str:
    """The head of an annex."""
    line = paragraph("({{ annex_reference }})", "ThamChieu")
    return paragraph(name, "TenLoai") + paragraph("{{ campaign }}, {{ period }}", "TrichYeu") + line


NUMBERED = Column("STT", "{{ one.no }}", 12, "OGiua")
UNIT_COLUMNS = (
    NUMBERED,
    Column("Tên tập thể", "{{ one.name }}", 37),
    Column("Điểm", "{{ one.score }}", 15, "OPhai"),
    Column("Xếp hạng", "{{ one.rank }}", 15, "OGiua"),
    Column("Tóm tắt thành tích", "{{ one.achievement }}", 60),
    Column("Kết quả biểu quyết", "{{ one.votes }}", 26, "OGiua"),
)
PERSON_COLUMNS = (
    NUMBERED,
    Column("Họ và tên", "{{ one.name }}", 33),
    Column("Chức vụ, đơn vị công tác", "{{ one.position }}", 36),
    Column("Tóm tắt thành tích", "{{ one.achievement }}", 57),
    Column("Kết quả biểu quyết", "{{ one.votes }}", 27, "OGiua"),
)
WIDE_UNIT_COLUMNS = (
    NUMBERED,
    Column("Tên tập thể", "{{ one.name }}", 36),
    Column("Cụm thi đua", "{{ one.cluster }}", 24),
    Column("Điểm", "{{ one.score }}", 15, "OPhai"),
    Column("Xếp hạng", "{{ one.rank }}", 14, "OGiua"),
    Column("Điểm từng tiêu chí", "{{ one.criteria }}", 42),
    Column("Hồ sơ", "{{ one.dossiers }}", 15, "OPhai"),
    Column("Đúng hạn", "{{ one.on_time }}", 17, "OPhai"),
    Column("Tóm tắt thành tích", "{{ one.achievement }}", 57),
    Column("Kết quả biểu quyết", "{{ one.votes }}", 25, "OGiua"),
)
WIDE_PERSON_COLUMNS = (
    NUMBERED,
    Column("Họ và tên", "{{ one.name }}", 42),
    Column("Chức vụ, đơn vị công tác", "{{ one.position }}", 50),
    Column("Hồ sơ", "{{ one.dossiers }}", 17, "OPhai"),
    Column("Đúng hạn", "{{ one.on_time }}", 18, "OPhai"),
    Column("Tóm tắt thành tích", "{{ one.achievement }}", 88),
    Column("Kết quả biểu quyết", "{{ one.votes }}", 28, "OGiua"),
)


def awarded(units: tuple[Column, ...], persons: tuple[Column, ...], page: Page = PORTRAIT) -> str:
    """Both lists of names, each under the headings of its awards."""
    nobody = paragraph("Không có.", "ThanVan")
    of_units = listing(units, page, "one in group.units", ("group in unit_awards", "{{ group.heading }}"))
    of_persons = listing(persons, page, "one in group.persons", ("group in person_awards", "{{ group.heading }}"))
    return (
        heading("A. TẬP THỂ")
        + either("unit_awards", of_units, nobody)
        + spacer()
        + heading("B. CÁ NHÂN")
        + either("person_awards", of_persons, nobody)
    )


def names_behind(name: str) -> str:
    """The end of a paper with both lists of names as its annex, on pages numbered anew."""
    listed = annex(name) + awarded(UNIT_COLUMNS, PERSON_COLUMNS)
    return end_of_section(PORTRAIT, first=True) + listed + section(PORTRAIT, numbered_anew=True)


def header(*, first: bool) -> str:
    """The head of a page: its number in the middle from the second page on, and the mark of a draft."""
    number = "" if first else paragraph(page_number(), "SoTrang")
    return number + paragraph("{{ draft }}", "BanNhap")


def footer() -> str:
    """What the paper rests on, in small print."""
    lines = ("{{ stamp_period }}", "{{ stamp_result }}", "{{ stamp_log }}")
    return "".join(paragraph(run(line), "ChuNho") for line in lines)
