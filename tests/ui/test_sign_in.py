"""Signing in by the running server: cookie flags, no forged identity, no foreign forms, set-up, sample roles, load."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from builders import act, put_offices

from tracker.services import demo_people
from tracker.services.access import Role
from tracker.services.accounts import Grant, NewAccount, add_account, change_role, disable_account
from tracker.services.credentials import change_password
from tracker.services.database import open_database, upgrade
from tracker.services.sessions import handle_of
from tracker.ui.signing_in import safe_next

from .protocol import ROOT, Run, Server, run_page

PASSWORD = "một hai ba bốn năm"
SIGN_IN_FIRST = "Hãy đăng nhập để xem trang này"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory):
    """A real database with people of several roles, of whom one viewer still has the password she was handed."""
    path = tmp_path_factory.mktemp("office") / "office.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    put_offices(database, "A", "B")
    people = {"chief": Role.ADMIN, "hoa": Role.CHAIR, "minh": Role.VIEWER, "clerk": Role.CLERK, "xa": Role.UNIT}
    for name, role in people.items():
        grant = Grant(frozenset({"A"})) if role in (Role.CLERK, Role.UNIT) else Grant()
        handed = add_account(database, NewAccount(name, role, grant=grant), act())
        change_password(database, handed, PASSWORD, act(actor=name))
    database.handed = add_account(database, NewAccount("lan", Role.VIEWER), act())
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def server(office) -> Iterator[Server]:
    with Server(env={"TRACKER_DATABASE_URL": office.url.render_as_string(hide_password=False)}) as running:
        wait_until_ready(running)
        yield running


def wait_until_ready(server: Server) -> None:
    for _ in range(300):
        if httpx.get(server.base + "/healthz").json()["data"] == "ready":
            return
        time.sleep(0.1)
    raise AssertionError(server.output())


def post(server: Server, path: str, origin: str | None = None, client: httpx.Client | None = None, **fields: str):
    headers = {"origin": server.base if origin is None else origin}
    return (client or httpx).post(server.base + path, data=fields, headers=headers, timeout=30)


def sign_in(server: Server, name: str, password: str = PASSWORD, **fields: str) -> str:
    """The token of a fresh sign-in."""
    answer = post(server, "/session/login", name=name, password=password, **fields)
    assert answer.status_code == 303, answer.text
    return answer.cookies["tracker_session"]


def opened(server: Server, token: str | None = None, page: str = "", **headers: str) -> Run:
    """The first run of a screen that a browser with this cookie opens."""
    cookie = {"Cookie": f"tracker_session={token}"} if token else {}
    return run_page(server, page, headers={**cookie, **headers})


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(server):
    answer = post(server, "/session/login", name="chief", password=PASSWORD)
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert not any(flag.startswith(("domain", "max-age", "expires")) for flag in flags), "gone with the browser"
    assert answer.headers["location"] == "/"
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_the_cookie_never_travels_in_clear_and_belongs_to_this_host_alone(office):
    env = {"TRACKER_DATABASE_URL": office.url.render_as_string(hide_password=False), "TRACKER_HTTPS": "1"}
    with Server(env=env) as running:
        wait_until_ready(running)
        answer = post(running, "/session/login", name="chief", password=PASSWORD)
    assert answer.headers["set-cookie"].startswith("__Host-tracker_session=")
    assert "secure" in answer.headers["set-cookie"].lower()


def test_a_real_database_with_accounts_shows_nothing_to_strangers(server):
    for page in ("", "don-vi", "danh-sach", "the-le"):
        run = opened(server, page=page)
        assert run.says(SIGN_IN_FIRST)
        assert not run.says("Đơn vị A")


def test_whoever_signs_in_sees_the_pages_and_after_signing_out_the_same_cookie_opens_nothing(server):
    token = sign_in(server, "hoa")
    assert not opened(server, token).says(SIGN_IN_FIRST)
    assert opened(server, token).says("hoa")
    with httpx.Client(cookies={"tracker_session": token}) as client:
        assert client.get(server.base + "/session/logout").status_code == 200
        assert not opened(server, token).says(SIGN_IN_FIRST), "looking at the page signs nobody out"
        assert post(server, "/session/logout", client=client).status_code == 303
    assert opened(server, token).says(SIGN_IN_FIRST)


def test_signing_out_everywhere_ends_every_browser_of_the_account(server):
    here, there, other = sign_in(server, "hoa"), sign_in(server, "hoa"), sign_in(server, "chief")
    with httpx.Client(cookies={"tracker_session": here}) as client:
        post(server, "/session/logout", client=client, everywhere="1")
    assert opened(server, here).says(SIGN_IN_FIRST)
    assert opened(server, there).says(SIGN_IN_FIRST)
    assert not opened(server, other).says(SIGN_IN_FIRST)


def test_a_browser_cannot_bring_the_servers_own_header(server):
    token = sign_in(server, "chief")
    for name in ("X-Tracker-Sid", "x-tracker-sid", "X-TRACKER-SID"):
        assert opened(server, **{name: handle_of(token)}).says(SIGN_IN_FIRST)
    viewer = sign_in(server, "minh")
    run = opened(server, viewer, **{"X-Tracker-Sid": handle_of(token)})
    assert run.says("minh")
    assert not run.says("chief")


def test_a_disabled_account_and_a_lost_role_are_felt_at_the_next_run(server, office):
    add_account(office, NewAccount("brief", Role.VIEWER), act())
    handed = add_account(office, NewAccount("short", Role.CHAIR), act())
    change_password(office, handed, PASSWORD, act(actor="short"))
    token = sign_in(server, "short")
    assert opened(server, token).says("Vai trò: chủ tịch hội đồng")
    change_role(office, "short", Role.VIEWER, Grant(), act())
    assert opened(server, token).says("Vai trò: người xem")
    disable_account(office, "short", act())
    assert opened(server, token).says(SIGN_IN_FIRST)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "http://127.0.0.1.evil.example"])
@pytest.mark.parametrize("path", ["login", "logout", "password", "setup", "sample", "provider"])
def test_a_form_on_another_site_is_refused(server, path, origin):
    answer = post(server, f"/session/{path}", origin=origin, name="chief", password=PASSWORD)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_wrong_password_an_unknown_name_and_a_disabled_account_get_the_very_same_answer(server, office):
    add_account(office, NewAccount("gone", Role.VIEWER), act())
    disable_account(office, "gone", act())
    answers = [post(server, "/session/login", name=name, password="wrong wrong") for name in ("minh", "nobody", "gone")]
    assert {answer.status_code for answer in answers} == {401}
    bodies = {re.sub(r'value="(minh|nobody|gone)"', "", answer.text) for answer in answers}
    assert len(bodies) == 1
    assert 'role="alert"' in answers[0].text
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_ten_wrong_passwords_lock_the_form_for_a_known_and_an_unknown_name_alike(server):
    for name in ("clerk", "not-there"):
        codes = [post(server, "/session/login", name=name, password="wrong wrong").status_code for _ in range(11)]
        assert codes == [401] * 9 + [429] * 2
    assert post(server, "/session/login", name="clerk", password=PASSWORD).status_code == 429


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/don-vi?u=A&lang=en", "/don-vi?u=A&lang=en"),
        ("/", "/"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("don-vi", "/"),
        ("/session/logout", "/"),
    ],
)
def test_after_signing_in_the_browser_stays_here(address, kept):
    assert safe_next(address) == kept


def test_the_form_leads_back_to_where_it_was_asked_for(server):
    answer = post(server, "/session/login", name="hoa", password=PASSWORD, next="/don-vi?u=A", lang="en")
    assert answer.headers["location"] == "/don-vi?u=A&lang=en"
    answer = post(server, "/session/login", name="hoa", password=PASSWORD, next="//evil.example/x")
    assert answer.headers["location"] == "/"


def test_a_units_account_lands_on_its_own_page_unless_it_asked_for_another(server):
    for asked, landed in (("/", "/don-vi-toi"), ("/?c=y", "/?c=y"), ("/the-le", "/the-le")):
        answer = post(server, "/session/login", name="xa", password=PASSWORD, next=asked)
        assert answer.headers["location"] == landed
    english = post(server, "/session/login", name="xa", password=PASSWORD, next="/?lang=en", lang="en")
    assert english.headers["location"] == "/don-vi-toi?lang=en"
    assert opened(server, answer.cookies["tracker_session"], "don-vi-toi").says("Đơn vị tôi đang ở đâu")


def test_what_is_typed_into_the_form_comes_back_as_text_only(server):
    hostile = '"><script>alert(1)</script>'
    answer = post(server, "/session/login", name=hostile, password="x", next=hostile)
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text
    page = httpx.get(server.base + "/dang-nhap", params={"next": hostile, "lang": hostile})
    assert "<script" not in page.text


def test_the_form_speaks_both_languages(server):
    assert '<html lang="vi">' in httpx.get(server.base + "/dang-nhap").text
    english = httpx.get(server.base + "/dang-nhap?lang=en").text
    assert '<html lang="en">' in english
    assert "Sign in" in english


def test_a_password_that_was_handed_over_must_be_changed_before_anything_is_seen(server, office):
    answer = post(server, "/session/login", name="lan", password=office.handed, next="/don-vi")
    assert answer.headers["location"].startswith("/session/password")
    token = answer.cookies["tracker_session"]
    assert opened(server, token).says("Hãy đặt mật khẩu riêng trước")
    with httpx.Client(cookies={"tracker_session": token}) as client:
        unlike = post(server, "/session/password", client=client, old=office.handed, new=PASSWORD, again="other")
        assert unlike.status_code == 422
        done = post(server, "/session/password", client=client, old=office.handed, new=PASSWORD, again=PASSWORD)
    assert done.status_code == 303
    assert opened(server, token).says(SIGN_IN_FIRST), "the old token ended with the old password"
    assert not opened(server, done.cookies["tracker_session"]).says(SIGN_IN_FIRST)


def test_nobody_changes_a_password_without_being_signed_in(server):
    answer = post(server, "/session/password", old=PASSWORD, new="another password", again="another password")
    assert answer.headers["location"] == "/dang-nhap?next=/session/password"


def test_sample_sign_in_is_refused_on_a_real_database_even_if_the_start_asks_for_it(office):
    env = {"TRACKER_DATABASE_URL": office.url.render_as_string(hide_password=False), "TRACKER_SAMPLE_SIGN_IN": "1"}
    with Server(env=env) as running:
        wait_until_ready(running)
        assert 'name="role"' not in httpx.get(running.base + "/dang-nhap").text
        answer = post(running, "/session/sample", role="admin")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("asked", [True, False])
def test_sample_data_open_for_each_role_only_if_the_start_asks_for_it(tmp_path: Path, asked: bool):
    path = tmp_path / "sample.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    put_offices(database, "A", "B", "C", "D")
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE state SET sample = 1")
    database.dispose()
    env = {"TRACKER_DATABASE_URL": f"sqlite:///{path}", "TRACKER_SAMPLE_SIGN_IN": "1" if asked else "0"}
    with Server(env=env) as running:
        wait_until_ready(running)
        form = httpx.get(running.base + "/dang-nhap").text
        for role in Role:
            answer = post(running, "/session/sample", role=role.value)
            assert (f'value="{role.value}"' in form) == asked
            assert answer.status_code == (303 if asked else 403)
            if asked:
                assert opened(running, answer.cookies["tracker_session"]).says(demo_people.account_of(role))
        assert not opened(running).says(SIGN_IN_FIRST), "sample data are for everyone to look into"


def test_the_set_up_link_makes_one_administrator_and_then_nobody(tmp_path: Path):
    with Server(env={"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"}) as running:
        wait_until_ready(running)
        link = next(word for word in running.output().split() if "/session/setup?token=" in word)
        token = parse_qs(urlsplit(link).query)["token"][0]
        assert not opened(running).says(SIGN_IN_FIRST), "before there are accounts the board is open"
        new = {"name": "chief", "new": PASSWORD, "again": PASSWORD}
        assert httpx.get(running.base + "/session/setup?token=guess").status_code == 403
        assert post(running, "/session/setup", token="guess", **new).status_code in (403, 422)
        assert post(running, "/session/setup", token=token, **{**new, "new": "short", "again": "short"}).status_code == 422
        made = post(running, "/session/setup", token=token, **new)
        assert made.status_code == 303
        assert opened(running, made.cookies["tracker_session"]).says("Vai trò: quản trị viên")
        assert post(running, "/session/setup", token=token, **{**new, "name": "thief"}).status_code in (403, 422)
        assert opened(running).says(SIGN_IN_FIRST)
        assert sign_in(running, "chief")


def memory_of(server: Server) -> int:
    """Peak resident memory of the server's process in MiB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory from /proc")
def test_twenty_who_sign_in_at_once_take_less_than_400_mb_and_five_seconds(server):
    took, codes, lock = [], [], threading.Lock()

    def enter() -> None:
        started = time.monotonic()
        code = post(server, "/session/login", name="hoa", password=PASSWORD).status_code
        with lock:
            took.append(time.monotonic() - started)
            codes.append(code)

    threads = [threading.Thread(target=enter) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303] * 20
    assert max(took) < 5, took
    assert memory_of(server) < 400


def test_the_configuration_maps_the_header_that_the_middleware_sets():
    assert 'trustedUserHeaders = {"X-Tracker-Sid" = "sid"}' in (ROOT / ".streamlit" / "config.toml").read_text("utf-8")


def test_a_cookie_that_the_provider_did_not_sign_opens_nothing(server):
    for cookie in ("_streamlit_user=forged", "_streamlit_user=chunks-1; _streamlit_user_1=forged"):
        run = run_page(server, headers={"Cookie": cookie})
        assert run.says(SIGN_IN_FIRST)
    assert post(server, "/session/provider", provider="default").status_code == 404, "no provider is named here"
    assert "/session/provider" not in httpx.get(server.base + "/dang-nhap").text
