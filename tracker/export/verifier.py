"""Checks a result's folder without the program that made it: `python3 verify.py [FOLDER]` (Python 3.11 or later).

Kiểm tra độc lập một kết quả: niêm phong từng tệp, đếm lại hồ sơ, tính lại điểm, thứ hạng và danh sách.
Seals: every file, the digest of the inputs, the chain of the adjustments, all against manifest.json.
Counts: inputs/*.csv with adjustments.json applied against measures.json (COUNTED; the others are taken as given).
Result: measures.json under rulebook.toml against results.json, in exact fractions.
"""

import csv
import json
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from io import StringIO
from itertools import groupby
from math import floor, inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

Data: TypeAlias = dict[str, Any]
BESIDE = {"verify.py", "README.txt"}  # may lie in the folder without standing in manifest.json
STATES = ("done_on_time", "done_late", "pending_in_time", "pending_overdue")
FLOWS = ("received", "carried", "no_due", "extended", "supplemented_again", "done_early", "pending_waiting")
COUNTED = (*STATES, *FLOWS, "dossiers_counter", "dossiers_online", "dossiers_postal")
NOTHING = {"redistribute": ("redistributed", 0), "full": ("not_applicable", 1), "zero": ("not_applicable", 0)}  # to count
SHARES: Data = {  # of a line's points, before it is held between 0 and 1
    "ratio": lambda f, value: 0 if value < f.get("floor", value) else value / f.get("target", 1),
    "bands": lambda f, value: next((band["share"] for band in f["bands"] if value >= band["at_least"]), 0),
    "penalty": lambda f, value: 1 - f["per"] * value,
    "count": lambda f, value: f["per"] * value,
    "all_of": lambda _, value: floor(value),
    "linear": lambda f, value: (value - f["lo"]) / (f["hi"] - f["lo"]),
}


def digest(value: Any) -> str:
    """The SHA-256 of bytes, or of a value as canonical JSON."""
    text = (
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if not isinstance(value, bytes) else ""
    )
    return sha256(text.encode() or value).hexdigest()


def differences(what: str, right: Any, written: Any) -> Iterator[str]:
    """A line for each value that is not as written."""
    if type(right) is type(written) and isinstance(right, dict | list):
        one, other = (dict(each if isinstance(each, dict) else enumerate(each)) for each in (right, written))
        for key in one | other:
            yield from differences(f"{what} {key}", one.get(key, "nothing"), other.get(key, "nothing"))
    elif repr(right) != repr(written):
        yield f"{what}: written {written!r}, but it is {right!r} / ghi sai"


class Bundle:
    """A bundle's files by path; its cases as the adjustments left them, their days and moments compared as written."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files, self.rules = files, tomllib.loads(files["inputs/rulebook.toml"].decode(), parse_float=Fraction)
        said = {name: json.loads(data) for name, data in files.items() if name.endswith(".json")}
        self.said, self.period, self.results = (said[f"{name}.json"] for name in ("manifest", "inputs/period", "results"))
        self.chain, self.units = said["adjustments.json"]["adjustments"], said["measures.json"]["units"]
        self.begins, self.ends, self.as_of = (self.period[name] for name in ("from", "to", "as_of"))

    def seals(self) -> Iterator[str]:
        beside = {"manifest.json", *(BESIDE - {*self.said["files"]})}
        files = {name: digest(data) for name, data in self.files.items() if name not in beside}
        inputs = {name[7:]: found for name, found in files.items() if name.startswith("inputs/")}
        prev = "0" * 64
        for number, one in enumerate(self.chain, start=1):
            sealed = {name: one[name] for name in ("action", "kind", "key", "cells", "reason", "source")} | {"prev": prev}
            right = sealed | {"number": number, "unit": one["unit"], "digest": digest(sealed)}
            yield from differences(f"adjustments.json #{number}", right, one)
            prev = one["digest"]
        right = {name: self.period[name] for name in ("campaign", "period", "revision", "as_of", "rulebook")}
        right |= {f"{name}_sha256": files[f"{name}.json"] for name in ("measures", "results", "decisions")}
        right |= {"inputs_sha256": digest(inputs), "adjustments": len(self.chain), "adjustments_sha256": prev}
        right |= {"bundle": 1, "files": files, "stage": self.said["stage"]}
        yield from differences("manifest.json", right, self.said)
        yield from differences("rulebook.toml", f"{self.rules['code']}@{self.rules['version']}", self.period["rulebook"])

    def read(self, name: str) -> Iterator[Data]:
        """A file's rows ("" = empty): without the excluded ones, corrected cells put right."""
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
        right, written = {}, {unit["unit"]: unit | unit["measures"] | unit["rows"] for unit in self.units}
        for row in self.read("units"):
            if (row["valid_from"] or self.ends) <= self.ends and (row["valid_to"] or self.begins) >= self.begins:
                code, counts = row["code"], {name: found[row["code"]][name] for name in COUNTED}
                counts["dossiers"] = counts["received"] + counts["carried"]
                right[code] = {"unit": code, "name": row["name"], "kind": row["kind"], **counts}
                right[code]["cluster"] = moved.get(code, row["cluster"]) or None
        yield from differences("measures.json units", sorted(right), [unit["unit"] for unit in self.units])
        for code in (code for code in right if code in written):
            yield from differences(f"measures.json {code}", right[code], {name: written[code][name] for name in right[code]})

    def judge(self, row: Data) -> list[str]:
        """The measures a dossier counts in."""
        policy, asked = self.rules.get("on_time", {}), int(row["supplement_requests"] or 0)
        pause, cut = policy.get("count_pause", True), 10 if policy.get("compare") == "day" else 19
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
        flags |= {
            "received": new,
            "carried": not new,
            "supplemented_again": new and asked > 1,
            "extended": row["extended_due_at"],
        }
        flags |= {"done_early": due and done and not late and end[:10] < due[:10]}
        flags |= {"pending_waiting": waits and not late and waiting[:10] <= self.as_of}
        return [name for name, counts in flags.items() if counts]


