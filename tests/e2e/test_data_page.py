"""A clerk's morning in Chromium: a file with mistakes handed in, its bad rows mended, both imported, the board moved."""

from __future__ import annotations

import io
import os
import re
import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import openpyxl
import pytest
from builders import act, put, put_file
from people import put_account
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import update
from ui.protocol import ROOT, Server

from tracker.services import passwords
from tracker.services.access import ACCOUNT, Role
from tracker.services.accounts import Grant
from tracker.services.campaigns import NewCampaign, add_campaign, add_rulebook
from tracker.services.database import open_database
from tracker.store.engine import writing

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("TRACKER_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PASSWORD = "mot hai ba bon nam 12345"
TITLE = "DANH SÁCH HỒ SƠ THÁNG 3"
HEADINGS = ("Mã hồ sơ", "Cơ quan giải quyết", "Mã thủ tục", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý")


@pytest.fixture
def office(sqlite_template: Path, tmp_path: Path) -> Path:
    """Two communes, one of which has a dossier, a campaign, and a clerk of both."""
    path = tmp_path / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    named = (("A", "Xã Ánh"), ("B", "Xã Bình"))
    put(engine, "units", *({"code": code, "name": name, "kind": "commune", "cluster": "c"} for code, name in named))
    put(engine, "procedures", {"code": "P1", "name": "Khai sinh"})
    put_file(engine, "dossiers.csv", "code,unit,procedure,received_at,due_at\nX1,A,P1,2020-02-03,2020-02-05\n")
    rules = ROOT / "data" / "rulebooks" / "dak-nong-146.toml"
    add_rulebook(engine, rules.read_text("utf-8"), rules.name, act())
    add_campaign(engine, NewCampaign("y", "dak-nong-146", date(2020, 1, 1), date(2020, 12, 31)), act())
    put_account(engine, "lan", Role.CLERK, Grant(all_units=True))
    with writing(engine) as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.name == "lan").values(password=passwords.hash_password(PASSWORD)))
    engine.dispose()
    return path


def workbook() -> bytes:
    """As a one-stop system exports it: a title above Vietnamese headings, units by name; two rows have mistakes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tháng 3"
    rows = [
        (TITLE,),
        (),
        HEADINGS,
        ("0001", "Xã Bình", "P1", "02/03/2020", "09/03/2020", "06/03/2020"),
        ("0002", "Xã Bính Minh Khác", "P1", "02/03/2020", "09/03/2020", "06/03/2020"),
        ("0003", "Xã Ánh", "P1", "hôm kia", "09/03/2020", ""),
    ]
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.fixture
def page() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(viewport={"width": 1366, "height": 1000}, locale="vi-VN", accept_downloads=True)
        page.failures = []
        page.on("pageerror", lambda error: page.failures.append(str(error)))
        yield page
        browser.close()


def settled(page: Page) -> None:
    page.wait_for_timeout(300)
    page.wait_for_selector(READY, timeout=30_000)


def wait_for_data(server: Server) -> None:
    for _ in range(200):
        if httpx.get(server.base + "/healthz").json()["data"] == "ready":
            return
        time.sleep(0.1)


def hand_in(page: Page, base: str, path: Path) -> None:
    page.goto(f"{base}/so-lieu")
    expect(page.get_by_role("heading", name="Nhập số liệu", level=1)).to_be_visible(timeout=30_000)
    settled(page)
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("button", name=path.name)).to_be_visible()
    page.get_by_role("button", name="Kiểm tra tệp").click()
    expect(page.get_by_text("sẵn sàng để nhập")).to_be_visible(timeout=60_000)
    settled(page)


def store(page: Page) -> None:
    page.get_by_role("button", name="Nhập số liệu", exact=True).click()
    expect(page.get_by_text("Đã nhập xong")).to_be_visible(timeout=60_000)
    settled(page)


def test_from_a_file_with_mistakes_to_a_board_that_moved(office: Path, page: Page, tmp_path: Path) -> None:
    source = tmp_path / "ho-so.xlsx"
    source.write_bytes(workbook())
    with Server(env={"TRACKER_DATABASE_URL": f"sqlite:///{office}"}) as server:
        wait_for_data(server)
        page.goto(f"{server.base}/session/login")
        page.fill("[name=name]", "lan")
        page.fill("[name=password]", PASSWORD)
        page.locator("main button").first.click()
        page.goto(server.base)
        expect(page.get_by_text("Không xếp hạng")).to_have_count(1, timeout=30_000)  # Xã Bình has nothing yet

        # The headings are recognised; two rows are wrong, and the page says where and why.
        hand_in(page, server.base, source)
        expect(page.get_by_text("hôm kia").first).to_be_visible()
        with page.expect_download() as started:
            page.get_by_role("button", name=re.compile("dòng lỗi để sửa")).click()
        refused = tmp_path / started.value.suggested_filename
        started.value.save_as(refused)

        # The good row goes in, and the board moves.
        page.get_by_text("Chỉ nhập các dòng đúng").click()
        settled(page)
        store(page)
        page.goto(server.base)
        expect(page.get_by_text("Xã Bình").first).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Không xếp hạng")).to_have_count(0)

        # The bad rows, mended where they are coloured and handed in as they are.
        book = openpyxl.load_workbook(refused)
        sheet = book.active
        assert (sheet.title, sheet["A1"].value, sheet["A3"].value) == ("Tháng 3", TITLE, HEADINGS[0])
        assert [sheet["A4"].value, sheet["A5"].value] == ["0002", "0003"]
        coloured = [cell for row in sheet.iter_rows(min_row=4) for cell in row if cell.fill.fgColor.rgb == "FFFBD5D0"]
        assert [cell.coordinate for cell in coloured] == ["B4", "D5"]
        sheet["B4"], sheet["D5"] = "Xã Bình", "03/03/2020"
        book.save(refused)
        hand_in(page, server.base, refused)
        store(page)
        expect(page.get_by_text("2 dòng mới")).to_be_visible()

        # The history shows both, with who did it.
        page.goto(f"{server.base}/so-lieu")
        expect(page.get_by_role("cell", name=re.compile("ho-so.xlsx")).first).to_be_visible(timeout=30_000)
        expect(page.get_by_role("cell", name="lan").first).to_be_visible()
    assert page.failures == []
