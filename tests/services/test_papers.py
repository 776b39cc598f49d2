"""The papers of a small province: who may make which, what stands on them, and that every figure is the final result's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from statistics import median

import pytest
from builders import act, put
from committee import HERE
from kept_figures import KeptFigures, numbers, percent, points, rows_of, short
from lives import AFTER, dossier, put_year
from lives import HERE as HERE_OF_YEARS
from paper_office import ACHIEVEMENT, DENOUNCED_F, GRADED, HOSTILE, QUESTION, put_decided, put_final
from people import put_each_role
from word_papers import W, heads_of, lines_of, small_print_of, tables_of, text_of, xml_of

from tracker.core.decided import Verdict
from tracker.core.problems import RefusedError, UsageError
from tracker.core.voting import Ballot
from tracker.export.paper_kinds import PAPERS
from tracker.export.paper_samples import samples_of
from tracker.services import paper_sources
from tracker.services.access import OPERATOR, VISITOR, Actor, DeniedError
from tracker.services.campaign_settings import WantedSettings, change_settings, load_settings
from tracker.services.copies import find_frozen
from tracker.services.database import open_database
from tracker.services.deciding import Deciding
from tracker.services.paper_settings import PaperTexts
from tracker.services.papers import Filling, Offer, PaperAsk, make_paper, make_papers, which
from tracker.services.results import FINAL, newest_result
from tracker.services.standings import Question
from tracker.store.engine import reading

TODAY = date(2026, 7, 2)
CLUSTER = "k"
WORKLOAD = ("received", "carried", "done_on_time", "done_late", "pending_in_time", "pending_overdue")
TEXTS = PaperTexts(
    agency="Ủy ban nhân dân tỉnh",
    agency_short="UBND",
    place="Đại Ngàn",
    grounds=("Căn cứ Luật Thi đua, khen thưởng;", "Kế hoạch số 146/KH-UBND."),
    recipients=("Như trên", "- Sở Nội vụ;", "Lưu: VT, NC."),
    award_forms={"gold": "Bằng khen của Chủ tịch UBND tỉnh"},
    award_amounts={"gold": 2_680_000},
    person_amounts={"silver": 502_510},
    report_back_days=15,
)


@pytest.fixture(scope="module")
def office(sqlite_template, tmp_path_factory):
    """The province whose period is final; the tests of it only read. One account of each role, the unit's being A's."""
    path = tmp_path_factory.mktemp("papers") / "final.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = open_database(f"sqlite:///{path}")
    meeting = put_final(engine, GRADED, Deciding(DENOUNCED_F, Verdict.CONFIRMED, ballot=Ballot(5, 1, 1)))
    people = put_each_role(engine)
    yield engine, meeting, people
    engine.dispose()


@pytest.fixture
def final(office):
    return office[0]


@pytest.fixture
def filled(monkeypatch):
    """The office has filled in its texts."""
    monkeypatch.setattr(paper_sources, "texts", lambda *_: TEXTS)


def paper(engine, kind: str, unit: str | None = None, person: str | None = None, meeting: int | None = None, **given: str):
    return make_paper(engine, PaperAsk(kind, QUESTION, unit, person, meeting, given), TODAY, OPERATOR)


def test_the_committee_is_offered_every_paper_that_is_due(final, office):
    offers = which(final, QUESTION, TODAY, OPERATOR)
    assert [offer.kind for offer in offers if offer.kind != "result"] == [
        *("proposal", "list", "achievement", "achievement", "achievement", "minutes", "minutes", "decision"),
        *("criticism", "criticism", "self_review", "notice"),
    ]
    assert Offer("achievement", "A", "A-1", None, "Nguyễn Thị Hoa") in offers
    assert Offer("criticism", "E", None, None, "Đơn vị E") in offers
    assert Offer("criticism", "B", "B-1", None, "Trần Văn Bình") in offers
    assert Offer("minutes", meeting=office[1], about="20/06/2026") in offers
    assert sorted(offer.unit for offer in offers if offer.kind == "result") == list("ABCDEF")


@pytest.fixture(scope="module")
def made(office) -> dict[Offer, bytes]:
    """Every paper of the final result, the office having filled in its texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper_sources, "texts", lambda *_: TEXTS)
        offers = which(office[0], QUESTION, TODAY, OPERATOR)
        asks = [PaperAsk(one.kind, QUESTION, one.unit, one.person, one.meeting) for one in offers]
        papers = make_papers(Filling(office[0], TODAY, OPERATOR), asks)
    return {offer: paper.content for offer, paper in zip(offers, papers, strict=True)}


