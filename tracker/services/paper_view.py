"""What screens show of papers: the kinds there are with their fields, and a made paper as readable HTML."""

from __future__ import annotations

from tracker.export.docx_html import docx_to_html
from tracker.export.paper_kinds import PAPERS, Asked, Field, PaperKind

__all__ = ["PAPERS", "Asked", "Field", "PaperKind", "docx_to_html"]
