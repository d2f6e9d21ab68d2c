"""The limits of the four big networks, as their adapters state them."""

from __future__ import annotations

from socialpipe.model import Limits, Unit

X = Limits(text=280, unit=Unit.WEIGHTED, source="test", checked="2026-11-01", link=23, hashtags=2)
BLUESKY = Limits(
    text=300, unit=Unit.GRAPHEMES, source="test", checked="2026-11-01", text_bytes=3000, hashtags=3
)
MASTODON = Limits(
    text=500, unit=Unit.GRAPHEMES, source="test", checked="2026-11-01", link=23, hashtags=4
)
TELEGRAM = Limits(
    text=4096, unit=Unit.UTF16, source="test", checked="2026-11-01", caption=1024, alt=None
)
NETWORKS = {"x": X, "bluesky": BLUESKY, "mastodon": MASTODON, "telegram": TELEGRAM}
