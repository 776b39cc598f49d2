"""Which rulebook version a campaign applies, who chose it, and which chair approved it: never one and the same person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, select, update

from tracker.core.problems import Place, Problem, RefusedError
from tracker.core.rule_difference import RuleDifference, compare_rulebooks
from tracker.services import audit
from tracker.services.access import ACCOUNT, Actor, Verb
from tracker.services.act import Act
from tracker.services.audit_log import newest_entry
from tracker.services.campaign_settings import CampaignSettings, find_row, load_settings
from tracker.services.campaigns import PERIOD, CampaignState, load_campaign, load_rulebook
from tracker.services.permitted import reading_as, writing_as
from tracker.services.policies import CAMPAIGN, RULEBOOK, drop_unused, keep_ledger
from tracker.services.reauth import require_confirmed
from tracker.store.publishing import bump_version

_CHOOSING = ("add_campaign", "copy_campaign", "change_rulebook")


@dataclass(frozen=True, slots=True)
class Approval:
    """Which rulebook version stands for a campaign, who chose it, and who approved it and when: "" and None until then.

    `name` is the approver's full name, else the account's. `at` is None where the log does not tell.
    """

    rulebook: str
    chosen_by: str
    approved_by: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """A campaign as whoever edits it sees it."""

    state: CampaignState
    settings: CampaignSettings
    approval: Approval


def list_records(database: Engine, actor: Actor) -> list[CampaignRecord]:
    """Every campaign with its settings, the newest first."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        codes = connection.execute(select(CAMPAIGN.c.code).order_by(CAMPAIGN.c.position.desc())).scalars().all()
        return [_record(connection, code) for code in codes]


def show_approval(database: Engine, campaign: str, actor: Actor) -> Approval:
    """Who approved the campaign's rules, for anybody who may see standings."""
    with reading_as(database, actor, Verb.SEE_STANDINGS) as connection:
        return load_approval(connection, campaign)


def load_approval(connection: Connection, campaign: str) -> Approval:
    """The campaign's rulebook version and its approval; UsageError if there is no such campaign."""
    row = find_row(connection, campaign)
    thing = f"campaign/{campaign}"
    chosen = newest_entry(connection, thing, _CHOOSING)
    approved = newest_entry(connection, thing, ["approve_rules"]) if row.rules_approved_by else None
    name = connection.execute(select(ACCOUNT.c.full_name).where(ACCOUNT.c.name == row.rules_approved_by)).scalar()
    return Approval(
        _reference(row),
        chosen.actor if chosen else "",
        row.rules_approved_by,
        name or row.rules_approved_by,
        approved.at if approved else None,
    )


def approve_rules(database: Engine, campaign: str, seen_rulebook: str, act: Act) -> Approval:
    """Approve the rulebook version that was seen (`code@version`) for the campaign, by somebody else than who chose it."""
    with writing_as(database, act, Verb.APPROVE_RULES) as connection:
        require_confirmed(connection, act)
        row = find_row(connection, campaign)
        known = load_approval(connection, campaign)
        args = {"campaign": campaign, "rulebook": known.rulebook, "seen": seen_rulebook}
        if known.rulebook != seen_rulebook:
            raise RefusedError([Problem("rules_moved", Place(""), args=args)])
        if known.approved_by:
            raise RefusedError([Problem("rules_approved_already", Place(""), args={**args, "actor": known.name})])
        kept = _kept_row(connection, row)
        if act.actor in (known.chosen_by, kept.added_by):
            raise RefusedError([Problem("rules_of_ones_own", Place(""), args=args)])
        connection.execute(update(CAMPAIGN).where(CAMPAIGN.c.code == campaign).values(rules_approved_by=act.actor))
        bump_version(connection)
        after = {"rulebook": known.rulebook, "sha256": kept.sha256, "approved_by": act.actor}
        audit.record(connection, act, "approve_rules", f"campaign/{campaign}", {"approved_by": ""}, after)
        return load_approval(connection, campaign)


@dataclass(frozen=True, slots=True)
class RulebookMove:
    """A campaign's way from the rulebook version that was seen to another one, both `code@version`, and why."""

    seen: str
    wanted: str
    reason: str


def change_rulebook(database: Engine, campaign: str, move: RulebookMove, act: Act) -> CampaignState:
    """Move the campaign to another version of its rulebook while all its periods are open; its approval is gone then."""
    reason = move.reason.strip()
    if not reason:
        raise RefusedError([Problem("rulebook_reason_missing", Place(""))])
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        row = find_row(connection, campaign)
        kept = load_rulebook(connection, move.wanted)
        wanted = f"{kept.rulebook.code}@{kept.rulebook.version}"
        _require_movable(connection, row, move.seen, wanted)
        values = {"rulebook_version": kept.rulebook.version, "rules_approved_by": ""}
        connection.execute(update(CAMPAIGN).where(CAMPAIGN.c.code == campaign).values(**values))
        drop_unused(connection)
        keep_ledger(connection, kept.rulebook.on_time)
        bump_version(connection)
        before = {"rulebook": move.seen, "approved_by": row.rules_approved_by}
        after = {"rulebook": wanted, "sha256": kept.sha256, "approved_by": ""}
        audit.record(connection, act, "change_rulebook", f"campaign/{campaign}", before, after, reason)
        return load_campaign(connection, campaign)


def compare_kept(database: Engine, before: str, after: str, actor: Actor) -> RuleDifference:
    """The difference between two kept rulebooks, for anybody who may read the rules."""
    with reading_as(database, actor, Verb.SEE_STANDINGS) as connection:
        return compare_rulebooks(*(load_rulebook(connection, reference).rulebook for reference in (before, after)))


def _record(connection: Connection, code: str) -> CampaignRecord:
    return CampaignRecord(load_campaign(connection, code), load_settings(connection, code), load_approval(connection, code))


def _require_movable(connection: Connection, row: Row[tuple[object, ...]], seen: str, wanted: str) -> None:
    known = _reference(row)
    args = {"campaign": row.code, "rulebook": known, "seen": seen, "wanted": wanted}
    if known != seen:
        raise RefusedError([Problem("rules_moved", Place(""), args=args)])
    if wanted == known:
        raise RefusedError([Problem("rulebook_same", Place(""), args=args)])
    if wanted.rpartition("@")[0] != row.rulebook:
        raise RefusedError([Problem("rulebook_another", Place(""), args=args)])
    where = (PERIOD.c.campaign == row.code, PERIOD.c.state != "open")
    periods = connection.execute(select(PERIOD.c.code).where(*where).order_by(PERIOD.c.begins)).scalars().all()
    if periods:
        raise RefusedError([Problem("rulebook_in_use", Place(""), args={**args, "periods": ", ".join(periods)})])


def _kept_row(connection: Connection, row: Row[tuple[object, ...]]) -> Row[tuple[object, ...]]:
    where = (RULEBOOK.c.code == row.rulebook, RULEBOOK.c.version == row.rulebook_version)
    return connection.execute(select(RULEBOOK).where(*where)).one()


def _reference(row: Row[tuple[object, ...]]) -> str:
    return f"{row.rulebook}@{row.rulebook_version}"
