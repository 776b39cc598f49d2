"""The units page: the tree, one unit edited and undone, clusters named, units moved between them."""

from __future__ import annotations

from datetime import date

import pytest
from builders import act, put, put_campaign
from streamlit.testing.v1 import AppTest

from tracker.core.periods import Every
from tracker.services.access import OPERATOR
from tracker.services.clusters import ClusterName, list_clusters, name_cluster
from tracker.services.membership import Move, list_members, list_steps, move_units
from tracker.services.units import list_units, save_unit

from .admin import chief, opened  # noqa: F401 - a fixture
from .boards import markup, words
from .boards import open_page as open_board
from .test_sign_in import office, server, sign_in  # noqa: F401 - fixtures
from .test_sign_in import opened as opened_by

DAY = date(2020, 7, 1)


@pytest.fixture
def units(chief):  # noqa: F811
    """A district with a commune below it, a department whose name is markup, and a campaign of quarters."""
    put(chief, "units", {"code": "H", "name": "Huyện Đắk Song", "kind": "district"})
    put(
        chief,
        "units",
        {"code": "A", "name": "Xã Ấm", "kind": "commune", "parent": "H", "cluster": "xa", "headcount": "12"},
        {"code": "S", "name": "Sở <b>*Tư pháp*</b>", "kind": "department", "cluster": "so"},
    )
    put_campaign(chief, "q", begins="2020-01-01", ends="2020-12-31", every=Every.QUARTER)
    return chief


def name_of(engine, code: str) -> str:
    return next(unit.name for unit in list_units(engine, OPERATOR, DAY) if unit.code == code)


