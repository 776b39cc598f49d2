"""Nobody sees the cases of a unit that is not theirs: a unique word stands in every case-level text of fifty units.

Every page is asked for by every kind of person, with every address they could think of; everything the server sends is
searched, its log too. The control: what one may see does contain the words.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from builders import act, put_campaign, put_file
from committee import record
from intake.documents import pdf
from lives import acting
from people import put_account
from small_office import CAMPAIGN, NEXT, RULEBOOK, YEAR
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tracker.core.cases import KINDS
from tracker.core.decided import REWARD, Name, Verdict
from tracker.core.voting import Ballot
from tracker.services import running
from tracker.services.access import VISITOR, Actor, Role
from tracker.services.accounts import Grant
from tracker.services.appealing import NewAppeal, Ruling, decide_appeal, hand_in_appeal
from tracker.services.appeals import CaseRef
from tracker.services.campaign_settings import set_deadline
from tracker.services.database import open_database
from tracker.services.deciding import Deciding, Session, decide_names
from tracker.services.heads import Naming, name_head
from tracker.services.imports import Source
from tracker.services.job_running import run_next
from tracker.services.jobs import submit_job
from tracker.services.life import approve_step, propose_step
from tracker.services.meetings import record_meeting
from tracker.services.nominations import NewFinding, NewNomination, nominate, record_finding
from tracker.services.practices import NewPractice, post_practice
from tracker.services.review import Assignment, assign
from tracker.services.review_tasks import Charge
from tracker.services.sessions import begin
from tracker.services.standings import Question
from tracker.services.steps import Step, Where
from tracker.text import say
from tracker.ui.data import BATCH, JOB
from tracker.ui.entry import POSTINGS, TAB
from tracker.ui.quality import CHECK, CHECKS
from tracker.ui.shell import PAGES

from .protocol import Run, Screen, Server
from .test_sign_in import wait_until_ready

UNITS = [f"U{number:02}" for number in range(1, 51)]
MINE, OURS = {"U07"}, {"U07", "U08"}  # of the unit's account, and of the clerk's
# A word in the texts, a code of its own for every case, and a minute at which each unit received its dossier.
CANARY = re.compile(rb"KANARI(U\d\d)X|KODE(U\d\d)|01/03/2023 08:(\d\d)|2023-03-01[ T]08:(\d\d)")
CONTROLS = ("committee", "admin")  # who may see every case: a few pages tell that the words are there to be found
QUERY = f"c={CAMPAIGN}&p={YEAR}"
INDICATORS = ("ontime.rate", "friendly.complaints")
COMPLAINTS = """
  [[criterion.indicator]]
  code = "friendly.complaints"
  title = {vi = "Khiếu nại", en = "Complaints"}
  points = 10
  basis = "thử nghiệm"
  cases = "feedback"
  formula = {kind = "penalty", incidents = ["complaints"], per = 0.5}
"""
RULES = RULEBOOK.replace("  points = 40\n  basis", "  points = 30\n  basis")
RULES = RULES.replace("\n[[award]]", f"{COMPLAINTS}\n[[award]]", 1)


def canary(unit: str) -> str:
    """A word nothing else could say."""
    return f"KANARI{unit}X"


def code(unit: str) -> str:
    """What the unit's cases and officers are called by; a letter says which."""
    return f"KODE{unit}"


