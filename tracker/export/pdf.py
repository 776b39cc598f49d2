"""A paper as PDF, made by LibreOffice where it is installed: an extra that nothing else rests on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from threading import Lock

from tracker.core.problems import UsageError

WALL_LIMIT = 90.0  # seconds for one paper, with the making of a profile
_WAIT_LIMIT = 120.0  # seconds for whoever comes while another paper is being made
_PROGRAMS = ("soffice", "libreoffice")
_TURN = Lock()  # one at a time: each takes hundreds of megabytes
# A paper is only ever drawn: no macro runs, and nothing it points to is fetched.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse">
<value>true</value></prop></item>
</oor:items>
"""


def find_program() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def to_pdf(document: bytes, ending: str = "docx") -> bytes | None:
    """The document as PDF; None where LibreOffice is not installed, UsageError where it fails or takes too long."""
    program = find_program()
    if program is None:
        return None
    if not _TURN.acquire(timeout=_WAIT_LIMIT):
        raise UsageError("pdf_busy")
    try:
        with tempfile.TemporaryDirectory(prefix="tracker-pdf-", ignore_cleanup_errors=True) as folder:
            return _convert(program, document, Path(folder), ending)
    finally:
        _TURN.release()


def _convert(program: str, document: bytes, folder: Path, ending: str) -> bytes:
    paper, profile = folder / f"paper.{ending}", folder / "profile"
    paper.write_bytes(document)
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(paper)]
    _run(command, folder)
    made = paper.with_suffix(".pdf")
    if not made.exists():
        raise UsageError("pdf_failed")
    return made.read_bytes()


def _run(command: list[str], folder: Path) -> None:
    """Run it to its end within the limit; whatever it started is killed with it."""
    # Of our surroundings it gets no secrets: only where programs are, and a home of its own.
    surroundings = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(WALL_LIMIT)
        except subprocess.TimeoutExpired as error:
            raise UsageError("pdf_slow", limit=round(WALL_LIMIT)) from error
        finally:
            _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
