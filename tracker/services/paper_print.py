"""A made paper as it will be printed: PDF and pictures of its pages, where LibreOffice is installed. Nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tracker.core.problems import UsageError
from tracker.export.pages import draw_pages
from tracker.export.pdf import find_program, to_pdf
from tracker.export.sheets import name_file
from tracker.services.exports import Download

MOST_PAGES = 12
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper's PDF, and pictures of its first pages."""

    file: Download
    pages: tuple[bytes, ...]


def can_print() -> bool:
    """True where a paper can be made a PDF."""
    return find_program() is not None


@lru_cache(maxsize=8)
def print_paper(name: str, document: bytes) -> Printed:
    """The paper of that name as PDF; UsageError where it cannot be made, or takes too long."""
    pdf = to_pdf(document)
    if pdf is None:
        raise UsageError("pdf_failed")
    stem = name.removesuffix(".docx").rpartition("-")[0] or name
    return Printed(Download(name_file(stem, pdf, "pdf"), pdf, _PDF), draw_pages(pdf, MOST_PAGES))
