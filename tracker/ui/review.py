"""The review on screen: what fell short beside the averages, who is to mend it, what is pressing, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial

import streamlit as st

from tracker.core.terms import Statement
from tracker.services.editions import edition_of
from tracker.services.exports import Download, Ending
from tracker.services.heads import may_name
from tracker.services.looking import may_handle
from tracker.services.review import Effect, Review, Weakness, list_reviews, show_review
from tracker.services.review_sheets import export_review
from tracker.services.review_tasks import Seen, Status, Task
from tracker.services.running import database, today
from tracker.text import day, pick, say_statement
from tracker.ui import heads, look, review_forms
from tracker.ui.doing import show_done
from tracker.ui.downloads import draw_downloads
from tracker.ui.pickers import Picked, show_notice
from tracker.ui.shell import actor, choice, language, link, t
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor
from tracker.ui.unit import INDICATOR, UNIT, points, signed

SHOWN = "xem"
ALL, AVERAGE, UNASSIGNED = "tat-ca", "duoi-trung-binh", "chua-giao"
STYLES = """<style>
.tk-table td a{white-space:normal}
.tk-review-late{color:var(--tk-accent);font-weight:600}
</style>"""


def show_page(picked: Picked, unit: str) -> None:
    """The unit's review, with the forms for whoever may charge its people; then the tasks of all units one may see."""
    show_done()
    found = show_review(database(), picked.question, unit, today(), actor())
    if found is None:
        show_notice(t("unit.not_competing"), t("unit.not_competing.advice"), icon=":material/info:")
        return
    as_of = day(language(), found.setting.as_of)
    st.markdown(t("review.explained", unit=look.plain(found.name), day=as_of))
    if found.alone:
        st.info(t("review.alone"), icon=":material/visibility_off:")
    _show_figures(found)
    _remind(found)
    _show_weak(picked, found)
    if may_handle(database(), actor(), unit):
        review_forms.show_forms(picked.question, found)
    if found.tasks:
        st.header(t("review.tasks"))
        st.html(table(t("review.tasks"), _task_heads(), (Row(_task_cells(one)) for one in found.tasks)))
        st.caption(t("review.tasks.how"))
    heads.show_all(found.setting, unit, found.heads, editable=may_name(database(), actor(), unit))
    _show_everybody(picked, unit)


def _show_figures(found: Review) -> None:
    """How many indicators fell short of what, and how many tasks press."""
    figures = {
        "below_max": sum(one.line.lost > 0 for one in found.weak),
        "below_cluster": sum(one.below_cluster for one in found.weak),
        "below_province": sum(one.below_province for one in found.weak),
        "unassigned": found.unassigned,
        "overdue": found.count(Status.OVERDUE, today()),
    }
    if found.alone:
        del figures["below_cluster"], figures["below_province"]
    with st.container(key="kpi"):
        grid = st.grid(len(figures), min_column_width=140)
        for name, n in figures.items():
            grid.metric(t(f"review.{name}"), n, border=True)


def _remind(found: Review) -> None:
    """What is overdue, then what is due soon."""
    late, soon = (found.count(status, today()) for status in (Status.OVERDUE, Status.SOON))
    if late:
        st.error(t("review.remind.overdue", n=late), icon=":material/alarm:")
    if soon:
        st.warning(t("review.remind.soon", n=soon), icon=":material/schedule:")


def _export(found: Review, ending: Ending) -> Download:
    edition = edition_of(database(), found.setting.result, language(), actor())
    return export_review(found, edition, ending, today())


def _show_weak(picked: Picked, found: Review) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(t("review.weak"), width="stretch")
        draw_downloads(t("download.title"), t("download.review.note"), "review", partial(_export, found))
    if not found.weak:
        st.success(t("review.none"), icon=":material/verified:")
        return
    views: Mapping[str, Sequence[Weakness]] = {
        ALL: found.weak,
        AVERAGE: [one for one in found.weak if one.below_cluster or one.below_province],
        UNASSIGNED: [one for one in found.weak if one.task is None or not one.task.is_open],
    }
    switch = partial(st.segmented_control, required=True)
    view = choice(t("review.show"), list(views), lambda code: t(f"review.show.{code}", n=len(views[code])), SHOWN, switch)
    if not views[view]:
        st.info(t("review.none_such"), icon=":material/task_alt:")
        return
    heads = (
        Head(t("head.indicator"), wide=True),
        *(Head(t(key), figures=True) for key in ("head.points", "head.lost", "review.cluster", "review.province")),
        Head(t("review.charge"), prose=True),
    )
    st.html(table(t("review.weak"), heads, (Row(_weak_cells(picked, found, one)) for one in views[view])))
    if not found.alone:
        st.caption(t("review.average.how"))


