"""What if: what is tried out is what importing it gives, to the digit; and who may try what."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from builders import RULEBOOK, TODAY, act, put, put_campaign, put_offices
from people import put_account, put_each_role

from tracker.core.levers import REPORT, Change
from tracker.core.problems import UsageError
from tracker.services.access import OPERATOR, VISITOR, DeniedError, Role
from tracker.services.accounts import Grant
from tracker.services.apologies import list_apologies
from tracker.services.campaign_settings import CampaignSettings, WantedSettings, change_settings
from tracker.services.looking import Asked
from tracker.services.my_standing import own_units, show_standing
from tracker.services.officers import list_officer_figures
from tracker.services.standings import Question, show_board
from tracker.services.what_if import AWARD, NEXT_RANK, Asking, find_way_up, goals_of, try_out
from tracker.services.worklist import handle_items, show_worklist
from tracker.services.worklist_ticks import Said

NOW = datetime(2026, 6, 30, 8, 0, 0)
HERE = Question("thi-dua", "thi-dua")
RATIOS = {
    "ontime": (["done_on_time", "pending_in_time"], ["received", "carried", "-no_due"]),
    "early": (["done_early"], ["received", "carried"]),
    "apologies": (["apologies_in_time"], ["apologies_due"]),
    "told": (["apologies_due", "-apologies_missing"], ["apologies_due"]),
    "posted": (["posted"], ["procedures"]),
    "everywhere": (["posted_everywhere"], ["procedures"]),
    "prompt": (["posted_in_time"], ["posting_due"]),
    "one_stop": (["one_stop", "interlinked"], ["procedures", "procedures"]),
    "flows": (["workflow_assigned", "content_complete", "postal_services"], ["procedures", "procedures", "procedures"]),
    "online": (["online_services", "online_full"], ["procedures", "procedures"]),
    "petitions": (["petitions_in_time"], ["petitions"]),
    "satisfied": (["satisfied"], ["surveyed"]),
    "polite": (["polite"], ["attitude_surveyed"]),
}
WORDS = '{vi = "v", en = "e"}'
RULES = (
    f'code = "wide"\nversion = 1\ntitle = {WORDS}\nbasis = "b"\ntotal = 130\n[on_time]\ncompare = "COMPARE"\n'
    f'[[reported]]\nmeasure = "models"\ntitle = {WORDS}\ninteger = true\n'
    f'[[criterion]]\ncode = "all"\ntitle = {WORDS}\npoints = 130\n'
    + "".join(
        f'[[criterion.indicator]]\ncode = "i.{code}"\ntitle = {WORDS}\npoints = 10\nbasis = "b"\n'
        f'formula = {{kind = "ratio", numerator = {over}, denominator = {under}}}\n'
        for code, (over, under) in RATIOS.items()
    )
    + f'[[extra]]\ncode = "bonus"\ntitle = {WORDS}\nmeasure = "models"\nper = 0.5\ncap = 2\n'
    + f'[[gate]]\ncode = "mute"\ntitle = {WORDS}\nmeasure = "apologies_missing"\nat_least = 4\n'
    + '[[tie_break]]\nby = "days_late"\norder = "low"\n'
    + f'[[award]]\ncode = "gold"\ntitle = {WORDS}\nplaces = 1\nmin_score = 30\n'
    + f'[[criticism]]\ncode = "low"\ntitle = {WORDS}\nlevel = "criticise"\nmeasure = "apologies_missing"\nat_least = 6\n'
)
FLAGS = ("site", "portal", "content_complete", "one_stop", "interlinked", "workflow_assigned", "postal")


class Town:
    """A unit's cases, drawn at random, and what can really be done to them today."""

    def __init__(self, unit: str, draw: random.Random) -> None:
        self.unit, self.draw = unit, draw
        self.dossiers = [self._dossier(number) for number in range(14)]
        self.postings = [self._posting(number) for number in range(6)]
        self.petitions = [self._petition(number) for number in range(4)]

    def _dossier(self, number: int) -> dict[str, str | None]:
        draw = self.draw
        due = datetime(2026, 6, 30, draw.choice((7, 17))) + timedelta(days=draw.choice((-200, -9, -3, -1, 0, 0, 0, 4)))
        received = min(due - timedelta(days=draw.choice((0, 1, 20)), hours=1), NOW - timedelta(days=1))
        ended = draw.choice((None, None, min(due + timedelta(days=draw.choice((-2, 2))), NOW - timedelta(hours=1))))
        waits = not ended and draw.random() < 0.2
        told = due + timedelta(days=draw.choice((-1, 0))) if draw.random() < 0.15 else None
        return {
            "unit": self.unit,
            "code": f"{self.unit}{number}",
            "procedure": "P1",
            "received_at": received.isoformat(" "),
            "due_at": due.isoformat(" "),
            "completed_at": ended and max(ended, received).isoformat(" "),
            "supplement_requests": str(draw.choice((0, 0, 0, 2))),
            "waiting_since": min(due - timedelta(days=1), NOW - timedelta(days=2)).isoformat(" ") if waits else None,
            "apology_at": told and told.isoformat(" "),
        }

    def _posting(self, number: int) -> dict[str, str | None]:
        yes = {name: str(int(self.draw.random() < 0.5)) for name in ("counter", *FLAGS)}
        posted = "2026-02-02" if yes["counter"] == "1" else None
        level = str(self.draw.choice((0, 2, 3, 4)))
        return {"unit": self.unit, "procedure": f"P{number}", "posted_on": posted, "online_level": level, **yes}

    def _petition(self, number: int) -> dict[str, str | None]:
        due = TODAY + timedelta(days=self.draw.choice((-5, 0, 0, 5)))
        answered = {"outcome": "rejected", "resolved_on": "2026-06-22"} if self.draw.random() < 0.3 else {}
        row = {"code": f"{self.unit}-{number}", "unit": self.unit, "kind": "behaviour_petition", "received_on": "2026-06-20"}
        return {**row, "due_on": due.isoformat(), "outcome": "pending", "resolved_on": None, **answered}

    def put(self, engine) -> None:
        put(engine, "dossiers", *self.dossiers)
        put(engine, "postings", *self.postings)
        put(engine, "feedback", *self.petitions)

    def act(self, code: str, times: int) -> None:
        """Do the real thing that many times."""
        if code in FLAGS or code == "postal_services":
            code = code.removesuffix("_services")
            lacking = [p for p in self.postings if p[code] == "0" and (code != "one_stop" or p["interlinked"] == "0")]
            for posting in [p for p in lacking if code != "interlinked" or p["one_stop"] == "1"][:times]:
                posting[code] = "1"
            return
        getattr(self, f"_{code}")(times)

    def _today(self) -> list[dict]:
        """Unfinished, due later today, without apology, not lost by supplements, and not waiting."""
        return [
            d
            for d in self._open()
            if d["due_at"] == "2026-06-30 17:00:00" and not d["apology_at"] and d["supplement_requests"] == "0"
        ]

    def _open(self) -> list[dict]:
        return [d for d in self.dossiers if not d["completed_at"] and not d["waiting_since"]]

    def _finish_due_today(self, times: int) -> None:
        for dossier in self._today()[:times]:
            dossier["completed_at"] = NOW.isoformat(" ")

    def _apologise_in_time(self, times: int) -> None:
        for dossier in self._today()[:times]:
            dossier["apology_at"] = NOW.isoformat(" ")

    def _finish_overdue(self, times: int) -> None:
        for dossier in [d for d in self._open() if self._is_lost(d)][:times]:
            dossier["completed_at"] = NOW.isoformat(" ")

    def _is_lost(self, dossier: dict) -> bool:
        """Late whenever it is finished today: its day has passed, or it was supplemented too often."""
        too_many, due = dossier["supplement_requests"] == "2", dossier["due_at"]
        return due < "2026-06-30" or (too_many and due > "2026-07")

    def _finish_early(self, times: int) -> None:
        for dossier in [d for d in self._open() if d["due_at"] > "2026-07" and d["supplement_requests"] == "0"][:times]:
            dossier["completed_at"] = NOW.isoformat(" ")

    def _apologise_late(self, times: int) -> None:
        missed = [
            d
            for d in self.dossiers
            if not d["apology_at"]
            and not d["waiting_since"]
            and d["due_at"] < "2026-06-30"
            and (not d["completed_at"] or (d["completed_at"] >= "2026" and d["completed_at"] > d["due_at"]))
        ]
        for dossier in missed[:times]:
            dossier["apology_at"] = NOW.isoformat(" ")

    def _new_on_time(self, times: int) -> None:
        for number in range(times):
            new = {
                "unit": self.unit,
                "code": f"{self.unit}-new{number}",
                "procedure": "P1",
                "received_at": "2026-06-29 08:00:00",
            }
            self.dossiers.append({**new, "due_at": "2026-07-09 17:00:00", "completed_at": "2026-06-30 08:00:00"})

    def _prompt(self, posting: dict) -> bool:
        return posting["procedure"] in ("P4", "P5")

    def _post(self, times: int, *, prompt: bool = False) -> None:
        found = [p for p in self.postings if p["posted_on"] is None and self._prompt(p) == prompt]
        for posting in found[:times]:
            posting |= {"counter": "1", "site": "1", "portal": "1", "posted_on": "2026-06-30"}

    def _post_in_time(self, times: int) -> None:
        self._post(times, prompt=True)

    def _post_everywhere(self, times: int) -> None:
        found = [p for p in self.postings if p["posted_on"] and (p["site"], p["portal"]) != ("1", "1")]
        for posting in [p for p in found if p["posted_on"] != "2026-06-30"][:times]:
            posting |= {"site": "1", "portal": "1"}

    def _online_services(self, times: int) -> None:
        for posting in [p for p in self.postings if p["online_level"] in "02"][:times]:
            posting["online_level"] = "3"

    def _online_full(self, times: int) -> None:
        for posting in [p for p in self.postings if p["online_level"] == "3"][:times]:
            posting["online_level"] = "4"

    def _answer_petition(self, times: int) -> None:
        due = [p for p in self.petitions if p["due_on"] == "2026-06-30" and not p["resolved_on"]]
        for petition in due[:times]:
            petition |= {"outcome": "rejected", "resolved_on": "2026-06-30"}


