"""AT Protocol data: content ids, session tokens and what a post record must look like.

Rules of the lexicon app.bsky.feed.post (atproto repository, read 2026-08).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import datetime
from typing import Any

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import digest

TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
POST = "app.bsky.feed.post"
IMAGE_BYTES = 2_000_000  # largest image of a post, since 2026-04
THUMB_BYTES = 1_000_000  # largest image of a link card
TAG = Limits(64, Unit.GRAPHEMES, "app.bsky.feed.post", "2026-11-23", text_bytes=640)
TEXT = Limits(300, Unit.GRAPHEMES, "app.bsky.feed.post", "2026-11-23", text_bytes=3000)


class Invalid(Exception):
    """A record breaks its lexicon; says how, as the server does."""


def content_id(data: bytes, codec: int) -> str:
    """Return the CIDv1 of bytes: SHA-256, base32."""
    multihash = bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(data).digest()
    return "b" + base64.b32encode(multihash).decode().lower().rstrip("=")


def record_id(record: Json) -> str:
    """Return the content id of a record: the same record has the same."""
    return content_id(json.dumps(record, sort_keys=True).encode(), 0x71)


def blob_id(data: bytes) -> str:
    """Return the content id of an uploaded file."""
    return content_id(data, 0x55)


def tid(microseconds: int) -> str:
    """Return the record key of a time."""
    number, key = microseconds << 10, ""
    for _ in range(13):
        number, place = divmod(number, 32)
        key = "234567abcdefghijklmnopqrstuvwxyz"[place] + key
    return key


def did(name: str) -> str:
    """Return the account id of a name."""
    return "did:plc:" + base64.b32encode(bytes.fromhex(digest(name)))[:24].decode().lower()


def token(claims: Json) -> str:
    """Return a token in the shape of a JWT; nobody checks its signature."""
    parts = [{"alg": "HS256", "typ": "at+jwt"}, claims, digest(json.dumps(claims))]
    packed = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts]
    return ".".join(part.decode().rstrip("=") for part in packed)


def check_post(record: Json) -> None:
    """Check a post record but for what it refers to; raises Invalid."""
    _need(record.get("$type") == POST, f"must be {POST}", "$type")
    text = record.get("text")
    _need(isinstance(text, str), "must be a string", "text")
    _fits(str(text), TEXT, "text")
    _need(_is_datetime(record.get("createdAt")), "must be a valid atproto datetime", "createdAt")
    _need(len(record.get("langs") or []) <= 3, "array too big (maximum 3)", "langs")
    _need(len(record.get("tags") or []) <= 8, "array too big (maximum 8)", "tags")
    for tag in record.get("tags") or []:
        _fits(tag, TAG, "tags")
    for facet in record.get("facets") or []:
        _check_facet(facet, str(text).encode())
    _check_embed(record.get("embed") or {})


def blobs(record: Json) -> list[tuple[Json, int, str]]:
    """Every blob that a post refers to, with its largest size in bytes and its alt text."""
    embed = record.get("embed") or {}
    pictures = embed.get("images") or embed.get("items") or []
    found = [(picture["image"], IMAGE_BYTES, picture["alt"]) for picture in pictures]
    thumb = (embed.get("external") or {}).get("thumb")
    return [*found, (thumb, THUMB_BYTES, "")] if thumb else found


def _need(good: object, why: str, where: str) -> None:
    if not good:
        raise Invalid(f"Invalid {POST} record: {why} at $.record.{where}")


def _fits(text: str, limits: Limits, where: str) -> None:
    from socialpipe.text.count import measure

    size, most = len(text.encode()), limits.text_bytes or 0
    _need(size <= most, f"string too big (maximum {most}, got {size})", where)
    length = measure(text, limits)
    _need(length <= limits.text, f"grapheme too big (maximum {limits.text}, got {length})", where)


def _is_datetime(value: object) -> bool:
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        return False
    try:
        datetime.fromisoformat(value[:19])
    except ValueError:
        return False
    return True


def _check_facet(facet: Json, text: bytes) -> None:
    """Check that a facet lies in the text, on borders of characters, and knows what it is."""
    index = facet.get("index") or {}
    start, end = int(index.get("byteStart", -1)), int(index.get("byteEnd", -1))
    _need(0 <= start < end <= len(text), "facet out of range", "facets")
    try:
        text[:start].decode()
        text[start:end].decode()
    except UnicodeDecodeError:
        _need(False, "facet cuts a character", "facets")
    for feature in facet.get("features") or [{}]:
        _check_feature(feature)


def _check_feature(feature: Json) -> None:
    kind = str(feature.get("$type", "")).rpartition("#")[2]
    name = {"link": "uri", "mention": "did", "tag": "tag"}.get(kind, "")
    _need(isinstance(feature.get(name), str), f"unknown or empty feature {kind!r}", "facets")
    if kind == "tag":
        _fits(feature["tag"], TAG, "facets")


def _check_embed(embed: Json) -> None:
    kind = str(embed.get("$type", "")).removeprefix("app.bsky.embed.")
    _need(kind in {"", "images", "gallery", "external"}, f"unknown embed {kind!r}", "embed")
    for name, most in (("images", 4), ("items", 20)):
        pictures = embed.get(name) or []
        _need(len(pictures) <= most, f"array too big (maximum {most})", f"embed.{name}")
        for picture in pictures:
            _need(isinstance(picture.get("alt"), str), "alt must be a string", f"embed.{name}")
            _check_blob(picture.get("image"))
    if kind == "external":
        _check_card(embed.get("external") or {})


def _check_card(card: Json) -> None:
    for name in ("uri", "title", "description"):
        _need(isinstance(card.get(name), str), f"{name} must be a string", "embed.external")
    if "thumb" in card:
        _check_blob(card["thumb"])


def _check_blob(blob: Any) -> None:
    good = isinstance(blob, dict) and blob.get("$type") == "blob"
    _need(good and isinstance((blob.get("ref") or {}).get("$link"), str), "no blob", "embed")
