"""Checks a result's folder without the program that made it: `python3 verify.py [FOLDER]` (Python 3.11 or later).

Kiểm tra độc lập một kết quả: niêm phong từng tệp, đếm lại hồ sơ, tính lại điểm, thứ hạng và danh sách. See README.txt."""

import csv
import json
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from io import StringIO
from itertools import groupby
from math import floor, inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any

Data = dict[str, Any]
STAGES, BESIDE = ("frozen", "adjusted", "published", "final"), {"verify.py", "README.txt"}  # may lie beside the manifest's
STATES = ("done_on_time", "done_late", "pending_in_time", "pending_overdue")
FLOWS = ("received", "carried", "no_due", "extended", "supplemented_again", "done_early", "pending_waiting")
COUNTED = (*STATES, *FLOWS, "dossiers_counter", "dossiers_online", "dossiers_postal")  # the others are taken as given
NOTHING = {"redistribute": ("redistributed", 0), "full": ("not_applicable", 1), "zero": ("not_applicable", 0)}  # to count
SHARES: Data = {  # of a line's points, before it is held between 0 and 1
    "ratio": lambda f, value: 0 if value < f.get("floor", value) else value / f.get("target", 1),
    "bands": lambda f, value: next((band["share"] for band in f["bands"] if value >= band["at_least"]), 0),
    "penalty": lambda f, value: 1 - f["per"] * value,
    "count": lambda f, value: f["per"] * value,
    "all_of": lambda _, value: floor(value),
    "linear": lambda f, value: (value - f["lo"]) / (f["hi"] - f["lo"]),
}


def digest(it: Any) -> str:  # the SHA-256 of bytes, or of a value as canonical JSON
    text = "" if isinstance(it, bytes) else json.dumps(it, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode() or it).hexdigest()


def differences(what: str, right: Any, written: Any) -> Iterator[str]:  # a line for each value that is not as written
    if type(right) is type(written) and isinstance(right, dict | list):
        one, other = (dict(each if isinstance(each, dict) else enumerate(each)) for each in (right, written))
        for key in one | other:
            yield from differences(f"{what} {key}", one.get(key, "nothing"), other.get(key, "nothing"))
    elif repr(right) != repr(written):
        yield f"{what}: written {written!r}, but it is {right!r} / ghi sai"


