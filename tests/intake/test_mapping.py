"""From the headings of one-stop systems to our columns: applied where certain, suggested where alike, chosen by people."""

from __future__ import annotations

import random
import tomllib
import unicodedata

import pytest

from intake.builders import KNOWN, TODAY, csv_bytes, errors, parse, placed, warnings, xlsx_bytes
from tracker.core.cases import KINDS
from tracker.core.problems import UsageError
from tracker.intake import ReadingChoices, describe_mapping, fingerprint, map_table, parse_table, read_file
from tracker.intake.folding import fold, likeness
from tracker.intake.headers import How, names_of
from tracker.intake.mapping import suggest
from tracker.intake.synonyms import FOLDER, UNIT_PARENT, columns_of, headings, headings_beside
from tracker.text import say

WITH_SYNONYMS = ("units", "procedures", "postings", "dossiers", "feedback", "surveys", "reported", "staff")
LISTED = tomllib.loads((FOLDER / "synonyms.toml").read_text("utf-8"))


def listed(kind: str) -> list[tuple[str, str]]:
    """Every heading of that kind with its column."""
    own, beside = dict(LISTED[kind]), LISTED[kind].get("beside", {})
    own.pop("beside", None)
    return [(heading, name) for table in (own, beside) for name, words in table.items() for heading in words]


EVERY = [(kind, heading, name) for kind in WITH_SYNONYMS for heading, name in listed(kind)]


def table_of(*lines: str, name: str = "ho so.csv"):
    (table,), problems = read_file(name, csv_bytes(*lines))
    assert problems == []
    return table


def test_headings_are_compared_without_accents_capitals_blanks_and_signs():
    assert {fold(text) for text in ("Mã hồ sơ", "MÃ HỒ SƠ", "ma_ho_so", "MaHoSo", " Mã  hồ\nsơ (*) ")} == {"mahoso"}
    assert fold("Đơn vị") == fold("don vi") == fold(unicodedata.normalize("NFD", "ĐƠN VỊ")) == "donvi"
    assert fold(" ✓ ") == "✓"


@pytest.mark.parametrize("kind", WITH_SYNONYMS)
def test_no_heading_stands_for_two_columns_of_one_kind(kind):
    seen: dict[str, str] = {fold(column.name): column.name for column in KINDS[kind].columns}
    for heading, name in listed(kind):
        assert seen.setdefault(fold(heading), name) == name, heading


@pytest.mark.parametrize("kind", WITH_SYNONYMS)
def test_every_column_of_a_kind_has_headings_and_no_other_name_is_listed(kind):
    names = {name for _, name in listed(kind)}
    assert names == set(columns_of(KINDS[kind]))


@pytest.mark.parametrize("kind", WITH_SYNONYMS)
def test_what_our_screens_call_a_column_is_one_of_its_headings(kind):
    for column in KINDS[kind].columns:
        assert names_of([say("vi", f"column.{column.name}")], KINDS[kind]) == (column.name,)


def spellings(heading: str, seed: str) -> list[str]:
    """The heading as offices might write it."""
    chance = random.Random(seed)
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", heading.replace("đ", "d").replace("Đ", "D")) if letter.isascii()
    )
    spaced = "".join(letter if letter != " " else chance.choice(["  ", "\n", "_", "\u00a0", " - "]) for letter in heading)
    signed = chance.choice(["{} (*)", "[{}]", "{}:", " {}\u200b", "{}."]).format(heading)
    apart = unicodedata.normalize("NFD", heading)
    return [heading.upper(), heading.lower(), bare, bare.title().replace(" ", ""), apart, spaced, signed]


@pytest.mark.parametrize("kind", WITH_SYNONYMS)
def test_every_spelling_of_every_heading_means_the_same_column(kind):
    for heading, name in listed(kind):
        for spelling in spellings(heading, f"{kind} {heading}"):
            assert names_of([spelling], KINDS[kind]) == (name,), spelling


@pytest.mark.parametrize("drop", range(3))
def test_close_spellings_are_suggested_and_never_applied(drop):
    """A heading with letters left out is no heading of the list: whatever it looks like, it is not read."""
    chance = random.Random(drop)
    for kind, heading, _ in EVERY:
        folded = fold(heading)
        at = chance.randrange(len(folded))
        misspelt = folded[:at] + "qq" + folded[at + 1 :]
        if misspelt in headings(KINDS[kind]) or misspelt in headings_beside(KINDS[kind]):
            continue
        assert names_of([misspelt], KINDS[kind]) == ("",)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Ngày hẹn trả", "due_at"),
        ("Ngày hẹn trả kết quả", "due_at"),
        ("NgayHenTra", "due_at"),
        ("Ngày trả", "returned_at"),
        ("Ngày trả kết quả", "returned_at"),
        ("Ngày hẹn trả lại", "extended_due_at"),
        ("Ngày kết thúc xử lý", "completed_at"),
        ("NgayNopHoSo", "submitted_at"),
        ("Đơn vị xử lý", "unit"),
        ("Cán bộ thụ lý", "officer"),
        ("Ngày hẹn trà lời", ""),
        ("Ngày hẹn trả KQ giấy", ""),
    ],
)
def test_the_day_of_appointment_and_the_day_of_return_are_never_confused(heading, name):
    assert names_of([heading], KINDS["dossiers"]) == (name,)


