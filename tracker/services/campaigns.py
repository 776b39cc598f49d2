"""Rulebooks and campaigns: added once, never changed; a campaign applies one rulebook version to periods of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, func, insert, select

from tracker.core import periods
from tracker.core.examples import check_examples
from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.core.rulebook import Rulebook, parse_rulebook
from tracker.services import audit
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.permitted import reading_as, writing_as
from tracker.services.policies import CAMPAIGN, RULEBOOK, drop_unused, keep_ledger
from tracker.store.engine import reading
from tracker.store.period_tables import Snapshot
from tracker.store.publishing import bump_version, data_version
from tracker.store.rule_tables import Period

PERIOD = Period.__table__  # type: ignore[attr-defined]
SNAPSHOT = Snapshot.__table__  # type: ignore[attr-defined]
_SAME_REVISION = and_(
    SNAPSHOT.c.campaign == PERIOD.c.campaign, SNAPSHOT.c.period == PERIOD.c.code, SNAPSHOT.c.revision == PERIOD.c.revision
)
MOST_YEARS = 20  # a campaign that seems longer has a slip in one of its days


@dataclass(frozen=True, slots=True)
class KeptRulebook:
    """A rulebook as it is kept: its text letter for letter and the text's digest."""

    rulebook: Rulebook
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PeriodState:
    """A period and where it stands in its life. `version` grows with every step, `revision` with every reopening.

    `frozen_as_of`: the day its frozen copy is of; None while it is open.
    """

    code: str
    begins: date
    ends: date
    state: str
    version: int = 0
    revision: int = 1
    appeals_until: date | None = None
    frozen_as_of: date | None = None

    def last_day(self, today: date) -> date:
        """The newest day its result can be of."""
        return self.frozen_as_of or min(today, self.ends)


@dataclass(frozen=True, slots=True)
class CampaignState:
    """A campaign, its rulebook as `code@version`, and its periods in order."""

    code: str
    rulebook: str
    title: dict[str, str]
    periods: tuple[PeriodState, ...]
    hides_live: bool = False

    @property
    def year(self) -> int | None:
        """The one year it lies in, None where it spans several: what a day named without its year means."""
        first, last = self.periods[0].begins.year, self.periods[-1].ends.year
        return first if first == last else None

    def period(self, code: str) -> PeriodState:
        """The period of that code; UsageError if the campaign has none."""
        for period in self.periods:
            if period.code == code:
                return period
        known = ", ".join(period.code for period in self.periods)
        raise UsageError("unknown_period", period=code, campaign=self.code, known=known)


def check_rulebook(text: str, file: str, examples: tuple[str, str] | None = None) -> Rulebook:
    """The rulebook of a text, its worked examples (text, file name) recomputed; RefusedError with every problem."""
    rulebook = parse_rulebook(text, file)
    problems = check_examples(rulebook, *examples) if examples else []
    if problems:
        raise RefusedError(problems)
    return rulebook


def add_rulebook(database: Engine, text: str, file: str, act: Act) -> KeptRulebook:
    """Keep a rulebook. The same code and version with another text is refused; with the same text nothing happens."""
    rulebook = parse_rulebook(text, file)
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        return keep_text(connection, rulebook, text, file, act)


def keep_text(connection: Connection, rulebook: Rulebook, text: str, file: str, act: Act) -> KeptRulebook:
    """The same inside the caller's transaction; `rulebook` is what the text says."""
    digest = sha256(text.encode()).hexdigest()
    if is_kept(connection, rulebook, digest, file):
        return KeptRulebook(rulebook, text, digest)
    connection.execute(
        insert(RULEBOOK).values(
            code=rulebook.code,
            version=rulebook.version,
            text=text,
            sha256=digest,
            policy=rulebook.on_time.digest(),
            added_at=act.now.replace(microsecond=0, tzinfo=None),
            added_by=act.actor,
        )
    )
    bump_version(connection)
    thing = f"rulebook/{rulebook.code}@{rulebook.version}"
    audit.record(connection, act, "add_rulebook", thing, after={"sha256": digest})
    return KeptRulebook(rulebook, text, digest)


def is_kept(connection: Connection, rulebook: Rulebook, digest: str, file: str) -> bool:
    """Whether that very text is kept already; RefusedError if its code and version belong to another text."""
    wanted = (RULEBOOK.c.code == rulebook.code, RULEBOOK.c.version == rulebook.version)
    known = connection.execute(select(RULEBOOK.c.sha256).where(*wanted)).scalar()
    if known is not None and known != digest:
        place = Place(file, column="version")
        named = {"code": rulebook.code, "version": rulebook.version}
        raise RefusedError([Problem("rulebook_version_taken", place, value=str(rulebook.version), args=named)])
    return known is not None


def load_rulebook(connection: Connection, reference: str) -> KeptRulebook:
    """The rulebook `code@version`, or the newest version of `code`; UsageError if there is none."""
    code, _, version = reference.partition("@")
    query = select(RULEBOOK).where(RULEBOOK.c.code == code).order_by(RULEBOOK.c.version.desc())
    if version:
        query = query.where(RULEBOOK.c.version == (int(version) if version.isascii() and version.isdigit() else -1))
    row = connection.execute(query).first()
    if row is None:
        known = ", ".join(connection.execute(select(RULEBOOK.c.code).distinct().order_by(RULEBOOK.c.code)).scalars())
        raise UsageError("unknown_rulebook", rulebook=reference, known=known)
    return _kept(row.text, f"{row.code}.toml", row.sha256)


