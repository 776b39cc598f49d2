"""How a campaign's committee works: what is hidden until published, quorum and votes, last days to appeal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import Connection, Engine, Row, exists, select, update

from tracker.core import periods
from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.core.shares import parse_share, write_share
from tracker.services import audit
from tracker.services.access import Verb
from tracker.services.act import Act
from tracker.services.campaigns import PERIOD, CampaignState, NewCampaign, begin_campaign, said_of
from tracker.services.permitted import writing_as
from tracker.services.policies import CAMPAIGN
from tracker.store.decision_tables import Decision
from tracker.store.publishing import bump_version

VOTE_BASES = ("present", "members")
DECISION = Decision.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """The settings of a campaign; `rules_approved_by` is "" until the chair has approved its rulebook version."""

    hides_live: bool
    quorum: Fraction
    pass_share: Fraction
    vote_base: str
    rules_approved_by: str


@dataclass(frozen=True, slots=True)
class WantedSettings:
    """The settings somebody asks for, the shares as they were typed ("2/3")."""

    hides_live: bool
    quorum: str
    pass_share: str
    vote_base: str


def load_settings(connection: Connection, campaign: str) -> CampaignSettings:
    """The settings of that campaign; UsageError if there is none."""
    row = find_row(connection, campaign)
    shares = Fraction(row.quorum), Fraction(row.pass_share)
    return CampaignSettings(row.hides_live, *shares, row.vote_base, row.rules_approved_by)


def find_row(connection: Connection, campaign: str) -> Row[tuple[object, ...]]:
    """The campaign as it is stored; UsageError if there is none."""
    row = connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.code == campaign)).first()
    if row is None:
        known = ", ".join(connection.execute(select(CAMPAIGN.c.code).order_by(CAMPAIGN.c.code)).scalars())
        raise UsageError("unknown_campaign", campaign=campaign, known=known)
    return row


def change_settings(
    database: Engine, campaign: str, seen: CampaignSettings, wanted: WantedSettings, act: Act
) -> CampaignSettings:
    """Change the settings somebody saw. How votes count is left alone while votes that were cast are not yet final."""
    quorum, pass_share = _checked(wanted)
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        known = load_settings(connection, campaign)
        if known != seen:
            raise RefusedError([Problem("settings_moved", Place(""), args={"campaign": campaign})])
        new = CampaignSettings(wanted.hides_live, quorum, pass_share, wanted.vote_base, known.rules_approved_by)
        if new == known:
            return known
        if _of_votes(new) != _of_votes(known):
            _require_no_votes(connection, campaign)
        connection.execute(update(CAMPAIGN).where(CAMPAIGN.c.code == campaign).values(**_said(new)))
        bump_version(connection)
        before, after = _said(known), _said(new)
        for name in [name for name in after if after[name] == before[name]]:
            del before[name], after[name]
        audit.record(connection, act, "change_settings", f"campaign/{campaign}", before, after)
        return new


def set_deadline(database: Engine, key: tuple[str, str], seen: date | None, until: date | None, act: Act) -> None:
    """The last day to appeal in that (campaign, period), None for none; `seen`: the one that stood there.

    A day that has passed may be written down late; but nobody ends a hearing that is still open by moving its end behind it.
    """
    campaign, period = key
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        row = _find_period(connection, campaign, period)
        place, args = Place(""), {"period": period}
        if row.state == "final":
            raise RefusedError([Problem("deadline_of_final", place, args=args)])
        if row.appeals_until != seen:
            raise RefusedError([Problem("deadline_moved", place, args={**args, "day": row.appeals_until})])
        if until == seen:
            return
        if until is not None and seen is not None and until < act.today <= seen:
            raise RefusedError([Problem("deadline_cut_off", place, args={**args, "day": until, "seen": seen})])
        if until is not None and until < row.begins:
            raise RefusedError([Problem("deadline_before_period", place, args={"day": until, "begins": row.begins})])
        where = (PERIOD.c.campaign == campaign, PERIOD.c.code == period)
        connection.execute(update(PERIOD).where(*where).values(appeals_until=until))
        bump_version(connection)
        before, after = ({"appeals_until": None if day is None else day.isoformat()} for day in (seen, until))
        audit.record(connection, act, "set_deadline", f"period/{campaign}/{period}", before, after)


def following_campaign(campaign: CampaignState, code: str) -> NewCampaign:
    """The same campaign in the years that follow it, under another code."""
    begins, ends = periods.following_years(campaign.periods[0].begins, campaign.periods[-1].ends)
    divided = [periods.Period(one.code, one.begins, one.ends) for one in campaign.periods]
    return NewCampaign(code, campaign.rulebook, begins, ends, periods.find_every(campaign.code, divided))


def copy_campaign(database: Engine, campaign: str, new: NewCampaign, act: Act) -> CampaignState:
    """Begin a campaign with the settings of another one; the chair approves its rules anew."""
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        settings = load_settings(connection, campaign)
        copied = begin_campaign(connection, new, **_said(settings))
        after = {**said_of(copied), "copied_from": campaign, **_said(settings)}
        audit.record(connection, act, "copy_campaign", f"campaign/{new.code}", after=after)
        return copied


def _checked(wanted: WantedSettings) -> tuple[Fraction, Fraction]:
    shares = {"bad_quorum": wanted.quorum, "bad_pass_share": wanted.pass_share}
    problems = [Problem(code, Place(""), value=text) for code, text in shares.items() if parse_share(text) is None]
    if wanted.vote_base not in VOTE_BASES:
        problems.append(Problem("bad_vote_base", Place(""), value=wanted.vote_base))
    quorum, pass_share = (parse_share(text) for text in shares.values())
    if problems or quorum is None or pass_share is None:
        raise RefusedError(problems)
    return quorum, pass_share


def _of_votes(settings: CampaignSettings) -> tuple[Fraction, Fraction, str]:
    return settings.quorum, settings.pass_share, settings.vote_base


def _require_no_votes(connection: Connection, campaign: str) -> None:
    """Nobody changes what a majority is once the votes are known."""
    voted = exists().where(
        DECISION.c.campaign == PERIOD.c.campaign,
        DECISION.c.period == PERIOD.c.code,
        DECISION.c.revision == PERIOD.c.revision,
        DECISION.c.votes_for.is_not(None),
    )
    where = (PERIOD.c.campaign == campaign, PERIOD.c.state != "final", voted)
    period = connection.execute(select(PERIOD.c.code).where(*where).order_by(PERIOD.c.begins)).scalar()
    if period is not None:
        raise RefusedError([Problem("votes_cast", Place(""), args={"period": period})])


def _find_period(connection: Connection, campaign: str, period: str) -> Row[tuple[object, ...]]:
    find_row(connection, campaign)
    found = connection.execute(select(PERIOD).where(PERIOD.c.campaign == campaign).order_by(PERIOD.c.begins)).all()
    for row in found:
        if row.code == period:
            return row
    known = ", ".join(row.code for row in found)
    raise UsageError("unknown_period", period=period, campaign=campaign, known=known)


def _said(settings: CampaignSettings) -> dict[str, audit.Plain]:
    """The settings as they are stored and as the log tells of them, without the approval."""
    return {
        "hides_live": settings.hides_live,
        "quorum": write_share(settings.quorum),
        "pass_share": write_share(settings.pass_share),
        "vote_base": settings.vote_base,
    }
