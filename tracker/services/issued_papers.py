"""Issuing papers: made and recorded byte for byte, so that whatever is signed can be found again; a preview is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.export.paper_kinds import PAPERS, PaperKind
from tracker.services.access import ACCOUNT_UNIT, Actor, Verb, may, require, require_somewhere
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.exports import Download
from tracker.services.paper_settings import load_state, texts
from tracker.services.paper_sources import in_force
from tracker.services.paper_templates import DOCX, kind_of, template_of
from tracker.services.paper_words import check_given, parse_day, whole_number
from tracker.services.papers import OWN, RESULT, Paper, PaperAsk, make_paper
from tracker.services.permitted import denials_recorded, writing_as
from tracker.services.results import FINAL, PUBLISHED, get_result
from tracker.services.seals import insert_sealed
from tracker.services.sittings import Sitting, find_sitting
from tracker.services.standings import find_result
from tracker.store.audit import canonical
from tracker.store.engine import reading
from tracker.store.paper_tables import IssuedPaper
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored

ISSUED = IssuedPaper.__table__  # type: ignore[attr-defined]
BUNDLE = "bundle"
MIMES = {"docx": DOCX, "zip": "application/zip"}
KEPT_FIELDS = (
    *("place", "parent_agency", "agency", "signatory_authority", "signatory_role", "signatory_name"),
    *("deciding_authority", "proposer", "fund"),
)
_TOLD = (PUBLISHED, FINAL)  # of other states a unit is not told
_LIGHT = tuple(column for column in ISSUED.c if column.name != "data")


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper as it was issued, without its bytes."""

    id: int
    kind: str
    period: str
    revision: int
    state: str
    unit: str
    officer: str
    number: str
    dated: date | None
    fields: Mapping[str, str]
    file_name: str
    sha256: str
    size: int
    template_sha256: str
    results_sha256: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Ground:
    """What a paper rests on; if this is the same before and after it was made, the paper is of exactly this."""

    sitting: Sitting
    results_sha256: str
    texts_version: int
    template_sha256: str


def issue_paper(database: Engine, wanted: PaperAsk, act: Act) -> Issued:
    """Make the paper and record it; refused if what it rests on moved meanwhile, or its number is another paper's."""
    ask = _tidied(wanted)
    scope = ask.unit if ask.kind == RESULT else None
    with denials_recorded(database), reading(database) as connection:
        require(connection, act.actor, Verb.MAKE_PAPERS, scope)
        ground = find_ground(connection, ask, act.actor)
        _refuse_taken(connection, ask, act.today)
    paper = make_paper(database, ask, act.today, act.actor)
    with writing_as(database, act, Verb.MAKE_PAPERS, scope) as connection:
        if find_ground(connection, ask, act.actor) != ground:
            raise RefusedError([_problem("paper_ground_moved")])
        _refuse_taken(connection, ask, act.today)
        issued = record_issue(connection, _row(ask, ground, paper), paper.content, act)
        bump_version(connection)
        return issued


def record_issue(connection: Connection, row: Mapping[str, Any], data: bytes, act: Act) -> Issued:
    """Write the record and its entry in the log, which tells the SHA-256 of exactly these bytes. A bundle's stay outside."""
    digest = sha256(data).hexdigest()
    kept = b"" if row["kind"] == BUNDLE else data
    made = {"made_by": act.actor, "made_at": now_as_stored(act.now)}
    whole = {**row, **made, "sha256": digest, "size": len(data), "data": kept}
    told = ("kind", "campaign", "period", "revision", "unit", "number", "template_sha256", "results_sha256")
    said: dict[str, Plain] = {name: row[name] for name in told if row.get(name)}
    entry = {**said, "sha256": digest, "size": len(data)}
    identity = insert_sealed(connection, act, ISSUED, whole, "issue_paper", said=entry)
    return _issued(connection.execute(select(*_LIGHT).where(ISSUED.c.id == identity)).one())


def list_issued(database: Engine, campaign: str, period: str, actor: Actor) -> tuple[Issued, ...]:
    """What was issued of a period in any revision, the newest first; a unit sees the sheets of its own published result."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.MAKE_PAPERS)
        find_sitting(connection, campaign, period)
        chosen = select(*_LIGHT).where(ISSUED.c.campaign == campaign, ISSUED.c.period == period)
        if not may(connection, actor, Verb.MAKE_PAPERS):
            own = select(ACCOUNT_UNIT.c.unit).where(ACCOUNT_UNIT.c.account == actor)
            chosen = chosen.where(ISSUED.c.kind == RESULT, ISSUED.c.unit.in_(own), ISSUED.c.state.in_(_TOLD))
        return tuple(_issued(row) for row in connection.execute(chosen.order_by(ISSUED.c.id.desc())))


def fetch_issued(database: Engine, number: int, actor: Actor) -> Download:
    """The very bytes that were issued; UsageError if there is no such paper, or none of its bytes are kept here."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.MAKE_PAPERS)
        row = connection.execute(select(ISSUED).where(ISSUED.c.id == number)).first()
        if row is None or not row.data:
            raise UsageError("unknown_issued_paper", paper=number)
        is_sheet = row.kind == RESULT and row.state in _TOLD
        require(connection, actor, Verb.MAKE_PAPERS, row.unit if is_sheet else None)
    data = bytes(row.data)
    if sha256(data).hexdigest() != row.sha256:
        raise UsageError("issued_paper_damaged", paper=number)
    return Download(row.file_name, data, MIMES[row.file_name.rpartition(".")[2]])


