"""The lists as HTML: every name with its reasons in sentences, under its award or rule and its cluster."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

import streamlit as st

from tracker.services.proposals import CRITICISM, REWARD, RULED_OUT, Entry, Group, group_entries, select_entries
from tracker.services.standings import Board
from tracker.text import Language, number, pick, say, say_statement
from tracker.ui.board import Html
from tracker.ui.look import markup
from tracker.ui.shell import t

_SHOWN = 200  # cards of one list; beyond that people choose a cluster or take the file


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of a board's lists are looked at; `unit_link` is the address a unit's code is put behind."""

    board: Board
    cluster: str
    words: str
    speech: Language
    unit_link: str

    def entries(self, name: str) -> tuple[Entry, ...]:
        """The entries of a list."""
        return select_entries(self.board, name, self.cluster, self.words)


@lru_cache(maxsize=64)
def entry_cards(wanted: Wanted, name: str) -> str:
    """The first entries of a list as cards; a note says how many more there are."""
    entries, speech = wanted.entries(name), wanted.speech
    more = len(entries) - _SHOWN
    groups = group_entries(entries[:_SHOWN])
    note = f'<p class="tk-foot">{markup(say(speech, "lists.more", n=more))}</p>' if more > 0 else ""
    return "".join(_group(group, wanted) for group in groups) + note


def _group(group: Group, wanted: Wanted) -> str:
    speech = wanted.speech
    found = [entry for _, entries in group.clusters for entry in entries]
    cards = "".join(_card(entry, wanted) for entry in found)
    return (
        f'<section class="tk-rule"><div class="tk-award"><h3>{markup(_heading(group, speech))}</h3>'
        f'{_stands_for(group, speech)}</div><ul class="tk-entries">{cards}</ul></section>'
    )


def _heading(group: Group, speech: Language) -> str:
    title = pick(speech, group.title)
    barred = group.clusters[0][1][0].list == RULED_OUT
    return say(speech, "lists.ruled_out.from", award=title) if barred else title


def _stands_for(group: Group, speech: Language) -> str:
    """The prize or the level, where the rule names one."""
    if group.level:
        return f'<span class="tk-chip tk-g4">{markup(say(speech, f"level.{group.level}"))}</span>'
    return f'<span class="tk-chip tk-g2">{markup(group.form)}</span>' if group.form else ""


def _card(entry: Entry, wanted: Wanted) -> str:
    board, speech, unit_link = wanted.board, wanted.speech, wanted.unit_link
    places = board.setting.rulebook.rulebook.places
    rank = say(speech, "board.unranked") if entry.rank is None else say(speech, "board.rank", rank=entry.rank)
    cluster = say(speech, "lists.of_cluster", cluster=board.name_cluster(entry.cluster, speech))
    score = "" if entry.rank is None else f"<strong>{number(speech, entry.score, places)}</strong>"
    tie = f'<span class="tk-chip tk-g2">{markup(say(speech, "lists.tie.short"))}</span>' if entry.tie else ""
    reasons = " ".join(say_statement(speech, reason) for reason in entry.reasons)
    return (
        f'<li class="tk-entry tk-{entry.list}"><div class="tk-top"><span>{markup(cluster)}</span>'
        f"<span>{markup(rank)}</span>{tie}{score}</div>"
        f'<a class="tk-name" href="{markup(unit_link + quote(entry.unit, safe=""))}" target="_self">{markup(entry.name)}</a>'
        f"<p>{markup(reasons)}</p></li>"
    )


def draw_list_figures(wanted: Wanted) -> None:
    """How many units each list names, and how many wait for the committee."""
    rewards = wanted.entries(REWARD)
    counts = {
        "kpi.reward": (rewards, ":material/workspace_premium:"),
        "kpi.waiting": ([entry for entry in rewards if entry.tie], ":material/balance:"),
        "kpi.criticism": (wanted.entries(CRITICISM), ":material/report:"),
        "kpi.ruled_out": (wanted.entries(RULED_OUT), ":material/block:"),
    }
    with st.container(key="kpi"), st.grid(4, gap="small", min_column_width=170):
        for key, (entries, icon) in counts.items():
            units = len({entry.unit for entry in entries})
            st.metric(t(key), number(wanted.speech, units), icon=icon, border=True, height="stretch")


def draw_list(wanted: Wanted, name: str) -> None:
    """One list under its heading; if it is empty, why."""
    st.header(t(f"lists.{name}"), anchor=name)
    if not wanted.entries(name):
        st.caption(t("board.no_match") if wanted.cluster or wanted.words else t(f"lists.none.{name}"))
        return
    if name == RULED_OUT:
        st.caption(t("lists.ruled_out.note"))
    st.html(Html(entry_cards(wanted, name)))
