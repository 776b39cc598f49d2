"""The accounts page: who may sign in, as what and for which units, and who came without an account."""

import streamlit as st

from tracker.ui import confirm, tables, user_acts, users
from tracker.ui.shell import open_page, t

open_page("users")
st.html(tables.STYLES)
st.title(t("page.users"))
st.markdown(t("users.explained"))
user_acts.show_said()
people = users.load_people()
confirmed = confirm.ask("users")
chosen = users.pick_account(people)
if chosen is not None:
    users.show_account(people, chosen, confirmed=confirmed)
st.header(t("users.list"))
if confirmed:
    users.show_adding(people)
users.show_accounts(people)
users.show_newcomers(people, confirmed=confirmed)
