"""A whole period by browser: six people from the imported cases to a final result that nothing can move any more."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from browsers import READY, chromium
from builders import act, put_file
from intake.documents import pdf
from playwright.sync_api import Browser, Locator, Page, expect
from small_office import CAMPAIGN, FILES, LATER, NEXT, PASSWORD, YEAR, put_people, put_rules
from sqlalchemy import update
from ui.protocol import ROOT, Server

from tracker.services import running
from tracker.services.campaign_settings import set_deadline
from tracker.services.campaigns import PERIOD, load_campaign
from tracker.services.database import open_database
from tracker.services.sessions import SIGN_IN
from tracker.store.engine import reading, writing
from tracker.store.publishing import bump_version
from tracker.store.tables import now_as_stored
from tracker.ui.shell import ADMIN, PAGES

pytestmark = pytest.mark.browser

OF_YEAR = f"c={CAMPAIGN}&p={YEAR}"
OF_NEXT = f"c={CAMPAIGN}&p={NEXT}"
EVIDENCE = pdf()


class Office:
    """The office's database, its command line and its server; `who(name)` is that person's browser, signed in."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self.folder, self.path, self.browser = folder, folder / "office.db", browser
        self.url = f"sqlite:///{self.path}"
        self.database = open_database(self.url)
        self.people: dict[str, Page] = {}
        self.failures: list[str] = []

    def tracker(self, *arguments: str, code: int = 0) -> str:
        """What a verb of the command line prints."""
        done = subprocess.run(
            [sys.executable, "-m", "tracker", *arguments],
            cwd=ROOT,
            env={**os.environ, "TRACKER_DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def hand_in(self, actor: str, files: Sequence[tuple[str, str]]) -> None:
        """Import files by the command line, as somebody."""
        for name, text in files:
            (self.folder / name).write_text(text, "utf-8")
        self.tracker("--actor", actor, "import", *(str(self.folder / name) for name, _ in files))

    def who(self, server: Server, name: str) -> Page:
        """The browser of somebody, signed in at the first call."""
        if name not in self.people:
            context = self.browser.new_context(viewport={"width": 1366, "height": 1000}, locale="vi-VN")
            page = self.people[name] = context.new_page()
            page.on("pageerror", lambda error: self.failures.append(f"{name}: {error}"))
            page.set_default_timeout(30_000)
            page.goto(f"{server.base}/dang-nhap")
            page.get_by_label("Tên tài khoản").fill(name)
            page.get_by_label("Mật khẩu").fill(PASSWORD)
            page.get_by_role("button", name="Đăng nhập").click()
            page.wait_for_url(re.compile(f"{re.escape(server.base)}/(don-vi-toi.*)?$"))  # a unit comes to its own page
        return self.people[name]


@pytest.fixture
def office(sqlite_template: Path, tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "office.db").write_bytes(sqlite_template.read_bytes())
    with chromium() as browser:
        office = Office(tmp_path, browser)
        yield office
        office.database.dispose()


expect.set_options(timeout=30_000)


def settled(page: Page) -> None:
    page.wait_for_selector(READY, timeout=30_000)


def opened(page: Page, server: Server, path: str, query: str = OF_YEAR) -> Page:
    """The page, drawn to its end."""
    page.goto(f"{server.base}/{path}?{query}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=30_000)
    settled(page)
    return page


def by_key(page: Page, key: str) -> Locator:
    """What stands under a widget's or container's key."""
    return page.locator(f".st-key-{re.sub('[^a-zA-Z0-9_-]', '-', key.strip())}")


def press(page: Page, key: str) -> None:
    """Press the button of that key and wait for what comes of it."""
    by_key(page, key).get_by_role("button").first.click()
    settled(page)


def said(page: Page, words: str | re.Pattern[str]) -> None:
    """The words are to be seen."""
    expect(page.get_by_text(words).first).to_be_visible()


def take(office: Office, server: Server, state: str) -> None:
    """The secretary proposes the next step, who cannot approve it; the chair does, and the period is in that state."""
    proposer = opened(office.who(server, "thu-ky"), server, "ky-thi-dua")
    press(proposer, "propose")
    said(proposer, "Đã ghi đề nghị")
    expect(by_key(proposer, "approve")).to_have_count(0)
    chair = opened(office.who(server, "chu-tich"), server, "ky-thi-dua")
    if state == "final":  # it is a while since the chair signed in
        expect(by_key(chair, "approve")).to_have_count(0)
        chair.get_by_label("Mật khẩu").fill(PASSWORD)
        chair.get_by_label("Mật khẩu").press("Enter")
    press(chair, "approve")
    said(chair, "Đã phê duyệt và ghi vào nhật ký.")
    settled(chair)
    with reading(office.database) as connection:
        assert load_campaign(connection, CAMPAIGN).period(YEAR).state == state


def board_text(page: Page, server: Server, query: str = OF_YEAR) -> str:
    """Everything the board says of its units."""
    opened(page, server, "", query)
    main = page.locator("[data-testid=stMain]")
    text, steady = main.inner_text(), 0
    while steady < 3:  # the browser goes on drawing for a moment after the script has ended
        page.wait_for_timeout(400)
        text, before = main.inner_text(), text
        steady = steady + 1 if text == before else 0
    return text


def board_comes_to_say(page: Page, server: Server, text: str) -> bool:
    """Whether the board says just that, at once or, on a busy machine, a little later."""
    return any(board_text(page, server) == text for _ in range(4))


def test_a_whole_period_from_the_first_import_to_a_final_result(office: Office) -> None:
    prepare(office)
    with Server(env={"TRACKER_DATABASE_URL": office.url}) as server:
        rules_are_approved_and_what_runs_is_hidden(office, server)
        take(office, server, "frozen")
        appeal_is_handed_in(office, server)
        appeal_is_decided_on_its_evidence(office, server)
        value_is_appraised(office, server)
        committee_votes(office, server)
        take(office, server, "published")
        deadline_passes(office)
        take(office, server, "final")
        final = final_result_stands(office, server)
        nothing_later_moves_it(office, server, final)
        each_sees_their_own_pages(office, server)
        tampering_is_found(office, server)
        assert office.failures == []
        assert "Traceback" not in server.output()


def prepare(office: Office) -> None:
    """Registers, rules and people by whoever runs the machine; the cases by the clerk, who may hand in no registers."""
    put_rules(office.database)
    for name in ("units.csv", "procedures.csv"):
        put_file(office.database, name, FILES[name])
    put_people(office.database)
    office.hand_in("van-thu", [(name, FILES[name]) for name in ("staff.csv", "dossiers.csv", "reported.csv")])
    key = (CAMPAIGN, YEAR)
    set_deadline(office.database, key, None, running.today() + timedelta(days=3), act(running.today()))


def rules_are_approved_and_what_runs_is_hidden(office: Office, server: Server) -> None:
    admin = opened(office.who(server, "quan-tri"), server, "dot-thi-dua", OF_YEAR)
    admin.get_by_role("tab", name="Thiết lập").click()
    settled(admin)
    admin.get_by_text("Ẩn kết quả tạm tính").first.click()
    admin.get_by_role("button", name="Lưu thiết lập").click()
    said(admin, "Đã lưu thiết lập")
    assert "Xã Anh" not in board_text(office.who(server, "nguoi-xem"), server)
    assert "Xã Anh" in board_text(office.who(server, "thu-ky"), server)
    chair = opened(office.who(server, "chu-tich"), server, "the-le", OF_YEAR)
    chair.get_by_role("button", name="Phê duyệt thể lệ").click()
    said(chair, "phê duyệt")
    settled(chair)


def appeal_is_handed_in(office: Office, server: Server) -> None:
    unit = opened(office.who(server, "xa-a"), server, "don-vi", f"{OF_YEAR}&u=A&i=ontime.rate")
    unit = opened(unit, server, "giai-trinh", f"{OF_YEAR}&u=A&case=dossiers/A-late")
    unit.get_by_text("Loại trường hợp này khỏi").first.click()
    settled(unit)
    unit.get_by_label("Lý do giải trình").fill("Cổng dịch vụ công ngừng hoạt động ba ngày.")
    paper = {"name": "biên bản sự cố.pdf", "mimeType": "application/pdf", "buffer": EVIDENCE}
    unit.locator("input[type=file]").set_input_files(paper)
    said(unit, "biên bản sự cố.pdf")
    unit.get_by_role("button", name="Gửi giải trình").click()
    said(unit, "Đã gửi giải trình số 1")
    # Nobody else's unit account sees it, also by its address.
    other = opened(office.who(server, "xa-b"), server, "giai-trinh", f"{OF_YEAR}&g=1")
    assert "ngừng hoạt động" not in other.locator("body").inner_text()


def appeal_is_decided_on_its_evidence(office: Office, server: Server) -> None:
    member = opened(office.who(server, "thu-ky"), server, "giai-trinh", f"{OF_YEAR}&g=1")
    said(member, "Cổng dịch vụ công ngừng hoạt động ba ngày.")
    with member.expect_download() as started:
        member.get_by_role("button", name="biên bản sự cố.pdf").click()
    started.value.save_as(office.folder / "evidence.pdf")
    assert (office.folder / "evidence.pdf").read_bytes() == EVIDENCE
    by_key(member, "decide.1.verdict").get_by_text("Chấp nhận toàn bộ đề nghị").click()
    settled(member)
    member.get_by_label("Lý do của kết luận").fill("Đã đối chiếu nhật ký của cổng.")
    member.get_by_role("button", name="Ghi kết luận").click()
    said(member, "Đã ghi kết luận giải trình số 1")
    settled(member)
    # The unit sees what came of it: 80 points and the third rank became 100 and the first.
    unit = opened(office.who(server, "xa-a"), server, "giai-trinh", f"{OF_YEAR}&g=1")
    said(unit, "Đã đối chiếu nhật ký của cổng.")
    said(unit, re.compile("80.*100"))


def value_is_appraised(office: Office, server: Server) -> None:
    value = f"F/plan/{YEAR}-01-01/{YEAR}-12-31"
    member = opened(office.who(server, "thu-ky"), server, "tham-dinh", f"{OF_YEAR}&v={value}")
    for label, figure in (("Thẩm định", "60"), ("Quyết định", "60")):
        member.get_by_label(label, exact=True).fill(figure)
    member.get_by_label("Lý do, ghi chú").fill("Theo quyết toán năm.")
    member.get_by_role("button", name="Ghi kết quả thẩm định").click()
    said(member, re.compile("Đã ghi"))
    settled(member)
    member = opened(member, server, "tham-dinh")
    by_key(member, "accept_checked").get_by_role("button").first.click()
    member.get_by_role("button", name=re.compile("^.*Chấp nhận")).last.click()
    said(member, re.compile("Đã ghi"))
    settled(member)


def committee_votes(office: Office, server: Server) -> None:
    member = opened(office.who(server, "thu-ky"), server, "xet-duyet")
    press(member, "meeting add")
    key = "meeting  0"
    for name, words in (("place", "Hội trường"), ("chair", "Ông Chủ"), ("secretary", "Bà Ký"), ("minutes_no", "12/BB")):
        by_key(member, f"{key} {name}").get_by_role("textbox").fill(words)
    member.keyboard.press("Tab")
    settled(member)
    day = by_key(member, f"{key} minutes_on").get_by_role("spinbutton")
    day.first.click()
    day.first.press_sequentially(f"{running.today():%d%m%Y}", delay=60)  # each part leads on to the next
    expect(day.last).to_have_text(f"{running.today():%Y}")
    member.keyboard.press("Tab")
    settled(member)
    press(member, "meeting save ")
    said(member, "Đã ghi phiên họp.")
    said(member, "2 đơn vị đồng hạng cho 1 suất")
    # A by a ballot of its own, E with everybody's votes, B out of the tie.
    press(member, "decide reward gold A")
    by_key(member, "votes for reward/gold/A/ 0").locator("input").fill("8")
    by_key(member, "votes for reward/gold/A/ 0").locator("input").press("Enter")
    settled(member)
    press(member, "save reward/gold/A/ 0")
    said(member, "Đã ghi 1 quyết định.")
    settled(member)
    member.get_by_role("button", name=re.compile("phê bình", re.IGNORECASE)).first.click()
    press(member, "bulk criticism")
    settled(member)
    press(member, "tie gold k")
    by_key(member, "chosen gold/B 0").locator("label").click()
    settled(member)
    by_key(member, "votes for gold/B 0").locator("input").fill("9")
    by_key(member, "votes for gold/B 0").locator("input").press("Enter")
    settled(member)
    by_key(member, "reason tie gold k").locator("textarea").fill("Xã Bnh có nhiều sáng kiến hơn.")
    by_key(member, "reason tie gold k").locator("textarea").press("Control+Enter")
    settled(member)
    press(member, "save tie gold k")
    said(member, "Đã ghi 2 quyết định.")
    settled(member)


def deadline_passes(office: Office) -> None:
    """Time goes by: what was the last day to appeal is now yesterday, and everybody signed in a while ago."""
    with writing(office.database) as connection:
        yesterday = running.today() - timedelta(days=1)
        connection.execute(update(PERIOD).where(PERIOD.c.code == YEAR).values(appeals_until=yesterday))
        connection.execute(update(SIGN_IN).values(begun_at=now_as_stored(running.now() - timedelta(minutes=10))))
        bump_version(connection)


def final_result_stands(office: Office, server: Server) -> str:
    """What the board of the final result says to the viewer, who saw nothing of it before it was published."""
    text = board_text(office.who(server, "nguoi-xem"), server)
    assert "Xã Anh" in text
    for points in ("100,00", "85,00", "76,00", "70,00", "12,00"):
        assert points in text, points
    return text


def nothing_later_moves_it(office: Office, server: Server, final: str) -> None:
    """Cases go on for the next year; the final result is read from its copy."""
    before = board_text(office.who(server, "thu-ky"), server)
    office.hand_in("van-thu", [("dossiers.csv", LATER)])
    assert board_comes_to_say(office.who(server, "nguoi-xem"), server, final)
    assert board_comes_to_say(office.who(server, "thu-ky"), server, before)
    following = opened(office.who(server, "thu-ky"), server, "don-vi", f"{OF_NEXT}&u=A&i=ontime.rate")
    said(following, "A-carried")
    assert "Xã Anh" not in board_text(office.who(server, "nguoi-xem"), server, OF_NEXT), "2024 is not published"
    page = opened(office.who(server, "chu-tich"), server, "ky-thi-dua")
    press(page, "verify")
    said(page, re.compile("Kết quả.*đúng|khớp"))
    assert page.get_by_text("không khớp").count() == 0
    of_period = ("--campaign", CAMPAIGN, "--period", YEAR)
    office.tracker("verify", *of_period)
    office.tracker("audit", "verify")


def each_sees_their_own_pages(office: Office, server: Server) -> None:
    """The navigation of each holds their pages and nobody else's; an address typed by hand opens none."""
    everybodys = {"cach-lam-hay", "chuong-trinh"}
    cases = {"viec-can-lam", "chi-tieu-con-thap", "can-bo", "van-ban-xin-loi", "giai-trinh", "chat-luong-so-lieu"}
    entry, papers = {"so-lieu", "nhap-tay"}, {"van-ban"}
    committee = {"ky-thi-dua", "tham-dinh", "xet-duyet", *papers, *cases, *everybodys}
    mine = {
        "nguoi-xem": everybodys,
        "xa-a": {"de-cu-ca-nhan", *papers, *cases, *entry, *everybodys},
        "van-thu": {*cases, *entry, *everybodys},
        "thu-ky": committee,
        "chu-tich": committee,
        "quan-tri": {
            *(*papers, *cases, *entry, *everybodys),
            *(page.path for page in PAGES.values() if page.group == ADMIN),
        },
    }
    everything = {page.path for page in PAGES.values() if page.group}
    for name, pages in mine.items():
        page = opened(office.who(server, name), server, "")
        page_of = {path: f"{server.base}/{path}" for path in everything}
        listed = addresses_on(page)
        for group in page.locator("[data-testid=stTopNavSection]").all():
            group.click()
            settled(page)
            listed |= addresses_on(page)
        assert {path for path, address in page_of.items() if address in listed} == pages, name


def addresses_on(page: Page) -> set[str]:
    return set(page.locator("a").evaluate_all("all => all.map(one => one.href.split('?')[0])"))


def tampering_is_found(office: Office, server: Server) -> None:
    """One byte of a frozen part, and one of an audit row, changed past the triggers: both named."""
    of_period = ("--campaign", CAMPAIGN, "--period", YEAR)
    with sqlite3.connect(office.path) as raw:
        triggers = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for trigger in triggers:
            raw.execute(f'DROP TRIGGER "{trigger}"')
        (data,) = raw.execute("SELECT data FROM snapshot_part WHERE name = 'dossiers.csv'").fetchone()
        bent = data[:20] + bytes([data[20] ^ 1]) + data[21:]
        raw.execute("UPDATE snapshot_part SET data = ? WHERE name = 'dossiers.csv'", (bent,))
    assert "snapshot_part/1/dossiers.csv" in office.tracker("verify", *of_period, code=1)
    page = opened(office.who(server, "chu-tich"), server, "ky-thi-dua")
    press(page, "verify")
    said(page, re.compile("KHÔNG KHỚP.*dossiers"))
    seq = 7
    with sqlite3.connect(office.path) as raw:
        assert raw.execute("UPDATE audit_entry SET actor = actor || 'x' WHERE seq = ?", (seq,)).rowcount == 1
    assert f"Mục số {seq} đã bị sửa" in office.tracker("audit", "verify", code=1)
    log = opened(office.who(server, "quan-tri"), server, "nhat-ky", "")
    press(log, "audit verify")
    said(log, f"Mục số {seq} đã bị sửa")
