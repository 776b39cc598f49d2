"""Looking into a unit's cases as a question means them: as they are now, or as a kept result's copy has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Engine, select

from tracker.core.cases import UNITS
from tracker.core.problems import UsageError
from tracker.services.access import OPERATOR, VISITOR, Actor, Verb, grant_of, may, require_somewhere
from tracker.services.permitted import denials_recorded, reading_as
from tracker.services.standings import Question, Setting, find_result, opened, resolve
from tracker.store.engine import reading
from tracker.store.tables import live


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose cases are looked into, and by whom: a question, a unit, today and the actor."""

    question: Question
    unit: str
    today: date
    actor: Actor


@contextmanager
def looking_into(database: Engine, asked: Asked) -> Iterator[tuple[Connection, Setting]]:
    """The cases, and what the question was resolved to; denied where the actor may not see the unit's cases."""
    with reading_as(database, asked.actor, Verb.SEE_CASES, asked.unit) as connection:
        question, result = find_own_result(connection, asked.actor, asked.question, asked.unit)
        if result is None:
            yield connection, resolve(connection, question, asked.today)
            return
    with opened(database, result) as (copy, found):
        of_copy = replace(question, as_of=question.as_of or found.as_of, basis="")
        yield copy, resolve(copy, of_copy, found.as_of)


def find_own_result(connection: Connection, actor: Actor, question: Question, unit: str) -> tuple[Question, int | None]:
    """The question as it may be asked of the unit alone, and the kept result it means, None where it is counted live.

    What a campaign hides until it is published is the other units: whoever may see a unit's cases asks for what is in force.
    """
    try:
        return question, find_result(connection, actor, question)
    except UsageError as error:
        own = actor != VISITOR and may(connection, actor, Verb.SEE_CASES, unit)
        if error.code != "not_published" or not own:
            raise
    in_force = replace(question, basis="")
    return in_force, find_result(connection, OPERATOR, in_force)


def units_to_look_into(database: Engine, actor: Actor) -> dict[str, str]:
    """The units whose cases the actor may see, by code, with their names."""
    units = live(UNITS).c
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.SEE_CASES)
        granted = grant_of(connection, actor)
        found = connection.execute(select(units.code, units.name).order_by(units.code))
        return {row.code: row.name for row in found if granted is None or row.code in granted}


def may_handle(database: Engine, actor: Actor, unit: str) -> bool:
    """True if the actor may say of the unit's work what is handled, by whom and until when."""
    with reading(database) as connection:
        return may(connection, actor, Verb.HANDLE, unit)
