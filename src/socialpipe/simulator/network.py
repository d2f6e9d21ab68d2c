"""The core of every stand-in: a table of routes, sign-in, and a dialect for refusals.

A stand-in is a class with `name`, `title` and `limits`, one method a route, and `error`, the shape
of the network's refusals; it overrides what else the network does in its own way.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any, ClassVar
from urllib.parse import unquote

from socialpipe.model import Limits, Metrics
from socialpipe.simulator.call import Account, Call, digest, person
from socialpipe.simulator.faults import Kind
from socialpipe.simulator.fetch import fetch
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf
from socialpipe.simulator.wire import Answer, Request

MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


class Refusal(Exception):
    """Ends a call with an answer that is not a success."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Route:
    """One line of a stand-in's table."""

    methods: frozenset[str]
    pattern: re.Pattern[str]
    handler: str
    creates: bool
    uploads: bool
    public: bool


Handler = Callable[[Any, Call], Answer]


def route(
    spec: str, *, creates: bool = False, uploads: bool = False, public: bool = False
) -> Callable[[Handler], Handler]:
    """Serve `METHOD|METHOD /path/{parameter}`; `public` needs no credential."""
    methods, _, path = spec.partition(" ")
    pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))

    def enter(handler: Handler) -> Handler:
        line = Route(
            frozenset(methods.split("|")), pattern, handler.__name__, creates, uploads, public
        )
        handler.__dict__.setdefault("routes", []).append(line)
        return handler

    return enter


