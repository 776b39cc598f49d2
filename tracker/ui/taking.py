"""What pages offer to take away is kept by Streamlit under an address anybody may ask for; here it is asked who does."""

from __future__ import annotations

from functools import lru_cache, partial
from hashlib import sha256

import anyio
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.services import sessions
from tracker.services.access import VISITOR, Verb
from tracker.services.running import database, now
from tracker.ui import starting
from tracker.ui.cookies import HEADER
from tracker.ui.look import ASSETS

_FILES = "/media/"


class KeptFiles:
    """Gives kept files only to those who may see the standings at all; the logo and the icon to everybody.

    It stands behind the middleware that says by a header of its own whose sign-in the cookie is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else on."""
        if scope["type"] != "http" or not scope["path"].startswith(_FILES):
            await self.app(scope, receive, send)
            return
        handle = Headers(scope=scope).get(HEADER.decode())
        if await anyio.to_thread.run_sync(partial(_may_take, handle)):
            await self.app(scope, receive, send)
        else:
            await _give_picture(self.app, scope, receive, send)


def _may_take(handle: str | None) -> bool:
    if starting.now().stage is not starting.Stage.READY:
        return False
    found = sessions.find(database(), handle, now(), seen=False)
    return Verb.SEE_STANDINGS in sessions.look(database(), found or VISITOR).verbs


async def _give_picture(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the file if it is one of our own pictures, else as if there were none."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app({**scope, "method": "GET"}, receive, keep)
    if sha256(b"".join(message.get("body", b"") for message in messages)).digest() in _pictures():
        for message in messages:
            await send(message)
    else:
        await PlainTextResponse("Not found", 404)(scope, receive, send)


@lru_cache(maxsize=1)
def _pictures() -> frozenset[bytes]:
    return frozenset(sha256(path.read_bytes()).digest() for path in ASSETS.iterdir() if path.suffix in (".svg", ".png"))
