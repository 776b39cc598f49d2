"""The log on screen: what was done in words, filtered, shown letter for letter, and the check that it is whole."""

from __future__ import annotations

import sqlite3

import pytest
from builders import act, put, put_campaign, put_offices
from sealed_rows import put_sealed
from streamlit.testing.v1 import AppTest

from tracker.services.access import Actor, DeniedError
from tracker.services.batches import delete_case, undo_batch

from .sample import markup
from .test_sign_in import office, server, sign_in  # noqa: F401 - fixtures
from .test_sign_in import opened as opened_by

STRANGER = Actor("<b>an</b>")


def draw() -> None:
    """The page's parts as the operator sees them; the shell decides who is let in."""
    from tracker.services.access import OPERATOR
    from tracker.ui import audit

    audit.show_entries(OPERATOR, audit.pick_entries(OPERATOR))
    audit.show_state(OPERATOR)


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(draw, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.fixture
def log(province):
    """Imports, a campaign, an undo, a deletion with its reason, and a denial."""
    put_offices(province, "A")
    put_campaign(province, "c", begins="2020-01-01", ends="2020-12-31")
    made = put(province, "feedback", {"code": "F1", "unit": "A", "kind": "complaint", "received_on": "2020-01-01"})
    undo_batch(province, made.batch, act())
    delete_case(province, "procedures", "P1", "nhập *nhầm*", act())
    with pytest.raises(DeniedError):
        delete_case(province, "units", "A", "vì sao", act(actor=STRANGER))
    return province


@pytest.mark.usefixtures("log")
def test_entries_are_told_in_words():
    app = opened()
    assert not app.exception
    shown = markup(app)
    for words in ("Nhập số liệu", "Hoàn tác lô", "Lô 3", "Thể lệ c-rules@1", "Người vận hành", "30/06/2026", "Bị từ chối"):
        assert words in shown, words
    assert "Quyền nhập số liệu" in shown


@pytest.mark.usefixtures("log")
def test_names_and_reasons_are_shown_letter_for_letter():
    shown = markup(opened())
    assert "&lt;b&gt;an" in shown
    assert "<b>an" not in shown
    assert "nhập *nhầm*" in shown


@pytest.mark.usefixtures("log")
def test_filters_of_the_link_choose_the_entries():
    shown = markup(opened(viec="delete"))
    assert "nhập *nhầm*" in shown
    assert "Hoàn tác lô" not in shown
    assert "Lô 3" in markup(opened(**{"doi-tuong": "batch/3"}))
    assert opened(**{"doi-tuong": "batch/99"}).info[0].value == "Không có mục nào khớp với bộ lọc."


@pytest.mark.usefixtures("log")
def test_the_check_says_that_the_log_is_whole_or_names_the_wrong_entry(tmp_path):
    app = opened()
    assert app.code[0].value.startswith("8 ")
    assert app.button(key="audit verify").click().run().success[0].value.startswith("Nhật ký nguyên vẹn: 8 mục")
    with sqlite3.connect(tmp_path / "test.db") as raw:
        raw.executescript("DROP TRIGGER audit_entry_no_update; UPDATE audit_entry SET actor = 'x' WHERE seq = 3")
    wrong = opened().button(key="audit verify").click().run()
    assert wrong.error[0].value.startswith("Mục số 3 đã bị sửa")


def test_the_check_names_the_rows_that_are_not_as_they_were_sealed(province, tmp_path):
    put_sealed(province, 1)
    with sqlite3.connect(tmp_path / "test.db") as raw:
        raw.executescript("DROP TRIGGER decision_no_update; UPDATE decision SET votes_for = 9")
    wrong = opened().button(key="audit verify").click().run()
    assert wrong.error[0].value.startswith("Bảng decision, dòng 1")
    assert not wrong.success


def test_only_the_administrator_gets_the_page(server):  # noqa: F811
    assert opened_by(server, sign_in(server, "chief"), "nhat-ky").says("Nhật ký hệ thống")
    for token in (sign_in(server, "hoa"), sign_in(server, "clerk"), None):
        run = opened_by(server, token, "nhat-ky")
        assert not run.says("Nhật ký hệ thống")
        assert not run.says("Nhập số liệu")
