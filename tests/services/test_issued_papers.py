"""Issued papers: kept byte for byte, their digest in the log, found again by whoever may make papers and nobody else."""

from __future__ import annotations

from hashlib import sha256

import pytest
from builders import act
from committee import CAMPAIGN, HERE, put_frozen, set_state
from people import put_each_role
from sqlalchemy import text

from tracker.core.problems import RefusedError, UsageError
from tracker.services import issued_papers
from tracker.services.access import OPERATOR, DeniedError, Verb
from tracker.services.adjusting import adjust
from tracker.services.adjustments import CORRECT, NewAdjustment
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.copies import find_frozen
from tracker.services.issued_papers import fetch_issued, issue_paper, last_fields, list_issued
from tracker.services.paper_settings import PaperTexts, change_texts
from tracker.services.papers import Paper, PaperAsk
from tracker.services.results import newest_result
from tracker.services.seals import check_seals
from tracker.services.standings import Question
from tracker.store.engine import reading

QUESTION = Question(*HERE)
TOLD = {"number": "05/TTr-HĐ", "date": "2026-07-01", "place": "Gia Nghĩa", "signatory_name": "Nguyễn Văn A"}


@pytest.fixture(autouse=True)
def made(monkeypatch):
    """What the next paper holds; another making of papers is tested where they are made."""
    content = [b"a paper"]
    shipped = lambda _connection, kind: kind.encode()  # noqa: E731
    monkeypatch.setattr(issued_papers, "template_of", shipped)

    def make(_database, ask, _today, _actor):
        digest = sha256(content[-1]).hexdigest()
        return Paper(f"{ask.kind}-{digest[:16]}.docx", content[-1], digest, False)

    monkeypatch.setattr(issued_papers, "make_paper", make)
    return content


@pytest.fixture
def office(sqlite_engine):
    put_frozen(sqlite_engine)
    return sqlite_engine


def ask(kind: str = "proposal", **more) -> PaperAsk:
    return PaperAsk(kind, QUESTION, **{"fields": TOLD, **more})


def test_an_issued_paper_is_kept_with_what_was_typed_and_what_it_was_made_from(engine):
    put_frozen(engine)
    issued = issue_paper(engine, ask(), act())
    (found,) = list_issued(engine, *HERE, OPERATOR)
    assert found == issued
    assert (found.kind, found.number, str(found.dated), found.state, found.revision) == (
        *("proposal", "05/TTr-HĐ", "2026-07-01"),
        *("frozen", 1),
    )
    assert found.fields == TOLD
    assert found.template_sha256 == sha256(b"proposal").hexdigest()
    assert len(found.results_sha256) == 64
    assert fetch_issued(engine, found.id, OPERATOR).data == b"a paper"
    with reading(engine) as connection:
        assert check_seals(connection) == []


