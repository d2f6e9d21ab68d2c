"""What the stand-ins took in: posts, images, calls. Thread-safe and bounded in memory."""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Condition, Lock
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Shelf(OrderedDict[K, V]):
    """A dict that forgets its oldest entries beyond `keep`."""

    def __init__(self, keep: int = 50_000) -> None:
        super().__init__()
        self.keep = keep

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        while len(self) > self.keep:
            self.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Media:
    """An image; its bytes are in the gallery under `sha256`, while there is room.

    One that a network only links to has its address as `id` and no `sha256`.

    `at` and `ready_at` are in seconds since the epoch.
    """

    id: str
    mime: str
    size: int
    sha256: str
    alt: str = ""
    owner: str = ""
    at: float = 0.0
    ready_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """What a call asks to be published. `place` is where: a chat, a board, a group."""

    text: str
    id: str
    media: tuple[Media, ...] = ()
    reply_to: str | None = None
    key: str | None = None
    place: str = ""
    title: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptedPost:
    """What a stand-in published. `at` is aware, UTC; `elapsed` counts seconds since the start."""

    platform: str
    account: str
    id: str
    text: str
    media: tuple[Media, ...]
    reply_to: str | None
    key: str | None
    at: datetime
    number: int
    elapsed: float
    place: str = ""
    title: str | None = None
    link: str | None = None
    fault: str | None = None
    deleted: bool = False


def page(
    posts: Sequence[AcceptedPost], size: int, after: str = ""
) -> tuple[Sequence[AcceptedPost], str]:
    """Cut a page out of a list, and name the post that the next page comes after; "": the end."""
    ids = [post.id for post in posts]
    start = ids.index(after) + 1 if after in ids else 0
    shown = posts[start : start + size]
    return shown, shown[-1].id if start + size < len(posts) else ""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call and how it was answered; `status` 0: not at all. Holds no credential."""

    at: datetime
    platform: str
    account: str
    method: str
    path: str
    status: int
    fault: str | None
    seconds: float


class Gallery:
    """Image bytes by SHA-256, the oldest forgotten beyond `room` bytes."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = Lock()
        self._images: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self.held = 0

    def put(self, mime: str, data: bytes) -> str:
        """Keep an image; returns its SHA-256."""
        digest = hashlib.sha256(data).hexdigest()
        with self._lock:
            if digest not in self._images:
                self._images[digest] = (mime, data)
                self.held += len(data)
            while self.held > self._room:
                self.held -= len(self._images.popitem(last=False)[1][1])
        return digest

    def get(self, digest: str) -> tuple[str, bytes] | None:
        """Return the media type and the bytes, if still kept."""
        with self._lock:
            return self._images.get(digest)


class Ledger:
    """Everything accepted and every call, in order."""

    def __init__(self, started: float, keep: int, image_room: int) -> None:
        self._started = started
        self._changed = Condition()
        self._posts: Shelf[int, AcceptedPost] = Shelf(keep)
        self._numbers: Shelf[tuple[str, str, str], int] = Shelf(keep)
        self._calls: deque[LoggedCall] = deque(maxlen=keep)
        self._taken: Counter[str | None] = Counter()
        self.gallery = Gallery(image_room)
        self.crowd = 1  # times as many people as at first react to every post

    def accept(
        self, platform: str, account: str, draft: Draft, now: float, fault: str | None
    ) -> AcceptedPost:
        """Publish a draft."""
        with self._changed:
            self._taken.update([None, platform])
            post = AcceptedPost(
                platform,
                account,
                draft.id,
                draft.text,
                draft.media,
                draft.reply_to,
                draft.key,
                datetime.fromtimestamp(now, UTC),
                self._taken[None],
                now - self._started,
                draft.place,
                draft.title,
                draft.link,
                fault,
            )
            self._posts[post.number] = post
            self._numbers[platform, post.place, post.id] = post.number
            self._changed.notify_all()
        return post

    def find(self, platform: str, post_id: str, place: str = "") -> AcceptedPost | None:
        """Return a post that is still there, by the network's own id."""
        with self._changed:
            post = self._posts.get(self._numbers.get((platform, place, post_id), 0))
        return None if post is None or post.deleted else post

    def numbered(self, number: int) -> AcceptedPost | None:
        """Return a post by its running number."""
        with self._changed:
            return self._posts.get(number)

    def edit(self, post: AcceptedPost, text: str, media: tuple[Media, ...]) -> None:
        """Overwrite a post in place."""
        self._replace(replace(post, text=text, media=media))

    def delete(self, post: AcceptedPost) -> None:
        """Take a post back; it stays on record as deleted."""
        self._replace(replace(post, deleted=True))

    def _replace(self, post: AcceptedPost) -> None:
        with self._changed:
            if post.number in self._posts:
                self._posts[post.number] = post

    def posts(self, platform: str | None = None) -> list[AcceptedPost]:
        """Everything accepted, oldest first, deleted ones too."""
        with self._changed:
            return [post for post in self._posts.values() if platform in {None, post.platform}]

    def own(self, platform: str, account: str) -> list[AcceptedPost]:
        """Return what an account published and did not delete, newest first."""
        found = reversed(self.posts(platform))
        return [post for post in found if post.account == account and not post.deleted]

    def wait(self, platform: str | None, n: int, timeout: float) -> list[AcceptedPost]:
        """Wait until there are `n` posts or `timeout` seconds are over; returns what there is."""
        with self._changed:
            self._changed.wait_for(lambda: self._taken[platform] >= n, timeout)
            return self.posts(platform)

    def log(self, call: LoggedCall) -> None:
        """Note a call."""
        with self._changed:
            self._calls.append(call)

    def calls(self) -> list[LoggedCall]:
        """All calls, oldest first."""
        with self._changed:
            return list(self._calls)
