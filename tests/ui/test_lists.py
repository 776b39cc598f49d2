"""The lists as visitors meet them: every name with its reason, ties for the committee, who was ruled out and why."""

from __future__ import annotations

import re

import pytest

from .boards import begin, markup, open_page, put_units, report, words


@pytest.fixture
def small(province):
    """Cluster a: U1 leads with 100 but has a scandal, U2 follows with 90, U3 has 40. Cluster b: U4 and U5 tie at 80."""
    put_units(province, a=["U1:Xã Một", "U2:Xã *Hai*", "U3:Xã Đắk Ba"], b=["U4:Xã Bốn", "U5:Xã Năm"])
    begin(province)
    report(province, 2025, U1=("1", "1", "1"), U2=("0.9", "0.9"), U3=("0.4", "0.4"), U4=("0.8", "0.8"), U5=("0.8", "0.8"))
    return province


def cards(app, kind: str) -> list[str]:
    """The text of a list's cards, tags replaced by a bar."""
    found = re.findall(rf'<li class="tk-entry tk-{kind}">.*?</li>', markup(app))
    return [re.sub(r"(\|)+", "|", re.sub(r"<[^>]*>", "|", card)).strip("|") for card in found]


@pytest.mark.usefixtures("small")
def test_each_name_stands_with_its_rank_score_and_reasons():
    reward = cards(open_page("lists", p="2025"), "reward")
    assert reward[0] == ("Cụm a|Hạng 2|90,00|Xã *Hai*|Xếp hạng 2 trong 3 đơn vị của cụm a. Đạt 90 trên 100 điểm.")
    criticism = cards(open_page("lists", p="2025"), "criticism")
    assert criticism == ["Cụm a|Hạng 3|40,00|Xã Đắk Ba|Đạt 40 điểm, dưới mức 50 điểm."]


@pytest.mark.usefixtures("small")
def test_units_tied_for_one_place_are_left_to_the_committee():
    reward = cards(open_page("lists", p="2025"), "reward")
    assert len(reward) == 3
    for card in reward[1:]:
        assert "Chờ Hội đồng quyết định" in card
        assert "2 đơn vị đồng hạng cho 1 suất: Hội đồng quyết định." in card
    assert "Chờ Hội đồng quyết định" not in reward[0]


@pytest.mark.usefixtures("small")
def test_a_unit_kept_off_by_a_gate_is_named_with_the_gate_and_the_award():
    app = open_page("lists", p="2025")
    assert cards(app, "ruled_out") == [
        "Cụm a|Hạng 1|100,00|Xã Một|Có vụ việc nghiêm trọng: có 1 Vụ việc nghiêm trọng (từ 1 trở lên thì không được xét)."
    ]
    assert "Lẽ ra được xét: Cờ thi đua" in markup(app)


@pytest.mark.usefixtures("small")
def test_the_page_says_that_these_are_proposals():
    assert "Hội đồng là nơi quyết định" in words(open_page("lists", p="2025"))


@pytest.mark.usefixtures("small")
def test_every_name_is_a_link_to_the_unit():
    assert 'href="/don-vi?c=nho&amp;p=2025&amp;u=U3" target="_self"' in markup(open_page("lists", p="2025"))


@pytest.mark.usefixtures("small")
def test_the_figures_count_units():
    shown = {metric.label: metric.value for metric in open_page("lists", p="2025").metric}
    assert list(shown.values()) == ["3", "2", "1", "1"]


@pytest.mark.usefixtures("small")
def test_cluster_and_search_choose_names():
    app = open_page("lists", p="2025")
    app.selectbox(key="k.vi").set_value("b").run()
    assert len(cards(app, "reward")) == 2
    app.selectbox(key="k.vi").set_value("").run()
    app.text_input(key="q").set_value("dak ba").run()
    assert cards(app, "reward") == []
    assert len(cards(app, "criticism")) == 1
    assert "Không có đơn vị nào khớp bộ lọc" in words(app)


def test_lists_without_a_name_say_so(province):
    put_units(province, a=["U1:Xã Một"])
    begin(province)
    said = words(open_page("lists", p="2025"))
    for line in ("chưa có đơn vị nào đủ điều kiện", "Không có đơn vị nào phạm điều kiện", "Không có đơn vị nào bị loại"):
        assert line in said


def test_an_empty_database_and_a_campaign_without_units_say_what_to_do(province):
    assert "Chưa có đợt thi đua nào" in words(open_page("lists"))
    begin(province)
    assert "Chưa có đơn vị nào dự thi" in words(open_page("lists"))


@pytest.mark.usefixtures("small")
def test_english_has_its_own_sentences():
    criticism = cards(open_page("lists", p="2025", lang="en"), "criticism")
    assert criticism == ["Cluster a|Rank 3|40.00|Xã Đắk Ba|40 points, below the limit of 50."]
