"""Templates of papers: the shipped ones until the office hands in its own, each change kept, checked and told apart."""

from __future__ import annotations

import io
from hashlib import sha256

import docx
import pytest
from builders import act, put_offices
from people import put_each_role

from tracker.core.problems import RefusedError, UsageError
from tracker.export.paper_kinds import PAPERS
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.paper_templates import (
    fetch_template,
    list_changes,
    list_templates,
    reset_template,
    shipped_template,
    template_of,
    upload_template,
)
from tracker.services.seals import check_seals
from tracker.store.engine import reading


def edited(kind: str, line: str) -> bytes:
    """The shipped template with one more line."""
    document = docx.Document(io.BytesIO(shipped_template(kind)))
    document.add_paragraph(line)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def in_use(engine, kind: str):
    return next(state for state in list_templates(engine, OPERATOR) if state.kind == kind)


def test_every_kind_of_paper_ships_with_a_template(sqlite_engine):
    states = list_templates(sqlite_engine, OPERATOR)
    assert [state.kind for state in states] == list(PAPERS)
    assert not any(state.is_own or state.number for state in states)


def test_an_own_template_is_used_until_the_shipped_one_is_again_and_both_are_kept(engine):
    data = edited("notice", "Điện thoại liên hệ: {{ place_date }}")
    upload_template(engine, "notice", 0, ("Thông báo mới.docx", data), act())
    own = in_use(engine, "notice")
    assert (own.is_own, own.number, own.name, own.made_by) == (True, 1, "Thông báo mới.docx", "operator")
    assert own.sha256 == sha256(data).hexdigest()
    with reading(engine) as connection:
        assert template_of(connection, "notice") == data
        assert template_of(connection, "list") == shipped_template("list")
    file = fetch_template(engine, "notice", OPERATOR)
    assert (file.data, own.sha256[:16] in file.name) == (data, True)
    reset_template(engine, "notice", 1, act())
    back = in_use(engine, "notice")
    assert (back.is_own, back.number, back.sha256) == (False, 2, sha256(shipped_template("notice")).hexdigest())
    assert fetch_template(engine, "notice", OPERATOR, 1).data == data
    assert [(one.number, one.is_own) for one in list_changes(engine, "notice", OPERATOR)] == [(2, False), (1, True)]
    verbs = [(entry.verb, entry.after["number"]) for entry in list_entries(engine, OPERATOR, Wanted()).entries[:2]]
    assert verbs == [("reset_template", 2), ("upload_template", 1)]
    with reading(engine) as connection:
        assert check_seals(connection) == []


def test_a_template_with_a_field_there_is_not_is_refused_and_the_field_named(sqlite_engine):
    data = edited("notice", "{{ no_such_field }}")
    with pytest.raises(RefusedError) as caught:
        upload_template(sqlite_engine, "notice", 0, ("a.docx", data), act())
    assert [(one.code, one.value) for one in caught.value.problems] == [("template_unknown_field", "no_such_field")]
    assert not in_use(sqlite_engine, "notice").is_own


@pytest.mark.parametrize("data", [b"", b"no Word file at all", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_word_file_is_refused(sqlite_engine, data):
    with pytest.raises(RefusedError):
        upload_template(sqlite_engine, "notice", 0, ("a.docx", data), act())


def test_of_two_who_replace_a_template_at_once_the_second_is_told(sqlite_engine):
    upload_template(sqlite_engine, "list", 0, ("a.docx", edited("list", "một")), act())
    for late in (
        lambda: upload_template(sqlite_engine, "list", 0, ("b.docx", edited("list", "hai")), act()),
        lambda: reset_template(sqlite_engine, "list", 0, act()),
    ):
        with pytest.raises(RefusedError) as caught:
            late()
        assert (caught.value.problems[0].code, caught.value.problems[0].args["by"]) == ("template_moved", "operator")


def test_the_same_template_again_changes_nothing(sqlite_engine):
    data = edited("list", "một")
    upload_template(sqlite_engine, "list", 0, ("a.docx", data), act())
    assert upload_template(sqlite_engine, "list", 1, ("a.docx", data), act()).number == 1


def test_an_unknown_kind_is_named(sqlite_engine):
    for ask in (lambda: fetch_template(sqlite_engine, "x", OPERATOR), lambda: reset_template(sqlite_engine, "x", 0, act())):
        with pytest.raises(UsageError):
            ask()
    with pytest.raises(UsageError):
        fetch_template(sqlite_engine, "list", OPERATOR, 7)


def test_only_administrators_see_and_change_templates(sqlite_engine):
    put_offices(sqlite_engine, "A")
    people = put_each_role(sqlite_engine)
    for role in ("viewer", "unit", "clerk", "committee", "chair"):
        for attempt in (
            lambda who: list_templates(sqlite_engine, who),
            lambda who: list_changes(sqlite_engine, "list", who),
            lambda who: fetch_template(sqlite_engine, "list", who),
            lambda who: upload_template(sqlite_engine, "list", 0, ("a.docx", b"x"), act(actor=who)),
            lambda who: reset_template(sqlite_engine, "list", 0, act(actor=who)),
        ):
            with pytest.raises(DeniedError):
                attempt(people[role])
    assert list_templates(sqlite_engine, people["admin"])
    assert fetch_template(sqlite_engine, "list", people["admin"]).data
