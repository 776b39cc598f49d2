"""Asking for the password again before a weighty act; the services insist on it, this lets people give it."""

from __future__ import annotations

import streamlit as st

from tracker.core.problems import RefusedError
from tracker.services.credentials import SignInError
from tracker.services.reauth import Confirmation, confirm_password, how_to_confirm
from tracker.services.running import database, now
from tracker.text import moment, say_problem
from tracker.ui import look
from tracker.ui.doing import act
from tracker.ui.shell import actor, handle, language, sign_in_again, t


def ask(key: str) -> bool:
    """True if whoever looks has lately confirmed who they are; else it draws, once for each key, what they can confirm by.

    A page draws its weighty buttons only where this is True. It holds a form, so it must not stand in another one.
    """
    how = how_to_confirm(database(), actor(), handle(), now())
    if how is Confirmation.RECENT:
        return True
    widget = f"confirm {key}"
    with st.container(border=True, key=f"card_confirm_{key}"):
        st.markdown(f"**{t('confirm.title')}**")
        if how is Confirmation.SIGN_IN:
            st.markdown(t("confirm.sign_in"))
            st.html(_link("tk-button", t("account.sign_in")))
            return False
        st.markdown(t("confirm.words"))
        with st.form(f"{widget} form", border=False, width=420):
            st.text_input(t("sign_in.password"), type="password", key=widget, autocomplete="current-password")
            st.form_submit_button(t("confirm.button"), type="primary", on_click=_confirm, args=(widget,))
        if said := st.session_state.pop(f"{widget} said", ""):
            st.error(said, icon=":material/error:")
        st.html(_link("tk-muted", t("confirm.or_sign_in")))
    return False


def _link(look_: str, words: str) -> str:
    return f'<a class="{look_}" href="{look.markup(sign_in_again())}" target="_self">{look.markup(words)}</a>'


def _confirm(widget: str) -> None:
    doing = act()
    try:
        confirm_password(database(), doing.actor, doing.handle, st.session_state[widget], doing.now)
    except SignInError as error:
        until = error.locked_until
        said = t("confirm.wrong") if until is None else t("sign_in.locked", until=moment(language(), until))
        st.session_state[f"{widget} said"] = said
    except RefusedError as error:
        st.session_state[f"{widget} said"] = say_problem(language(), error.problems[0])
    st.session_state[widget] = ""
