"""A unit's officers on screen: their dossiers side by side, ranked only where there are enough to compare."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import streamlit as st

from tracker.services.looking import Asked
from tracker.services.officers import FEWEST_JUDGED, OfficerLine, list_officer_figures
from tracker.services.running import database, today
from tracker.services.worklist import TALLIES
from tracker.text import day, number, percent
from tracker.ui import look
from tracker.ui.pickers import Picked, show_notice
from tracker.ui.shell import actor, language, link, t
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor
from tracker.ui.unit import UNIT
from tracker.ui.worklist import OFFICER

_RATING_PLACES = 2


def show_page(picked: Picked, unit: str) -> None:
    """The unit's officers with the figures of their dossiers."""
    found = list_officer_figures(database(), Asked(picked.question, unit, today(), actor()))
    name = picked.board.offices[unit].name
    st.markdown(t("officers.explained", unit=look.plain(name), day=day(language(), found.setting.as_of), n=FEWEST_JUDGED))
    if not found.lines and picked.board.facts[unit].source == TALLIES:
        show_notice(t("officers.from_tallies"), t("work.tallies.advice"), icon=":material/table_chart:")
        return
    if not found.lines:
        show_notice(t("officers.none"), t("officers.none.advice"), icon=":material/badge:")
        return
    st.html(table(t("page.officers"), _heads(), _rows(picked, unit, found.lines)))
    st.caption(t("officers.on_time.explained"))


def _heads() -> list[Head]:
    figures = ("on_time_share", "received", "handled", "on_time", "late", "overdue", "supplements", "rating")
    first = (Head(t("officers.officer"), wide=True), Head(t("officers.rank"), figures=True))
    return [*first, *(Head(t(f"officers.{name}"), figures=True) for name in figures)]


def _rows(picked: Picked, unit: str, lines: tuple[OfficerLine, ...]) -> Iterator[Row]:
    """The ranked ones, then under a heading of their own those with too few dossiers to compare."""
    some_ranked = lines[0].rank is not None
    told = False
    for line in lines:
        if line.rank is None and some_ranked and not told:
            told = True
            yield Row([look.markup(t("officers.too_few", n=FEWEST_JUDGED))], heading=True)
        yield Row(_cells(picked, unit, line))


def _cells(picked: Picked, unit: str, line: OfficerLine) -> list[Markup]:
    figures = line.figures
    share = (
        percent(language(), figures.share_on_time)
        if line.rank is not None and figures.share_on_time is not None
        else t("value.none")
    )
    return [
        _person(picked, unit, line),
        t("value.none") if line.rank is None else str(line.rank),
        share,
        *(number(language(), count) for count in (figures.received, figures.handled, figures.on_time)),
        _late(line),
        *(number(language(), count) for count in (figures.overdue, figures.supplements)),
        _rating(figures.mean_rating, figures.rated),
    ]


def _person(picked: Picked, unit: str, line: OfficerLine) -> Markup:
    """The name, the code and the way to what this officer has to do."""
    work = link("worklist", **{**picked.query, UNIT: unit, OFFICER: line.code})
    beside = " · ".join(part for part in (line.title, line.code if line.name else "") if part)
    return f"{anchor(line.name or line.code, work)}<small>{look.markup(beside)}</small>"


def _late(line: OfficerLine) -> Markup:
    """How many were done late, and by how many working days all late ones are late together."""
    figures = line.figures
    days = t("officers.days_late", n=figures.days_late) if figures.days_late else ""
    return f"{number(language(), figures.late)}<small>{look.markup(days)}</small>"


def _rating(mean: Fraction | None, rated: int) -> Markup:
    if mean is None:
        return look.markup(t("value.none"))
    said = number(language(), mean, _RATING_PLACES)
    return f"{said}<small>{look.markup(t('officers.rated', n=rated))}</small>"
