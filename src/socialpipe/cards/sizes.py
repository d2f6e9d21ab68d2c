"""The card sizes that networks show whole, px; platforms name theirs in `Limits.card`."""

from __future__ import annotations

# Open Graph: Facebook sharing best practices. X: summary_large_image 2:1 to 16:9. LinkedIn: share
# image 1.91:1. DEV (Forem): cover 100:42. Pinterest: 2:3. Instagram: 1:1, 4:5, story 9:16. Looked
# up in November 2026.
SIZES = {
    "open-graph": (1200, 630),
    "linkedin": (1200, 627),
    "x": (1200, 675),
    "x-large": (1600, 900),
    "telegram": (1280, 720),
    "cover": (1000, 420),
    "square": (1080, 1080),
    "portrait": (1080, 1350),
    "pin": (1000, 1500),
    "story": (1080, 1920),
}
