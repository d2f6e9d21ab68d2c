"""What X's refusals mean."""

from __future__ import annotations

from socialpipe.errors import Duplicate, NotSent, PlatformError, Rejected, Unauthorized
from socialpipe.platforms.answer import RENEW, Answer


def meaning(answer: Answer) -> PlatformError | None:
    """Name the outcome that `detail` and `type` tell; None: the status does."""
    said = f"{answer.get('type')} {answer.get('detail')}"
    if answer.status == 402 or (answer.status == 429 and "usage-capped" in said):
        fix = "Buy credits or raise the spending limit in the X developer portal, then resume."
        return Rejected("X says that the API credits are used up.", fix, status=answer.status)
    if answer.status != 403:
        return None
    if "duplicate content" in said:
        return Duplicate("X says that it has a post with this text already.", status=403)
    if "deleted or not visible" in said:  # the parent has not spread to every replica yet
        return NotSent("X does not see the previous part of the thread yet.", status=403)
    if "unsupported-authentication" in said:
        return Unauthorized("X does not take this kind of token here.", RENEW, status=403)
    return None
