"""Keeping a rulebook: read, compared with the version before, and kept exactly as it was read, or not at all."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from builders import RULEBOOK, act, put_campaign, put_offices
from people import put_each_role

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.rulebooks import (
    MOST_BYTES,
    Confirmed,
    Upload,
    examine_rulebook,
    keep_rulebook,
    list_rulebooks,
)

DATA = Path(__file__).parents[2] / "data" / "rulebooks"
OFFICIAL = Upload("dak-nong-146.toml", (DATA / "dak-nong-146.toml").read_bytes())
EXAMPLES = Upload("dak-nong-146.examples.toml", (DATA / "dak-nong-146.examples.toml").read_bytes())


def version(number: int, code: str = "r", policy: str = "") -> Upload:
    text = RULEBOOK.format(code=code, policy=policy).replace("version = 1", f"version = {number}")
    return Upload(f"v{number}.toml", text.encode())


def keep(engine, upload: Upload, examples: Upload | None = None, actor=OPERATOR):
    """Keep it as somebody does who reads first."""
    found = examine_rulebook(engine, upload, examples, actor)
    return keep_rulebook(engine, upload, examples, Confirmed(found.sha256, found.before), act(actor=actor))


def test_a_first_version_is_read_with_its_examples_and_has_nothing_to_be_compared_with(engine):
    found = examine_rulebook(engine, OFFICIAL, EXAMPLES, OPERATOR)
    assert (found.examples, found.kept, found.before, found.difference) == (True, False, None, None)
    assert found.sha256 == sha256(OFFICIAL.data).hexdigest()
    assert list_rulebooks(engine, OPERATOR) == []


def test_what_is_kept_is_letter_for_letter_what_was_read(engine):
    kept = keep(engine, OFFICIAL, EXAMPLES)
    assert (kept.text.encode(), kept.sha256) == (OFFICIAL.data, sha256(OFFICIAL.data).hexdigest())
    (record,) = list_rulebooks(engine, OPERATOR)
    assert (record.kept, record.reference, record.added_by, record.campaigns) == (kept, "dak-nong-146@1", "operator", ())
    assert examine_rulebook(engine, OFFICIAL, None, OPERATOR).kept


def test_a_rulebook_is_compared_with_the_newest_version_below_its_own(engine):
    for number in (1, 2, 5):
        keep(engine, version(number))
    found = examine_rulebook(engine, version(4, policy='compare = "day"'), None, OPERATOR)
    assert found.before == "r@2"
    assert [change.key for change in found.difference.changes] == ["on_time"]
    assert examine_rulebook(engine, version(6), None, OPERATOR).before == "r@5"
    assert examine_rulebook(engine, version(6, code="s"), None, OPERATOR).before is None


def test_every_problem_is_told_at_its_line(engine):
    wrong = Upload("x.toml", OFFICIAL.data.replace(b"places = 2", b'places = "two"').replace(b"per = 0.25", b"per = 0"))
    with pytest.raises(RefusedError) as refused:
        examine_rulebook(engine, wrong, None, OPERATOR)
    problems = refused.value.problems
    assert len(problems) >= 2
    assert all(problem.place.file == "x.toml" and problem.place.row for problem in problems)


def test_worked_examples_that_come_out_otherwise_are_problems_of_their_own_file(engine):
    wrong = Upload("e.toml", EXAMPLES.data.replace(b'score = "', b'score = "1', 1))
    with pytest.raises(RefusedError) as refused:
        keep(engine, OFFICIAL, wrong)
    assert {(problem.code, problem.place.file) for problem in refused.value.problems} == {("rulebook-example", "e.toml")}
    assert list_rulebooks(engine, OPERATOR) == []


def test_another_text_than_the_one_that_was_checked_is_never_kept(engine):
    found = examine_rulebook(engine, version(1), None, OPERATOR)
    other = version(1, policy='compare = "day"')
    with pytest.raises(RefusedError, match="rulebook_not_confirmed"):
        keep_rulebook(engine, other, None, Confirmed(found.sha256, found.before), act())
    assert list_rulebooks(engine, OPERATOR) == []


def test_a_version_kept_meanwhile_by_somebody_else_calls_for_another_look(engine):
    keep(engine, version(1))
    found = examine_rulebook(engine, version(3), None, OPERATOR)
    keep(engine, version(2, policy='compare = "day"'))
    with pytest.raises(RefusedError, match="rulebook_compared_anew"):
        keep_rulebook(engine, version(3), None, Confirmed(found.sha256, found.before), act())
    keep(engine, version(3))


def test_a_version_that_is_taken_by_another_text_is_refused_when_it_is_checked(engine):
    keep(engine, version(1))
    with pytest.raises(RefusedError, match="rulebook_version_taken"):
        examine_rulebook(engine, version(1, policy='compare = "day"'), None, OPERATOR)


@pytest.mark.parametrize(("data", "code"), [(b"\xff\xfe", "not_utf8"), (b"#" * (MOST_BYTES + 1), "rulebook_too_large")])
def test_a_file_that_cannot_be_a_rulebook_is_refused(sqlite_engine, data, code):
    with pytest.raises(UsageError) as refused:
        examine_rulebook(sqlite_engine, Upload("x.toml", data), None, OPERATOR)
    assert refused.value.code == code


def test_the_list_tells_which_campaigns_apply_which_version(engine):
    put_campaign(engine, "c", begins="2026-01-01", ends="2026-12-31")
    (record,) = list_rulebooks(engine, OPERATOR)
    assert (record.reference, record.campaigns) == ("c-rules@1", ("c",))


def test_only_the_administrator_keeps_and_checks_rulebooks(engine):
    put_offices(engine, "A")
    people = put_each_role(engine)
    confirmed = Confirmed(sha256(version(1).data).hexdigest(), None)
    for role, person in people.items():
        attempts = (
            lambda: list_rulebooks(engine, person),  # noqa: B023 - called at once
            lambda: examine_rulebook(engine, version(1), None, person),  # noqa: B023
            lambda: keep_rulebook(engine, version(1), None, confirmed, act(actor=person)),  # noqa: B023
        )
        for attempt in attempts:
            if role == "admin":
                attempt()
            else:
                with pytest.raises(DeniedError):
                    attempt()
    denied = list_entries(engine, OPERATOR, Wanted(verb="denied")).total
    assert denied == 3 * (len(people) - 1)
