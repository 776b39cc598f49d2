"""Passwords: hashed so that guessing is slow, checked a few at a time so that many at once do not eat the memory."""

from __future__ import annotations

import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from tracker.core.problems import Place, Problem, RefusedError

SHORTEST, LONGEST = 10, 200
AT_ONCE = 4
# OWASP's setting for servers: 19 MiB and some 45 ms a password; the library's own took 1.3 GB for twenty at once.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Threads of their own, not a semaphore around everybody's: each thread that ever hashed keeps its 19 MiB for the next time.
_TURNS = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads alike on paper
# What a password given for an unknown name is compared with: the same work, and nothing matches it.
_NOBODY = _HASHER.hash(secrets.token_hex(32))


def hash_password(password: str) -> str:
    """The password as it is stored; the settings and the salt stand in it."""
    return _TURNS.submit(_HASHER.hash, _normal(password)).result()


def matches(hashed: str | None, password: str) -> bool:
    """True if the password is the stored one; None (nobody) never matches, and takes as long."""
    return _TURNS.submit(_verify, hashed or _NOBODY, _normal(password)).result() and hashed is not None


def _verify(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except VerificationError:
        return False


@lru_cache(maxsize=1)
def hash_of_nothing() -> str:
    """What is stored for whoever has no password: nobody knows what it is the hash of, not even we."""
    return hash_password(secrets.token_hex(32))


def make_password() -> str:
    """A password to hand over once: 80 bits, in groups that can be read out on the telephone."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def require_strong(password: str, name: str) -> None:
    """Raise RefusedError unless the password is long enough, not absurdly long, and not the account's own name."""
    normal = _normal(password)
    if not SHORTEST <= len(normal) <= LONGEST:
        args = {"shortest": SHORTEST, "longest": LONGEST}
        raise RefusedError([Problem("password_length", Place(file=""), args=args)])
    if normal.casefold() == name.casefold() or len(set(normal)) == 1:
        raise RefusedError([Problem("password_obvious", Place(file=""))])


def _normal(password: str) -> str:
    """One form for a letter however the keyboard composed it: Vietnamese ones have two."""
    return unicodedata.normalize("NFKC", password[: 4 * LONGEST])