@lru_cache(maxsize=32)
def _kept(text: str, file: str, digest: str) -> KeptRulebook:
    # A kept rulebook never changes, and reading one costs more than the rest of a page.
    return KeptRulebook(parse_rulebook(text, file), text, digest)


def show_rulebook(database: Engine, reference: str, actor: Actor) -> KeptRulebook:
    """The rulebook for anybody who may see standings."""
    with reading_as(database, actor, Verb.SEE_STANDINGS) as connection:
        return load_rulebook(connection, reference)


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What a campaign is made of; `ends` is its last day, `every` None makes it one period."""

    code: str
    rulebook: str
    begins: date
    ends: date
    every: periods.Every | None = None


def add_campaign(database: Engine, new: NewCampaign, act: Act) -> CampaignState:
    """Begin a campaign: its periods, and the ledger of its on-time policy if no other campaign keeps it yet."""
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        campaign = begin_campaign(connection, new)
        audit.record(connection, act, "add_campaign", f"campaign/{new.code}", after=said_of(campaign))
        return campaign


def begin_campaign(connection: Connection, new: NewCampaign, **settings: object) -> CampaignState:
    """The same inside the caller's transaction, which records it; `settings` are columns of the campaign."""
    divided = divide_campaign(new)
    kept = load_rulebook(connection, new.rulebook)
    if connection.execute(select(CAMPAIGN.c.code).where(CAMPAIGN.c.code == new.code)).first():
        raise RefusedError([Problem("campaign_exists", Place(""), value=new.code, args={"campaign": new.code})])
    position = connection.execute(select(func.coalesce(func.max(CAMPAIGN.c.position), 0))).scalar_one() + 1
    connection.execute(
        insert(CAMPAIGN).values(
            code=new.code,
            rulebook=kept.rulebook.code,
            rulebook_version=kept.rulebook.version,
            begins=new.begins,
            ends=new.ends,
            position=position,
            **settings,
        )
    )
    rows = [
        {"campaign": new.code, "code": period.code, "begins": period.begins, "ends": period.ends, "state": "open"}
        for period in divided
    ]
    connection.execute(insert(PERIOD), rows)
    drop_unused(connection)
    keep_ledger(connection, kept.rulebook.on_time)
    bump_version(connection)
    return load_campaign(connection, new.code)


def divide_campaign(new: NewCampaign) -> list[periods.Period]:
    """The periods that will come of it; UsageError if its code or its days cannot be meant."""
    if not re.fullmatch(r"[\w.-]{1,64}", new.code):
        raise UsageError("bad_campaign_code", campaign=new.code)
    if new.begins > new.ends:
        raise UsageError("span_backwards", begins=new.begins, ends=new.ends)
    if new.ends.year - new.begins.year >= MOST_YEARS:
        raise UsageError("campaign_too_long", begins=new.begins, ends=new.ends, years=MOST_YEARS)
    return periods.divide(new.code, new.begins, new.ends, new.every)


def said_of(campaign: CampaignState) -> dict[str, audit.Plain]:
    """A campaign as the log tells of it."""
    begins, ends = campaign.periods[0].begins.isoformat(), campaign.periods[-1].ends.isoformat()
    return {"rulebook": campaign.rulebook, "begins": begins, "ends": ends, "periods": len(campaign.periods)}


def list_campaigns(database: Engine, actor: Actor) -> list[CampaignState]:
    """Every campaign, the newest first."""
    with reading_as(database, actor, Verb.SEE_STANDINGS) as connection:
        version = data_version(connection)
    return list(_campaigns_at(database, version))


@lru_cache(maxsize=8)
def _campaigns_at(database: Engine, _version: int) -> tuple[CampaignState, ...]:
    with reading(database) as connection:
        codes = connection.execute(select(CAMPAIGN.c.code).order_by(CAMPAIGN.c.position.desc())).scalars().all()
        return tuple(load_campaign(connection, code) for code in codes)


def load_campaign(connection: Connection, code: str) -> CampaignState:
    """The campaign of that code; UsageError if there is none."""
    row = connection.execute(select(CAMPAIGN).where(CAMPAIGN.c.code == code)).first()
    if row is None:
        known = ", ".join(connection.execute(select(CAMPAIGN.c.code).order_by(CAMPAIGN.c.code)).scalars())
        raise UsageError("unknown_campaign", campaign=code, known=known)
    reference = f"{row.rulebook}@{row.rulebook_version}"
    found = connection.execute(
        select(PERIOD, SNAPSHOT.c.as_of)
        .outerjoin_from(PERIOD, SNAPSHOT, _SAME_REVISION)
        .where(PERIOD.c.campaign == code)
        .order_by(PERIOD.c.begins)
    ).all()
    return CampaignState(
        code,
        reference,
        dict(load_rulebook(connection, reference).rulebook.title),
        tuple(_period_state(period) for period in found),
        row.hides_live,
    )


def _period_state(row: Row[Any]) -> PeriodState:
    dated = (row.code, row.begins, row.ends, row.state)
    return PeriodState(*dated, row.version, row.revision, row.appeals_until, row.as_of)
