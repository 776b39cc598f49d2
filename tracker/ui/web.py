"""Everything between the browser and Streamlit: health route, compressed assets, security headers, language, warm-up."""

from __future__ import annotations

import base64
import contextlib
import gc
import gzip
import hashlib
import importlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from importlib.resources import files
from typing import Any

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.text import LANGUAGES, say
from tracker.ui import cookies, signing_in, starting, taking

_WARM = ("pandas", "pyarrow", "plotly.graph_objects", "streamlit.elements.plotly_chart", "tracker.ui.shell")
_NOT_FOR_VISITORS = re.compile(r"/_stcore/+(metrics|agent|script-health-check)(/|$)")
_ASSETS = (".js", ".css", ".svg")
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")


async def health(_request: Request) -> Response:
    """200 as soon as the server answers; `data` says whether the data are ready."""
    return JSONResponse({"status": "ok", "data": starting.now().stage})


async def board(request: Request) -> Response:
    """Sends the leaderboard's own address to the root, where Streamlit serves its first page."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")


class Closed:
    """Answers 404 for the server's own diagnostics: they tell strangers about the machine and run the script."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else on."""
        if scope["type"] == "http" and _NOT_FOR_VISITORS.search(scope["path"]):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class GzippedAssets:
    """Compresses each of Streamlit's assets once; it sends 5 MB of scripts uncompressed otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory; names carry a hash, so an asset never changes while the server runs."""
        if not _wants_gzip(scope):
            await self.app(scope, receive, send)
            return
        if scope["path"] not in self.kept:
            status, headers, body = await _collect(self.app, scope)
            if status != 200 or _is_document(headers):  # an unknown name gets the page, and must not fill the memory
                await _answer(send, status, headers, body)
                return
            packed = await anyio.to_thread.run_sync(partial(gzip.compress, body, 6))
            kept = [(name, value) for name, value in headers if name not in (b"content-length", b"accept-ranges", b"etag")]
            added = [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding"), (b"content-length", b"%d" % len(packed))]
            self.kept[scope["path"]] = ([*kept, *added], packed)
        await _answer(send, 200, *self.kept[scope["path"]])


class PageLanguage:
    """Gives the one HTML document its language and title before any script has run."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change the document on its way out; all else passes untouched."""
        if scope["type"] != "http" or scope["method"] != "GET" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        status, headers, body = await _collect(self.app, {**scope, "headers": plain})
        if _is_document(headers):
            body = _in_language(scope, body)
            headers = [(name, value) for name, value in headers if name not in (b"content-length", b"etag")]
            headers.append((b"content-length", b"%d" % len(body)))
        await _answer(send, status, headers, body)


class SecurityHeaders:
    """Puts the same strict headers on every response; pages and downloads are never stored by a browser."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.scripts = _inline_script_hashes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers as the response starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_security_headers(self.scripts, Headers(scope=scope).get("host", "")))
                if not scope["path"].startswith("/static/") or _is_document(headers.raw):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_headers)


def lifespan(prepare: starting.Prepare) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any]]]:
    """A start that warms the process and begins to prepare the data; the server answers before they are ready."""

    @contextlib.asynccontextmanager
    async def run(_app: Any) -> AsyncIterator[dict[str, Any]]:
        for module in _WARM:
            importlib.import_module(module)
        gc.collect()
        gc.freeze()  # no later collection walks through what was imported
        starting.begin(prepare)
        yield {}

    return run


ROUTES = [Route("/healthz", health), Route("/bang-xep-hang", board), *signing_in.ROUTES]
MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(Closed),
    Middleware(GzippedAssets),
    Middleware(PageLanguage),
    Middleware(cookies.Identity),
    Middleware(taking.KeptFiles),
]


def _wants_gzip(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/static/"):
        return False
    headers = Headers(scope=scope)
    return scope["path"].endswith(_ASSETS) and "range" not in headers and "gzip" in headers.get("accept-encoding", "")


def _is_document(headers: list[tuple[bytes, bytes]]) -> bool:
    return Headers(raw=headers).get("content-type", "").startswith("text/html")


async def _collect(app: ASGIApp, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """The whole response of a GET, unconditional so that it always has a body.

    The app never hears that the browser has gone: it would stop half way, and half an asset must not be kept for everybody.
    """
    start: Message = {}
    parts: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    async def stay() -> Message:
        await anyio.sleep_forever()
        raise AssertionError  # it never wakes

    conditions = (b"if-none-match", b"if-modified-since")
    headers = [(name, value) for name, value in scope["headers"] if name not in conditions]
    await app({**scope, "headers": headers}, stay, keep)
    return start["status"], list(start["headers"]), b"".join(parts)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _in_language(scope: Scope, body: bytes) -> bytes:
    asked = Request(scope).query_params.get("lang")
    language = next((code for code in LANGUAGES if code == asked), LANGUAGES[0])
    body = body.replace(b'<html lang="en"', f'<html lang="{language}"'.encode(), 1)
    return body.replace(b"<title>Streamlit</title>", f"<title>{say(language, 'app.name')}</title>".encode(), 1)


def _inline_script_hashes() -> str:
    """The hashes that admit Streamlit's own inline script and no other."""
    page = (files("streamlit") / "static" / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def _security_headers(scripts: str, host: str) -> dict[str, str]:
    # Not every browser takes 'self' to mean the websocket too, so it is named; anything odd in the header is left out.
    sockets = f"ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    policy = (
        "default-src 'self'",
        f"script-src 'self' 'wasm-unsafe-eval' blob: {scripts}",  # blob: and wasm are Streamlit's own bundles
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",  # no remote image can be loaded from stored text
        "font-src 'self' data:",
        f"connect-src 'self' data: blob: {sockets}".strip(),
        "worker-src 'self' blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
