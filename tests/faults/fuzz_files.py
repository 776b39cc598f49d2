"""Good case files damaged in ten thousand ways: each is read or refused with a clear problem, and nothing else happens.

    python -m tests.faults.fuzz_files [--count 10000] [--first 0] [--corpus FOLDER]

File number n is always the same. Prints how many were accepted and refused, with what, the slowest file and the one at which
the process held most memory. `--corpus` adds the .xls and .ods of the shared corpus, which nothing here can write.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import time
import traceback
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import xlsxwriter

from tracker.core.problems import Problem, Severity, UsageError
from tracker.intake import PROBLEM_CODES, Known, parse_table, read_file
from tracker.text.speech import say_problem

KNOWN = Known(frozenset({"H16", "H16.12"}), frozenset({"1.004199"}))
TODAY = date(2026, 6, 30)
HEADER = ("code", "unit", "procedure", "received_at", "due_at", "completed_at", "paused_minutes", "rating", "note")
ROWS = [
    (f"H16.12-2601{day:02}-0001", "H16.12", "1.004199", f"{day:02}/01/2026 08:{day:02}", "2026-02-16", "", "10", "4,5", note)
    for day, note in enumerate(["bình thường", "giải quyết đúng hạn", "trễ vì bổ sung", "", 'nói "được"', "xin lỗi"] * 4, 1)
]
Bytes = Callable[[random.Random, bytes], bytes]


@dataclass
class Report:
    """What became of the files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[int, str] = (0, "")


def good_files(corpus: Path | None) -> list[tuple[str, bytes, int]]:
    """Names, bytes, and how often each is taken."""
    text = "\r\n".join(";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in (HEADER, *ROWS))
    comma = "\n".join(",".join(cell.replace(",", ".") for cell in row) for row in (HEADER, *ROWS)).replace('"', "")
    page = "<html><table>" + "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (HEADER, *ROWS)
    )
    files = [
        ("dossiers.csv", text.encode("utf-8-sig"), 24),
        ("dossiers.csv", comma.encode(), 24),
        ("dossiers.csv", comma.encode("utf-16"), 12),
        ("dossiers.csv", comma.encode("cp1258", "ignore"), 8),
        ("dossiers.xls", (page + "</table></html>").encode(), 10),
        ("dossiers.xlsx", _workbook(), 9),
    ]
    files.append(("cases.zip", _zip({"dossiers.csv": text.encode(), "a/dossiers.xlsx": _workbook()}), 4))
    for name in ("121_legacy.xls", "122_opendocument.ods") if corpus else ():
        files.append((name, (corpus / name).read_bytes(), 5))
    return files


def _workbook() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("dossiers")
    sheet.merge_range(0, 0, 0, 8, "Danh sách hồ sơ")
    for at, row in enumerate((HEADER, *ROWS), 2):
        sheet.write_row(at, 0, row)
    sheet.write_formula(5, 6, "=1+1", None, 2)
    book.add_worksheet("ẩn").hide()
    book.close()
    return buffer.getvalue()


