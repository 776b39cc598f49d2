"""The on-time policies in use and their ledgers: built when a campaign needs one, dropped when none does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, insert, select

from tracker.core.rulebook import OnTime
from tracker.services import audit
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.permitted import reading_as, writing_as
from tracker.store import ledger
from tracker.store.publishing import Policies
from tracker.store.rule_tables import Campaign, Policy, Rulebook

POLICY = Policy.__table__  # type: ignore[attr-defined]
CAMPAIGN = Campaign.__table__  # type: ignore[attr-defined]
RULEBOOK = Rulebook.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What checking one policy's ledger found; `differences` is empty when it equals a fresh count."""

    policy: str
    differences: tuple[str, ...]


def load_policies(connection: Connection) -> Policies:
    """Every policy that has a ledger, by its id."""
    found = connection.execute(select(POLICY.c.id, POLICY.c.text).order_by(POLICY.c.id))
    return {row.id: OnTime.model_validate_json(row.text) for row in found}


def policy_id(connection: Connection, policy: OnTime) -> int | None:
    """The id of the policy's ledger, None if it has none."""
    return connection.execute(select(POLICY.c.id).where(POLICY.c.digest == policy.digest())).scalar()


def keep_ledger(connection: Connection, policy: OnTime) -> int:
    """The id of the policy's ledger, built now if no campaign used this policy before."""
    known = policy_id(connection, policy)
    if known is not None:
        return known
    made = connection.execute(
        insert(POLICY).values(digest=policy.digest(), text=policy.model_dump_json()).returning(POLICY.c.id)
    )
    identity = int(made.scalar_one())
    ledger.build(connection, identity, policy)
    return identity


def drop_unused(connection: Connection) -> None:
    """Forget the ledgers of policies that no campaign uses any more."""
    used = select(RULEBOOK.c.policy).join_from(
        CAMPAIGN, RULEBOOK, (CAMPAIGN.c.rulebook == RULEBOOK.c.code) & (CAMPAIGN.c.rulebook_version == RULEBOOK.c.version)
    )
    for (identity,) in connection.execute(select(POLICY.c.id).where(POLICY.c.digest.not_in(used))).all():
        ledger.drop(connection, identity)
        connection.execute(delete(POLICY).where(POLICY.c.id == identity))


def rebuild_ledgers(database: Engine, act: Act) -> int:
    """Make every ledger anew from the cases; returns how many."""
    with writing_as(database, act, Verb.KEEP_LEDGER) as connection:
        drop_unused(connection)
        policies = load_policies(connection)
        for identity, policy in policies.items():
            ledger.build(connection, identity, policy)
        digests = [policy.digest() for policy in policies.values()]
        audit.record(connection, act, "rebuild_ledgers", "ledger", after={"policies": digests})
        return len(policies)


def verify_ledgers(database: Engine, actor: Actor) -> list[LedgerCheck]:
    """Compare every ledger with a fresh count over the cases."""
    with reading_as(database, actor, Verb.KEEP_LEDGER) as connection:
        return [
            LedgerCheck(policy.digest(), tuple(str(row) for row in ledger.differences(connection, identity, policy)))
            for identity, policy in load_policies(connection).items()
        ]
