"""The styles of the shipped templates: Times New Roman in the sizes of Nghị định 30/2020, with names an office knows."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.export.docx_xml import Page, W, millimetres

_FONT = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/>'


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph's look: size and spacing in points, first line in millimetres; `line` as a multiple of single spacing."""

    identity: str
    name: str
    size: float = 14
    align: str = "left"
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    line: float = 1
    exact: float = 0  # a line of exactly so many points
    first_line: int = 0  # twentieths of a point
    keep: bool = False  # on one page with what follows
    dotted: int = 0  # a line of dots up to there, twentieths of a point

    def xml(self) -> str:
        """The style's definition."""
        spacing = f'<w:spacing w:before="{round(self.before * 20)}" w:after="{round(self.after * 20)}" '
        if self.exact:
            spacing += f'w:line="{round(self.exact * 20)}" w:lineRule="exact"/>'
        else:
            spacing += f'w:line="{round(self.line * 240)}" w:lineRule="auto"/>'
        indent = f'<w:ind w:firstLine="{self.first_line}"/>' if self.first_line else ""
        kept = "<w:keepNext/>" if self.keep else ""
        if self.dotted:
            kept += f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{self.dotted}"/></w:tabs>'
        look = ("<w:b/><w:bCs/>" if self.bold else "") + ("<w:i/><w:iCs/>" if self.italic else "")
        look += f'<w:sz w:val="{round(self.size * 2)}"/><w:szCs w:val="{round(self.size * 2)}"/>'
        return (
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{self.identity}"><w:name w:val="{self.name}"/>'
            f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{kept}{spacing}{indent}<w:jc w:val="{self.align}"/></w:pPr>'
            f"<w:rPr>{look}</w:rPr></w:style>"
        )


_ALL = (
    Style("QuocHieu", "Quốc hiệu", 12, "center", bold=True),
    Style("TieuNgu", "Tiêu ngữ", 13, "center", bold=True),
    Style("CoQuanTren", "Cơ quan chủ quản", 12, "center"),
    Style("CoQuan", "Cơ quan ban hành", 12, "center", bold=True),
    Style("GachNgang", "Gạch ngang", 2, "center", exact=4, after=2),
    Style("SoKyHieu", "Số, ký hiệu", 13, "center", before=4),
    Style("VeViec", "Về việc", 12, "center", before=2),
    Style("DiaDanh", "Địa danh, thời gian", 13, "center", italic=True, before=4),
    Style("MauSo", "Mẫu số", 12, "right", bold=True, after=4),
    Style("TenLoai", "Tên loại", 14, "center", bold=True, before=14, keep=True),
    Style("TrichYeu", "Trích yếu", 14, "center", bold=True, keep=True),
    Style("ThamQuyen", "Thẩm quyền ban hành", 14, "center", bold=True, before=10, after=6, keep=True),
    Style("ThamChieu", "Tham chiếu", 14, "center", italic=True, after=8),
    Style("KinhGui", "Kính gửi", 14, "center", before=14, after=12),
    Style("CanCu", "Căn cứ", 14, "both", italic=True, after=6, line=1.1, first_line=720),
    Style("ThanVan", "Thân văn", 14, "both", after=6, line=1.1, first_line=720),
    Style("KetThuc", "Thân văn (kết thúc)", 14, "both", after=6, line=1.1, first_line=720, keep=True),
    Style("DeMuc", "Đề mục", 14, "both", bold=True, before=6, after=6, line=1.1, first_line=720, keep=True),
    Style("ChamTay", "Điền tay", 14, "left", after=2, line=1.2, dotted=millimetres(Page().text_width)),
    Style("ChucVu", "Chức vụ người ký", 14, "center", bold=True, keep=True),
    Style("ChoKy", "Chỗ ký", 14, "center", keep=True),
    Style("NguoiKy", "Người ký", 14, "center", bold=True),
    Style("NoiNhan", "Nơi nhận", 12, "left", bold=True, italic=True, keep=True),
    Style("NoiNhanMuc", "Nơi nhận (mục)", 11, "left"),
    Style("DauBang", "Đầu bảng", 12, "center", bold=True, before=2, after=2),
    Style("NhomBang", "Nhóm trong bảng", 12, "left", bold=True, before=2, after=2, keep=True),
    Style("OBang", "Ô bảng", 12, "left", before=2, after=2),
    Style("OGiua", "Ô bảng, giữa", 12, "center", before=2, after=2),
    Style("OPhai", "Ô bảng, phải", 12, "right", before=2, after=2),
    Style("KhoangTrong", "Khoảng trống", 6, "left"),
    Style("KhoangKy", "Khoảng trước chữ ký", 6, "left", keep=True),
    Style("SoTrang", "Số trang", 13, "center"),
    Style("BanNhap", "Dấu bản nháp", 10, "center", bold=True),
    Style("ChuNho", "Chữ nhỏ cuối trang", 7, "left"),
)

STYLES = (
    f"<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{_FONT}"
    '<w:color w:val="000000"/><w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    "<w:qFormat/></w:style>" + "".join(style.xml() for style in _ALL) + "</w:styles>"
)
