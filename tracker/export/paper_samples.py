"""Sample data of each kind of paper, made from the list of its fields: enough to see whether a template can be filled."""

from __future__ import annotations

from typing import Any

from tracker.export.paper_kinds import PAPERS

_ROWS = 3


def samples_of(kind: str) -> tuple[dict[str, Any], ...]:
    """Data with every field filled in and every list of some rows, and data with every field and every list empty."""
    return _sample(kind, filled=True), _sample(kind, filled=False)


def _sample(kind: str, *, filled: bool) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for field in PAPERS[kind].fields:
        _grow(tree, field.name.split("."))
    return {name.removesuffix("[]"): _fill(name, part, filled=filled) for name, part in tree.items()}


def _grow(tree: dict[str, Any], names: list[str]) -> None:
    """Hang a field into the tree of groups."""
    below = tree.setdefault(names[0], {})
    if len(names) > 1:
        _grow(below, names[1:])


def _fill(name: str, part: dict[str, Any], *, filled: bool) -> Any:
    if not part and not name.endswith("[]"):
        return f"«{name}»" if filled else ""
    if not filled:
        return []
    return [_row(name, part, number) for number in range(1, _ROWS + 1)]


def _row(name: str, part: dict[str, Any], number: int) -> Any:
    """An item of a list: a text, or a group of fields."""
    if not part:
        return f"«{name} {number}»"
    return {inner.removesuffix("[]"): _fill(inner, below, filled=True) for inner, below in part.items()}
