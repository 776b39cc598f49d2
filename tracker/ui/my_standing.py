"""A unit's own view: where it stands among its cluster, what lies between it and every line, and what it lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

import streamlit as st

from tracker.core.award_lines import AwardLine, CriticismLine, Gap
from tracker.core.levers import REPORT
from tracker.services.losses import Loss
from tracker.services.my_standing import MyStanding
from tracker.text import pick, say_statement
from tracker.ui import look
from tracker.ui.shell import language, link, t
from tracker.ui.tables import Head, Markup, Row, bar, table
from tracker.ui.tables import link as anchor
from tracker.ui.unit import INDICATOR, UNIT, points, short, signed


def show_alone() -> None:
    """Say that the campaign hides the others, so that only the unit's own points are shown."""
    st.info(t("standing.alone"), icon=":material/visibility_off:")


def show_places(standing: MyStanding) -> None:
    """The score, and how far it is to the ranks next above and below, as cards."""
    view, lines = standing.view, standing.lines
    score, total = view.place.score.score, view.board.setting.rulebook.rulebook.total
    middle = None if standing.alone else view.peers.median
    earned = f"<b>{points(score, _places(standing))}</b> <span>{_m('unit.out_of', out_of=short(total))}</span>"
    told = [*_extras(standing), *([] if standing.alone else [*_against(standing), _best(standing)])]
    cards = [_card(t("head.score"), earned + bar(score, total, "var(--tk-accent)", middle), told)]
    if not standing.alone:
        cards += [_neighbour(standing, "above", lines.above), _neighbour(standing, "below", lines.below)]
    st.html(f'<ul class="tk-cards" aria-label="{_m("standing.where")}">{"".join(cards)}</ul>')


def _extras(standing: MyStanding) -> Iterator[str]:
    """What the indicators' points below do not add up to: each bonus or deduction the score holds."""
    for extra in standing.view.extras:
        if extra.points:
            yield t("standing.extra", points=signed(extra.points), title=pick(language(), extra.title))


def _against(standing: MyStanding) -> Iterator[str]:
    view = standing.view
    if view.peers.median is None or view.above_median is None:
        return
    side = "more" if view.above_median > 0 else "less" if view.above_median < 0 else "same"
    apart = t(f"unit.median.{side}", **({} if side == "same" else {"points": points(abs(view.above_median))}))
    yield f"{t('unit.median', points=points(view.peers.median))} {apart}"


def _best(standing: MyStanding) -> str:
    best = standing.view.peers.best
    return "" if best is None else t("unit.best", points=points(best))


def _neighbour(standing: MyStanding, side: str, gap: Gap | None) -> Markup:
    """The unit one rank above or below (`side`) and how far it is; or that there is none."""
    if gap is None:
        edge = "first" if side == "above" else "last"
        return _card(t(f"standing.{side}"), f"<b>{_m(f'standing.{edge}')}</b>", [t(f"standing.{edge}.means")])
    name = standing.view.board.offices[gap.place.score.unit].name
    if gap.points:
        figure = t("standing.lacking" if side == "above" else "standing.ahead", points=points(gap.points, _places(standing)))
        told = t(f"standing.{side}.means", unit=name, score=points(gap.place.score.score, _places(standing)))
    else:
        figure, told = t("standing.level"), t(f"standing.level.{side}", unit=name)
    return _card(t(f"standing.{side}.rank", rank=gap.place.rank), f"<b>{look.markup(figure)}</b>", [told])


def _card(title: str, figure: Markup, told: list[str]) -> Markup:
    small = "".join(f"<small>{look.markup(one)}</small>" for one in told if one)
    return f'<li class="tk-place"><strong>{look.markup(title)}</strong><p>{figure}</p>{small}</li>'


def show_lines(standing: MyStanding) -> None:
    """Every award and every trigger of criticism: whether the unit stands there, how far it is, what stands between."""
    lines = standing.lines
    rows = [_award_row(standing, line) for line in lines.awards]
    rows += [_criticism_row(standing, line) for line in lines.criticisms]
    if not rows:
        return
    st.header(t("standing.lines"))
    heads = (Head(t("standing.line"), wide=True), Head(t("head.status")), Head(t("standing.distance"), wide=True))
    st.html(table(t("standing.lines"), heads, rows))


def _award_row(standing: MyStanding, line: AwardLine) -> Row:
    places = _places(standing)
    title = f"{_m('standing.award')}: {look.markup(pick(language(), line.award.title))}"
    told = [say_statement(language(), reason) for _, reason in line.bars]
    if line.score is None or line.gap is None:
        status, told = "closed", [t("standing.award.closed"), *told]
    elif line.reached:
        status = "shared" if _is_shared(standing, line) else "reached"
        told.append(t(f"standing.award.{status}", score=points(line.score, places)))
    else:
        status = "barred" if line.bars else "lacking"
        level = t("standing.award.level") if line.shared else ""
        if line.gap and standing.view.place.rank is not None:
            told.append(t("standing.award.gap", points=points(line.gap, places), score=points(line.score, places)))
            told.append(level)
    return Row([title, _pill(f"standing.award.is.{status}", bad=status in ("barred", "closed")), _lines_of(told)])


def _is_shared(standing: MyStanding, line: AwardLine) -> bool:
    """Whether the unit itself stands at an edge that the committee must settle."""
    lists, unit = standing.view.board.lists, standing.view.office.code
    return any(reward.tie for reward in lists.reward if reward.unit == unit and reward.award == line.award.code)


