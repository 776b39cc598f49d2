"""Trying out on the screen: a slider or a number for every kind of act, what comes of it, and the shortest way up."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial

import streamlit as st

from tracker.core.levers import REPORT, Change, Lever
from tracker.core.measures import Number
from tracker.core.terms import Placed
from tracker.services.my_standing import MyStanding, show_standing
from tracker.services.running import database, now
from tracker.services.standings import Question
from tracker.services.what_if import (
    AWARD,
    NEXT_RANK,
    Asking,
    Tried,
    WayUp,
    find_way_up,
    goals_of,
    reported_inputs,
    try_out,
)
from tracker.text import number, pick, say_statement
from tracker.ui import look
from tracker.ui.doing import attempt
from tracker.ui.my_standing import say_act
from tracker.ui.shell import actor, language, t
from tracker.ui.tables import Head, Row, table
from tracker.ui.unit import points, signed

MOST_STEPS = 200  # of a slider, which a finger can still set to the one that is meant
_ROUND = "what if round"  # a new round gives every input a new key, and so its first value


def show_what_if(question: Question, standing: MyStanding) -> None:
    """The inputs with their outcome, and the way up; each is drawn again on its own."""
    unit = standing.view.office.code
    st.header(t("what_if.title"), anchor="thu-thay-doi")
    st.caption(t("what_if.how.past" if standing.past else "what_if.how"))
    _try(question, unit)
    st.header(t("way.title"), anchor="duong-ngan-nhat")
    _way(question, unit)


@st.fragment
def _try(question: Question, unit: str) -> None:
    asking = Asking(question, unit, now(), actor())
    if (standing := _find_standing(asking)) is None:
        return
    with st.container(key="what_if"):
        inputs, outcome = st.columns([3, 2], gap="large")
    with inputs:
        change = _ask(standing)
        st.button(t("what_if.reset"), icon=":material/restart_alt:", on_click=_reset, key="what_if reset")
    with outcome, st.container(border=True, key="card_outcome"):
        if (tried := attempt(lambda: try_out(database(), asking, change))) is not None:
            _show_outcome(standing, tried[0])


def _find_standing(asking: Asking) -> MyStanding | None:
    """The unit's standing as it is for whoever asks now; None once it competes no more, or that was refused and said."""
    found = attempt(lambda: show_standing(database(), asking.question, asking.unit, asking.now, asking.actor))
    return None if found is None else found[0]


def _reset() -> None:
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _key(unit: str, code: str) -> str:
    return f"what_if {unit} {st.session_state.get(_ROUND, 0)} {code}"


def _ask(standing: MyStanding) -> Change:
    """A slider or a number for every kind of act that is left, and a number for every reported figure."""
    unit = standing.view.office.code
    levers = [lever for lever in standing.levers if not lever.code.startswith(REPORT)]
    if not levers and not standing.contest.rulebook.reported:
        st.markdown(t("what_if.nothing"))
    acts = {}
    for owed in (True, False):
        some = [lever for lever in levers if lever.owed is owed]
        if some:
            st.markdown(f"**{t('what_if.owed' if owed else 'what_if.others')}**")
            grid = st.grid(2, min_column_width=250)
            for lever in some:
                with grid.container():
                    acts[lever.code] = _ask_lever(unit, lever)
    return Change({code: times for code, times in acts.items() if times}, _ask_reported(standing))


def _ask_lever(unit: str, lever: Lever) -> int:
    label = t(f"lever.{lever.code}")
    if lever.owed:
        label = t("what_if.left", act=label, n=lever.most)
    key = _key(unit, lever.code)
    # Where so much is left that a slider would jump, or no one knows how much there will be, a number is typed.
    ask = st.slider if lever.owed and lever.most <= MOST_STEPS else partial(st.number_input, step=1)
    return int(ask(label, min_value=0, max_value=lever.most, key=key, value=0) or 0)


def _ask_reported(standing: MyStanding) -> Mapping[str, Number | None]:
    """The reported figures that somebody typed otherwise than they stand."""
    inputs = reported_inputs(standing)
    if not inputs:
        return {}
    st.markdown(f"**{t('what_if.reported')}**")
    grid = st.grid(2, min_column_width=250)
    values: dict[str, Number | None] = {}
    for reported, known in inputs:
        key = _key(standing.view.office.code, REPORT + reported.measure)
        title = look.plain(pick(language(), reported.title))
        said = t("value.none") if known is None else number(language(), known)
        with grid.container():
            label = t("what_if.now", title=title, value=said)
            kind = {"step": 1} if reported.integer else {"step": 0.01, "format": "%.4g"}
            given = st.number_input(label, value=None, key=key, placeholder=said, **kind)
        if given is not None:
            values[reported.measure] = int(given) if reported.integer else Fraction(str(given))
    return values


