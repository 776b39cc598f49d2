"""Days to remember as an iCalendar file (RFC 5545), which any office calendar takes in: whole days, no alarms, no time zone.

An entry keeps its UID as long as it is the same thing, so that a calendar that takes the file in again moves the entry
instead of adding another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

_LINE = 75  # octets of a content line, the break not counted
_HOST = "emulation-tracker"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Entry:
    """A day to remember; `same` is what makes it the same entry whatever its day or words."""

    same: tuple[str, ...]
    day: date
    title: str
    details: str


def write_calendar(name: str, entries: Iterable[Entry], made_on: date) -> bytes:
    """The calendar's bytes; the same entries and day give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Emulation tracker//Worklist//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escape(name)}",
    ]
    for entry in entries:
        lines += _event(entry, made_on)
    lines.append("END:VCALENDAR")
    return b"".join(b"\r\n".join(_fold(line)) + b"\r\n" for line in lines)


def _event(entry: Entry, made_on: date) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{sha256('|'.join(entry.same).encode()).hexdigest()[:32]}@{_HOST}",
        f"DTSTAMP:{made_on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escape(entry.title)}",
        f"DESCRIPTION:{_escape(entry.details)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escape(text: str) -> str:
    """Text as a value: what has a meaning in the format is escaped, what cannot be in it is left out."""
    visible = "".join(letter for letter in text if letter == "\n" or ord(letter) >= ord(" "))
    return visible.translate(_ESCAPES)


def _fold(line: str) -> Iterator[bytes]:
    """The line in pieces of at most 75 octets, each but the first begun by a blank, no letter cut in two."""
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > _LINE:
            yield piece
            piece = b" "
        piece += octets
    yield piece
