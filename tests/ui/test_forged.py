"""From outside, without a browser's manners: hidden addresses show nothing, and forged widget states change nothing.

Every act of the pages is filled in by somebody who may, so that its widgets' ids are known, and then sent by everybody
who may not, and by the one who might until a moment ago. The control: sent by the one who may, the same bytes do arrive.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from builders import act, put_file
from intake.documents import pdf
from lives import acting
from people import put_account
from small_office import CAMPAIGN, FILES, PEOPLE, RULEBOOK, YEAR, put_people, put_rules
from sqlalchemy import select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from word_papers import letter

from tracker.core.problems import RefusedError
from tracker.services import running
from tracker.services.access import RIGHTS, Actor, Role
from tracker.services.accounts import Grant, change_role, disable_account, enable_account
from tracker.services.appealing import NewAppeal, hand_in_appeal
from tracker.services.appeals import CaseRef
from tracker.services.bundle_jobs import AT_WORK, cancel_bundle, newest_bundle
from tracker.services.campaign_settings import set_deadline
from tracker.services.database import open_database
from tracker.services.life import approve_step, propose_step
from tracker.services.sessions import begin, end_everywhere
from tracker.services.steps import Step, Where
from tracker.store.audit import ENTRY
from tracker.store.engine import reading
from tracker.text import say
from tracker.ui.shell import PAGES

from .protocol import Run, Screen, Server
from .test_sign_in import wait_until_ready

HERE = Where(CAMPAIGN, YEAR)
QUERY = f"c={CAMPAIGN}&p={YEAR}"
VISITOR = "khách"
NOT_COUNTED = {"audit_entry", "sign_in", "guess"}  # where denials and sign-ins are written down


@dataclass(frozen=True)
class Upload:
    """A file handed to an uploader."""

    name: str
    data: bytes


class Press:
    """A button pressed."""


PRESS = Press()
Stage = Mapping[str, Any]


@dataclass(frozen=True)
class Forge:
    """An act of a page: who may do it, and the widgets' values, run by run; the last run presses what does it."""

    name: str
    page: str
    query: str
    holders: tuple[str, ...]
    stages: tuple[Stage, ...]


