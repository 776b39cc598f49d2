"""A unit's page: from the link to the figures, and from the figures to the cases."""

from __future__ import annotations

import pytest
from builders import put, put_campaign, put_offices

from tracker.sample.planted import DENOUNCED, NO_APOLOGY, OTHER_TWIN, SILENT, TWIN
from tracker.services.access import VISITOR
from tracker.services.campaigns import show_rulebook
from tracker.services.database import open_database
from tracker.services.running import database

from .sample import markup, open_page, province_file, sample_province, shown, words  # noqa: F401 - fixtures

LATE = {"u": NO_APOLOGY, "p": "2019"}
NAME = "Xã <b>*Một*</b> & [hai](http://x.vn)"


def dossier(unit: str, code: str, completed: str | None, **cells: str) -> dict[str, str | None]:
    row = {"unit": unit, "code": code, "procedure": "P1", "received_at": "2019-03-01T08:00", "due_at": "2019-03-08T17:00"}
    return {**row, "completed_at": completed, "officer": f"canbo-{code}", **cells}


@pytest.fixture
def real(sqlite_template, tmp_path):
    """A real database: A has two of four dossiers late, B all on time, C reported nothing, D belongs to no cluster."""
    path = tmp_path / "real.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    put_offices(engine, "A", "B", "C")
    put(engine, "units", {"code": "A", "name": NAME, "kind": "commune", "cluster": "c"})
    put(engine, "units", {"code": "D", "name": "Đơn vị D", "kind": "other"})
    early, late = "2019-03-05T09:00", "2019-03-11T09:00"
    put(engine, "dossiers", *(dossier("A", f"A{n}", early if n < 3 else late) for n in range(1, 5)))
    put(engine, "dossiers", dossier("B", "B1", early))
    put_campaign(engine, begins="2019-01-01", ends="2019-12-31")
    engine.dispose()
    with shown(path):
        yield


@pytest.mark.usefixtures("real")
def test_the_page_shows_rank_points_the_clusters_middle_and_the_reason():
    app = open_page("unit", u="A")
    assert not app.exception
    assert "Hạng 2 trong 2 đơn vị" in words(app)
    shown_markup = markup(app)
    assert "<b>5,00</b>" in shown_markup  # 2 of 4 in time: half of 10 points
    assert "Trung vị của cụm 7,50 (thấp hơn 2,50)" in shown_markup  # between 5 and 10
    assert "Cao nhất trong cụm 10,00" in shown_markup
    assert "2 trên 4 là 50%, chưa đạt mức 100%: được 5 trên 10 điểm." in shown_markup
    assert "−5,00" in shown_markup


@pytest.mark.usefixtures("real")
def test_the_page_speaks_english_with_english_figures():
    app = open_page("unit", "en", u="A")
    assert "Rank 2 of 2 units" in words(app)
    assert "<b>5.00</b>" in markup(app)


@pytest.mark.usefixtures("real")
def test_a_name_is_shown_letter_for_letter():
    app = open_page("unit", u="A")
    assert app.title[0].value.startswith(r"Xã \<b\>\*Một\*\<\/b\> \& \[hai\]\(http")
    assert "<b>*Một*</b>" not in markup(open_page("unit"))


@pytest.mark.usefixtures("real")
def test_every_indicator_has_a_real_link_to_its_cases_that_keeps_the_question():
    shown_markup = markup(open_page("unit", "en", u="A"))
    assert 'href="/don-vi?c=thi-dua&amp;p=thi-dua&amp;u=A&amp;i=ontime.rate&amp;lang=en"' in shown_markup


@pytest.mark.usefixtures("real")
def test_on_a_real_database_a_visitor_sees_the_rule_and_its_figures_but_no_case_and_no_official():
    app = open_page("unit", u="A", i="ontime.rate")
    assert not app.exception
    assert [info.value for info in app.info] == [
        "Từng hồ sơ chỉ hiện cho người được quyền xem hồ sơ của đơn vị. Cách tính và các con số ở trên thì ai cũng xem được."
    ]
    everything = markup(app) + words(app)
    assert "<div>2</div>" in everything
    assert "canbo" not in everything
    assert "A3" not in everything


@pytest.mark.usefixtures("real")
def test_a_unit_that_reported_nothing_is_told_so_and_loses_no_points():
    app = open_page("unit", u="C")
    assert not app.exception
    assert "**Đơn vị chưa gửi số liệu nào trong kỳ**" in words(app)
    assert "Không xếp hạng" in words(app)
    assert "−10,00" not in markup(app)


