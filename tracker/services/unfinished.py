"""Folders that appear under their own name only once they are whole; what a killed process left behind is cleared away."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

from tracker.core.problems import UsageError

_SUFFIX = ".unfinished"


@contextmanager
def unfinished_folder(parent: Path) -> Iterator[Path]:
    """A hidden new folder for the caller alone; it goes with the block unless `finish` gave it its name."""
    folder = parent / f".{uuid4().hex}{_SUFFIX}"
    with ExitStack() as hold:
        try:
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with held(parent, wait=True):  # or another's sweep could take the new folder for one left behind
                _sweep(parent)
                folder.mkdir(mode=0o700)
                hold.enter_context(held(folder))
        except OSError as error:
            raise UsageError("folder_unwritable", folder=str(parent), why=error.strerror or "") from error
        try:
            yield folder
        finally:
            if folder.exists():
                shutil.rmtree(folder)


def finish(folder: Path, name: str) -> Path:
    """Give the folder its name, or the name with a number where that is taken; its files are on the disk before."""
    for file in folder.iterdir():
        sync(file)
    sync(folder)
    for number in count(1):
        named = folder.with_name(name if number == 1 else f"{name}-{number}")
        if named.exists():
            continue
        try:
            folder.rename(named)
        except OSError:
            if not named.exists():
                raise
            continue
        break
    sync(folder.parent)
    return named


def sync(path: Path) -> None:
    """Wait until the disk has the file or the folder's list of names."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def held(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """True if nobody else holds the file or folder; the hold ends with the process at the latest."""
    opened = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = True
    except BlockingIOError:
        free = False
    try:
        yield free
    finally:
        os.close(opened)


def _sweep(parent: Path) -> None:
    for left in parent.glob(f".*{_SUFFIX}"):
        with held(left) as free:
            if free:
                shutil.rmtree(left)