# Acts of cases that other acts make more of are done first.
ORDER = ("post_everywhere", "interlinked", "one_stop", "online_full", "finish_due_today", "finish_overdue")


def asking(unit: str = "A", actor=OPERATOR) -> Asking:
    return Asking(HERE, unit, NOW, actor)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_tried_out_is_what_importing_it_gives(sqlite_engine, seed):
    engine, draw = sqlite_engine, random.Random(seed)
    put_offices(engine, "A", "B", "C")
    decided = ("2026-03-02", "2026-03-02", None, None, "2026-06-26", "2026-06-29")
    put(engine, "procedures", *({"code": f"P{n}", "name": "Khai", "decided_on": day} for n, day in enumerate(decided)))
    towns = [Town(unit, draw) for unit in "ABC"]
    for town in towns:
        town.put(engine)
    rules = RULES.replace("COMPARE", draw.choice(("instant", "day")))
    put_campaign(engine, begins="2026-01-01", ends="2026-12-31", rulebook=rules)
    levers = show_standing(engine, HERE, "A", NOW, OPERATOR).levers
    pool = next((lever.most for lever in levers if lever.pool), 0)
    acts = {lever.code: draw.randint(0, min(lever.most, 4)) for lever in levers}
    acts["apologise_in_time"] = min(acts.get("apologise_in_time", 0), pool - acts.get("finish_due_today", 0))
    acts = {code: times for code, times in acts.items() if times}
    values = {"models": acts.pop(f"{REPORT}models")} if f"{REPORT}models" in acts and seed % 2 else {}
    tried = try_out(engine, asking(), Change(acts, values))

    acts |= {f"{REPORT}{measure}": value for measure, value in values.items()}
    for code in sorted(acts, key=lambda code: ORDER.index(code) if code in ORDER else len(ORDER)):
        if code.startswith(REPORT):
            span = {"unit": "A", "measure": "models", "period_from": "2026-01-01", "period_to": "2026-12-31"}
            put(engine, "reported", {**span, "value": str(acts[code])})
        elif code in ("satisfied", "polite"):
            span = {"unit": "A", "period_from": "2026-06-01", "period_to": "2026-06-30"}
            topic = "result" if code == "satisfied" else "attitude"
            put(engine, "surveys", {**span, "topic": topic, "satisfied": acts[code], "responses": acts[code]})
        else:
            towns[0].act(code, acts[code])
    towns[0].put(engine)
    board = show_board(engine, HERE, TODAY, OPERATOR)
    assert tried.after.place == board.place("A"), acts
    assert tried.after.standing == board.standings["c"]
    assert tried.after.lists == board.lists


