"""Settings from the environment, checked when they are read."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
SAMPLE_URL = f"sqlite:///{DATA / 'sample.db'}"


class Settings(BaseSettings):
    """`TRACKER_DATABASE_URL`: where the data are; unset: the sample province in a file of its own.

    `TRACKER_HTTPS=1`: people reach the application by https, so the sign-in cookie is never sent without it.
    `TRACKER_SAMPLE_SIGN_IN=1`: on sample data, sign in as each role with one click; without effect on real data.
    """

    model_config = SettingsConfigDict(env_prefix="TRACKER_")

    database_url: str = SAMPLE_URL
    https: bool = False
    sample_sign_in: bool = False

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError as error:
            raise ValueError("is not a database address such as sqlite:////var/lib/tracker/tracker.db") from error
        if backend not in ("sqlite", "postgresql"):
            raise ValueError(f"names {backend!r}; only sqlite and postgresql are supported")
        return value

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
        lines = (f"TRACKER_{str(found['loc'][0]).upper()}: {found['msg']}" for found in error.errors())
        raise SettingsError("\n".join(lines)) from error
