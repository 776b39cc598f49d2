"""What a unit takes away of its worklist: a workbook, a calendar of due dates, the text of a daily message."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from builders import WITH_LATENESS, act, put, put_campaign, put_offices
from openpyxl import load_workbook

from tracker.cli import main
from tracker.services import running
from tracker.services.access import OPERATOR
from tracker.services.my_standing import show_standing
from tracker.services.review import Assignment, assign
from tracker.services.review_tasks import Charge, load_tasks
from tracker.services.standings import Question
from tracker.services.work_files import export_calendar, export_workbook, write_digest
from tracker.services.worklist import Tallied, show_worklist
from tracker.store.engine import reading

DAY = date(2026, 6, 30)
DIGEST = """\
VIỆC CẦN LÀM – Đơn vị A – ngày 30/06/2026

Có 3 việc chưa đánh dấu đã xử lý, xếp theo mức cấp bách và số điểm.

Hồ sơ quá hạn chưa xong: 1
  - D3; Khai sinh · P1; hạn 25/06/2026 17:00; quá hạn 3 ngày làm việc; cán bộ cb-1; đã mất 3,33

Hồ sơ sắp đến hạn: 1
  - D5; Khai sinh · P1; hạn 02/07/2026 11:00; cán bộ cb-1; −3,33 nếu để quá hạn

Thiếu văn bản xin lỗi: 1
  - D3; Khai sinh · P1; hạn 25/06/2026 17:00; cán bộ cb-1

Việc đến hạn được tính đến ngày 07/07/2026. Điểm là mức thay đổi của tổng điểm nếu chỉ riêng trường hợp đó khác đi.
"""


@pytest.fixture
def office(sqlite_engine):
    put_offices(sqlite_engine, "A")
    put_campaign(sqlite_engine, begins="2026-01-01", ends="2026-12-31")
    rows = {
        "D1": ("2026-03-10 17:00", "2026-03-09 09:00"),
        "D3": ("2026-06-25 17:00", None),
        "D5": ("2026-07-02 11:00", None),
    }
    put(
        sqlite_engine,
        "dossiers",
        *(
            {
                "code": code,
                "unit": "A",
                "procedure": "P1",
                "officer": "cb-1",
                "received_at": "2026-03-02 08:00",
                "due_at": due,
                "completed_at": done,
            }
            for code, (due, done) in rows.items()
        ),
    )
    return sqlite_engine


@pytest.fixture
def work(office):
    return show_worklist(office, Question("thi-dua", "thi-dua", DAY), "A", DAY, OPERATOR)


def test_the_message_tells_the_pressing_things_first(work):
    assert write_digest(work, "vi") == DIGEST
    assert write_digest(work, "en").startswith("WORKLIST – Đơn vị A – 30 Jun 2026\n\n3 things are not ticked")


def test_the_message_reminds_of_tasks_on_weak_indicators_that_press(office):
    for due, person in ((date(2026, 7, 7), "Ông An"), (date(2026, 7, 8), "Bà Bình")):
        charge = Charge("Bộ phận Một cửa", person, "Đôn đốc", due)
        seen = [one.id for one in load(office)]
        assign(office, Question("thi-dua", "thi-dua"), "A", Assignment("ontime.rate", charge, *seen), act(DAY))
        told = write_digest(show_worklist(office, Question("thi-dua", "thi-dua", DAY), "A", DAY, OPERATOR), "vi")
        assert ("sắp đến hạn 07/07/2026" in told) == (person == "Ông An"), "the other is due in eight days"
    told = write_digest(show_worklist(office, Question("thi-dua", "thi-dua", DAY), "A", date(2026, 7, 9), OPERATOR), "vi")
    assert told.splitlines()[-4:-1] == [
        "Việc khắc phục chỉ tiêu sắp đến hạn hoặc quá hạn: 1",
        "  - Tỷ lệ đúng hạn; Bộ phận Một cửa; Bà Bình; Đôn đốc; quá hạn từ 08/07/2026",
        "",
    ]


def load(engine):
    with reading(engine) as connection:
        return load_tasks(connection, "thi-dua", ["A"])


def test_the_command_line_prints_the_message(office, capsys, monkeypatch):
    monkeypatch.setattr(running, "database", lambda: office)
    code = main(["digest", "A", "--campaign", "thi-dua", "--period", "thi-dua", "--today", "2026-06-30"])
    assert (code, capsys.readouterr().out) == (0, DIGEST)
    assert main(["digest", "Z", "--campaign", "thi-dua", "--period", "thi-dua", "--today", "2026-06-30"]) == 2
    assert "Z" in capsys.readouterr().err


def test_the_workbook_has_what_is_to_be_done_and_what_is_past_mending(work):
    book = load_workbook(io.BytesIO(export_workbook(work, "vi").data))
    assert book.sheetnames == ["Việc cần làm", "Không còn khắc phục được"]
    cells = [[cell.value for cell in row] for row in book["Việc cần làm"].iter_rows(min_row=6)]
    assert cells[0][:4] == ["1", "Giải quyết xong và trả kết quả", "D3", "Khai sinh · P1"]
    assert cells[0][8:10] == ["đã mất 3,33", "Tỷ lệ đúng hạn"]


def test_the_calendar_has_the_days_to_come_and_those_missed_and_the_same_file_each_time(work):
    file = export_calendar(work, "vi")
    text = file.data.replace(b"\r\n ", b"").decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20260702" in text
    assert "SUMMARY:Giải quyết xong trước hạn: D5" in text
    assert file.name.startswith("viec-can-lam-A-2026-06-30-")
    assert export_calendar(work, "vi").data == file.data


def test_of_a_unit_on_tallies_nothing_is_called_none_that_tallies_do_not_say(sqlite_engine):
    """The measure of days late, of apologies and of ratings is unknown; 6 late and 4 overdue stand in no list."""
    put_offices(sqlite_engine, "A")
    rules = (
        WITH_LATENESS
        + """
