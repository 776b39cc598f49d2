"""The calendar of due dates, octet by octet as RFC 5545 wants it."""

from __future__ import annotations

from datetime import date

from tracker.export.calendar_feed import Entry, write_calendar

DAY = date(2026, 6, 30)
ENTRY = Entry(("A", "dossiers", "D1", "due"), date(2026, 7, 2), "Giải quyết; trước hạn", "Khai sinh, P1\nhạn \\ 17:00")


def unfolded(data: bytes) -> list[str]:
    return data.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def test_a_calendar_is_written_line_by_line():
    assert unfolded(write_calendar("Việc", [ENTRY], DAY)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Emulation tracker//Worklist//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Việc",
        "BEGIN:VEVENT",
        "UID:8c2997fa0912ad1350151a8c19144fbb@emulation-tracker",
        "DTSTAMP:20260630T000000Z",
        "DTSTART;VALUE=DATE:20260702",
        "DTEND;VALUE=DATE:20260703",
        "SUMMARY:Giải quyết\\; trước hạn",
        "DESCRIPTION:Khai sinh\\, P1\\nhạn \\\\ 17:00",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut():
    entry = Entry(("A",), DAY, "Giải quyết hồ sơ đúng hẹn " * 20, "ễ" * 100)
    data = write_calendar("Việc cần làm", [entry], DAY)
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() for line in lines)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert f"SUMMARY:{'Giải quyết hồ sơ đúng hẹn ' * 20}" in unfolded(data)


def test_an_entry_keeps_its_uid_when_its_day_and_words_change():
    moved = Entry(ENTRY.same, date(2026, 8, 1), "khác", "")
    uids = [line for data in (ENTRY, moved) for line in unfolded(write_calendar("x", [data], DAY)) if line.startswith("UID")]
    assert len(set(uids)) == 1


def test_a_name_cannot_begin_a_line_of_its_own():
    entry = Entry(("A",), DAY, "D1\r\nATTENDEE:mailto:x@y", "\x00\x1b")
    lines = unfolded(write_calendar("x", [entry], DAY))
    assert "SUMMARY:D1\\nATTENDEE:mailto:x@y" in lines
    assert "DESCRIPTION:" in lines
