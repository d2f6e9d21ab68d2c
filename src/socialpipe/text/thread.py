"""A thread: numbered parts, each readable alone, the link in the best (`Voice.link_first`).

A part takes two points where both fit: a post of seven words is not worth a reader's tap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from socialpipe.text.desk import Desk, Draft, in_article_order
from socialpipe.text.fit import split

WIDEST = "88/88"  # room kept for the number while the count of parts is not known
MOST = 90  # parts; no reader gets there
Points = tuple[str, ...]


def thread(desk: Desk) -> list[str]:
    """Return the texts of the parts; [] when there would be one, or one cannot be made to fit."""
    points = in_article_order(desk.material.points)
    opening = _opening(desk, points[:1])
    rest = points[len(opening.points) :]
    pieces = [piece for point in rest for piece in split(point, partial(_fits, desk))]
    if not 0 < len(pieces) <= MOST:
        return []
    closing = _closing(desk, pieces, link=not opening.link)
    steps = _paired(desk, pieces[: len(pieces) - len(closing.points)])
    return _numbered(desk, opening, steps, closing)


def _fits(desk: Desk, *points: str) -> bool:
    return desk.fits(desk.write("step", Draft(points=points, number=WIDEST)), first=False)


def _opening(desk: Desk, points: Points) -> Draft:
    """Take the hook with the link, if this is its place, and with the first point, as they fit."""
    places = (True, False) if desk.voice.link_first and desk.material.link else (False,)
    wishes = [
        Draft(desk.material.hook, said, number=WIDEST, link=here)
        for here in places
        for said in (points, ())
    ]
    fitting = (wish for wish in wishes if desk.fits(desk.write("opening", wish)))
    return next(fitting, wishes[-1])


def _closing(desk: Desk, pieces: Sequence[str], *, link: bool) -> Draft:
    """Take as many of the last two points as fit above link and tags: no part is tags alone."""
    bare = Draft(tags=desk.material.tags, signature=desk.material.signature, link=link)
    for count in range(min(2, len(pieces)), 0, -1):
        draft = replace(bare, points=tuple(pieces[-count:]), number=WIDEST)
        if desk.fits(desk.write("closing", draft), first=False):
            return draft
    return bare if link and desk.material.link else Draft(points=tuple(pieces[-1:]), link=False)


def _paired(desk: Desk, pieces: Sequence[str]) -> list[Points]:
    steps: list[Points] = []
    for piece in pieces:
        if steps and len(steps[-1]) == 1 and _fits(desk, steps[-1][0], piece):
            steps[-1] = (steps[-1][0], piece)
        else:
            steps.append((piece,))
    return steps


def _numbered(desk: Desk, opening: Draft, steps: list[Points], closing: Draft) -> list[str]:
    total = len(steps) + 2
    texts = [desk.shortened("opening", replace(opening, number=f"1/{total}"))]
    for n, points in enumerate(steps, start=2):
        texts.append(desk.write("step", Draft(points=points, number=f"{n}/{total}")))
    texts.append(desk.write("closing", replace(closing, number=f"{total}/{total}")))
    sound = texts[0] and all(desk.fits(text, first=False) for text in texts[1:])
    return texts if sound else []
