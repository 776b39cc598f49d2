"""A rulebook's description arranged for comparing: every field is said once, and nothing is said by two sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tracker.core.describe import Section, describe_rulebook
from tracker.core.rulebook import Indicator, Reported, Rulebook, TieBreak
from tracker.core.statements import STATEMENT_KEYS
from tracker.core.terms import Statement

# What only a difference says, with the names of the arguments; `tracker.text` has the words.
DIFFERENCE_KEYS: Mapping[str, tuple[str, ...]] = {
    "rule_change.title": ("vi", "en"),
    "rule_change.points": ("points",),
    "rule_change.basis": ("basis",),
    "rule_change.order": ("titles",),
    "rule_change.by": ("by", "title"),
    "rule_change.integer": (),
    "rule_change.cases": ("needs",),
    "rule_change.unused": ("key", "value"),
    "rule_change.help": ("vi", "en"),
    "rule_change.weight_note": ("vi", "en"),
    "rule_change.document": ("name", "text"),
    "rule_change.spelling": (),
}
_BOTH_LANGUAGES = {"rule.help": "rule_change.help", "rule.weight_note": "rule_change.weight_note"}

# The arguments of a sentence that another one compares: titles in the heading of what they name, points in that of theirs.
SPOKEN_BY: Mapping[str, frozenset[str]] = {
    "rule.criterion.points": frozenset({"points", "total"}),
    "rule.criterion.minimum": frozenset({"points"}),
    "rule.not_applicable.full": frozenset({"points"}),
    "rule.reported": frozenset({"title"}),
    "rule.gate.best_grade": frozenset({"title"}),
    "rule.tie_break.high": frozenset({"title"}),
    "rule.tie_break.low": frozenset({"title"}),
    "rule.award.min_criterion": frozenset({"title"}),
    "rule.criticism.criterion_below": frozenset({"title"}),
    **{key: frozenset({"points", "names"}) for key in STATEMENT_KEYS if key.startswith("rule.formula.")},
}


def outline(rulebook: Rulebook) -> Section:
    """The whole rulebook as one section; unlike the description it has items also where the order of sentences matters."""
    indicators = {indicator.code: indicator for criterion in rulebook.criterion for indicator in criterion.indicator}
    ordered = {
        "reported_all": tuple(_reported(one) for one in rulebook.reported),
        "tie_breaks": tuple(_tie_break(rulebook, one) for one in rulebook.tie_break),
    }
    sections = [
        replace(section, statements=(), items=ordered[section.key])
        if section.key in ordered
        else replace(section, items=tuple(_completed(item, indicators) for item in section.items))
        for section in describe_rulebook(rulebook)
    ]
    documents = tuple(_document(name, text) for name, text in _leaves(rulebook.documents, ""))
    items = (*sections, Section("documents", items=documents))
    return Section("identity", items=items, title=rulebook.title, basis=rulebook.basis)


def heading(section: Section) -> Iterator[Statement]:
    """What stands above a section's sentences, as sentences: title, points and basis."""
    if section.title is not None:
        yield Statement("rule_change.title", dict(section.title))
    if section.points is not None:
        yield Statement("rule_change.points", {"points": section.points})
    if section.basis is not None:
        yield Statement("rule_change.basis", {"basis": section.basis})


def _completed(item: Section, indicators: Mapping[str, Indicator]) -> Section:
    """An indicator with what its description leaves out; anything else as it is."""
    if item.key != "indicator" or item.code is None:
        return item
    said = (_in_both_languages(statement) for statement in item.statements)
    return replace(item, statements=(*said, *_unsaid(indicators[item.code])))


def _in_both_languages(statement: Statement) -> Statement:
    key = _BOTH_LANGUAGES.get(statement.key)
    title = statement.args.get("title")
    return Statement(key, dict(title)) if key is not None and isinstance(title, Mapping) else statement


def _unsaid(indicator: Indicator) -> Iterator[Statement]:
    if indicator.cases is not None:
        yield Statement("rule_change.cases", {"needs": indicator.cases})
    if getattr(indicator.formula, "denominator", None) is None and indicator.if_not_applicable != "redistribute":
        yield Statement("rule_change.unused", {"key": "if_not_applicable", "value": indicator.if_not_applicable})


def _reported(reported: Reported) -> Section:
    said = [Statement("rule.reported", {"measure": reported.measure, "title": reported.title})]
    if reported.integer:
        said.append(Statement("rule_change.integer"))
    return Section("reported", tuple(said), (), reported.measure, reported.title)


def _tie_break(rulebook: Rulebook, rule: TieBreak) -> Section:
    said = Statement(f"rule.tie_break.{rule.order}", {"by": rule.by, "title": rulebook.titles.get(rule.by)})
    return Section("tie_break", (said,), (), rule.by)


def _document(name: str, text: str) -> Section:
    return Section("document", (Statement("rule_change.document", {"name": name, "text": text}),), (), name)


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    """The texts of the documents' table by their dotted path; a list's entries are numbered from 1."""
    if isinstance(value, Mapping):
        entries: Iterable[tuple[object, object]] = value.items()
    elif isinstance(value, list | tuple):
        entries = enumerate(value, start=1)
    else:
        yield path, str(value)
        return
    for key, entry in entries:
        yield from _leaves(entry, f"{path}.{key}" if path else str(key))
