"""The one-file verifier accepts what the product makes, and nothing that was altered: counted and scored independently."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from builders import WITH_LATENESS, put, put_campaign, put_offices
from core.make import criterion, indicator, table, tie_break, write
from hypothesis import given, settings
from hypothesis import strategies as st

from export.bundles import copied, make_bundle, sealed_again, with_document, with_rows
from export.rulebooks import Draw
from tracker.core.lists import propose_lists
from tracker.core.measures import Facts
from tracker.core.ranking import rank_units
from tracker.core.rulebook import parse_rulebook
from tracker.core.scoring import score_unit
from tracker.export import verifier
from tracker.services.adjustments import CORRECT, EXCLUDE, NewAdjustment
from tracker.services.database import open_database
from tracker.services.demo import CAMPAIGN, Size, load_province
from tracker.services.outcomes import results_document
from tracker.services.results import measures_document
from tracker.store.facts import Office

AS_OF = date(2025, 12, 31)
FILE = Path(verifier.__file__)

RULES = write(
    criterion(
        "ontime",
        60,
        indicator(
            "ontime.rate",
            40,
            'kind = "ratio", numerator = ["done_on_time", "pending_in_time"], '
            'denominator = ["received", "carried", "-no_due"]',
        ),
        indicator(
            "ontime.satisfied", 20, 'kind = "ratio", numerator = ["satisfied"], denominator = ["surveyed"], target = 0.9'
        ),
        more="minimum = 10",
    ),
    criterion(
        "clean", 40, indicator("clean.complaints", 40, 'kind = "penalty", incidents = ["complaints_upheld"], per = 0.25')
    ),
    table("extra", "models", 'measure = "models"\nper = 0.5\ncap = 2'),
    table("gate", "denounced", 'measure = "denunciations_upheld"\nat_least = 1\nbest_grade = "good"'),
    table("grade", "excellent", "at_least = 90\nmax_share = 0.5"),
    table("grade", "good", "at_least = 0"),
    tie_break("ontime"),
    table("award", "first", "places = 1\nmin_score = 50"),
    table("award", "second", 'share = 0.5\nboundary_tie = "all"'),
    table("criticism", "low", 'level = "criticise"\nbelow_score = 75'),
    reported=["models"],
)


def dossier(code: str, unit: str, received: str, due: str | None, done: str | None = None, **more) -> dict:
    times = {
        "received_at": f"{received} 08:00:00",
        "due_at": due and f"{due} 17:00:00",
        "completed_at": done and f"{done} 09:00:00",
    }
    return {"code": code, "unit": unit, "procedure": "P1", **times, **more}


@pytest.fixture(scope="module")
def office(sqlite_template, tmp_path_factory):
    """Four small offices of one cluster and one of none."""
    path = tmp_path_factory.mktemp("office") / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    put_offices(engine, "A", "B", "C", "D")
    put(engine, "units", {"code": "E", "name": "Đơn vị E", "kind": "other"})
    put(
        engine,
        "dossiers",
        dossier("1", "A", "2024-12-20", "2025-01-10", "2025-01-09"),
        dossier("2", "A", "2025-02-01", "2025-02-10", "2025-02-12", rating="5", apology_at="2025-02-09 08:00:00"),
        dossier("3", "A", "2025-03-01", "2025-03-10", "2025-03-09", rating="3.5"),
        dossier("4", "B", "2025-04-01", "2025-04-10", "2025-04-10", channel="online"),
        dossier("5", "B", "2025-05-01", "2025-05-10", None, waiting_since="2025-05-05 08:00:00", status="waiting"),
        dossier("6", "B", "2025-06-01", "2025-06-05", "2025-06-11", paused_minutes="2000"),
        dossier("7", "C", "2025-07-01", "2025-07-10", "2025-07-05", supplement_requests="2"),
        dossier("8", "C", "2025-08-01", "2025-08-10", None, extended_due_at="2026-02-01 17:00:00"),
        dossier("9", "C", "2025-09-01", None, "2025-09-05"),
        dossier("10", "D", "2025-12-20", "2026-01-10", None, channel="postal"),
        dossier("11", "E", "2025-12-21", "2026-01-10", None),
    )
    put(
        engine,
        "feedback",
        *(
            {
                "code": code,
                "unit": unit,
                "kind": kind,
                "received_on": "2025-05-05",
                "outcome": "upheld",
                "resolved_on": solved,
            }
            for code, unit, kind, solved in (
                ("K1", "B", "complaint", "2025-06-01"),
                ("K2", "A", "denunciation", "2025-06-01"),
                ("K3", "C", "complaint", "2026-06-01"),
                ("K4", "C", "behaviour_petition", "2025-06-02"),
            )
        ),
        today=date(2026, 6, 30),
    )
    span = {"period_from": "2025-01-01", "period_to": "2025-12-31"}
    put(engine, "surveys", {"unit": "A", **span, "topic": "result", "satisfied": "8", "responses": "10"})
    put(engine, "reported", {"unit": "B", "measure": "models", **span, "value": "3", "checked": "2.5"})
    put_campaign(engine, begins="2025-01-01", ends="2025-12-31", rulebook=RULES)
    yield engine
    engine.dispose()


LATE_ONE_OUT = ("A", NewAdjustment(EXCLUDE, "dossiers", ("2",), {}, "lỗi đồng bộ", "appeal/1"))
DONE_IN_TIME = (
    "B",
    NewAdjustment(
        CORRECT, "dossiers", ("6",), {"completed_at": "2025-06-04 10:00:00", "paused_minutes": None}, "sai", "appeal/2"
    ),
)


@pytest.fixture(scope="module")
def good(office):
    return make_bundle(copied(office, "thi-dua", "thi-dua", AS_OF), LATE_ONE_OUT, DONE_IN_TIME)


@pytest.fixture(scope="module")
def province(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("province") / "province.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    load_province(engine, Size(communes=16, dossiers=2_000))
    yield engine
    engine.dispose()


def laid_out(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "verify.py").write_bytes(FILE.read_bytes())
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_verifier_is_one_file_under_300_lines_that_knows_nothing_of_the_program():
    text = FILE.read_text("utf-8")
    assert len(text.splitlines()) < 300
    assert "tracker" not in text


def test_a_bundle_with_and_without_adjustments_is_accepted(office, good):
    copy = copied(office, "thi-dua", "thi-dua", AS_OF)
    assert verifier.check(make_bundle(copy)) == []
    assert verifier.check(good) == []


@pytest.mark.parametrize(
    "day", [date(2025, 1, 1), date(2025, 2, 10), date(2025, 2, 11), date(2025, 5, 10), date(2025, 8, 10)]
)
def test_bundles_as_of_any_day_are_accepted(office, day):
    assert verifier.check(make_bundle(copied(office, "thi-dua", "thi-dua", day))) == []


@pytest.mark.parametrize("year", ["2017", "2018", "2019", "2020"])
def test_every_year_of_the_sample_province_is_accepted(province, year):
    copy = copied(province, CAMPAIGN.code, year, date(int(year), 12, 31))
    assert verifier.check(make_bundle(copy)) == []


POLICIES = (
    {"compare": "day", "extension_counts": True},
    {"end": "returned", "late_after_supplements": 0},
    {"count_pause": False, "ended_without_result": "excluded"},
    {"compare": "day", "late_after_supplements": 2, "ended_without_result": "excluded"},
    {"extension_counts": True, "end": "returned", "compare": "day", "count_pause": False},
)


def random_dossier(random: Random, code: int) -> dict[str, str | None]:
    """Moments lie closely around the period's beginning and some coincide, so that every edge is met."""

    def moment(percent: int) -> str | None:
        day, hour = random.randint(0, 14), random.choice((0, 0, 8, 23))
        at = datetime(2024, 12, 25) + timedelta(days=day, hours=hour, seconds=random.choice((0, 0, 3599)))
        return str(at) if random.randrange(100) < percent else None

    return {
        "code": str(code),
        "unit": random.choice("ABC"),
        "procedure": "P1",
        "received_at": moment(100),
        "due_at": moment(90),
        "extended_due_at": moment(30),
        "completed_at": moment(50),
        "returned_at": moment(30),
        "waiting_since": moment(40),
        "apology_at": moment(40),
        "channel": random.choice((None, "online", "postal")),
        "status": random.choice((None, "rejected", "waiting", "completed")),
        "supplement_requests": random.choice((None, "1", "2", "3")),
        "paused_minutes": random.choice((None, None, "60", "1440")),
    }


