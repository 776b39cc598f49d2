"""Which unit the page shows: asked by its link, picked from a list, or searched for without accents."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import streamlit as st

from tracker.services.standings import Board
from tracker.text import collation_key, search_key
from tracker.ui import look
from tracker.ui.pickers import Picked, show_notice
from tracker.ui.shell import language, link, t, text_param
from tracker.ui.tables import Head, Row, table
from tracker.ui.tables import link as anchor
from tracker.ui.unit import INDICATOR, SHEET, SOURCE, UNIT, points

_NEAREST = 5
_MOST_LISTED = 150


def pick_unit(picked: Picked, page: str = "unit", own: str | None = None) -> str | None:
    """The unit of the link, else one's own; None once a notice or the list of all units stands in its place.

    `page` is the page that shows it.
    """
    board = picked.board
    asked = st.query_params.get(UNIT, own)
    known = asked if asked in board.offices else None
    if asked:
        with picked.filters, st.container(width=300):
            _show_picker(board, known)
    if asked and known is None:
        _show_unknown(picked, page, asked)
    elif known is None:
        _show_directory(picked, page)
    return known


def _show_picker(board: Board, unit: str | None) -> None:
    """A list to change the unit; the link alone remembers the choice, so its key names what it was drawn for."""
    codes = sorted(board.offices, key=lambda code: (collation_key(board.offices[code].name), code))
    key = f"unit.{unit}.{language()}"

    def follow() -> None:
        st.query_params[UNIT] = st.session_state[key]
        forget_cases()

    st.selectbox(
        t("filter.unit"),
        codes,
        index=codes.index(unit) if unit else None,
        format_func=lambda code: f"{board.offices[code].name} ({code})",
        key=key,
        on_change=follow,
        placeholder=t("unit.choose.one"),
    )


def forget_cases() -> None:
    """Take the way down to the cases out of the link."""
    for name in (INDICATOR, SOURCE, SHEET):
        st.query_params.pop(name, None)


def _show_unknown(picked: Picked, page: str, asked: str) -> None:
    offices = picked.board.offices
    keys = {search_key(text): code for code, office in offices.items() for text in (code, office.name)}
    near = dict.fromkeys(keys[key] for key in get_close_matches(search_key(asked), keys, _NEAREST, cutoff=0.5))
    links = [(offices[code].name, link(page, **{**picked.query, UNIT: code})) for code in near]
    advice = t("empty.unknown_unit.near") if links else t("empty.unknown_unit.advice")
    show_notice(t("empty.unknown_unit", code=asked), advice, links)


def _show_directory(picked: Picked, page: str) -> None:
    """All units by cluster, found without accents, each a link to its page."""
    if not picked.board.offices:
        show_notice(t("empty.no_units"), t("empty.no_units.advice"))
        return
    st.markdown(t("unit.choose"))
    with st.container(width=420):
        wanted = search_key(text_param(t("filter.search"), "find", t("filter.search.hint")).strip())
    heads = (Head(t("head.unit"), wide=True), Head(t("head.rank"), figures=True), Head(t("head.score"), figures=True))
    rows = [row for _, row in zip(range(_MOST_LISTED), _directory(picked, page, wanted), strict=False)]
    if not rows:
        show_notice(t("board.no_match"))
        return
    st.html(table(t("unit.choose"), heads, rows))
    if len(rows) == _MOST_LISTED:
        st.caption(t("unit.choose.more"))


def _directory(picked: Picked, page: str, wanted: str) -> Iterator[Row]:
    board, places = picked.board, picked.board.setting.rulebook.rulebook.places
    left = set(board.offices)
    for cluster, standing in board.standings.items():
        left -= {place.score.unit for place in standing.places}
        found = [place for place in standing.places if _matches(board, place.score.unit, wanted)]
        if found:
            yield Row([look.markup(t("unit.cluster", cluster=board.name_cluster(cluster, language())))], heading=True)
        for place in found:
            rank = t("value.none") if place.rank is None else str(place.rank)
            score = t("value.none") if place.rank is None else points(place.score.score, places)
            yield Row([_link(picked, page, place.score.unit), rank, score])
    apart = sorted((code for code in left if _matches(board, code, wanted)), key=lambda code: board.offices[code].name)
    if apart:
        yield Row([look.markup(t("unit.not_competing"))], heading=True)
        yield from (Row([_link(picked, page, code), "", ""]) for code in apart)


def _matches(board: Board, unit: str, wanted: str) -> bool:
    return wanted in search_key(board.offices[unit].name) or wanted in unit.lower()


def _link(picked: Picked, page: str, unit: str) -> str:
    return anchor(picked.board.offices[unit].name, link(page, **{**picked.query, UNIT: unit}))
