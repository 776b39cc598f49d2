"""The committee's lists on screen: every name with its reasons, its state and its ballot in words, ties marked as such."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from tracker.core.decided import REWARD, DecidedName, Name, NameState, undecided_ties
from tracker.services.committee import Taken
from tracker.services.database import Database
from tracker.services.decision_view import NameView, RuleView, TieView, open_names, view_list
from tracker.services.decisions import Desk
from tracker.services.meetings import MeetingState
from tracker.text import moment, number, pick, say_statement
from tracker.ui.doing import do
from tracker.ui.look import markup
from tracker.ui.shell import language, link, t
from tracker.ui.tables import Markup

OPENED = "committee opened"
_CHIPS = {
    NameState.UNDECIDED: "tk-g2",
    NameState.CONFIRMED: "tk-g0",
    NameState.CHOSEN: "tk-g0",
    NameState.ADDED: "tk-g1",
    NameState.REMOVED: "tk-g3",
    NameState.NOT_CHOSEN: "tk-g3",
    NameState.FAILED: "tk-g4",
}
STYLES = """<style>
[class*=st-key-card_name]{border-left:4px solid var(--tk-line)}
[class*=st-key-card_tied_]{border-left:4px solid #0F766E}
[class*=st-key-card_tie_]{border:2px dashed #B7791F;background:color-mix(in srgb,#B7791F 6%,transparent)}
.tk-who{display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:center;color:var(--tk-muted);font-size:.875rem}
.tk-who strong{color:var(--tk-ink);font-variant-numeric:tabular-nums}
.tk-said{margin:.3rem 0 0;font-size:.9375rem;line-height:1.5}
.tk-verdict{margin:.4rem 0 0;padding:.4rem .7rem;border-left:3px solid var(--tk-line);background:var(--tk-soft);
font-size:.9375rem;line-height:1.5;border-radius:0 .4rem .4rem 0}
.tk-verdict small{display:block;color:var(--tk-muted)}
.tk-rulehead{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem .8rem;margin-top:.8rem}
.tk-rulehead h3{margin:0;padding:0;font-size:1.125rem}
.tk-tiehead{font-weight:600}
@media print{[data-testid=stButton],.st-key-decide_tools{display:none!important}
[class*=st-key-card_name]{break-inside:avoid}}
</style>"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody began to decide: `what` is name, tie, add, meeting or finding; `seen` the verdicts they saw."""

    what: str
    key: tuple[str, ...]
    seen: Mapping[str, int]


def ask(what: str, key: tuple[str, ...], seen: Mapping[str, int]) -> None:
    """Open the dialogue for it; it stays open while the page is drawn anew around it."""
    st.session_state[OPENED] = Asked(what, key, seen)


def finish(work: Callable[[Database], object], done: str) -> None:
    """Do it, close the dialogue and draw the page anew; what is refused is said and leaves the dialogue as it is."""

    def whole(database: Database) -> None:
        work(database)
        st.session_state.pop(OPENED, None)

    do(whole, done)


def draw_progress(desk: Desk) -> None:
    """How far the committee has come."""
    done, total = desk.decided.done, len(desk.decided.names)
    open_ties = len(undecided_ties(desk.decided))
    with_minutes = sum(1 for meeting in desk.papers.meetings if meeting.has_minutes)
    shown = {
        "decide.kpi.decided": (t("decide.of", n=done, total=total), ":material/how_to_vote:"),
        "decide.kpi.on_list": (number(language(), sum(1 for one in desk.decided.names if one.on_list)), ":material/check:"),
        "decide.kpi.ties": (number(language(), open_ties), ":material/balance:"),
        "decide.kpi.minutes": (t("decide.of", n=with_minutes, total=len(desk.papers.meetings)), ":material/description:"),
    }
    with st.container(key="kpi"), st.grid(4, gap="small", min_column_width=170):
        for key, (value, icon) in shown.items():
            st.metric(t(key), value, icon=icon, border=True, height="stretch")
    if total:
        st.progress(done / total)


def draw_list(desk: Desk, name: str, *, only_open: bool, may_decide: bool) -> None:
    """One list: its rules, each with its names and ties, and the way to add a name by exception."""
    st.header(t(f"decide.{name}"), anchor=name)
    rules = view_list(desk, name, only_open=only_open)
    if not rules:
        st.caption(t("decide.none_open") if only_open else t(f"lists.none.{name}"))
    for rule in rules:
        st.html(_rule_head(rule))
        for tie in rule.ties:
            _draw_tie(desk, tie, may_decide=may_decide)
        for view in rule.names:
            _draw_name(desk, view, may_decide=may_decide)
    if may_decide:
        label = t(f"decide.add.{name}")
        st.button(label, key=f"add {name}", icon=":material/add:", on_click=ask, args=("add", (name,), {}))


def count_open(desk: Desk) -> dict[str, tuple[Name, ...]]:
    """The names that can be confirmed at one stroke, by list."""
    return {name: open_names(desk, name) for name in (REWARD, "criticism")}


def _rule_head(rule: RuleView) -> Markup:
    chip = ""
    if rule.level:
        chip = f'<span class="tk-chip tk-g4">{markup(t(f"level.{rule.level}"))}</span>'
    elif rule.form:
        chip = f'<span class="tk-chip tk-g2">{markup(rule.form)}</span>'
    return f'<div class="tk-rulehead"><h3>{markup(pick(language(), rule.title))}</h3>{chip}</div>'


def _draw_tie(desk: Desk, view: TieView, *, may_decide: bool) -> None:
    tie = view.tie
    with st.container(border=True, key=f"card_{'tie' if view.is_open else 'tied'}_{tie.award}_{tie.cluster}"):
        words = t(
            "decide.tie", n=len(tie.units), places=tie.places, cluster=desk.board.name_cluster(tie.cluster, language())
        )
        state = t("decide.tie.open") if view.is_open else t("decide.tie.done")
        chip = "tk-g2" if view.is_open else "tk-g0"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(f'<span class="tk-tiehead">{markup(words)}</span> <span class="tk-chip {chip}">{markup(state)}</span>')
            if may_decide:
                seen = {one.entry.unit: one.seen for one in view.names}
                label = t("decide.tie.button") if view.is_open else t("decide.again")
                args = ("tie", (tie.award, tie.cluster), seen)
                kind: Literal["primary", "tertiary"] = "primary" if view.is_open else "tertiary"
                st.button(label, key=f"tie {tie.award} {tie.cluster}", type=kind, on_click=ask, args=args)
        for one in view.names:
            st.html(name_card(desk, one))


def _draw_name(desk: Desk, view: NameView, *, may_decide: bool) -> None:
    name = view.decided.name
    key = f"{name.list} {name.rule} {name.unit}"
    with name_row(key) as (said, done):
        said.html(name_card(desk, view))
        if may_decide:
            with done:
                draw_decide_button(name, view.seen, key)


@contextmanager
def name_row(key: str) -> Iterator[tuple[DeltaGenerator, DeltaGenerator]]:
    """A card with room for what is said and, beside it (below it on a phone), for what can be done."""
    with st.container(border=True, key=f"card_name_{key}"):
        said, done = st.columns([6, 1], vertical_alignment="center")
        yield said, done


def draw_decide_button(name: Name, seen: int, key: str) -> None:
    """The way into the dialogue about a name."""
    label = t("decide.again") if seen else t("decide.button")
    args = ("name", (name.list, name.rule, name.unit, name.officer), {name.unit: seen})
    kind: Literal["tertiary", "secondary"] = "tertiary" if seen else "secondary"
    st.button(label, key=f"decide {key}", type=kind, width="stretch", on_click=ask, args=args)


def name_card(desk: Desk, view: NameView) -> Markup:
    """A unit, why it is proposed, and what was decided on it."""
    entry, board, setting = view.entry, desk.board, desk.board.setting
    address = link("unit", c=setting.campaign.code, p=setting.period.code) + "&u=" + quote(entry.unit, safe="")
    reasons = " ".join(say_statement(language(), reason) for reason in entry.reasons) or t("decide.not_proposed")
    rank = t("board.unranked") if entry.rank is None else t("board.rank", rank=entry.rank)
    score = (
        "" if entry.rank is None else f"<strong>{number(language(), entry.score, setting.rulebook.rulebook.places)}</strong>"
    )
    cluster = (
        f"<span>{markup(t('lists.of_cluster', cluster=board.name_cluster(entry.cluster, language())))}</span>"
        if entry.cluster
        else ""
    )
    return (
        f'<div class="tk-who">{state_chip(view.decided.state)}{cluster}<span>{markup(rank)}</span>{score}</div>'
        f'<a class="tk-name" href="{markup(address)}" target="_self">{markup(entry.name)}</a>'
        f'<p class="tk-said">{markup(reasons)}</p>{verdict_note(view.decided, view.taken, view.meeting)}'
    )


def state_chip(state: NameState) -> Markup:
    """Where a name stands, in a word and a colour."""
    return f'<span class="tk-chip {_CHIPS[state]}">{markup(t(f"name.{state.value}"))}</span>'


def verdict_note(one: DecidedName, taken: Taken | None, meeting: MeetingState | None) -> Markup:
    """The verdict that holds on a name: reason, ballot in words, where and by whom; nothing if there is none."""
    if taken is None:
        return ""
    said = [taken.ruling.reason]
    if one.state is NameState.UNDECIDED:
        said.insert(0, t("decide.stale"))
    if one.vote is not None:
        said.append(say_statement(language(), one.vote.why))
    where = t("decide.at_meeting", meeting=meeting.id, day=meeting.record.held_on) if meeting else ""
    by = t("decide.by", actor=_named(taken.made_by), at=moment(language(), taken.made_at.replace(second=0)))
    words = "<br>".join(markup(text) for text in said if text)
    return f'<div class="tk-verdict">{words}<small>{markup(where)} {markup(by)}</small></div>'


def _named(actor: str) -> str:
    return t("word.actor.operator") if actor == "operator" else actor
