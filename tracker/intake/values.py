"""Cells of one column to values in their one spelling, by the column's type; what is no such value is a finding."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import numpy as np

from tracker.core.cases import Column, Type
from tracker.core.problems import Severity
from tracker.intake.cells import Cleaned, Mask, Objects, clean_cells, is_among, is_empty, map_distinct
from tracker.intake.dates import ask_about_years
from tracker.intake.findings import Findings
from tracker.intake.moments import AS_USUAL, FIRST_YEAR, LAST_YEAR, DateReading, parse_moments
from tracker.intake.synonyms import shown_words
from tracker.workbook.notices import UNCALCULATED

MOMENTS = (Type.DATE, Type.TIME, Type.END_TIME)
KEY_LENGTH = 100
TEXT_LENGTH = 500
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"})
# What a program that does not know a letter puts in its place stands inside words; a question's mark stands after them.
_LOST_LETTER = re.compile(r"[a-zß-öø-ÿăđĩũơưạ-ỹ]\?+[a-zß-öø-ÿăđĩũơưạ-ỹ](?!\w*=)|[A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠ-Ỹ]\?+[A-ZÀ-ÖØ-ÞĂĐĨŨƠƯẠ-Ỹ]")
# A long code that a spreadsheet took for a number: "2.40101E+14", most of its digits gone.
_CODE_AS_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
_MULTILINE = "note"
_YES = frozenset({"1", "true", "yes", "có", "x"})
_NO = frozenset({"0", "false", "no", "không"})
_INTEGER = re.compile(r"-?[0-9]{1,30}")
_DECIMAL = re.compile(r"(-?[0-9]{1,30})(?:([.,])([0-9]{1,15}))?")
# Whole numbers with groups that can be nothing else: "1.234.567", "1.234,5".
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,[0-9]{1,15}|(?:\.[0-9]{3}){2,8})")
# "1,234": a thousand to one reader, one and a bit to another. "0,125" can only be a fraction.
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
# "1.234" likewise, unless the column has our own name (our point is decimal) or a cell with a point that parts no group.
_POINT_OR_GROUP = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_POINT = re.compile(r"-?(?:[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,15})|0\.[0-9]{3})")


def parse_column(cells: Objects, column: Column, findings: Findings, dates: DateReading = AS_USUAL) -> Objects:
    """The column's values, None where empty or flawed (the flaw is among the findings)."""
    cleaned = clean_cells(cells, breaks=_allowed_breaks(column))
    texts, uncalculated = _without_errors(cleaned, column, findings)
    if column.type in MOMENTS:
        values = _parse_moment(texts, column, findings, dates)
    else:
        values = _PARSERS[column.type](texts, column, findings)
    if column.required:
        findings.add("required", column.name, is_empty(cleaned.texts))
    findings.add("required", column.name, uncalculated)
    return values


def _allowed_breaks(column: Column) -> str | None:
    if column.type is not Type.TEXT:
        return None
    return "\n" if column.name == _MULTILINE else " "


def _without_errors(cleaned: Cleaned, column: Column, findings: Findings) -> tuple[Objects, Mask]:
    """The texts without those no type allows, and where a formula has no value yet."""
    error = is_among(cleaned.texts, _ERRORS)
    uncalculated = np.asarray(cleaned.texts == UNCALCULATED, dtype=bool)
    findings.add("invisible_removed", column.name, cleaned.invisible, Severity.WARNING)
    findings.add("control_char", column.name, cleaned.control)
    findings.add("error_value", column.name, error)
    texts = cleaned.texts.copy()
    texts[cleaned.control | error | uncalculated] = None
    return texts, uncalculated


def _parse_text(texts: Objects, column: Column, findings: Findings) -> Objects:
    if any("?" in text for text in texts if text is not None):
        lost = map_distinct(texts, lambda text: _LOST_LETTER.search(text) is not None)
        findings.add("lost_letters", column.name, lost.astype(bool))
    limit = column.max_length or (KEY_LENGTH if column.type is Type.KEY else TEXT_LENGTH)
    if column.type is Type.KEY and any("+" in text for text in texts if text is not None):
        shortened = map_distinct(texts, lambda text: _CODE_AS_NUMBER.fullmatch(text) is not None)
        findings.add("code_as_number", column.name, shortened.astype(bool))
    if column.refers:  # a long name that nobody knows has a problem of its own
        return texts
    if max(map(len, filter(None, texts)), default=0) > limit:
        lengths = np.array([len(text or "") for text in texts], dtype=int)
        findings.add("too_long", column.name, lengths > limit, args={"limit": limit})
    if column.default is not None:
        texts[is_empty(texts)] = column.default
    return texts


