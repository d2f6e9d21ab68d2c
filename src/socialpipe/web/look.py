"""A post as its channel will show it: parts with their counts, fold, links, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from socialpipe.model import Channel, Delivery, Json, Limits, Post
from socialpipe.platforms import registry
from socialpipe.platforms.limits import limits_of
from socialpipe.store import Store
from socialpipe.store.rows import to_post
from socialpipe.text import entities
from socialpipe.text.count import measure, problems
from socialpipe.web.easel import Face

# Characters after which a reader has to ask for more, roughly and not measured: no network promises
# a number, and telephones show less than desktops. They only place the fold of the preview.
FOLDS: Mapping[str, int] = {
    "x": 280,
    "facebook": 400,
    "instagram": 125,
    "linkedin": 210,
    "threads": 300,
    "tumblr": 600,
    "pinterest": 100,
}
IMAGE_FIRST = frozenset({"instagram", "pinterest", "telegram"})  # the picture above the text
_KEY = 12  # hexadecimal digits of a picture's version


@dataclass(frozen=True, slots=True)
class Counted:
    """One part of a post, by the channel's own measure."""

    n: int
    text: str
    length: int
    limit: int
    problems: tuple[str, ...]
    shown: Markup
    hidden: Markup  # below the fold

    @property
    def over(self) -> int:
        """How much it is too long; 0: it is not."""
        return max(0, self.length - self.limit)


@dataclass(frozen=True, slots=True)
class Picture:
    """How a card looks, with the alt text that it will carry."""

    card: Face
    key: str
    alt: str
    version: str  # names its pixels


@dataclass(frozen=True)
class Look:
    """What a reader of the network sees."""

    channel: Channel
    limits: Limits
    post: Post
    pictures: tuple[Picture, ...]

    @property
    def title(self) -> str:
        """The name of the network."""
        return registry.load(self.channel.platform).title

    @property
    def image_first(self) -> bool:
        """Whether the network shows the picture above the text."""
        return self.channel.platform in IMAGE_FIRST

    @cached_property
    def parts(self) -> tuple[Counted, ...]:
        """The parts, counted."""
        parts = enumerate(self.post.parts)
        return tuple(self._counted(n, part.text) for n, part in parts)

    def _counted(self, n: int, text: str) -> Counted:
        whole, with_image = (self.post.warning or "") + text, n == 0 and bool(self.pictures)
        cut = _cut(text, FOLDS.get(self.channel.platform))
        return Counted(
            n,
            text,
            measure(whole, self.limits),
            self.limits.text_limit(with_image=with_image),
            tuple(problems(whole, self.limits, with_image=with_image)),
            linked(text[:cut]),
            linked(text[cut:]),
        )


def looks_of(store: Store, deliveries: Iterable[Delivery]) -> dict[int, Look]:
    """Return how deliveries will look, by id; those that are composed."""
    channels = {one.id: one for one in store.channels.all()}
    found = {one.id: channels.get(one.channel_id) for one in deliveries}
    bodies = store.listing.bodies(found)
    return {
        key: _composed(channel, bodies[key])
        for key, channel in found.items()
        if channel is not None and key in bodies
    }


def _composed(channel: Channel, body: Json) -> Look:
    post = to_post({**body, "cards": []}, lambda _name: b"")
    faces = (
        Face(one["alt"], one["width"], one["height"], one["mime"], one["sha256"])
        for one in body["cards"]
    )
    pictures = tuple(Picture(one, "", one.alt, one.version[:_KEY]) for one in faces)
    return Look(channel, limits_of(channel), post, pictures)


def _cut(text: str, fold: int | None) -> int:
    """Return where the network folds a text: at a word's end."""
    if fold is None or len(text) <= fold:
        return len(text)
    end = max(text.rfind(" ", 0, fold), text.rfind("\n", 0, fold))
    return end if end > fold // 2 else fold


def linked(text: str) -> Markup:
    """Mark what the network makes a link of."""
    found = [*entities.urls(text), *entities.hashtags(text), *entities.mentions(text)]
    pieces, position = [], 0
    for one in sorted(found, key=lambda entity: entity.start):
        if one.start < position:
            continue
        pieces += [escape(text[position : one.start]), Markup('<span class="linked">')]
        pieces += [escape(one.text), Markup("</span>")]
        position = one.end
    return Markup("").join([*pieces, escape(text[position:])])
