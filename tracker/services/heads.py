"""Who answers for each criterion of a unit, from which day to which: named day by day, every word kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, Engine, Table, select

from tracker.core.problems import UsageError
from tracker.services.access import Actor, Verb, may
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.campaigns import load_campaign, load_rulebook
from tracker.services.permitted import writing_as
from tracker.services.seals import insert_sealed, once
from tracker.services.typed import refusal, require_day, tidy_line
from tracker.store.engine import reading
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored
from tracker.store.work_tables import AnswerableHead

HEAD: Table = AnswerableHead.__table__  # type: ignore[attr-defined]
MOST_NAME, MOST_POSITION = 100, 95  # characters; the two and what joins them fit where a person is charged with a task


@dataclass(frozen=True, slots=True)
class Head:
    """Somebody who answers for a criterion from a day to a day; `until` None: still."""

    criterion: str
    name: str
    position: str
    since: date
    until: date | None

    def answers_on(self, day: date) -> bool:
        """Whether they do on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Heads:
    """A unit's heads, by criterion and day; `seen`: the newest word on each criterion, none where nothing was said."""

    heads: tuple[Head, ...] = ()
    seen: Mapping[str, int] = field(default_factory=dict)

    def on(self, day: date) -> Mapping[str, Head]:
        """Who answers on that day, by criterion."""
        return {head.criterion: head for head in self.heads if head.answers_on(day)}

    def of(self, criterion: str) -> tuple[Head, ...]:
        """Everybody who answers or answered for it, the newest first."""
        return tuple(reversed([head for head in self.heads if head.criterion == criterion]))

    def newest(self, criterion: str) -> int:
        """The newest word on it, 0 for none."""
        return self.seen.get(criterion, 0)


@dataclass(frozen=True, slots=True)
class Naming:
    """Who answers for a criterion from a day on, as typed; without a name: nobody from then on.

    `seen`: the newest word on the criterion that somebody saw, 0 for none.
    """

    campaign: str
    unit: str
    criterion: str
    since: date
    name: str
    position: str
    seen: int = 0


def show_heads(database: Engine, campaign: str, unit: str, actor: Actor) -> Heads | None:
    """The unit's heads; None for whoever may not look into the unit."""
    with reading(database) as connection:
        return load_heads(connection, campaign, unit) if may(connection, actor, Verb.SEE_CASES, unit) else None


def may_name(database: Engine, actor: Actor, unit: str) -> bool:
    """True if the actor may say who answers for the unit's criteria."""
    with reading(database) as connection:
        return may(connection, actor, Verb.NAME_HEADS, unit)


def name_head(database: Engine, naming: Naming, act: Act) -> None:
    """Say who answers for a criterion from a day on; a word of the same day is replaced, whoever was named before ends."""
    unit = naming.unit
    with writing_as(database, act, Verb.NAME_HEADS, unit) as connection:
        rulebook = load_rulebook(connection, load_campaign(connection, naming.campaign).rulebook).rulebook
        codes = [criterion.code for criterion in rulebook.criterion]
        if naming.criterion not in codes:
            raise UsageError("unknown_criterion", criterion=naming.criterion, known=", ".join(codes))
        name, position = tidy_line(naming.name, MOST_NAME), tidy_line(naming.position, MOST_POSITION)
        if not name and position:
            raise refusal("head_unnamed")
        known = load_heads(connection, naming.campaign, unit)
        if known.newest(naming.criterion) != naming.seen:
            raise refusal("head_moved")
        if not name and not known.of(naming.criterion):
            raise refusal("head_unnamed")
        which: dict[str, Plain] = {"campaign": naming.campaign, "unit": unit, "criterion": naming.criterion}
        row = {**which, "since": require_day(naming.since), "name": name, "position": position, "replaces": naming.seen}
        row |= {"made_by": act.actor, "made_at": now_as_stored(act.now)}
        said = {**which, "since": naming.since.isoformat()}
        with once(refusal("head_moved")):
            insert_sealed(connection, act, HEAD, row, "name_head" if name else "end_head", said=said)
        bump_version(connection)


def load_heads(connection: Connection, campaign: str, unit: str) -> Heads:
    """The unit's heads as the newest words have them."""
    wanted = (HEAD.c.campaign == campaign, HEAD.c.unit == unit)
    words: dict[str, dict[date, tuple[str, str]]] = {}
    seen: dict[str, int] = {}
    for row in connection.execute(select(HEAD).where(*wanted).order_by(HEAD.c.id)):
        words.setdefault(row.criterion, {})[row.since] = (row.name, row.position)
        seen[row.criterion] = row.id
    return Heads(tuple(head for criterion, said in words.items() for head in _terms(criterion, said)), seen)


def _terms(criterion: str, said: Mapping[date, tuple[str, str]]) -> Iterable[Head]:
    """Each person's days: from a word to the day before the next that says otherwise."""
    changes: list[tuple[date, tuple[str, str]]] = []
    for since, who in sorted(said.items()):
        if not changes or changes[-1][1] != who:
            changes.append((since, who))
    ends = [since - timedelta(days=1) for since, _ in changes[1:]]
    for (since, (name, position)), until in zip(changes, [*ends, None], strict=True):
        if name:
            yield Head(criterion, name, position, since, until)


def who(head: Head) -> str:
    """Name and position on one line."""
    return ", ".join(part for part in (head.name, head.position) if part)
