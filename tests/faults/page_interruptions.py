"""A clerk confirms an import on the page, and then something happens, again and again: all rows or none, and truly told.

python -m tests.faults.page_interruptions SQLITE_FILE_OR_POSTGRESQL_URL [MOMENTS] [KIND ...]

What happens, each at MOMENTS moments spread over the time an import takes: the tab is closed, something else is clicked, the
browser's Stop is pressed, the import is given up, the server gets SIGTERM, the server and the import's process get kill -9.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "ui")]

from people import put_account
from protocol import Screen, Server
from sqlalchemy import Engine
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.faults.interruptions import Ending, file_of, look, prepare
from tracker.core.problems import RefusedError
from tracker.services import sessions
from tracker.services.access import OPERATOR, Actor, Role
from tracker.services.act import Act
from tracker.services.database import open_database
from tracker.services.imports import Source
from tracker.services.job_running import run_next
from tracker.services.job_states import OVER, QUEUED, RUNNING, Job
from tracker.services.jobs import cancel_job, find_job, submit_job
from tracker.services.policies import verify_ledgers
from tracker.services.running import now
from tracker.ui.shell import PAGES

KINDS = ("tab", "click", "stop", "give-up", "SIGTERM", "kill-9")
ROWS = 3000
WORDS = {"done": "Đã ", "failed": "không có gì được ghi", "cancelled": "không có gì được nhập"}
CLERK = Actor("clerk")
DATA = PAGES["data"].path


def clerk() -> Act:
    moment = now()
    return Act(CLERK, moment.date(), moment)


def checked_job(engine: Engine, number: int) -> Job:
    job = submit_job(engine, [Source("dossiers.csv", file_of(number, ROWS))], clerk())
    assert run_next(engine, now)
    return find_job(engine, job, CLERK)


def press(screen: Screen, page: str, job: int) -> None:
    """Press the button that stores the job, without waiting for the page to answer."""
    first = screen.run(DATA, query=f"lan={job}")
    message = BackMsg()
    message.rerun_script.query_string = f"lan={job}"
    message.rerun_script.page_name = page
    button = message.rerun_script.widget_states.widgets.add()
    button.id, button.trigger_value = first.widget(f"import {job}").id, True
    screen.socket.send(message.SerializeToString())


def send(screen: Screen, kind: str) -> None:
    """Stop, or a click that asks for another page."""
    message = BackMsg()
    if kind == "stop":
        message.stop_script = True
    else:
        message.rerun_script.page_name = ""
    screen.socket.send(message.SerializeToString())


class Scene:
    """A server that is started anew whenever it was ended, and the clerk's sign-in."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self.url, self.stack = url, stack
        self.engine = open_database(url)
        self.token = sessions.begin(self.engine, CLERK, now())
        self.start()

    def start(self) -> None:
        self.server = self.stack.enter_context(Server(env={"TRACKER_DATABASE_URL": self.url}))

    def happen(self, kind: str, job: int, after: float) -> None:
        """Confirm on the page, and that long afterwards what is to happen."""
        with Screen(self.server, self.token) as screen:
            press(screen, DATA, job)
            time.sleep(after)
            match kind:
                case "click" | "stop":
                    send(screen, kind)
                    time.sleep(0.2)
                case "give-up":
                    with suppress(RefusedError):  # it was over, or being stored already
                        cancel_job(self.engine, job, clerk())
                case "SIGTERM":
                    self.server.process.terminate()
                case "kill-9":
                    self.server.process.kill()
        if kind in ("SIGTERM", "kill-9"):
            self.server.process.wait(30)
            self.start()  # as the service manager does; the clerk comes back

    def settled(self, job: int) -> Job:
        """The job once nothing is under way any more."""
        until = time.monotonic() + 90
        found = find_job(self.engine, job, OPERATOR)
        while found.state in (*QUEUED, *RUNNING) and time.monotonic() < until:
            time.sleep(0.1)
            found = find_job(self.engine, job, OPERATOR)
        return found


def is_true(ending: Ending, job: Job, before: Ending, said: str) -> bool:
    """Whether rows and log grew by all or nothing, together, and the page says which it was."""
    stored = ending.rows - before.rows == ROWS and ending.lines - before.lines == 1
    nothing = ending.rows == before.rows and ending.lines == before.lines
    told = job.state == "done" if stored else job.state in ("failed", "cancelled", "checked")
    return (stored or nothing) and told and ending.waited < 1 and said == ""


def wrong_on_page(scene: Scene, job: Job) -> str:
    """What is wrong with the page the clerk comes back to: "" if it tells the state the job has."""
    for _ in range(30):  # a server that has just been started says so until its data are ready
        with Screen(scene.server, scene.token) as screen:
            run = screen.run(DATA, query=f"lan={job.id}")
        if any(f"Lượt nạp số {job.id}" in text for text in run.texts):
            break
        time.sleep(1)
    if job.state not in OVER:
        return "" if any(one.id.endswith(f"-import {job.id}") for one in run.elements) else "cannot be confirmed"
    return "" if any(WORDS[job.state] in text for text in run.texts) else f"{job.state}: {run.texts}"


def take_time(scene: Scene, number: int) -> tuple[float, int]:
    """Seconds from the press to the end of an import that nothing happens to, and that job."""
    job = checked_job(scene.engine, number)
    with Screen(scene.server, scene.token) as screen:
        press(screen, DATA, job.id)
        began = time.monotonic()
        while find_job(scene.engine, job.id, OPERATOR).state not in OVER:
            time.sleep(0.05)
    return time.monotonic() - began, job.id


def run(url: str, kind: str, moments: int, first: int) -> tuple[list[tuple[Ending, Job, bool]], float]:
    found: list[tuple[Ending, Job, bool]] = []
    with ExitStack() as stack:
        scene = Scene(url, stack)
        longest, whole = take_time(scene, first)
        before = look(scene.engine, whole, killed=False)
        for at in range(moments):
            job = checked_job(scene.engine, first + 2 + at)
            scene.happen(kind, job.id, longest * at / moments)
            settled = scene.settled(job.id)
            ending = look(scene.engine, job.id, killed=False)
            said = wrong_on_page(scene, settled)
            found.append((ending, settled, is_true(ending, settled, before, said)))
            if not found[-1][-1]:
                print(kind, at, ending, settled.state, settled.message, said, flush=True)
            before = ending
        assert all(not check.differences for check in verify_ledgers(scene.engine, OPERATOR)), "the ledger is wrong"
        scene.engine.dispose()
    return found, longest


def main(url: str, moments: int, kinds: list[str]) -> None:
    prepare(url)
    engine = open_database(url)
    put_account(engine, CLERK, Role.ADMIN)
    engine.dispose()
    for number, kind in enumerate(kinds or KINDS):
        found, longest = run(url, kind, moments, 1000 * (number + 1))
        told = Counter((job.state.value, job.message) for _, job, _ in found)
        waited = max(ending.waited for ending, _, _ in found)
        print(f"{kind}: {sum(good for *_, good in found)} of {moments} true, over {longest:.1f} s; "
              f"told {dict(told)}; a writer then waited {waited:.2f} s", flush=True)  # fmt: skip


if __name__ == "__main__":
    target = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    main(target if "://" in target else f"sqlite:///{target}", count, sys.argv[3:])
