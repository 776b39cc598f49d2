"""Indices of provinces: read long and wide, in any spelling, and told year by year; on both databases."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from builders import act, put_file, put_offices
from people import put_each_role

from tracker.intake.places import name_place
from tracker.services.access import OPERATOR, VISITOR, DeniedError
from tracker.services.batches import undo_batch
from tracker.services.indices import list_indices, list_measured, show_history

HEAD = "index,unit,year,component,score,max_score,average,rank,of\n"


@pytest.fixture
def office(engine):
    put_offices(engine, "A")
    return engine


def known(engine, **asked: str) -> list[tuple]:
    return [
        (one.index, one.unit, one.component, one.year, one.score, one.rank, one.moved)
        for one in list_indices(engine, OPERATOR, **asked)
    ]


def test_a_unit_is_followed_through_the_years_and_its_movement_is_since_the_year_before(office):
    rows = "PAR,Bắc Ninh,2017,,80.5,100,77,26,63\nPAR,Bắc Ninh,2015,,70,100,,45,63\nPAR,Bắc Ninh,2016,,85,100,,9,63\n"
    (outcome,) = put_file(office, "indices.csv", HEAD + rows + "PAR,Bắc Ninh,2019,,,,,12,63\nPAR,A,2017,Thể chế,9,10,,,\n")
    assert (outcome.outcome, outcome.problems) == ("imported", ())
    assert known(office, index="PAR", unit="Bắc Ninh") == [
        ("PAR", "Bắc Ninh", "", 2015, Decimal("70"), 45, None),
        ("PAR", "Bắc Ninh", "", 2016, Decimal("85"), 9, 36),
        ("PAR", "Bắc Ninh", "", 2017, Decimal("80.5"), 26, -17),
        ("PAR", "Bắc Ninh", "", 2019, None, 12, None),
    ]
    assert len(known(office)) == 5
    undo_batch(office, outcome.batch, act())
    assert known(office) == []


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Tỉnh Đắk Nông", "Đắk Nông"),
        ("ĐẮK NÔNG", "Đắk Nông"),
        (unicodedata.normalize("NFD", "tỉnh Đắk Nông"), "Đắk Nông"),
        ("Thành phố Hồ Chí Minh", "Hồ Chí Minh"),
        ("TP. Hồ Chí Minh", "Hồ Chí Minh"),
        ("TP.HCM", "Hồ Chí Minh"),
        ("Bà Rịa-Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("Hoà Bình", "Hòa Bình"),
        ("Huyện Đắk Glei", "Huyện Đắk Glei"),
    ],
)
def test_a_province_has_one_name_however_it_is_written(written, name):
    assert name_place(written) == name


def test_the_same_rows_in_another_spelling_change_nothing(office):
    put_file(office, "indices.csv", HEAD + "PCI,Đắk Nông,2018,,58.16,100,,63,63\n")
    (again,) = put_file(office, "indices_2.csv", HEAD + "PCI,TỈNH ĐẮK NÔNG,2018,,58.16,100,,63,63\n")
    assert (again.changes.new, again.changes.unchanged) == (0, 1)


def test_a_table_with_a_column_for_each_year_gives_a_row_for_each(office):
    text = "STT,Tỉnh/Thành phố,2017,2018,Hạng 2018\n1,Quảng Ninh,70.69,70.36,1\n2,Tỉnh Đắk Nông,55.12,,63\n"
    (outcome,) = put_file(office, "PCI.csv", text)
    assert (outcome.outcome, outcome.problems) == ("imported", ())
    assert known(office) == [
        ("PCI", "Quảng Ninh", "", 2017, Decimal("70.69"), None, None),
        ("PCI", "Quảng Ninh", "", 2018, Decimal("70.36"), 1, None),
        ("PCI", "Đắk Nông", "", 2017, Decimal("55.12"), None, None),
        ("PCI", "Đắk Nông", "", 2018, None, 63, None),
    ]


def test_a_table_with_a_column_for_each_component_takes_its_year_from_the_title(office):
    text = (
        "KẾT QUẢ CHỈ SỐ PAPI NĂM 2018,,,,\nTT,Địa phương,Tổng điểm,Xếp hạng,Thủ tục hành chính công\n1,Bến Tre,47.05,1,7.5\n"
    )
    (outcome,) = put_file(office, "ket_qua.csv", text)
    assert (outcome.outcome, outcome.problems) == ("imported", ())
    assert known(office) == [
        ("PAPI", "Bến Tre", "", 2018, Decimal("47.05"), 1, None),
        ("PAPI", "Bến Tre", "Thủ tục hành chính công", 2018, Decimal("7.5"), None, None),
    ]


@pytest.mark.parametrize(
    ("above", "year"),
    [
        ('"(Kèm theo Quyết định số 1149/QĐ-BNV ngày 23/5/2019)\nPAR INDEX NĂM 2018",,', 2018),
        ('"Hà Nội, ngày 23 tháng 5 năm 2019",,\nChỉ số PAR INDEX 2018,,', 2018),
        ("PAR INDEX 2018 và 2017,,", None),
    ],
)
def test_the_day_of_a_decision_is_not_taken_for_the_year_and_of_several_years_none(office, above, year):
    (outcome,) = put_file(office, "ket_qua.csv", f"{above}\nTT,Địa phương,Điểm\n1,Bến Tre,80.5\n")
    assert [one[3] for one in known(office)] == ([year] if year else [])
    assert {problem.code for problem in outcome.problems} == (set() if year else {"which_period"})


def test_what_is_no_score_or_no_year_is_told_at_its_row(office):
    (outcome,) = put_file(office, "indices.csv", HEAD + "PAR,Bắc Ninh,MMXVII,,80,,,,\nPAR,Huế,2017,,cao,,,64,63\n")
    assert [(problem.code, problem.place.row) for problem in outcome.problems] == [("not_a_number", 2), ("not_a_number", 3)]


def test_a_table_with_the_year_in_each_row_is_read_as_a_case_file_is(office):
    text = "Bộ chỉ số,Tỉnh,Năm,Điểm,Điểm tối đa,Xếp hạng\nPAR,Tỉnh Bắc Ninh,2016,85,100,9\n"
    (outcome,) = put_file(office, "PAR INDEX.csv", text)
    assert (outcome.outcome, outcome.kind, outcome.problems) == ("imported", "indices", ())
    assert known(office) == [("PAR", "Bắc Ninh", "", 2016, Decimal("85"), 9, None)]


def test_a_rank_aimed_at_is_reached_or_missed_and_components_are_told_by_what_they_lost(office):
    head = HEAD.replace(",of", ",of,target")
    rows = "PAR,H,2016,,70,100,,9,63,41\nPAR,H,2017,,68.5,100,77,26,63,8\nPAR,H,2018,,,100,,,63,22\n"
    parts = "PAR,H,2017,Thể chế,8,10,7.5,,,\nPAR,H,2017,Tài chính,9.5,14,10,,,\nPAR,H,2016,Thể chế,8.5,10,,,,\n"
    (outcome,) = put_file(office, "indices.csv", head + rows + parts)
    assert (outcome.outcome, outcome.problems) == ("imported", ())
    history = show_history(office, OPERATOR, "PAR", "H")
    assert [(one.year, one.met, one.moved, one.gained) for one in history.years] == [
        (2016, True, None, None),
        (2017, False, -17, Decimal("-1.5")),
        (2018, None, None, None),
    ]
    assert (history.latest.year, history.aimed_at.target, history.component_years) == (2017, 22, (2017, 2016))
    told = [(one.component, one.lost, one.above_average, one.gained) for one in history.parts(2017)]
    assert told == [
        ("Tài chính", Decimal("4.5"), Decimal("-0.5"), None),
        ("Thể chế", Decimal(2), Decimal("0.5"), Decimal("-0.5")),
    ]


def test_units_of_ours_stand_before_other_places_and_everybody_who_signs_in_sees_them(office):
    put_file(office, "indices.csv", HEAD + "PAR,Huế,2017,,80,,,,\nPAR,A,2017,,80,,,,\nPCI,Huế,2017,,60,,,,\n")
    for actor in put_each_role(office).values():
        found = [(one.index, one.unit, one.own) for one in list_measured(office, actor)]
        assert found == [("PAR", "A", True), ("PAR", "Huế", False), ("PCI", "Huế", False)]
    for asked in (list_measured, lambda database, actor: show_history(database, actor, "PAR", "A")):
        with pytest.raises(DeniedError):
            asked(office, VISITOR)
