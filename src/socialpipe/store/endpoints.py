"""Where webhooks may lead, and the secret that signs them."""

from __future__ import annotations

import base64
import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from socialpipe.errors import UsageError
from socialpipe.platforms.wire import is_public

_LONGEST = 2000  # characters of an address
_KEY_BYTES = 32
_KEY_SIZES = range(24, 65)  # bytes; Standard Webhooks


def check_address(url: str, *, allow_private: bool) -> None:
    """Let through an address that webhooks may be sent to.

    Raises UsageError.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not url.isprintable() or " " in url or len(url) > _LONGEST:
        raise UsageError(f"{url!r} is no http(s) address.", "Example: https://example.com/hooks")
    if parts.username or parts.password:
        raise UsageError(
            "The address holds a password, which everybody would see.",
            "Leave it out: the endpoint knows us by the signature.",
        )
    if not allow_private and _is_private(parts.hostname or ""):
        raise UsageError(
            f"{parts.hostname} is at a private or loopback address.",
            "Check the address; if it is meant so, set SOCIALPIPE_ALLOW_PRIVATE_HOSTS=true.",
        )


def _is_private(host: str) -> bool:
    """Tell what is private by its name; what a name resolves to is looked at when sending."""
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def new_secret() -> str:
    """Make a signing secret."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"


def checked_secret(value: str) -> str:
    """Return a signing secret that is one.

    Raises UsageError.
    """
    try:
        size = len(base64.b64decode(value.removeprefix("whsec_"), validate=True))
    except ValueError:
        size = 0
    if size not in _KEY_SIZES:
        raise UsageError(
            "The signing secret is not whsec_ and base64 of 24 to 64 bytes.",
            "Leave --secret out, and one is made.",
        )
    return value
