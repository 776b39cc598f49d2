"""The board of good practice: units tell what works, the committee accepts it, others say that they have adopted it.

With its verdict the committee says whether a practice counts as a recognised initiative, and for which period; the
reported value of that measure follows in the same transaction (`recognition`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, Row, Table, select

from tracker.core.cases import UNITS
from tracker.core.problems import UsageError
from tracker.services.access import Actor, Verb, grant_of, may, verbs_of
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.permitted import reading_as, writing_as
from tracker.services.recognition import Counted, Kept, Where, find_counted, judging, keep_count, same_days
from tracker.services.seals import insert_sealed, once
from tracker.services.typed import refusal, tidy_line, tidy_statement
from tracker.store.engine import reading
from tracker.store.publishing import bump_version
from tracker.store.tables import live, now_as_stored
from tracker.store.work_tables import Practice as PracticeRow
from tracker.store.work_tables import PracticeWord

PRACTICE: Table = PracticeRow.__table__  # type: ignore[attr-defined]
WORD: Table = PracticeWord.__table__  # type: ignore[attr-defined]
MOST_TITLE, MOST_NOTE = 200, 500
VERDICT, ADOPTION = "verdict", "adoption"


class State(StrEnum):
    """What became of a practice."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Said:
    """The newest word on a practice: `unit` is who adopted it, with its name; both "" for the verdict.

    `counted`: where the verdict makes it a recognised initiative.
    """

    id: int
    said: str
    note: str
    unit: str
    name: str
    made_by: str
    made_at: datetime
    counted: Counted | None = None


@dataclass(frozen=True, slots=True)
class NewPractice:
    """What a unit tells, as typed."""

    unit: str
    title: str
    story: str
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice with its verdict (None: not judged yet) and every word of adoption, also those taken back."""

    id: int
    unit: str
    name: str
    title: str
    story: str
    effect: str
    made_at: datetime
    verdict: Said | None
    words: tuple[Said, ...]

    @property
    def state(self) -> State:
        """What became of it."""
        return State.WAITING if self.verdict is None else State(self.verdict.said)

    @property
    def adopted(self) -> tuple[Said, ...]:
        """The units that work that way now."""
        return tuple(word for word in self.words if word.said == "adopted")

    def seen(self, unit: str) -> int:
        """The newest word of that unit on adopting it, 0 for none."""
        return next((word.id for word in self.words if word.unit == unit), 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the committee says of a practice, naming the decision or the reason; `seen`: the newest verdict somebody saw.

    `counts`: the campaign and period in which it counts as a recognised initiative, None for none.
    """

    practice: int
    state: State
    note: str
    seen: int = 0
    counts: Where | None = None


@dataclass(frozen=True, slots=True)
class Adoption:
    """That a unit has adopted a practice, or does so no more; `seen` is its newest word that somebody saw, 0 for none."""

    practice: int
    unit: str
    adopted: bool
    note: str = ""
    seen: int = 0


def list_practices(database: Engine, actor: Actor) -> tuple[Practice, ...]:
    """The accepted ones, most adopted first, then the newest; all others only to their units and to the committee."""
    with reading_as(database, actor, Verb.SEE_PUBLISHED) as connection:
        found = _load(connection, connection.execute(select(PRACTICE)).all())
        granted = grant_of(connection, actor)
    shown = [one for one in found if one.state is State.ACCEPTED or granted is None or one.unit in granted]
    return tuple(sorted(shown, key=lambda one: (one.state is not State.WAITING, -len(one.adopted), -one.id)))


def own_names(database: Engine, actor: Actor) -> dict[str, str]:
    """The units the actor may speak for, by code, with their names."""
    units = live(UNITS).c
    with reading(database) as connection:
        granted = grant_of(connection, actor)
        if Verb.HANDLE not in verbs_of(connection, actor) or granted is None:
            return {}
        found = connection.execute(
            select(units.code, units.name).where(units.code.in_(sorted(granted))).order_by(units.code)
        )
        return {row.code: row.name for row in found}


def may_judge(database: Engine, actor: Actor) -> bool:
    """True if the actor may accept or refuse."""
    with reading(database) as connection:
        return may(connection, actor, Verb.APPRAISE)


def post_practice(database: Engine, new: NewPractice, act: Act) -> int:
    """Tell the others what works; it waits for the committee. Returns its number."""
    with writing_as(database, act, Verb.HANDLE, new.unit) as connection:
        _require_unit(connection, new.unit)
        title = tidy_line(new.title, MOST_TITLE)
        if not title or not new.story.strip():
            raise refusal("practice_empty")
        texts = {"title": title, "story": tidy_statement(new.story)}
        texts["effect"] = tidy_statement(new.effect) if new.effect.strip() else ""
        row = {"unit": new.unit, **texts, "made_by": act.actor, "made_at": now_as_stored(act.now)}
        number = insert_sealed(connection, act, PRACTICE, row, "post_practice", said={"unit": new.unit})
        bump_version(connection)
        return number


