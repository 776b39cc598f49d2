"""What a campaign's papers say beyond the result: agency, grounds, recipients, signatory. Empty where nobody said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from tracker.core.problems import Place, Problem, RefusedError
from tracker.core.rulebook import Rulebook
from tracker.services import audit
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.campaigns import load_campaign, load_rulebook
from tracker.services.permitted import reading_as, writing_as
from tracker.services.typed import tidy_line
from tracker.store.audit import canonical
from tracker.store.paper_tables import PaperSettings
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored

SETTINGS = PaperSettings.__table__  # type: ignore[attr-defined]
LINE, LINES = 500, 50  # characters of a line, lines of a list
MOST_AMOUNT, MOST_DAYS = 10**12, 365


@dataclass(frozen=True, slots=True)
class PaperTexts:
    """What the office writes on a campaign's papers; "" or empty wherever nobody has said it.

    `agency_short`: the agency's letters in a number, as in 05/TTr-UBND. `signatory_authority`: the line above the role, such
    as TM. ỦY BAN NHÂN DÂN; it and the role may be of several lines. `form_numbers` by kind of paper; `award_forms`,
    `award_amounts` (đồng, for a collective) and `person_amounts` by the award's code. `report_back_days`: how long a
    criticised unit has.
    """

    parent_agency: str = ""
    agency: str = ""
    agency_short: str = ""
    place: str = ""
    addressee: str = ""
    council: str = ""
    campaign_name: str = ""
    signatory_authority: str = ""
    signatory_role: str = ""
    signatory_name: str = ""
    grounds: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    form_numbers: Mapping[str, str] = field(default_factory=dict)
    award_forms: Mapping[str, str] = field(default_factory=dict)
    award_amounts: Mapping[str, int] = field(default_factory=dict)
    person_amounts: Mapping[str, int] = field(default_factory=dict)
    report_back_days: int | None = None


@dataclass(frozen=True, slots=True)
class PaperState:
    """A campaign's texts as they are kept; whoever edits them names `version`, 0 while they are the rulebook's own."""

    texts: PaperTexts
    version: int
    changed_by: str = ""
    changed_at: datetime | None = None


LINE_FIELDS = tuple(one.name for one in fields(PaperTexts) if one.type == "str")
SIGNING_FIELDS = ("signatory_authority", "signatory_role")  # KT. CHỦ TỊCH above PHÓ CHỦ TỊCH
LIST_FIELDS = tuple(one.name for one in fields(PaperTexts) if one.type == "tuple[str, ...]")
NAME_FIELDS = tuple(one.name for one in fields(PaperTexts) if one.type == "Mapping[str, str]")
AMOUNT_FIELDS = tuple(one.name for one in fields(PaperTexts) if one.type == "Mapping[str, int]")
OF_AWARDS = ("award_forms", "award_amounts", "person_amounts")


def texts(connection: Connection, campaign: str) -> PaperTexts:
    """What that campaign's papers say: what the office wrote, else what its rulebook's [documents] name."""
    return load_state(connection, campaign).texts


def load_state(connection: Connection, campaign: str) -> PaperState:
    """The same with its version; UsageError if there is no such campaign."""
    state = load_campaign(connection, campaign)
    row = _find(connection, campaign)
    if row is not None:
        return PaperState(_read(json.loads(row.texts)), row.version, row.changed_by, row.changed_at)
    return PaperState(first_texts(load_rulebook(connection, state.rulebook).rulebook), 0)


def show_texts(database: Engine, campaign: str, actor: Actor) -> PaperState:
    """The same for whoever makes papers."""
    with reading_as(database, actor, Verb.MAKE_PAPERS) as connection:
        return load_state(connection, campaign)


def first_texts(rulebook: Rulebook) -> PaperTexts:
    """What the rulebook's [documents] say under our names; `plan`, what began the campaign, is the first legal ground."""
    told = rulebook.documents
    days = told.get("report_back_days")
    grounds = [*_lines(told.get("plan")), *_lines(told.get("grounds"))]
    found = {
        **{name: told[name] for name in LINE_FIELDS if isinstance(told.get(name), str)},
        **{name: _named(told.get(name), str) for name in NAME_FIELDS},
        **{name: _named(told.get(name), int) for name in AMOUNT_FIELDS},
        "recipients": _lines(told.get("recipients")),
        "grounds": grounds,
        "report_back_days": days if isinstance(days, int) else None,
    }
    return _read(found)