@pytest.mark.parametrize("size", [1_000, 1_048_577, 20_000_000])
def test_the_log_tells_the_digest_of_exactly_the_bytes_and_the_name_tells_two_versions_apart(sqlite_engine, made, size):
    """Streamlit takes large contents of one length and one name for the same file."""
    put_frozen(sqlite_engine)
    made[:] = [bytes(size)]
    first = issue_paper(sqlite_engine, ask("notice"), act())
    made[:] = [bytes(size // 2) + b"\x01" + bytes(size - size // 2 - 1)]
    second = issue_paper(sqlite_engine, ask("notice"), act())
    entries = list_entries(sqlite_engine, OPERATOR, Wanted(verb="issue_paper")).entries
    for one, entry in zip((second, first), entries, strict=True):
        file = fetch_issued(sqlite_engine, one.id, OPERATOR)
        digest = sha256(file.data).hexdigest()
        assert entry.after["sha256"] == digest
        assert entry.after["size"] == size
        assert digest[:16] in file.name
    assert first.file_name != second.file_name


def test_the_log_names_nobody_who_signs(office):
    issue_paper(office, ask(), act())
    assert "Nguyễn" not in str(list_entries(office, OPERATOR, Wanted()).entries)


def test_an_issued_paper_is_never_changed(office):
    issue_paper(office, ask(), act())
    with pytest.raises(Exception, match=r"never changed|permission denied"), office.begin() as connection:
        connection.execute(text("UPDATE issued_paper SET number = '06/TTr-HĐ'"))


def test_what_moves_while_a_paper_is_made_forbids_its_issue(office, monkeypatch):
    make = issued_papers.make_paper

    def slow(*args):
        change_texts(office, CAMPAIGN, 0, PaperTexts(place="Đắk Mil"), act())
        return make(*args)

    monkeypatch.setattr(issued_papers, "make_paper", slow)
    with pytest.raises(RefusedError) as caught:
        issue_paper(office, ask(), act())
    assert caught.value.problems[0].code == "paper_ground_moved"
    assert list_issued(office, *HERE, OPERATOR) == ()


def test_a_number_is_given_once_a_year_to_a_kind_and_kept_by_what_is_put_right(office):
    issue_paper(office, ask("criticism", unit="E"), act())
    issue_paper(office, ask("criticism", unit="E"), act())
    issue_paper(office, ask("proposal"), act())
    with pytest.raises(RefusedError) as caught:
        issue_paper(office, ask("criticism", unit="F"), act())
    assert caught.value.problems[0].code == "paper_number_taken"
    issue_paper(office, ask("criticism", unit="F", fields={**TOLD, "date": "2027-01-05"}), act())
    for spelled in ("5/TTr-HĐ", "005/ttr-hđ", " 05/TTr-HĐ "):
        with pytest.raises(RefusedError):
            issue_paper(office, ask("criticism", unit="F", fields={**TOLD, "number": spelled}), act())
    issue_paper(office, ask("criticism", unit="A", fields={}), act())
    issue_paper(office, ask("criticism", unit="B", fields={}), act())


def test_the_next_paper_begins_with_place_and_signatory_of_the_last_never_with_its_number(office):
    assert last_fields(office, CAMPAIGN, OPERATOR) == {}
    issue_paper(office, ask(), act())
    assert last_fields(office, CAMPAIGN, OPERATOR) == {"place": "Gia Nghĩa", "signatory_name": "Nguyễn Văn A"}


def test_units_number_their_own_reports_of_achievements(office):
    for unit in "AB":
        issue_paper(office, ask("achievement", unit=unit, fields={"number": "05"}), act())
    with pytest.raises(RefusedError):
        issue_paper(office, ask("achievement", unit="A", person="A-1", fields={"number": "5"}), act())


@pytest.mark.parametrize("day", ["hôm nay", "9999-12-31"])
def test_a_day_that_is_none_is_refused(office, day):
    with pytest.raises(RefusedError) as caught:
        issue_paper(office, ask(fields={"number": "1", "date": day}), act())
    assert caught.value.problems[0].code == "paper_day"


def test_the_committee_and_administrators_issue_and_a_unit_its_own_result_only(office):
    set_state(office, "published")
    people = put_each_role(office)
    sheet = issue_paper(office, ask("result", unit="A", fields={}), act(actor=people["unit"]))
    letter = issue_paper(office, ask("criticism", unit="A", fields={}), act())
    assert [one.id for one in list_issued(office, *HERE, people["unit"])] == [sheet.id]
    assert fetch_issued(office, sheet.id, people["unit"]).data
    assert last_fields(office, CAMPAIGN, people["unit"]) == {}
    for refused in (ask("result", unit="B", fields={}), ask("criticism", unit="A", fields={}), ask()):
        with pytest.raises(DeniedError):
            issue_paper(office, refused, act(actor=people["unit"]))
    with pytest.raises(DeniedError):
        fetch_issued(office, letter.id, people["unit"])
    for role in ("committee", "chair", "admin"):
        issue_paper(office, ask("list", fields={}), act(actor=people[role]))
        assert fetch_issued(office, letter.id, people[role]).data
    for role in ("viewer", "clerk"):
        with pytest.raises(DeniedError):
            issue_paper(office, ask(fields={}), act(actor=people[role]))
        with pytest.raises(DeniedError):
            list_issued(office, *HERE, people[role])
        with pytest.raises(DeniedError):
            fetch_issued(office, letter.id, people[role])


def test_a_unit_is_not_told_of_sheets_issued_before_the_result_was_published(office):
    unit = put_each_role(office)["unit"]
    draft = issue_paper(office, ask("result", unit="A", fields={}), act())
    assert list_issued(office, *HERE, unit) == ()
    with pytest.raises(DeniedError):
        fetch_issued(office, draft.id, unit)


def test_the_record_of_a_paper_names_the_result_whose_figures_it_tells(office):
    """Between publishing and the final result papers tell what has been adjusted since."""
    set_state(office, "published")
    with reading(office) as connection:
        frozen = find_frozen(connection, *HERE)
        before = newest_result(connection, frozen.id).digests["results_sha256"]
    key = ("F", "plan", "2025-01-01", "2025-12-31")
    decided = NewAdjustment(CORRECT, "reported", key, {"decided": "99"}, "thẩm định lại", "appraisal")
    adjust(office, frozen, [decided], act(), Verb.APPRAISE, lambda *_: None)
    with reading(office) as connection:
        after = newest_result(connection, frozen.id).digests["results_sha256"]
    assert issue_paper(office, ask("notice", fields={}), act()).results_sha256 == after != before


def test_a_paper_there_is_not_is_said(office):
    with pytest.raises(UsageError):
        fetch_issued(office, 77, OPERATOR)
