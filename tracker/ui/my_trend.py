"""How a unit's score moves by month, and how its criteria lie beside the cluster's middle and best."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tracker.services.history import month_boards
from tracker.services.my_standing import MyStanding
from tracker.services.running import database
from tracker.services.standings import Board
from tracker.services.unit_trend import follow_unit
from tracker.ui.pickers import Picked
from tracker.ui.shell import actor, t

_DRAWN, _SHOWN = "charts drawn", "page shown"  # of what both were done on this screen
_SOON = "200ms"


def show(picked: Picked, standing: MyStanding) -> None:
    """The trend by month beside the comparison with the cluster, by a run of their own once the page is there.

    Every month is counted anew, and charts take a while to load: nobody should wait for them to see where they stand.
    """
    what = (picked.query, picked.as_of, st.session_state.get("data version"))
    waits = st.session_state.get(_DRAWN) != what

    def draw() -> None:
        if waits and st.session_state.get(_SHOWN) != what:
            st.session_state[_SHOWN] = what
            st.caption(t("unit.trend.counting"))
            return
        months = month_boards(database(), picked.board, actor(), picked.question.basis)
        if waits:
            st.session_state[_DRAWN] = what
            st.rerun()
        _draw(months, standing)

    st.fragment(draw, run_every=_SOON if waits else None)()


def _draw(months: Sequence[Board], standing: MyStanding) -> None:
    from tracker.ui import unit_charts  # heavy, and the rest of the page does without

    left, right = st.columns(2, gap="large")
    with left:
        st.header(t("standing.trend"))
        unit_charts.show_trend(follow_unit(months, standing.view.office.code), months=True)
    with right:
        st.header(t("unit.comparison"))
        unit_charts.show_comparison(standing.view)
