"""The shipped templates: made by the maker, laid out as Nghị định 30/2020 wants, valid, and printable at any length."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator
from word_papers import W, heads_of, lines_of, packed, parts_of, tables_of, text_of, xml_of

from tracker.export.paper_kinds import PAPERS
from tracker.export.paper_samples import samples_of
from tracker.export.papers import check_template, render
from tracker.export.pdf import find_program
from tracker.export.template_maker import BODIES, LETTERS, make_template
from tracker.text import LANGUAGES, say

ROOT = Path(__file__).parents[2]
KINDS = list(PAPERS)
MM = 1440 / 25.4


def local(element) -> str:
    return element.tag.removeprefix(W)


def test_there_is_a_template_for_each_kind_and_it_is_what_the_maker_makes():
    assert list(BODIES) == [kind for kind in BODIES if kind in PAPERS]
    assert set(BODIES) == set(PAPERS)
    shipped = {path.stem: path.read_bytes() for path in (ROOT / "data" / "templates").glob("*.docx")}
    assert shipped == {kind: make_template(kind) for kind in (*PAPERS, *LETTERS)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_template_uses_only_fields_its_paper_has(kind):
    assert check_template(kind, make_template(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_a4_with_the_margins_of_the_decree(kind):
    sections = list(xml_of(make_template(kind)).iter(f"{W}sectPr"))
    assert sections
    for section in sections:
        size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        assert sorted(int(size.get(f"{W}{side}")) for side in ("w", "h")) == [11906, 16838]
        assert (size.get(f"{W}orient") == "landscape") == (kind == "list")
        shown = {side: round(int(margins.get(f"{W}{side}")) / MM) for side in ("top", "bottom", "left", "right")}
        assert shown == {"top": 20, "bottom": 20, "left": 30, "right": 15}
        assert section.find(f"{W}titlePg") is not None


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_number_stands_in_the_middle_of_the_head_from_the_second_page_on(kind):
    template = make_template(kind)
    later, first = xml_of(template, "word/header1.xml"), xml_of(template, "word/header2.xml")
    assert [code.text.strip() for code in later.iter(f"{W}instrText")] == ["PAGE"]
    assert list(first.iter(f"{W}instrText")) == []
    assert later.find(f"{W}p/{W}pPr/{W}pStyle").get(f"{W}val") == "SoTrang"
    named = {
        (one.get(f"{W}type"), local(one)) for one in next(xml_of(template).iter(f"{W}sectPr")) if "Reference" in one.tag
    }
    assert named == {(which, f"{part}Reference") for which in ("default", "first") for part in ("header", "footer")}


def looks() -> dict[str, tuple[float, bool, bool, str]]:
    """Of each style: size, bold, italic, alignment."""
    found = {}
    for style in xml_of(make_template("proposal"), "word/styles.xml").iter(f"{W}style"):
        look, lines = style.find(f"{W}rPr"), style.find(f"{W}pPr")
        if look is not None:
            half_points = int(look.find(f"{W}sz").get(f"{W}val"))
            flags = (look.find(f"{W}b") is not None, look.find(f"{W}i") is not None)
            found[style.get(f"{W}styleId")] = (half_points / 2, *flags, lines.find(f"{W}jc").get(f"{W}val"))
    return found


def test_sizes_and_looks_are_those_of_the_decree():
    styles = looks()
    assert styles["QuocHieu"] == (12, True, False, "center")
    assert styles["TieuNgu"] == (13, True, False, "center")
    assert styles["CoQuanTren"] == (12, False, False, "center")
    assert styles["CoQuan"] == (12, True, False, "center")
    assert styles["SoKyHieu"] == (13, False, False, "center")
    assert styles["DiaDanh"] == (13, False, True, "center")
    assert styles["TenLoai"] == styles["TrichYeu"] == (14, True, False, "center")
    assert styles["ThanVan"] == (14, False, False, "both")
    assert styles["CanCu"] == (14, False, True, "both")
    assert styles["ChucVu"] == styles["NguoiKy"] == (14, True, False, "center")
    assert styles["NoiNhan"] == (12, True, True, "left")
    assert styles["NoiNhanMuc"] == (11, False, False, "left")
    assert styles["SoTrang"] == (13, False, False, "center")


def test_there_is_one_font():
    fonts = re.findall(
        r'w:(?:ascii|hAnsi|eastAsia|cs)="([^"]*)"',
        "".join(part.decode() for part in parts_of(make_template("list")).values()),
    )
    assert set(fonts) == {"Times New Roman"}


@pytest.mark.parametrize("kind", KINDS)
def test_heads_of_tables_repeat_and_no_row_splits(kind):
    for table in xml_of(make_template(kind)).iter(f"{W}tbl"):
        rows = list(table.iter(f"{W}tr"))
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        if table.find(f"{W}tblPr/{W}tblBorders") is not None:
            assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * (len(rows) - 1)


@pytest.fixture(scope="module")
def filled() -> dict[str, bytes]:
    """Each shipped template filled with its sample."""
    return {kind: render(make_template(kind), samples_of(kind)[0]) for kind in KINDS}


def against_the_schema(file: Path) -> list[str]:
    """What Word's schemas do not allow in the file; a theme is none of their wishes, and we have none."""
    found = OpenXmlValidator().validate(file).errors
    return [f"{one.part_uri}{one.path}: {one.description}" for one in found if "relationships/theme" not in one.description]


