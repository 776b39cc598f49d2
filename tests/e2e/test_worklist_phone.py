"""A commune's morning on a phone: what is at stake fits the screen, is ticked with a thumb, and stays ticked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from browsers import READY, chromium
from builders import put, put_campaign, put_offices
from people import put_account
from playwright.sync_api import expect
from ui.protocol import Server

from tracker.services import running
from tracker.services.access import Role
from tracker.services.accounts import Grant
from tracker.services.database import open_database
from tracker.services.sessions import begin

pytestmark = pytest.mark.browser


def test_a_unit_ticks_its_work_on_a_phone(sqlite_template: Path, tmp_path: Path):
    path = tmp_path / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    put_offices(engine, "A")
    year = date.today().year - 1  # noqa: DTZ011 (a server counts the real today)
    put_campaign(engine, begins=f"{year}-01-01", ends=f"{year}-12-31")
    moments = {"received_at": f"{year}-03-02 08:00", "due_at": f"{year}-03-10 17:00"}
    put(engine, "dossiers", {"code": "A-over", "unit": "A", "procedure": "P1", **moments}, today=date(year + 1, 1, 1))
    unit = put_account(engine, "xa-a", Role.UNIT, Grant(frozenset({"A"})))
    token = begin(engine, unit, running.now())
    engine.dispose()
    with Server(env={"TRACKER_DATABASE_URL": f"sqlite:///{path}"}) as server, chromium() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
        context.add_cookies([{"name": "tracker_session", "value": token, "url": server.base}])
        page = context.new_page()
        page.goto(f"{server.base}/viec-can-lam")
        first = page.locator(".tk-work").first
        expect(first).to_contain_text("A-over", timeout=30_000)
        expect(first).to_contain_text("đã mất 10")
        box = first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator("[class*=st-key-work_row]").first.locator("label").click()
        page.get_by_role("button", name="Đánh dấu đã xử lý").click()
        expect(page.get_by_text("Đã đánh dấu 1 việc")).to_be_visible(timeout=30_000)
        page.goto(f"{server.base}/viec-can-lam?xem=da-xu-ly")
        page.wait_for_selector(READY)
        expect(page.locator(".tk-work").first).to_contain_text("xa-a đánh dấu đã xử lý", timeout=30_000)