def small(engine, rulebook: str | None = None) -> None:
    """Of 10 points, A has 4 of 6 in time, of which two fall late only today; B and C have 5 of 6."""
    put_offices(engine, "A", "B", "C")
    late, good = "2026-03-11 09:00:00", "2026-03-05 09:00:00"
    for unit in "ABC":
        row = {"unit": unit, "procedure": "P1", "received_at": "2026-03-01 08:00:00", "due_at": "2026-03-08 17:00:00"}
        ends = [good] * (3 if unit == "A" else 5) + [late]
        put(engine, "dossiers", *({**row, "code": f"{unit}{n}", "completed_at": end} for n, end in enumerate(ends)))
    today = {"unit": "A", "procedure": "P1", "received_at": "2026-06-01 08:00:00", "due_at": "2026-06-30 17:00:00"}
    put(engine, "dossiers", *({**today, "code": f"T{n}", "completed_at": None} for n in range(2)))
    put_campaign(engine, begins="2026-01-01", ends="2026-12-31", rulebook=rulebook)
    put_account(engine, "xa-a", Role.UNIT, Grant(frozenset("A")))
    put_account(engine, "xa-b", Role.UNIT, Grant(frozenset("B")))


def test_what_falls_late_today_can_still_be_done_and_is_the_way_up(sqlite_engine):
    small(sqlite_engine)
    standing = show_standing(sqlite_engine, HERE, "A", NOW, "xa-a")
    assert standing.view.place.score.score == 5  # 3 of 6
    (loss,) = standing.losses
    assert (loss.regained * 6, [(one.lever.code, one.lever.most) for one in loss.remedies]) == (
        20,
        [("finish_due_today", 2)],
    )
    assert goals_of(standing) == (NEXT_RANK,)
    way = find_way_up(sqlite_engine, asking(actor="xa-a"), NEXT_RANK)
    assert (way.cost, [(step.lever.code, step.times) for step in way.steps]) == (2, [("finish_due_today", 2)])
    assert (way.outcome.place.rank, way.outcome.place.tied) == (1, True)


