"""The look beyond the theme file: colours of the criteria, styles for screen and print, text shown letter for letter."""

from __future__ import annotations

import html
import json
import re
from itertools import chain
from pathlib import Path

import streamlit as st

from tracker.text import Language
from tracker.ui.print_styles import PRINT_STYLES

ASSETS = Path(__file__).parent / "assets"
ICON = ASSETS / "icon.png"

# Navy, teal and amber stand for a rulebook's first three criteria everywhere; further criteria take the next colours.
_LIGHT = ("#1D4F91", "#0F766E", "#B45309", "#7A3E9D", "#5B6470", "#5E8C31")
_DARK = ("#7FB2EC", "#4CC2B0", "#F0A24B", "#C79BE8", "#A7AFBB", "#9CCB6B")

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@/])")
# Streamlit makes links of addresses and symbols of arrows even where they are escaped, unless the characters stand apart.
_ACTIVE = re.compile(r"(@|:(?=//)|(?<=www)\.|<->|->|<-|--|>=|<=|~=)", re.IGNORECASE)
_APART = r':color[\{}]{{foreground="inherit"}}'
_NEWLINES = re.compile(r"\s*[\r\n]+\s*")


def is_dark() -> bool:
    """Whether the visitor's page is dark."""
    return st.context.theme.type == "dark"


def criterion_colour(position: int) -> str:
    """The colour of a rulebook's criterion by its position, for the visitor's mode."""
    colours = _DARK if is_dark() else _LIGHT
    return colours[position % len(colours)]


def logo(language: Language) -> str:
    """The path of the logo for that language and the visitor's mode."""
    return str(ASSETS / f"logo_{language}_{'dark' if is_dark() else 'light'}.svg")


def plain(text: str) -> str:
    """The text escaped for Streamlit's Markdown, so that it shows letter for letter, loads nothing and links nowhere."""
    pieces = _ACTIVE.split(_NEWLINES.sub(" ", text))
    ordinary = (_SPECIAL.sub(r"\\\1", piece) for piece in pieces[::2])
    active = ("".join(_APART.format(letter) for letter in piece) for piece in (*pieces[1::2], ""))
    return "".join(chain.from_iterable(zip(ordinary, active, strict=True)))


def markup(text: str) -> str:
    """The text escaped for `st.html`, in an element or in a quoted attribute."""
    return html.escape(text, quote=True)


def styles() -> str:
    """The style sheet of every page, for `st.html`.

    A container takes its look from its key: `kpi` around metrics, `podium_1` to `podium_3`, `card…`; `filters` never prints.
    """
    return f"<style>{_STYLES}{_DARK_STYLES if is_dark() else ''}{PRINT_STYLES}</style>"


def uploader_words(choose: str, drop: str) -> str:
    """A style sheet that has file uploaders speak the visitor's language, which Streamlit's own words in them do not."""
    zone, hint = (
        "[data-testid=stFileUploaderDropzone]>span button p",
        "[data-testid=stFileUploaderDropzoneInstructions] span",
    )
    rules = (
        f"{at}{{font-size:0!important}}{at}::after{{content:{json.dumps(words, ensure_ascii=False)};font-size:{size}}}"
        for at, words, size in ((zone, choose, "1rem"), (hint, drop, ".875rem"))
    )
    return f"<style>{''.join(rules)}</style>"


# Streamlit always writes white on the primary colour; a primary that reads as text on a dark page is too bright for that.
_DARK_STYLES = """
[data-testid^=stBaseButton-primary]:not(:disabled){color:#1A1205!important}
:root{--tk-accent:#F2C14E;--tk-line:#3A404B;--tk-soft:#20242C;--tk-muted:#B9B3A8;--tk-sample-ink:#F6E3B4;--tk-sample:#3A2F14}
"""
_STYLES = """
:root{--tk-crimson:#A4161A;--tk-accent:#A4161A;--tk-line:#DCD3C5;--tk-soft:#F5F0E8;--tk-muted:#5A534B;
--tk-sample-ink:#5C3B00;--tk-sample:#FCEFCF}
[data-testid=stHeader]{border-bottom:3px solid var(--tk-crimson)}
[data-testid=stMainBlockContainer]{max-width:84rem;margin-inline:auto}
h1{letter-spacing:-.01em;text-wrap:balance}
[class*=st-key-card],[class*=st-key-podium_],.st-key-kpi [data-testid=stMetric]{box-shadow:0 1px 3px rgb(0 0 0/.08)}
.st-key-podium_1{border-top:4px solid #D4A017!important}
.st-key-podium_2{border-top:4px solid #9AA3AE!important}
.st-key-podium_3{border-top:4px solid #B87333!important}
[data-testid=stMetric] *{white-space:normal!important;text-overflow:clip!important}
[data-testid=stMetricValue],[data-testid=stTable] td{font-variant-numeric:tabular-nums}
.st-key-language{position:fixed;top:.8rem;right:1rem;z-index:999990;width:auto!important}
.st-key-language{align-items:center;gap:.5rem}
.st-key-language [data-testid=stHtml]{width:auto!important}
.tk-sign-in{white-space:nowrap;padding:.35rem .6rem;color:inherit}
.tk-account{display:flex;flex-direction:column;gap:.35rem;min-width:13rem}
.tk-account span{color:var(--tk-muted)}
.tk-account a{padding:.25rem 0}
.st-key-account button p{max-width:11rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.tk-button{display:inline-block;padding:.5rem 1rem;border:1px solid var(--tk-accent);border-radius:.5rem;color:inherit;
font-weight:600;text-decoration:none}
.tk-sample{display:flex;gap:.25rem .75rem;flex-wrap:wrap;align-items:baseline;padding:.4rem .9rem;border-radius:.5rem;
background:var(--tk-sample);color:var(--tk-sample-ink);border-left:4px solid #B7791F;font-size:.875rem}
.tk-sample strong{font-weight:650}
.tk-banner{display:flex;gap:.25rem .75rem;flex-wrap:wrap;align-items:baseline;padding:.5rem .9rem;border-radius:.5rem;
background:var(--tk-soft);border-left:4px solid #B7791F;font-size:.9375rem}
.tk-banner-final{border-left-color:#0F766E}
.tk-banner strong{font-weight:650}
.tk-muted{color:var(--tk-muted)}
.tk-num{font-variant-numeric:tabular-nums;text-align:right}
a:focus-visible,button:focus-visible{outline:3px solid var(--tk-accent)!important;outline-offset:2px}
@media (max-width:40rem){
h1{font-size:1.625rem!important}
.st-key-language{right:.5rem}
.tk-sign-in{display:inline-block;white-space:normal;width:2.75rem;padding:0;font-size:.75rem;line-height:1.2;text-align:center}
.st-key-language button{padding:.25rem .4rem!important;min-height:1.75rem!important}
.st-key-language button p{font-size:.75rem!important}
.st-key-account button p{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[data-testid=stMainBlockContainer]{padding-inline:1rem}
}
/* On a laptop the pages and the account share one line only without the pages' icons and with a short name. */
@media (min-width:641px) and (max-width:1460px){
[data-testid=stTopNavLink]>span:first-child{display:none}
[data-testid=stTopNavLink]{padding-inline:.35rem!important}
.st-key-account button p{max-width:4.5rem}
}
/* Between a phone, where the pages fold into a drawer, and a laptop the switch has no room beside them. */
@media (min-width:641px) and (max-width:1240px){.st-key-language{position:static;align-self:flex-end}}
@media (prefers-reduced-motion:reduce){*{animation-duration:.01ms!important;transition-duration:.01ms!important}}
"""