def judge_practice(database: Engine, verdict: Verdict, act: Act) -> None:
    """Accept or refuse it, and count it where the verdict says; refused where it counts, or would, in a settled period."""
    with judging(database, act) as (connection, stage):
        one = _find(connection, verdict.practice)
        if verdict.state not in (State.ACCEPTED, State.REFUSED) or one.state is State.WITHDRAWN:
            raise refusal("practice_gone", one.title)
        if not verdict.note.strip():
            raise refusal("practice_unreasoned")
        note = tidy_line(verdict.note, MOST_NOTE)
        accepted = verdict.state is State.ACCEPTED
        counted = find_counted(connection, verdict.counts) if accepted and verdict.counts is not None else None
        _keep(connection, one, (VERDICT, "", verdict.state.value, note), verdict.seen, act, counted)
        before = one.verdict.counted if one.verdict else None
        for place in {place for place in (before, counted) if place is not None}:
            kept = Kept(one.unit, _recognised(connection, one.unit, place), note, f"{one.title}: {note}")
            keep_count(connection, stage, place, kept, act)


def _recognised(connection: Connection, unit: str, place: Counted) -> int:
    """How many of the unit's practices count there."""
    found = _load(connection, connection.execute(select(PRACTICE).where(PRACTICE.c.unit == unit)).all())
    return _count(found, same_days(connection, place))


def would_count(found: Iterable[Practice], one: Practice, places: Collection[Counted]) -> int:
    """How many practices of its unit would count in those places if this one did."""
    return _count((other for other in found if other.unit == one.unit and other.id != one.id), places) + 1


def _count(found: Iterable[Practice], places: Collection[Counted]) -> int:
    return sum(one.verdict is not None and one.verdict.counted in places for one in found)


def withdraw_practice(database: Engine, practice: int, seen: int, act: Act) -> None:
    """Take back what the committee has not accepted."""
    with reading(database) as connection:
        unit = _find(connection, practice).unit
    with writing_as(database, act, Verb.HANDLE, unit) as connection:
        one = _find(connection, practice)
        if one.state is State.ACCEPTED:
            raise refusal("practice_accepted", one.title)
        _keep(connection, one, (VERDICT, "", State.WITHDRAWN.value, ""), seen, act)


def adopt_practice(database: Engine, adoption: Adoption, act: Act) -> None:
    """Say that a unit has adopted an accepted practice of another, or does so no more."""
    unit = adoption.unit
    with writing_as(database, act, Verb.HANDLE, unit) as connection:
        _require_unit(connection, unit)
        one = _find(connection, adoption.practice)
        if one.state is not State.ACCEPTED or one.unit == unit:
            raise refusal("practice_not_to_adopt", one.title)
        if adoption.adopted is any(word.unit == unit for word in one.adopted):
            return
        said = "adopted" if adoption.adopted else "dropped"
        _keep(connection, one, (ADOPTION, unit, said, tidy_line(adoption.note, MOST_NOTE)), adoption.seen, act)


def _require_unit(connection: Connection, unit: str) -> None:
    """UsageError unless there is such a unit: whoever may speak for every unit may not for none."""
    if connection.execute(select(live(UNITS).c.code).where(live(UNITS).c.code == unit)).first() is None:
        raise UsageError("no_such_unit", unit=unit)


def _keep(
    connection: Connection,
    one: Practice,
    word: tuple[str, str, str, str],
    seen: int,
    act: Act,
    counted: Counted | None = None,
) -> None:
    about, unit, said, note = word
    known = (one.verdict.id if one.verdict else 0) if about == VERDICT else one.seen(unit)
    if known != seen:
        raise refusal("practice_moved", one.title)
    row = {"practice": one.id, "about": about, "unit": unit, "said": said, "note": note, "replaces": known}
    row |= {"made_by": act.actor, "made_at": now_as_stored(act.now)}
    where = {} if counted is None else asdict(counted)
    verb = "judge_practice" if about == VERDICT else "adopt_practice"
    told: dict[str, Plain] = {"practice": one.id, "unit": unit, "state": said}
    with once(refusal("practice_moved", one.title)):
        insert_sealed(connection, act, WORD, row | where, verb, said=told | where)
    bump_version(connection)


def _find(connection: Connection, practice: int) -> Practice:
    found = _load(connection, connection.execute(select(PRACTICE).where(PRACTICE.c.id == practice)).all())
    if not found:
        raise UsageError("unknown_practice", practice=practice)
    return found[0]


def _load(connection: Connection, rows: Iterable[Row[tuple[object, ...]]]) -> list[Practice]:
    units = live(UNITS).c
    names = {row.code: row.name for row in connection.execute(select(units.code, units.name))}
    newest: dict[int, dict[tuple[str, str], Said]] = {}
    for row in connection.execute(select(WORD).order_by(WORD.c.id)):
        counted = None if row.measure is None else Counted(row.campaign, row.period, row.measure)
        told = (row.note, row.unit, names.get(row.unit, row.unit), row.made_by, row.made_at)
        said = Said(row.id, row.said, *told, counted)
        newest.setdefault(row.practice, {})[row.about, row.unit] = said
    return [_practice(row, names, newest.get(row.id, {})) for row in rows]


def _practice(row: Row[tuple[object, ...]], names: Mapping[str, str], words: Mapping[tuple[str, str], Said]) -> Practice:
    adoptions = tuple(word for (about, _), word in words.items() if about == ADOPTION)
    told = (row.title, row.story, row.effect, row.made_at)
    return Practice(row.id, row.unit, names.get(row.unit, row.unit), *told, words.get((VERDICT, "")), adoptions)
