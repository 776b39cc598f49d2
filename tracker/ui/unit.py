"""The parts of a unit's page: who it is, where it stands, its points by criterion and by indicator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import streamlit as st

from tracker.core.rounding import round_half_up
from tracker.core.terms import Status
from tracker.services.exports import Download, Ending
from tracker.services.unit_view import CriterionView, LineView, UnitView
from tracker.text import number, percent, pick, say_statement
from tracker.ui import look
from tracker.ui.downloads import draw_downloads
from tracker.ui.shell import language, link, t
from tracker.ui.tables import Head, Markup, Row, bar, table
from tracker.ui.tables import link as anchor

UNIT, INDICATOR, SOURCE, SHEET = "u", "i", "s", "n"


def show_heading(view: UnitView) -> None:
    """The unit's place in badges, then what decided it and what stands against it, in sentences."""
    place = view.place
    cluster = view.board.name_cluster(place.score.cluster, language())
    with st.container(horizontal=True, gap="small"):
        if place.rank is None:
            st.badge(t("board.unranked"), icon=":material/block:", color="gray")
        else:
            ranked = t("rank.of", rank=place.rank, n=view.standing.ranked_count)
            st.badge(ranked, icon=":material/leaderboard:", color="primary")
        st.badge(look.plain(t("unit.cluster", cluster=cluster)), icon=":material/groups:", color="gray")
        st.badge(t(f"unit_kind.{view.office.kind}"), icon=":material/account_balance:", color="gray")
        if view.grade:
            st.badge(look.plain(pick(language(), view.grade)), icon=":material/military_tech:", color="blue")
        if place.rank is not None and not place.score.complete:
            st.badge(t("board.incomplete"), icon=":material/hourglass_empty:", color="orange")
        if view.source:
            st.badge(t(f"board.from_{view.source}"), icon=":material/functions:", color="orange")
        if view.previous is not None:
            _show_movement(view)
    if view.source:
        st.caption(t(f"unit.from_{view.source}"))
    for tie in view.ties:
        st.caption(look.plain(say_statement(language(), tie)))
    if view.gates:
        titles = ", ".join(pick(language(), title) for title in view.gates)
        st.warning(look.plain(t("unit.gates", titles=titles)), icon=":material/gpp_maybe:")


def _show_movement(view: UnitView) -> None:
    steps = view.movement
    if steps is None:
        return
    ago = t("movement.vs_previous")
    if steps > 0:
        st.badge(f"{t('movement.up', n=steps)} {ago}", icon=":material/trending_up:", color="green")
    elif steps < 0:
        st.badge(f"{t('movement.down', n=-steps)} {ago}", icon=":material/trending_down:", color="red")
    else:
        st.badge(f"{t('movement.same')} {ago}", icon=":material/trending_flat:", color="gray")


def show_cards(view: UnitView, heads: Mapping[str, str] | None = None) -> None:
    """The score and each criterion's points as cards, beside the cluster's middle; with who answers for it, if known."""
    rulebook, score = view.board.setting.rulebook.rulebook, view.place.score.score
    gained = "" if view.gained is None else _difference("unit.gained", view.gained)
    cards = [
        _card(t("head.score"), score, rulebook.total, "var(--tk-accent)", view.peers.median, rulebook.places)
        + f"<small>{_against(view.above_median, view.peers.median)}</small><small>{look.markup(gained)}</small></li>"
    ]
    for criterion in view.criteria:
        answers = (heads or {}).get(criterion.score.code, "")
        cards.append(f"{_criterion_card(criterion)}<small>{look.markup(answers)}</small></li>")
    st.html(f'<ul class="tk-cards" aria-label="{look.markup(t("unit.by_criterion"))}">{"".join(cards)}</ul>')


def _criterion_card(view: CriterionView) -> Markup:
    score = view.score
    colour = look.criterion_colour(view.position)
    if not score.out_of:
        told = f"<small>{look.markup(t('unit.nothing_counted'))}</small>"
        return _card(pick(language(), view.title), score.points, score.max, colour, None) + told
    best = "" if view.peers.best is None else t("unit.best", points=points(view.peers.best))
    return (
        _card(pick(language(), view.title), score.points, score.out_of, colour, view.peers.median)
        + f"<small>{_against(view.above_median, view.peers.median)}</small><small>{look.markup(best)}</small>"
    )


def _card(title: str, earned: Fraction, out_of: Fraction, colour: str, middle: Fraction | None, places: int = 2) -> Markup:
    """The beginning of a card, which the caller closes."""
    figure = f"<b>{points(earned, places)}</b> <span>{look.markup(t('unit.out_of', out_of=short(out_of)))}</span>"
    return (
        f'<li style="border-top-color:{colour}"><strong>{look.markup(title)}</strong>'
        f"<p>{figure}</p>{bar(earned, out_of, colour, middle)}"
    )


def _against(above: Fraction | None, middle: Fraction | None) -> Markup:
    if above is None or middle is None:
        return ""
    return look.markup(f"{t('unit.median', points=points(middle))} {_difference('unit.median', above)}")


def _difference(key: str, difference: Fraction) -> str:
    if not difference:
        return t(f"{key}.same")
    return t(f"{key}.more" if difference > 0 else f"{key}.less", points=points(abs(difference)))