def _weak_cells(picked: Picked, found: Review, one: Weakness) -> list[Markup]:
    where = link("unit", **picked.query, **{UNIT: found.unit, INDICATOR: one.line.code})
    title = anchor(pick(language(), one.view.title), where)
    why = look.markup(say_statement(language(), _why(picked, one)))
    lost = f'<span class="tk-lost">−{points(one.line.lost)}</span>' if one.line.lost > 0 else points(one.line.lost)
    return [
        f"{title}<small>{why}</small>",
        f"{points(one.line.points)}<small>{look.markup(t('unit.out_of', out_of=points(one.line.out_of)))}</small>",
        lost,
        _average(one.averages.cluster, below=one.below_cluster),
        _average(one.averages.province, below=one.below_province),
        _nobody(found, one) if one.task is None else _charge(one.task),
    ]


def _nobody(found: Review, one: Weakness) -> Markup:
    """That nobody is charged with it yet, and who answers for its criterion."""
    head = found.head_of(one.line.code, today())
    answers = "" if head is None else f"<small>{look.markup(heads.say_head(head))}</small>"
    return f'<span class="tk-pill">{look.markup(t("review.nobody"))}</span>{answers}'


def _why(picked: Picked, one: Weakness) -> Statement:
    """Why the indicator has its points, speaking of clusters by their names."""
    return picked.board.with_names(one.view.why)


def _average(mean: Fraction | None, *, below: bool) -> Markup:
    if mean is None:
        return look.markup(t("value.none"))
    mark = f'<small class="tk-review-late">{look.markup(t("review.is_below"))}</small>' if below else ""
    return f"{points(mean)}{mark}"


def _charge(task: Task) -> Markup:
    """Who is to do what by when, and how it stands."""
    said = look.markup(_who(task))
    return f"<strong>{said}</strong><small>{look.markup(task.charge.action)}</small>{_status(task)}"


def _who(task: Task) -> str:
    return " · ".join(part for part in (task.charge.collective, task.charge.person) if part)


def _status(task: Task) -> Markup:
    status = task.status(today())
    kind = " tk-pill-bad" if status is Status.OVERDUE else ""
    words = t(f"review.status.{status}", day=day(language(), task.charge.due))
    return f'<span class="tk-pill{kind}">{look.markup(words)}</span>'


def _task_heads() -> list[Head]:
    return [
        Head(t("head.indicator"), wide=True),
        Head(t("review.charge"), prose=True),
        *(Head(t(key), figures=True) for key in ("review.then", "review.at_end", "review.now", "review.effect")),
    ]


def _task_cells(one: Effect) -> list[Markup]:
    task = one.task
    note = f"<small>{look.markup(t('review.evidence', note=task.note))}</small>" if task.note else ""
    title = f"{look.markup(pick(language(), one.title))}<small>{look.markup(t('review.of', period=task.period))}</small>"
    now = t("value.none") if one.now is None else points(one.now.points)
    gained = t("value.none") if one.gained is None else signed(one.gained)
    figures = (_then(task.first), _then(task.ended), look.markup(now), look.markup(gained))
    return [title, f"{_charge(task)}{note}", *figures]


def _then(seen: Seen | None) -> Markup:
    if seen is None:
        return look.markup(t("value.none"))
    return f"{points(seen.points)}<small>{look.markup(day(language(), seen.as_of))}</small>"


def _show_everybody(picked: Picked, unit: str) -> None:
    """The open tasks of all units one may see, where that is more than the one on show."""
    tasks = [one for one in list_reviews(database(), picked.campaign.code, actor()) if one.is_open]
    if all(one.unit == unit for one in tasks):
        return
    st.header(t("review.everybody"))
    heads = (Head(t("head.unit"), wide=True), Head(t("head.indicator"), wide=True), Head(t("review.charge"), prose=True))
    st.html(table(t("review.everybody"), heads, map(Row, _everybody(picked, tasks))))


def _everybody(picked: Picked, tasks: Sequence[Task]) -> Iterator[list[Markup]]:
    rulebook, offices = picked.board.setting.rulebook.rulebook, picked.board.offices
    titles = {line.code: line.title for criterion in rulebook.criterion for line in criterion.indicator}
    for one in tasks:
        name = offices[one.unit].name if one.unit in offices else one.unit
        way = anchor(name, link("review", **picked.query, **{UNIT: one.unit}))
        yield [way, look.markup(pick(language(), titles.get(one.indicator, {})) or one.indicator), _charge(one)]