def change_texts(database: Engine, campaign: str, seen: int, wanted: PaperTexts, act: Act) -> PaperState:
    """Write what the papers say, on the version somebody saw; refused if somebody else wrote meanwhile."""
    with writing_as(database, act, Verb.MAKE_PAPERS) as connection:
        known = load_state(connection, campaign)
        if known.version != seen:
            raise RefusedError([_problem("paper_texts_moved", by=known.changed_by)])
        rulebook = load_rulebook(connection, load_campaign(connection, campaign).rulebook).rulebook
        tidy = _checked(wanted, {award.code for award in rulebook.award})
        if tidy == known.texts:
            return known
        new = PaperState(tidy, seen + 1, act.actor, now_as_stored(act.now))
        stamped = {"version": new.version, "changed_by": new.changed_by, "changed_at": new.changed_at}
        _keep(connection, campaign, seen, {"texts": _write(tidy), **stamped})
        bump_version(connection)
        changed = [one.name for one in fields(PaperTexts) if getattr(tidy, one.name) != getattr(known.texts, one.name)]
        before: dict[str, Plain] = {"version": seen, "sha256": _digest(known.texts)}
        after: dict[str, Plain] = {"version": new.version, "sha256": _digest(tidy), "fields": sorted(changed)}
        audit.record(connection, act, "change_paper_texts", f"campaign/{campaign}", before, after)
        return new


def _keep(connection: Connection, campaign: str, seen: int, row: Mapping[str, Any]) -> None:
    """Write the row; the write lock is held, so the version that was just read still stands."""
    if seen:
        connection.execute(update(SETTINGS).where(SETTINGS.c.campaign == campaign, SETTINGS.c.version == seen).values(**row))
    else:
        connection.execute(insert(SETTINGS).values(campaign=campaign, **row))


def _find(connection: Connection, campaign: str) -> Row[Any] | None:
    return connection.execute(select(SETTINGS).where(SETTINGS.c.campaign == campaign)).first()


def _checked(wanted: PaperTexts, awards: set[str]) -> PaperTexts:
    """The texts tidied; refused for amounts and days out of range, and for awards the rulebook does not have."""
    amounts = {name: getattr(wanted, name) for name in AMOUNT_FIELDS}
    problems = [
        _problem("paper_award", award=code) for name in OF_AWARDS for code in getattr(wanted, name) if code not in awards
    ]
    for amount in (amount for one in amounts.values() for amount in one.values()):
        if not 0 <= amount <= MOST_AMOUNT:
            problems.append(_problem("paper_amount", amount=amount, limit=MOST_AMOUNT))
    days = wanted.report_back_days
    if days is not None and not 1 <= days <= MOST_DAYS:
        problems.append(_problem("paper_days", days=days, limit=MOST_DAYS))
    if problems:
        raise RefusedError(problems)
    found: dict[str, Any] = {
        **{name: tidy_line(getattr(wanted, name), LINE) for name in LINE_FIELDS},
        **{name: "\n".join(_tidy_list(getattr(wanted, name).splitlines())) for name in SIGNING_FIELDS},
        **{name: _tidy_list(getattr(wanted, name)) for name in LIST_FIELDS},
        **{name: _tidy_names(getattr(wanted, name)) for name in NAME_FIELDS},
    }
    return replace(wanted, **found)


def _tidy_names(names: Mapping[str, str]) -> dict[str, str]:
    tidied = {code: tidy_line(name, LINE) for code, name in names.items()}
    return {code: name for code, name in tidied.items() if name}


def _tidy_list(lines: Sequence[str]) -> tuple[str, ...]:
    if len(lines) > LINES:
        raise RefusedError([_problem("paper_lines", found=len(lines), limit=LINES)])
    return tuple(line for line in (tidy_line(one, LINE) for one in lines) if line)


def _problem(code: str, **args: object) -> Problem:
    return Problem(code, Place(""), args=args)


def _read(told: Mapping[str, Any]) -> PaperTexts:
    """The texts of what was written; parts a later version adds are empty."""
    known: dict[str, Any] = {one.name: told[one.name] for one in fields(PaperTexts) if one.name in told}
    return PaperTexts(**known | {name: tuple(known.get(name, ())) for name in LIST_FIELDS})


def _write(kept: PaperTexts) -> str:
    return canonical(asdict(kept))


def _digest(kept: PaperTexts) -> str:
    return sha256(_write(kept).encode()).hexdigest()


def _lines(told: object) -> list[str]:
    if isinstance(told, str):
        return [told]
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


def _named(told: object, wanted: type) -> dict[str, Any]:
    """The entries of a table of the rulebook that are of that type."""
    return {code: one for code, one in told.items() if isinstance(one, wanted)} if isinstance(told, dict) else {}
