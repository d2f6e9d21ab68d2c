"""How much of everything a request says, by each network's own measure.

Numbers and measures are written down here once more, from the networks' documentation, and not
taken from the adapters: two readings of it must agree. X and Bluesky publish code that counts; see
tests/servers/test_counting.py.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from html import unescape
from typing import Any
from urllib.parse import unquote

import regex

Measured = Iterator[tuple[str, int, int]]  # what, how much, at most
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3")
LINKS = regex.compile(r"https?://[^\s<>\"]+")
TEMPLATES = regex.compile(r"\{hashtag\|\\#\|(?:\\.|[^}])*\}|\\.|https?://\S+|(?<!\S)#\w+")
LITTLE = regex.compile(r"[\\|{}@\[\]()<>#*_~]")  # what LinkedIn wants escaped


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def graphemes(text: str) -> int:
    return len(regex.findall(r"\X", text))


def emoji_bytes(text: str) -> int:
    """Count as Threads does: an emoji is as many as its bytes."""
    pieces = regex.findall(r"\X", text)
    return sum(len(one.encode()) if EMOJI.search(one) else len(one) for one in pieces)


def flat(text: str) -> int:
    """Count as Mastodon does: a link is 23, an account elsewhere is as long as one here."""
    return graphemes(regex.sub(r"(@\w+)@[\w.-]+\w", r"\1", LINKS.sub("x" * 23, text)))


def hashtags(text: str) -> int:
    return len(regex.findall(r"(?<![\w&/])[#＃]\w*\p{L}", text))


def titled(body: Any, *, at_most: int) -> Measured:
    yield "title", len(body["title"]), at_most


def threads(body: Any) -> Measured:
    yield "text", emoji_bytes(body["text"]), 500
    yield "links", len(set(LINKS.findall(body["text"]))), 5


def instagram(body: Any) -> Measured:
    caption = body["caption"]
    yield "caption", len(caption), 2200
    yield "hashtags", hashtags(caption), 5
    yield "mentions", len(regex.findall(r"(?<![\w.])@\w", caption)), 20
    yield "alt", len(body["alt_text"]), 1000


def pinterest(body: Any) -> Measured:
    yield from titled(body, at_most=100)
    yield "description", len(body["description"]), 800
    yield "link", len(body.get("link", "")), 2048
    yield "alt", len(body["alt_text"]), 500


def tumblr(body: Any) -> Measured:
    content = json.loads(body["json"]) if "json" in body else body
    blocks = content["content"]
    yield "blocks", len(blocks), 1000
    for block in blocks:
        yield "block", len(block.get("text", "")), 4096
    for tag in content["tags"].split(","):
        yield "tag", len(tag), 140


def telegram(body: Any) -> Measured:
    yield "text", utf16(unescape(body.get("text", ""))), 4096
    yield "caption", utf16(unescape(body.get("caption", ""))), 1024


def discord(body: Any) -> Measured:
    message = json.loads(body["payload_json"]) if "payload_json" in body else body
    yield "content", utf16(message["content"]), 2000
    for attachment in message.get("attachments", []):
        yield "alt", utf16(attachment["description"]), 1024


def slack(body: Any) -> Measured:
    yield "text", utf16(body["text"]), 40_000
    blocks = body.get("blocks", [])
    yield "blocks", len(blocks), 50
    for block in blocks:
        yield "section", utf16(block.get("text", {}).get("text", "")), 3000
        yield "alt", utf16(block.get("alt_text", "")), 2000


def matrix(body: Any) -> Measured:
    yield "event", len(json.dumps(body, ensure_ascii=False).encode()), 60_000  # of 65,536


def lemmy(body: Any) -> Measured:
    yield "name", len(body["name"]), 200
    yield "body", len(body.get("body", "")), 50_000


def ghost(body: Any) -> Measured:
    (post,) = body["posts"]
    yield from titled(post, at_most=255)
    yield "slug", len(post["slug"]), 191
    yield "alt", len(post.get("feature_image_alt", "")), 191


def forem(body: Any) -> Measured:
    yield from titled(body["article"], at_most=128)
    yield "tags", len(body["article"]["tags"]), 4


def reddit(body: Any) -> Measured:
    yield from titled(body, at_most=300)
    yield "text", len(body.get("text", "")), 40_000


def linkedin(body: Any) -> Measured:
    yield "commentary", len(body["commentary"]), 3000
    plain = regex.sub(TEMPLATES, "", body["commentary"])
    yield "unescaped", len(LITTLE.findall(plain)), 0


def line(body: Any) -> Measured:
    yield "messages", len(body["messages"]), 5
    for message in body["messages"]:
        yield "text", utf16(message.get("text", "")), 5000


def mastodon(body: Any) -> Measured:
    yield "status", flat(body["status"]), 500


def misskey(body: Any) -> Measured:
    yield "text", utf16(body["text"]), 3000


def facebook(body: Any) -> Measured:
    yield "message", len(body.get("message", body.get("caption", ""))), 63_206


def band(body: Any) -> Measured:
    yield "content", len(body["content"]), 10_000


def wordpress(body: Any) -> Measured:
    yield "slug", len(body["slug"].encode()), 200


def webhook(body: Any) -> Measured:
    yield "body", len(json.dumps(body, ensure_ascii=False).encode()), 20_000


def blogger(body: Any) -> Measured:
    yield from titled(body, at_most=200)
    yield "labels", sum(map(len, body["labels"])), 200


def navercafe(body: Any) -> Measured:
    for field, most in (("subject", 100), ("content", 10_000)):
        text = unquote(body[field]) if "%" in body[field] else body[field]
        yield field, len(unescape(text)), most
        yield (
            f"{field} beyond cp949",
            len(text) - len(text.encode("cp949", "ignore").decode("cp949")),
            0,
        )


def bluesky(body: Any) -> Measured:
    text = body["record"]["text"]
    yield "graphemes", graphemes(text), 300
    yield "bytes", len(text.encode()), 3000


def email(body: Any) -> Measured:
    message = message_from_bytes(body["message"], policy=policy.SMTP)
    html = message.get_body(("html",))
    assert html is not None
    yield "html", len(html.get_content().encode()), 102_000  # Gmail shows no more
    yield "subject", len(message["Subject"]), 150
    yield "line", max(map(len, body["message"].split(b"\r\n"))), 998


def nostr(body: Any) -> Measured:
    yield "message", len(json.dumps(["EVENT", body], ensure_ascii=False).encode()), 65_536
    yield "tags", sum(tag != tag.lower() for kind, tag, *_ in body["tags"] if kind == "t"), 0


def feed(body: Any) -> Measured:
    yield "title", len(body["item"]["title"]), 200
    for kind in ("rss", "atom"):
        yield f"{kind} without an item", 1 - items(ET.fromstring(body[kind])), 0


def items(root: ET.Element) -> int:
    return len([*root.iter("item"), *root.iter("{http://www.w3.org/2005/Atom}entry")])


def assisted(body: Any) -> Measured:
    yield "text", len(body["assisted"]), 3000


def x(body: Any) -> Measured:
    """Count what weighs least; the library of X weighs the rest."""
    yield "graphemes", graphemes(LINKS.sub("x" * 23, body["text"])), 280


# A KeyError: it is not the request that says something to readers.
WIRE: dict[str, Callable[[Any], Measured]] = {
    "blogger": blogger,
    "bluesky": bluesky,
    "navercafe": navercafe,
    "band": band,
    "discord": discord,
    "discord-bot": discord,
    "facebook": facebook,
    "forem": forem,
    "ghost": ghost,
    "instagram": instagram,
    "lemmy": lemmy,
    "line": line,
    "linkedin": linkedin,
    "mastodon": mastodon,
    "matrix": matrix,
    "misskey": misskey,
    "pinterest": pinterest,
    "reddit": reddit,
    "slack": slack,
    "slack-webhook": slack,
    "telegram": telegram,
    "threads": threads,
    "tumblr": tumblr,
    "webhook": webhook,
    "wordpress": wordpress,
    "x": x,
    "assisted": assisted,
    "email": email,
    "feed": feed,
    "nostr": nostr,
}
