"""A large, deterministic body of cases, published the way imports are, and the bench's databases made of it.

    python -m tests.bench.generator FOLDER [--dossiers 1000000] [--units 100]

leaves `base-….db` in the folder (cases, no campaign); later runs reuse it, and the other scripts take the same folder.
Two years of dossiers: units busy by a beta distribution, 6 % late, 0.4 % never completed, received in working hours.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Engine, text

from tracker.core.cases import KINDS
from tracker.core.periods import Every
from tracker.intake import Rows
from tracker.services.access import OPERATOR
from tracker.services.act import Act
from tracker.services.campaigns import NewCampaign, add_campaign, add_rulebook
from tracker.services.database import open_database, upgrade
from tracker.services.imports import Choices, import_rows
from tracker.services.standings import Question

RULEBOOK = Path(__file__).parents[2] / "data" / "rulebooks" / "dak-nong-146.toml"
FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
BEGINS, ENDS, AS_OF = date(2025, 1, 1), date(2025, 12, 31), date(2025, 11, 15)
CAMPAIGN = NewCampaign("bench", "dak-nong-146", FIRST, LAST, Every.YEAR)
QUESTION = Question("bench", "2025", AS_OF)
ACT = Act(OPERATOR, date(2026, 1, 2), datetime(2026, 1, 2, 8, 0))
CHUNK = 100_000
PROCEDURES, POSTED = 2_000, 150  # in the whole province; at each unit


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of it."""

    dossiers: int = 1_000_000
    units: int = 100

    @property
    def name(self) -> str:
        return f"{self.dossiers}-{self.units}"


def base_database(folder: Path, size: Size) -> Path:
    """The file with all cases and no campaign, generated if it is not there yet."""
    path = folder / f"base-{size.name}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".building")
        unfinished.unlink(missing_ok=True)
        database = open_database(f"sqlite:///{unfinished}")
        fill(database, size)
        _settle(database)
        unfinished.rename(path)
    return _up_to_date(path)


def campaign_database(folder: Path, size: Size) -> Path:
    """A copy of the base with one campaign, and so with its ledger."""
    path = folder / f"campaign-{size.name}.db"
    if not path.exists():
        unfinished = path.with_suffix(".building")
        shutil.copy(base_database(folder, size), unfinished)
        database = open_database(f"sqlite:///{unfinished}")
        open_campaign(database)
        _settle(database)
        unfinished.rename(path)
    return _up_to_date(path)


def _up_to_date(path: Path) -> Path:
    """The file of an earlier run, with the tables it may still lack."""
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    _settle(database)
    return path


def fill(database: Engine, size: Size) -> None:
    """Publish every case file of that size into an empty database."""
    upgrade(database)
    for kind, frame in registers(size):
        publish(database, kind, frame)
    for number in range(0, size.dossiers, CHUNK):
        publish(database, "dossiers", dossiers(size, number, min(CHUNK, size.dossiers - number)))


def open_campaign(database: Engine) -> None:
    """Begin the bench's campaign under the shipped rulebook; this builds its ledger."""
    add_rulebook(database, RULEBOOK.read_text("utf-8"), RULEBOOK.name, ACT)
    add_campaign(database, CAMPAIGN, ACT)


def publish(database: Engine, kind: str, frame: pd.DataFrame) -> None:
    """Import parsed rows as the intake would hand them over."""
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    rows = Rows(KINDS[kind], f"{kind}.csv", None, tuple(frame.columns), frame, 0, (), frame)
    digest = sha256(pd.util.hash_pandas_object(frame).to_numpy().tobytes()).hexdigest()
    outcome = import_rows(database, rows, digest, ACT, Choices())
    assert outcome.outcome == "imported", outcome


def _settle(database: Engine) -> None:
    """Put everything into the one file, with the statistics SQLite would gather in use."""
    with database.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    raw = database.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    database.dispose()


def unit_codes(size: Size) -> np.ndarray:
    return np.array([f"U{number:04d}" for number in range(size.units)], dtype=object)


