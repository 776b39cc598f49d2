"""Files to take away: made only once somebody opens the choice of formats."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import streamlit as st

from tracker.services.exports import Download, Ending
from tracker.ui.shell import t

TAKE = ":material/download:"
ICONS = {"csv": ":material/csv:", "xlsx": ":material/table_view:"}


def draw_downloads(label: str, note: str, name: str, make: Callable[[Ending], Download]) -> None:
    """A button that opens the formats; `make` is called when it is open, so it should keep what it has made."""
    opened = st.popover(label, icon=":material/download:", key=f"download_{name}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.caption(note)
        for ending in reversed(get_args(Ending)):
            offer(t(f"download.{ending}"), make(ending), f"download_{name}_{ending}", ICONS[ending], wide=True)


def offer(
    label: str, file: Download, key: str, icon: str | None = TAKE, *, wide: bool = False, primary: bool = False
) -> None:
    """A button that gives the file away; pressing it draws nothing anew."""
    st.download_button(
        label,
        file.data,
        file.name,
        file.mime,
        key=key,
        icon=icon,
        type="primary" if primary else "secondary",
        on_click="ignore",
        width="stretch" if wide else "content",
    )
