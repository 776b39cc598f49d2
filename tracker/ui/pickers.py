"""Which result a page shows: campaign, period and day, chosen above the page and kept in its link as c=, p= and d=."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from tracker.core.problems import UsageError
from tracker.services.access import Actor, DeniedError
from tracker.services.campaigns import CampaignState, PeriodState, list_campaigns
from tracker.services.database import Database
from tracker.services.standings import Board, Question, show_board
from tracker.text import day, pick, say_problem, say_usage
from tracker.text.periods import name_period
from tracker.ui import look
from tracker.ui.paper import show_for_print
from tracker.ui.shell import actor, choice, language, t, unknown_in_link

CAMPAIGN, PERIOD, DAY, BASIS = "c", "p", "d", "b"
_LONGEST_NUMBER = 10
_DIGITS = 16  # of a digest on screen
_DAY_STATE = f"choice:{DAY}"
DAY_FORMATS = {"vi": "DD/MM/YYYY", "en": "YYYY-MM-DD"}


@dataclass(frozen=True, slots=True)
class Picked:
    """What the visitor looks at. `query` goes into links to other pages; `filters` takes further pickers of the page."""

    campaign: CampaignState
    period: PeriodState
    as_of: date
    question: Question
    board: Board
    query: Mapping[str, str]
    filters: DeltaGenerator


Shown = Callable[[Database, Question, date, Actor], Board]


def pick_question(database: Database, today: date, show: Shown = show_board) -> Picked | None:
    """The chosen result, its pickers drawn; None once a message has said why there is nothing to show.

    `show` is the service that gives the board.
    """
    campaigns = list_campaigns(database, actor())
    if not campaigns:
        show_notice(t("empty.no_campaign"), t("empty.no_campaign.advice"), icon=":material/flag:")
        return None
    if _link_is_unknown(campaigns, today):
        return None
    filters = st.container(key="filters", horizontal=True, vertical_alignment="bottom")
    with filters:
        campaign = _pick_campaign(campaigns)
        period = _pick_period(campaign, today)
        if period.begins > today:
            begins = day(language(), period.begins)
            show_notice(t("empty.not_begun"), t("empty.not_begun.advice", day=begins), icon=":material/event_upcoming:")
            return None
        basis = _kept_in_link()
        as_of = None if basis else _pick_day(campaign, period, today)
    question = Question(campaign.code, period.code, as_of, basis)
    try:
        board = show(database, question, today, actor())
    except (UsageError, DeniedError) as error:
        _say_missing(error, basis)
        return None
    show_state(board)
    show_for_print(board)
    if basis:
        show_notice(t("banner.kept"), links=[(t("banner.kept.back"), same_page(b=""))], icon=":material/history:")
    query = {CAMPAIGN: campaign.code, PERIOD: period.code, **({BASIS: basis} if basis else {})}
    if as_of is not None and as_of != _last_day(period, today):
        query[DAY] = as_of.isoformat()
    return Picked(campaign, board.setting.period, board.setting.as_of, question, board, query, filters)


def _kept_in_link() -> str:
    """The kept result the link asks for by its number, "" for the one in force."""
    asked = st.query_params.get(BASIS, "")
    return asked if asked.isascii() and asked.isdigit() and len(asked) < _LONGEST_NUMBER else ""


def _say_missing(error: UsageError | DeniedError, basis: str) -> None:
    """Why there is no board to show; from a link to a kept result there is a way back to the one in force."""
    links = [(t("banner.kept.back"), same_page(b=""))] if basis else []
    said = say_problem(language(), error.problems[0]) if isinstance(error, DeniedError) else say_usage(language(), error)
    show_notice(said, links=links, icon=":material/error:")


def pick_period(database: Database, today: date) -> tuple[CampaignState, PeriodState] | None:
    """The chosen campaign and period, their pickers drawn; None once a message has said why there is nothing to show."""
    campaigns = list_campaigns(database, actor())
    if not campaigns:
        show_notice(t("empty.no_campaign"), t("empty.no_campaign.advice"), icon=":material/flag:")
        return None
    if _link_is_unknown(campaigns, today):
        return None
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        campaign = _pick_campaign(campaigns)
        return campaign, _pick_period(campaign, today)


def pick_campaign(database: Database) -> CampaignState | None:
    """The chosen campaign, its picker drawn; None once a message has said why there is nothing to show."""
    campaigns = list_campaigns(database, actor())
    if not campaigns:
        show_notice(t("empty.no_campaign"), t("empty.no_campaign.advice"), icon=":material/flag:")
        return None
    if _campaign_is_unknown(campaigns):
        return None
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        return _pick_campaign(campaigns)


def show_notice(
    title: str, advice: str = "", links: Sequence[tuple[str, str]] = (), icon: str = ":material/link_off:"
) -> None:
    """Say why there is nothing to show and what to do; `links` are (words, address) a keyboard can follow."""
    with st.container(border=True, key="card_notice"):
        st.markdown(f"**{look.plain(title)}**" if advice else look.plain(title))
        if advice:
            st.markdown(f"{icon} {look.plain(advice)}")
        if links:
            items = "".join(
                f'<li><a href="{look.markup(address)}" target="_self" style="color:inherit">{look.markup(words)}</a></li>'
                for words, address in links
            )
            st.html(f"<ul>{items}</ul>")


def show_state(board: Board) -> None:
    """Whether the figures may still move: a banner for everything but a period that was always open."""
    period, kept = board.setting.period, board.setting.result
    if kept is None and period.revision == 1:
        return
    if kept is None:
        state, said = "reopened", t("banner.reopened.means", n=period.revision)
    else:
        state = period.state
        until = day(language(), period.appeals_until) if period.appeals_until else ""
        appeals = t("banner.appeals", day=until) if until and state == "published" else ""
        digest = kept.digests["results_sha256"][:_DIGITS]
        means = t(f"banner.{state}.means", revision=period.revision, n=kept.adjustments, digest=digest)
        said = f"{means} {appeals}".strip()
    kind = "tk-banner tk-banner-final" if state == "final" else "tk-banner"
    st.html(
        f'<div class="{kind}" role="note"><strong>{look.markup(t(f"banner.{state}"))}</strong>'
        f"<span>{look.markup(said)}</span></div>"
    )


def name_campaign(campaign: CampaignState) -> str:
    """The campaign's title, its code where the title says nothing in any language."""
    return pick(language(), campaign.title) or campaign.code


