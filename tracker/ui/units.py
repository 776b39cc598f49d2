"""The units as a tree that can be searched, and the form that adds or changes one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import streamlit as st

from tracker.core.problems import RefusedError
from tracker.services.access import DeniedError
from tracker.services.batches import undo_batch
from tracker.services.clusters import ClusterName
from tracker.services.running import database, today
from tracker.services.units import KINDS, UnitState, Wanted, in_tree_order, list_units, save_unit
from tracker.text import day, say_problem
from tracker.ui import look
from tracker.ui.doing import act
from tracker.ui.pickers import show_notice
from tracker.ui.shell import actor, choice, language, link, t, text_param
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor

UNIT, ADDING, KIND, CLUSTER, SEARCH = "dv", "them", "loai", "cum", "tim"
DAY_FORMATS = {"vi": "DD/MM/YYYY", "en": "YYYY-MM-DD"}
_PER_PAGE = 50
_SEEN, _SAID, _ADDED = "unit as opened", "unit saved", "units added"

STYLES = """<style>
.tk-depth{color:var(--tk-muted);white-space:pre}
.tk-gone{color:var(--tk-muted)}
.tk-add{color:inherit!important;text-decoration:none!important;font-weight:600;white-space:nowrap}
</style>"""


def show_units(units: Sequence[UnitState], names: Mapping[str, str]) -> None:
    """The form where the link asks for it, then the tree."""
    _show_saved()
    asked = st.query_params.get(UNIT)
    if ADDING in st.query_params or asked is not None:
        opened = _opened(units, asked)
        if asked is not None and opened is None:
            show_notice(t("usage.no_such_unit", unit=asked))
        else:
            _show_form(opened, units, names)
    wanted = _pick_wanted(names)
    _show_tree(units, wanted, names)


def say_refused(refused: RefusedError) -> None:
    """Everything that is wrong, each as a line of its own; fields are called as they are on the form."""
    for problem in refused.problems:
        column = problem.place.column
        place = replace(problem.place, column=t(f"column.{column}")) if column else problem.place
        st.error(look.plain(say_problem(language(), replace(problem, place=place))), icon=":material/error:")


def name_clusters(clusters: Sequence[ClusterName]) -> dict[str, str]:
    """What each cluster is called, by code; the code stands behind a name."""
    shown = {cluster.code: cluster.shown(language()) for cluster in clusters}
    return {code: name if name == code else f"{name} ({code})" for code, name in shown.items()}


def _pick_wanted(names: Mapping[str, str]) -> Wanted:
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            words = text_param(t("filter.search"), SEARCH, t("filter.search.hint"))
        draw = partial(st.selectbox, width=220)
        kinds = {"": t("units.every_kind"), **{kind: t(f"unit_kind.{kind}") for kind in KINDS}}
        kind = choice(t("column.kind"), list(kinds), kinds.__getitem__, KIND, draw)
        known = {"": t("board.all_clusters"), **names}
        cluster = choice(t("filter.cluster"), list(known), known.__getitem__, CLUSTER, draw)
        address = look.markup(link("units", **{ADDING: "1"}))
        st.html(f'<a class="tk-button tk-add" href="{address}" target="_self">{_said("units.add")}</a>')
    return Wanted(words, kind, cluster)


def _show_tree(units: Sequence[UnitState], wanted: Wanted, names: Mapping[str, str]) -> None:
    filtered = wanted != Wanted()
    found = [(0 if filtered else depth, unit) for depth, unit in in_tree_order(units) if wanted.finds(unit)]
    st.caption(t("count.shown", n=len(found), total=len(units)))
    if not found:
        st.info(t("board.no_match") if units else t("units.none"), icon=":material/search_off:")
        return
    slot = st.container()
    pages = -(-len(found) // _PER_PAGE)
    page = st.pagination(pages, key=f"units_page_{pages}") if pages > 1 else 1
    titles = {unit.code: unit.name for unit in units}
    shown = found[(page - 1) * _PER_PAGE : page * _PER_PAGE]
    heads = [
        Head(t("head.unit"), wide=True),
        Head(t("column.kind")),
        Head(t("units.cluster_today")),
        Head(t("units.validity")),
        Head(t("column.headcount"), figures=True),
    ]
    rows = (Row(_cells(depth, unit, names, titles if filtered or not depth else {})) for depth, unit in shown)
    slot.html(table(t("page.units"), heads, rows))


def _cells(depth: int, unit: UnitState, names: Mapping[str, str], titles: Mapping[str, str]) -> list[Markup]:
    stands = f'<span class="tk-depth" aria-hidden="true">{"   " * (depth - 1)}└ </span>' if depth else ""
    above = titles.get(unit.parent or "", unit.parent or "") if titles else ""
    below = f" · {look.markup(t('units.below', parent=above))}" if above else ""
    name = f"{stands}{anchor(unit.name, link('units', **{UNIT: unit.code}))}<small>{look.markup(unit.code)}{below}</small>"
    cluster = names.get(unit.cluster, unit.cluster) if unit.cluster else t("value.none")
    headcount = t("value.none") if unit.headcount is None else str(unit.headcount)
    return [name, _said(f"unit_kind.{unit.kind}"), look.markup(cluster), _validity(unit), headcount]


def _validity(unit: UnitState) -> Markup:
    if unit.valid_from is None and unit.valid_to is None:
        return look.markup(t("units.always"))
    sides = [t("value.none") if side is None else day(language(), side) for side in (unit.valid_from, unit.valid_to)]
    ended = unit.valid_to is not None and unit.valid_to < today()
    words = look.markup(" → ".join(sides))
    return f'<span class="tk-gone">{words} · {_said("units.ended")}</span>' if ended else words


def _opened(units: Sequence[UnitState], asked: str | None) -> UnitState | None:
    """The unit as it was when its form was opened: others may have changed it since, and saving must find that out."""
    kept = st.session_state.get(_SEEN)
    if isinstance(kept, UnitState) and kept.code == asked:
        return kept
    found = next((unit for unit in units if unit.code == asked), None)
    st.session_state[_SEEN] = found
    return found


def _show_form(unit: UnitState | None, units: Sequence[UnitState], names: Mapping[str, str]) -> None:
    title = t("units.add") if unit is None else look.plain(t("units.edit", name=unit.name))
    with st.container(border=True, key="card_unit"):
        st.subheader(title, anchor=False)
        st.caption(t("units.form.explained"))
        cells = _draw_fields(unit, units, names)
        with st.container(horizontal=True):
            save = st.button(t("units.save"), type="primary", icon=":material/save:", key="unit save")
            close = st.button(t("units.close"), key="unit close")
        if save:
            _save(unit, cells)
        if close:
            _close()


def _save(unit: UnitState | None, cells: Mapping[str, str]) -> None:
    try:
        outcome = save_unit(database(), cells, unit.batch if unit else None, act())
    except (RefusedError, DeniedError) as refused:
        say_refused(refused)
        return
    if unit is None:
        st.session_state[_ADDED] = st.session_state.get(_ADDED, 0) + 1
    changed = outcome.changes.new + outcome.changes.changed > 0
    st.session_state[_SAID] = (outcome.batch if changed else None, cells["name"])
    _close()


def _close() -> None:
    st.session_state.pop(_SEEN, None)
    for name in (UNIT, ADDING):
        st.query_params.pop(name, None)
    st.rerun()


def _draw_fields(unit: UnitState | None, units: Sequence[UnitState], names: Mapping[str, str]) -> dict[str, str]:
    """The form's cells as a row of a case file. The widgets' keys carry the version, so that another one begins anew."""
    key = f"{unit.code}.{unit.batch}" if unit else f"new.{st.session_state.get(_ADDED, 0)}"
    cells = unit.cells if unit else {}
    titles = {"": t("value.none"), **{other.code: f"{other.name} ({other.code})" for other in units}}
    with st.grid(2, gap="small", min_column_width=260):
        code = st.text_input(t("column.code"), cells.get("code", ""), disabled=unit is not None, key=f"unit code {key}")
        name = st.text_input(t("column.name"), cells.get("name", ""), key=f"unit name {key}")
        kind = _select("kind", [*KINDS], {one: t(f"unit_kind.{one}") for one in KINDS}, cells, key)
        headcount = st.number_input(
            t("column.headcount"), 0, None, unit.headcount if unit else None, 1, key=f"unit headcount {key}"
        )
        parent = _select("parent", list(titles), titles, cells, key)
        cluster = pick_cluster(t("units.given_cluster"), names, cells.get("cluster", ""), f"unit cluster {key}")
        begins = _date("valid_from", unit.valid_from if unit else None, key)
        ends = _date("valid_to", unit.valid_to if unit else None, key)
        successor = _select("successor", list(titles), titles, cells, key)
    typed = {"code": code, "name": name, "kind": kind, "parent": parent, "cluster": cluster or "", "successor": successor}
    told = {"valid_from": begins, "valid_to": ends, "headcount": headcount}
    return {**typed, **{name: "" if value is None else str(value) for name, value in told.items()}}


def pick_cluster(label: str, names: Mapping[str, str], at: str | None, key: str) -> str | None:
    """A cluster's code, one of those there are, "" for no cluster, or a new one that is typed; None: not chosen yet."""
    words = {"": t("units.no_cluster"), **names}
    codes = list(words)
    return st.selectbox(
        label,
        codes,
        codes.index(at) if at in words else None,
        format_func=lambda code: words.get(code, code),
        accept_new_options=True,
        help=t("units.cluster.help"),
        placeholder=t("units.cluster.hint"),
        key=key,
    )


