"""How a file is read, on screen: what the reading asks, first; kind, sheets and its columns beside ours, in a fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from tracker.services.entry_saving import entry_units
from tracker.services.imports import ReadingChoices
from tracker.services.job_choices import (
    KIND_NAMES,
    OF_ONE_FILE,
    OPTIONS,
    Unclear,
    answered,
    asked_of,
    explain,
    map_headings,
    open_columns,
    options_of,
    ours_of,
    read_period,
    recent_periods,
    sheets_of,
    unclear_of,
)
from tracker.services.job_reports import SourceColumn, TableReport
from tracker.services.job_states import Job, JobFile
from tracker.services.job_worker import wake
from tracker.services.jobs import read_anew
from tracker.services.running import database, now, today
from tracker.text.periods import name_period
from tracker.ui import look
from tracker.ui.cells import WORDED, say_cell
from tracker.ui.doing import act, explained
from tracker.ui.shell import actor, language, t

# Some answers are signs that cannot stand in a key of words.
_KEYS = {",": "comma", ";": "semicolon", "|": "bar"}


def show_questions(job: Job, file: JobFile) -> None:
    """What only people know of the file, before all else: whose it is, what it holds, names and headings nobody knows."""
    asked, unclear = asked_of(file), unclear_of(file)
    columns = [open_columns(found) for found in file.tables]
    if not (asked or unclear or any(columns)):
        return
    with st.container(border=True, key=f"card_questions_{file.id}"), st.form(_form("asked", job, file), border=False):
        st.markdown(f"**{look.plain(t('data.questions'))}** {look.plain(t('data.questions.explained'))}")
        answers = _ask_whose(file, asked) | _ask_how(file, asked, open_as="reading.not_said")
        meant = _ask_unclear(file, unclear)
        picked = _ask_columns(file, columns, "asked")
        if not st.form_submit_button(t("data.read_anew"), icon=":material/refresh:", type="primary"):
            return
    _read_anew(job, file, lambda: explain(map_headings(answered(file.choices, answers), picked), meant))


def show_reading(job: Job, file: JobFile) -> None:
    """How the file was read, in a fold, and everything of it that can be chosen."""
    asked = asked_of(file)
    with (
        st.expander(t("data.reading"), icon=":material/tune:"),
        st.form(_form("reading", job, file), border=False),
    ):
        options = {name: OPTIONS[name] for name in options_of(file) if name not in asked}
        answers = _ask_how(file, ({} if "kind" in asked else {"kind": KIND_NAMES}) | options)
        row = st.text_input(
            t("reading.header_row"), str(file.choices.header_row or ""), key=f"{file.id} header_row", width=220
        )
        answers["header_row"] = (row or "").strip()
        sheets = _ask_sheets(file)
        columns = [found.columns if ours_of(found.kind or "") else () for found in file.tables]
        picked = _ask_columns(file, columns, "reading")
        if not st.form_submit_button(t("data.read_anew"), icon=":material/refresh:"):
            return
    _read_anew(job, file, lambda: map_headings(answered(file.choices, answers, sheets), picked))


def _form(name: str, job: Job, file: JobFile) -> str:
    return f"{name} {file.id} {job.digest[:16]}"


def _read_anew(job: Job, file: JobFile, choose: Callable[[], ReadingChoices]) -> None:
    if explained(lambda: read_anew(database(), job.id, {file.id: choose()}, act())):
        wake(database(), now)
        st.rerun()


def _ask_whose(file: JobFile, asked: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Whose report form it is and over which days, where it does not say so itself or somebody has said so before."""
    shown = [name for name in OF_ONE_FILE if name in asked or getattr(file.choices, name)]
    if not shown:
        return {}
    grid = st.grid(2, min_column_width=280)
    said = {}
    for name in shown:
        names = dict(entry_units(database(), actor())) if name == "unit" else dict.fromkeys(recent_periods(today()), "")
        given = getattr(file.choices, name) or ""
        options = list(dict.fromkeys(("", *([given] if given else []), *names)))
        words = partial(_said_unit, names) if name == "unit" else _said_period
        said[name] = grid.selectbox(
            t(f"reading.{name}"),
            options,
            options.index(given),
            format_func=words,
            accept_new_options=name == "period",
            help=t("reading.period.help") if name == "period" else None,
            key=f"{file.id} {name}",
        )
    return {name: str(value or "").strip() for name, value in said.items()}


def _said_unit(names: Mapping[str, str], code: str) -> str:
    return f"{names[code]} ({code})" if code in names else code or t("reading.not_said")


def _said_period(code: str) -> str:
    days = read_period(code)
    return name_period(language(), code, *days) if days else code or t("reading.not_said")