@pytest.mark.parametrize("moment", [datetime(2026, 6, 30, 17, 0, 1), datetime(2026, 7, 1, 8, 0, 0)])
def test_once_their_time_has_passed_they_can_be_saved_no_more(sqlite_engine, moment):
    small(sqlite_engine)
    question = Question("thi-dua", "thi-dua", date(2026, 6, 30))
    standing = show_standing(sqlite_engine, question, "A", moment, "xa-a")
    assert standing.chances.due_today == 0


def test_of_another_units_cases_nothing_is_told_not_even_how_many_may_still_be_saved(sqlite_engine):
    small(sqlite_engine)
    own, foreign = (show_standing(sqlite_engine, HERE, "A", NOW, actor) for actor in ("xa-a", "xa-b"))
    assert (own.chances.due_today, foreign.chances.due_today) == (2, 0)
    with pytest.raises(UsageError, match="what_if_impossible"):
        try_out(sqlite_engine, asking(actor="xa-b"), Change({"finish_due_today": 1}))


@pytest.mark.parametrize("change", [Change({"finish_due_today": 3}), Change({"x": 1}), Change(values={"received": 3})])
def test_what_cannot_be_done_is_refused(sqlite_engine, change):
    small(sqlite_engine)
    with pytest.raises(UsageError, match="what_if_impossible"):
        try_out(sqlite_engine, asking(actor="xa-a"), change)


def hide(engine) -> None:
    """Let the campaign hide its live board from units and viewers."""
    seen = CampaignSettings(False, Fraction(2, 3), Fraction(2, 3), "present", "")
    change_settings(engine, "thi-dua", seen, WantedSettings(True, "2/3", "2/3", "present"), act())


