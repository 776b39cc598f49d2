"""The process that packs one bundle of papers, so that neither its memory nor its end is the application's.

python -m tracker.services.bundle_process NUMBER
"""

from __future__ import annotations

import sys

from tracker.services import running
from tracker.services.bundle_jobs import run_bundle
from tracker.services.job_process import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    run_bundle(running.database(), int(sys.argv[1]), running.now)
