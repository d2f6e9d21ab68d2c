"""A draft's post for its page: how it will look, its hashtags and cards, and what was edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from socialpipe.cards.alt import cut
from socialpipe.model import Channel, Limits, Part, Post
from socialpipe.model.draft import Draft, Sheet
from socialpipe.platforms.limits import limits_of
from socialpipe.store import Store
from socialpipe.store.rows import digest_of
from socialpipe.web.composer import channels_of, options_of
from socialpipe.web.easel import Drawn, Easel, Face
from socialpipe.web.edits import shown_stamp, stamp, tags_of
from socialpipe.web.look import Counted, Look, Picture

_KEY = 12  # hexadecimal digits of a card's name within its post


@dataclass(frozen=True)
class View:
    """What the page shows of one channel."""

    channel: Channel
    limits: Limits
    sheet: Sheet
    drawn: Drawn

    @property
    def post(self) -> Post:
        """What the channel will say; its cards are in `pictures`."""
        return self.sheet.post

    @property
    def stamp(self) -> str:
        """Name this state of the post: a change of another one is a conflict."""
        return stamp(self.sheet)

    @property
    def shown(self) -> str:
        """Name what the fields of the page hold: one that comes back the same was not touched."""
        return shown_stamp(self.fields, self.channel.id)

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the form, as the page shows them."""
        key, post = self.channel.id, self.post
        named = {f"text-{key}-{n}": part.text for n, part in enumerate(post.parts)}
        named |= {f"alt-{key}-{one.key}": one.alt for one in self.pictures}
        named |= {
            f"template-{key}": self.sheet.template or "",
            f"theme-{key}": self.sheet.theme or "",
        }
        if post.title is not None:
            named[f"title-{key}"] = post.title
        if post.first_comment is not None:
            named[f"comment-{key}"] = post.first_comment
        return named

    @property
    def is_edited(self) -> bool:
        """Whether a person changed anything."""
        return replace(self.sheet, picked=0) != Sheet(self.sheet.variants)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """The cards that go with it."""
        return tuple(_picture(card, self.sheet) for card in self.drawn.faces)

    @cached_property
    def look(self) -> Look:
        """How it will look."""
        return Look(self.channel, self.limits, self.post, self.pictures)

    @property
    def parts(self) -> tuple[Counted, ...]:
        """The parts, counted."""
        return self.look.parts

    @property
    def tags(self) -> list[str]:
        """The hashtags: of the text, of the first comment, or of the network's own field."""
        return tags_of(self.post)

    @property
    def fits(self) -> bool:
        """Whether the channel takes it as it is."""
        return not any(part.problems for part in self.parts) and self.drawn.problem is None

    def frozen(self) -> Post:
        """Return the post exactly as it goes out."""
        drawn = zip(self.drawn.cards, self.pictures, strict=True)
        cards = tuple(replace(card, alt=cut(one.alt, self.limits.alt)) for card, one in drawn)
        parts = tuple(Part(one.text, one.length, one.limit, self.limits.unit) for one in self.parts)
        return replace(self.post, parts=parts, cards=cards)


def views(
    store: Store, easel: Easel, draft: Draft, only: Sequence[int] | None = None
) -> list[View]:
    """Return the posts of a draft, of all its channels or of some."""
    shown = [one for one in channels_of(store, draft) if one.id in draft.body.sheets]
    wanted = [one for one in shown if only is None or one.id in only]
    return [view(store, easel, draft, channel) for channel in wanted]


def view(store: Store, easel: Easel, draft: Draft, channel: Channel) -> View:
    """Return the post of one channel."""
    article, digest = draft.body.article, draft.body.digest
    assert article is not None  # noqa: S101 - whoever has a sheet has both
    assert digest is not None  # noqa: S101
    sheet, limits = draft.body.sheets[channel.id], limits_of(channel)
    drawn = easel.draw(article, digest, options_of(store, draft, sheet), limits)
    return View(channel, limits, sheet, drawn)


def _picture(card: Face, sheet: Sheet) -> Picture:
    key = digest_of(card.alt.encode())[:_KEY]
    return Picture(card, key, sheet.alts.get(key, card.alt), card.version[:_KEY])
