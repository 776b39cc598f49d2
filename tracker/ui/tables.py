"""Tables, bars and notes as markup: they print whole, have real links, and show stored text letter for letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tracker.ui.look import markup

Markup = str  # already escaped


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its words, and whether it holds figures, codes or sentences; `wide` columns take what room there is.

    `screen`: what it holds can only be pressed, and is not printed.
    """

    words: str
    figures: bool = False
    wide: bool = False
    code: bool = False
    prose: bool = False
    screen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells that are markup already; a `heading` row speaks for the rows below it, a `total` for those above."""

    cells: Sequence[Markup]
    heading: bool = False
    failing: bool = False
    total: bool = False


def table(caption: str, heads: Sequence[Head], rows: Iterable[Row]) -> Markup:
    """A table with a caption for screen readers; on a narrow screen every row becomes a card with its heads beside it."""
    head = "".join(f'<th scope="col" class="{_class(one)}">{markup(one.words)}</th>' for one in heads)
    body = "".join(_row(heads, row) for row in rows)
    return (
        f'<div class="tk-scroll" tabindex="0" role="region" aria-label="{markup(caption)}">'
        f'<table class="tk-table"><caption>{markup(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(heads: Sequence[Head], row: Row) -> Markup:
    if row.heading:
        return f'<tr class="tk-heading"><th scope="rowgroup" colspan="{len(heads)}">{"".join(row.cells)}</th></tr>'
    cells = "".join(
        f'<td class="{_class(head)}" data-head="{markup(head.words)}">{f"<div>{cell}</div>" if cell else ""}</td>'
        for head, cell in zip(heads, row.cells, strict=True)
    )
    kind = "tk-failing" if row.failing else ("tk-total" if row.total else "")
    return f'<tr class="{kind}">{cells}</tr>'


def _class(head: Head) -> str:
    kinds = {
        **{"tk-num": head.figures, "tk-wide": head.wide, "tk-code": head.code},
        **{"tk-prose": head.prose, "tk-screen": head.screen},
    }
    return " ".join(kind for kind, wanted in kinds.items() if wanted)


def bar(points: Fraction, out_of: Fraction, colour: str, middle: Fraction | None = None) -> Markup:
    """A bar filled by points of out_of, with a mark at the cluster's middle; for the eye only."""
    if not out_of:
        return ""
    mark = "" if middle is None else f'<i style="left:{_share(middle, out_of)}%"></i>'
    filled = f'<b style="width:{_share(points, out_of)}%;background:{colour}"></b>'
    return f'<span class="tk-bar" aria-hidden="true">{filled}{mark}</span>'


def _share(points: Fraction, out_of: Fraction) -> str:
    return f"{float(max(Fraction(0), min(Fraction(1), points / out_of)) * 100):.1f}"


def link(words: str, address: str) -> Markup:
    """A real link that opens in the same tab."""
    return f'<a href="{markup(address)}" target="_self">{markup(words)}</a>'


STYLES = """<style>
.tk-scroll{overflow-x:auto}
.tk-table{width:100%;border-collapse:collapse;font-size:.9375rem;line-height:1.45}
.tk-table caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.tk-table th,.tk-table td{padding:.5rem .625rem;border-bottom:1px solid var(--tk-line);vertical-align:top;text-align:left}
.tk-table thead th{font-weight:600;font-size:.8125rem;color:var(--tk-muted);border-bottom:2px solid var(--tk-line);
vertical-align:bottom}
.tk-table .tk-num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.tk-table .tk-wide{min-width:13rem}
.tk-table thead th.tk-prose{white-space:normal}
.tk-table tr.tk-heading th{background:var(--tk-soft);font-weight:650;padding:.55rem .625rem}
.tk-table tr.tk-heading th span{float:right;font-variant-numeric:tabular-nums}
.tk-table tr.tk-failing td:first-child{box-shadow:inset 3px 0 0 var(--tk-accent)}
.tk-table small,.tk-small{display:block;color:var(--tk-muted);font-size:.8125rem;line-height:1.4}
.tk-person code{overflow-wrap:anywhere}
.tk-table tr.tk-total td{font-weight:650}
.tk-table tr.tk-total{border-top:2px solid var(--tk-line)}
.tk-table td.tk-code{white-space:nowrap}
.tk-table thead th{min-width:4.5rem}
.tk-table td a{white-space:nowrap}
.tk-facts{display:flex;flex-wrap:wrap;gap:.5rem 2.5rem;margin:1rem 0 0!important;padding:0!important}
.tk-facts dt{color:var(--tk-muted);font-size:.8125rem;margin:0!important}
.tk-facts dd{margin:0!important;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
.tk-table a,.tk-list a{color:inherit;text-decoration:underline;text-underline-offset:.15em}
.tk-table a:hover,.tk-list a:hover{color:var(--tk-accent)}
.tk-bar{position:relative;display:block;height:.5rem;border-radius:.25rem;background:var(--tk-line);margin:.4rem 0 .1rem;
min-width:7rem}
.tk-bar b{position:absolute;inset:0 auto 0 0;border-radius:.25rem;print-color-adjust:exact}
.tk-bar i{position:absolute;top:-.2rem;bottom:-.2rem;width:2px;margin-left:-1px;background:currentColor}
.tk-lost{color:var(--tk-accent);font-weight:600;white-space:nowrap}
.tk-pill{display:inline-block;padding:.05rem .5rem;border-radius:1rem;background:var(--tk-soft);
border:1px solid var(--tk-line);font-size:.8125rem;white-space:nowrap}
.tk-pill-bad{border-color:var(--tk-accent);color:var(--tk-accent)}
@media (max-width:40rem){
.tk-table thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.tk-table,.tk-table tbody,.tk-table tr,.tk-table td,.tk-table th{display:block;width:100%;min-width:0!important}
.tk-table tr{padding:.5rem 0;border-bottom:1px solid var(--tk-line)}
.tk-table tr.tk-heading{padding:0}
.tk-table td{display:flex;gap:1rem;justify-content:space-between;border:0;padding:.15rem .25rem;text-align:right}
.tk-table td:first-child{display:block;text-align:left;padding:.15rem .5rem}
.tk-table td:empty{display:none}
.tk-table td.tk-prose:not(.tk-num){display:block;text-align:left}
.tk-table .tk-num{white-space:normal}
.tk-table td:not(:first-child)::before{content:attr(data-head);color:var(--tk-muted);font-size:.8125rem;text-align:left}
}
@media print{.tk-scroll{overflow:visible}.tk-table{font-size:9pt}.tk-table .tk-wide{min-width:12rem}
.tk-table small,.tk-table thead th,.tk-pill{font-size:8pt}.tk-bar{min-width:4rem}}
</style>"""
