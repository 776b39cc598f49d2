"""Word papers: a template filled with a context, by a process of its own that may fail without harm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tracker.core.problems import Problem

Context = Mapping[str, Any]


def render(template: bytes, context: Context) -> bytes:
    """The filled paper; the same bytes for the same context. RefusedError says what is wrong with the template."""
    return render_all(template, [context])[0]


def render_all(template: bytes, contexts: Iterable[Context]) -> Sequence[bytes]:
    """Several papers of one template, cheaper than one by one."""
    raise NotImplementedError


def check_template(kind: str, template: bytes) -> list[Problem]:
    """What forbids using the template for that kind of paper: rendered with full and with empty sample data."""
    raise NotImplementedError
