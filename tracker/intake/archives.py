"""The case files in a zip that was handed over as one."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePath

from tracker.core.problems import Place, Problem, Severity
from tracker.intake.containers import Form, clean_name, find_form

# Between the name of the zip and that of a file in it, wherever the two are shown.
PART = " › "
MAX_FILES = 100
MAX_UNPACKED = 400_000_000
_CASE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".zip")
_LEFT_BEHIND = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def unpack_upload(name: str, data: bytes) -> tuple[list[tuple[str, bytes]], list[Problem]]:
    """The file itself, or the case files in it if it is a zip of them; and what is wrong."""
    file = clean_name(name)
    return unpack(file, data) if find_form(file, data) is Form.ARCHIVE else ([(name, data)], [])


def unpack(file: str, data: bytes) -> tuple[list[tuple[str, bytes]], list[Problem]]:
    """Names and bytes of the case files in it, and what is wrong; no file at all unless every one can be had."""
    files: list[tuple[str, bytes]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir() and not _is_left_behind(part.filename)]
            wanted = [part for part in parts if PurePath(part.filename).suffix.lower() in _CASE_SUFFIXES]
            if len(wanted) > MAX_FILES:
                return [], [Problem("too_many_parts", Place(file), args={"limit": MAX_FILES})]
            if sum(part.file_size for part in wanted) > MAX_UNPACKED:
                return [], [Problem("too_big_unpacked", Place(file))]
            for part in wanted:
                files.append((_name(file, part.filename, {name for name, _ in files}), archive.read(part)))
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError, RuntimeError):
        return [], [Problem("corrupt", Place(file))]
    if not files:
        return [], [Problem("no_case_files", Place(file))]
    nested = [Problem("nested_archive", Place(name)) for name, content in files if find_form(name, content) is Form.ARCHIVE]
    others = [Problem("part_ignored", Place(_name(file, part.filename))) for part in parts if part not in wanted]
    return ([], nested) if nested else (files, [_warning(problem) for problem in others])


def _is_left_behind(name: str) -> bool:
    """Whether a part is what operating systems put into zips unasked."""
    lowered = name.lower()
    return lowered.startswith(_LEFT_BEHIND) or lowered.rsplit("/", 1)[-1].startswith((".", *_LEFT_BEHIND))


def _name(file: str, inner: str, taken: frozenset[str] | set[str] = frozenset()) -> str:
    """The name to show: the zip's and the file's; with a number where folders hold files of one name."""
    clean = clean_name(inner)
    stem, suffix = PurePath(clean).stem, PurePath(clean).suffix
    name, number = f"{file}{PART}{clean}", 1
    while name in taken:
        number += 1
        name = f"{file}{PART}{stem} ({number}){suffix}"
    return name


def _warning(problem: Problem) -> Problem:
    return Problem(problem.code, problem.place, Severity.WARNING)
