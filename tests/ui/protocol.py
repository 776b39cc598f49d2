"""A server of its own for a test, and a client that speaks Streamlit's websocket protocol without its browser code."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

ROOT = Path(__file__).parents[2]


class Server:
    """The entry file started as people start it, on a free port; used in a `with` block. `root` is the project's folder."""

    def __init__(
        self, script: Path = ROOT / "streamlit_app.py", env: dict[str, str] | None = None, root: Path = ROOT, port: int = 0
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            self.port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed when the server is stopped
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--server.headless", "true"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), **(env or {})},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> Server:
        for _ in range(300):
            try:
                if httpx.get(self.base + "/healthz", timeout=2).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.1)
        raise RuntimeError(f"the server did not start: {self.output()}")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait(15)
        self.log.close()

    def output(self) -> str:
        """What the server has printed so far."""
        self.log.flush()
        self.log.seek(0)
        return self.log.read()


@dataclass(frozen=True)
class Widget:
    """A widget as the browser was told of it: its id (which ends in its key), what it is, and its label."""

    id: str
    kind: str
    label: str


@dataclass
class Run:
    """What one script run sent: the texts of its elements, the pages its navigation shows, and whether the page was unknown.

    `widgets`: the id of every widget by its label; `page`: the hash of the page that ran. `elements` are all that have an
    id, `raw` is everything as it came over the wire.
    """

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    page_not_found: bool = False
    widgets: dict[str, str] = field(default_factory=dict)
    page: str = ""
    hashes: dict[str, str] = field(default_factory=dict)
    elements: list[Widget] = field(default_factory=list)
    deferred: list[str] = field(default_factory=list)
    session: str = ""
    raw: bytes = b""

    def says(self, words: str) -> bool:
        """Whether any element shows the words."""
        return any(words in text for text in self.texts)

    def widget(self, name: str) -> Widget:
        """The widget of that key, or of that label where it has no key."""
        found = [one for one in reversed(self.elements) if one.id.endswith(f"-{name}") or one.label == name]
        assert found, f"{name!r} is none of {[(one.kind, one.label, one.id[-40:]) for one in self.elements]}"
        return found[0]


class Screen:
    """A browser's open screen, in a `with` block: it is sent whatever widget states it is told to send, honest or not."""

    def __init__(self, server: Server, token: str | None = None, headers: dict[str, str] | None = None) -> None:
        cookie = {"Cookie": f"tracker_session={token}"} if token else {}
        options = {"origin": server.base, "open_timeout": 30, "additional_headers": {**cookie, **(headers or {})}}
        self.opening = open_session(server, **options)

    def __enter__(self) -> Screen:
        self.socket = self.opening.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.opening.__exit__(kind, error, trace)

    def run(
        self, page: str = "", query: str = "", states: Sequence[WidgetState] = (), page_hash: str = "", timeout: float = 30
    ) -> Run:
        """One run of the page (by its place in links, or by its hash), with these widget states."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        message.rerun_script.page_script_hash = page_hash
        message.rerun_script.widget_states.widgets.extend(states)
        self.socket.send(message.SerializeToString())
        return self.read(timeout)

    def read(self, timeout: float = 30) -> Run:
        """What comes until a script run has finished; a run that was begun anew (st.rerun) goes on in the same."""
        run = Run()
        finished = False
        while not finished:
            data = self.socket.recv(timeout)
            assert isinstance(data, bytes)
            answer = ForwardMsg()
            answer.ParseFromString(data)
            run.raw += data
            finished = _note(run, answer)
        return run

    def upload(self, server: Server, session: str, name: str, data: bytes) -> WidgetState:
        """Hand a file in as the uploader of that session does; gives the state that says so, its widget's id still empty."""
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.session_id = session
        message.file_urls_request.file_names.append(name)
        urls = self.ask(message).file_urls_response.file_urls[0]
        token = httpx.get(server.base + "/_stcore/health").cookies["_streamlit_xsrf"]
        headers = {"X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"}
        address = f"{server.base}/{urls.upload_url.lstrip('/')}"
        assert httpx.put(address, files={"f": (name, data)}, headers=headers, timeout=30).status_code < 300
        state = WidgetState()
        told = state.file_uploader_state_value.uploaded_file_info.add()
        told.file_id, told.name, told.size = urls.file_id, name, len(data)
        told.file_urls.CopyFrom(urls)
        return state

    def ask(self, message: BackMsg, timeout: float = 30) -> ForwardMsg:
        """Send what is no run of a page, and give the answer to it."""
        self.socket.send(message.SerializeToString())
        answer = ForwardMsg()
        while answer.WhichOneof("type") not in ("backend_operation_response", "file_urls_response"):
            data = self.socket.recv(timeout)
            assert isinstance(data, bytes)
            answer.ParseFromString(data)
        return answer


