"""The data page: files handed in, checked, confirmed and stored; bad rows taken away; batches looked at and undone."""

from __future__ import annotations

from datetime import datetime

import pytest
from builders import act, put_file, put_offices
from intake.tally_forms import TITLE, form
from people import put_each_role

from tracker.services import job_worker
from tracker.services.imports import Source
from tracker.services.job_choices import is_answered
from tracker.services.job_running import run_next
from tracker.services.jobs import find_job, list_jobs, submit_job
from tracker.services.running import today
from tracker.ui import data, data_job, data_reading

from .accounts import notices, opened_as, turned_away
from .sample import markup, words

HEADER = "code,unit,procedure,received_at\n"
GOOD = HEADER + "D1,A,P1,2020-01-06 08:00\n"
MIXED = GOOD + "D2,NOWHERE,P1,2020-01-06\n"


def clock() -> datetime:
    return datetime(2026, 6, 30, 8, 0, 0)


@pytest.fixture
def office(province, monkeypatch):
    """A and B; jobs are worked on at once, in this process."""
    put_offices(province, "A", "B")
    province.people = put_each_role(province)

    def work(database, _clock):
        while run_next(database, clock):
            continue

    for module in (data, data_job, data_reading, job_worker):
        monkeypatch.setattr(module, "wake", work)
    return province


@pytest.fixture
def opened(office, monkeypatch):
    def as_account(who: str = "admin", lang: str = "vi", **query: str):
        return opened_as(monkeypatch, office.people[who], "data", lang, **query)

    return as_account


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def hand_in(app, *files: tuple[str, str]):
    app.file_uploader[0].upload([(name, text.encode(), "text/csv") for name, text in files])
    return press(app, "Kiểm tra tệp")


def handed(office, text: str = GOOD, who: str = "admin", name: str = "dossiers.csv") -> str:
    job = submit_job(office, [Source(name, text.encode())], act(actor=office.people[who]))
    assert run_next(office, clock)
    return str(job)


def test_an_office_without_batches_is_told_what_to_do_first(province, monkeypatch):
    people = put_each_role_without_units(province)
    app = opened_as(monkeypatch, people, "data")
    assert "Chưa có lần nhập nào" in words(app)


def put_each_role_without_units(province):
    from people import put_account

    from tracker.services.access import Role

    return put_account(province, "chief", Role.ADMIN)


def test_the_batches_are_listed_with_who_when_file_and_counts(office, opened):
    put_file(office, "dossiers.csv", GOOD)
    shown = markup(opened())
    for said in ("Người vận hành", "30/06/2026 08:00", "dossiers.csv", "Hồ sơ", "lo=3"):
        assert said in shown


def test_a_check_shows_counts_errors_new_rows_and_columns_and_offers_the_bad_rows(office, opened):
    app = opened(lan=handed(office, MIXED))
    assert [metric.value for metric in app.metric] == ["1", "0", "0", "1"]
    shown = markup(app)
    assert "NOWHERE" in shown
    assert "Mã" in shown
    assert app.get("download_button")
    button = next(one for one in app.button if one.label == "Nhập số liệu")
    assert button.disabled
    app.checkbox[0].check().run()
    press(app, "Nhập số liệu")
    assert not app.exception
    assert "1 dòng mới, 0 dòng thay đổi" in notices(app)
    assert "lo=3" in markup(app)


def test_a_changed_cell_is_shown_with_the_stored_and_the_new_value(office, opened):
    put_file(office, "dossiers.csv", GOOD)
    shown = markup(opened(lan=handed(office, GOOD.replace("08:00", "09:30"))))
    assert '<span class="tk-old">06/01/2020 08:00</span>' in shown
    assert '<span class="tk-fresh">06/01/2020 09:30</span>' in shown


def test_a_file_whose_kind_is_not_known_is_read_as_chosen(office, opened):
    job = handed(office, "code,unit,kind,received_on\nF1,A,complaint,2020-01-06\n", name="tep.csv")
    app = opened(lan=job)
    app.selectbox[0].select("feedback")
    press(app, "Đọc lại theo lựa chọn")
    assert not app.exception
    assert [found.kind for found in find_job(office, int(job), office.people["admin"]).tables] == ["feedback"]


def test_a_file_none_of_whose_headings_is_known_is_asked_about_in_both_forms(office, opened):
    app = opened(lan=handed(office, "Alpha\nD1\n", name="tep.csv"))
    next(box for box in app.selectbox if box.label == "Loại số liệu").select("dossiers")
    press(app, "Đọc lại theo lựa chọn")
    assert not app.exception
    assert [box.label for box in app.selectbox].count("Alpha") == 2


