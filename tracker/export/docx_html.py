"""A Word paper as readable HTML: its paragraphs, tables and headings as they follow one another, every text escaped."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

_ALIGNED = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
}


def docx_to_html(data: bytes) -> str:
    """The body of the paper; what only a printed page has (margins, page numbers) is left out."""
    document = Document(io.BytesIO(data))
    return "".join(_blocks(document))


def _blocks(parent: Any) -> Iterator[str]:
    for block in parent.iter_inner_content():
        yield _paragraph(block) if isinstance(block, Paragraph) else _table(block)


def _paragraph(paragraph: Paragraph) -> str:
    said = "".join(_run(run, paragraph) for run in paragraph.runs)
    if not said.strip():
        return ""
    aligned = _ALIGNED.get(_alignment(paragraph), "")
    style = f' style="text-align:{aligned}"' if aligned else ""
    return f"<p{style}>{said}</p>"


def _alignment(paragraph: Paragraph) -> Any:
    """The paragraph's alignment, its style's where it has none of its own."""
    if paragraph.alignment is not None:
        return paragraph.alignment
    style = paragraph.style
    while style is not None:
        if style.paragraph_format.alignment is not None:
            return style.paragraph_format.alignment
        style = style.base_style
    return None


def _run(run: Run, paragraph: Paragraph) -> str:
    said = escape(run.text).replace("\n", "<br>").replace("\t", "&emsp;")
    for name, tag in (("bold", "b"), ("italic", "i"), ("underline", "u")):
        if said.strip() and _shown(run, paragraph, name):
            said = f"<{tag}>{said}</{tag}>"
    return said


def _shown(run: Run, paragraph: Paragraph, name: str) -> bool:
    """Whether the run is bold, italic or underlined, by itself or by its style."""
    own = getattr(run, name)
    if own is not None:
        return bool(own)
    style = paragraph.style
    while style is not None:
        if (said := getattr(style.font, name)) is not None:
            return bool(said)
        style = style.base_style
    return False


def _table(table: Table) -> str:
    """The table; one without lines, which only arranges what it holds, keeps none."""
    kind = "tk-word-table" if _has_lines(table) else "tk-word-layout"
    rows = "".join(f"<tr>{''.join(_cells(row))}</tr>" for row in table.rows)
    return f'<table class="{kind}">{rows}</table>'


def _cells(row: Any) -> Iterator[str]:
    """A row's cells, a merged one once; a cell that goes on from the row above is left empty."""
    for cell in row._tr.tc_lst:
        span = f' colspan="{cell.grid_span}"' if cell.grid_span > 1 else ""
        continued = cell.vMerge == "continue"
        said = "" if continued else "".join(_blocks(_Cell(cell, row._parent)))
        yield f"<td{span}>{said}</td>"


def _has_lines(table: Table) -> bool:
    borders = table._tbl.xpath("./w:tblPr/w:tblBorders/*[not(@w:val='nil') and not(@w:val='none')]")
    styled = table.style is not None and "Grid" in (table.style.name or "")
    cells = table._tbl.xpath(".//w:tcBorders/*[not(@w:val='nil') and not(@w:val='none')]")
    return bool(borders or cells or styled)
