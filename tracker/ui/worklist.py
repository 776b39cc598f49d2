"""The worklist on screen: how much there is of what, the items by points at stake, their ticks, and files to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from tracker.core.work import Effect, Task
from tracker.services.exports import Download
from tracker.services.looking import may_handle
from tracker.services.review_tasks import Status
from tracker.services.running import database, today
from tracker.services.work_files import export_calendar, export_workbook, say_tick, write_digest
from tracker.services.work_words import (
    places_of,
    say_advice,
    say_case,
    say_due,
    say_lateness,
    say_procedure,
    say_reminder,
    say_stake,
    say_tallied,
    say_task,
)
from tracker.services.worklist import DAYS_AHEAD, Item, Sieve, Worklist, handle_items, show_worklist
from tracker.services.worklist_ticks import MOST_NOTED, Said
from tracker.text import day, pick
from tracker.ui import look
from tracker.ui.doing import act, do, show_done
from tracker.ui.downloads import ICONS, offer
from tracker.ui.pickers import Picked
from tracker.ui.shell import actor, choice, language, link, t
from tracker.ui.tables import Markup
from tracker.ui.tables import link as anchor
from tracker.ui.unit import INDICATOR, UNIT

PAGE_SIZE = 20
TASK, OFFICER, FIELD, AHEAD, VIEW = "viec", "cb", "lv", "ngay", "xem"
TODO, HANDLED, LOST = "can-lam", "da-xu-ly", "da-mat"
_ALL = ""
_SWITCH = partial(st.segmented_control, required=True)
# What the figures above the list add up.
_GROUPS: Mapping[str, tuple[Task, ...]] = {
    "overdue": (Task.OVERDUE,),
    "due": (Task.DUE,),
    "apology": (Task.APOLOGY,),
    "petition": (Task.PETITION, Task.PETITION_OVERDUE),
    "procedure": tuple(Task)[tuple(Task).index(Task.POST) : tuple(Task).index(Task.SURVEY)],
    "report": (Task.REPORT, Task.HAND_IN, Task.SURVEY),
}
STYLES = """<style>
.tk-work{display:grid;grid-template-columns:minmax(0,1fr) 12.5rem 11.5rem;gap:.25rem 1.25rem;padding:.55rem .25rem .6rem;
border-bottom:1px solid var(--tk-line);font-size:.9375rem;line-height:1.45}
.tk-work a{color:inherit;text-decoration:underline;text-underline-offset:.15em}
.tk-work strong{font-weight:650}
.tk-work small{display:block;color:var(--tk-muted);font-size:.8125rem;overflow-wrap:anywhere}
.tk-work .tk-case{overflow-wrap:anywhere}
.tk-work-due,.tk-work-stake{font-variant-numeric:tabular-nums}
.tk-work small.tk-work-late{color:var(--tk-accent);font-weight:600}
.tk-work-stake{text-align:right;font-weight:600}
.tk-work-stake.tk-quiet{font-weight:400;color:var(--tk-muted)}
.tk-work-ticked{opacity:.75}
[class*=st-key-work_row] [data-testid=stHtml]{flex:1 1 0;min-width:0}
[class*=st-key-work_row]{gap:.25rem!important;flex-wrap:nowrap!important;align-items:flex-start}
[class*=st-key-work_row] [data-testid=stCheckbox]{padding-top:.55rem}
.st-key-kpi_work [data-testid=stMetric]{padding:.6rem .9rem}
@media (max-width:40rem){
.tk-work{grid-template-columns:minmax(0,1fr) auto}
.tk-work-what{grid-column:1/-1}
}
</style>"""


def show_page(picked: Picked, unit: str) -> None:
    """The unit's work: figures, filters, the list and what can be done with it."""
    show_done()
    with picked.filters:
        days = [str(days) for days in DAYS_AHEAD]
        ahead = choice(t("work.ahead"), days, lambda code: t("work.ahead.n", n=int(code)), AHEAD, _SWITCH)
    work = show_worklist(database(), picked.question, unit, today(), actor(), int(ahead))
    _show_heading(work)
    _show_reminders(picked, work)
    _show_figures(work)
    view = _pick_view(work)
    items = work.lost if view == LOST else work.items
    with st.container(key="filters_work", horizontal=True, vertical_alignment="bottom"):
        sieve = _pick_sieve(items, view)
        _show_downloads(work)
    shown = [item for item in items if sieve.keeps(item)]
    if not shown:
        unknown = view == LOST and work.tallied is not None
        st.info(t("work.none.tallies" if unknown else f"work.none.{view}"), icon=":material/task_alt:")
        return
    st.markdown(t("work.shown", n=len(shown)))
    st.caption(t("work.sheet.stakes"))
    sheet = shown[slice(*_sheet(len(shown)))]
    if view != LOST and may_handle(database(), actor(), unit):
        _show_form(picked, work, sheet, handled=view == TODO)
    else:
        st.html("".join(_row(picked, work, item) for item in sheet))
    if view == LOST:
        st.caption(t("work.lost.explained"))