def files() -> dict[str, str]:
    """Cases of every unit; its word in every text of theirs that is nobody else's business."""
    word, span = canary, f"{YEAR}-01-01,{YEAR}-12-31"
    lines = {
        "units.csv": ("code,name,kind,cluster", lambda u: f"{u},Xã số {u},commune,k"),
        "procedures.csv": ("code,name", lambda u: f"P{u},Thủ tục {u}"),
        "staff.csv": ("code,unit,name,title", lambda u: f"{code(u)}-S,{u},Bà {word(u)},Chuyên viên {word(u)}"),
        "dossiers.csv": (
            "code,unit,procedure,officer,received_at,due_at,completed_at,note",
            lambda u: (
                f"{code(u)}-D,{u},P{u},{code(u)}-S,{YEAR}-03-01 08:{u[1:]},{YEAR}-03-10 17:00,"
                f"{YEAR}-03-14 09:00,ghi chú {word(u)}"
            ),
        ),
        "feedback.csv": (
            "code,unit,kind,received_on,outcome,resolved_on,officer",
            lambda u: f"{code(u)}-F,{u},complaint,{YEAR}-05-04,upheld,{YEAR}-05-20,{code(u)}-S",
        ),
        "reported.csv": (
            "unit,measure,period_from,period_to,value,evidence,note",
            lambda u: f"{u},plan,{span},{50 + int(u[1:])},văn bản {word(u)},{word(u)} tự báo cáo",
        ),
    }
    return {name: "\n".join([head, *(line(unit) for unit in UNITS)]) + "\n" for name, (head, line) in lines.items()}


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory):
    """Fifty units with cases; of six of them also appeals, nominations, findings and verdicts of the committee."""
    path = tmp_path_factory.mktemp("canaries") / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    for name, text in files().items():
        (outcome,) = put_file(database, name, text)
        assert outcome.outcome == "imported", outcome.problems[:3]
    put_campaign(database, CAMPAIGN, begins=f"{YEAR}-01-01", ends=f"{NEXT}-12-31", every="year", rulebook=RULES)
    grants = {"unit": (Role.UNIT, MINE), "clerk": (Role.CLERK, OURS), "everyone": (Role.UNIT, UNITS)}
    for name, (role, units) in grants.items():
        put_account(database, name, role, Grant(frozenset(units), may_import=role is Role.UNIT))
    for role in (Role.VIEWER, Role.COMMITTEE, Role.CHAIR, Role.ADMIN):
        put_account(database, role.value, role)
    put_hearing(database)
    yield database
    database.dispose()


def put_hearing(database) -> None:
    """The period frozen, and of six units everything people write by hand."""
    today, where = running.today(), (CAMPAIGN, YEAR)
    member, unit = acting(Actor("committee"), today), acting(Actor("everyone"), today)
    set_deadline(database, where, None, today + timedelta(days=3), act(today))
    propose_step(database, Where(*where), Step.FREEZE, member)
    approve_step(database, Where(*where), Step.FREEZE, acting(Actor("chair"), today))
    submit_job(database, [Source("staff.csv", files()["staff.csv"].replace("Chuyên viên", "Chuyên gia").encode())], unit)
    assert run_next(database, running.now), "checked, and waiting to be confirmed"
    meeting = record_meeting(database, *where, record(held_on=today), member)
    for of_unit in ("U01", "U07", "U08", "U09", "U30", "U50"):
        word, officer = canary(of_unit), f"{code(of_unit)}-S"
        for kind in ("dossiers", "feedback"):
            case = CaseRef(kind, (f"{code(of_unit)}-{kind[0].upper()}",))
            files_ = (Source(f"biên bản {word}.pdf", pdf(f"trong tệp {word}")),)
            new = NewAppeal(*where, of_unit, case, "exclude", f"vì {word}", {}, files_)
            appeal = hand_in_appeal(database, new, unit)
        decide_appeal(database, appeal, Ruling("refused", f"trả lời {word}"), member)
        said = NewNomination(of_unit, officer, f"Bà {word}", f"Chuyên viên {word}", "gold", f"thành tích {word}")
        nominate(database, *where, said, unit)
        post_practice(database, NewPractice(of_unit, f"tên {word}", f"làm {word}", f"được {word}"), unit)
        charge = Charge(f"Tổ {word}", f"Bà {word}", f"rà soát {word}", today)
        assign(database, Question(*where), of_unit, Assignment("ontime.rate", charge), unit)
        name_head(database, Naming(where[0], of_unit, "ontime", today, f"Bà {word}", f"Trưởng {word}"), unit)
        found = NewFinding(of_unit, officer, f"Bà {word}", f"vi phạm {word}", f"kết luận {word}", today)
        record_finding(database, *where, found, member)
        added = Deciding(Name(REWARD, "gold", of_unit), Verdict.ADDED, f"ngoại lệ {word}", Ballot(7))
        if of_unit in ("U01", "U08"):
            decide_names(database, Session(*where, meeting), [added], member)


