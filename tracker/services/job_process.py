"""The process that works on one import job, so that neither its memory nor its end is the application's.

    python -m tracker.services.job_process NUMBER

It ends with its standard input: when the application goes, it goes too, and the job is told to be interrupted.
"""

from __future__ import annotations

import os
import sys
from threading import Thread

from tracker.services import running
from tracker.services.job_running import run_job


def main(number: int) -> None:
    """Work on the job."""
    Thread(target=_end_with_parent, daemon=True).start()
    run_job(running.database(), number, running.now)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
