"""The running server: health, headers, closed paths, compressed assets, language, deep links on a cold start, errors."""

from __future__ import annotations

import gzip
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tracker.ui.shell import HOME, PAGES

from .protocol import ROOT, Server, open_session, run_page

# All are registered from the first run on; which of them the navigation offers depends on whether the data are ready yet.
REGISTERED = ["", *(page.path for name, page in PAGES.items() if name != HOME)]
HTML = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def test_the_health_route_answers_at_once_and_says_whether_the_data_are_ready(server):
    answer = httpx.get(server.base + "/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["data"] in {"preparing", "ready"}


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore//metrics",
        "/_stcore/agent",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/don-vi/_stcore/agent/interact",
        "/_stcore/script-health-check",
        "/_stcore/%6detrics",
    ],
)
def test_the_servers_own_diagnostics_are_closed(server, path):
    for method in ("GET", "POST"):
        assert httpx.request(method, server.base + path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/don-vi", "/healthz", "/media/none", "/_stcore/health", "/_stcore/metrics"])
def test_every_answer_carries_the_strict_headers_and_is_never_stored(server, path):
    headers = httpx.get(server.base + path, headers=HTML).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_content_policy_allows_no_script_of_the_page_but_streamlits_own(server):
    policy = httpx.get(server.base, headers=HTML).headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts
    assert len(re.findall("'sha256-", scripts)) == 1
    assert "img-src 'self' data: blob:;" in policy
    assert "http:" not in policy
    assert "https:" not in policy


def test_a_strange_host_never_gets_into_the_content_policy(server):
    answer = httpx.get(server.base, headers={**HTML, "host": "a; script-src *"})
    assert "script-src *" not in answer.headers.get("content-security-policy", "")


def first_script(server: Server) -> str:
    page = httpx.get(server.base, headers=HTML).text
    found = re.search(r'src="\./(static/js/index[^"]+\.js)"', page)
    assert found
    return f"{server.base}/{found[1]}"


def test_scripts_are_compressed_once_and_come_out_as_they_were(server):
    script = first_script(server)
    plain = httpx.get(script, headers={"accept-encoding": "identity"})
    with httpx.stream("GET", script, headers={"accept-encoding": "gzip"}) as packed:
        body = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["vary"] == "Accept-Encoding"
        assert int(packed.headers["content-length"]) == len(body)
        assert packed.headers["cache-control"].startswith("public")
    assert gzip.decompress(body) == plain.content
    assert len(body) < len(plain.content) / 2
    assert httpx.get(script, headers={"accept-encoding": "gzip"}).content == plain.content


def test_a_browser_that_leaves_half_way_spoils_no_asset_for_the_others():
    with Server() as cold:  # whose memory holds no asset yet
        script = first_script(cold)
        path = urlsplit(script).path
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", cold.port)) as line:
                line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        whole = httpx.get(script, headers={"accept-encoding": "identity"}).content
        assert len(whole) > 100_000
        assert httpx.get(script, headers={"accept-encoding": "gzip"}).content == whole


def test_an_invented_asset_name_is_answered_by_the_page_which_nobody_keeps(server):
    invented = httpx.get(server.base + "/static/js/none.js", headers={"accept-encoding": "gzip"})
    assert invented.headers["content-type"].startswith("text/html")
    assert invented.headers["cache-control"] == "no-store"


def test_a_part_of_an_asset_is_left_as_it_is(server):
    part = httpx.get(first_script(server), headers={"range": "bytes=0-9", "accept-encoding": "gzip"})
    assert len(part.content) == 10


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("", "vi", "Theo dõi thi đua cải cách hành chính"),
        ("?lang=en", "en", "Administrative reform emulation tracker"),
        ("?lang=<b>", "vi", "Theo dõi thi đua cải cách hành chính"),
    ],
)
def test_the_document_says_its_language_and_title_before_any_script_runs(server, query, language, title):
    page = httpx.get(server.base + "/the-le" + query, headers=HTML)
    assert f'<html lang="{language}"' in page.text
    assert f"<title>{title}</title>" in page.text
    assert int(page.headers["content-length"]) == len(page.content)


@pytest.mark.parametrize("page", ["leaderboard", "rules"])
def test_a_cold_server_asked_first_for_a_pages_file_name_does_not_run_it_alone(page):
    with Server() as cold:
        run = run_page(cold, page)
    assert run.page_not_found
    assert list(run.hashes) == REGISTERED


def test_a_cold_server_asked_first_for_a_deep_link_runs_it_inside_the_shell():
    with Server() as cold:
        run = run_page(cold, "don-vi", "lang=en")
    assert not run.page_not_found
    assert run.says("Language")
    assert list(run.hashes) == REGISTERED


def test_the_leaderboards_own_address_leads_to_it_and_keeps_the_question(server):
    answer = httpx.get(server.base + "/bang-xep-hang?lang=en&cluster=b", headers=HTML)
    assert answer.status_code == 307
    assert answer.headers["location"] == "/?lang=en&cluster=b"


@pytest.mark.parametrize("name", ["127.0.0.1", "evil.example"])
def test_a_foreign_site_opens_no_session_not_even_by_a_name_of_its_own_for_this_machine(server, name):
    with (
        pytest.raises(InvalidStatus) as refused,
        open_session(server, name, origin=f"http://evil.example:{server.port}"),
    ):
        pass
    assert refused.value.response.status_code == 403


FAILING = """
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

def fail(progress):
    raise OSError("secret of the preparation")

if get_script_run_ctx(suppress_warning=True) is None:
    from tracker.ui.shell import on_script_error
    from tracker.ui.web import MIDDLEWARE, ROUTES, lifespan
    app = st.App(
        __file__, routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan(fail), on_script_error=on_script_error
    )
else:
    raise ValueError("secret of the page")
"""


def test_an_error_is_shown_by_a_number_that_stands_in_the_log_and_never_by_its_text(tmp_path: Path):
    script = tmp_path / "failing.py"
    script.write_text(FAILING, "utf-8")
    with Server(script) as server:
        run = run_page(server, query="lang=en")
        shown = "\n".join(run.texts)
        number = re.search(r"error ([0-9a-f]{8})", shown)
        log = server.output()
    assert "secret" not in shown
    assert "Traceback" not in shown
    assert str(tmp_path) not in shown
    assert number
    assert f"error {number[1]}" in log
    assert "secret of the page" in log


def test_a_failed_preparation_is_reported_by_the_health_route_and_in_the_log(tmp_path: Path):
    script = tmp_path / "failing.py"
    script.write_text(FAILING, "utf-8")
    with Server(script) as server:
        deadline = time.monotonic() + 10
        while httpx.get(server.base + "/healthz").json()["data"] != "failed":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert "secret of the preparation" in server.output()


def test_the_server_listens_on_this_machine_only_and_calls_nobody():
    settings = (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
    assert 'address = "127.0.0.1"' in settings
    assert "gatherUsageStats = false" in settings
    assert 'showErrorDetails = "none"' in settings
