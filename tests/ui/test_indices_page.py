"""The page of indices: ranks, scores and targets by year, the components of a year, and what to do where there are none."""

from __future__ import annotations

import pytest
from builders import put, put_offices

from .sample import markup, open_page, words

RANKS = {2015: ("45", None), 2016: ("9", "41"), 2017: ("26", "8")}


@pytest.fixture
def office(province):
    put_offices(province, "A")
    whole = [
        {"index": "PAR", "unit": "A", "year": str(year), "score": "80", "rank": rank, "of": "63", "target": target}
        for year, (rank, target) in RANKS.items()
    ]
    part = {"index": "PAR", "unit": "A", "year": "2017", "component": "<b>Thể chế</b>", "score": "8", "max_score": "10"}
    put(
        province, "indices", *whole, {**part, "average": "8.5"}, {"index": "PCI", "unit": "Huế", "year": "2017", "rank": "1"}
    )
    return province


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(("lang", "said"), [("vi", ("chưa đạt", "−0,50", "Tăng 36 bậc")), ("en", ("missed", "−0.50", "36"))])
def test_the_page_tells_the_ranks_by_year_and_the_components_in_both_languages(lang, said):
    app = open_page("indices", lang)
    assert not app.exception
    shown = markup(app)
    assert all(one in shown for one in ("45 / 63", "▲ 36", "▼ 17", *said))
    assert "&lt;b&gt;Thể chế&lt;/b&gt;" in shown
    assert app.metric[0].value == "26 / 63"
    chart = app.get("plotly_chart")[0].proto.spec
    assert '"range":[64,-2]' in chart.replace(" ", ""), "the best rank stands on top"


@pytest.mark.usefixtures("office")
def test_the_link_chooses_index_and_unit_and_says_so_where_there_is_no_such_one():
    assert "Huế" in str(open_page("indices", cs="PCI").selectbox[0].options)
    assert "Không có số liệu về chỉ số" in words(open_page("indices", cs="PAR", u="Huế"))


@pytest.mark.usefixtures("province")
def test_where_nothing_was_imported_the_page_says_how_to():
    assert "biểu mẫu “Chỉ số”" in words(open_page("indices"))