def test_where_the_live_board_is_hidden_a_unit_sees_its_own_points_and_nothing_of_any_other(sqlite_engine):
    small(sqlite_engine)
    hide(sqlite_engine)
    standing = show_standing(sqlite_engine, HERE, "A", NOW, "xa-a")
    assert (standing.alone, standing.view.place.score.score) == (True, 5)
    board = standing.view.board
    assert [set(board.facts), set(board.offices), set(standing.contest.scores), set(standing.contest.facts)] == [{"A"}] * 4
    assert [place.score.unit for place in board.standings["c"].places] == ["A"]
    assert (standing.lines.above, standing.lines.below, standing.lines.awards, standing.view.previous) == (
        None,
        None,
        (),
        None,
    )
    assert goals_of(standing) == ()
    assert find_way_up(sqlite_engine, asking(actor="xa-a"), NEXT_RANK) is None
    tried = try_out(sqlite_engine, asking(actor="xa-a"), Change({"finish_due_today": 2}))
    assert (tried.alone, tried.gained, len(tried.after.standing.places)) == (True, Fraction("3.33"), 1)


def test_where_the_live_board_is_hidden_a_unit_still_has_its_own_work_and_nobody_elses(sqlite_engine):
    small(sqlite_engine)
    shown = show_worklist(sqlite_engine, HERE, "A", TODAY, "xa-a")
    hide(sqlite_engine)
    work = show_worklist(sqlite_engine, HERE, "A", TODAY, "xa-a")
    assert {item.code for item in work.items} == {item.code for item in shown.items} >= {"T0", "T1"}
    handle_items(sqlite_engine, HERE, "A", Said(True, "", {work.items[0].key: 0}), act(actor="xa-a"))
    assert [line.code for line in list_apologies(sqlite_engine, Asked(HERE, "A", TODAY, "xa-a")).lines]
    assert list_officer_figures(sqlite_engine, Asked(HERE, "A", TODAY, "xa-a")).unit == "A"
    for look in (list_apologies, list_officer_figures):
        with pytest.raises(DeniedError):
            look(sqlite_engine, Asked(HERE, "B", TODAY, "xa-a"))
    with pytest.raises(DeniedError):
        show_worklist(sqlite_engine, HERE, "B", TODAY, "xa-a")


@pytest.mark.parametrize(("unit", "actor"), [("B", "xa-a"), ("A", "xem"), ("A", VISITOR)])
def test_where_the_live_board_is_hidden_nobody_sees_another_units(sqlite_engine, unit, actor):
    small(sqlite_engine)
    put_account(sqlite_engine, "xem", Role.VIEWER)
    hide(sqlite_engine)
    with pytest.raises((UsageError, DeniedError)) as refused:
        show_standing(sqlite_engine, HERE, unit, NOW, actor)
    assert isinstance(refused.value, DeniedError) or refused.value.code == "not_published"
    with pytest.raises((UsageError, DeniedError)):
        try_out(sqlite_engine, asking(unit, actor), Change())


def test_a_units_account_is_there_for_its_units_and_nobody_elses_for_any(sqlite_engine):
    small(sqlite_engine)
    people = put_each_role(sqlite_engine)
    assert {name: own_units(sqlite_engine, actor) for name, actor in people.items() if own_units(sqlite_engine, actor)} == {
        "unit": ("A",)
    }
    assert own_units(sqlite_engine, VISITOR) == ()


def test_the_way_to_an_award_says_the_award_and_reaches_it(sqlite_engine):
    award = f'[[award]]\ncode = "gold"\ntitle = {WORDS}\nplaces = 1\nmin_score = 8\n'
    small(sqlite_engine, RULEBOOK.format(code="rules", policy="") + award)
    standing = show_standing(sqlite_engine, HERE, "A", NOW, "xa-a")
    assert goals_of(standing) == (NEXT_RANK, f"{AWARD}gold")
    way = find_way_up(sqlite_engine, asking(actor="xa-a"), f"{AWARD}gold")
    assert (way.cost, way.outcome.rewards[0].award, way.outcome.rewards[0].tie) == (2, "gold", True)
