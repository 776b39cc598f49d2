"""Other forms than .xlsx and .csv, and what sheets hide: .xls, .ods, web pages, zips, merged and hidden cells."""

from __future__ import annotations

import io
import struct
import zipfile
from time import process_time

import openpyxl
import pytest
from builders import put_file, put_offices

from intake.builders import DOSSIERS, csv_bytes, errors, parse, placed, refusal, saved, value, warnings, xlsx_bytes
from tracker.core.problems import UsageError
from tracker.intake import ReadingChoices, read_file, web_tables
from tracker.workbook.__main__ import write_lines
from tracker.workbook.notices import RefusedWorkbookError
from tracker.workbook.xls import notice_xls

HEADER = DOSSIERS.split(",")
GOOD = csv_bytes(DOSSIERS, "1,660,P1,2018-01-02")


def zip_of(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_zip_holds_several_case_files_each_with_its_own_name():
    data = zip_of({"a/dossiers.csv": GOOD, "b/dossiers.csv": GOOD, "x/staff.xlsx": staff(), "__MACOSX/._x.csv": b"?"})
    tables, problems = read_file("../gom lại.zip", data)
    assert problems == []
    assert [(table.file, table.kind and table.kind.name) for table in tables] == [
        ("gom lại.zip › dossiers.csv", "dossiers"),
        ("gom lại.zip › dossiers (2).csv", "dossiers"),
        ("gom lại.zip › staff.xlsx", "staff"),
    ]


def staff() -> bytes:
    return xlsx_bytes(["code", "unit", "name"], ["S1", "660", "A"], sheet="Sheet1")


def test_a_zip_in_a_zip_is_refused_and_so_is_one_without_case_files():
    assert refusal("a.zip", zip_of({"dossiers.csv": GOOD, "b.zip": zip_of({"dossiers.csv": GOOD})})) == "nested_archive"
    assert refusal("a.zip", zip_of({"đọc.pdf": b"%PDF"})) == "no_case_files"
    assert refusal("a.zip", b"not a zip") == "corrupt"
    assert refusal("a.zip", zip_of({f"{number}.csv": GOOD for number in range(101)})) == "too_many_parts"
    assert refusal("a.zip", zip_of({"a.csv": bytes(30_000_000)})) == "too_big_unpacked"


def test_what_else_a_zip_holds_is_named():
    _, problems = read_file("a.zip", zip_of({"dossiers.csv": GOOD, "quyết định.pdf": b"%PDF"}))
    assert [(problem.code, problem.place.file) for problem in problems] == [("part_ignored", "a.zip › quyết định.pdf")]


def test_each_file_of_a_zip_is_a_batch_of_its_own(sqlite_engine):
    put_offices(sqlite_engine, "660")
    more = csv_bytes(DOSSIERS, "2,660,P1,2018-01-02")
    outcomes = put_file(sqlite_engine, "t.zip", zip_of({"a/dossiers.csv": GOOD, "b/dossiers.csv": more, "x.pdf": b"%"}))
    assert [(outcome.file, outcome.outcome, outcome.changes.new) for outcome in outcomes] == [
        ("t.zip › x.pdf", "ignored", 0),
        ("t.zip › dossiers.csv", "imported", 1),
        ("t.zip › dossiers (2).csv", "imported", 1),
    ]


PAGE = """<html><head><meta charset="utf-8"><style>td {color: red}</style></head><body>
<table><tr><td>Tỉnh mẫu</td></tr></table>
<table><thead><tr><th>code<th>unit<th>procedure<th>received_at<th>note</tr></thead>
<tr><td rowspan="1">007</td><td rowspan=2>660</td><td>P1</td><td>02/01/2018&nbsp;</td><td>một<br>hai &amp; ba</td></tr>
<tr><td>008<td>P1<td>13/01/2018<td></tr></table></body></html>"""


def test_a_web_page_under_the_name_of_an_old_workbook_is_read():
    rows = parse("Hồ sơ dossiers.xls", PAGE.encode())
    assert errors(rows) == []
    assert rows.frame["code"].tolist() == ["007", "008"]
    assert rows.frame["unit"].tolist() == ["660", "660"]
    assert value_of(rows, 2, "note") == "một\nhai & ba"
    assert ("merged_filled", None, "unit") in warnings(rows)


def value_of(rows, row: int, column: str) -> str | None:
    return rows.frame.loc[row, column]


def test_a_workbook_that_unfolds_into_more_letters_than_any_is_read_no_further():
    """One text of 32,000 letters in 60,000 cells makes a file of 300 kB, and took 2.5 GB of whoever read it."""
    with pytest.raises(RefusedWorkbookError, match="too_large_area"):
        sum(map(len, write_lines([["x" * 32_000]] * 60_000)))


@pytest.mark.parametrize(
    ("tail", "told"),
    [("<a " * 20_000, "corrupt"), ("<script>" * 1_000, "corrupt"), ("<table>" * 1_001, "too_large_area")],
)
def test_a_web_page_that_would_take_minutes_to_read_is_refused_at_once(tail, told):
    begun = process_time()
    assert refusal("dossiers.xls", (PAGE + tail).encode()) == told
    assert process_time() - begun < 5


def test_a_web_page_with_the_name_of_a_new_workbook_is_still_refused():
    assert refusal("dossiers.xlsx", PAGE.encode()) == "not_xlsx"


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>
<table:table table:name="dossiers">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


def ods(*rows: str) -> bytes:
    content = ODS.format(rows="".join(rows)).encode()
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zip_of({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def ods_row(*cells: str, attributes: str = "") -> str:
    made = (
        cell
        if cell.startswith("<")
        else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row {attributes}>{''.join(made)}</table:table-row>"


def test_errors_formulas_and_hidden_rows_of_an_ods_are_noticed():
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    blank = '<table:table-cell table:formula="of:=1+1"/>'
    data = ods(
        ods_row(*HEADER, "paused_minutes"),
        ods_row("1", "660", "P1", "2018-01-02", error),
        ods_row("2", "660", "P1", "2018-01-02", "5", attributes='table:visibility="collapse"'),
        ods_row("3", "660", "P1", "2018-01-02", blank),
    )
    (table,), problems = read_file("x.ods", data)
    assert [(problem.code, problem.args["count"]) for problem in problems] == [("hidden_rows", 1), ("formula_values", 2)]
    assert [(row, cells[4]) for row, cells in table.frame.T.items()] == [(2, "#DIV/0!"), (3, "5"), (4, "=")]


def record(kind: int, *body: bytes) -> bytes:
    content = b"".join(body)
    return struct.pack("<HH", kind, len(content)) + content


def old_workbook(sheet: bytes) -> bytes:
    """The stream of one sheet's records in the sectors of a compound file."""
    beginning = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    where = len(beginning) + 4 + 16 + 4
    globals_ = beginning + record(0x85, struct.pack("<IBBBB", where, 0, 0, 8, 0), b"dossiers") + record(0x0A)
    stream = globals_ + record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + sheet + record(0x0A)
    size = max(4096, -(-len(stream) // 512) * 512)
    sectors = size // 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0) + b"\xff\xff\xff\xff" * 108
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    entries = (("Root Entry", 5, 0xFFFFFFFE, 0), ("Workbook", 2, 2, size), ("", 0, 0, 0), ("", 0, 0, 0))
    directory = b"".join(entry(*of) for of in entries)
    table_sector = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return header + table_sector + directory + stream.ljust(size, b"\0")


def entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + (b"\0\0" if name else b"")
    tree = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + tree
    return head + bytes(36) + struct.pack("<III", start, size, 0)


def test_errors_formulas_and_hidden_rows_of_an_xls_are_noticed():
    hidden = record(0x208, struct.pack("<HHHHHHI", 4, 0, 5, 255, 0, 0, 0x20))
    error = record(0x205, struct.pack("<HHHBB", 1, 4, 0, 7, 1))
    truth = record(0x205, struct.pack("<HHHBB", 1, 3, 0, 1, 0))
    formula = record(0x06, struct.pack("<HHH", 2, 4, 0), b"\x02\0\x2a\0\0\0\xff\xff", bytes(8))
    (notices,) = notice_xls(old_workbook(hidden + error + truth + formula))
    assert (notices.hidden_rows, notices.formulas) == (1, 1)
    assert notices.cells == {1: {4: "#DIV/0!"}, 2: {4: "#N/A"}}


def merged_workbook() -> bytes:
    book = openpyxl.load_workbook(
        io.BytesIO(
            xlsx_bytes(
                ["DANH SÁCH HỒ SƠ"],
                [*HEADER, "paused_minutes"],
                ["1", "660", "P1", "2018-01-02", 10],
                ["2", None, "P1", "2018-01-03", None],
                ["3", "661", "P1", "2018-01-03", 5],
                ["4", None, "P1", "2018-01-03", 5],
            )
        )
    )
    book.active.merge_cells("A1:E1")
    book.active.merge_cells("B3:B4")
    book.active.merge_cells("E3:E4")
    return saved(book)


def test_a_merged_unit_holds_for_its_rows_and_a_merged_amount_for_the_first_only():
    rows = parse("x.xlsx", merged_workbook())
    assert errors(rows) == [("required", 6, "unit")]  # empty and not merged
    assert rows.frame["unit"].tolist() == ["660", "660", "661"]
    assert rows.frame["paused_minutes"].tolist() == ["10", None, "5"]
    assert warnings(rows) == [("merged_filled", None, "unit"), ("merged_left", None, "paused_minutes")]


def hidden_workbook() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(HEADER, ["1", "660", "P1", "2018-01-02"])))
    hidden = book.create_sheet("quý 2")
    hidden.append(HEADER)
    hidden.append(["2", "660", "P1", "2018-01-02"])
    hidden.sheet_state = "hidden"
    return saved(book)


def test_a_hidden_sheet_is_offered_and_read_when_it_is_chosen():
    tables, (problem,) = read_file("x.xlsx", hidden_workbook())
    assert ([table.sheet for table in tables], problem.code, problem.place.sheet) == (["dossiers"], "hidden_sheet", "quý 2")
    (table,), problems = read_file("x.xlsx", hidden_workbook(), ReadingChoices(sheets=("quý 2",)))
    assert (table.sheet, problems) == ("quý 2", [])


def test_a_sheet_that_is_not_there_is_named_with_those_that_are():
    tables, (problem,) = read_file("x.xlsx", hidden_workbook(), ReadingChoices(sheets=("quý 3",)))
    assert (tables, problem.code, problem.args) == ([], "unknown_sheet", {"choices": ("dossiers", "quý 2")})


def test_the_row_of_the_header_may_be_said():
    data = csv_bytes("code,unit,procedure,received_at", "cột 1,cột 2,cột 3,cột 4", DOSSIERS, "1,660,P1,2018-01-02")
    (table,), _ = read_file("dossiers.csv", data, ReadingChoices(header_row=3))
    assert (table.header_row, list(table.frame.index)) == (3, [4])


@pytest.mark.parametrize(
    "choices",
    [
        ReadingChoices(encoding="latin-1"),
        ReadingChoices(delimiter="x"),
        ReadingChoices(date_order="ydm"),
        ReadingChoices(year_base="lunar"),
        ReadingChoices(header_row=0),
    ],
)
def test_an_answer_that_does_not_exist_is_an_error_of_use(choices):
    with pytest.raises(UsageError):
        read_file("dossiers.csv", GOOD, choices)


def test_an_error_in_the_last_column_is_seen_although_the_reader_sees_nothing_there():
    data = xlsx_bytes([*HEADER, "rating"], ["1", "660", "P1", "2018-01-02", "#DIV/0!"])
    assert errors(parse("x.xlsx", data)) == [("error_value", 2, "rating")]


def test_a_problem_of_the_file_has_its_place():
    _, (problem,) = read_file("dossiers.csv", csv_bytes(DOSSIERS, '1,"660,P1,2018-01-02'))
    assert placed(problem) == ("bad_quote", 2, None)
    assert value(parse("dossiers.csv", GOOD), "unit") == "660"


def test_a_saved_page_of_more_rows_than_any_sheet_is_refused_before_it_fills_the_memory(monkeypatch):
    page = b"<table><tr><td>code<td>unit<td>procedure<td>received_at"
    page += b"<tr>" * 9 + b"<tr><td>1<td>660<td>P1<td>2018-01-02</table>"
    assert len(parse("dossiers.xls", page).frame) == 1
    monkeypatch.setattr(web_tables, "MAX_ROWS", 10)
    assert refusal("dossiers.xls", page) == "too_large_area"
