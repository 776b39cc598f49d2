"""The year as twelve small months, and its exceptions as a list, in markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.services.running import today
from tracker.services.working_calendar import STATUSES, Cell, DayRule, Month
from tracker.text import day
from tracker.ui import look
from tracker.ui.shell import language, t
from tracker.ui.tables import Head, Markup, Row, table

STYLES = """<style>
.tk-year{display:grid;grid-template-columns:repeat(auto-fill,minmax(15.5rem,1fr));gap:1.25rem 1.5rem;margin:.5rem 0}
.tk-month{border:1px solid var(--tk-line);border-radius:.5rem;padding:.6rem .7rem}
.tk-month h3{font-size:1rem;margin:0!important;padding:0 0 .3rem!important;display:flex;gap:.5rem;
justify-content:space-between}
.tk-month h3 small{font-weight:400;color:var(--tk-muted);font-size:.8125rem;align-self:center}
.tk-month table{width:100%;border-collapse:separate;border-spacing:2px;table-layout:fixed}
.tk-month caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.tk-month th{font-size:.75rem;font-weight:600;color:var(--tk-muted);padding:.1rem 0;text-align:center;border:0}
.tk-month td{text-align:center;padding:.22rem 0;font-size:.875rem;font-variant-numeric:tabular-nums;border-radius:.3rem;
border:1px solid transparent;position:relative}
.tk-month .tk-rest{color:var(--tk-muted)}
.tk-month .tk-off{background:#F6D9D5;color:#7A1113;font-weight:650}
.tk-month .tk-work{background:#D3E6D6;color:#14522A;font-weight:650}
.tk-month .tk-unsure{outline:2px dashed currentColor;outline-offset:-2px}
.tk-month .tk-today{border-color:var(--tk-accent);box-shadow:0 0 0 1px var(--tk-accent)}
.tk-key{display:flex;flex-wrap:wrap;gap:.4rem 1.25rem;font-size:.875rem;list-style:none;padding:0!important;
margin:.25rem 0 0!important}
.tk-key li{margin:0!important}
.tk-key span{display:inline-block;width:1.5rem;text-align:center;border-radius:.3rem;margin-right:.35rem;
border:1px solid transparent}
.tk-key .tk-off{background:#F6D9D5;color:#7A1113}.tk-key .tk-work{background:#D3E6D6;color:#14522A}
.tk-key .tk-unsure{outline:2px dashed currentColor;outline-offset:-2px}
.tk-key .tk-today{border-color:var(--tk-accent);box-shadow:0 0 0 1px var(--tk-accent)}
@media print{.tk-month{break-inside:avoid}.tk-month td{print-color-adjust:exact}}
</style>"""
DARK_STYLES = """<style>
.tk-month .tk-off,.tk-key .tk-off{background:#4A2024;color:#FFC9C4}
.tk-month .tk-work,.tk-key .tk-work{background:#1D4029;color:#BFE8CB}
</style>"""


def styles() -> Markup:
    """The style sheet of this page."""
    return STYLES + (DARK_STYLES if look.is_dark() else "")


def year_view(months: Sequence[Month], year: int) -> Markup:
    """Twelve months, and what their marks mean."""
    return _key() + f'<div class="tk-year">{"".join(_month(month, year) for month in months)}</div>'


def rules_table(rules: Iterable[DayRule]) -> Markup:
    """Days with their weekday, kind, name and how sure they are."""
    heads = [
        Head(t("calendar.day"), code=True),
        Head(t("calendar.kind")),
        Head(t("calendar.name"), wide=True),
        Head(t("calendar.status")),
    ]
    return table(t("calendar.title"), heads, (Row(_rule_cells(one), failing=not one.is_sure) for one in rules))


def _rule_cells(one: DayRule) -> list[Markup]:
    status = look.markup(name_status(one.status))
    pill = "tk-pill" if one.is_sure else "tk-pill tk-pill-bad"
    weekday = look.markup(t(f"weekday.{one.day.weekday()}"))
    return [
        f"{look.markup(day(language(), one.day))}<small>{weekday}</small>",
        look.markup(t(f"calendar.kind.{one.kind}")),
        look.markup(one.name),
        f'<span class="{pill}">{status}</span>',
    ]


def _month(month: Month, year: int) -> Markup:
    name, worked = t(f"month.{month.number}"), look.markup(t("calendar.worked", n=month.working))
    heads = "".join(
        f'<th scope="col" abbr="{look.markup(t(f"weekday.{at}"))}">{look.markup(t(f"weekday.short.{at}"))}</th>'
        for at in range(7)
    )
    weeks = "".join(f"<tr>{''.join(_cell(cell) for cell in week)}</tr>" for week in month.weeks)
    return (
        f'<section class="tk-month"><h3>{look.markup(name)}<small>{worked}</small></h3>'
        f"<table><caption>{look.markup(f'{name} {year}')}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{weeks}</tbody></table></section>"
    )


def _cell(cell: Cell | None) -> Markup:
    if cell is None:
        return "<td></td>"
    rule = cell.rule
    kinds = ["" if cell.works else "tk-rest"]
    title = ""
    if rule is not None:
        kinds.append(f"tk-{rule.kind}" + ("" if rule.is_sure else " tk-unsure"))
        parts = (day(language(), cell.day), t(f"calendar.kind.{rule.kind}"), rule.name, name_status(rule.status))
        title = f' title="{look.markup(" · ".join(part for part in parts if part))}"'
    current = ""
    if cell.day == today():
        kinds.append("tk-today")
        current = ' aria-current="date"'
    return f'<td class="{" ".join(filter(None, kinds))}"{title}{current}>{cell.day.day}</td>'


def _key() -> Markup:
    marks = {"off": "tk-off", "work": "tk-work", "unsure": "tk-off tk-unsure", "today": "tk-today"}
    items = (
        f'<li><span class="{kind}">1</span>{look.markup(t(f"calendar.mark.{name}"))}</li>' for name, kind in marks.items()
    )
    return f'<ul class="tk-key">{"".join(items)}</ul>'


def name_status(status: str) -> str:
    """How sure a day is, in words; as it is stored where it is none of ours."""
    return t(f"calendar.status.{status}") if status in STATUSES else status or t("value.none")
