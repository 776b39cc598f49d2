"""Signing in and out: plain routes that set an HttpOnly cookie and need no script."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import anyio
import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tracker.core.problems import RefusedError
from tracker.services import demo_people, first_start, sessions
from tracker.services.access import Actor, Role
from tracker.services.act import Act
from tracker.services.credentials import SignInError, change_password, check_password
from tracker.services.passwords import SHORTEST
from tracker.services.running import database, now
from tracker.services.settings import read_settings
from tracker.text import LANGUAGES, Language, say, say_problem
from tracker.text.numbers import moment
from tracker.ui import provider, starting
from tracker.ui.cookies import handle_on, with_cookie, without_cookie
from tracker.ui.forms import Document, Field, choices, document, form

SIGN_IN, SIGN_OUT = "/dang-nhap", "/session/logout"
PASSWORD, SETUP, PROVIDER = "/session/password", "/session/setup", "/session/provider"
OWN_PAGE = "/don-vi-toi"
_NOTHING_ASKED = re.compile(r"/(\?lang=\w*)?")
_MOST_BYTES = 8192


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to one of the forms, its fields read."""

    request: Request
    language: Language
    fields: dict[str, str]
    handle: str | None

    @property
    def next(self) -> str:
        return safe_next(self.fields.get("next", ""))

    def say(self, key: str, **args: object) -> str:
        return say(self.language, key, **args)


Answer = Callable[[_Asked], Response]


def safe_next(address: str) -> str:
    """The address if it leads to a page of our own, else the first page."""
    parts = urlsplit(address)
    local = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    harmless = "\\" not in address and address.isprintable() and not parts.path.startswith("/session/log")
    return address if local and harmless else "/"


def prepare_sign_in() -> None:
    """Print the set-up link of a database without accounts; make the demonstration's accounts if they were asked for."""
    demo_people.prepare_people(database(), now())
    if (token := first_start.open_link(database())) is None:
        return
    scheme = "https" if read_settings().https else "http"
    link = f"{scheme}://localhost:{st.get_option('server.port')}{SETUP}?token={token}"
    # On the console and nowhere else: who can read it runs the server. A log may be copied to many places.
    sys.stderr.write("\n".join(say(language, "setup.console", link=link) for language in LANGUAGES) + "\n")
    sys.stderr.flush()


def show_sign_in(asked: _Asked, alert: str = "", status: int = 200) -> Response:
    """The form for name and password, and on sample data the buttons of the roles where they were asked for."""
    name = Field("name", asked.say("sign_in.name"), "username", "text", asked.fields.get("name", ""))
    password = Field("password", asked.say("sign_in.password"), "current-password")
    kept = {"next": asked.next, "lang": asked.language}
    parts = [form("/session/login", asked.say("sign_in.button"), (name, password), kept)]
    if providers := {name: _name_provider(asked, name) for name in provider.names()}:
        parts.append(f"<h2>{asked.say('sign_in.provider.title')}</h2>{choices(PROVIDER, 'provider', providers, kept)}")
    if demo_people.is_offered(database()):
        roles = {role.value: _capital(asked.say(f"word.role.{role.value}")) for role in Role}
        parts.append(f"<h2>{asked.say('sign_in.sample')}</h2>{choices('/session/sample', 'role', roles, kept)}")
    words = asked.say("sign_in.no_accounts") if first_start.is_wanted(database()) else asked.say("sign_in.words")
    page = Document(asked.language, SIGN_IN, asked.say("sign_in.title"), {"next": asked.next}, words, alert)
    return HTMLResponse(document(page, *parts), status)


def sign_in(asked: _Asked) -> Response:
    """Check name and password; the same answer for a wrong password, an unknown name and a disabled account."""
    try:
        actor = check_password(database(), asked.fields.get("name", ""), asked.fields.get("password", ""), now())
    except SignInError as error:
        return show_sign_in(asked, _refusal(asked, error), 401 if error.locked_until is None else 429)
    return _enter(asked, actor, sessions.begin(database(), actor, now()))


