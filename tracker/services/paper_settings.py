"""What an office writes on its papers besides figures: agencies, legal grounds, recipients, who signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class PaperTexts:
    """The campaign's own texts; each paper may override the single lines. `form_numbers`: by the paper's kind.

    `award_forms` and `award_amounts` (đồng, for a collective; `person_amounts` for an individual): by the award's code.
    """

    parent_agency: str = ""
    agency: str = ""
    agency_short: str = ""  # the part of a symbol after the type: "UBND" of TTr-UBND
    place: str = ""
    addressee: str = ""
    council: str = ""
    campaign_name: str = ""
    signatory_authority: str = ""  # "TM. ỦY BAN NHÂN DÂN"
    signatory_role: str = ""
    signatory_name: str = ""
    grounds: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    form_numbers: Mapping[str, str] = field(default_factory=dict)
    award_forms: Mapping[str, str] = field(default_factory=dict)
    award_amounts: Mapping[str, int] = field(default_factory=dict)
    person_amounts: Mapping[str, int] = field(default_factory=dict)
    report_back_days: int | None = None


def texts(connection: Connection, campaign: str) -> PaperTexts:
    """What the campaign's office has filled in."""
    del connection, campaign
    return PaperTexts()
