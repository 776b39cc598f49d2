"""How a unit's score moves by month, and how its criteria lie beside the cluster's middle and best."""

from __future__ import annotations

import streamlit as st

from tracker.services.history import month_boards
from tracker.services.my_standing import MyStanding
from tracker.services.running import database
from tracker.services.unit_trend import follow_unit
from tracker.ui import unit_charts
from tracker.ui.pickers import Picked
from tracker.ui.shell import actor, t

_COUNTED = "months counted"  # what was counted on this screen, so that it is drawn at once from then on
_SOON = "200ms"


def show(picked: Picked, standing: MyStanding) -> None:
    """The trend by month beside the comparison with the cluster."""
    left, right = st.columns(2, gap="large")
    with left:
        st.header(t("standing.trend"))
        _show_trend(picked, standing)
    with right:
        st.header(t("unit.comparison"))
        unit_charts.show_comparison(standing.view)


def _show_trend(picked: Picked, standing: MyStanding) -> None:
    """The months, each counted anew: first the rest of the page is shown, then they are drawn by a run of their own."""
    what = (picked.query, picked.as_of, st.session_state.get("data version"))
    waits = st.session_state.get(_COUNTED) != what

    def draw() -> None:
        if waits and not _is_later(what):
            st.caption(t("unit.trend.counting"))
            return
        months = month_boards(database(), picked.board, actor(), picked.question.basis)
        st.session_state[_COUNTED] = what
        if waits:
            st.rerun()
        unit_charts.show_trend(follow_unit(months, standing.view.office.code), months=True)

    st.fragment(draw, run_every=_SOON if waits else None)()


def _is_later(what: object) -> bool:
    """Whether this is the run after the one that showed the page first."""
    seen = st.session_state.get(f"{_COUNTED} next") == what
    st.session_state[f"{_COUNTED} next"] = what
    return seen