def _zip(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def flip(rng: random.Random, data: bytes) -> bytes:
    """Some bytes become others."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 30))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(rng: random.Random, data: bytes) -> bytes:
    """The end is missing, or something from within."""
    start = rng.randrange(len(data))
    return data[:start] + (b"" if rng.random() < 0.5 else data[start + rng.randrange(1, 200) :])


def repeat(rng: random.Random, data: bytes) -> bytes:
    """A piece stands there again, once or many times."""
    start = rng.randrange(len(data))
    piece = data[start : start + rng.randrange(1, 400)]
    return data[:start] + piece * rng.choice((2, 2, 3, 200)) + data[start:]


def swap_cells(rng: random.Random, data: bytes) -> bytes:
    """Two pieces between the same signs change places."""
    sign = rng.choice((b",", b";", b"\n", b"<", b">", b'"', b"|"))
    pieces = data.split(sign)
    one, two = rng.randrange(len(pieces)), rng.randrange(len(pieces))
    pieces[one], pieces[two] = pieces[two], pieces[one]
    return sign.join(pieces)


def mix_encodings(rng: random.Random, data: bytes) -> bytes:
    """A part is in another encoding."""
    start = rng.randrange(len(data))
    end = start + rng.randrange(1, 2000)
    text = data[start:end].decode("utf-8", "replace")
    return data[:start] + text.encode(rng.choice(("cp1258", "latin-1", "utf-16", "utf-8-sig")), "replace") + data[end:]


def put_in(rng: random.Random, data: bytes) -> bytes:
    """Something nasty stands within."""
    signs = ("\0", "\ufeff", "\u202e", '"', "=1+1", "#N/A", "NaN", "1e999", "9" * 400, "\r", "|" * 600, "\u00a7\u00a8ng")
    dates = ("31/12/69", "01/13/2026", "2568-01-01", "12:30 CH 02/01/2026", "1.234")
    marks = ('<!DOCTYPE x [<!ENTITY a "b">]>', 'r="XFD1048576"', "<f>", 't="e"', "colspan=99999", "<table>")
    start = rng.randrange(len(data))
    return data[:start] + rng.choice(signs + dates + marks).encode() + data[start + rng.choice((0, 0, 3)) :]


DAMAGES: tuple[Bytes, ...] = (flip, cut, repeat, swap_cells, mix_encodings, put_in)


def damage_part(rng: random.Random, data: bytes) -> bytes:
    """One part of a zip damaged before it is packed, so that its checksum is right."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice([name for name, content in parts.items() if content])
    what = rng.random()
    if what < 0.1:
        del parts[name]
    else:
        parts[name] = rng.choice(DAMAGES)(rng, parts[name])
    if what > 0.9:
        parts[name] = re.sub(rb'r="([A-Z])[0-9]+"', rb'r="\g<1>1048576"', parts[name], count=1)
    return _zip(parts)


def damaged(number: int, files: list[tuple[str, bytes, int]]) -> tuple[str, bytes, str]:
    """File number `number`: its name, its bytes, and how it was made."""
    rng = random.Random(number)
    name, data, _ = rng.choices(files, [weight for _, _, weight in files])[0]
    made = [name]
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        damage = damage_part if zipfile.is_zipfile(io.BytesIO(data)) and rng.random() < 0.6 else rng.choice(DAMAGES)
        try:
            data = damage(rng, data) or b"\n"
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            LookupError,
            EOFError,
            RuntimeError,
            OSError,
            ValueError,
        ):
            damage = flip  # damaged already beyond taking apart
            data = flip(rng, data)
        made.append(damage.__name__)
    return name, data, f"{number} ({' '.join(made)})"


def take(name: str, data: bytes) -> list[Problem]:
    """Read and check a file; every problem found, said in both languages."""
    tables, problems = read_file(name, data)
    for table in tables:
        assert table.kind is not None
        problems = [*problems, *parse_table(table, table.kind, KNOWN, TODAY).problems]
    assert tables or any(problem.severity is Severity.ERROR for problem in problems), "neither read nor refused"
    for problem in problems[:50]:
        assert set(problem.args) == set(PROBLEM_CODES[problem.code]) or not problem.args, problem
        assert all(say_problem(language, problem) for language in ("vi", "en"))
    return problems


def fuzz(numbers: range, files: list[tuple[str, bytes, int]]) -> Report:
    """All those files, one after the other; whatever is raised is a failure, and the next file is taken."""
    report = Report()
    for number in numbers:
        name, data, made = damaged(number, files)
        begun = time.perf_counter()
        try:
            problems = take(name, data)
        except (Exception, UsageError):  # noqa: BLE001 (to find out is what this program is for)
            report.failures.append(f"{made}\n{traceback.format_exc()}")
            continue
        report.slowest = max(report.slowest, (time.perf_counter() - begun, made))
        if most_memory() > report.largest[0]:
            report.largest = (most_memory(), made)
        errors = {problem.code for problem in problems if problem.severity is Severity.ERROR}
        report.outcomes["refused" if errors else "accepted"] += 1
        report.codes.update(errors)
    return report


def most_memory() -> int:
    """Megabytes this process has held at most."""
    return int(Path("/proc/self/status").read_text("ascii").split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--corpus", type=Path)
    arguments = parser.parse_args()
    numbers = range(arguments.first, arguments.first + arguments.count)
    report = fuzz(numbers, good_files(arguments.corpus))
    print(dict(report.outcomes), dict(report.codes.most_common()), sep="\n")
    print(f"slowest {report.slowest[0]:.1f} s: {report.slowest[1]}; most memory {report.largest[0]} MB: {report.largest[1]}")
    print(f"{len(report.failures)} failures", *report.failures[:20], sep="\n")


if __name__ == "__main__":
    main()