def test_every_template_is_what_the_schemas_of_word_allow_also_once_filled(tmp_path, filled):
    made = {f"{kind} template": make_template(kind) for kind in (*KINDS, *LETTERS)} | filled
    made |= {f"{kind} empty": render(make_template(kind), samples_of(kind)[1]) for kind in ("decision", "notice", "result")}
    for name, data in made.items():
        file = tmp_path / f"{name}.docx"
        file.write_bytes(data)
        assert against_the_schema(file) == [], name


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("word/document.xml", "<w:cantSplit/><w:tblHeader/>", "<w:tblHeader/><w:cantSplit/><w:cantSplat/>"),
        ("word/styles.xml", '<w:sz w:val="26"/><w:szCs w:val="26"/>', '<w:szCs w:val="26"/><w:sz w:val="26"/>'),
        ("word/document.xml", 'w:type="dxa"', 'w:type="mm"'),
    ],
)
def test_the_schemas_see_a_wrong_order_an_unknown_element_and_a_wrong_value(tmp_path, part, old, new):
    parts = parts_of(make_template("list"))
    assert old in parts[part].decode()
    file = tmp_path / "wrong.docx"
    file.write_bytes(packed(parts | {part: parts[part].decode().replace(old, new, 1).encode()}))
    assert against_the_schema(file)


@pytest.mark.parametrize("rows", [0, 1, 100, 500])
def test_a_list_of_any_length_has_one_row_a_name(rows):
    fields = copy.deepcopy(samples_of("list")[0])
    group = fields["unit_awards"][0]
    group["units"] = [{**group["units"][0], "no": str(at), "name": f"Xã {at} " + "rất dài " * 20} for at in range(rows)]
    fields["unit_awards"] = [group] if rows else []
    paper = render(make_template("list"), fields)
    if rows:
        assert [row[1].split(" rất")[0] for row in tables_of(paper)[0][2:]] == [f"Xã {at}" for at in range(rows)]
    else:
        assert "Không có." in lines_of(paper)


def test_no_template_speaks_of_discipline():
    for kind in KINDS:
        assert "kỷ luật" not in text_of(make_template(kind)).lower()
        assert "{{ draft }}" in heads_of(make_template(kind))


def of_many(fields: dict, count: int) -> dict:
    """The same fields with so many units under the first award."""
    group = fields["unit_awards"][0]
    units = [{**group["units"][0], "no": str(at), "name": f"Xã {at}"} for at in range(1, count + 1)]
    return {**fields, "unit_awards": [{**group, "units": units}]}


def pages_of(file: Path) -> list[list[str]]:
    """The lines of each page, without the small print at its foot."""
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    pages = [[line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f")[:-1]]
    assert all(page[-3:] == ["«stamp_period»", "«stamp_result»", "«stamp_log»"] for page in pages)
    return [page[:-3] for page in pages]


@pytest.mark.skipif(find_program() is None or shutil.which("pdftotext") is None, reason="LibreOffice is not there")
def test_printed_by_libreoffice_pages_are_numbered_heads_repeat_and_no_signature_stands_alone(tmp_path, filled):
    many = {"list": 60, "proposal": 60, "decision": 11}
    papers = filled | {kind: render(make_template(kind), of_many(samples_of(kind)[0], many[kind])) for kind in many}
    for kind, paper in papers.items():
        (tmp_path / f"{kind}.docx").write_bytes(paper)
    files = sorted(tmp_path.glob("*.docx"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    convert = [find_program(), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, files)]
    subprocess.run(convert, capture_output=True, check=True, timeout=120)
    for file in (file.with_suffix(".pdf") for file in files):
        listed = ["pdffonts", str(file)]
        shown = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
        names = {line.split()[0].partition("+")[2].partition("-")[0] for line in shown.splitlines()[2:]}
        assert len(names) == 1, (file.stem, names)
        pages = pages_of(file)
        assert pages[0][1] != "2", file.stem
        for page in pages:
            signed = next((at for at, line in enumerate(page) if "«SIGNATORY_" in line or "THƯ KÝ" in line), len(page))
            above = [line for line in page[:signed] if line != "«draft»" and not line.isdigit()]
            assert above, (file.stem, page)
    inside = pages_of(tmp_path / "list.pdf")[1:-1]
    assert [page[0] for page in inside] == [str(at) for at in range(2, len(inside) + 2)]
    assert all("STT" in " ".join(page[1:6]) for page in inside)


def test_every_field_has_words_that_say_what_it_holds():
    for kind in PAPERS.values():
        assert all(say(language, field.key) for language in LANGUAGES for field in kind.fields)
        assert say("vi", f"paper.kind.{kind.code}")