@pytest.fixture(scope="module")
def kept(office) -> KeptFigures:
    """What the result was kept as."""
    with reading(office[0]) as connection:
        found = newest_result(connection, find_frozen(connection, *HERE).id, FINAL)
    awards = {"gold": TEXTS.award_forms["gold"], "silver": "Giấy khen"}
    rules = {"low": "Điểm quá thấp", "denounced": "Có tố cáo đúng"}
    return KeptFigures(found.documents, awards, rules, {"good": "Tốt", "fair": "Khá"})


def of_kind(made: dict[Offer, bytes], kind: str) -> list[tuple[Offer, bytes]]:
    return [(offer, paper) for offer, paper in made.items() if offer.kind == kind]


def line_of(paper: bytes, begins: str) -> str:
    return next(line for line in lines_of(paper) if line.startswith(begins))


@pytest.mark.parametrize("kind", ["proposal", "list", "decision", "notice", "minutes"])
def test_every_name_figure_and_vote_of_a_list_is_the_kept_results(made, kept, kind):
    paper = of_kind(made, kind)[0][1]
    units, persons = (rows_of(table) for table in tables_of(paper)[-2:])
    wanted = []
    for one in kept.listed("reward", officers=False):
        code = one["unit"]
        wide = [[CLUSTER, *kept.place(code), kept.criteria(code), *kept.work(code)], kept.place(code)][kind != "list"]
        wanted.append([kept.units[code]["name"], *wide, kept.achieved(one), kept.votes(one)])
    assert [[*row[:-2], numbers(row[-2]), row[-1]] for row in units] == wanted
    (officer,) = kept.listed("reward", officers=True)
    own = ["2", "100%"] if kind == "list" else []  # A-1 was given dossiers 1 and 3, and did the one in time
    position = f"Chuyên viên, {kept.units['A']['name']}"
    assert persons == [["Nguyễn Thị Hoa", position, *own, ACHIEVEMENT, kept.votes(officer)]]
    if kind != "list":
        assert [line for line in lines_of(paper) if line in kept.award_lines()] == kept.award_lines()


def test_the_notice_holds_every_place_of_the_kept_result(made, kept):
    ((_, paper),) = of_kind(made, "notice")
    standing = [row for row in tables_of(paper)[0][1:] if row[0] != row[1]]
    assert standing == [
        [
            *(str(unit["rank"]), unit["name"], points(unit["score"]), kept.grades[unit["grade"]], "–"),
            "Đồng hạng" if unit["tied"] else "",
        ]
        for unit in kept.units.values()
    ]
    mean = points(sum(kept.scores) / len(kept.scores))
    assert numbers(line_of(paper, "1. Có")) == ["1", f"{len(kept.units):02}", "01", kept.ranked, mean]


def test_every_result_sheet_holds_its_unit_of_the_kept_result(made, kept):
    sheets = of_kind(made, "result")
    assert sorted(offer.unit for offer, _ in sheets) == sorted(kept.units)
    for offer, paper in sheets:
        unit, best = kept.units[offer.unit], points(max(kept.scores))
        own = [points(unit["score"]), "100", str(unit["rank"]), kept.ranked]
        assert numbers(line_of(paper, "1. Tổng điểm")) == ["1", *own]
        assert f"xếp loại {kept.grades[unit['grade']]}." in line_of(paper, "1. Tổng điểm")
        assert numbers(line_of(paper, "2. Trong cụm")) == ["2", points(median(kept.scores)), best]
        (row,) = rows_of(tables_of(paper)[0])
        plan = unit["indicators"]["work.plan"]
        assert row == ["Kế hoạch", short(plan["numerator"]), "–", *kept.line(offer.unit)]
        assert kept.criteria(offer.unit).split()[-1] in tables_of(paper)[0][1][0]
        lines = lines_of(paper)
        begins = lines.index("V. QUYẾT ĐỊNH CỦA HỘI ĐỒNG") + 1
        told = kept.outcomes(offer.unit) or ["Không có."]
        assert lines[begins : begins + len(told)] == told


