"""Documents made by hand: one of each kind that may be handed in, and zips with whatever parts a test wants."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import openpyxl
from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def zipped(parts: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def docx_parts(more: Mapping[str, bytes | str] | None = None, types: str = WORD) -> dict[str, bytes | str]:
    declared = f'<Types><Override PartName="/word/document.xml" ContentType="{types}"/></Types>'
    return {"[Content_Types].xml": declared, "word/document.xml": "<document/>", **(more or {})}


def docx() -> bytes:
    return zipped(docx_parts())


def xlsx() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def picture(form: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2), "white").save(buffer, form)
    return buffer.getvalue()


def pdf(text: str = "") -> bytes:
    return f"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% {text}\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n".encode()


ONE_OF_EACH = {"pdf": pdf, "png": lambda: picture("PNG"), "jpg": lambda: picture("JPEG"), "docx": docx, "xlsx": xlsx}
