"""The tables of people: accounts, their units and identities, who is signed in, who came, who guessed at which name."""

from __future__ import annotations

from pydantic import NaiveDatetime
from sqlalchemy import CheckConstraint, false
from sqlmodel import Field

from tracker.store.tables import Base
from tracker.store.types import WALL_CLOCK


class Account(Base, table=True):
    """Somebody who signs in. `may_import`: a unit's account may hand in its own case files; the other roles do not ask."""

    __table_args__ = (
        CheckConstraint("name NOT IN ('', 'operator', 'visitor')", name="name"),  # actors that need no account
        CheckConstraint("role IN ('viewer', 'unit', 'clerk', 'committee', 'chair', 'admin')", name="role"),
        CheckConstraint("substr(password, 1, 10) = '$argon2id$'", name="password"),
    )

    name: str = Field(primary_key=True)
    full_name: str = ""
    role: str
    password: str
    must_change: bool = False
    active: bool = True
    all_units: bool = False
    may_import: bool = False
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)


class AccountUnit(Base, table=True):
    """One unit of an account's grant; an account of all units has none."""

    __tablename__ = "account_unit"

    account: str = Field(foreign_key="account.name", primary_key=True)
    unit: str = Field(foreign_key="unit.code", primary_key=True, index=True)


class SignIn(Base, table=True):
    """A sign-in that still holds. `handle` is the SHA-256 of the browser's token: the table opens no door if it leaks.

    `confirmed_at`: when the password was last given again. `by_provider`: the office's identity provider vouched for it.
    """

    __tablename__ = "sign_in"
    __table_args__ = (CheckConstraint("length(handle) = 64", name="handle"),)

    handle: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.name", index=True)
    begun_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    seen_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    confirmed_at: NaiveDatetime | None = Field(default=None, sa_type=WALL_CLOCK)
    by_provider: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Guess(Base, table=True):
    """Wrong passwords given for a name, whether or not it exists: a lock must not tell which names do.

    `name` is the SHA-256 of what was typed, because people type their password into the wrong field.
    """

    __table_args__ = (CheckConstraint("wrong > 0", name="wrong"),)

    name: str = Field(primary_key=True)
    wrong: int
    last_at: NaiveDatetime = Field(sa_type=WALL_CLOCK, index=True)
    locked_until: NaiveDatetime | None = Field(default=None, sa_type=WALL_CLOCK)


class Identity(Base, table=True):
    """Somebody known to the office's identity provider (`issuer`, `subject`), and the account they sign in to.

    `by_claim`: made because of what the provider says of them, whose word gives the account's role at every sign-in.
    """

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.name", index=True)
    made_at: NaiveDatetime = Field(sa_type=WALL_CLOCK)
    by_claim: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Arrival(Base, table=True):
    """Somebody whom the identity provider sent: `digest` of the token it gave, which lets in once, if at all.

    `label` is what the provider calls those who did not get in, for whoever decides about them; they are soon forgotten.
    """

    __table_args__ = (CheckConstraint("length(digest) = 64", name="digest"),)

    digest: str = Field(primary_key=True)
    issuer: str
    subject: str
    label: str = ""
    entered: bool
    at: NaiveDatetime = Field(sa_type=WALL_CLOCK, index=True)
