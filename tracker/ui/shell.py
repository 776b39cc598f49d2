"""The frame around every page: language, who is signed in, navigation, guard, freshness, and pickers kept in the link."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

import streamlit as st

from tracker.services import sessions
from tracker.services.access import VISITOR, Actor, DeniedError, Role, Verb
from tracker.services.identities import Arrived
from tracker.services.running import database, now
from tracker.services.sessions import Presence
from tracker.text import LANGUAGES, Language, say, say_problem
from tracker.ui import look, provider, starting
from tracker.ui.signing_in import OWN_PAGE, PASSWORD, SIGN_IN, SIGN_OUT
from tracker.ui.starting import Stage, new_error_id

_log = logging.getLogger(__name__)

_POLL_EVERY = "10s"
_LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
_OPENED = "opened page"
_UNREADY = "not ready"
_WHO, _TICKED, _AT = "who looks", "ticked", "page"
_NOBODY = Presence(VISITOR, "", None, frozenset())
HOME, LANDING = "leaderboard", "my_standing"  # a unit's account lands on its own page


@dataclass(frozen=True, slots=True)
class PageFile:
    """Where a page stands: its file, its place in links (never the file's stem, or the page could run alone), its icon.

    `verb`: what whoever opens it must be allowed to do to at least one unit; its service functions ask again.
    `group`: the heading it stands under in the navigation, "" for none.
    """

    file: str
    path: str
    icon: str
    verb: Verb = Verb.SEE_STANDINGS
    group: str = ""


WORK, ADMIN = "work", "admin"
PAGES = {
    HOME: PageFile("pages/leaderboard.py", "bang-xep-hang", ":material/leaderboard:"),
    LANDING: PageFile("pages/my_standing.py", OWN_PAGE.removeprefix("/"), ":material/my_location:"),
    "unit": PageFile("pages/unit.py", "don-vi", ":material/account_balance:"),
    "lists": PageFile("pages/lists.py", "danh-sach", ":material/workspace_premium:"),
    "rules": PageFile("pages/rules.py", "the-le", ":material/gavel:"),
    "indices": PageFile("pages/indices.py", "chi-so", ":material/trending_up:"),
    "data": PageFile("pages/data.py", "so-lieu", ":material/upload_file:", Verb.IMPORT, WORK),
    "period": PageFile("pages/period.py", "ky-thi-dua", ":material/timeline:", Verb.PROPOSE_STEP, WORK),
    "appeals": PageFile("pages/appeals.py", "giai-trinh", ":material/balance:", Verb.SEE_APPEALS, WORK),
    "appraisal": PageFile("pages/appraisal.py", "tham-dinh", ":material/fact_check:", Verb.APPRAISE, WORK),
    "decisions": PageFile("pages/decisions.py", "xet-duyet", ":material/how_to_vote:", Verb.DECIDE, WORK),
    "papers": PageFile("pages/papers.py", "van-ban", ":material/description:", Verb.MAKE_PAPERS, WORK),
    "nominations": PageFile("pages/nominations.py", "de-cu-ca-nhan", ":material/person_add:", Verb.NOMINATE, WORK),
    "worklist": PageFile("pages/worklist.py", "viec-can-lam", ":material/checklist:", Verb.SEE_CASES, WORK),
    "programme": PageFile("pages/programme.py", "chuong-trinh", ":material/event_note:", Verb.SEE_STANDINGS, WORK),
    "review": PageFile("pages/review.py", "chi-tieu-con-thap", ":material/assignment_late:", Verb.SEE_CASES, WORK),
    "practices": PageFile("pages/practices.py", "cach-lam-hay", ":material/lightbulb:", Verb.SEE_STANDINGS, WORK),
    "officers": PageFile("pages/officers.py", "can-bo", ":material/badge:", Verb.SEE_CASES, WORK),
    "apologies": PageFile("pages/apologies.py", "van-ban-xin-loi", ":material/mail:", Verb.SEE_CASES, WORK),
    "entry": PageFile("pages/entry.py", "nhap-tay", ":material/edit_note:", Verb.IMPORT, WORK),
    "quality": PageFile("pages/quality.py", "chat-luong-so-lieu", ":material/rule:", Verb.SEE_CASES, WORK),
    "campaigns": PageFile("pages/campaigns.py", "dot-thi-dua", ":material/flag:", Verb.EDIT_RULES, ADMIN),
    "rulebooks": PageFile("pages/rulebooks.py", "quan-ly-the-le", ":material/library_books:", Verb.EDIT_RULES, ADMIN),
    "units": PageFile("pages/units.py", "don-vi-cum", ":material/account_tree:", Verb.EDIT_RULES, ADMIN),
    "calendar": PageFile("pages/calendar.py", "lich-lam-viec", ":material/calendar_month:", Verb.EDIT_RULES, ADMIN),
    "paper_templates": PageFile("pages/paper_templates.py", "mau-van-ban", ":material/draft:", Verb.EDIT_RULES, ADMIN),
    "users": PageFile("pages/users.py", "tai-khoan", ":material/manage_accounts:", Verb.MANAGE_USERS, ADMIN),
    "audit": PageFile("pages/audit.py", "nhat-ky", ":material/history:", Verb.SEE_AUDIT, ADMIN),
}


def main(data_version: Callable[[], int], is_sample: Callable[[], bool]) -> None:
    """Draw the frame and run the page that was asked for; the two callables are asked only once the data are ready."""
    st.session_state.setdefault("lang", language())
    st.set_page_config(page_title=t("app.name"), page_icon=str(look.ICON), layout="wide")
    st.html(look.styles() + look.uploader_words(t("upload.choose"), t("upload.drop")))
    st.logo(look.logo(language()), size="large")
    ready = starting.now().stage is Stage.READY
    who, arrived = _look() if ready else (_NOBODY, None)
    st.session_state[_WHO], st.session_state[_UNREADY] = who, not ready
    pages = _pages(who)
    known = Verb.SEE_STANDINGS in who.verbs or not ready
    page = st.navigation(_grouped(pages), position="top" if known else "hidden")
    opened = next(name for name, shown in pages.items() if shown is page)
    if arrived is not None and arrived.actor is not None and who.role is Role.UNIT and _asks_for_nothing(opened):
        st.switch_page(pages[LANDING])
    with st.container(key="language", horizontal=True, width="content"):
        _account(who, opened)
        _language_switch()
    if ready:
        if is_sample():
            _sample_banner()
        freshness(lambda: _watch(data_version))
    if arrived is not None and arrived.actor is None:
        provider.show_turned_away(arrived, language())
        return
    st.session_state[_OPENED] = st.session_state[_AT] = opened
    page.run()


def actor() -> Actor:
    """Who acts on this screen: an account's name, or the visitor. Asked of the database each time, also in callbacks."""
    return sessions.find(database(), handle(), now(), seen=False) or VISITOR


def later_actor() -> Callable[[], Actor]:
    """Who acts on this screen once something happens without it, such as a download that is made when it is asked for."""
    signed_in = handle()
    return lambda: sessions.find(database(), signed_in, now(), seen=False) or VISITOR


def who() -> Presence:
    """Who looks at this screen and what they may do, as it was when this run began; services ask again."""
    return cast(Presence, st.session_state[_WHO])


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
    if st.session_state[_UNREADY]:  # the data became ready after this run had begun, so nobody was looked up
        st.rerun()
    _require_verb(name)
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

    Streamlit stores the words shown, not the code, so the widget's key carries the language and the code is kept apart, and
    two options of one name are told apart by their codes.
    """
    named = _told_apart(codes, words)
    state, widget, written = f"choice:{name}", f"{name}.{language()}", f"written:{name}"
    asked, known = st.query_params.get(name), st.session_state.get(widget)
    if asked in codes and asked != st.session_state.get(written):  # a link was followed, and it means what it says
        known = asked
    if known not in codes:
        known = st.session_state.get(state)
    # Set on every run: on another page a widget of the same key is a new one, and would begin at its first option.
    st.session_state[widget] = known if known in codes else codes[0]
    st.session_state[state] = chosen = cast(str, draw(label, codes, format_func=named.__getitem__, key=widget))
    st.session_state[written] = chosen if chosen != codes[0] else ""
    _put_in_link(name, st.session_state[written])
    return chosen


def _told_apart(codes: Sequence[str], words: Callable[[str], str]) -> dict[str, str]:
    named = {code: words(code) for code in codes}
    times = Counter(named.values())
    return {code: name if times[name] == 1 else f"{name} ({code.strip('/')})" for code, name in named.items()}


def handle() -> str | None:
    """The sign-in that the server's own header names; a browser cannot bring that header itself."""
    named = st.user.to_dict().get("sid")
    return named if isinstance(named, str) else None


def sign_in_again() -> str:
    """Where to sign in anew and come back to the page that is open."""
    return _sign_in_address(st.session_state[_AT])


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
        st.session_state[_TICKED] = True
        st.toast(t("freshness.updated"), icon=":material/sync:")
        st.rerun()


def on_script_error(caught: Exception) -> bool:
    """Show what was denied, or a friendly message with a number that stands in the log, where the traceback stays."""
    if isinstance(caught, DeniedError):  # the right was taken away, or the sign-in ended, while the page was being drawn
        st.error(say_problem(language(), caught.problems[0]), icon=":material/lock:")
        return True
    error = new_error_id()
    _log.error("error %s: the exception above", error)
    st.error(t("error.title"), icon=":material/error:")
    st.markdown(t("error.advice", error=error))
    return True


def _pages(who: Presence) -> dict[str, Any]:
    """Every page; those that are not for whoever looks are hidden, and say so to who follows a link to one."""
    return {name: _page(name, page, shown=_is_shown(page, who)) for name, page in PAGES.items()}


def _is_shown(page: PageFile, who: Presence) -> bool:
    return page.verb is Verb.SEE_STANDINGS or page.verb in who.verbs


def _page(name: str, page: PageFile, *, shown: bool) -> Any:
    return st.Page(
        page.file,
        title=t(f"nav.{name}"),
        icon=page.icon,
        url_path=page.path,
        default=name == HOME,
        visibility="visible" if shown else "hidden",
    )


def _grouped(pages: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The pages under the headings of the navigation, those without one first."""
    groups: dict[str, list[Any]] = {}
    for name, page in pages.items():
        group = PAGES[name].group
        groups.setdefault(t(f"nav.group.{group}") if group else "", []).append(page)
    return groups


def _look() -> tuple[Presence, Arrived | None]:
    """Who looks at this screen, and whom the identity provider has just sent; a run that polling began is no activity."""
    ticked = st.session_state.pop(_TICKED, False)
    found = sessions.find(database(), handle(), now(), seen=not ticked)
    sent_on = provider.run_errand(signed_in=found is not None)
    arrived = provider.enter(database(), handle(), now()) if found is None and not sent_on else None
    if arrived is not None and arrived.actor is not None:
        return sessions.look(database(), arrived.actor), arrived
    return sessions.look(database(), found or VISITOR), arrived


def _asks_for_nothing(opened: str) -> bool:
    """Whether the link is the bare address, as of everybody whom the identity provider sends."""
    return opened == HOME and not set(st.query_params) - {"lang"}


def _watch(data_version: Callable[[], int]) -> int:
    """The data version; where somebody signed out, or a right was taken away, the page is drawn again at once."""
    named = handle()
    if named is not None or st.session_state[_WHO].actor != VISITOR:
        found = sessions.find(database(), named, now(), seen=False)
        if sessions.look(database(), found or VISITOR) != st.session_state[_WHO]:
            st.session_state[_TICKED] = True
            st.rerun()
    return data_version()


def _require_verb(name: str) -> None:
    """Stop, saying why and what to do, where this page is not for whoever looks."""
    who = st.session_state[_WHO]  # the shell has asked in this very run, and runs no page without having asked
    if PAGES[name].verb in who.verbs:
        return
    if who.must_change:
        words, address = "guard.must_change", PASSWORD
    else:
        words, address = ("guard.sign_in", _sign_in_address(name)) if who.actor == VISITOR else ("guard.denied", "")
    st.title(t(words))
    st.markdown(t(f"{words}.advice"))
    if address:
        action = t("password.title" if who.must_change else "account.sign_in")
        st.html(f'<a class="tk-button" href="{look.markup(address)}" target="_self">{look.markup(action)}</a>')
    st.stop()


def _sign_in_address(name: str) -> str:
    """Where to sign in and come back to this page as it is."""
    query = {key: value for key, value in st.query_params.to_dict().items() if key != "lang"}
    return f"{SIGN_IN}?{urlencode({'next': link(name, **query), 'lang': language()})}"


def _account(who: Presence, opened: str) -> None:
    """The link to sign in where there are accounts, or the menu of whoever is signed in."""
    if who.actor == VISITOR:
        if who.accounts:
            address = look.markup(_sign_in_address(opened))
            st.html(f'<a class="tk-sign-in" href="{address}" target="_self">{look.markup(t("account.sign_in"))}</a>')
        return
    with st.popover(look.plain(who.full_name or who.actor), icon=":material/account_circle:", key="account"):
        said = who.full_name or who.actor
        account = f"<span>{look.markup(who.actor)}</span>" if who.full_name else ""
        role = t("account.role", role=t(f"word.role.{who.role.value}")) if who.role else ""
        links = ((PASSWORD, "password.title"), (SIGN_OUT, "sign_out.title"))
        anchors = "".join(
            f'<a href="{address}?lang={language()}" target="_self">{look.markup(t(words))}</a>' for address, words in links
        )
        st.html(
            f'<div class="tk-account"><strong>{look.markup(said)}</strong>{account}<span>{look.markup(role)}</span>'
            f"{anchors}</div>"
        )


def _language_switch() -> None:
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
