"""Keys with arguments become sentences that say where, what and what to do."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from tracker.core.describe import describe_rulebook
from tracker.core.problems import Place, Problem, UsageError
from tracker.core.rulebook import parse_rulebook
from tracker.core.terms import Statement
from tracker.text import LANGUAGES, pick, say, say_problem, say_statement, say_usage

FILES = sorted((Path(__file__).parents[2] / "data" / "rulebooks").glob("*.toml"))
RULEBOOKS = [file for file in FILES if not file.stem.endswith(".examples")]


def test_numbers_and_dates_in_a_sentence_are_written_the_languages_way():
    assert say("vi", "reward.score", score=Fraction(385, 4), total=100) == "Đạt 96,25 trên 100 điểm."
    assert say("en", "freshness.as_of", day=date(2018, 12, 31)) == "Data to the end of 31 Dec 2018"
    at_eight = datetime.fromisoformat("2018-12-31 08:00")
    assert say("vi", "freshness.as_of", day=at_eight) == "Số liệu đến hết ngày 31/12/2018 08:00"


def test_text_goes_into_a_sentence_letter_for_letter():
    hostile = "{n} %s <b>*x*</b> {0.__class__}"
    assert say("vi", "empty.unknown_unit", code=hostile) == f"Không có đơn vị «{hostile}» trong kỳ này"


def test_the_word_cluster_is_not_said_twice_of_a_cluster_named_with_it():
    assert say("vi", "unit.cluster", cluster="Cụm xã") == "Cụm xã"
    assert say("vi", "reward.rank", rank=1, of=6, cluster="Cụm 2") == "Xếp hạng 1 trong 6 đơn vị của cụm 2."
    assert say("vi", "unit.cluster", cluster="Cụm") == "Cụm Cụm"
    assert say("vi", "unit.cluster", cluster="Cụm thi đua số 1") == "Cụm số 1"
    assert say("en", "unit.cluster", cluster="Upland communes") == "Cluster Upland communes"


def test_n_chooses_the_plural_form_and_is_written_like_any_number():
    assert say("en", "count.units", n=1) == "1 unit"
    assert say("en", "count.units", n=1200) == "1,200 units"
    assert say("vi", "count.units", n=1200) == "1.200 đơn vị"


def test_an_unknown_key_or_a_missing_argument_is_the_callers_mistake():
    with pytest.raises(KeyError):
        say("vi", "no.such.key")
    with pytest.raises(KeyError):
        say("vi", "count.units")


def test_a_problem_says_where_it_is_what_is_wrong_and_what_to_do():
    problem = Problem(
        "unknown_unit", Place("t7.xlsx", "Tháng 7", 14, "unit"), value="X9", args={"nearest": ("Xã Ánh (X1)",)}
    )
    assert say_problem("vi", problem) == (
        "Tệp t7.xlsx, trang «Tháng 7», dòng 14, cột «unit»: không có đơn vị «X9», hoặc có nhiều đơn vị cùng tên. "
        "Gần giống nhất: Xã Ánh (X1). Hãy chọn đơn vị đúng, ghi mã đơn vị vào tệp, hoặc thêm đơn vị rồi nhập lại."
    )
    assert say_problem("en", problem) == (
        "File t7.xlsx, sheet “Tháng 7”, row 14, column “unit”: there is no unit “X9”, or more than one of that name. "
        "Most alike: Xã Ánh (X1). Choose the right one, write its code in the file, or add the unit and import again."
    )


def test_rows_and_years_in_a_problem_are_not_grouped():
    again = Problem("duplicate", Place("a.csv", row=12001, column="code"), value="K1", args={"first": 11002})
    assert say_problem("vi", again).startswith("Tệp a.csv, dòng 12001, cột «code»: «K1» đã có ở dòng 11002 của tệp.")
    early = Problem("date_range", Place("a.csv"), value="0001-01-01", args={"minimum": 1990, "maximum": 2100})
    assert "các năm từ 1990 đến 2100" in say_problem("vi", early)


def test_a_problem_without_a_place_begins_with_a_capital():
    denied = Problem("denied", Place(""), args={"verb": "import"})
    assert say_problem("vi", denied) == "Tài khoản này không được phép nhập số liệu. Hãy nhờ người có quyền thực hiện."


def test_a_usage_error_says_what_to_ask_instead():
    error = UsageError("unknown_campaign", campaign="td-2021", known="td-2018, td-2019")
    assert say_usage("en", error) == "There is no campaign “td-2021”. There are: td-2018, td-2019."


def test_a_counted_measure_is_named_by_the_catalogue_and_a_reported_one_by_the_rulebook():
    args = {"value": 3, "at_least": Fraction(1)}
    counted = Statement("criticism.measure", {**args, "measure": "complaints_upheld", "names": {}})
    assert say_statement("vi", counted) == "Có 3 khiếu nại được kết luận đúng (từ 1 trở lên thì bị nêu)."
    titles = {"fires": {"vi": "vụ cháy", "en": "fires"}}
    reported = Statement("criticism.measure", {**args, "measure": "fires", "names": titles})
    assert say_statement("en", reported) == "3 of fires (from 1 on a unit is listed)."


def test_a_formula_is_said_as_sums_of_measures_with_its_target_as_a_percentage():
    ratio = Statement(
        "rule.formula.ratio",
        {
            "points": Fraction(20),
            "numerator": ("received", "-done_late"),
            "denominator": ("received",),
            "target": Fraction(9, 10),
            "names": {},
        },
    )
    assert say_statement("vi", ratio) == (
        "Tỷ lệ (hồ sơ tiếp nhận trong kỳ − hồ sơ giải quyết trễ hạn) trên hồ sơ tiếp nhận trong kỳ. "
        "Đạt ít nhất 90% thì được trọn 20 điểm; thấp hơn thì tính theo tỷ lệ đạt được."
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", RULEBOOKS, ids=lambda file: file.stem)
def test_every_shipped_rulebook_can_be_said_in_words(language, file):
    sections = describe_rulebook(parse_rulebook(file.read_text("utf-8"), file.name))
    while sections:
        section = sections.pop()
        sections += section.items
        assert say(language, f"section.{section.key}")
        assert all(say_statement(language, statement) for statement in section.statements)


def test_what_is_missing_is_named():
    worth = {"points": Fraction(0), "out_of": Fraction(5), "max": Fraction(5)}
    missing = Statement("why.pending", {**worth, "needs": "surveys", "measures": (), "names": {}})
    assert say_statement("en", missing) == "Data are missing (Surveys), so 0 of 5 points for now."


def test_points_in_a_reason_have_two_decimals_at_most():
    args = {"points": Fraction(20, 3), "out_of": Fraction(10), "max": Fraction(10), "numerator": 2, "denominator": 3}
    why = Statement("why.ratio", {**args, "value": Fraction(2, 3), "target": Fraction(1)})
    assert say_statement("vi", why) == "2 trên 3 là 66,67%, chưa đạt mức 100%: được 6,67 trên 10 điểm."


def test_a_title_falls_back_to_the_language_it_has():
    assert pick("en", {"vi": "Đúng hạn", "en": "On time"}) == "On time"
    assert pick("en", {"vi": "Đúng hạn"}) == "Đúng hạn"
    assert pick("vi", {}) == ""
