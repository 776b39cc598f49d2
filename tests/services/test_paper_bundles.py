"""All papers of a period in one file: twice the same, checked by its own digests, made behind the page by a job."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from hashlib import sha256

import pytest
from builders import act
from committee import CAMPAIGN, HERE, put_frozen, set_state
from paper_office import DENOUNCED_F, GRADED, put_final
from people import put_each_role

from tracker.core.decided import Verdict
from tracker.core.problems import RefusedError, UsageError
from tracker.core.voting import Ballot
from tracker.export.paper_kinds import PAPERS
from tracker.services import bundle_jobs, issued_papers, paper_bundles
from tracker.services.access import OPERATOR, Actor, DeniedError
from tracker.services.act import Act
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.bundle_jobs import (
    ask_for_bundle,
    cancel_bundle,
    fetch_bundle,
    make_bundle_now,
    newest_bundle,
    run_bundle,
    settle_bundles,
)
from tracker.services.deciding import Deciding
from tracker.services.issued_papers import BUNDLE, issue_paper, list_issued
from tracker.services.papers import Offer, Paper, PaperAsk
from tracker.services.standings import Question

QUESTION = Question(*HERE)
UNITS = "ABCDEF"


def clock() -> datetime:
    return datetime(2026, 6, 30, 9, 0, 0)


@pytest.fixture
def office(sqlite_engine, monkeypatch):
    """A frozen period with a proposal and a result sheet for each unit; how papers are made is tested elsewhere."""

    def make(_filling, asks):
        return [paper(ask) for ask in asks]

    offers = (Offer("proposal"), *(Offer("result", unit, about=f"Đơn vị {unit}") for unit in UNITS))
    monkeypatch.setattr(paper_bundles, "which", lambda *_: offers)
    monkeypatch.setattr(paper_bundles, "make_papers", make)
    monkeypatch.setattr(paper_bundles, "AT_ONCE", 2)
    monkeypatch.setattr(issued_papers, "make_paper", lambda _database, ask, *_: paper(ask))
    monkeypatch.setattr(issued_papers, "template_of", lambda _connection, kind: kind.encode())
    put_frozen(sqlite_engine)
    return sqlite_engine


def paper(ask: PaperAsk) -> Paper:
    content = f"{ask.kind} {ask.unit} {sorted(ask.fields.items())}".encode()
    digest = sha256(content).hexdigest()
    return Paper(f"{ask.kind}-{digest[:16]}.docx", content, digest, True)


def files_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_bundle_holds_every_paper_and_workbook_and_its_digests_are_right(office):
    files = files_of(make_bundle_now(office, QUESTION, act()).data)
    papers = [name for name in files if name.endswith(".docx")]
    assert len(papers) == 1 + len(UNITS)
    assert sum(name.endswith(".xlsx") for name in files) == 3 + len(UNITS)
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {name: sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"}
    page = files["index.html"].decode()
    assert all(name in page for name in papers)
    assert "BẢN NHÁP" in page
    assert "Đơn vị F" in page
    assert re.search(r"SHA-256 của kết quả: [0-9a-f]{64}", page)
    assert len(files["danh-muc.csv"].decode("utf-8-sig").splitlines()) == len(files) - 4 + 1


def test_made_twice_from_the_same_result_it_is_the_same_to_the_byte(office):
    first = make_bundle_now(office, QUESTION, act())
    second = make_bundle_now(office, QUESTION, act())
    assert (first.name, first.data) == (second.name, second.data)
    assert sha256(first.data).hexdigest()[:16] in first.name


def test_an_issued_paper_goes_in_as_it_was_issued_and_after_the_result_moved_with_its_number_only(office):
    told = {"number": "05/TTr", "date": "2026-07-01"}
    issued = issue_paper(office, PaperAsk("proposal", QUESTION, fields=told), act())
    files = files_of(make_bundle_now(office, QUESTION, act()).data)
    (proposal,) = (name for name in files if "proposal" in name)
    assert sha256(files[proposal]).hexdigest() == issued.sha256
    assert proposal.endswith(issued.file_name)
    assert "05/TTr" in files["index.html"].decode()
    set_state(office, "published")
    files = files_of(make_bundle_now(office, QUESTION, act()).data)
    (proposal,) = (name for name in files if "to-trinh" in name)
    assert "('number', '05/TTr')" in files[proposal].decode()
    assert "Lập lại" in files["index.html"].decode()


def test_a_job_tells_how_far_it_is_and_what_it_made_is_recorded(office):
    told = []
    telling = bundle_jobs._Telling.__call__

    def watch(self, done, total):
        telling(self, done, total)
        told.append((done, total))

    job = ask_for_bundle(office, *HERE, act())
    assert ask_for_bundle(office, *HERE, act()) == job  # a double click
    assert newest_bundle(office, *HERE, OPERATOR).percent == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle_jobs._Telling, "__call__", watch)
        assert run_bundle(office, job, clock)
    assert told == [(at, 16) for at in (0, 1, 3, 5, 7, *range(8, 17))]  # a portion of papers, a workbook at a time
    made = newest_bundle(office, *HERE, OPERATOR)
    assert (made.state, made.done, made.total) == ("done", 16, 16)
    file = fetch_bundle(office, job, OPERATOR)
    (record,) = list_issued(office, *HERE, OPERATOR)
    assert (record.id, record.kind, record.sha256) == (made.issued, BUNDLE, sha256(file.data).hexdigest())
    (entry,) = list_entries(office, OPERATOR, Wanted(verb="issue_paper")).entries
    assert entry.after["sha256"] == record.sha256
    assert not run_bundle(office, job, clock)


def test_a_job_that_somebody_stopped_makes_nothing(office, monkeypatch):
    job = ask_for_bundle(office, *HERE, act())
    cancel_bundle(office, job, act())
    assert newest_bundle(office, *HERE, OPERATOR).state == "cancelled"
    job = ask_for_bundle(office, *HERE, act())
    make = paper_bundles.make_papers

    def stop(*args):
        cancel_bundle(office, job, act())
        return make(*args)

    monkeypatch.setattr(paper_bundles, "make_papers", stop)
    monkeypatch.setattr(bundle_jobs, "_TELL_EVERY", 0)
    assert run_bundle(office, job, clock)
    assert newest_bundle(office, *HERE, OPERATOR).state == "cancelled"
    assert list_issued(office, *HERE, OPERATOR) == ()
    with pytest.raises(RefusedError):
        cancel_bundle(office, job, act())
    with pytest.raises(UsageError):
        fetch_bundle(office, job, OPERATOR)


def test_a_job_whose_process_died_says_so(office, monkeypatch):
    job = ask_for_bundle(office, *HERE, act())
    monkeypatch.setattr(bundle_jobs, "is_alive", lambda _worker: False)

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(bundle_jobs, "pack_papers", die)
    with pytest.raises(KeyboardInterrupt):
        run_bundle(office, job, clock)
    settle_bundles(office, clock)
    found = newest_bundle(office, *HERE, OPERATOR)
    assert (found.state, found.message) == ("failed", "bundle.interrupted")


def test_what_the_result_refuses_is_said_by_the_job(office, monkeypatch):
    monkeypatch.setattr(paper_bundles, "which", lambda *_: ())
    job = ask_for_bundle(office, *HERE, act())
    assert run_bundle(office, job, clock)
    assert newest_bundle(office, *HERE, OPERATOR).message == "problem.no_papers"


def test_only_the_newest_file_of_a_period_is_kept(office):
    first = ask_for_bundle(office, *HERE, act())
    run_bundle(office, first, clock)
    second = ask_for_bundle(office, *HERE, act())
    run_bundle(office, second, clock)
    assert fetch_bundle(office, second, OPERATOR).data
    with pytest.raises(UsageError):
        fetch_bundle(office, first, OPERATOR)


def test_only_the_committee_and_administrators_pack(office):
    people = put_each_role(office)
    job = ask_for_bundle(office, CAMPAIGN, HERE[1], act(actor=people["chair"]))
    for role in ("viewer", "unit", "clerk"):
        for attempt in (
            lambda who: ask_for_bundle(office, *HERE, act(actor=who)),
            lambda who: newest_bundle(office, *HERE, who),
            lambda who: fetch_bundle(office, job, who),
            lambda who: cancel_bundle(office, job, act(actor=who)),
            lambda who: make_bundle_now(office, QUESTION, act(actor=who)),
        ):
            with pytest.raises(DeniedError):
                attempt(people[role])
    for role in ("committee", "admin"):
        assert newest_bundle(office, *HERE, people[role]).id == job


def test_of_a_final_result_every_kind_and_workbook_is_the_same_to_the_byte_whenever_and_by_whom(sqlite_engine, monkeypatch):
    """With real papers, one of each kind for the time it takes: nothing in them depends on the clock, nor on who packs."""
    put_final(sqlite_engine, GRADED, Deciding(DENOUNCED_F, Verdict.CONFIRMED, ballot=Ballot(5, 1, 1)))
    every = paper_bundles.which

    def one_of_each(*given):
        found = {(offer.kind, bool(offer.person)): offer for offer in every(*given)}
        return [offer for offer in found.values() if not (offer.person and offer.kind == "criticism")]

    monkeypatch.setattr(paper_bundles, "which", one_of_each)
    morning, night = datetime(2026, 7, 1, 7, 30), datetime(2027, 3, 1, 23, 59, 58)
    first = make_bundle_now(sqlite_engine, QUESTION, Act(OPERATOR, morning.date(), morning))
    second = make_bundle_now(sqlite_engine, QUESTION, Act(Actor("member"), night.date(), night))
    assert (second.name, second.data) == (first.name, first.data)
    files = files_of(first.data)
    folders = sorted({name.partition("/")[0] for name in files if "/" in name})
    assert folders == [*(f"{at:02}-{kind.stem}" for at, kind in enumerate(PAPERS.values(), 1)), "10-bang-tinh"]
    assert sum(name.endswith(".xlsx") for name in files) == 4  # standings, lists, matrix, and of one unit
    assert "BẢN NHÁP" not in files["index.html"].decode()
