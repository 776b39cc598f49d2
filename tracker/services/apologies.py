"""The register of apologies: a unit's dossiers that called for one, and whether it came in time, late or not at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, Row, select

from tracker.services.looking import Asked, looking_into
from tracker.services.standings import Setting
from tracker.store.case_rows import dossier_work_rows, one_unit


class Told(StrEnum):
    """What became of the apology a dossier called for."""

    MISSING = "missing"
    LATE = "late"
    IN_TIME = "in_time"


@dataclass(frozen=True, slots=True)
class ApologyLine:
    """A dossier whose appointed date passed, and its apology; `ended` None: still pending. Citizens' names are not kept."""

    code: str
    procedure: str
    name: str
    officer: str | None
    received_at: datetime
    due_at: datetime
    ended: date | None
    days_late: int
    told: Told
    apology_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApologyRegister:
    """The unit's dossiers that called for an apology, missing ones first, then by the appointed date."""

    setting: Setting
    unit: str
    lines: tuple[ApologyLine, ...]

    def count(self, told: Told) -> int:
        """How many came so."""
        return sum(line.told is told for line in self.lines)


def list_apologies(database: Engine, asked: Asked, only: Collection[str] | None = None) -> ApologyRegister:
    """The register, or only the dossiers of those codes; denied where the actor may not see the unit's cases."""
    with looking_into(database, asked) as (connection, setting):
        policy = setting.rulebook.rulebook.on_time
        rows = one_unit(dossier_work_rows(policy, setting.policy_id, setting.span), asked.unit).subquery("rows")
        wanted = select(rows).where(rows.c.apologies_due)
        if only is not None:
            wanted = wanted.where(rows.c.code.in_(sorted(only)))
        found = [_line(row, setting.as_of) for row in connection.execute(wanted)]
    order = {told: at for at, told in enumerate(Told)}
    found.sort(key=lambda line: (order[line.told], line.due_at, line.code))
    return ApologyRegister(setting, asked.unit, tuple(found))


def _line(row: Row[Any], as_of: date) -> ApologyLine:
    told = Told.MISSING if row.apologies_missing else (Told.IN_TIME if row.apologies_in_time else Told.LATE)
    return ApologyLine(
        code=row.code,
        procedure=row.procedure,
        name=row.name or "",
        officer=row.officer,
        received_at=row.received_at,
        due_at=row.due_at,
        ended=row.ended if row.ended is not None and row.ended <= as_of else None,
        days_late=row.late_days,
        told=told,
        apology_at=None if told is Told.MISSING else row.apology_at,
    )
