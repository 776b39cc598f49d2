"""Whose cases a page shows: the one unit of whoever looks, or one picked from those they may look into, kept in the link."""

from __future__ import annotations

from functools import partial

import streamlit as st

from tracker.services.looking import units_to_look_into
from tracker.services.running import database
from tracker.text import collation_key
from tracker.ui.pickers import Picked, show_notice
from tracker.ui.shell import actor, choice, t, unknown_in_link
from tracker.ui.unit import UNIT


def pick_own_unit(picked: Picked) -> str | None:
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
