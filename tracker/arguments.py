"""What every verb of the command line is asked with: who acts, on which day, which files, and how an answer is printed."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from tracker.core.problems import UsageError
from tracker.services import running
from tracker.services.access import OPERATOR, Actor
from tracker.services.accounts import find_account
from tracker.services.act import Act

DONE, REFUSED = 0, 1
_UNREADABLE = {FileNotFoundError: "no_file", IsADirectoryError: "is_folder", PermissionError: "file_forbidden"}
Arguments = argparse.Namespace


def actor_of(arguments: Arguments) -> Actor:
    """The operator, or the active account to act as, with its rights; UsageError for a name that is none."""
    if arguments.actor in (None, OPERATOR):
        return OPERATOR
    return find_account(running.database(), arguments.actor)


def today_of(arguments: Arguments) -> date:
    """The day that counts as today."""
    return arguments.today or running.today()


def act_of(arguments: Arguments) -> Act:
    """Who acts, on which day, at which moment."""
    return Act(actor_of(arguments), today_of(arguments), running.now())


def read_file(path: Path) -> bytes:
    """The bytes of a file named on the command line."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            _UNREADABLE.get(type(error), "unreadable_file"), file=str(path), why=error.strerror or ""
        ) from error


def unwritable(path: Path, error: OSError) -> UsageError:
    """What to tell of a file or folder named on the command line that cannot be written."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return UsageError("not_folder", folder=str(path))
    return UsageError("unwritable_file", file=str(path), why=error.strerror or "")


def read_text(path: Path) -> str:
    """The text of a file named on the command line."""
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError("not_utf8", file=path.name) from error


def print_json(answer: dict[str, Any]) -> None:
    """Print an answer for a machine."""
    print(json.dumps(answer, ensure_ascii=False, indent=1))
