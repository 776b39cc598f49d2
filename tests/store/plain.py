"""The dossier measures counted by hand: one dossier at a time, straight from the written rules, with no ledger and no SQL.

This is the other definition the ledger is held against; it shares nothing with the code under test but the policy's fields.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

MEASURES = [
    "received",
    "carried",
    "done_on_time",
    "done_late",
    "done_early",
    "pending_in_time",
    "pending_overdue",
    "pending_waiting",
    "no_due",
    "extended",
    "satisfied",
    "surveyed",
    "dossiers_counter",
    "dossiers_online",
    "dossiers_postal",
    "supplemented_again",
    "days_late",
    "apologies_due",
    "apologies_in_time",
    "apologies_late",
    "apologies_missing",
    "online_submitted",
    "accepted_in_time",
]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def moment(row: dict, name: str) -> datetime | None:
    return datetime.fromisoformat(row[name]) if row.get(name) else None


class Judged:
    """One dossier under a policy, as of the end of a day."""

    def __init__(self, row: dict, policy, as_of: date) -> None:
        self.row, self.policy, self.as_of = row, policy, as_of
        self.now = midnight(as_of + timedelta(days=1))
        self.received = moment(row, "received_at")
        end = moment(row, "returned_at")
        if policy.end == "completed":
            end = moment(row, "completed_at") or end
        if end and self.received:
            end = max(end, self.received)
        self.any_end = end
        self.end = end if end and end < self.now else None
        self.supplements = int(row.get("supplement_requests") or 0)
        self.due = self._due()

    def _due(self) -> datetime | None:
        due, extended, apology = (
            moment(self.row, "due_at"),
            moment(self.row, "extended_due_at"),
            moment(self.row, "apology_at"),
        )
        if due is None:
            return None
        if self.policy.extension_counts and extended and apology and apology <= due:
            due = extended
        if self.policy.count_pause:
            due += timedelta(minutes=int(self.row.get("paused_minutes") or 0))
        return due

    def not_after(self, one: datetime, other: datetime) -> bool:
        return one <= other if self.policy.compare == "instant" else one.date() <= other.date()

    @property
    def excluded(self) -> bool:
        return self.policy.ended_without_result == "excluded" and self.row.get("status") in (
            "rejected",
            "stopped",
            "withdrawn",
        )

    @property
    def known(self) -> bool:
        return self.received is not None and self.received < self.now and not self.excluded

    @property
    def parked(self) -> bool:
        """Waits for the citizen since before its due: has no end in its present row."""
        waiting = moment(self.row, "waiting_since")
        if not self.policy.count_pause or self.any_end or not waiting or not self.due:
            return False
        return self.not_after(waiting, self.due)

    @property
    def too_many(self) -> bool:
        return 0 < self.policy.late_after_supplements < self.supplements

    def late_by_dates(self) -> bool:
        if self.end:
            return not self.not_after(self.end, self.due)
        return not self.parked and self.due < self.now

    def counts(self, begins: date, works) -> Counter:
        found: Counter = Counter()
        if not self.known or (self.end and self.end < midnight(begins)):
            return found
        in_period = self.received >= midnight(begins)
        found["received" if in_period else "carried"] += 1
        if in_period:
            found[f"dossiers_{self.row.get('channel') or 'counter'}"] += 1
            found["supplemented_again"] += self.supplements > 1
        found["extended"] += bool(self.row.get("extended_due_at"))
        if self.end and self.row.get("rating"):
            found["surveyed"] += 1
            found["satisfied"] += float(self.row["rating"]) >= 4
        if not self.due:
            found["no_due"] += 1
            return found
        return found + self._with_due(works)

    def _with_due(self, works) -> Counter:
        found: Counter = Counter()
        by_dates = self.late_by_dates()
        late = by_dates or self.too_many
        if self.end:
            found["done_late" if late else "done_on_time"] += 1
            found["done_early"] += not late and self.end.date() < self.due.date()
        else:
            found["pending_overdue" if late else "pending_in_time"] += 1
            waiting = moment(self.row, "waiting_since")
            found["pending_waiting"] += self.parked and not self.too_many and waiting < self.now
        if late:
            until = self.end.date() if self.end else self.as_of
            day = self.due.date() + timedelta(days=1)
            while day <= until:
                found["days_late"] += works(day)
                day += timedelta(days=1)
        apology, due_at = moment(self.row, "apology_at"), moment(self.row, "due_at")
        if by_dates:
            found["apologies_due"] += 1
            if apology and apology < self.now:
                found["apologies_in_time" if apology <= due_at else "apologies_late"] += 1
            else:
                found["apologies_missing"] += 1
        return found

    def online_counts(self, begins: date, works) -> Counter:
        found: Counter = Counter()
        submitted = moment(self.row, "submitted_at")
        if self.excluded or self.row.get("channel") != "online" or not submitted:
            return found
        if not midnight(begins) <= submitted < self.now:
            return found
        found["online_submitted"] += 1
        if self.received and self.received < self.now:
            day, taken = submitted.date() + timedelta(days=1), 0
            while day <= self.received.date():
                taken += works(day)
                day += timedelta(days=1)
            found["accepted_in_time"] += taken <= 1
        return found


def count(rows, policy, begins: date, as_of: date, works) -> dict[str, dict[str, int]]:
    """Every dossier measure per unit, zero where nothing happened."""
    totals: dict[str, Counter] = {}
    for row in rows:
        judged = Judged(row, policy, as_of)
        totals.setdefault(row["unit"], Counter()).update(judged.counts(begins, works))
        receiver = row.get("receiving_unit") or row["unit"]
        totals.setdefault(receiver, Counter()).update(judged.online_counts(begins, works))
    return {unit: {name: found[name] for name in MEASURES} for unit, found in totals.items()}
