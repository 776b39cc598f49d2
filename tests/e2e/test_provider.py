"""Signing in by an identity provider on this machine, in Chromium: unknown, linked, by a claim, signed out, shut out."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from builders import act, put_offices
from databases import free_port
from people import put_account
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select, text
from test_journey import browser, settled  # noqa: F401 - a fixture among them
from ui.protocol import Server

from tracker.services.access import OPERATOR, Role
from tracker.services.accounts import NewAccount, add_account, disable_account, enable_account, list_accounts
from tracker.services.credentials import change_password
from tracker.services.database import open_database, upgrade
from tracker.services.identities import Person, account_by_claim, link_identity, list_linked, list_newcomers
from tracker.services.sessions import SIGN_IN
from tracker.store.engine import reading, writing

pytestmark = pytest.mark.browser

PASSWORD = "một hai ba bốn năm"
PEOPLE = {
    "an-01": {"name": "Nguyễn Văn An"},
    "binh-02": {"name": "Trần Thị Bình"},
    "chi-03": {"name": "Lê Chi", "groups": ["nhan-vien", "thi-dua-don-vi"], "units": ["A"]},
    "dung-04": {"name": "Phạm Dũng", "groups": ["thi-dua-don-vi"], "units": ["KHONG-CO"]},
    "giang-05": {"name": "Võ Giang"},
}
ROLES = {"thi-dua-chu-tich": "chair", "thi-dua-don-vi": "unit"}
NOT_LINKED, SIGN_IN_FIRST = "Danh tính chưa được liên kết", "Hãy đăng nhập để xem trang này"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """An OpenID Connect provider with its own keys, codes and tokens, and these people."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    for subject, claims in PEOPLE.items():
        command += ["--user-claims", json.dumps({"sub": subject, **claims})]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    wait_for(lambda: httpx.get(f"{base}/.well-known/openid-configuration").status_code == 200)
    yield base
    process.terminate()
    process.wait(10)


def wait_for(holds) -> None:
    for _ in range(300):
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("it never came true")


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("provider") / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    put_offices(database, "A", "B")
    put_account(database, "an", Role.CHAIR)
    put_account(database, "binh", Role.VIEWER, handed=True)
    handed = add_account(database, NewAccount("chief", Role.ADMIN), act())
    change_password(database, handed, PASSWORD, act(actor="chief"))
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def server(office, issuer: str) -> Iterator[Server]:
    port = free_port()
    env = {
        "TRACKER_DATABASE_URL": office.url.render_as_string(hide_password=False),
        "TRACKER_OIDC_METADATA_URL": f"{issuer}/.well-known/openid-configuration",
        "TRACKER_OIDC_CLIENT_ID": "tracker",
        "TRACKER_OIDC_CLIENT_SECRET": "not-a-secret-of-anybody",
        "TRACKER_OIDC_COOKIE_SECRET": "0123456789abcdef0123456789abcdef",
        "TRACKER_OIDC_REDIRECT_URI": f"http://127.0.0.1:{port}/oauth2callback",
        "TRACKER_OIDC_ROLE_CLAIM": "groups",
        "TRACKER_OIDC_ROLES": json.dumps(ROLES),
        "TRACKER_OIDC_UNIT_CLAIM": "units",
    }
    with Server(env=env, port=port) as running:
        wait_for(lambda: httpx.get(running.base + "/healthz").json()["data"] == "ready")
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:  # noqa: F811
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="vi-VN")
    yield context
    context.close()


def come_by_provider(page: Page, server: Server, subject: str, landing: str = "/") -> None:
    """From the sign-in page to the provider and, as that person, back to the page that is theirs."""
    page.goto(server.base + "/dang-nhap")
    page.get_by_role("button", name="Đăng nhập bằng tài khoản cơ quan").click()
    page.get_by_role("button", name=subject).click(timeout=30_000)
    page.wait_for_url(server.base + landing, timeout=30_000)
    settled(page)


def opens(page: Page, server: Server) -> bool:
    """Whether a new screen of this browser lets its visitor in."""
    page.goto(server.base)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=30_000)
    settled(page)
    return page.get_by_role("heading", name=SIGN_IN_FIRST).count() == 0


def sign_ins(office, account: str) -> int:
    with reading(office) as connection:
        return connection.execute(select(func.count()).where(SIGN_IN.c.account == account)).scalar_one()


def test_an_unknown_person_is_told_so_and_enters_once_an_administrator_has_linked_them(
    server: Server,
    office,
    issuer: str,
    context: BrowserContext,
    browser: Browser,  # noqa: F811
) -> None:
    page = context.new_page()
    come_by_provider(page, server, "an-01")
    expect(page.get_by_role("heading", name=NOT_LINKED)).to_be_visible()
    expect(page.get_by_text("an-01")).to_be_visible()
    expect(page.get_by_text(issuer)).to_be_visible()
    assert [newcomer.label for newcomer in list_newcomers(office, OPERATOR)] == ["Nguyễn Văn An"]

    with browser.new_context(viewport={"width": 1366, "height": 1200}, locale="vi-VN") as desk:
        admin = desk.new_page()
        admin.goto(server.base + "/dang-nhap?next=/tai-khoan")
        admin.get_by_label("Tên tài khoản").fill("chief")
        admin.get_by_label("Mật khẩu").fill(PASSWORD)
        admin.get_by_role("button", name="Đăng nhập", exact=True).click()
        expect(admin.get_by_text("Nguyễn Văn An")).to_be_visible(timeout=30_000)
        settled(admin)
        admin.get_by_label("Liên kết với tài khoản").click()
        admin.get_by_role("option", name="an", exact=True).click()
        settled(admin)
        admin.get_by_role("button", name="Liên kết", exact=True).click()
        expect(admin.get_by_text("Đã liên kết danh tính với tài khoản an")).to_be_visible()
    assert [(one.account, one.person) for one in list_linked(office, OPERATOR)] == [("an", Person(issuer, "an-01"))]

    come_by_provider(page, server, "an-01")
    page.get_by_test_id("stMain").locator("..").get_by_role("button", name="an").first.click()
    expect(page.get_by_text("Vai trò: chủ tịch hội đồng")).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    word = cookies["_streamlit_user"]
    assert (word["httpOnly"], word["sameSite"], word["expires"]) == (True, "Lax", -1), "gone with the browser"
    assert "tracker_session" not in cookies


