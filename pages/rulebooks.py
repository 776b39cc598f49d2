"""The rulebooks page: every version that is kept, and the checked way to a new one."""

import streamlit as st

from tracker.ui import rule_changes, rulebooks, rules, tables
from tracker.ui.doing import show_done
from tracker.ui.shell import open_page, t

language = open_page("rulebooks")
st.html(tables.STYLES + rules.STYLES + rule_changes.STYLES)
st.title(t("page.rulebooks"))
st.markdown(t("rulebooks.explained"))
show_done()
kept, new = st.tabs([t("rulebooks.tab.kept"), t("rulebooks.tab.new")], key=f"rulebooks {language}", on_change="rerun")
# Only one of them: the parts of a rulebook in words bear the same names on both.
if kept.open:
    with kept:
        rulebooks.show_kept()
if new.open:
    with new:
        rulebooks.show_upload()
