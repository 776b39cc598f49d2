"""What the papers of a final period must say, worked out from the documents its result is kept in and from nothing else.

Figures are written the Vietnamese way by code of its own. The period has one cluster and a rulebook of one criterion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from fractions import Fraction
from statistics import median
from typing import Any

from tracker.core.rounding import fixed_text

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
Row = list[str]


def numbers(text: str) -> Row:
    """Every number in the text as it is written."""
    return _NUMBER.findall(text)


def points(value: str | Fraction) -> str:
    """At two places, with a comma."""
    return fixed_text(Fraction(value), 2).replace(".", ",")


def short(value: str | int | Fraction) -> str:
    """At no more places than it needs."""
    return points(Fraction(value)).rstrip("0").rstrip(",")


def percent(over: int, below: int) -> str:
    """A share as a percentage, a dash where there is nothing to divide by."""
    return f"{short(Fraction(100 * over, below))}%" if below else "–"


class KeptFigures:
    """The kept documents of the result, and what each paper must hold of them."""

    def __init__(self, documents: Any, awards: dict[str, str], rules: dict[str, str], grades: dict[str, str]) -> None:
        results, measures = json.loads(documents.results), json.loads(documents.measures)
        self.decisions = json.loads(documents.decisions)
        self.units = {unit["unit"]: unit for cluster in results["clusters"] for unit in cluster["units"]}
        self.ties = [one for one in results["reward"] if one["tie"]]
        self.measures = {unit["unit"]: unit["measures"] for unit in measures["units"]}
        self.awards, self.rules, self.grades = awards, rules, grades
        self.meeting = self.decisions["meetings"][0]

    @property
    def ranked(self) -> str:
        return f"{sum(unit['rank'] is not None for unit in self.units.values()):02}"

    @property
    def scores(self) -> list[Fraction]:
        return [Fraction(unit["score"]) for unit in self.units.values() if unit["rank"] is not None]

    def middle(self, measure: str) -> str:
        return short(Fraction(median(Fraction(found[measure]) for found in self.measures.values())))

    def listed(self, name: str, *, officers: bool) -> list[dict[str, Any]]:
        """The decided names of a list, units or officers."""
        found = (*self.decisions["names"], *self.decisions["findings"], *self.decisions["nominations"])
        return [one for one in found if one["list"] == name and one["on_list"] and bool(one["officer"]) == officers]

    def decision(self, number: int) -> dict[str, Any]:
        return next(one for one in self.decisions["decisions"] if one["id"] == number)

    def votes(self, one: dict[str, Any]) -> str:
        votes, present = self.decision(one["decision"])["ballot"]["for"], self.meeting["present"]
        return f"{votes:02}/{present:02} phiếu ({percent(votes, present)})"

    def award_lines(self) -> Row:
        """Who is put forward for each award, counted."""
        lines = []
        for code, form in self.awards.items():
            units, persons = (sum(one["rule"] == code for one in self.listed("reward", officers=of)) for of in (False, True))
            said = [f"{units:02} tập thể"] * bool(units) + [f"{persons:02} cá nhân"] * bool(persons)
            lines.append(f"- {form}: {' và '.join(said)}")
        return [f"{line};" for line in lines[:-1]] + [f"{lines[-1]}."]

    def place(self, code: str) -> Row:
        unit = self.units[code]
        return [points(unit["score"]), f"{unit['rank']}/{int(self.ranked)}"]

    def criteria(self, code: str) -> str:
        part = self.units[code]["criteria"]["work"]
        return f"Công việc {points(part['points'])}/{part['max']}"

    def work(self, code: str) -> Row:
        """The dossiers to be handled, and the share of those done that were in time."""
        found = self.measures[code]
        done = found["done_on_time"] + found["done_late"]
        return [str(found["received"] + found["carried"]), percent(found["done_on_time"], done)]

    def achieved(self, one: dict[str, Any]) -> Row:
        """The numbers in what a unit achieved: its dossiers, and for one chosen from a tie how many of which rank."""
        work = self.work(one["unit"])
        said = [] if work[1] == "–" else work
        if one["state"] == "chosen":
            tied = [tie for tie in self.ties if tie["award"] == one["rule"]]
            places = sum(other["state"] == "chosen" for other in self.decisions["names"])
            said += [f"{len(tied):02}", str(tied[0]["rank"]), f"{places:02}"]
        return said

    def figures(self, code: str) -> list[Row]:
        """The rows of a letter of criticism."""
        unit, found = self.units[code], self.measures[code]
        names = ("done_on_time", "done_late", "pending_overdue", "apologies_missing", "days_late")
        score, rank = self.place(code)
        work = unit["criteria"]["work"]
        return [
            [f"{score}/100"],
            [rank],
            [f"{points(work['points'])}/{work['max']}"],
            [str(found["received"] + found["carried"])],
            *([str(found[name])] for name in names),
        ]

    def line(self, code: str) -> Row:
        """An indicator's value, the cluster's middle value, points and most points."""
        own = self.units[code]["indicators"]["work.plan"]
        middle = median(Fraction(unit["indicators"]["work.plan"]["value"]) for unit in self.units.values())
        return [short(own["value"]), short(Fraction(middle)), points(own["points"]), short(own["max"])]

    def outcomes(self, code: str) -> Row:
        """What the committee decided on a unit."""
        levels = {"low": "Phê bình", "denounced": "Tự kiểm điểm"}
        return [
            f"- Được thống nhất đề nghị tặng {self.awards[one['rule']]}."
            if name == "reward"
            else f"- {levels[one['rule']]}: {self.rules[one['rule']]}."
            for name in ("reward", "criticism")
            for one in self.listed(name, officers=False)
            if one["unit"] == code
        ]

    def ballots(self) -> list[tuple[str, ...]]:
        """Every ballot that was counted: whose, for, against, blank, share."""
        found = []
        for one in self.decisions["decisions"]:
            if (ballot := one["ballot"]) is not None:
                counts = (f"{ballot[name]:02}" for name in ("for", "against", "blank"))
                found.append((one["unit"], one["officer"], *counts, percent(ballot["for"], self.meeting["present"])))
        return sorted(found)


def rows_of(table: Iterable[Row]) -> list[Row]:
    """The rows that are numbered, without their number."""
    return [row[1:] for row in table if row[0].isdigit() or row[0] == "–"]