def _ask_how(file: JobFile, options: Mapping[str, tuple[str, ...]], open_as: str = "reading.by_itself") -> dict[str, str]:
    """Kind, encoding and the like: those there are answers for."""
    chosen = {name: answers for name, answers in options.items() if answers}
    if not chosen:
        return {}
    grid = st.grid(3, min_column_width=220)
    return {name: _pick(grid, file, (name, open_as), ("", *answers)) for name, answers in chosen.items()}


def _ask_sheets(file: JobFile) -> Sequence[str] | None:
    """The sheets to read; None where they are left as they are."""
    sheets = sheets_of(file)
    if not sheets:
        return None
    read = [found.sheet for found in file.tables if found.sheet]
    picked = st.multiselect(t("reading.sheets"), sheets, read, key=f"{file.id} sheets")
    return picked if set(picked) != set(read) else None


def _ask_unclear(file: JobFile, unclear: Sequence[Unclear]) -> dict[tuple[str, str], str]:
    """What names and words mean that nothing stands for."""
    meant: dict[tuple[str, str], str] = {}
    if not unclear:
        return meant
    st.markdown(f"**{look.plain(t('data.unclear'))}**")
    grid = st.grid(2, min_column_width=280)
    for one in unclear:
        shown = _own_units(one.options) if one.about == "units" else dict(one.options)
        about = t(f"data.unclear.{one.about}") if one.about in ("units", "procedures") else t(f"column.{one.about}")
        label = look.plain(f"{about}: «{one.value}»")
        words = partial(_said_option, one.about, shown)
        key = f"{file.id} {one.about} {one.value}"
        meant[one.about, one.value] = str(grid.selectbox(label, ["", *shown], format_func=words, key=key) or "")
    return meant


def _own_units(near: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The units like a name that the one who answers may import for; all of those where none is like it."""
    own = dict(entry_units(database(), actor()))
    return {code: words for code, words in near if code in own} or {code: f"{name} ({code})" for code, name in own.items()}


def _said_option(about: str, shown: Mapping[str, str], code: str) -> str:
    if not code:
        return t("data.unclear.none")
    return say_cell(about, code) if about in WORDED and about != "kind" else shown[code]


def _ask_columns(file: JobFile, columns: Sequence[Sequence[SourceColumn]], form: str) -> dict[str, str]:
    """The headings among these (a table's each) that are to be read as another column of ours, or as none.

    Both forms may ask for the very same headings, where none of a file's is known.
    """
    picked: dict[str, str] = {}
    for at, (found, some) in enumerate(zip(file.tables, columns, strict=True)):
        if not some:
            continue
        st.markdown(f"**{look.plain(t('data.mapping', sheet=found.sheet or file.name))}**")
        grid = st.grid(3, min_column_width=220)
        for column in some:
            chosen = _pick_column(grid.container(), f"{form} {file.id} {at} {len(some)}", found, column)
            if chosen != column.column:
                picked[_heading_key(found, column)] = chosen
    return picked


def _pick_column(cell: DeltaGenerator, key: str, found: TableReport, column: SourceColumn) -> str:
    """Our column for one of the file's."""
    options = ("", *ours_of(found.kind or ""))
    label = look.plain(column.heading or f"#{column.position + 1}")
    index = options.index(column.column) if column.column in options else 0
    key = f"{key} column {column.position} {found.kind}"
    chosen = str(cell.selectbox(label, options, index, format_func=_our_column, key=key) or "")
    cell.caption(look.plain(_say_how(column)))
    return chosen


def _our_column(name: str) -> str:
    return t(f"column.{name}") if name else t("data.not_read")


def _say_how(column: SourceColumn) -> str:
    """Some of its cells, and how it was found out what the column is."""
    samples = t("data.samples.some", cells="; ".join(column.samples)) if column.samples else ""
    how = t(f"data.how.{column.how}", n=column.confidence, column=_our_column(column.suggested or column.column))
    return f"{samples} {how}".strip()


def _heading_key(found: TableReport, column: SourceColumn) -> str:
    """The heading, or its place where the heading is empty or stands twice."""
    once = sum(other.heading == column.heading for other in found.columns) == 1
    return column.heading if column.heading and once else f"#{column.position + 1}"


def _pick(grid: DeltaGenerator, file: JobFile, what: tuple[str, str], options: tuple[str, ...]) -> str:
    """An answer (`what`: which one, and the key of words for none)."""
    name, open_as = what
    given = str(getattr(file.choices, name) or "")
    index = options.index(given) if given in options else 0
    words = partial(_words, name, open_as)
    return str(grid.selectbox(t(f"reading.{name}"), options, index, format_func=words, key=f"{file.id} {name}") or "")


def _words(name: str, open_as: str, code: str) -> str:
    if not code:
        return t(open_as)
    if name == "kind":
        return t(f"kind.{code}")
    return code if name == "century" else t(f"reading.{name}.{_KEYS.get(code, code)}")
