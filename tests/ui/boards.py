"""Small provinces for the tests of pages: a rulebook fed with reported figures only, and the app opened on them."""

from __future__ import annotations

from builders import put, put_campaign
from streamlit.testing.v1 import AppTest

from tracker.core.periods import Every

from .protocol import ROOT

APP = str(ROOT / "streamlit_app.py")

# Score = 60 x `plan` + 40 x `manners`, both reported between 0 and 1; one scandal bars a unit from awards.
RULEBOOK = """
code = "small"
version = 1
title = {vi = "Thi đua nhỏ", en = "Small campaign"}
basis = "test"
total = 100

[[reported]]
measure = "plan"
title = {vi = "Hoàn thành kế hoạch", en = "Plan met"}

[[reported]]
measure = "manners"
title = {vi = "Văn minh", en = "Manners"}

[[reported]]
measure = "scandals"
title = {vi = "Vụ việc nghiêm trọng", en = "Grave incidents"}
integer = true

[[criterion]]
code = "work"
title = {vi = "Công việc", en = "Work"}
points = 60
  [[criterion.indicator]]
  code = "work.plan"
  title = {vi = "Kế hoạch", en = "Plan"}
  points = 60
  basis = "test"
  formula = {kind = "linear", measure = "plan", lo = 0, hi = 1}

[[criterion]]
code = "friendly"
title = {vi = "Thân thiện", en = "Friendly"}
points = 40
  [[criterion.indicator]]
  code = "friendly.manners"
  title = {vi = "Văn minh công sở", en = "Manners at work"}
  points = 40
  basis = "test"
  formula = {kind = "linear", measure = "manners", lo = 0, hi = 1}

[[gate]]
code = "scandal"
title = {vi = "Có vụ việc nghiêm trọng", en = "A grave incident"}
measure = "scandals"
at_least = 1

[[grade]]
code = "good"
title = {vi = "Tốt", en = "Good"}
at_least = 80

[[grade]]
code = "poor"
title = {vi = "Kém", en = "Poor"}
at_least = 0

[[award]]
code = "flag"
title = {vi = "Cờ thi đua", en = "Banner"}
places = 1
boundary_tie = "committee"

[[criticism]]
code = "low"
title = {vi = "Điểm quá thấp", en = "Score too low"}
level = "criticise"
below_score = 50
"""


def put_units(engine, **clusters: list[str]) -> None:
    """Units `code:name` of each cluster; hyphens in a cluster's code are written as underscores."""
    rows = [(cluster.replace("_", "-"), *unit.split(":")) for cluster, units in clusters.items() for unit in units]
    put(
        engine,
        "units",
        *({"code": code, "name": name, "kind": "commune", "cluster": cluster} for cluster, code, name in rows),
    )


def report(engine, year: int, **figures: tuple[str, ...]) -> None:
    """What units report for a year: (plan, manners) or (plan, manners, scandals) by unit code."""
    rows = []
    for unit, values in figures.items():
        for measure, value in zip(("plan", "manners", "scandals"), (*values, "0")[:3], strict=False):
            span = {"period_from": f"{year}-01-01", "period_to": f"{year}-12-31"}
            rows.append({"unit": unit, "measure": measure, "value": value, **span})
    put(engine, "reported", *rows)


def begin(engine, first: int = 2024, last: int = 2025) -> None:
    """The campaign, one period a year."""
    put_campaign(engine, "nho", begins=f"{first}-01-01", ends=f"{last}-12-31", rulebook=RULEBOOK, every=Every.YEAR)


def open_page(page: str = "leaderboard", **query: str) -> AppTest:
    """The page as somebody's link opens it."""
    app = AppTest.from_file(APP, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if page != "leaderboard":
        app.switch_page(f"pages/{page}.py")
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
    assert not app.exception
    return app


def markup(app: AppTest) -> str:
    """All HTML the page has drawn."""
    return "\n".join(element.proto.body for element in app.get("html"))


def words(app: AppTest) -> str:
    """All Markdown and notices of the page."""
    return "\n".join(
        element.value for kind in (app.markdown, app.info, app.caption, app.header, app.title) for element in kind
    )