class Bundle:  # its files by path; days and moments are compared as they are written
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files, self.rules = files, tomllib.loads(files["inputs/rulebook.toml"].decode(), parse_float=Fraction)
        said = {name: json.loads(data) for name, data in files.items() if name.endswith(".json")}
        self.said, self.period, self.results = (said[f"{name}.json"] for name in ("manifest", "inputs/period", "results"))
        self.chain, self.units = said["adjustments.json"]["adjustments"], said["measures.json"]["units"]
        self.begins, self.ends, self.as_of = (self.period[name] for name in ("from", "to", "as_of"))

    def seals(self) -> Iterator[str]:
        beside, prev = {"manifest.json", *(BESIDE - {*self.said["files"]})}, "0" * 64
        files = {name: digest(data) for name, data in self.files.items() if name not in beside}
        inputs = {name[7:]: found for name, found in files.items() if name.startswith("inputs/")}
        for number, one in enumerate(self.chain, start=1):
            sealed = {name: one[name] for name in ("action", "kind", "key", "cells", "reason", "source")} | {"prev": prev}
            right = sealed | {"number": number, "unit": one["unit"], "digest": digest(sealed)}
            yield from differences(f"adjustments.json #{number}", right, one)
            prev = one["digest"]
        right = {"bundle": 1} | {name: self.period[name] for name in ("campaign", "period", "revision", "as_of", "rulebook")}
        right |= {f"{name}_sha256": files[f"{name}.json"] for name in ("measures", "results", "decisions")}
        right |= {"inputs_sha256": digest(inputs), "adjustments": len(self.chain), "adjustments_sha256": prev}
        right |= {"files": files, "stage": self.said["stage"] if self.said["stage"] in STAGES else " or ".join(STAGES)}
        yield from differences("manifest.json", right, self.said)
        yield from differences("rulebook.toml", f"{self.rules['code']}@{self.rules['version']}", self.period["rulebook"])

    def read(self, name: str) -> Iterator[Data]:  # a file's rows as the adjustments left them; "" is an empty cell
        lines = csv.reader(StringIO(self.files[f"inputs/{name}.csv"].decode(), newline=""))
        header, changes = next(lines), defaultdict(list)
        for one in (one for one in self.chain if one["kind"] == name):
            changes[one["unit"], *one["key"]].append(one)
        for line in lines:
            row = dict(zip(header, line, strict=True))
            here = changes.pop((row.get("unit"), line[0]), ())
            for one in here:
                row |= {column: cell or "" for column, cell in one["cells"].items()}
            if not any(one["action"] == "exclude" for one in here):
                yield row
        if changes:
            raise LookupError(f"adjustments.json names {name} that are not there: {[*changes]}")

    def counts(self) -> Iterator[str]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.read("dossiers"):
            found[row["unit"]].update(self.judge(row))
        moved = {row["unit"]: row["cluster"] for row in self.read("membership") if row["since"] <= self.ends}  # newest last
        sums = {row["unit"] for row in self.read("tallies")} if "inputs/tallies.csv" in self.files else set()
        right, written = {}, {unit["unit"]: unit | unit["measures"] | unit["rows"] for unit in self.units}
        for row in self.read("units"):
            if (row["valid_from"] or self.ends) <= self.ends and (row["valid_to"] or self.begins) >= self.begins:
                code, counts = row["code"], {name: found[row["code"]][name] for name in COUNTED}
                counts["dossiers"], cluster = counts["received"] + counts["carried"], moved.get(code, row["cluster"]) or None
                counts = counts if counts["dossiers"] or code not in sums else {}  # what a unit sums up itself is as given
                right[code] = counts | {"name": row["name"], "kind": row["kind"], "cluster": cluster}
        yield from differences("measures.json units", sorted(right), [unit["unit"] for unit in self.units])
        for code in (code for code in right if code in written):
            yield from differences(f"measures.json {code}", right[code], {name: written[code][name] for name in right[code]})

    def judge(self, row: Data) -> list[str]:  # the measures a dossier counts in
        policy, asked = self.rules.get("on_time", {}), int(row["supplement_requests"] or 0)
        pause, cut = policy.get("count_pause", True), 10 if policy.get("compare") == "day" else 19  # days, or moments
        received, due, waiting = row["received_at"], row["due_at"], row["waiting_since"]
        end = row["returned_at"] if policy.get("end") == "returned" else row["completed_at"] or row["returned_at"]
        end = end and max(end, received)
        done, new = "" < end[:10] <= self.as_of, received[:10] >= self.begins
        dropped = policy.get("ended_without_result") == "excluded" and row["status"] in ("rejected", "stopped", "withdrawn")
        if dropped or not "" < received[:10] <= self.as_of or "" < end[:10] < self.begins:
            return []
        if policy.get("extension_counts") and row["extended_due_at"] and "" < row["apology_at"] <= due:
            due = row["extended_due_at"]
        if pause and due and row["paused_minutes"]:
            due = str(datetime.fromisoformat(due) + timedelta(minutes=int(row["paused_minutes"])))
        waits = pause and not end and "" < waiting[:cut] <= due[:cut]
        missed = end[:cut] > due[:cut] if done else not waits and due[:10] <= self.as_of
        late = missed or 0 < policy.get("late_after_supplements", 1) < asked
        flags = {STATES[2 * (not done) + late]: due, "no_due": not due, f"dossiers_{row['channel'] or 'counter'}": new}
        flags |= {"received": new, "carried": not new, "supplemented_again": new and asked > 1}
        flags |= {"extended": row["extended_due_at"], "done_early": due and done and not late and end[:10] < due[:10]}
        flags["pending_waiting"] = waits and not late and waiting[:10] <= self.as_of
        return [name for name, counts in flags.items() if counts]


