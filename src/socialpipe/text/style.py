"""What a brand wants of one post on one network; the default wants nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    """How a post addresses its readers."""

    NEUTRAL = "neutral"  # as the network's users do
    FRIENDLY = "friendly"  # with an emoji before the first line
    FORMAL = "formal"  # without emoji; Korean in 합니다체


class Emoji(StrEnum):
    """How many emoji of ours a post may carry; those in the article's own words stay."""

    NONE = "none"
    SOME = "some"  # where they are customary
    MANY = "many"  # before every first line


@dataclass(frozen=True, slots=True)
class Style:
    """Wishes for one post. `utm` are query parameters of the link, ready to be added."""

    tone: Tone = Tone.NEUTRAL
    emoji: Emoji = Emoji.SOME
    signature: str = ""
    hashtags: int | None = None  # None: as many as the network's users do
    inline_tags: bool = False  # words of the text become tags where they can
    default_tags: tuple[str, ...] = ()
    banned_tags: tuple[str, ...] = ()
    banned_words: tuple[str, ...] = ()
    utm: Mapping[str, str] = field(default_factory=dict)
    show_link: bool = True
    short_link: bool = False  # one of our own, where the installation has them
    warning: str = ""  # content warning, where the network has one
    first_comment: bool = True  # hashtags go there, where the network has one

    @property
    def decorated(self) -> bool:
        """Whether our own signs such as 🧵 and 👉 may stand in a post."""
        return self.emoji is not Emoji.NONE and self.tone is not Tone.FORMAL

    def leads_with_emoji(self, *, customary: bool) -> bool:
        """Whether an emoji stands before the first line."""
        eager = self.emoji is Emoji.MANY or self.tone is Tone.FRIENDLY
        return self.decorated and (eager or customary)