@pytest.fixture(scope="module")
def server(office) -> Iterator[Server]:
    with Server(env={"TRACKER_DATABASE_URL": office.url.render_as_string(hide_password=False)}) as running_:
        wait_until_ready(running_)
        yield running_


def token_of(office, name: str) -> str | None:
    return None if name == VISITOR else begin(office, Actor(name), running.now())


def seen(data: bytes) -> set[str]:
    """The units whose words stand there."""
    found = (next(filter(None, groups)).decode() for groups in CANARY.findall(data))
    return {word if word.startswith("U") else f"U{word}" for word in found}


def addresses() -> Iterator[tuple[str, str]]:
    """Every page, and every address by which a page could be talked into somebody else's cases."""
    for name, page in PAGES.items():
        yield ("" if name == "leaderboard" else page.path), ""
    for unit in ("U07", "U08", "U09", "U50"):
        yield "don-vi", f"u={unit}"
        yield "don-vi-toi", f"u={unit}"
        yield "de-cu-ca-nhan", f"u={unit}"
        yield "tham-dinh", f"v={unit}/plan/{YEAR}-01-01/{YEAR}-12-31"
        yield from (("don-vi", f"u={unit}&i={indicator}") for indicator in INDICATORS)
        yield from (("giai-trinh", f"u={asked}&case=dossiers/{code(unit)}-D") for asked in {unit, "U07"})
        yield from ((page, f"u={unit}") for page in ("viec-can-lam", "can-bo", "van-ban-xin-loi", "chi-tieu-con-thap"))
        yield "viec-can-lam", f"u={unit}&xem=da-mat"
        yield "nhap-tay", f"u={unit}"
        yield "nhap-tay", f"u={unit}&{TAB}={POSTINGS}"
    yield from (("so-lieu", f"{name}={number}") for name in (JOB, BATCH) for number in (1, 2, 5))
    yield from (("chat-luong-so-lieu", f"{CHECK}={check}") for check in CHECKS)
    yield from (("giai-trinh", f"g={appeal}") for appeal in (1, 2, 7, 13))
    yield from (("don-vi", "u=%27%22&i=ontime.rate"), ("giai-trinh", "g=-1"), ("don-vi", "c=x&p=y&u=U09&i=ontime.rate"))


@dataclass
class Crawler:
    """Somebody who goes through the pages and takes away every file; `strayed`: what others got by those addresses."""

    server: Server
    screen: Screen
    token: str | None
    stranger: str | None
    opened: set[tuple[str, str]] = field(default_factory=set)
    taken: set[bytes] = field(default_factory=set)
    strayed: list[bytes] = field(default_factory=list)

    def sent(self, page: str, query: str) -> bytes:
        """Everything a page sends and the files it offers hold; what only repeats the question is left out."""
        run = self.screen.run(page, f"{QUERY}&{query}")
        data = run.raw
        for widget in run.elements:
            once = (widget.id, query if query.startswith(CHECK) else "")  # other files do not depend on the question
            if widget.kind != "popover" or once in self.opened:
                continue  # popovers that have an id tell the server that they were opened: they hold files to take away
            self.opened.add(once)
            opened = WidgetState(id=widget.id, bool_value=True)
            for chosen in self._kinds(run, widget.id) if widget.id.endswith("templates stored") else [[]]:
                shown = self.screen.run("", f"{QUERY}&{query}", [*chosen, opened], run.page).raw
                data += shown + self._files(shown)
        asked = re.search(r"KODEU\d\d", query)
        return data.replace(asked[0].encode(), b"") if asked else data

    def _kinds(self, run: Run, stored: str) -> list[list[WidgetState]]:
        """The choice above a popover of stored rows, once for each kind of case."""
        identity = run.widget(stored.rsplit("-", 1)[1].replace("stored", "kind")).id
        return [[WidgetState(id=identity, string_value=say("vi", f"kind.{kind}"))] for kind in KINDS]

    def _files(self, shown: bytes) -> bytes:
        """What the offered files hold; each is asked for by others too, at once, for Streamlit forgets them."""
        data = b""
        for address in set(re.findall(rb"/media/[0-9a-f]+\.(?!png)\w+", shown)) - self.taken:
            url = self.server.base + address.decode()
            answer = httpx.get(url, cookies={"tracker_session": self.token} if self.token else {})
            if answer.status_code == 200:
                self.taken.add(address)
                data += unzipped(answer.content)
            for cookie in ({}, {"tracker_session": self.stranger}):
                if httpx.get(url, cookies=cookie).status_code != 404:
                    self.strayed.append(address)
        return data


