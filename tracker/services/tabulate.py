"""Answers as rows, aligned tables, CSV and sentences, for people at a command line."""

from __future__ import annotations

import csv as csv_module
import io
from collections.abc import Iterable, Iterator
from typing import Any

from tracker.core.describe import Section, describe_formula, describe_rulebook
from tracker.core.rounding import fixed_text, plain_text
from tracker.core.rulebook import Rulebook
from tracker.core.terms import Line
from tracker.core.why import explain_line
from tracker.services.cases import CaseRow
from tracker.services.outcomes import Answer
from tracker.services.standings import Board
from tracker.text import Language, pick, say, say_statement

Rows = list[list[Any]]


def measures_rows(answer: Answer) -> Rows:
    """A header and one row per unit with every measure."""
    units = answer["units"]
    names = list(units[0]["measures"]) if units else []
    rows = [[unit["unit"], unit["name"], unit["cluster"], *unit["measures"].values()] for unit in units]
    return [["unit", "name", "cluster", *names], *rows]


def standings_rows(answer: Answer) -> Rows:
    """A header and one row per unit: its place, score, criteria and grade."""
    units = [(cluster["code"], unit) for cluster in answer["clusters"] for unit in cluster["units"]]
    criteria = list(units[0][1]["criteria"]) if units else []
    header = ["cluster", "rank", "tied", "unit", "name", "score", *criteria, "grade", "complete", "gates"]
    rows = [
        [
            *(cluster, unit["rank"], unit["tied"], unit["unit"], unit["name"], unit["score"]),
            *(points["points"] for points in unit["criteria"].values()),
            *(unit["grade"], unit["complete"], " ".join(unit["gates"])),
        ]
        for cluster, unit in units
    ]
    return [header, *rows]


def lists_rows(answer: Answer) -> Rows:
    """A header and one row per name on either list, or ruled out."""
    rows: Rows = [["list", "for", "cluster", "rank", "unit", "name", "score", "tie", "reasons"]]
    for entry in answer["reward"]:
        rows.append(["reward", entry["award"], *_who(entry), entry["tie"], _sentences(entry)])
    for entry in answer["criticism"]:
        rows.append(["criticism", entry["criticism"], *_who(entry), "", _sentences(entry)])
    for entry in answer["ruled_out"]:
        who = [entry["cluster"], "", entry["unit"], entry["name"], ""]
        rows.append(["ruled_out", entry["award"], *who, "", entry["text"]])
    return rows


def _who(entry: Answer) -> list[Any]:
    return [entry["cluster"], entry["rank"], entry["unit"], entry["name"], entry["score"]]


def _sentences(entry: Answer) -> str:
    return " ".join(reason["text"] for reason in entry["reasons"])


def table(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as columns of equal width; numbers to the right. None is a dash: it is not zero."""
    cells = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    if not cells:
        return ""
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def _padded(cell: str, width: int) -> str:
    return cell.rjust(width) if cell.replace(".", "", 1).replace("-", "", 1).isdecimal() else cell.ljust(width)


def csv(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as CSV; None is an empty cell."""
    text = io.StringIO()
    csv_module.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def rulebook_words(rulebook: Rulebook, language: Language) -> str:
    """The whole rulebook in plain sentences."""
    title = f"{pick(language, rulebook.title)} ({rulebook.code}@{rulebook.version})"
    return "\n".join([title, "", *_section_lines(describe_rulebook(rulebook), language, 0)])


def _section_lines(sections: Iterable[Section], language: Language, depth: int) -> Iterator[str]:
    for section in sections:
        indent = "  " * depth
        heading = pick(language, section.title) if section.title else say(language, f"section.{section.key}")
        points = "" if section.points is None else f" [{plain_text(section.points)}]"
        yield f"{indent}{heading}{points}" + (f" - {section.basis}" if section.basis else "")
        yield from (f"{indent}  {say_statement(language, statement)}" for statement in section.statements)
        yield from _section_lines(section.items, language, depth + 1)


def explanation_words(board: Board, line: Line, unit: str, cases: Iterable[CaseRow], language: Language) -> str:
    """A unit's indicator in sentences: the rule, what was found, and the cases asked for."""
    rulebook = board.setting.rulebook.rulebook
    indicator = rulebook.indicator(line.code)
    points = f"{fixed_text(line.points, rulebook.places)} / {plain_text(line.out_of)}"
    rule = [say_statement(language, statement) for statement in describe_formula(rulebook, indicator)]
    why = say_statement(language, explain_line(rulebook, line, board.facts[unit]))
    lines = [f"{pick(language, indicator.title)}: {points}", *rule, why]
    rows = [[row.effect, row.code, *row.cells.values()] for row in cases]
    return "\n".join([*lines, table(rows)] if rows else lines)
