"""The register of apologies on screen: what became of each apology that was due."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from tracker.services.apologies import ApologyLine, ApologyRegister, Told, list_apologies
from tracker.services.apology_letters import MOST_LETTERS, write_letters
from tracker.services.looking import Asked
from tracker.services.running import database, today
from tracker.services.worklist import TALLIES
from tracker.text import day, moment, number
from tracker.ui import look
from tracker.ui.doing import attempt
from tracker.ui.downloads import offer
from tracker.ui.pickers import Picked, show_notice
from tracker.ui.shell import actor, choice, language, t
from tracker.ui.tables import Head, Markup, Row, table

PAGE_SIZE = 25
TOLD = "tt"
_ALL = ""
_SWITCH = partial(st.segmented_control, required=True)


def show_page(picked: Picked, unit: str) -> None:
    """The unit's dossiers that called for an apology."""
    asked = Asked(picked.question, unit, today(), actor())
    found = list_apologies(database(), asked)
    name = picked.board.offices[unit].name
    st.markdown(t("apology.explained", unit=look.plain(name), day=day(language(), found.setting.as_of)))
    if not found.lines and picked.board.facts[unit].source == TALLIES:
        show_notice(t("apology.from_tallies"), t("work.tallies.advice"), icon=":material/table_chart:")
        return
    if not found.lines:
        show_notice(t("apology.none"), icon=":material/task_alt:")
        return
    _show_figures(found)
    wanted = choice(t("apology.show"), [_ALL, *Told], lambda code: _name(found, code), TOLD, _SWITCH)
    shown = [line for line in found.lines if wanted in (_ALL, line.told)]
    if not shown:
        st.info(t("apology.none_such"), icon=":material/inbox:")
        return
    sheets = (len(shown) - 1) // PAGE_SIZE + 1
    at = st.pagination(sheets, key=f"apology.sheet.{unit}.{wanted}") if sheets > 1 else 1
    st.html(table(t("page.apologies"), _heads(), map(_row, shown[(at - 1) * PAGE_SIZE : at * PAGE_SIZE])))
    _show_letters(asked, shown)


def _show_letters(asked: Asked, lines: Sequence[ApologyLine]) -> None:
    """Letters for the dossiers on show, written only once somebody opens the choice."""
    opened = st.popover(t("apology.letters"), icon=":material/draft:", key=f"letters_{asked.unit}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.caption(t("apology.letters.explained"))
        codes = [line.code for line in lines]
        wanting = [
            line.code for line in lines if line.told is Told.MISSING
        ] or codes  # who was apologised to needs no letter
        label = t("apology.letters.which", limit=MOST_LETTERS)
        chosen = st.multiselect(
            label, codes, wanting[:MOST_LETTERS], key=f"letters.{asked.unit}.{len(codes)}", max_selections=MOST_LETTERS
        )
        if not chosen:
            st.caption(t("apology.letters.choose"))
            return
        made = attempt(lambda: write_letters(database(), asked, chosen))
        if made is not None:
            offer(t("apology.letters.take", n=len(chosen)), made[0], "letters_take", wide=True)


def _name(found: ApologyRegister, code: str) -> str:
    n = found.count(Told(code)) if code else len(found.lines)
    return t(f"apology.show.{code or 'all'}", n=n)


def _show_figures(found: ApologyRegister) -> None:
    with st.container(key="kpi"):
        grid = st.grid(4, min_column_width=150)
        grid.metric(t("apology.due"), len(found.lines), border=True)
        for told in (Told.IN_TIME, Told.LATE, Told.MISSING):
            grid.metric(t(f"apology.{told.value}"), found.count(told), border=True)


def _heads() -> list[Head]:
    return [
        Head(t("column.code"), code=True),
        Head(t("column.procedure"), wide=True),
        Head(t("column.due_at")),
        Head(t("apology.ended")),
        Head(t("apology.days_late"), figures=True),
        Head(t("column.apology_at")),
        Head(t("column.officer"), code=True),
    ]


def _row(line: ApologyLine) -> Row:
    said = line.name or line.procedure
    beside = line.procedure if line.name else ""
    return Row(
        [
            look.markup(line.code),
            f"{look.markup(said)}<small>{look.markup(beside)}</small>",
            look.markup(moment(language(), line.due_at)),
            look.markup(t("apology.pending") if line.ended is None else day(language(), line.ended)),
            number(language(), line.days_late),
            _told(line),
            look.markup(line.officer or ""),
        ],
        failing=line.told is Told.MISSING,
    )


def _told(line: ApologyLine) -> Markup:
    bad = "" if line.told is Told.IN_TIME else " tk-pill-bad"
    at = "" if line.apology_at is None else f"<small>{look.markup(moment(language(), line.apology_at))}</small>"
    return f'<span class="tk-pill{bad}">{look.markup(t(f"apology.{line.told.value}"))}</span>{at}'
