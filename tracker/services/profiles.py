"""Mapping profiles: how the files of one source are read, found again by name or by the fingerprint of their headings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from tracker.core.cases import KINDS
from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.intake import ReadingChoices, fingerprint
from tracker.intake.synonyms import columns_of
from tracker.services import audit
from tracker.services.access import OPERATOR, Actor, DeniedError, Role, Verb, may, require_somewhere, role_of
from tracker.services.act import Act
from tracker.services.permitted import denials_recorded
from tracker.store.engine import reading, writing
from tracker.store.profiles import Profile as ProfileRow

PROFILE = ProfileRow.__table__  # type: ignore[attr-defined]
_NAME = re.compile(r"[\w][\w .,()&/-]{0,79}")
_MOST_BYTES = 200_000
# Of the file in hand, not of its source.
_NOT_KEPT = ("header_row", "sheets", "unit", "period")  # said of one file, not of its source


@dataclass(frozen=True, slots=True)
class Profile:
    """A kept profile; `version` is what a change of it names."""

    name: str
    kind: str
    fingerprint: str
    choices: ReadingChoices
    version: int
    made_by: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewProfile:
    """What somebody wants kept: under which name, for which headings, and how such files are read."""

    name: str
    kind: str
    header: tuple[str, ...]
    choices: ReadingChoices


def save_profile(database: Engine, new: NewProfile, seen: int | None, act: Act) -> Profile:
    """Keep it, in place of the one of that name if somebody saw that one (`seen`: its version)."""
    _require_sound(new)
    said = _write(new.choices)
    made = {
        "kind": new.kind,
        "fingerprint": fingerprint(new.header),
        "choices": said,
        "made_by": act.actor,
        "made_at": act.now,
    }
    with denials_recorded(database), writing(database) as connection:
        require_somewhere(connection, act.actor, Verb.IMPORT)
        before = _find(connection, new.name)
        if (before and before.version) != seen:
            args = {"name": new.name, "who": before.made_by if before else ""}
            raise RefusedError([Problem("profile_moved" if seen or not before else "profile_exists", Place(""), args=args)])
        if before is None:
            connection.execute(insert(PROFILE).values(name=new.name, version=1, **made))
        else:
            _require_own(connection, act.actor, before)
            made = {**made, "version": before.version + 1}
            connection.execute(update(PROFILE).where(*_unchanged(before)).values(**made))
        after = {"kind": new.kind, "sha256": sha256(said.encode()).hexdigest()}
        audit.record(connection, act, "save_profile", f"profile/{new.name}", _digest(before), after)
        return load_profile(connection, new.name)


def list_profiles(database: Engine, actor: Actor) -> list[Profile]:
    """Every profile in the order of their names."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.IMPORT)
        return [_profile(row) for row in connection.execute(select(PROFILE).order_by(PROFILE.c.name))]


def delete_profile(database: Engine, name: str, seen: int, act: Act) -> None:
    """Forget the profile somebody saw at that version. What was imported with it stays."""
    with denials_recorded(database), writing(database) as connection:
        require_somewhere(connection, act.actor, Verb.IMPORT)
        before = load_profile(connection, name)
        _require_own(connection, act.actor, before)
        if before.version != seen:
            raise RefusedError([Problem("profile_moved", Place(""), args={"name": name, "who": before.made_by})])
        connection.execute(delete(PROFILE).where(*_unchanged(before)))
        audit.record(connection, act, "delete_profile", f"profile/{name}", _digest(before))


def load_profile(connection: Connection, name: str) -> Profile:
    """The profile of that name; UsageError if there is none."""
    found = _find(connection, name)
    if found is None:
        known = ", ".join(connection.execute(select(PROFILE.c.name).order_by(PROFILE.c.name)).scalars())
        raise UsageError("unknown_profile", profile=name, known=known)
    return found


def find_profile(connection: Connection, header: Sequence[str], kind: str | None, actor: Actor) -> Profile | None:
    """The profile for files with these headings (of that kind, if one is known): the actor's own, else the newest.

    What a unit's account kept is applied to nobody else's files unasked.
    """
    wanted = select(PROFILE).where(PROFILE.c.fingerprint == fingerprint(header))
    found = [_profile(row) for row in connection.execute(wanted.order_by(PROFILE.c.made_at.desc(), PROFILE.c.name))]
    fitting = [profile for profile in found if kind in (None, profile.kind)]
    own = [profile for profile in fitting if profile.made_by == actor]
    trusted = [profile for profile in fitting if _is_for_all(connection, profile)]
    return next(iter((*own, *trusted)), None)


def mark_used(database: Engine, names: set[str], act: Act) -> None:
    """Say of these profiles that they were used now."""
    if names:
        with writing(database) as connection:
            connection.execute(update(PROFILE).where(PROFILE.c.name.in_(names)).values(used_at=act.now))


def merge_choices(asked: ReadingChoices, kept: ReadingChoices) -> ReadingChoices:
    """What was asked now, and what was kept where nothing was asked."""
    merged: dict[str, Any] = {}
    for field in fields(ReadingChoices):
        new, old = getattr(asked, field.name), getattr(kept, field.name)
        merged[field.name] = {**old, **new} if isinstance(old, Mapping) else old if new is None else new
    return ReadingChoices(**merged)


def _require_sound(new: NewProfile) -> None:
    """Raise RefusedError for a name nobody could type again, UsageError for a kind or column that does not exist."""
    if new.kind not in KINDS:
        raise UsageError("unknown_kind", kind=new.kind, kinds=tuple(KINDS))
    ours = columns_of(KINDS[new.kind])
    for name in {*new.choices.mapping.values(), *new.choices.words} - {"", *ours}:
        raise UsageError("unknown_column", column=name, kind=new.kind, known=", ".join(ours))
    if not _NAME.fullmatch(new.name) or new.name != new.name.strip():
        raise RefusedError([Problem("bad_profile_name", Place(""), value=new.name[:80])])
    if len(_write(new.choices)) > _MOST_BYTES or not any(heading.strip() for heading in new.header):
        raise RefusedError([Problem("bad_profile", Place(""), args={"name": new.name})])


def _require_own(connection: Connection, actor: Actor, profile: Profile) -> None:
    """Raise DeniedError unless the actor made it, or imports for all units."""
    if profile.made_by != actor and not may(connection, actor, Verb.IMPORT):
        raise DeniedError(actor, Verb.IMPORT)


def _is_for_all(connection: Connection, profile: Profile) -> bool:
    maker = Actor(profile.made_by)
    return maker == OPERATOR or role_of(connection, maker) in (Role.CLERK, Role.ADMIN)


def _find(connection: Connection, name: str) -> Profile | None:
    row = connection.execute(select(PROFILE).where(PROFILE.c.name == name)).first()
    return None if row is None else _profile(row)


def _unchanged(profile: Profile) -> tuple[Any, Any]:
    return PROFILE.c.name == profile.name, PROFILE.c.version == profile.version


def _profile(row: Row[Any]) -> Profile:
    choices = ReadingChoices(**json.loads(row.choices))
    return Profile(row.name, row.kind, row.fingerprint, choices, row.version, row.made_by, row.made_at, row.used_at)


def _write(choices: ReadingChoices) -> str:
    """The choices that were made, as JSON in one spelling."""
    made = {name: value for name, value in asdict(choices).items() if value and name not in _NOT_KEPT}
    return json.dumps(made, ensure_ascii=False, sort_keys=True)


def _digest(profile: Profile | None) -> dict[str, audit.Plain] | None:
    if profile is None:
        return None
    return {"kind": profile.kind, "sha256": sha256(_write(profile.choices).encode()).hexdigest()}
