"""Whose cases a page shows: the one unit of whoever looks, or one picked from those they may look into, kept in the link."""

from __future__ import annotations

from functools import partial

import streamlit as st

from tracker.services.looking import units_to_look_into
from tracker.services.my_standing import own_units, show_own_board
from tracker.services.running import database, today
from tracker.text import collation_key
from tracker.ui.pickers import Picked, pick_question, show_notice
from tracker.ui.shell import actor, choice, t, unknown_in_link
from tracker.ui.unit import UNIT


def pick_own() -> tuple[Picked, str] | None:
    """The chosen result and the unit; None once a notice has said why there is none.

    Where a campaign hides the board, it is that of the unit asked for alone, if its cases are for whoever looks.
    """
    asked = st.query_params.get(UNIT, next(iter(own_units(database(), actor())), None))
    picked = pick_question(
        database(), today(), lambda data, question, day, who: show_own_board(data, question, day, who, asked).board
    )
    unit = _pick_unit(picked) if picked is not None else None
    return None if picked is None or unit is None else (picked, unit)


def _pick_unit(picked: Picked) -> str | None:
    """The unit's code; None once a notice has said why there is none."""
    offices = picked.board.offices
    mine = {code: name for code, name in units_to_look_into(database(), actor()).items() if code in offices}
    codes = sorted(mine, key=lambda code: (offices[code].cluster is None, collation_key(mine[code]), code))
    if not codes:
        show_notice(t("work.no_unit"), icon=":material/account_balance:")
        return None
    if (asked := unknown_in_link(UNIT, codes)) is not None:
        show_notice(t("work.not_yours", code=asked), icon=":material/lock:")
        return None
    if len(codes) == 1:
        return codes[0]
    with picked.filters:
        draw = partial(st.selectbox, width=320)
        return choice(t("filter.unit"), codes, lambda code: f"{mine[code]} ({code})", UNIT, draw)
