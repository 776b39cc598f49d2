"""Small makers of the things tests speak of; every argument has a plain default."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256

import pandas as pd

from tracker.core.cases import KINDS, Type
from tracker.intake import Rows
from tracker.services.access import OPERATOR
from tracker.services.act import Act
from tracker.services.campaigns import NewCampaign, add_campaign, add_rulebook
from tracker.services.imports import Choices, Source, import_files, import_rows

TODAY = date(2026, 6, 30)


def act(today: date = TODAY, actor=OPERATOR) -> Act:
    return Act(actor, today, datetime(2026, 6, 30, 8, 0, 0))


def rows(kind: str, *cases: dict, file: str | None = None) -> Rows:
    """Parsed rows straight from dictionaries; every cell is text or None."""
    wanted = KINDS[kind]
    present = tuple(column.name for column in wanted.columns if any(column.name in case for case in cases))
    cells = [[_cell(wanted.column(name), case.get(name)) for name in present] for case in cases]
    frame = pd.DataFrame(cells, columns=list(present), dtype=object)
    frame.index = range(2, len(frame) + 2)
    return Rows(wanted, file or f"{kind}.csv", None, present, frame, 0, (), frame)


def _cell(column, value):
    if value is None:
        return "0" if column.type is Type.BOOL else column.default
    return str(value)


def put(engine, kind: str, *cases: dict, today: date = TODAY):
    """Import rows as the intake would hand them over."""
    digest = sha256(repr((kind, cases, datetime.now().timestamp())).encode()).hexdigest()  # noqa: DTZ005 (a unique digest)
    outcome = import_rows(engine, rows(kind, *cases), digest, act(today), Choices())
    assert outcome.outcome == "imported", outcome.problems
    return outcome


def put_file(engine, name: str, text: str | bytes, today: date = TODAY, **choices):
    """Import one file's text."""
    data = text.encode() if isinstance(text, str) else text
    return import_files(engine, [Source(name, data)], act(today), Choices(**choices))


def put_offices(engine, *codes: str, cluster: str = "c") -> None:
    """Units of one cluster, each named by its code, and one procedure P1."""
    put(
        engine, "units", *({"code": code, "name": f"Đơn vị {code}", "kind": "commune", "cluster": cluster} for code in codes)
    )
    put(engine, "procedures", {"code": "P1", "name": "Khai sinh"})


RULEBOOK = """
code = "{code}"
version = 1
title = {{vi = "Đúng hẹn", en = "On time"}}
basis = "test"
total = 10

[on_time]
{policy}

[[criterion]]
code = "ontime"
title = {{vi = "Đúng hẹn hơn", en = "More on time"}}
points = 10

  [[criterion.indicator]]
  code = "ontime.rate"
  title = {{vi = "Tỷ lệ đúng hạn", en = "On-time rate"}}
  points = 10
  basis = "test"
  cases = "dossiers"
  [criterion.indicator.formula]
  kind = "ratio"
  numerator = ["done_on_time", "pending_in_time"]
  denominator = ["received", "carried", "-no_due"]
"""


LATENESS = """
  [[criterion.indicator]]
  code = "ontime.days"
  title = {{vi = "Số ngày trễ", en = "Days late"}}
  points = 4
  basis = "test"
  formula = {{kind = "penalty", incidents = ["days_late"], per = 0.1}}

  [[criterion.indicator]]
  code = "ontime.satisfied"
  title = {{vi = "Hài lòng", en = "Satisfied"}}
  points = 2
  basis = "test"
  formula = {{kind = "ratio", numerator = ["satisfied"], denominator = ["surveyed"]}}
"""
# A rulebook of the rate (4 points), days late (4) and ratings (2).
WITH_LATENESS = (RULEBOOK.replace("points = 10\n  basis", "points = 4\n  basis") + LATENESS).format(code="late", policy="")

# The rate, and half a point for each recognised initiative, 2 at most.
COUNTING = (
    RULEBOOK.format(code="counting", policy="").replace(
        "[[criterion]]",
        """[[reported]]
measure = "khen.initiatives"
title = {vi = "Sáng kiến", en = "Initiatives"}
integer = true

[[criterion]]""",
        1,
    )
    + """
[[extra]]
code = "bonus"
title = {vi = "Điểm thưởng", en = "Bonus"}
measure = "khen.initiatives"
per = 0.5
cap = 2
"""
)


def put_campaign(
    engine, code: str = "thi-dua", *, begins: str, ends: str, rulebook: str | None = None, every=None, **policy
):
    """A campaign of one on-time indicator (or of the given rulebook's text)."""
    lines = "\n".join(f"{name} = {_toml(value)}" for name, value in policy.items())
    text = rulebook or RULEBOOK.format(code=f"{code}-rules", policy=lines)
    kept = add_rulebook(engine, text, "rules.toml", act())
    new = NewCampaign(code, kept.rulebook.code, date.fromisoformat(begins), date.fromisoformat(ends), every)
    return add_campaign(engine, new, act())


def _toml(value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