APPEAL = "appeal.A.dossiers/A-late"
PROGRAMME = "number;task;body;deadline\n1;Rà soát;A;Thường xuyên\n"
PROGRESS = f"progress.{CAMPAIGN}.1.1"
SECOND = RULEBOOK.replace("version = 1", "version = 2")
# A grid's edits: a tick in the first line, and what no honest grid sends: a locked cell, a row added, a row deleted.
EDITED = json.dumps(
    {
        "edited_rows": {"0": {"counter": True, "procedure": "P9"}},
        "added_rows": [{"procedure": "P8", "counter": True}],
        "deleted_rows": [],
    }
)
COMMITTEE, UNIT_A, ADMIN = ("thu-ky", "chu-tich"), ("xa-a",), ("quan-tri",)
# In this order: each begins where the one before has arrived.
FORGES = (
    Forge(
        "appeal",
        "giai-trinh",
        "u=A&case=dossiers/A-late",
        UNIT_A,
        (
            {f"{APPEAL}.asks": "Loại trường hợp này khỏi số liệu của kỳ"},
            {
                f"{APPEAL}.reason": "Cổng ngừng hoạt động.",
                f"{APPEAL}.files": Upload("biên bản.pdf", pdf()),
                f"FormSubmitter:{APPEAL}-Gửi giải trình": PRESS,
            },
        ),
    ),
    Forge("withdraw", "giai-trinh", "g=1", UNIT_A, ({"withdraw 1": PRESS},)),
    Forge(
        "decide",
        "giai-trinh",
        "g=2",
        COMMITTEE,
        (
            {"decide.2.verdict": "Không chấp nhận"},
            {"decide.2.reason": "Không đủ căn cứ.", "FormSubmitter:decide.2-Ghi kết luận": PRESS},
        ),
    ),
    Forge(
        "appraise",
        "tham-dinh",
        f"v=F/plan/{YEAR}-01-01/{YEAR}-12-31",
        COMMITTEE,
        ({"Thẩm định": "60", "Lý do, ghi chú": "Theo quyết toán.", "Ghi kết quả thẩm định": PRESS},),
    ),
    Forge("accept all", "tham-dinh", "", COMMITTEE, ({"FormSubmitter:accept checked-Chấp nhận": PRESS},)),
    Forge(
        "meeting",
        "xet-duyet",
        "",
        COMMITTEE,
        (
            {"meeting add": PRESS},  # this one acts by a callback
            {
                "meeting  0 place": "Hội trường",
                "meeting  0 chair": "Ông Chủ",
                "meeting  0 secretary": "Bà Ký",
                "meeting  0 present": 9.0,
                "meeting save ": PRESS,
            },
        ),
    ),
    Forge("confirm all", "xet-duyet", "", COMMITTEE, ({"bulk criticism": PRESS},)),
    Forge(
        "nominate",
        "de-cu-ca-nhan",
        "",
        UNIT_A,
        (
            {"nominate A officer": "Nguyễn Thị Hoa (A-1)"},
            {"nominate A A-1 said": "Giải quyết sớm mọi hồ sơ.", "nominate A A-1 save": PRESS},
        ),
    ),
    Forge("approve rules", "the-le", "", ("chu-tich",), ({f"approve {CAMPAIGN} quy-che@1": PRESS},)),
    Forge(
        "settings",
        "dot-thi-dua",
        "",
        ADMIN,
        (
            {"campaigns vi": "Thiết lập"},
            {"Ẩn kết quả tạm tính với đơn vị và người xem cho đến khi công bố": True, "Lưu thiết lập": PRESS},
        ),
    ),
    Forge(
        "rulebook",
        "quan-ly-the-le",
        "",
        ADMIN,
        (
            {"rulebooks vi": "Thêm phiên bản"},
            {"rulebook file": Upload("quy-che.toml", SECOND.encode())},
            {"rulebook keep": PRESS},
        ),
    ),
    Forge("unit", "don-vi-cum", "dv=A", ADMIN, ({"unit name A.1": "Xã Đổi Tên", "unit save": PRESS},)),
    Forge(
        "calendar",
        "lich-lam-viec",
        "",
        ADMIN,
        (
            {
                "calendar name": "Nghỉ bù",
                "calendar reason": "Thông báo",
                "FormSubmitter:calendar day-Xem trước ảnh hưởng": PRESS,
            },
            {"calendar confirm": PRESS},
        ),
    ),
    Forge(
        "postings",
        "nhap-tay",
        "u=A&muc=niem-yet",
        ("van-thu", "xa-a", "quan-tri"),
        ({"grid postings A  1 vi 0": EDITED, "FormSubmitter:form postings A  1-Lưu": PRESS},),
    ),
    Forge(
        "tick work",
        "viec-can-lam",
        "u=A",
        ("van-thu", "xa-a"),
        ({"mark.A.dossiers_A-late_apology": True, "FormSubmitter:work.A.True-Đánh dấu đã xử lý": PRESS},),
    ),
    Forge(
        "charge",
        "chi-tieu-con-thap",
        "u=A",
        ("van-thu", "xa-a"),
        (
            {
                "review.A.ontime.rate.0.person": "Ông A",
                "review.A.ontime.rate.0.action": "Rà soát",
                "FormSubmitter:review.A.ontime.rate.0-Giao việc": PRESS,
            },
        ),
    ),
    Forge(
        "name head",
        "chi-tieu-con-thap",
        "u=A",
        ("xa-a", *COMMITTEE),
        ({"heads.A.work.0.name": "Bà Hoa", "FormSubmitter:heads.A.work.0-Ghi người chịu trách nhiệm": PRESS},),
    ),
    Forge(
        "practice",
        "cach-lam-hay",
        "",
        ("van-thu", "xa-a", "xa-b"),
        (
            {
                "practice.title": "Trả kết quả tại nhà",
                "practice.story": "Mang kết quả đến nhà.",
                "FormSubmitter:practice-Gửi hội đồng": PRESS,
            },
        ),
    ),
    Forge(
        "judge practice",
        "cach-lam-hay",
        "",
        COMMITTEE,
        ({"practice.note.1.0": "QĐ 15", "FormSubmitter:practice.verdict.1.0-Công nhận": PRESS},),
    ),
    Forge(
        "programme",
        "chuong-trinh",
        "xem=nhap",
        (*COMMITTEE, "quan-tri"),
        ({"programme file": Upload("chuong-trinh.csv", PROGRAMME.encode())}, {"programme keep": PRESS}),
    ),
    Forge(
        "progress",
        "chuong-trinh",
        "nv=1",
        (*COMMITTEE, "quan-tri", "van-thu", "xa-a"),
        ({f"{PROGRESS}.note": "Đang làm", f"FormSubmitter:{PROGRESS}-Ghi báo cáo": PRESS},),
    ),
    Forge(
        "undo",
        "so-lieu",
        "lo=3",
        ADMIN,
        ({"Lý do hoàn tác": "Nhập nhầm", "FormSubmitter:undo 3-Hoàn tác": PRESS},),
    ),
    # This one's service is called by a callback, which runs before the page asks anybody who they are.
    Forge("account", "tai-khoan", "", ADMIN, ({"new 0 name": "nguoi-moi", "new 0 add": PRESS},)),
    Forge(
        "paper texts",
        "van-ban",
        "",
        (*COMMITTEE, "quan-tri"),
        ({"papers vi": "Nội dung chung"}, {"Địa danh ghi trên văn bản": "Đại Ngàn", "Lưu nội dung": PRESS}),
    ),
    Forge(
        "issue paper", "van-ban", "", (*COMMITTEE, "quan-tri"), ({"FormSubmitter:paper proposal // vi-Phát hành": PRESS},)
    ),
    Forge(
        "template",
        "mau-van-ban",
        "loai=notice",
        ADMIN,
        ({"template notice 0": Upload("thong-bao.docx", letter("{{ agency }}"))}, {"use notice": PRESS}),
    ),
    Forge("template reset", "mau-van-ban", "loai=notice", ADMIN, ({"reset notice": PRESS},)),
    Forge(
        "bundle",
        "van-ban",
        "",
        (*COMMITTEE, "quan-tri"),
        ({"papers vi": "Gói văn bản"}, {"bundle make": PRESS}),
    ),
    Forge("propose", "ky-thi-dua", "", COMMITTEE, ({"propose": PRESS},)),
    Forge("approve", "ky-thi-dua", "", ("chu-tich",), ({"approve": PRESS},)),
    # The last one, for what it begins goes on in a process of its own.
    Forge(
        "hand in",
        "so-lieu",
        "",
        ("van-thu", "xa-a", "xa-b", "quan-tri"),
        (
            {
                "case files": Upload("dossiers.csv", FILES["dossiers.csv"].encode()),
                "FormSubmitter:hand in-Kiểm tra tệp": PRESS,
            },
        ),
    ),
)
IN_EVERY_WAY = ("appeal", "withdraw", "account")  # by everybody; the others by every second one, taken away in one way


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory):
    """The small office, its year frozen, one appeal handed in, one tie and one criticism before the committee."""
    path = tmp_path_factory.mktemp("forged") / "office.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    for name, text in FILES.items():
        assert put_file(database, name, text)[0].outcome == "imported"
    put_rules(database)
    put_people(database)
    put_account(database, "quan-tri-2", Role.ADMIN)  # the only administrator could not be shut out
    now = running.today()
    set_deadline(database, (CAMPAIGN, YEAR), None, now + timedelta(days=3), act(now))
    propose_step(database, HERE, Step.FREEZE, acting(Actor("thu-ky"), now))
    approve_step(database, HERE, Step.FREEZE, acting(Actor("chu-tich"), now))
    carried = CaseRef("dossiers", ("A-carried",))
    hand_in_appeal(database, NewAppeal(CAMPAIGN, YEAR, "A", carried, "exclude", "nhầm", {}), acting(Actor("xa-a"), now))
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def server(office) -> Iterator[Server]:
    with Server(env={"TRACKER_DATABASE_URL": office.url.render_as_string(hide_password=False)}) as running_:
        wait_until_ready(running_)
        yield running_


