"""A secretary's first look: from the README's command on a fresh copy to a downloaded list, in Chromium."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsers import READY, chromium
from playwright.sync_api import Browser, Page, expect
from ui.protocol import ROOT, Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fresh_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as somebody who has just fetched it has it: no sample database yet."""
    folder = tmp_path_factory.mktemp("fresh") / "tracker"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if not name.startswith("tests/") and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def server(fresh_copy: Path) -> Iterator[Server]:
    assert not (fresh_copy / "data" / "sample.db").exists()
    with Server(fresh_copy / "streamlit_app.py", root=fresh_copy) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that notes every address asked for, every error and every console message of an error."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="vi-VN", accept_downloads=True)
    page = context.new_page()
    page.asked = []
    page.failures = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.failures.append(str(error)))
    yield page
    context.close()


def settled(page: Page) -> None:
    page.wait_for_selector(READY, timeout=30_000)


def test_from_first_start_to_a_downloaded_list(server: Server, page: Page, tmp_path: Path) -> None:
    # The first start builds the sample province while the page shows how far it is; then the board comes by itself.
    page.goto(server.base)
    expect(page.get_by_role("heading", name="Bảng xếp hạng thi đua")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Số liệu mẫu")).to_be_visible()
    settled(page)

    # Filter without accents.
    page.get_by_role("searchbox").fill("so tu phap")
    row = page.get_by_role("link", name="Sở Tư pháp").first
    expect(row).to_be_visible()
    expect(page.get_by_role("link", name="Huyện Krông Sim")).to_have_count(0)

    # Open the unit by a real link, then follow its weakest indicator down to the cases.
    row.click()
    expect(page.get_by_role("heading", name="Sở Tư pháp", level=1)).to_be_visible(timeout=30_000)
    settled(page)
    page.get_by_role("link", name="Xem chi tiết").first.click()
    expect(page).to_have_url(re.compile(r"[?&]i="), timeout=30_000)
    expect(page.get_by_text(re.compile(r"trường hợp|hồ sơ|thủ tục")).first).to_be_visible()
    settled(page)

    # Both lists, with reasons; take the reward list away and check that the file is what its name says.
    page.get_by_role("link", name="Biểu dương – phê bình").first.click()
    expect(page.get_by_role("heading", name="Biểu dương – phê bình", level=1)).to_be_visible(timeout=30_000)
    settled(page)
    expect(page.get_by_text("Hội đồng là nơi quyết định").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Tải")).first.click()
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("CSV")).click()
    download = started.value
    download.save_as(tmp_path / "list.csv")
    data = (tmp_path / "list.csv").read_bytes()
    assert hashlib.sha256(data).hexdigest()[:16] in download.suggested_filename
    assert data.startswith(b"\xef\xbb\xbf")

    # The rules, and the other language.
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Thể lệ").first.click()
    expect(page.get_by_role("heading", name="Thể lệ chấm điểm", level=1)).to_be_visible(timeout=30_000)
    page.get_by_text("English", exact=True).first.click()
    expect(page.get_by_role("heading", name="The rules in words", level=1)).to_be_visible(timeout=30_000)
    settled(page)

    assert page.failures == []
    elsewhere = [
        url
        for url in page.asked
        if not url.startswith((server.base, server.base.replace("http", "ws", 1), "data:", "blob:"))
    ]
    assert elsewhere == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/?c=khong-co", "khong-co"),
        ("/?p=1999", "1999"),
        ("/?d=2525-01-01", "2525"),
        ("/don-vi?u=H98.76", "H98.76"),
        ("/don-vi?u=H99.34&i=khong.co", "khong.co"),
        ("/danh-sach?p=%3Cscript%3E", "<script>"),
    ],
)
def test_a_link_to_what_does_not_exist_ends_on_a_friendly_page(server: Server, page: Page, address: str, words: str) -> None:
    page.goto(server.base + address)
    expect(page.get_by_text(words).first).to_be_visible(timeout=30_000)
    settled(page)
    assert page.get_by_text("Traceback").count() == 0
    assert page.failures == []


_PRINTED = """() => {
    const shown = name => [...document.querySelectorAll(name)].some(one => one.checkVisibility());
    const ink = [...document.querySelectorAll('main *, section *')].filter(one => one.checkVisibility() && one.innerText)
        .map(one => getComputedStyle(one).color);
    return {
        pressed: ['[data-testid=stHeader]', '[data-testid=stSelectbox]', '[data-testid=stTextInput]',
            '[data-testid=stPopover]', '[data-testid=stButtonGroup]', '[role=tablist]', '.st-key-language'].filter(shown),
        said: shown('.tk-paper'),
        inks: [...new Set(ink)],
        paper: getComputedStyle(document.body).backgroundColor,
        heads: [...new Set([...document.querySelectorAll('thead')].map(one => getComputedStyle(one).display))],
        rows: [...new Set([...document.querySelectorAll('tbody tr')].map(one => getComputedStyle(one).breakInside))],
    };
}"""


@pytest.mark.parametrize("address", ["/", "/don-vi?u=H99.34"])
def test_a_page_prints_black_on_white_without_what_can_only_be_pressed(
    server: Server, browser: Browser, address: str
) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(server.base + address)
    page.wait_for_selector(".tk-paper", state="attached", timeout=30_000)
    settled(page)
    page.emulate_media(media="print")
    found = page.evaluate(_PRINTED)
    assert found["pressed"] == []
    assert found["said"]
    assert found["inks"] == ["rgb(0, 0, 0)"]
    assert found["paper"] == "rgb(255, 255, 255)"
    assert set(found["heads"]) <= {"table-header-group"}
    assert set(found["rows"]) <= {"avoid"}
    page.close()


@pytest.mark.parametrize("address", ["/", "/don-vi?u=H99.34", "/danh-sach", "/the-le"])
def test_every_page_fits_a_phone(server: Server, browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN", has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server.base + address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=30_000)
    settled(page)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    context.close()


def test_the_server_says_that_it_is_healthy(server: Server) -> None:
    answer = httpx.get(server.base + "/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "data": "ready"})


def test_an_open_board_draws_itself_again_when_cases_come_in(
    browser: Browser, sqlite_template: Path, tmp_path: Path
) -> None:
    database = tmp_path / "live.db"
    database.write_bytes(sqlite_template.read_bytes())
    environment = {"TRACKER_DATABASE_URL": f"sqlite:///{database}"}

    def tracker(*arguments: str) -> None:
        command = [sys.executable, "-m", "tracker", *arguments]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL)

    files = {
        "units.csv": "code,name,kind,cluster\nA,Xã Ánh,commune,c\nB,Xã Bình,commune,c\n",
        "procedures.csv": "code,name\nP1,Khai sinh\n",
        "dossiers.csv": "code,unit,procedure,received_at,due_at\nD1,A,P1,2020-03-01,2020-03-05\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    tracker("rulebook", "add", "data/rulebooks/dak-nong-146.toml")
    tracker("campaign", "add", "y", "--rulebook", "dak-nong-146", "--from", "2020-01-01", "--to", "2020-12-31")
    tracker("import", str(tmp_path / "units.csv"), str(tmp_path / "procedures.csv"))
    with Server(env=environment) as server:
        page = browser.new_page(locale="vi-VN")
        page.goto(server.base)
        expect(page.get_by_text("Xã Ánh").first).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Không xếp hạng")).to_have_count(2)
        tracker("import", str(tmp_path / "dossiers.csv"))
        # Nobody touches the page: one unit has a dossier now, so only the other is without a rank.
        expect(page.get_by_text("Không xếp hạng")).to_have_count(1, timeout=20_000)
        page.close()
