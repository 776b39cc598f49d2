"""A Word paper read as HTML: its words letter for letter, how they are set, and tables with and without lines."""

from __future__ import annotations

import io

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH

from tracker.export.docx_html import docx_to_html

HOSTILE = '<script>alert(1)</script> & "Đắk R\'Lấp"'


def html_of(build) -> str:
    document = docx.Document()
    build(document)
    kept = io.BytesIO()
    document.save(kept)
    return docx_to_html(kept.getvalue())


def test_stored_text_shows_letter_for_letter():
    shown = html_of(lambda document: document.add_paragraph(HOSTILE))
    assert shown == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Đắk R&#x27;Lấp&quot;</p>"


def test_paragraphs_keep_their_alignment_and_runs_their_weight():
    def build(document):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run("TỜ TRÌNH").bold = True
        paragraph.add_run("\nsố 05").italic = True
        document.add_paragraph("")

    assert html_of(build) == '<p style="text-align:center"><b>TỜ TRÌNH</b><i><br>số 05</i></p>'


def test_what_a_style_says_counts_where_the_text_says_nothing():
    assert "<b>" in html_of(lambda document: document.add_paragraph("Đề mục", style="Heading 1"))


def test_tables_stand_where_they_stood_with_merged_cells_once():
    def build(document):
        document.add_paragraph("trước")
        table = document.add_table(2, 2, style="Table Grid")
        table.cell(0, 0).merge(table.cell(0, 1)).text = "Nhóm"
        table.cell(1, 0).text, table.cell(1, 1).text = "A", "B"
        document.add_table(1, 1).cell(0, 0).text = "không kẻ"
        document.add_paragraph("sau")

    assert html_of(build) == (
        '<p>trước</p><table class="tk-word-table"><tr><td colspan="2"><p>Nhóm</p></td></tr>'
        "<tr><td><p>A</p></td><td><p>B</p></td></tr></table>"
        '<table class="tk-word-layout"><tr><td><p>không kẻ</p></td></tr></table><p>sau</p>'
    )
