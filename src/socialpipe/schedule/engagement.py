"""How well posts did, compared so that one lucky post does not decide. Pure.

Counts of interactions differ by orders of magnitude, so logarithms are compared. A mean of few
posts is drawn to what is known of all (James and Stein, 1961): as if `_STRENGTH` more posts had
done as well as those.
"""

from __future__ import annotations

import math
from collections.abc import Collection

_STRENGTH = 5.0  # posts


def level(interactions: int) -> float:
    """Put a count on the scale on which posts are compared."""
    return math.log1p(max(interactions, 0))


def mean(levels: Collection[float]) -> float:
    """Return the mean, whatever their order; 0 of nothing."""
    return math.fsum(levels) / len(levels) if levels else 0.0


def shrunk(levels: Collection[float], prior: float) -> float:
    """Return the mean of some levels, drawn to `prior` the more the fewer they are."""
    return (math.fsum(levels) + _STRENGTH * prior) / (len(levels) + _STRENGTH)


def worth(own: Collection[float], everything: Collection[float]) -> float:
    """Say how much above (or below) all posts of its channel a post is; unmeasured: 0."""
    usual = mean(everything)
    return shrunk(own, usual) - usual
