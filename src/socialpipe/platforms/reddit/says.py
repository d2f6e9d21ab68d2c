"""What Reddit's answers mean: the status is 200 for failures too."""

from __future__ import annotations

import re

from socialpipe.errors import Duplicate, PlatformError, Rejected, Throttled, Unauthorized
from socialpipe.platforms.answer import CHANGE, RENEW, Answer, tidy

UNITS = {"second": 1, "minute": 60, "hour": 3600}
PAUSE = 600.0  # when "take a break" names no time that we can read, s


def meaning(answer: Answer) -> PlatformError | None:
    """Read `json.errors`: the status is 200 for failures too."""
    code = answer.get("json", "errors", 0, 0)
    if not isinstance(code, str):
        return None
    words = tidy(answer.word("json", "errors", 0, 1))
    said = f"Reddit says {code}: {words}"
    if code == "RATELIMIT":
        return Throttled(said, seconds=_break(words), status=answer.status)
    if code == "QUOTA_FILLED":
        return Throttled(said, seconds=3600, status=answer.status)
    if code == "ALREADY_SUB":
        return Duplicate(said, status=answer.status)
    if code == "USER_REQUIRED":
        return Unauthorized(said, RENEW, status=answer.status)
    return Rejected(said, CHANGE, status=answer.status)


def _break(words: str) -> float:
    """Read the wait from "Take a break for 9 minutes before trying again."."""
    found = re.search(r"(\d{1,6}) (second|minute|hour)", words)
    return float(int(found[1]) * UNITS[found[2]]) if found else PAUSE
