"""An article's digest becomes what one network will be told.

The ladder keeps longest what matters most: hook and link, one point, the tags, more points. A
thread is made where the network's users read threads and a single post would lose the essence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from socialpipe.errors import Refused
from socialpipe.model import Article, Digest, Limits, Part, Point, Post, PostKind
from socialpipe.text import hooks, page
from socialpipe.text.count import measure, problems
from socialpipe.text.fit import shorten, split
from socialpipe.text.material import Material, gather
from socialpipe.text.style import Style
from socialpipe.text.voices import Voice, voice

LONG_POINT = 60  # code points; such points are easier to read with space between them
_WIDEST_NUMBER = "88/88"


@dataclass(frozen=True, slots=True)
class Draft:
    """What one part shall say. `points` are in the order of the article."""

    hook: str = ""
    points: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    summary: str = ""
    body: str = ""
    signature: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """One network's page, rules and material, on which drafts are tried."""

    platform: str
    limits: Limits
    voice: Voice
    material: Material
    with_image: bool

    def write(self, block: str, draft: Draft) -> str:
        """Return the draft in the words of the network's template."""
        values = self.material.values() | {
            "hook": draft.hook,
            "points": draft.points,
            "airy": any(len(point) > LONG_POINT for point in draft.points),
            "tags": [f"#{tag}" for tag in draft.tags],
            "summary": draft.summary,
            "body": draft.body,
            "signature": draft.signature,
            "number": draft.number,
        }
        return page.render(self.pages, block, values)

    @property
    def pages(self) -> tuple[str, str, str]:
        """Name the templates to look for a block in: the network's own first."""
        return self.platform, self.voice.page, "default"

    def title(self) -> str:
        """Return the title for networks that have a field for it."""
        return page.render(self.pages, "title", self.material.values())

    def fits(self, text: str, *, first: bool = True) -> bool:
        """Tell whether the network takes `text` as one part; images go with the first."""
        return not problems(text, self.limits, with_image=first and self.with_image)

    def part(self, text: str, *, first: bool = True) -> Part:
        """Return the text with its length and limit."""
        limit = self.limits.text_limit(with_image=first and self.with_image)
        return Part(text, measure(text, self.limits), limit, self.limits.unit)


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
    desk = Desk(platform, limits, habits, material, with_image)
    kind, texts, tags = _texts(desk)
    return Post(
        platform=platform,
        kind=kind,
        parts=tuple(desk.part(text, first=n == 0) for n, text in enumerate(texts)),
        language=article.language,
        title=desk.title() if page.has(desk.pages, "title") else None,
        link=material.link or None,
        hashtags=tags,
    )


def _texts(desk: Desk) -> tuple[PostKind, list[str], tuple[str, ...]]:
    points = len(desk.material.points)
    essence = min(desk.voice.essence, points)
    most = min(desk.voice.points, points)
    if whole := _first_fitting(desk, _rungs(desk.material, most, essence)):
        return desk.voice.kind, *whole
    if desk.voice.thread and desk.limits.thread and (parts := _thread(desk)):
        return PostKind.THREAD, parts, desk.material.tags
    less = _first_fitting(desk, _rungs(desk.material, essence - 1, 0)) or _shortest(desk)
    if less:
        return desk.voice.kind, *less
    raise Refused(
        f"The post does not fit: {desk.platform} takes {desk.limits.text} {desk.limits.unit} "
        f"and the link alone is {measure(desk.material.link, desk.limits)} long.",
        "Give a shorter link with --link.",
    )


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
        points = _in_article_order(material.points[:count])
        fewest = min(len(material.tags), 1 if count else 0)
        drafts += [
            Draft(material.hook, points, material.tags[:shown], signature=material.signature)
            for shown in range(len(material.tags), fewest - 1, -1)
        ]
        if material.signature:
            drafts.append(replace(drafts[-1], signature=""))
    return drafts


def _in_article_order(points: Iterable[Point]) -> tuple[str, ...]:
    return tuple(point.text for point in sorted(points, key=lambda point: point.span))


def _first_fitting(desk: Desk, drafts: Iterable[Draft]) -> tuple[list[str], tuple[str, ...]] | None:
    for draft in drafts:
        text = desk.write("single", draft)
        if desk.fits(text):
            return [text], draft.tags
    return None


def _shortest(desk: Desk) -> tuple[list[str], tuple[str, ...]] | None:
    """Shorten the hook itself; nothing but the link stays beside it."""
    text = _shortened(desk, "single", Draft(desk.material.hook))
    return ([text], ()) if text else None


def _shortened(desk: Desk, block: str, draft: Draft) -> str:
    def write(hook: str) -> str:
        return desk.write(block, replace(draft, hook=hook))

    hook = shorten(draft.hook, lambda text: desk.fits(write(text)))
    return write(hook) if hook else ""


# ── a thread ───────────────────────────────────────────────────────────────────────────────────


def _thread(desk: Desk) -> list[str]:
    """Return numbered parts, one point each; [] when there are fewer than two or one cannot fit."""
    points = _in_article_order(desk.material.points)
    opening = _opening(desk, points[:1])
    rest = points[len(opening.points) :]
    steps = [piece for point in rest for piece in split(point, partial(_step_fits, desk))]
    if not steps or len(steps) > 90:
        return []
    bare = Draft(tags=desk.material.tags, signature=desk.material.signature)
    closing = replace(bare, points=(steps[-1],), number=_WIDEST_NUMBER)
    if desk.fits(desk.write("closing", closing), first=False):
        steps.pop()
    else:
        closing = bare
    return _numbered(desk, opening, steps, closing)


def _opening(desk: Desk, points: tuple[str, ...]) -> Draft:
    full = Draft(desk.material.hook, points, number=_WIDEST_NUMBER)
    return full if desk.fits(desk.write("opening", full)) else Draft(desk.material.hook)


def _step_fits(desk: Desk, point: str) -> bool:
    draft = Draft(points=(point,), number=_WIDEST_NUMBER)
    return desk.fits(desk.write("step", draft), first=False)


def _numbered(desk: Desk, opening: Draft, steps: list[str], closing: Draft) -> list[str]:
    total = len(steps) + 2
    first = Draft(opening.hook, opening.points, number=f"1/{total}")
    texts = [_shortened(desk, "opening", first)]
    for n, step in enumerate(steps, start=2):
        texts.append(desk.write("step", Draft(points=(step,), number=f"{n}/{total}")))
    texts.append(desk.write("closing", replace(closing, number=f"{total}/{total}")))
    sound = texts[0] and all(desk.fits(text, first=False) for text in texts[1:])
    return texts if sound else []


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
    lines = (digest.hook, *hooks.hooks(article, digest.points, digest.key_number))
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
