"""What offices call our columns and values: the word lists of `data/`, by folded key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tracker.core.cases import Column, Kind
from tracker.intake.folding import fold

FOLDER = Path(__file__).resolve().parents[2] / "data"
# Tells units of one name apart; read, never stored.
UNIT_PARENT = "unit_parent"
SUBMITTED = "submitted"
_PERSONAL = (
    *("complainant", "denouncer", "petitioner", "whistleblower"),
    *("nguoikhieunai", "nguoitocao", "nguoiphananh", "nguoikiennghi"),
)
_DAY_OF_SIGNING = re.compile(r"ngay[0-9]*thang[0-9]*nam")
_ANY = "any"
_BESIDE = "beside"


@cache
def headings(kind: Kind) -> Mapping[str, str]:
    """Our column by folded heading, of one kind of case file; our own names are among the headings."""
    listed = _read("synonyms").get(kind.name, {})
    ours = {fold(name): name for name in columns_of(kind)}
    return ours | _by_word({name: words for name, words in listed.items() if name != _BESIDE})


@cache
def headings_beside(kind: Kind) -> Mapping[str, str]:
    """The headings that give a column only where no other heading does."""
    return _by_word(_read("synonyms").get(kind.name, {}).get(_BESIDE, {}))


def columns_of(kind: Kind) -> tuple[str, ...]:
    """What a heading of that kind may stand for: its columns, and what only helps to read them."""
    names = tuple(column.name for column in kind.columns)
    return (*names, UNIT_PARENT) if "unit" in names else names


@cache
def unneeded() -> frozenset[str]:
    """Folded headings known not to be needed."""
    return frozenset(map(fold, _read("synonyms")[_ANY]["unneeded"]))


def is_spare(heading: str, kind: Kind) -> bool:
    """Whether the heading stands for nothing that is missing where it is not read: nobody needs it, or it says less."""
    folded = fold(heading)
    return folded in unneeded() or folded in headings_beside(kind)


def is_personal(heading: str) -> bool:
    """Whether the column names people who complain or denounce: it is never kept, whatever file brings it."""
    folded = fold(heading)
    return any(word in folded for word in _PERSONAL)


@cache
def group_headings() -> frozenset[str]:
    """Folded headings over several columns that add nothing to those below them."""
    return frozenset(map(fold, _read("synonyms")[_ANY]["groups"]))


def is_footer(text: str) -> bool:
    """Whether a line that begins like this stands below a table: totals, place and day, signatures."""
    folded = fold(text)
    return folded.startswith(_footers()) or _DAY_OF_SIGNING.search(folded) is not None


@cache
def _footers() -> tuple[str, ...]:
    return tuple(map(fold, _read("synonyms")[_ANY]["footers"]))


@cache
def words_of(kind: Kind, column: Column) -> Mapping[str, str]:
    """Our value by folded word, of one column; its own values are among the words."""
    return {fold(choice): choice for choice in column.choices} | _by_word(_listed(kind, column))


def shown_words(kind: Kind, column: Column) -> tuple[str, ...]:
    """The word people write for each of the column's choices, in the choices' order."""
    listed = _listed(kind, column)
    return tuple(listed.get(choice, [choice])[0] for choice in column.choices)


@cache
def yes_and_no() -> Mapping[str, str]:
    """`1` or `0` by folded word."""
    listed = _read("words")[_ANY]
    return _by_word({"1": listed["yes"], "0": listed["no"]})


@cache
def unreceived() -> Mapping[str, str]:
    """`submitted` or `refused` by the folded word for the status of what was never received."""
    return _by_word(_read("words")["dossiers"]["unreceived"])


def _listed(kind: Kind, column: Column) -> Mapping[str, list[str]]:
    listed: Mapping[str, list[str]] = _read("words").get(kind.name, {}).get(column.name, {})
    return listed


def _by_word(listed: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {fold(word): name for name, words in listed.items() for word in words}


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
