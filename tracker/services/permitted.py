"""Transactions that begin with the question whether the actor may; every denial is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from tracker.services import audit
from tracker.services.access import Actor, DeniedError, Verb, require
from tracker.services.act import Act
from tracker.store.engine import reading, writing


@contextmanager
def denials_recorded(database: Engine) -> Iterator[None]:
    """What is denied within is recorded once it has been rolled back. For rights that only the rows themselves decide."""
    try:
        yield
    except DeniedError as denied:
        audit.record_denial(database, denied)
        raise


@contextmanager
def reading_as(database: Engine, actor: Actor, verb: Verb, unit: str | None = None) -> Iterator[Connection]:
    """A reading transaction of somebody who may; DeniedError otherwise."""
    with denials_recorded(database), reading(database) as connection:
        require(connection, actor, verb, unit)
        yield connection


@contextmanager
def writing_as(database: Engine, act: Act, verb: Verb, unit: str | None = None) -> Iterator[Connection]:
    """A writing transaction of somebody who may; DeniedError otherwise."""
    with denials_recorded(database), writing(database) as connection:
        require(connection, act.actor, verb, unit)
        yield connection
