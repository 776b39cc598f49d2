"""Other cells for a case: in the spelling of an import, checked like one, and only those that differ."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from tracker.core.cases import DOSSIERS, FEEDBACK, REPORTED
from tracker.core.problems import RefusedError
from tracker.intake.corrections import parse_correction

TODAY = date(2020, 6, 30)
DOSSIER = {
    "code": "H1",
    "unit": "A",
    "procedure": "P1",
    "channel": "counter",
    "received_at": datetime(2020, 3, 2, 8),
    "due_at": datetime(2020, 3, 6, 17),
    "completed_at": datetime(2020, 3, 9, 8),
    "supplement_requests": 2,
    "paused_minutes": None,
    "batch_id": 7,
}
VALUE = {
    "unit": "A",
    "measure": "m",
    "period_from": date(2020, 1, 1),
    "period_to": date(2020, 12, 31),
    "value": Decimal("4.5"),
    "decided": None,
}


def test_cells_are_read_as_an_import_reads_them():
    wanted = {"completed_at": "05/03/2020 09:30", "due_at": "2020-03-09", "supplement_requests": "1"}
    assert parse_correction(DOSSIERS, DOSSIER, wanted, TODAY) == {
        "completed_at": "2020-03-05 09:30:00",
        "due_at": "2020-03-09 23:59:59",
        "supplement_requests": "1",
    }
    assert parse_correction(REPORTED, VALUE, {"decided": "4,50"}, TODAY) == {"decided": "4.5"}


def test_cells_that_say_nothing_new_are_left_out_and_an_empty_one_clears():
    wanted = {"completed_at": "09/03/2020 08:00", "supplement_requests": "", "paused_minutes": ""}
    assert parse_correction(DOSSIERS, DOSSIER, wanted, TODAY) == {"supplement_requests": None}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"completed_at": "tomorrow"}, "bad_date"),
        ({"completed_at": "2020-07-01"}, "future_date"),
        ({"paused_minutes": "-1"}, "out_of_range"),
        ({"supplement_requests": "1.5"}, "not_an_integer"),
        ({"status": "done"}, "not_in_list"),
        ({"status": "x\0"}, "control_char"),
        ({"due_at": "2020-02-30"}, "bad_date"),
    ],
)
def test_what_an_import_refuses_is_refused_naming_the_column(wanted, code):
    with pytest.raises(RefusedError) as caught:
        parse_correction(DOSSIERS, DOSSIER, wanted, TODAY)
    (problem,) = caught.value.problems[:1]
    assert (problem.code, problem.place.row, problem.place.column) == (code, None, next(iter(wanted)))


def test_every_wrong_cell_is_named_at_once():
    case = {"code": "F1", "unit": "A", "kind": "complaint", "received_on": date(2020, 2, 1), "dissatisfied": False}
    with pytest.raises(RefusedError) as caught:
        parse_correction(FEEDBACK, case, {"outcome": "lost", "due_on": "soon"}, TODAY)
    assert {problem.place.column for problem in caught.value.problems} == {"outcome", "due_on"}
