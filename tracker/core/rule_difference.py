"""What differs between two rulebooks, sentence by sentence: taken from the description that people read, and complete.

Two rulebooks never differ without a change here; a field that no sentence of the description shows has one of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.describe import Section, Words
from tracker.core.rule_outline import SPOKEN_BY, heading, outline
from tracker.core.rulebook import Rulebook
from tracker.core.terms import Statement

Pair = tuple[Statement | None, Statement | None]
Name = tuple[str, str | None, int]

# What a sentence is about by the beginning of its key, so that "to the minute" stands opposite "by the day".
_TOPICS: Mapping[str, str] = {
    **{f"rule.on_time.{name}": name for name in ("compare", "end", "pause", "supplements", "extension", "without_result")},
    "rule.formula.ratio_floor": "floor",
    "rule.formula.part_": "part",
    "rule.formula.bands_else": "bands_else",
    "rule.formula.bands": "formula",
    "rule.formula.band": "band",
    "rule.formula.": "formula",
    "rule.not_applicable.": "not_applicable",
    "rule.missing.": "missing",
    "rule.extra.cap": "cap",
    "rule.extra.": "extra",
    "rule.tie_break.": "tie_break",
    "rule.award.tie_": "award_tie",
    "rule.award.places": "award_size",
    "rule.award.share": "award_size",
    "rule.criticism.criticise": "level",
    "rule.criticism.self_review": "level",
    "rule.criticism.": "trigger",
}


class Kind(StrEnum):
    """What happened to a part of the rules."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the rules that differs: its heading (as it is afterwards), and its sentences before and after.

    `within` is the title of the criterion it belongs to. A pair is (None, new) for a sentence that came, (old, None) for one
    that went; a part that was added or removed has only such.
    """

    kind: Kind
    key: str
    code: str | None
    title: Words | None
    within: Words | None
    sentences: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """Every change from one rulebook to another, named as `code@version`, in the order of the rules."""

    before: str
    after: str
    changes: tuple[Change, ...]


def compare_rulebooks(before: Rulebook, after: Rulebook) -> RuleDifference:
    """The difference in words; `changes` is empty only if everything but code and version is the same."""
    changes = tuple(_changed(outline(before), outline(after), None))
    if not changes and before.model_copy(update={"code": after.code, "version": after.version}) != after:
        # A figure without effect, such as the cut for each incident of an indicator that is worth no points.
        spelt = ((None, Statement("rule_change.spelling")),)
        changes = (Change(Kind.CHANGED, "identity", None, after.title, None, spelt),)
    return RuleDifference(_reference(before), _reference(after), changes)


def _reference(rulebook: Rulebook) -> str:
    return f"{rulebook.code}@{rulebook.version}"


def _changed(before: Section, after: Section, within: Words | None) -> Iterator[Change]:
    """What differs in a section both have: in its own words, then in its items: what went, what is new or different."""
    pairs = (
        *_pair(heading(before), heading(after)),
        *_reordered(before, after),
        *_pair(before.statements, after.statements),
    )
    if pairs:
        yield Change(Kind.CHANGED, after.key, after.code, after.title, within, pairs)
    old, new = _named(before.items), _named(after.items)
    around = after.title if after.key == "criterion" else None
    for name, section in old.items():
        if name not in new:
            yield from _whole(Kind.REMOVED, section, around)
    for name, section in new.items():
        if name in old:
            yield from _changed(old[name], section, around)
        else:
            yield from _whole(Kind.ADDED, section, around)


def _named(sections: Iterable[Section]) -> dict[Name, Section]:
    """Sections by kind and code; where a code stands twice, the second one is another section."""
    seen: Counter[tuple[str, str | None]] = Counter()
    named: dict[Name, Section] = {}
    for section in sections:
        named[(section.key, section.code, seen[section.key, section.code])] = section
        seen[section.key, section.code] += 1
    return named


def _whole(kind: Kind, section: Section, within: Words | None) -> Iterator[Change]:
    """A section that came or went, with everything in it."""
    said = [one for one in (*heading(section), *section.statements) if one.key != "rule_change.title"]
    if said:
        pairs: tuple[Pair, ...] = tuple((None, one) if kind is Kind.ADDED else (one, None) for one in said)
        yield Change(kind, section.key, section.code, section.title, within, pairs)
    for item in section.items:
        yield from _whole(kind, item, section.title if section.key == "criterion" else None)


def _reordered(before: Section, after: Section) -> Iterator[Pair]:
    """The order of the items both have, if it is another."""
    old, new = _named(before.items), _named(after.items)
    old_order = [name for name in old if name in new and name[1] is not None]
    new_order = [name for name in new if name in old and name[1] is not None]
    if old_order != new_order:
        yield _order(old, old_order), _order(new, new_order)


def _order(sections: Mapping[Name, Section], names: Iterable[Name]) -> Statement:
    return Statement("rule_change.order", {"titles": tuple(_title(sections[name]) for name in names)})


def _title(section: Section) -> object:
    if section.key == "tie_break":  # what parts units may be a counted measure, which only `tracker.text` can name
        return Statement("rule_change.by", {"by": section.code, "title": section.statements[0].args["title"]})
    return section.title or section.code


def _pair(before: Iterable[Statement], after: Iterable[Statement]) -> list[Pair]:
    """What was said opposite what is said instead, in the order of the rules; what only went stands last."""
    old, new = _without_common(list(before), list(after))
    opposite: dict[int, int] = {}
    for about in (_key, _topic):
        _match(old, new, about, opposite)
    behind = {new_at: old_at for old_at, new_at in opposite.items()}
    pairs: list[Pair] = [(old[behind[at]] if at in behind else None, one) for at, one in enumerate(new)]
    return pairs + [(one, None) for at, one in enumerate(old) if at not in opposite]


def _match(
    old: Sequence[Statement], new: Sequence[Statement], about: Callable[[Statement], str], opposite: dict[int, int]
) -> None:
    """Set each sentence that has none yet opposite the first free one about the same."""
    for at, one in enumerate(old):
        free = (place for place, two in enumerate(new) if place not in opposite.values() and about(two) == about(one))
        if at not in opposite and (found := next(free, None)) is not None:
            opposite[at] = found


def _without_common(before: list[Statement], after: list[Statement]) -> tuple[list[Statement], list[Statement]]:
    left = []
    for one in before:
        same = next((at for at, two in enumerate(after) if _meaning(two) == _meaning(one)), None)
        if same is None:
            left.append(one)
        else:
            del after[same]
    return left, after


def _key(statement: Statement) -> str:
    return statement.key


def _meaning(statement: Statement) -> tuple[str, dict[str, object]]:
    """What the sentence itself says, without what another one compares."""
    elsewhere = SPOKEN_BY.get(statement.key, frozenset({"names"}))
    return statement.key, {name: value for name, value in statement.args.items() if name not in elsewhere}


def _topic(statement: Statement) -> str:
    return next((topic for start, topic in _TOPICS.items() if statement.key.startswith(start)), statement.key)
