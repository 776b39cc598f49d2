"""What the ledger saves: the counts of a year as of a day, from the ledger, by SQL over the cases and by pandas.

    python -m tests.bench.counts FOLDER [--dossiers 1000000] [--units 100] [--runs 5] [--about "machine, day"]

All three answer the same question (every ledger measure of every unit under the shipped rulebook's on-time policy) and the
answers must be equal. The SQL gets a covering index of its own, in a copy of the file, and takes any short cut that is open
to it. Whole standings are compared with the counts they are made of.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from functools import partial

import numpy as np
import pandas as pd
from sqlalchemy import Engine, text

from tests.bench.generator import ACT, AS_OF, BEGINS, QUESTION, Size, arguments, campaign_database
from tests.bench.measuring import Timing, alternate, digest, heading, seconds, table
from tracker.core.measures import LEDGER
from tracker.services.access import OPERATOR
from tracker.services.database import open_database
from tracker.services.standings import Board, compute_board, measure, resolve
from tracker.store.dossier_counts import count_dossiers
from tracker.store.engine import reading
from tracker.store.facts import gather_facts

Counts = dict[str, tuple[int, ...]]

# Half-open text comparisons instead of date(), each flag worked out once per row: the fastest of the ways tried.
RAW = """
WITH moments AS (
  SELECT unit, received_at, channel, rating, extended_due_at, waiting_since,
    coalesce(supplement_requests, 0) > 1 AS again,
    max(coalesce(completed_at, returned_at), received_at) AS ended,
    CASE WHEN paused_minutes > 0 THEN datetime(due_at, paused_minutes || ' minutes') ELSE due_at END AS due
  FROM dossier
  WHERE received_at < :after
    AND (received_at >= :begins OR coalesce(completed_at, returned_at) >= :begins
      OR coalesce(completed_at, returned_at) IS NULL)
),
flags AS MATERIALIZED (
  SELECT unit, channel, again,
    received_at >= :begins AS now,
    extended_due_at IS NOT NULL AS extended,
    due IS NOT NULL AS dated,
    coalesce(ended < :after, 0) AS done,
    CASE WHEN ended < :after THEN again OR ended > due
      ELSE again OR (due < :after AND NOT (ended IS NULL AND coalesce(waiting_since <= due, 0))) END AS late,
    ended < date(due) AS early,
    ended IS NULL AND waiting_since <= due AND waiting_since < :after AND NOT again AS waiting,
    CAST(rating AS REAL) AS rating
  FROM moments
)
SELECT unit,
  sum(now) AS received,
  sum(NOT now) AS carried,
  sum(done AND dated AND NOT late) AS done_on_time,
  sum(done AND dated AND late) AS done_late,
  sum(done AND dated AND NOT late AND early) AS done_early,
  sum(NOT done AND dated AND NOT late) AS pending_in_time,
  sum(NOT done AND dated AND late) AS pending_overdue,
  sum(NOT done AND dated AND coalesce(waiting, 0)) AS pending_waiting,
  sum(NOT dated) AS no_due,
  sum(extended) AS extended,
  sum(done AND coalesce(rating >= 4, 0)) AS satisfied,
  sum(done AND rating IS NOT NULL) AS surveyed,
  sum(now AND channel = 'counter') AS dossiers_counter,
  sum(now AND channel = 'online') AS dossiers_online,
  sum(now AND channel = 'postal') AS dossiers_postal,
  sum(now AND again) AS supplemented_again
