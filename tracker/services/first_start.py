"""The set-up link: whoever reads the console of a database without accounts makes its first administrator, once."""

from __future__ import annotations

import secrets

from sqlalchemy import Engine

from tracker.core.problems import Place, Problem, RefusedError
from tracker.services.access import VISITOR, Actor
from tracker.services.accounts import add_first_admin, require_no_accounts
from tracker.services.act import Act
from tracker.services.running import now
from tracker.store.engine import reading


class _Link:
    """The one place where the token is: in memory, so that it ends with the process."""

    token: str | None = None


def open_link(database: Engine) -> str | None:
    """A new token for the console; None where there are accounts already, or only sample data."""
    _Link.token = None
    if is_wanted(database):
        _Link.token = secrets.token_urlsafe(32)
    return _Link.token


def is_wanted(database: Engine) -> bool:
    """True while nobody can sign in to this real database."""
    try:
        with reading(database) as connection:
            require_no_accounts(connection)
    except RefusedError:
        return False
    return True


def is_right(token: str) -> bool:
    """True if this is the token of the console."""
    return _Link.token is not None and secrets.compare_digest(_Link.token.encode(), token.encode())


def set_up(database: Engine, token: str, name: str, password: str) -> Actor:
    """Make the first administrator; the link works no more afterwards."""
    if not is_right(token):
        raise RefusedError([Problem("setup_link", Place(file=""))])
    moment = now()
    admin = add_first_admin(database, name, password, Act(VISITOR, moment.date(), moment))
    _Link.token = None
    return admin
