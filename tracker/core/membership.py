"""Which cluster a unit belongs to on a day: what its history says, and before it what its case file says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def cluster_on(history: Mapping[date, str | None], day: date, given: str | None) -> str | None:
    """The cluster of the newest change up to and including the day; `given`, the case file's, before the first."""
    begun = [since for since in history if since <= day]
    return history[max(begun)] if begun else given