def fixed(value: Any, places: int) -> str:  # rounded half up, halves away from zero
    return f"{Decimal(floor(abs(value) * 10**places + Fraction(1, 2)) * (-1 if value < 0 else 1)).scaleb(-places):f}"


def plain(x: Any, whole: bool = False) -> int | str | None:  # at most six decimals; `whole`: a whole number as one
    return x if x is None else int(x) if whole and x == int(x) else fixed(x, 6).rstrip("0").rstrip(".")


class Score:  # a unit's points by line, by criterion and in all; `facts`: the measures that are known, "-m" is m taken away
    def __init__(self, rules: Data, unit: Data) -> None:
        self.unit, self.name, self.rows, self.grade, self.rank = unit["unit"], unit["name"], unit["rows"], "", 0
        self.cluster, self.named = unit["cluster"], {"unit": unit["unit"], "cluster": unit["cluster"]}
        self.places, self.silent = rules.get("places", 2), not any(self.rows.values())
        self.facts = {name: Fraction(value) for name, value in unit["measures"].items() if value is not None}
        self.facts |= {f"-{name}": -value for name, value in self.facts.items()}
        self.criteria = {one["code"]: [self.line(rule) for rule in one["indicator"]] for one in rules["criterion"]}
        self.redistribute({one["code"]: one["points"] for one in rules["criterion"]})
        self.lines = [line for lines in self.criteria.values() for line in lines]
        points = {line.code: max(Fraction(0), min(line.share * line.out_of, line.out_of - line.kept)) for line in self.lines}
        self.points = points | {code: sum(points[line.code] for line in lines) for code, lines in self.criteria.items()}
        extras = [(x["code"], x["per"] * self.facts.get(x["measure"], 0), x.get("cap", inf)) for x in rules.get("extra", ())]
        self.extras = {code: sorted((-cap, amount, cap))[1] for code, amount, cap in extras}
        self.ranked = any(line.max and line.status in ("scored", "not_applicable") for line in self.lines)
        self.complete = not self.silent and not any(line.max and line.status == "pending" for line in self.lines)
        total = sum(self.points[code] for code in self.criteria) + sum(self.extras.values())
        self.score = Fraction(fixed(max(total, 0) if self.ranked else 0, self.places))
        live = {line.code for line in self.lines if line.out_of}  # what had nothing to count has no figure
        live |= {code for code, lines in self.criteria.items() if any(line.out_of for line in lines)}
        self.figures = self.facts | {code: Fraction(fixed(self.points[code], self.places)) for code in live}
        gates = [gate for gate in rules.get("gate", ()) if self.facts.get(gate["measure"], -inf) >= gate["at_least"]]
        self.gates, self.best = [gate["code"] for gate in gates], {gate.get("best_grade") for gate in gates}
        self.barred = [gate["code"] for gate in gates if gate.get("no_award", True)]
        self.barred += ["floor" for one in rules["criterion"] if self.below({one["code"]: one.get("minimum", 0)})]
        self.barred += ["incomplete"] * (not self.complete)
        ties = [(one["by"], 1 if one.get("order") == "low" else -1) for one in rules.get("tie_break", ())]
        ends = ((by not in self.figures, Fraction(fixed(self.figures.get(by, 0), self.places)) * sign) for by, sign in ties)
        self.tied, self.grade_tied, self.key = False, False, (-self.score, *ends)  # the least is the best

    def line(self, rule: Data) -> SimpleNamespace:  # an indicator before redistribution: what it sees and what it earns
        f, facts, parts = rule["formula"], self.facts, rule["formula"].get("parts", ())
        line = SimpleNamespace(code=rule["code"], max=Fraction(rule["points"]), status="scored", share=0, kept=0)
        line.out_of, line.numerator, line.denominator, line.value = line.max, None, None, None
        top, low = f.get("numerator") or f.get("incidents") or f.get("items") or [f.get("measure")], f.get("denominator", [])
        names = {one["measure"] for one in parts} or {*top, *low}
        if not self.rows.get(rule.get("needs"), 1) or not facts.keys() >= names:
            line.status = "scored" if rule.get("if_missing") == "zero" and not self.silent else "pending"
            return line
        met = [one.get("at_least", -inf) <= facts[one["measure"]] <= one.get("at_most", inf) for one in parts]
        line.numerator = sum(met or (facts[term] for term in top), Fraction(0))
        line.denominator = Fraction(len(met)) if met else sum(facts[term] for term in low) if low else None
        if line.denominator is not None and line.denominator <= 0:
            line.status, line.share = NOTHING[rule.get("if_not_applicable", "redistribute")]
        else:
            line.value = line.numerator / (line.denominator or 1)
            line.share = sorted((0, SHARES[f["kind"]](f, line.value), 1))[1]
            line.kept = Fraction(1, 10**self.places) if f.get("strict") and line.value <= f.get("target", 1) else 0
        if self.silent or line.status == "redistributed":
            line.status, line.out_of = "redistributed", Fraction(0)
        return line

    def redistribute(self, points: Data) -> None:  # to the scored lines beside, else to the pending, else to other criteria
        homeless, heirs = Fraction(0), dict[str, list[SimpleNamespace]]()
        for code, lines in self.criteria.items():
            live = [line for line in lines if line.max and line.status in ("scored", "pending")]
            live = [line for line in live if line.status == "scored"] or live
            gone = sum(line.max for line in lines if line.status == "redistributed")
            homeless, heirs = (homeless, heirs | {code: live}) if live else (homeless + gone, heirs)
            for line in live:
                line.out_of += gone * line.max / sum(one.max for one in live)
        takers = [code for code, lines in heirs.items() if lines[0].status == "scored"] or [*heirs]
        for code in takers:
            part = homeless * points[code] / sum(points[one] for one in takers) / sum(line.out_of for line in heirs[code])
            for line in heirs[code]:
                line.out_of *= 1 + part

    def below(self, least: Data) -> bool:  # whether a criterion that had something to count prints fewer points
        return any(self.figures.get(code, inf) < points for code, points in least.items())

    def bars(self, award: Data) -> list[str]:
        small = self.facts["received"] + self.facts["carried"] < award.get("min_volume", 0)
        return [*self.barred, *["min_criterion"] * self.below(award.get("min_criterion", {})), *["min_volume"] * small]

    def meets(self, rule: Data) -> bool:
        event = self.facts.get(rule.get("measure", ""), -inf) >= rule.get("at_least", inf)
        low = self.ranked and (self.below(rule.get("criterion_below", {})) or self.score < rule.get("below_score", -inf))
        return event or low or (self.silent and "missing_report" in rule)

    def document(self) -> Data:  # the unit as results.json has it
        points = {code: fixed(value, self.places) for code, value in (self.points | self.extras).items()}
        own = {name: getattr(self, name) for name in ("unit", "name", "tied", "grade_tied", "complete", "gates")}
        own |= {"rank": self.rank or None, "grade": self.grade or None, "score": fixed(self.score, self.places)}
        own |= {"extras": {code: points[code] for code in self.extras}, "indicators": {}}
        own["criteria"] = {c: {"points": points[c], "max": plain(sum(n.max for n in ns))} for c, ns in self.criteria.items()}
        for n in self.lines:
            sides = {"numerator": plain(n.numerator, True), "denominator": plain(n.denominator, True)}
            own["indicators"][n.code] = {"points": points[n.code], "status": n.status, "value": plain(n.value)} | sides
            own["indicators"][n.code] |= {"max": plain(n.max), "out_of": plain(n.out_of)}
        return own


