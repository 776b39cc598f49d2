"""The papers there are: what each is made for, what its secretary fills in, and the fields its template may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Per = Literal["period", "meeting", "unit"]
Shape = Literal["text", "day"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Something the secretary fills in for one paper (words `paper.asked.<name>`); a day is written YYYY-MM-DD."""

    name: str
    shape: Shape = "text"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a template by its dotted name (`lines[].points`: of each line), and the key of the words that explain it."""

    name: str

    @property
    def key(self) -> str:
        """The message that says what it holds."""
        return "paper.field." + self.name.replace("[]", "")


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper (words `paper.kind.<code>`); `persons`: it is also made for one officer.

    `decided`: it rests on what the committee decides, not only on the result.
    """

    code: str
    per: Per
    asked: tuple[Asked, ...]
    fields: tuple[Field, ...]
    persons: bool = False
    decided: bool = True


# Each of these overrides the campaign's own text of that name, for one paper.
SIGNED = (
    Asked("number"),
    Asked("date", "day"),
    Asked("place"),
    Asked("addressee"),
    Asked("signatory_authority"),
    Asked("signatory_role"),
    Asked("signatory_name"),
)
COMMON: tuple[str, ...] = ()
_OWN: Mapping[str, tuple[str, ...]] = {}


def _kind(
    code: str, per: Per, asked: tuple[Asked, ...] = SIGNED, *, persons: bool = False, decided: bool = True
) -> PaperKind:
    fields = tuple(Field(name) for name in (*COMMON, *_OWN.get(code, ())))
    return PaperKind(code, per, asked, fields, persons, decided)


PAPERS: Mapping[str, PaperKind] = {
    kind.code: kind
    for kind in (
        _kind("proposal", "period"),
        _kind("list", "period"),
        _kind("achievement", "unit", persons=True),
        _kind("minutes", "meeting"),
        _kind("decision", "period"),
        _kind("criticism", "unit", persons=True),
        _kind("self_review", "unit", persons=True),
        _kind("notice", "period", decided=False),
        _kind("result", "unit", decided=False),
    )
}
