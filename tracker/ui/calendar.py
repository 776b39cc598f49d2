"""The working calendar on screen: the year in twelve months, its exceptions, and changing them by hand or by a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import streamlit as st

from tracker.core.problems import RefusedError
from tracker.services.access import DeniedError
from tracker.services.calendar_file import edit_of_years, read_calendar_file
from tracker.services.running import database, today
from tracker.services.working_calendar import (
    CHECKED,
    OFF,
    STATUSES,
    SURE,
    UNREAD,
    WORK,
    DayRule,
    Difference,
    Edit,
    WorkingCalendar,
    edit_calendar,
    foresee,
    months_of,
)
from tracker.text import day
from tracker.ui import look
from tracker.ui.calendar_view import name_status, rules_table, year_view
from tracker.ui.doing import act
from tracker.ui.shell import choice, language, t
from tracker.ui.units import DAY_FORMATS, say_refused

YEAR = "nam"
_EDIT, _SAID, _FILES = "calendar edit foreseen", "calendar said", "calendar files"
_FIRST, _LAST = 2016, 2040
_SHOWN = 60


def pick_year(calendar: WorkingCalendar) -> int:
    """The year to look at, the present one first."""
    known = {one.day.year for one in calendar.days} | {today().year, today().year + 1}
    years = [today().year, *sorted(known - {today().year}, reverse=True)]
    codes = [str(year) for year in years]
    return int(choice(t("calendar.year"), codes, str, YEAR, partial(st.selectbox, width=150)))


def show_year(calendar: WorkingCalendar, year: int) -> None:
    """Twelve months, what their marks mean, and what a person must still check."""
    if said := st.session_state.pop(_SAID, None):
        st.success(look.plain(said), icon=":material/check_circle:")
    months = months_of(calendar, year)
    rules = calendar.of_year(year)
    unsure = [one for one in rules if not one.is_sure]
    st.markdown(t("calendar.sum", n=sum(month.working for month in months), year=str(year)))
    if unsure:
        st.warning(t("calendar.unsure", n=len(unsure)), icon=":material/fact_check:")
    if any(one.status in SURE and one.status != CHECKED for one in rules):
        st.info(t("calendar.agreed"), icon=":material/fact_check:")
    if not rules:
        st.warning(t("calendar.empty_year", year=str(year)), icon=":material/event_busy:")
    st.html(year_view(months, year))


def show_rules(calendar: WorkingCalendar, year: int) -> None:
    """The year's exceptions as a list."""
    rules = calendar.of_year(year)
    st.header(t("calendar.rules", year=str(year)), anchor=False)
    if rules:
        st.html(rules_table(rules))
    else:
        st.caption(t("calendar.none"))


def show_changing(calendar: WorkingCalendar, year: int) -> None:
    """The forms that change the calendar, and what the change comes to before it is confirmed."""
    st.header(t("calendar.change"), anchor=False)
    st.caption(t("calendar.change.explained"))
    by_hand, by_choice, by_file = st.tabs([t(f"calendar.by.{name}") for name in ("hand", "choice", "file")])
    with by_hand:
        _ask_day(calendar, year)
    with by_choice:
        _ask_choice(calendar, year)
    with by_file:
        _ask_file(calendar)
    foreseen = st.session_state.get(_EDIT)
    if foreseen is not None:
        _show_foreseen(calendar, *foreseen)


def _ask_day(calendar: WorkingCalendar, year: int) -> None:
    with st.form("calendar day", border=True):
        with st.grid(2, gap="small", min_column_width=240):
            picked = _date(year)
            kind = st.selectbox(
                t("calendar.kind"), [OFF, WORK], format_func=lambda code: t(f"calendar.kind.{code}"), key="calendar kind"
            )
            name = st.text_input(t("calendar.name"), key="calendar name", placeholder=t("calendar.name.hint"))
            status = st.selectbox(
                t("calendar.status"), STATUSES, STATUSES.index(UNREAD), format_func=name_status, key="calendar status"
            )
        reason = st.text_input(t("calendar.reason"), key="calendar reason", placeholder=t("calendar.reason.hint"))
        asked = st.form_submit_button(t("move.foresee"), icon=":material/preview:")
    if asked:
        _propose(calendar, Edit(put=(DayRule(picked, kind or OFF, name, status or UNREAD),)), reason)


