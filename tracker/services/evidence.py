"""The files handed in with an appeal: checked by content, kept in the database, given to those who may see the appeal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine, insert, select

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.export.sheets import name_file
from tracker.intake.documents import clean_name, find_type
from tracker.services import audit
from tracker.services.access import Actor, Verb, require
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.exports import Download
from tracker.services.imports import Source
from tracker.services.permitted import denials_recorded
from tracker.store.engine import reading
from tracker.store.hearing_tables import Appeal, Evidence
from tracker.store.tables import now_as_stored

APPEAL = Appeal.__table__  # type: ignore[attr-defined]
EVIDENCE = Evidence.__table__  # type: ignore[attr-defined]

MAX_BYTES = 10_000_000
MAX_FILES = 5
MIMES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A checked file: its name as it is kept, what it is, its bytes and their digest."""

    name: str
    type: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """A file of an appeal without its bytes; `file_name` is what it is called when it is taken away."""

    id: int
    appeal: int
    name: str
    type: str
    size: int
    sha256: str
    made_by: str
    made_at: datetime

    @property
    def file_name(self) -> str:
        """The kept name with the digest's first digits in it."""
        return f"{self.name.removesuffix('.' + self.type)}-{self.sha256[:16]}.{self.type}"


def check_documents(sources: Sequence[Source]) -> list[Document]:
    """The files as they would be kept; RefusedError with everything that is wrong with any of them."""
    problems = []
    if len(sources) > MAX_FILES:
        problems.append(Problem("evidence_too_many", Place(""), args={"found": len(sources), "limit": MAX_FILES}))
    documents: list[Document] = []
    for source in sources[:MAX_FILES]:
        document = _check(source)
        if isinstance(document, Problem):
            problems.append(document)
        elif any(other.sha256 == document.sha256 for other in documents):
            problems.append(Problem("evidence_twice", Place(document.name)))
        else:
            documents.append(document)
    if problems:
        raise RefusedError(problems)
    return documents


def keep_documents(connection: Connection, appeal: int, documents: Sequence[Document], act: Act) -> None:
    """Write the files of an appeal and log their digests, inside the caller's transaction."""
    for document in documents:
        row = {"appeal": appeal, "name": document.name, "type": document.type, "size": len(document.data)}
        stamped = {"sha256": document.sha256, "data": document.data, "made_by": act.actor}
        made = connection.execute(
            insert(EVIDENCE).values(**row, **stamped, made_at=now_as_stored(act.now)).returning(EVIDENCE.c.id)
        )
        counted: dict[str, Plain] = {"kind": document.type, "size": len(document.data), "file_sha256": document.sha256}
        said = {"appeal": appeal, **counted}
        audit.record(connection, act, "hand_in_evidence", f"evidence/{made.scalar_one()}", after=said)


def evidence_of(connection: Connection, appeals: Sequence[int]) -> dict[int, tuple[KeptEvidence, ...]]:
    """The files of these appeals, without their bytes."""
    columns = [column for column in EVIDENCE.columns if column.name != "data"]
    found: dict[int, tuple[KeptEvidence, ...]] = {}
    for row in connection.execute(select(*columns).where(EVIDENCE.c.appeal.in_(appeals)).order_by(EVIDENCE.c.id)):
        found[row.appeal] = (*found.get(row.appeal, ()), KeptEvidence(**row._mapping))
    return found


def fetch_evidence(database: Engine, evidence: int, actor: Actor) -> Download:
    """A file to take away. To whoever may not see the unit's appeals a foreign file and one there is not are the same."""
    with denials_recorded(database), reading(database) as connection:
        unit = connection.execute(
            select(APPEAL.c.unit)
            .join_from(EVIDENCE, APPEAL, EVIDENCE.c.appeal == APPEAL.c.id)
            .where(EVIDENCE.c.id == evidence)
        ).scalar()
        require(connection, actor, Verb.SEE_APPEALS, unit)
        row = connection.execute(select(EVIDENCE).where(EVIDENCE.c.id == evidence)).first()
        if row is None:
            raise UsageError("unknown_evidence", evidence=evidence)
    if sha256(row.data).hexdigest() != row.sha256:
        raise RefusedError([Problem("evidence_damaged", Place(row.name))])
    return Download(name_file(row.name.removesuffix(f".{row.type}"), row.data, row.type), row.data, MIMES[row.type])


def _check(source: Source) -> Document | Problem:
    shown = clean_name(source.name, "pdf").removesuffix(".pdf")
    if len(source.data) > MAX_BYTES:
        return Problem("evidence_too_big", Place(shown), args={"limit": MAX_BYTES // 1_000_000})
    kind = find_type(shown, source.data)
    if isinstance(kind, Problem):
        return kind
    return Document(clean_name(source.name, kind), kind, source.data, sha256(source.data).hexdigest())
