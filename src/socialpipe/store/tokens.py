"""Secrets that we hand out: long and random, of which only the hash is kept.

A fast hash is enough for what nobody can guess; passwords get argon2 (`store/passwords.py`).
"""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits for a URL, a cookie or a header."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
