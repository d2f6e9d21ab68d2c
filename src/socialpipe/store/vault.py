"""Credentials at rest: encrypted with a key that the database does not hold."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import cast

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from socialpipe.errors import UsageError
from socialpipe.model import Json


class Vault:
    """Encrypts and decrypts small JSON values (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, key: SecretStr) -> None:
        self._fernet = Fernet(_derive(key.get_secret_value()))

    def seal(self, value: Json) -> bytes:
        """Encrypt `value`."""
        return self._fernet.encrypt(json.dumps(value).encode())

    def open(self, sealed: bytes) -> Json:
        """Decrypt what `seal` gave.

        Raises UsageError when it was sealed with another key.
        """
        try:
            return cast("Json", json.loads(self._fernet.decrypt(sealed)))
        except InvalidToken:
            raise UsageError(
                "The stored credentials cannot be decrypted with this key.",
                "Restore SOCIALPIPE_SECRET_KEY or the file secret.key, or add the channel anew.",
            ) from None


def load_key(configured: SecretStr | None, data_dir: Path) -> SecretStr:
    """Return the configured key, else that of `data_dir/secret.key` (0600, made on first use)."""
    if configured is not None:
        return configured
    path = data_dir / "secret.key"
    if not path.exists():
        _create(path)
    return SecretStr(path.read_text(encoding="ascii").strip())


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
    try:
        # link() fails if another process was first: then its key is the key.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _derive(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
