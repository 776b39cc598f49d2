"""A frozen copy gives the very figures the live cases gave, on both databases, and adjustments change only the copy."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from builders import TODAY, put, put_campaign, put_offices

from tracker.core.problems import RefusedError
from tracker.services.access import OPERATOR
from tracker.services.adjustments import CORRECT, EXCLUDE, NewAdjustment
from tracker.services.campaigns import load_campaign, load_rulebook
from tracker.services.copies import take_copy
from tracker.services.recount import count_copy, documents_of, read_copied
from tracker.services.standings import Question, measure
from tracker.store.engine import reading

AS_OF = date(2025, 12, 31)


def dossier(code: str, unit: str, received: str, due: str, done: str | None = None, **more) -> dict:
    return {
        "code": code,
        "unit": unit,
        "procedure": "P1",
        "received_at": received,
        "due_at": due,
        "completed_at": done,
        **more,
    }


def put_office(engine):
    put_offices(engine, "B", "A")
    put(
        engine,
        "dossiers",
        dossier("1", "A", "2024-11-01 08:00:00", "2024-12-01 08:00:00", "2024-11-20 08:00:00"),  # over before it began
        dossier("2", "A", "2024-12-20 08:00:00", "2025-01-10 08:00:00", "2025-01-09 08:00:00"),  # carried, on time
        dossier("3", "A", "2025-02-01 08:00:00", "2025-02-10 08:00:00", "2025-02-12 08:00:00", rating="5"),  # late
        dossier("4", "A", "2025-03-01 08:00:00", "2025-03-10 08:00:00", paused_minutes="90"),  # overdue
        dossier("5", "B", "2025-04-01 08:00:00", "2025-04-10 08:00:00", "2025-04-10 08:00:00", note="Ông A gọi điện"),
        dossier("6", "B", "2026-01-05 08:00:00", "2026-01-10 08:00:00", "2026-01-09 08:00:00"),  # after the period
    )
    put(
        engine,
        "feedback",
        {
            "code": "K1",
            "unit": "B",
            "kind": "complaint",
            "received_on": "2025-05-05",
            "outcome": "upheld",
            "resolved_on": "2025-06-01",
        },
    )
    put(engine, "staff", {"code": "S1", "unit": "A", "name": "Nguyễn Văn A"})
    put_campaign(engine, begins="2025-01-01", ends="2025-12-31")


@pytest.fixture
def office(engine, prepared):
    return prepared(put_office, engine)


def copied(engine, as_of: date = AS_OF):
    with reading(engine) as connection:
        campaign = load_campaign(connection, "thi-dua")
        period = campaign.period("thi-dua")
        return take_copy(connection, campaign, period, load_rulebook(connection, campaign.rulebook), as_of)


def test_a_copy_gives_every_measure_of_every_unit_as_the_live_cases_do(office):
    for as_of in (date(2025, 1, 1), date(2025, 3, 10), AS_OF):
        live = measure(office, Question("thi-dua", "thi-dua", as_of), TODAY, OPERATOR)
        assert count_copy(copied(office, as_of), []).facts == live.facts


def test_a_copy_holds_only_the_rows_the_period_rests_on_in_the_order_of_their_keys(office):
    rows = copied(office).parts["dossiers.csv"].decode().splitlines()
    assert [row.split(",")[0] for row in rows] == ["code", "2", "3", "4", "5"]
    assert rows[1].startswith("2,A,,P1,,counter,,2024-12-20 08:00:00,2025-01-10 08:00:00,,2025-01-09 08:00:00,")


def test_a_copy_takes_in_no_free_text_and_no_names_of_officials(office):
    parts = copied(office).parts
    assert "Ông A".encode() not in parts["dossiers.csv"]
    assert "Nguyễn Văn A".encode() not in parts["staff.csv"]
    assert b"S1,A" in parts["staff.csv"]


def test_the_same_data_give_the_same_digest_and_any_change_another(office):
    first = copied(office)
    assert copied(office).sha256 == first.sha256
    put(office, "dossiers", dossier("6", "B", "2026-01-05 08:00:00", "2026-01-10 08:00:00", "2026-01-08 08:00:00"))
    assert copied(office).sha256 == first.sha256, "a dossier of the next period is not the period's"
    put(office, "dossiers", dossier("5", "B", "2025-04-01 08:00:00", "2025-04-10 08:00:00", "2025-04-10 08:00:01"))
    assert copied(office).sha256 != first.sha256


def test_leaving_a_late_dossier_out_raises_the_unit_by_hand_counted_points(office):
    """A has 3 in scope, 1 of them good: 10 x 1/3. Without the late one 1 of 2; the live cases stay as they are."""
    copy = copied(office)
    assert count_copy(copy, []).place("A").score.score == Fraction(333, 100)
    left_out = NewAdjustment(EXCLUDE, "dossiers", ("3",), {}, "lỗi đồng bộ", "appeal/1")
    assert count_copy(copy, [left_out]).place("A").score.score == 5
    assert read_copied(copy, [], "dossiers", ("3",))["unit"] == "A"
    assert read_copied(copy, [left_out], "dossiers", ("3",)) is None
    live = measure(office, Question("thi-dua", "thi-dua", AS_OF), TODAY, OPERATOR)
    assert live.facts["A"].measures["done_late"] == 1


def test_putting_a_cell_right_counts_as_if_the_file_had_said_so(office):
    copy = copied(office)
    right = NewAdjustment(CORRECT, "dossiers", ("3",), {"completed_at": "2025-02-10 08:00:00"}, "ghi sai giờ", "appeal/2")
    board = count_copy(copy, [right])
    assert (board.facts["A"].measures["done_late"], board.facts["A"].measures["done_on_time"]) == (0, 2)
    assert board.place("A").score.score == Fraction(667, 100)


def test_adjusting_a_case_the_copy_does_not_have_is_refused(office):
    with pytest.raises(RefusedError) as refused:
        count_copy(copied(office), [NewAdjustment(EXCLUDE, "dossiers", ("nope",), {}, "x", "appeal/3")])
    assert refused.value.problems[0].code == "case_not_in_copy"


def test_both_texts_of_a_result_are_the_same_whenever_they_are_made(office):
    copy = copied(office)
    assert documents_of(count_copy(copy, [])) == documents_of(count_copy(copy, []))
