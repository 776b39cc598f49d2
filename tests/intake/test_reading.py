"""From bytes to tables: text files and workbooks, and what cannot be read."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta

import openpyxl
import pytest

from intake.builders import DOSSIERS, csv_bytes, errors, parse, placed, refusal, saved, value, warnings, xlsx_bytes
from tracker.core.cases import KINDS
from tracker.core.problems import UsageError
from tracker.intake import PROBLEM_CODES, read_file

HEADER = DOSSIERS.split(",")
GOOD = csv_bytes(DOSSIERS, "1,660,P1,2018-01-02")


def at(*parts: int) -> datetime:
    """Wall-clock time, as a spreadsheet keeps it."""
    return datetime(*parts)


def kind_of(name: str, data: bytes) -> str:
    (table,), _ = read_file(name, data)
    assert table.kind is not None
    return table.kind.name


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_text_is_read_in_each_encoding_with_each_delimiter(delimiter, encoding, newline):
    text = newline.join(
        delimiter.join(cells)
        for cells in (["code", "unit", "procedure", "received_at", "note"], ["1", "660", "P1", "2018-01-02", "đủ"])
    )
    assert value(parse("x.csv", text.encode(encoding)), "note") == "đủ"


def test_a_quoted_field_may_hold_delimiters_quotes_and_lines():
    rows = parse("dossiers.csv", csv_bytes(f"{DOSSIERS},note", '1,660,P1,2018-01-02,"a, ""b""\nc"', "2,660,P1,2018-01-02,"))
    assert rows.frame["note"].tolist() == ['a, "b"\nc', None]
    assert list(rows.frame.index) == [2, 3]


def test_an_unclosed_quote_names_the_row_it_opens_in():
    _, (problem,) = read_file(
        "dossiers.csv", csv_bytes(DOSSIERS, "1,660,P1,2018-01-02", '2,"660,P1,2018-01-02', "3,660,P1,2018-01-02")
    )
    assert placed(problem) == ("bad_quote", 3, None)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n  \n", "empty"),
        ("a.csv", "đủ,ă".encode("cp1258", "ignore") + b"\xff", "encoding"),
        ("a.csv", b"MZ\x90\x00" + bytes(100), "not_text"),
        ("a.csv", bytes(1000), "not_text"),
        ("a.csv", xlsx_bytes(HEADER), "not_text"),
        ("a.csv", b"colour,size\n1,2\n", "unknown_kind"),
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", GOOD, "not_xlsx"),
        ("a.xlsx", b"<html><table></table></html>", "not_xlsx"),
        ("a.xlsx", xlsx_bytes(HEADER)[:2000], "corrupt"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.xlsm", xlsx_bytes(HEADER), "macro"),
        ("a.csv", ",".join(f"c{number}" for number in range(600)).encode(), "too_many_columns"),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_reason(name, data, code):
    assert refusal(name, data) == code


def zip_of(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_zip_that_is_no_workbook_is_refused():
    assert refusal("a.xlsx", zip_of(readme=b"hello")) == "not_xlsx"


def test_a_zip_of_too_many_parts_is_refused():
    assert refusal("a.xlsx", zip_of(**{f"part{number}": b"" for number in range(1001)})) == "too_many_parts"


def test_a_part_that_unpacks_beyond_all_measure_is_refused_unread():
    assert refusal("a.xlsx", zip_of(sheet=bytes(30_000_000))) == "too_big_unpacked"


def test_a_document_type_inside_a_workbook_is_refused():
    parts = with_part(xlsx_bytes(HEADER), "xl/sharedStrings.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><sst/>')
    assert refusal("a.xlsx", parts) == "dtd"


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    return zip_of(**{**parts, name: content})


def test_a_cell_in_the_last_corner_of_the_sheet_ends_only_the_reading_process():
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "code"
    workbook.active["XFD1048576"] = 1
    assert refusal("a.xlsx", saved(workbook)) == "too_large_area"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("dossiers.csv", "dossiers"),
        ("Dossiers_2018.csv", "dossiers"),
        ("2018 dossiers.csv", "dossiers"),
        ("staff-new.csv", "staff"),
    ],
)
def test_a_file_is_known_by_its_name(name, kind):
    assert kind_of(name, GOOD) == kind


@pytest.mark.parametrize("kind", list(KINDS.values()), ids=list(KINDS))
def test_a_file_with_all_columns_of_a_kind_is_known_by_its_header(kind):
    header = ",".join(column.name for column in kind.columns)
    assert kind_of("export.csv", csv_bytes(header, header)) == kind.name


def test_a_register_with_its_required_columns_only_is_known_by_them():
    assert kind_of("x.csv", b"code,name\nP1,x\n") == "procedures"
    assert kind_of("x.csv", b"code,name,kind\nU1,x,other\n") == "units"


def test_the_kind_given_by_the_person_wins_and_must_exist():
    (table,), _ = read_file("units.csv", GOOD, "dossiers")
    assert table.kind is KINDS["dossiers"]
    with pytest.raises(UsageError):
        read_file("units.csv", GOOD, "castles")


def test_a_file_name_is_shown_without_its_path_and_without_hidden_characters():
    (table,), _ = read_file("../../etc/dossiers\r\n\u202e.csv", GOOD)
    assert table.file == "dossiers.csv"


def test_typed_cells_of_a_workbook_become_the_one_spelling():
    rows = parse(
        "x.xlsx",
        xlsx_bytes(
            [*HEADER, "due_at", "completed_at", "paused_minutes", "rating"],
            [123, "0660"[1:], "P1", date(2018, 1, 2), at(2018, 1, 9), at(2018, 1, 5, 16, 30, 15), 90.0, 4.5],
        ),
    )
    assert rows.problems == ()
    assert rows.frame.loc[2].tolist() == [
        "123",
        "660",
        "P1",
        "2018-01-02 00:00:00",
        "2018-01-09 23:59:59",
        "2018-01-05 16:30:15",
        "90",
        "4.5",
    ]


def test_a_moment_kept_as_a_fraction_of_a_day_is_rounded_to_its_second():
    rows = parse(
        "x.xlsx", xlsx_bytes(HEADER, ["1", "660", "P1", at(2018, 1, 2, 7, 29, 59) + timedelta(microseconds=999_600)])
    )
    assert value(rows, "received_at") == "2018-01-02 07:30:00"


def test_a_bare_number_in_a_date_column_of_a_workbook_is_no_date():
    assert errors(parse("x.xlsx", xlsx_bytes(HEADER, ["1", "660", "P1", 43102]))) == [("bad_date", 2, "received_at")]


def test_a_number_with_a_fraction_is_no_count():
    rows = parse("x.xlsx", xlsx_bytes([*HEADER, "paused_minutes"], ["1", "660", "P1", date(2018, 1, 2), 1.234]))
    assert errors(rows) == [("not_an_integer", 2, "paused_minutes")]


def test_title_rows_above_the_header_are_passed_over():
    rows = parse("x.xlsx", xlsx_bytes(["Danh sách hồ sơ"], [], HEADER, ["1", "660", "P1", date(2018, 1, 2)]))
    assert list(rows.frame.index) == [4]


def test_each_visible_sheet_is_a_table_and_hidden_or_foreign_ones_are_named():
    workbook = openpyxl.Workbook()
    workbook.active.title = "units"
    for row in (["code", "name", "kind"], ["U1", "Một", "other"]):
        workbook.active.append(row)
    notes, staff, hidden = (workbook.create_sheet(name) for name in ("Ghi chú", "Sheet3", "secret"))
    notes.append(["please read"])
    staff.append(["code", "unit", "name", "title"])
    staff.append(["S1", "660", "A", "B"])
    hidden.append(["code", "unit"])
    hidden.sheet_state = "hidden"
    workbook.create_sheet("blank")
    tables, problems = read_file("dossiers.xlsx", saved(workbook))
    assert [(table.sheet, table.kind and table.kind.name) for table in tables] == [("units", "units"), ("Sheet3", "staff")]
    assert [(problem.code, problem.place.sheet) for problem in problems] == [
        ("sheet_ignored", "Ghi chú"),
        ("hidden_sheet", "secret"),
    ]


def test_hidden_rows_are_read_and_counted():
    workbook = openpyxl.load_workbook(
        io.BytesIO(xlsx_bytes(HEADER, ["1", "660", "P1", "2018-01-02"], ["2", "660", "P1", "2018-01-02"]))
    )
    workbook.active.row_dimensions[3].hidden = True
    tables, (problem,) = read_file("x.xlsx", saved(workbook))
    assert len(tables[0].frame) == 2
    assert (problem.code, problem.args) == ("hidden_rows", {"count": 1})


def test_a_formula_that_was_never_calculated_is_not_an_empty_cell():
    rows = parse("x.xlsx", xlsx_bytes([*HEADER, "paused_minutes"], ["1", "660", "P1", "2018-01-02", "=1+1"]))
    assert errors(rows) == [("required", 2, "paused_minutes")]


def test_a_formula_with_its_last_value_is_read_and_counted():
    sheet = with_part(
        xlsx_bytes([*HEADER, "paused_minutes"], ["1", "660", "P1", "2018-01-02", 1]),
        "xl/worksheets/sheet1.xml",
        SHEET_WITH_FORMULAS,
    )
    tables, (problem,) = read_file("dossiers.xlsx", sheet)
    assert (problem.code, problem.args) == ("formula_values", {"count": 3})
    assert tables[0].frame.loc[2].tolist() == ["7", "2", "#N/A", ""]


SHEET_WITH_FORMULAS = b"""<?xml version="1.0"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="str"><v>code</v></c><c r="B1" t="str"><v>unit</v></c><c r="C1" t="str"><v>procedure</v></c>
<c r="D1" t="str"><v>received_at</v></c></row>
<row r="2"><c r="A2"><v>7</v></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="e"><f>NA()</f><v>#N/A</v></c>
<c r="D2" t="str"><f>""</f><v></v></c></row></sheetData></worksheet>"""


def test_a_note_beside_the_table_is_an_unknown_column_and_not_a_fault_of_the_row():
    rows = parse("x.xlsx", xlsx_bytes([*HEADER, None], ["1", "660", "P1", "2018-01-02", "ask Lan"]))
    assert (errors(rows), warnings(rows)) == ([], [("unknown_column", None, "#5")])


def test_text_that_looks_like_a_formula_or_markup_is_kept_letter_for_letter():
    rows = parse("dossiers.csv", csv_bytes(f"{DOSSIERS},note", '1,660,P1,2018-01-02,"=HYPERLINK(""http://x"") <b>![](y)"'))
    assert value(rows, "note") == '=HYPERLINK("http://x") <b>![](y)'


def test_every_problem_code_names_its_arguments_once():
    assert all(len(set(args)) == len(args) for args in PROBLEM_CODES.values())
