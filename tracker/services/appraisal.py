"""Appraising reported values: checked and decided by the committee, in the cases while open, by adjustments once frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from tracker.core.cases import REPORTED
from tracker.core.problems import Place, Problem, RefusedError, UsageError
from tracker.intake.corrections import cell_text, parse_correction
from tracker.services import audit
from tracker.services.access import Verb
from tracker.services.act import Act
from tracker.services.adjusting import Effect, adjust
from tracker.services.adjustments import CORRECT, NewAdjustment, load_adjustments
from tracker.services.campaigns import load_campaign
from tracker.services.import_rights import APPRAISED
from tracker.services.typed import tidy_statement
from tracker.services.value_batches import OPEN, appraising, is_open, publish_values
from tracker.services.values import APPRAISAL, CHECKED, DECIDED, ReportedValue, Sheet, Where, load_sheet, read_values

FINAL = "final"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the committee says of one value, on the figures it had before it (`seen`); an empty text clears a cell."""

    key: tuple[str, ...]
    seen: str
    cells: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Appraised:
    """How many values were changed, and what that moved; None while the period is open and counted as it goes."""

    changed: int
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    """A value and its cells that are to differ."""

    value: ReportedValue
    cells: Mapping[str, str | None]


def appraise(database: Engine, where: Where, marks: Sequence[Mark], reason: str, act: Act) -> Appraised:
    """Set checked or decided figures, all or none; refused once the period is final, or where the figures have moved."""
    sheet = load_sheet(database, act.actor, where)
    _require_writable(sheet)
    said = tidy_statement(reason)
    changes = [_parse(sheet, mark, act) for mark in marks]
    return _write(database, where, sheet, [change for change in changes if change.cells], said, act)


def accept_values(
    database: Engine, where: Where, chosen: Sequence[tuple[tuple[str, ...], str]], step: str, reason: str, act: Act
) -> Appraised:
    """Take over what stands there for many values (key and `seen`): checked as the unit gave it, or decided as checked.

    Values that are further already, or cannot be decided because nobody has checked them, are left as they are.
    """
    if step not in (CHECKED, DECIDED):
        raise UsageError("unknown_step", step=step, known=f"{CHECKED}, {DECIDED}")
    sheet = load_sheet(database, act.actor, where)
    _require_writable(sheet)
    said = tidy_statement(reason)
    values = [_find(sheet, key, seen) for key, seen in chosen]
    changes = [_Change(value, cells) for value in values if (cells := _accepted(value, step))]
    return _write(database, where, sheet, changes, said, act)


def _accepted(value: ReportedValue, step: str) -> dict[str, str | None]:
    if step == CHECKED:
        return {"checked": cell_text(value.value)} if value.checked is None else {}
    return {"decided": cell_text(value.checked)} if value.decided is None and value.checked is not None else {}


def _require_writable(sheet: Sheet) -> None:
    if sheet.period.state == FINAL:
        raise RefusedError([Problem("period_final", Place(""), args={"period": sheet.period.code})])


def _parse(sheet: Sheet, mark: Mark, act: Act) -> _Change:
    strange = sorted(set(mark.cells) - set(APPRAISED))
    if strange:
        raise RefusedError([Problem("column_not_appraised", Place("", column=name)) for name in strange])
    value = _find(sheet, mark.key, mark.seen)
    return _Change(value, parse_correction(REPORTED, value.cells(), mark.cells, act.today))


def _find(sheet: Sheet, key: tuple[str, ...], seen: str) -> ReportedValue:
    value = sheet.find(key)
    if value is None:
        raise RefusedError([Problem("value_unknown", Place(""), value="/".join(key))])
    if value.seen != seen:
        raise _changed(value)
    return value


def _changed(value: ReportedValue) -> RefusedError:
    return RefusedError([Problem("value_changed", Place(""), value=f"{value.unit}/{value.measure}")])


def _write(database: Engine, where: Where, sheet: Sheet, changes: Sequence[_Change], reason: str, act: Act) -> Appraised:
    if not changes:
        raise RefusedError([Problem("appraisal_changes_nothing", Place(""))])
    if sheet.period.state == OPEN:
        return _write_cases(database, where, changes, reason, act)
    return _write_adjustments(database, sheet, changes, reason, act)


def _write_cases(database: Engine, where: Where, changes: Sequence[_Change], reason: str, act: Act) -> Appraised:
    """As a batch of the cases: the old versions are kept, with who replaced them and why."""
    columns = (*REPORTED.key, *APPRAISED)
    rows = [[*change.value.key, *_row(change)] for change in changes]
    with appraising(database, columns, rows, act) as (connection, stage):
        _require_unmoved(connection, where, [change.value for change in changes])
        made = publish_values(connection, stage, reason, act)
        changed = made.changes.changed
        audit.record(connection, act, "appraise", f"batch/{made.batch}", after={"changed": changed}, reason=reason)
    return Appraised(changed)


def _row(change: _Change) -> list[str | None]:
    stored = {name: cell_text(getattr(change.value, name)) for name in APPRAISED}
    return list({**stored, **change.cells}.values())


def _require_unmoved(connection: Connection, where: Where, values: Sequence[ReportedValue]) -> None:
    """Raise RefusedError if the period is open no more, or a value is not as it was seen."""
    period = load_campaign(connection, where[0]).period(where[1])
    if not is_open(connection, where[0], period):
        raise RefusedError([Problem("period_moved", Place(""), args={"period": period.code})])
    measures = {value.measure for value in values}
    now = {value.key: value for value in read_values(connection, period.begins, period.ends, measures)}
    for value in values:
        if value.key not in now or now[value.key].seen != value.seen:
            raise _changed(value)


def _write_adjustments(database: Engine, sheet: Sheet, changes: Sequence[_Change], reason: str, act: Act) -> Appraised:
    if sheet.frozen is None:
        raise RefusedError([Problem("period_moved", Place(""), args={"period": sheet.period.code})])
    snapshot = sheet.frozen.id
    adjustments = [
        NewAdjustment(CORRECT, REPORTED.name, change.value.key, change.cells, reason, APPRAISAL) for change in changes
    ]
    ours = {change.value.key: change.value for change in changes}

    def require_untouched(connection: Connection, _: Effect) -> None:
        """Nobody has adjusted one of these values since they were read."""
        recorded = load_adjustments(connection, snapshot)[sheet.adjustments : -len(adjustments)]
        for other in recorded:
            if other.what.kind == REPORTED.name and other.what.key in ours:
                raise _changed(ours[other.what.key])

    effect = adjust(database, sheet.frozen, adjustments, act, Verb.APPRAISE, require_untouched)
    return Appraised(len(adjustments), effect)