def test_a_misspelt_heading_is_suggested_with_its_confidence_and_warned_of():
    rows = parse("dossiers.csv", csv_bytes("code,unit,procedure,received_at,Ngày hẹn trả kq gấp", "1,660,P1,2018-01-02,x"))
    assert warnings(rows) == [("column_suggested", None, "Ngày hẹn trả kq gấp")]
    assert rows.problems[0].args["suggested"] == "due_at"
    assert 75 <= rows.problems[0].args["confidence"] < 100
    assert "due_at" not in rows.columns


def test_a_suggestion_is_only_for_a_column_that_is_still_free():
    assert suggest("Ngày hẹn trả kq gấp", KINDS["dossiers"], ["due_at"])[0] == "due_at"
    assert suggest("Ngày hẹn trả kq gấp", KINDS["dossiers"], ["rating"]) == ("", 0)
    assert suggest("STT", KINDS["dossiers"], ["status"]) == ("", 0)


HEADER = "STT,Mã hồ sơ,Đơn vị xử lý,Mã TTHC,Tên TTHC,Ngày tiếp nhận,Màu sắc"
ROW = "1,HS1,660,P1,Khai sinh,02/01/2018 08:00,đỏ"


def test_each_source_column_is_described_with_how_it_was_found_and_samples():
    table = table_of(HEADER, ROW, ROW.replace("HS1", "HS2"))
    found = {column.heading: column for column in describe_mapping(table, KINDS["dossiers"])}
    assert [(name, column.column, column.how) for name, column in found.items()] == [
        ("STT", "", How.NONE),
        ("Mã hồ sơ", "code", How.SYNONYM),
        ("Đơn vị xử lý", "unit", How.SYNONYM),
        ("Mã TTHC", "procedure", How.SYNONYM),
        ("Tên TTHC", "", How.NONE),
        ("Ngày tiếp nhận", "received_at", How.SYNONYM),
        ("Màu sắc", "", How.NONE),
    ]
    assert found["Mã hồ sơ"].samples == ("HS1", "HS2")
    assert (found["Mã hồ sơ"].confidence, found["Màu sắc"].confidence) == (100, 0)


def test_a_name_is_read_only_where_no_code_is_there():
    assert names_of(["Mã TTHC", "Tên TTHC"], KINDS["dossiers"]) == ("procedure", "")
    assert names_of(["Tên TTHC", "Đơn vị"], KINDS["dossiers"]) == ("procedure", "unit")


def test_columns_nobody_needs_are_left_out_without_a_word_and_others_are_warned_of():
    rows = parse("ho so.csv", csv_bytes(HEADER, ROW))
    assert warnings(rows) == [("unknown_column", None, "Màu sắc")]
    assert rows.columns == ("code", "unit", "procedure", "received_at")
    assert rows.frame.loc[2].tolist() == ["HS1", "660", "P1", "2018-01-02 08:00:00"]


def test_a_person_maps_columns_leaves_them_out_and_frees_what_was_found():
    table = table_of(HEADER + ",Mốc A", ROW + ",03/01/2018")
    mapping = {"mau sac": "note", "Mốc A": "received_at", "#5": ""}
    chosen = map_table(table, ReadingChoices(mapping=mapping))
    assert chosen.names == ("", "code", "unit", "procedure", "", "", "note", "received_at")
    described = describe_mapping(chosen, KINDS["dossiers"])
    assert [column.how for column in described] == [
        How.NONE, How.SYNONYM, How.SYNONYM, How.SYNONYM, How.CHOSEN, How.NONE, How.CHOSEN, How.CHOSEN
    ]  # fmt: skip
    assert map_table(table, ReadingChoices(mapping={"no such heading": "note"})).names == table.names
    with pytest.raises(UsageError):
        map_table(table, ReadingChoices(mapping={"STT": "colour"}))