def _parse_choice(texts: Objects, column: Column, findings: Findings) -> Objects:
    args = {"choices": column.choices, "words": shown_words(findings.kind, column)}
    values = map_distinct(texts, lambda text: text.lower() if text.lower() in column.choices else None)
    findings.add("not_in_list", column.name, _lost(texts, values), args=args)
    if column.default is not None:
        values[is_empty(texts)] = column.default
    return values


def _parse_boolean(texts: Objects, column: Column, findings: Findings) -> Objects:
    values = map_distinct(texts, _boolean)
    findings.add("not_a_boolean", column.name, _lost(texts, values))
    values[is_empty(texts)] = "0"
    return values


def _boolean(text: str) -> str | None:
    folded = text.lower()
    if folded in _YES:
        return "1"
    return "0" if folded in _NO else None


def _parse_number(texts: Objects, column: Column, findings: Findings) -> Objects:
    is_settled = findings.is_own(column.name) or any(_POINT.fullmatch(text) for text in texts if text is not None)
    results = map_distinct(texts, lambda text: _in_range(_read_number(text, column, is_settled), column))
    values = np.array([None if result is None else result[0] for result in results], dtype=object)
    codes = np.array([None if result is None else result[1] for result in results], dtype=object)
    for code in ("not_a_number", "not_an_integer", "ambiguous_number"):
        findings.add(code, column.name, codes == code)
    limits = {"minimum": column.minimum, "maximum": column.maximum}
    findings.add("out_of_range", column.name, codes == "out_of_range", args=limits)
    return values


def _read_number(text: str, column: Column, is_settled: bool) -> tuple[str | None, str | None]:
    """The number's one spelling, or the code of what is wrong; "1.234" is one of two unless something settles it."""
    if _GROUPED.fullmatch(text):
        text = text.replace(".", "")
    if column.type is Type.INTEGER:
        return _integer(text)
    if not is_settled and _POINT_OR_GROUP.fullmatch(text):
        large = _in_range((text.replace(".", ""), None), column)
        return _decimal(text) if large[0] is None else (None, "ambiguous_number")
    return _decimal(text)


def _integer(text: str) -> tuple[str | None, str | None]:
    if _INTEGER.fullmatch(text):
        return str(int(text)), None
    return None, "not_an_integer" if _DECIMAL.fullmatch(text) else "not_a_number"


def _decimal(text: str) -> tuple[str | None, str | None]:
    match = _DECIMAL.fullmatch(text)
    if match is None or _THOUSANDS.fullmatch(text):
        return None, "not_a_number"
    whole, fraction = match[1].lstrip("-").lstrip("0") or "0", (match[3] or "").rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return (f"-{number}" if match[1].startswith("-") and number != "0" else number), None


def _in_range(result: tuple[str | None, str | None], column: Column) -> tuple[str | None, str | None]:
    if result[0] is None:
        return result
    number = Decimal(result[0])
    low = column.minimum is not None and number < column.minimum
    high = column.maximum is not None and number > column.maximum
    return (None, "out_of_range") if low or high else result


def _parse_moment(texts: Objects, column: Column, findings: Findings, dates: DateReading) -> Objects:
    moments = parse_moments(texts, end_of_day=column.type is Type.END_TIME, reading=dates)
    ask_about_years(column.name, texts[moments.bad | moments.outside], dates, findings.ask)
    findings.add("bad_date", column.name, moments.bad)
    findings.add("date_range", column.name, moments.outside, args={"minimum": FIRST_YEAR, "maximum": LAST_YEAR})
    if column.type is Type.DATE:
        return np.array([None if text is None else text[:10] for text in moments.texts], dtype=object)
    return moments.texts


def _lost(texts: Objects, values: Objects) -> Mask:
    return ~is_empty(texts) & is_empty(values)


_PARSERS: dict[Type, Callable[[Objects, Column, Findings], Objects]] = {
    Type.KEY: _parse_text,
    Type.TEXT: _parse_text,
    Type.CHOICE: _parse_choice,
    Type.BOOL: _parse_boolean,
    Type.INTEGER: _parse_number,
    Type.DECIMAL: _parse_number,
}
