"""What a platform is to the engine: limits, a way to recover, and a few calls.

An adapter returns a Receipt or raises one of the PlatformError classes of `socialpipe.errors`;
it never retries a creating call by itself and never sees a retry policy, a database or a clock.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Protocol, Unpack

from socialpipe.errors import PlatformError, Rejected, Unauthorized
from socialpipe.model import Card, Json, Limits, Metrics, Rate, Receipt, Recovery
from socialpipe.platforms.access import Access
from socialpipe.platforms.answer import Answer

if TYPE_CHECKING:  # reading Limits must not load an HTTP library
    from socialpipe.platforms.http import Content, Http


@dataclass(frozen=True, slots=True)
class Field:
    """A value that a channel of this platform takes (`--set`, or `--secret` when `secret`)."""

    name: str
    help: str
    secret: bool = False
    required: bool = True


class SessionCache(Protocol):
    """Where an adapter keeps short-lived tokens between calls; stored encrypted, per channel."""

    def load(self) -> Json | None: ...

    def save(self, value: Json) -> None: ...

    def alone(self) -> AbstractContextManager[None]:
        """Renew tokens in here: of all workers only one does at a time, the others wait."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """One channel as its adapter sees it."""

    name: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    http: Http
    session: SessionCache
    api_base: str | None = None
    public_url: Callable[[Card], str] | None = None  # where networks can fetch a card
    # Gives new secrets in the place of a token that the network refuses, where there is a way.
    renew: Callable[[str], Mapping[str, str]] | None = None

    def __repr__(self) -> str:
        return f"Account({self.name!r})"


@dataclass(frozen=True, slots=True)
class PartRequest:
    """One part to publish. Every field is frozen before the first try: a repeat is identical."""

    text: str
    key: str  # UUID of this part, stable over all tries
    created_at: datetime
    language: str = "und"
    cards: tuple[Card, ...] = ()
    uploads: tuple[Json, ...] = ()  # what `upload` returned, one a card
    staged: Json | None = None  # what `stage` returned
    link: str | None = None
    title: str | None = None
    hashtags: tuple[str, ...] = ()
    warning: str | None = None  # content warning
    root: Receipt | None = None  # first part of the thread …
    parent: Receipt | None = None  # … and the part before this one
    sent_at: datetime | None = None  # when it first went out, for `find`; None: at `created_at`


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the network takes us for."""

    id: str
    name: str
    url: str | None = None


def is_on(settings: Mapping[str, str], name: str) -> bool:
    """Whether a setting of a channel says yes; absent means no."""
    return settings.get(name, "").casefold() in {"yes", "true", "on", "1"}


class Gone(Rejected):
    """What a call is about is not there (any more)."""


def attachment(card: Card, name: str = "card") -> tuple[str, bytes, str]:
    """Make of an image what a form takes for a file: file name, bytes, MIME type."""
    return f"{name}.{card.mime.rpartition('/')[2]}", card.data, card.mime