def test_signing_out_ends_both_and_the_kept_cookie_opens_nothing_any_more(
    server: Server, office, issuer: str, context: BrowserContext
) -> None:
    link_identity(office, "binh", Person(issuer, "binh-02"), act())
    page = context.new_page()
    come_by_provider(page, server, "binh-02")
    assert opens(page, server), "a one-time password that nobody needs keeps nobody out"
    assert not next(state for state in list_accounts(office, OPERATOR) if state.name == "binh").must_change
    kept = context.cookies()

    page.goto(server.base + "/session/logout")
    page.get_by_role("button").first.click()
    page.wait_for_url(f"{issuer}/oauth2/end_session**", timeout=30_000)  # the provider asks in its turn
    page.locator("form[action*=confirm] button").first.click()
    page.wait_for_url(server.base + "/**", timeout=30_000)
    settled(page)
    assert not opens(page, server)
    assert "_streamlit_user" not in {cookie["name"] for cookie in context.cookies()}
    assert sign_ins(office, "binh") == 0

    context.add_cookies(kept)
    assert not opens(page, server), "each token lets in once"
    assert sign_ins(office, "binh") == 0


def test_a_disabled_account_is_out_at_the_next_run_and_told_so_when_it_comes_again(
    server: Server, office, issuer: str, context: BrowserContext
) -> None:
    put_account(office, "giang", Role.COMMITTEE)
    link_identity(office, "giang", Person(issuer, "giang-05"), act())
    page = context.new_page()
    come_by_provider(page, server, "giang-05")
    assert opens(page, server)
    disable_account(office, "giang", act())
    page.get_by_text("English", exact=True).first.click()  # any click: the screen was open all the time
    expect(page.get_by_role("heading", name="Sign in to see this page")).to_be_visible(timeout=30_000)
    come_by_provider(page, server, "giang-05")
    expect(page.get_by_role("heading", name="Tài khoản đã bị khóa")).to_be_visible()
    enable_account(office, "giang", act())
    come_by_provider(page, server, "giang-05")
    assert opens(page, server)


def test_an_idle_sign_in_by_the_provider_ends_although_its_cookie_lives_on(
    server: Server, office, issuer: str, context: BrowserContext
) -> None:
    put_account(office, "thu", Role.COMMITTEE)
    link_identity(office, "thu", Person(issuer, "thu-06"), act())
    page = context.new_page()
    page.goto(server.base + "/dang-nhap")
    page.get_by_role("button", name="Đăng nhập bằng tài khoản cơ quan").click()
    page.get_by_placeholder("sub").fill("thu-06")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(server.base + "/", timeout=30_000)
    settled(page)
    assert opens(page, server)
    with writing(office) as connection:
        connection.execute(text("UPDATE sign_in SET seen_at = '2026-01-01 00:00:00' WHERE account = 'thu'"))
    assert not opens(page, server)


def test_a_claim_lets_in_with_its_role_and_units_and_one_that_names_no_unit_of_ours_does_not(
    server: Server, office, issuer: str, context: BrowserContext
) -> None:
    page = context.new_page()
    come_by_provider(page, server, "chi-03", "/don-vi-toi")
    assert opens(page, server), "and the board is a page like any other from then on"
    assert page.url == server.base + "/"
    name = account_by_claim(Person(issuer, "chi-03"))
    made = next(state for state in list_accounts(office, OPERATOR) if state.name == name)
    assert (made.role, made.grant.units, made.full_name) == (Role.UNIT, {"A"}, "Lê Chi")
    httpx.put(f"{issuer}/users/chi-03", json={"name": "Lê Chi", "groups": ["thi-dua-chu-tich"]}).raise_for_status()
    come_by_provider(page, server, "chi-03")
    changed = next(state for state in list_accounts(office, OPERATOR) if state.name == name)
    assert (changed.role, changed.grant.units) == (Role.CHAIR, frozenset())

    come_by_provider(page, server, "dung-04")
    expect(page.get_by_role("heading", name="Chưa thể vào hệ thống")).to_be_visible()
    expect(page.get_by_text("KHONG-CO")).to_be_visible()
    assert not any("Dũng" in state.full_name for state in list_accounts(office, OPERATOR))
    page.get_by_role("button", name="Thoát khỏi nhà cung cấp định danh").click()
    page.wait_for_url(f"{issuer}/oauth2/end_session**", timeout=30_000)
