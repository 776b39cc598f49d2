"""The papers page: made, looked at and issued, taken away again, packed; what they say is edited by one at a time."""

from __future__ import annotations

from datetime import datetime

import pytest
from builders import act
from committee import HERE, put_frozen, put_meeting
from lives import take
from people import put_each_role

from tracker.services.access import OPERATOR
from tracker.services.bundle_jobs import newest_bundle, next_bundle, run_bundle
from tracker.services.issued_papers import list_issued
from tracker.services.paper_settings import PaperTexts, change_texts, show_texts
from tracker.services.steps import Step, Where
from tracker.ui import paper_bundle

from .accounts import notices, opened_as
from .sample import markup

CAMPAIGN, PERIOD = HERE


def clock() -> datetime:
    return datetime(2026, 6, 30, 8, 0, 0)


@pytest.fixture
def office(province, monkeypatch):
    """A frozen contest; bundles are packed at once, in this process."""
    put_frozen(province)
    province.people = put_each_role(province)

    def work(database, _clock):
        while (job := next_bundle(database)) is not None:
            run_bundle(database, job, clock)

    monkeypatch.setattr(paper_bundle, "wake", work)
    return province


@pytest.fixture
def opened(office, monkeypatch):
    def as_account(who: str = "committee", lang: str = "vi", **query: str):
        return opened_as(monkeypatch, office.people[who], "papers", lang, c=CAMPAIGN, p=PERIOD, **query)

    return as_account


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def test_the_page_says_of_each_kind_what_can_be_made_and_what_is_missing(office, opened):
    shown = markup(opened())
    assert "Tờ trình đề nghị khen thưởng" in shown
    assert "Lập được 6 văn bản" in shown  # a result sheet for each unit
    assert "Chưa ghi phiên họp nào của Hội đồng." in shown
    put_meeting(office)
    assert "Chưa ghi phiên họp nào của Hội đồng." not in markup(opened())


def test_a_preview_shows_the_paper_and_records_nothing(office, opened):
    app = press(opened(loai="notice"), "Xem trước")
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in markup(app)
    assert "Đơn vị A" in markup(app)
    assert list_issued(office, *HERE, OPERATOR) == ()


def test_an_issued_paper_is_offered_for_download_and_the_next_one_begins_with_its_signatory(office, opened):
    app = opened()
    app.text_input(key="paper number proposal //").input("05/TTr-HĐ")
    app.text_input(key="paper signatory_name proposal //").input("Nguyễn Văn A")
    app = press(app, "Phát hành")
    (issued,) = list_issued(office, *HERE, OPERATOR)
    assert (issued.kind, issued.number, issued.made_by) == ("proposal", "05/TTr-HĐ", "the-committee")
    assert "Đã phát hành văn bản" in notices(app)
    assert [button.proto.label for button in app.get("download_button")] == ["Tải về"]
    assert issued.sha256 in markup(app)
    again = opened(loai="notice")
    assert again.text_input(key="paper signatory_name notice //").value == "Nguyễn Văn A"
    assert again.text_input(key="paper number notice //").value == ""


def test_a_number_that_another_paper_has_is_refused_where_the_form_stands(office, opened):
    for meeting, number in ((put_meeting(office), "07/BB"), (put_meeting(office), "7/BB")):
        app = opened(loai="minutes", ve=f"//{meeting}")
        app.text_input(key=f"paper number minutes //{meeting}").input(number)
        app = press(app, "Phát hành")
    assert "Hãy dùng số tiếp theo" in notices(app)
    assert len(list_issued(office, *HERE, OPERATOR)) == 1


def test_what_papers_say_is_saved_and_a_late_editor_is_told(office, opened):
    app = opened()
    app.session_state["papers vi"] = "Nội dung chung"
    app.run()
    next(field for field in app.text_input if field.label == "Cơ quan ban hành").input("Sở Nội vụ")
    next(area for area in app.text_area if area.label == "Nơi nhận").input("Như trên\nLưu: VT")
    change_texts(office, CAMPAIGN, 0, PaperTexts(place="Gia Nghĩa"), act())
    app = press(app.run(), "Lưu nội dung")
    assert "vừa được operator sửa" in notices(app)
    assert show_texts(office, CAMPAIGN, OPERATOR).texts.agency == ""
    press(app, "Xem nội dung hiện hành")
    next(field for field in app.text_input if field.label == "Cơ quan ban hành").input("Sở Nội vụ")
    next(area for area in app.text_area if area.label == "Nơi nhận").input("Như trên\nLưu: VT")
    press(app, "Lưu nội dung")
    texts = show_texts(office, CAMPAIGN, OPERATOR).texts
    assert (texts.agency, texts.place, texts.recipients) == ("Sở Nội vụ", "Gia Nghĩa", ("Như trên", "Lưu: VT"))


def test_a_bundle_is_packed_behind_the_page_and_stands_in_the_history(office, opened):
    app = opened()
    app.session_state["papers vi"] = "Gói văn bản"
    app.run()
    app = next(button for button in app.button if button.label.startswith("Lập gói")).click().run()
    assert newest_bundle(office, *HERE, OPERATOR).state == "done"
    assert "card_bundle" in str(app.main) or app.get("popover")
    app.session_state["papers vi"] = "Đã phát hành"
    app.run()
    assert "Gói văn bản của kỳ" in markup(app)


def test_a_unit_sees_its_own_sheet_only(office, opened):
    take(office, Step.PUBLISH, where=Where(*HERE))
    app = opened("unit")
    assert [tab.label for tab in app.tabs] == ["Lập văn bản", "Đã phát hành"]
    assert "Phiếu kết quả của đơn vị" in markup(app)
    assert "Tờ trình" not in markup(app)
    press(app, "Phát hành")
    (issued,) = list_issued(office, *HERE, office.people["unit"])
    assert (issued.kind, issued.unit) == ("result", "A")
