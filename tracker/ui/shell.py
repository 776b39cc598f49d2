"""The frame around every page: language, navigation, guard, sample banner, freshness, and pickers that live in the link."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

import streamlit as st

from tracker.text import LANGUAGES, Language, say
from tracker.ui import look, starting
from tracker.ui.starting import Stage, new_error_id

_log = logging.getLogger(__name__)

_POLL_EVERY = "10s"
_LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
_OPENED = "opened page"
HOME = "leaderboard"


@dataclass(frozen=True, slots=True)
class PageFile:
    """Where a page stands: its file, its place in links (never the file's stem, or the page could run alone), its icon."""

    file: str
    path: str
    icon: str


PAGES = {
    HOME: PageFile("pages/leaderboard.py", "bang-xep-hang", ":material/leaderboard:"),
    "unit": PageFile("pages/unit.py", "don-vi", ":material/account_balance:"),
    "lists": PageFile("pages/lists.py", "danh-sach", ":material/workspace_premium:"),
    "rules": PageFile("pages/rules.py", "the-le", ":material/gavel:"),
}


def main(data_version: Callable[[], int], is_sample: Callable[[], bool]) -> None:
    """Draw the frame and run the page that was asked for; the two callables are asked only once the data are ready."""
    st.session_state.setdefault("lang", language())
    st.set_page_config(page_title=t("app.name"), page_icon=str(look.ICON), layout="wide")
    st.html(look.styles())
    st.logo(look.logo(language()), size="large")
    pages = _pages()
    page = st.navigation(list(pages.values()), position="top")
    _language_switch()
    if starting.now().stage is Stage.READY:
        if is_sample():
            _sample_banner()
        freshness(data_version)
    st.session_state[_OPENED] = next(name for name, known in pages.items() if known is page)
    page.run()


def open_page(name: str) -> Language:
    """The visitor's language. Every page's first statement: it stops unless the shell runs the page and data are ready."""
    if st.session_state.pop(_OPENED, None) != name:
        st.error(t("guard.title"), icon=":material/lock:")
        st.markdown(t("guard.advice"))
        st.stop()
    start = starting.now()
    if start.stage is Stage.PREPARING:
        _show_preparing()
        st.stop()
    if start.stage is Stage.FAILED:
        st.error(t("starting.failed.title"), icon=":material/error:")
        st.markdown(t("starting.failed.advice", error=start.error))
        st.stop()
    return language()


def language() -> Language:
    """The visitor's language: what the switch says, else what the link says, else Vietnamese."""
    asked = st.session_state.get("lang") or st.query_params.get("lang")
    return next((code for code in LANGUAGES if code == asked), LANGUAGES[0])


def t(key: str, /, **args: object) -> str:
    """The words of a key in the visitor's language."""
    return say(language(), key, **args)


def link(name: str, **query: str) -> str:
    """The address of a page with its query, in the visitor's language; for real links that a keyboard can follow."""
    if language() != LANGUAGES[0]:
        query["lang"] = language()
    path = "" if name == HOME else PAGES[name].path  # Streamlit serves its default page at the root only
    return f"/{path}" + (f"?{urlencode(query)}" if query else "")


def choice(label: str, codes: Sequence[str], words: Callable[[str], str], name: str, draw: Callable[..., Any]) -> str:
    """The chosen code, kept in the link as `name=code` unless it is the first, drawn by a select or segmented widget.

    Streamlit stores the words shown, not the code, so the widget's key carries the language and the code is kept apart.
    """
    state, widget, written = f"choice:{name}", f"{name}.{language()}", f"written:{name}"
    asked, known = st.query_params.get(name), st.session_state.get(widget)
    if asked in codes and asked != st.session_state.get(written):  # a link was followed, and it means what it says
        known = asked
    if known not in codes:
        known = st.session_state.get(state)
    # Set on every run: on another page a widget of the same key is a new one, and would begin at its first option.
    st.session_state[widget] = known if known in codes else codes[0]
    st.session_state[state] = chosen = cast(str, draw(label, codes, format_func=words, key=widget))
    st.session_state[written] = chosen if chosen != codes[0] else ""
    _put_in_link(name, st.session_state[written])
    return chosen


def text_param(label: str, name: str, placeholder: str = "") -> str:
    """The text of a search box, kept in the link as `name=text`."""
    st.session_state.setdefault(name, st.query_params.get(name, ""))
    text = (
        st.text_input(label, key=name, type="search", placeholder=placeholder, live="400ms", persist_state="session") or ""
    )
    _put_in_link(name, text)
    return text


def unknown_in_link(name: str, codes: Sequence[str]) -> str | None:
    """The code the link asks for if it is none of `codes`; the page then says so instead of showing something else."""
    asked = st.query_params.get(name)
    return asked if asked is not None and asked not in codes and f"choice:{name}" not in st.session_state else None


@st.fragment(run_every=_POLL_EVERY)
def freshness(poll: Callable[[], int]) -> None:
    """Draw the page again when the stored data have changed since it was drawn."""
    version = poll()
    if version != st.session_state.setdefault("data version", version):
        st.session_state["data version"] = version
        st.toast(t("freshness.updated"), icon=":material/sync:")
        st.rerun()


def on_script_error(_error: Exception) -> bool:
    """Show a friendly message with a number that stands in the log; the traceback stays there (Streamlit has written it)."""
    error = new_error_id()
    _log.error("error %s: the exception above", error)
    st.error(t("error.title"), icon=":material/error:")
    st.markdown(t("error.advice", error=error))
    return True


def _pages() -> dict[str, Any]:
    return {
        name: st.Page(page.file, title=t(f"nav.{name}"), icon=page.icon, url_path=page.path, default=name == HOME)
        for name, page in PAGES.items()
    }


def _language_switch() -> None:
    with st.container(key="language", width="content"):
        st.segmented_control(
            t("language.label"),
            LANGUAGES,
            format_func=_LANGUAGE_NAMES.__getitem__,
            key="lang",
            required=True,
            label_visibility="collapsed",
        )
    _put_in_link("lang", language() if language() != LANGUAGES[0] else "")


def _sample_banner() -> None:
    said, explained = (look.markup(t(key)) for key in ("sample.banner", "sample.explained"))
    st.html(f'<div class="tk-sample" role="note"><strong>{said}</strong><span>{explained}</span></div>')


def _put_in_link(name: str, value: str) -> None:
    if value and st.query_params.get(name) != value:
        st.query_params[name] = value
    elif not value and name in st.query_params:
        del st.query_params[name]


@st.fragment(run_every="500ms")
def _show_preparing() -> None:
    start = starting.now()
    if start.stage is not Stage.PREPARING:
        st.rerun()
    st.title(t("starting.title"))
    st.progress(start.percent, text=t("starting.progress", n=start.percent))
    st.caption(t("starting.wait"))
