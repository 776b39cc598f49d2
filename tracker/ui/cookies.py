"""The cookies of a sign-in, and the middleware that tells Streamlit whose sign-in it is."""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.services import sessions
from tracker.services.settings import read_settings
from tracker.ui import provider

HEADER = b"x-tracker-sid"  # named as `trustedUserHeaders` in the configuration
_LONGEST_TOKEN = 100


class Identity:
    """Tells Streamlit which sign-in a browser's cookie stands for, by a header that no browser can bring itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whether the sign-in still holds is asked on every run, not here: a websocket may stay open for hours."""
        if scope["type"] in ("http", "websocket"):
            headers = [(name, value) for name, value in scope["headers"] if name.lower() != HEADER]
            if (handle := handle_on(HTTPConnection(scope))) is not None:
                headers.append((HEADER, handle.encode()))
            scope = {**scope, "headers": headers}

        async def send_with_our_flags(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [_with_our_flags(name, value) for name, value in message["headers"]]}
            await send(message)

        await self.app(scope, receive, send_with_our_flags)


@lru_cache(maxsize=1)
def cookie() -> str:
    """The cookie's name; `__Host-` makes browsers refuse it from anywhere but this very host, over https."""
    return "__Host-tracker_session" if read_settings().https else "tracker_session"


def handle_on(connection: HTTPConnection) -> str | None:
    """The sign-in that a request's cookies stand for: ours, else the identity provider's; whether it holds is not asked."""
    token = connection.cookies.get(cookie(), "")
    if not token:
        return provider.handle_of(connection.cookies)
    return sessions.handle_of(token) if len(token) <= _LONGEST_TOKEN else None


def with_cookie(answer: Response, token: str) -> Response:
    """The answer, which hands the browser its token."""
    answer.set_cookie(cookie(), token, path="/", secure=read_settings().https, httponly=True, samesite="lax")
    return answer


def without_cookie(answer: Response) -> Response:
    """The answer, which takes the browser's token away."""
    answer.delete_cookie(cookie(), path="/", secure=read_settings().https, httponly=True, samesite="lax")
    return answer


def _with_our_flags(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header as it is, but Streamlit's cookies without their month: gone with the browser, and over https only there."""
    if name.lower() != b"set-cookie" or not value.startswith(provider.COOKIE.encode()) or b"Max-Age=0" in value:
        return name, value
    parts = [part for part in value.split(b"; ") if not part.lower().startswith((b"max-age", b"expires"))]
    return name, b"; ".join([*parts, b"Secure"] if read_settings().https else parts)
