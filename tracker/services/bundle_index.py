"""The index of a bundle of papers: what lies where, as a page for any browser, as a table, and as digests to check by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import groupby
from urllib.parse import quote

from tracker.export.csv_file import write_csv
from tracker.export.sheets import Column, Sheet
from tracker.services.issued_papers import Issued
from tracker.text import Language, moment, say

_COLUMNS = ("group", "about", "number", "issued", "path", "sha256")
_STYLE = """
body{font:16px/1.5 "Times New Roman",Tinos,serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#15120f}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.125rem;margin:1.75rem 0 .25rem}p{margin:.2rem 0}
.draft{color:#8c1013;font-weight:bold}table{border-collapse:collapse;width:100%}
th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top}th{background:#f3efe7}
.digest{font:12px/1.4 monospace;color:#444;word-break:break-all}thead{display:table-header-group}tr{break-inside:avoid}
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the bundle: where it lies, what it is, whom it is about, and how it was issued if it was."""

    path: str
    data: bytes
    group: str
    about: str = ""
    number: str = ""
    issued: str = ""

    @property
    def sha256(self) -> str:
        """The digest of its bytes."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Titled:
    """What the index says above: a title and lines; `draft` is what it warns of, "" for a final result."""

    title: str
    lines: Sequence[str]
    draft: str = ""


def bundle_files(files: Sequence[Listed], titled: Titled, readme: bytes, language: Language) -> dict[str, bytes]:
    """Every file of the bundle by its path, the index and the digests with them."""
    found = {
        "index.html": _page(files, titled, language).encode(),
        "danh-muc.csv": write_csv(_table(files, titled, language)),
        "README.txt": readme,
        **{one.path: one.data for one in files},
    }
    sums = "".join(f"{sha256(data).hexdigest()}  {path}\n" for path, data in sorted(found.items()))
    return {**found, "SHA256SUMS": sums.encode()}


def say_issued(language: Language, issued: Issued) -> str:
    """How a paper was issued: on which day it is dated, by whom it was issued and when."""
    dated = say(language, "bundle.dated", day=issued.dated) if issued.dated else ""
    made = say(language, "bundle.issued_by", actor=issued.made_by, at=moment(language, issued.made_at))
    return f"{dated} {made}".strip()


def _table(files: Sequence[Listed], titled: Titled, language: Language) -> Sheet:
    columns = tuple(Column(say(language, f"bundle.head.{name}")) for name in _COLUMNS)
    rows = [[one.group, one.about, one.number, one.issued, one.path, one.sha256] for one in files]
    return Sheet("index", titled.title, tuple(titled.lines), columns, rows)


def _page(files: Sequence[Listed], titled: Titled, language: Language) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in titled.lines)
    draft = f'<p class="draft">{escape(titled.draft)}</p>' if titled.draft else ""
    groups = "".join(_group(name, list(members), language) for name, members in groupby(files, lambda one: one.group))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(titled.title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(titled.title)}</h1>{draft}{lines}{groups}</body></html>\n"
    )


def _group(name: str, files: Sequence[Listed], language: Language) -> str:
    heads = "".join(f"<th>{escape(say(language, f'bundle.head.{head}'))}</th>" for head in ("path", "number", "issued"))
    return (
        f"<h2>{escape(name)} ({len(files)})</h2><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(_row(one) for one in files)}</tbody></table>"
    )


def _row(one: Listed) -> str:
    said = one.about or one.path.rpartition("/")[2]
    link = f'<a href="{escape(quote(one.path))}">{escape(said)}</a><br><span class="digest">{one.sha256}</span>'
    return f"<tr><td>{link}</td><td>{escape(one.number)}</td><td>{escape(one.issued)}</td></tr>"
