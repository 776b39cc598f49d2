"""The README's commands are the ones that work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tracker.cli import _parser

ROOT = Path(__file__).parents[1]
LINES = (ROOT / "README.md").read_text("utf-8").splitlines()
RUN = "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/streamlit run streamlit_app.py"
TEST = "python3 -m venv .venv && .venv/bin/pip install -r tests/requirements.txt && .venv/bin/python -m pytest"
VERBS = [line.strip() for line in LINES if line.strip().startswith(".venv/bin/python -m tracker")]


def test_both_commands_stand_in_the_first_twelve_lines():
    first = [line.strip() for line in LINES[:12]]
    assert RUN in first
    assert TEST in first


def test_ci_runs_the_very_test_command():
    assert TEST in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


@pytest.mark.parametrize("line", VERBS)
def test_every_command_shown_is_one_the_parser_knows(line):
    words = shlex.split(line, comments=True)
    assert _parser().parse_args(words[words.index("tracker") + 1 :]).run


def test_every_file_the_readme_names_exists():
    named = re.findall(r"`((?:data|tracker|tests|pages)/[\w./-]*)`", "\n".join(LINES))
    assert named
    assert [name for name in named if not (ROOT / name).exists() and name != "data/sample.db"] == []


def test_the_test_requirements_begin_with_the_products():
    assert (ROOT / "tests" / "requirements.txt").read_text("utf-8").startswith("-r ../requirements.txt\n")


def test_the_top_level_is_the_given_one():
    visible = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and path.name != "__pycache__"}
    given = {"streamlit_app.py", "tracker", "pages", "data", "tests", "requirements.txt", "README.md", "CHANGELOG.md"}
    assert visible <= given