def test_every_report_of_achievements_holds_its_unit_of_the_kept_result(made, kept):
    for offer, paper in of_kind(made, "achievement"):
        if offer.person:
            own = [row[1] for row in rows_of(tables_of(paper)[0])]
            assert own == ["2", "1", "0", "1", "100%", "5"]  # given, in time, late, overdue, share, rating
            continue
        unit, found = kept.units[offer.unit], kept.measures[offer.unit]
        told = numbers(line_of(paper, "1. Kết quả chung"))
        best, middle = points(max(kept.scores)), points(median(kept.scores))
        assert told == ["1", points(unit["score"]), "100", str(unit["rank"]), kept.ranked, middle, best]
        workload, lines = tables_of(paper)
        counted = [[short(found[name]), kept.middle(name)] for name in WORKLOAD]
        assert [row[2:] for row in rows_of(workload)[:-1]] == counted
        assert rows_of(workload)[-1][2] == kept.work(offer.unit)[1]
        assert rows_of(lines) == [["Kế hoạch", "≥ 100", "–", *kept.line(offer.unit)]]


def test_every_letter_holds_the_figures_and_reasons_of_the_kept_result(made, kept):
    letters = [*of_kind(made, "criticism"), *of_kind(made, "self_review")]
    about = [(one["unit"], one["officer"]) for of in (False, True) for one in kept.listed("criticism", officers=of)]
    assert sorted((offer.unit, offer.person or "") for offer, _ in letters) == sorted(about)
    for offer, paper in letters:
        if offer.person:
            (finding,) = kept.listed("criticism", officers=True)
            day = "/".join(reversed(finding["found_on"].split("-")))
            reason = line_of(paper, "- Để công dân")
            assert finding["basis"] in reason
            assert day in reason
            assert tables_of(paper) == []
            continue
        assert [row[1:] for row in rows_of(tables_of(paper)[0])] == kept.figures(offer.unit)
        (reason,) = (
            line for line in lines_of(paper) if line.startswith(tuple(f"- {rule}: " for rule in kept.rules.values()))
        )
        score = short(kept.units[offer.unit]["score"])
        upheld = str(kept.measures[offer.unit]["denunciations_upheld"])
        assert numbers(reason) == ([score, "30"] if offer.kind == "criticism" else [upheld, "1"])


def test_the_minutes_hold_every_ballot_of_the_kept_decisions(made, kept):
    paper = of_kind(made, "minutes")[0][1]
    meeting = kept.meeting
    present, members = meeting["present"], meeting["members"]
    assert numbers(line_of(paper, "3. Thành viên"))[:4] == [
        *("3", f"{present:02}", f"{members:02}", percent(present, members))
    ]
    units = {unit["name"]: code for code, unit in kept.units.items()}
    officers = {f"Nguyễn Thị Hoa ({HOSTILE})": ("A", "A-1"), "Trần Văn Bình (Đơn vị B)": ("B", "B-1")}
    ballots = next(table for table in tables_of(paper) if "Phiếu trắng" in table[0])
    found = [(*(officers.get(row[0]) or (units[row[0]], "")), *row[2:6]) for row in rows_of(ballots)]
    assert sorted(found) == kept.ballots()
    counted = f"{len(kept.units):02} đơn vị tham gia, trong đó {kept.ranked} đơn vị được xếp hạng"
    assert counted in line_of(paper, "1. Cuộc họp nghe")