def last_fields(database: Engine, campaign: str, actor: Actor) -> Mapping[str, str]:
    """Place and signatory as they were typed for the campaign's last paper, to begin the next one with."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.MAKE_PAPERS)
        if not may(connection, actor, Verb.MAKE_PAPERS):
            return {}
        last = select(ISSUED.c.fields).where(ISSUED.c.campaign == campaign, ISSUED.c.kind != BUNDLE)
        told = connection.execute(last.order_by(ISSUED.c.id.desc()).limit(1)).scalar()
    return {name: text for name, text in json.loads(told or "{}").items() if name in KEPT_FIELDS}


def find_ground(connection: Connection, ask: PaperAsk, actor: Actor) -> Ground:
    """What the paper would rest on now."""
    campaign = ask.question.campaign
    sitting = find_sitting(connection, campaign, ask.question.period)
    question = in_force(ask.question, sitting, insider=may(connection, actor, Verb.SEE_LIVE))
    found = find_result(connection, actor, question)
    kept = get_result(connection, found) if found is not None else None
    digest = kept.digests["results_sha256"] if kept else ""
    template = sha256(template_of(connection, ask.kind)).hexdigest()
    return Ground(sitting, digest, load_state(connection, campaign).version, template)


def fields_of(ask: PaperAsk) -> dict[str, str]:
    """What was typed for the paper, with the meeting it is of; as it is kept with the record."""
    meeting = {"meeting": str(ask.meeting)} if ask.meeting else {}
    return {**{name: text for name, text in ask.fields.items() if text}, **meeting}


def _row(ask: PaperAsk, ground: Ground, paper: Paper) -> dict[str, Any]:
    sitting, fields = ground.sitting, fields_of(ask)
    return {
        **{"campaign": sitting.campaign, "period": sitting.period},
        **{"revision": sitting.revision, "state": sitting.state, "results_sha256": ground.results_sha256},
        **{"kind": ask.kind, "unit": ask.unit or "", "officer": ask.person or "", "file_name": paper.name},
        **{"number": fields.get("number", ""), "dated": parse_day(fields.get("date", "")), "fields": canonical(fields)},
        "template_sha256": ground.template_sha256,
    }


def _refuse_taken(connection: Connection, ask: PaperAsk, today: date) -> None:
    """A number is given once a year to a kind of paper, however it is spelled; what is put right may keep its own.

    Reports of achievements are numbered by the units that issue them.
    """
    number = fields_of(ask).get("number", "")
    year = (parse_day(ask.fields.get("date", "")) or today).year
    c, kind = ISSUED.c, PAPERS[ask.kind]
    agency = "" if ask.kind == OWN else texts(connection, ask.question.campaign).agency_short
    mine = _spelled(kind, number, agency)
    numbered = select(*_LIGHT).where(c.campaign == ask.question.campaign, c.kind == ask.kind, c.number != "")
    for one in map(_issued, connection.execute(numbered) if number else ()):
        theirs = (one.period, one.unit, one.officer, one.fields.get("meeting", ""))
        if (one.dated or one.made_at).year != year or (ask.kind == OWN and one.unit != ask.unit):
            continue
        if _spelled(kind, one.number, agency) != mine:
            continue
        if theirs != (ask.question.period, ask.unit or "", ask.person or "", str(ask.meeting or "")):
            raise RefusedError([_problem("paper_number_taken", number=number, by=one.made_by, at=one.made_at)])


def _spelled(kind: PaperKind, number: str, agency: str) -> tuple[str, str]:
    """A number as it is compared: figures without leading zeros, and the symbol it stands with."""
    figures, _, symbol = whole_number(kind, number, agency).partition("/")
    return figures.strip().lstrip("0").casefold(), symbol.strip().casefold()


def _tidied(ask: PaperAsk) -> PaperAsk:
    """The paper with its fields as they stand on it; RefusedError for what is wrong with them."""
    return replace(ask, fields=check_given(kind_of(ask.kind), ask.fields))


def _issued(row: Row[Any]) -> Issued:
    told = row._mapping
    return Issued(**{name: told[name] for name in Issued.__slots__} | {"fields": json.loads(row.fields)})


def _problem(code: str, **args: object) -> Problem:
    return Problem(code, Place(""), args=args)
