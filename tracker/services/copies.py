"""Frozen copies: everything a period rests on as a set of files with one digest, taken, kept and read back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import Connection, Row, insert, select

from tracker.core.cases import KINDS
from tracker.core.problems import UsageError
from tracker.services.campaigns import PERIOD, SNAPSHOT, CampaignState, KeptRulebook, PeriodState
from tracker.store.audit import canonical
from tracker.store.copying import REGISTERS, UNCOPIED, copy_cases, copy_register
from tracker.store.period_tables import SnapshotPart
from tracker.store.registers import Span

PART = SnapshotPart.__table__  # type: ignore[attr-defined]
RULEBOOK_PART, PERIOD_PART = "rulebook.toml", "period.json"
# Which way of counting made a result: raised when the same files would give other figures.
ENGINE = "1"


@dataclass(frozen=True, slots=True)
class Copy:
    """The files of a copy by name, and the digest of their names and digests."""

    parts: Mapping[str, bytes]

    @property
    def manifest(self) -> str:
        """Canonical JSON of each part's SHA-256."""
        return canonical({name: sha256(data).hexdigest() for name, data in self.parts.items()})

    @property
    def sha256(self) -> str:
        """The digest of the manifest: the one number that stands for all inputs."""
        return sha256(self.manifest.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen revision of a period; `inputs_sha256` is its copy's digest."""

    id: int
    campaign: str
    period: str
    revision: int
    begins: date
    ends: date
    as_of: date
    rulebook: str
    inputs_sha256: str

    @property
    def span(self) -> Span:
        """The days its result is of."""
        return Span(self.begins, self.ends, self.as_of)


def take_copy(connection: Connection, campaign: CampaignState, period: PeriodState, kept: KeptRulebook, as_of: date) -> Copy:
    """Read everything the period rests on, inside the caller's reading transaction."""
    span = Span(period.begins, period.ends, as_of)
    policy = kept.rulebook.on_time
    cases = {
        f"{name}.csv": copy_cases(connection, kind, span, policy) for name, kind in KINDS.items() if name not in UNCOPIED
    }
    registers = {f"{name}.csv": copy_register(connection, name) for name in REGISTERS}
    said = {
        "campaign": campaign.code,
        "rulebook": campaign.rulebook,
        "period": period.code,
        "from": period.begins.isoformat(),
        "to": period.ends.isoformat(),
        "as_of": as_of.isoformat(),
        "revision": period.revision,
        "engine": ENGINE,
    }
    return Copy({**cases, **registers, RULEBOOK_PART: kept.text.encode(), PERIOD_PART: canonical(said).encode()})


def keep_parts(connection: Connection, snapshot: int, copy: Copy) -> None:
    """Write the parts of a snapshot, compressed."""
    for name, data in sorted(copy.parts.items()):
        row = {"snapshot": snapshot, "name": name, "sha256": sha256(data).hexdigest(), "size": len(data)}
        connection.execute(insert(PART).values(**row, data=zlib.compress(data, 6)))


def load_parts(connection: Connection, snapshot: int) -> Copy:
    """The parts of a snapshot as they were frozen; zlib.error if one was damaged."""
    rows = connection.execute(select(PART.c.name, PART.c.data).where(PART.c.snapshot == snapshot))
    return Copy({row.name: zlib.decompress(row.data) for row in rows})


def find_frozen(connection: Connection, campaign: str, period: str) -> Frozen | None:
    """The snapshot of the period's current revision; None while the period is open."""
    current = select(PERIOD.c.revision).where(PERIOD.c.campaign == campaign, PERIOD.c.code == period)
    row = connection.execute(
        select(SNAPSHOT).where(
            SNAPSHOT.c.campaign == campaign,
            SNAPSHOT.c.period == period,
            SNAPSHOT.c.revision == current.scalar_subquery(),
        )
    ).first()
    return None if row is None else _frozen(row)


def get_frozen(connection: Connection, snapshot: int) -> Frozen:
    """The snapshot of that id; UsageError if there is none."""
    row = connection.execute(select(SNAPSHOT).where(SNAPSHOT.c.id == snapshot)).first()
    if row is None:
        raise UsageError("unknown_snapshot", snapshot=snapshot)
    return _frozen(row)


def list_frozen(connection: Connection, campaign: str, period: str) -> list[Frozen]:
    """Every revision that was frozen, the oldest first."""
    of_period = (SNAPSHOT.c.campaign == campaign, SNAPSHOT.c.period == period)
    return [_frozen(row) for row in connection.execute(select(SNAPSHOT).where(*of_period).order_by(SNAPSHOT.c.revision))]


def rulebook_of(copy: Copy) -> str:
    """The rulebook's text, letter for letter."""
    return copy.parts[RULEBOOK_PART].decode()


def said_of(copy: Copy) -> Mapping[str, str]:
    """What the copy says of itself: campaign, period, days, rulebook."""
    said: Mapping[str, str] = json.loads(copy.parts[PERIOD_PART])
    return said


def _frozen(row: Row[tuple[object, ...]]) -> Frozen:
    wanted = ("id", "campaign", "period", "revision", "begins", "ends", "as_of", "rulebook", "inputs_sha256")
    return Frozen(**{name: row._mapping[name] for name in wanted})