def sign_in_to_sample(asked: _Asked) -> Response:
    """Enter as one of the demonstration's roles; the service refuses it wherever it is not offered."""
    role = next((role for role in Role if role.value == asked.fields.get("role")), Role.VIEWER)
    try:
        token = demo_people.sign_in(database(), role, now())
    except RefusedError as error:
        return show_sign_in(asked, say_problem(asked.language, error.problems[0]), 403)
    return _enter(asked, demo_people.account_of(role), token)


def go_to_provider(asked: _Asked) -> Response:
    """End what this browser holds and send it to the identity provider, by the app's first page, which knows the way."""
    name = asked.fields.get("provider", "")
    if name not in provider.names():
        return show_sign_in(asked, status=404)
    if asked.handle is not None:
        sessions.end(database(), asked.handle, now())
    return without_cookie(_go(_in_language(asked, provider.errand_of(name))))


def show_sign_out(asked: _Asked) -> Response:
    """Ask first: a link, or a picture on another site, must not sign anybody out."""
    buttons = (("", "sign_out.here"), ("1", "sign_out.everywhere"))
    parts = [form(SIGN_OUT, asked.say(words), hidden={"everywhere": value}) for value, words in buttons]
    return HTMLResponse(document(Document(asked.language, SIGN_OUT, asked.say("sign_out.title"), {}), *parts))


def sign_out(asked: _Asked) -> Response:
    """End the sign-in here, or on every browser; whoever came by the identity provider is signed out there too."""
    actor = sessions.find(database(), asked.handle, now())
    by_provider = asked.handle is not None and asked.handle == provider.handle_of(asked.request.cookies)
    if actor is not None and asked.fields.get("everywhere"):
        sessions.end_everywhere(database(), actor, now())
    elif asked.handle is not None:
        sessions.end(database(), asked.handle, now())
    return without_cookie(_go(_in_language(asked, provider.errand_of(provider.LEAVE) if by_provider else SIGN_IN)))


def show_password(asked: _Asked, alert: str = "", status: int = 200) -> Response:
    """The form to change one's own password; whoever is not signed in is led to sign in first."""
    actor = sessions.find(database(), asked.handle, now())
    if actor is None:
        return _go(_in_language(asked, f"{SIGN_IN}?next={PASSWORD}"))
    words = asked.say("password.must") if sessions.look(database(), actor).must_change else asked.say("password.words")
    fields = (Field("old", asked.say("password.old"), "current-password"), *_new_password(asked))
    kept = {"next": asked.next, "lang": asked.language}
    page = Document(asked.language, PASSWORD, asked.say("password.title"), {"next": asked.next}, words, alert)
    return HTMLResponse(document(page, form(PASSWORD, asked.say("password.button"), fields, kept)), status)


def set_password(asked: _Asked) -> Response:
    """Change one's own password; the other browsers are signed out, this one gets a new token."""
    actor = sessions.find(database(), asked.handle, now())
    if actor is None:
        return show_password(asked)
    if asked.fields.get("new", "") != asked.fields.get("again", ""):
        return show_password(asked, asked.say("password.unlike"), 422)
    act = Act(actor, now().date(), now())
    try:
        change_password(database(), asked.fields.get("old", ""), asked.fields.get("new", ""), act)
    except SignInError as error:
        return show_password(asked, _refusal(asked, error), 401)
    except RefusedError as error:
        return show_password(asked, say_problem(asked.language, error.problems[0]), 422)
    return _enter(asked, actor, sessions.begin(database(), actor, now()))


def show_setup(asked: _Asked, alert: str = "", status: int = 200) -> Response:
    """The form for the first administrator; only the console's link opens it."""
    token = asked.fields.get("token", "")
    page = Document(asked.language, SETUP, asked.say("setup.title"), {"token": token}, asked.say("setup.words"), alert)
    if not first_start.is_right(token):
        said = Document(asked.language, SETUP, asked.say("setup.title"), {}, alert=asked.say("setup.wrong_link"))
        return HTMLResponse(document(said), 403)
    name = Field("name", asked.say("sign_in.name"), "username", "text", asked.fields.get("name", ""))
    kept = {"token": token, "lang": asked.language}
    fields = (name, *_new_password(asked))
    return HTMLResponse(document(page, form(SETUP, asked.say("setup.button"), fields, kept)), status)