def test_a_column_that_must_be_there_may_be_taken_from_one_that_was_read_as_another(office, opened):
    app = opened(lan=handed(office, "Mã hồ sơ,Đơn vị tiếp nhận,Mã TTHC,Ngày tiếp nhận\nD1,A,P1,2020-01-06\n"))
    next(box for box in app.selectbox if box.label == "Đơn vị tiếp nhận").select("unit")
    press(app, "Đọc lại theo lựa chọn")
    assert not app.exception
    assert app.metric[0].value == "1"


def test_only_units_of_one_s_own_are_offered_for_a_name_nobody_knows(office, opened):
    job = handed(office, GOOD.replace(",A,", ",Xã Lạ,"), who="clerk")
    box = next(box for box in opened("clerk", lan=job).selectbox if "Xã Lạ" in box.label)
    assert [option.rpartition("(")[2] for option in box.options[1:]] == ["A)"]


def test_whose_report_form_it_is_and_over_which_days_is_asked_and_taken_as_answered(office, opened):
    data = form((None, "Tổng cộng", 205, 150, 45, 10, 171, 120, 45, 6, 34, 30, 4), title=TITLE[:2])
    job = submit_job(office, [Source("bao_cao.xlsx", data)], act(actor=office.people["admin"]))
    assert run_next(office, clock)
    app = opened(lan=str(job))
    picks = {box.label: box for box in app.selectbox}
    picks["Đơn vị báo cáo"].select("A")
    picks["Kỳ báo cáo"].select(f"{today():%Y}")
    press(app, "Đọc lại theo lựa chọn")
    assert not app.exception
    found = find_job(office, job, office.people["admin"])
    assert (found.ready_rows, found.has_errors) == (1, False)
    assert found.tables[0].new_rows[0]["unit"] == "A"
    assert not is_answered(found.files[0].choices)  # of this file alone: no profile to keep


NASTY = ("023_truncated.xlsx", "054_million_blank_lines.csv", "111_html_script_markdown.xlsx", "120_200_bad_rows.csv")


def test_what_came_of_hostile_files_is_drawn_letter_for_letter(office, opened, shared):
    sources = [Source(name, (shared / "nasty" / name).read_bytes()) for name in NASTY]
    job = submit_job(office, sources, act(actor=office.people["admin"]))
    assert run_next(office, clock)
    app = opened(lan=str(job))
    assert not app.exception
    shown = markup(app)
    assert "<script" not in shown
    assert [box.value for box in app.error if "hỏng" in box.value]
    assert [button.label for button in app.button if "Nhập số liệu" in button.label] == []


def test_a_job_can_be_given_up(office, opened):
    app = press(opened(lan=handed(office)), "Bỏ, không nhập")
    assert "không có gì được nhập" in notices(app)
    assert [job.state for job in list_jobs(office, office.people["admin"])] == ["cancelled"]


def test_the_very_same_file_is_told_to_be_there_already(office, opened):
    put_file(office, "dossiers.csv", GOOD)
    assert "operator đã nhập đúng tệp này" in notices(opened(lan=handed(office)))


def test_a_foreign_job_and_one_there_is_not_are_the_same(office, opened):
    job = handed(office)
    said = {notices(opened("clerk", lan=number)).replace(number, "n") for number in (job, "999")}
    assert len(said) == 1
    assert "Không có lượt nạp tệp số" in said.pop()


def test_a_batch_shows_its_rows_and_is_undone_with_a_reason(office, opened):
    put_file(office, "dossiers.csv", GOOD)
    app = opened(lo="3")
    assert "D1" in markup(app)
    assert "Hoàn tác sẽ bỏ 1 dòng" in words(app)
    press(app, "Hoàn tác")
    assert "Chưa ghi lý do" in notices(app)
    app.text_area[0].set_value("nhập nhầm tháng")
    press(app, "Hoàn tác")
    assert "bỏ 1 dòng" in notices(app)
    assert "đã được hoàn tác bởi lô 4" in notices(app)
    assert "nhập nhầm tháng" in words(opened(lo="4"))


def test_a_batch_of_units_calls_their_kinds_by_name(opened):
    assert "Xã, phường" in markup(opened(lo="1"))


def test_a_clerk_sees_own_batches_and_only_rows_of_own_units(office, opened):
    put_file(office, "dossiers.csv", GOOD)
    assert "Không có lô" in notices(opened("clerk", lo="3")) or "3" in notices(opened("clerk", lo="3"))
    assert "lo=3" not in markup(opened("clerk"))


def test_the_page_speaks_english(office, opened):
    app = opened(lang="en", lan=handed(office, MIXED))
    assert "Look and confirm" in markup(app)
    assert not app.exception


@pytest.mark.parametrize("who", ["viewer", "committee", "chair"])
def test_only_who_may_import_gets_the_page(opened, who):
    assert turned_away(opened(who))
