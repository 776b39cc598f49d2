"""The rules page: the rulebook in words, told apart from any other by its digest, with its text to keep."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from builders import put_campaign, put_offices

from tracker.services.database import open_database

from .sample import markup, open_page, province_file, sample_province, shown, words  # noqa: F401 - fixtures

RULEBOOK = Path(__file__).parents[2] / "data" / "rulebooks" / "dak-nong-146.toml"


@pytest.mark.usefixtures("sample_province")
@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "vi",
            (
                "Đơn vị bằng nhau thì đồng hạng và hạng kế tiếp được bỏ qua (1, 2, 2, 4).",
                "Phải vượt 90% mới được trọn 12 điểm",
                "hồ sơ xong đúng thời điểm hẹn trả vẫn là đúng hạn",
                "Đơn vị không được xét khen, dù điểm cao đến đâu.",
                "Số ngày làm việc trễ hạn: thấp hơn thì đứng trên.",
                "Trọng số: đề xuất của phần mềm.",
                "Kế hoạch số 146/KH-UBND",
                "31/12/2018",
            ),
        ),
        ("en", ("Equal units share a rank and the next rank is skipped", "Weight: our proposal.", "31 Dec 2018")),
    ],
)
def test_the_rules_are_said_in_words(lang, sentences):
    app = open_page("rules", lang)
    assert not app.exception
    assert [sentence for sentence in sentences if sentence not in markup(app)] == []


@pytest.mark.usefixtures("sample_province")
def test_every_indicator_stands_with_its_points_and_its_basis():
    shown_markup = markup(open_page("rules"))
    for number in range(7, 18):
        assert f"S004-{number};" in shown_markup
    assert "28 điểm" in shown_markup


@pytest.mark.usefixtures("sample_province")
def test_every_line_of_the_contents_leads_to_its_part():
    shown_markup = markup(open_page("rules"))
    targets = [part.split('"')[0] for part in shown_markup.split('href="#')[1:]]
    assert len(targets) > 10
    assert all(f'<section id="{target}">' in shown_markup for target in targets)


@pytest.mark.usefixtures("sample_province")
def test_the_digest_and_the_download_are_of_the_very_text():
    app = open_page("rules")
    digest = sha256(RULEBOOK.read_bytes()).hexdigest()
    assert digest in markup(app)
    assert app.get("download_button")[0].proto.label == "Tải nguyên văn (TOML)"


@pytest.mark.usefixtures("sample_province")
def test_an_unknown_campaign_in_the_link_is_answered_with_those_there_are():
    app = open_page("rules", c="nope")
    assert not app.exception
    assert "Không có đợt thi đua «nope»" in words(app)
    assert "c=dai-ngan-2017-2020" in markup(app)


@pytest.fixture
def empty(sqlite_template, tmp_path):
    path = tmp_path / "empty.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


def test_without_a_campaign_the_page_says_what_to_do(empty):
    with shown(empty):
        app = open_page("rules")
    assert not app.exception
    assert "Chưa có đợt thi đua nào" in words(app)


def test_stored_text_is_shown_letter_for_letter(empty):
    rulebook = RULEBOOK.read_text("utf-8").replace('Đơn giản hơn", en', '<img src=x onerror=alert(1)> *a*", en')
    engine = open_database(f"sqlite:///{empty}")
    put_offices(engine, "A")
    put_campaign(engine, begins="2019-01-01", ends="2019-12-31", rulebook=rulebook)
    engine.dispose()
    with shown(empty):
        app = open_page("rules")
    assert not app.exception
    assert "&lt;img src=x onerror=alert(1)&gt; *a*" in markup(app)
    assert "<img" not in markup(app)
