"""Making papers on screen: which there are, what is filled in, how it will look, and the button that issues it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from tracker.core.problems import UsageError
from tracker.services.access import Verb
from tracker.services.issued_papers import Issued, issue_paper, last_fields, list_issued
from tracker.services.paper_print import can_print, print_paper
from tracker.services.paper_settings import show_texts
from tracker.services.paper_view import PAPERS, Asked, PaperKind, docx_to_html
from tracker.services.papers import Offer, Paper, PaperAsk, make_paper, which
from tracker.services.running import database, today
from tracker.services.standings import Board, Question, show_board
from tracker.text import day, say_usage
from tracker.ui.doing import act, attempt, note_done
from tracker.ui.look import markup, plain
from tracker.ui.pickers import same_page, show_notice
from tracker.ui.shell import actor, choice, language, t, who
from tracker.ui.tables import Head, Markup, Row, link, table

KIND, ABOUT = "loai", "ve"
JUST_ISSUED, _PREVIEW, _ROUND = "paper issued", "paper preview", "papers issued here"
_IN_A_ROW = 3
DAY_FORMATS = {"vi": "DD/MM/YYYY", "en": "YYYY-MM-DD"}


@dataclass(frozen=True, slots=True)
class PaperDesk:
    """What can be made of a period now, and what was issued; `is_office`: not a unit that only takes its own sheet."""

    question: Question
    board: Board
    offers: Sequence[Offer]
    issued: Sequence[Issued]
    is_office: bool

    def of(self, kind: str) -> list[Offer]:
        """The papers of that kind."""
        return [offer for offer in self.offers if offer.kind == kind]

    def issued_of(self, offer: Offer) -> list[Issued]:
        """How that very paper was issued, the newest first."""
        wanted = (offer.kind, offer.unit or "", offer.person or "", str(offer.meeting or ""))
        return [one for one in self.issued if (one.kind, one.unit, one.officer, one.fields.get("meeting", "")) == wanted]


def load_desk(question: Question) -> PaperDesk:
    """The papers of a period for whoever looks."""
    board = show_board(database(), question, today(), actor())
    offers = which(database(), question, today(), actor())
    issued = list_issued(database(), question.campaign, question.period, actor())
    return PaperDesk(question, board, offers, issued, Verb.DECIDE in who().verbs or Verb.EDIT_RULES in who().verbs)


def draw_making(desk: PaperDesk) -> None:
    """The kinds of papers, then the one that is chosen: its form, its preview, the button."""
    if not desk.offers:
        st.info(t("papers.none"), icon=":material/draft:")
        return
    if desk.board.setting.period.state != "final":
        st.info(t("papers.draft"), icon=":material/edit_document:")
    kinds = [kind for kind in PAPERS if desk.is_office or desk.of(kind)]
    able = [kind for kind in kinds if desk.of(kind)]
    overview = st.container()
    chosen = choice(t("papers.kind"), able, lambda code: t(f"paper.kind.{code}"), KIND, partial(st.selectbox, width=420))
    overview.html(_kinds_table(desk, kinds, chosen))
    st.header(t(f"paper.kind.{chosen}"), anchor=False)
    offers = {code_of(offer): offer for offer in desk.of(chosen)}
    code = next(iter(offers))
    if len(offers) > 1:
        pick_one = partial(st.selectbox, width=520)
        code = choice(t(f"papers.about.{PAPERS[chosen].per}"), list(offers), lambda one: _name(offers[one]), ABOUT, pick_one)
    elif offers[code].about:
        st.markdown(f"**{plain(offers[code].about)}**")
    _draw_one(desk, offers[code])


def _name(offer: Offer) -> str:
    """Whom it is about; of a meeting its day and number, as there may be two on a day."""
    return f"{offer.about} – {t('papers.of_meeting', n=offer.meeting)}" if offer.meeting else offer.about


def code_of(offer: Offer) -> str:
    """The offer in a link."""
    return "/".join(str(part or "") for part in (offer.unit, offer.person, offer.meeting))


def _draw_one(desk: PaperDesk, offer: Offer) -> None:
    """The form of a paper with its two buttons, and what they gave."""
    kind, key = PAPERS[offer.kind], f"{offer.kind} {code_of(offer)}"
    _say_earlier(desk, offer)
    rounds = st.session_state.get(_ROUND, 0)  # once a paper is issued, the next form begins anew, without its number
    with st.form(f"paper {key} {language()}{rounds or ''}"):
        fields = _fields(desk, kind, f"{key}{rounds or ''}") if desk.is_office else {}
        with st.container(horizontal=True):
            look = st.form_submit_button(t("papers.preview"), icon=":material/visibility:")
            issue = st.form_submit_button(t("papers.issue"), type="primary", icon=":material/task:")
        st.caption(t("papers.issue.note"))
    ask = PaperAsk(offer.kind, desk.question, offer.unit, offer.person, offer.meeting, fields)
    if issue:
        _issue(ask)
    if look and (made := attempt(lambda: make_paper(database(), ask, today(), actor()))) is not None:
        st.session_state[_PREVIEW] = (key, made[0])
    _draw_preview(key)


def _issue(ask: PaperAsk) -> None:
    with st.spinner(t("papers.working")):
        issued = attempt(lambda: issue_paper(database(), ask, act()))
    if issued is not None:
        st.session_state[JUST_ISSUED] = issued[0].id
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state.pop(_PREVIEW, None)
        note_done(t("papers.issued"))
        st.rerun()


def _draw_preview(key: str) -> None:
    seen = st.session_state.get(_PREVIEW)
    if seen is None or seen[0] != key:
        return
    paper: Paper = seen[1]
    st.header(t("papers.preview.title"), anchor=False)
    st.caption(t("papers.preview.note"))
    printed = can_print() and st.toggle(t("papers.preview.pages"), key="preview pages", help=t("papers.preview.pages.help"))
    if not printed or not _draw_pages(paper):
        sheet = docx_to_html(paper.content)
        st.html(f'<div class="tk-word-desk"><article class="tk-word" lang="vi">{sheet}</article></div>')


def _draw_pages(paper: Paper) -> bool:
    """The pages as they will be printed; False where there are none, which is said."""
    with st.spinner(t("papers.printing")):
        got = attempt(lambda: print_paper(paper.name, paper.content))
    if got is None or not got[0].pages:
        return False
    with st.container(horizontal_alignment="center"), st.container(key="paper_pages", width=720):
        for number, page in enumerate(got[0].pages, 1):
            st.image(page, caption=t("papers.page", n=number), width="stretch")
    return True


def _fields(desk: PaperDesk, kind: PaperKind, key: str) -> dict[str, str]:
    """What is typed for the paper, beginning with the campaign's own texts and the last paper's signatory."""
    begins = _beginnings(desk.question.campaign, kind)
    told: dict[str, str] = {}
    for at in range(0, len(kind.asked), _IN_A_ROW):
        columns = st.columns(_IN_A_ROW, gap="medium")
        for column, asked in zip(columns, kind.asked[at : at + _IN_A_ROW], strict=False):
            with column:
                told[asked.name] = _field(asked, begins.get(asked.name, ""), f"paper {asked.name} {key}")
    return {name: text.strip() for name, text in told.items() if text.strip()}


def _field(asked: Asked, first: str, widget: str) -> str:
    """What is typed into one field, a day as YYYY-MM-DD."""
    label = t(f"paper.asked.{asked.name}")
    if asked.shape == "lines":
        return st.text_area(label, first, key=widget, max_chars=500, height=90, help=t("paper.asked.lines.help")) or ""
    if asked.shape == "text":
        return st.text_input(label, first, key=widget, max_chars=500, help=_help(asked.name)) or ""
    chosen = st.date_input(label, None, key=widget, format=DAY_FORMATS[language()])
    return chosen.isoformat() if isinstance(chosen, date) else ""


def _help(name: str) -> str | None:
    """What to know of a field, where there is more than its name says."""
    return t(f"paper.asked.{name}.help") if name in ("number", "addressee") else None


def _beginnings(campaign: str, kind: PaperKind) -> Mapping[str, str]:
    """What the paper's fields begin with: the campaign's own texts, and what was typed last for place and signatory."""
    texts = show_texts(database(), campaign, actor()).texts
    own = {asked.name: str(getattr(texts, asked.name, "")) for asked in kind.asked if asked.shape != "day"}
    return {**own, **last_fields(database(), campaign, actor())}


def _say_earlier(desk: PaperDesk, offer: Offer) -> None:
    """That this very paper was issued before, and the last number its kind was given."""
    earlier = desk.issued_of(offer)
    if earlier:
        said = t("papers.issued_before", n=len(earlier), actor=earlier[0].made_by, number=earlier[0].number or "–")
        st.warning(plain(said), icon=":material/history:")
    numbered = next((one for one in desk.issued if one.kind == offer.kind and one.number), None)
    if numbered is not None:
        on = day(language(), numbered.dated) if numbered.dated else "–"
        st.caption(plain(t("papers.last_number", number=numbered.number, day=on)))


def _kinds_table(desk: PaperDesk, kinds: Sequence[str], chosen: str) -> Markup:
    heads = [Head(t("papers.kind"), wide=True), Head(t("papers.state"), wide=True), Head(t("papers.head.issued"))]
    return table(t("papers.kinds"), heads, (_kind_row(desk, kind, chosen) for kind in kinds))


def _kind_row(desk: PaperDesk, kind: str, chosen: str) -> Row:
    able, issued = desk.of(kind), [one for one in desk.issued if one.kind == kind]
    title = t(f"paper.kind.{kind}")
    named = link(title, same_page(**{KIND: kind, ABOUT: ""})) if able else markup(title)
    if kind == chosen:
        named = f"<strong>{named}</strong>"
    if able:
        state = f'<span class="tk-pill">{markup(t("papers.ready", n=len(able)))}</span>'
    else:
        state = f'<span class="tk-muted">{markup(t(f"papers.missing.{kind}"))}</span>'
    last = issued[0] if issued else None
    said = t("papers.issued.n", n=len(issued)) if last else "–"
    number = f"<small>{markup(last.number)}</small>" if last and last.number else ""
    return Row([named, state, markup(said) + number])


def load_or_say(question: Question) -> PaperDesk | None:
    """The desk; None once it was said why there is none."""
    try:
        return load_desk(question)
    except UsageError as error:
        show_notice(say_usage(language(), error), icon=":material/info:")
        return None
