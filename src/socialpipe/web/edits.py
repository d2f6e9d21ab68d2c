"""What a form changes in a draft, and whether somebody else changed the same meanwhile.

Each post carries a stamp of what the browser was shown. A post that comes back as it was shown is
nobody's change; one that was changed here and elsewhere is a conflict, and neither text is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from socialpipe.errors import Refused
from socialpipe.model import Limits, Post, PostKind
from socialpipe.model.draft import Draft, Sheet
from socialpipe.store.rows import digest_of
from socialpipe.text import chips
from socialpipe.text.count import problems
from socialpipe.text.refit import refit

Sent = Mapping[str, str]
Change = Callable[[Sheet], Sheet]
_STAMP = 16  # hexadecimal digits
_MOST = 200_000  # characters of a field


@dataclass(frozen=True, slots=True)
class Clash:
    """One post, as two browsers want it."""

    channel_id: int
    mine: Sheet
    theirs: Sheet


class Saved(NamedTuple):
    """The draft with all that could be saved, and what could not."""

    draft: Draft
    clashes: list[Clash]


def stamp(sheet: Sheet) -> str:
    """Name a state of a post."""
    return digest_of(repr(replace(sheet, alts=dict(sorted(sheet.alts.items())))).encode())[:_STAMP]


def text_stamp(text: str) -> str:
    """Name a text."""
    return digest_of(text.encode("utf-8", "replace"))[:_STAMP]


def saved(now: Draft, sent: Sent) -> Saved:
    """Return the draft with what the form changed; a clash leaves a post as the others have it."""
    sheets, clashes = dict(now.body.sheets), []
    for channel_id, theirs in now.body.sheets.items():
        base = sent.get(f"base-{channel_id}")
        if base is None or _is_untouched(sent, channel_id):
            continue
        mine = _given(theirs, sent, channel_id)
        if mine == theirs or sent.get(f"keep-{channel_id}") == "theirs":
            continue
        if base == stamp(theirs):
            sheets[channel_id] = mine
        else:
            clashes.append(Clash(channel_id, mine, theirs))
    return Saved(replace(now, body=replace(now.body, sheets=sheets)), clashes)


def with_sheet(now: Draft, channel_id: int, change: Change) -> Draft:
    """Return the draft with one post changed."""
    if channel_id not in now.body.sheets:
        raise Refused("This channel is not part of the draft any more.")
    sheets = {**now.body.sheets, channel_id: change(now.body.sheets[channel_id])}
    return replace(now, body=replace(now.body, sheets=sheets))


def reset(sheet: Sheet) -> Sheet:
    """Take back everything that a person changed."""
    return Sheet(sheet.variants, sheet.picked)


def picked(n: int) -> Change:
    """Choose another variant; what was edited of this one is kept no more."""

    def change(sheet: Sheet) -> Sheet:
        return replace(sheet, picked=n % len(sheet.variants), edited=None)

    return change


def fitted(limits: Limits, *, with_image: bool) -> Change:
    """Make every part fit."""

    def change(sheet: Sheet) -> Sheet:
        warning = sheet.post.warning or ""
        texts = [
            refit(part.text, _fits(warning, limits, with_image and n == 0)) or part.text
            for n, part in enumerate(sheet.post.parts)
        ]
        return _with_post(sheet, _with_texts(sheet.post, texts))

    return change


def tagged(how: Callable[[str], str]) -> Change:
    """Change the hashtags where they stand: in a part, in the first comment, else in their field.

    `how` gets a text with hashtags and returns another one.
    """

    def change(sheet: Sheet) -> Sheet:
        post = sheet.post
        texts = [part.text for part in post.parts]
        where = _tagged_part(post)
        if where is None and (post.first_comment or post.hashtags):
            field = how(post.first_comment or " ".join(f"#{tag}" for tag in post.hashtags))
            comment = (field or None) if post.first_comment else None
            made = replace(post, hashtags=tuple(chips.tags_of(field)), first_comment=comment)
            return _with_post(sheet, made)
        n = len(texts) - 1 if where is None else where
        texts[n] = how(texts[n])
        return _with_post(sheet, _with_texts(post, texts))

    return change


def retold(texts: Sequence[str] | None, title: str | None, comment: str | None) -> Change:
    """Give it other texts, another title or first comment; None: as it is."""

    def change(sheet: Sheet) -> Sheet:
        made = sheet.post if texts is None else _with_texts(sheet.post, list(texts))
        if title is not None:
            made = replace(made, title=title)
        if comment is not None:
            made = replace(made, first_comment=comment or None)
        return _with_post(sheet, made)

    return change


def tags_of(post: Post) -> list[str]:
    """Return the tags that `tagged` changes, in order."""
    where = _tagged_part(post)
    return list(post.hashtags) if where is None else chips.tags_of(post.parts[where].text)


def _tagged_part(post: Post) -> int | None:
    """Return the part whose text has the tags; None: they are elsewhere."""
    return next((n for n, part in enumerate(post.parts) if chips.tags_of(part.text)), None)


def _fits(warning: str, limits: Limits, with_image: bool) -> Callable[[str], bool]:  # noqa: FBT001
    return lambda text: not problems(warning + text, limits, with_image=with_image)


def another_part(sheet: Sheet) -> Sheet:
    """Add an empty part at the end: the post becomes a thread."""
    texts = [part.text for part in sheet.post.parts]
    return _with_post(sheet, _with_texts(sheet.post, [*texts, ""]))


def without_part(n: int) -> Change:
    """Leave out the n-th part, unless it is the only one."""

    def change(sheet: Sheet) -> Sheet:
        texts = [part.text for part in sheet.post.parts]
        left = texts[:n] + texts[n + 1 :]
        return _with_post(sheet, _with_texts(sheet.post, left)) if left else sheet

    return change


def _given(sheet: Sheet, sent: Sent, channel_id: int) -> Sheet:
    """Return the post as the form has it."""
    post = sheet.post
    texts: list[str] = []
    while (name := f"text-{channel_id}-{len(texts)}") in sent:
        texts.append(_line(sent, name))
    title = None if post.title is None else sent.get(f"title-{channel_id}")
    comment = None if post.first_comment is None else sent.get(f"comment-{channel_id}")
    return replace(
        retold(texts or None, title, comment)(sheet),
        template=sent.get(f"template-{channel_id}", sheet.template) or None,
        theme=sent.get(f"theme-{channel_id}", sheet.theme) or None,
        alts={**sheet.alts, **_alts(sheet, sent, channel_id)},
    )


def _alts(sheet: Sheet, sent: Sent, channel_id: int) -> dict[str, str]:
    """Return the alt texts that differ from what the card itself says."""
    head = f"alt-{channel_id}-"
    keys = [name.removeprefix(head) for name in sent if name.startswith(head)]
    given = {key: _line(sent, head + key) for key in keys}
    return {
        key: text
        for key, text in given.items()
        if key in sheet.alts or digest_of(text.encode())[: len(key)] != key
    }


def _line(sent: Sent, name: str) -> str:
    """Return a field as it was typed: browsers send every line's end as two characters."""
    given = sent[name]
    if len(given) > _MOST:
        raise Refused("This text is too long for any network.", "Shorten it.")
    return given.replace("\r\n", "\n").replace("\r", "\n")


