"""The leaderboard as visitors meet it: order, movement, filters, links, views, downloads and every empty state."""

from __future__ import annotations

import re

import pytest
from builders import put

from .boards import begin, markup, open_page, put_units, report, words


@pytest.fixture
def small(province):
    """Cluster a: 2024 U2 before U1; 2025 U1 = 60 + 40, U2 = 30 + 40, U3 unreported. Cluster b: U4 and U5 tie at 48 + 32."""
    put_units(province, a=["U1:Xã Đắk Mây", "U2:Xã *Hoa* <b>", "U3:Xã Ba"], b=["U4:Xã Bốn", "U5:Xã Năm"])
    begin(province)
    report(province, 2024, U1=("0.5", "0.5"), U2=("1", "1"), U4=("1", "0"), U5=("0", "1"))
    report(province, 2025, U1=("1", "1"), U2=("0.5", "1", "1"), U4=("0.8", "0.8"), U5=("0.8", "0.8"))
    return province


def table_rows(app) -> list[str]:
    """The text of the table's rows, tags replaced by a bar."""
    table = next(body for body in (element.proto.body for element in app.get("html")) if 'class="tk-board"' in body)
    rows = re.findall(r"<tr><td.*?</tr>", table)
    return [re.sub(r"(\|)+", "|", re.sub(r"<[^>]*>", "|", row)).strip("|") for row in rows]


@pytest.mark.usefixtures("small")
def test_units_stand_by_rank_within_their_cluster_with_movement_score_criteria_grade_and_flags():
    rows = table_rows(open_page(c="nho", p="2025"))
    assert rows[0] == "1|▲ 1|Xã Đắk Mây|U1|100,00|60,00|40,00|Tốt"
    assert rows[1] == ("2|▼ 1|Xã *Hoa* &lt;b&gt;|U2|Không được xét khen: Có vụ việc nghiêm trọng|70,00|30,00|40,00|Kém")
    assert rows[2].startswith("–|–|Xã Ba|U3|Không xếp hạng|Còn thiếu báo cáo|–")
    assert rows[3] == "1|=|Xã Bốn|U4|Đồng hạng|80,00|48,00|32,00|Tốt"
    assert rows[4] == "1|▲ 1|Xã Năm|U5|Đồng hạng|80,00|48,00|32,00|Tốt"


def test_a_unit_that_was_not_there_before_is_new(small):
    founded = {"code": "U9", "name": "Xã Chín", "kind": "commune", "cluster": "b", "valid_from": "2025-01-01"}
    put(small, "units", founded)
    report(small, 2025, U9=("0", "0"))
    assert table_rows(open_page(p="2025"))[-1] == "3|mới|Xã Chín|U9|0,00|0,00|0,00|Kém"


@pytest.mark.usefixtures("small")
def test_names_are_shown_letter_for_letter():
    shown = markup(open_page(p="2025"))
    assert "Xã *Hoa* &lt;b&gt;" in shown
    assert "Xã *Hoa* <b>" not in shown


@pytest.mark.usefixtures("small")
def test_every_name_is_a_real_link_that_keeps_campaign_period_and_language():
    shown = markup(open_page(p="2024", lang="en"))
    assert 'href="/don-vi?c=nho&amp;p=2024&amp;lang=en&amp;u=U1" target="_self"' in shown


@pytest.mark.usefixtures("small")
def test_the_cluster_and_the_search_choose_rows_and_stay_in_the_link():
    app = open_page(p="2025")
    app.selectbox(key="k.vi").set_value("a").run()
    assert len(table_rows(app)) == 3
    app.text_input(key="q").set_value("dak may").run()
    assert [row.split("|")[2] for row in table_rows(app)] == ["Xã Đắk Mây"]
    assert app.query_params["k"] == "a"
    assert app.query_params["q"] == "dak may"
    app.text_input(key="q").set_value("zzz").run()
    assert "Không có đơn vị nào khớp bộ lọc" in words(app)


@pytest.mark.usefixtures("small")
def test_the_podium_shows_a_cluster_and_without_one_the_leader_of_each():
    assert 'class="tk-leaders"' in markup(open_page(p="2025"))
    shown = markup(open_page(p="2025", k="a"))
    podium = shown[shown.index('class="tk-podium"') :]
    assert podium.index("Xã Đắk Mây") < podium.index("Xã *Hoa*")
    assert "Xã Bốn" not in podium


@pytest.mark.usefixtures("small")
def test_the_figures_are_of_the_cluster_shown():
    app = open_page(p="2025", k="a")
    shown = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert shown["Đơn vị được xếp hạng"] == ("2", "trên 3 đơn vị dự thi")
    assert shown["Điểm trung bình"] == ("85,00", "10,00")  # (100 + 70) / 2, against (50 + 100) / 2 before
    assert shown["Đơn vị tăng hạng"] == ("1", "1 đơn vị giảm hạng")