def registers(size: Size) -> Iterator[tuple[str, pd.DataFrame]]:
    """Units in ten clusters, procedures, postings, staff, feedback and surveys."""
    draw = np.random.default_rng([146, size.units])
    units = unit_codes(size)
    clusters = np.array([f"C{number % 10}" for number in range(size.units)], dtype=object)
    kinds = np.where(np.arange(size.units) % 5 == 0, "department", "commune")
    yield "units", _frame(code=units, name=[f"Đơn vị {code}" for code in units], kind=kinds, cluster=clusters)

    codes = np.array([f"P{number:04d}" for number in range(PROCEDURES)], dtype=object)
    decided = _days(draw, PROCEDURES)
    yield (
        "procedures",
        _frame(
            code=codes,
            name=[f"Thủ tục {code}" for code in codes],
            owner=units[draw.integers(0, size.units, PROCEDURES)],
            decided_on=_day_text(decided),
            effective_on=_day_text(decided + draw.integers(3, 20, PROCEDURES)),
            legal_days=draw.integers(3, 30, PROCEDURES).astype(str),
        ),
    )
    yield "postings", _postings(draw, units, codes)
    people = np.repeat(units, 12)
    yield "staff", _frame(code=[f"CB{number:05d}" for number in range(len(people))], unit=people)
    yield "feedback", _feedback(draw, units)
    months = pd.date_range(FIRST, LAST, freq="MS")
    wanted = [(unit, month, topic) for unit in units for month in months for topic in ("result", "attitude")]
    yield (
        "surveys",
        _frame(
            unit=[unit for unit, _, _ in wanted],
            period_from=[month.strftime("%Y-%m-%d") for _, month, _ in wanted],
            period_to=[(month + pd.offsets.MonthEnd()).strftime("%Y-%m-%d") for _, month, _ in wanted],
            topic=[topic for _, _, topic in wanted],
            satisfied=draw.integers(80, 101, len(wanted)).astype(str),
            responses=["100"] * len(wanted),
        ),
    )


def _postings(draw: np.random.Generator, units: np.ndarray, codes: np.ndarray) -> pd.DataFrame:
    count = len(units) * POSTED
    flags = ("counter", "site", "portal", "content_complete", "one_stop", "workflow_assigned", "postal")
    return _frame(
        unit=np.repeat(units, POSTED),
        procedure=np.concatenate([draw.choice(codes, POSTED, replace=False) for _ in units]),
        posted_on=_day_text(_days(draw, count)),
        **{flag: _text(draw.random(count) < 0.9) for flag in flags},
        committed_days=draw.integers(1, 20, count).astype(str),
        online_level=draw.integers(2, 5, count).astype(str),
    )


def _feedback(draw: np.random.Generator, units: np.ndarray) -> pd.DataFrame:
    count = len(units) * 40
    received = _days(draw, count)
    resolved = _optional(_day_text(received + draw.integers(1, 30, count)), draw.random(count) < 0.9)
    kinds = np.array(["behaviour_petition", "rule_petition", "complaint", "denunciation"], dtype=object)
    outcomes = np.array(["upheld", "rejected", "rejected", "withdrawn"], dtype=object)
    return _frame(
        code=[f"F{number:07d}" for number in range(count)],
        unit=np.repeat(units, 40),
        kind=kinds[draw.integers(0, 4, count)],
        received_on=_day_text(received),
        resolved_on=resolved,
        outcome=np.where(pd.isna(resolved), "pending", outcomes[draw.integers(0, 4, count)]),
        dissatisfied=_text(draw.random(count) < 0.1),
    )


