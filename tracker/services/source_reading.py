"""A file to tables with a column of ours for each of its own: by what was chosen now, by a profile, or by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Engine

from tracker.core.problems import Problem
from tracker.intake import ReadingChoices, Table, map_table, read_file
from tracker.services.access import Actor
from tracker.services.import_terms import Source as Source
from tracker.services.profiles import Profile, find_profile, load_profile, merge_choices
from tracker.store.engine import reading


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table of a file, mapped, and the profile that says how, "" for none."""

    table: Table
    profile: str = ""

    def noticing(self, problems: Sequence[Problem]) -> ReadTable:
        """The same with these problems before its own."""
        return replace(self, table=replace(self.table, problems=(*problems, *self.table.problems)))


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file shall be read: the choices made for it, and the profile named for it, None to find one by its headings."""

    choices: ReadingChoices = field(default_factory=ReadingChoices)
    profile: str | None = None


def read_source(database: Engine, source: Source, asked: Asked, actor: Actor) -> tuple[list[ReadTable], list[Problem]]:
    """The file's tables and what is wrong with the file. UsageError for a profile, kind or column that does not exist.

    No transaction is open while the file is read.
    """
    choices, named = asked.choices, None
    if asked.profile is not None:
        with reading(database) as connection:
            named = load_profile(connection, asked.profile)
        choices = _with(choices, named)
    tables, problems = read_file(source.name, source.data, choices)
    if not tables and named is None:
        with reading(database) as connection:
            named = _of_unknown_kind(connection, problems, actor)
        if named is not None:
            choices = _with(choices, named)
            tables, problems = read_file(source.name, source.data, choices)
    with reading(database) as connection:
        return [_map(connection, table, choices, named, actor) for table in tables], problems


def _map(connection: Connection, table: Table, choices: ReadingChoices, named: Profile | None, actor: Actor) -> ReadTable:
    kind = table.kind.name if table.kind else None
    found = named or find_profile(connection, table.header, kind, actor)
    if found is not None and found.kind == kind:
        choices = merge_choices(choices, found.choices)
    return ReadTable(map_table(table, choices), found.name if found else "")


def _of_unknown_kind(connection: Connection, problems: list[Problem], actor: Actor) -> Profile | None:
    """The profile that says what a file is whose headings do not say it."""
    unknown = [problem for problem in problems if problem.code == "unknown_kind"]
    if len(unknown) != 1:
        return None
    headings = unknown[0].args.get("headings")
    return find_profile(connection, headings, None, actor) if isinstance(headings, tuple) else None


def _with(choices: ReadingChoices, profile: Profile) -> ReadingChoices:
    merged = merge_choices(choices, profile.choices)
    return merged if merged.kind else replace(merged, kind=profile.kind)
