"""Issued papers on screen: what was just issued, everything that was, and the very bytes of one to take away again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from tracker.services.exports import Download
from tracker.services.issued_papers import BUNDLE, Issued, fetch_issued
from tracker.services.paper_print import can_print, print_paper
from tracker.services.running import database
from tracker.text import day, moment
from tracker.ui.audit import name_actor
from tracker.ui.doing import attempt
from tracker.ui.downloads import offer
from tracker.ui.look import markup, plain
from tracker.ui.papers import JUST_ISSUED, PaperDesk
from tracker.ui.shell import actor, choice, language, t
from tracker.ui.tables import Head, Markup, Row, table

TAKEN, PAGE = "tai", "trang"
_ON_PAGE, _DIGITS, _KILO = 50, 16, 1000


def draw_just_issued(desk: PaperDesk) -> None:
    """The paper that was just issued, ready to take away."""
    issued = next((one for one in desk.issued if one.id == st.session_state.get(JUST_ISSUED)), None)
    if issued is None:
        return
    with st.container(border=True, key="card_issued"):
        st.markdown(f"**{plain(_name(desk, issued))}**")
        with st.container(horizontal=True):
            _offer(issued, "issued just now", primary=True)
        st.html(f'<span class="tk-sha">SHA-256 {issued.sha256}</span>')


def draw_history(desk: PaperDesk) -> None:
    """Every issue of the period, the newest first, and the way to one's file."""
    if not desk.issued:
        st.info(t("papers.history.none"), icon=":material/inbox:")
        return
    st.markdown(t("papers.history.explained"))
    files = {str(one.id): one for one in desk.issued if one.kind != BUNDLE}
    if files:
        with st.container(horizontal=True, vertical_alignment="bottom", key="history_tools"):
            pick_one = partial(st.selectbox, width=620)
            words = {"": t("papers.take.none"), **{code: _name(desk, one) for code, one in files.items()}}
            code = choice(t("papers.take"), ["", *files], words.__getitem__, TAKEN, pick_one)
            if code:
                _offer(files[code], f"issued {code}")
    pages = -(-len(desk.issued) // _ON_PAGE)
    at = st.pagination(pages, key="history page") if pages > 1 else 1
    shown = desk.issued[(at - 1) * _ON_PAGE : at * _ON_PAGE]
    st.html(_table(desk, shown))


def _offer(issued: Issued, key: str, *, primary: bool = False) -> None:
    got = attempt(lambda: fetch_issued(database(), issued.id, actor()))
    if got is None:
        return
    (file,) = got
    offer(t("papers.download"), file, f"download {key}", primary=primary)
    if can_print():
        _offer_pdf(file, key)


def _offer_pdf(file: Download, key: str) -> None:
    """The same paper as PDF, made once somebody asks for it."""
    opened = st.popover(t("papers.pdf"), icon=":material/picture_as_pdf:", key=f"pdf {key}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.caption(t("papers.pdf.note"))
        with st.spinner(t("papers.printing")):
            got = attempt(lambda: print_paper(file.name, file.data))
        if got is not None:
            offer(t("papers.download"), got[0].file, f"pdf file {key}")


def _name(desk: PaperDesk, issued: Issued) -> str:
    """A paper as people speak of it: its kind, whom it is about, its number, or when it was issued."""
    parts = [kind_words(issued.kind), about(desk, issued)]
    parts.append(issued.number or moment(language(), issued.made_at))
    return " – ".join(part for part in parts if part)


def kind_words(kind: str) -> str:
    """What a kind of issued file is called."""
    return t("papers.bundle.name") if kind == BUNDLE else t(f"paper.kind.{kind}")


def about(desk: PaperDesk, issued: Issued) -> str:
    """Whom the paper is about; "" for the period as a whole."""
    office = desk.board.offices.get(issued.unit)
    unit = office.name if office else issued.unit
    meeting = t("papers.of_meeting", n=issued.fields["meeting"]) if "meeting" in issued.fields else ""
    return ", ".join(part for part in (unit, issued.officer, meeting) if part)


def _table(desk: PaperDesk, shown: Sequence[Issued]) -> Markup:
    heads = [
        Head(t("papers.kind"), wide=True),
        Head(t("paper.asked.number"), code=True),
        Head(t("paper.asked.date"), code=True),
        Head(t("papers.head.state")),
        Head(t("papers.head.by")),
        Head(t("papers.head.file"), wide=True),
    ]
    return table(t("papers.tab.history"), heads, (_row(desk, one) for one in shown))


def _row(desk: PaperDesk, one: Issued) -> Row:
    whom = about(desk, one)
    size = t("papers.kilobytes", n=max(1, one.size // _KILO))
    state = t(f"word.state.{one.state}")
    revision = f"<small>{markup(t('papers.revision', n=one.revision))}</small>" if one.revision > 1 else ""
    digest = f'<small title="{one.sha256}">SHA-256 {one.sha256[:_DIGITS]}… · {markup(size)}</small>'
    cells = [
        markup(kind_words(one.kind)) + (f"<small>{markup(whom)}</small>" if whom else ""),
        markup(one.number or "–"),
        markup(day(language(), one.dated) if one.dated else "–"),
        markup(state) + revision,
        markup(name_actor(one.made_by)) + f"<small>{markup(moment(language(), one.made_at))}</small>",
        markup(one.file_name) + digest,
    ]
    return Row(cells)
