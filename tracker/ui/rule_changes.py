"""The difference between two rulebooks on screen: each part that changed, what stood there beside what stands there now."""

from __future__ import annotations

import streamlit as st

from tracker.core.rule_difference import Change, Kind, RuleDifference
from tracker.text.differences import name_place, say_pair
from tracker.ui.look import markup, plain
from tracker.ui.shell import language, t
from tracker.ui.tables import Markup


def show_difference(difference: RuleDifference) -> None:
    """Every change as a card; one sentence where nothing differs."""
    versions = {"before": difference.before, "after": difference.after}
    if not difference.changes:
        st.info(plain(t("rule_change.none", **versions)), icon=":material/equal:")
        return
    st.markdown(plain(t("rule_change.count", n=len(difference.changes), **versions)))
    st.html(f'<div class="tk-changes">{"".join(map(_change, difference.changes))}</div>')


def _change(change: Change) -> Markup:
    pill = f'<span class="tk-pill tk-{change.kind.value}">{markup(t(f"rule_change.{change.kind.value}"))}</span>'
    body = _sides(change) if change.kind is Kind.CHANGED else _list(change)
    return f"<article><h4>{pill} {markup(name_place(language(), change))}</h4>{body}</article>"


def _sides(change: Change) -> Markup:
    heads = "".join(f'<th scope="col">{markup(t(f"rule_change.{side}"))}</th>' for side in ("before", "after"))
    rows = ""
    for pair in change.sentences:
        old, new = say_pair(language(), pair)
        rows += f"<tr>{_cell(old, 'before', 'del')}{_cell(new, 'after', 'ins')}</tr>"
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(said: str | None, side: str, tag: str) -> Markup:
    """An empty side says so in words: a sentence that came had nothing before it."""
    words = f"<em>{markup(t('rule_change.nothing'))}</em>" if said is None else f"<{tag}>{markup(said)}</{tag}>"
    return f'<td data-head="{markup(t(f"rule_change.{side}"))}">{words}</td>'


def _list(change: Change) -> Markup:
    tag = "ins" if change.kind is Kind.ADDED else "del"
    said = (next(one for one in say_pair(language(), pair) if one is not None) for pair in change.sentences)
    return f"<ul>{''.join(f'<li><{tag}>{markup(one)}</{tag}></li>' for one in said)}</ul>"


STYLES = """<style>
.tk-changes article{border:1px solid var(--tk-line);border-radius:.5rem;padding:.75rem 1rem;margin:0 0 .75rem;
break-inside:avoid}
.tk-changes h4{font-size:1rem;font-weight:600;padding:0;margin:0 0 .5rem;line-height:1.45}
.tk-changes table{width:100%;border-collapse:collapse;table-layout:fixed;font-size:.9375rem;line-height:1.5}
.tk-changes th{text-align:left;color:var(--tk-muted);font-size:.8125rem;font-weight:600;padding:.1rem .75rem .25rem 0}
.tk-changes td{vertical-align:top;padding:.35rem .75rem .35rem 0;border-top:1px dotted var(--tk-line);
overflow-wrap:anywhere}
.tk-changes ul{margin:0!important;padding-left:1.1rem!important;font-size:.9375rem}
.tk-changes li{margin:.2rem 0!important;line-height:1.5}
.tk-changes del{text-decoration:none;color:var(--tk-muted)}
.tk-changes ins{text-decoration:none;font-weight:500}
.tk-changes em{color:var(--tk-muted);font-size:.875rem}
.tk-pill.tk-added{border-color:#0F766E}.tk-pill.tk-removed,.tk-pill.tk-changed{border-color:var(--tk-accent)}
.tk-lines{margin:0!important;padding:0!important;list-style:none}
.tk-lines li{border-left:4px solid var(--tk-accent);background:var(--tk-soft);padding:.6rem .9rem;margin:0 0 .6rem!important;
border-radius:.25rem}
.tk-lines code{display:block;white-space:pre-wrap;overflow-wrap:anywhere;background:none;padding:.25rem 0 0;
color:var(--tk-muted);font-size:.8125rem}
@media (max-width:40rem){
.tk-changes thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.tk-changes table,.tk-changes tbody,.tk-changes tr,.tk-changes td{display:block;width:100%}
.tk-changes td{border:0;padding:.15rem 0}
.tk-changes tr{border-top:1px dotted var(--tk-line);padding:.35rem 0}
.tk-changes td::before{content:attr(data-head);display:block;color:var(--tk-muted);font-size:.8125rem}}
</style>"""
