"""The measures a rulebook can speak of: their names are contract, their counting is the store's.

A measure is an integer count per unit for a period as of a day. Measures that no system counts are declared by a rulebook
as *reported* and are decimals, or None when never reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

# Case files a rulebook's `needs` can name: a unit without any row of them in the period is missing, not clean.
NEEDS = ("dossiers", "postings", "feedback", "surveys")

LEDGER = (
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
)
LATE = ("days_late", "apologies_due", "apologies_in_time", "apologies_late", "apologies_missing")
ONLINE = ("online_submitted", "accepted_in_time", "dossiers_level4")
POSTINGS = (
    "procedures",
    "posted",
    "posted_everywhere",
    "posting_due",
    "posted_in_time",
    "content_complete",
    "one_stop",
    "interlinked",
    "workflow_assigned",
    "legal_days",
    "committed_days",
    "time_cut_met",
    "online_services",
    "online_full",
    "postal_services",
)
DECISIONS = ("decisions_due", "decisions_in_time")
FEEDBACK = (
    "behaviour_petitions",
    "behaviour_petitions_upheld",
    "complaints",
    "complaints_upheld",
    "denunciations",
    "denunciations_upheld",
    "petitions",
    "petitions_in_time",
    "petitions_overdue",
    "petitions_dissatisfied",
    "petitions_repeated",
)
OFFICIALS = ("officials", "officials_in_breach")
ATTITUDE = ("polite", "attitude_surveyed")

# What sums of dossiers do not say: a unit that sends only such sums has not reported these, which is not the same as none.
# Its ratings are those of its surveys; without any they are not known either.
UNKNOWN_TO_TALLIES = frozenset(
    {"pending_waiting", "extended", "dossiers_postal", "supplemented_again", *LATE, *ONLINE},
)
RATINGS = frozenset({"satisfied", "surveyed"})

COUNTED = (*LEDGER, *LATE, *ONLINE, *POSTINGS, *DECISIONS, *FEEDBACK, *OFFICIALS, *ATTITUDE)

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one unit for a period as of a day: all that scoring needs, nothing that depends on other units.

    `measures` holds every counted measure (0 where nothing happened) and every reported one. None: never reported, or not
    said by the tallies the unit is counted from.
    `rows` says how many rows of each case file (dossiers, postings, feedback, surveys, reported, other) the unit has; with
    `tallies` its dossiers are as many as these say, `tallies_unused` are beside dossiers of its own and not counted.
    """

    unit: str
    cluster: str
    measures: Mapping[str, Number | None]
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """How the dossiers were counted: "tallies" by the unit's own sums, "both" by cases beside such sums, "" by cases."""
        return "tallies" if self.rows.get("tallies") else "both" if self.rows.get("tallies_unused") else ""

    def moved(self, moves: Mapping[str, Number]) -> Facts:
        """The facts with measures moved; one never reported counts from 0, one that tallies cannot know stays."""
        measures = dict(self.measures)
        for measure, step in moves.items():
            if not (self.source == "tallies" and measure in UNKNOWN_TO_TALLIES):
                measures[measure] = (measures.get(measure) or 0) + step
        return replace(self, measures=measures)

    def value(self, measure: str) -> Number | None:
        """The measure's value; None where it was never reported, or tallies cannot know it."""
        return self.measures[measure]
