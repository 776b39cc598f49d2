"""Where a file can be read in more than one way: settled by the file itself, or asked, never guessed."""

from __future__ import annotations

import unicodedata

import pytest

from intake.builders import (
    DOSSIERS,
    KNOWN,
    TODAY,
    csv_bytes,
    errors,
    parse,
    parse_dossier,
    refusal,
    value,
    warnings,
    xlsx_bytes,
)
from tracker.core.problems import Problem, Severity
from tracker.intake import ReadingChoices, Rows, parse_table, read_file
from tracker.intake.choices import QUESTIONS
from tracker.intake.syllables import from_tcvn3, is_syllable

NOTE = "Đăng ký khai sinh đúng hạn, trường hợp bổ sung giấy tờ"
# The same as a .VnTime font keeps it, read as Latin-1.
TCVN3_NOTE = "§¨ng ký khai sinh ®óng h¹n, tr­êng hîp bæ sung giÊy tê"


def read_dates(column: str, *dates: str, choices: ReadingChoices | None = None, more: dict[str, str] | None = None) -> Rows:
    """Good dossiers, one for each date, with `more` columns alike in all."""
    others = {"received_at": "2018-01-01"} | (more or {})
    others.pop(column, None)
    header = ",".join(["code", "unit", "procedure", *others, column])
    lines = [",".join([str(at), "660", "P1", *others.values(), date]) for at, date in enumerate(dates)]
    (table,), _ = read_file("dossiers.csv", csv_bytes(header, *lines), choices)
    assert table.kind is not None
    return parse_table(table, table.kind, KNOWN, TODAY)


def asked(problems: tuple[Problem, ...]) -> list[tuple[str, str | None, object]]:
    return [
        (problem.code, problem.place.column, problem.args.get("choices"))
        for problem in problems
        if problem.code in QUESTIONS
    ]


