"""All papers of a period in one file, with an index and digests; the same result and records always give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import Engine

from tracker.core.problems import Place, Problem, RefusedError
from tracker.export.paper_kinds import PAPERS
from tracker.export.sheets import name_file
from tracker.export.zip_file import write_zip
from tracker.services.access import Actor, Verb, may
from tracker.services.act import Act
from tracker.services.bundle_index import Listed, Titled, bundle_files, say_issued
from tracker.services.editions import title_period
from tracker.services.exports import Download
from tracker.services.issued_papers import (
    BUNDLE,
    MIMES,
    Ground,
    Issued,
    fetch_issued,
    find_ground,
    list_issued,
)
from tracker.services.paper_sources import in_force
from tracker.services.papers import RESULT, Filling, Offer, PaperAsk, make_papers, which
from tracker.services.permitted import reading_as
from tracker.services.settings import DATA
from tracker.services.sittings import find_sitting
from tracker.services.standings import Question, show_board
from tracker.services.workbooks import Asked, workbook
from tracker.text import Language, pick, say

README = DATA / "papers" / "README.txt"
AT_ONCE = 50  # papers of a kind made together, between two words of progress
LANGUAGE: Language = "vi"  # papers are official documents
Tell = Callable[[int, int], None]  # how many papers are made, of how many; it may raise to break the work off
OF_PERIOD = ("standings", "lists", "matrix")  # workbooks; what the data are like is no part of a result
Subject = tuple[str, str, str, str]  # kind, unit, officer, meeting
Book = tuple[str, str, str]  # kind, unit, the unit's name


@dataclass(frozen=True, slots=True)
class Bundle:
    """The file, and what all of its papers rest on."""

    file: Download
    ground: Ground


@dataclass(frozen=True, slots=True)
class _Packing:
    """What a bundle is made of: whose papers, on which ground, and what was issued on that very ground.

    `filling` is kept from the first paper to the last: what they rest on is the same, as is looked into at the end.
    """

    database: Engine
    question: Question
    act: Act
    grounds: Mapping[str, Ground]
    issued: Mapping[Subject, Issued]
    filling: Filling


def pack_papers(database: Engine, question: Question, act: Act, tell: Tell = lambda _done, _total: None) -> Bundle:
    """Every paper and workbook of the period; refused if there is none, or what they rest on moves meanwhile."""
    question = _of_papers(database, question, act.actor)
    grounds = _grounds(database, question, act.actor)
    issued, filling = _last_issued(database, question, act.actor), Filling(database, act.today, act.actor)
    packing = _Packing(database, question, act, grounds, issued, filling)
    offers = which(database, question, act.today, act.actor)
    if not offers:
        raise RefusedError([Problem("no_papers", Place(""), args={"period": question.period})])
    books = _books(offers)
    files: list[Listed] = []
    tell(0, len(offers) + len(books))
    for some in _portions(offers):
        files += _pack(packing, some)
        tell(len(files), len(offers) + len(books))
    for book in books:
        files.append(_workbook(packing, book))
        tell(len(files), len(offers) + len(books))
    if _grounds(database, question, act.actor) != grounds:
        raise RefusedError([Problem("paper_ground_moved", Place(""))])
    ground = replace(next(iter(grounds.values())), template_sha256="")
    data = write_zip(bundle_files(_apart(files), _titled(packing, ground), README.read_bytes(), LANGUAGE))
    name = name_file(f"goi-van-ban-{question.campaign}-{question.period}", data, "zip")
    return Bundle(Download(name, data, MIMES["zip"]), ground)


def _of_papers(database: Engine, question: Question, actor: Actor) -> Question:
    """The result papers are about, so that workbooks and index tell of no other."""
    with reading_as(database, actor, Verb.MAKE_PAPERS) as connection:
        sitting = find_sitting(connection, question.campaign, question.period)
        return in_force(question, sitting, insider=may(connection, actor, Verb.SEE_LIVE))


def _grounds(database: Engine, question: Question, actor: Actor) -> dict[str, Ground]:
    with reading_as(database, actor, Verb.MAKE_PAPERS) as connection:
        return {kind: find_ground(connection, PaperAsk(kind, question), actor) for kind in PAPERS}


def _last_issued(database: Engine, question: Question, actor: Actor) -> dict[Subject, Issued]:
    """The last issue of each paper of the period."""
    found = [one for one in list_issued(database, question.campaign, question.period, actor) if one.kind != BUNDLE]
    return {(one.kind, one.unit, one.officer, one.fields.get("meeting", "")): one for one in reversed(found)}


def _portions(offers: Sequence[Offer]) -> Iterator[Sequence[Offer]]:
    """The papers in portions of one kind each: those of one kind are filled in together."""
    for _, alike in groupby(offers, lambda offer: offer.kind):
        members = list(alike)
        yield from (members[at : at + AT_ONCE] for at in range(0, len(members), AT_ONCE))


def _pack(packing: _Packing, offers: Sequence[Offer]) -> list[Listed]:
    """These papers: those issued on the very same ground as they were issued, the others made now."""
    issued = {offer: packing.issued.get(_subject(offer)) for offer in offers}
    kept = {offer: one for offer, one in issued.items() if one is not None and _holds(one, packing.grounds[offer.kind])}
    missing = [offer for offer in offers if offer not in kept]
    asks = [_ask(packing.question, offer, issued[offer]) for offer in missing]
    made = make_papers(packing.filling, asks) if asks else []
    found = {offer: (paper.name, paper.content) for offer, paper in zip(missing, made, strict=True)}
    for offer, one in kept.items():
        file = fetch_issued(packing.database, one.id, packing.act.actor)
        found[offer] = (file.name, file.data)
    return [_listed(offer, *found[offer], issued[offer], as_issued=offer in kept) for offer in offers]


def _ask(question: Question, offer: Offer, before: Issued | None) -> PaperAsk:
    """The paper as it was last asked for: with the number and day of an issue that the result has left behind."""
    fields = {name: text for name, text in (before.fields if before else {}).items() if name != "meeting"}
    return PaperAsk(offer.kind, question, offer.unit, offer.person, offer.meeting, fields)


def _holds(one: Issued, ground: Ground) -> bool:
    """Whether what was issued says what would be said now."""
    same = (one.revision, one.state, one.results_sha256) == (
        ground.sitting.revision,
        ground.sitting.state,
        ground.results_sha256,
    )
    return same and bool(one.results_sha256)


def _listed(offer: Offer, name: str, data: bytes, last: Issued | None, *, as_issued: bool) -> Listed:
    """A paper's line of the index; `last`: its last issue, whose number it has, be it as issued or made anew since."""
    title = say(LANGUAGE, f"paper.kind.{offer.kind}")
    path = f"{list(PAPERS).index(offer.kind) + 1:02}-{PAPERS[offer.kind].stem}/{name}"
    if last is None:
        return Listed(path, data, title, offer.about, issued=say(LANGUAGE, "bundle.not_issued"))
    said = say_issued(LANGUAGE, last) if as_issued else say(LANGUAGE, "bundle.made_anew")
    return Listed(path, data, title, offer.about, last.number, said)


