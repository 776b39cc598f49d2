"""The sample province's board tells the stories that were planted in it, and is the same on both databases."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import text

from tracker.sample.planted import PLANTED
from tracker.services.access import OPERATOR, VISITOR
from tracker.services.answers import answer_lists, answer_standings
from tracker.services.database import is_sample, open_database
from tracker.services.demo import CAMPAIGN, Size, load_province
from tracker.services.history import month_ends, movement, previous_board
from tracker.services.policies import verify_ledgers
from tracker.services.standings import Board, Question, compute_board, show_board
from tracker.store.engine import reading

TODAY = date(2021, 1, 4)


@pytest.fixture(scope="module")
def province(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("province") / "sample.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    load_province(engine, Size())
    yield engine
    engine.dispose()


def board(engine, year: int) -> Board:
    return show_board(engine, Question(CAMPAIGN.code, str(year)), TODAY, VISITOR)


def test_the_province_has_the_size_that_was_asked_for_and_says_that_it_is_a_sample(province):
    with reading(province) as connection:
        sizes = {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in ("dossier", "unit")}
        kinds = dict(
            connection.execute(text("SELECT kind, count(*) FROM unit WHERE cluster IS NOT NULL GROUP BY kind")).all()
        )
    assert sizes["dossier"] == 60_000
    assert kinds == {"department": 20, "district": 8, "commune": 71}
    assert is_sample(province)


def test_the_ledger_of_the_province_equals_a_fresh_count(province):
    assert all(not check.differences for check in verify_ledgers(province, OPERATOR))


@pytest.mark.parametrize("year", [2017, 2018, 2019, 2020])
def test_received_and_carried_are_all_accounted_for(province, year):
    for facts in board(province, year).facts.values():
        measures = facts.measures
        ended = measures["done_on_time"] + measures["done_late"]
        pending = measures["pending_in_time"] + measures["pending_overdue"]
        assert measures["received"] + measures["carried"] == ended + pending + measures["no_due"]


@pytest.mark.parametrize("year", [2017, 2018, 2019])
def test_what_is_pending_at_the_end_of_a_year_is_carried_into_the_next(province, year):
    before, after = board(province, year), board(province, year + 1)
    for unit, facts in before.facts.items():
        left = facts.measures["pending_in_time"] + facts.measures["pending_overdue"]
        assert after.facts[unit].measures["carried"] == left, unit


def test_the_twins_tie_at_the_top_and_are_left_to_the_committee(province):
    found = board(province, 2019)
    one, other = (found.place(unit) for unit in PLANTED["twins"])
    assert one.rank == other.rank == 1
    assert one.tied
    assert other.tied
    ties = {reward.unit for reward in found.lists.reward if reward.tie}
    assert ties == set(PLANTED["twins"])


def test_the_silent_commune_has_no_rank_stands_last_and_is_criticised(province):
    for year in (2017, 2018, 2019, 2020):
        found = board(province, year)
        place = found.place(PLANTED["silent"])
        assert place.rank is None
        assert found.standings[place.score.cluster].places[-1].score.unit == PLANTED["silent"]
        assert (PLANTED["silent"], "no_report") in {(named.unit, named.criticism) for named in found.lists.criticism}


def test_the_denounced_unit_keeps_its_rank_and_is_ruled_out(province):
    found = board(province, 2019)
    assert found.place(PLANTED["denounced"]).rank <= 3
    assert PLANTED["denounced"] in {barred.unit for barred in found.lists.ruled_out}
    assert PLANTED["denounced"] not in {reward.unit for reward in found.lists.reward}


def test_the_district_that_never_apologises_is_criticised_every_year(province):
    for year in (2017, 2018, 2019, 2020):
        named = {(named.unit, named.criticism) for named in board(province, year).lists.criticism}
        assert (PLANTED["no_apology"], "no_apology") in named


def test_the_improving_unit_gains_and_the_declining_one_loses(province):
    def on_time(unit: str, year: int):
        return board(province, year).place(unit).score.line("ontime.rate").value

    assert on_time(PLANTED["improver"], 2017) < on_time(PLANTED["improver"], 2018) < on_time(PLANTED["improver"], 2020)
    assert on_time(PLANTED["decliner"], 2017) > on_time(PLANTED["decliner"], 2020)


def test_movement_is_against_the_period_before_and_unknown_in_the_first(province):
    first, second = board(province, 2017), board(province, 2018)
    previous = previous_board(province, second, TODAY, VISITOR)
    assert previous.setting.period.code == "2017"
    assert previous_board(province, first, TODAY, VISITOR) is None
    unit = PLANTED["improver"]
    assert movement(second, previous, unit) == first.place(unit).rank - second.place(unit).rank
    assert movement(second, previous, PLANTED["silent"]) is None


def test_months_end_on_their_last_day_and_the_last_one_on_the_as_of_day():
    assert month_ends(date(2019, 1, 15), date(2019, 3, 10)) == [date(2019, 1, 31), date(2019, 2, 28), date(2019, 3, 10)]
    assert month_ends(date(2019, 1, 1), date(2019, 1, 31)) == [date(2019, 1, 31)]


def test_a_board_is_computed_once_per_state_of_the_data(province):
    assert board(province, 2018) is board(province, 2018)


def test_both_databases_give_the_same_standings_to_the_digit(engine, sqlite_template, tmp_path):
    load_province(engine, Size(communes=16, dossiers=2_000))
    path = tmp_path / "other.db"
    path.write_bytes(sqlite_template.read_bytes())
    other = open_database(f"sqlite:///{path}")
    load_province(other, Size(communes=16, dossiers=2_000))
    for year in ("2017", "2020"):
        question = Question(CAMPAIGN.code, year)
        pair = [compute_board(database, question, TODAY, VISITOR) for database in (engine, other)]
        one, two = (json.dumps([answer_standings(found), answer_lists(found, "vi")]) for found in pair)
        assert one == two
    other.dispose()
