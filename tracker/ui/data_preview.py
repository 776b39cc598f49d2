"""What a check found in one table: counts, its columns beside ours, new rows, changed cells, warnings and errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import streamlit as st

from tracker.core.cases import LAID_OUT
from tracker.core.problems import Problem, Severity
from tracker.services.job_reports import SourceColumn, TableReport
from tracker.text import moment, number, say_fault
from tracker.ui import look
from tracker.ui.cells import say_text
from tracker.ui.doing import worded
from tracker.ui.shell import language, t
from tracker.ui.tables import Head, Markup, Row, table

_COUNTS = ("new", "changed", "unchanged", "left_out")
_COLUMNS_SHOWN, _ROWS_NAMED = 8, 6


def show_preview(key: str, found: TableReport) -> None:
    """One table of a file."""
    if found.kind:
        sheet = f" – {found.sheet}" if found.sheet and found.sheet != found.kind else ""
        rows = f" · {look.plain(t('data.rows', n=found.rows))}" if found.rows else ""
        st.markdown(f"**{look.plain(t(f'kind.{found.kind}') + sheet)}**{rows}")
    if found.profile:
        st.caption(look.plain(t("data.profile.used", name=found.profile)))
    if found.earlier:
        said = t("job.already_imported", **{**found.earlier, "at": moment(language(), found.earlier["at"])})
        st.info(look.plain(said), icon=":material/task_alt:")
        return
    _show_whole(found)
    if not found.rows:
        _show_tabs(key, found)
        return
    counts = {"new": found.new, "changed": found.changed, "unchanged": found.unchanged, "left_out": found.refused}
    with st.container(key=f"kpi {key}"):
        grid = st.grid(4, min_column_width=130)
        for name in _COUNTS:
            grid.metric(t(f"data.{name}"), number(language(), counts[name]), border=True)
    _show_tabs(key, found)


def _show_whole(found: TableReport) -> None:
    """What is wrong with the file or sheet as a whole."""
    whole = [problem for problem in found.problems if _is_whole(problem)]
    said = [look.plain(say_fault(language(), worded(problem))) for problem in whole]
    if said:
        st.error(said[0] if len(said) == 1 else "\n".join(f"- {one}" for one in said), icon=":material/error:")


def _is_whole(problem: Problem) -> bool:
    return problem.place.row is None and problem.severity is Severity.ERROR


def _show_tabs(key: str, found: TableReport) -> None:
    changed, new = (n if rows else 0 for n, rows in ((found.changed, found.changed_rows), (found.new, found.new_rows)))
    counts = {"errors": _count(found, Severity.ERROR), "changed": changed, "new": new}
    counts |= {"warnings": _count(found, Severity.WARNING), "columns": len(found.columns) if found.rows else 0}
    draw: Mapping[str, Callable[[], object]] = {
        "errors": partial(_show_problems, found, Severity.ERROR),
        "changed": partial(_show_changed, found),
        "new": partial(_show_new, found),
        "warnings": partial(_show_problems, found, Severity.WARNING),
        "columns": partial(_show_columns, found.columns),
    }
    shown = [name for name, n in counts.items() if n]
    if not shown:
        return
    titles = [f"{t(f'data.tab.{name}')} ({number(language(), counts[name])})" for name in shown]
    for tab, name in zip(st.tabs(titles, key=f"preview {key} {language()}"), shown, strict=True):
        with tab:
            draw[name]()


def _count(found: TableReport, severity: Severity) -> int:
    """How many problems there are but for those shown above the tabs."""
    return found.count(severity) - sum(_is_whole(problem) for problem in found.problems if problem.severity is severity)


def _show_problems(found: TableReport, severity: Severity) -> None:
    problems = [problem for problem in found.problems if problem.severity is severity and not _is_whole(problem)]
    if not problems:
        st.caption(t("data.details_gone"))
        return
    known = (column for column in found.columns if column.column and column.heading)
    headings = {column.column: column.heading for column in known if column.heading != column.column}  # a template's: ours
    heads = [
        Head(t("data.place")),
        Head(t("data.column"), wide=True),
        Head(t("data.value")),
        Head(t("data.problem"), wide=True, prose=True),
    ]
    st.html(table(t(f"data.tab.{severity.value}s"), heads, _problem_rows(problems, headings)))
    _say_more(_count(found, severity) - len(problems))


def _problem_rows(problems: Sequence[Problem], headings: Mapping[str, str]) -> Iterator[Row]:
    """Where it is, by the file's own heading, and what to do; the same mistake in several rows is told once."""
    places: dict[tuple[str, str, str], list[int | None]] = {}
    for problem in problems:
        place = worded(problem).place
        column = headings.get(problem.place.column or "") or place.column or ""
        said = (column, problem.value or "", say_fault(language(), worded(problem)))
        places.setdefault(said, []).append(place.row)
    for said, rows in places.items():
        yield Row([look.markup(_say_rows([row for row in rows if row is not None])), *map(look.markup, said)])


def _say_rows(rows: Sequence[int]) -> str:
    if len(rows) <= 1:
        return t("data.row.n", n=rows[0]) if rows else t("data.row.whole")
    listed = ", ".join(map(str, rows[:_ROWS_NAMED]))
    more = len(rows) - _ROWS_NAMED
    return t("data.row.more", rows=listed, n=more) if more > 0 else t("data.row.several", rows=listed)


def _show_changed(found: TableReport) -> None:
    heads = [Head(t("data.key"), code=True), Head(t("data.column")), Head(t("data.old")), Head(t("data.new_value"))]
    rows = [
        Row([look.markup("/".join(changed.key) if at == 0 else ""), *_change(name, old, new)])
        for changed in found.changed_rows
        for at, (name, old, new) in enumerate(changed.cells)
    ]
    st.html(table(t("data.tab.changed"), heads, rows))
    _say_more(found.changed - len(found.changed_rows))


def _change(name: str, old: str | None, new: str | None) -> list[Markup]:
    said = [look.markup(say_text(name, cell)) for cell in (old, new)]
    words = look.markup(t(f"column.{name}"))
    return [words, f'<span class="tk-old">{said[0]}</span>', f'<span class="tk-fresh">{said[1]}</span>']


def _show_new(found: TableReport) -> None:
    st.html(rows_table(found.kind or "", found.new_rows))
    _say_more(found.new - len(found.new_rows))


def rows_table(kind: str, rows: Sequence[Mapping[str, str | None]]) -> Markup:
    """Some rows with the columns that hold anything."""
    filled = {name for row in rows for name, cell in row.items() if cell is not None}
    names = [column.name for column in LAID_OUT[kind].columns if column.name in filled][:_COLUMNS_SHOWN]
    heads = [Head(t(f"column.{name}"), code=name in LAID_OUT[kind].key) for name in names]
    return table(
        t("data.tab.new"), heads, (Row([look.markup(say_text(name, row.get(name))) for name in names]) for row in rows)
    )


def _say_more(n: int) -> None:
    if n > 0:
        st.caption(t("data.more", n=n))


def _show_columns(columns: Sequence[SourceColumn]) -> None:
    heads = [Head(t("data.source_column"), wide=True), Head(t("data.samples"), wide=True), Head(t("data.read_as"))]
    rows = (
        Row(
            [
                look.markup(column.heading or "–"),
                look.markup("; ".join(column.samples)),
                look.markup(t(f"column.{column.column}") if column.column else t("data.not_read")),
            ],
            failing=not column.column,
        )
        for column in columns
    )
    st.html(table(t("data.tab.columns"), heads, rows))
