"""How things have moved: the boards of a campaign's periods, and of the months within one."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import Engine

from tracker.services.access import Actor
from tracker.services.campaigns import CampaignState
from tracker.services.standings import Board, Question, show_board


def period_boards(database: Engine, campaign: CampaignState, today: date, actor: Actor) -> list[Board]:
    """The boards of every period that has begun, in order, each as of its last day or today."""
    return [
        show_board(database, Question(campaign.code, period.code), today, actor)
        for period in campaign.periods
        if period.begins <= today
    ]


def boards_until(database: Engine, board: Board, today: date, actor: Actor) -> tuple[Board, ...]:
    """The boards of the campaign's earlier periods, and the board itself."""
    setting = board.setting
    earlier = [period for period in setting.campaign.periods if period.ends < setting.period.begins]
    before = (show_board(database, Question(setting.campaign.code, period.code), today, actor) for period in earlier)
    return (*before, board)


def previous_board(database: Engine, board: Board, today: date, actor: Actor) -> Board | None:
    """The board of the period before, as of its last day; None in a campaign's first period."""
    earlier = [period for period in board.setting.campaign.periods if period.ends < board.setting.period.begins]
    if not earlier:
        return None
    return show_board(database, Question(board.setting.campaign.code, earlier[-1].code), today, actor)


def movement(board: Board, previous: Board | None, unit: str) -> int | None:
    """How many ranks the unit has risen (negative: fallen) since the period before; None if it had or has no rank."""
    before = previous.place(unit) if previous else None
    now = board.place(unit)
    if before is None or now is None or before.rank is None or now.rank is None:
        return None
    return before.rank - now.rank if before.score.cluster == now.score.cluster else None


def month_ends(begins: date, as_of: date) -> list[date]:
    """The last day of every month that has ended, and the as-of day itself."""
    ends = []
    day = begins + relativedelta(day=31)
    while day < as_of:
        ends.append(day)
        day = day + timedelta(days=1) + relativedelta(day=31)
    return [*ends, as_of]


def month_boards(database: Engine, board: Board, actor: Actor, basis: str = "") -> list[Board]:
    """The same period's boards as of each month's end so far; `basis` is that of the question the board answered."""
    setting = board.setting
    questions = [
        Question(setting.campaign.code, setting.period.code, day, basis)
        for day in month_ends(setting.period.begins, setting.as_of)
    ]
    return [show_board(database, question, setting.as_of, actor) for question in questions]
