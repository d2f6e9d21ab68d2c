"""Limits of networks as test data; the product's own are in the adapters."""

from __future__ import annotations

from dataclasses import replace

from socialpipe.model import Limits, Unit

_PLAIN = Limits(text=3000, unit=Unit.CODEPOINTS, source="test", checked="2026-11-01", thread=False)
X = replace(_PLAIN, text=280, unit=Unit.WEIGHTED, link=23, hashtags=2, thread=True)
BLUESKY = replace(_PLAIN, text=300, unit=Unit.GRAPHEMES, text_bytes=3000, thread=True)
MASTODON = replace(_PLAIN, text=500, unit=Unit.GRAPHEMES, link=23, hashtags=4, thread=True)
TELEGRAM = replace(_PLAIN, text=4096, unit=Unit.UTF16, caption=1024, alt=None, thread=True)
NETWORKS = {"x": X, "bluesky": BLUESKY, "mastodon": MASTODON, "telegram": TELEGRAM}
THREADS = replace(_PLAIN, text=500, unit=Unit.EMOJI_BYTES, hashtags=1, links_most=5)
INSTAGRAM = replace(_PLAIN, text=2200, hashtags=5, hashtags_most=5, mentions_most=3)
LINKEDIN = replace(_PLAIN, unit=Unit.ESCAPED, hashtags=4)
PINTEREST = replace(_PLAIN, text=800, link_field=True, hashtags=5)
BLOG = replace(_PLAIN, text=100_000, link_field=True, hashtags=8)
CHAT = replace(_PLAIN, text=2000, unit=Unit.UTF16, hashtags=0)
EVERY = NETWORKS | {
    "threads": THREADS,
    "facebook": replace(_PLAIN, text=63_206),
    "instagram": INSTAGRAM,
    "linkedin": LINKEDIN,
    "pinterest": PINTEREST,
    "tumblr": replace(_PLAIN, text=4096, hashtags=10),
    "reddit": replace(BLOG, text=10_000, hashtags=0),
    "discord": CHAT,
    "slack": CHAT,
    "line": CHAT,
    "matrix": replace(_PLAIN, text=10_000, text_bytes=55_000, hashtags=0),
    "misskey": replace(_PLAIN, unit=Unit.UTF16, hashtags=4),
    "band": replace(_PLAIN, text=5000, hashtags=5),
    "wordpress": BLOG,
    "email": BLOG,
    "webhook": replace(_PLAIN, text_bytes=12_000),
}
