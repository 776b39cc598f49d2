"""Words and codes of one-stop systems, and units and procedures by their names."""

from __future__ import annotations

import pytest

from intake.builders import DOSSIERS, KNOWN, TODAY, csv_bytes, errors, parse, parse_dossier, value, warnings
from tracker.core.cases import KINDS, Type
from tracker.intake import Known, Named, ReadingChoices, Rows, map_table, parse_table, read_file
from tracker.intake.naming import Register
from tracker.intake.synonyms import shown_words, words_of


def parse_chosen(choices: ReadingChoices, known: Known, *lines: str) -> Rows:
    (table,), _ = read_file("dossiers.csv", csv_bytes(*lines))
    return parse_table(map_table(table, choices), KINDS["dossiers"], known, TODAY)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("2", "in_progress"),
        ("4", "in_progress"),
        ("5", "waiting"),
        ("6", "waiting"),
        ("7", "withdrawn"),
        ("8", "stopped"),
        ("9", "completed"),
        ("10", "returned"),
        ("Đã xử lý xong", "completed"),
        ("DA TRA KET QUA", "returned"),
        ("yêu cầu bổ sung", "waiting"),
        ("Công dân yêu cầu rút hồ sơ", "withdrawn"),
        ("Từ chối", "rejected"),
        ("In progress", "in_progress"),
        ("returned", "returned"),
    ],
)
def test_statuses_are_read_as_words_and_as_the_codes_of_one_stop_systems(word, status):
    assert value(parse_dossier(status=word), "status") == status


@pytest.mark.parametrize(
    ("word", "channel"),
    [("1", "counter"), ("2", "online"), ("3", "postal"), ("", "counter"), ("Trực tuyến", "online"), ("buu chinh", "postal")],
)
def test_channels_are_read_as_words_and_codes_and_an_empty_one_is_the_counter(word, channel):
    assert value(parse_dossier(channel=word), "channel") == channel


def test_words_of_units_feedback_surveys_and_levels():
    rows = parse("units.csv", csv_bytes("code,name,kind", "a,A,Sở", "b,B,HUYỆN", "c,C,thi tran", "d,D,Khác"))
    assert list(rows.frame["kind"]) == ["department", "district", "commune", "other"]
    header = "code,unit,kind,received_on,outcome"
    rows = parse(
        "feedback.csv", csv_bytes(header, "1,660,Khiếu nại,2018-01-02,Đúng một phần", "2,660,Tố cáo,2018-01-02,Đúng")
    )
    assert rows.frame[["kind", "outcome"]].to_numpy().tolist() == [
        ["complaint", "partly_upheld"],
        ["denunciation", "upheld"],
    ]
    header = "unit,period_from,period_to,topic,satisfied,responses"
    assert value(parse("surveys.csv", csv_bytes(header, "660,2018-01-01,2018-01-31,Thái độ,1,2")), "topic") == "attitude"
    assert value(parse("procedures.csv", csv_bytes("code,name,level", "P,X,Cấp xã")), "level") == "commune"


def test_levels_of_online_services_and_ticks_are_read_as_words():
    rows = parse("postings.csv", csv_bytes("unit,procedure,counter,site,online_level", "660,P1,✓,Chưa,Toàn trình"))
    assert rows.frame.loc[2, ["counter", "site", "online_level"]].tolist() == ["1", "0", "4"]


def test_an_unknown_word_is_a_problem_with_the_allowed_words():
    rows = parse_dossier(status="Treo")
    assert errors(rows) == [("not_in_list", 2, "status")]
    assert rows.problems[0].args["words"][:2] == ("Đang giải quyết", "Chờ bổ sung")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_value_of_a_choice_has_a_word_of_its_own(kind):
    for column in kind.columns:
        if column.type is Type.CHOICE and kind.name not in ("tallies", "indices"):
            shown = shown_words(kind, column)
            assert len(set(shown)) == len(column.choices)
            assert not set(shown) & set(column.choices)
            assert set(words_of(kind, column).values()) == set(column.choices)


def test_a_person_adds_words_of_a_source_and_may_say_that_a_code_means_something_else():
    choices = ReadingChoices(words={"status": {"Treo": "waiting", "1": "in_progress"}, "channel": {"9": "postal"}})
    header = DOSSIERS + ",Trạng thái,channel"
    rows = parse_chosen(choices, KNOWN, header, "1,660,P1,2018-01-02,TREO,9", "2,660,P1,2018-01-02,1,1")
    assert rows.frame[["status", "channel"]].to_numpy().tolist() == [["waiting", "postal"], ["in_progress", "counter"]]


def test_what_was_refused_at_the_counter_is_left_out_and_what_is_only_submitted_has_no_receipt():
    header = DOSSIERS + ",Trạng thái,submitted_at"
    lines = ["1,660,P1,2018-01-02,3,2018-01-02", "2,660,P1,2018-01-02,1,2018-01-01", "3,660,P1,2018-01-02,Chờ tiếp nhận,",
             "4,660,P1,2018-01-02,2,"]  # fmt: skip
    rows = parse("dossiers.csv", csv_bytes(header, *lines))
    assert warnings(rows) == [("not_received", 2, "status"), ("submitted_only", 3, "status"), ("not_received", 4, "status")]
    assert (list(rows.frame.index), rows.refused) == ([3, 5], 0)
    assert rows.frame.loc[3, ["received_at", "status", "submitted_at"]].tolist() == [None, None, "2018-01-01 00:00:00"]


