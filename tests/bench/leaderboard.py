"""What the leaderboard costs a server: CPU per rerun against an empty page's, and a hundred visitors at once.

    python -m tests.bench.leaderboard FOLDER [--dossiers 100000] [--runs 5] [--about TEXT]

Three servers are started as people start them: one whose script is an empty page with a search box, and the application on
100 and on 3,500 units. A client that speaks Streamlit's protocol types into the search box; the servers take turns. Then a
hundred such clients visit the 100-unit board at 12 reruns a second together.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.bench.generator import Size, arguments, campaign_database
from tests.bench.measuring import heading, table
from tests.ui.protocol import Server

EMPTY = """
import streamlit as st
st.title("Empty")
st.text_input("Search", key="q")
"""
UNITS = (100, 3500)
RERUNS = 40  # of each server in each round
VISITORS, RATE, LASTING = 100, 12, 30  # visitors; reruns a second of all together; seconds
WORDS = ("u00", "don vi", "7", "", "u1", "")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Visit:
    """One visitor's session: the search box's id once the first run has shown it, and everything that went wrong."""

    line: ClientConnection
    box: str = ""
    errors: list[str] = field(default_factory=list)

    async def run(self, words: str | None = None) -> float:
        """Seconds until the server has finished a run: the first one, or one after typing the words."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        if words is not None:
            widget = message.rerun_script.widget_states.widgets.add()
            widget.id, widget.string_value = self.box, words
        begun = time.perf_counter()
        await self.line.send(message.SerializeToString())
        while not self._read(await asyncio.wait_for(self.line.recv(), 60)):
            pass
        return time.perf_counter() - begun

    def _read(self, data: bytes | str) -> bool:
        assert isinstance(data, bytes)
        answer = ForwardMsg()
        answer.ParseFromString(data)
        if answer.WhichOneof("type") == "delta":
            element = answer.delta.new_element
            kind = element.WhichOneof("type")
            if kind == "text_input":
                self.box = element.text_input.id
            if kind == "exception" or (kind == "alert" and element.alert.format == element.alert.ERROR):
                self.errors.append(str(element)[:200])
        return bool(answer.WhichOneof("type") == "script_finished")


def visiting(server: Server) -> connect:
    address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    return connect(address, subprotocols=[Subprotocol("streamlit")], origin=Origin(server.base), max_size=None)


def cpu_seconds(server: Server) -> float:
    """What the server's process has used so far."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


async def cost_of_rerun(server: Server) -> tuple[float, float]:
    """CPU and wall milliseconds of one rerun, over `RERUNS` of them in a warm session."""
    async with visiting(server) as line:
        visit = Visit(line)
        for words in (None, "a", ""):
            await visit.run(words)
        before, begun = cpu_seconds(server), time.perf_counter()
        for number in range(RERUNS):
            await visit.run(WORDS[number % len(WORDS)])
        wall, cpu = time.perf_counter() - begun, cpu_seconds(server) - before
        assert not visit.errors, visit.errors
        return 1000 * cpu / RERUNS, 1000 * wall / RERUNS


async def crowd(server: Server) -> tuple[list[float], list[str]]:
    """Every visitor comes, then types now and then, each on their own; seconds per rerun, and errors."""
    taken: list[float] = []
    errors: list[str] = []
    end = time.perf_counter() + VISITORS * 0.05 + LASTING

    async def visitor(number: int) -> None:
        draw = random.Random(number)
        await asyncio.sleep(number * 0.05)
        try:
            async with visiting(server) as line:
                visit = Visit(line)
                await visit.run()
                while time.perf_counter() + (pause := draw.expovariate(RATE / VISITORS)) < end:
                    await asyncio.sleep(pause)
                    taken.append(await visit.run(draw.choice(WORDS)))
                errors.extend(visit.errors)
        except Exception as error:  # noqa: BLE001 (whatever it was, it counts as an error of the server)
            errors.append(repr(error)[:200])

    await asyncio.gather(*(visitor(number) for number in range(VISITORS)))
    return taken, errors


def ready(server: Server) -> None:
    """Wait until the first page shows a board (a search box), so that warming up is nobody's cost."""

    async def look() -> None:
        for _ in range(200):
            async with visiting(server) as line:
                visit = Visit(line)
                await visit.run()
                if visit.box:
                    return
            await asyncio.sleep(0.2)
        raise RuntimeError(f"no board appeared: {server.output()}")

    asyncio.run(look())


def report_costs(servers: dict[str, Server], runs: int) -> None:
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in servers}
    for _ in range(runs):
        for name, server in servers.items():
            costs[name].append(asyncio.run(cost_of_rerun(server)))
    empty = median(cpu for cpu, _ in costs["empty page"])
    rows = []
    for name, taken in costs.items():
        cpu, wall = median(cpu for cpu, _ in taken), median(wall for _, wall in taken)
        rows.append([name, f"{cpu:.1f}", f"{wall:.1f}", f"{cpu / empty:.1f}x", "" if name == "empty page" else "<= 8x"])
    table(["page", "CPU ms per rerun", "wall ms", "to the empty page", "target"], rows)


def report_crowd(server: Server) -> None:
    before, begun = cpu_seconds(server), time.perf_counter()
    taken, errors = asyncio.run(crowd(server))
    lasted = time.perf_counter() - begun
    busy = (cpu_seconds(server) - before) / lasted
    taken.sort()
    p50, p95 = (taken[int(share * len(taken))] for share in (0.5, 0.95))
    print(
        f"\n{VISITORS} visitors on {UNITS[0]} units, {len(taken)} reruns in {lasted:.0f} s ({len(taken) / lasted:.1f}/s): "
        f"{len(errors)} errors, p50 {p50:.3f} s, p95 {p95:.3f} s, server at {100 * busy:.0f} % of one core."
    )
    assert not errors, errors[:3]


def main() -> None:
    parser = arguments(__doc__)
    parser.set_defaults(dossiers=100_000)
    parser.add_argument("--about", default="")
    chosen = parser.parse_args()
    databases = {f"{units} units": campaign_database(chosen.folder, Size(chosen.dossiers, units)) for units in UNITS}
    heading("Leaderboard", chosen.about)
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY, encoding="utf-8")
        servers: dict[str, Server] = {}
        started = {}
        for name, database in {"empty page": None, **databases}.items():
            begun = time.perf_counter()
            address = {"TRACKER_DATABASE_URL": f"sqlite:///{database}"}
            servers[name] = stack.enter_context(Server(env=address) if database else Server(script))
            started[name] = time.perf_counter() - begun
            ready(servers[name])
        report_costs(servers, chosen.runs)
        healthy = ", ".join(f"{name} {took:.1f} s" for name, took in started.items() if name != "empty page")
        print(f"\nStart to healthy: {healthy}. Medians of {chosen.runs} alternating rounds of {RERUNS} reruns.")
        report_crowd(servers[f"{UNITS[0]} units"])


if __name__ == "__main__":
    main()