def _criticism_row(standing: MyStanding, line: CriticismLine) -> Row:
    title = f"{_m(f'standing.level.{line.rule.level}')}: {look.markup(pick(language(), line.rule.title))}"
    if line.reasons:
        told = [say_statement(language(), reason) for reason in line.reasons]
        if line.room is not None:
            told.append(_room(standing, line, "clear"))
        return Row([title, _pill("standing.criticism.met", bad=True), _lines_of(told)], failing=True)
    told = [] if line.room is None else [_room(standing, line, "room")]
    if line.rule.measure is not None and line.room is None:
        told = [t("standing.criticism.unknown")]
    return Row([title, _pill("standing.criticism.free"), _lines_of(told)])


def _room(standing: MyStanding, line: CriticismLine, which: str) -> str:
    """How much is left before the trigger is met, or what is lacking to be clear of it."""
    room = line.room or Fraction(0)
    if line.rule.measure is None:
        return t(f"standing.criticism.{which}.points", points=points(room, _places(standing)))
    if which == "clear":  # at the limit itself the trigger is met
        return t("standing.criticism.clear.cases", n=int(room) + 1)
    return t("standing.criticism.room.cases", n=int(room))


def show_losses(standing: MyStanding, query: Mapping[str, str]) -> None:
    """Every indicator that lost points, those first that can be recovered, with one plain sentence and what to do."""
    st.header(t("standing.losses"))
    losses = standing.losses
    if not losses:
        st.markdown(f":material/verified: {t('unit.recoverable.none')}")
        return
    when = ".past" if standing.past else ""
    st.caption(t(f"standing.losses.how{when}"))
    heads = (
        Head(t("head.indicator"), wide=True),
        Head(t("head.points"), figures=True),
        Head(t("head.lost"), figures=True),
        Head(t(f"standing.regained{when}"), figures=True),
        Head(t("head.median"), figures=True),
        Head(t("unit.cases.head")),
    )
    st.html(table(t("standing.losses"), heads, (_loss_row(standing, loss, query) for loss in losses)))


def _loss_row(standing: MyStanding, loss: Loss, query: Mapping[str, str]) -> Row:
    line = loss.view.line
    why = replace(loss.why, args={**loss.why.args, "lost": points(line.lost)})
    told = [say_statement(language(), why), *_remedies(standing, loss)]
    if loss.view.taken_over:
        told.append(t("unit.taken_over", points=points(loss.view.taken_over)))
    address = link("unit", **{**query, UNIT: standing.view.office.code, INDICATOR: line.code})
    earned = t("explain.points", points=points(line.points), out_of=short(line.out_of))
    middle = None if standing.alone else loss.view.peers.median
    return Row(
        [
            f"{look.markup(pick(language(), loss.view.title))}{_lines_of(told)}",
            look.markup(earned),
            f'<span class="tk-lost">−{points(line.lost)}</span>',
            _regained(loss.regained),
            "" if middle is None else points(middle),
            anchor(t("unit.cases.open"), address),
        ]
    )


def _regained(regained: Fraction) -> Markup:
    if not regained:
        return "0"
    return f'<b style="color:{look.criterion_colour(1)}">+{points(regained)}</b>'


def _remedies(standing: MyStanding, loss: Loss) -> Iterator[str]:
    for remedy in loss.remedies:
        yield t("standing.remedy", points=points(remedy.points), act=say_act(standing, remedy.lever.code, remedy.times))
    if loss.late and standing.chances.due_today:
        yield t("standing.apologise", n=standing.chances.due_today)
    if not loss.remedies and not standing.past:
        yield t("standing.remedy.none")


def say_act(standing: MyStanding, code: str, times: int) -> str:
    """So many acts of a lever, in words: "post 5 procedures"."""
    return (
        t("lever.report.do", title=name_reported(standing, code), n=times) if "." in code else t(f"lever.{code}.do", n=times)
    )


def name_reported(standing: MyStanding, code: str) -> str:
    """The title of the reported measure that a lever raises."""
    return pick(language(), standing.contest.rulebook.titles[code.removeprefix(REPORT)])


def _lines_of(told: list[str]) -> Markup:
    return "".join(f"<small>{look.markup(one)}</small>" for one in told if one)


def _pill(key: str, *, bad: bool = False) -> Markup:
    return f'<span class="tk-pill{" tk-pill-bad" if bad else ""}">{_m(key)}</span>'


def _places(standing: MyStanding) -> int:
    return standing.view.board.setting.rulebook.rulebook.places


def _m(key: str, **args: object) -> Markup:
    return look.markup(t(key, **args))


STYLES = """<style>
.tk-cards li.tk-place{border-top-color:var(--tk-accent)}
.tk-steps{margin:.25rem 0!important;padding-left:1.4rem!important}
.tk-steps li{margin:.15rem 0!important}
.tk-outcome{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;margin:0 0 .5rem}
.tk-outcome b{font-size:1.75rem;font-weight:600;font-variant-numeric:tabular-nums}
@media (min-width:641px){.st-key-card_outcome{position:sticky;top:4.5rem}}
@media (max-width:640px){.st-key-what_if [data-testid=stColumn]:last-child{order:-1}
.st-key-what_if [data-testid=stHorizontalBlock]{flex-direction:column}}
</style>"""