def as_cp1258(text: str) -> bytes:
    """The text as Windows keeps it: letters with circumflex, breve or horn, the tone behind them."""
    out = b""
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = next(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            out += (unicodedata.normalize("NFC", parts.replace(tone, "")) + tone).encode("cp1258")
    return out


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1258", "tcvn3"])
def test_an_encoding_that_alone_makes_sense_is_read(encoding):
    text = f'{DOSSIERS},note\n1,660,P1,2018-01-02,"{NOTE}"\n'
    coded = {"cp1258": as_cp1258(text), "tcvn3": text.replace(NOTE, TCVN3_NOTE).encode("latin-1")}
    data = coded.get(encoding) or text.encode(encoding)
    (table,), problems = read_file("dossiers.csv", data)
    assert table.frame.loc[2, 4] is not None
    assert unicodedata.normalize("NFC", table.frame.loc[2, 4]) == NOTE
    assert [problem.code for problem in problems] == (["tcvn3_converted"] if encoding == "tcvn3" else [])


def test_a_text_in_no_encoding_we_know_is_refused_and_so_is_damaged_utf8():
    assert refusal("dossiers.csv", csv_bytes(DOSSIERS) + "\nMüller Größe".encode("latin-1")) == "encoding"
    assert refusal("dossiers.csv", csv_bytes(DOSSIERS, f"1,660,P1,{NOTE}").replace("ợ".encode(), b"\xe1\xbb")) == "encoding"


def test_two_letters_settle_no_encoding_and_it_may_be_chosen():
    data = csv_bytes(f"{DOSSIERS},note") + b"\n1,660,P1,2018-01-02," + "§¨".encode("latin-1")
    _, (problem,) = read_file("dossiers.csv", data)
    assert (problem.code, problem.args) == ("which_encoding", {"choices": ("tcvn3",)})
    (table,), _ = read_file("dossiers.csv", data, ReadingChoices(encoding="tcvn3"))
    assert table.frame.loc[2, 4] == "Đă"


def test_tcvn3_in_one_column_of_a_workbook_is_converted_with_a_notice():
    data = xlsx_bytes([*DOSSIERS.split(","), "officer", "note"], ["1", "660", "P1", "2018-01-02", "Müller", TCVN3_NOTE])
    (table,), (notice,) = read_file("x.xlsx", data)
    assert table.frame.loc[2].tolist()[4:] == ["Müller", NOTE]
    assert (notice.code, notice.severity, notice.args) == ("tcvn3_converted", Severity.WARNING, {"count": 1})


def test_unicode_is_never_taken_for_tcvn3():
    note = "Hồ sơ là của bà Hà, à, 50 µm, §5, café"
    assert value(parse("dossiers.csv", csv_bytes(f"{DOSSIERS},note", f'1,660,P1,2018-01-02,"{note}"')), "note") == note


@pytest.mark.parametrize("word", ["nghiêng", "Đăng", "ký", "quyết", "khuyếch", "ngoằn", "gì", "Thuở", "yêu", "ưỡn"])
def test_a_vietnamese_syllable_is_known(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Müller", "§¨ng", "bæ", "Ãƒ", "éé", "größe"])
def test_what_is_no_syllable_is_none(word):
    assert not is_syllable(word)


def test_every_tcvn3_letter_is_as_iconv_has_it():
    assert from_tcvn3("µ¶·¸¹ ÌÐÎÏÑ ×ÝØÜÞ ßãáâä ïóñòô úýûüþ") == "àảãáạ èéẻẽẹ ìíỉĩị òóỏõọ ùúủũụ ỳýỷỹỵ"


@pytest.mark.parametrize(("sign", "name"), [(",", ","), (";", ";"), ("\t", "tab"), ("|", "|")])
def test_each_delimiter_is_found_or_may_be_chosen(sign, name):
    text = "\n".join(sign.join(cells) for cells in (DOSSIERS.split(","), ["1", "660", "P1", "2018-01-02"])).encode()
    assert value(parse("dossiers.csv", text), "code") == "1"
    (table,), _ = read_file("dossiers.csv", text, ReadingChoices(delimiter=name))
    assert table.header == tuple(DOSSIERS.split(","))


def test_decimal_commas_do_not_part_the_columns_of_a_semicolon_file():
    rows = parse("dossiers.csv", csv_bytes(f"{DOSSIERS},rating".replace(",", ";"), "1;660;P1;2018-01-02;4,5"))
    assert value(rows, "rating") == "4.5"


def test_two_delimiters_that_fit_alike_are_asked_about():
    data = csv_bytes("màu;cỡ,vị;mùi,nơi", "1;a,b;c,d", "2;e,f;g,h")
    _, (problem,) = read_file("x.csv", data, "units")
    assert (problem.code, problem.args) == ("which_delimiter", {"choices": (",", ";")})
    (table,), _ = read_file("x.csv", data, ReadingChoices(kind="units", delimiter=";"))
    assert table.header == ("màu", "cỡ,vị", "mùi,nơi")


def test_excels_own_line_about_the_delimiter_is_no_row():
    rows = parse("dossiers.csv", csv_bytes("sep=;", DOSSIERS.replace(",", ";"), "1;660;P1;2018-01-02"))
    assert list(rows.frame.index) == [3]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("02/01/2018 07:30 SA", "2018-01-02 07:30:00"),
        ("02/01/2018 07:30 CH", "2018-01-02 19:30:00"),
        ("02/01/2018 12:05 SA", "2018-01-02 00:05:00"),
        ("02/01/2018 12:05:09 CH", "2018-01-02 12:05:09"),
        ("2/1/2018 7:30 PM", "2018-01-02 19:30:00"),
        ("16:30 02/01/2018", "2018-01-02 16:30:00"),
        ("08h30 ngày 02/01/2018", "2018-01-02 08:30:00"),
        ("02-01-2018", "2018-01-02 00:00:00"),
        ("2.1.2018 8:05", "2018-01-02 08:05:00"),
        ("2018/01/02", "2018-01-02 00:00:00"),
    ],
)
def test_a_time_as_vietnamese_systems_write_it_is_read(cell, kept):
    assert value(parse_dossier(received_at=cell), "received_at") == kept


