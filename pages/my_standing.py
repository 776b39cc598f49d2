"""My standing: where a unit stands and what lies ahead, what it lost and can bring back, and what would come of its acts."""

import streamlit as st

from tracker.services.heads import show_heads
from tracker.services.my_standing import own_units, show_own_board, show_standing
from tracker.services.running import database, now, today
from tracker.ui import heads, look, my_standing, my_trend, tables, unit, what_if
from tracker.ui.pickers import Picked, pick_question, show_notice
from tracker.ui.shell import actor, open_page, t
from tracker.ui.unit_choice import pick_unit


def show_unit(picked: Picked, code: str) -> None:
    """The unit's own view of the chosen result."""
    standing = show_standing(database(), picked.question, code, now(), actor())
    if standing is None:
        show_notice(t("unit.not_competing"), t("unit.not_competing.advice"), icon=":material/info:")
        return
    if standing.alone:
        my_standing.show_alone()
    else:
        unit.show_heading(standing.view)
    if standing.view.place.rank is None:
        show_notice(t("unit.nothing_reported"), t("unit.nothing_reported.advice"), icon=":material/inbox:")
        my_standing.show_lines(standing)
        return
    my_standing.show_places(standing)
    my_standing.show_losses(standing, picked.query)
    my_standing.show_lines(standing)
    if (named := show_heads(database(), picked.campaign.code, code, actor())) is not None:
        heads.show_points(standing.view, named.on(standing.view.board.setting.as_of))
    what_if.show_what_if(picked.question, standing)
    if not standing.alone:
        my_trend.show(picked, standing)


open_page("my_standing")
st.html(tables.STYLES + unit.STYLES + my_standing.STYLES)
heading = st.container()
mine = own_units(database(), actor())
own = mine[0] if mine else None
asked = st.query_params.get(unit.UNIT, own)
picked = pick_question(database(), today(), lambda *question: show_own_board(*question, asked).board)
code = pick_unit(picked, "my_standing", own) if picked is not None else None
heading.title(t("page.my_standing") if picked is None or code is None else look.plain(picked.board.offices[code].name))
if picked is not None and code is not None:
    show_unit(picked, code)
