"""What a frozen copy gave, as documents: measures and results in canonical JSON, kept with their digests."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, func, select

from tracker.core.measures import Facts, Number
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.seals import insert_sealed
from tracker.store.audit import canonical
from tracker.store.facts import Office
from tracker.store.period_tables import Result
from tracker.store.tables import now_as_stored

RESULT = Result.__table__  # type: ignore[attr-defined]
FROZEN, ADJUSTED, PUBLISHED, FINAL = STAGES = "frozen", "adjusted", "published", "final"
NO_DECISIONS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Documents:
    """A result as texts: every unit's measures, the standings and lists, and the committee's decisions."""

    measures: str
    results: str
    decisions: str = canonical(NO_DECISIONS)

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each."""
        texts = {"measures": self.measures, "results": self.results, "decisions": self.decisions}
        return {f"{name}_sha256": sha256(text.encode()).hexdigest() for name, text in texts.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """A result as it is kept; `adjustments` is how many adjustments it rests on."""

    id: int
    snapshot: int
    number: int
    stage: str
    adjustments: int
    adjustments_sha256: str
    documents: Documents
    digests: Mapping[str, str]
    made_by: str


def measures_document(offices: Iterable[Office], facts: Mapping[str, Facts]) -> str:
    """Every unit's measures and rows as canonical JSON; a number that is not whole is written "numerator/denominator"."""
    units = [
        {
            "unit": office.code,
            "name": office.name,
            "kind": office.kind,
            "cluster": office.cluster,
            "measures": {name: _number(value) for name, value in facts[office.code].measures.items()},
            "rows": dict(facts[office.code].rows),
        }
        for office in sorted(offices, key=lambda office: office.code)
    ]
    return canonical({"units": units})


def read_measures(document: str) -> tuple[dict[str, Office], dict[str, Facts]]:
    """The offices and facts of a measures document."""
    offices, facts = {}, {}
    for unit in json.loads(document)["units"]:
        code = unit["unit"]
        offices[code] = Office(code, unit["name"], unit["kind"], unit["cluster"])
        measures = {name: _parsed(value) for name, value in unit["measures"].items()}
        facts[code] = Facts(code, unit["cluster"] or "", measures, unit["rows"])
    return offices, facts


def keep_result(
    connection: Connection, snapshot: int, stage: str, adjustments: tuple[int, str], documents: Documents, act: Act
) -> int:
    """Write a result after those there are; `adjustments`: how many it rests on, and the digest of their chain."""
    last = select(func.coalesce(func.max(RESULT.c.number), 0)).where(RESULT.c.snapshot == snapshot)
    number = int(connection.execute(last).scalar_one()) + 1
    count, head = adjustments
    row = {
        "snapshot": snapshot,
        "number": number,
        "stage": stage,
        "adjustments": count,
        "adjustments_sha256": head,
        **{name: zlib.compress(getattr(documents, name).encode(), 6) for name in ("measures", "results", "decisions")},
        **documents.digests,
        "made_by": act.actor,
        "made_at": now_as_stored(act.now),
    }
    said: dict[str, Plain] = {"snapshot": snapshot, "stage": stage, "adjustments": count, **documents.digests}
    return insert_sealed(connection, act, RESULT, row, "result", said=said)


def newest_result(connection: Connection, snapshot: int, stage: str | None = None) -> Kept | None:
    """The snapshot's newest result, of any stage or of one."""
    chosen = select(RESULT).where(RESULT.c.snapshot == snapshot).order_by(RESULT.c.number.desc()).limit(1)
    row = connection.execute(chosen if stage is None else chosen.where(RESULT.c.stage == stage)).first()
    return None if row is None else _kept(row)


def get_result(connection: Connection, result: int) -> Kept | None:
    """The result of that id."""
    row = connection.execute(select(RESULT).where(RESULT.c.id == result)).first()
    return None if row is None else _kept(row)


def list_results(connection: Connection, snapshot: int) -> list[Kept]:
    """The snapshot's results in their order."""
    return [
        _kept(row)
        for row in connection.execute(select(RESULT).where(RESULT.c.snapshot == snapshot).order_by(RESULT.c.number))
    ]


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    found = row._mapping
    names = ("measures", "results", "decisions")
    documents = Documents(**{name: zlib.decompress(found[name]).decode() for name in names})
    digests = {f"{name}_sha256": found[f"{name}_sha256"] for name in names}
    return Kept(
        found["id"],
        found["snapshot"],
        found["number"],
        found["stage"],
        found["adjustments"],
        found["adjustments_sha256"],
        documents,
        digests,
        found["made_by"],
    )


def _number(value: Number | None) -> int | str | None:
    if value is None or isinstance(value, int):
        return value
    return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _parsed(value: int | str | None) -> Number | None:
    return Fraction(value) if isinstance(value, str) else value
