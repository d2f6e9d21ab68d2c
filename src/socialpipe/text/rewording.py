"""Other words for a post that is composed already. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from socialpipe.errors import Refused
from socialpipe.model import Limits, Post
from socialpipe.model.phrase import Phrase
from socialpipe.text.count import measure, problems


def reworded(post: Post, texts: Sequence[str], limits: Limits) -> Post:
    """Put other texts into the parts, one for each.

    Raises Refused when one does not fit, or when there are not as many as parts.
    """
    if len(texts) != len(post.parts):
        raise Refused(
            Phrase(
                "The post has parts: {there}, not {given}.", there=len(post.parts), given=len(texts)
            ),
            "Send the text of each part.",
        )
    for n, text in enumerate(texts):
        if wrong := problems(text, limits, with_image=bool(post.cards) and n == 0):
            raise Refused(Phrase("Part {n}: {wrong}", n=n + 1, wrong=wrong[0]), "Shorten it.")
    parts = (
        replace(part, text=text, length=measure(text, limits))
        for part, text in zip(post.parts, texts, strict=True)
    )
    return replace(post, parts=tuple(parts))
