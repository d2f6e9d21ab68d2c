"""The simulator: all stand-ins behind one port, with faults on demand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event, Thread
from types import TracebackType
from typing import Self

from socialpipe.errors import TryAgain, UsageError
from socialpipe.simulator import control
from socialpipe.simulator.call import Call
from socialpipe.simulator.faults import GARBAGE, GATEWAY, Fault, Faults, Kind, parse_kind
from socialpipe.simulator.fetch import fetch
from socialpipe.simulator.ledger import AcceptedPost, Ledger, LoggedCall
from socialpipe.simulator.mail import MailServer
from socialpipe.simulator.network import Network, Route
from socialpipe.simulator.networks import load
from socialpipe.simulator.server import Server
from socialpipe.simulator.wire import Answer, Request

IMAGE_ROOM = 64 * 1024 * 1024  # image bytes kept for the timeline
KEEP = 50_000  # posts and calls kept, each


class Simulator:
    """Social platforms on one local port; a context manager.

    `latency` is added to every call, in seconds; port 0 takes any free one.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        latency: float = 0.0,
        clock: Callable[[], float] = time.time,
        keep: int = KEEP,
        *,
        fetch: Callable[[str], bytes | None] = fetch,
    ) -> None:
        self.latency = latency
        self._clock = clock
        self._keep = keep
        self._fetch = fetch
        self._ending = Event()
        self.faults = Faults()
        try:
            self._server = Server(host, port, self.answer)
        except OSError as error:
            raise TryAgain(
                f"{host}:{port} cannot be listened on: {error.strerror or error}.",
                "Choose another port; 0 takes any free one.",
            ) from None
        self.port = int(self._server.server_address[1])
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self.port}"
        self._mail = MailServer(host, self.answer)
        self._mail_thread = Thread(target=self._mail.serve_forever, args=(0.02,), daemon=True)
        self.mail_url = f"smtp://{shown}:{self._mail.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.reset()

    # ── life ───────────────────────────────────────────────────────────────────────────────────

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        self._mail_thread.start()
        return self

    def stop(self) -> None:
        """Close all connections and free the port."""
        self._ending.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._mail.shutdown()
            self._thread.join()
            self._mail_thread.join()
        self._mail.server_close()
        self._server.server_close()
        self._server.hang_up()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def reset(self) -> None:
        """Forget all posts, calls, images, sessions and faults."""
        self.faults.clear()
        self.ledger = Ledger(self._clock(), self._keep, IMAGE_ROOM)
        self.networks = {
            name: network(f"{self.url}/{name}", self.ledger) for name, network in load().items()
        }
        for network in self.networks.values():
            network.fetch = self._fetch

    # ── what tests and people ask ──────────────────────────────────────────────────────────────

    def network(self, platform: str) -> Network:
        """Return the stand-in of a platform; raises UsageError."""
        if platform not in self.networks:
            raise UsageError(
                f"There is no simulated platform {platform!r}.",
                f"Take one of: {', '.join(self.networks)}.",
            )
        return self.networks[platform]

    def base(self, platform: str) -> str:
        """Return the `api_base` of a channel; raises UsageError."""
        return self.mail_url if platform == "email" else self.network(platform).base

    def fault(
        self,
        platform: str,
        fault: str,
        count: int = 1,
        seconds: float = 0.0,
        match: str | None = None,
    ) -> None:
        """Let the next `count` publishing calls whose text contains `match` go wrong."""
        self.arm(Fault(platform, parse_kind(fault), count, seconds, match))

    def arm(self, fault: Fault) -> None:
        """Switch a fault on; raises UsageError."""
        self.network(fault.platform)
        self.faults.add(fault)

    def posts(self, platform: str | None = None) -> list[AcceptedPost]:
        """Everything accepted, oldest first, deleted posts too."""
        return self.ledger.posts(platform)

    def wait_for(self, platform: str | None, n: int, timeout: float) -> list[AcceptedPost]:
        """Wait for `n` posts, at most `timeout` seconds; returns what there is by then."""
        return self.ledger.wait(platform, n, timeout)

    def calls(self) -> list[LoggedCall]:
        """Every call to a stand-in, oldest first."""
        return self.ledger.calls()

    # ── answering ──────────────────────────────────────────────────────────────────────────────

    def answer(self, request: Request) -> Answer | None:
        """Answer one request; None drops the connection."""
        head, _, rest = request.path.lstrip("/").partition("/")
        network = self.networks.get(head)
        if network is None:
            return control.answer(self, request)
        self._pause(self.latency)
        return self._perform(network, replace(request, path=f"/{rest}"))

    def _perform(self, network: Network, request: Request) -> Answer | None:
        found = network.match(request.method, request.path)
        if found is None:
            return network.error(404, "Not Found")
        line, params = found
        try:
            token = network.credential(request, params)
            fault = self.faults.take(
                network.name, request, token, creates=line.creates, uploads=line.uploads
            )
        except ValueError:
            return network.error(400, "The body cannot be read.")
        call = Call(request, params, token, self._clock(), fault=fault)
        return self._under_fault(network, line, call)

    def _under_fault(self, network: Network, line: Route, call: Call) -> Answer | None:
        """Perform a call, let its fault happen around it, and log it."""
        account = ""
        answer = self._before(network, call)
        if answer is None:
            answer, who = network.perform(line, replace(call, now=self._clock()))
            account = who.name
            answer = self._after(call, answer)
        self._log(network, call, answer, account)
        return answer

    def _before(self, network: Network, call: Call) -> Answer | None:
        """Return what a fault answers instead of the network, if anything."""
        if call.fault is None:
            return None
        match call.fault.kind:
            case Kind.THROTTLE:
                return network.throttled(call.fault.wait, call.now)
            case Kind.ERROR:
                return network.error(500, "Internal Server Error", "InternalServerError")
            case Kind.GARBAGE:
                return GARBAGE
            case Kind.SLOW:
                self._pause(call.fault.seconds)
            case Kind.REVOKE:
                network.revoke(call.token)
            case _:
                pass
        return None

    def _after(self, call: Call, answer: Answer) -> Answer | None:
        """Return what becomes of the network's answer."""
        if call.fault is None:
            return answer
        match call.fault.kind:
            case Kind.DROP:
                return None
            case Kind.ERROR_AFTER:
                return GATEWAY
            case Kind.HOLD:
                self._pause(call.fault.seconds)
            case _:
                pass
        return answer

    def _log(self, network: Network, call: Call, answer: Answer | None, account: str) -> None:
        path = call.request.path.replace(call.token, "…") if call.token else call.request.path
        entry = LoggedCall(
            at=datetime.fromtimestamp(call.now, UTC),
            platform=network.name,
            account=account,
            method=call.request.method,
            path=path,
            status=answer.status if answer else 0,
            fault=call.fault.kind if call.fault else None,
            seconds=max(0.0, self._clock() - call.now),
        )
        self.ledger.log(entry)

    def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        if seconds > 0:
            self._ending.wait(seconds)
