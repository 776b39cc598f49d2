"""The papers of a period: which can be made now, and each with the figures of its result and the committee's decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine

from tracker.services.access import Actor
from tracker.services.standings import Question


@dataclass(frozen=True, slots=True)
class PaperAsk:
    """A paper somebody wants. `person`: an officer's code, with the unit; `fields` overrides the campaign's own texts."""

    kind: str
    question: Question
    unit: str | None = None
    person: str | None = None
    meeting: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """A paper that can be made now; `about` is the unit's or officer's name, or the meeting's day ("" for the period's own)."""

    kind: str
    unit: str | None = None
    person: str | None = None
    meeting: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A made paper: a file name that carries its digest, and the bytes. `draft`: it says so on its face."""

    name: str
    content: bytes
    sha256: str
    draft: bool


def which(database: Engine, question: Question, today: date, actor: Actor) -> tuple[Offer, ...]:
    """The papers the actor can make of that result now, by kind."""
    raise NotImplementedError


def make_paper(database: Engine, ask: PaperAsk, today: date, actor: Actor) -> Paper:
    """The paper, filled in; UsageError for one that cannot be made, RefusedError for fields or a template that are wrong."""
    return make_papers(database, [ask], today, actor)[0]


def make_papers(database: Engine, asks: Sequence[PaperAsk], today: date, actor: Actor) -> list[Paper]:
    """Several papers at once, in their order; quicker than one by one."""
    raise NotImplementedError