FROM flags GROUP BY unit
"""
NEEDED = (
    *("unit", "received_at", "completed_at", "returned_at", "due_at", "paused_minutes", "waiting_since"),
    *("supplement_requests", "channel", "rating", "extended_due_at"),
)
MOMENTS = ("received_at", "completed_at", "returned_at", "due_at", "waiting_since")
AFTER = AS_OF + timedelta(days=1)


def by_ledger(database: Engine) -> Counts:
    """The store's own count; the transaction and finding the campaign's ledger are part of it."""
    with reading(database) as connection:
        setting = resolve(connection, QUESTION, ACT.today)
        found = count_dossiers(connection, setting.policy_id, setting.span)
    return {unit: tuple(int(counts[name]) for name in LEDGER) for unit, counts in sorted(found.items())}


def by_sql(database: Engine) -> Counts:
    """The same by one statement over the cases."""
    with reading(database) as connection:
        found = connection.execute(text(RAW), {"begins": f"{BEGINS} 00:00:00", "after": f"{AFTER} 00:00:00"})
        return {row[0]: tuple(row[1:]) for row in found}


def by_pandas(database: Engine) -> Counts:
    """The same by reading the columns it takes and grouping them."""
    query = text(f"SELECT {', '.join(NEEDED)} FROM dossier WHERE received_at < :after")
    formats = dict.fromkeys(MOMENTS, "%Y-%m-%d %H:%M:%S")
    with reading(database) as connection:
        d = pd.read_sql_query(query, connection, params={"after": f"{AFTER} 00:00:00"}, parse_dates=formats)
    begins, after = pd.Timestamp(BEGINS), pd.Timestamp(AFTER)
    ended = d.completed_at.fillna(d.returned_at)
    ended = ended.where(~(ended < d.received_at), d.received_at)
    d, ended = d[(d.received_at >= begins) | ended.isna() | (ended >= begins)], ended
    ended = ended[d.index]
    due = d.due_at + pd.to_timedelta(d.paused_minutes.astype(float).fillna(0), unit="min")
    flags = _flags(d, ended, due, begins, after)
    sums = pd.DataFrame(flags).groupby(d.unit.to_numpy())[list(LEDGER)].sum()
    return {unit: tuple(int(value) for value in row) for unit, *row in sums.itertuples()}


def _flags(
    d: pd.DataFrame, ended: pd.Series, due: pd.Series, begins: pd.Timestamp, after: pd.Timestamp
) -> dict[str, np.ndarray]:
    supplements = d.supplement_requests.astype(float).fillna(0).to_numpy()
    has_due, too_many, done = due.notna(), supplements > 1, ended < after
    parked = ended.isna() & has_due & (d.waiting_since <= due)
    late, overdue = too_many | (ended > due), too_many | (~parked & (due < after))
    rating = d.rating.astype(float)
    now = d.received_at >= begins
    flags = {
        "received": now,
        "carried": ~now,
        "done_on_time": done & has_due & ~late,
        "done_late": done & has_due & late,
        "done_early": done & has_due & ~late & (ended < due.dt.normalize()),
        "pending_in_time": ~done & has_due & ~overdue,
        "pending_overdue": ~done & has_due & overdue,
        "pending_waiting": ~done & parked & ~too_many & (d.waiting_since < after),
        "no_due": ~has_due,
        "extended": d.extended_due_at.notna(),
        "satisfied": done & (rating >= 4),
        "surveyed": done & rating.notna(),
        "dossiers_counter": now & (d.channel == "counter"),
        "dossiers_online": now & (d.channel == "online"),
        "dossiers_postal": now & (d.channel == "postal"),
        "supplemented_again": now & too_many,
    }
    return {name: flag.to_numpy() for name, flag in flags.items()}


def _needed(database: Engine) -> int:
    with reading(database) as connection:
        setting = resolve(connection, QUESTION, ACT.today)
        rules = setting.rulebook.rulebook
        return len(gather_facts(connection, rules, setting.policy_id, setting.span, rules.measures()))


def _board(database: Engine) -> Board:
    return compute_board(database, QUESTION, ACT.today, OPERATOR)


def _measures(database: Engine) -> int:
    return len(measure(database, QUESTION, ACT.today, OPERATOR).facts)


def _line(name: str, timing: Timing, base: Timing, target: str) -> list[str]:
    ratio = f"{timing.cpu / base.cpu:.1f}x CPU, {timing.wall / base.wall:.1f}x wall"
    return [name, seconds(timing.cpu), seconds(timing.wall), ratio, target]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--about", default="")
    chosen = parser.parse_args()
    size = Size(chosen.dossiers, chosen.units)
    path = campaign_database(chosen.folder, size)
    with_index = chosen.folder / "covering.db"
    shutil.copy(path, with_index)
    database = open_database(f"sqlite:///{with_index}")
    with database.begin() as connection:
        connection.exec_driver_sql(f"CREATE INDEX bench_covering ON dossier ({', '.join(NEEDED)})")
        connection.exec_driver_sql("ANALYZE")
    competitors = {
        "ledger": by_ledger,
        "sql": by_sql,
        "pandas": by_pandas,
        "all": _measures,
        "needed": _needed,
        "board": _board,
    }
    found = alternate({name: partial(run, database) for name, run in competitors.items()}, chosen.runs)
    database.dispose()
    with_index.unlink()

    answers = {name: digest(found[name].answer) for name in ("ledger", "sql", "pandas")}
    heading(f"Counts: {size.dossiers:,} dossiers, {size.units} units, one year as of {AS_OF}", chosen.about)
    base = found["ledger"]
    rows = [
        _line("counts from the ledger (16 measures, all units)", base, base, ""),
        _line("the same by SQL over the cases, covering index", found["sql"], base, ">= 15x"),
        _line("the same by pandas.read_sql and groupby", found["pandas"], base, ">= 60x"),
        _line("every measure a rulebook can speak of", found["all"], base, ""),
        _line("every measure this rulebook needs (registers and late dossiers too)", found["needed"], base, ""),
        _line("whole standings: counts, scores, ranks, lists", found["board"], base, "<= 3x"),
    ]
    table(["", "CPU s", "wall s", "to the ledger", "target"], rows)
    print(f"\nMedians of {chosen.runs} alternating runs. Digests of the answers: {answers}")
    assert len(set(answers.values())) == 1, "the three do not agree"


if __name__ == "__main__":
    main()
