"""The tasks of a programme on screen: figures, reminders, filters, the table, how each unit stands, and the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import streamlit as st

from tracker.core.programme import Standing, State
from tracker.services.access import Verb
from tracker.services.dialogues import list_dialogues, units_to_report
from tracker.services.programme import DAYS_AHEAD, NO_UNIT, Programme, Sieve, Tally, Task, names_day, show_programme
from tracker.services.programme_book import export_programme
from tracker.services.running import database, today
from tracker.text import collation_key, day, search_key
from tracker.ui import look
from tracker.ui.doing import may
from tracker.ui.downloads import ICONS, offer
from tracker.ui.pickers import CAMPAIGN, show_notice
from tracker.ui.shell import actor, choice, language, link, t, text_param
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor
from tracker.ui.unit import UNIT

PAGE_SIZE = 50
TASK, STANDING, WITHIN, FIND = "nv", "tt", "han", "tim"
_ALL = ""
_BAD = (Standing.OVERDUE, Standing.DONE_LATE)
STYLES = """<style>
.tk-table td a{white-space:normal}
.tk-table td small{overflow-wrap:anywhere}
.tk-table .tk-programme-late{color:var(--tk-accent);font-weight:600}
.tk-programme-number{color:var(--tk-muted);font-variant-numeric:tabular-nums;margin-right:.35rem}
.tk-programme-facts{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.1rem 1.25rem;
margin:0 0 1rem!important;padding:0!important}
.tk-programme-facts dt{color:var(--tk-muted);font-size:.875rem;padding:.45rem 0;margin:0!important}
.tk-programme-facts dd{margin:0!important;padding:.4rem 0;overflow-wrap:anywhere}
.tk-programme-facts small{display:block;color:var(--tk-muted);font-size:.8125rem}
.tk-programme-facts .tk-programme-late{color:var(--tk-accent);font-weight:600}
@media (max-width:40rem){.tk-programme-facts{grid-template-columns:1fr}
.tk-programme-facts dt{padding:.6rem 0 0}.tk-programme-facts dd{padding:0}}
.tk-programme-back a{color:inherit;text-decoration:underline;text-underline-offset:.15em}
</style>"""


def show_tasks(campaign: str) -> None:
    """The whole programme, sifted as chosen."""
    found = show_programme(database(), campaign, today(), actor())
    if not found.tasks:
        advice = "programme.none.keep" if may(Verb.KEEP_PROGRAMME) else "programme.none.advice"
        show_notice(t("programme.none"), t(advice), icon=":material/event_note:")
        return
    st.markdown(t("programme.explained"))
    _show_figures(found)
    _remind(found)
    shown = _sift(found)
    if not shown:
        st.info(t("programme.none_such"), icon=":material/search_off:")
    else:
        st.caption(t("programme.shown", n=len(shown)))
        sheets = (len(shown) - 1) // PAGE_SIZE + 1
        at = st.pagination(sheets, key=f"programme.sheet.{len(shown)}") if sheets > 1 else 1
        rows = _rows(found, shown[(at - 1) * PAGE_SIZE : at * PAGE_SIZE])
        st.html(table(t("page.programme"), _heads(), rows))
    st.header(t("programme.by_unit"))
    st.html(table(t("programme.by_unit"), _tally_heads(), (Row(_tally_cells(found, one)) for one in found.tallies())))
    st.caption(t("programme.by_unit.how"))
    _offer_workbook(found)


def _show_figures(found: Programme) -> None:
    done = (Standing.DONE, Standing.DONE_LATE)
    figures = {
        "tasks": len(found.tasks) - found.count(Standing.DROPPED),
        "done": found.count(*done),
        "in_time": found.count(Standing.DONE),
        "overdue": found.count(Standing.OVERDUE),
        "soon": found.count(Standing.SOON),
    }
    with st.container(key="kpi"):
        grid = st.grid(len(figures), min_column_width=140)
        for name, n in figures.items():
            grid.metric(t(f"programme.{name}"), n, border=True)


def _remind(found: Programme) -> None:
    """What presses of the tasks that whoever looks has to report on."""
    mine = units_to_report(database(), actor())
    own = [found.standing(task) for task in found.tasks if task.content.unit in mine]
    late, soon = own.count(Standing.OVERDUE), own.count(Standing.SOON)
    if late:
        st.error(t("programme.remind.overdue", n=late), icon=":material/alarm:")
    if soon:
        st.warning(t("programme.remind.soon", n=soon, days=DAYS_AHEAD[0]), icon=":material/schedule:")


def _sift(found: Programme) -> Sequence[Task]:
    units = {task.content.unit or NO_UNIT: found.name_of(task) for task in found.tasks}
    codes = sorted(units, key=lambda code: (code == NO_UNIT, collation_key(units[code])))
    standings = [one for one in Standing if found.count(one)]
    with st.container(key="filters_programme", horizontal=True, vertical_alignment="bottom"):
        unit = choice(
            t("programme.body"), [_ALL, *codes], lambda code: _name_unit(units, code), UNIT, partial(st.selectbox, width=280)
        )
        names = [_ALL, *(one.value for one in standings)]
        standing = choice(t("programme.standing"), names, _name_standing, STANDING, partial(st.selectbox, width=200))
        days = [_ALL, *(str(days) for days in sorted(DAYS_AHEAD))]
        within = choice(t("programme.within"), days, _name_days, WITHIN, partial(st.selectbox, width=190))
        with st.container(width=240):
            wanted = search_key(text_param(t("programme.search"), FIND).strip())
    sieve = Sieve(unit, Standing(standing) if standing else None, int(within) if within else None)
    return [task for task in found.chosen(sieve) if wanted in search_key(_all_words(found, task))]


def _all_words(found: Programme, task: Task) -> str:
    said = (task.number, task.content.task, found.name_of(task), task.content.body, task.content.cooperating)
    return " ".join((*said, task.content.product, task.note))


def _name_unit(units: dict[str, str], code: str) -> str:
    if code in (_ALL, NO_UNIT):
        return t("programme.all_bodies" if code == _ALL else "programme.other_bodies")
    return units[code]


def _name_standing(code: str) -> str:
    return t(f"programme.standing.{code}") if code else t("programme.standing.all")


def _name_days(code: str) -> str:
    return t("work.ahead.days", n=int(code)) if code else t("programme.within.all")


def _heads() -> list[Head]:
    return [
        Head(t("column.task"), wide=True, prose=True),
        Head(t("column.body"), wide=True),
        Head(t("column.deadline")),
        Head(t("programme.standing"), prose=True),
    ]


def _rows(found: Programme, tasks: Sequence[Task]) -> Iterator[Row]:
    """The tasks under the headings of their areas."""
    area = ""
    for task in tasks:
        if task.content.area != area:
            area = task.content.area
            if area:
                yield Row([look.markup(area)], heading=True)
        yield Row(_cells(found, task), failing=found.standing(task) is Standing.OVERDUE)


def _cells(found: Programme, task: Task) -> list[Markup]:
    said = task.content
    where = anchor(said.task, link("programme", **{CAMPAIGN: found.campaign, TASK: task.number}))
    number = f'<span class="tk-programme-number">{look.markup(task.number)}</span>'
    product = _small(t("programme.product", product=said.product)) if said.product else ""
    cooperating = _small(t("programme.with", bodies=said.cooperating)) if said.cooperating else ""
    return [
        f"{number}{where}{product}",
        f"{look.markup(found.name_of(task))}{cooperating}",
        say_deadline(found, task),
        f"{pill(found.standing(task))}{_small(say_state(found, task))}",
    ]


def _small(words: str) -> Markup:
    return f"<small>{look.markup(words)}</small>" if words else ""


def pill(standing: Standing) -> Markup:
    """How a task stands, in a word."""
    kind = " tk-pill-bad" if standing in _BAD else ""
    return f'<span class="tk-pill{kind}">{look.markup(t(f"programme.standing.{standing}"))}</span>'


def say_deadline(found: Programme, task: Task) -> Markup:
    """The last day in the programme's words, with the day they mean and how long it is until then."""
    said = [look.markup(task.content.deadline)]
    if task.due is not None:
        said += [] if names_day(task.content.deadline, task.due) else [_small(day(language(), task.due))]
        left = found.left.get(task.due)
        standing = found.standing(task)
        if left is not None and standing is Standing.OVERDUE:
            said.append(f'<small class="tk-programme-late">{look.markup(t("programme.since", n=max(-left, 0)))}</small>')
        elif left is not None and task.state in (State.NOT_STARTED, State.UNDER_WAY):
            said.append(_small(t("programme.left", n=left)))
    return "".join(said)