def level(scores: Iterable[Score], by: str = "key") -> list[list[Score]]:  # those who stand level, group by group
    return [list(group) for _, group in groupby(scores, key=lambda one: getattr(one, by))]


class Board:  # the standings and lists that a rulebook gives for units' measures; `whole`: as results.json has them
    def __init__(self, rules: Data, units: Iterable[Data]) -> None:
        self.whole: Data = {"clusters": [], "reward": [], "criticism": [], "ruled_out": []}
        scores = sorted((Score(rules, unit) for unit in units if unit["cluster"]), key=lambda one: one.unit)
        scores.sort(key=lambda one: (one.cluster, not one.ranked, one.key if one.ranked else ()))
        for members in level(scores, "cluster"):
            code, ranked = members[0].cluster, [one for one in members if one.ranked]
            for tied in level(ranked):
                for one in tied:
                    one.rank, one.tied = 1 + ranked.index(tied[0]), len(tied) > 1
            self.give_grades(rules.get("grade", []), ranked)
            self.propose(rules.get("award", []), ranked)
            self.whole["clusters"].append({"code": code, "name": code, "units": [one.document() for one in members]})
        order = [award["code"] for award in rules.get("award", ())]
        for name in ("reward", "ruled_out"):
            self.whole[name].sort(key=lambda named: order.index(named["award"]))
        met = ((rule, one) for rule in rules.get("criticism", ()) for one in scores if one.meets(rule))
        self.whole["criticism"] = [{"criticism": rule["code"], "level": rule["level"]} | one.named for rule, one in met]

    def give_grades(self, grades: list[Data], ranked: list[Score]) -> None:  # a tie at a share's edge: one lower, marked
        codes, reserved = [grade["code"] for grade in grades], 0
        for number, grade in enumerate(grades):
            room, reserved = floor(grade.get("max_share", 1) * len(ranked)) - reserved, 0
            fit = [one for one in ranked if not one.grade and one.score >= grade["at_least"]]
            for group in level(one for one in fit if one.best.isdisjoint(codes[number + 1 :])):
                tied = len(group) > room > 0 and number + 1 < len(codes)
                for one in group:
                    one.grade, one.grade_tied = codes[number + tied] if tied or len(group) <= room else "", tied
                left = room - len(group)  # below 0: they do not fit, and nobody after them does
                reserved, room = reserved - left * tied, left if left >= 0 else min(room, 0)

    def propose(self, awards: list[Data], ranked: list[Score]) -> None:  # whom a rule bars uses no place
        reserved, out, waiting = 0, list[Score](), ranked
        for award in awards:
            said = {"award": award["code"]}
            room = award.get("places", floor(award.get("share", 0) * len(ranked)) or 1) - reserved
            for group in level(waiting):
                reach = [one for one in group if room > 0 and 0 < one.score >= award.get("min_score", 0)]
                bars = [(one, gate) for one in reach if one not in out for gate in one.bars(award)]
                self.whole["ruled_out"] += [said | one.named | {"gate": gate} for one, gate in bars]
                out += [one for one, _ in bars]
                worthy = [one for one in reach if not one.bars(award)]
                tie = len(worthy) > room and award.get("boundary_tie", "committee")
                if tie == "none":
                    break
                self.whole["reward"] += [said | one.named | {"rank": one.rank, "tie": tie == "committee"} for one in worthy]
                waiting, room = [one for one in waiting if one not in worthy], room - len(worthy)
            reserved = max(0, -room)


def check(files: Mapping[str, bytes]) -> list[str]:  # everything wrong with a bundle (its files by path), a line each
    try:
        bundle = Bundle(files)
        result = differences("results.json", Board(bundle.rules, bundle.units).whole, bundle.results)
        return [*bundle.seals()] or [*bundle.counts(), *result]
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, csv.Error) as fault:
        return [f"a file is missing or broken / tệp thiếu hoặc hỏng: {type(fault).__name__} {fault}"]


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).resolve().parent
    faults = check({path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    print(*(faults or [f"OK / ĐẠT  manifest.json {digest((folder / 'manifest.json').read_bytes())}"]), sep="\n")
    sys.exit(bool(faults))
