"""What people do with imports: hand files in, say how to read them, confirm what was checked, break off, look back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from sqlalchemy import Connection, Engine, delete, insert, select, update

from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.export.sheets import name_file
from tracker.intake import ReadingChoices
from tracker.intake.containers import clean_name
from tracker.services import audit
from tracker.services.access import Actor, Verb, require_somewhere
from tracker.services.act import Act
from tracker.services.audit import Plain
from tracker.services.exports import Download
from tracker.services.imports import Source
from tracker.services.job_reports import write_choices
from tracker.services.job_states import (
    FILE,
    JOB,
    OVER,
    RUNNING,
    Job,
    State,
    as_job,
    digest_of,
    load_job,
    set_state,
)
from tracker.services.job_states import visible_jobs as _visible
from tracker.services.permitted import denials_recorded
from tracker.services.watching import Stage
from tracker.store.engine import beside, reading, writing
from tracker.store.job_bytes import BYTES
from tracker.store.tables import now_as_stored

MAX_BYTES = 200_000_000
MAX_FILES = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def submit_job(database: Engine, sources: Sequence[Source], act: Act, language: str = "vi") -> int:
    """Keep the files to be checked; returns the job. Nothing is read yet."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, act.actor, Verb.IMPORT)
    _refuse_amount(sources)
    kept = [(source, sha256(source.data).hexdigest(), write_choices(source.reading)) for source in sources]
    digest = digest_of([(sha, choices) for _, sha, choices in kept])
    stamped = {"made_by": act.actor, "made_at": now_as_stored(act.now), "updated_at": now_as_stored(act.now)}
    with denials_recorded(database), writing(database) as connection:
        require_somewhere(connection, act.actor, Verb.IMPORT)
        row = {"state": State.UPLOADED.value, "digest": digest, "language": language, **stamped}
        job = int(connection.execute(insert(JOB).values(**row).returning(JOB.c.id)).scalar_one())
        for source, sha, choices in kept:
            file = {"name": clean_name(source.name), "sha256": sha, "size": len(source.data)}
            made = insert(FILE).values(job=job, choices=choices, **file).returning(FILE.c.id)
            number = connection.execute(made).scalar_one()
            connection.execute(insert(BYTES).values(file=number, data=source.data))
        counted: dict[str, Plain] = {
            "files": len(kept),
            "size": sum(len(source.data) for source in sources),
            "sha256": digest,
        }
        audit.record(connection, act, "hand_in_files", f"import/{job}", after=counted)
    return job


def read_anew(database: Engine, job: int, reading_of: Mapping[int, ReadingChoices], act: Act) -> None:
    """Have a checked job checked again, its files read as the choices say (by file; the others as before)."""
    with denials_recorded(database), writing(database) as connection:
        found = _own_job(connection, job, act, State.CHECKED)
        choices = {file.id: write_choices(reading_of.get(file.id, file.choices)) for file in found.files}
        for file, text in choices.items():
            connection.execute(update(FILE).where(FILE.c.id == file).values(choices=text, report="{}", refused=None))
        digest = digest_of([(file.sha256, choices[file.id]) for file in found.files])
        connection.execute(update(JOB).where(JOB.c.id == job).values(digest=digest, ready_rows=0, rows_done=0))
        set_state(connection, job, act.now, State.UPLOADED)


def confirm_job(database: Engine, job: int, seen: str, act: Act, *, good_rows: bool = False) -> None:
    """Have the checked files stored. `seen` is the digest the preview was shown under; refused if it is another now."""
    with denials_recorded(database), writing(database) as connection:
        found = _own_job(connection, job, act, State.CHECKED)
        if found.digest != seen:
            raise RefusedError([Problem("import_moved", Place(""))])
        if not found.ready_rows or (found.has_errors and not good_rows):
            raise RefusedError([Problem("import_not_ready", Place(""))])
        connection.execute(update(JOB).where(JOB.c.id == job).values(good_rows=good_rows, cancel_asked=False, rows_done=0))
        set_state(connection, job, act.now, State.WAITING)
        audit.record(connection, act, "confirm_files", f"import/{job}", after={"sha256": seen, "good_rows": good_rows})


