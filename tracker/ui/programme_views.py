"""The parts of the programme's page: its tasks or one of them, the dialogues, and the import for whoever keeps it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from tracker.services.access import Verb
from tracker.ui import dialogues, programme, programme_file, programme_task
from tracker.ui.doing import may
from tracker.ui.shell import choice, t

VIEW = "xem"
_TASKS, _DIALOGUES, _FILE = "nhiem-vu", "doi-thoai", "nhap"


def show_page(campaign: str) -> None:
    """What was chosen of the three; a link to one task shows that."""
    views = [_TASKS, _DIALOGUES, *([_FILE] if may(Verb.KEEP_PROGRAMME) else [])]
    switch = partial(st.segmented_control, required=True, label_visibility="collapsed")
    view = choice(t("programme.view"), views, lambda code: t(f"programme.view.{code}"), VIEW, switch)
    if view == _DIALOGUES:
        dialogues.show_dialogues(campaign)
    elif view == _FILE:
        programme_file.show_import(campaign)
    elif programme_task.TASK in st.query_params:
        programme_task.show_task(campaign, st.query_params[programme_task.TASK])
    else:
        programme.show_tasks(campaign)
