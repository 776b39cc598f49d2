"""How a campaign's committee works: what is hidden until published, quorum and votes, last days to appeal."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection, select

from tracker.core.problems import UsageError
from tracker.services.policies import CAMPAIGN


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """The settings of a campaign; `rules_approved_by` is "" until the chair has approved its rulebook version."""

    hides_live: bool
    quorum: Fraction
    pass_share: Fraction
    vote_base: str
    rules_approved_by: str


def load_settings(connection: Connection, campaign: str) -> CampaignSettings:
    """The settings of that campaign; UsageError if there is none."""
    row = connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.code == campaign)).first()
    if row is None:
        known = ", ".join(connection.execute(select(CAMPAIGN.c.code).order_by(CAMPAIGN.c.code)).scalars())
        raise UsageError("unknown_campaign", campaign=campaign, known=known)
    return CampaignSettings(
        row.hides_live, Fraction(row.quorum), Fraction(row.pass_share), row.vote_base, row.rules_approved_by
    )
