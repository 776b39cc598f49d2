"""How a file is read, on screen: kind and sheets to confirm, what the reading asks, and its columns beside ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from tracker.services.entry_saving import entry_units
from tracker.services.job_choices import (
    KIND_NAMES,
    OF_ONE_FILE,
    OPTIONS,
    Unclear,
    answered,
    asked_of,
    explain,
    map_headings,
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


def show_reading(job: Job, file: JobFile) -> None:
    """The questions that are open, the columns beside ours, and everything else that can be chosen, in a fold."""
    asked, unclear = asked_of(file), unclear_of(file)
    unknown = any(found.kind is None for found in file.tables)
    suggested = any(column.suggested for found in file.tables for column in found.columns)
    opened = bool(asked or unclear) or unknown or suggested
    with (
        st.expander(t("data.reading"), icon=":material/tune:", expanded=opened),
        st.form(f"reading {file.id} {job.digest[:16]}", border=False),
    ):
        if asked or unclear or unknown or suggested:
            st.markdown(t("data.reading.asked"))
        meant = _ask_unclear(file, unclear)
        said = _ask_whose(file, asked)
        answers, sheets = _ask_how(file, asked)
        picked = _ask_columns(file)
        if not st.form_submit_button(t("data.read_anew"), icon=":material/refresh:"):
            return

    def choose() -> None:
        choices = explain(map_headings(answered(file.choices, answers | said, sheets), picked), meant)
        read_anew(database(), job.id, {file.id: choices}, act())

    if explained(choose):
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


def _ask_how(file: JobFile, asked: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, str], Sequence[str] | None]:
    """Kind, encoding and the like, what is asked first; and the sheets, None where they are left as they are."""
    grid = st.grid(3, min_column_width=220)
    answers = {"kind": _pick(grid, file, "kind", ("", *KIND_NAMES), file.choices.kind or "")}
    for name in sorted(OPTIONS, key=lambda name: name not in asked):
        given = getattr(file.choices, name)
        answers[name] = _pick(grid, file, name, ("", *asked.get(name, OPTIONS[name])), str(given or ""))
    row = grid.text_input(t("reading.header_row"), str(file.choices.header_row or ""), key=f"{file.id} header_row")
    answers["header_row"] = (row or "").strip()
    sheets = sheets_of(file)
    if not sheets:
        return answers, None
    read = [found.sheet for found in file.tables if found.sheet]
    picked = st.multiselect(t("reading.sheets"), sheets, read, key=f"{file.id} sheets")
    return answers, (picked if set(picked) != set(read) else None)


def _ask_unclear(file: JobFile, unclear: Sequence[Unclear]) -> dict[tuple[str, str], str]:
    """What names and words mean that nothing stands for."""
    meant: dict[tuple[str, str], str] = {}
    if not unclear:
        return meant
    st.markdown(f"**{look.plain(t('data.unclear'))}**")
    grid = st.grid(2, min_column_width=280)
    for one in unclear:
        shown = dict(one.options)
        about = t(f"data.unclear.{one.about}") if one.about in ("units", "procedures") else t(f"column.{one.about}")
        label = look.plain(f"{about}: «{one.value}»")
        words = partial(_said_option, one.about, shown)
        key = f"{file.id} {one.about} {one.value}"
        meant[one.about, one.value] = str(grid.selectbox(label, ["", *shown], format_func=words, key=key) or "")
    return meant


def _said_option(about: str, shown: Mapping[str, str], code: str) -> str:
    if not code:
        return t("data.unclear.none")
    return say_cell(about, code) if about in WORDED and about != "kind" else shown[code]


def _ask_columns(file: JobFile) -> dict[str, str]:
    """The headings that are to be read as another column of ours, or as none, with what they become."""
    picked: dict[str, str] = {}
    for at, found in enumerate(file.tables):
        ours = ours_of(found.kind or "")
        if not ours or not found.columns:
            continue
        st.markdown(f"**{look.plain(t('data.mapping', sheet=found.sheet or file.name))}**")
        grid = st.grid(3, min_column_width=220)
        for column in found.columns:
            options = ("", *ours)
            label = look.plain(column.heading or f"#{column.position + 1}")
            index = options.index(column.column) if column.column in options else 0
            key = f"{file.id} {at} column {column.position} {found.kind}"
            cell = grid.container()
            chosen = str(cell.selectbox(label, options, index, format_func=_our_column, key=key) or "")
            cell.caption(look.plain(_say_how(column)))
            if chosen != column.column:
                picked[_heading_key(found, column)] = chosen
    return picked


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


def _pick(grid: object, file: JobFile, name: str, options: tuple[str, ...], chosen: str) -> str:
    index = options.index(chosen) if chosen in options else 0
    picked = grid.selectbox(  # type: ignore[attr-defined]
        t(f"reading.{name}"), options, index, format_func=lambda code: _words(name, code), key=f"{file.id} {name}"
    )
    return str(picked or "")


def _words(name: str, code: str) -> str:
    if not code:
        return t("reading.by_itself")
    if name == "kind":
        return t(f"kind.{code}")
    return code if name == "century" else t(f"reading.{name}.{_KEYS.get(code, code)}")