[[criticism]]
code = "no_apology"
title = {vi = "Thiếu xin lỗi", en = "No apology"}
level = "criticise"
measure = "apologies_missing"
at_least = 3
"""
    )
    put_campaign(sqlite_engine, begins="2026-01-01", ends="2026-12-31", rulebook=rules)
    counts = {"done_early": 120, "done_on_due": 40, "done_late": 6, "pending_in_time": 30, "pending_overdue": 4}
    span = {"period_from": "2026-01-01", "period_to": "2026-03-31"}
    put(sqlite_engine, "tallies", {"unit": "A", **span, "procedure": "", "received_direct": 190, "carried": 10, **counts})
    question, moment = Question("thi-dua", "thi-dua", DAY), datetime(2026, 6, 30, 8)
    work = show_worklist(sqlite_engine, question, "A", DAY, OPERATOR)
    assert (work.tallied, work.lost) == (Tallied(6, 4), ())
    told = write_digest(work, "vi")
    assert "có 6 hồ sơ trả trễ và 4 hồ sơ quá hạn chưa xong" in told
    assert "không có việc nào" not in told
    standing = show_standing(sqlite_engine, question, "A", moment, OPERATOR)
    # 4 points for 190 of 200 in time: 3.8. Finishing what is overdue brings nothing back, and no apology is asked for.
    by_code = {loss.view.line.code: loss for loss in standing.losses}
    assert by_code["ontime.rate"].why.args["n"] == 10
    assert {by_code[code].why.key for code in ("ontime.days", "ontime.satisfied")} == {"why.pending_tallies"}
    assert [loss.remedies for loss in standing.losses] == [(), (), ()]
    assert not {"apologise_late", "apologise_in_time"} & {lever.code for lever in standing.levers}
    (line,) = standing.lines.criticisms
    assert (line.reasons, line.room) == ((), None), "unknown, and not none"