def say_state(found: Programme, task: Task) -> str:
    """What was last said of it: on which day it was done, how far it is, and the note."""
    parts = []
    if task.done_on is not None:
        parts.append(t("programme.done_on", day=day(language(), task.done_on)))
    elif found.standing(task) in (Standing.OVERDUE, Standing.SOON):
        parts.append(t(f"programme.standing.{task.state}"))
    return ". ".join([*parts, *([task.note] if task.note else [])])


def _tally_heads() -> list[Head]:
    names = ("tasks", "done", "in_time", "overdue", "soon")
    return [Head(t("programme.body"), wide=True), *(Head(t(f"programme.{name}"), figures=True) for name in names)]


def _tally_cells(found: Programme, one: Tally) -> list[Markup]:
    name = t("programme.other_bodies") if one.unit == NO_UNIT else one.name
    where = link("programme", **{CAMPAIGN: found.campaign, UNIT: one.unit})
    late = f'<span class="tk-programme-late">{one.overdue}</span>' if one.overdue else "0"
    return [anchor(name, where), str(one.tasks), str(one.done), str(one.in_time), late, str(one.soon)]


def _offer_workbook(found: Programme) -> None:
    opened = st.popover(t("programme.take"), icon=":material/download:", key="download_programme", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.caption(t("programme.take.note"))
        file = export_programme(found, list_dialogues(database(), found.campaign, actor()), language())
        offer(t("download.xlsx"), file, "download_programme_xlsx", ICONS["xlsx"], wide=True)
