"""The units page: the tree of units, clusters and their members, and moving units between clusters."""

from functools import partial

import streamlit as st

from tracker.services.clusters import list_clusters
from tracker.services.running import database, today
from tracker.ui import clusters, tables, units
from tracker.ui.shell import actor, choice, open_page, t

VIEWS = ("units", "clusters", "move", "history")

open_page("units")
st.html(tables.STYLES + units.STYLES)
st.title(t("page.units"))
switch = partial(st.segmented_control, required=True, label_visibility="collapsed")
view = choice(t("filter.view"), VIEWS, lambda code: t(f"units.view.{code}"), "xem", switch)
known = list_clusters(database(), actor())
names = units.name_clusters(known)
if view == "units":
    units.show_units(units.load_units(today()), names)
elif view == "clusters":
    clusters.show_clusters(known, names)
elif view == "move":
    clusters.show_moving(units.load_units(today()), names)
else:
    clusters.show_history(names)