def open_session(server: Server, name: str = "127.0.0.1", **options: Any) -> ClientConnection:
    """The websocket of a new session, to be used in a `with` block; `name` is what the browser believes the host to be."""
    line = socket.create_connection(("127.0.0.1", server.port), 30)
    address = f"ws://{name}:{server.port}/_stcore/stream"
    return connect(address, sock=line, subprotocols=[Subprotocol("streamlit")], max_size=None, **options)


def run_page(
    server: Server, page_name: str = "", query: str = "", timeout: float = 30, headers: dict[str, str] | None = None
) -> Run:
    """A new session's first run, asked for a page by its place in the link, with these headers of the browser's."""
    with open_session(server, origin=server.base, open_timeout=timeout, additional_headers=headers) as socket_:
        return ask(socket_, page_name, query, timeout=timeout)


def ask(  # noqa: PLR0913 - all that a browser says when it asks for a run
    socket_: ClientConnection,
    page_name: str = "",
    query: str = "",
    page: str = "",
    clicked: str = "",
    texts: dict[str, str] | None = None,
    timeout: float = 30,
) -> Run:
    """One run of an open session: of a page by its place in the link or its hash, with a button clicked, texts typed."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page_name
    message.rerun_script.page_script_hash = page
    if clicked:
        button = message.rerun_script.widget_states.widgets.add()
        button.id, button.trigger_value = clicked, True
    for widget, text in (texts or {}).items():
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.string_value = widget, text
    socket_.send(message.SerializeToString())
    run = Run()
    finished = False
    while not finished:
        answer = ForwardMsg()
        answer.ParseFromString(socket_.recv(timeout))
        finished = _note(run, answer)
    return run


def _note(run: Run, answer: ForwardMsg) -> bool:
    """Keep what the message says; True once the script has finished."""
    kind = answer.WhichOneof("type")
    if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
        element = answer.delta.new_element
        name = str(element.WhichOneof("type"))
        shown = getattr(element, name)
        run.texts += [
            text for part in ("body", "label", "message", "text") if isinstance(text := getattr(shown, part, None), str)
        ]
        if waiting := getattr(shown, "deferred_file_id", ""):
            run.deferred.append(waiting)
        if isinstance(identity := getattr(shown, "id", None), str) and identity:
            run.widgets[getattr(shown, "label", "")] = identity
            run.elements.append(Widget(identity, name, str(getattr(shown, "label", ""))))
    elif kind == "delta" and answer.delta.WhichOneof("type") == "add_block":
        block = answer.delta.add_block
        drawn = getattr(block, block.WhichOneof("type") or "vertical")
        if isinstance(identity := getattr(drawn, "id", None), str) and identity:
            run.elements.append(Widget(identity, str(block.WhichOneof("type")), ""))
    elif kind == "new_session":
        run.session = answer.new_session.initialize.session_id
    elif kind == "navigation":
        run.page = answer.navigation.page_script_hash
        run.pages = [page.url_pathname for page in answer.navigation.app_pages if not page.is_hidden]
        run.hashes = {page.url_pathname: page.page_script_hash for page in answer.navigation.app_pages}
    elif kind == "page_not_found":
        run.page_not_found = True
    return kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
