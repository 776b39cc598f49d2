"""CSV files: accents survive Excel, numbers stay exact, and no cell can compute."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import pytest

from tracker.export.csv_file import write_csv
from tracker.export.sheets import Column, Shape, Sheet, name_file


def sheet(*rows, shape: Shape = Shape.TEXT, title: str = "Đơn vị", places: int = 2) -> Sheet:
    return Sheet("s", "t", (), (Column(title, shape),), rows, places)


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_file_begins_with_the_mark_by_which_excel_knows_utf_8():
    data = write_csv(sheet(("Xã Đắk Mây",)))
    assert data.startswith(b"\xef\xbb\xbf")
    assert read(data) == [["Đơn vị"], ["Xã Đắk Mây"]]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", '=HYPERLINK("http://x")'])
def test_text_that_a_spreadsheet_would_compute_is_given_an_apostrophe(cell):
    assert read(write_csv(sheet((cell,))))[1] == [f"'{cell}"]
    assert read(write_csv(sheet(title=cell)))[0] == [f"'{cell}"]


def test_quotes_commas_and_line_breaks_stay_in_their_cell():
    cell = 'Xã "Một", thôn\nHai'
    assert read(write_csv(sheet((cell,))))[1] == [cell]


def test_points_have_their_decimals_rounded_half_up_and_negative_numbers_stay_numbers():
    rows = [(Fraction(2675, 1000),), (Fraction(-1, 2),), (100,), (None,)]
    assert read(write_csv(sheet(*rows, shape=Shape.POINTS)))[1:] == [["2.68"], ["-0.50"], ["100.00"], [""]]


def test_rises_and_falls_are_whole_numbers():
    assert read(write_csv(sheet((-3,), (0,), ("mới",), shape=Shape.CHANGE)))[1:] == [["-3"], ["0"], ["mới"]]


def test_a_file_is_named_after_its_content():
    # SHA-256 of "abc" begins with these digits (FIPS 180-2, appendix B.1).
    assert name_file("bang", b"abc", "csv") == "bang-ba7816bf8f01cfea.csv"
