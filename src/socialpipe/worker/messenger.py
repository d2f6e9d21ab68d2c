"""The messenger: tells hooks what happened, beside the keeper. Any number may run.

What is sent follows the Standard Webhooks specification (2026-08-17): signed, the same id and the
same bytes at every try, 410 means "no more".
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from socialpipe.engine import Engine
from socialpipe.errors import PlatformError, SocialpipeError, Throttled, TryAgain
from socialpipe.platforms.http import Http
from socialpipe.platforms.webhook import signature
from socialpipe.schedule.lateness import spoken
from socialpipe.schedule.retry import Backoff
from socialpipe.settings import Settings
from socialpipe.store.hooks import Hook, Message

log = logging.getLogger(__name__)

_TICK = 1.0  # s between two looks into the outbox
_HOOKS_AT_ONCE = 8  # one that is slow must not hold up the others
_IN_A_ROW = 100  # messages to one hook before the others get a turn
_PATIENCE = 10.0  # s for an answer; the specification asks for 15 to 30 in all
_LEASE = timedelta(minutes=2)  # longer than any call
_BACKOFF = Backoff(base=5.0, cap=6 * 3600.0)  # s
_FORGET_EVERY = timedelta(hours=1)
_GONE = 410


class Messenger:
    """Sends what waits in the outbox: in order for each delivery, until it is accepted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._store = engine.store
        self._http = client(engine.settings)
        self._pool = ThreadPoolExecutor(_HOOKS_AT_ONCE, thread_name_prefix="hook")
        self._busy: dict[int, Future[None]] = {}
        self._stop = threading.Event()
        self._forget_at = datetime.min.replace(tzinfo=self._store.now().tzinfo)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        while not stop.wait(_TICK):
            try:
                self.round()
            except TryAgain as error:
                log.warning("%s", error)
            except Exception:
                # Whatever this round stumbled over, the next one must come.
                log.exception("the outbox could not be read")
        self.close()

    def close(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def round(self) -> list[Future[None]]:
        """Serve every hook that has something due and is not being served; return at once.

        Raises TryAgain while the database cannot be reached.
        """
        self._busy = {key: one for key, one in self._busy.items() if not one.done()}
        for hook_id in self._store.hooks.ready():
            if hook_id not in self._busy:
                self._busy[hook_id] = self._pool.submit(self._serve, hook_id)
        self._forget()
        return list(self._busy.values())

    def _serve(self, hook_id: int) -> None:
        try:
            for _ in range(_IN_A_ROW):
                message = None if self._stop.is_set() else self._store.hooks.take(hook_id, _LEASE)
                if message is None:
                    return
                self._send(message)
        except SocialpipeError as error:
            log.warning("hook %d: %s", hook_id, error)
        except Exception:
            # One hook must not stop the others; its message is taken again after its lease.
            log.exception("hook %d could not be served", hook_id)

    def _send(self, message: Message) -> None:
        hook, secret = (
            self._store.hooks.get(message.hook_id),
            self._store.hooks.secret(message.hook_id),
        )
        try:
            answer = post(self._http, hook.url, secret, message.key, message.body)
        except PlatformError as refusal:
            self._refused(hook, message, refusal)
        else:
            self._store.hooks.accepted(message, answer)

    def _refused(self, hook: Hook, message: Message, refusal: PlatformError) -> None:
        now, enough = self._store.now(), timedelta(days=self._engine.settings.hook_days)
        asked = (refusal.seconds or 0.0) if isinstance(refusal, Throttled) else 0.0
        wait = _BACKOFF.wait(message.attempt, self._engine.chance(), at_least=asked)
        gone = refusal.status == _GONE
        again_at = now + wait if gone or now - message.since < enough else None
        failing_since = self._store.hooks.refused(message, refusal.what, again_at)
        if gone:
            self._disable(hook, f"it asked for no more: {refusal.what}")
        elif now - failing_since >= enough:
            self._disable(
                hook, f"it took nothing for {spoken(now - failing_since)}: {refusal.what}"
            )

    def _disable(self, hook: Hook, note: str) -> None:
        log.warning("hook %d is disabled: %s", hook.id, note)
        self._store.hooks.disable(hook.id, note)

    def _forget(self) -> None:
        now = self._store.now()
        if now >= self._forget_at:
            self._forget_at = now + _FORGET_EVERY
            self._store.hooks.forget(now - timedelta(days=self._engine.settings.hook_keep_days))


def client(settings: Settings) -> Http:
    """Open the network for hooks: an endpoint gets less patience than a platform."""
    return Http(
        connect_timeout=min(settings.connect_timeout, _PATIENCE),
        read_timeout=min(settings.read_timeout, _PATIENCE),
        allow_private_hosts=settings.allow_private_hosts,
    )


def post(http: Http, url: str, secret: str, key: str, body: str) -> str:
    """Send one signed message; return what the endpoint answered.

    Raises PlatformError unless it accepts (2xx).
    """
    now, data = int(time.time()), body.encode()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(secret, key, now, data),
    }
    # Not "creates": the endpoint tells repeats by the id, so a lost answer is no riddle.
    answer = http.call("POST", url, creates=False, data=data, headers=headers, secrets=[secret])
    return f"{answer.host} answered {answer.status}."
