"""Data quality on screen: how many have reported, what the checks find, unit by unit, and the cases behind each figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import streamlit as st

from tracker.services.access import Verb
from tracker.services.campaigns import CampaignState, PeriodState
from tracker.services.editions import Edition, edition_of
from tracker.services.exports import Download, Ending
from tracker.services.quality import (
    CHECKS,
    DOUBTFUL,
    EXPECTED,
    UNJUDGEABLE,
    Quality,
    UnitQuality,
    Wanted,
    list_found,
    list_warned,
    show_quality,
)
from tracker.services.quality_export import export_found, export_quality, say_found
from tracker.services.running import database
from tracker.text import moment, number, percent, pick, search_key
from tracker.text.periods import name_period
from tracker.ui import look
from tracker.ui.downloads import draw_downloads
from tracker.ui.pickers import CAMPAIGN, PERIOD, show_notice
from tracker.ui.shell import actor, choice, language, link, t, text_param, who
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor

CHECK, UNIT, FIND, SHOWN, PAGE = "kt", "u", "tim", "loc", "n"
PAGE_SIZE = 50
ALL, LACKING, DOUBTED = "", "thieu", "nghi-van"
_MORE = 6  # units named before "and n more"


def show_page(campaign: CampaignState, period: PeriodState, today: date) -> None:
    """The period's figures, or the cases behind the check the link names."""
    if period.begins > today:
        show_notice(t("quality.not_begun"), icon=":material/event_upcoming:")
        return
    found = show_quality(database(), actor(), (campaign.code, period.code), today)
    if st.query_params.get(CHECK) in CHECKS:
        _show_cases(found, st.query_params[CHECK], today)
        return
    name = name_period(language(), period.code, period.begins, period.ends)
    st.markdown(t("quality.explained", period=look.plain(name), day=found.as_of))
    if found.state != "open":
        st.info(t("quality.frozen"), icon=":material/lock:")
    _show_reported(found)
    _show_checks(found)
    _show_units(found, today)
    _show_warned()


def _show_reported(found: Quality) -> None:
    """How many of the competing units have handed in each kind of data."""
    st.header(t("quality.reported"))
    if not found.competing:
        st.info(t("quality.none_competes"), icon=":material/info:")
        return
    with st.container(key="kpi"):
        grid = st.grid(len(EXPECTED), min_column_width=150)
        for name in EXPECTED:
            label = t(f"quality.expected.{name}")
            grid.metric(label, t("quality.of", given=found.reported(name), total=len(found.competing)), border=True)
    lacking = ((name, [unit.name for unit in found.competing if name in unit.missing]) for name in EXPECTED)
    lines = [(t(f"quality.expected.{name}"), _name_some(names)) for name, names in lacking if names]
    if lines:
        heads = (Head(t("quality.kind")), Head(t("quality.lacking"), wide=True))
        st.html(table(t("quality.reported"), heads, (Row([look.markup(one), look.markup(who)]) for one, who in lines)))


def _name_some(names: Sequence[str]) -> str:
    said = ", ".join(names[:_MORE])
    return said if len(names) <= _MORE else t("quality.and_more", names=said, n=len(names) - _MORE)


def _show_checks(found: Quality) -> None:
    """What the checks find, each a link to its cases."""
    st.header(t("quality.checks"))
    heads = (
        Head(t("quality.check"), wide=True),
        Head(t("quality.cases"), figures=True),
        Head(t("quality.units"), figures=True),
    )
    rows: list[Row] = []
    for group in (UNJUDGEABLE, DOUBTFUL):
        some = [code for code, check in CHECKS.items() if check.group == group and found.total(code)]
        if some:
            rows.append(Row([look.markup(t(f"quality.group.{group}"))], heading=True))
            rows += (_check_row(found, code) for code in some)
    if rows:
        st.html(table(t("quality.checks"), heads, rows))
    if found.twice_told:
        names = _name_some([unit.name for unit in found.twice_told])
        st.info(look.plain(t("quality.set_aside", n=len(found.twice_told), names=names)), icon=":material/difference:")
    if clean := [t(f"quality.check.{code}") for code in CHECKS if not found.total(code)]:
        st.caption(t("quality.clean", names="; ".join(clean)))


