"""Clusters: their names, their members on a day, and moving units from one to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import streamlit as st

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import DeniedError
from tracker.services.clusters import ClusterName, name_cluster
from tracker.services.membership import (
    Member,
    Move,
    Reached,
    Step,
    foresee_back,
    foresee_move,
    list_members,
    list_steps,
    move_units,
    take_back,
)
from tracker.services.running import database, today
from tracker.services.units import UnitState
from tracker.text import day, say_usage
from tracker.text.periods import name_period
from tracker.ui import look
from tracker.ui.doing import act
from tracker.ui.shell import actor, choice, language, link, t
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor
from tracker.ui.units import CLUSTER, DAY_FORMATS, UNIT, pick_cluster, say_refused

_MOVE, _BACK, _SAID = "move foreseen", "taking back foreseen", "cluster done"
_MOST = 200


def show_clusters(clusters: Sequence[ClusterName], names: Mapping[str, str]) -> None:
    """Every cluster with its names and how many belong to it on a day; one of them with its members and its naming."""
    _show_done()
    on = _pick_day(t("clusters.on"), "clusters day", today())
    members = list_members(database(), actor(), on)
    count = Counter(member.cluster for member in members)
    heads = [Head(t("head.cluster"), wide=True), Head(t("column.code"), code=True), Head(t("clusters.units"), figures=True)]
    rows = [Row([_link(one), look.markup(one.code if one.vi else ""), str(count[one.code])]) for one in clusters]
    if count[None]:
        rows.append(Row([look.markup(t("units.no_cluster")), "", str(count[None])]))
    if not rows:
        st.info(t("clusters.none"), icon=":material/groups:")
        return
    st.html(table(t("clusters.title"), heads, rows))
    known = {one.code: one for one in clusters}
    if not known:
        return
    code = choice(t("clusters.shown"), list(known), names.__getitem__, CLUSTER, partial(st.selectbox, width=420))
    left, right = st.columns(2, gap="large")
    with left:
        _show_naming(known[code])
    with right:
        _show_members([member for member in members if member.cluster == code], names[code], on)


def show_moving(units: Sequence[UnitState], names: Mapping[str, str]) -> None:
    """The form that moves units, and what the move would reach before it is confirmed."""
    _show_done()
    st.markdown(t("move.explained"))
    titles = {unit.code: f"{unit.name} ({unit.code}) – {names.get(unit.cluster or '', t('value.none'))}" for unit in units}
    with st.form("move", border=True):
        chosen = st.multiselect(
            t("move.units"), list(titles), format_func=titles.__getitem__, key="move units", placeholder=t("move.units.hint")
        )
        cluster = pick_cluster(t("move.to"), names, None, "move to")
        since = _pick_day(t("move.since"), "move since", today())
        reason = st.text_input(t("move.reason"), key="move reason", placeholder=t("move.reason.hint"))
        asked = st.form_submit_button(t("move.foresee"), icon=":material/preview:")
    if asked and cluster is None:
        st.error(t("move.to.missing"), icon=":material/error:")
        st.session_state.pop(_MOVE, None)
    elif asked:
        st.session_state[_MOVE] = Move(tuple(chosen), since, cluster or None, reason)
    move = st.session_state.get(_MOVE)
    if isinstance(move, Move):
        _show_foreseen(move, titles, names)


def show_history(names: Mapping[str, str]) -> None:
    """Every move there was, the newest first, and taking one back."""
    _show_done()
    steps = list_steps(database(), actor())
    if not steps:
        st.info(t("move.none"), icon=":material/history:")
        return
    st.caption(t("move.history.explained"))
    heads = [Head(t("move.since"), code=True), Head(t("head.unit"), wide=True), Head(t("move.from")), Head(t("move.to"))]
    rows = (
        Row(
            [
                look.markup(day(language(), step.since)),
                f"{anchor(step.name, link('units', **{UNIT: step.unit}))}<small>{look.markup(step.unit)}</small>",
                look.markup(_called(step.before, names)),
                look.markup(_called(step.cluster, names)),
            ]
        )
        for step in steps[:_MOST]
    )
    st.html(table(t("move.history"), heads, rows))
    _show_taking_back(steps, names)


def _show_taking_back(steps: Sequence[Step], names: Mapping[str, str]) -> None:
    with st.form("take back", border=True):
        st.subheader(t("move.take_back"), anchor=False)
        by = {f"{step.unit}/{step.since}": step for step in steps}
        words = {
            key: f"{day(language(), step.since)} · {step.name} ({step.unit}) → {_called(step.cluster, names)}"
            for key, step in by.items()
        }
        chosen = st.selectbox(t("move.which"), list(by), format_func=words.__getitem__, key="take back which")
        reason = st.text_input(t("move.reason"), key="take back reason")
        if st.form_submit_button(t("move.foresee"), icon=":material/preview:"):
            st.session_state[_BACK] = (by[chosen], words[chosen], reason)
    if _BACK in st.session_state:
        _show_foreseen_back(*st.session_state[_BACK])


def _show_foreseen_back(step: Step, words: str, reason: str) -> None:
    with st.container(border=True, key="card_back"):
        st.markdown(f"**{look.plain(t('move.will_take_back', move=words))}**")
        _show_reached(foresee_back(database(), actor(), step), {})
        confirmed = _ask_confirmation(_BACK, t("move.take_back.confirm"))
    if not confirmed:
        return
    try:
        take_back(database(), step, reason, act())
    except (RefusedError, DeniedError) as refused:
        say_refused(refused)
    else:
        del st.session_state[_BACK]
        _finish(t("move.taken_back", name=step.name))


def _ask_confirmation(kept: str, label: str) -> bool:
    """True once what is shown was confirmed; dropping it forgets what was kept under that name."""
    with st.container(horizontal=True):
        confirmed = st.button(label, type="primary", icon=":material/check:", key=f"{kept} confirm")
        if st.button(t("move.drop"), key=f"{kept} drop"):
            del st.session_state[kept]
            st.rerun()
    return confirmed


def _show_foreseen(move: Move, titles: Mapping[str, str], names: Mapping[str, str]) -> None:
    try:
        reached = foresee_move(database(), actor(), move)
    except (RefusedError, DeniedError) as refused:
        say_refused(refused)
        return
    except UsageError as error:
        st.error(look.plain(say_usage(language(), error)), icon=":material/error:")
        return
    with st.container(border=True, key="card_move"):
        words = {"n": len(move.units), "cluster": _called(move.cluster, names), "day": move.since}
        st.markdown(f"**{look.plain(t('move.will', **words))}**")
        _show_reached(reached, titles)
        confirmed = _ask_confirmation(_MOVE, t("move.confirm"))
    if not confirmed:
        return
    try:
        moved = move_units(database(), move, act())
    except (RefusedError, DeniedError) as refused:
        say_refused(refused)
    else:
        del st.session_state[_MOVE]
        _finish(t("move.done", n=moved, cluster=_called(move.cluster, names), day=move.since))


def _show_reached(reached: Sequence[Reached], titles: Mapping[str, str]) -> None:
    """The open periods, which are counted anew, then the others, which keep their own copy."""
    if not reached:
        st.markdown(t("move.reaches_none"))
        return
    heads = [Head(t("filter.period"), wide=True), Head(t("move.state")), Head(t("clusters.units"), figures=True)]
    st.html(table(t("move.reaches"), heads, (Row(_reached_cells(one, titles)) for one in reached)))
    st.caption(t("move.keeps.explained"))


def _reached_cells(one: Reached, titles: Mapping[str, str]) -> list[Markup]:
    period = name_period(language(), one.period, one.begins, one.ends)
    units = ", ".join(titles.get(unit, unit) for unit in one.units)
    return [
        f"{look.markup(period)}<small>{look.markup(one.campaign)}</small>",
        look.markup(t("move.changes" if one.state == "open" else "move.keeps")),
        f'<span title="{look.markup(units)}">{len(one.units)}</span>',
    ]


def _show_naming(cluster: ClusterName) -> None:
    seen = st.session_state.setdefault(f"cluster as shown {cluster.code}", cluster)
    key = f"{seen.code}|{seen.vi}|{seen.en}"
    with st.form("naming", border=True):
        st.subheader(look.plain(t("clusters.naming", code=cluster.code)), anchor=False)
        st.caption(t("clusters.naming.explained"))
        vi = st.text_input(t("clusters.name.vi"), seen.vi, key=f"cluster vi {key}")
        en = st.text_input(t("clusters.name.en"), seen.en, key=f"cluster en {key}")
        if not st.form_submit_button(t("units.save"), icon=":material/save:"):
            return
    del st.session_state[f"cluster as shown {cluster.code}"]
    try:
        name_cluster(database(), seen, ClusterName(cluster.code, vi, en), act())
    except (RefusedError, DeniedError) as refused:
        say_refused(refused)
    else:
        _finish(t("clusters.named", code=cluster.code))


def _show_members(members: Sequence[Member], name: str, on: date) -> None:
    st.subheader(look.plain(t("clusters.members", cluster=name, day=on)), anchor=False)
    if not members:
        st.caption(t("clusters.empty"))
        return
    rows = (Row([anchor(one.name, link("units", **{UNIT: one.unit})), look.markup(one.unit)]) for one in members[:_MOST])
    with st.container(height=380, border=False):
        st.html(table(t("clusters.units"), [Head(t("head.unit"), wide=True), Head(t("column.code"), code=True)], rows))
    if len(members) > _MOST:
        st.caption(t("clusters.more", n=len(members) - _MOST))


def _pick_day(label: str, key: str, value: date) -> date:
    first, last = date(1990, 1, 1), date(2100, 12, 31)
    picked = st.date_input(label, value, min_value=first, max_value=last, format=DAY_FORMATS[language()], key=key, width=220)
    return picked if isinstance(picked, date) else value


def _called(cluster: str | None, names: Mapping[str, str]) -> str:
    return names.get(cluster, cluster) if cluster else t("units.no_cluster")


def _link(cluster: ClusterName) -> str:
    address = link("units", **{"xem": "clusters", CLUSTER: cluster.code})
    other = cluster.vi if language() != "vi" else cluster.en
    below = f"<small>{look.markup(other)}</small>" if other and other != cluster.shown(language()) else ""
    return anchor(cluster.shown(language()), address) + below


def _finish(words: str) -> None:
    st.session_state[_SAID] = words
    st.rerun()


def _show_done() -> None:
    if said := st.session_state.pop(_SAID, None):
        st.success(look.plain(said), icon=":material/check_circle:")
