"""A period frozen by hand, without the people and steps that it takes in life."""

from __future__ import annotations

from datetime import date

from builders import act
from sqlalchemy import update

from tracker.services.campaigns import PERIOD, load_campaign, load_rulebook
from tracker.services.copies import ENGINE, SNAPSHOT, Frozen, get_frozen, keep_parts, take_copy
from tracker.services.seals import insert_sealed
from tracker.store.engine import writing


def freeze(engine, campaign: str, period: str, until: date | None = None, state: str = "frozen") -> Frozen:
    """Copy the period's inputs as of its last day and move it to that state."""
    with writing(engine) as connection:
        loaded = load_campaign(connection, campaign)
        span = loaded.period(period)
        copy = take_copy(connection, loaded, span, load_rulebook(connection, loaded.rulebook), span.ends)
        row = {
            "campaign": campaign,
            "period": period,
            "revision": span.revision,
            "begins": span.begins,
            "ends": span.ends,
            "as_of": span.ends,
            "rulebook": loaded.rulebook,
            "manifest": copy.manifest,
            "inputs_sha256": copy.sha256,
            "engine": ENGINE,
            "proposed_by": "an",
            "approved_by": "binh",
            "made_at": act().now,
        }
        snapshot = insert_sealed(connection, act(), SNAPSHOT, row, "freeze")
        keep_parts(connection, snapshot, copy)
        _set(connection, campaign, period, state=state, appeals_until=until)
        return get_frozen(connection, snapshot)


def move(engine, campaign: str, period: str, **values) -> None:
    """Set columns of the period as its life would: `state`, `revision`, `appeals_until`."""
    with writing(engine) as connection:
        _set(connection, campaign, period, **values)


def _set(connection, campaign: str, period: str, **values) -> None:
    connection.execute(update(PERIOD).where(PERIOD.c.campaign == campaign, PERIOD.c.code == period).values(**values))
