"""Walking the audit log from its first entry: whether each holds, follows the one before, and is the one written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.core.problems import UsageError
from tracker.services.seals import BrokenSeal
from tracker.store.audit import GENESIS, Head, digest

_HEX = frozenset("0123456789abcdef")


class Fault(StrEnum):
    """What is wrong with the first entry that is."""

    CHANGED = "changed"  # its columns do not give its hash
    REORDERED = "reordered"  # they would, under another number
    MISSING = "missing"  # the number is skipped
    BROKEN = "broken"  # whole in itself, but it does not hold the hash of the entry before
    REWRITTEN = "rewritten"  # the chain holds, but here it is not the one an anchor names
    CUT = "cut"  # an anchor names an entry after the last one


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first wrong entry. `other`: the number it belongs to, or the last entry that is vouched for, as the fault says."""

    fault: Fault
    seq: int
    other: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found: the last entry that held and how many times the clock went back (a warning: the order is `seq`).

    `broken`: the rows that are not as the log sealed them; the walk itself finds none.
    """

    head: Head
    wrong: Wrong | None = None
    backwards: tuple[int, ...] = ()
    broken: tuple[BrokenSeal, ...] = ()

    @property
    def whole(self) -> bool:
        """True if neither an entry nor a sealed row is wrong."""
        return self.wrong is None and not self.broken


def read_anchors(text: str) -> list[Head]:
    """The heads written down in a file, one `number hash` a line; blank lines and those beginning with # are skipped."""
    anchors = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if not parts or line.lstrip().startswith("#"):
            continue
        good = len(parts) == 2 and parts[0].isascii() and parts[0].isdigit() and len(parts[1]) == len(GENESIS)
        if not good or not _HEX.issuperset(parts[1]):
            raise UsageError("anchor_unreadable", line=number)
        anchors.append(Head(int(parts[0]), parts[1]))
    if not anchors:
        raise UsageError("anchor_unreadable", line=1)
    return sorted(anchors, key=lambda anchor: anchor.seq)


def check_chain(entries: Iterable[Mapping[str, Any]], size: int, anchors: Iterable[Head] = ()) -> Verdict:
    """The verdict on entries in the order of `seq`; `size` is the highest number among them."""
    wanted: dict[int, set[str]] = defaultdict(set)
    for anchor in anchors:
        wanted[anchor.seq].add(anchor.hash)
    last, vouched, at = Head(0, GENESIS), 0, ""
    backwards: list[int] = []
    for entry in entries:
        wrong = _fault(entry, last, size) or _rewritten(entry, wanted, vouched)
        if wrong is not None:
            return Verdict(last, wrong, tuple(backwards))
        last = Head(entry["seq"], entry["hash"])
        vouched = last.seq if last.seq in wanted else vouched
        if entry["at_utc"] < at:
            backwards.append(last.seq)
        at = entry["at_utc"]
    beyond = max(wanted, default=0)
    cut = Wrong(Fault.CUT, last.seq + 1, beyond) if beyond > last.seq else None
    return Verdict(last, cut, tuple(backwards))


def _fault(entry: Mapping[str, Any], last: Head, size: int) -> Wrong | None:
    seq = entry["seq"]
    if seq > last.seq + 1:
        return Wrong(Fault.MISSING, last.seq + 1)
    if not _holds(entry):
        others = (other for other in range(1, size + 1) if _holds({**entry, "seq": other}))
        own = next(others, None)
        return Wrong(Fault.CHANGED, seq) if own is None else Wrong(Fault.REORDERED, seq, own)
    return None if (seq, entry["prev"]) == (last.seq + 1, last.hash) else Wrong(Fault.BROKEN, seq, last.seq)


def _holds(entry: Mapping[str, Any]) -> bool:
    try:
        return bool(digest(entry) == entry["hash"])
    except (TypeError, ValueError):  # bytes where text was, or text that is no UTF-8 any more
        return False


def _rewritten(entry: Mapping[str, Any], wanted: Mapping[int, set[str]], vouched: int) -> Wrong | None:
    named = wanted.get(entry["seq"])
    return None if named is None or named == {entry["hash"]} else Wrong(Fault.REWRITTEN, entry["seq"], vouched)
