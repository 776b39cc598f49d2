"""The sample province: its size, that it is the same everywhere, that its files fit together, that planted facts hold."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from tracker.core.cases import KINDS, Type
from tracker.sample.province import PLANTED, build_province

ROOT = Path(__file__).parents[2]
CALENDAR = ROOT / "data" / "calendar" / "vn_workdays.csv"
FORMS = {
    Type.DATE: r"\d{4}-\d\d-\d\d",
    Type.TIME: r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    Type.END_TIME: r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    Type.INTEGER: r"\d+",
    Type.DECIMAL: r"\d+(\.\d*[1-9])?",
    Type.BOOL: "[01]",
}
Province = Mapping[str, pd.DataFrame]


def digest(province: Province) -> str:
    """One digest for all cells of all frames."""
    text = "".join(kind + frame.to_csv(index=False) for kind, frame in province.items())
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def province() -> Province:
    return build_province()


@pytest.fixture(scope="module")
def judged(province: Province) -> pd.DataFrame:
    """The dossiers with `year` and `late`: by the second, pauses counted, waiting in time is not late."""
    frame = province["dossiers"].dropna(subset=["received_at"]).copy()
    pause = pd.to_timedelta(frame["paused_minutes"].astype(int), unit="m")
    due = pd.to_datetime(frame["due_at"]) + pause
    ended = pd.to_datetime(frame["completed_at"])
    known_until = ended.fillna(pd.Timestamp("2021-01-01"))
    waiting = ended.isna() & (pd.to_datetime(frame["waiting_since"]) <= due)
    frame["late"] = (known_until > due) & ~waiting
    frame["year"] = frame["received_at"].str[:4].astype(int)
    return frame


def test_the_province_has_twenty_departments_eight_districts_and_seventy_one_communes(province: Province) -> None:
    assert province["units"]["kind"].value_counts().to_dict() == {
        "commune": 71,
        "department": 20,
        "district": 8,
        "other": 3,
    }


def test_sixty_thousand_dossiers_are_exactly_that_many(province: Province) -> None:
    assert len(province["dossiers"]) == 60_000


def test_the_province_scales_with_communes_and_dossiers() -> None:
    small = build_province(dossiers=2_000, communes=16)
    large = build_province(dossiers=3_000, communes=700)
    assert (small["units"]["kind"] == "commune").sum() == 16
    assert len(small["dossiers"]) == 2_000
    assert large["units"]["name"].is_unique
    assert len(large["dossiers"]) == 3_000


def test_too_small_a_province_is_refused_because_its_stories_would_not_fit() -> None:
    with pytest.raises(ValueError, match="16 communes"):
        build_province(communes=15)
    with pytest.raises(ValueError, match="1000 dossiers"):
        build_province(dossiers=999)


def test_every_competing_cluster_has_eight_to_twelve_units_and_others_have_none(province: Province) -> None:
    units = province["units"]
    sizes = units["cluster"].value_counts()
    assert sizes.between(8, 12).all()
    assert set(sizes.index) == {"Huyện, thành phố", "Sở, ngành 1", "Sở, ngành 2", *(f"Xã, phường {n}" for n in range(1, 8))}
    assert units.loc[units["kind"] == "other", "cluster"].isna().all()


def test_building_twice_gives_the_same_cells(province: Province) -> None:
    assert digest(build_province()) == digest(province)


def test_another_process_gives_the_same_cells(province: Province) -> None:
    code = "from tests.sample.test_province import digest, build_province; print(digest(build_province()))"
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == digest(province)


def test_another_seed_gives_another_province(province: Province) -> None:
    assert digest(build_province(seed=147)) != digest(province)


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_cell_is_canonical_text_or_none(province: Province, kind: str) -> None:
    frame = province[kind]
    assert list(frame.columns) == [column.name for column in KINDS[kind].columns]
    for column in KINDS[kind].columns:
        cells = frame[column.name]
        assert all(cell is None or type(cell) is str for cell in cells), column.name
        known = cells.dropna()
        if column.required:
            assert len(known) == len(frame), column.name
        if column.type in FORMS:
            assert known.str.fullmatch(FORMS[column.type]).all(), column.name
        if column.choices:
            assert set(known) <= set(column.choices), column.name


@pytest.mark.parametrize("kind", list(KINDS))
def test_keys_are_unique_sorted_and_everything_referred_to_exists(province: Province, kind: str) -> None:
    frame = province[kind]
    keys = list(KINDS[kind].key)
    assert not frame.duplicated(keys).any()
    assert frame[keys].equals(frame[keys].sort_values(keys, ignore_index=True))
    for column in KINDS[kind].columns:
        if column.refers:
            assert set(frame[column.name].dropna()) <= set(province[column.refers]["code"]), column.name


def test_officers_are_staff_of_the_unit_they_work_for(province: Province) -> None:
    staff = set(province["staff"][["code", "unit"]].itertuples(index=False, name=None))
    for kind in ("dossiers", "feedback"):
        named = province[kind].dropna(subset=["officer"])
        assert set(named[["officer", "unit"]].itertuples(index=False, name=None)) <= staff


def test_a_repeated_letter_repeats_one_of_the_same_unit(province: Province) -> None:
    letters = province["feedback"]
    unit_of = dict(zip(letters["code"], letters["unit"], strict=True))
    repeats = letters.dropna(subset=["repeat_of"])
    assert len(repeats) > 0
    assert [unit_of[code] for code in repeats["repeat_of"]] == list(repeats["unit"])


def test_dossiers_are_about_procedures_their_unit_posts_and_that_are_in_force(province: Province) -> None:
    posted = set(province["postings"][["unit", "procedure"]].itertuples(index=False, name=None))
    dossiers = province["dossiers"]
    assert set(dossiers[["unit", "procedure"]].itertuples(index=False, name=None)) <= posted
    effective = province["procedures"].set_index("code")["effective_on"]
    received = dossiers.dropna(subset=["received_at"])
    assert (received["procedure"].map(effective) <= received["received_at"]).all()


def test_events_follow_one_another_and_none_is_later_than_2020(province: Province) -> None:
    dossiers = province["dossiers"]
    received = dossiers.dropna(subset=["received_at"])
    for before, after in (("submitted_at", "received_at"), ("received_at", "due_at"), ("received_at", "completed_at")):
        both = received.dropna(subset=[before, after])
        assert (both[before] < both[after]).all(), (before, after)
    both = received.dropna(subset=["completed_at", "returned_at"])
    assert (both["completed_at"] <= both["returned_at"]).all()
    for event in ("submitted_at", "received_at", "completed_at", "returned_at", "waiting_since", "apology_at"):
        assert dossiers[event].dropna().max() < "2021-01-01", event


def test_dossiers_are_received_on_working_days_in_office_hours() -> None:
    if not CALENDAR.exists():
        pytest.skip("the shipped calendar is not there")
    with CALENDAR.open(encoding="utf-8") as file:
        kinds = {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}
    days = [date(2015, 1, 1) + timedelta(days=n) for n in range(3000)]
    off = {day for day in days if kinds.get(day, "off" if day.weekday() >= 5 else "work") == "off"}
    received = build_province(dossiers=20_000, days_off=off)["dossiers"]["received_at"].dropna()
    assert not {date.fromisoformat(text) for text in received.str[:10].unique()} & off
    hours = received.str[11:]
    assert (hours.between("07:30:00", "11:29:59") | hours.between("13:30:00", "16:59:59")).all()


def test_a_dossier_is_due_after_the_legal_working_days(province: Province) -> None:
    # Received on Tuesday 2018-05-08: three working days later is Friday, five is the next Tuesday.
    dossiers = province["dossiers"].merge(province["procedures"], left_on="procedure", right_on="code")
    tuesday = dossiers[dossiers["received_at"].str.startswith("2018-05-08", na=False)]
    for legal_days, due in (("3", "2018-05-11"), ("5", "2018-05-15")):
        these = tuesday[tuesday["legal_days"] == legal_days]
        assert len(these) > 0
        assert (these["due_at"].str[:10] == due).all()
        assert (these["due_at"].str[11:] == these["received_at"].str[11:]).all()


def test_online_dossiers_grow_from_a_twentieth_to_over_a_third(province: Province, judged: pd.DataFrame) -> None:
    online = (judged["channel"] == "online").groupby(judged["year"]).mean()
    assert online[2017] == pytest.approx(0.05, abs=0.01)
    assert online[2020] == pytest.approx(0.35, abs=0.02)
    assert province["dossiers"]["received_at"].isna().sum() > 0  # handed in, not accepted yet


def test_the_weeks_before_tet_are_a_rush_and_the_weeks_after_quiet(judged: pd.DataFrame) -> None:
    day = judged["received_at"].str[:10]
    before = day.between("2019-01-21", "2019-02-01").sum()  # two weeks, Tết begins on the 5th
    after = day.between("2019-02-11", "2019-02-22").sum()
    usual = day.between("2019-04-01", "2019-04-12").sum()
    assert before > 1.5 * usual
    assert not day.between("2019-02-04", "2019-02-08").any()
    assert after < usual


def test_most_units_are_mostly_on_time(judged: pd.DataFrame) -> None:
    share = judged["late"].groupby(judged["unit"]).mean()
    assert 0.02 < judged["late"].mean() < 0.06
    assert (share < 0.05).mean() > 0.6
    assert (share < 0.15).mean() > 0.9


def test_the_silent_commune_is_in_no_file_but_units(province: Province) -> None:
    silent = PLANTED["silent"]
    assert silent in set(province["units"]["code"])
    assert not any((frame["unit"] == silent).any() for frame in province.values() if "unit" in frame)


def test_the_parker_parks_over_a_quarter_just_before_they_are_due_and_never_ends_them(province: Province) -> None:
    own = province["dossiers"].query("unit == @PLANTED['parker']")
    parked = own[(own["status"] == "waiting") & (own["due_at"] < "2020-12-01")]
    assert len(parked) > 0.25 * len(own)
    assert parked["completed_at"].isna().all()
    assert (parked["waiting_since"] < parked["due_at"]).all()
    gap = pd.to_datetime(parked["due_at"]) - pd.to_datetime(parked["waiting_since"])
    assert (gap < pd.Timedelta(hours=24)).mean() > 0.7


def test_the_due_second_unit_ends_four_in_five_at_the_very_second_they_are_due(province: Province) -> None:
    own = province["dossiers"].query("unit == @PLANTED['due_second']").dropna(subset=["completed_at"])
    assert (own["completed_at"] == own["due_at"]).mean() > 0.8


def test_the_twins_share_a_cluster_and_every_row(province: Province) -> None:
    twin, other = PLANTED["twins"]
    clusters = province["units"].set_index("code")["cluster"]
    assert clusters[twin] == clusters[other]
    for kind in ("postings", "staff", "dossiers", "feedback", "surveys", "reported"):
        frame = province[kind]
        own, mirrored = frame[frame["unit"] == twin], frame[frame["unit"] == other]
        assert len(own) > 0 or kind == "feedback"
        assert own.to_csv(index=False).replace(twin, other) == mirrored.to_csv(index=False), kind


def test_the_twins_are_on_time_post_everything_and_offend_nobody(province: Province, judged: pd.DataFrame) -> None:
    twin = PLANTED["twins"][0]
    assert judged.loc[judged["unit"] == twin, "late"].mean() < 0.01
    assert province["postings"].query("unit == @twin")["posted_on"].notna().all()
    assert not province["feedback"].query("unit == @twin")["outcome"].isin(["upheld", "partly_upheld"]).any()


def test_the_improver_goes_from_a_quarter_late_to_almost_none(judged: pd.DataFrame) -> None:
    share = judged[judged["unit"] == PLANTED["improver"]].groupby("year")["late"].mean()
    assert 0.2 < share[2017] < 0.32
    assert share[2017] > share[2018] > share[2019] > share[2020]
    assert share[2020] < 0.02


def test_the_decliner_gets_worse_every_year(judged: pd.DataFrame) -> None:
    share = judged[judged["unit"] == PLANTED["decliner"]].groupby("year")["late"].mean()
    assert share[2017] < share[2018] < share[2019] < share[2020]
    assert share[2020] > 0.15


def test_the_tiny_commune_has_ten_dossiers_a_year_and_none_late(judged: pd.DataFrame) -> None:
    own = judged[judged["unit"] == PLANTED["tiny"]]
    assert own["year"].value_counts().to_dict() == {2017: 10, 2018: 10, 2019: 10, 2020: 10}
    assert not own["late"].any()


def test_the_denounced_unit_has_one_denunciation_upheld_in_2019_and_is_otherwise_excellent(
    province: Province, judged: pd.DataFrame
) -> None:
    denounced = PLANTED["denounced"]
    letters = province["feedback"].query("unit == @denounced and kind == 'denunciation'")
    assert list(letters["outcome"]) == ["upheld"]
    assert list(letters["resolved_on"]) == ["2019-05-20"]
    assert judged.loc[judged["unit"] == denounced, "late"].mean() < 0.02


def test_the_district_without_apologies_is_late_in_one_dossier_of_eight_and_never_apologises(judged: pd.DataFrame) -> None:
    own = judged[judged["unit"] == PLANTED["no_apology"]]
    assert 0.1 < own["late"].mean() < 0.16
    assert own["apology_at"].isna().all()
    others = judged[judged["late"] & (judged["unit"] != PLANTED["no_apology"])]
    assert others["apology_at"].notna().mean() > 0.5


def test_the_resupplementing_department_asks_one_in_six_more_than_once(judged: pd.DataFrame) -> None:
    again = judged["supplement_requests"].astype(int) > 1
    own = judged["unit"] == PLANTED["resupplements"]
    assert 0.13 < again[own].mean() < 0.21
    assert again[~own].mean() < 0.01


def test_the_district_with_a_backlog_is_late_around_tet_2019_and_hardly_at_other_times(judged: pd.DataFrame) -> None:
    own = judged[judged["unit"] == PLANTED["tet_backlog"]]
    around = own["received_at"].between("2019-01-07", "2019-03-06")
    assert own.loc[around, "late"].mean() > 0.7
    assert own.loc[~around, "late"].mean() < 0.06