def _books(offers: Sequence[Offer]) -> list[Book]:
    """The workbooks there are: those of the period, and one for each unit that has a result sheet."""
    return [
        *((kind, "", "") for kind in OF_PERIOD),
        *(("unit", one.unit or "", one.about) for one in offers if one.kind == RESULT),
    ]


def _workbook(packing: _Packing, book: Book) -> Listed:
    kind, unit, about = book
    asked = Asked(packing.question, LANGUAGE, unit)
    file = workbook(packing.database, kind, asked, packing.act.actor, packing.act.today)
    folder = f"{len(PAPERS) + 1:02}-bang-tinh" + ("/don-vi" if unit else "")
    return Listed(f"{folder}/{file.name}", file.data, say(LANGUAGE, "bundle.workbooks"), about)


def _apart(files: Sequence[Listed]) -> list[Listed]:
    """The files, none under another's path."""
    taken: dict[str, int] = {}
    found = []
    for one in files:
        taken[one.path] = taken.get(one.path, 0) + 1
        stem, _, ending = one.path.rpartition(".")
        found.append(one if taken[one.path] == 1 else replace(one, path=f"{stem}-{taken[one.path]}.{ending}"))
    return found


def _subject(offer: Offer) -> Subject:
    return offer.kind, offer.unit or "", offer.person or "", str(offer.meeting or "")


def _titled(packing: _Packing, ground: Ground) -> Titled:
    board = show_board(packing.database, packing.question, packing.act.today, packing.act.actor)
    setting = board.setting
    period = setting.period
    named = title_period(LANGUAGE, period)
    state = say(LANGUAGE, f"word.state.{period.state}")
    lines = [
        pick(LANGUAGE, setting.campaign.title) or setting.campaign.code,
        say(LANGUAGE, "bundle.state", state=state, revision=ground.sitting.revision, reference=setting.campaign.rulebook),
    ]
    if ground.results_sha256:
        lines.append(say(LANGUAGE, "bundle.digest", digest=ground.results_sha256))
    draft = "" if period.state == "final" else say(LANGUAGE, "bundle.draft")
    return Titled(say(LANGUAGE, "bundle.title", period=named), lines, draft)
