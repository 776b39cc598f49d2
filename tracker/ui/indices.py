"""An index's history on screen: where the unit stands, its ranks as a line beside the figures, and its components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

import streamlit as st

from tracker.services.access import Verb
from tracker.services.indices import IndexHistory, IndexYear, Measured
from tracker.text import number
from tracker.ui import look
from tracker.ui.doing import may
from tracker.ui.pickers import show_notice
from tracker.ui.shell import choice, language, link, t, unknown_in_link
from tracker.ui.tables import Head, Markup, Row, bar, table
from tracker.ui.unit import UNIT

INDEX, YEAR = "cs", "nam"
_PLACES = 2
STYLES = """<style>
.tk-move-up,.tk-move-down{white-space:nowrap;font-weight:600}
.tk-move-down,.tk-missed{color:var(--tk-accent)}
</style>"""


def show_none() -> None:
    """Nothing was imported: what to do about it, and where the template is for whoever may import."""
    links = [(t("nav.data"), link("data"))] if may(Verb.IMPORT) else []
    show_notice(t("indices.none"), t("indices.none.advice"), links, icon=":material/inbox:")


def pick_measured(measured: Sequence[Measured]) -> Measured | None:
    """The chosen index and unit; None where the link asks for one there is nothing of."""
    indices = list(dict.fromkeys(one.index for one in measured))
    if unknown_in_link(INDEX, indices) is not None:
        return None
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        index = choice(t("column.index"), indices, _name_index, INDEX, partial(st.segmented_control, required=True))
        units = {one.unit: one for one in measured if one.index == index}
        if unknown_in_link(UNIT, list(units)) is not None:
            return None
        draw = partial(st.selectbox, width=320)
        return units[choice(t("indices.unit"), list(units), lambda code: units[code].name, UNIT, draw)]


def show_page(picked: Measured, history: IndexHistory) -> None:
    """The unit's figures by year, then its components in a year of one's choice."""
    _show_figures(history)
    if not history.years:
        st.caption(t("indices.no_whole"))
    else:
        left, right = st.columns([3, 4], gap="large")
        with left:
            _show_chart(picked, history.years)
        with right:
            st.header(t("indices.by_year"))
            st.html(table(_caption(picked), _heads(), _rows(history.years)))
    if history.components:
        _show_components(picked, history)


def _show_figures(history: IndexHistory) -> None:
    """The newest rank and score with how they moved, the average, and the rank aimed at next."""
    latest, aimed = history.latest, history.aimed_at
    if latest is None:
        return
    with st.container(key="kpi"):
        grid = st.grid(3 if aimed is None else 4, min_column_width=170)
        moved = None if latest.moved is None else t("indices.ranks", n=latest.moved)
        grid.metric(t("indices.rank_in", year=str(latest.year)), _rank(latest), moved, border=True)
        gained = None if latest.gained is None else _figure(latest.gained)  # an arrow stands before it
        grid.metric(t("indices.score_in", year=str(latest.year)), _figure(latest.score), gained, border=True)
        grid.metric(t("column.average"), _figure(latest.average), border=True)
        if aimed is not None:
            grid.metric(t("indices.target_in", year=str(aimed.year)), _whole(aimed.target), border=True)


def _show_chart(picked: Measured, years: Sequence[IndexYear]) -> None:
    from tracker.ui import index_chart  # heavy, and not every visitor of the page has anything to draw

    st.header(t("indices.rank"))
    index_chart.show_ranks(years, t("indices.alt", what=_caption(picked), said=_say(years)))


def _say(years: Sequence[IndexYear]) -> str:
    return "; ".join(t("indices.said", year=str(one.year), rank=_rank(one), target=_whole(one.target)) for one in years)


def _heads() -> list[Head]:
    heads = ("column.year", "head.score", "column.average", "head.rank", "head.movement", "column.target")
    return [Head(t(key), figures=True) for key in heads]


def _rows(years: Sequence[IndexYear]) -> Iterator[Row]:
    """The newest year first."""
    for one in reversed(years):
        figures = (_figure(one.score), _figure(one.average), _rank(one))
        yield Row([str(one.year), *map(look.markup, figures), _move(one), _target(one)])


def _show_components(picked: Measured, history: IndexHistory) -> None:
    years = [str(year) for year in history.component_years]
    st.header(t("indices.components"))
    year = (
        choice(t("column.year"), years, str, YEAR, partial(st.segmented_control, required=True)) if years[1:] else years[0]
    )
    heads = (
        Head(t("column.component"), wide=True),
        *(Head(t(key), figures=True) for key in ("head.score", "column.max_score", "head.lost", "column.average")),
        *(Head(t(key), figures=True) for key in ("indices.against", "indices.since")),
    )
    parts = history.parts(int(year))
    st.html(table(f"{_caption(picked)}, {year}", heads, (Row(_part(one), failing=_is_below(one)) for one in parts)))
    st.caption(t("indices.components.how"))


def _part(one: IndexYear) -> list[Markup]:
    drawn = ""
    if one.score is not None and one.max_score:
        middle = None if one.average is None else Fraction(one.average)
        drawn = bar(Fraction(one.score), Fraction(one.max_score), look.criterion_colour(0), middle)
    against, gained = (t("value.none") if one is None else _signed(one) for one in (one.above_average, one.gained))
    figures = [_figure(one.score), _figure(one.max_score), _figure(one.lost), _figure(one.average), against, gained]
    return [f"{look.markup(one.component)}{drawn}", *map(look.markup, figures)]


def _is_below(one: IndexYear) -> bool:
    return one.above_average is not None and one.above_average < 0


def _move(one: IndexYear) -> Markup:
    """▲ 2, ▼ 1 or =, with words for it; a dash where the year before is not known."""
    if one.moved is None:
        return look.markup(t("value.none"))
    if not one.moved:
        return f'<span title="{look.markup(t("movement.same"))}">=</span>'
    kind, sign = ("up", "▲") if one.moved > 0 else ("down", "▼")
    said = look.markup(t(f"movement.{kind}", n=abs(one.moved)))
    return f'<span class="tk-move-{kind}" title="{said}">{sign} {abs(one.moved)}</span>'


def _target(one: IndexYear) -> Markup:
    said = look.markup(_whole(one.target))
    if one.met is None:
        return said
    kind = "met" if one.met else "missed"
    return f'{said}<small class="tk-{kind}">{look.markup(t(f"indices.{kind}"))}</small>'


def _name_index(code: str) -> str:
    """The index as people call it, its code where it has no other name."""
    try:
        return t(f"indices.name.{code.casefold()}")
    except KeyError:
        return code


def _caption(picked: Measured) -> str:
    return f"{_name_index(picked.index)}, {picked.name}"


def _rank(one: IndexYear) -> str:
    if one.rank is None:
        return t("value.none")
    return _whole(one.rank) if one.of is None else f"{_whole(one.rank)} / {_whole(one.of)}"


def _whole(figure: int | None) -> str:
    return t("value.none") if figure is None else number(language(), figure)


def _figure(figure: Decimal | None) -> str:
    return t("value.none") if figure is None else number(language(), figure, _PLACES)


def _signed(figure: Decimal) -> str:
    sign = "+" if figure > 0 else "−" if figure < 0 else ""
    return f"{sign}{number(language(), abs(figure), _PLACES)}"