def test_a_column_whose_dates_only_fit_month_first_is_read_so_with_a_notice():
    rows = read_dates("received_at", "01/13/2018", "02/28/2018 08:00", "03/04/2018")
    assert rows.frame["received_at"].tolist() == ["2018-01-13 00:00:00", "2018-02-28 08:00:00", "2018-03-04 00:00:00"]
    assert warnings(rows) == [("month_first", None, "received_at")]


def test_one_date_that_fits_month_first_alone_is_a_slip_at_its_cell():
    rows = read_dates("received_at", "02/01/2018", "03/01/2018", "01/13/2018")
    assert errors(rows) == [("bad_date", 4, "received_at")]


def test_a_column_with_days_beyond_twelve_is_read_day_first_whatever_else_stands_there():
    rows = read_dates("received_at", "13/01/2018", "14/01/2018", "01/13/2018", "01/14/2018")
    assert errors(rows) == [("bad_date", 4, "received_at"), ("bad_date", 5, "received_at")]


def test_beside_a_column_with_the_month_first_one_that_fits_both_orders_is_asked_about():
    lines = ["1,660,P1,01/13/2018,02/03/2018", "2,660,P1,01/14/2018,03/04/2018"]
    data = csv_bytes(f"{DOSSIERS},completed_at", *lines)
    rows = parse("dossiers.csv", data)
    assert asked(rows.problems) == [("which_date_order", "completed_at", ("dmy", "mdy"))]
    assert errors(rows) == [("which_date_order", None, "completed_at")]
    (table,), _ = read_file("dossiers.csv", data, ReadingChoices(date_order="mdy"))
    assert table.kind is not None
    answered = parse_table(table, table.kind, KNOWN, TODAY)
    assert answered.problems == ()
    assert answered.frame["completed_at"].tolist() == ["2018-02-03 00:00:00", "2018-03-04 00:00:00"]


def test_two_digit_years_are_refused_and_asked_about():
    rows = read_dates("received_at", "02/01/18")
    assert errors(rows) == [("bad_date", 2, "received_at")]
    assert asked(rows.problems) == [("which_century", "received_at", (1900, 2000))]
    answered = read_dates("received_at", "02/01/18", choices=ReadingChoices(century=2000))
    assert answered.problems == ()
    assert value(answered, "received_at") == "2018-01-02 00:00:00"


def test_years_of_the_buddhist_calendar_are_refused_and_asked_about():
    rows = read_dates("received_at", "02/01/2561")
    assert errors(rows) == [("date_range", 2, "received_at")]
    assert asked(rows.problems) == [("which_year_base", "received_at", ("gregorian", "buddhist"))]
    answered = read_dates("received_at", "02/01/2561", "2561-01-03", choices=ReadingChoices(year_base="buddhist"))
    assert answered.frame["received_at"].tolist() == ["2018-01-02 00:00:00", "2018-01-03 00:00:00"]


def test_letters_that_became_question_marks_refuse_the_row():
    assert errors(parse_dossier(note="b?nh th??ng")) == [("lost_letters", 2, "note")]
    assert errors(parse_dossier(note="H? S? TH?A THI?N")) == [("lost_letters", 2, "note")]


@pytest.mark.parametrize("note", ["đủ chưa?", "Đủ chưa?Chưa", "http://x/a.php?id=1", "? ? ?", "A?"])
def test_a_question_is_not_taken_for_lost_letters(note):
    assert value(parse_dossier(note=note), "note") == note


@pytest.mark.parametrize(("cell", "kept"), [("1.234,5", "1234.5"), ("1.234.567", None), ("12.345", "12.345")])
def test_a_grouped_number_with_a_decimal_comma_can_only_be_one(cell, kept):
    rows = parse_dossier(processing_days=cell)
    if kept is None:
        assert errors(rows) == [("out_of_range", 2, "processing_days")]  # 1,234,567 days
    else:
        assert value(rows, "processing_days") == kept


def test_every_question_can_be_answered_by_a_choice():
    assert set(QUESTIONS.values()) <= set(ReadingChoices.__dataclass_fields__)
