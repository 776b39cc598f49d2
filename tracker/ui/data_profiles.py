"""Remembering how the files of a source are read, so that the next one needs no click."""

from __future__ import annotations

import streamlit as st

from tracker.services.job_choices import is_answered
from tracker.services.job_reports import TableReport
from tracker.services.job_states import JobFile
from tracker.services.profiles import NewProfile, list_profiles, save_profile
from tracker.services.running import database
from tracker.ui.doing import act, attempt, note_done
from tracker.ui.shell import actor, t


def offer_profile(file: JobFile) -> None:
    """A form to keep the answers given for a file of one table under a name; nothing where none was given."""
    if len(file.tables) != 1 or not file.tables[0].kind or not is_answered(file.choices):
        return
    (found,) = file.tables
    with (
        st.popover(t("data.profile.remember"), icon=":material/bookmark_add:", key=f"remember {file.id}"),
        st.form(f"profile {file.id}", border=False),
    ):
        name = st.text_input(t("data.profile.name"), max_chars=80, key=f"profile name {file.id}").strip()
        if not st.form_submit_button(t("data.profile.remember"), icon=":material/save:"):
            return
    if attempt(lambda: _save(file, found, name)) is not None:
        note_done(t("data.profile.saved", name=name))
        st.rerun()


def _save(file: JobFile, found: TableReport, name: str) -> object:
    seen = {profile.name: profile.version for profile in list_profiles(database(), actor())}
    new = NewProfile(name, found.kind or "", found.header, file.choices)
    return save_profile(database(), new, seen.get(name), act())
