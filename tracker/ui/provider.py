"""Signing in by the office's identity provider: Streamlit speaks with it, our own sign-in decides how long it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from tracker.services.database import Database
from tracker.services.identities import Arrived, Claims, Outcome, arrive, read_claims
from tracker.services.settings import read_settings
from tracker.text import Language, say, say_problem

COOKIE = "_streamlit_user"  # Streamlit's own, signed by it; a long one goes on in _streamlit_user_1 and so on
ERRAND, LEAVE = "sso", "out"
DEFAULT = "default"
_NOT_CLAIMED = frozenset({"sid", "tokens", "is_logged_in", "provider"})


def secrets() -> dict[str, Any] | None:
    """What Streamlit must know of the provider that the environment names; None where it names none."""
    asked = read_settings()
    if not asked.oidc_metadata_url:
        return None
    auth = {
        "redirect_uri": asked.oidc_redirect_uri,
        "cookie_secret": asked.oidc_cookie_secret,
        "client_id": asked.oidc_client_id,
        "client_secret": asked.oidc_client_secret,
        "server_metadata_url": asked.oidc_metadata_url,
        "client_kwargs": {"prompt": asked.oidc_prompt},
    }
    return {"auth": auth}


def names() -> tuple[str, ...]:
    """The providers there are, by their names in the configuration; `default` is the one without a name."""
    try:
        auth = st.secrets.to_dict().get("auth", {})
    except StreamlitSecretNotFoundError:
        return ()
    named = tuple(name for name, section in auth.items() if isinstance(section, Mapping) and "client_id" in section)
    return (DEFAULT, *named) if "client_id" in auth else named


def handle_of(cookies: Mapping[str, str]) -> str | None:
    """What a sign-in by the provider is known by: the digest of the cookie that Streamlit keeps its word in."""
    if COOKIE not in cookies:
        return None
    parts = sorted((name, value) for name, value in cookies.items() if is_part(name))
    return sha256(repr(parts).encode()).hexdigest()


def is_part(name: str) -> bool:
    """Whether a cookie of that name holds the provider's word, or a part of it."""
    return name == COOKIE or (name.startswith(f"{COOKIE}_") and name.removeprefix(f"{COOKIE}_").isdigit())


def errand_of(name: str) -> str:
    """The address that sends a browser on to the provider of that name, or to leave it."""
    return f"/?{ERRAND}={name}"


def run_errand(*, signed_in: bool) -> bool:
    """Go to the provider, or leave it, if the link asks for it and nobody is signed in; True if the browser is sent on."""
    asked = st.query_params.get(ERRAND)
    if asked is None:
        return False
    del st.query_params[ERRAND]
    if not signed_in and asked == LEAVE and st.user.to_dict().get("is_logged_in"):
        st.logout()
        return True
    if not signed_in and asked in names():
        st.login(asked)
        return True
    return False


def enter(database: Database, handle: str | None, now: datetime) -> Arrived | None:
    """What becomes of whoever the provider vouches for on this screen; None where it vouches for nobody.

    The handle must be that of the provider's own cookie: a cookie of ours may have been planted.
    """
    claims = _claims()
    if claims is None or handle is None or handle != handle_of(st.context.cookies):
        return None
    arrived = arrive(database, claims, handle, now)
    return None if arrived.outcome is Outcome.STALE else arrived


def show_turned_away(arrived: Arrived, language: Language) -> None:
    """Tell whoever comes from the identity provider why they get no further, and what to hand to the administrator."""
    words = f"provider.{arrived.outcome}"
    st.title(say(language, words))
    st.markdown(say(language, f"{words}.advice"))
    if arrived.problem is not None:
        st.error(say_problem(language, arrived.problem), icon=":material/error:")
    if (claims := _claims()) is not None:
        st.markdown(say(language, "provider.subject"))
        st.code(claims.person.subject, language=None, wrap_lines=True)
        st.markdown(say(language, "provider.issuer"))
        st.code(claims.person.issuer, language=None, wrap_lines=True)
    st.button(say(language, "provider.leave"), icon=":material/logout:", on_click=st.logout, key="leave provider")


def _claims() -> Claims | None:
    said = st.user.to_dict()
    if not said.get("is_logged_in"):
        return None
    return read_claims({name: value for name, value in said.items() if name not in _NOT_CLAIMED})
