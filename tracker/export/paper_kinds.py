"""The papers there are: what each is made for, what its secretary fills in, and the fields its template may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Per = Literal["period", "meeting", "unit"]
Shape = Literal["text", "day", "lines"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Something the secretary fills in for one paper (words `paper.asked.<name>`).

    A day is written YYYY-MM-DD; `lines` stay one below the other.
    """

    name: str
    shape: Shape = "text"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a template by its dotted name; `units[].score` is the score of each of `units`."""

    name: str

    @property
    def key(self) -> str:
        """The message that says what it holds: fields whose last name is the same hold the same."""
        return "paper.field." + self.name.removesuffix("[]").rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper (words `paper.kind.<code>`). `persons`: it is also made for one officer.

    `stem`: what its file is called. `sign`: what its type is called in a number (TTr of 05/TTr-UBND), "" for a letter.
    """

    code: str
    stem: str
    per: Per
    sign: str
    asked: tuple[Asked, ...]
    fields: tuple[Field, ...]
    persons: bool = False


def _within(group: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{group}.{name}" for name in names)


# A paper's own text overrides the campaign's of the same name.
_HEAD = (Asked("number"), Asked("date", "day"), Asked("place"), Asked("parent_agency"), Asked("agency"))
_SIGNED = (Asked("signatory_authority", "lines"), Asked("signatory_role", "lines"), Asked("signatory_name"))
_LETTER = (*_HEAD, Asked("report_back", "day"), *_SIGNED)

COMMON = (
    *("draft", "stamp_period", "stamp_result", "stamp_log", "form_number", "parent_agency", "agency", "number_line"),
    *("place_date", "addressee", "council", "campaign", "period", "period_first", "period_last", "as_of"),
    *("grounds[]", "recipients[]", "signatory_authority", "signatory_role", "signatory_name", "minutes_reference"),
)
_UNIT_ROW = ("no", "name", "cluster", "score", "rank", "criteria", "dossiers", "on_time", "achievement", "votes", "note")
_PERSON_ROW = ("no", "name", "position", "unit", "dossiers", "on_time", "achievement", "votes", "note")
_AWARDED = (
    *_within("unit_awards[]", "award", "heading", *_within("units[]", *_UNIT_ROW)),
    *_within("person_awards[]", "award", "heading", *_within("persons[]", *_PERSON_ROW)),
)
_COUNTED = ("units_count", "persons_count", "count_words", "annex_reference")
_AWARDS = _within("awards[]", "no", "award", "count_words")
_MONEY = (
    *("deciding_authority", "proposal_reference", "fund", "total_amount", "total_words"),
    *_within("awards[]", "units_count", "unit_amount", "persons_count", "person_amount", "amount"),
)
_BALLOT = ("no", "name", "rule", "votes_for", "against", "blank", "share", "outcome")
_MEETING = (
    *("meeting_day", "meeting_place", "meeting_begins", "meeting_ends", "chair", "secretary", "present", "members"),
    *("present_share", "absent", "quorum", "voting_rule", "meeting_note", "units_total", "ranked_total"),
    *_within("ballots[]", *_BALLOT),
    *_within("exceptions[]", "no", "name", "rule", "verdict", "reason"),
    *_within("appeals[]", "no", "unit", "matter", "verdict", "reason", "effect"),
    *_within("adjustments[]", "no", "unit", "matter", "reason"),
    *_within("criticisms[]", "no", "name", "rule", "level"),
)
_LETTER_FIELDS = (
    *("subject", "unit", "person", "position", "level", "report_back", "reasons[]"),
    *_within("figures[]", "no", "name", "value"),
)
_LINE = ("no", "name", "target", "figures", "value", "previous", "median", "points", "max", "why")
_UNIT_SHEET = (
    *("unit", "cluster", "score", "total", "rank", "ranked", "grade", "incomplete"),
    *("previous_period", "previous_score", "previous_rank", "cluster_median", "cluster_best"),
    *_within("criteria[]", "no", "name", "points", "max", "previous", "median", *_within("lines[]", *_LINE)),
    *_within("extras[]", "name", "points"),
    "gates[]",
)
_ACHIEVEMENT = (
    *("subject", "person", "position", "award", "achievement"),
    *_within("workload[]", "no", "name", "value", "previous", "median"),
)
_NOTICE = (
    *("units_total", "ranked_total", "clusters_total", "mean_score", "annex_reference"),
    *_within("clusters[]", "cluster", "heading", *_within("units[]", "rank", "name", "score", "grade", "moved", "note")),
)


def _kind(code: str, stem: str, per: Per, sign: str, asked: tuple[Asked, ...], *fields: str) -> PaperKind:
    return PaperKind(code, stem, per, sign, asked, tuple(map(Field, dict.fromkeys((*COMMON, *fields)))), code in _OF_PERSONS)


_OF_PERSONS = frozenset({"achievement", "criticism"})
_TO = (*_HEAD, Asked("addressee"), *_SIGNED)
_DECIDING = (
    *_HEAD,
    *(
        Asked("deciding_authority"),
        Asked("proposer"),
        Asked("proposal_number"),
        Asked("proposal_date", "day"),
        Asked("fund"),
    ),
    *_SIGNED,
)
_SITTING = (*_HEAD[:1], *_HEAD[3:], Asked("meeting_begins"), Asked("meeting_ends"))
PAPERS: Mapping[str, PaperKind] = {
    kind.code: kind
    for kind in (
        _kind("proposal", "to-trinh", "period", "TTr", _TO, *_COUNTED, *_AWARDS, *_AWARDED),
        _kind("list", "danh-sach-trich-ngang", "period", "DS", (*_HEAD[1:], *_SIGNED), *_COUNTED, *_AWARDS, *_AWARDED),
        _kind("achievement", "bao-cao-thanh-tich", "unit", "BC", (*_HEAD, *_SIGNED), *_UNIT_SHEET, *_ACHIEVEMENT),
        _kind("minutes", "bien-ban", "meeting", "BB", _SITTING, *_COUNTED, *_AWARDS, *_AWARDED, *_MEETING),
        _kind("decision", "quyet-dinh", "period", "QĐ", _DECIDING, *_COUNTED, *_AWARDS, *_MONEY, *_AWARDED),
        _kind("criticism", "phe-binh", "unit", "", _LETTER, *_LETTER_FIELDS),
        _kind("self_review", "kiem-diem", "unit", "", _LETTER, *_LETTER_FIELDS),
        _kind("notice", "thong-bao", "period", "TB", (*_HEAD, *_SIGNED), *_COUNTED, *_AWARDS, *_AWARDED, *_NOTICE),
        _kind("result", "phieu-ket-qua", "unit", "", (*_HEAD[1:], *_SIGNED), *_UNIT_SHEET, "outcomes[]"),
    )
}