def _show_heading(work: Worklist) -> None:
    as_of, until = day(language(), work.setting.as_of), day(language(), work.until)
    st.markdown(t("work.explained", unit=look.plain(work.name), day=as_of, until=until))
    if work.setting.as_of < today() or work.setting.period.state != "open":
        st.info(t("work.past"), icon=":material/history:")
    if work.tallied is not None:
        st.info(say_tallied(language(), work.tallied), icon=":material/table_chart:")


def _show_reminders(picked: Picked, work: Worklist) -> None:
    """Tasks on weak indicators that are overdue or due soon, with the way to the review."""
    late = any(one.status is Status.OVERDUE for one in work.reminders)
    if not work.reminders:
        return
    lines = "\n".join(f"- {look.plain(say_reminder(language(), one))}" for one in work.reminders)
    address = link("review", **picked.query, **{UNIT: work.unit})
    said = f"{t('work.reminders', n=len(work.reminders))} [{t('work.reminders.open')}]({address})\n\n{lines}"
    (st.error if late else st.warning)(said, icon=":material/alarm:" if late else ":material/schedule:")


def _show_figures(work: Worklist) -> None:
    """How many items of each group are not handled yet; groups with none are left out."""
    counts = {name: sum(work.count(task) for task in tasks) for name, tasks in _GROUPS.items()}
    some = {name: n for name, n in counts.items() if n}
    if some:
        with st.container(key="kpi"):
            grid = st.grid(len(some), min_column_width=140)
            for name, n in some.items():
                grid.metric(t(f"work.group.{name}"), n, border=True)


def _pick_view(work: Worklist) -> str:
    handled = sum(item.tick is not None for item in work.items)
    counts = {TODO: len(work.items) - handled, HANDLED: handled, LOST: len(work.lost)}
    unknown = work.tallied is not None and not work.lost  # nothing is listed, which does not mean that nothing was lost

    def say(code: str) -> str:
        return t("work.view.unknown") if code == LOST and unknown else t(f"work.view.{code}", n=counts[code])

    return choice(t("work.view"), list(counts), say, VIEW, _SWITCH)


def _pick_sieve(items: Sequence[Item], view: str) -> Sieve:
    """What the filters ask for; a filter that has nothing to choose from is not drawn."""
    tasks = [task.value for task in Task if any(item.task is task for item in items)]
    asked = st.query_params.get(OFFICER)  # who has nothing to do is asked for too, and nothing is then shown
    officers = sorted({item.officer for item in items if item.officer} | ({asked} if asked else set()))
    fields = sorted({item.field for item in items if item.field})
    task = _pick(t("work.filter.task"), tasks, lambda code: t(f"task.{code}"), TASK)
    officer = _pick(t("work.filter.officer"), officers, str, OFFICER)
    field = _pick(t("work.filter.field"), fields, str, FIELD)
    handled = None if view == LOST else view == HANDLED
    return Sieve(frozenset({Task(task)}) if task else frozenset(), officer or None, field or None, handled)


def _pick(label: str, codes: Sequence[str], words: Callable[[str], str], name: str) -> str:
    if len(codes) < 2 and st.query_params.get(name) not in codes:
        return _ALL
    draw = partial(st.selectbox, width=260)
    return choice(label, [_ALL, *codes], lambda code: words(code) if code else t("work.filter.all"), name, draw)


def _sheet(count: int) -> tuple[int, int]:
    """From which item to which the page shows."""
    sheets = (count - 1) // PAGE_SIZE + 1
    at = st.pagination(sheets, key=f"work.sheet.{count}") if sheets > 1 else 1
    return (at - 1) * PAGE_SIZE, at * PAGE_SIZE