def digest(office) -> str:
    """Of every row of every table, but for where denials and sign-ins are written down."""
    with sqlite3.connect(office.url.database) as raw:
        names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        kept = {name: sorted(map(repr, raw.execute(f'SELECT * FROM "{name}"'))) for name in names if name not in NOT_COUNTED}
    return sha256(repr(kept).encode()).hexdigest()


def denied(office) -> set[tuple[str, str]]:
    """Who was denied what, as the log has it."""
    with reading(office) as connection:
        rows = connection.execute(select(ENTRY.c.actor, ENTRY.c.thing).where(ENTRY.c.verb == "denied"))
        return {(row.actor, row.thing) for row in rows}


@dataclass
class Filled:
    """A form as its holder filled it in: its page's hash, and the widgets' ids by what the forge calls them."""

    page_hash: str
    ids: dict[str, str] = field(default_factory=dict)


def state_of(identity: str, value: Any, screen: Screen, server: Server, session: str) -> WidgetState:
    """The widget's state as a browser would send it."""
    state = WidgetState()
    if isinstance(value, Upload):
        state = screen.upload(server, session, value.name, value.data)
    elif isinstance(value, Press):
        state.trigger_value = True
    elif isinstance(value, bool):
        state.bool_value = value
    elif isinstance(value, float):
        state.double_value = value
    else:
        state.string_value = value
    state.id = identity
    return state


