"""Handing images to Slack: an address, the bytes, then a file that nobody sees yet."""

from __future__ import annotations

import json

from socialpipe.model import Card, Json
from socialpipe.platforms.base import Platform, attachment


def upload(slack: Platform, card: Card) -> Json:
    """Hand over an image; what comes back is part of a block."""
    form = {"filename": attachment(card)[0], "length": str(len(card.data)), "alt_txt": card.alt}
    place = slack.call("POST", "/api/files.getUploadURLExternal", data=form)
    target, file = place.id("upload_url"), place.id("file_id")
    slack.http.post(target, creates=False, data=card.data)
    files = {"files": json.dumps([{"id": file}])}  # no channel: nobody sees it yet
    slack.call("POST", "/api/files.completeUploadExternal", data=files)
    return {"slack_file": {"id": file}}
