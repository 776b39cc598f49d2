"""The pages of a PDF as pictures, made by pdftoppm where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_PROGRAM = "pdftoppm"
_DOTS_PER_INCH = 90
_LIMIT = 30.0  # seconds


def draw_pages(pdf: bytes, most: int) -> tuple[bytes, ...]:
    """The first pages as PNG, `most` of them at the most; none where the program is not installed or fails."""
    program = shutil.which(_PROGRAM)
    if program is None:
        return ()
    surroundings = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    with tempfile.TemporaryDirectory(prefix="tracker-pages-") as folder:
        file = Path(folder) / "paper.pdf"
        file.write_bytes(pdf)
        command = [program, "-png", "-r", str(_DOTS_PER_INCH), "-l", str(most), str(file), str(Path(folder) / "page")]
        try:
            subprocess.run(command, env=surroundings, capture_output=True, timeout=_LIMIT, check=True)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return ()
        return tuple(page.read_bytes() for page in sorted(Path(folder).glob("page*.png")))
