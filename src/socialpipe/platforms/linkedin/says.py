"""What LinkedIn's refusals mean (learn.microsoft.com, 2026-08; reports of its answers)."""

from __future__ import annotations

import re

from socialpipe.errors import Duplicate, NotSent, PlatformError, Rejected
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.linkedin import posts


def meaning(answer: Answer) -> PlatformError | None:
    """Name the outcome that the words tell; None: the status does."""
    if answer.status == 422 and "DUPLICATE_POST" in answer.text:
        urn = re.search(r"urn:li:(?:share|ugcPost):\d+", answer.text)
        receipt = posts.receipt(urn.group()) if urn else None
        return Duplicate("LinkedIn has this post already.", receipt=receipt, status=422)
    if answer.status == 400 and re.search("MEDIA_ASSET_(PROCESSING|WAITING)", answer.text):
        return NotSent("LinkedIn is still processing the image.", status=400)
    if answer.status == 426:
        fix = "Set version=YYYYMM of the last year on this channel."
        return Rejected("LinkedIn has retired this API version.", fix, status=426)
    return None
