"""What a handed-in document is, told by its content and never by its name, and the name it gets."""

from __future__ import annotations

import zipfile

import pytest

from tracker.core.problems import Problem
from tracker.intake.documents import MAX_NAME, TYPES, clean_name, find_type

from .documents import ONE_OF_EACH, docx, docx_parts, pdf, picture, xlsx, zipped


def judged(data: bytes, name: str = "a.pdf") -> str:
    found = find_type(name, data)
    return found.code if isinstance(found, Problem) else found


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", ["a.pdf", "a.exe", "", "../../etc/passwd"])
def test_the_type_is_told_by_the_content_whatever_the_name(kind, name):
    assert judged(ONE_OF_EACH[kind](), name) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00 program",
        b"\x7fELF",
        b"GIF89a",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"just text",
        b"\xef\xbb\xbf%PDF-1.4",
        zipped({"readme.txt": "a zip that is no document"}),
        zipped({"word/document.xml": "no list of content types"}),
    ],
)
def test_anything_else_is_refused_even_under_a_good_name(data):
    assert judged(data) == "evidence_unknown"


def test_an_empty_and_a_cut_off_file_are_refused():
    assert judged(b"") == "evidence_empty"
    assert judged(b"%PDF-1.4\n1 0 obj") == "evidence_corrupt"
    assert judged(picture("PNG")[:-12]) == "evidence_corrupt"
    assert judged(docx()[:-30]) == "evidence_corrupt"
    assert judged(b"\xff\xd8\xff\xe0") == "evidence_corrupt"


def test_a_file_that_is_two_things_at_once_is_refused():
    archive = zipped({"evil.js": "1"})
    assert judged(pdf() + archive) == "evidence_mixed"
    assert judged(picture("JPEG") + archive) == "evidence_mixed"
    assert judged(picture("PNG") + b"<script>") == "evidence_mixed"
    assert judged(archive + docx()) == "evidence_mixed"
    assert judged(zipped(docx_parts({"xl/workbook.xml": "<workbook/>"}))) == "evidence_mixed"
    stored = zipped({"a": pdf(), **docx_parts()}, zipfile.ZIP_STORED)
    assert judged(stored) == "evidence_mixed"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/cron.d/x", "word\\..\\..\\x"])
def test_a_document_with_a_part_that_leads_out_of_it_is_refused(name):
    assert judged(zipped(docx_parts({name: "x"}))) == "evidence_mixed"


def test_a_document_with_a_part_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = _twice()
    assert judged(twice) == "evidence_mixed"


def _twice() -> bytes:
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in docx_parts().items():
            archive.writestr(name, data)
        archive.writestr("word/document.xml", "<other/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "part", ["word/vbaProject.bin", "word/vbaData.xml", "xl/macrosheets/sheet1.xml", "word/activeX/activeX1.bin"]
)
def test_macros_are_refused_wherever_they_hide(part):
    assert judged(zipped(docx_parts({part: b"code"}))) == "evidence_macro"


def test_a_document_that_declares_macros_is_refused_in_whatever_encoding():
    declared = "<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"
    assert judged(zipped(docx_parts({"[Content_Types].xml": declared}))) == "evidence_macro"
    assert judged(zipped(docx_parts({"[Content_Types].xml": declared.encode("utf-16")}))) == "evidence_macro"


def test_a_zip_bomb_is_refused_before_anything_is_unpacked():
    assert judged(zipped(docx_parts({"word/media/a.bin": b"\0" * 40_000_000}))) == "evidence_too_big_unpacked"
    assert judged(zipped(docx_parts({f"word/{n}.xml": "" for n in range(1000)}))) == "evidence_too_many_parts"
    assert judged(zipped(docx_parts({"[Content_Types].xml": b" " * 1_000_001}))) == "evidence_corrupt"


def test_encrypted_documents_are_refused():
    assert judged(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")) == "evidence_encrypted"
    data = bytearray(xlsx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + offset] |= 1
    assert judged(bytes(data)) == "evidence_encrypted"


def test_every_file_of_the_corpus_of_bad_files_is_a_document_or_is_refused(shared):
    for path in sorted((shared / "nasty").glob("*.*")):
        assert judged(path.read_bytes()) in {
            "xlsx",
            *(
                f"evidence_{code}"
                for code in (
                    "empty",
                    "corrupt",
                    "unknown",
                    "mixed",
                    "macro",
                    "encrypted",
                    "too_big_unpacked",
                    "too_many_parts",
                )
            ),
        }, path.name


@pytest.mark.parametrize(
    ("given", "ending", "kept"),
    [
        ("Công văn số 12.pdf", "pdf", "Công văn số 12.pdf"),
        ("../../etc/passwd", "png", "passwd.png"),
        ("C:\\Users\\an\\ảnh.JPEG", "jpg", "ảnh.jpg"),
        ("a\u202egpj.exe", "pdf", "agpj.exe.pdf"),
        ("a\u200bb\x00\x1f\n.docx", "docx", "ab.docx"),
        ("wrong.png", "pdf", "wrong.pdf"),
        ('a<b>"c|d?*:.pdf', "pdf", "a_b__c_d___.pdf"),
        ("", "pdf", "minh-chung.pdf"),
        (" . .pdf", "pdf", "minh-chung.pdf"),
        ("con.pdf", "pdf", "_con.pdf"),
        ("nguye\u0302\u0303n.pdf", "pdf", "nguyễn.pdf"),
    ],
)
def test_a_name_is_cleaned_and_gets_the_ending_of_its_content(given, ending, kept):
    assert clean_name(given, ending) == kept


def test_a_long_name_is_cut_and_keeps_its_ending():
    kept = clean_name("ă" * 500 + ".pdf", "xlsx")
    assert len(kept) == MAX_NAME
    assert kept.endswith("ă.xlsx")
