"""The template of each kind of paper: the one that is shipped, or the office's own since it uploaded one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.export.paper_kinds import PAPERS, PaperKind
from tracker.export.papers import check_template
from tracker.export.sheets import name_file
from tracker.intake.containers import clean_name
from tracker.services.access import Actor, Verb
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.exports import Download
from tracker.services.permitted import reading_as, writing_as
from tracker.services.seals import insert_sealed
from tracker.services.settings import DATA
from tracker.store.paper_tables import PaperTemplate
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored

TEMPLATE = PaperTemplate.__table__  # type: ignore[attr-defined]
SHIPPED = DATA / "templates"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class TemplateState:
    """The template in use for a kind; `number` is how often it was changed, 0 for one nobody ever touched."""

    kind: str
    is_own: bool
    number: int
    name: str
    sha256: str
    size: int
    made_by: str = ""
    made_at: datetime | None = None


def template_of(connection: Connection, kind: str) -> bytes:
    """The template in use for that kind of paper."""
    row = _newest(connection, kind)
    return bytes(row.data) if row is not None and row.data else shipped_template(kind)


@lru_cache(maxsize=32)
def shipped_template(kind: str) -> bytes:
    """The template that comes with the product."""
    return (SHIPPED / f"{_known(kind)}.docx").read_bytes()


def list_templates(database: Engine, actor: Actor) -> tuple[TemplateState, ...]:
    """The template in use of each kind of paper, in the order of the kinds."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        return tuple(_state(kind, _newest(connection, kind)) for kind in PAPERS)


def list_changes(database: Engine, kind: str, actor: Actor) -> tuple[TemplateState, ...]:
    """Every template the office ever had of that kind, and every return to the shipped one, the newest first."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        chosen = select(*_LIGHT).where(TEMPLATE.c.kind == _known(kind)).order_by(TEMPLATE.c.number.desc())
        return tuple(_state(kind, row) for row in connection.execute(chosen))


def fetch_template(database: Engine, kind: str, actor: Actor, number: int | None = None) -> Download:
    """The template in use as a file, or (`number`) the office's own of that number."""
    with reading_as(database, actor, Verb.EDIT_RULES) as connection:
        if number is None:
            data = template_of(connection, _known(kind))
        else:
            chosen = (TEMPLATE.c.kind == _known(kind), TEMPLATE.c.number == number, TEMPLATE.c.size > 0)
            found = connection.execute(select(TEMPLATE.c.data).where(*chosen)).scalar()
            if found is None:
                raise UsageError("unknown_template", kind=kind, number=number)
            data = bytes(found)
    return Download(name_file(f"mau-{kind}", data, "docx"), data, DOCX)


def upload_template(database: Engine, kind: str, seen: int, file: tuple[str, bytes], act: Act) -> TemplateState:
    """Make a file (name, bytes) the template of that kind, on the state somebody saw; it must fill without a fault."""
    name, data = clean_name(file[0]), file[1]
    with reading_as(database, act.actor, Verb.EDIT_RULES):
        _known(kind)
    if not data or len(data) > MAX_BYTES:
        raise RefusedError([_problem("template_size", limit=MAX_BYTES // 1_000_000)])
    problems = check_template(kind, data)  # before the write lock is taken: it fills the template in another process
    if problems:
        raise RefusedError(problems)
    return _add(database, kind, seen, (name, data), act)


def reset_template(database: Engine, kind: str, seen: int, act: Act) -> TemplateState:
    """Use the shipped template again, on the state somebody saw; the office's own ones are kept."""
    return _add(database, _known(kind), seen, ("", b""), act)


def _add(database: Engine, kind: str, seen: int, file: tuple[str, bytes], act: Act) -> TemplateState:
    name, data = file
    with writing_as(database, act, Verb.EDIT_RULES) as connection:
        known = _state(kind, _newest(connection, kind))
        if known.number != seen:
            raise RefusedError([_problem("template_moved", by=known.made_by)])
        digest = sha256(data or shipped_template(kind)).hexdigest()
        if digest == known.sha256 and bool(data) == known.is_own:
            return known
        made = {"made_by": act.actor, "made_at": now_as_stored(act.now)}
        row = {"kind": kind, "number": seen + 1, "name": name, "sha256": digest, "size": len(data), "data": data, **made}
        said: dict[str, Plain] = {"kind": kind, "number": seen + 1, "sha256": digest, "before_sha256": known.sha256}
        insert_sealed(connection, act, TEMPLATE, row, "upload_template" if data else "reset_template", said=said)
        bump_version(connection)
        return _state(kind, _newest(connection, kind))


_LIGHT = tuple(column for column in TEMPLATE.c if column.name != "data")


def _newest(connection: Connection, kind: str) -> Row[Any] | None:
    last = select(func.max(TEMPLATE.c.number)).where(TEMPLATE.c.kind == kind).scalar_subquery()
    return connection.execute(select(TEMPLATE).where(TEMPLATE.c.kind == kind, TEMPLATE.c.number == last)).first()


def _state(kind: str, row: Row[Any] | None) -> TemplateState:
    if row is not None and row.size:
        return TemplateState(kind, True, row.number, row.name, row.sha256, row.size, row.made_by, row.made_at)
    data = shipped_template(kind)
    shipped = TemplateState(kind, False, 0, f"{kind}.docx", sha256(data).hexdigest(), len(data))
    return shipped if row is None else replace(shipped, number=row.number, made_by=row.made_by, made_at=row.made_at)


def kind_of(code: str) -> PaperKind:
    """The kind of paper of that code; UsageError if there is none."""
    if code not in PAPERS:
        raise UsageError("unknown_paper", kind=code, known=", ".join(PAPERS))
    return PAPERS[code]


def _known(kind: str) -> str:
    return kind_of(kind).code


def _problem(code: str, **args: object) -> Problem:
    return Problem(code, Place(""), args=args)
