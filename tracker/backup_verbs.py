"""The verbs of the command line about backups: taking one, and making a database of one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tracker.arguments import DONE, REFUSED, Arguments, act_of, today_of
from tracker.services import running
from tracker.services.access import Actor
from tracker.services.act import Act
from tracker.services.audit_log import say_faults
from tracker.services.backup import make_backup
from tracker.services.chain import Verdict
from tracker.services.manifests import Manifest
from tracker.services.restore import find_backup, restore_backup
from tracker.services.settings import read_settings
from tracker.text import Language, say


def add_backup_verbs(top: Any, verb: Callable[..., argparse.ArgumentParser]) -> None:
    """Add these verbs to the command line."""
    words = "write a checked backup into a new folder under DIR"
    verb(top, "backup", backup, words).add_argument("folder", type=Path, metavar="DIR")
    words = "make the empty or absent database what the backup DIR holds, or the newest backup in DIR"
    verb(top, "restore", restore, words).add_argument("folder", type=Path, metavar="DIR")


def backup(arguments: Arguments) -> int:
    """Write a checked backup into a new folder."""
    made = make_backup(running.database(), arguments.folder, act_of(arguments))
    print(say(arguments.language, "cli.backed_up", folder=str(made.folder), **_words(made.manifest)))
    print(say(arguments.language, f"cli.backup_checked.{made.manifest.checked}"))
    return _judge(made.verdict, arguments.language)


def restore(arguments: Arguments) -> int:
    """Make an empty or absent database what a backup holds."""
    act = Act(Actor(arguments.actor or "operator"), today_of(arguments), running.now())
    restored = restore_backup(read_settings().database_url, find_backup(arguments.folder), act)
    print(say(arguments.language, "cli.restored", folder=str(restored.folder), **_words(restored.manifest)))
    return _judge(restored.verdict, arguments.language)


def _words(manifest: Manifest) -> dict[str, object]:
    head, rows = manifest.contents.head, sum(manifest.contents.counts.values())
    return {"rows": rows, "size": manifest.size, "sha256": manifest.digest, "seq": head.seq, "hash": head.hash}


def _judge(verdict: Verdict, language: Language) -> int:
    """Say whether the log holds; what does not is listed."""
    if verdict.whole:
        print(say(language, "cli.backup_whole", seq=verdict.head.seq, hash=verdict.head.hash))
        return DONE
    for fault in say_faults(verdict, language):
        print(fault)
    print(say(language, "cli.backup_broken"), file=sys.stderr)
    return REFUSED
