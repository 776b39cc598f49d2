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
class AwardTexts:
    """What an award is called on paper, and the money that goes with it in đồng; None: not said."""

    name: str = ""
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class PaperTexts:
    """What the office writes on a campaign's papers; "" or empty wherever nobody has said it.

    `symbol`: the agency's letters in a paper's number, as in 05/TTr-UBND. `addressee`: Kính gửi. `plan`: what began the
    campaign. `authority`: the lines above the signatory's role, such as TM. ỦY BAN NHÂN DÂN. `form_numbers` by kind of
    paper, `awards` by the rulebook's code. `report_back_days`: within how many days a criticised unit reports.
    """

    parent_agency: str = ""
    agency: str = ""
    symbol: str = ""
    place: str = ""
    addressee: str = ""
    plan: str = ""
    legal_grounds: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    signatory_role: str = ""
    signatory: str = ""
    form_numbers: Mapping[str, str] = field(default_factory=dict)
    awards: Mapping[str, AwardTexts] = field(default_factory=dict)
    report_back_days: int | None = None


@dataclass(frozen=True, slots=True)
class PaperState:
    """A campaign's texts as they are kept; whoever edits them names `version`, 0 while they are the rulebook's own."""

    texts: PaperTexts
    version: int
    changed_by: str = ""
    changed_at: datetime | None = None


LINE_FIELDS = tuple(one.name for one in fields(PaperTexts) if one.type == "str")
LIST_FIELDS = tuple(one.name for one in fields(PaperTexts) if one.type == "tuple[str, ...]")


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
    """What the rulebook's [documents] say, as far as they use our names; what is written otherwise there is left alone."""
    told = rulebook.documents
    lines = {name: told[name] for name in LINE_FIELDS if isinstance(told.get(name), str)}
    lists = {name: _lines(told.get(name)) for name in LIST_FIELDS}
    days = told.get("report_back_days")
    awards, forms = told.get("awards"), told.get("form_numbers")
    return _read(
        {
            **lines,
            **lists,
            "awards": {code: _first_award(one) for code, one in awards.items()} if isinstance(awards, dict) else {},
            "form_numbers": {code: str(one) for code, one in forms.items()} if isinstance(forms, dict) else {},
            "report_back_days": int(days) if isinstance(days, int) else None,
        }
    )


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
    lines = {name: tidy_line(getattr(wanted, name), LINE) for name in LINE_FIELDS}
    lists = {name: _tidy_list(getattr(wanted, name)) for name in LIST_FIELDS}
    tidied = {code: AwardTexts(tidy_line(one.name, LINE), one.amount) for code, one in wanted.awards.items()}
    forms = {code: tidy_line(one, LINE) for code, one in wanted.form_numbers.items()}
    problems = [_problem("paper_award", award=code) for code in wanted.awards if code not in awards]
    for one in tidied.values():
        if one.amount is not None and not 0 <= one.amount <= MOST_AMOUNT:
            problems.append(_problem("paper_amount", amount=one.amount, limit=MOST_AMOUNT))
    days = wanted.report_back_days
    if days is not None and not 1 <= days <= MOST_DAYS:
        problems.append(_problem("paper_days", days=days, limit=MOST_DAYS))
    if problems:
        raise RefusedError(problems)
    kept = {code: one for code, one in tidied.items() if one != AwardTexts()}
    named = {code: one for code, one in forms.items() if one}
    found: dict[str, Any] = {**lines, **lists, "awards": kept, "form_numbers": named}
    return replace(wanted, **found)


def _tidy_list(lines: Sequence[str]) -> tuple[str, ...]:
    if len(lines) > LINES:
        raise RefusedError([_problem("paper_lines", found=len(lines), limit=LINES)])
    return tuple(line for line in (tidy_line(one, LINE) for one in lines) if line)


def _problem(code: str, **args: object) -> Problem:
    return Problem(code, Place(""), args=args)


def _read(told: Mapping[str, Any]) -> PaperTexts:
    """The texts of what was written; parts a later version adds are empty."""
    known: dict[str, Any] = {name: told[name] for name in (*LINE_FIELDS, "report_back_days") if name in told}
    lists: dict[str, Any] = {name: tuple(told.get(name, ())) for name in LIST_FIELDS}
    awards = {code: AwardTexts(**one) for code, one in told.get("awards", {}).items()}
    return PaperTexts(**known, **lists, awards=awards, form_numbers=dict(told.get("form_numbers", {})))


def _write(kept: PaperTexts) -> str:
    return canonical(asdict(kept))


def _digest(kept: PaperTexts) -> str:
    return sha256(_write(kept).encode()).hexdigest()


def _lines(told: object) -> list[str]:
    if isinstance(told, str):
        return [told]
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


def _first_award(told: object) -> dict[str, Any]:
    """A prize as the rulebook names it: its name alone, or a table of name and amount."""
    if not isinstance(told, dict):
        return {"name": str(told)}
    amount = told.get("amount")
    return {"name": str(told.get("name", "")), "amount": int(amount) if isinstance(amount, int) else None}
