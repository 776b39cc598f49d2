"""The reason a person gives for what they do, as it is kept."""

from __future__ import annotations

import unicodedata

from tracker.core.problems import Place, Problem, RefusedError
from tracker.intake.cells import clean_text

MAX_REASON = 2000


def clean_reason(text: str) -> str:
    """The reason without what cannot be seen; RefusedError if nothing is left, or too much."""
    visible, _, _ = clean_text(text, breaks="\n")
    kept = "".join(letter for letter in visible if letter == "\n" or unicodedata.category(letter) != "Cc").strip()
    if not kept:
        raise RefusedError([Problem("reason_missing", Place(""))])
    if len(kept) > MAX_REASON:
        raise RefusedError([Problem("reason_too_long", Place(""), args={"found": len(kept), "limit": MAX_REASON})])
    return kept
