"""Papers as PDF: by LibreOffice where there is one, within its time, one at a time, leaving nothing behind."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

import docx
import pytest

from tracker.core.problems import UsageError
from tracker.export import pdf


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A LibreOffice of the test's own, made of a shell script; it gets the outer folder and the paper as $8 and $9."""

    def make(script: str) -> None:
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return make


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith("tracker-pdf-")]


def is_alive(stat: Path) -> bool:
    try:
        return stat.read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_without_libreoffice_there_is_no_pdf_and_no_error(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert pdf.find_program() is None
    assert pdf.to_pdf(b"anything") is None


def test_the_program_gets_a_profile_and_a_home_of_its_own_and_none_of_our_secrets(office, monkeypatch, tmp_path):
    monkeypatch.setenv("TRACKER_DATABASE_URL", "postgresql://u:secret@h/d")
    office('(env; echo "$1"; cat "$9"; cat "$HOME"/profile/user/registrymodifications.xcu) > "$8/paper.pdf"')
    said = pdf.to_pdf(b"the paper's bytes").decode()
    assert "the paper's bytes" in said
    assert "secret" not in said
    assert f"-env:UserInstallation=file://{tmp_path}/tracker-pdf-" in said
    assert "DisableMacrosExecution" in said
    assert not leftovers(tmp_path)


def test_a_program_that_hangs_is_killed_with_its_children_when_its_time_is_up(office, monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "WALL_LIMIT", 1)
    office(f'sleep 60 & echo $! > "{tmp_path}/child"; wait')
    began = time.monotonic()
    with pytest.raises(UsageError) as refused:
        pdf.to_pdf(b"x")
    assert refused.value.code == "pdf_slow"
    assert time.monotonic() - began < 5
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")
    while is_alive(child) and time.monotonic() - began < 5:
        time.sleep(0.05)
    assert not is_alive(child)
    assert not leftovers(tmp_path)


def test_a_program_that_makes_nothing_is_a_failure_that_is_said(office):
    office("exit 0")
    with pytest.raises(UsageError) as refused:
        pdf.to_pdf(b"x")
    assert refused.value.code == "pdf_failed"


def test_who_waits_too_long_for_another_paper_is_told_so(office, monkeypatch):
    office('echo made > "$8/paper.pdf"')
    monkeypatch.setattr(pdf, "_WAIT_LIMIT", 0.01)
    with pdf._TURN, pytest.raises(UsageError) as refused:
        pdf.to_pdf(b"x")
    assert refused.value.code == "pdf_busy"
    assert pdf.to_pdf(b"x") == b"made\n"  # and the turn is free again


@pytest.mark.skipif(pdf.find_program() is None, reason="LibreOffice is not installed on this machine")
def test_libreoffice_makes_a_pdf_of_a_word_file():
    paper, file = docx.Document(), io.BytesIO()
    paper.add_paragraph("Cộng hòa xã hội chủ nghĩa Việt Nam")
    paper.save(file)
    assert (pdf.to_pdf(file.getvalue()) or b"").startswith(b"%PDF-")