def fill(server: Server, screen: Screen, forge: Forge) -> tuple[Filled, list[WidgetState]]:
    """Fill the form in as somebody who may, up to but without the last press; gives the states of the last run."""
    run = screen.run(forge.page, f"{QUERY}&{forge.query}")
    filled = Filled(run.hashes[forge.page])
    kept: list[WidgetState] = []
    for stage in forge.stages:
        filled.ids |= {name: run.widget(name).id for name in stage}
        pressed, values = _divide(filled, stage, screen, server, run.session)
        kept += values
        if stage is not forge.stages[-1]:
            run = screen.run(forge.page, f"{QUERY}&{forge.query}", [*kept, *pressed], filled.page_hash)
    return filled, [*kept, *pressed]


def send(server: Server, screen: Screen, forge: Forge, filled: Filled) -> Run:
    """Send every run of the forge from a screen that may not, whatever it is shown."""
    kept: list[WidgetState] = []
    session = ""
    if any(isinstance(value, Upload) for stage in forge.stages for value in stage.values()):
        session = screen.run(forge.page, f"{QUERY}&{forge.query}").session
    for stage in forge.stages:
        pressed, values = _divide(filled, stage, screen, server, session)
        kept += values
        run = screen.run(forge.page, f"{QUERY}&{forge.query}", [*kept, *pressed], filled.page_hash)
    return run


def _divide(filled: Filled, stage: Stage, screen: Screen, server: Server, session: str):
    states = {name: state_of(filled.ids[name], value, screen, server, session) for name, value in stage.items()}
    pressed = [state for name, state in states.items() if stage[name] is PRESS]
    return pressed, [state for name, state in states.items() if stage[name] is not PRESS]


@contextmanager
def taken(office, name: str, how: str) -> Iterator[None]:
    """The right is gone inside the block: another role, a disabled account, no unit any more, or signed out elsewhere."""
    role, grant = PEOPLE[name]
    if how == "role":
        change_role(office, name, Role.VIEWER, Grant(), act())
    elif how == "account":
        disable_account(office, name, act())
    elif how == "unit":
        change_role(office, name, role, Grant(frozenset("B")), act())
    else:
        end_everywhere(office, Actor(name), running.now())
    yield
    if how == "account":
        enable_account(office, name, act())
    elif how != "sign-in":
        change_role(office, name, role, grant, act())


def token_of(office, name: str) -> str | None:
    """A fresh sign-in of somebody; None for the visitor."""
    return None if name == VISITOR else begin(office, Actor(name), running.now())


def stop_bundle(office) -> None:
    """The bundle that was begun is ended, and its process has seen it: the next forge compares whole databases."""
    job = newest_bundle(office, CAMPAIGN, YEAR, Actor("thu-ky"))
    with suppress(RefusedError):  # it is made already
        cancel_bundle(office, job.id, acting(Actor("thu-ky"), running.today()))
    until = time.monotonic() + 20
    while newest_bundle(office, CAMPAIGN, YEAR, Actor("thu-ky")).state in AT_WORK and time.monotonic() < until:
        time.sleep(0.05)


@pytest.mark.parametrize("forge", FORGES, ids=lambda forge: forge.name)
def test_forged_widget_states_change_nothing_unless_their_sender_may(office, server, forge):
    holder, at = forge.holders[0], FORGES.index(forge)
    with Screen(server, token_of(office, holder)) as screen:
        filled, _ = fill(server, screen, forge)
    others = [name for name in (VISITOR, *PEOPLE) if name not in forge.holders]
    for name in others if forge.name in IN_EVERY_WAY else others[at % 2 :: 2]:
        with Screen(server, token_of(office, name)) as screen:
            before = digest(office)
            send(server, screen, forge, filled)
            assert digest(office) == before, f"by {name}"
    ways = ("role", "account", "sign-in", *(("unit",) if holder == "xa-a" else ()))
    for how in ways if forge.name in IN_EVERY_WAY else ways[at % 3 :: 3]:
        with Screen(server, token_of(office, holder)) as screen:
            _, last = fill(server, screen, forge)
            with taken(office, holder, how):
                before = digest(office)
                screen.run(forge.page, f"{QUERY}&{forge.query}", last, filled.page_hash)
                assert digest(office) == before, f"with the {how} taken away"
    with Screen(server, token_of(office, holder)) as screen:
        _, last = fill(server, screen, forge)
        before = digest(office)
        screen.run(forge.page, f"{QUERY}&{forge.query}", last, filled.page_hash)
        assert digest(office) != before, f"{holder} may, and it must arrive"
    if forge.name == "bundle":
        stop_bundle(office)
    assert "Traceback" not in server.output()


