"""Verifying: a kept result recomputed from its frozen copy and its adjustments, digit for digit, years later."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import Actor, Verb
from tracker.services.adjustments import Recorded, breaks_chain, chain_head, load_adjustments
from tracker.services.campaigns import load_campaign
from tracker.services.copies import Copy, Frozen, list_frozen, load_parts, rulebook_of
from tracker.services.parts import check_parts
from tracker.services.permitted import reading_as
from tracker.services.policies import RULEBOOK
from tracker.services.recount import count_copy, documents_of
from tracker.services.results import ADJUSTED, Kept, list_results
from tracker.services.seals import BrokenSeal, check_seals


@dataclass(frozen=True, slots=True)
class Flaw:
    """What does not hold: which part (inputs, rules, adjustments, measures, results, decisions, seal), of which row."""

    part: str
    row: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A kept result and what is wrong with it; nothing: it was recomputed to the same digests."""

    frozen: Frozen
    kept: Kept
    flaws: tuple[Flaw, ...]


def verify_period(database: Engine, campaign: str, period: str, actor: Actor) -> list[Verified]:
    """Recompute every result of every revision that somebody decided on; UsageError if the period was never frozen."""
    with reading_as(database, actor, Verb.SEE_LIVE) as connection:
        revisions = list_frozen(connection, campaign, period)
        if not revisions:
            load_campaign(connection, campaign).period(period)
            raise UsageError("never_frozen", campaign=campaign, period=period)
        broken = check_seals(connection)
        return [found for frozen in revisions for found in _verify_revision(connection, frozen, broken)]


def check_result(copy: Copy, recorded: Sequence[Recorded], kept: Kept) -> Iterator[Flaw]:
    """What in a kept result differs from its copy and adjustments counted anew."""
    row = f"result/{kept.id}"
    if kept.documents.digests != dict(kept.digests):
        wrong = [name for name, digest in kept.documents.digests.items() if kept.digests[name] != digest]
        yield from (Flaw(name.removesuffix("_sha256"), row) for name in wrong)
        return
    if chain_head(recorded) != kept.adjustments_sha256:
        yield Flaw("adjustments", row)
        return
    try:
        counted = documents_of(count_copy(copy, [one.what for one in recorded]))
    except RefusedError:
        yield Flaw("adjustments", row)
        return
    for name in ("measures", "results"):
        if getattr(counted, name) != getattr(kept.documents, name):
            yield Flaw(name, row)


def _verify_revision(connection: Connection, frozen: Frozen, broken: list[BrokenSeal]) -> Iterator[Verified]:
    # A broken seal counts against every result: of a row that is missing nobody can tell any more which period it was of.
    sealed = [Flaw("seal", f"{seal.table}/{seal.key}") for seal in broken]
    results = [kept for kept in list_results(connection, frozen.id) if kept.stage != ADJUSTED]
    copy = _copy_or_none(connection, frozen)
    for kept in results:
        flaws = [*sealed, *_inputs(connection, frozen, copy)]
        if copy is not None and not flaws:
            recorded = load_adjustments(connection, frozen.id, kept.adjustments)
            bent = breaks_chain(recorded)
            flaws += [Flaw("adjustments", f"adjustment/{frozen.id}/{bent}")] if bent else check_result(copy, recorded, kept)
        yield Verified(frozen, kept, tuple(flaws))


def _copy_or_none(connection: Connection, frozen: Frozen) -> Copy | None:
    try:
        return load_parts(connection, frozen.id)
    except (zlib.error, ValueError):
        return None


def _inputs(connection: Connection, frozen: Frozen, copy: Copy | None) -> Iterator[Flaw]:
    """Whether the parts are those of the digest, and the rulebook the one that is kept."""
    row = f"snapshot/{frozen.id}"
    if copy is None or copy.sha256 != frozen.inputs_sha256:
        yield Flaw("inputs", row)
        bent = (part for part in check_parts(connection) if part.key.startswith(f"{frozen.id}/"))
        yield from (Flaw("inputs", f"{part.table}/{part.key}") for part in bent)
        return
    code, _, version = frozen.rulebook.partition("@")
    named = (RULEBOOK.c.code == code, RULEBOOK.c.version == int(version))
    if connection.execute(select(RULEBOOK.c.text).where(*named)).scalar() != rulebook_of(copy):
        yield Flaw("rules", row)