def test_the_minutes_hold_attendance_quorum_every_ballot_and_every_exception(final, office):
    made = paper(final, "minutes", meeting=office[1]).content
    text = text_of(made)
    assert "Số: 07/BB-HĐTĐKT" in text
    assert "Thành viên có mặt: 07/09 người (77,78%). Đủ điều kiện tiến hành họp (cần ít nhất 6 người" in text
    assert "Vắng mặt: 02 người, có lý do." in text
    appeals, adjustments, ballots, exceptions, criticisms = tables_of(made)[:5]
    assert [row[1:] for row in appeals[1:]] == [
        [
            *(HOSTILE, "Hồ sơ 2: Loại trường hợp này khỏi số liệu của kỳ", "Chấp nhận"),
            *("đã đối chiếu nhật ký hệ thống", "Không làm thay đổi điểm"),
        ]
    ]
    assert [row[1:] for row in adjustments[1:]] == [
        ["Đơn vị F", "Số liệu tự báo cáo «Hoàn thành kế hoạch»: sửa lại số liệu", "thẩm định lại minh chứng"]
    ]
    assert [row[1:] for row in ballots[1:]] == [
        [HOSTILE, "Bằng khen", "07", "00", "00", "100%", "Đạt"],
        ["Đơn vị B", "Bằng khen", "06", "01", "00", "85,71%", "Đạt"],
        ["Đơn vị E", "Điểm quá thấp", "06", "01", "00", "85,71%", "Đạt"],
        ["Đơn vị F", "Có tố cáo đúng", "05", "01", "01", "71,43%", "Đạt"],
        [f"Nguyễn Thị Hoa ({HOSTILE})", "Giấy khen", "05", "02", "00", "71,43%", "Đạt"],
        ["Trần Văn Bình (Đơn vị B)", "Kết luận đối với cá nhân", "07", "00", "00", "100%", "Đạt"],
    ]
    assert ["Đơn vị D", "Giấy khen", "Đưa ra khỏi danh sách", "chậm nộp báo cáo 03 lần"] in [row[1:] for row in exceptions]
    assert [row[1] for row in criticisms[1:]] == ["Đơn vị E", "Đơn vị F", "Trần Văn Bình (Đơn vị B)"]


@pytest.mark.usefixtures("filled")
def test_a_letter_of_criticism_gives_reasons_figures_and_the_day_to_report_back(final):
    made = paper(final, "criticism", "E", number="5", date="2026-07-05").content
    text = text_of(made)
    assert "Số: 05/UBND-……" in text
    assert "Đại Ngàn, ngày 05 tháng 7 năm 2026" in text
    assert "- Điểm quá thấp: Đạt 20 điểm, dưới mức 30 điểm." in text
    assert "trước ngày 20 tháng 7 năm 2026." in text
    assert tables_of(made)[0][1:3] == [["1", "Tổng điểm", "20,00/100"], ["2", "Xếp hạng trong cụm thi đua", "6/6"]]
    officer = text_of(paper(final, "criticism", "B", "B-1").content)
    assert "- Để công dân chờ quá lâu (theo Kết luận số 12/KL-TTr, ngày 03/11/2025)." in officer


def test_a_report_of_achievements_compares_with_the_target_and_the_cluster(final):
    made = paper(final, "achievement", "B").content
    row = tables_of(made)[1][2]
    # Linear up to 100; 85 of A 95, B 85, C 85, D 70, F 51, E 20: the middle ones are 85 and 70.
    assert row[1:] == ["Kế hoạch", "≥ 100", "–", "85", "77,5", "85,00", "100"]
    assert "Đơn vị B" in text_of(made)
    officer = tables_of(paper(final, "achievement", "A", "A-1").content)[0]
    assert [tuple(row[1:]) for row in officer[1:4]] == [
        ("Hồ sơ được giao trong kỳ", "2"),
        ("Hồ sơ giải quyết đúng hạn", "1"),
        ("Hồ sơ giải quyết trễ hạn", "0"),
    ]


@pytest.mark.usefixtures("filled")
def test_the_decision_sums_up_prizes_in_figures_and_words(final):
    made = paper(final, "decision", deciding_authority="Chủ tịch Ủy ban nhân dân tỉnh").content
    rows = tables_of(made)[0]
    assert rows[1] == ["1", "Bằng khen của Chủ tịch UBND tỉnh", "02", "2.680.000", "00", "–", "5.360.000"]
    assert rows[2] == ["2", "Giấy khen", "00", "–", "01", "502.510", "502.510"]
    words = "Năm triệu tám trăm sáu mươi hai nghìn năm trăm mười đồng"
    assert f"Tổng số tiền thưởng: 5.862.510 đồng (Bằng chữ: {words})." in text_of(made)
    assert "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH" in text_of(made).upper()


def test_what_the_office_has_not_filled_in_is_a_dotted_line_and_nothing_is_invented(final):
    text = text_of(paper(final, "proposal").content)
    assert "Số: ……/TTr-……" in text
    assert "…………, ngày …… tháng …… năm ……" in text
    assert "Căn cứ ……" in text
    assert "Mẫu số" not in text
    assert "Luật" not in text
    assert "Tổng số tiền thưởng: …" in text_of(paper(final, "decision").content)


