"""The rulebook as a document to read: headings, sentences and tables, all from what the calculation itself reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import streamlit as st

from tracker.core.describe import Section, describe_rulebook
from tracker.core.rulebook import Rulebook
from tracker.core.terms import Statement
from tracker.services.campaigns import CampaignState, KeptRulebook
from tracker.text import pick, say_statement
from tracker.text.periods import name_period
from tracker.ui.look import criterion_colour, markup
from tracker.ui.pickers import name_campaign
from tracker.ui.shell import language, t
from tracker.ui.tables import Head, Markup, Row, table
from tracker.ui.unit import short

_DIGITS_SHOWN, _DIGITS_IN_NAME = 12, 16
# Statements that begin a list of their own kind; those behind them are its entries.
_LISTS = ("rule.formula.bands", "rule.formula.bands_plain", "rule.formula.all_of")
_ENTRIES = ("rule.formula.band", "rule.formula.bands_else", "rule.formula.part_")
_NOTES = {"rule.help": "rules.help", "rule.weight_note": "rules.weight_note"}


def show_identity(campaign: CampaignState, kept: KeptRulebook) -> None:
    """What the rulebook is, so that two people can make sure they read the same one, and its text to keep."""
    rulebook = kept.rulebook
    digest = f"<details><summary><code>{kept.sha256[:_DIGITS_SHOWN]}…</code></summary><code>{kept.sha256}</code></details>"
    facts = {
        t("rules.identity.code"): f"<code>{markup(rulebook.code)}</code>",
        t("rules.identity.version"): str(rulebook.version),
        t("head.basis"): markup(rulebook.basis),
        t("filter.campaign"): markup(f"{name_campaign(campaign)} ({campaign.code})"),
        t("rules.identity.total"): markup(short(rulebook.total)),
        t("rules.identity.digest"): digest,
    }
    pairs = "".join(f"<div><dt>{markup(name)}</dt><dd>{said}</dd></div>" for name, said in facts.items())
    st.html(f'<dl class="tk-identity">{pairs}</dl>')
    st.download_button(
        t("rules.download"),
        data=kept.text.encode(),
        file_name=f"{rulebook.code}-v{rulebook.version}-{kept.sha256[:_DIGITS_IN_NAME]}.toml",
        mime="application/toml",
        icon=":material/download:",
        on_click="ignore",
    )


def show_document(campaign: CampaignState | None, rulebook: Rulebook) -> None:
    """The contents list and the whole rulebook behind it; with a campaign also its periods."""
    parts = [("points", t("rules.points"), _points_table(rulebook))]
    parts += [(_anchor(section), _title(section), _body(section)) for section in describe_rulebook(rulebook)]
    if campaign is not None:
        parts.append(("periods", t("rules.periods"), _periods_table(campaign)))
    if documents := _documents(rulebook):
        parts.append(("documents", t("rules.documents"), documents))
    contents = "".join(f'<li><a href="#{markup(name)}" target="_self">{markup(title)}</a></li>' for name, title, _ in parts)
    body = "".join(
        f'<section id="{markup(name)}"><h2>{markup(title)}</h2>{content}</section>' for name, title, content in parts
    )
    label = markup(t("rules.contents"))
    listed = f'<nav aria-label="{label}"><p>{label}</p><ol>{contents}</ol></nav>'
    st.html(f'<div class="tk-rules">{listed}<div>{body}</div></div>')


def _anchor(section: Section) -> str:
    return f"{section.key}-{section.code}" if section.code else section.key


def _title(section: Section) -> str:
    title = t(f"section.{section.key}") if section.title is None else pick(language(), section.title)
    return title if section.key != "criterion" else t("rules.criterion", title=title)


def _body(section: Section) -> Markup:
    statements = _sentences(section.statements)
    if not section.items:
        return f"<ul>{''.join(f'<li>{markup(_say(one))}</li>' for one in section.statements)}</ul>"
    if section.key == "criterion":
        return statements + "".join(_indicator(item) for item in section.items)
    entries = "".join(f"<dt>{markup(_title(item))}</dt><dd>{_sentences(item.statements)}</dd>" for item in section.items)
    return f"{statements}<dl>{entries}</dl>"


def _sentences(statements: Iterable[Statement]) -> Markup:
    said = " ".join(_say(one) for one in statements)
    return f"<p>{markup(said)}</p>" if said else ""


def _indicator(section: Section) -> Markup:
    """One indicator: its formula as the first paragraph, what happens otherwise, and where it comes from."""
    formula = [one for one in section.statements if one.key.startswith("rule.formula.")]
    notes = [one for one in section.statements if one.key in _NOTES]
    otherwise = [one for one in section.statements if one not in formula and one not in notes]
    worth = "" if section.points is None else f"<span>{markup(t('rules.worth', points=short(section.points)))}</span>"
    small = [f"{t('head.basis')}: {section.basis}"] if section.basis else []
    small += [t(_NOTES[note.key], text=_say(note)) for note in notes]
    return (
        f"<article><h3>{markup(_title(section))}{worth}</h3>{_formula(formula)}"
        f"{_sentences(otherwise)}<small>{'<br>'.join(markup(line) for line in small)}</small></article>"
    )


def _formula(statements: Sequence[Statement]) -> Markup:
    entries = [one for one in statements if one.key.startswith(_ENTRIES) and one.key not in _LISTS]
    said = _sentences(one for one in statements if one not in entries)
    listed = "".join(f"<li>{markup(_say(one))}</li>" for one in entries)
    return f"{said}<ul>{listed}</ul>" if listed else said


def _say(statement: Statement) -> str:
    said = say_statement(language(), statement)
    # A sentence that begins with the name of a counted measure begins with a small letter.
    return said[:1].upper() + said[1:] if statement.args.get("title", statement) is None else said


def _points_table(rulebook: Rulebook) -> Markup:
    heads = (Head(t("head.indicator"), wide=True), Head(t("head.max"), figures=True), Head(t("head.basis"), wide=True))
    return table(t("rules.points"), heads, _points_rows(rulebook))


def _points_rows(rulebook: Rulebook) -> Iterator[Row]:
    for position, criterion in enumerate(rulebook.criterion):
        colour = f'<i class="tk-key" style="background:{criterion_colour(position)}"></i>'
        title = f"{colour}{markup(pick(language(), criterion.title))}<span>{markup(short(criterion.points))}</span>"
        yield Row([title], heading=True)
        for indicator in criterion.indicator:
            noted = pick(language(), indicator.weight_note or {})
            basis = markup(indicator.basis) + (f"<small>{markup(noted)}</small>" if noted else "")
            yield Row([markup(pick(language(), indicator.title)), markup(short(indicator.points)), basis])
    yield Row([markup(t("rules.identity.total")), markup(short(rulebook.total)), ""], total=True)


def _periods_table(campaign: CampaignState) -> Markup:
    heads = (
        Head(t("head.period")),
        Head(t("column.period_from"), figures=True),
        Head(t("column.period_to"), figures=True),
        Head(t("head.status")),
    )
    rows = (
        Row(
            [
                markup(name_period(language(), period.code, period.begins, period.ends)),
                markup(t("rules.day", day=period.begins)),
                markup(t("rules.day", day=period.ends)),
                markup(t(f"period.state.{period.state}")),
            ]
        )
        for period in campaign.periods
    )
    return table(t("rules.periods"), heads, rows)


def _documents(rulebook: Rulebook) -> Markup:
    """The documents the rulebook names; a more deeply written entry is left to the text of the file."""
    named = [document for document in rulebook.documents.values() if isinstance(document, str)]
    return f"<ul>{''.join(f'<li>{markup(document)}</li>' for document in named)}</ul>" if named else ""


STYLES = """<style>
.tk-subtitle{font-family:"Source Serif",Georgia,serif;font-size:1.1875rem;margin:0;text-wrap:balance}
.tk-identity{display:flex;flex-wrap:wrap;gap:.75rem 2.5rem;margin:0!important;padding:1rem 1.25rem!important;
border:1px solid var(--tk-line);border-radius:.5rem;background:var(--tk-soft)}
.tk-identity dt{color:var(--tk-muted);font-size:.8125rem}
.tk-identity dd{margin:0!important;font-weight:600;max-width:42rem}
.tk-identity code{font-size:.875rem;overflow-wrap:anywhere;background:none;padding:0;color:inherit}
.tk-identity summary{cursor:pointer}
.tk-rules{display:grid;grid-template-columns:15rem minmax(0,1fr);gap:3rem;align-items:start;counter-reset:part}
.tk-rules nav{position:sticky;top:4.5rem;font-size:.9375rem;border-right:1px solid var(--tk-line);padding-right:1rem}
.tk-rules nav p{font-weight:650;margin:0 0 .5rem}
.tk-rules nav ol{margin:0!important;padding-left:1.6rem!important}
.tk-rules nav li{margin:.2rem 0!important;padding:0!important;font-size:.9375rem}
.tk-rules nav a{color:inherit;text-decoration:none}
.tk-rules nav a:hover{color:var(--tk-accent);text-decoration:underline}
.tk-rules section{counter-increment:part;scroll-margin-top:4.5rem;margin-bottom:2.25rem;max-width:54rem}
.tk-rules h2{font-family:"Source Serif",Georgia,serif;font-size:1.375rem;font-weight:600;padding:0 0 .35rem;
margin:0 0 .75rem;border-bottom:1px solid var(--tk-line);line-height:1.3}
.tk-rules h2::before{content:counter(part) ". ";color:var(--tk-muted)}
.tk-rules h3{font-size:1.0625rem;font-weight:600;display:flex;justify-content:space-between;gap:1rem;padding:0;
margin:0 0 .25rem;line-height:1.4}
.tk-rules h3 span{white-space:nowrap;color:var(--tk-accent);font-variant-numeric:tabular-nums}
.tk-rules p,.tk-rules li,.tk-rules dd{line-height:1.6;text-wrap:pretty}
.tk-rules p{margin:0 0 .35rem}
.tk-rules section ul{margin:.25rem 0 .5rem!important;padding-left:1.25rem!important}
.tk-rules section li{margin:.2rem 0!important}
.tk-rules article{padding:.9rem 0;border-bottom:1px dotted var(--tk-line);break-inside:avoid}
.tk-rules article:last-child{border:0}
.tk-rules article>small{display:block;color:var(--tk-muted);font-size:.8125rem;line-height:1.5;margin-top:.35rem}
.tk-rules dl{margin:0!important;padding:0!important;display:grid;gap:.35rem 1.5rem;
grid-template-columns:minmax(9rem,16rem) 1fr}
.tk-rules dt{font-weight:600}
.tk-rules dd{margin:0!important}
.tk-rules dd p{margin:0}
.tk-key{display:inline-block;width:.7rem;height:.7rem;border-radius:.15rem;margin-right:.5rem;print-color-adjust:exact}
@media (max-width:52rem){.tk-rules{grid-template-columns:minmax(0,1fr);gap:1.5rem}
.tk-rules nav{position:static;border:0;border-bottom:1px solid var(--tk-line);padding:0 0 1rem}
.tk-rules dl{grid-template-columns:1fr;gap:.1rem}.tk-rules dd{margin-bottom:.6rem!important}}
@media print{.tk-rules{display:block}.tk-rules nav{position:static;border:0;break-after:page}
.tk-rules section{max-width:none}.tk-identity{background:none}}
</style>"""