def unzipped(data: bytes) -> bytes:
    """The parts of a workbook; anything else as it is."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@dataclass
class Crawled:
    """What somebody got of every address, how many files they took away, and which of these others got too."""

    pages: dict[tuple[str, str], bytes]
    files: int
    strayed: list[bytes]


@pytest.fixture(scope="module")
def crawled(office, server) -> dict[str, Crawled]:
    """What everybody gets."""
    found = {}
    for name in (VISITOR, "viewer", "unit", "clerk", "committee", "admin"):
        token = token_of(office, name)
        with Screen(server, token) as screen:
            crawler = Crawler(server, screen, token, token_of(office, "viewer"))
            asked = (
                addresses() if name not in CONTROLS else [one for one in addresses() if one[0] in ("don-vi", "giai-trinh")]
            )
            pages = {address: crawler.sent(*address) for address in asked}
            found[name] = Crawled(pages, len(crawler.taken), crawler.strayed)
    return found


@pytest.mark.parametrize(("name", "own"), [(VISITOR, set()), ("viewer", set()), ("unit", MINE), ("clerk", OURS)])
def test_no_page_and_no_file_shows_a_case_of_a_unit_that_is_not_ones_own(crawled, name, own):
    for address, data in crawled[name].pages.items():
        assert seen(data) <= own, address


def test_everybody_is_shown_what_is_theirs(crawled):
    shown = {name: set().union(*map(seen, one.pages.values())) for name, one in crawled.items()}
    assert (shown["unit"], shown["clerk"]) == (MINE, OURS)
    for name in ("committee", "admin"):
        assert {"U07", "U09", "U50"} <= shown[name], name


def test_a_file_is_given_to_nobody_but_the_sign_in_whose_page_offered_it(crawled):
    assert [one.strayed for one in crawled.values()] == [[]] * len(crawled)
    counted = {name: one.files for name, one in crawled.items()}
    assert counted[VISITOR] == 0
    assert counted["viewer"] >= 4, "the board and the lists, each as CSV and as a workbook"
    assert counted["unit"] >= 4 + 2 * len(KINDS) - 2, "also the stored rows of every kind of case"


def test_two_people_at_the_same_page_in_turns_never_get_each_others_cases(office, server):
    page, query = "don-vi", f"{QUERY}&i=ontime.rate"
    with Screen(server, token_of(office, "unit")) as mine, Screen(server, token_of(office, "everyone")) as other:
        for turn in range(20):
            assert seen(other.run(page, f"{query}&u=U09").raw) == {"U09"}, turn
            assert seen(mine.run(page, f"{query}&u=U09").raw) == set(), turn
            assert seen(mine.run(page, f"{query}&u=U07").raw) == {"U07"}, turn


@pytest.mark.usefixtures("crawled")
def test_neither_an_error_nor_the_log_tells_of_cases(server):
    for path in ("/don-vi/x", "/giai-trinh?g=1", "/session/login?next=/giai-trinh", "/healthz", "/_stcore/host-config"):
        assert not seen(httpx.get(server.base + path).content), path
    log = server.output()
    assert not seen(log.encode())
    assert "Traceback" not in log
