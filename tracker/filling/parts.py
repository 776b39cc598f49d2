"""What a Word file consists of, looked at before anything opens it: no macros, no objects, nothing from elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

MAX_PARTS = 500
MAX_UNPACKED = 60_000_000
MAX_RATIO = 200
_RATIO_MATTERS_FROM = 2_000_000  # small parts may pack very well without being dangerous
# An embedded document, a macro or an object has another ending; so has a picture that can ask for other files (.svg).
_ENDINGS = frozenset({".xml", ".rels", ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".odttf"})
_XML = frozenset({".xml", ".rels"})
_LIVE_TYPES = ("macroenabled", "vba", "activex", "oleobject", "control")
_LIVE_ELEMENTS = frozenset({"altChunk", "subDoc", "object", "control", "mailMerge", "OLEObject"})
_LINK = "/hyperlink"
_LINK_SCHEMES = ("http://", "https://", "mailto:")
# Fields that only count or point within the document.
_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "SEQ", "REF", "PAGEREF", "TOC", "STYLEREF", "HYPERLINK"})
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ELSEWHERE = re.compile(r"^\s*(?:[A-Za-z][A-Za-z0-9+.\-]*:|\\\\|//)")


class RefusedTemplateError(Exception):
    """The template cannot be used: the problem's code, what it is about, and where in the text it stands."""

    def __init__(self, code: str, value: str = "", where: str = "") -> None:
        super().__init__(code)
        self.code, self.value, self.where = code, value, where


def look_through(data: bytes) -> dict[str, bytes]:
    """The parts by name in their order; RefusedTemplateError for a file that is more than text, tables and pictures."""
    parts = _unpack(data)
    if "[Content_Types].xml" not in parts or "word/document.xml" not in parts:
        raise RefusedTemplateError("template_not_docx")
    for name, content in parts.items():
        ending = name.lower()[name.rfind(".") :]
        if ending not in _ENDINGS:
            raise RefusedTemplateError("template_part", name)
        if ending in _XML:
            _look_at(name, _parse(name, content))
    return parts


def _unpack(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [part for part in archive.infolist() if not part.is_dir()]
            _judge_size(found, len(data))
            return {part.filename: archive.read(part) for part in found}
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        ValueError,
        OSError,
        EOFError,
        RuntimeError,
    ) as error:
        raise RefusedTemplateError("template_not_docx") from error


def _judge_size(parts: list[zipfile.ZipInfo], packed: int) -> None:
    big = any(part.file_size > max(_RATIO_MATTERS_FROM, MAX_RATIO * part.compress_size) for part in parts)
    overlaid = sum(part.compress_size for part in parts) > packed
    if big or len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise RefusedTemplateError("template_too_large")
    if overlaid or len({part.filename for part in parts}) < len(parts):
        raise RefusedTemplateError("template_not_docx")


def _parse(name: str, content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RefusedTemplateError("template_not_docx", name) from error
    if root.getroottree().docinfo.doctype:
        raise RefusedTemplateError("template_doctype", name)
    return root


def _look_at(name: str, root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        kind = etree.QName(element).localname
        if kind in _LIVE_ELEMENTS:
            raise RefusedTemplateError("template_part", kind)
        if kind == "Relationship":
            _judge_relationship(element)
        elif kind in ("Override", "Default") and name == "[Content_Types].xml":
            _judge_type(element.get("ContentType", ""))
        _judge_addresses(element)
    for code in _field_codes(root):
        word = code.split()[0].upper() if code.split() else ""
        if word and word not in _FIELDS:
            raise RefusedTemplateError("template_field", word)


def _judge_type(kind: str) -> None:
    if any(word in kind.lower() for word in _LIVE_TYPES):
        raise RefusedTemplateError("template_part", kind)


def _judge_relationship(element: etree._Element) -> None:
    kind, target = element.get("Type", ""), element.get("Target", "")
    inside = element.get("TargetMode", "Internal") == "Internal" and not _ELSEWHERE.match(target)
    link = kind.endswith(_LINK) and target.lower().startswith(_LINK_SCHEMES)
    if not inside and not link:
        raise RefusedTemplateError("template_external", target)
    if kind.rpartition("/")[2].lower() in ("attachedtemplate", "afchunk", "oleobject", "control", "vbaproject"):
        raise RefusedTemplateError("template_part", kind.rpartition("/")[2])


def _judge_addresses(element: etree._Element) -> None:
    """Old drawings name pictures by address in the text itself."""
    for attribute, value in element.attrib.items():
        if etree.QName(attribute).localname in ("src", "href") and _ELSEWHERE.match(str(value)):
            raise RefusedTemplateError("template_external", str(value))


def _field_codes(root: etree._Element) -> Iterator[str]:
    """What each field is told to do; an instruction may be scattered over several runs, and fields may hold fields."""
    for simple in root.iter(f"{_W}fldSimple"):
        yield simple.get(f"{_W}instr", "")
    held: list[str] = []
    for element in root.iter(f"{_W}fldChar", f"{_W}instrText"):
        if element.tag == f"{_W}instrText":
            if held:
                held[-1] += element.text or ""
            else:
                yield element.text or ""
            continue
        kind = element.get(f"{_W}fldCharType")
        if kind == "begin":
            held.append("")
        elif held:  # at "separate" the code is said, at "end" the field is left
            yield held.pop() if kind == "end" else held[-1]
    yield from held


def pack(parts: dict[str, bytes]) -> bytes:
    """The file of those parts: the same parts give the same bytes, whatever the clock says."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(info, content)
    return packed.getvalue()
