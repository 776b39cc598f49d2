"""The verb of the command line about papers: all of a period in one file."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from tracker.arguments import DONE, Arguments, act_of, unwritable
from tracker.services import running
from tracker.services.bundle_jobs import make_bundle_now
from tracker.services.standings import Question
from tracker.text import say

Adding = Callable[..., argparse.ArgumentParser]


def add_packing_verb(top: Any, verb: Adding) -> None:
    """Add it to the command line."""
    words = "write every paper and workbook of a period into one ZIP; for inputs and a verifier see `bundle`"
    parser = verb(top, "papers", papers, words)
    parser.add_argument("--campaign", required=True, metavar="CODE")
    parser.add_argument("--period", required=True, metavar="CODE")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")


def papers(arguments: Arguments) -> int:
    """Write all papers of a period as one file into a folder."""
    folder: Path = arguments.out
    question = Question(arguments.campaign, arguments.period)
    file = make_bundle_now(running.database(), question, act_of(arguments))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file.name).write_bytes(file.data)
    except OSError as error:
        raise unwritable(folder, error) from error
    digest = sha256(file.data).hexdigest()
    print(say(arguments.language, "cli.papers_packed", file=str(folder / file.name), digest=digest))
    return DONE
