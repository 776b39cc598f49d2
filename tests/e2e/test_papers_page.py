"""In Chromium: what the browser takes away is, byte for byte, what the audit log says was issued; two versions stay two."""

from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from browsers import READY, chromium
from builders import act
from committee import CAMPAIGN, PERIOD_CODE, put_frozen
from playwright.sync_api import Page, expect
from sqlalchemy import update
from ui.protocol import Server

from tracker.services import issued_papers, passwords
from tracker.services.access import ACCOUNT, OPERATOR
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.database import open_database
from tracker.services.papers import Paper, PaperAsk
from tracker.services.standings import Question
from tracker.store.engine import writing

pytestmark = pytest.mark.browser

PASSWORD = "mot hai ba bon nam 12345"


@pytest.fixture
def office(sqlite_template: Path, tmp_path: Path):
    """A frozen contest, and a chair with a password."""
    path = tmp_path / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    put_frozen(engine)
    with writing(engine) as connection:
        mine = ACCOUNT.c.name == "chair"
        connection.execute(update(ACCOUNT).where(mine).values(password=passwords.hash_password(PASSWORD)))
    yield engine
    engine.dispose()


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page(viewport={"width": 1366, "height": 1200}, locale="vi-VN", accept_downloads=True)


def sign_in(page: Page, server: Server) -> None:
    for _ in range(200):
        if httpx.get(server.base + "/healthz").json()["data"] == "ready":
            break
        time.sleep(0.1)
    page.goto(f"{server.base}/session/login")
    page.fill("[name=name]", "chair")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button").first.click()


def issue(page: Page, number: str) -> tuple[str, bytes]:
    """The notice issued under that number: the name and the bytes of the file that the browser took away."""
    page.get_by_role("textbox", name="Số, ký hiệu").fill(number)
    page.get_by_role("button", name="Phát hành").click()
    expect(page.get_by_text(f"Thông báo kết quả – {number}")).to_be_visible(timeout=60_000)
    page.wait_for_selector(READY, timeout=30_000)
    with page.expect_download() as started:
        page.get_by_role("button", name="Tải về").click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def test_the_download_is_what_the_log_says_was_issued(office, page: Page) -> None:
    with Server(env={"TRACKER_DATABASE_URL": str(office.url)}) as server:
        sign_in(page, server)
        page.goto(f"{server.base}/van-ban?loai=notice")
        expect(page.get_by_role("button", name="Phát hành")).to_be_visible(timeout=60_000)
        taken = [issue(page, number) for number in ("05/TB-HĐ", "06/TB-HĐ")]
    entries = list_entries(office, OPERATOR, Wanted(verb="issue_paper")).entries
    assert [entry.after["number"] for entry in entries] == ["06/TB-HĐ", "05/TB-HĐ"]
    for (name, data), entry in zip(reversed(taken), entries, strict=True):
        assert sha256(data).hexdigest() == entry.after["sha256"]
        assert entry.after["sha256"][:16] in name
    assert taken[0][1] != taken[1][1]


def keep_issued(office, monkeypatch: pytest.MonkeyPatch, data: bytes) -> int:
    """A notice of those bytes, issued."""
    digest = sha256(data).hexdigest()
    paper = Paper(f"notice-{digest[:16]}.docx", data, digest, False)
    monkeypatch.setattr(issued_papers, "make_paper", lambda *_: paper)
    return issued_papers.issue_paper(office, PaperAsk("notice", Question(CAMPAIGN, PERIOD_CODE), fields={}), act()).id


def test_large_files_that_differ_in_one_byte_are_each_taken_away_as_the_log_tells(office, page: Page, monkeypatch) -> None:
    sizes = (1_000, 20_000_000)
    files = [keep_issued(office, monkeypatch, bytes(size - 1) + last) for size in sizes for last in (b"a", b"b")]
    told = [entry.after["sha256"] for entry in list_entries(office, OPERATOR, Wanted(verb="issue_paper")).entries][::-1]
    with Server(env={"TRACKER_DATABASE_URL": str(office.url)}) as server:
        sign_in(page, server)
        for issued, digest in zip(files, told, strict=True):
            page.goto(f"{server.base}/van-ban?tai={issued}")
            page.wait_for_selector(READY, timeout=60_000)
            page.get_by_role("tab", name="Đã phát hành").click()
            with page.expect_download() as started:
                page.get_by_role("button", name="Tải về").last.click()
            assert sha256(Path(started.value.path()).read_bytes()).hexdigest() == digest
            assert digest[:16] in started.value.suggested_filename