def fixed(value: Any, places: int) -> str:
    """Rounded half up, halves away from zero."""
    digits = floor(abs(value) * 10**places + Fraction(1, 2))
    return f"{Decimal(digits if value >= 0 else -digits).scaleb(-places):f}"


def plain(value: Any) -> str | None:
    return None if value is None else fixed(value, 6).rstrip("0").rstrip(".")


def count(value: Any) -> int | str | None:
    return int(value) if value is not None and value == int(value) else plain(value)


FORMS: Data = {"max": plain, "out_of": plain, "value": plain, "status": str, "numerator": count, "denominator": count}


class Score:
    """A unit's points by line, by criterion and in all. `facts`: the measures that are known; "-m" is m taken away."""

    def __init__(self, rules: Data, unit: Data) -> None:
        self.unit, self.name, self.rows, self.grade, self.rank = unit["unit"], unit["name"], unit["rows"], "", 0
        self.named = {"unit": unit["unit"], "cluster": unit["cluster"]}
        self.places, self.silent = rules.get("places", 2), not any(self.rows.values())
        self.facts = {name: Fraction(value) for name, value in unit["measures"].items() if value is not None}
        self.facts |= {f"-{name}": -value for name, value in self.facts.items()}
        self.criteria = {one["code"]: [self.line(rule) for rule in one["indicator"]] for one in rules["criterion"]}
        self.redistribute({one["code"]: one["points"] for one in rules["criterion"]})
        self.lines = [line for lines in self.criteria.values() for line in lines]
        points = {line.code: max(Fraction(0), min(line.share * line.out_of, line.out_of - line.kept)) for line in self.lines}
        self.points = points | {code: sum(points[line.code] for line in lines) for code, lines in self.criteria.items()}
        extras = [
            (one, one["per"] * self.facts.get(one["measure"], 0), one.get("cap", inf)) for one in rules.get("extra", ())
        ]
        self.extras = {one["code"]: sorted((-cap, amount, cap))[1] for one, amount, cap in extras}
        self.ranked = any(line.max and line.status in ("scored", "not_applicable") for line in self.lines)
        self.complete = not self.silent and not any(line.max and line.status == "pending" for line in self.lines)
        total = sum(self.points[code] for code in self.criteria) + sum(self.extras.values())
        self.score = self.shown(max(total, 0) if self.ranked else 0)
        live = {line.code for line in self.lines if line.out_of}
        live |= {code for code, lines in self.criteria.items() if any(line.out_of for line in lines)}
        self.figures = self.facts | {code: self.shown(self.points[code]) for code in live}
        gates = [gate for gate in rules.get("gate", ()) if self.facts.get(gate["measure"], -inf) >= gate["at_least"]]
        self.gates, self.best = [gate["code"] for gate in gates], {gate.get("best_grade") for gate in gates}
        self.barred = [gate["code"] for gate in gates if gate.get("no_award", True)]
        self.barred += ["floor" for one in rules["criterion"] if self.below({one["code"]: one.get("minimum", 0)})]
        self.barred += ["incomplete"] * (not self.complete)
        ties = [(one["by"], 1 if one.get("order") == "low" else -1) for one in rules.get("tie_break", ())]
        ends = ((by not in self.figures, self.shown(self.figures.get(by, 0)) * sign) for by, sign in ties)
        self.tied, self.grade_tied, self.award, self.key = False, False, "", (-self.score, *ends)

    def line(self, rule: Data) -> SimpleNamespace:
        """An indicator before redistribution: the figures its formula sees and the share of its points they earn."""
        f, policy, facts = rule["formula"], rule.get("if_not_applicable", "redistribute"), self.facts
        line = SimpleNamespace(code=rule["code"], max=Fraction(rule["points"]), status="scored", share=0, kept=0)
        line.out_of, line.numerator, line.denominator, line.value = line.max, None, None, None
        over = f.get("numerator") or f.get("incidents") or f.get("items") or [f.get("measure")]
        under = f.get("denominator", [])
        parts = [(part["measure"], part.get("at_least", -inf), part.get("at_most", inf)) for part in f.get("parts", ())]
        if not self.rows.get(rule.get("needs"), 1) or not facts.keys() >= {*([part[0] for part in parts] or over + under)}:
            line.status = "scored" if rule.get("if_missing") == "zero" and not self.silent else "pending"
            return line
        tops = [Fraction(low <= facts[name] <= high) for name, low, high in parts] or [facts[term] for term in over]
        line.numerator, bottoms = sum(tops), [Fraction(1) for _ in parts] or [facts[term] for term in under]
        line.denominator = sum(bottoms) if bottoms else None
        if bottoms and line.denominator <= 0:
            line.status, line.share = NOTHING[policy]
        else:
            line.value = line.numerator / (line.denominator or 1)
            line.share = sorted((0, SHARES[f["kind"]](f, line.value), 1))[1]
            line.kept = Fraction(1, 10**self.places) if f.get("strict") and line.value <= f.get("target", 1) else 0
        if self.silent or line.status == "redistributed":
            line.status, line.out_of = "redistributed", Fraction(0)
        return line

    def redistribute(self, points: Data) -> None:
        """Points of lines with nothing to count go to the scored lines beside them, else to the pending, else elsewhere."""
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

    def shown(self, value: Any) -> Fraction:
        return Fraction(fixed(value, self.places))

    def below(self, least: Data) -> bool:
        """Whether a criterion prints fewer points than it should; one that had nothing to count does not."""
        return any(self.figures.get(code, inf) < points for code, points in least.items())

    def bars(self, award: Data) -> list[str]:
        small = self.facts["received"] + self.facts["carried"] < award.get("min_volume", 0)
        return [*self.barred, *["min_criterion"] * self.below(award.get("min_criterion", {})), *["min_volume"] * small]

    def meets(self, rule: Data) -> bool:
        if "measure" in rule or "missing_report" in rule:
            return self.facts.get(rule["measure"], -inf) >= rule["at_least"] if "measure" in rule else self.silent
        return self.ranked and (self.below(rule.get("criterion_below", {})) or self.score < rule.get("below_score", -inf))

    def document(self) -> Data:
        """The unit as results.json has it."""
        points = {code: fixed(value, self.places) for code, value in (self.points | self.extras).items()}
        own = {name: getattr(self, name) for name in ("unit", "name", "tied", "grade_tied", "complete", "gates")}
        own |= {"rank": self.rank or None, "grade": self.grade or None}
        own["criteria"] = {code: {"max": plain(sum(line.max for line in lines))} for code, lines in self.criteria.items()}
        own["indicators"] = {
            line.code: {name: form(getattr(line, name)) for name, form in FORMS.items()} for line in self.lines
        }
        for code, figures in (own["criteria"] | own["indicators"]).items():
            figures["points"] = points[code]
        return own | {"score": fixed(self.score, self.places), "extras": {code: points[code] for code in self.extras}}