def dossiers(size: Size, first: int, count: int, *, seed: int = 1) -> pd.DataFrame:
    """Dossiers number `first` and on; the same arguments always give the same rows."""
    draw = np.random.default_rng([seed, size.units, first])
    share = draw.random
    received = _work_moments(draw, count)
    due = _at(received, draw.choice([3, 5, 7, 10, 15, 20, 30], count), 17 * 3600)
    span = (due - received).astype(np.int64)
    early = received + (span * draw.beta(4, 1.5, count)).astype(np.int64)
    late = due + draw.exponential(6 * 86400, count).astype(np.int64) + 60
    completed = np.where(share(count) < 0.06, late, early)
    open_still = (share(count) < 0.004) | (completed >= np.datetime64("2026-01-01", "s"))
    online = share(count) < 0.25
    waits = open_still & (share(count) < 0.3)
    late_now = (completed > due) | open_still
    return _frame(
        code=np.char.add("D", np.char.zfill(np.arange(first, first + count).astype(str), 9)),
        unit=unit_codes(size)[(draw.beta(1, 2.5, count) * size.units).astype(int)],
        procedure=np.array([f"P{number:04d}" for number in range(PROCEDURES)], dtype=object)[
            (draw.beta(0.6, 4, count) * PROCEDURES).astype(int)
        ],
        channel=np.where(online, "online", np.where(share(count) < 0.07, "postal", "counter")),
        submitted_at=_optional(_moment_text(received - draw.integers(60, 40 * 3600, count)), online),
        received_at=_moment_text(received),
        due_at=_optional(_moment_text(due), share(count) < 0.995),
        extended_due_at=_optional(_moment_text(due + 5 * 86400), share(count) < 0.01),
        completed_at=_optional(_moment_text(completed), ~open_still),
        status=np.where(open_still, "in_progress", "completed"),
        supplement_requests=draw.choice(["0", "1", "2"], count, p=[0.93, 0.06, 0.01]),
        waiting_since=_optional(_moment_text(received + 86400), waits),
        paused_minutes=_optional(draw.integers(60, 6000, count).astype(str), share(count) < 0.05),
        apology_at=_optional(_moment_text(due - 3600), late_now & (share(count) < 0.4)),
        rating=_optional(draw.integers(1, 6, count).astype(str), share(count) < 0.08),
    )


def _work_moments(draw: np.random.Generator, count: int) -> np.ndarray:
    """Moments on weekdays between 7:30 and 11:30 or 13:00 and 17:00."""
    days = np.arange(np.datetime64(FIRST), np.datetime64(LAST) + 1)
    days = days[np.is_busday(days)]
    second = draw.integers(0, 8 * 3600, count)
    second += np.where(second < 4 * 3600, 7 * 3600 + 1800, 9 * 3600)
    return days[draw.integers(0, len(days), count)].astype("datetime64[s]") + second


def _at(moments: np.ndarray, days: np.ndarray, second: int) -> np.ndarray:
    """That second of the day, so many days later."""
    return (moments.astype("datetime64[D]") + days).astype("datetime64[s]") + second


def _days(draw: np.random.Generator, count: int) -> np.ndarray:
    length = (LAST - FIRST).days - 31
    return np.datetime64(FIRST) + draw.integers(0, length, count)


def _day_text(days: np.ndarray) -> np.ndarray:
    return np.datetime_as_string(days, unit="D").astype(object)


def _moment_text(moments: np.ndarray) -> np.ndarray:
    letters = np.datetime_as_string(moments, unit="s").astype("U19").view("U1").reshape(-1, 19)
    letters[:, 10] = " "
    return letters.copy().view("U19").ravel().astype(object)


def _optional(values: np.ndarray, present: np.ndarray) -> np.ndarray:
    return np.where(present, values.astype(object), None)


def _text(flags: np.ndarray) -> np.ndarray:
    return np.where(flags, "1", "0")


def _frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({name: np.asarray(values, dtype=object) for name, values in columns.items()}, dtype=object)


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The options every script here has."""
    lines = (description or "").splitlines()
    parser = argparse.ArgumentParser(description=lines[0])
    parser.add_argument("folder", type=Path, help="where the generated databases are kept between runs")
    parser.add_argument("--dossiers", type=int, default=Size().dossiers)
    parser.add_argument("--units", type=int, default=Size().units)
    parser.add_argument("--runs", type=int, default=5)
    return parser


def main() -> None:
    chosen = arguments(__doc__).parse_args()
    size = Size(chosen.dossiers, chosen.units)
    for make in (base_database, campaign_database):
        cpu, wall = time.process_time(), time.perf_counter()
        path = make(chosen.folder, size)
        print(f"{path.name}: {time.process_time() - cpu:.1f} s CPU, {time.perf_counter() - wall:.1f} s")


if __name__ == "__main__":
    main()