def of_role(role: Role) -> str:
    """The account of that role."""
    return next(name for name, (known, _) in PEOPLE.items() if known is role)


def may_open(page: str, role: Role | None) -> bool:
    """As design says; the visitor of an office with accounts may open nothing."""
    return role is not None and role in RIGHTS[PAGES[page].verb]


def of_files(file: str, role: Role | None) -> list[dict[str, str]]:
    """A page asked for by its file, which opens for nobody; tried by the visitor and by a unit."""
    return [{"page": Path(file).stem}, {"page": file}] if role in (None, Role.UNIT) else []


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_a_hidden_page_gives_nothing_by_its_address_nor_by_its_hash(office, server, role):
    with Screen(server, token_of(office, "quan-tri")) as admin, Screen(server, token_of(office, "thu-ky")) as member:
        hashes = {**admin.run().hashes, **member.run().hashes}
    with Screen(server, token_of(office, "xa-a")) as unit:
        hashes |= unit.run().hashes
    with Screen(server, token_of(office, of_role(role) if role else VISITOR)) as screen:
        for name, page in PAGES.items():
            title = say("vi", f"page.{name}")
            ways = [{"page": page.path}, {"page_hash": hashes["" if name == "leaderboard" else page.path]}]
            if may_open(name, role):
                # The control: the same address does give the page to whoever may; a unit's pages are called by the unit.
                shown = screen.run(query=QUERY, **ways[0])
                assert not shown.page_not_found or name == "leaderboard"
                assert name in ("leaderboard", "unit", "my_standing") or shown.says(title), name
                continue
            for way in [*ways, *of_files(page.file, role)]:
                shown = screen.run(query=f"{QUERY}&g=1&u=A&dv=A&v=F/plan/{YEAR}-01-01/{YEAR}-12-31", **way)
                assert not shown.says(title), (name, way)
                for secret in ("A-late", "A-carried", "Nguyễn Thị Hoa", "biên bản"):
                    assert secret.encode() not in shown.raw, (name, way, secret)


def test_a_foreign_case_asked_for_on_a_page_one_may_open_is_denied_and_stands_in_the_log(office, server):
    with Screen(server, token_of(office, "xa-b")) as screen:
        for query in ("g=1", "u=A&case=dossiers/A-late"):
            shown = screen.run("giai-trinh", f"{QUERY}&{query}")
            assert shown.says(say("vi", "page.appeals")), "the page is theirs"
            assert b"01/03/2023" not in shown.raw
    # The first asked for by its address just now, the second by a callback of a screen whose right was taken away above.
    assert {("xa-b", "right/see_appeals"), ("quan-tri", "right/manage_users")} <= denied(office)


def test_evidence_is_given_to_who_asks_for_it_now_and_to_nobody_by_its_address_alone(office, server):
    def fetched(screen: Screen, run: Run) -> str:
        """The address the server answers a press of the download button with; "" for none."""
        message = BackMsg()
        asked = message.backend_operation_request
        asked.request_id, asked.session_id = "1", run.session
        asked.deferred_file.file_id = run.deferred[0]
        return screen.ask(message).backend_operation_response.deferred_file.url

    token = token_of(office, "thu-ky")
    with Screen(server, token) as screen:
        run = screen.run("giai-trinh", f"{QUERY}&g=2")
        address = server.base + fetched(screen, run)
        assert httpx.get(address, cookies={"tracker_session": token}).content == pdf()
        assert httpx.get(address).status_code == 404
        for other in ("xa-b", "quan-tri"):  # also who may see it must have been given it by a page of their own
            assert httpx.get(address, cookies={"tracker_session": str(token_of(office, other))}).status_code == 404
        assert httpx.get(address, cookies={"tracker_session": "made up"}).status_code == 404
        end_everywhere(office, Actor("thu-ky"), running.now())
        assert httpx.get(address, cookies={"tracker_session": token}).status_code == 404
        assert fetched(screen, run) == "", "a screen left open after signing out"


def test_the_icon_is_given_to_who_has_not_signed_in_yet(server):
    with Screen(server) as screen:
        icon = re.search(rb"/media/[0-9a-f]+\.png", screen.run().raw)
    assert icon
    assert httpx.get(server.base + icon[0].decode()).content.startswith(b"\x89PNG")