def _is_untouched(sent: Sent, channel_id: int) -> bool:
    """Whether the form sends a post as the browser was shown it."""
    shown = sent.get(f"shown-{channel_id}")
    return shown is not None and shown == shown_stamp(sent, channel_id)


def shown_stamp(sent: Sent, channel_id: int) -> str:
    """Name what the fields of a post hold, in the form or in the page."""
    heads = tuple(f"{name}-{channel_id}" for name in FIELDS)
    held = {
        name: _line(sent, name)
        for name in sent
        if name in heads or name.startswith((f"text-{channel_id}-", f"alt-{channel_id}-"))
    }
    return text_stamp(repr(sorted(held.items())))


FIELDS = ("title", "comment", "template", "theme")


def _with_post(sheet: Sheet, made: Post) -> Sheet:
    """Keep a post, unless it is the one that was composed."""
    composed = sheet.variants[sheet.picked]
    return replace(sheet, edited=None if _said(made) == _said(composed) else made)


def _said(post: Post) -> tuple[object, ...]:
    texts = tuple(part.text for part in post.parts)
    return texts, post.title, post.first_comment, post.hashtags


def _with_texts(post: Post, texts: list[str]) -> Post:
    """Return the post with these parts, however many it had."""
    kind = post.kind
    if len(texts) != len(post.parts) and kind in {PostKind.SINGLE, PostKind.THREAD}:
        kind = PostKind.THREAD if len(texts) > 1 else PostKind.SINGLE
    known = (*post.parts, *[post.parts[-1]] * len(texts))
    parts = tuple(replace(part, text=text) for part, text in zip(known, texts, strict=False))
    return replace(post, kind=kind, parts=parts, hashtags=_tags(post, texts))


def _tags(post: Post, texts: list[str]) -> tuple[str, ...]:
    """Return the tags of the post: those of its text, unless they never stood there."""
    if post.hashtags and _tagged_part(post) is None:
        return post.hashtags
    return tuple(dict.fromkeys(tag for text in texts for tag in chips.tags_of(text)))
