"""Workbooks hold the board's own figures, say what they rest on, compute nothing, and come out alike every time."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from builders import TODAY, act, put, put_campaign
from lives import AFTER, put_year, take
from people import put_each_role

from tracker.core.problems import UsageError
from tracker.core.rounding import round_half_up
from tracker.export import pdf
from tracker.services.access import OPERATOR, VISITOR, DeniedError
from tracker.services.proposals import list_entries
from tracker.services.review import Assignment, assign
from tracker.services.review_tasks import Charge
from tracker.services.standings import Question, show_board
from tracker.services.steps import Step
from tracker.services.workbooks import WORKBOOKS, Asked, workbook

# "m" counts whenever it is reported; "n" waits for its report; where no dossier came in, "d"'s points go to "m" and "n".
RULEBOOK = """
code = "small"
version = 1
title = {vi = "Thi đua nhỏ", en = "Small campaign"}
basis = "test"
total = 100

[[reported]]
measure = "m"
title = {vi = "Sáng kiến", en = "Initiatives"}

[[reported]]
measure = "n"
title = {vi = "Số hóa", en = "Digitised"}

[[criterion]]
code = "work"
title = {vi = "Công việc", en = "Work"}
points = 100
  [[criterion.indicator]]
  code = "work.m"
  title = {vi = "=cmd|'/c calc'!A1", en = "m"}
  points = 30
  basis = "test"
  formula = {kind = "linear", measure = "m", lo = 0, hi = 3}
  [[criterion.indicator]]
  code = "work.n"
  title = {vi = "Số hóa", en = "n"}
  points = 30
  basis = "test"
  formula = {kind = "linear", measure = "n", lo = 0, hi = 3}
  [[criterion.indicator]]
  code = "work.d"
  title = {vi = "Đúng hạn", en = "On time"}
  points = 40
  basis = "test"
  formula = {kind = "ratio", numerator = ["done_on_time"], denominator = ["received", "carried"]}

[[award]]
code = "flag"
title = {vi = "Cờ thi đua", en = "Banner"}
places = 1
boundary_tie = "committee"

