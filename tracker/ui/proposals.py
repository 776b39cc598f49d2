"""The lists as HTML: every name with its reasons in sentences, under its award or rule and its cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import streamlit as st

from tracker.services.proposals import CRITICISM, REWARD, RULED_OUT, Entry, Group, group_entries
from tracker.services.standings import Board
from tracker.text import Language, number, pick, say, say_statement
from tracker.ui.look import markup
from tracker.ui.shell import language, t

_SHOWN = 200  # cards of one list; beyond that people choose a cluster or take the file


def entry_cards(entries: Sequence[Entry], speech: Language, unit_link: str, places: int) -> str:
    """The first entries as cards; a note says how many more there are."""
    groups = group_entries(entries[:_SHOWN])
    more = len(entries) - _SHOWN
    note = f'<p class="tk-foot">{markup(say(speech, "lists.more", n=more))}</p>' if more > 0 else ""
    return "".join(_group(group, speech, unit_link, places) for group in groups) + note


def _group(group: Group, speech: Language, unit_link: str, places: int) -> str:
    cards = "".join(_card(entry, speech, unit_link, places) for _, entries in group.clusters for entry in entries)
    return (
        f'<section class="tk-rule"><div class="tk-award"><h3>{markup(pick(speech, group.title))}</h3>'
        f'{_stands_for(group, speech)}</div><ul class="tk-entries">{cards}</ul></section>'
    )


def _stands_for(group: Group, speech: Language) -> str:
    """The prize or the level, where the rule names one."""
    if group.level:
        return f'<span class="tk-chip tk-g4">{markup(say(speech, f"level.{group.level}"))}</span>'
    return f'<span class="tk-chip tk-g2">{markup(group.form)}</span>' if group.form else ""


def _card(entry: Entry, speech: Language, unit_link: str, places: int) -> str:
    rank = say(speech, "board.unranked") if entry.rank is None else say(speech, "board.rank", rank=entry.rank)
    cluster = say(speech, "lists.of_cluster", cluster=entry.cluster)
    score = "" if entry.rank is None else f"<strong>{number(speech, entry.score, places)}</strong>"
    tie = f'<span class="tk-chip tk-g2">{markup(say(speech, "lists.tie.short"))}</span>' if entry.tie else ""
    reasons = " ".join(say_statement(speech, reason) for reason in entry.reasons)
    return (
        f'<li class="tk-entry tk-{entry.list}"><div class="tk-top"><span>{markup(cluster)}</span>'
        f"<span>{markup(rank)}</span>{tie}{score}</div>"
        f'<a class="tk-name" href="{markup(unit_link + quote(entry.unit, safe=""))}" target="_self">{markup(entry.name)}</a>'
        f"<p>{markup(reasons)}</p></li>"
    )


def draw_list_figures(found: Mapping[str, Sequence[Entry]]) -> None:
    """How many units each list names, and how many wait for the committee."""
    counts = {
        "kpi.reward": (_units(found[REWARD]), ":material/workspace_premium:"),
        "kpi.waiting": (_units([entry for entry in found[REWARD] if entry.tie]), ":material/balance:"),
        "kpi.criticism": (_units(found[CRITICISM]), ":material/report:"),
        "kpi.ruled_out": (_units(found[RULED_OUT]), ":material/block:"),
    }
    with st.container(key="kpi"), st.grid(4, gap="small", min_column_width=170):
        for key, (count, icon) in counts.items():
            st.metric(t(key), number(language(), count), icon=icon, border=True, height="stretch")


def draw_list(name: str, entries: Sequence[Entry], unit_link: str, board: Board, filtered: bool) -> None:
    """One list under its heading; if it is empty, why."""
    st.header(t(f"lists.{name}"), anchor=name)
    if not entries:
        st.caption(t("board.no_match") if filtered else t(f"lists.none.{name}"))
        return
    if name == RULED_OUT:
        st.caption(t("lists.ruled_out.note"))
    st.html(entry_cards(entries, language(), unit_link, board.setting.rulebook.rulebook.places))


def _units(entries: Sequence[Entry]) -> int:
    return len({entry.unit for entry in entries})
