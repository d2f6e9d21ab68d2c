"""What Slack's answers mean: the status is 200 for failures too (docs.slack.dev, 2026-11)."""

from __future__ import annotations

from socialpipe.errors import PlatformError, Rejected, Throttled, Unauthorized
from socialpipe.platforms.answer import CHANGE, RENEW, Answer, tidy, unclear, unless_said, wait
from socialpipe.platforms.base import Gone

BUSY = {"ratelimited", "rate_limited"}
BROKEN = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
DEAD = {
    *("not_authed", "invalid_auth", "token_expired", "token_revoked", "account_inactive"),
    *("org_login_required", "missing_scope", "no_service"),
}


class Unready(Rejected):
    """A block is not as it should be; it may show a file that is still being processed."""


SAID: dict[str, type[Rejected]] = {"message_not_found": Gone, "invalid_blocks": Unready}


def meaning(answer: Answer) -> PlatformError | None:
    """Name the outcome that `error` tells, or a webhook's plain text; None: the status does."""
    error = answer.word("error") or answer.text.strip()
    said = f"Slack says: {tidy(error)[:80]}."
    if error in BUSY:
        return Throttled(said, seconds=wait(answer), status=answer.status)
    if error in DEAD:
        return Unauthorized(said, RENEW, status=answer.status)
    if error in BROKEN:
        return unclear(said, creates=answer.creates, status=answer.status)
    refused = error in SAID or (answer.status == 200 and answer.get("ok") is False)
    if refused:
        return SAID.get(error, Rejected)(said, CHANGE, status=answer.status)
    return unless_said(answer, "ok", value=True)
