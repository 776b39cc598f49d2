"""The words of a Word document: paragraphs, tables and sections as XML, its elements in the order the schema wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def millimetres(length: float) -> int:
    """A length in the twentieths of a point that Word counts in."""
    return round(length * 1440 / 25.4)


@dataclass(frozen=True, slots=True)
class Page:
    """A4 with the margins of Nghị định 30/2020, in millimetres."""

    landscape: bool = False
    top: int = 20
    bottom: int = 20
    left: int = 30
    right: int = 15

    @property
    def width(self) -> int:
        """The paper's width."""
        return 297 if self.landscape else 210

    @property
    def text_width(self) -> int:
        """What is left between the margins."""
        return self.width - self.left - self.right


def run(text: str, *, bold: bool = False, italic: bool = False, size: float | None = None) -> str:
    """Letters of one look; `size` in points, None: the style's."""
    look = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    look += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>' if size else ""
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def page_number() -> str:
    """The field that counts pages."""
    kinds = ("begin", "separate", "end")
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in kinds)
    return f'{begin}<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>{separate}{run("2")}{end}'


def paragraph(content: str, style: str = "", more: str = "") -> str:
    """A paragraph of runs, or of plain text; `more`: what follows the style among its properties, in the schema's order."""
    runs = content if content.startswith("<w:r>") or not content else run(content)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties = f"<w:pPr>{named}{more}</w:pPr>" if named or more else ""
    return f"<w:p>{properties}{runs}</w:p>"


def dotted_line(*, keep: bool = False) -> str:
    """A line of dots across the page, to be written on by hand; `keep`: on one page with what follows."""
    return paragraph("<w:r><w:tab/></w:r>", "ChamTay", "<w:keepNext/>" if keep else "")


def rule(width: int, line: int) -> str:
    """A short solid line in the middle of a column of that width, both in millimetres."""
    side = millimetres((width - line) / 2)
    border = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
    return paragraph("", "GachNgang", f'{border}<w:ind w:left="{side}" w:right="{side}"/>')


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, what its cells hold, its share of the width, and how its cells are set."""

    title: str
    content: str
    width: float
    style: str = "OBang"


def cell(content: str, width: int, *, span: int = 1, middle: bool = True) -> str:
    """A cell of paragraphs."""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    aligned = '<w:vAlign w:val="center"/>' if middle else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{aligned}</w:tcPr>{content}</w:tc>'


def row(cells: str, *, head: bool = False) -> str:
    """A row that no page break splits; a head is repeated on every page."""
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def control(tag: str, columns: int, width: int) -> str:
    """A row that holds nothing but a tag of the template's language, and goes when the template is filled."""
    return row(cell(paragraph(f"{{%tr {tag} %}}", "OBang"), width, span=columns))


def table(widths: Sequence[int], rows: str, *, borders: bool = True) -> str:
    """A table of fixed column widths (twentieths of a point)."""
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    drawn = "".join(f"<w:{side} {line}/>" for side in sides) if borders else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margin = millimetres(1.2) if borders else 0
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        + (f"<w:tblBorders>{drawn}</w:tblBorders>" if drawn else "")
        + '<w:tblLayout w:type="fixed"/>'
        + f'<w:tblCellMar><w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar>'
        + f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def divide(columns: Sequence[Column], page: Page) -> list[int]:
    """The columns' widths, so that together they are the page's text."""
    whole, shares = millimetres(page.text_width), sum(column.width for column in columns)
    widths = [int(whole * column.width / shares) for column in columns]
    return [*widths[:-1], whole - sum(widths[:-1])]


def listing(columns: Sequence[Column], page: Page, each: str, group: tuple[str, str] | None = None) -> str:
    """A table with a repeated head and a row for `each` ("line in lines"), under headings of groups if there are any.

    `group`: the repetition of the groups, and what the heading holds.
    """
    widths, count = divide(columns, page), len(columns)
    titles = (cell(paragraph(column.title, "DauBang"), width) for column, width in zip(columns, widths, strict=True))
    cells = (cell(paragraph(column.content, column.style), width) for column, width in zip(columns, widths, strict=True))
    rows = control(f"for {each}", count, sum(widths)) + row("".join(cells)) + control("endfor", count, sum(widths))
    if group is not None:
        repeated, heading = group
        above = row(cell(paragraph(heading, "NhomBang"), sum(widths), span=count))
        rows = control(f"for {repeated}", count, sum(widths)) + above + rows + control("endfor", count, sum(widths))
    return table(widths, row("".join(titles), head=True) + rows)


def section(page: Page, *, first: bool = False, numbered_anew: bool = False) -> str:
    """The end of a section; its first page has a head without a number. `first`: it names the heads and feet for all."""
    width, height = (16838, 11906) if page.landscape else (11906, 16838)
    turned = ' w:orient="landscape"' if page.landscape else ""
    top, bottom, left, right = (millimetres(side) for side in (page.top, page.bottom, page.left, page.right))
    named = "".join(
        f'<w:{kind}Reference w:type="{which}" r:id="{identity}"/>'
        for kind, which, identity in (
            ("header", "default", "rId4"),
            ("header", "first", "rId5"),
            ("footer", "default", "rId6"),
            ("footer", "first", "rId7"),
        )
    )
    return (
        f'<w:sectPr>{named if first else ""}<w:type w:val="nextPage"/><w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="{millimetres(8)}"'
        f' w:footer="{millimetres(8)}" w:gutter="0"/>'
        + ('<w:pgNumType w:start="1"/>' if numbered_anew else "")
        + "<w:titlePg/></w:sectPr>"
    )
