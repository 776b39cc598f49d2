"""What the papers of a campaign say: empty until somebody says it, one editor at a time, and never in the log."""

from __future__ import annotations

import pytest
from builders import RULEBOOK, act, put_campaign, put_offices
from people import put_each_role

from tracker.core.problems import RefusedError, UsageError
from tracker.services.access import OPERATOR, DeniedError
from tracker.services.audit_log import Wanted, list_entries
from tracker.services.paper_settings import PaperTexts, change_texts, show_texts

DOCUMENTS = """
[[award]]
code = "gold"
title = {vi = "Bằng khen", en = "Certificate"}
places = 1

[documents]
plan = "Kế hoạch số 146/KH-UBND"
agency = "Hội đồng Thi đua - Khen thưởng"
grounds = ["Luật Thi đua, khen thưởng"]
recipients = "Như trên"
award_forms = {gold = "Bằng khen của Chủ tịch"}
award_amounts = {gold = 1500000}
unheard_of = "left alone"
"""


@pytest.fixture
def office(engine):
    put_offices(engine, "A")
    put_campaign(engine, begins="2025-01-01", ends="2025-12-31")
    text = RULEBOOK.format(code="rich", policy="") + DOCUMENTS
    put_campaign(engine, "rich", begins="2025-01-01", ends="2025-12-31", rulebook=text)
    return engine


def test_papers_say_nothing_that_nobody_said(office):
    state = show_texts(office, "thi-dua", OPERATOR)
    assert (state.texts, state.version) == (PaperTexts(), 0)


def test_the_rulebooks_documents_are_the_first_values(office):
    texts = show_texts(office, "rich", OPERATOR).texts
    assert texts.agency == "Hội đồng Thi đua - Khen thưởng"
    assert texts.grounds == ("Kế hoạch số 146/KH-UBND", "Luật Thi đua, khen thưởng")
    assert texts.recipients == ("Như trên",)
    assert (texts.award_forms, texts.award_amounts) == ({"gold": "Bằng khen của Chủ tịch"}, {"gold": 1_500_000})
    assert texts.place == ""


def test_an_edit_is_kept_tidied_and_the_log_tells_of_it_without_a_name_or_a_text(office):
    signed = {"signatory_authority": " TM. ỦY BAN  NHÂN DÂN \n\n KT. CHỦ TỊCH ", "signatory_name": "Nguyễn\nVăn A"}
    wanted = PaperTexts(agency="  Sở  Nội vụ ", recipients=("Như trên", " "), award_forms={"gold": ""}, **signed)
    change_texts(office, "rich", 0, wanted, act())
    state = show_texts(office, "rich", OPERATOR)
    signed = {"signatory_authority": "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH", "signatory_name": "Nguyễn Văn A"}
    assert state.texts == PaperTexts(agency="Sở Nội vụ", recipients=("Như trên",), **signed)
    assert (state.version, state.changed_by) == (1, "operator")
    entry = list_entries(office, OPERATOR, Wanted(verb="change_paper_texts")).entries[0]
    assert entry.after["version"] == 1
    assert entry.after["fields"] == [
        *("agency", "award_amounts", "award_forms", "grounds"),
        *("signatory_authority", "signatory_name"),
    ]
    assert "Nguyễn" not in str(entry)


def test_of_two_who_edit_at_once_the_second_is_told(office):
    change_texts(office, "rich", 0, PaperTexts(place="Gia Nghĩa"), act())
    with pytest.raises(RefusedError) as caught:
        change_texts(office, "rich", 0, PaperTexts(place="Đắk Mil"), act())
    assert (caught.value.problems[0].code, caught.value.problems[0].args["by"]) == ("paper_texts_moved", "operator")
    change_texts(office, "rich", 1, PaperTexts(place="Đắk Mil"), act())
    assert show_texts(office, "rich", OPERATOR).texts.place == "Đắk Mil"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (PaperTexts(award_forms={"none-such": "x"}), "paper_award"),
        (PaperTexts(person_amounts={"gold": -1}), "paper_amount"),
        (PaperTexts(report_back_days=0), "paper_days"),
        (PaperTexts(recipients=("x",) * 51), "paper_lines"),
        (PaperTexts(agency="x" * 501), "text_too_long"),
        (PaperTexts(agency="a\x07b"), "text_not_printable"),
    ],
)
def test_what_cannot_stand_on_a_paper_is_refused(office, wanted, code):
    with pytest.raises(RefusedError) as caught:
        change_texts(office, "rich", 0, wanted, act())
    assert [problem.code for problem in caught.value.problems] == [code]


def test_an_unknown_campaign_is_named(office):
    with pytest.raises(UsageError):
        show_texts(office, "none", OPERATOR)


def test_only_the_committee_and_administrators_read_and_write_them(office):
    for role, actor in put_each_role(office).items():
        if role in ("committee", "chair", "admin"):
            seen = show_texts(office, "thi-dua", actor).version
            change_texts(office, "thi-dua", seen, PaperTexts(place=f"Nơi {role}"), act(actor=actor))
            continue
        with pytest.raises(DeniedError):
            show_texts(office, "thi-dua", actor)
        with pytest.raises(DeniedError):
            change_texts(office, "thi-dua", 0, PaperTexts(), act(actor=actor))