@pytest.mark.usefixtures("filled")
def test_the_offices_texts_stand_where_the_decree_wants_them(final):
    lines = lines_of(paper(final, "proposal", number="5", date="2026-01-05", addressee="Chủ tịch UBND tỉnh").content)
    for line in ("Số: 05/TTr-UBND", "Đại Ngàn, ngày 05 tháng 01 năm 2026", "Kính gửi: Chủ tịch UBND tỉnh"):
        assert line in lines
    at = lines.index("Căn cứ Luật Thi đua, khen thưởng;")
    assert lines[at + 1] == "Căn cứ Kế hoạch số 146/KH-UBND."
    at = lines.index("Nơi nhận:")
    assert lines[at + 1 : at + 4] == ["- Như trên;", "- Sở Nội vụ;", "- Lưu: VT, NC."]
    assert any("tại Biên bản số 07/BB-HĐTĐKT ngày 22 tháng 6 năm 2026" in line for line in lines)


@pytest.mark.parametrize("kind", ["proposal", "achievement"])
def test_lines_typed_above_the_signature_stay_lines(final, monkeypatch, kind):
    deputy = "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"
    monkeypatch.setattr(paper_sources, "texts", lambda *_: replace(TEXTS, signatory_role=deputy))
    given = {} if kind == "proposal" else {"signatory_role": deputy}
    made = paper(final, kind, None if kind == "proposal" else "A", signatory_authority="TM. Ủy ban\nnhân dân", **given)
    signed = [
        [[text.text for text in line.iter(f"{W}t")], len(list(line.iter(f"{W}br")))]
        for line in xml_of(made.content).iter(f"{W}p")
        if line.find(f"{W}pPr/{W}pStyle") is not None and line.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "ChucVu"
    ]
    assert signed[-2:] == [[["TM. ỦY BAN", "NHÂN DÂN"], 1], [["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], 1]]


def test_a_name_chosen_among_equals_has_the_recorded_reason_and_votes(final, office):
    reason = "Được Hội đồng lựa chọn trong số 02 đơn vị đồng hạng 2 cho 01 suất. Lý do được ghi nhận: nhiều sáng kiến hơn."
    units = tables_of(paper(final, "proposal").content)[-2]
    assert [row[-2:] for row in units if row[1] == "Đơn vị B"] == [[reason, "06/07 phiếu (85,71%)"]]
    exceptions = tables_of(paper(final, "minutes", meeting=office[1]).content)[3]
    assert ["Đơn vị B", "Bằng khen", "Chọn", f"{reason} Kết quả biểu quyết: 06/07 phiếu (85,71%)."] in [
        row[1:] for row in exceptions
    ]


def test_the_small_print_says_what_a_paper_rests_on_and_a_final_one_is_no_draft(final):
    made = paper(final, "notice")
    with reading(final) as connection:
        kept = newest_result(connection, find_frozen(connection, *HERE).id, FINAL)
    small = small_print_of(made.content)
    assert kept.digests["results_sha256"] in small
    assert "trạng thái: chính thức (lần 1); thể lệ book@1" in small
    assert not made.draft
    assert "BẢN NHÁP" not in heads_of(made.content)


def test_a_paper_of_a_final_result_is_the_same_whatever_happens_afterwards(final, office):
    before = paper(final, "minutes", meeting=office[1])
    with reading(final) as connection:
        seen = load_settings(connection, HERE[0])
    changed = change_settings(final, HERE[0], seen, WantedSettings(False, "1/2", "9/10", "members"), act())
    after = paper(final, "minutes", meeting=office[1])
    change_settings(final, HERE[0], changed, WantedSettings(False, "2/3", "2/3", "present"), act())
    assert after == before
    assert after.name.startswith(f"bien-ban-c-{office[1]}-{after.sha256[:16]}")


def test_every_field_the_pages_list_is_in_every_paper_and_no_other(final, office):
    for kind in PAPERS:
        ask = PaperAsk(kind, QUESTION, {"criticism": "E", "self_review": "F"}.get(kind, "B"), None, office[1])
        fields = Filling(final, TODAY, OPERATOR).fields(ask)
        assert set(fields) == set(samples_of(kind)[0]), kind
        for name, sample in samples_of(kind)[0].items():
            if isinstance(sample, list) and fields[name] and isinstance(sample[0], dict):
                assert set(fields[name][0]) == set(sample[0]), (kind, name)


def test_no_paper_speaks_of_discipline(made):
    for paper in made.values():
        assert "kỷ luật" not in text_of(paper).lower()


def test_units_make_the_sheet_of_their_own_published_result_and_nothing_else(final, office):
    people = office[2]
    assert [(one.kind, one.unit) for one in which(final, QUESTION, TODAY, people["unit"])] == [("result", "A")]
    assert not make_paper(final, PaperAsk("result", QUESTION, "A"), TODAY, people["unit"]).draft
    for ask in (PaperAsk("result", QUESTION, "B"), PaperAsk("notice", QUESTION), PaperAsk("achievement", QUESTION, "A")):
        with pytest.raises(DeniedError):
            make_paper(final, ask, TODAY, people["unit"])


@pytest.mark.parametrize("role", ["viewer", "clerk", "committee", "chair", "admin"])
def test_the_committee_and_whoever_administers_make_papers(final, office, role):
    actor: Actor = office[2][role]
    allowed = role in ("committee", "chair", "admin")
    for made in (lambda: which(final, QUESTION, TODAY, actor), lambda: paper_as(final, "proposal", actor)):
        if allowed:
            assert made()
        else:
            with pytest.raises(DeniedError):
                made()


def paper_as(engine, kind: str, actor: Actor):
    return make_paper(engine, PaperAsk(kind, QUESTION), TODAY, actor)


def test_visitors_make_no_papers(final):
    with pytest.raises(DeniedError):
        which(final, QUESTION, TODAY, VISITOR)


def test_wrong_fields_are_all_named(final):
    with pytest.raises(RefusedError) as refused:
        paper(final, "proposal", date="05/01/2026", fund="x", place="a" * 501)
    assert [(one.code, one.value) for one in refused.value.problems] == [
        ("paper_field", "fund"),
        ("field_too_long", None),
        ("paper_day", "05/01/2026"),
    ]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (PaperAsk("letter", QUESTION), "unknown_paper"),
        (PaperAsk("result", QUESTION), "paper_needs_unit"),
        (PaperAsk("result", QUESTION, "Z"), "unknown_unit"),
        (PaperAsk("achievement", QUESTION, "E"), "paper_not_due"),
        (PaperAsk("self_review", QUESTION, "E"), "paper_not_due"),
        (PaperAsk("minutes", QUESTION, meeting=99), "unknown_meeting"),
    ],
)
def test_a_paper_that_cannot_be_made_says_why(final, ask, code):
    with pytest.raises(UsageError) as wrong:
        make_paper(final, ask, TODAY, OPERATOR)
    assert wrong.value.code == code


def test_before_it_is_final_a_paper_is_a_draft_on_every_page_and_units_get_none(sqlite_engine):
    put_decided(sqlite_engine)
    people = put_each_role(sqlite_engine)
    made = paper(sqlite_engine, "proposal")
    assert made.draft
    assert heads_of(made.content).count("BẢN NHÁP / PROVISIONAL") == 2
    assert "trạng thái: đã chốt số liệu" in small_print_of(made.content)
    with pytest.raises(UsageError, match="not_published"):
        make_paper(sqlite_engine, PaperAsk("result", QUESTION, "A"), TODAY, people["unit"])


def test_a_sheet_sets_the_year_before_and_the_cluster_beside_the_units_figures(sqlite_engine):
    """A had 1 of 1 in time in 2024, 2 of 3 in 2025; B 2 of 2, one of them pending until 2026: the middle is 5/6."""
    put_year(sqlite_engine)
    put(sqlite_engine, "dossiers", dossier("0", "A", "2024-02-01", "2024-02-10", "2024-02-09"))
    ask = PaperAsk("result", Question(HERE_OF_YEARS.campaign, "2025"), "A")
    made = make_paper(sqlite_engine, ask, AFTER, OPERATOR).content
    assert tables_of(made)[0][2][2:] == ["2/3", "100%", "66,67%", "83,33%", "6,67", "10"]
    assert "3. Kỳ trước (năm 2024): 10,00 điểm, xếp hạng 1." in text_of(made)
