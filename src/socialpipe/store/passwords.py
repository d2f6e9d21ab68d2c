"""Passwords: argon2id, with the library's own parameters (RFC 9106, low memory)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from socialpipe.errors import Refused

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MINIMUM = 10  # characters
_MAXIMUM = 1000  # hashing more is a way to keep us busy


def hash_password(password: str) -> str:
    """Return what is kept of a password.

    Raises Refused for one that is too short or absurdly long.
    """
    if not MINIMUM <= len(password) <= _MAXIMUM:
        raise Refused(
            f"A password has {MINIMUM} characters or more.",
            "A sentence is easy to remember and hard to guess.",
        )
    return _hasher().hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether it is the one; takes as long for an account that does not exist."""
    from argon2.exceptions import VerificationError

    try:
        _hasher().verify(kept or _nobodys(), password[:_MAXIMUM])
    except VerificationError:
        return False
    return kept is not None


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")
