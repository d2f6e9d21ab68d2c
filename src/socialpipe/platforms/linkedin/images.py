"""Handing images to LinkedIn: an address, the bytes in one go, then a wait."""

from __future__ import annotations

from urllib.parse import quote

from socialpipe.errors import PlatformError, Rejected
from socialpipe.model import Card, Json
from socialpipe.platforms.base import Platform
from socialpipe.platforms.poll import wait_for


def upload(linkedin: Platform, card: Card, owner: str, *, readable: bool) -> Json:
    """Hand over an image; where its state is `readable`, wait until it can be used."""
    wanted = {"initializeUploadRequest": {"owner": owner}}
    place = linkedin.call("POST", "/rest/images?action=initializeUpload", json=wanted)
    urn, target = place.id("value", "image"), place.id("value", "uploadUrl")
    kind = {"Content-Type": "application/octet-stream"}
    linkedin.call("PUT", target, data=card.data, headers=kind)
    if readable and not _is_ready(linkedin, urn):
        wait_for(lambda: _is_ready(linkedin, urn))
    return {"urn": urn}


def _is_ready(linkedin: Platform, urn: str) -> bool:
    try:
        state = linkedin.call("GET", f"/rest/images/{quote(urn, safe='')}").word("status")
    except PlatformError:  # this token may not ask; an image too new is refused, and sent later
        return True
    if state == "PROCESSING_FAILED":
        raise Rejected("LinkedIn cannot use the image.", "Queue the article with other cards.")
    return state == "AVAILABLE"
