"""Files to take away: what they are, and how a table becomes one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tracker.export.csv_file import write_csv
from tracker.export.sheets import Sheet, name_file
from tracker.export.xlsx_file import write_xlsx
from tracker.services.editions import Edition, how_computed, stamped
from tracker.services.standings import Setting

Ending = Literal["csv", "xlsx"]

MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")  # a code may hold what means a folder in a file's name


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand over."""

    name: str
    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Contents:
    """A result's tables on their way into a file: the beginning of its name, the sheets, and what they hold in words."""

    stem: str
    sheets: Sequence[Sheet]
    what: str


def give_out(contents: Contents, setting: Setting, edition: Edition, ending: Ending) -> Download:
    """The first table as CSV, or all of them as a workbook that ends with how they were computed."""
    if ending == "csv":
        data = write_csv(contents.sheets[0])
    else:
        sheets = [stamped(sheet, setting, edition) for sheet in contents.sheets]
        data = write_xlsx([*sheets, how_computed(setting, edition, contents.what)], setting.as_of, edition.language)
    stem = _NOT_IN_NAMES.sub("-", f"{contents.stem}-{setting.period.code}-{setting.as_of.isoformat()}")
    name = name_file(stem, data, ending)
    return Download(name, data, MIME[ending])
