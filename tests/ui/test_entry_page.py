"""The page of manual entry: what is typed or ticked is saved as a batch; what a forged message brings is not."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import put
from frozen import freeze
from people import put_each_role

from tracker.services.entry import load_entry
from tracker.services.entry_postings import load_postings
from tracker.ui.entry import entered_lines, ticked_lines

from .accounts import notices, opened_as, turned_away
from .boards import begin, put_units, report
from .sample import words

HERE = {"c": "nho", "p": "2025", "u": "A"}


@pytest.fixture
def office(province):
    put_units(province, c=["A:Xã Một", "B:Xã Hai"])
    put(province, "procedures", {"code": "P1", "name": "Khai sinh"}, {"code": "P2", "name": "Kết hôn"})
    report(province, 2025, A=("0.5", "1"))
    begin(province)
    province.people = put_each_role(province)
    return province


@pytest.fixture
def opened(office, monkeypatch):
    def as_account(who: str = "unit", lang: str = "vi", **query: str):
        return opened_as(monkeypatch, office.people[who], "entry", lang, **{**HERE, **query})

    return as_account


VALUES, TICKS = "reported nho 2025 A vi", "postings A ket hon 1 vi"


def edit(app, rows: dict, grid: str = VALUES, drawn: int = 0):
    """The edits as the browser sends them; the rows are counted from 0. `drawn`: how often the grid was drawn anew."""
    app.session_state[f"grid {grid} {drawn}"] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    next(button for button in app.button if button.label == "Lưu").click()
    return app.run()


def lines(office) -> dict[str, str]:
    sheet = load_entry(office, office.people["unit"], ("nho", "2025"), "A")
    return {line.measure: line.cells["value"] for line in sheet.lines}


def test_a_changed_value_is_saved_and_said(office, opened):
    app = edit(opened(), {0: {"value": "0,75", "evidence": "15/BC"}})
    assert not app.exception
    assert "Đã lưu 1 dòng" in notices(app)
    assert lines(office) == {"plan": "0.75", "manners": "1", "scandals": "0"}


def test_a_wrong_value_is_said_with_its_row_and_nothing_is_saved(office, opened):
    app = edit(opened(), {0: {"value": "nhiều"}, 1: {"value": "0.9"}})
    assert "Dòng 1" in notices(app)
    assert lines(office)["manners"] == "1"


def test_nothing_changed_is_said(opened):
    assert "Không có ô nào khác" in notices(edit(opened(), {}))


def test_columns_that_are_closed_and_rows_that_were_added_are_not_read(office):
    sheet = load_entry(office, office.people["unit"], ("nho", "2025"), "A")
    frame = pd.DataFrame(
        {"title": ["x"] * 4, "value": ["9"] * 4, "evidence": [None] * 4, "note": [float("nan")] * 4, "checked": ["1"] * 4},
        index=[1, 2, 3, 99],
    )
    said = entered_lines(sheet, frame)
    assert [(one.measure, one.cells) for one in said] == [
        (measure, {"value": "9", "evidence": "", "note": ""}) for measure in ("plan", "manners", "scandals")
    ]
    assert len(entered_lines(sheet, frame.drop(index=[2]))) == 2, "a row taken out of the grid is left as it is"


def test_a_frozen_period_takes_nothing_and_says_what_to_do(office, opened):
    freeze(office, "nho", "2025")
    app = opened()
    assert "đã chốt số liệu" in notices(app)
    assert "giải trình" in notices(app)
    assert not [button for button in app.button if button.label == "Lưu"]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(office, opened):
    app = opened()
    report(office, 2025, A=("0.6", "1"))
    app = edit(app.run(), {0: {"value": "0.7"}})  # the page was drawn anew for the change, the grid and its edits were not
    assert "operator" in notices(app)
    assert lines(office)["plan"] == "0.6"
    next(button for button in app.button if button.label == "Tải lại bảng").click()
    app.run()
    assert "Đã lưu 1 dòng" in notices(edit(app, {0: {"value": "0.7"}}, drawn=1))


def test_places_are_ticked_and_found_without_accents(office, opened):
    app = opened(muc="niem-yet", tim="ket hon")
    app = edit(app, {0: {"counter": True, "posted_on": "2025-02-03"}}, TICKS)
    assert "Đã lưu 1 dòng" in notices(app)
    found = {line.procedure: line.cells for line in load_postings(office, _act(office), "A").lines}
    assert (found["P2"]["counter"], found["P2"]["posted_on"], found["P1"]["counter"]) == ("1", "2025-02-03", "0")


def test_only_ticked_lines_that_differ_are_handed_on(office):
    sheet = load_postings(office, _act(office), "A")
    frame = pd.DataFrame(
        {
            "posted_on": [pd.NaT, pd.Timestamp("2025-01-01"), pd.NaT],
            **{name: [False, True, True] for name in ("counter", "site", "portal", "one_stop", "workflow_assigned")},
        },
        index=[1, 2, 77],
    )
    (one,) = ticked_lines(sheet, frame)
    assert (one.number, one.cells["posted_on"], one.cells["portal"]) == (2, "2025-01-01", "1")
    frame["portal"] = pd.Series([None, None, None], index=frame.index, dtype=object)
    assert ticked_lines(sheet, frame)[0].cells["portal"] == "0"


def test_templates_are_offered_on_the_page(opened):
    app = opened("admin", muc="tep")
    kinds = next(box for box in app.selectbox if box.label == "Loại số liệu")
    assert "Hồ sơ" in kinds.options
    assert "Điền vào mẫu" in words(app)


def test_the_page_speaks_english(opened):
    assert "Manual entry" in words(opened(lang="en"))


@pytest.mark.parametrize("who", ["viewer", "committee", "chair"])
def test_who_may_not_import_gets_no_page(opened, who):
    assert turned_away(opened(who))


def _act(office):
    from builders import act

    return act(actor=office.people["unit"])
