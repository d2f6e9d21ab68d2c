"""An article's digest becomes what one network will be told.

The ladder keeps longest what matters most: hook and link, one point, the tags, more points. A
thread is made where the network's users read threads and a single post would lose the essence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from socialpipe.errors import Refused
from socialpipe.model import Article, Digest, Limits, Post, PostKind
from socialpipe.text import page
from socialpipe.text.count import measure
from socialpipe.text.desk import Desk, Draft, in_article_order
from socialpipe.text.material import Material, gather
from socialpipe.text.style import Style
from socialpipe.text.thread import thread
from socialpipe.text.voices import voice


def compose(
    article: Article,
    digest: Digest,
    platform: str,
    limits: Limits,
    *,
    link: str | None = None,
    with_image: bool = True,
    style: Style | None = None,
) -> Post:
    """Return the post without cards; every part passes `count.problems`.

    `style` is what a brand wants (`Brand.style`). Raises Refused when the link is no web address,
    there is nothing to say, a brand bans it, or not even the first word fits beside the link;
    UsageError when the platform's template is faulty.
    """
    habits, style = voice(platform), style or Style()
    material = gather(article, digest, limits, link=link, voice=habits, style=style)
    if not material.hook:
        raise Refused("The article has no title and no sentence to post.", "Give it a title.")
    warning = _warning(style, limits)
    comment = _first_comment(material, style, limits)
    said = replace(material, tags=()) if comment else material
    desk = Desk(platform, limits, habits, said, with_image, warning)
    kind, texts, tags = _texts(desk)
    return Post(
        platform=platform,
        kind=kind,
        parts=tuple(desk.part(text, first=n == 0) for n, text in enumerate(texts)),
        language=article.language,
        title=desk.title() if page.has(desk.pages, "title") else None,
        link=material.link or None,
        hashtags=material.tags if comment else tags,
        warning=warning or None,
        first_comment=comment or None,
    )


def _warning(style: Style, limits: Limits) -> str:
    """Return the content warning on one line, "" where the network has none."""
    text = " ".join(style.warning.split())
    if limits.warning is None or len(text) <= limits.warning:
        return "" if limits.warning is None else text
    raise Refused(
        f"The content warning is {len(text)} characters long; {limits.warning} are allowed.",
        "Shorten content_warning in the brand file.",
    )


def _first_comment(material: Material, style: Style, limits: Limits) -> str:
    """Return the hashtags for our own first comment, "" where they stay in the text."""
    if not (limits.comments and style.first_comment):
        return ""
    return " ".join(f"#{tag}" for tag in material.tags)


def _texts(desk: Desk) -> tuple[PostKind, list[str], tuple[str, ...]]:
    points = len(desk.material.points)
    essence = min(desk.voice.essence, points)
    most = min(desk.voice.points, points)
    if whole := _first_fitting(desk, _rungs(desk.material, most, essence)):
        return desk.voice.kind, *whole
    if desk.voice.thread and desk.limits.thread and (parts := thread(desk)):
        return PostKind.THREAD, parts, _said(desk.material.tags, parts[-1])
    less = _first_fitting(desk, _rungs(desk.material, essence - 1, 0)) or _shortest(desk)
    if less:
        return desk.voice.kind, *less
    raise Refused(
        f"The post does not fit: {desk.platform} takes {desk.limits.text} {desk.limits.unit} "
        f"and the link alone is {measure(desk.material.link, desk.limits)} long.",
        "Give a shorter link with --link.",
    )


def _said(tags: tuple[str, ...], text: str) -> tuple[str, ...]:
    return tuple(tag for tag in tags if f"#{tag}" in text.split())


# ── one part ───────────────────────────────────────────────────────────────────────────────────


def _rungs(material: Material, most: int, least: int) -> Iterator[Draft]:
    """Yield ever smaller posts: the long texts go first, then tags and signature, then points."""
    whole = _shrinking(material, most, least)
    if material.body:
        yield from (replace(draft, body=material.body) for draft in whole[:1])
    if material.summary:
        unsaid = material.without_said(material.summary)
        for draft in _shrinking(
            unsaid, min(most, len(unsaid.points)), min(least, len(unsaid.points))
        ):
            yield replace(draft, summary=material.summary)
    yield from whole


def _shrinking(material: Material, most: int, least: int) -> list[Draft]:
    drafts: list[Draft] = []
    for count in range(most, least - 1, -1):
        points = in_article_order(material.points[:count])
        fewest = min(len(material.tags), 1 if count else 0)
        drafts += [
            Draft(material.hook, points, material.tags[:shown], signature=material.signature)
            for shown in range(len(material.tags), fewest - 1, -1)
        ]
        if material.signature:
            drafts.append(replace(drafts[-1], signature=""))
    return drafts


def _first_fitting(desk: Desk, drafts: Iterable[Draft]) -> tuple[list[str], tuple[str, ...]] | None:
    for draft in drafts:
        text = desk.write("single", draft)
        if desk.fits(text):
            return [text], draft.tags
    return None


def _shortest(desk: Desk) -> tuple[list[str], tuple[str, ...]] | None:
    """Shorten the hook itself; nothing but the link stays beside it."""
    text = desk.shortened("single", Draft(desk.material.hook))
    return ([text], ()) if text else None


# ── several ────────────────────────────────────────────────────────────────────────────────────


def variants(
    article: Article,
    digest: Digest,
    platform: str,
    limits: Limits,
    count: int,
    *,
    link: str | None = None,
    with_image: bool = True,
    style: Style | None = None,
) -> tuple[Post, ...]:
    """Return up to `count` different posts, each with a first line of its own, best first.

    Fewer come back when the article offers fewer. Raises as `compose` does.
    """
    lines = (digest.hook, *digest.hooks, *(point.text for point in digest.points))
    posts: dict[tuple[str, ...], Post] = {}
    for line in dict.fromkeys(filter(None, lines)):
        one = replace(digest, hook=line)
        post = compose(
            article, one, platform, limits, link=link, with_image=with_image, style=style
        )
        posts.setdefault(tuple(part.text for part in post.parts), post)
        if len(posts) == count:
            break
    return tuple(posts.values())
