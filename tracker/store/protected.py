"""Which tables are written once, and the triggers that keep them so."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table

from tracker.store import (
    audit,
    decision_tables,
    hearing_tables,
    paper_tables,
    period_tables,
    programme_tables,
    work_tables,
)
from tracker.store.append_only import protect

SNAPSHOT: Table = period_tables.Snapshot.__table__  # type: ignore[attr-defined]
PART: Table = period_tables.SnapshotPart.__table__  # type: ignore[attr-defined]
# The sealed tables in the order in which their rows can be written; parts are sealed by their snapshot's manifest.
SEALED: tuple[Table, ...] = (
    SNAPSHOT,
    period_tables.Adjustment.__table__,  # type: ignore[attr-defined]
    period_tables.Result.__table__,  # type: ignore[attr-defined]
    period_tables.PeriodStep.__table__,  # type: ignore[attr-defined]
    hearing_tables.AppealDecision.__table__,  # type: ignore[attr-defined]
    decision_tables.Decision.__table__,  # type: ignore[attr-defined]
    paper_tables.PaperTemplate.__table__,  # type: ignore[attr-defined]
    paper_tables.IssuedPaper.__table__,  # type: ignore[attr-defined]
    work_tables.WorkTick.__table__,  # type: ignore[attr-defined]
    work_tables.ReviewTask.__table__,  # type: ignore[attr-defined]
    work_tables.AnswerableHead.__table__,  # type: ignore[attr-defined]
    work_tables.Practice.__table__,  # type: ignore[attr-defined]
    work_tables.PracticeWord.__table__,  # type: ignore[attr-defined]
    programme_tables.ProgrammeTask.__table__,  # type: ignore[attr-defined]
    programme_tables.Dialogue.__table__,  # type: ignore[attr-defined]
)
_TAKEN: Mapping[str, str] = {
    "snapshot": "(campaign = NEW.campaign AND period = NEW.period AND revision = NEW.revision)",
    "snapshot_part": "(snapshot = NEW.snapshot AND name = NEW.name) OR rowid = NEW.rowid",
    "adjustment": "(snapshot = NEW.snapshot AND number = NEW.number)",
    "result": "(snapshot = NEW.snapshot AND number = NEW.number)",
    "period_step": "(proposal = NEW.proposal)",
    "appeal_decision": "(appeal = NEW.appeal)",
    "decision": "(campaign = NEW.campaign AND period = NEW.period AND revision = NEW.revision AND list_name = NEW.list_name"
    " AND rule = NEW.rule AND unit = NEW.unit AND officer = NEW.officer AND replaces = NEW.replaces)",
    "paper_template": "(kind = NEW.kind AND number = NEW.number)",
    "issued_paper": "(id = NEW.id)",
    "work_tick": "(unit = NEW.unit AND kind = NEW.kind AND code = NEW.code AND task = NEW.task AND replaces = NEW.replaces)",
    "review_task": "(campaign = NEW.campaign AND period = NEW.period AND unit = NEW.unit AND indicator = NEW.indicator"
    " AND replaces = NEW.replaces)",
    "answerable_head": "(campaign = NEW.campaign AND unit = NEW.unit AND criterion = NEW.criterion"
    " AND replaces = NEW.replaces)",
    "practice": "(id = NEW.id)",
    "practice_word": "(practice = NEW.practice AND about = NEW.about AND unit = NEW.unit AND replaces = NEW.replaces)",
    "programme_task": "(campaign = NEW.campaign AND number = NEW.number AND replaces = NEW.replaces)",
    "dialogue": "(campaign = NEW.campaign AND unit = NEW.unit AND number = NEW.number AND replaces = NEW.replaces)",
}


def keep_append_only(connection: Connection) -> None:
    """Refuse every change of what is written once from now on; harmless to repeat."""
    audit.keep_append_only(connection)
    for table in (*SEALED, PART):
        by_id = " OR id = NEW.id" if "id" in table.c else ""
        taken = f"EXISTS (SELECT 1 FROM {table.name} WHERE {_TAKEN[table.name]}{by_id})"  # noqa: S608 (our own names)
        protect(connection, table.name, taken)
