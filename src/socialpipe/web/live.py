"""Live pages: one look a process at what changed, one rendering a page, many browsers.

A page names the version of the events that it was rendered as of, so its stream begins with what
happened since: nothing falls between the page and its stream, nor between two connections.

A page subscribes with a key; whoever has the same key, workspace, role, language and zone sees the
same, so it is rendered once and sent to all of them. Forms in what is sent carry no CSRF token
(it would be somebody else's): htmx sends the one that its own page has, as a header.

Publishing and requests go first: all live pages together take a sixth of a core at most. When
much happens, what happens is sent together, later.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from socialpipe.errors import SocialpipeError
from socialpipe.store import Store
from socialpipe.store.newsroom import Changed, Newsroom, Version
from socialpipe.web.i18n import Viewer, speaking_to

if TYPE_CHECKING:
    from socialpipe.web.visit import Visit

_log = logging.getLogger("socialpipe.web")

_TICK = 0.5  # s between two looks: what happens meanwhile is sent together
_BEAT = 15.0  # s between two signs of life; then it is looked whether the viewer still may
_MOST = 100  # messages that a browser may be behind: then it has to come anew
_SHARE = 0.15  # of a core that all pages together may take …
_LARGEST = 0.02  # … and one page alone, so that no large one holds up the others;
_LONGEST = 5.0  # s; but so often it is sent, however large it is

_T = TypeVar("_T")
_SHARED: ContextVar[bool] = ContextVar("shared", default=False)


@dataclass(frozen=True, slots=True)
class News:
    """What changed: the ids of deliveries of this workspace; none when only time has passed."""

    deliveries: frozenset[int] = frozenset()
    is_whole: bool = True  # not only what these were: show everything as it is now
    read: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: Hashable, read: Callable[[], _T]) -> _T:
        """Read what other pages show, too, once a look: nothing that depends on who looks."""
        if name not in self.read:
            self.read[name] = read()
        found: _T = self.read[name]
        return found

    def plus(self, other: News | None) -> News:
        """Return both; without ids it stays everything, whatever they are."""
        if other is None or (self.is_whole and not self.deliveries):
            return self
        if other.is_whole and not other.deliveries:
            return other
        return News(self.deliveries | other.deliveries, self.is_whole or other.is_whole)


@dataclass(eq=False)
class Subscriber:
    """One open page."""

    visit: Visit
    render: Callable[[News], str]
    group: Hashable
    viewer: Viewer
    every: float | None
    seen: str  # the version that it shows, once it is told what is pending
    pending: News | None = None
    rendered_at: float = field(default_factory=time.monotonic)
    rests_until: float = 0.0
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(_MOST))

    @property
    def workspace_id(self) -> int | None:
        """Whose deliveries it shows."""
        return self.visit.workspace.id if self.visit.workspace else None

    @property
    def is_old(self) -> bool:
        """Whether time alone is a reason to render it anew."""
        return self.every is not None and time.monotonic() - self.rendered_at >= self.every

    def told(self, message: str | None, spent: float) -> None:
        """Send it what is rendered, and let it rest: the longer, the more CPU that took, s."""
        self.pending, self.rendered_at = None, time.monotonic()
        self.rests_until = self.rendered_at + min(spent / _LARGEST, _LONGEST)
        if message != "":
            self.put(message)

    def put(self, message: str | None) -> None:
        """Send it a message; None ends it."""
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            # It does not read. It is let go, and comes back with the id of what it saw last.
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)


def is_shared() -> bool:
    """Whether what is rendered now goes to several people: nothing of one of them may be in it."""
    return _SHARED.get()


class Live:
    """Looks while anybody is subscribed, and only then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._subscribers: set[Subscriber] = set()
        self._looking: asyncio.Task[None] | None = None
        self._version: str | None = None  # as of the last look
        self._spent = 0.0  # s of CPU in this look
        self._thread = CapacityLimiter(1)  # of its own: never behind requests, nor before them

    def stream(
        self, visit: Visit, key: Hashable, render: Callable[[News], str], every: float | None
    ) -> StreamingResponse:
        """Answer with Server-Sent Events."""
        who = visit.viewer()
        group = (key, visit.workspace, visit.role, visit.link, who.locale, who.timezone)
        headers = visit.request.headers
        seen = headers.get("last-event-id") or visit.request.query_params.get("seen", "")
        one = Subscriber(visit, render, group, who, every, seen)
        return StreamingResponse(
            self._messages(one),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    def version(self) -> str:
        """Name the present state of the events; ask before reading what a live page shows."""
        return str(Version.of(self._store.database))

    def close(self) -> None:
        """End every stream, so that the server can stop at once; browsers come back."""
        for one in self._subscribers:
            one.put(None)

    @property
    def open(self) -> int:
        """How many pages are open."""
        return len(self._subscribers)

    @property
    def is_idle(self) -> bool:
        """Whether nobody listens, and nobody looks for them any more."""
        return self._looking is None or self._looking.done()

    async def _messages(self, one: Subscriber) -> AsyncIterator[str]:
        self._subscribers.add(one)
        if self.is_idle:
            self._looking = asyncio.create_task(self._look())
        try:
            yield ": hello\n\n"
            asked_at = time.monotonic()
            while True:
                message = await _next(one)
                if message is None:
                    return
                if time.monotonic() - asked_at >= _BEAT:  # also where there is always news
                    if not await run_in_threadpool(one.visit.still):
                        return
                    asked_at = time.monotonic()
                yield message or ": still here\n\n"
        finally:
            self._subscribers.discard(one)

    async def _look(self) -> None:
        """Look for news and tell them, until nobody listens."""
        room: Newsroom | None = None
        self._version = None
        while self._subscribers:
            self._spent = 0.0
            try:
                if room is None:
                    room = await self._aside(Newsroom, self._store.database)
                await self._tell(room, await self._aside(room.fresh))
            except SocialpipeError:
                _log.warning("Live pages wait: the database does not answer.")
            except Exception:  # noqa: BLE001 - without it all pages would fall silent
                _log.exception("Live pages missed a look; the next one makes up for it.")
            await asyncio.sleep(pause(self._spent))
        if room is not None:
            room.close()

    async def _tell(self, room: Newsroom, changed: list[Changed]) -> None:
        """Bring everybody from the version that they show to the present one."""
        before, self._version = self._version, str(room.version)
        for one in self._subscribers:
            if (news := self._news(one, changed, before)) is not None:
                one.pending = news.plus(one.pending)
            one.seen = self._version
        read: dict[int | None, dict[Hashable, Any]] = defaultdict(dict)
        for members in self._groups():
            news = reduce(News.plus, (one.pending for one in members if one.pending))
            shelf = read[members[0].workspace_id]
            message, spent = await self._message(members[0], replace(news, read=shelf))
            for one in members:
                one.told(message, spent)

    def _groups(self) -> list[list[Subscriber]]:
        """Return the pages that are not up to date, those together that show the same."""
        groups: dict[Hashable, list[Subscriber]] = {}
        now = time.monotonic()
        for one in self._subscribers:
            if one.pending is not None and one.rests_until <= now:
                groups.setdefault(one.group, []).append(one)
        return list(groups.values())

    def _news(self, one: Subscriber, changed: list[Changed], before: str | None) -> News | None:
        """Return what is news for a page; None: nothing is."""
        if one.seen not in {before, self._version}:
            return News()
        mine = [found for found in changed if found.workspace_id == one.workspace_id]
        if one.seen == self._version or not mine:
            return News(is_whole=False) if one.is_old else None
        ids = frozenset(found.delivery_id for found in mine)
        return News(ids, is_whole=any(found.is_new for found in mine))

    async def _message(self, one: Subscriber, news: News) -> tuple[str | None, float]:
        """Return what a page and all that see the same are sent (None ends it), and the CPU, s."""
        try:
            html, spent = await self._aside(self._timed, one, news)
        except Exception:  # noqa: BLE001 - other pages must not fall silent for it
            _log.exception("A live page cannot be rendered: %s", one.visit.request.url.path)
            return None, 0.0  # it ends, and the browser comes back
        self._spent += spent
        return (_event(str(self._version), html) if html.strip() else ""), spent

    async def _aside(self, work: Callable[..., _T], *arguments: object) -> _T:
        """Do something in our own thread."""
        return await to_thread.run_sync(work, *arguments, limiter=self._thread)

    def _timed(self, one: Subscriber, news: News) -> tuple[str, float]:
        began = time.thread_time()
        with self._store.database.together():
            html = self.render(one, news)
        return html, time.thread_time() - began

    def render(self, one: Subscriber, news: News) -> str:
        """Render the news for a page, and for whoever sees the same."""
        viewer = Viewer(one.viewer.locale, one.viewer.timezone, self._store.now())
        shared = _SHARED.set(True)
        try:
            with speaking_to(viewer):
                return one.render(news)
        finally:
            _SHARED.reset(shared)


def pause(spent: float) -> float:
    """Return how long to wait after a look that took so much CPU, s."""
    return max(_TICK, spent / _SHARE)


async def _next(one: Subscriber) -> str | None:
    """Return the next message; "" when none came for long, None at the end."""
    try:
        return await asyncio.wait_for(one.queue.get(), _BEAT)
    except TimeoutError:
        return ""


def _event(version: str, html: str) -> str:
    lines = "".join(f"data: {line}\n" for line in html.splitlines())
    return f"id: {version}\n{lines}\n"
