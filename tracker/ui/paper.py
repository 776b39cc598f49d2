"""Pages as they are printed: A4, black on white, the result's state and digest above and at the foot of every page."""

from __future__ import annotations

import re

import streamlit as st

from tracker.services.editions import Edition, describe, stamp, warn
from tracker.services.standings import Board
from tracker.ui.look import markup
from tracker.ui.shell import language

_UNSAFE = re.compile(r"[^\w .,:·@/()–-]")


def show_for_print(board: Board) -> None:
    """What a printed page must say by itself: which result it shows, and whether that is final. Nothing on screen."""
    setting, edition = board.setting, Edition(language())
    warning = warn(setting, edition)
    told = f"<strong>{markup(warning)}</strong>" if warning else ""
    lines = "".join(f"<span>{markup(line)}</span>" for line in describe(setting, edition))
    foot = f'@page{{@bottom-left{{content:"{quoted(stamp(setting, edition))}"}}}}'
    st.html(f'<style>@media print{{{foot}}}</style><div class="tk-paper">{told}{lines}</div>')


def quoted(text: str) -> str:
    """The text for a quoted string of a style sheet, in which nothing can end the string or the sheet."""
    return _UNSAFE.sub(lambda found: f"\\{ord(found[0]):x} ", text)
