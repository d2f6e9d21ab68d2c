"""What a bot may do in its workspace."""

from __future__ import annotations

from socialpipe.platforms.answer import Answer

SCOPES = ("chat:write", "files:write")  # that publishing needs
_REMEDY = "api.slack.com/apps: your app, OAuth & Permissions, Bot Token Scopes; reinstall it."


def lacks(answer: Answer) -> dict[str, str]:
    """Read the scopes of a bot from the header that Slack sends with every answer."""
    told = answer.headers.get("X-OAuth-Scopes", "")
    have = {one.strip() for one in told.split(",")}
    return {f"the scope {one}": _REMEDY for one in SCOPES if told and one not in have}
