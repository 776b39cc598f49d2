"""The case files: which kinds there are, their columns, keys and limits (the exchange format, one definition for all)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """How a cell is read. BOOL: empty counts as no. END_TIME: a date without a time means the end of that day."""

    KEY = "key"  # short text that identifies something; keeps its leading zeros
    TEXT = "text"
    CHOICE = "choice"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOL = "bool"
    DATE = "date"
    TIME = "time"
    END_TIME = "end_time"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a case file; `refers` names the kind whose key the cell must be."""

    name: str
    type: Type
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str | None = None  # what an empty cell means, when that is a value
    minimum: int | None = None
    maximum: int | None = None
    max_length: int = 0  # characters; 0 = by type (KEY 100, TEXT 500)
    refers: str | None = None
    event: bool = False  # the date of something that has happened: after today only with a warning


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case file; `key` are the columns that tell its rows apart."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def __hash__(self) -> int:
        return hash(self.name)  # many tables are remembered by kind

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if the kind has none."""
        return {column.name: column for column in self.columns}[name]


def _key(name: str, *, required: bool = False, refers: str | None = None) -> Column:
    return Column(name, Type.KEY, required=required, refers=refers)


def _count(name: str) -> Column:
    return Column(name, Type.INTEGER, minimum=0, maximum=2_000_000_000)


def _flag(name: str) -> Column:
    return Column(name, Type.BOOL)


UNITS = Kind(
    "units",
    ("code",),
    (
        _key("code", required=True),
        Column("name", Type.TEXT, required=True),
        Column("kind", Type.CHOICE, required=True, choices=("department", "district", "commune", "other")),
        _key("parent", refers="units"),
        _key("cluster"),
        Column("valid_from", Type.DATE),
        Column("valid_to", Type.DATE),
        _key("successor", refers="units"),
        _count("headcount"),
    ),
)
PROCEDURES = Kind(
    "procedures",
    ("code",),
    (
        _key("code", required=True),
        Column("name", Type.TEXT, required=True, max_length=2000),
        Column("field", Type.TEXT),
        Column("level", Type.CHOICE, choices=("province", "district", "commune")),
        _key("owner", refers="units"),
        Column("decision_no", Type.TEXT),
        Column("decided_on", Type.DATE, event=True),
        Column("effective_on", Type.DATE),
        Column("published_on", Type.DATE, event=True),
        Column("legal_days", Type.DECIMAL, minimum=0, maximum=10_000),
        Column("valid_to", Type.DATE),
    ),
)
POSTINGS = Kind(
    "postings",
    ("unit", "procedure"),
    (
        _key("unit", required=True, refers="units"),
        _key("procedure", required=True, refers="procedures"),
        Column("posted_on", Type.DATE, event=True),
        _flag("counter"),
        _flag("site"),
        _flag("portal"),
        _flag("content_complete"),
        _flag("one_stop"),
        _flag("interlinked"),
        _flag("workflow_assigned"),
        Column("committed_days", Type.DECIMAL, minimum=0, maximum=10_000),
        Column("online_level", Type.INTEGER, minimum=0, maximum=4),
        _flag("postal"),
    ),
)
DOSSIERS = Kind(
    "dossiers",
    ("code",),
    (
        _key("code", required=True),
        _key("unit", required=True, refers="units"),
        _key("receiving_unit", refers="units"),
        _key("procedure", required=True, refers="procedures"),
        _key("officer"),
        Column("channel", Type.CHOICE, choices=("counter", "online", "postal"), default="counter"),
        Column("submitted_at", Type.TIME, event=True),
        Column("received_at", Type.TIME, event=True),  # required unless submitted_at is given
        Column("due_at", Type.END_TIME),
        Column("extended_due_at", Type.END_TIME),
        Column("completed_at", Type.TIME, event=True),
        Column("returned_at", Type.TIME, event=True),
        Column(
            "status",
            Type.CHOICE,
            choices=("in_progress", "waiting", "completed", "returned", "rejected", "stopped", "withdrawn"),
        ),
        _count("supplement_requests"),
        Column("waiting_since", Type.TIME, event=True),
        _count("paused_minutes"),
        Column("apology_at", Type.TIME, event=True),
        Column("rating", Type.DECIMAL, minimum=1, maximum=5),
        Column("processing_days", Type.DECIMAL, minimum=0, maximum=100_000),
        Column("note", Type.TEXT, max_length=2000),
    ),
)
FEEDBACK = Kind(
    "feedback",
    ("code",),
    (
        _key("code", required=True),
        _key("unit", required=True, refers="units"),
        Column(
            "kind",
            Type.CHOICE,
            required=True,
            choices=("behaviour_petition", "rule_petition", "complaint", "denunciation"),
        ),
        Column("received_on", Type.DATE, required=True, event=True),
        Column("due_on", Type.DATE),
        Column("resolved_on", Type.DATE, event=True),
        Column("outcome", Type.CHOICE, choices=("pending", "upheld", "partly_upheld", "rejected", "withdrawn")),
        _key("officer"),
        _key("repeat_of"),
        _flag("dissatisfied"),
    ),
)
SURVEYS = Kind(
    "surveys",
    ("unit", "period_from", "period_to", "topic"),
    (
        _key("unit", required=True, refers="units"),
        Column("period_from", Type.DATE, required=True),
        Column("period_to", Type.DATE, required=True),
        Column("topic", Type.CHOICE, required=True, choices=("result", "attitude")),
        Column("satisfied", Type.INTEGER, required=True, minimum=0, maximum=2_000_000_000),
        Column("responses", Type.INTEGER, required=True, minimum=0, maximum=2_000_000_000),
    ),
)
STAFF = Kind(
    "staff",
    ("code",),
    (
        _key("code", required=True),
        _key("unit", required=True, refers="units"),
        Column("name", Type.TEXT),
        Column("title", Type.TEXT),
        _flag("standard_met"),
    ),
)
# What a tally counts: what came, what was there before, what ended and how, what is left.
TALLY_RECEIVED = ("received_online", "received_direct")
TALLY_DONE = ("done_early", "done_on_due", "done_late")
TALLY_PENDING = ("pending_in_time", "pending_overdue")
TALLY_COUNTS = (*TALLY_RECEIVED, "carried", *TALLY_DONE, *TALLY_PENDING)
TALLIES = Kind(
    "tallies",
    ("unit", "procedure", "period_from", "period_to"),
    (
        _key("unit", required=True, refers="units"),
        # A procedure's code, or the field a report form has a line for; empty: all of the unit's dossiers together.
        Column("procedure", Type.KEY, default="", max_length=500),
        Column("period_from", Type.DATE, required=True),
        Column("period_to", Type.DATE, required=True),
        *(_count(name) for name in TALLY_COUNTS),
    ),
)
_AMOUNT = 10**12
REPORTED = Kind(
    "reported",
    ("unit", "measure", "period_from", "period_to"),
    (
        _key("unit", required=True, refers="units"),
        _key("measure", required=True),
        Column("period_from", Type.DATE, required=True),
        Column("period_to", Type.DATE, required=True),
        Column("value", Type.DECIMAL, required=True, minimum=-_AMOUNT, maximum=_AMOUNT),
        Column("checked", Type.DECIMAL, minimum=-_AMOUNT, maximum=_AMOUNT),
        Column("decided", Type.DECIMAL, minimum=-_AMOUNT, maximum=_AMOUNT),
        Column("evidence", Type.TEXT),
        Column("note", Type.TEXT, max_length=2000),
    ),
)

# A sheet whose first cell begins with this sign explains a template and is never read as a table.
EXPLAINS = "※"

INDICES = Kind(
    "indices",
    ("index", "unit", "year", "component"),
    (
        _key("index", required=True),
        # An office of ours by its code, or any other place by its name: most of an index's units are other provinces.
        Column("unit", Type.KEY, required=True, max_length=200),
        Column("year", Type.INTEGER, required=True, minimum=1990, maximum=2200),
        Column("component", Type.KEY, default="", max_length=200),  # empty: the index as a whole
        Column("score", Type.DECIMAL, minimum=-10_000, maximum=10_000),
        Column("max_score", Type.DECIMAL, minimum=0, maximum=10_000),
        Column("average", Type.DECIMAL, minimum=-10_000, maximum=10_000),
        Column("rank", Type.INTEGER, minimum=1, maximum=10_000),
        Column("of", Type.INTEGER, minimum=1, maximum=10_000),
        Column("target", Type.INTEGER, minimum=1, maximum=10_000),  # the rank the office means to reach
    ),
)

# Who answers for what by when, as a campaign's programme says. Read and laid out like a case file, but kept by itself.
PROGRAMME = Kind(
    "programme",
    ("number",),
    (
        _key("number", required=True),
        Column("area", Type.TEXT),
        Column("task", Type.TEXT, required=True, max_length=2000),
        Column("body", Type.TEXT, required=True, max_length=500),
        Column("cooperating", Type.TEXT, max_length=1000),
        Column("deadline", Type.TEXT, required=True, max_length=200),
        Column("product", Type.TEXT, max_length=1000),
    ),
)

# In the order in which they are imported together: what is referred to comes first.
KINDS = {
    kind.name: kind for kind in (UNITS, PROCEDURES, POSTINGS, STAFF, DOSSIERS, FEEDBACK, SURVEYS, TALLIES, REPORTED, INDICES)
}

# Every table with columns of ours, whether it is imported as a case file or kept by itself.
LAID_OUT = {**KINDS, PROGRAMME.name: PROGRAMME}