def show_recoverable(view: UnitView, query: Mapping[str, str]) -> None:
    """Where most points were lost, with the reason and the way to the cases."""
    st.header(t("unit.recoverable"))
    if not view.recoverable:
        st.markdown(f":material/verified: {t('unit.recoverable.none')}")
        return
    st.caption(t("unit.recoverable.how", lost=points(view.lost)))
    grid = st.grid(len(view.recoverable), min_column_width=260)
    for line in view.recoverable:
        with grid.container(border=True, height="stretch", key=f"card_{line.line.code}", gap="xsmall"):
            st.badge(t("explain.lost", points=points(line.line.lost)), color="red", icon=":material/south_east:")
            st.markdown(f"**{look.plain(pick(language(), line.title))}**")
            st.markdown(look.plain(say_statement(language(), line.why)))
            st.page_link(
                "pages/unit.py",
                label=t("unit.cases.open"),
                icon=":material/arrow_forward:",
                icon_position="right",
                query_params={**query, UNIT: view.office.code, INDICATOR: line.line.code},
            )


def show_lines(view: UnitView, query: Mapping[str, str], make: Callable[[Ending], Download]) -> None:
    """Every indicator with its figures, the reason for its points and a real link to its cases."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="unit_tools"):
        st.header(t("unit.by_indicator"), width="stretch")
        draw_downloads(t("download.title"), t("download.unit.note"), "unit", make)
    heads = (
        Head(t("head.indicator"), wide=True),
        Head(t("head.points"), figures=True),
        Head(t("head.lost"), figures=True),
        Head(t("unit.fraction"), figures=True),
        Head(t("head.value"), figures=True),
        Head(t("head.median"), figures=True),
        Head(t("unit.cases.head"), screen=True),
    )

    def address(line: LineView) -> str:
        return link("unit", **{**query, UNIT: view.office.code, INDICATOR: line.line.code})

    st.html(table(t("unit.by_indicator"), heads, _line_rows(view, address)))
    st.caption(t("unit.by_indicator.how"))


def _line_rows(view: UnitView, address: Callable[[LineView], str]) -> Iterator[Row]:
    for criterion in view.criteria:
        earned = t("explain.points", points=points(criterion.score.points), out_of=short(criterion.score.out_of))
        title = look.markup(pick(language(), criterion.title))
        yield Row([f"{title}<span>{look.markup(earned)}</span>"], heading=True)
        for line in criterion.lines:
            yield _line_row(line, look.criterion_colour(criterion.position), address(line))
    if view.extras:
        yield Row([look.markup(t("section.extras"))], heading=True)
        for extra in view.extras:
            yield Row([look.markup(pick(language(), extra.title)), signed(extra.points), "", "", "", "", ""])


def _line_row(view: LineView, colour: str, address: str) -> Row:
    line = view.line
    title = f"{look.markup(pick(language(), view.title))}{_pill(line.status)}"
    if view.taken_over:
        why = f"{say_statement(language(), view.why)} {t('unit.taken_over', points=points(view.taken_over))}"
    else:
        why = say_statement(language(), view.why)
    middle = view.peers.median
    earned = f"{points(line.points)} / {short(line.out_of)}{bar(line.points, line.out_of, colour, middle)}"
    lost = f'<span class="tk-lost">−{points(line.lost)}</span>' if line.lost > 0 else "0"
    return Row(
        [
            f"{title}<small>{look.markup(why)}</small>",
            earned if line.out_of else "–",
            lost if line.out_of else "–",
            fraction(view),
            value(view),
            "–" if middle is None else points(middle),
            anchor(t("unit.cases.open"), address),
        ]
    )


def _pill(status: Status) -> Markup:
    if status is Status.SCORED:
        return ""
    bad = " tk-pill-bad" if status is Status.PENDING else ""
    return f' <span class="tk-pill{bad}">{look.markup(t(f"line.{status}"))}</span>'


def fraction(view: LineView) -> str:
    """What the formula saw: numerator / denominator, or the numerator alone."""
    line = view.line
    if line.numerator is None:
        return t("value.none")
    over = number(language(), line.numerator)
    return over if line.denominator is None else f"{over} / {number(language(), line.denominator)}"


def value(view: LineView) -> str:
    """The formula's value: a share as a percentage."""
    if view.line.value is None:
        return t("value.none")
    return percent(language(), view.line.value, 2) if view.in_percent else short(view.line.value)


def points(figure: Fraction, places: int = 2) -> str:
    """Points with the same number of decimals everywhere, as they are read side by side."""
    return number(language(), figure, places)


def short(figure: Fraction) -> str:
    """A figure with at most two decimals."""
    return number(language(), round_half_up(figure, 2))


def signed(figure: Fraction) -> str:
    """Points given or taken, with their sign."""
    return f"+{points(figure)}" if figure > 0 else points(figure).replace("-", "−")


STYLES = """<style>
.tk-cards{list-style:none;margin:0!important;padding:0!important;display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr))}
.tk-cards li{margin:0!important;padding:.9rem 1rem;border:1px solid var(--tk-line);border-top:4px solid;border-radius:.5rem;
box-shadow:0 1px 3px rgb(0 0 0/.08);break-inside:avoid}
.tk-cards strong{font-weight:600;font-size:.9375rem}
.tk-cards p{margin:.15rem 0 .1rem!important;font-variant-numeric:tabular-nums}
.tk-cards p b{font-size:1.875rem;font-weight:600;line-height:1.2}
.tk-cards p span{color:var(--tk-muted)}
.tk-cards small{display:block;color:var(--tk-muted);font-size:.8125rem;line-height:1.45;min-height:0}
[class*=st-key-card_]{break-inside:avoid}
@media (max-width:40rem){.tk-cards{grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem}
.tk-cards li{padding:.65rem .75rem}.tk-cards p b{font-size:1.375rem}}
@media print{.tk-cards{grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.5rem}
.tk-cards li{padding:.4rem .6rem}.tk-cards p b{font-size:14pt}.tk-cards small{font-size:8pt}}
</style>"""
