"""Reading back a Word paper: its text, its tables, and its parts as XML."""

from __future__ import annotations

import io
import zipfile

from docx import Document
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts_of(paper: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(paper)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xml_of(paper: bytes, part: str = "word/document.xml"):
    return etree.fromstring(parts_of(paper)[part])


def lines_of(paper: bytes) -> list[str]:
    """Every paragraph in the order of the document, cells of tables among them."""
    return ["".join(text.text or "" for text in line.iter(f"{W}t")) for line in xml_of(paper).iter(f"{W}p")]


def text_of(paper: bytes) -> str:
    return "\n".join(lines_of(paper))


def tables_of(paper: bytes) -> list[list[list[str]]]:
    """The tables with borders: rows of cells."""
    found = Document(io.BytesIO(paper)).tables
    rows = [[[cell.text for cell in row.cells] for row in table.rows] for table in found]
    return [table for table, one in zip(rows, found, strict=True) if one._tbl.tblPr.find(f"{W}tblBorders") is not None]


def small_print_of(paper: bytes) -> str:
    return "\n".join("".join(xml_of(paper, f"word/footer{at}.xml").itertext()) for at in (1, 2))


def heads_of(paper: bytes) -> str:
    return "\n".join("".join(xml_of(paper, f"word/header{at}.xml").itertext()) for at in (1, 2))


def letter(*lines: str, **parts: str) -> bytes:
    """A Word file of paragraphs; `parts` replaces or adds parts, "__" standing for "/" and "_dot_" for "."."""
    made = io.BytesIO()
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(made)
    found = {
        **parts_of(made.getvalue()),
        **{name.replace("__", "/").replace("_dot_", "."): text.encode() for name, text in parts.items()},
    }
    return packed(found)


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()