def fill(app: AppTest, label: str, text: str) -> None:
    next(field for field in app.text_input if field.label == label).set_value(text)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def submit(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("units")
def test_the_tree_shows_each_unit_below_its_parent_letter_for_letter():
    shown = markup(opened("units"))
    assert shown.index("Huyện Đắk Song") < shown.index("└ </span>") < shown.index("Xã Ấm")
    assert "Sở &lt;b&gt;*Tư pháp*&lt;/b&gt;" in shown
    assert "dv=A" in shown


@pytest.mark.usefixtures("units")
def test_units_are_searched_without_accents_and_none_found_is_said():
    app = opened("units", tim="xa am")
    assert "Xã Ấm" in markup(app)
    assert "thuộc Huyện Đắk Song" in markup(app)
    assert "Tư pháp" not in markup(app)
    assert "Không có đơn vị nào khớp" in words(opened("units", tim="không có"))


def test_a_unit_is_changed_by_its_form_and_the_change_undone(units):
    app = opened("units", dv="A")
    fill(app, "Tên", "Phường Ấm")
    press(app, "unit save")
    assert name_of(units, "A") == "Phường Ấm"
    assert "Đã lưu đơn vị Phường Ấm" in app.success[0].value
    press(app, "unit undo")
    assert name_of(units, "A") == "Xã Ấm"


def test_a_new_unit_is_checked_and_every_problem_names_its_field(units):
    app = opened("units", them="1")
    press(app, "unit save")
    told = " ".join(error.value for error in app.error)
    assert "Mã" in told
    assert "Tên" in told
    fill(app, "Mã", "X1")
    fill(app, "Tên", "Xã Mới")
    press(app, "unit save")
    assert name_of(units, "X1") == "Xã Mới"


def test_whoever_edits_a_unit_that_somebody_else_has_changed_meanwhile_is_told(units):
    app = opened("units", dv="A")
    seen = next(unit for unit in list_units(units, OPERATOR, DAY) if unit.code == "A")
    save_unit(units, {**seen.cells, "name": "Của người khác"}, seen.batch, act())
    app.run()  # the screen notices that the data have changed, and keeps what is being typed
    press(app, "unit save")
    assert "vừa được người khác thay đổi" in app.error[0].value
    assert name_of(units, "A") == "Của người khác"


@pytest.mark.usefixtures("units")
def test_a_link_to_an_unknown_unit_says_so():
    assert "Không có đơn vị nope" in words(opened("units", dv="nope"))


def test_a_cluster_is_named_and_the_board_then_calls_it_so(units):
    app = opened("units", xem="clusters", cum="xa")
    assert "Xã Ấm" in markup(app)
    fill(app, "Tên tiếng Việt", "Các xã *loại một*")
    fill(app, "Tên tiếng Anh", "Communes")
    submit(app, "Lưu")
    assert list_clusters(units, OPERATOR)[1] == ClusterName("xa", "Các xã *loại một*", "Communes")
    board = open_board(c="q", p="2020-Q1")
    assert board.selectbox(key="k.vi").options == ["Tất cả các cụm", "so", "Các xã *loại một*"]
    assert "Các xã *loại một*" in markup(board)
    assert "Communes" in markup(opened("units", lang="en", xem="clusters"))


def test_two_who_name_a_cluster_do_not_overwrite_each_other(units):
    app = opened("units", xem="clusters", cum="xa")
    name_cluster(units, ClusterName("xa"), ClusterName("xa", "Của người khác"), act())
    app.run()  # the screen notices that the data have changed, and keeps what is being typed
    fill(app, "Tên tiếng Việt", "Của tôi")
    submit(app, "Lưu")
    assert "vừa được người khác thay đổi" in app.error[0].value
    assert list_clusters(units, OPERATOR)[1].vi == "Của người khác"


def test_units_are_moved_after_what_it_reaches_was_shown(units):
    app = opened("units", xem="move")
    app.multiselect(key="move units").set_value(["A"])
    app.selectbox(key="move to").set_value("so")
    app.date_input(key="move since").set_value(date(2020, 7, 1))
    app.text_input(key="move reason").set_value("QĐ 12")
    submit(app, "Xem trước ảnh hưởng")
    assert list_steps(units, OPERATOR) == [], "nothing is moved before it is confirmed"
    shown = markup(app)
    assert "Quý 3/2020" in shown
    assert "Quý 2/2020" not in shown
    press(app, "move foreseen confirm")
    assert {one.unit: one.cluster for one in list_members(units, OPERATOR, DAY)} == {"A": "so", "H": None, "S": "so"}
    assert "Đã chuyển 1 đơn vị" in app.success[0].value


def test_a_move_without_cluster_or_reason_is_refused_with_words(units):
    app = opened("units", xem="move")
    app.multiselect(key="move units").set_value(["A"])
    submit(app, "Xem trước ảnh hưởng")
    assert "Chưa chọn cụm đến" in app.error[0].value
    app.selectbox(key="move to").set_value("so")
    submit(app, "Xem trước ảnh hưởng")
    press(app, "move foreseen confirm")
    assert "Chưa ghi lý do" in app.error[0].value
    assert list_steps(units, OPERATOR) == []


def test_a_move_is_taken_back_from_the_history(units):
    move_units(units, Move(("A",), DAY, "so", "nhầm"), act())
    app = opened("units", xem="history")
    assert "Xã Ấm" in markup(app)
    app.text_input(key="take back reason").set_value("thu hồi")
    submit(app, "Xem trước ảnh hưởng")
    press(app, "taking back foreseen confirm")
    assert list_steps(units, OPERATOR) == []
    assert "Chưa có lần chuyển cụm nào" in words(app)


def test_only_the_administrator_gets_the_pages(server):  # noqa: F811
    for path, title in (("don-vi-cum", "Đơn vị và cụm thi đua"), ("lich-lam-viec", "Lịch làm việc")):
        assert opened_by(server, sign_in(server, "chief"), path).says(title)
        for token in (sign_in(server, "hoa"), sign_in(server, "clerk"), None):
            run = opened_by(server, token, path)
            assert not run.says(title)
            assert not run.says("Đơn vị A")