def _select(name: str, codes: list[str], words: Mapping[str, str], cells: Mapping[str, str], key: str) -> str:
    at = cells.get(name, "")
    index = codes.index(at) if at in codes else 0
    return st.selectbox(t(f"column.{name}"), codes, index, format_func=words.__getitem__, key=f"unit {name} {key}") or ""


def _date(name: str, value: date | None, key: str) -> date | None:
    picked = st.date_input(
        t(f"column.{name}"),
        value,
        min_value=date(1945, 1, 1),
        max_value=date(2100, 12, 31),
        format=DAY_FORMATS[language()],
        key=f"unit {name} {key}",
    )
    return picked if isinstance(picked, date) else None


def _show_saved() -> None:
    """What the last saving came to, and the way back."""
    if _SAID not in st.session_state:
        return
    batch, name = st.session_state[_SAID]
    if batch is None:
        st.info(look.plain(t("units.unchanged", name=name)), icon=":material/info:")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="unit_saved"):
        st.success(look.plain(t("units.saved", name=name, batch=batch)), icon=":material/check_circle:")
        undo = st.button(t("units.undo"), icon=":material/undo:", key="unit undo")
    if undo:
        del st.session_state[_SAID]
        try:
            undo_batch(database(), batch, act())
        except RefusedError as refused:
            say_refused(refused)
        else:
            st.rerun()


def load_units(as_of: date) -> list[UnitState]:
    """Every unit with its cluster on that day."""
    return list_units(database(), actor(), as_of)


def _said(key: str) -> Markup:
    return look.markup(t(key))