class Platform(Access, ABC):
    """A kind of network. One instance speaks for one channel."""

    name: ClassVar[str]
    title: ClassVar[str]
    api_base: ClassVar[str]  # default; "" where every channel must name its own
    schemes: ClassVar[tuple[str, ...]] = ("https", "http")  # that it may begin with
    limits: ClassVar[Limits]
    rates: ClassVar[tuple[Rate, ...]] = ()  # how fast the network lets us publish
    recovery: Recovery  # of the class; one channel may be able to do less
    fields: ClassVar[tuple[Field, ...]]
    fetches_images: bool = False  # from a public address; one channel may not need to
    copies_images: ClassVar[bool] = False  # at once; else readers load them from that address

    def __init__(self, account: Account) -> None:
        self.account = account
        self.http = account.http
        self.base = (account.api_base or self.api_base).rstrip("/")

    def call(
        self, method: str, path: str, *, creates: bool = False, **content: Unpack[Content]
    ) -> Answer:
        """Call `path` below the base (or a whole URL) with this platform's headers and judgement.

        A token that is refused is renewed once, where that can be done. Raises PlatformError.
        """
        try:
            return self._call(method, path, creates, content)
        except Unauthorized:
            if not self._renewed():
                raise
        return self._call(method, path, creates, content)

    def _call(self, method: str, path: str, creates: bool, given: Content) -> Answer:  # noqa: FBT001
        content = given.copy()
        url = path if "://" in path else self.base + path
        content["headers"] = {**self.headers(), **content.get("headers", {})}
        return self.http.call(
            method,
            url,
            creates=creates,
            judge=self.judge,
            secrets=self.account.secrets.values(),
            **content,
        )

    def _renewed(self) -> bool:
        """Take a new token in the place of the refused one; False: there is no way to one."""
        token = self.account.secrets.get("token")
        if self.account.renew is None or token is None:
            return False
        self.account = replace(self.account, secrets=self.account.renew(token))
        return self.account.secrets.get("token") != token

    def headers(self) -> dict[str, str]:
        """Name the headers of every call: the secret `token`, where there is one, as Bearer."""
        token = self.account.secrets.get("token")
        return {"Authorization": f"Bearer {token}"} if token else {}

    def judge(self, answer: Answer) -> PlatformError | None:
        """Name the outcome of an answer whose status does not tell it; None: the status does."""
        del answer
        return None

    @classmethod
    def limits_with(cls, settings: Mapping[str, str]) -> Limits:
        """Return what a channel with such settings takes, before its server tells its own."""
        del settings
        return cls.limits

    def setting(self, name: str, default: str = "") -> str:
        """Read a setting of the channel; "" and absent are the same."""
        return self.account.settings.get(name) or default

    def amount(self, name: str, default: int) -> int:
        """Read a setting that is a whole number; anything else counts as absent."""
        text = self.setting(name)
        return int(text) if text.isdecimal() else default

    def public_url(self, card: Card) -> str:
        """Say where the network can fetch an image that it does not take as bytes.

        Raises Rejected where nothing of ours can be reached from outside.
        """
        if self.account.public_url is None:
            raise Rejected(
                f"{self.title} fetches images from a public address, and there is none.",
                "Set SOCIALPIPE_PUBLIC_MEDIA_BASE_URL to where this machine's images can be read.",
            )
        return self.account.public_url(card)

    @abstractmethod
    def check(self) -> Identity:
        """Prove the credential without creating anything.

        Raises PlatformError.
        """

    def own_limits(self) -> Limits:
        """Ask the server what it takes from this channel; where it does not tell: `limits`.

        Raises PlatformError.
        """
        return self.limits

    def upload(self, card: Card) -> Json:
        """Hand over the bytes of one image; the answer is kept and passed to `publish`.

        An upload that nobody refers to is never visible, so it may be repeated.
        """
        del card
        return {}

    def stage(self, request: PartRequest) -> Json:
        """Make a part ready that `publish` only releases, where the network has two steps.

        The answer is kept and passed on as `request.staged`: by it `find` can ask what became of
        a release whose answer was lost. What is staged is never visible, so it may be repeated.
        """
        del request
        return {}

    @abstractmethod
    def publish(self, request: PartRequest) -> Receipt:
        """Create one part.

        Raises PlatformError; `Unknown` whenever the part may exist.
        """

    def wire_text(self, request: PartRequest) -> str:
        """Return the text of a part as readers are to see it; what is seen is compared with it."""
        return request.text

    def comment(self, receipt: Receipt, text: str) -> Receipt:
        """Write a comment of our own below a post, where `limits.comments` is true.

        Raises PlatformError; `Unknown` whenever the comment may exist.
        """
        del receipt, text
        raise Rejected(f"{self.title} takes no comments of ours.")

    def find_comment(self, receipt: Receipt, text: str) -> Receipt | None:
        """Look below a post for a comment that we may have written; None: not there (yet).

        Called only where `recovery.comments` is true. Raises as `find` does.
        """
        del receipt, text
        return None

    def find(self, request: PartRequest) -> Receipt | None:
        """Look for a part that may have been created; None: not there (yet).

        Called only where `recovery.read_back` is true. What is shown must reach back to when the
        part was sent (`readback.look_back` sees to it). Raises PlatformError; `Unknown` where no
        look can tell.
        """
        del request
        return None

    def delete(self, receipt: Receipt) -> None:
        """Take down one part that is out; one that is gone already is success.

        Safe to repeat. Raises PlatformError; Rejected where no program may do it.
        """
        del receipt
        raise Rejected(
            f"{self.title} lets no program take a post down.", "Delete it there by hand."
        )

    def remove(self, method: str, path: str, **content: Unpack[Content]) -> None:
        """Make a call that takes something down; 404 and 410 say that it is gone already.

        Raises PlatformError.
        """
        try:
            self.call(method, path, **content)
        except Gone:
            return
        except Rejected as no:
            if no.status not in {404, 410}:
                raise

    def metrics(self, receipt: Receipt) -> Metrics:
        """Ask how people reacted to one part so far; nothing where the network does not tell.

        Raises PlatformError.
        """
        del receipt
        return Metrics()
