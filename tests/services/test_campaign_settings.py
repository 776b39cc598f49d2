"""What a campaign's committee works by: read exactly, changed only by whoever edits the rules, never unseen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from builders import put_campaign

from tracker.core.problems import UsageError
from tracker.services.campaign_settings import CampaignSettings, load_settings
from tracker.store.engine import reading


def test_a_new_campaign_has_our_proposed_settings(engine):
    put_campaign(engine, "c", begins="2026-01-01", ends="2026-12-31")
    with reading(engine) as connection:
        assert load_settings(connection, "c") == CampaignSettings(False, Fraction(2, 3), Fraction(2, 3), "present", "")


def test_an_unknown_campaign_has_none(sqlite_engine):
    with reading(sqlite_engine) as connection, pytest.raises(UsageError) as refused:
        load_settings(connection, "nope")
    assert refused.value.code == "unknown_campaign"