def _show_outcome(standing: MyStanding, tried: Tried) -> None:
    """The score and the rank it would have, the award, the triggers, and which lines move."""
    places = standing.contest.rulebook.places
    after, before = tried.after.place, tried.before.place
    gained = "" if not tried.gained else f" <span>{look.markup(_moved_by(tried.gained, places))}</span>"
    head = f"<b>{points(after.score.score, places)}</b> {look.markup(t('what_if.points'))}{gained}"
    rank = "" if tried.alone else f"<span>{look.markup(_say_rank(before, after, tried))}</span>"
    st.html(f'<div class="tk-outcome" role="status">{head}{rank}</div>')
    if not tried.alone:
        st.markdown(look.plain(_say_awards(standing, tried)))
    for line in tried.criticisms:
        if line.reasons:
            said = " ".join(say_statement(language(), reason) for reason in line.reasons)
            st.markdown(f":material/warning: {look.plain(f'{pick(language(), line.rule.title)}: {said}')}")
    if not any(line.reasons for line in tried.criticisms):
        st.markdown(f":material/check_circle: {t('what_if.no_criticism')}")
    if tried.moved:
        heads = (Head(t("head.indicator"), wide=True), Head(t("what_if.before"), True), Head(t("what_if.after"), True))
        rows = (
            Row([look.markup(pick(language(), one.title)), points(one.before), f"<b>{points(one.after)}</b>"])
            for one in tried.moved
        )
        st.html(table(t("what_if.moved"), heads, rows))
    else:
        st.caption(t("what_if.unmoved"))


def _moved_by(gained: Fraction, places: int) -> str:
    return f"({'+' if gained > 0 else '−'}{points(abs(gained), places)})"


def _say_rank(before: Placed, after: Placed, tried: Tried) -> str:
    if after.rank is None:
        return t("board.unranked")
    said = t("rank.of", rank=after.rank, n=tried.after.standing.ranked_count)
    tied = f" ({t('board.tied')})" if after.tied else ""
    if before.rank is None or before.rank == after.rank:
        return said + tied
    steps = before.rank - after.rank
    moved = t("movement.up", n=steps) if steps > 0 else t("movement.down", n=-steps)
    return f"{said}{tied} {moved}"


def _say_awards(standing: MyStanding, tried: Tried) -> str:
    """Which award it would be proposed for, or what would bar it."""
    titles = {award.code: award.title for award in standing.contest.rulebook.award}
    for reward in tried.after.rewards:
        title = pick(language(), titles[reward.award])
        return t("what_if.award.shared" if reward.tie else "what_if.award", title=title)
    if out := tried.after.ruled_out:
        reasons = " ".join(say_statement(language(), one.reason) for one in out)
        return t("what_if.barred", reasons=reasons)
    return t("what_if.no_award")


@st.fragment
def _way(question: Question, unit: str) -> None:
    asking = Asking(question, unit, now(), actor())
    if (standing := _find_standing(asking)) is None:
        return
    goals = goals_of(standing)
    if not goals:
        st.markdown(t("way.no_goal"))
        return
    st.caption(t("way.how"))
    goal = st.segmented_control(
        t("way.goal"), goals, format_func=lambda code: _name_goal(standing, code), key=f"way goal {unit} {language()}"
    )
    if goal is None:
        return
    with st.spinner(t("way.searching")):
        way = attempt(lambda: find_way_up(database(), asking, goal))
    if way is not None:
        _show_way(standing, way[0])


def _name_goal(standing: MyStanding, goal: str) -> str:
    if goal == NEXT_RANK:
        above = standing.lines.above
        return t("way.goal.rank", rank=above.place.rank if above else 1)
    titles = {f"{AWARD}{award.code}": award.title for award in standing.contest.rulebook.award}
    return look.plain(pick(language(), titles[goal]))


def _show_way(standing: MyStanding, way: WayUp | None) -> None:
    if way is None:
        st.markdown(f":material/block: {t('way.none')}")
        return
    items = "".join(
        f"<li>{look.markup(say_act(standing, step.lever.code, step.times))} <b>{look.markup(signed(step.points))}</b></li>"
        for step in way.steps
    )
    place = way.outcome.place
    places = standing.contest.rulebook.places
    reached = t("way.reached", score=points(place.score.score, places), rank=place.rank or 0)
    st.markdown(f"**{t('way.cost', n=way.cost)}**")
    st.html(f'<ol class="tk-steps">{items}</ol>')
    st.markdown(look.plain(f"{reached} {t('way.fewest')}"))
    if st.button(t("way.put"), icon=":material/tune:", on_click=_put, args=(standing, way), key="way put"):
        st.rerun()  # the inputs stand in another fragment


def _put(standing: MyStanding, way: WayUp) -> None:
    """Write the way's acts into the inputs above."""
    _reset()
    unit, measures = standing.view.office.code, standing.contest.own.measures
    for step in way.steps:
        code = step.lever.code
        known = measures.get(code.removeprefix(REPORT)) or 0
        st.session_state[_key(unit, code)] = int(known) + step.times if code.startswith(REPORT) else step.times
