"""The rulebooks that are kept, and the way of a new one: read and compared first, then kept exactly as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine, func, select

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.core.rule_difference import RuleDifference, compare_rulebooks
from tracker.core.rulebook import Rulebook
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.campaigns import KeptRulebook, check_rulebook, is_kept, keep_text, load_rulebook
from tracker.services.permitted import reading_as, writing_as
from tracker.services.policies import CAMPAIGN, RULEBOOK

MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class RulebookRecord:
    """A kept version of a rulebook: who added it when, and the campaigns that apply it."""

    kept: KeptRulebook
    reference: str
    added_at: datetime
    added_by: str
    campaigns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody hands in."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Examination:
    """A rulebook without problems, and how it differs from the version before (`before`, None for a first version).

    `examples`: whether worked examples were recomputed. `kept`: that very text is kept already.
    """

    rulebook: Rulebook
    text: str
    sha256: str
    examples: bool
    kept: bool
    before: str | None
    difference: RuleDifference | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody saw before deciding to keep a rulebook: its text by digest, and which version it was compared with."""

    sha256: str
    before: str | None


def list_rulebooks(database: Engine, actor: Actor) -> list[RulebookRecord]:
    """Every kept version, by code, the newest first."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        using: dict[str, list[str]] = {}
        for row in connection.execute(select(CAMPAIGN).order_by(CAMPAIGN.c.position)):
            using.setdefault(f"{row.rulebook}@{row.rulebook_version}", []).append(row.code)
        found = connection.execute(select(RULEBOOK).order_by(RULEBOOK.c.code, RULEBOOK.c.version.desc())).all()
        records = []
        for row in found:
            reference = f"{row.code}@{row.version}"
            kept = load_rulebook(connection, reference)
            records.append(RulebookRecord(kept, reference, row.added_at, row.added_by, tuple(using.get(reference, ()))))
        return records


def examine_rulebook(database: Engine, upload: Upload, examples: Upload | None, actor: Actor) -> Examination:
    """Check a rulebook and its worked examples and compare it; RefusedError with every problem found in either."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        text, rulebook = _check(upload, examples)
        digest = sha256(upload.data).hexdigest()
        kept = is_kept(connection, rulebook, digest, upload.name)
        before = _version_before(connection, rulebook)
        difference = compare_rulebooks(load_rulebook(connection, before).rulebook, rulebook) if before else None
        return Examination(rulebook, text, digest, examples is not None, kept, before, difference)


def keep_rulebook(database: Engine, upload: Upload, examples: Upload | None, confirmed: Confirmed, act: Act) -> KeptRulebook:
    """Keep the rulebook that was confirmed; refused if it is another text, or was compared with what is no longer next."""
    text, rulebook = _check(upload, examples)
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        if sha256(upload.data).hexdigest() != confirmed.sha256:
            raise RefusedError([Problem("rulebook_not_confirmed", Place(upload.name))])
        before = _version_before(connection, rulebook)
        if before != confirmed.before:
            raise RefusedError([Problem("rulebook_compared_anew", Place(upload.name), args={"before": before})])
        return keep_text(connection, rulebook, text, upload.name, act)


def _check(upload: Upload, examples: Upload | None) -> tuple[str, Rulebook]:
    text = _read(upload)
    beside = (_read(examples), examples.name) if examples is not None else None
    return text, check_rulebook(text, upload.name, beside)


def _read(upload: Upload) -> str:
    if len(upload.data) > MOST_BYTES:
        raise UsageError("rulebook_too_large", file=upload.name, n=len(upload.data), most=MOST_BYTES)
    try:
        return upload.data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError("not_utf8", file=upload.name) from error


def _version_before(connection: Connection, rulebook: Rulebook) -> str | None:
    """The newest kept version below the rulebook's own."""
    where = (RULEBOOK.c.code == rulebook.code, RULEBOOK.c.version < rulebook.version)
    version = connection.execute(select(func.max(RULEBOOK.c.version)).where(*where)).scalar()
    return None if version is None else f"{rulebook.code}@{version}"
