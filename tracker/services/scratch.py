"""Scratch databases: a frozen copy with its adjustments as a database of its own, in which everything is counted as usual.

They are files in a folder of this process that goes with it: a cache of what the tables keep, never the original.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, insert

from tracker.core.cases import KINDS
from tracker.core.rulebook import Rulebook, parse_rulebook
from tracker.services.access import OPERATOR
from tracker.services.act import Act
from tracker.services.adjustments import NewAdjustment, apply_adjustments
from tracker.services.batches import record_batch
from tracker.services.campaigns import PERIOD
from tracker.services.copies import Copy, rulebook_of, said_of
from tracker.services.policies import CAMPAIGN, RULEBOOK, keep_ledger, load_policies
from tracker.store import calendar
from tracker.store.copying import REGISTERS, load_cases, load_register, read_days
from tracker.store.engine import open_engine, writing
from tracker.store.publishing import STATE
from tracker.store.tables import metadata

_KEPT_AT_MOST = 8


@dataclass(slots=True)
class _Scratch:
    engine: Engine
    path: Path
    users: int = 0


class _Shelf:
    """The scratch databases of this process, the least used ones removed."""

    def __init__(self) -> None:
        self.building, self.lock = Lock(), Lock()
        self.kept: OrderedDict[str, _Scratch] = OrderedDict()


_SHELF = _Shelf()


@contextmanager
def scratch(copy: Copy, adjustments: Sequence[NewAdjustment]) -> Iterator[Engine]:
    """The copy with the adjustments as a database to count in; made once and shared, so nobody may write to it."""
    names = [copy.sha256, *(repr((one.action, one.kind, one.key, sorted(one.cells.items()))) for one in adjustments)]
    key = sha256("\n".join(names).encode()).hexdigest()
    with _SHELF.building:  # one at a time: two visitors who ask for the same copy must not both build it
        found = _SHELF.kept.get(key) or _make(copy, adjustments, key)
        with _SHELF.lock:
            _SHELF.kept[key] = found
            _SHELF.kept.move_to_end(key)
            found.users += 1
            _tidy()
    try:
        yield found.engine
    finally:
        with _SHELF.lock:
            found.users -= 1


def _make(copy: Copy, adjustments: Sequence[NewAdjustment], key: str) -> _Scratch:
    path = _folder() / f"{key}.db"
    engine = open_engine(f"sqlite:///{path}")
    try:
        _fill(engine, copy)
        with engine.connect() as connection:
            with connection.begin():
                policies = load_policies(connection)
            apply_adjustments(connection, adjustments, 1, policies)
    except BaseException:
        engine.dispose()
        _remove(path)
        raise
    return _Scratch(engine, path)


def _fill(engine: Engine, copy: Copy) -> None:
    said = said_of(copy)
    rulebook = parse_rulebook(rulebook_of(copy), "rulebook.toml")
    metadata.create_all(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # a unit may stand before its parent
        act = Act(OPERATOR, date.fromisoformat(said["as_of"]), datetime.fromisoformat(f"{said['as_of']}T00:00:00"))
        connection.execute(insert(STATE).values(id=1, data_version=0, sample=False))
        calendar.save_calendar(connection, read_days(copy.parts["calendar.csv"]))
        batch = record_batch(connection, act, action="import", kind="dossiers")
        for name, kind in KINDS.items():
            if f"{name}.csv" in copy.parts:  # an older copy does not know every kind of case file
                load_cases(connection, kind, copy.parts[f"{name}.csv"], batch)
        for name in REGISTERS:
            if name != "calendar":
                load_register(connection, name, copy.parts[f"{name}.csv"])
        _add_campaign(connection, copy, rulebook, act)
        keep_ledger(connection, rulebook.on_time)


def _add_campaign(connection: Connection, copy: Copy, rulebook: Rulebook, act: Act) -> None:
    said, text = said_of(copy), rulebook_of(copy)
    begins, ends = (date.fromisoformat(said[name]) for name in ("from", "to"))
    kept = {"code": rulebook.code, "version": rulebook.version, "text": text, "sha256": sha256(text.encode()).hexdigest()}
    connection.execute(
        insert(RULEBOOK).values(**kept, policy=rulebook.on_time.digest(), added_at=act.now, added_by=act.actor)
    )
    applied = {"rulebook": rulebook.code, "rulebook_version": rulebook.version, "begins": begins, "ends": ends}
    connection.execute(insert(CAMPAIGN).values(code=said["campaign"], position=1, **applied))
    period = {"campaign": said["campaign"], "code": said["period"], "begins": begins, "ends": ends}
    connection.execute(insert(PERIOD).values(**period))


def _tidy() -> None:
    """Remove the least used scratch databases that nobody is reading."""
    for key in list(_SHELF.kept):
        if len(_SHELF.kept) <= _KEPT_AT_MOST:
            return
        if not _SHELF.kept[key].users:
            old = _SHELF.kept.pop(key)
            old.engine.dispose()
            _remove(old.path)


def _remove(path: Path) -> None:
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="tracker-copies-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
