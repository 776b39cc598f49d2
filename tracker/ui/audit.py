"""The log on screen: who did what, filtered, a page at a time; its head; and the check that nothing was bent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from tracker.services.access import Actor
from tracker.services.audit_log import (
    Entry,
    EntryPage,
    Wanted,
    export_entries,
    list_entries,
    list_known,
    say_faults,
    show_head,
    verify_log,
)
from tracker.services.running import database
from tracker.text import day, moment
from tracker.ui import look
from tracker.ui.downloads import offer
from tracker.ui.shell import choice, language, t, text_param
from tracker.ui.tables import Head, Markup, Row, table

PAGE_SIZE = 50
WHO, DONE, THING, SHEET = "ai", "viec", "doi-tuong", "trang"
_DIGEST, _SHOWN_DIGITS = 64, 12
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WORDS_OF = {"role": ("word.role",), "state": ("period.state", "dialogue.state", "programme.standing")}
_FAULTS_SHOWN = 20


def pick_entries(who: Actor) -> Wanted:
    """What the filters ask for; all but the days are kept in the link."""
    known = list_known(database(), who)
    with st.container(key="filters", horizontal=True):
        actor = choice(t("audit.actor"), ["", *known.actors], _or_all(name_actor), WHO, partial(st.selectbox, width=220))
        verb = choice(t("audit.verb"), ["", *known.verbs], _or_all(name_verb), DONE, partial(st.selectbox, width=260))
        with st.container(width=240):
            thing = text_param(t("audit.thing"), THING, t("audit.thing.hint"))
        first = st.date_input(t("audit.from"), None, key="audit from", format="DD/MM/YYYY", width=160)
        last = st.date_input(t("audit.to"), None, key="audit to", format="DD/MM/YYYY", width=160)
    return Wanted(actor or None, verb or None, thing.strip() or None, _day(first), _day(last))


def show_state(who: Actor) -> None:
    """The head to be written down, and the check of the whole log when it is asked for."""
    head = show_head(database(), who)
    st.markdown(look.plain(t("audit.head", seq=head.seq)))
    st.code(f"{head.seq} {head.hash}", language=None, wrap_lines=True)
    if not st.button(t("audit.verify"), icon=":material/fact_check:", key="audit verify"):
        return
    with st.spinner(t("audit.verifying")):
        verdict = verify_log(database(), who)
    faults = say_faults(verdict, language())
    for fault in faults[:_FAULTS_SHOWN]:
        st.error(look.plain(fault), icon=":material/gpp_bad:")
    if len(faults) > _FAULTS_SHOWN:
        st.markdown(t("audit.more_broken", n=len(faults) - _FAULTS_SHOWN))
    if not verdict.whole:
        return
    st.success(t("audit.whole", n=verdict.head.seq, hash=verdict.head.hash), icon=":material/verified_user:")
    if verdict.backwards:
        st.caption(t("audit.backwards", n=len(verdict.backwards), seq=verdict.backwards[0]))


def show_entries(who: Actor, wanted: Wanted) -> None:
    """The entries asked for, newest first, and the file of all of them."""
    sheet = _sheet_of_link()
    page = list_entries(database(), who, wanted, (sheet - 1) * PAGE_SIZE, PAGE_SIZE)
    if not page.entries and page.total:
        sheet = 1
        page = list_entries(database(), who, wanted, 0, PAGE_SIZE)
    if not page.total:
        st.info(t("audit.none"), icon=":material/inbox:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("audit.count", n=page.total))
        _show_download(who, wanted)
    st.html(entries_table(page))
    sheets = (page.total - 1) // PAGE_SIZE + 1
    if sheets > 1:
        _show_sheets(sheets, sheet)


def entries_table(page: EntryPage) -> Markup:
    """One row an entry: number, moment, who, what, to what, and what changed."""
    heads = [
        Head(t("audit.number"), figures=True),
        Head(t("audit.at"), code=True),
        Head(t("audit.actor"), code=True),
        Head(t("audit.verb")),
        Head(t("audit.thing")),
        Head(t("audit.said"), wide=True),
    ]
    return table(t("page.audit"), heads, (Row(_cells(entry), failing=entry.verb == "denied") for entry in page.entries))


def name_actor(actor: str) -> str:
    """The account's name; words for those who act without one."""
    return _known(f"audit.actor.{actor}") or actor


def name_verb(verb: str) -> str:
    """The verb in words; as it is stored where it has none."""
    return _known(f"audit.verb.{verb}") or verb


def name_thing(thing: str) -> str:
    """What was acted on, its kind in words: "batch/3" is batch 3."""
    kind, _, code = thing.partition("/")
    word = _known(f"audit.thing.{kind}")
    if word is None:
        return thing
    return f"{word} {_known(f'word.verb.{code}') or code}" if code else word


def _cells(entry: Entry) -> list[Markup]:
    at = t("value.none") if entry.at is None else moment(language(), entry.at)
    texts = (str(entry.seq), at, name_actor(entry.actor), name_verb(entry.verb), name_thing(entry.thing))
    return [*(look.markup(text) for text in texts), _said(entry)]


def _said(entry: Entry) -> Markup:
    """Before → after and the reason; digests are cut short, whole on hovering."""
    sides = [_pairs(side) for side in (entry.before, entry.after) if side]
    reason = f"<small>{look.markup(t('audit.reason', reason=entry.reason))}</small>" if entry.reason else ""
    return " → ".join(sides) + reason


def _pairs(side: Mapping[str, Any]) -> Markup:
    return ", ".join(
        f"{look.markup(_known(f'audit.key.{name}') or name)}: {_value(value, name)}" for name, value in side.items()
    )


def _value(value: Any, name: str = "") -> Markup:
    if isinstance(value, list):
        return ", ".join(_value(one, name) for one in value) or look.markup(t("value.none"))
    if isinstance(value, bool) or value is None:
        return look.markup(t({True: "value.yes", False: "value.no", None: "value.none"}[value]))
    text = look.markup(_in_words(str(value), name))
    if len(text) == _DIGEST and text.isalnum():
        return f'<span title="{text}">{text[:_SHOWN_DIGITS]}…</span>'
    return text


def _in_words(value: str, name: str) -> str:
    """A role, a state or a day as people say it; anything else as it is stored."""
    if _ISO_DAY.fullmatch(value):
        with suppress(ValueError):
            return day(language(), date.fromisoformat(value))
    said = (_known(f"{kind}.{value}") for kind in _WORDS_OF.get(name, ()))
    return next((words for words in said if words), value)


def _show_download(who: Actor, wanted: Wanted) -> None:
    opened = st.popover(t("audit.download"), icon=":material/download:", key="download_audit", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.caption(t("audit.download.note"))
        file = export_entries(database(), who, wanted)
        offer(t("download.csv"), file, "download_audit_csv", ":material/csv:")


def _show_sheets(sheets: int, sheet: int) -> None:
    def follow() -> None:
        st.query_params[SHEET] = str(st.session_state["audit sheet"])

    st.pagination(sheets, default=min(sheet, sheets), key="audit sheet", on_change=follow)


def _sheet_of_link() -> int:
    written = st.query_params.get(SHEET, "")
    return max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < 7 else 1


def _or_all(words: Callable[[str], str]) -> Callable[[str], str]:
    return lambda code: words(code) if code else t("audit.all")


def _day(chosen: object) -> date | None:
    return chosen if isinstance(chosen, date) else None


def _known(key: str) -> str | None:
    try:
        return t(key)
    except KeyError:
        return None
