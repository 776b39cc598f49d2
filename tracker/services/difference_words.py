"""The difference between two rulebooks as an answer for machines and as lines to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracker.core.rule_difference import Change, RuleDifference
from tracker.text import Language, pick, say
from tracker.text.differences import name_place, say_pair


def answer_difference(difference: RuleDifference, language: Language) -> dict[str, Any]:
    """Both versions and every change; a sentence that came has no `before`, one that went no `after`."""
    changes = [_answer(change, language) for change in difference.changes]
    return {"before": difference.before, "after": difference.after, "changes": changes}


def difference_words(difference: RuleDifference, language: Language) -> str:
    """The same as lines: a heading for each change, what went behind "-", what came behind "+"."""
    versions = {"before": difference.before, "after": difference.after}
    if not difference.changes:
        return say(language, "rule_change.none", **versions)
    return "\n".join([say(language, "rule_change.between", **versions), *_lines(difference, language)])


def _answer(change: Change, language: Language) -> dict[str, Any]:
    return {
        "change": change.kind.value,
        "part": change.key,
        "code": change.code,
        "title": pick(language, change.title) if change.title else None,
        "criterion": pick(language, change.within) if change.within else None,
        "sentences": [dict(zip(("before", "after"), say_pair(language, pair), strict=True)) for pair in change.sentences],
    }


def _lines(difference: RuleDifference, language: Language) -> Iterator[str]:
    for change in difference.changes:
        yield ""
        yield f"{say(language, f'rule_change.{change.kind.value}')}: {name_place(language, change)}"
        for pair in change.sentences:
            old, new = say_pair(language, pair)
            yield from (f"  {mark} {said}" for mark, said in (("-", old), ("+", new)) if said is not None)