@pytest.mark.parametrize("code", ["1", "3"])
def test_under_our_own_heading_a_status_of_what_was_never_received_is_a_wrong_word(code):
    assert errors(parse_dossier(status=code, submitted_at="2018-01-02")) == [("not_in_list", 2, "status")]


UNITS = (
    Named("H1", "Huyện Suối Vàng"),
    Named("H2", "Huyện Hồ Xanh"),
    Named("H1.1", "Xã Bình An", "H1"),
    Named("H2.1", "Xã Bình An", "H2"),
    Named("H2.2", "Xã Đắk Lộc", "H2"),
)
REGISTER = Register([], UNITS)


@pytest.mark.parametrize(
    ("text", "parent", "code"),
    [
        ("H1.1", "", "H1.1"),
        ("H1.1", "Huyện Hồ Xanh", "H1.1"),
        ("Xã Đắk Lộc", "", "H2.2"),
        ("XA DAK LOC", "", "H2.2"),
        ("UBND xã Đắk Lộc", "", "H2.2"),
        ("Ủy ban nhân dân xã Đắk Lộc", "", "H2.2"),
        ("Xã Bình An", "", None),
        ("Xã Bình An", "huyen ho xanh", "H2.1"),
        ("Xã Bình An", "H1", "H1.1"),
        ("Xã Bình An", "Tỉnh nào đó", None),
        ("Xã Đắk Lộc", "Tỉnh nào đó", "H2.2"),
        ("Xã Đắk Lộc", "Huyện Suối Vàng", None),
        ("Xã Đắk Lọc B", "", None),
        ("", "", None),
    ],
)
def test_a_unit_is_found_by_code_by_name_with_its_parent_or_by_a_name_only_it_has(text, parent, code):
    assert REGISTER.find(text, parent) == code


def test_the_nearest_units_are_named_with_what_stands_above_them():
    assert REGISTER.nearest("Xã Bình An")[:2] == (
        "Xã Bình An, Huyện Suối Vàng (H1.1)",
        "Xã Bình An, Huyện Hồ Xanh (H2.1)",
    )
    assert REGISTER.nearest("xa dak lok")[0] == "Xã Đắk Lộc, Huyện Hồ Xanh (H2.2)"
    assert REGISTER.nearest("H2.2x")[0] == "Xã Đắk Lộc, Huyện Hồ Xanh (H2.2)"
    assert Register([], []).nearest("x") == ()


NAMES = Known(
    frozenset(one.code for one in UNITS), frozenset({"P1"}), UNITS, (Named("P1", "Thủ tục đăng ký khai sinh " + "x" * 200),)
)


def test_units_receiving_units_and_procedures_stand_in_files_by_name():
    header = "code,unit,receiving_unit,procedure,received_at"
    long_name = "Thủ tục ĐĂNG KÝ khai sinh " + "x" * 200
    rows = parse_chosen(ReadingChoices(), NAMES, header, f"1,Xã Đắk Lộc,Huyện Suối Vàng,{long_name},2018-01-02")
    assert rows.problems == ()
    assert rows.frame.loc[2, ["unit", "receiving_unit", "procedure"]].tolist() == ["H2.2", "H1", "P1"]


def test_a_name_of_two_units_is_a_problem_until_a_person_says_which():
    line = "1,Xã Bình An,P1,2018-01-02"
    rows = parse_chosen(ReadingChoices(), NAMES, DOSSIERS, line)
    assert errors(rows) == [("unknown_unit", 2, "unit")]
    assert rows.problems[0].args["nearest"][0] == "Xã Bình An, Huyện Suối Vàng (H1.1)"
    rows = parse_chosen(ReadingChoices(units={"xã bình an": "H2.1"}), NAMES, DOSSIERS, line)
    assert value(rows, "unit") == "H2.1"
    rows = parse_chosen(ReadingChoices(units={"xã bình an": "gone"}), NAMES, DOSSIERS, line)
    assert errors(rows) == [("unknown_unit", 2, "unit")]


def test_two_spellings_of_one_unit_make_one_key():
    (table,), _ = read_file("postings.csv", csv_bytes("unit,procedure", "Xã Đắk Lộc,P1", "H2.2,P1"))
    assert errors(parse_table(table, KINDS["postings"], NAMES, TODAY)) == [("duplicate", 3, "unit")]


def test_a_grant_is_asked_for_the_unit_that_is_meant():
    (table,), _ = read_file("dossiers.csv", csv_bytes(DOSSIERS, "1,Xã Đắk Lộc,P1,2018-01-02"))
    rows = parse_table(table, KINDS["dossiers"], NAMES, TODAY, frozenset({"H1"}))
    assert errors(rows) == [("not_your_unit", 2, "unit")]


def test_units_of_one_file_may_name_each_other():
    rows = parse(
        "units.csv", csv_bytes("Mã đơn vị,Tên đơn vị,Loại,Đơn vị cấp trên", "A,Huyện A,Huyện,", "B,Xã B,Xã,Huyện A")
    )
    assert rows.problems == ()
    assert rows.frame["parent"].tolist() == [None, "A"]
