"""Headings and words as they are compared: letters and digits only, small, without accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

_LONGEST = 300


def fold(text: str) -> str:
    """The text's letters and digits in small letters without any mark; "Mã hồ sơ", "MA HO SO" and "MaHoSo" are one.

    A text of signs only stays as it is, without the blanks around it.
    """
    plain = unicodedata.normalize("NFKD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isalnum()) or text.strip()


def likeness(one: str, other: str) -> int:
    """How alike two folded texts are, in percent; a text longer than any name is like none: comparing it would take long."""
    if not one or not other or max(len(one), len(other)) > _LONGEST:
        return 0
    return round(100 * SequenceMatcher(None, one, other, autojunk=False).ratio())


def nearest(text: str, among: Iterable[str], count: int = 3) -> list[str]:
    """The texts most like this one, the likest first; of equals the one that stands first."""
    folded = fold(text)
    return sorted(among, key=lambda other: -likeness(folded, fold(other)))[:count]
