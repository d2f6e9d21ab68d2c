"""Below HTTP: connections that look at whom they reached, and know what they have sent.

A place on the wire is held from the first byte that goes out until the answer begins, so that all
that can be done before and after is done while others hold the places.

The peer's address is examined on the connected socket, before one byte goes out. A name that
resolves to another address on the second look (DNS rebinding) gains nothing by it.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.poolmanager import PoolManager
from urllib3.response import HTTPResponse

from socialpipe.errors import Rejected
from socialpipe.platforms.patience import Patience
from socialpipe.platforms.places import on_the_wire

# urllib3 writes the paths of requests into its log, and some networks put the token there.
logging.getLogger("urllib3.connectionpool").addFilter(lambda _: False)


@dataclass(slots=True)
class Progress:
    """How far one call has come; its connection writes it down."""

    allow_private: bool
    patience: float  # for one write, s
    total: float  # for all, from the first place on, s
    sent: bool = False  # at least one byte of the request left
    overdue: bool = False
    sock: socket.socket | None = None
    _place: ExitStack | None = None
    _limit: ExitStack | None = None

    def begin(self) -> bool:
        """Take a place, unless one is held; return whether it was taken just now."""
        if self._place is not None:
            return False
        place = ExitStack()
        place.enter_context(on_the_wire())
        self._place = place
        if self._limit is None:
            self._limit = ExitStack()
            self._limit.enter_context(_PATIENCE.limit(self.total, self.hang_up))
        return True

    def free(self) -> None:
        """Give the place back: the answer has begun, or there will be none."""
        place, self._place = self._place, None
        if place is not None:
            place.close()

    def end(self) -> None:
        """Have done with the call, whatever came of it."""
        self.free()
        if self._limit is not None:
            self._limit.close()

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
def watched(progress: Progress) -> Iterator[None]:
    """Record the call of this thread in `progress`; it hangs up when its time is over."""
    token = _PROGRESS.set(progress)
    try:
        yield
    finally:
        progress.end()
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
    progress = _PROGRESS.get()
    progress.begin()
    allow_private = progress.allow_private
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
    """Note that the request goes out now; connects first where that is still to do.

    A connection that the other side gave up while a place was waited for is replaced: nothing is
    lost yet, and once the request has left nobody could tell.
    """
    progress = _PROGRESS.get()
    if progress.begin() and connection.sock is not None and not connection.is_connected:
        connection.sock.close()  # the connection's own close() would forget the request, too
        connection.sock = None
    if connection.sock is None:
        connection.connect()
    progress.sock, progress.sent = connection.sock, True
    progress.sock.settimeout(progress.patience)  # else a big upload has only the time to connect


@contextmanager
def _waiting() -> Iterator[None]:
    """Wait for the answer; with its head the place is free."""
    try:
        yield
    finally:
        _PROGRESS.get().free()


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _dial(self.host, super()._new_conn)

    def send(self, data: Any) -> None:
        _note(self)
        super().send(data)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 has it
        with _waiting():
            return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _dial(self.host, super()._new_conn)

    def send(self, data: Any) -> None:
        _note(self)
        super().send(data)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 has it
        with _waiting():
            return super().getresponse()


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
