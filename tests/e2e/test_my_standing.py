"""A commune's chairman on a phone: signs in, sees where the commune stands, and tries out what would bring it up."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from browsers import READY, chromium
from builders import act, put, put_offices
from playwright.sync_api import expect
from small_office import PASSWORD
from sqlalchemy import update
from ui.protocol import ROOT, Server

from tracker.services.access import ACCOUNT, Role
from tracker.services.accounts import Grant, NewAccount, add_account
from tracker.services.campaigns import NewCampaign, add_campaign, add_rulebook
from tracker.services.database import open_database
from tracker.services.passwords import hash_password
from tracker.store.engine import writing

pytestmark = pytest.mark.browser


@pytest.fixture
def office(sqlite_template: Path, tmp_path: Path) -> Path:
    """Under the shipped rules A has posted 2 of 4 procedures and B 3; all else is alike."""
    path = tmp_path / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    put_offices(engine, "A", "B")
    put(engine, "procedures", *({"code": f"P{n}", "name": f"Thủ tục {n}"} for n in range(1, 5)))
    for unit, posted in (("A", 2), ("B", 3)):
        row = {"unit": unit, "one_stop": 1, "workflow_assigned": 1, "postal": 1, "online_level": 3}
        rows = [{**row, "procedure": f"P{n}", "counter": int(n <= posted), "posted_on": "2020-01-02"} for n in range(1, 5)]
        put(engine, "postings", *rows)
        cells = {"unit": unit, "procedure": "P1", "received_at": "2020-03-02 08:00:00", "due_at": "2020-03-06 17:00:00"}
        put(engine, "dossiers", {**cells, "code": f"{unit}1", "completed_at": "2020-03-05 09:00:00"})
    rules = ROOT / "data" / "rulebooks" / "dak-nong-146.toml"
    add_rulebook(engine, rules.read_text("utf-8"), rules.name, act())
    add_campaign(engine, NewCampaign("y", "dak-nong-146", date(2020, 1, 1), date(2020, 12, 31)), act())
    add_account(engine, NewAccount("xa-a", Role.UNIT, grant=Grant(frozenset("A"))), act())
    with writing(engine) as connection:
        connection.execute(update(ACCOUNT).values(password=hash_password(PASSWORD), must_change=False))
    engine.dispose()
    return path


def test_a_unit_sees_and_tries_its_way_up_on_a_phone(office: Path):
    with Server(env={"TRACKER_DATABASE_URL": f"sqlite:///{office}"}) as server, chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(server.base + "/dang-nhap")
        page.locator("[name=name]").fill("xa-a")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form[action='/session/login'] button").click()
        expect(page).to_have_url(re.compile("/don-vi-toi"))
        page.wait_for_selector(READY, timeout=30_000)
        expect(page.get_by_role("heading", name="Đơn vị A")).to_be_visible()
        expect(page.get_by_text("Lên hạng 1").first).to_be_visible()
        expect(page.get_by_text("Còn thiếu 2 trong 4 thủ tục để đạt trọn điểm")).to_be_visible()
        page.get_by_role("slider", name="Niêm yết thêm thủ tục").press("ArrowRight")
        outcome = page.get_by_role("status")
        expect(outcome).to_contain_text("Hạng 1")
        page.get_by_role("radio", name="Lên hạng 1").or_(page.get_by_role("button", name="Lên hạng 1")).first.click()
        expect(page.get_by_text("Cần 1 việc:")).to_be_visible()
        expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)
        wide = "document.querySelector('[data-testid=stMain]').scrollWidth > 390"
        assert not page.evaluate(wide), "nothing is wider than the phone"