@pytest.mark.usefixtures("small")
def test_the_first_period_has_nothing_to_compare_with():
    rows = table_rows(open_page(p="2024"))
    assert [row.split("|")[1] for row in rows] == ["–"] * 5


@pytest.mark.usefixtures("small")
def test_the_grid_shows_the_same_rows():
    app = open_page(**{"p": "2025", "as": "grid"})
    frame = app.dataframe[0].value
    assert list(frame["name"])[:2] == ["Xã Đắk Mây", "Xã *Hoa* <b>"]
    assert list(frame["score"].fillna(0)) == [100, 70, 0, 80, 80]
    assert list(frame["c0"].fillna(0)) == [1, 0.5, 0, 0.8, 0.8]


@pytest.mark.usefixtures("small")
def test_the_other_views_are_drawn_only_when_their_tab_is_open():
    assert not open_page(p="2025").get("plotly_chart")
    history = open_page(p="2025", v="history", k="a")
    assert len(history.get("plotly_chart")) == 1
    assert "tk-heat" not in markup(history).replace(".tk-heat", "")
    heat = open_page(p="2025", v="heatmap", k="a")
    assert not heat.get("plotly_chart")
    assert 'class="tk-heat"' in markup(heat)
    assert ">50%</td>" in markup(heat)  # U2 has 30 of 60


@pytest.mark.usefixtures("small")
def test_the_ranks_over_time_have_a_table_beside_the_chart():
    shown = markup(open_page(p="2025", v="history", k="a"))
    table = shown[shown.index('class="tk-simple"') :]
    assert "Xã Đắk Mây</a></th><td>2</td><td>1</td>" in table
    assert "Xã Ba</a></th><td>–</td><td>–</td>" in table


@pytest.mark.usefixtures("small")
def test_the_as_of_day_the_rulebook_and_the_state_stand_on_the_page():
    shown = markup(open_page(p="2024"))
    assert "Số liệu đến hết ngày 31/12/2024" in shown
    assert "Thể lệ small@1" in shown
    assert "Đang theo dõi" in shown


@pytest.mark.usefixtures("small")
def test_english_has_its_own_words_and_numbers():
    rows = table_rows(open_page(p="2025", lang="en"))
    assert rows[0] == "1|▲ 1|Xã Đắk Mây|U1|100.00|60.00|40.00|Good"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"c": "nope"}, "Không có đợt thi đua «nope»"),
        ({"p": "1999"}, "Không có kỳ «1999»"),
        ({"p": "2024", "d": "2025-05-01"}, "không nằm trong kỳ 2024"),
        ({"d": "hôm qua"}, "«hôm qua» không phải là ngày"),
    ],
)
@pytest.mark.usefixtures("small")
def test_a_link_to_something_unknown_says_so_and_offers_what_there_is(query, said):
    app = open_page(**query)
    assert said in words(app).replace("\\", "")
    assert not app.metric
    assert '<a href="?' in markup(app)


@pytest.mark.usefixtures("small")
def test_an_unknown_cluster_in_the_link_shows_all_and_says_so():
    app = open_page(p="2025", k="zz")
    assert "Không có cụm «zz»" in words(app).replace("\\", "")
    assert len(table_rows(app)) == 5


@pytest.mark.usefixtures("province")
def test_an_empty_database_says_what_to_do():
    assert "Chưa có đợt thi đua nào" in words(open_page())


def test_a_campaign_without_units_says_what_to_do(province):
    begin(province)
    assert "Chưa có đơn vị nào dự thi" in words(open_page(p="2025"))


def test_nothing_reported_shows_the_units_unranked_and_says_why(province):
    put_units(province, a=["U1:Xã Một"])
    begin(province)
    app = open_page(p="2025")
    assert "Chưa có số liệu nào trong kỳ này" in words(app)
    assert table_rows(app)[0].startswith("–|–|Xã Một|U1|Không xếp hạng")


def test_one_unit_alone_is_first(province):
    put_units(province, a=["U1:Xã Một"])
    begin(province)
    report(province, 2025, U1=("1", "0.5"))
    for view in ("board", "history", "heatmap"):
        open_page(p="2025", v=view, k="a")
    assert table_rows(open_page(p="2025"))[0] == "1|–|Xã Một|U1|80,00|60,00|20,00|Tốt"


def test_a_period_that_has_not_begun_says_when_it_does(province):
    put_units(province, a=["U1:Xã Một"])
    begin(province, 2090, 2091)
    said = words(open_page()).replace("\\", "")
    assert "Kỳ này chưa bắt đầu" in said
    assert "01/01/2090" in said


def test_clusters_stand_in_alphabetical_order_and_their_numbers_by_size(province):
    put_units(province, xa_10=["U1:Xã Một"], xa_2=["U2:Xã Hai"], đô_thị=["U3:Phường Ba"], dân_cư=["U4:Phường Bốn"])
    begin(province)
    app = open_page(p="2025")
    assert app.selectbox(key="k.vi").options == ["Tất cả các cụm", "dân-cư", "đô-thị", "xa-2", "xa-10"]