def test_names_of_those_who_complain_can_not_be_mapped():
    table = table_of(
        "Mã PAKN,Đơn vị,Loại PAKN,Ngày tiếp nhận,Người phản ánh", "1,660,Tố cáo,02/01/2018,Nguyễn A", name="x.csv"
    )
    assert table.kind is KINDS["feedback"]
    assert map_table(table, ReadingChoices(mapping={"Người phản ánh": "officer"})).names[4] == ""
    assert describe_mapping(table, KINDS["feedback"])[4].samples == ()


def test_two_source_columns_for_one_of_ours_are_a_problem_that_names_them():
    rows = parse("x.csv", csv_bytes("Mã hồ sơ,Số hồ sơ,Đơn vị,Mã TTHC,Ngày tiếp nhận", "1,2,660,P1,2018-01-02"))
    assert errors(rows) == [("duplicate_column", None, "code")]
    assert rows.problems[0].args == {"headings": ("Mã hồ sơ", "Số hồ sơ")}


def test_a_missing_column_names_the_three_headings_most_like_it():
    rows = parse("x.csv", csv_bytes("Mã hồ sơ,Đơn vị,Mã TTHC,Ngày tiếp nhận kq,Nhận,Màu", "1,660,P1,2018-01-02,,"))
    assert placed(rows.problems[0]) == ("missing_column", None, "received_at")
    assert rows.problems[0].args == {"nearest": ("Ngày tiếp nhận kq", "Nhận", "Màu")}


def test_a_heading_read_as_a_column_that_may_be_missing_is_named_for_one_that_may_not():
    rows = parse("x.csv", csv_bytes("Mã hồ sơ,Đơn vị tiếp nhận,Mã TTHC,Ngày tiếp nhận", "1,660,P1,2018-01-02"))
    assert placed(rows.problems[0]) == ("missing_column", None, "unit")
    assert rows.problems[0].args["nearest"][0] == "Đơn vị tiếp nhận"


def test_titles_a_header_of_two_rows_and_its_column_numbers_are_read():
    rows = parse(
        "x.xlsx",
        xlsx_bytes(
            ["ỦY BAN NHÂN DÂN TỈNH"],
            ["DANH SÁCH HỒ SƠ"],
            ["STT", "Thông tin hồ sơ", None, None, "Ngày", None, "Ghi chú"],
            [None, "Mã hồ sơ", "Mã TTHC", "Đơn vị xử lý", "Tiếp nhận", "Hẹn trả", None],
            ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
            [1, "HS1", "P1", "660", "02/01/2018 08:00", "09/01/2018", "gấp"],
            sheet="Sheet1",
        ),
    )
    assert rows.problems == ()
    assert dict(rows.frame.loc[6]) == {
        "code": "HS1", "unit": "660", "procedure": "P1", "received_at": "2018-01-02 08:00:00",
        "due_at": "2018-01-09 23:59:59", "note": "gấp",
    }  # fmt: skip


def test_a_heading_that_may_change_what_stands_below_it_makes_it_uncertain():
    rows = parse(
        "x.xlsx",
        xlsx_bytes(
            ["Mã hồ sơ", "Mã TTHC", "Đơn vị xử lý", "Ngày tiếp nhận", "Dự kiến", None],
            [None, None, None, None, "Ngày trả", "Màu"],
            ["HS1", "P1", "660", "02/01/2018 08:00", "09/01/2018", "đỏ"],
            sheet="Sheet1",
        ),
    )
    assert "returned_at" not in rows.columns


def test_our_own_names_in_a_second_row_are_the_header():
    rows = parse(
        "x.csv",
        csv_bytes("Mã hồ sơ,Đơn vị xử lý,Mã TTHC,Tiếp nhận", "code,unit,procedure,received_at", "1,660,P1,2018-01-02"),
    )
    assert (list(rows.frame.index), rows.problems) == ([3], ())


def test_a_text_longer_than_any_name_is_like_none():
    """Comparing a heading of 30,000 letters with all we know took ten seconds."""
    assert likeness("a" * 300, "a" * 300) == 100
    assert likeness("a" * 301, "a" * 301) == 0


def test_a_fingerprint_is_of_the_folded_headings_in_order():
    assert fingerprint(["Mã hồ sơ", "STT", ""]) == fingerprint(["MAHOSO", "stt"])
    assert fingerprint(["Mã hồ sơ", "STT"]) != fingerprint(["STT", "Mã hồ sơ"])


def test_helping_columns_are_read_and_never_stored():
    table = table_of("code,unit,procedure,received_at,unit_parent", "1,660,P1,2018-01-02,67")
    assert table.names[4] == UNIT_PARENT
    assert parse_table(table, KINDS["dossiers"], KNOWN, TODAY).columns == ("code", "unit", "procedure", "received_at")