def name_campaigns(campaigns: Sequence[CampaignState]) -> dict[str, str]:
    """The titles by code; campaigns under one rulebook share a title, and then the code stands with it."""
    titles = {campaign.code: name_campaign(campaign) for campaign in campaigns}
    alike = Counter(titles.values())
    return {code: title if alike[title] == 1 else f"{title} ({code})" for code, title in titles.items()}


def same_page(**changes: str) -> str:
    """The address of the page that is open with some of its query changed; an empty value takes a part away."""
    query = {**st.query_params.to_dict(), **changes}
    return "?" + urlencode({name: value for name, value in query.items() if value})


def _link_is_unknown(campaigns: Sequence[CampaignState], today: date) -> bool:
    """Whether the link asks for something there is not; then a message has said so and what there is."""
    if _campaign_is_unknown(campaigns):
        return True
    asked = st.session_state.get(f"choice:{CAMPAIGN}", st.query_params.get(CAMPAIGN))
    campaign = next((known for known in campaigns if known.code == asked), campaigns[0])
    periods = _periods_in_order(campaign, today)
    if (code := unknown_in_link(PERIOD, [period.code for period in periods])) is not None:
        links = [(_name(period), same_page(p=period.code, d="")) for period in periods]
        show_notice(t("empty.unknown_period", code=code), t("empty.unknown_period.advice"), links)
        return True
    return _day_is_unknown(periods, today)


def _campaign_is_unknown(campaigns: Sequence[CampaignState]) -> bool:
    code = unknown_in_link(CAMPAIGN, [campaign.code for campaign in campaigns])
    if code is None:
        return False
    links = [(name_campaign(known), same_page(c=known.code, p="", d="")) for known in campaigns]
    show_notice(t("empty.unknown_campaign", code=code), t("empty.unknown_campaign.advice"), links)
    return True


def _day_is_unknown(periods: Sequence[PeriodState], today: date) -> bool:
    written = st.query_params.get(DAY)
    if written is None or _DAY_STATE in st.session_state:
        return False
    asked = st.session_state.get(f"choice:{PERIOD}", st.query_params.get(PERIOD))
    period = next((known for known in periods if known.code == asked), periods[0])
    if period.begins > today:  # said in full once the period is picked
        return False
    last = _last_day(period, today)
    links = [(t("freshness.as_of", day=day(language(), last)), same_page(d=""))]
    try:
        found = date.fromisoformat(written)
    except ValueError:
        show_notice(say_usage(language(), UsageError("not_a_day", value=written)), links=links)
        return True
    if period.begins <= found <= last:
        return False
    args = {"day": found, "period": period.code, "begins": period.begins, "ends": last}
    show_notice(say_usage(language(), UsageError("day_outside_period", **args)), links=links)
    return True


def _pick_campaign(campaigns: Sequence[CampaignState]) -> CampaignState:
    known = {campaign.code: campaign for campaign in campaigns}
    words = name_campaigns(campaigns)
    return known[choice(t("filter.campaign"), list(known), words.__getitem__, CAMPAIGN, partial(st.selectbox, width=380))]


def _pick_period(campaign: CampaignState, today: date) -> PeriodState:
    known = {period.code: period for period in _periods_in_order(campaign, today)}
    words = {code: _name(period) for code, period in known.items()}
    return known[choice(t("filter.period"), list(known), words.__getitem__, PERIOD, partial(st.selectbox, width=150))]


def _pick_day(campaign: CampaignState, period: PeriodState, today: date) -> date:
    """The as-of day. It stays the newest one there is until somebody picks another."""
    last = _last_day(period, today)
    asked = _day_or_none(st.session_state.get(_DAY_STATE, st.query_params.get(DAY)))
    chosen = asked if asked and period.begins <= asked <= last else last
    widget = f"{DAY}.{campaign.code}.{period.code}.{language()}"
    known = st.session_state.get(widget)
    # Set on every run: on another page a widget of the same key is a new one, and would begin at a day of its own.
    st.session_state[widget] = known if isinstance(known, date) and period.begins <= known <= last else chosen
    chosen = st.date_input(
        t("filter.as_of"),
        min_value=period.begins,
        max_value=last,
        key=widget,
        format=DAY_FORMATS[language()],
        width=165,
    )
    chosen = chosen if isinstance(chosen, date) else last  # somebody emptied the box
    written = "" if chosen == last else chosen.isoformat()
    st.session_state[_DAY_STATE] = written
    if written:
        st.query_params[DAY] = written
    elif DAY in st.query_params:
        del st.query_params[DAY]
    return chosen


def _day_or_none(written: object) -> date | None:
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        return None


def _last_day(period: PeriodState, today: date) -> date:
    return period.last_day(today)


def _periods_in_order(campaign: CampaignState, today: date) -> list[PeriodState]:
    """The newest period that has begun first, for that is what people come to see; those to come stand last."""
    begun = [period for period in campaign.periods if period.begins <= today]
    return [*reversed(begun), *(period for period in campaign.periods if period.begins > today)]


def _name(period: PeriodState) -> str:
    return name_period(language(), period.code, period.begins, period.ends)
