"""The frame around the pages: guard, languages, links, the sample banner, and the wait for the data."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from tracker.ui import look, starting

from .protocol import ROOT
from .sample import province_file, sample_province  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("sample_province")
APP = str(ROOT / "streamlit_app.py")
PAGES = ("leaderboard", "unit", "lists", "rules")


def start(page: str = "leaderboard", **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return app if page == "leaderboard" else app.switch_page(f"pages/{page}.py").run()


@pytest.fixture
def preparing() -> Iterator[None]:
    """Data that are being prepared and have come to 42 percent."""
    done, reported = Event(), Event()

    def prepare(progress: starting.Progress) -> None:
        progress(42)
        reported.set()
        done.wait(30)

    thread = starting.begin(prepare)
    reported.wait(30)
    yield
    done.set()
    thread.join(30)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_opens_in_both_languages(page, lang):
    app = start(page, lang=lang)
    assert not app.exception
    assert not app.error
    assert app.title
    assert app.query_params.get("lang", "vi") == lang


@pytest.mark.parametrize("page", PAGES)
def test_a_page_run_without_the_shell_refuses_and_shows_nothing(page):
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py")).run()
    assert [error.value for error in app.error] == ["Hãy mở trang này từ trang chính"]
    assert not app.title


def test_the_switch_changes_the_language_and_the_link_and_the_page_stays():
    app = start("rules")
    in_vietnamese = app.title[0].value
    app.segmented_control(key="lang").set_value("en").run()
    assert app.title[0].value != in_vietnamese
    assert app.query_params["lang"] == "en"
    app.segmented_control(key="lang").set_value("vi").run()
    assert app.title[0].value == in_vietnamese
    assert "lang" not in app.query_params


def test_a_language_nobody_speaks_falls_back_to_vietnamese():
    assert start(lang="xx").title[0].value == start().title[0].value


@pytest.mark.usefixtures("preparing")
def test_while_data_are_prepared_every_page_shows_how_far_it_is():
    app = start(lang="en")
    assert app.get("progress")[0].proto.value == 42
    assert app.get("progress")[0].proto.text == "Preparing the data… 42%"
    assert [title.value for title in app.title] == ["Preparing the data"]


def test_when_preparing_failed_the_page_says_where_to_look():
    def fail(_progress: starting.Progress) -> None:
        raise OSError("no room")

    starting.begin(fail).join(30)
    try:
        app = start(lang="en")
    finally:
        starting.begin(lambda _progress: None).join(30)
    assert app.error[0].value == "The data could not be prepared"
    assert starting.now().stage is starting.Stage.READY
    assert "no room" not in app.markdown[0].value


PICKERS = """
import streamlit as st
from tracker.ui.shell import choice, language, text_param, unknown_in_link

names = {"vi": {"a": "Một", "b": "Hai"}, "en": {"a": "One", "b": "Two"}}
st.session_state.setdefault("lang", language())
st.text(f"unknown: {unknown_in_link('cluster', ['a', 'b'])}")
st.text("cluster: " + choice("Cluster", ["a", "b"], names[language()].__getitem__, "cluster", st.selectbox))
st.text("search: " + text_param("Search", "q"))
st.segmented_control("Language", ["vi", "en"], key="lang")
"""


def pickers(**query: str) -> AppTest:
    app = AppTest.from_string(PICKERS, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def test_a_choice_is_kept_in_the_link_by_its_code_and_survives_a_change_of_language():
    app = pickers()
    app.selectbox(key="cluster.vi").set_value("b").run()
    assert app.query_params["cluster"] == "b"
    app.segmented_control(key="lang").set_value("en").run()
    assert not app.exception
    assert app.selectbox(key="cluster.en").value == "b"
    assert app.text[1].value == "cluster: b"
    app.selectbox(key="cluster.en").set_value("a").run()
    assert "cluster" not in app.query_params


def test_a_choice_opens_from_the_link_and_an_unknown_code_is_told_apart():
    assert pickers(cluster="b").text[1].value == "cluster: b"
    unknown = pickers(cluster="nope")
    assert unknown.text[0].value == "unknown: nope"
    assert not unknown.exception


def test_two_options_of_one_name_are_told_apart_and_each_can_be_chosen():
    app = AppTest.from_string(
        """
import streamlit as st
from tracker.ui.shell import choice
st.text(choice("Officer", ["A/1", "B/1/", "B/2"], {"A/1": "An", "B/1/": "An", "B/2": "Bình"}.get, "who", st.selectbox))
"""
    ).run()
    assert app.selectbox[0].options == ["An (A/1)", "An (B/1)", "Bình"]
    for code in ("A/1", "B/1/", "B/2"):
        assert app.selectbox[0].set_value(code).run().text[0].value == code


def test_a_search_is_kept_in_the_link():
    app = pickers(q="dak")
    assert app.text[2].value == "search: dak"
    app.text_input(key="q").set_value("nong").run()
    assert app.query_params["q"] == "nong"
    app.text_input(key="q").set_value("").run()
    assert "q" not in app.query_params


FRESHNESS = """
import streamlit as st
from tracker.ui.shell import freshness

st.session_state.setdefault("runs", 0)
st.session_state["runs"] += 1
freshness(lambda: st.session_state.get("version", 1))
"""


def test_the_page_is_drawn_again_once_when_the_data_change():
    app = AppTest.from_string(FRESHNESS, default_timeout=30).run()
    assert app.session_state["runs"] == 1
    app.session_state["version"] = 2
    app.run()
    assert app.session_state["runs"] == 3


def test_markdown_in_stored_text_is_escaped():
    assert look.plain("*a* [b](c)") == r"\*a\* \[b\]\(c\)"
    assert look.plain("line\n# two") == r"line \# two"


def test_markup_in_stored_text_is_escaped():
    assert look.markup('<b title="x">') == "&lt;b title=&quot;x&quot;&gt;"
