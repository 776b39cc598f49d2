"""Reported values as tables: given, checked and decided side by side, and who left them so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tracker.services.values import DECIDED, UNCHECKED, Event, ReportedValue, Sheet
from tracker.text import moment, name_measure, number
from tracker.ui import look
from tracker.ui.cells import say_cell, say_text
from tracker.ui.pickers import CAMPAIGN, PERIOD
from tracker.ui.shell import language, link, t
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.tables import link as anchor

VALUE = "v"
FIGURES = ("value", "checked", "decided")


@dataclass(frozen=True, slots=True)
class View:
    """A period's sheet, where it is, and what its measures are called."""

    where: tuple[str, str]
    sheet: Sheet
    titles: Mapping[str, Mapping[str, str]]

    @property
    def query(self) -> dict[str, str]:
        """The period as links name it."""
        return {CAMPAIGN: self.where[0], PERIOD: self.where[1]}

    def measure(self, value: ReportedValue) -> str:
        """The title of a value's measure."""
        return name_measure(language(), value.measure, self.titles)

    def unit(self, value: ReportedValue) -> str:
        """The name of a value's unit."""
        office = self.sheet.offices.get(value.unit)
        return office.name if office else value.unit


def values_table(view: View, values: Sequence[ReportedValue]) -> Markup:
    """One row a value: given, checked, decided, and how far they differ; a column that would say nothing is left out."""
    several = len({value.measure for value in view.sheet.values}) > 1
    proven = any(value.evidence or value.note for value in values)
    heads = [
        Head(t("head.unit"), wide=True),
        *([Head(t("head.measure"), wide=True)] if several else []),
        *(Head(t(f"column.{name}"), figures=True) for name in FIGURES),
        Head(t("appraisal.difference"), figures=True),
        Head(t("appraisal.state")),
        *([Head(t("appraisal.proof"), wide=True)] if proven else []),
    ]
    rows = (_row(view, value, several, proven) for value in values)
    return table(t("page.appraisal"), heads, rows)


def _row(view: View, value: ReportedValue, several: bool, proven: bool) -> Row:
    address = link("appraisal", **view.query, **{VALUE: "/".join(value.key)})
    cells = [
        anchor(view.unit(value), address),
        *([look.markup(view.measure(value))] if several else []),
        *(look.markup(say_cell(name, getattr(value, name))) for name in FIGURES),
        say_difference(value),
        _pill(value.state),
        *([say_proof(value)] if proven else []),
    ]
    return Row(cells, failing=value.state == UNCHECKED)


def say_difference(value: ReportedValue) -> Markup:
    if not value.difference:
        return "" if value.state == UNCHECKED else look.markup("0")
    sign = "−" if value.difference < 0 else "+"
    return f'<span class="tk-lost">{sign}{look.markup(number(language(), abs(value.difference)))}</span>'


def _pill(state: str) -> Markup:
    kind = {UNCHECKED: " tk-pill-wait", DECIDED: " tk-pill-good"}.get(state, "")
    return f'<span class="tk-pill{kind}">{look.markup(t(f"appraisal.state.{state}"))}</span>'


def say_proof(value: ReportedValue) -> Markup:
    """The unit's evidence (a link only where it is a web address) and note."""
    note = f"<small>{look.markup(value.note)}</small>" if value.note else ""
    if not value.evidence:
        return note
    said = look.markup(value.evidence)
    if urlsplit(value.evidence).scheme in ("http", "https"):
        return f'<a class="tk-proof" href="{said}" target="_blank" rel="noopener noreferrer">{said}</a>{note}'
    return f'<span class="tk-proof">{said}</span>{note}'


def history_table(events: Sequence[Event]) -> Markup:
    """Who left the value how, oldest first."""
    heads = [
        Head(t("audit.at"), code=True),
        Head(t("audit.actor"), code=True),
        Head(t("appraisal.source")),
        *(Head(t(f"column.{name}"), figures=True) for name in FIGURES),
        Head(t("appraisal.reason"), wide=True),
    ]
    rows = (
        Row(
            [
                look.markup(moment(language(), event.at)),
                look.markup(event.by),
                look.markup(_say_source(event.source)),
                *(look.markup(say_text(name, event.figures.get(name))) for name in FIGURES),
                look.markup(event.reason or ""),
            ]
        )
        for event in events
    )
    return table(t("appraisal.history"), heads, rows)


def _say_source(source: str) -> str:
    kind, _, which = source.partition("/")
    return t("appraisal.source.appeal", number=int(which)) if kind == "appeal" else t(f"appraisal.source.{kind}")


STYLES = """<style>
.tk-pill-wait{border-color:#B7791F;background:var(--tk-sample)}
.tk-pill-good{border-color:#2F7D4F}
.tk-proof{overflow-wrap:anywhere;white-space:normal!important}
</style>"""
