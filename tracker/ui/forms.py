"""The plain HTML pages around signing in: forms that need no script, in the look and the two languages of the app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlencode

from tracker.text import LANGUAGES, Language, say
from tracker.ui.look import ASSETS

_LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}
_STYLES = """
:root{color-scheme:light dark;--paper:#FFFDFA;--ink:#15120F;--soft:#F5F0E8;--line:#DCD3C5;--muted:#5A534B;--link:#1D4F91;
--primary:#A4161A;--on-primary:#fff;--bad:#8C1013;--bad-paper:#FBE9E7;--field:#fff;--edge:#8A7F72}
@media (prefers-color-scheme:dark){:root{--paper:#15171C;--ink:#ECE8E1;--soft:#20242C;--line:#3A404B;--muted:#B9B3A8;
--link:#8AB8F0;--primary:#F2C14E;--on-primary:#1A1205;--bad:#FFB4AB;--bad-paper:#3B1A1A;--field:#1B1E24;--edge:#7C8594}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;background:var(--soft);color:var(--ink);border-top:4px solid #A4161A;
font:1rem/1.5 "Source Sans 3","Source Sans Pro",system-ui,sans-serif;display:flex;flex-direction:column}
header{display:flex;justify-content:space-between;align-items:center;gap:1rem;padding:1rem 1.25rem}
header img{height:2.25rem;max-width:60vw}
main{width:min(26rem,100% - 2rem);margin:4vh auto auto;background:var(--paper);border:1px solid var(--line);
border-radius:.75rem;padding:1.75rem;box-shadow:0 1px 3px rgb(0 0 0/.08)}
h1{font:700 1.625rem/1.25 "Source Serif 4","Source Serif Pro",Georgia,serif;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1rem;margin:1.75rem 0 .5rem;padding-top:1.25rem;border-top:1px solid var(--line)}
p{margin:.25rem 0 1rem;color:var(--muted)}
label{display:block;font-weight:600;margin:1rem 0 .25rem}
input{width:100%;padding:.6rem .75rem;font:inherit;color:inherit;background:var(--field);border:1px solid var(--edge);
border-radius:.5rem}
small{display:block;color:var(--muted);margin-top:.25rem}
button{font:inherit;font-weight:600;padding:.6rem 1rem;border-radius:.5rem;border:1px solid var(--primary);cursor:pointer;
background:var(--primary);color:var(--on-primary);width:100%;margin-top:1.5rem}
button.quiet{background:none;color:inherit;border-color:var(--edge);margin-top:.5rem}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:0 .5rem}
[role=alert]{background:var(--bad-paper);color:var(--bad);border-left:4px solid currentColor;border-radius:.5rem;
padding:.6rem .9rem;margin:1rem 0 0}
a{color:var(--link)}
footer{padding:1.25rem;text-align:center}
a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid var(--primary);outline-offset:2px}
"""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form; its hint stands below it, its `autocomplete` tells password managers what it is."""

    name: str
    label: str
    autocomplete: str
    kind: str = "password"
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A page: `path` with `query` is its own address in the other language too; `alert` says what failed."""

    language: Language
    path: str
    title: str
    query: Mapping[str, str]
    words: str = ""
    alert: str = ""


def document(page: Document, *parts: str) -> str:
    """The whole page as HTML; the parts are markup already."""
    alert = f'<div role="alert">{escape(page.alert)}</div>' if page.alert else ""
    words = f"<p>{escape(page.words)}</p>" if page.words else ""
    app = escape(say(page.language, "app.name"))
    return (
        f'<!DOCTYPE html><html lang="{page.language}"><head><meta charset="utf-8">'
        f"<title>{escape(page.title)} – {app}</title>"
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{_STYLES}</style></head><body><header>{_logo(page.language, app)}{_languages(page)}</header>"
        f"<main><h1>{escape(page.title)}</h1>{words}{alert}{''.join(parts)}</main><footer></footer></body></html>"
    )


def form(action: str, button: str, fields: Iterable[Field] = (), hidden: Mapping[str, str] | None = None) -> str:
    """A form that posts its fields; the browser itself asks for empty ones."""
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in (hidden or {}).items()
    )
    return (
        f'<form method="post" action="{escape(action)}">{kept}{"".join(_field(field) for field in fields)}'
        f"<button>{escape(button)}</button></form>"
    )


def choices(action: str, name: str, codes: Mapping[str, str], hidden: Mapping[str, str]) -> str:
    """A form of one button for each code, which posts `name=code`."""
    kept = "".join(f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">' for key, value in hidden.items())
    buttons = "".join(
        f'<button class="quiet" name="{escape(name)}" value="{escape(code)}">{escape(words)}</button>'
        for code, words in codes.items()
    )
    return f'<form method="post" action="{escape(action)}">{kept}<div class="grid">{buttons}</div></form>'


def _field(field: Field) -> str:
    hint = f'<small id="{field.name}-hint">{escape(field.hint)}</small>' if field.hint else ""
    described = f' aria-describedby="{field.name}-hint"' if field.hint else ""
    plain = ' autocapitalize="none" spellcheck="false"' if field.kind == "text" else ""
    return (
        f'<label for="{field.name}">{escape(field.label)}</label><input id="{field.name}" name="{field.name}" required'
        f' type="{field.kind}" autocomplete="{field.autocomplete}" value="{escape(field.value)}"{plain}{described}>{hint}'
    )


def _logo(language: Language, name: str) -> str:
    """The logo of the visitor's mode; inline, because nothing of the app's own folder is served."""
    light, dark = ((ASSETS / f"logo_{language}_{mode}.svg").read_text("utf-8") for mode in ("light", "dark"))
    return (
        f'<a href="/" aria-label="{name}"><picture><source media="(prefers-color-scheme:dark)" srcset="{_data(dark)}">'
        f'<img src="{_data(light)}" alt="{name}"></picture></a>'
    )


def _data(svg: str) -> str:
    return f"data:image/svg+xml,{quote(svg)}"


def _languages(page: Document) -> str:
    other = next(code for code in LANGUAGES if code != page.language)
    address = f"{page.path}?{urlencode({**page.query, 'lang': other})}"
    return f'<a href="{escape(address)}" lang="{other}" hreflang="{other}">{_LANGUAGE_NAMES[other]}</a>'