def _check_row(found: Quality, code: str) -> Row:
    total = found.total(code)
    words = t(f"quality.check.{code}")
    advice = t(f"quality.advice.{code}")
    if code == "at_due" and found.ended:
        advice += " " + t("quality.share", share=percent(language(), Fraction(total, found.ended)), n=found.ended)
    units = sum(code in unit.counts for unit in found.units)
    cells = [f"{anchor(words, _address(found, code))}<small>{look.markup(advice)}</small>", _figure(total), _figure(units)]
    return Row(cells, failing=True)


def _show_units(found: Quality, today: date) -> None:
    st.header(t("quality.by_unit"))
    with st.container(key="filters_kept"):
        switch = partial(st.segmented_control, required=True)
        kept = choice(
            t("quality.show"), [ALL, LACKING, DOUBTED], lambda code: t(f"quality.show.{code or 'all'}"), SHOWN, switch
        )
    with st.container(key="filters_quality", horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            words = search_key(text_param(t("filter.unit"), FIND, t("filter.search.hint")).strip())
        draw_downloads(
            t("download.title"),
            t("quality.no_score"),
            "quality",
            lambda ending: export_quality(found, _edition(), ending, today),
        )
    shown = [unit for unit in found.units if words in search_key(f"{unit.name} {unit.unit}") and _is_kept(unit, kept)]
    if not shown:
        st.info(t("quality.no_such_unit"), icon=":material/filter_alt_off:")
        return
    page = _page(len(shown))
    heads = (
        Head(t("head.unit"), wide=True),
        Head(t("quality.missing"), wide=True),
        Head(t("quality.group.unjudgeable"), figures=True),
        Head(t("quality.group.doubtful"), figures=True),
        Head(t("quality.changed"), code=True),
    )
    rows = (_unit_row(found, unit, today) for unit in shown[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    st.html(table(t("quality.by_unit"), heads, rows))
    _show_pages(len(shown), page, "quality units")


def _is_kept(unit: UnitQuality, kept: str) -> bool:
    return kept == ALL or bool(unit.missing and unit.cluster if kept == LACKING else unit.counts)


def _unit_row(found: Quality, unit: UnitQuality, today: date) -> Row:
    missing = "".join(_pill(t(f"quality.expected.{name}")) for name in unit.missing) if unit.cluster else ""
    silent = [pick(language(), found.measures[measure]) for measure in unit.silent] if unit.cluster else []
    if silent:
        missing += f"<small>{look.markup(t('quality.silent_are', names=_name_some(silent)))}</small>"
    counts = [
        {check: n for check, n in unit.counts.items() if CHECKS[check].group == group} for group in (UNJUDGEABLE, DOUBTFUL)
    ]
    if unit.set_aside:
        missing += f"<small>{look.markup(t('quality.set_aside.unit', n=unit.set_aside))}</small>"
    cells = [look.markup(unit.name), missing, *(_linked(found, unit, one) for one in counts), _say_age(found, unit, today)]
    return Row(cells, failing=bool(missing or unit.counts))


def _linked(found: Quality, unit: UnitQuality, counts: dict[str, int]) -> Markup:
    """The counts one below the other, each a link to its cases."""
    lines = [
        f"<span>{anchor(f'{number(language(), n)}', _address(found, code, unit.unit))} "
        f"<small>{look.markup(t(f'quality.check.{code}'))}</small></span>"
        for code, n in counts.items()
    ]
    return "".join(lines)


def _say_age(found: Quality, unit: UnitQuality, today: date) -> Markup:
    age = found.days_old(unit, today)
    if unit.newest is None or age is None:
        return look.markup(t("quality.never"))
    oldest = [
        f"{t(f'kind.{name}')}: {moment(language(), at) if at else t('value.none')}" for name, at in unit.changed.items()
    ]
    return f'<span title="{look.markup("; ".join(oldest))}">{look.markup(t("quality.ago", n=age))}</span>'


def _show_warned() -> None:
    batches = list_warned(database(), actor())
    if not batches:
        return
    st.header(t("quality.warned"))
    st.markdown(t("quality.warned.explained"))
    heads = (
        Head(t("quality.batch"), figures=True),
        Head(t("audit.at"), code=True),
        Head(t("audit.actor"), code=True),
        Head(t("quality.kind")),
        Head(t("quality.file"), wide=True),
        Head(t("quality.warnings"), figures=True),
    )
    imports = Verb.IMPORT in who().verbs
    rows = (
        Row(
            [
                anchor(number(language(), one.batch), link("data", lo=str(one.batch))) if imports else _figure(one.batch),
                look.markup(moment(language(), one.at)),
                look.markup(one.actor),
                look.markup(t(f"kind.{one.kind}")),
                look.markup(one.file),
                _figure(one.warnings),
            ]
        )
        for one in batches
    )
    st.html(table(t("quality.warned"), heads, rows))


def _show_cases(found: Quality, check: str, today: date) -> None:
    """The cases behind one check, of one unit or of all."""
    back = {CAMPAIGN: found.where[0], PERIOD: found.where[1]}
    st.page_link("pages/quality.py", label=t("quality.back"), icon=":material/arrow_back:", query_params=back)
    st.header(t(f"quality.check.{check}"))
    st.markdown(t(f"quality.advice.{check}"))
    names = {unit.unit: unit.name for unit in found.units}
    with_cases = [unit.unit for unit in found.units if check in unit.counts]
    with st.container(key="filters_cases", horizontal=True, vertical_alignment="bottom"):
        picker = partial(st.selectbox, width=320)
        unit = choice(
            t("filter.unit"), ["", *with_cases], lambda code: names.get(code) or t("quality.all_units"), UNIT, picker
        )
        wanted = Wanted(check, unit or None)
        if with_cases:
            draw_downloads(t("download.title"), t("quality.personal"), "found", partial(_export, found, wanted, today))
    total = sum(one.counts.get(check, 0) for one in found.units if unit in ("", one.unit))
    page = _page(total)
    part = Wanted(check, unit or None, (page - 1) * PAGE_SIZE, PAGE_SIZE)
    cases = list_found(database(), actor(), found.where, part, today)
    st.markdown(t("quality.count", n=cases.total))
    if not cases.rows:
        return
    columns = [name for name in cases.rows[0] if any(row[name] is not None for row in cases.rows)]
    heads = [Head(t(f"column.{name}"), code=name == "code") for name in columns]
    st.html(table(t(f"quality.check.{check}"), heads, _case_rows(cases.rows, columns, names)))
    _show_pages(cases.total, page, "quality cases")


def _export(found: Quality, wanted: Wanted, today: date, ending: Ending) -> Download:
    return export_found(database(), actor(), found, wanted, _edition(), ending, today)


def _edition() -> Edition:
    return edition_of(database(), None, language(), actor())


def _case_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], names: Mapping[str, str]) -> Iterator[Row]:
    for row in rows:
        said = {name: say_found(language(), name, row[name]) for name in columns}
        said["unit"] = names.get(row["unit"], row["unit"])
        yield Row([look.markup(said[name]) for name in columns])


def _address(found: Quality, check: str, unit: str = "") -> str:
    query = {CAMPAIGN: found.where[0], PERIOD: found.where[1], CHECK: check}
    return link("quality", **query, **({UNIT: unit} if unit else {}))


def _figure(n: int) -> Markup:
    return look.markup(number(language(), n))


def _pill(words: str) -> Markup:
    return f'<span class="tk-pill tk-pill-bad">{look.markup(words)}</span> '


def _page(total: int) -> int:
    written = st.query_params.get(PAGE, "")
    asked = int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 1
    return max(1, min(asked, max(total - 1, 0) // PAGE_SIZE + 1))


def _show_pages(total: int, page: int, key: str) -> None:
    pages = max(total - 1, 0) // PAGE_SIZE + 1
    if pages == 1:
        return

    def follow() -> None:
        st.query_params[PAGE] = str(st.session_state[key])

    st.pagination(pages, default=page, key=key, on_change=follow)
