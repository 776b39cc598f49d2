"""A kept result is recomputed years later; one changed byte anywhere it rests on is found, and the row named."""

from __future__ import annotations

import sqlite3
import zlib

import pytest
from lives import HERE, MEMBER, acting, put_year, take
from people import put_account

from tracker.core.problems import UsageError
from tracker.services.access import OPERATOR, DeniedError, Role, Verb
from tracker.services.adjusting import adjust
from tracker.services.adjustments import EXCLUDE, NewAdjustment
from tracker.services.copies import find_frozen
from tracker.services.steps import Step
from tracker.services.verifying import verify_period
from tracker.store.engine import reading


def put_final(sqlite_engine):
    """The year 2025, final after one accepted appeal."""
    put_year(sqlite_engine)
    take(sqlite_engine, Step.FREEZE)
    with reading(sqlite_engine) as connection:
        frozen = find_frozen(connection, HERE.campaign, HERE.period)
    change = NewAdjustment(EXCLUDE, "dossiers", ("1",), {}, "lỗi đồng bộ", "appeal/1")
    adjust(sqlite_engine, frozen, [change], acting(MEMBER), Verb.DECIDE, lambda _connection, _effect: None)
    take(sqlite_engine, Step.PUBLISH, Step.FINALISE)


@pytest.fixture
def final(sqlite_engine, prepared):
    return prepared(put_final, sqlite_engine)


def bent(engine, *statements: str, data: bytes | None = None) -> set[tuple[str, str]]:
    """What verifying finds after somebody with the file in hand has changed it."""
    with sqlite3.connect(engine.url.database) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement, () if data is None else (data,))
    engine.dispose()
    found = verify_period(engine, HERE.campaign, HERE.period, OPERATOR)
    return {(flaw.part, flaw.row) for one in found for flaw in one.flaws}


def test_an_untouched_result_is_recomputed_digit_for_digit(final):
    found = verify_period(final, HERE.campaign, HERE.period, OPERATOR)
    assert [(one.kept.stage, one.kept.adjustments, one.flaws) for one in found] == [
        ("frozen", 0, ()),
        ("published", 1, ()),
        ("final", 1, ()),
    ]


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE snapshot SET as_of = '2025-12-30'", "snapshot/1"),
        ("UPDATE snapshot SET rulebook = 'x@1'", "snapshot/1"),
        ("UPDATE snapshot SET approved_by = 'member'", "snapshot/1"),
        ("UPDATE adjustment SET reason = 'khác'", "adjustment/1"),
        ("DELETE FROM adjustment", "adjustment/1"),
        ("UPDATE result SET stage = 'adjusted' WHERE stage = 'final'", "result/4"),
        ("UPDATE period_step SET actor = 'chair-2' WHERE step = 'finalise' AND act = 'approve'", "period_step/6"),
        ("UPDATE audit_entry SET payload = replace(payload, 'row_sha256', 'row_sha255') WHERE verb = 'result'", "result/1"),
    ],
)
def test_any_changed_row_is_named(final, statement, row):
    assert ("seal", row) in bent(final, statement)


def test_one_changed_byte_of_a_frozen_file_is_found(final):
    with sqlite3.connect(final.url.database) as raw:
        (packed,) = raw.execute("SELECT data FROM snapshot_part WHERE name = 'dossiers.csv'").fetchone()
    changed = zlib.decompress(packed).replace(b"2025-02-12", b"2025-02-09")
    statement = "UPDATE snapshot_part SET data = ? WHERE name = 'dossiers.csv'"
    for data in (zlib.compress(changed), b"\x00" + packed[1:]):
        found = bent(final, statement, data=data)
        assert {("inputs", "snapshot/1"), ("inputs", "snapshot_part/1/dossiers.csv")} <= set(found)


def test_a_rulebook_exchanged_in_the_database_is_found(final):
    found = bent(final, "UPDATE rulebook SET text = replace(text, 'points = 10', 'points = 9')")
    assert ("rules", "snapshot/1") in found


def test_a_period_that_was_never_frozen_has_nothing_to_verify(final):
    with pytest.raises(UsageError):
        verify_period(final, HERE.campaign, "2024", OPERATOR)


def test_a_viewer_may_not_have_the_copy_recounted(final):
    viewer = put_account(final, "viewer", Role.VIEWER)
    with pytest.raises(DeniedError):
        verify_period(final, HERE.campaign, HERE.period, viewer)
