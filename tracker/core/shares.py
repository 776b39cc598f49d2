"""A share such as 2/3, written as a fraction so that nothing is rounded: of members present, of votes cast."""

from __future__ import annotations

import re
from fractions import Fraction

_WRITTEN = re.compile(r"([0-9]{1,3})/([0-9]{1,3})|1")


def parse_share(text: str) -> Fraction | None:
    """The share above 0 and at most 1 that the text writes as "2/3" or "1"; None for anything else."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    if found[1] is None:
        return Fraction(1)
    above, below = int(found[1]), int(found[2])
    return Fraction(above, below) if 0 < above <= below else None


def write_share(share: Fraction) -> str:
    """The share as it is kept: "2/3", in lowest terms; "1" for the whole."""
    return str(share)
