"""JSON Web Tokens as Ghost wants them (RFC 7519, HS256; ghost.org/docs/admin-api, 2026-08-22)."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode

from socialpipe.errors import Rejected


def jwt(admin_key: str, now: int) -> str:
    """Sign a token for five minutes from `now`, s since 1970 (HS256, kid, aud /admin/).

    Raises Rejected when the key is not of the form id:hex.
    """
    number, _, secret = admin_key.partition(":")
    try:
        key = bytes.fromhex(secret)
    except ValueError:
        key = b""
    if not key:
        raise Rejected("The Ghost admin_key is not of the form id:secret.", "Copy it again.")
    head = {"alg": "HS256", "typ": "JWT", "kid": number}
    claims = {"iat": now, "exp": now + 300, "aud": "/admin/"}
    signed = ".".join(_base64(json.dumps(part, separators=(",", ":"))) for part in (head, claims))
    return f"{signed}.{_base64(hmac.digest(key, signed.encode(), 'sha256'))}"


def _base64(data: str | bytes) -> str:
    data = data.encode() if isinstance(data, str) else data
    return urlsafe_b64encode(data).rstrip(b"=").decode()
