"""What every file of a result says beside its figures: which result it is, what it rests on, and how it was computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine

from tracker.core.describe import Section, describe_rulebook
from tracker.export.sheets import Account, Sheet
from tracker.services.access import Actor, Verb, require
from tracker.services.audit import head_at
from tracker.services.campaigns import KeptRulebook, PeriodState
from tracker.services.database import is_sample
from tracker.services.results import FINAL, RESULT, Kept
from tracker.services.settings import VERSION
from tracker.services.standings import Setting
from tracker.store.audit import Head, read_head
from tracker.store.engine import reading
from tracker.text import Language, day, pick, say, say_statement
from tracker.text.periods import name_period

_DIGEST_SHOWN = 16
_MARKS = ("zero", "pending", "none", "unranked", "blank")


@dataclass(frozen=True, slots=True)
class Edition:
    """How a file is given out: its language, the entry of the audit log printed on it, and whether it is sample data."""

    language: Language = "vi"
    head: Head | None = None
    sample: bool = False


def edition_of(database: Engine, result: Kept | None, language: Language, actor: Actor) -> Edition:
    """The edition of a kept result, or (None) of a live one."""
    with reading(database) as connection:
        require(connection, actor, Verb.SEE_STANDINGS)
        head = head_of(connection, result)
    return Edition(language, head, is_sample(database))


def head_of(connection: Connection, result: Kept | None) -> Head:
    """The entry of the audit log that sealed a kept result, so that its papers never change.

    Of a live one the newest entry, so that nobody can write the log anew unseen.
    """
    sealed = None if result is None else head_at(connection, f"{RESULT.name}/{result.id}")
    return sealed or read_head(connection)


def title_period(language: Language, period: PeriodState) -> str:
    """The period as people call it."""
    return name_period(language, period.code, period.begins, period.ends)


def warn(setting: Setting, edition: Edition) -> str:
    """What must be read first: the result is not final, or the data are invented; "" for a final one."""
    final = setting.result is not None and setting.result.stage == FINAL
    said = [] if final else [say(edition.language, "workbook.provisional")]
    return " · ".join(said + ([say(edition.language, "workbook.sample")] if edition.sample else []))


def stamp(setting: Setting, edition: Edition) -> str:
    """The result in one line for the foot of every page."""
    language, period = edition.language, setting.period
    state = say(language, f"word.state.{period.state}")
    digest = _digest(setting, language)[:_DIGEST_SHOWN] if setting.result else say(language, "workbook.live.short")
    where = f"{setting.campaign.code} · {period.code}"
    return f"{where} · {state} · {day(language, setting.as_of)} · {digest} · {setting.campaign.rulebook}"


def describe(setting: Setting, edition: Edition) -> tuple[str, ...]:
    """The campaign, the period and the day, and what the result rests on, in sentences."""
    language = edition.language
    period, as_of = title_period(language, setting.period), day(language, setting.as_of)
    return (
        pick(language, setting.campaign.title),
        say(language, "download.as_of", period=period, day=as_of, reference=setting.campaign.rulebook),
        say(language, "download.made_by_rules"),
        *_rests_on(setting, edition),
    )


def stamped(sheet: Sheet, setting: Setting, edition: Edition) -> Sheet:
    """The sheet with the campaign, the period and the day in its notes, and what it rests on at its foot."""
    notes = describe(setting, edition) + sheet.notes
    told = replace(sheet, notes=notes, warning=warn(setting, edition), stamp=stamp(setting, edition))
    return replace(told, empty=sheet.empty or say(edition.language, "workbook.empty"))


def _rests_on(setting: Setting, edition: Edition) -> Iterator[str]:
    language, period = edition.language, setting.period
    state, digest = say(language, f"word.state.{period.state}"), _digest(setting, language)
    yield say(language, "download.stamp", state=state, revision=period.revision, digest=digest)
    if edition.head is not None:
        yield say(language, "cli.audit_head", seq=edition.head.seq, hash=edition.head.hash)


def how_computed(setting: Setting, edition: Edition, what: str) -> Account:
    """The sheet that lets somebody else check the figures; `what` says what the file holds."""
    language = edition.language
    marks = [say(language, f"workbook.mark.{name}") for name in _MARKS]
    reading_it = [what, say(language, "workbook.rounding", places=setting.rulebook.rulebook.places), *marks]
    sections: list[tuple[str, Sequence[str]]] = [(say(language, "workbook.reading"), reading_it)]
    if setting.result is None:
        sections.append((say(language, "workbook.live.heading"), [say(language, "workbook.live.explained")]))
    else:
        sections.append((say(language, "workbook.checking"), [say(language, "workbook.checking.explained")]))
    sections += _rules(setting.rulebook, language)
    title = say(language, "workbook.computed.title")
    name = say(language, "sheet.computed")
    return Account(name, title, warn(setting, edition), stamp(setting, edition), _facts(setting, edition), sections)


def _facts(setting: Setting, edition: Edition) -> list[tuple[str, str]]:
    language, period, kept = edition.language, setting.period, setting.result
    rulebook = setting.rulebook.rulebook
    days = say(language, "period.span", first=period.begins, last=period.ends)
    facts = {
        "campaign": f"{pick(language, setting.campaign.title)} ({setting.campaign.code})",
        "period": f"{title_period(language, period)} ({period.code}; {days})",
        "as_of": day(language, setting.as_of),
        "state": say(language, f"period.state.{period.state}"),
        "revision": str(period.revision),
        "rulebook": f"{pick(language, rulebook.title)} ({rulebook.code}@{rulebook.version})",
        "rulebook_sha256": setting.rulebook.sha256,
        "result": _digest(setting, language),
        "adjustments": str(kept.adjustments) if kept else "",
        "head": f"{edition.head.seq} {edition.head.hash}" if edition.head else "",
        "version": f"{say(language, 'app.name')} {VERSION}",
    }
    return [(say(language, f"workbook.fact.{name}"), said) for name, said in facts.items() if said]


def _digest(setting: Setting, language: Language) -> str:
    kept = setting.result
    return kept.digests["results_sha256"] if kept else say(language, "download.live")


def _rules(kept: KeptRulebook, language: Language) -> Iterator[tuple[str, Sequence[str]]]:
    """The rulebook in words, a heading a section."""
    for section in describe_rulebook(kept.rulebook):
        yield _heading(section, language), [*_sentences(section, language), *_items(section, language)]


def _items(section: Section, language: Language) -> Iterator[str]:
    for item in section.items:
        yield " ".join([f"{_heading(item, language)}.", *_sentences(item, language)])
        yield from _items(item, language)


def _heading(section: Section, language: Language) -> str:
    title = pick(language, section.title) if section.title else say(language, f"section.{section.key}")
    return title if section.points is None else say(language, "workbook.worth", title=title, points=section.points)


def _sentences(section: Section, language: Language) -> list[str]:
    return [say_statement(language, statement) for statement in section.statements]
