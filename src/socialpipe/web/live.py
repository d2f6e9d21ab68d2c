"""Live pages: one look a process at what changed, one rendering a page, many browsers.

A page subscribes with a key; whoever has the same key, workspace, role, language and zone sees the
same, so it is rendered once and sent to all of them. Forms in what is sent carry no CSRF token
(it would be somebody else's): htmx sends the one that its own page has, as a header.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from socialpipe.errors import SocialpipeError
from socialpipe.store import Store
from socialpipe.store.newsroom import Changed, Newsroom
from socialpipe.web.i18n import Viewer, speaking_to

if TYPE_CHECKING:
    from socialpipe.web.visit import Visit

_log = logging.getLogger("socialpipe.web")

_TICK = 0.5  # s between two looks: what happens meanwhile is sent together
_BEAT = 15.0  # s between two signs of life; then it is looked whether the viewer still may
_MOST = 100  # messages that a browser may be behind: then it has to come anew

_SHARED: ContextVar[bool] = ContextVar("shared", default=False)


@dataclass(frozen=True, slots=True)
class News:
    """What changed: the ids of deliveries of this workspace; none when only time has passed."""

    last_id: int
    deliveries: frozenset[int]


@dataclass(eq=False)
class Subscriber:
    """One open page."""

    visit: Visit
    render: Callable[[News], str]
    group: Hashable
    viewer: Viewer
    every: float | None
    rendered_at: float = field(default_factory=time.monotonic)
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(_MOST))

    @property
    def workspace_id(self) -> int | None:
        """Whose deliveries it shows."""
        return self.visit.workspace.id if self.visit.workspace else None


def is_shared() -> bool:
    """Whether what is rendered now goes to several people: nothing of one of them may be in it."""
    return _SHARED.get()


class Live:
    """Looks while anybody is subscribed, and only then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._subscribers: set[Subscriber] = set()
        self._looking: asyncio.Task[None] | None = None
        self._last = 0

    def stream(
        self, visit: Visit, key: Hashable, render: Callable[[News], str], every: float | None
    ) -> StreamingResponse:
        """Answer with Server-Sent Events."""
        who = visit.viewer()
        group = (key, visit.workspace, visit.role, visit.link, who.locale, who.timezone)
        one = Subscriber(visit, render, group, who, every)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            self._messages(one), media_type="text/event-stream", headers=headers
        )

    def close(self) -> None:
        """End every stream, so that the server can stop at once; browsers come back."""
        for one in self._subscribers:
            _put(one, None)

    @property
    def open(self) -> int:
        """How many pages are open."""
        return len(self._subscribers)

    async def _messages(self, one: Subscriber) -> AsyncIterator[str]:
        self._subscribers.add(one)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield await self._missed(one)
            while True:
                message = await _next(one)
                if message is None:
                    return
                if not message and not await run_in_threadpool(one.visit.still):
                    return
                yield message or ": still here\n\n"
        finally:
            self._subscribers.discard(one)

    async def _missed(self, one: Subscriber) -> str:
        """Return what changed since the browser was connected last, or a greeting."""
        last = one.visit.request.headers.get("last-event-id", "")
        if not last.isdigit():
            return ": hello\n\n"

        def render() -> str:
            changed = Newsroom(self._store.database).since(int(last))
            return self.render(one, changed)

        return await run_in_threadpool(render) or ": nothing new\n\n"

    async def _look(self) -> None:
        """Look for news and tell them, until nobody listens."""
        room = await run_in_threadpool(Newsroom, self._store.database)
        while self._subscribers:
            await asyncio.sleep(_TICK)
            with contextlib.suppress(SocialpipeError):  # the database is away: look again
                await self._tell(await run_in_threadpool(room.fresh))

    async def _tell(self, changed: list[Changed]) -> None:
        groups: dict[Hashable, list[Subscriber]] = {}
        for one in self._subscribers:
            groups.setdefault(one.group, []).append(one)
        for members in groups.values():
            first = members[0]
            if not _concerns(first, changed):
                continue
            try:
                message: str | None = await run_in_threadpool(self.render, first, changed)
            except Exception:  # noqa: BLE001 - other pages must not fall silent for it
                _log.exception("A live page cannot be rendered: %s", first.visit.request.url.path)
                message = None  # it ends, and the browser comes back
            for one in members:
                one.rendered_at = time.monotonic()
                if message != "":
                    _put(one, message)

    def render(self, one: Subscriber, changed: list[Changed]) -> str:
        """Return the message for a page and all that see the same; "" when it has nothing new."""
        mine = [found for found in changed if found.workspace_id == one.workspace_id]
        self._last = max([self._last, *(found.event_id for found in changed)])
        news = News(self._last, frozenset(found.delivery_id for found in mine))
        viewer = Viewer(one.viewer.locale, one.viewer.timezone, self._store.now())
        shared = _SHARED.set(True)
        try:
            with speaking_to(viewer):
                html = one.render(news)
        finally:
            _SHARED.reset(shared)
        return _event(news.last_id, html) if html.strip() else ""


def _concerns(one: Subscriber, changed: list[Changed]) -> bool:
    if any(found.workspace_id == one.workspace_id for found in changed):
        return True
    return one.every is not None and time.monotonic() - one.rendered_at >= one.every


def _put(one: Subscriber, message: str | None) -> None:
    try:
        one.queue.put_nowait(message)
    except asyncio.QueueFull:
        # It does not read. It is let go, and comes back with the id of what it saw last.
        while not one.queue.empty():
            one.queue.get_nowait()
        one.queue.put_nowait(None)


async def _next(one: Subscriber) -> str | None:
    """Return the next message; "" when none came for long, None at the end."""
    try:
        return await asyncio.wait_for(one.queue.get(), _BEAT)
    except TimeoutError:
        return ""


def _event(event_id: int, html: str) -> str:
    lines = "".join(f"data: {line}\n" for line in html.splitlines())
    return f"id: {event_id}\n{lines}\n"
