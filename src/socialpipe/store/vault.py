"""Credentials at rest: encrypted with keys that the database does not hold.

Every sealed value has a data key of its own, and that one is wrapped by the master key. So a new
master key means wrapping small keys anew, and nothing that is sealed need be opened.

    1 . id of the master key . data key, wrapped . value            (Fernet, both)
"""

from __future__ import annotations

import base64
import hmac
import json
from typing import cast

from cryptography.fernet import Fernet, InvalidToken

from socialpipe.errors import UsageError
from socialpipe.model import Json
from socialpipe.store.keyring import Key, KeyRing

_FORM = b"1"


class Vault:
    """Encrypts and decrypts small JSON values (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring

    def seal(self, value: Json) -> bytes:
        """Encrypt `value`."""
        data_key = Fernet.generate_key()
        body = Fernet(data_key).encrypt(json.dumps(value).encode())
        return _envelope(self.ring.keys[0], data_key, body)

    def open(self, sealed: bytes) -> Json:
        """Decrypt what `seal` gave.

        Raises UsageError when no key that is here opens it.
        """
        try:
            data_key, body = self._unwrap(sealed)
            return cast("Json", json.loads(Fernet(data_key).decrypt(body)))
        except (InvalidToken, ValueError):
            raise UsageError(
                "The stored credentials cannot be decrypted with this key.",
                "Restore SOCIALPIPE_SECRET_KEY or the file secret.key, or add the channel anew.",
            ) from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether it is sealed by the key that seals now."""
        return sealed.startswith(b"%b.%b." % (_FORM, self.ring.keys[0].id.encode()))

    def rewrap(self, sealed: bytes) -> bytes:
        """Wrap the data key by the key that seals now; the value itself stays as it is.

        Raises UsageError as `open` does.
        """
        try:
            return _envelope(self.ring.keys[0], *self._unwrap(sealed))
        except (InvalidToken, ValueError):
            self.open(sealed)
            raise

    def sign(self, text: str) -> str:
        """Sign a text that others will bring back to us; 43 characters that a URL may hold."""
        return _signature(self.ring.keys[0], text)

    def is_signed(self, text: str, signature: str) -> bool:
        """Whether `sign` gave this signature, under any key that is here."""
        given = signature.encode()
        return any(
            hmac.compare_digest(_signature(key, text).encode(), given) for key in self.ring.keys
        )

    def _unwrap(self, sealed: bytes) -> tuple[bytes, bytes]:
        _, name, wrapped, body = sealed.split(b".")
        key = self.ring.find(name.decode())
        if key is None:
            raise InvalidToken
        return key.fernet.decrypt(wrapped), body


def _envelope(key: Key, data_key: bytes, body: bytes) -> bytes:
    return b".".join((_FORM, key.id.encode(), key.fernet.encrypt(data_key), body))


def _signature(key: Key, text: str) -> str:
    digest = hmac.digest(key.signing, text.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
