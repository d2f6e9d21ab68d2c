"""Master keys: where they are kept, which one seals, and which others still open.

From the settings, or from `secret.key` in the data directory: one key a line, the first one seals.
The file may change while roles run: each looks whether it has before it seals, and when it meets
a key that it does not know.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

from socialpipe.errors import UsageError

_SIGNING = b"socialpipe: sign addresses"  # a key for one purpose must not serve another


@dataclass(frozen=True, slots=True)
class Key:
    """A master key. `id` tells it apart and gives nothing of it away."""

    id: str
    fernet: Fernet = field(repr=False)
    signing: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> Key:
        """Derive it from a secret text of any form."""
        digest = hashlib.sha256(secret.encode()).digest()
        name = hmac.digest(digest, b"socialpipe: name of the key", "sha256").hex()[:8]
        fernet = Fernet(base64.urlsafe_b64encode(digest))
        return cls(name, fernet, hmac.digest(digest, _SIGNING, "sha256"))


class KeyRing:
    """The keys of this installation; the first one seals."""

    def __init__(self, secrets: list[str]) -> None:
        self._keys = [Key.of(secret) for secret in secrets]

    @property
    def keys(self) -> list[Key]:
        """All keys, the one that seals first."""
        return self._keys

    def find(self, name: str) -> Key | None:
        """Return the key of that id, if it is here."""
        return next((key for key in self.keys if key.id == name), None)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who decides about keys; waits for whoever does."""
        yield

    def add(self) -> None:
        """Make a new key, which seals from now on."""
        raise UsageError(
            "The key comes from SOCIALPIPE_SECRET_KEY, so it is changed there.",
            "Give every role the new key in SOCIALPIPE_SECRET_KEYS_ACCEPTED and restart it; then "
            "exchange the two settings and restart; then: socialpipe secrets rotate",
        )

    def forget(self) -> int:
        """Drop all keys but the one that seals; return how many."""
        raise UsageError(
            "The old keys come from SOCIALPIPE_SECRET_KEYS_ACCEPTED.", "Empty that setting."
        )


class KeyFile(KeyRing):
    """Keys in a file that only its owner can read; made on first use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] = ()
        if not path.exists():
            _create(path)

    @property
    def keys(self) -> list[Key]:
        """All keys, read again if the file has changed."""
        now = self._state()
        if now != self._seen:
            self._keys = [Key.of(secret) for secret in self._lines()]
            self._seen = now
        return self._keys

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who decides about keys: two at once would lose one of them."""
        with self._path.with_name(f".{self._path.name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def add(self) -> None:
        """Make a new key, which seals from now on; the others go on opening."""
        _replace(self._path, [Fernet.generate_key().decode(), *self._lines()])

    def forget(self) -> int:
        """Drop all keys but the one that seals; return how many."""
        first, *others = self._lines()
        _replace(self._path, [first])
        return len(others)

    def _lines(self) -> list[str]:
        lines = self._path.read_text(encoding="ascii").split()
        if not lines:
            raise UsageError(f"{self._path} holds no key.", "Restore it from where you keep it.")
        return lines

    def _state(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            raise UsageError(
                f"The key file {self._path} is gone.", "Restore it from where you keep it."
            ) from None
        return found.st_ino, found.st_mtime_ns, found.st_size


def load_keys(configured: SecretStr | None, accepted: SecretStr | None, data_dir: Path) -> KeyRing:
    """Return the configured keys, else those of `data_dir/secret.key` (0600, made on first use)."""
    if configured is None:
        return KeyFile(data_dir / "secret.key")
    others = accepted.get_secret_value().split(",") if accepted else []
    named = (one.strip() for one in others)
    return KeyRing([configured.get_secret_value(), *filter(None, named)])


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, [Fernet.generate_key().decode()])
    try:
        # link() fails if another process was first: then its key is the key.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _replace(path: Path, lines: list[str]) -> None:
    """Put a whole new file in the place of the old one: no reader sees half of it."""
    _draft(path, lines).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a key that seals must survive a power cut
    finally:
        os.close(folder)


def _draft(path: Path, lines: list[str]) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines))
        file.flush()
        os.fsync(file.fileno())
    return draft
