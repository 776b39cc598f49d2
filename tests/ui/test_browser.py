"""In Chromium: nothing is fetched from outside, the content policy holds, stored text shows letter for letter."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .protocol import Server

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("TRACKER_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

HOSTILE = [
    "a -> b <- c <-> d -- e >= f <= g ~= h --- i",
    "see www.example.com, http://evil.example/x.png or a@b.vn",
    "![x](http://evil.example/i.png) <img src=http://evil.example/j.png>",
    ":smile: :red[x] :material/home: :red-badge[q] :x:",
    "$x^2$ $$y$$ **a** _b_ ~~c~~ `d` [^1] [x]: y",
    "# 1. - * > | a | b |",
    "<b onclick=alert(1)>x</b> &amp; &lt; \\ \\*",
    "Xã «Đắk Nông» – số 12/2018/QĐ-UBND, 10:30:45",
]
SCRIPT = f"""
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from tracker.ui.web import MIDDLEWARE, ROUTES, lifespan
    app = st.App(__file__, routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan(lambda progress: None))
else:
    import pandas as pd
    import plotly.graph_objects as go
    from tracker.ui.look import markup, plain

    st.dataframe(pd.DataFrame({{"a": [1, 2]}}))
    st.metric("m", "1", "2", chart_data=[1, 3, 2])
    st.plotly_chart(go.Figure(go.Bar(x=[1], y=[2])))
    for number, text in enumerate({HOSTILE!r}):
        st.container(key=f"markdown{{number}}").markdown(plain(text))
        st.container(key=f"title{{number}}").subheader(plain(text), anchor=False)
        st.container(key=f"html{{number}}").html("<p>" + markup(text) + "</p>")
    st.text("drawn")
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield running
        running.close()


def watch(page: Page) -> list[str]:
    """Everything the page does that it must not: a request to a stranger, a break of the content policy."""
    found: list[str] = []
    here = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    page.on("request", lambda request: found.append(request.url) if not request.url.startswith(here) else None)
    page.on("console", lambda said: found.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_grids_charts_and_hostile_text_break_no_policy_and_show_letter_for_letter(browser: Browser, tmp_path: Path):
    script = tmp_path / "hostile.py"
    script.write_text(SCRIPT, "utf-8")
    with Server(script) as server, browser.new_context() as context:
        page = context.new_page()
        found = watch(page)
        page.goto(server.base)
        expect(page.get_by_text("drawn")).to_be_visible(timeout=30_000)
        expect(page.locator(".js-plotly-plot")).to_be_visible(timeout=30_000)
        for number, text in enumerate(HOSTILE):
            for kind in ("markdown", "title", "html"):
                shown = page.locator(f".st-key-{kind}{number}")
                assert shown.evaluate("element => element.textContent") == text, kind
                assert shown.locator("a, img, b, code, em, strong, del, table, li, svg").count() == 0, (kind, text)
    assert found == []


def test_every_page_opens_by_its_link_fits_a_phone_and_fetches_nothing_from_outside(browser: Browser):
    with Server() as server, browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        found = watch(page)
        for path in ("/", "/don-vi", "/danh-sach", "/the-le?lang=en"):
            page.goto(server.base + path)
            expect(page.locator("h1").first).to_be_visible(timeout=30_000)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator("html").get_attribute("lang") == "en"
    assert found == []
