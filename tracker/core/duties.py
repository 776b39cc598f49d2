"""Which tasks a case calls for, by the measures it counts in and by its days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.core.work import Duty, Moves, Task

_UPHELD = ("behaviour_petitions_upheld", "complaints_upheld", "denunciations_upheld", "officials_in_breach")
_OFFERS = {
    Task.COMPLETE: "content_complete",
    Task.ONE_STOP: "one_stop",
    Task.INTERLINK: "interlinked",
    Task.ASSIGN: "workflow_assigned",
    Task.ONLINE: "online_services",
    Task.ONLINE_FULL: "online_full",
    Task.POSTAL: "postal_services",
}
# What every unit has to do for each of its procedures, whatever the rulebook gives points for.
ALWAYS = frozenset({Task.POST, Task.COMPLETE, Task.ONE_STOP, Task.ASSIGN})


@dataclass(frozen=True, slots=True)
class Case:
    """A case: its file's kind, the measures it counts in, and its cells; as of `today`, the end of which is not over yet.

    `days_left`: working days from today to the last day on which something about it is in time; negative once that is past.
    """

    kind: str
    counted: frozenset[str]
    cells: Mapping[str, Any]
    today: date
    days_left: int | None = None


def find_duties(case: Case) -> Iterator[Duty]:
    """Every task the case calls for."""
    match case.kind:
        case "dossiers" if "online_submitted" in case.counted:
            yield from _submission(case)
        case "dossiers":
            yield from _dossier(case)
        case "postings":
            yield from _posting(case)
        case "procedures" if "decisions_in_time" not in case.counted:
            yield Duty(Task.DECIDED_LATE, mended={"decisions_in_time": 1})
        case "feedback":
            yield from _feedback(case)
        case "surveys":
            yield _survey(case)


def _dossier(case: Case) -> Iterator[Duty]:
    counted, cells = case.counted, case.cells
    days = cells["late_days"] if "days_late" in counted else 0
    due_today = cells["due"] == case.today and not cells["too_many"]
    if "pending_overdue" in counted:
        finished = "done_on_time" if due_today else "done_late"
        act: dict[str, int] = {"pending_overdue": -1, finished: 1}
        if due_today:
            act |= _no_apology(counted)
        mended = {"pending_overdue": -1, "pending_in_time": 1, "days_late": -days}
        yield Duty(Task.DUE if due_today else Task.OVERDUE, act, mended=mended)
    elif "pending_in_time" in counted and "pending_waiting" not in counted:
        told = {} if cells["apology_at"] else {"apologies_missing": 1}
        yield Duty(Task.DUE, missed={"pending_in_time": -1, "pending_overdue": 1, "apologies_due": 1, **told})
    if "done_late" in counted:
        yield Duty(Task.LATE, mended={"done_late": -1, "done_on_time": 1, "days_late": -days})
    yield from _apology(case, due_today=due_today)
    if "supplemented_again" in counted:
        yield Duty(Task.SUPPLEMENTED, mended={"supplemented_again": -1})
    if "surveyed" in counted and "satisfied" not in counted:
        yield Duty(Task.DISSATISFIED, mended={"satisfied": 1})


def _no_apology(counted: frozenset[str]) -> dict[str, int]:
    """A dossier that ends in time after all calls for no apology."""
    states = ("apologies_due", "apologies_missing", "apologies_late", "apologies_in_time")
    return {state: -1 for state in states if state in counted}


def _apology(case: Case, *, due_today: bool) -> Iterator[Duty]:
    """An apology that is missing can be issued, too late for all but a dossier that is due today; a late one stays late."""
    if "apologies_missing" in case.counted:
        told = "apologies_in_time" if due_today else "apologies_late"
        moves = {"apologies_missing": -1, "apologies_in_time": 1}
        yield Duty(Task.APOLOGY, {"apologies_missing": -1, told: 1}, mended=moves)
    elif "apologies_late" in case.counted:
        yield Duty(Task.APOLOGY_LATE, mended={"apologies_late": -1, "apologies_in_time": 1})


def _submission(case: Case) -> Iterator[Duty]:
    """An online submission that waits to be accepted, or was accepted too late."""
    moves = {"accepted_in_time": 1}
    if "accepted_in_time" in case.counted:
        return
    received = case.cells["received_at"]
    if received is not None and received.date() <= case.today:
        yield Duty(Task.ACCEPTED_LATE, mended=moves)
    else:
        yield Duty(Task.ACCEPT, moves if _in_time(case) else {}, mended=moves)


def _posting(case: Case) -> Iterator[Duty]:
    counted = case.counted
    late = {"posted_in_time": 1} if "posting_due" in counted and "posted_in_time" not in counted else {}
    if "procedures" in counted and "posted" not in counted:
        moves: Moves = {"posted": 1, "posted_everywhere": 1}
        yield Duty(Task.POST, {**moves, **late} if _in_time(case) else moves)
        if late and not _in_time(case):
            yield Duty(Task.POSTED_LATE, mended=late)
    elif late:
        yield Duty(Task.POSTED_LATE, mended=late)
    if "posted" in counted and "posted_everywhere" not in counted:
        yield Duty(Task.POST_EVERYWHERE, {"posted_everywhere": 1})
    if "procedures" in counted:
        yield from (Duty(task, {measure: 1}) for task, measure in _OFFERS.items() if measure not in counted)
    if "legal_days" in counted and "time_cut_met" not in counted:
        yield Duty(Task.SHORTEN, {"time_cut_met": 1})


def _feedback(case: Case) -> Iterator[Duty]:
    counted = case.counted
    unresolved = case.cells["resolved_on"] is None or case.cells["resolved_on"] > case.today
    answered = {"petitions_overdue": -1, "petitions_in_time": 1}
    if "petitions_overdue" in counted:
        if not unresolved:
            yield Duty(Task.PETITION_LATE, mended=answered)
        elif case.cells["due_on"] == case.today:
            yield Duty(Task.PETITION, answered)
        else:
            yield Duty(Task.PETITION_OVERDUE, mended=answered)
    elif "petitions_in_time" in counted and unresolved:
        yield Duty(Task.PETITION, missed={"petitions_in_time": -1, "petitions_overdue": 1})
    upheld = [measure for measure in _UPHELD if measure in counted]
    if upheld:
        shared = 0 if case.cells.get("named_again") else -1  # an official in breach twice is in breach once
        moves = {measure: shared if measure == "officials_in_breach" else -1 for measure in upheld}
        yield Duty(Task.UPHELD, mended=moves)


def _survey(case: Case) -> Duty:
    good = "satisfied" if "surveyed" in case.counted else "polite"
    return Duty(Task.DISSATISFIED, mended={good: case.cells["answers"] - case.cells["answers_satisfied"]})


def _in_time(case: Case) -> bool:
    return case.days_left is not None and case.days_left >= 0