def _ask_choice(calendar: WorkingCalendar, year: int) -> None:
    rules = calendar.of_year(year)
    if not rules:
        st.caption(t("calendar.none"))
        return
    words = {one.day: f"{day(language(), one.day)} – {one.name or t(f'calendar.kind.{one.kind}')}" for one in rules}
    with st.form("calendar choice", border=True):
        chosen = st.multiselect(
            t("calendar.days"),
            list(words),
            format_func=words.__getitem__,
            key=f"calendar days {year}",
            placeholder=t("calendar.days.hint"),
        )
        actions = {name: t(f"calendar.action.{name}") for name in ("checked", "remove")}
        action = st.radio(t("calendar.action"), list(actions), format_func=actions.__getitem__, key="calendar action")
        reason = st.text_input(t("calendar.reason"), key="calendar days reason", placeholder=t("calendar.reason.hint"))
        asked = st.form_submit_button(t("move.foresee"), icon=":material/preview:")
    if asked and action == "remove":
        _propose(calendar, Edit(remove=tuple(chosen)), reason)
    elif asked:
        _propose(calendar, Edit(put=tuple(replace(calendar.by_day[one], status=CHECKED) for one in chosen)), reason)


def _ask_file(calendar: WorkingCalendar) -> None:
    with st.form("calendar file", border=True):
        st.markdown(t("calendar.file.explained"))
        key = f"calendar file {st.session_state.get(_FILES, 0)}"
        file = st.file_uploader(t("calendar.file"), type="csv", max_upload_size=1, key=key)
        reason = st.text_input(t("calendar.reason"), key="calendar file reason", placeholder=t("calendar.reason.hint"))
        asked = st.form_submit_button(t("move.foresee"), icon=":material/preview:")
    if not asked:
        return
    if file is None:
        st.error(t("calendar.file.missing"), icon=":material/error:")
        return
    try:
        rules = read_calendar_file(file.name, file.getvalue())
    except RefusedError as refused:
        say_refused(RefusedError(refused.problems[:_SHOWN]))
    else:
        _propose(calendar, edit_of_years(calendar, rules), reason)


def _propose(calendar: WorkingCalendar, edit: Edit, reason: str) -> None:
    """Keep the edit with the state it was made on, to be looked at and confirmed."""
    st.session_state[_EDIT] = (edit, calendar.digest, reason, foresee(calendar, edit))


def _show_foreseen(calendar: WorkingCalendar, edit: Edit, seen: str, reason: str, difference: Difference) -> None:
    with st.container(border=True, key="card_calendar"):
        st.subheader(t("calendar.foreseen"), anchor=False)
        if calendar.digest != seen:
            st.warning(t("calendar.moved"), icon=":material/sync_problem:")
        _show_difference(difference)
        with st.container(horizontal=True):
            confirmed = st.button(
                t("calendar.confirm"),
                type="primary",
                icon=":material/check:",
                key="calendar confirm",
                disabled=difference.is_nothing,
            )
            dropped = st.button(t("calendar.drop"), key="calendar drop")
    if dropped:
        del st.session_state[_EDIT]
        st.rerun()
    if confirmed:
        _confirm(edit, seen, reason)


def _confirm(edit: Edit, seen: str, reason: str) -> None:
    try:
        with st.spinner(t("calendar.saving")):
            done = edit_calendar(database(), edit, seen, reason, act())
    except (RefusedError, DeniedError) as refused:
        say_refused(refused)
        return
    del st.session_state[_EDIT]
    st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
    counts = {"added": len(done.added), "changed": len(done.changed), "removed": len(done.removed)}
    st.session_state[_SAID] = t("calendar.saved", **counts)
    st.rerun()


def _show_difference(difference: Difference) -> None:
    if difference.is_nothing:
        st.markdown(t("calendar.nothing"))
        return
    st.markdown(t("calendar.turned", off=len(difference.off), work=len(difference.work)))
    for name in ("added", "changed", "removed"):
        rules: tuple[DayRule, ...] = getattr(difference, name)
        if rules:
            st.markdown(f"**{t(f'calendar.{name}', n=len(rules))}**")
            st.html(rules_table(rules[:_SHOWN]))
            if len(rules) > _SHOWN:
                st.caption(t("calendar.more", n=len(rules) - _SHOWN))
    st.caption(t("calendar.effect"))


def _date(year: int) -> date:
    value = today() if today().year == year else date(year, 1, 1)
    picked = st.date_input(
        t("calendar.day"),
        value,
        min_value=date(_FIRST, 1, 1),
        max_value=date(_LAST, 12, 31),
        format=DAY_FORMATS[language()],
        key=f"calendar day {year}",
    )
    return picked if isinstance(picked, date) else value
