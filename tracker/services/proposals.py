"""The two lists and the rulings as people read them: one entry per unit and rule, by rule, then by cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import groupby

from tracker.core.terms import Criticism, Reward, RuledOut, Statement
from tracker.services.rows import cluster_key
from tracker.services.standings import Board
from tracker.text import search_key

Words = Mapping[str, str]
LISTS = REWARD, CRITICISM, RULED_OUT = "reward", "criticism", "ruled_out"


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit on a list. `level` is a criticism's only; `tie`: the committee chooses among the tied units."""

    list: str
    rule: str
    title: Words
    unit: str
    name: str
    cluster: str
    rank: int | None
    score: Fraction
    reasons: tuple[Statement, ...]
    form: str | None = None
    level: str | None = None
    tie: bool = False
    search: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one rule, cluster by cluster."""

    rule: str
    title: Words
    form: str | None
    level: str | None
    clusters: tuple[tuple[str, tuple[Entry, ...]], ...]


@lru_cache(maxsize=32)
def list_entries(board: Board) -> Mapping[str, tuple[Entry, ...]]:
    """The entries of each list (reward, criticism, ruled_out) in reading order."""
    return {
        REWARD: _in_order(_reward(board, item) for item in board.lists.reward),
        CRITICISM: _in_order(_criticism(board, item) for item in board.lists.criticism),
        RULED_OUT: _in_order(_ruled_out(board, board.lists.ruled_out)),
    }


@lru_cache(maxsize=128)
def select_entries(board: Board, name: str, cluster: str = "", words: str = "") -> tuple[Entry, ...]:
    """The entries of a list and a cluster whose unit's name or code holds the words, with or without accents."""
    wanted = search_key(words.strip())
    return tuple(entry for entry in list_entries(board)[name] if cluster in ("", entry.cluster) and wanted in entry.search)


def group_entries(entries: Sequence[Entry]) -> list[Group]:
    """The same under the headings of their rules and clusters; entries must be in reading order."""
    groups = []
    for rule, of_rule in groupby(entries, key=lambda entry: entry.rule):
        found = list(of_rule)
        clusters = tuple((cluster, tuple(part)) for cluster, part in groupby(found, key=lambda entry: entry.cluster))
        groups.append(Group(rule, found[0].title, found[0].form, found[0].level, clusters))
    return groups


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By rule as the lists have them, then by cluster in alphabetical order, then by rank as they are."""
    found = list(entries)
    rules = {rule: position for position, rule in enumerate(dict.fromkeys(entry.rule for entry in found))}
    return tuple(sorted(found, key=lambda entry: (rules[entry.rule], cluster_key(entry.cluster))))


def _reward(board: Board, item: Reward) -> Entry:
    award = next(award for award in board.setting.rulebook.rulebook.award if award.code == item.award)
    name = board.offices[item.unit].name
    return Entry(
        REWARD,
        item.award,
        award.title,
        item.unit,
        name,
        item.cluster,
        item.rank,
        item.score,
        tuple(map(board.with_names, item.reasons)),
        form=award.form,
        tie=item.tie,
        search=search_key(f"{name} {item.unit}"),
    )


def _criticism(board: Board, item: Criticism) -> Entry:
    rule = next(rule for rule in board.setting.rulebook.rulebook.criticism if rule.code == item.criticism)
    name = board.offices[item.unit].name
    return Entry(
        CRITICISM,
        item.criticism,
        rule.title,
        item.unit,
        name,
        item.cluster,
        item.rank,
        item.score,
        item.reasons,
        level=item.level,
        search=search_key(f"{name} {item.unit}"),
    )


def _ruled_out(board: Board, items: Sequence[RuledOut]) -> Iterable[Entry]:
    """A unit barred for several reasons is one entry."""
    awards = {award.code: award for award in board.setting.rulebook.rulebook.award}
    for (award, unit), found in groupby(items, key=lambda item: (item.award, item.unit)):
        reasons = tuple(item.reason for item in found)
        place, name = board.place(unit), board.offices[unit].name
        if place is None:  # only a unit that competes is ruled out
            continue
        score = place.score
        yield Entry(
            RULED_OUT,
            award,
            awards[award].title,
            unit,
            name,
            score.cluster,
            place.rank,
            score.score,
            reasons,
            form=awards[award].form,
            search=search_key(f"{name} {unit}"),
        )
