"""What a campaign's committee works by: read exactly, changed only by whoever edits the rules, and never unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from builders import TODAY, act, put_campaign, put_offices
from people import put_each_role
from sqlalchemy import insert, update

from tracker.core.periods import Every
from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.campaign_rules import approve_rules
from tracker.services.campaign_settings import (
    DECISION,
    CampaignSettings,
    WantedSettings,
    change_settings,
    copy_campaign,
    following_campaign,
    load_settings,
    set_deadline,
)
from tracker.services.campaigns import PERIOD, NewCampaign, add_campaign, load_campaign
from tracker.store.engine import reading, writing

PROPOSED = CampaignSettings(False, Fraction(2, 3), Fraction(2, 3), "present", "")
WANTED = WantedSettings(True, "1/2", "3/4", "members")


def put_office(engine):
    put_offices(engine, "A")
    put_campaign(engine, "c", begins="2026-01-01", ends="2026-12-31", every=Every.HALF)


@pytest.fixture
def office(engine, prepared):
    return prepared(put_office, engine)


def settings(engine, campaign: str = "c") -> CampaignSettings:
    with reading(engine) as connection:
        return load_settings(connection, campaign)


def newest(engine):
    return list_entries(engine, OPERATOR, Wanted()).entries[0]


def test_a_new_campaign_has_our_proposed_settings(office):
    assert settings(office) == PROPOSED


def test_an_unknown_campaign_has_none(sqlite_engine):
    with pytest.raises(UsageError) as refused:
        settings(sqlite_engine, "nope")
    assert refused.value.code == "unknown_campaign"


def test_settings_are_changed_and_the_log_tells_only_what_differs(office):
    changed = change_settings(office, "c", PROPOSED, replace(WANTED, vote_base="present"), act())
    assert changed == settings(office) == CampaignSettings(True, Fraction(1, 2), Fraction(3, 4), "present", "")
    entry = newest(office)
    assert (entry.verb, entry.thing) == ("change_settings", "campaign/c")
    assert entry.before == {"hides_live": False, "quorum": "2/3", "pass_share": "2/3"}
    assert entry.after == {"hides_live": True, "quorum": "1/2", "pass_share": "3/4"}


def test_settings_that_stay_as_they_are_leave_no_entry(office):
    before = newest(office).seq
    change_settings(office, "c", PROPOSED, WantedSettings(False, " 4/6 ", "2/3", "present"), act())
    assert newest(office).seq == before


@pytest.mark.parametrize("text", ["0/3", "4/3", "2/0", "2", "0", "0.5", "-1/2", "2/3/4", "66%", "", "１/２", "1/1000"])
def test_a_share_that_is_no_fraction_between_0_and_1_is_refused(office, text):
    with pytest.raises(RefusedError) as refused:
        change_settings(office, "c", PROPOSED, WantedSettings(False, text, text, "nobody"), act())
    assert [problem.code for problem in refused.value.problems] == ["bad_quorum", "bad_pass_share", "bad_vote_base"]
    assert settings(office) == PROPOSED


@pytest.mark.parametrize(("text", "share"), [("1", 1), ("1/1", 1), ("1/2", Fraction(1, 2)), ("50/100", Fraction(1, 2))])
def test_a_share_is_kept_exactly(office, text, share):
    assert change_settings(office, "c", PROPOSED, WantedSettings(False, text, "2/3", "present"), act()).quorum == share
    assert settings(office).quorum == share


def test_of_two_who_change_what_they_both_saw_the_second_is_told(office):
    change_settings(office, "c", PROPOSED, WANTED, act())
    with pytest.raises(RefusedError, match="settings_moved"):
        change_settings(office, "c", PROPOSED, replace(WANTED, quorum="1"), act())
    assert settings(office).quorum == Fraction(1, 2)


def put_vote(engine, period: str) -> None:
    """A verdict that was voted on in a period."""
    row = {"campaign": "c", "period": period, "revision": 1, "list_name": "reward", "rule": "first", "unit": "A"}
    votes = {"verdict": "confirmed", "votes_for": 5, "votes_against": 1, "votes_blank": 0}
    with writing(engine) as connection:
        connection.execute(insert(DECISION).values(**row, **votes, made_by="x", made_at=act().now))


def put_state(engine, period: str, state: str) -> None:
    with writing(engine) as connection:
        connection.execute(update(PERIOD).where(PERIOD.c.campaign == "c", PERIOD.c.code == period).values(state=state))


def test_what_a_majority_is_cannot_change_once_votes_are_known(office):
    put_vote(office, "2026-H1")
    put_state(office, "2026-H1", "published")
    with pytest.raises(RefusedError, match="votes_cast"):
        change_settings(office, "c", PROPOSED, replace(WANTED, quorum="2/3", vote_base="present"), act())
    hidden = change_settings(office, "c", PROPOSED, WantedSettings(True, "2/3", "2/3", "present"), act())
    put_state(office, "2026-H1", "final")
    assert change_settings(office, "c", hidden, WANTED, act()).pass_share == Fraction(3, 4)


def deadline(engine, period: str = "2026-H1"):
    with reading(engine) as connection:
        return {row.code: row.appeals_until for row in connection.execute(PERIOD.select())}[period]


def test_a_last_day_to_appeal_is_set_moved_and_taken_away(office):
    for seen, until in ((None, date(2026, 7, 15)), (date(2026, 7, 15), date(2026, 7, 20)), (date(2026, 7, 20), None)):
        set_deadline(office, ("c", "2026-H1"), seen, until, act())
        assert deadline(office) == until
    entry = newest(office)
    assert (entry.verb, entry.thing) == ("set_deadline", "period/c/2026-H1")
    assert (entry.before, entry.after) == ({"appeals_until": "2026-07-20"}, {"appeals_until": None})


@pytest.mark.parametrize(
    ("state", "seen", "until", "code"),
    [
        ("final", None, date(2026, 7, 15), "deadline_of_final"),
        ("open", date(2026, 7, 1), date(2026, 7, 15), "deadline_moved"),
    ],
)
def test_a_last_day_to_appeal_that_cannot_stand_is_refused(office, state, seen, until, code):
    put_state(office, "2026-H1", state)
    with pytest.raises(RefusedError, match=code):
        set_deadline(office, ("c", "2026-H1"), seen, until, act())
    assert deadline(office) is None


def test_a_hearing_that_is_still_open_is_not_ended_afterwards_but_a_past_day_may_be_written_down_late(office):
    yesterday, tomorrow = date(2026, 6, 29), date(2026, 7, 1)
    set_deadline(office, ("c", "2026-H1"), None, yesterday, act())
    set_deadline(office, ("c", "2026-H1"), yesterday, tomorrow, act())
    with pytest.raises(RefusedError, match="deadline_cut_off"):
        set_deadline(office, ("c", "2026-H1"), tomorrow, yesterday, act())
    set_deadline(office, ("c", "2026-H1"), tomorrow, TODAY, act())
    assert deadline(office) == TODAY


def test_nobody_appeals_before_a_period_begins(office):
    with pytest.raises(RefusedError, match="deadline_before_period"):
        set_deadline(office, ("c", "2026-H2"), None, TODAY, act())
    set_deadline(office, ("c", "2026-H2"), None, date(2026, 7, 1), act())


def test_the_last_day_to_appeal_of_an_unknown_period_is_refused(office):
    with pytest.raises(UsageError) as refused:
        set_deadline(office, ("c", "2027"), None, None, act())
    assert refused.value.code == "unknown_period"


def test_a_copy_has_the_periods_of_the_next_year_and_the_settings_but_not_the_approval(office):
    people = put_each_role(office)
    change_settings(office, "c", PROPOSED, WANTED, act())
    approve_rules(office, "c", "c-rules@1", act(actor=people["chair"]))
    with reading(office) as connection:
        new = following_campaign(load_campaign(connection, "c"), "d")
    copied = copy_campaign(office, "c", new, act())
    assert [(period.code, period.begins, period.ends) for period in copied.periods] == [
        ("2027-H1", date(2027, 1, 1), date(2027, 6, 30)),
        ("2027-H2", date(2027, 7, 1), date(2027, 12, 31)),
    ]
    assert settings(office, "d") == CampaignSettings(True, Fraction(1, 2), Fraction(3, 4), "members", "")
    assert newest(office).after["copied_from"] == "c"
    with pytest.raises(RefusedError, match="campaign_exists"):
        copy_campaign(office, "c", new, act())


@pytest.mark.parametrize(
    ("begins", "ends", "every", "next_begins", "next_ends"),
    [
        ("2017-01-01", "2020-12-31", Every.YEAR, date(2021, 1, 1), date(2024, 12, 31)),
        ("2027-01-01", "2027-02-28", None, date(2028, 1, 1), date(2028, 2, 29)),
        ("2024-02-01", "2024-02-29", Every.MONTH, date(2025, 2, 1), date(2025, 2, 28)),
        ("2025-11-15", "2026-11-14", Every.QUARTER, date(2026, 11, 15), date(2027, 11, 14)),
        ("2025-11-15", "2026-11-15", Every.QUARTER, date(2027, 11, 15), date(2028, 11, 15)),
    ],
)
def test_the_following_campaign_begins_whole_years_later_after_the_end(
    sqlite_engine, begins, ends, every, next_begins, next_ends
):
    campaign = put_campaign(sqlite_engine, "c", begins=begins, ends=ends, every=every)
    assert following_campaign(campaign, "d") == NewCampaign("d", "c-rules@1", next_begins, next_ends, every)


@pytest.mark.parametrize("ends", ["2046-01-01", "2226-12-31"])
def test_a_campaign_of_decades_is_taken_for_a_slip(sqlite_engine, ends):
    put_campaign(sqlite_engine, "c", begins="2026-01-01", ends="2026-12-31")
    with pytest.raises(UsageError) as refused:
        add_campaign(
            sqlite_engine, NewCampaign("d", "c-rules", date(2026, 1, 1), date.fromisoformat(ends), Every.MONTH), act()
        )
    assert refused.value.code == "campaign_too_long"


def attempts(engine, actor):
    """Every service of this module, as that person calls it."""
    new = NewCampaign("d", "c-rules", date(2027, 1, 1), date(2027, 12, 31))
    yield lambda: change_settings(engine, "c", PROPOSED, WANTED, act(actor=actor))
    yield lambda: set_deadline(engine, ("c", "2026-H1"), None, date(2026, 7, 15), act(actor=actor))
    yield lambda: copy_campaign(engine, "c", new, act(actor=actor))


def test_only_the_administrator_sets_up_campaigns(office):
    people = put_each_role(office)
    for role, person in people.items():
        if role != "admin":
            for attempt in attempts(office, person):
                with pytest.raises(DeniedError):
                    attempt()
    assert settings(office) == PROPOSED
    for attempt in attempts(office, people["admin"]):
        attempt()
