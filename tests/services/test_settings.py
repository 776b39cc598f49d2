"""Settings of the environment: what is wrong with them is said before anything starts."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tracker.services.access import Role
from tracker.services.settings import SettingsError, read_settings
from tracker.ui import provider

WHOLE = {
    "METADATA_URL": "https://id.example/.well-known/openid-configuration",
    "CLIENT_ID": "tracker",
    "CLIENT_SECRET": "s",
    "REDIRECT_URI": "https://tracker.example/oauth2callback",
    "COOKIE_SECRET": "0123456789abcdef0123456789abcdef",
}


def name_provider(monkeypatch, **changed: str) -> None:
    for name, value in {**WHOLE, **changed}.items():
        monkeypatch.setenv(f"TRACKER_OIDC_{name}", value)


def test_a_provider_that_the_environment_names_is_handed_to_streamlit_whole(monkeypatch):
    assert provider.secrets() is None
    name_provider(monkeypatch)
    auth = provider.secrets()["auth"]
    assert auth["server_metadata_url"] == WHOLE["METADATA_URL"]
    assert auth["client_kwargs"] == {"prompt": "login"}
    assert set(auth) == {
        "redirect_uri",
        "cookie_secret",
        "client_id",
        "client_secret",
        "server_metadata_url",
        "client_kwargs",
    }


def test_half_a_provider_is_refused_with_what_is_missing(monkeypatch):
    name_provider(monkeypatch, CLIENT_SECRET="", REDIRECT_URI="")
    with pytest.raises(SettingsError, match="TRACKER_OIDC_CLIENT_SECRET, TRACKER_OIDC_REDIRECT_URI"):
        read_settings()


def test_a_short_secret_for_the_cookie_is_refused(monkeypatch):
    name_provider(monkeypatch, COOKIE_SECRET="short")
    with pytest.raises(SettingsError, match="TRACKER_OIDC_COOKIE_SECRET needs 32"):
        read_settings()


def test_roles_by_claim_are_roles_of_ours(monkeypatch):
    monkeypatch.setenv("TRACKER_OIDC_ROLES", '{"hd": "committee"}')
    assert read_settings().oidc_roles == {"hd": Role.COMMITTEE}
    monkeypatch.setenv("TRACKER_OIDC_ROLES", '{"hd": "emperor"}')
    with pytest.raises(SettingsError, match="TRACKER_OIDC_ROLES"):
        read_settings()


def test_the_handle_of_the_providers_cookie_takes_in_every_part_and_nothing_else():
    whole = {"_streamlit_user": "chunks-2", "_streamlit_user_1": "a", "_streamlit_user_2": "b"}
    handle = provider.handle_of(whole)
    assert handle == provider.handle_of({**dict(reversed(whole.items())), "other": "x", "_streamlit_user_tokens": "y"})
    assert handle != provider.handle_of({**whole, "_streamlit_user_2": "c"})
    assert provider.handle_of({"_streamlit_user_1": "a"}) is None


def test_providers_of_the_secrets_file_are_offered_by_their_names(monkeypatch):
    def offered(auth: dict[str, object]) -> tuple[str, ...]:
        monkeypatch.setattr(provider.st, "secrets", SimpleNamespace(to_dict=lambda: {"auth": auth}))
        return provider.names()

    shared, one = {"redirect_uri": "x", "cookie_secret": "y"}, {"client_id": "t", "client_secret": "s"}
    assert offered(shared) == ()
    assert offered({**shared, **one}) == ("default",)
    assert offered({**shared, "vneid": one, "google": one}) == ("vneid", "google")


@pytest.mark.parametrize("address", ["mysql://x", "no address"])
def test_a_database_address_that_is_none_is_answered_by_what_one_looks_like(monkeypatch, address):
    monkeypatch.setenv("TRACKER_DATABASE_URL", address)
    with pytest.raises(SettingsError, match=r"^TRACKER_DATABASE_URL: [^V].* Write sqlite:///"):
        read_settings()