class Network(ABC):
    """One stand-in. Its handlers run one at a time."""

    name: ClassVar[str]
    title: ClassVar[str]
    limits: ClassVar[Limits]
    table: ClassVar[tuple[Route, ...]] = ()
    first_id: ClassVar[int] = 1
    prefix: ClassVar[str] = ""  # pattern of what may stand before the paths, such as a version

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        found: list[Route] = []
        for kind in cls.__mro__:
            for member in vars(kind).values():
                found += getattr(member, "routes", ())
        cls.table = tuple(found)

    def __init__(self, base: str, ledger: Ledger) -> None:
        self.base = base
        self.ledger = ledger
        self.fetch: Callable[[str], bytes | None] = fetch
        self.lock = RLock()
        self.revoked: set[str] = set()
        self.accounts: Shelf[str, Account] = Shelf()
        self.media: Shelf[tuple[str, str], Media] = Shelf()  # by owner and id
        self.room = 0  # for texts at least: some servers and accounts have more than is usual
        self._last_id = self.first_id

    # ── the dialect ────────────────────────────────────────────────────────────────────────────

    @abstractmethod
    def error(self, status: int, message: str, code: str = "") -> Answer:
        """Return a refusal in the network's own shape."""

    def unauthorized(self) -> Answer:
        """Return the answer to a credential that does not work."""
        return self.error(401, "Unauthorized")

    def throttled(self, seconds: int, now: float) -> Answer:
        """Return the answer to a caller who is to wait."""
        del now
        answer = self.error(429, "Too many requests")
        return replace(answer, headers={**answer.headers, "Retry-After": str(seconds)})

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        """Where the network's calls carry the token."""
        del params
        return request.bearer

    def sign_in(self, call: Call) -> Account:
        """Whom the call's credential stands for; raises Refusal."""
        return self.account(call.token)

    # ── the core ───────────────────────────────────────────────────────────────────────────────

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Find the line of the table that serves a path."""
        path = re.sub(f"^(?:{self.prefix})(?=/)", "", path)
        for line in self.table:
            if method in line.methods and (found := line.pattern.fullmatch(path)):
                return line, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    def perform(self, line: Route, call: Call) -> tuple[Answer, Account]:
        """Sign in and run the handler, alone; a refusal is an answer too."""
        with self.lock:
            try:
                if not line.public:
                    call = replace(call, account=self.sign_in(call))
                answer: Answer = getattr(self, line.handler)(call)
            except Refusal as refusal:
                answer = refusal.answer
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                answer = self.error(400, f"Bad Request: a field is not what it should be: {error}")
        return answer, call.account

    def revoke(self, token: str) -> None:
        """Refuse a token from now on."""
        with self.lock:
            self.revoked.add(token)

    def account(self, token: str) -> Account:
        """Return the account of a token: every one that does not begin with `bad` has its own.

        A short plain token names its account; any other is hashed, so that no real credential
        can show up on the timeline. Raises Refusal.
        """
        if not token or token.startswith("bad") or token in self.revoked:
            raise Refusal(self.unauthorized())
        plain = re.fullmatch(r"[a-z][a-z0-9._-]{0,19}", token)
        found = person(token if plain else f"user_{digest(token)[:8]}")
        self.accounts[found.id] = found
        return found

    def refuse(self, status: int, message: str, code: str = "") -> Refusal:
        """Return a refusal to raise."""
        return Refusal(self.error(status, message, code))

    # ── what handlers share ────────────────────────────────────────────────────────────────────

    def next_id(self) -> str:
        """Return the next of the network's running numbers."""
        self._last_id += 1
        return str(self._last_id)

    def accept(self, call: Call, draft: Draft) -> AcceptedPost:
        """Publish a draft in the name of the caller."""
        fault = call.fault.kind if call.fault else None
        if fault is Kind.CUT:
            draft = replace(draft, text=draft.text[: len(draft.text) // 2])
        return self.ledger.accept(self.name, call.account.name, draft, call.now, fault)

    def find(self, post_id: str, place: str = "") -> AcceptedPost | None:
        """Return a post that is still there."""
        return self.ledger.find(self.name, post_id, place)

    def mine(self, call: Call, post_id: str) -> AcceptedPost | None:
        """Return a post of the caller, wherever it is."""
        own = self.ledger.own(self.name, call.account.name)
        return next((post for post in own if post.id == post_id), None)

    def free_slug(self, slug: str) -> str:
        """Return the slug, or slug-2 and so on where a post has it: blogs name posts so."""
        taken = {post.key for post in self.ledger.posts(self.name) if not post.deleted}
        number, free = 1, slug
        while free in taken:
            number += 1
            free = f"{slug}-{number}"
        return free

    def metrics(self, post: AcceptedPost) -> Metrics:
        """Say how people reacted to a post: made up, and the same until the crowd grows."""
        seed = int(digest(f"{self.name} {post.number}")[:8], 16)
        names = ("likes", "reposts", "quotes", "replies", "saves", "clicks")
        counts = {name: (seed >> 3 * n) % (40 - 6 * n) for n, name in enumerate(names)}
        crowd = self.ledger.crowd
        grown = {name: count * crowd for name, count in counts.items()}
        return Metrics(views=(40 + seed % 960) * crowd, **grown)

    def url(self, post: AcceptedPost) -> str:
        """Where a person can look at a post."""
        return f"{self.base.rsplit('/', 1)[0]}/post/{post.number}"

    def hold(self, call: Call, data: bytes, alt: str = "", media_id: str = "") -> Media | None:
        """Keep an uploaded image; None when the bytes are no image that networks know."""
        mime = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
        if mime is None:
            return None
        media = Media(
            id=media_id or self.next_id(),
            mime=mime,
            size=len(data),
            sha256=self.ledger.gallery.put(mime, data),
            alt=alt,
            owner=call.account.id,
            at=call.now,
            ready_at=call.ready_at,
        )
        self.keep(media)
        return media

    def keep(self, media: Media) -> None:
        """Remember an upload, or what is new about it."""
        self.media[media.owner, media.id] = media

    def fetched(self, call: Call, url: str, alt: str = "") -> Media | None:
        """Keep an image that the network itself gets from a public address."""
        data = self.fetch(url)
        return self.hold(call, data, alt) if data else None

    def linked(self, url: str, alt: str = "") -> Media:
        """Name an image that a post only links to; one of ours can be shown."""
        ours = re.search(r"/_sim/media/([0-9a-f]{64})", url)
        held = self.ledger.gallery.get(ours[1]) if ours else None
        if ours is None or held is None:
            return Media(url, "", 0, "", alt)
        return Media(url, held[0], len(held[1]), ours[1], alt)

    def uploaded(self, call: Call, media_id: object) -> Media | None:
        """Return an image that the caller has uploaded."""
        return self.media.get((call.account.id, str(media_id)))

    def image_url(self, media: Media) -> str:
        """Where the bytes of an image can be seen."""
        return f"{self.base.rsplit('/', 1)[0]}/_sim/media/{media.sha256}"

    def own(self, account_id: str) -> list[AcceptedPost] | None:
        """Return the posts of an account that has called before, newest first."""
        whose = self.accounts.get(account_id)
        return None if whose is None else self.ledger.own(self.name, whose.name)

    def length(self, text: str) -> int:
        """How long the network takes a text to be, in the unit of its limits."""
        from socialpipe.text.count import measure

        return measure(text, self.limits)

    def too_long(self, text: str, *, with_image: bool = False) -> bool:
        """Whether the network has no room for a text."""
        return self.length(text) > max(self.room, self.limits.text_limit(with_image=with_image))
