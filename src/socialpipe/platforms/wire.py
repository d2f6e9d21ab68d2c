"""Below HTTP: connections that look at whom they reached, and know what they have sent.

The peer's address is examined on the connected socket, before one byte goes out. A name that
resolves to another address on the second look (DNS rebinding) gains nothing by it.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.poolmanager import PoolManager

from socialpipe.errors import Rejected
from socialpipe.platforms.patience import Patience

# urllib3 writes the paths of requests into its log, and some networks put the token there.
logging.getLogger("urllib3.connectionpool").addFilter(lambda _: False)


@dataclass(slots=True)
class Progress:
    """How far one call has come; its connection writes it down."""

    allow_private: bool
    patience: float  # for one write, s
    sent: bool = False  # at least one byte of the request left
    overdue: bool = False
    sock: socket.socket | None = None

    def hang_up(self) -> None:
        """End the call from another thread."""
        self.overdue = True
        if self.sock is not None:
            # Not SSLSocket.shutdown: that one drops the TLS state under the reading thread.
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


_PROGRESS: ContextVar[Progress] = ContextVar("_PROGRESS")
_PATIENCE = Patience()
_HOSTS = 100  # whose connections are kept open …
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IDLE = 256  # … so many each: as many as threads may call the same one


@contextmanager
def watched(progress: Progress, total: float) -> Iterator[None]:
    """Record the call of this thread in `progress`; hang up after `total` seconds."""
    token = _PROGRESS.set(progress)
    try:
        with _PATIENCE.limit(total, progress.hang_up):
            yield
    finally:
        _PROGRESS.reset(token)


def is_public(address: str) -> bool:
    """Whether an IP address (zone allowed) is reachable from anywhere on the internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = (_inside(ip) if isinstance(ip, ipaddress.IPv6Address) else None) or ip
    local = getattr(inner, "is_site_local", False)  # fec0::/10, as some networks still number
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or local)


def _inside(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to: mapped, 6to4, or NAT64 (RFC 6052)."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def admit(sock: socket.socket, *, allow_private: bool) -> socket.socket:
    """Let a connected socket pass unless its peer is in a private network.

    Raises Rejected, after closing it.
    """
    if allow_private or is_public(sock.getpeername()[0]):
        return sock
    sock.close()
    raise _private()


def _private() -> Rejected:
    return Rejected(
        "The host is at a private, loopback or link-local address.",
        "Check the address; if it is meant so, set SOCIALPIPE_ALLOW_PRIVATE_HOSTS=true.",
    )


def _dial(host: str, connect: Callable[[], socket.socket]) -> socket.socket:
    """Connect, and let the peer pass.

    Whoever asks for a private host is told just that, whether anybody listens there or not: the
    answer must not tell which ports of our network are open.
    """
    allow_private = _PROGRESS.get().allow_private
    try:
        sock = connect()
    except (HTTPError, OSError):
        if not allow_private and _is_private(host):
            raise _private() from None
        raise
    return admit(sock, allow_private=allow_private)


def _is_private(host: str) -> bool:
    with suppress(OSError):
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return not all(is_public(str(address[0])) for *_, address in found)
    return False


def _note(connection: HTTPConnection) -> None:
    """Note that the request goes out now; connects first where that is still to do."""
    if connection.sock is None:
        connection.connect()
    progress = _PROGRESS.get()
    progress.sock, progress.sent = connection.sock, True
    progress.sock.settimeout(progress.patience)  # else a big upload has only the time to connect


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _dial(self.host, super()._new_conn)

    def send(self, data: Any) -> None:
        _note(self)
        super().send(data)


class _SecureConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _dial(self.host, super()._new_conn)

    def send(self, data: Any) -> None:
        _note(self)
        super().send(data)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class WireAdapter(HTTPAdapter):
    """The transport of `requests`, over our connections; it never tries again by itself."""

    def __init__(self) -> None:
        super().__init__(pool_connections=_HOSTS, pool_maxsize=_IDLE, max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002 (the signature of requests)
        **kwargs: Any,
    ) -> None:
        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
