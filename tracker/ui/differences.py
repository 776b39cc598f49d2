"""Two results side by side: whose rank or score differs, and by which indicators."""

from __future__ import annotations

from fractions import Fraction

import streamlit as st

from tracker.core.terms import Placed
from tracker.services.life_view import Moved
from tracker.services.standings import Board
from tracker.text import number, pick
from tracker.ui import look
from tracker.ui.shell import language, t
from tracker.ui.tables import Head, Markup, Row, table

_NAMED = 4  # indicators named in a row; the rest is counted


def show_difference(after: Board, moved: tuple[Moved, ...]) -> None:
    """One row a unit that differs, as it stands in the second result; says so where nothing differs."""
    if not moved:
        st.success(t("difference.none"), icon=":material/equal:")
        return
    st.markdown(t("difference.count", n=len(moved), units=_units(after)))
    heads = [
        Head(t("head.unit"), wide=True),
        Head(t("head.cluster")),
        Head(t("head.rank"), figures=True),
        Head(t("head.score"), figures=True),
        Head(t("difference.indicators"), wide=True),
    ]
    st.html(table(t("difference.title"), heads, (Row(_cells(one, after)) for one in moved)))


def _units(board: Board) -> int:
    return sum(len(standing.places) for standing in board.standings.values())


def _cells(one: Moved, after: Board) -> list[Markup]:
    ranks = _pair(_rank(one.before), _rank(one.after))
    scores = _pair(_score(one.before, after), _score(one.after, after)) + _change(one, after)
    cluster = after.name_cluster(one.cluster, language())
    return [look.markup(one.name), look.markup(cluster), ranks, scores, _indicators(one, after)]


def _pair(before: str, after: str) -> Markup:
    return look.markup(after) if before == after else f"{look.markup(before)} → <strong>{look.markup(after)}</strong>"


def _rank(place: Placed | None) -> str:
    return "–" if place is None or place.rank is None else str(place.rank)


def _score(place: Placed | None, board: Board) -> str:
    return "–" if place is None else number(language(), place.score.score, board.setting.rulebook.rulebook.places)


def _change(one: Moved, board: Board) -> Markup:
    if one.before is None or one.after is None or one.before.score.score == one.after.score.score:
        return ""
    change = one.after.score.score - one.before.score.score
    sign = "+" if change > 0 else "−"
    said = number(language(), abs(Fraction(change)), board.setting.rulebook.rulebook.places)
    return f"<small>{sign}{look.markup(said)}</small>"


def _indicators(one: Moved, board: Board) -> Markup:
    titles = board.setting.rulebook.rulebook.titles
    named = [look.markup(pick(language(), titles[code])) for code in one.indicators[:_NAMED]]
    more = len(one.indicators) - len(named)
    return "; ".join(named) + (f"<small>{look.markup(t('difference.more', n=more))}</small>" if more > 0 else "")