def _show_form(picked: Picked, work: Worklist, items: Sequence[Item], *, handled: bool) -> None:
    """The items with a box each, and a button that ticks the marked ones as handled, or takes their ticks back."""
    label = t("work.handle" if handled else "work.unhandle")
    st.caption(look.plain(t("work.how_to_mark", button=label)))
    with st.form(f"work.{work.unit}.{handled}", border=False, enter_to_submit=False, clear_on_submit=True):
        marked = [item for item in items if _show_marked(picked, work, item)]
        note = ""
        if handled:
            note = st.text_input(t("work.note"), max_chars=MOST_NOTED, help=t("work.note.help"))
        if st.form_submit_button(label, icon=":material/done_all:" if handled else ":material/undo:"):
            _handle(picked, work, marked, handled=handled, note=note)


def _show_marked(picked: Picked, work: Worklist, item: Item) -> bool:
    name = "_".join(item.key)
    label = f"{say_task(language(), item)}: {say_case(language(), item, work.setting.rulebook.rulebook)}"
    with st.container(key=f"work_row_{name}", horizontal=True):
        marked = st.checkbox(look.plain(label), key=f"mark.{work.unit}.{name}", label_visibility="collapsed", width=28)
        st.html(_row(picked, work, item))
    return bool(marked)


def _handle(picked: Picked, work: Worklist, marked: Sequence[Item], *, handled: bool, note: str) -> None:
    if not marked:
        st.warning(t("work.nothing_marked"), icon=":material/check_box_outline_blank:")
        return
    said = Said(handled, note, {item.key: item.tick.id if item.tick else 0 for item in marked})
    do(
        lambda engine: handle_items(engine, picked.question, work.unit, said, act()),
        t("work.handled" if handled else "work.unhandled", n=len(marked)),
    )


def _row(picked: Picked, work: Worklist, item: Item) -> Markup:
    """An item: what to do about which case, until when, and the points."""
    rulebook, places = work.setting.rulebook.rulebook, places_of(work)
    lines = [look.markup(_say_people(item)), _say_indicators(picked, work, item)]
    lines += [look.markup(say_advice(language(), item)), look.markup(say_tick(language(), item))]
    small = "".join(f"<small>{line}</small>" for line in lines if line)
    late = say_lateness(language(), item)
    due = look.markup(say_due(language(), item)) + (
        f'<small class="tk-work-late">{look.markup(late)}</small>' if late else ""
    )
    quiet = " tk-quiet" if item.stake.effect in (Effect.NONE, Effect.SHARED) else ""
    case = look.markup(" · ".join(part for part in (say_case(language(), item, rulebook), say_procedure(item)) if part))
    return (
        f'<div class="tk-work{" tk-work-ticked" if item.tick else ""}">'
        f'<div class="tk-work-what"><strong>{look.markup(say_task(language(), item))}</strong>'
        f'<div class="tk-case">{case}</div>{small}</div>'
        f'<div class="tk-work-due">{due}</div>'
        f'<div class="tk-work-stake{quiet}">{look.markup(say_stake(language(), item.stake, places))}</div></div>'
    )


def _say_people(item: Item) -> str:
    said = (t("work.officer", officer=item.officer) if item.officer else "", item.field or "")
    return " · ".join(part for part in said if part)


def _say_indicators(picked: Picked, work: Worklist, item: Item) -> Markup:
    """The indicators it costs points in, each a way to its figures and cases."""
    if item.stake.effect is Effect.NONE or not item.indicators:
        return ""
    rulebook = work.setting.rulebook.rulebook
    here = {**picked.query, UNIT: work.unit}
    ways = (
        anchor(pick(language(), rulebook.indicator(code).title), link("unit", **here, **{INDICATOR: code}))
        for code in item.indicators
    )
    return f"{look.markup(t('work.indicator'))} {'; '.join(ways)}"


def _show_downloads(work: Worklist) -> None:
    """The files, made only once somebody opens the choice."""
    opened = st.popover(t("download.title"), icon=":material/download:", key=f"download_work_{work.unit}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        _offer("xlsx", export_workbook(work, language()), ICONS["xlsx"])
        _offer("ics", export_calendar(work, language()), ":material/event:")
        st.caption(t("work.digest.explained"))
        st.code(write_digest(work, language()), language=None, wrap_lines=True, height=260)


def _offer(name: str, file: Download, icon: str) -> None:
    offer(t(f"work.download.{name}"), file, f"download_work_{name}", icon, wide=True)
