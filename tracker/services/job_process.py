"""The process that works on one import job, so that neither its memory nor its end is the application's.

    python -m tracker.services.job_process NUMBER

It ends with its standard input: when the application goes, it goes too, and the job is told to be interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
from threading import Thread

from tracker.services import running
from tracker.services.job_running import run_job

_STDIN = 0  # read without the buffer: a thread that waits in it would not let the process end


def main(number: int) -> None:
    """Work on the job."""
    gc.freeze()  # what was imported stays for good: no collection during the work need walk through it
    end_with_parent()
    run_job(running.database(), number, running.now)


def end_with_parent() -> None:
    """End this process as soon as the one that started it goes."""
    Thread(target=_wait_for_end, daemon=True).start()


def _wait_for_end() -> None:
    while os.read(_STDIN, 1024):
        continue
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
