"""Units and procedures by code, by name, or as a person chose; and which ones are meant by what is not understood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

import numpy as np

from tracker.intake.cells import Objects, clean_text, map_distinct
from tracker.intake.folding import fold, likeness
from tracker.intake.rows import Known, Named

# "UBND xã Đắk Lao" is the office of "Xã Đắk Lao".
_OFFICE_OF = ("uybannhandan", "ubnd")
_LOOKED_AT = 20
_SAID = 3
_BETWEEN = "\x1f"


class Register:
    """The units or the procedures a file may speak of."""

    def __init__(self, codes: Iterable[str], named: Iterable[Named]) -> None:
        self.entries = {code: Named(code, "") for code in sorted(codes)} | {one.code: one for one in named}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for one in self.entries.values():
            if one.name:
                self._by_name[name_key(one.name)].append(one.code)

    def find(self, text: str, parent: str = "") -> str | None:
        """The code the text is, or the one unit of that name below that parent; None if that is not exactly one."""
        if text in self.entries:
            return text
        codes = self._by_name.get(name_key(text), [])
        above = {parent} if parent in self.entries else set(self._by_name.get(name_key(parent), []))
        if above:
            codes = [code for code in codes if self.entries[code].parent in above]
        return codes[0] if len(codes) == 1 else None

    def nearest(self, text: str) -> tuple[str, ...]:
        """The entries most like the text by code or name, each as `name, parent's name (code)`, the likest first."""
        key, parts = name_key(text), _parts(text)
        ranked = sorted(self._by_parts, key=lambda one: -len(parts & one[1]) / (len(parts | one[1]) or 1))
        likely = [(max(likeness(key, fold(code)), likeness(key, name_key(self.entries[code].name))), code)
                  for code, _ in ranked[:_LOOKED_AT]]  # fmt: skip
        return tuple(self._say(code) for _, code in sorted(likely, key=lambda one: -one[0])[:_SAID])

    @cached_property
    def _by_parts(self) -> list[tuple[str, frozenset[str]]]:
        return [(code, _parts(code) | _parts(one.name)) for code, one in self.entries.items()]

    def _say(self, code: str) -> str:
        one = self.entries[code]
        above = self.entries[one.parent].name if one.parent in self.entries else ""
        name = ", ".join(part for part in (one.name, above) if part)
        return f"{name} ({code})" if name else code


def unit_register(known: Known, own: Iterable[Named] = ()) -> Register:
    """The units that are known, and those the file itself brings."""
    return Register(known.units, (*known.named_units, *own))


@lru_cache(maxsize=1)  # a long table asks for it with every portion
def procedure_register(known: Known) -> Register:
    """The procedures that are known."""
    return Register(known.procedures, known.named_procedures)


def name_key(name: str) -> str:
    """A name as it is compared: folded, the office named like its place."""
    folded = fold(name)
    for office in _OFFICE_OF:
        if folded.startswith(office) and len(folded) > len(office):
            return folded.removeprefix(office)
    return folded


def find_codes(cells: Objects, register: Register, chosen: Mapping[str, str], parents: Objects | None = None) -> Objects:
    """The cells with the codes of what they name; what is not understood stays as it is.

    `chosen`: what a text was said to mean before. `parents`: the cells that tell units of one name apart.
    """
    meant = {name_key(text): code for text, code in chosen.items() if code in register.entries}

    def find(text: str, parent: str = "") -> str:
        plain = clean_text(text, breaks=" ")[0]
        if not plain or plain in register.entries:
            return text
        return meant.get(name_key(plain)) or register.find(plain, clean_text(parent, breaks=" ")[0]) or text

    if parents is None:
        return map_distinct(cells, find)
    pairs = np.array([_BETWEEN.join(pair) for pair in zip(cells, parents, strict=True)], dtype=object)
    return map_distinct(pairs, lambda pair: find(*pair.split(_BETWEEN, 1)))


def _parts(text: str) -> frozenset[str]:
    """The three-letter parts of a text."""
    key = name_key(text)
    return frozenset(key[at : at + 3] for at in range(max(len(key) - 2, 1)))