def results(rules: Data, units: Sequence[Data]) -> Data:
    """The standings and lists that a rulebook gives for units' measures, as results.json has them."""
    whole: Data = {"clusters": [], "reward": [], "criticism": [], "ruled_out": []}
    everybody: list[Score] = []
    order = [award["code"] for award in rules.get("award", ())]
    for cluster in sorted({unit["cluster"] for unit in units} - {None}):
        scores = [Score(rules, unit) for unit in units if unit["cluster"] == cluster]
        scores.sort(key=lambda one: (not one.ranked, one.key if one.ranked else (), one.unit))
        ranked = [one for one in scores if one.ranked]
        for group in level(ranked):
            for one in group:
                one.rank, one.tied = 1 + ranked.index(group[0]), len(group) > 1
        give_grades(rules.get("grade", []), ranked)
        propose(rules.get("award", []), ranked, whole)
        whole["clusters"].append({"code": cluster, "name": cluster, "units": [one.document() for one in scores]})
        everybody += scores
    for name in ("reward", "ruled_out"):
        whole[name].sort(key=lambda named: order.index(named["award"]))
    for rule in rules.get("criticism", ()):
        said = {"criticism": rule["code"], "level": rule["level"]}
        whole["criticism"] += [said | one.named for one in everybody if one.meets(rule)]
    return whole


