"""Slack's incoming webhooks: the address is the credential, and the answer is a word."""

from __future__ import annotations

from urllib.parse import urlsplit

from socialpipe.model import Json, Receipt
from socialpipe.platforms.base import Platform


def post(slack: Platform, url: str, message: Json, key: str) -> Receipt:
    """Publish; the message has no name but ours."""
    parts = urlsplit(url)
    base = slack.base if slack.account.api_base else f"https://{parts.netloc}"
    answer = slack.call("POST", base + parts.path, creates=True, json=message)
    return Receipt(key) if answer.text.strip() == "ok" else answer.unclear()
