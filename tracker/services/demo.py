"""The sample province: invented, deterministic, and marked as sample data wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256

import pandas as pd
from sqlalchemy import Engine, func, select, update

from tracker.core.cases import KINDS
from tracker.core.periods import Every
from tracker.core.problems import Place, Problem, RefusedError
from tracker.core.programme import State
from tracker.intake import Rows
from tracker.sample import practices, programme
from tracker.sample.province import build_province
from tracker.services import audit
from tracker.services.access import OPERATOR, Verb
from tracker.services.act import Act
from tracker.services.batches import BATCH
from tracker.services.campaigns import NewCampaign, add_campaign, add_rulebook
from tracker.services.dialogues import Held, Plan, list_dialogues, plan_dialogue, record_dialogue
from tracker.services.imports import Choices, Source, import_rows
from tracker.services.permitted import writing_as
from tracker.services.practices import Adoption, NewPractice, Verdict, adopt_practice, judge_practice, post_practice
from tracker.services.practices import State as Judged
from tracker.services.programme import Report, report_progress, show_programme
from tracker.services.programme_import import preview_programme, store_programme
from tracker.services.settings import DATA
from tracker.store.calendar import closed_days
from tracker.store.engine import reading
from tracker.store.publishing import STATE, bump_version

RULEBOOK_FILE = DATA / "rulebooks" / "dak-nong-146.toml"
CAMPAIGN = NewCampaign("dai-ngan-2017-2020", "dak-nong-146", date(2017, 1, 1), date(2020, 12, 31), Every.YEAR)
# The province ends with 2020; it is loaded as on the day after, so that nothing in it lies in the future.
LOADED = datetime(2021, 1, 4, 7, 30)  # noqa: DTZ001 (local wall clock)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the sample province is to be, and which one of them."""

    communes: int = 71
    dossiers: int = 60_000
    seed: int = 146


def load_province(database: Engine, size: Size, progress: Callable[[int], None] = lambda _: None) -> dict[str, int]:
    """Fill an empty database with the sample province; returns the rows per case file. `progress` hears 0 to 100."""
    act = Act(OPERATOR, LOADED.date(), LOADED)
    _claim(database, size, act)
    with reading(database) as connection:
        closed = closed_days(connection, CAMPAIGN.begins.year - 1, CAMPAIGN.ends.year + 1)
    frames = build_province(size.dossiers, size.communes, size.seed, days_off=closed)
    progress(15)
    add_rulebook(database, RULEBOOK_FILE.read_text("utf-8"), RULEBOOK_FILE.name, act)
    loaded: dict[str, int] = {}
    total, done = sum(len(frame) for frame in frames.values()), 0
    for kind, frame in frames.items():
        if frame.empty:
            continue
        outcome = import_rows(database, _rows(kind, frame), _digest(kind, frame), act, Choices())
        if outcome.outcome != "imported":
            raise RefusedError(list(outcome.problems))
        loaded[kind] = len(frame)
        done += len(frame)
        progress(15 + 65 * done // total)
    add_campaign(database, CAMPAIGN, act)
    _load_programme(database, act)
    _load_practices(database, act)
    progress(100)
    return loaded


def _load_programme(database: Engine, act: Act) -> None:
    """The campaign's programme with how far it has come, and its dialogues."""
    source = Source(programme.PROGRAMME_FILE.name, programme.PROGRAMME_FILE.read_bytes())
    basis = preview_programme(database, CAMPAIGN.code, source, act).basis
    store_programme(database, CAMPAIGN.code, source, basis, act)
    seen = {task.number: task.id for task in show_programme(database, CAMPAIGN.code, act.today, act.actor).tasks}
    for said in programme.progress():
        report = Report(said.number, State(said.state), said.note, said.done_on, seen[said.number])
        report_progress(database, CAMPAIGN.code, report, act)
    _load_dialogues(database, act)


def _load_dialogues(database: Engine, act: Act) -> None:
    """All are planned, and then told of where they were held."""
    held = {}
    for row in programme.dialogues():
        plan = Plan(row["unit"], row["with_whom"], row["subject"], row["planned"])
        number = plan_dialogue(database, CAMPAIGN.code, plan, act)
        if row["held_on"]:
            came, asked, answered = (int(row[name]) for name in ("came", "asked", "answered"))
            held[plan.unit, number] = Held(date.fromisoformat(row["held_on"]), came, asked, answered, row["minutes"])
    seen = {(one.unit, one.number): one.id for one in list_dialogues(database, CAMPAIGN.code, act.actor)}
    for which, told in held.items():
        record_dialogue(database, CAMPAIGN.code, which, told, seen[which], act)


def _load_practices(database: Engine, act: Act) -> None:
    """What units told of, the newest last; the accepted ones with who works that way since. None counts as an initiative."""
    for told in practices.practices():
        number = post_practice(database, NewPractice(told["unit"], told["title"], told["story"], told["effect"]), act)
        if told["accepted"]:
            judge_practice(database, Verdict(number, Judged.ACCEPTED, told["accepted"]), act)
        for unit in told["adopted"].split():
            adopt_practice(database, Adoption(number, unit, adopted=True), act)


def is_loaded(database: Engine) -> bool:
    """True when the sample province is there, whole."""
    from tracker.services.policies import CAMPAIGN as CAMPAIGNS

    with reading(database) as connection:
        return connection.execute(select(CAMPAIGNS.c.code).where(CAMPAIGNS.c.code == CAMPAIGN.code)).first() is not None


def _claim(database: Engine, size: Size, act: Act) -> None:
    """Mark the database as sample data; refused where there are real data, which must never mix with it."""
    with writing_as(database, act, Verb.IMPORT) as connection:
        batches = connection.execute(select(func.count()).select_from(BATCH)).scalar_one()
        if batches:
            raise RefusedError([Problem("database_not_empty", Place(""), args={"batches": batches})])
        connection.execute(update(STATE).values(sample=True))
        bump_version(connection)
        audit.record(connection, act, "load_sample", "database", after=asdict(size))


def _rows(kind: str, frame: pd.DataFrame) -> Rows:
    """The generator's frame as the intake would hand it over; its rows count from 2, below a header."""
    numbered = frame.set_axis(range(2, len(frame) + 2), axis=0)
    return Rows(KINDS[kind], f"{kind}.csv", None, tuple(frame.columns), numbered, 0, (), numbered)


def _digest(kind: str, frame: pd.DataFrame) -> str:
    return sha256(f"{kind}\n{frame.to_csv(index=False)}".encode()).hexdigest()
