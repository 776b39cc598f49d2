"""Who answers for each criterion of a unit: beside its points, with who did before, and the form that names somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import streamlit as st

from tracker.services.heads import MOST_NAME, MOST_POSITION, Head, Heads, Naming, name_head, who
from tracker.services.running import today
from tracker.services.standings import Setting
from tracker.services.unit_view import UnitView
from tracker.text import day, pick
from tracker.ui import look
from tracker.ui.doing import act, do
from tracker.ui.shell import choice, language, t
from tracker.ui.tables import Head as Column
from tracker.ui.tables import Markup, Row, table
from tracker.ui.unit import points, short

CRITERION = "tc"
_DAY_FORMATS = {"vi": "DD/MM/YYYY", "en": "YYYY-MM-DD"}


def say_head(head: Head | None) -> str:
    """Who answers, in one line; that nobody is named where there is none."""
    return t("heads.nobody") if head is None else t("heads.who", who=who(head))


def show_points(view: UnitView, heads: Mapping[str, Head]) -> None:
    """Each criterion's points beside whoever answers for it."""
    st.header(t("heads.title"))
    columns = (
        Column(t("head.criterion"), wide=True),
        Column(t("head.points"), figures=True),
        Column(t("heads.head"), wide=True),
    )
    rows = []
    for one in view.criteria:
        earned = t("explain.points", points=points(one.score.points), out_of=short(one.score.out_of))
        rows.append(Row([look.markup(pick(language(), one.title)), look.markup(earned), _now(heads.get(one.score.code))]))
    st.html(table(t("heads.title"), columns, rows))


def show_all(setting: Setting, unit: str, heads: Heads, *, editable: bool) -> None:
    """Who answers now and who did before, for every criterion; with the form for whoever may name somebody."""
    rulebook = setting.rulebook.rulebook
    st.header(t("heads.title"))
    st.caption(t("heads.explained"))
    now = heads.on(today())
    columns = (
        Column(t("head.criterion"), wide=True),
        Column(t("heads.head"), wide=True),
        Column(t("heads.others"), wide=True),
    )
    rows = []
    for criterion in rulebook.criterion:
        current = now.get(criterion.code)
        others = [head for head in heads.of(criterion.code) if head is not current]
        before = "".join(f"<small>{look.markup(f'{who(head)}: {_days(head)}')}</small>" for head in others)
        rows.append(Row([look.markup(pick(language(), criterion.title)), _now(current), before]))
    st.html(table(t("heads.title"), columns, rows))
    if editable:
        _show_form(setting, unit, heads)


def _now(head: Head | None) -> Markup:
    if head is None:
        return f'<span class="tk-pill">{look.markup(t("heads.nobody"))}</span>'
    small = "".join(f"<small>{look.markup(one)}</small>" for one in (head.position, _days(head)) if one)
    return f"<strong>{look.markup(head.name)}</strong>{small}"


def _days(head: Head) -> str:
    since = day(language(), head.since)
    return t("heads.since", since=since) if head.until is None else f"{since} – {day(language(), head.until)}"


def _show_form(setting: Setting, unit: str, heads: Heads) -> None:
    titles = {criterion.code: criterion.title for criterion in setting.rulebook.rulebook.criterion}
    with st.container(border=True, key="card_heads"):
        draw = partial(st.selectbox, width="stretch")
        code = choice(t("head.criterion"), list(titles), lambda one: pick(language(), titles[one]), CRITERION, draw)
        current, seen = heads.on(today()).get(code), heads.newest(code)
        key = f"heads.{unit}.{code}.{seen}"
        with st.form(key, border=False, enter_to_submit=False):
            with st.container(horizontal=True):
                name = st.text_input(t("heads.name"), key=f"{key}.name", max_chars=MOST_NAME)
                position = st.text_input(t("heads.position"), key=f"{key}.position", max_chars=MOST_POSITION)
                # The first one named has answered for it from the beginning; the next takes over.
                begins, shape = today() if heads.of(code) else setting.period.begins, _DAY_FORMATS[language()]
                picked = st.date_input(t("heads.from"), begins, key=f"{key}.since", format=shape, width=165)
            since = picked if isinstance(picked, date) else begins
            with st.container(horizontal=True):
                names = st.form_submit_button(t("heads.save"), icon=":material/badge:", type="primary")
                ends = current is not None and st.form_submit_button(t("heads.end"), icon=":material/person_off:")
    if names or ends:
        said = ("", "") if ends else (name or "", position or "")
        naming = Naming(setting.campaign.code, unit, code, since, *said, seen)
        do(lambda engine: name_head(engine, naming, act()), t("heads.ended" if ends else "heads.saved"))