def set_up(asked: _Asked) -> Response:
    """Make the first administrator and sign them in."""
    if asked.fields.get("new", "") != asked.fields.get("again", ""):
        return show_setup(asked, asked.say("password.unlike"), 422)
    token, name, password = (asked.fields.get(field, "") for field in ("token", "name", "new"))
    try:
        admin = first_start.set_up(database(), token, name, password)
    except RefusedError as error:
        return show_setup(asked, say_problem(asked.language, error.problems[0]), 422)
    return _enter(asked, admin, sessions.begin(database(), admin, now()))


def _route(path: str, show: Answer, take: Answer | None = None) -> Route:
    """A form's address: GET shows it, POST takes it in, and only from a page of our own."""

    async def answer(request: Request) -> Response:
        language = _language(request.query_params.get("lang", ""))
        if starting.now().stage is not starting.Stage.READY:
            page = Document(language, path, say(language, "starting.title"), {}, say(language, "starting.wait"))
            return HTMLResponse(document(page), 503, {"Retry-After": "5"})
        fields = dict(request.query_params)
        if request.method == "POST":
            if not _from_our_own_page(request.headers):
                advice = say(language, "sign_in.foreign.advice")
                page = Document(language, path, say(language, "sign_in.foreign"), {}, alert=advice)
                return HTMLResponse(document(page), 403)
            fields = await _read_form(request)
            language = _language(fields.get("lang", ""))
        asked = _Asked(request, language, fields, handle_on(request))
        chosen = take if take is not None and request.method == "POST" else show
        return await anyio.to_thread.run_sync(partial(chosen, asked))

    return Route(path, answer, methods=["GET", "POST"] if take is not None else ["GET"])


ROUTES = [
    _route(SIGN_IN, show_sign_in),
    _route("/session/login", show_sign_in, sign_in),
    _route("/session/sample", show_sign_in, sign_in_to_sample),
    _route(PROVIDER, show_sign_in, go_to_provider),
    _route(SIGN_OUT, show_sign_out, sign_out),
    _route(PASSWORD, show_password, set_password),
    _route(SETUP, show_setup, set_up),
]


def _name_provider(asked: _Asked, name: str) -> str:
    return asked.say("sign_in.provider") if name == provider.DEFAULT else asked.say("sign_in.provider.named", name=name)


def _enter(asked: _Asked, actor: Actor, token: str) -> Response:
    """Hand the browser its token; a sign-in it had before ends."""
    if asked.handle is not None:
        sessions.end(database(), asked.handle, now())
    who = sessions.look(database(), actor)
    # Whoever asked for no page in particular is taken to the one made for them.
    wanted = OWN_PAGE if _NOTHING_ASKED.fullmatch(asked.next) and who.role is Role.UNIT else asked.next
    return with_cookie(_go(_in_language(asked, PASSWORD if who.must_change else wanted)), token)


def _in_language(asked: _Asked, address: str) -> str:
    if asked.language == LANGUAGES[0] or "lang=" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}lang={asked.language}"


def _go(address: str) -> Response:
    return RedirectResponse(address, 303)


def _refusal(asked: _Asked, error: SignInError) -> str:
    if error.locked_until is None:
        return asked.say("sign_in.wrong")
    return asked.say("sign_in.locked", until=moment(asked.language, error.locked_until))


def _new_password(asked: _Asked) -> tuple[Field, Field]:
    hint = asked.say("password.hint", n=SHORTEST)
    new = Field("new", asked.say("password.new"), "new-password", hint=hint)
    return new, Field("again", asked.say("password.again"), "new-password")


def _from_our_own_page(headers: Headers) -> bool:
    """True if the browser says that the form stood on this very host; every browser says so of a POST."""
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", " ")


async def _read_form(request: Request) -> dict[str, str]:
    """The posted fields; what is too long to be one of our forms is not read to its end."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))


def _language(asked: str) -> Language:
    return next((code for code in LANGUAGES if code == asked), LANGUAGES[0])


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
