"""What a file is, judged by its first bytes and its directory, before anything inside is unpacked."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from enum import StrEnum
from pathlib import PurePath

from tracker.core.problems import Place, Problem

MAX_PARTS = 1000
MAX_UNPACKED = 1_000_000_000
MAX_RATIO = 200
# Small parts may pack very well without being dangerous: a sheet of blank styled rows does.
_RATIO_MATTERS_FROM = 20_000_000

_LONGEST_NAME = 120
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (b"MZ", b"\x7fELF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"SQLite")
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
_WEB_SIGNS = (b"<html", b"<table", b"<!doctype html")


class Form(StrEnum):
    """How the bytes are to be read: `web` is a page under a workbook's name, `archive` a zip of case files."""

    TEXT = "text"
    WORKBOOK = "workbook"
    WEB = "web"
    ARCHIVE = "archive"


def clean_name(name: str) -> str:
    """The last part of the path, without characters that do not show: a name is for show only, never for opening."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf"))
    if len(visible) <= _LONGEST_NAME:
        return visible
    stem, dot, suffix = visible.rpartition(".")
    return f"{stem[: _LONGEST_NAME - 10]}…{dot}{suffix[:8]}"


def find_form(file: str, data: bytes) -> Form | Problem:
    """Text or workbook, or the problem that forbids reading it; the name must not contradict the content."""
    found = _find_form(PurePath(file).suffix.lower(), data)
    if isinstance(found, Form):
        return found
    return Problem(found, Place(file), args={"limit": MAX_PARTS} if found == "too_many_parts" else {})


def _find_form(suffix: str, data: bytes) -> Form | str:
    if not data:
        return "empty"
    if data.startswith((_ZIP, _OLE)):
        if suffix in _TEXT_SUFFIXES:
            return "not_text"
        return _judge_zip(suffix, data) if data.startswith(_ZIP) else _judge_ole(suffix, data)
    if suffix in _WORKBOOK_SUFFIXES:
        return Form.WEB if suffix == ".xls" and _is_web_page(data) else "not_xlsx"
    if suffix == ".zip":
        return "corrupt"
    return "not_text" if data.startswith(_BINARY) else Form.TEXT


def _is_web_page(data: bytes) -> bool:
    beginning = data[:4096].replace(b"\0", b"").lower()
    return any(sign in beginning for sign in _WEB_SIGNS)


def _judge_ole(suffix: str, data: bytes) -> Form | str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "encrypted"
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        return "macro"
    return Form.WORKBOOK if suffix == ".xls" else "not_xlsx"


def _judge_zip(suffix: str, data: bytes) -> Form | str:
    parts = list_parts(data, MAX_UNPACKED)
    return parts if isinstance(parts, str) else _judge_parts(suffix, {part.filename.lower() for part in parts})


def list_parts(data: bytes, max_unpacked: int) -> list[zipfile.ZipInfo] | str:
    """The directory of a zip that is safe to unpack, or the code of the problem that forbids it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return "corrupt"
    if len(parts) > MAX_PARTS:
        return "too_many_parts"
    if any(part.flag_bits & 1 for part in parts):
        return "encrypted"
    if _unpacks_too_big(parts, max_unpacked):
        return "too_big_unpacked"
    # Parts that lie upon each other are no archive anybody makes.
    return "corrupt" if sum(part.compress_size for part in parts) > len(data) else parts


def _unpacks_too_big(parts: list[zipfile.ZipInfo], limit: int) -> bool:
    if sum(part.file_size for part in parts) > limit:
        return True
    return any(part.file_size > max(_RATIO_MATTERS_FROM, MAX_RATIO * part.compress_size) for part in parts)


def _judge_parts(suffix: str, names: set[str]) -> Form | str:
    if suffix == ".zip" and not names & {"xl/workbook.xml", "content.xml"}:
        return Form.ARCHIVE
    if suffix == ".xlsm" or any(name.endswith("vbaproject.bin") for name in names):
        return "macro"
    if "xl/workbook.xml" in names:
        return Form.WORKBOOK if any(name.startswith("xl/worksheets/") for name in names) else "corrupt"
    return Form.WORKBOOK if {"mimetype", "content.xml"} <= names else "not_xlsx"