def test_random_dossiers_are_counted_the_same_twice_under_any_policy_on_any_day(sqlite_engine):
    put_offices(sqlite_engine, "A", "B", "C")
    put(sqlite_engine, "dossiers", *(random_dossier(Random(code), code) for code in range(300)))
    for place, policy in enumerate(POLICIES):
        put_campaign(sqlite_engine, f"c{place}", begins="2025-01-01", ends="2025-12-31", **policy)
        for day in (date(2025, 1, 4), AS_OF):
            copy = copied(sqlite_engine, f"c{place}", f"c{place}", day)
            assert verifier.check(make_bundle(copy)) == [], (policy, day)


def test_the_folder_checks_itself_with_nothing_installed(good, tmp_path):
    done = run(laid_out(good, tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK")
    assert run(tmp_path, str(tmp_path)).returncode == 0


def test_the_folder_names_what_was_altered(good, tmp_path):
    laid_out(good, tmp_path)
    (tmp_path / "results.json").write_bytes(good["results.json"].replace(b'"rank":1', b'"rank":2', 1))
    done = run(tmp_path)
    assert done.returncode == 1
    assert "results.json" in done.stdout
    assert done.stderr == ""


# ---- Altered bundles -----------------------------------------------------------------------------------------------------
NAMES = [
    *("manifest.json", "adjustments.json", "measures.json", "results.json", "decisions.json"),
    *("inputs/period.json", "inputs/rulebook.toml", "inputs/calendar.csv", "inputs/clusters.csv", "inputs/membership.csv"),
    *(
        f"inputs/{kind}.csv"
        for kind in ("units", "procedures", "postings", "staff", "dossiers", "feedback", "surveys", "tallies", "reported")
    ),
]
PLACES = {"first": 0, "middle": 0.5, "last": 1}


def test_the_altered_files_below_are_all_the_files_there_are(good):
    assert sorted(good) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", PLACES)
def test_a_flipped_byte_anywhere_is_found(good, name, place):
    data = bytearray(good[name])
    data[round(PLACES[place] * (len(data) - 1))] ^= 1
    assert verifier.check({**good, name: bytes(data)})


def test_any_byte_of_the_manifest_flipped_is_found(good):
    for place in range(len(good["manifest.json"])):
        data = bytearray(good["manifest.json"])
        data[place] ^= 1
        assert verifier.check({**good, "manifest.json": bytes(data)}), place


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_and_an_emptied_file_are_found(good, name):
    assert verifier.check({other: data for other, data in good.items() if other != name})
    assert verifier.check({**good, name: b""})


@pytest.mark.parametrize("name", ["inputs/more.csv", "notes.txt", "inputs/dossiers.csv.bak", "manifest.json.bak"])
def test_a_file_too_many_is_found(good, name):
    assert verifier.check({**good, name: b"x"})


def test_two_files_exchanged_are_found(good):
    assert verifier.check({**good, "measures.json": good["results.json"], "results.json": good["measures.json"]})


@pytest.mark.parametrize("code", ["1", "3", "4", "5", "6", "7", "8", "9", "10"])
def test_a_dossier_taken_away_with_every_digest_made_anew_is_found_by_counting(good, code):
    assert verifier.check(with_rows(good, "dossiers", lambda rows: rows.remove(next(r for r in rows if r["code"] == code))))


def test_a_dossier_added_with_every_digest_made_anew_is_found_by_counting(good):
    faults = verifier.check(with_rows(good, "dossiers", lambda rows: rows.append({**rows[0], "code": "99"})))
    assert "measures.json A carried: written 1, but it is 2 / ghi sai" in faults


CELLS = [
    ("1", "due_at", "2025-01-09 08:59:59"),
    ("1", "due_at", ""),
    ("1", "unit", "B"),
    ("1", "completed_at", ""),
    ("3", "completed_at", "2025-03-10 17:00:01"),
    ("3", "received_at", "2024-12-31 23:59:59"),
    ("3", "extended_due_at", "2025-12-01 17:00:00"),
    ("4", "channel", "postal"),
    ("4", "completed_at", "2025-04-09 08:00:00"),
    ("4", "supplement_requests", "2"),
    ("5", "waiting_since", "2025-05-10 17:00:01"),
    ("5", "waiting_since", ""),
    ("5", "completed_at", "2025-05-10 09:00:00"),
    ("5", "due_at", "2025-05-04 17:00:00"),
    ("7", "supplement_requests", "1"),
    ("8", "due_at", "2026-01-01 00:00:00"),
    ("8", "extended_due_at", ""),
    ("8", "received_at", "2026-01-01 08:00:00"),
    ("9", "due_at", "2025-09-05 09:00:00"),
    ("10", "channel", ""),
    ("10", "due_at", "2025-12-31 23:59:59"),
    ("11", "unit", "D"),
]


@pytest.mark.parametrize(("code", "column", "cell"), CELLS)
def test_a_cell_changed_with_every_digest_made_anew_is_found_by_counting(good, code, column, cell):
    def change(rows):
        next(row for row in rows if row["code"] == code)[column] = cell

    assert verifier.check(with_rows(good, "dossiers", change))


def test_the_units_of_two_dossiers_exchanged_are_found_by_counting(good):
    def exchange(rows):
        rows[0]["unit"], rows[-1]["unit"] = rows[-1]["unit"], rows[0]["unit"]

    assert verifier.check(with_rows(good, "dossiers", exchange))


@pytest.mark.parametrize(
    ("column", "cell"),
    [("cluster", "d"), ("cluster", ""), ("name", "Khác"), ("kind", "district"), ("valid_to", "2024-12-31")],
)
def test_a_unit_changed_is_found(good, column, cell):
    assert verifier.check(with_rows(good, "units", lambda rows: rows[0].update({column: cell})))


def test_a_unit_moved_to_another_cluster_is_found(good):
    header = good["inputs/membership.csv"].decode().splitlines()[0]
    assert header == "unit,since,cluster"
    moved = {**good, "inputs/membership.csv": f"{header}\nA,2025-06-01,d\n".encode()}
    assert "measures.json A cluster: written 'c', but it is 'd' / ghi sai" in verifier.check(sealed_again(moved))


RULE_EDITS = [
    ('compare = "day"', '[on_time]\ncompare = "day"\ncount_pause = false\n'),
    ("count_pause", "[on_time]\ncount_pause = false\n"),
    ("late_after_supplements", "[on_time]\nlate_after_supplements = 0\n"),
    ("ended", '[on_time]\nend = "returned"\n'),
]


@pytest.mark.parametrize("policy", [policy for _, policy in RULE_EDITS], ids=[name for name, _ in RULE_EDITS])
def test_another_policy_of_what_is_on_time_is_found_by_counting(good, policy):
    text = good["inputs/rulebook.toml"].decode().replace("[[reported]]", f"{policy}[[reported]]", 1)
    assert verifier.check(sealed_again({**good, "inputs/rulebook.toml": text.encode()}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points = 40", "points = 41"),
        ("per = 0.25", "per = 0.26"),
        ("target = 0.9", "target = 0.91"),
        ("minimum = 10", "minimum = 60"),
        ("max_share = 0.5", "max_share = 0.25"),
        ("below_score = 75", "below_score = 101"),
        ("places = 1", "places = 2"),
        ("cap = 2", "cap = 1"),
        ('best_grade = "good"', 'best_grade = "excellent"'),
        ("version = 1", "version = 2"),
        ('code = "t"', 'code = "u"'),
    ],
)
def test_a_rule_changed_with_every_digest_made_anew_is_found_by_scoring(good, old, new):
    text = good["inputs/rulebook.toml"].decode()
    assert old in text
    assert verifier.check(sealed_again({**good, "inputs/rulebook.toml": text.replace(old, new, 1).encode()}))


@pytest.mark.parametrize("measure", verifier.COUNTED)
def test_a_measure_changed_with_every_digest_made_anew_is_found_by_counting(good, measure):
    def change(document):
        document["units"][4]["measures"][measure] += 1  # E, which does not compete: no score could tell

    faults = verifier.check(with_document(good, "measures.json", change))
    assert [fault for fault in faults if fault.startswith(f"measures.json E {measure}: written ")]


def unit_of(document, place: int = 0):
    return document["clusters"][0]["units"][place]


RESULT_EDITS = {
    "score": lambda d: unit_of(d).update(score="99.99"),
    "rank": lambda d: unit_of(d).update(rank=2),
    "no rank": lambda d: unit_of(d, 3).update(rank=None),
    "tied": lambda d: unit_of(d).update(tied=True),
    "grade": lambda d: unit_of(d, 3).update(grade="excellent"),
    "grade tied": lambda d: unit_of(d).update(grade_tied=True),
    "complete": lambda d: unit_of(d).update(complete=False),
    "name": lambda d: unit_of(d).update(name="Đơn vị khác"),
    "gates": lambda d: unit_of(d).update(gates=["other"]),
    "order": lambda d: d["clusters"][0]["units"].reverse(),
    "one unit less": lambda d: d["clusters"][0]["units"].pop(),
    "one unit twice": lambda d: d["clusters"][0]["units"].append(unit_of(d)),
    "cluster": lambda d: d["clusters"][0].update(code="d"),
    "cluster name": lambda d: d["clusters"][0].update(name="d"),
    "no clusters": lambda d: d["clusters"].clear(),
    "criterion": lambda d: unit_of(d)["criteria"]["ontime"].update(points="60.01"),
    "criterion max": lambda d: unit_of(d)["criteria"]["ontime"].update(max="61"),
    "line points": lambda d: unit_of(d)["indicators"]["ontime.rate"].update(points="1.00"),
    "line max": lambda d: unit_of(d)["indicators"]["ontime.rate"].update(max="41"),
    "line out of": lambda d: unit_of(d)["indicators"]["ontime.rate"].update(out_of="39"),
    "line status": lambda d: unit_of(d)["indicators"]["ontime.rate"].update(status="pending"),
    "line numerator": lambda d: unit_of(d)["indicators"]["ontime.rate"].update(numerator=99),
    "line denominator": lambda d: unit_of(d)["indicators"]["ontime.rate"].update(denominator=99),
    "line denominator as text": lambda d: unit_of(d)["indicators"]["ontime.rate"].update(denominator="1"),
    "line value": lambda d: unit_of(d)["indicators"]["ontime.rate"].update(value="0.999999"),
    "line left out": lambda d: unit_of(d)["indicators"].pop("ontime.rate"),
    "extra": lambda d: unit_of(d)["extras"].update(models="2.00"),
    "reward left out": lambda d: d["reward"].pop(0),
    "reward twice": lambda d: d["reward"].append(d["reward"][0]),
    "reward order": lambda d: d["reward"].reverse(),
    "reward unit": lambda d: d["reward"][0].update(unit="C"),
    "reward award": lambda d: d["reward"][0].update(award="second"),
    "reward tie": lambda d: d["reward"][0].update(tie=True),
    "reward rank": lambda d: d["reward"][0].update(rank=3),
    "criticism left out": lambda d: d["criticism"].pop(),
    "criticism added": lambda d: d["criticism"].append({**d["criticism"][0], "unit": "D"}),
    "criticism level": lambda d: d["criticism"][0].update(level="self_review"),
    "ruled out left out": lambda d: d["ruled_out"].clear(),
    "ruled out gate": lambda d: d["ruled_out"][0].update(gate="incomplete"),
    "more": lambda d: d.update(more=1),
}


@pytest.mark.parametrize("edit", RESULT_EDITS)
def test_a_result_changed_with_every_digest_made_anew_is_found_by_scoring(good, edit):
    faults = verifier.check(with_document(good, "results.json", RESULT_EDITS[edit]))
    assert [fault for fault in faults if fault.startswith("results.json ")]


ADJUSTMENT_EDITS = {
    "one less": lambda a: a.pop(),
    "none": lambda a: a.clear(),
    "order": lambda a: a.reverse(),
    "number": lambda a: a[0].update(number=2),
    "action": lambda a: a[1].update(action="exclude"),
    "case": lambda a: a[0].update(key=["1"]),
    "no such case": lambda a: a[0].update(key=["77"]),
    "unit": lambda a: a[0].update(unit="B"),
    "cell": lambda a: a[1]["cells"].update(completed_at="2025-06-20 10:00:00"),
    "one more": lambda a: a.append({**a[0], "number": 3, "key": ["3"]}),
}


@pytest.mark.parametrize("edit", ADJUSTMENT_EDITS)
def test_adjustments_changed_with_every_digest_made_anew_are_found(good, edit):
    change = ADJUSTMENT_EDITS[edit]
    assert verifier.check(with_document(good, "adjustments.json", lambda document: change(document["adjustments"])))


@pytest.mark.parametrize("name", ["reason", "source", "prev", "digest", "kind"])
def test_a_link_of_the_chain_changed_is_found_by_its_digest(good, name):
    document = json.loads(good["adjustments.json"])
    document["adjustments"][0][name] = "x"
    files = {**good, "adjustments.json": json.dumps(document).encode()}
    said = json.loads(good["manifest.json"])
    said["files"]["adjustments.json"] = verifier.digest(files["adjustments.json"])
    faults = verifier.check({**files, "manifest.json": json.dumps(said).encode()})
    assert [fault for fault in faults if fault.startswith("adjustments.json #1 ")]


MANIFEST_KEYS = ("bundle", "campaign", "period", "revision", "as_of", "rulebook", "adjustments", "files")
SEALS = ("inputs_sha256", "adjustments_sha256", "measures_sha256", "results_sha256", "decisions_sha256")


@pytest.mark.parametrize("key", [*MANIFEST_KEYS, *SEALS])
def test_a_manifest_that_says_something_else_is_found(good, key):
    said = json.loads(good["manifest.json"])
    for changed in ({**said, key: "x"}, {name: value for name, value in said.items() if name != key}, {**said, "more": 1}):
        assert verifier.check({**good, "manifest.json": json.dumps(changed).encode()})


# ---- The same result, computed twice -----------------------------------------------------------------------------------
def by_the_product(text: str, offices: dict[str, Office], facts: dict[str, Facts]) -> dict:
    rules = parse_rulebook(text, "rules.toml")
    competing = {unit: found for unit, found in facts.items() if found.cluster}
    standings = rank_units(rules, (score_unit(rules, found) for found in competing.values()))
    return json.loads(results_document(rules.places, offices, standings, propose_lists(rules, standings, competing)))


def by_the_verifier(text: str, offices: dict[str, Office], facts: dict[str, Facts]) -> dict:
    units = json.loads(measures_document(offices.values(), facts))["units"]
    return verifier.Board(tomllib.loads(text, parse_float=Fraction), units).whole


@settings(max_examples=250, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_rulebook_gives_any_units_the_same_result_twice(random):
    draw = Draw(random)
    text, (offices, facts) = draw.rulebook(), draw.units()
    right, found = by_the_product(text, offices, facts), by_the_verifier(text, offices, facts)
    assert list(verifier.differences("result", right, found)) == []


def test_every_ratio_that_binary_fractions_print_wrong_is_printed_right(shared):
    for case in json.loads((shared / "oracles/rounding/ratio_points_traps.json").read_text("utf-8"))["cases"]:
        assert verifier.fixed(Fraction(case["max_points"] * case["x"], case["n"]), 2) == case["half_up"]


def test_halves_are_rounded_away_from_zero(shared):
    cases = json.loads((shared / "oracles/rounding/half_up.json").read_text("utf-8"))
    for places, name in ((2, "half_up_2dp"), (0, "half_up_0dp")):
        assert [verifier.fixed(Fraction(given), places) for given, _ in cases[name]] == [right for _, right in cases[name]]


def simple_board(scores: dict[str, object], *more: str, **measures: dict[str, int]) -> dict:
    """The verifier's result for units whose only line is their reported score."""
    formula = 'kind = "linear", measure = "mark", lo = 0, hi = 100'
    text = write(criterion("c", 100, indicator("i", 100, formula)), *more, reported=["mark", "barred"])
    rows = {"dossiers": 1, "postings": 0, "feedback": 0, "surveys": 0, "reported": 1, "other": 0}
    units = [
        {
            "unit": unit,
            "name": unit,
            "cluster": "k",
            "rows": rows,
            "measures": {"received": 1, "carried": 0, "mark": mark, "barred": 0},
        }
        for unit, mark in scores.items()
    ]
    for unit in units:
        unit["measures"] |= measures.get(unit["unit"], {})
    return verifier.Board(tomllib.loads(text, parse_float=Fraction), units).whole


def test_ranks_are_those_of_the_published_cases(shared):
    for case in json.loads((shared / "oracles/ranking/strategies.json").read_text("utf-8"))["cases"]:
        ascending = case["order"] == "ascending"
        scores = {f"U{place}": 100 - mark if ascending else mark for place, mark in enumerate(case["scores"])}
        units = simple_board(scores)["clusters"][0]["units"]
        ranks = {unit["unit"]: unit["rank"] for unit in units}
        assert [ranks[unit] for unit in scores] == case.get("min_competition_1224", [1, None, 1, 3])
        assert units[-1]["rank"] is None or None not in case["scores"]


def test_awards_are_those_of_the_published_case(shared):
    case = json.loads((shared / "oracles/awards_small/domjudge_award_case.json").read_text("utf-8"))
    scores = {team["team"]: Fraction(team["solved"] * 25) - Fraction(team["time"], 10) for team in case["teams"]}
    scores = {team: f"{max(score, 0)}" for team, score in scores.items()}
    awards = [table("award", code, f'places = {places}\nboundary_tie = "all"') for code, places in case["quota"].items()]
    gate = table("gate", "guest", 'measure = "barred"\nat_least = 1')
    guests = {team["team"]: {"barred": 1} for team in case["teams"] if team["group"] not in case["eligible_groups"]}
    found = simple_board(scores, *awards, gate, **guests)
    ranks = {unit["unit"]: unit["rank"] for unit in found["clusters"][0]["units"]}
    named = {code: [one["unit"] for one in found["reward"] if one["award"] == code] for code in case["quota"]}
    assert named == {code: case["expected"][code] for code in case["quota"]}
    assert {team: ranks[team] for team in case["expected"]["rank"]} == case["expected"]["rank"]


def test_a_unit_that_sums_up_its_dossiers_itself_is_taken_as_given(sqlite_engine):
    put_offices(sqlite_engine, "A", "B")
    put(sqlite_engine, "dossiers", dossier("1", "B", "2025-02-01", "2025-02-10", "2025-02-09"))
    names = ("received_direct", "done_on_due", "pending_overdue")
    span = {"procedure": "", "period_from": "2025-01-01", "period_to": "2025-03-31"}
    put(sqlite_engine, "tallies", {"unit": "A", **span, **dict(zip(names, ("5", "4", "1"), strict=True))})
    put_campaign(sqlite_engine, begins="2025-01-01", ends="2025-12-31", rulebook=WITH_LATENESS)
    files = make_bundle(copied(sqlite_engine, "thi-dua", "thi-dua", AS_OF))
    first = json.loads(files["results.json"])["clusters"][0]["units"][1]
    # What tallies do not say (days late, ratings) waits: 4 of 5 in time is 3.2 of 4 points, and the rest is pending.
    assert (first["unit"], first["score"], first["complete"]) == ("A", "3.20", False)
    assert first["indicators"]["ontime.days"]["status"] == "pending"
    assert verifier.check(files) == []
    older = {name: data for name, data in files.items() if name != "inputs/tallies.csv"}
    assert any("written 5, but it is 0" in fault for fault in verifier.check(sealed_again(older)))
