"""Settings from the environment, checked when they are read."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tracker.services.access import Role

VERSION = "0.1"  # of the product, as backups name it
ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
SAMPLE_URL = f"sqlite:///{DATA / 'sample.db'}"
_PROVIDER = ("metadata_url", "client_id", "client_secret", "redirect_uri", "cookie_secret")
_SHORTEST_SECRET = 32
_ADDRESSES = "Write sqlite:////var/lib/tracker/tracker.db or postgresql://user@host/tracker"


class Settings(BaseSettings):
    """`TRACKER_DATABASE_URL`: where the data are; unset: the sample province in a file of its own.

    `TRACKER_HTTPS=1`: people reach the application by https, so the sign-in cookie is never sent without it.
    `TRACKER_SAMPLE_SIGN_IN=1`: on sample data, sign in as each role with one click; without effect on real data.
    `TRACKER_OIDC_METADATA_URL`, `_CLIENT_ID`, `_CLIENT_SECRET`, `_REDIRECT_URI`, `_COOKIE_SECRET`: the office's identity
    provider, all or none; `.streamlit/secrets.toml` may name it instead. `_PROMPT`: what it asks for at every sign-in.
    `TRACKER_OIDC_ROLE_CLAIM` with `_ROLES` (JSON, claim's value to role) lets people in by what the provider says of them;
    `_UNIT_CLAIM`: the claim that holds the codes of their units.
    """

    model_config = SettingsConfigDict(env_prefix="TRACKER_")

    database_url: str = SAMPLE_URL
    https: bool = False
    sample_sign_in: bool = False
    oidc_metadata_url: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_redirect_uri: str = ""
    oidc_cookie_secret: str = ""
    oidc_prompt: str = "login"
    oidc_role_claim: str = ""
    oidc_roles: dict[str, Role] = {}
    oidc_unit_claim: str = ""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError as error:
            raise ValueError(f"this is not a database address. {_ADDRESSES}") from error
        if backend not in ("sqlite", "postgresql"):
            raise ValueError(f"{backend!r} is no database this works with. {_ADDRESSES}")
        return value

    @model_validator(mode="after")
    def _whole_provider(self) -> Settings:
        asked = {name: getattr(self, f"oidc_{name}") for name in _PROVIDER}
        if any(asked.values()) and (missing := [name for name, value in asked.items() if not value]):
            raise ValueError(f"a provider needs TRACKER_OIDC_{', TRACKER_OIDC_'.join(missing).upper()} too")
        if self.oidc_cookie_secret and len(self.oidc_cookie_secret) < _SHORTEST_SECRET:
            raise ValueError(f"TRACKER_OIDC_COOKIE_SECRET needs {_SHORTEST_SECRET} random characters or more")
        return self

    @property
    def sample(self) -> bool:
        """True when no database was named, so that the sample province is shown."""
        return self.database_url == SAMPLE_URL


class SettingsError(Exception):
    """The environment names a setting the application cannot use; the message says which and why."""


def read_settings() -> Settings:
    """The settings; SettingsError names the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        named = (
            f"TRACKER_{'_'.join(map(str, found['loc'][:1])).upper()}: {found['msg'].removeprefix('Value error, ')}"
            for found in error.errors()
        )
        lines = (line.replace("TRACKER_: ", "") for line in named)
        raise SettingsError("\n".join(lines)) from error
