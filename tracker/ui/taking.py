"""Files that pages offer: Streamlit keeps them under addresses that anybody may ask for; here it is asked who does."""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import lru_cache, partial
from hashlib import sha256

import anyio
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.services import sessions
from tracker.services.running import database, now
from tracker.ui import starting
from tracker.ui.cookies import HEADER
from tracker.ui.look import ASSETS

_FILES = "/media/"
_FILE = re.compile(rb"/media/([0-9a-f]{32,})")
_MOST_TOLD = 20_000


class KeptFiles:
    """Gives a kept file only to the sign-in whose screens were told of its address, while it holds; our pictures to all.

    It stands behind the middleware that says by a header of its own whose sign-in the cookie is. Who has not signed in
    gets what was offered to others who have not: on sample data, and before there are accounts, that is everything.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.told: OrderedDict[tuple[str | None, bytes], None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note what screens are told, judge who asks for a file, and pass everything else on."""
        handle = Headers(scope=scope).get(HEADER.decode()) if scope["type"] in ("http", "websocket") else None
        if scope["type"] == "websocket":
            await self.app(scope, receive, partial(self._send_noted, send, handle))
        elif scope["type"] != "http" or not scope["path"].startswith(_FILES) or await self._may_take(handle, scope["path"]):
            await self.app(scope, receive, send)
        else:
            await _give_picture(self.app, scope, receive, send)

    async def _send_noted(self, send: Send, handle: str | None, message: Message) -> None:
        for found in _FILE.finditer(message.get("bytes") or b""):
            self.told[handle, found[1]] = None
            self.told.move_to_end((handle, found[1]))
        while len(self.told) > _MOST_TOLD:
            self.told.popitem(last=False)
        await send(message)

    async def _may_take(self, handle: str | None, path: str) -> bool:
        asked = _FILE.match(path.encode())
        if asked is None:
            return False
        holder = await anyio.to_thread.run_sync(_holding, handle)
        return (holder, asked[1]) in self.told


def _holding(handle: str | None) -> str | None:
    """The sign-in if it still holds; None as for somebody who has not signed in."""
    if starting.now().stage is not starting.Stage.READY:
        return None
    return handle if sessions.find(database(), handle, now(), seen=False) else None


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