def level(scores: Sequence[Score]) -> list[list[Score]]:
    return [list(group) for _, group in groupby(scores, key=lambda one: one.key)]


def give_grades(grades: Sequence[Data], ranked: Sequence[Score]) -> None:
    """The best grade that score and gates allow while its share lasts; a tie at its edge stands one lower, marked."""
    codes, reserved = [grade["code"] for grade in grades], 0
    for number, grade in enumerate(grades):
        room, reserved = floor(grade.get("max_share", 1) * len(ranked)) - reserved, 0
        fit = [one for one in ranked if not one.grade and one.score >= grade["at_least"]]
        for group in level([one for one in fit if one.best.isdisjoint(codes[number + 1 :])]):
            tied = len(group) > room > 0 and number + 1 < len(codes)
            given = codes[number] if len(group) <= room else codes[number + 1] if tied else ""
            for one in group:
                one.grade, one.grade_tied = given, tied
            reserved += (len(group) - room) * tied
            room = room - len(group) if len(group) <= room else min(room, 0)


def propose(awards: Sequence[Data], ranked: Sequence[Score], whole: Data) -> None:
    """Each unit the first award it reaches, in the order of ranks; whom a rule bars uses no place."""
    reserved, out = 0, list[Score]()
    for award in awards:
        said, places = award["code"], award.get("places", floor(award.get("share", 0) * len(ranked)) or 1)
        room = places - reserved
        for group in level([one for one in ranked if not one.award]):
            reach = [one for one in group if room > 0 and 0 < one.score >= award.get("min_score", 0)]
            bars = [(one, gate) for one in reach if one not in out for gate in one.bars(award)]
            whole["ruled_out"] += [{"award": said, **one.named, "gate": gate} for one, gate in bars]
            out += [one for one, _ in bars]
            worthy = [one for one in reach if not one.bars(award)]
            tie = len(worthy) > room and award.get("boundary_tie", "committee")
            if tie == "none":
                break
            for one in worthy:
                one.award = said
                whole["reward"].append({"award": said, **one.named, "rank": one.rank, "tie": tie == "committee"})
            room -= len(worthy)
        reserved = max(0, -room)


def check(files: Mapping[str, bytes]) -> list[str]:
    """Everything wrong with a bundle (its files' bytes by path), a line each; an empty list if nothing is."""
    try:
        bundle = Bundle(files)
        result = differences("results.json", results(bundle.rules, bundle.units), bundle.results)
        return [*bundle.seals()] or [*bundle.counts(), *result]
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, csv.Error) as fault:
        return [f"a file is missing or broken / tệp thiếu hoặc hỏng: {type(fault).__name__} {fault}"]


if __name__ == "__main__":
    start = Path(sys.argv[1] if sys.argv[1:] else __file__).resolve()
    folder = start if start.is_dir() else start.parent
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    faults = check(found)
    sys.stdout.write("\n".join(faults or [f"OK / ĐẠT  manifest.json {digest(found['manifest.json'])}"]) + "\n")
    sys.exit(bool(faults))
