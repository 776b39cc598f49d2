"""Programs of ours that run in a process of their own with little memory and time: what they read may break them."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_OURS = "TRACKER_"  # settings, the database's address and secrets among them


def command(module: str, *arguments: str) -> list[str]:
    """How to start the module; nothing is looked for in the folder the program happens to run in."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """What the process knows of the world: how to find its modules, and none of our settings."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**known, "PYTHONPATH": str(_ROOT)}


def confine(memory: int, cpu_seconds: int) -> None:
    """Set the limits of the process that calls; there is no way back."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def shut_off() -> None:
    """From now on no file can be opened or grow; call it once everything needed has been imported."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