def cancel_job(database: Engine, job: int, act: Act) -> None:
    """Give a job up. One at work is asked to stop and does so before it stores; what is being stored is stored whole."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, act.actor, Verb.IMPORT)
        found = load_job(connection, job, act.actor)
    if found.state in OVER or found.batches or (found.state in RUNNING and found.stage == Stage.STORING):
        raise RefusedError([Problem("import_over", Place(""), args={"job": job})])
    if found.state in RUNNING:
        # Not under the write lock: another import may hold it, and this one must be able to stop meanwhile.
        with beside(database) as connection:
            connection.execute(update(JOB).where(JOB.c.id == job).values(cancel_asked=True))
        return
    with denials_recorded(database), writing(database) as connection:
        require_somewhere(connection, act.actor, Verb.IMPORT)
        found = load_job(connection, job, act.actor)
        if found.state in OVER:
            raise RefusedError([Problem("import_over", Place(""), args={"job": job})])
        connection.execute(update(JOB).where(JOB.c.id == job).values(cancel_asked=True))
        if found.state not in RUNNING:
            set_state(connection, job, act.now, State.CANCELLED, "job.cancelled")
            forget_files(connection, job)
        audit.record(connection, act, "cancel_files", f"import/{job}", {"state": found.state.value}, {"state": "cancelled"})


def find_job(database: Engine, job: int, actor: Actor) -> Job:
    """The job with what was found in its files; for its maker and administrators."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.IMPORT)
        return load_job(connection, job, actor)


def list_jobs(database: Engine, actor: Actor, limit: int = 20) -> list[Job]:
    """The newest jobs the actor may see, without what was found in their files."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.IMPORT)
        query = select(JOB).where(_visible(connection, actor)).order_by(JOB.c.id.desc()).limit(limit)
        jobs = [as_job(row) for row in connection.execute(query)]
        files = select(FILE.c.job, FILE.c.name).where(FILE.c.job.in_([job.id for job in jobs])).order_by(FILE.c.id)
        names: dict[int, list[str]] = {}
        for number, name in connection.execute(files):
            names.setdefault(number, []).append(name)
        return [replace(job, names=tuple(names.get(job.id, ()))) for job in jobs]


def fetch_refused(database: Engine, job: int, file: int, actor: Actor) -> Download:
    """The refused rows of a file as a workbook in its own layout, to be mended and handed in again."""
    with denials_recorded(database), reading(database) as connection:
        require_somewhere(connection, actor, Verb.IMPORT)
        load_job(connection, job, actor)
        row = connection.execute(select(FILE.c.name, FILE.c.refused).where(FILE.c.id == file, FILE.c.job == job)).first()
    if row is None or row.refused is None:
        raise UsageError("no_refused_rows", job=job)
    return Download(name_file(f"{row.name.rpartition('.')[0] or row.name}-can-sua", row.refused, "xlsx"), row.refused, _XLSX)


def forget_files(connection: Connection, job: int) -> None:
    """Clear the bytes of a job's files."""
    connection.execute(delete(BYTES).where(BYTES.c.file.in_(select(FILE.c.id).where(FILE.c.job == job))))


def _refuse_amount(sources: Sequence[Source]) -> None:
    size = sum(len(source.data) for source in sources)
    if not sources or len(sources) > MAX_FILES:
        code = "import_file_count" if sources else "import_no_file"
        raise RefusedError([Problem(code, Place(""), args={"found": len(sources), "limit": MAX_FILES})])
    if size > MAX_BYTES:
        raise RefusedError([Problem("import_too_big", Place(""), args={"limit": MAX_BYTES // 1_000_000})])


def _own_job(connection: Connection, job: int, act: Act, wanted: State) -> Job:
    """The actor's own job in that state."""
    require_somewhere(connection, act.actor, Verb.IMPORT)
    found = load_job(connection, job, act.actor)
    if found.made_by != act.actor:
        raise RefusedError([Problem("import_not_yours", Place(""), args={"by": found.made_by})])
    if found.state is not wanted:
        raise RefusedError([Problem("import_moved", Place(""))])
    return found