@pytest.mark.usefixtures("real")
def test_a_unit_of_no_cluster_is_told_that_it_does_not_compete():
    app = open_page("unit", u="D")
    assert not app.exception
    assert "**Không dự thi**" in words(app)


@pytest.mark.usefixtures("real")
def test_without_a_unit_in_the_link_all_units_stand_there_as_links():
    app = open_page("unit")
    assert not app.exception
    shown_markup = markup(app)
    assert [f"u={code}" in shown_markup for code in "ABCD"] == [True] * 4


@pytest.mark.usefixtures("real")
def test_units_are_found_without_accents():
    app = open_page("unit", find="don vi b")
    assert "u=B" in markup(app)
    assert "u=C" not in markup(app)


@pytest.mark.usefixtures("real")
def test_an_unknown_indicator_in_the_link_is_said():
    app = open_page("unit", u="A", i="nope")
    assert not app.exception
    assert "Không có chỉ tiêu «nope» trong thể lệ này" in words(app)


@pytest.mark.usefixtures("sample_province")
def test_an_unknown_unit_in_the_link_is_answered_with_the_nearest_names():
    app = open_page("unit", u="Huyen Dak Vong", p="2019")
    assert not app.exception
    assert f"u={NO_APOLOGY}" in markup(app)
    assert "Huyện Đắk Vông" in markup(app)


@pytest.mark.usefixtures("sample_province")
def test_every_chart_has_words_for_those_who_cannot_see_it_and_a_table():
    app = open_page("unit", **LATE)
    charts = app.get("plotly_chart")
    assert len(charts) == 3
    assert all(any(figure.isdigit() for figure in chart.proto.alt) for chart in charts)
    assert len([expander for expander in app.expander if expander.label == "Xem dạng bảng"]) == 3


@pytest.mark.usefixtures("sample_province")
def test_the_cases_behind_an_indicator_stand_failing_first_25_to_a_page_kept_in_the_link():
    app = open_page("unit", i="ontime.rate", **LATE)
    assert not app.exception
    first = markup(app)
    rows = first[first.rindex("<tbody>") :].split("<tr ")[1:]
    failing = ["tk-failing" in row for row in rows]
    assert len(rows) == 25
    assert failing == sorted(failing, reverse=True)
    assert all(">trễ hạn<" in row or ">quá hạn, chưa xong<" in row for row in rows[: failing.count(True)])
    assert failing[0]
    app.get("pagination")[0].set_value(2).run()
    assert app.query_params["n"] == "2"
    assert markup(app) != first
    again = open_page("unit", i="ontime.rate", n="2", **LATE)
    assert markup(again) == markup(app)


@pytest.mark.usefixtures("sample_province")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_cases_of_every_indicator_can_be_shown(lang):
    rulebook = show_rulebook(database(), "dak-nong-146", VISITOR).rulebook
    for indicator in (indicator for criterion in rulebook.criterion for indicator in criterion.indicator):
        app = open_page("unit", lang, i=indicator.code, **LATE)
        assert not app.exception, indicator.code
        assert app.header[0].value


@pytest.mark.usefixtures("sample_province")
def test_officials_appear_only_with_the_cases():
    assert f"{NO_APOLOGY}-0" not in markup(open_page("unit", **LATE))
    assert f"{NO_APOLOGY}-0" in markup(open_page("unit", i="ontime.rate", **LATE))


@pytest.mark.usefixtures("sample_province")
def test_units_equal_in_everything_name_each_other():
    one, other = (open_page("unit", u=unit, p="2019") for unit in (TWIN, OTHER_TWIN))
    assert f"Đồng hạng với {other.title[0].value}" in words(one)
    assert f"Đồng hạng với {one.title[0].value}" in words(other)


@pytest.mark.usefixtures("sample_province")
def test_a_gate_that_was_hit_is_named():
    app = open_page("unit", u=DENOUNCED, p="2019")
    assert "Có tố cáo được kết luận đúng" in app.warning[0].value


@pytest.mark.usefixtures("sample_province")
def test_the_months_of_the_period_are_shown_when_asked():
    app = open_page("unit", u=DENOUNCED, p="2019")
    app.segmented_control(key="xem.vi").set_value("thang").run()
    assert not app.exception
    assert app.query_params["xem"] == "thang"
    assert any("05/2019" in chart.proto.alt for chart in app.get("plotly_chart"))


@pytest.mark.usefixtures("sample_province")
def test_the_silent_unit_of_the_sample_has_a_friendly_page():
    app = open_page("unit", "en", u=SILENT, p="2019")
    assert not app.exception
    assert "**The unit has sent no data for this period**" in words(app)
