"""What a handed-in document is, judged by its content alone, and the name it is kept under."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib

from tracker.core.problems import Place, Problem
from tracker.intake.containers import list_parts

TYPES = ("pdf", "png", "jpg", "docx", "xlsx")
MAX_NAME = 120

_MAX_UNPACKED = 200_000_000
_MAX_CONTENT_TYPES = 1_000_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 65_557  # the directory's end stands within that many last bytes
_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x00IEND\xaeB`\x82"
_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_CONTENT_TYPES = "[content_types].xml"
# Parts that run code: Visual Basic, its signature, Excel 4 macro sheets, ActiveX controls.
_RUNS = re.compile(r"vba(project|data)|(^|/)macrosheets/|(^|/)activex/")
_ENDINGS = re.compile(r"\.(pdf|png|jpe?g|docx|xlsx)$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_NAMELESS = "minh-chung"


def find_type(name: str, data: bytes) -> str | Problem:
    """One of TYPES, or the problem that forbids keeping the document; `name` only says in the problem which file it is."""
    found = _find_type(data)
    return found if found in TYPES else Problem(f"evidence_{found}", Place(name))


def clean_name(name: str, ending: str) -> str:
    """The name without folders and without what cannot be seen or stored, at most MAX_NAME long, with the right ending."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    stem = _ENDINGS.sub("", _FORBIDDEN.sub("_", visible)).strip(" .")
    stem = stem[: MAX_NAME - len(ending) - 1].strip(" .") or _NAMELESS
    return f"{'_' if _RESERVED.match(stem) else ''}{stem}"[: MAX_NAME - len(ending) - 1] + f".{ending}"


def _find_type(data: bytes) -> str:
    """The type, else what is wrong."""
    if not data:
        return "empty"
    if data.startswith(_ZIP):
        return _find_office(data)
    if data.startswith(_OLE):
        return "encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "unknown"
    found = _find_plain(data)
    # A zip behind a picture or a page: one file to the eye, another to whatever unpacks it.
    return "mixed" if found in TYPES and _ZIP_END in data[-_ZIP_TAIL:] else found


def _find_plain(data: bytes) -> str:
    if data.startswith(b"%PDF-"):
        return "pdf" if b"%%EOF" in data[-2048:] else "corrupt"
    if data.startswith(_PNG):
        if data[12:16] != b"IHDR" or _PNG_END not in data:
            return "corrupt"
        return "png" if data.endswith(_PNG_END) else "mixed"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg" if b"\xff\xd9" in data else "corrupt"
    return "unknown"


def _find_office(data: bytes) -> str:
    parts = list_parts(data, _MAX_UNPACKED)
    if isinstance(parts, str):
        return parts
    names = [part.filename.lower() for part in parts]
    if not parts or _is_misleading(data, parts, names):
        return "mixed"
    types = [kind for kind, main in _OFFICE.items() if main in names]
    if _CONTENT_TYPES not in names or not types:
        return "unknown"
    if len(types) > 1:
        return "mixed"
    declared = _content_types(data, parts[names.index(_CONTENT_TYPES)])
    if declared is None:
        return "corrupt"
    plain = declared.replace(b"\0", b"").lower()  # UTF-16 is read too
    return "macro" if b"macroenabled" in plain or any(map(_RUNS.search, names)) else types[0]


def _is_misleading(data: bytes, parts: list[zipfile.ZipInfo], names: list[str]) -> bool:
    """Whether two programs could read it differently: a file in front, a part twice, a part that leads out of the folder."""
    in_front = min(part.header_offset for part in parts) > 0 or b"%PDF-" in data[:1024]
    leads_out = any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names)
    return in_front or leads_out or len(set(names)) != len(names)


def _content_types(data: bytes, part: zipfile.ZipInfo) -> bytes | None:
    """What the document says it holds; None where that cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(part) as stream:
            declared = stream.read(_MAX_CONTENT_TYPES + 1)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError):
        return None
    return declared if len(declared) <= _MAX_CONTENT_TYPES else None
