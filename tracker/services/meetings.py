"""The committee's meetings on a period: who came, who led, and the minutes; an edit names the version it was made on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.core.voting import Attendance
from tracker.services import audit
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.permitted import reading_as, writing_as
from tracker.services.sittings import Sitting, find_sitting, refusal, require_sitting
from tracker.store.decision_tables import Decision, Meeting
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored

MEETING = Meeting.__table__  # type: ignore[attr-defined]
DECISION = Decision.__table__  # type: ignore[attr-defined]
MOST_MEMBERS = 1_000
_LINE, _TEXT = 200, 2_000  # characters of a line and of a longer text


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """What is written down of a meeting; `absent` names who was missing and why. The minutes may be added later."""

    held_on: date
    place: str
    chair: str
    secretary: str
    present: int
    members: int
    absent: str = ""
    minutes_no: str = ""
    minutes_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MeetingState:
    """A meeting as it is kept; whoever edits it names `version`."""

    id: int
    version: int
    record: MeetingRecord
    made_by: str
    made_at: datetime

    @property
    def attendance(self) -> Attendance:
        """How many came of how many."""
        return Attendance(self.record.present, self.record.members)

    @property
    def has_minutes(self) -> bool:
        """True once the minutes have a number and a day."""
        return bool(self.record.minutes_no) and self.record.minutes_on is not None


def list_meetings(database: Engine, campaign: str, period: str, actor: Actor) -> tuple[MeetingState, ...]:
    """The meetings of the period's present revision, in the order they were recorded."""
    with reading_as(database, actor, Verb.DECIDE) as connection:
        return load_meetings(connection, find_sitting(connection, campaign, period))


def load_meetings(connection: Connection, sitting: Sitting) -> tuple[MeetingState, ...]:
    """The same inside a transaction."""
    return tuple(_state(row) for row in connection.execute(select(MEETING).where(*_of(sitting)).order_by(MEETING.c.id)))


def find_meeting(connection: Connection, sitting: Sitting, meeting: int) -> MeetingState:
    """That meeting of the period's present revision; UsageError if there is none."""
    row = connection.execute(select(MEETING).where(MEETING.c.id == meeting, *_of(sitting))).first()
    if row is None:
        raise UsageError("unknown_meeting", meeting=meeting, period=sitting.period)
    return _state(row)


def record_meeting(database: Engine, campaign: str, period: str, record: MeetingRecord, act: Act) -> int:
    """Keep a meeting; returns its number."""
    with writing_as(database, act, Verb.DECIDE) as connection:
        sitting = require_sitting(connection, campaign, period)
        tidy = _checked(record, act.today)
        where = {"campaign": campaign, "period": period, "revision": sitting.revision}
        made = {"made_by": act.actor, "made_at": now_as_stored(act.now)}
        row = {**where, **asdict(tidy), **made}
        meeting = int(connection.execute(insert(MEETING).values(**row).returning(MEETING.c.id)).scalar_one())
        bump_version(connection)
        audit.record(connection, act, "record_meeting", f"meeting/{meeting}", after={**_said(tidy), "period": period})
        return meeting


def edit_meeting(database: Engine, meeting: int, seen: int, record: MeetingRecord, act: Act) -> None:
    """Put a meeting's record right. Refused if somebody edited it meanwhile, or ballots would outnumber who came."""
    with writing_as(database, act, Verb.DECIDE) as connection:
        row = connection.execute(select(MEETING).where(MEETING.c.id == meeting)).first()
        if row is None:
            raise UsageError("unknown_meeting", meeting=meeting, period="")
        sitting = require_sitting(connection, row.campaign, row.period)
        before = find_meeting(connection, sitting, meeting)
        tidy = _checked(record, act.today)
        cast = _most_cast(connection, meeting)
        if cast > tidy.present:
            raise refusal("more_ballots_than_present", str(tidy.present), cast=cast)
        chosen = (MEETING.c.id == meeting, MEETING.c.version == seen)
        changed = connection.execute(update(MEETING).where(*chosen).values(**asdict(tidy), version=seen + 1))
        if not changed.rowcount:
            raise refusal("meeting_changed", meeting=meeting)
        bump_version(connection)
        audit.record(connection, act, "edit_meeting", f"meeting/{meeting}", _said(before.record), _said(tidy))


def _of(sitting: Sitting) -> tuple[ColumnElement[bool], ...]:
    c = MEETING.c
    return (c.campaign == sitting.campaign, c.period == sitting.period, c.revision == sitting.revision)


def _state(row: Row[Any]) -> MeetingState:
    found = row._mapping
    record = MeetingRecord(**{name.name: found[name.name] for name in fields(MeetingRecord)})
    return MeetingState(found["id"], found["version"], record, found["made_by"], found["made_at"])


def _most_cast(connection: Connection, meeting: int) -> int:
    """The most papers cast for one name at the meeting."""
    votes = (DECISION.c.votes_for, DECISION.c.votes_against, DECISION.c.votes_blank)
    cast = sum((func.coalesce(column, 0) for column in votes), start=func.coalesce(0, 0))
    return int(connection.execute(select(func.max(cast)).where(DECISION.c.meeting == meeting)).scalar() or 0)


def _checked(record: MeetingRecord, today: date) -> MeetingRecord:
    """The record with its texts trimmed; RefusedError with everything that is wrong with it."""
    texts = {name: " ".join(getattr(record, name).split()) for name in ("place", "chair", "secretary", "minutes_no")}
    longer = {name: getattr(record, name).strip() for name in ("absent", "note")}
    problems = [_problem("meeting_needs", name) for name in ("place", "chair", "secretary") if not texts[name]]
    limits = {**dict.fromkeys(texts, _LINE), **dict.fromkeys(longer, _TEXT)}
    for name, text in {**texts, **longer}.items():
        if len(text) > limits[name]:
            problems.append(_problem("field_too_long", name, limit=limits[name]))
    problems += _wrong_figures(record) + _wrong_days(record, today)
    if problems:
        raise RefusedError(problems)
    tidy: dict[str, Any] = {**texts, **longer}
    return replace(record, **tidy)


def _wrong_figures(record: MeetingRecord) -> list[Problem]:
    if not 0 < record.members <= MOST_MEMBERS:
        return [_problem("meeting_members", "members", most=MOST_MEMBERS)]
    if not 0 <= record.present <= record.members:
        return [_problem("meeting_present", "present", present=record.present, members=record.members)]
    return []


def _wrong_days(record: MeetingRecord, today: date) -> list[Problem]:
    if record.held_on > today:
        return [_problem("meeting_in_future", "held_on", day=record.held_on)]
    if record.minutes_on and not record.held_on <= record.minutes_on <= today:
        return [_problem("minutes_day", "minutes_on", day=record.minutes_on, held_on=record.held_on)]
    return []


def _problem(code: str, field: str, **args: object) -> Problem:
    return Problem(code, Place(""), args={"field": field, **args})


def _said(record: MeetingRecord) -> dict[str, Plain]:
    """What the log says of a meeting: days and figures, nobody's name."""
    minutes_on = record.minutes_on.isoformat() if record.minutes_on else None
    return {
        "held_on": record.held_on.isoformat(),
        "present": record.present,
        "members": record.members,
        "minutes_no": record.minutes_no,
        "minutes_on": minutes_on,
    }
