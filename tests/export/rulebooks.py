"""Random rulebooks that use everything a rulebook can say, and random facts that meet their edges often."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random

from core.make import criterion, indicator, table, tie_break, write

from tracker.core.measures import COUNTED, Facts
from tracker.store.facts import Office

USED = ("received", "carried", "done_on_time", "done_late", "days_late")
REPORTED = ("models", "marks")
FILES = ("dossiers", "postings", "feedback", "surveys")


class Draw:
    """Draws the parts of one rulebook, and facts for it."""

    def __init__(self, random: Random) -> None:
        self.random, self.pick = random, random.choice

    def often(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def maybe(self, percent: int, text: str) -> str:
        return text if self.often(percent) else ""

    def terms(self) -> str:
        names = self.random.sample((*USED, *REPORTED) if self.often(30) else USED, self.random.randint(1, 2))
        return json.dumps([names[0], *(self.maybe(30, "-") + name for name in names[1:])])

    def measure(self) -> str:
        return self.pick((*USED, *REPORTED))

    def formula(self) -> str:
        pick, denominator = self.pick, self.maybe(70, f", denominator = {self.terms()}")
        match pick(("ratio", "bands", "penalty", "count", "all_of", "linear")):
            case "ratio":
                more = self.maybe(50, f", target = {pick((0.5, 0.9, 1, 1.5, 2))}") + self.maybe(40, ", strict = true")
                more += self.maybe(30, f", floor = {pick((0.3, 0.5, 0.95))}")
                return f'kind = "ratio", numerator = {self.terms()}, denominator = {self.terms()}{more}'
            case "bands":
                edges = sorted(self.random.sample((0, 0.25, 0.5, 0.9, 1, 2, 3), self.random.randint(1, 3)), reverse=True)
                bands = ", ".join(f"{{at_least = {edge}, share = {pick((0, 0.3, 0.5, 1))}}}" for edge in edges)
                return f'kind = "bands", numerator = {self.terms()}{denominator}, bands = [{bands}]'
            case "penalty":
                return f'kind = "penalty", incidents = {self.terms()}, per = {pick((0.25, 0.1, 1, 0.03))}'
            case "count":
                return f'kind = "count", items = {self.terms()}, per = {pick((0.25, 0.1, 1, 0.03))}'
            case "all_of":
                limits = ("at_least = 1", "at_most = 2", "at_least = 1, at_most = 3")
                parts = [f'{{measure = "{self.measure()}", {pick(limits)}}}' for _ in range(self.random.randint(1, 3))]
                return f'kind = "all_of", parts = [{", ".join(parts)}]'
            case _:
                low, high = self.random.sample((0, 1, 2, 5, 0.5), 2)
                top = f"numerator = {self.terms()}" if self.often(50) else f'measure = "{self.measure()}"'
                return f'kind = "linear", {top}{denominator}, lo = {low}, hi = {high}'

    def indicator(self, code: str, points: int) -> str:
        more = f'if_not_applicable = "{self.pick(("redistribute", "redistribute", "full", "zero"))}"\n'
        more += f'if_missing = "{self.pick(("pending", "zero"))}"\n' + self.maybe(20, f'needs = "{self.pick(FILES)}"\n')
        return indicator(code, points, self.formula(), more)

    def rulebook(self) -> str:
        parts, points, codes = [], {}, []
        for code in ("a", "b", "c")[: self.random.randint(1, 3)]:
            worth = [self.pick((1, 5, 7, 10)), *(self.pick((0, 1, 5, 12)) for _ in range(self.random.randint(0, 2)))]
            points[code] = sum(worth)
            lines = [self.indicator(f"{code}.{place}", each) for place, each in enumerate(worth)]
            codes += [code, *(f"{code}.{place}" for place in range(len(worth)))]
            more = self.maybe(30, f"minimum = {self.pick((0, points[code], points[code] // 2))}")
            parts.append(criterion(code, points[code], *lines, more=more))
        total = sum(points.values())
        parts += [*self.consequences(total), *self.awards(points, total), *self.criticisms(points, total)]
        parts += [
            tie_break(by, self.pick(("high", "low")))
            for by in self.random.sample((*codes, *USED, *REPORTED), 2)[self.random.randint(0, 2) :]
        ]
        return write(*parts, total=total, reported=REPORTED, more=f"places = {self.pick((0, 1, 2, 2, 3))}")

    def consequences(self, total: int) -> list[str]:
        """Extras, gates and grades."""
        count = self.random.randint(0, min(4, total))
        edges = sorted(self.random.sample(range(total + 1), count), reverse=True)
        grades = [f"g{place}" for place in range(count)]
        parts = [
            table(
                "extra",
                f"x{place}",
                f'measure = "{self.measure()}"\nper = {self.pick((0.5, -0.5, 1, 0.333))}\n{self.maybe(60, "cap = 0.7")}',
            )
            for place in range(self.random.randint(0, 2))
        ]
        for place in range(self.random.randint(0, 2)):
            more = f'measure = "{self.measure()}"\nat_least = {self.pick((0, 1, 2, 3))}\n'
            more += f"no_award = {self.pick(('true', 'false'))}\n"
            best = f'best_grade = "{self.pick(grades)}"' if grades and self.often(60) else ""
            parts.append(table("gate", f"gate{place}", more + best))
        for code, edge in zip(grades, edges, strict=True):
            parts.append(
                table(
                    "grade",
                    code,
                    f"at_least = {edge}\n" + self.maybe(60, f"max_share = {self.pick((0, 0.25, 0.34, 0.5, 0.75))}"),
                )
            )
        return parts

    def awards(self, points: dict[str, int], total: int) -> list[str]:
        parts = []
        for place in range(self.random.randint(0, 3)):
            code = self.pick(list(points))
            more = (
                f"places = {self.random.randint(1, 3)}\n"
                if self.often(50)
                else f"share = {self.pick((0.1, 0.2, 0.34, 0.5))}\n"
            )
            more += self.maybe(30, f"min_score = {self.pick((1, 3, total))}\n") + self.maybe(
                30, f"min_volume = {self.random.randint(0, 4)}\n"
            )
            more += self.maybe(30, f"min_criterion = {{{code} = {self.pick((0, 1, points[code]))}}}\n")
            more += self.maybe(80, f'boundary_tie = "{self.pick(("committee", "all", "none"))}"\n')
            parts.append(table("award", f"award{place}", more))
        return parts

    def criticisms(self, points: dict[str, int], total: int) -> list[str]:
        code = self.pick(list(points))
        triggers = (
            f"below_score = {self.pick((1, 3, total))}",
            "missing_report = true",
            f'measure = "{self.measure()}"\nat_least = {self.pick((0, 1, 2))}',
            f"criterion_below = {{{code} = {self.pick((1, points[code]))}}}",
        )
        levels = ("criticise", "self_review")
        return [
            table("criticism", f"k{place}", f'level = "{self.pick(levels)}"\n{self.pick(triggers)}')
            for place in range(self.random.randint(0, 3))
        ]

    def units(self) -> tuple[dict[str, Office], dict[str, Facts]]:
        """A few units, many of them alike, some without any row and some that do not compete."""
        offices, facts, most = {}, {}, self.random.randint(1, 4)
        for place in range(self.random.randint(1, 9)):
            code, cluster = f"U{place}", self.pick(("k", "k", "k", "k", "k", "l", None))
            counted = {name: self.random.randint(0, most) for name in USED}
            reported = {name: self.pick((None, 0, 1, 2, Fraction(1, 3), Fraction(5, 2))) for name in REPORTED}
            rows = {name: int(self.often(75)) for name in (*FILES, "reported")} | {"other": 0}
            rows = dict.fromkeys(rows, 0) if self.often(10) else rows
            offices[code] = Office(code, f"Đơn vị {place}", "commune", cluster)
            facts[code] = Facts(code, cluster or "", dict.fromkeys(COUNTED, 0) | counted | reported, rows)
        return offices, facts
