"""From an indicator of a unit down to its cases: the rule, its figures, and the rows, those that cost points first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from tracker.core.cases import TALLIES, TALLY_COUNTS
from tracker.core.measures import RATINGS
from tracker.services.appeals import CONTESTED, CaseRef
from tracker.services.case_sheets import MOST_ROWS, Behind, export_cases_behind
from tracker.services.case_words import say_effect
from tracker.services.cases import FAILING, CasePage, CaseRow, Extract, case_sources, list_cases, may_see_cases
from tracker.services.editions import edition_of
from tracker.services.exports import Download, Ending
from tracker.services.hearings import may_appeal
from tracker.services.running import database, today
from tracker.services.unit_view import LineView, Term, UnitView
from tracker.text import name_measure, number, pick, say_statement
from tracker.ui import look
from tracker.ui.cells import say_cell
from tracker.ui.downloads import draw_downloads
from tracker.ui.pickers import Picked, show_notice
from tracker.ui.shell import actor, choice, language, link, t
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor
from tracker.ui.unit import INDICATOR, SHEET, SOURCE, UNIT, points, short, value

PAGE_SIZE = 25
_SWITCH = partial(st.segmented_control, required=True)
_WIDE, _CODES = ("procedure", "name"), ("code", "officer")
_HEADS = {"answers_satisfied": "satisfied", "answers": "responses"}
_SHOWN_WITH_PROCEDURE = "name"


def show_cases(picked: Picked, view: UnitView) -> None:
    """The indicator of the link with its cases; a notice where the link names none there is."""
    asked = st.query_params[INDICATOR]
    line = view.line(asked)
    _show_ways(picked, view, line)
    if line is None:
        show_notice(t("empty.unknown_indicator", code=asked), t("empty.unknown_indicator.advice"))
        return
    st.header(look.plain(pick(language(), line.title)))
    _show_formula(view, line)
    st.header(t("unit.cases"))
    if may_see_cases(database(), actor(), view.office.code):
        _show_rows(picked, view, line)
    else:
        st.info(t("unit.cases.hidden"), icon=":material/lock:")


def _show_ways(picked: Picked, view: UnitView, line: LineView | None) -> None:
    """The way back to the unit, and to its other indicators."""
    unit = view.office.code
    st.page_link(
        "pages/unit.py",
        label=look.plain(t("unit.back", unit=view.office.name)),
        icon=":material/arrow_back:",
        query_params={**picked.query, UNIT: unit},
    )
    codes = [known.line.code for known in view.lines]
    titles = {known.line.code: pick(language(), known.title) for known in view.lines}
    key = f"indicator.{unit}.{line.line.code if line else ''}.{language()}"

    def follow() -> None:
        st.query_params[INDICATOR] = st.session_state[key]
        for name in (SOURCE, SHEET):
            st.query_params.pop(name, None)

    with st.container(key="filters_indicator", width=640):
        st.selectbox(
            t("filter.indicator"),
            codes,
            index=codes.index(line.line.code) if line else None,
            format_func=titles.__getitem__,
            key=key,
            on_change=follow,
        )


def _show_formula(view: UnitView, line: LineView) -> None:
    """The rule in words, every measure with its figure above or below the line, and what came of them."""
    st.markdown(look.plain(say_statement(language(), line.rule)))
    facts = {
        t("head.value"): value(line),
        t("head.points"): t("explain.points", points=points(line.line.points), out_of=short(line.line.out_of)),
        t("head.lost"): points(line.line.lost),
        t("head.median"): t("value.none") if line.peers.median is None else points(line.peers.median),
    }
    pairs = "".join(f"<div><dt>{look.markup(name)}</dt><dd>{look.markup(said)}</dd></div>" for name, said in facts.items())
    st.html(f'{_formula_table(view, line)}<dl class="tk-facts">{pairs}</dl>')
    moved = t("unit.taken_over", points=points(line.taken_over)) if line.taken_over else ""
    st.markdown(look.plain(f"{say_statement(language(), line.why)} {moved}"))


def _formula_table(view: UnitView, line: LineView) -> Markup:
    """The measures with their figures in the numerator's and the denominator's column, and their sums."""
    numerator, denominator = line.line.numerator, line.line.denominator
    heads = [Head(t("head.measure"), wide=True), Head(t("head.numerator" if line.is_ratio else "unit.figure"), figures=True)]
    if line.is_ratio:
        heads.append(Head(t("head.denominator"), figures=True))
    rows = [_term_row(view, line, measure) for measure in dict.fromkeys(term.measure for term in line.terms)]
    if numerator is not None and len(line.terms) > len(heads) - 1:
        sums = [numerator] if denominator is None else [numerator, denominator]
        rows.append(Row([look.markup(t("unit.sum")), *(number(language(), one) for one in sums)], total=True))
    return table(t("unit.formula"), heads, rows)


def _term_row(view: UnitView, line: LineView, measure: str) -> Row:
    titles = {reported.measure: reported.title for reported in view.board.setting.rulebook.rulebook.reported}
    name = name_measure(language(), measure, titles)
    halves = (False, True) if line.is_ratio else (False,)
    terms = {term.below: term for term in line.terms if term.measure == measure}
    return Row([look.markup(name[:1].upper() + name[1:]), *(_say_term(terms.get(half)) for half in halves)])


def _say_term(term: Term | None) -> str:
    """A figure as it enters the sum: taken away, or added."""
    if term is None:
        return ""
    said = t("value.none") if term.figure is None else number(language(), term.figure)
    return f"−{said}" if term.sign < 0 else said


def _show_rows(picked: Picked, view: UnitView, line: LineView) -> None:
    setting = view.board.setting
    indicator = setting.rulebook.rulebook.indicator(line.line.code)
    tallied = view.source == TALLIES.name
    sources = case_sources(setting.rulebook.rulebook, indicator, tallied=tallied)
    source = sources[0]
    if len(sources) > 1:
        st.caption(t("unit.cases.two_sources"))
        source = choice(t("unit.cases.source"), sources, lambda code: t(f"kind.{code}"), SOURCE, _SWITCH)
    behind = (view.office.code, line.line.code)
    sheet = _sheet_of_link()
    page = list_cases(database(), picked.question, behind, setting.as_of, actor(), _extract(sheet, source))
    if not page.rows and page.total:
        sheet = 1
        page = list_cases(database(), picked.question, behind, setting.as_of, actor(), _extract(sheet, source))
    if not page.total:
        st.info(t("unit.cases.none"), icon=":material/inbox:")
        return
    key = "unit.cases.tallies" if page.rows[0].kind == TALLIES.name else "unit.cases.count"
    key = key if page.failing else f"{key}.clean"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="case_tools"):
        st.markdown(t(key, n=page.total, failing=page.failing), width="stretch")
        if page.total <= MOST_ROWS:
            make = partial(_export, Behind(picked.question, view, line, source))
            draw_downloads(t("download.title"), t("workbook.personal"), "cases", make)
    st.html(_cases_table(page, line, _appeal_link(picked, view.office.code)))
    sheets = (page.total - 1) // PAGE_SIZE + 1
    if sheets > 1:
        _show_sheets(sheets, sheet, f"{picked.question}.{behind}.{source}")


def _export(behind: Behind, ending: Ending) -> Download:
    edition = edition_of(database(), behind.view.board.setting.result, language(), actor())
    return export_cases_behind(database(), actor(), behind, edition, ending)


def _extract(sheet: int, source: str) -> Extract:
    return Extract((sheet - 1) * PAGE_SIZE, PAGE_SIZE, source)


def _sheet_of_link() -> int:
    written = st.query_params.get(SHEET, "")
    return max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < 7 else 1


def _show_sheets(sheets: int, sheet: int, key: str) -> None:
    """The pages, the one on show kept in the link."""
    key = f"sheet.{key}"

    def follow() -> None:
        st.query_params[SHEET] = str(st.session_state[key])

    st.pagination(sheets, default=min(sheet, sheets), key=key, on_change=follow)


def _appeal_link(picked: Picked, unit: str) -> Callable[[CaseRow], Markup]:
    """Draws the way to an appeal against a case; nothing where the visitor may not appeal for the unit now."""
    where = (picked.campaign.code, picked.period.code)
    if not may_appeal(database(), actor(), unit, where, today()):
        return lambda _: ""
    days = (picked.period.begins.isoformat(), picked.period.ends.isoformat())

    def draw(row: CaseRow) -> Markup:
        if row.kind not in CONTESTED:
            return ""
        case = CaseRef(row.kind, (unit, row.code, *days) if row.kind == "reported" else (row.code,))
        address = link("appeals", c=where[0], p=where[1], u=unit, case=str(case))
        return f"<small>{anchor(t('appeal.link'), address)}</small>"

    return draw


def _cases_table(page: CasePage, line: LineView, appeal: Callable[[CaseRow], Markup]) -> Markup:
    names = [name for name in page.rows[0].cells if _is_filled(page.rows, name)]
    needless = {_SHOWN_WITH_PROCEDURE} if "procedure" in names else set()
    if RATINGS.isdisjoint(term.measure for term in line.terms):  # only these are about a dossier's rating
        needless.add("rating")
    shown = [name for name in names if name not in needless]
    first, *others = shown
    heads = [_head(first), Head(t("head.effect")), *(_head(name) for name in others)]
    rows = (
        Row(
            [_cell(row, first) + appeal(row), _effect(row, line), *(_cell(row, name) for name in others)],
            failing=row.effect == FAILING,
        )
        for row in page.rows
    )
    return table(t("unit.cases"), heads, rows)


def _is_filled(rows: Sequence[CaseRow], name: str) -> bool:
    """Whether a column says anything on this page: one that is empty or 0 throughout only takes room."""
    return any(row.cells[name] not in (None, 0) for row in rows)


def _head(name: str) -> Head:
    words, tallied = t(f"column.{_HEADS.get(name, name)}"), name in TALLY_COUNTS
    return Head(words, figures=tallied or name in _HEADS, wide=name in _WIDE, code=name in _CODES, prose=tallied)


def _cell(row: CaseRow, name: str) -> Markup:
    said = look.markup(say_cell(name, row.cells[name]))
    if name == "procedure" and row.cells.get(_SHOWN_WITH_PROCEDURE):
        return f"{look.markup(str(row.cells[_SHOWN_WITH_PROCEDURE]))}<small>{said}</small>"
    return said


def _effect(row: CaseRow, line: LineView) -> Markup:
    return _pill(say_effect(language(), row, line), failing=row.effect == FAILING)


def _pill(words: str, failing: bool) -> Markup:
    return f'<span class="tk-pill{" tk-pill-bad" if failing else ""}">{look.markup(words)}</span>'