[[criticism]]
code = "low"
title = {vi = "Điểm quá thấp", en = "Score too low"}
level = "criticise"
below_score = 45
"""
QUESTION = Question("nho", "2025")
SPAN = {"period_from": "2025-01-01", "period_to": "2025-12-31"}
NAMES = [
    "Xã <Đắk> & \"Mây\" 'một' `hai`",
    unicodedata.normalize("NFD", "Phường Thới Hòa"),
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "http://evil.example/a",
]  # fmt: skip


def put_province(engine, names, cluster="c") -> None:
    """A unit a name: `m` is 1, 2, 3, 0, 1, …; the first two report `n`, all but the third have a dossier in time."""
    put(engine, "procedures", {"code": "P1", "name": "=1+1"})
    units = [f"U{at}" for at in range(len(names))]
    if not names:
        put(engine, "units", {"code": "X", "name": "Không dự thi", "kind": "other"})
    else:
        put(engine, "units", *({"code": unit, "name": name, "kind": "commune", "cluster": cluster}
                               for unit, name in zip(units, names, strict=True)))  # fmt: skip
        reported = [{"unit": unit, "measure": "m", "value": str((at + 1) % 4), **SPAN} for at, unit in enumerate(units)]
        reported += [{"unit": unit, "measure": "n", "value": "0", **SPAN} for unit in units[:2]]
        put(engine, "reported", *reported)
        days = {"received_at": "2025-03-01 08:00:00", "due_at": "2025-03-09 08:00:00", "completed_at": "2025-03-05 08:00:00"}
        timely = [{"code": f"=D{unit}", "unit": unit, "procedure": "P1", **days} for unit in units if unit != "U2"]
        put(engine, "dossiers", *timely)
    put_campaign(engine, "nho", begins="2025-01-01", ends="2025-12-31", rulebook=RULEBOOK, every="year")


def made(engine, kind, language="vi", actor=OPERATOR, unit="U0", indicator="work.d"):
    return workbook(engine, kind, Asked(QUESTION, language, unit, indicator), actor, TODAY).data


@pytest.fixture
def engine(sqlite_engine):
    put_province(sqlite_engine, NAMES)
    return sqlite_engine


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def table(page, first: str) -> list[dict[str, object]]:
    """The rows under the line of titles, which begins with `first`."""
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    head = next(at for at, line in enumerate(lines) if line[0] == first)
    rows = (line for line in lines[head + 1 :] if any(cell is not None for cell in line))
    return [dict(zip(lines[head], line, strict=True)) for line in rows]


def exact(cell: object) -> Fraction:
    return Fraction(Decimal(repr(cell)))


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_every_figure_of_the_standings_and_of_the_matrix_is_the_boards(engine):
    board = show_board(engine, QUESTION, TODAY, VISITOR)
    rows = table(opened(made(engine, "standings"))["Bảng xếp hạng"], "Hạng")
    matrix = table(opened(made(engine, "matrix"))["Điểm chỉ tiêu"], "Hạng")
    assert [row["Mã"] for row in rows] == [row["Mã"] for row in matrix]
    for row, points in zip(rows, matrix, strict=True):
        place = board.place(row["Mã"])
        assert row["Đơn vị"] == board.offices[row["Mã"]].name
        assert (row["Hạng"], exact(row["Điểm"])) == (place.rank, place.score.score)
        assert exact(row["Công việc"]) == round_half_up(place.score.criterion("work").points, 2)
        for head, cell in list(points.items())[4:]:
            line = place.score.line(head.rpartition("(")[2].rstrip(")"))
            if isinstance(cell, str):
                assert line.points == 0
            else:
                assert exact(cell) == round_half_up(line.points, 2)


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_a_missing_report_nothing_to_count_and_a_real_zero_are_told_apart(engine):
    rows = {row["Mã"]: list(row.values())[4:] for row in table(opened(made(engine, "matrix"))["Điểm chỉ tiêu"], "Hạng")}
    assert rows["U0"][1:] == [0, 40]
    assert rows["U2"][1:] == ["Chờ báo cáo", "Không phát sinh"]
    shares = {row["Mã"]: list(row.values())[4:] for row in table(opened(made(engine, "matrix"))["Tỷ lệ đạt"], "Hạng")}
    assert shares["U1"] == [0.666667, 0, 1]


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_the_lists_hold_every_entry_with_its_reasons_and_the_unit_sheet_every_line(engine):
    board = show_board(engine, QUESTION, TODAY, VISITOR)
    book = opened(made(engine, "lists", "en"))
    for name, title in (("reward", "Commendation"), ("criticism", "Criticism"), ("ruled_out", "Ruled out")):
        entries, rows = list_entries(board)[name], table(book[title], "List")
        assert [(entry.unit, entry.rank, entry.score) for entry in entries] == [
            (row["Code"], row["Rank"], exact(row["Score"])) for row in rows
        ]
        assert all(row["Reason"] for row in rows)
    *lines, total = table(opened(made(engine, "unit"))["Chỉ tiêu"], "Tiêu chí")
    score = board.place("U0").score
    assert [(row["Mã"], exact(row["Điểm đạt"])) for row in lines] == [
        (line.code, line.points) for part in score.criteria for line in part.lines
    ]
    assert exact(total["Điểm đạt"]) == score.score


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_the_review_holds_what_fell_short_with_its_averages_and_every_task(engine):
    # U0 to U5 report 1, 2, 3, 0, 1, 2 of "m", which gives 10 points each. U2, without a dossier, may earn 50 by it and
    # has all: the mean share is 9/18 or 1/2, in U0's points 15.
    charge = Charge("Tổ Một cửa", "=Ông A", "Rà soát", date(2026, 7, 7))
    assign(engine, QUESTION, "U0", Assignment("work.m", charge), act(TODAY))
    book = opened(made(engine, "review"))
    rows = {row["Mã"]: row for row in table(book["Chỉ tiêu còn thấp"], "Chỉ tiêu")}
    row = rows["work.m"]
    assert [row[head] for head in ("Điểm đạt", "Điểm mất", "Trung bình cụm", "Trung bình tỉnh")] == [10, 20, 15, 15]
    assert (row["Cá nhân chịu trách nhiệm"], row["Tình trạng"]) == ("=Ông A", "sắp đến hạn 07/07/2026")
    assert rows["work.n"]["Tình trạng"] == "chưa giao"
    (task,) = table(book["Việc khắc phục"], "Chỉ tiêu")
    assert (task["Điểm lúc giao"], task["Điểm hiện xem"], task["Tác động"]) == (10, 10, 0)
    assert task["Điểm lúc hoàn thành"] == "–"


@pytest.mark.parametrize("kind", WORKBOOKS)
@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_nothing_from_the_data_is_a_formula_or_a_link_and_names_stand_letter_for_letter(engine, kind):
    data = made(engine, kind)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        sheets = [archive.read(name).decode() for name in names if name.startswith("xl/worksheets/sheet")]
    assert not [name for name in names if "externalLink" in name or "vba" in name.lower()]
    assert all("<f>" not in sheet and "hyperlink" not in sheet.lower() for sheet in sheets)
    cells = [cell for page in opened(data) for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    wanted = {"unit": NAMES[:1], "review": NAMES[:1], "cases": ["=DU0", "=1+1"], "lists": NAMES[2:3]}.get(kind, NAMES)
    assert set(wanted) <= {cell.value for cell in cells}


@pytest.mark.parametrize("count", [0, 1, 100, 500])
@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_no_unit_one_and_hundreds_are_written(sqlite_engine, count):
    put_province(sqlite_engine, [f"Xã {at}" for at in range(count)])
    for kind, page in (("standings", "Bảng xếp hạng"), ("matrix", "Điểm chỉ tiêu")):
        rows = table(opened(made(sqlite_engine, kind))[page], "Hạng")
        assert len([row for row in rows if row["Mã"]]) == count
    lists = opened(made(sqlite_engine, "lists"))
    assert lists.sheetnames == ["Biểu dương", "Phê bình", "Không được xét", "Cách tính"]
    if not count:
        assert (
            table(lists["Biểu dương"], "Danh sách")[0]["Danh sách"] == "Kỳ này chưa có đơn vị nào đủ điều kiện biểu dương."
        )


def words_of(data: bytes, name: str = "Cách tính") -> str:
    return "\n".join(str(cell.value) for row in opened(data)[name].iter_rows() for cell in row if cell.value is not None)


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_a_live_result_is_called_provisional_and_says_what_it_was_computed_from(engine):
    said = words_of(made(engine, "standings"))
    board = show_board(engine, QUESTION, TODAY, VISITOR)
    assert "BẢN TẠM TÍNH (PROVISIONAL)" in said
    assert "31/12/2025" in said
    assert "small@1" in said
    assert board.setting.rulebook.sha256 in said
    assert "tính trực tiếp từ số liệu, chưa chốt" in said
    assert "Điểm quá thấp" in said  # the rules in words


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_a_final_result_gives_the_same_bytes_whatever_happens_afterwards(engine_of_a_final_year):
    asked, database = Asked(Question("thi-dua", "2025"), "vi", "A", "ontime.rate"), engine_of_a_final_year
    kinds = ("standings", "lists", "matrix", "unit", "cases")
    before = {kind: workbook(database, kind, asked, OPERATOR, AFTER).data for kind in kinds}
    put_each_role(database)  # the log goes on
    put(database, "units", {"code": "B", "name": "Tên mới", "kind": "commune", "cluster": "c"}, today=AFTER)
    assert {kind: workbook(database, kind, asked, OPERATOR, AFTER).data for kind in kinds} == before
    said = words_of(before["standings"])
    kept = show_board(database, asked.question, AFTER, OPERATOR).setting.result
    assert kept.digests["results_sha256"] in said
    assert "PROVISIONAL" not in said


@pytest.fixture
def engine_of_a_final_year(sqlite_engine):
    put_year(sqlite_engine)
    take(sqlite_engine, Step.FREEZE, Step.PUBLISH, Step.FINALISE)
    return sqlite_engine


def test_cases_and_data_quality_are_given_to_those_only_who_may_see_them(sqlite_engine):
    put_year(sqlite_engine)
    people = put_each_role(sqlite_engine)
    question = Question("thi-dua", "2025")

    def ask(kind, who, unit="A"):
        return workbook(sqlite_engine, kind, Asked(question, "vi", unit, "ontime.rate"), people[who], AFTER)

    assert ask("cases", "unit").data
    for who, unit in (("unit", "B"), ("viewer", "A")):
        with pytest.raises(DeniedError):
            ask("cases", who, unit)
    with pytest.raises(DeniedError):
        ask("quality", "viewer")
    assert ask("standings", "viewer").data


def test_what_is_unknown_is_said(engine):
    for kind, unit, indicator, code in (
        ("cats", "U0", "work.m", "unknown_workbook"),
        ("unit", "X", "", "unit_not_competing"),
        ("cases", "U0", "work.x", "unknown_indicator"),
    ):
        with pytest.raises(UsageError) as refused:
            made(engine, kind, unit=unit, indicator=indicator)
        assert refused.value.code == code


@pytest.mark.skipif(pdf.find_program() is None, reason="LibreOffice is not installed on this machine")
def test_a_workbook_opens_in_libreoffice(engine):
    assert (pdf.to_pdf(made(engine, "standings"), "xlsx") or b"").startswith(b"%PDF-")
