"""What people call a period: its code is the product's, its name the language's."""

from __future__ import annotations

import re
from datetime import date

from tracker.text.catalogue import Language
from tracker.text.speech import say

_SHAPES = {
    "period.year": re.compile(r"(?P<year>\d{4})"),
    "period.half": re.compile(r"(?P<year>\d{4})-H(?P<half>\d)"),
    "period.quarter": re.compile(r"(?P<year>\d{4})-Q(?P<quarter>\d)"),
    "period.month": re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)"),
}


def name_period(language: Language, code: str, begins: date, ends: date) -> str:
    """The year, half, quarter or month a period is; a period of another shape is named by its first and last day."""
    for key, shape in _SHAPES.items():
        if found := shape.fullmatch(code):
            return say(language, key, **{name: int(figure) for name, figure in found.groupdict().items()})
    return say(language, "period.span", first=begins, last=ends)
