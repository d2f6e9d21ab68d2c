"""Text as networks rewrite it: shortened links (X), HTML (Mastodon, Telegram), little text."""

from __future__ import annotations

import hashlib
import re
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import quote

from socialpipe.model import Json
from socialpipe.text.entities import urls

# ── X ──────────────────────────────────────────────────────────────────────────────────────────


def shorten(text: str, photos: dict[str, str]) -> tuple[str, list[Json]]:
    """Replace every URL by a t.co address and append one for each photo (media key: address).

    Returns the text and its `entities.urls`.
    """
    out, done = "", 0
    links: list[Json] = []
    for url in urls(text):
        out += escape(text[done : url.start], quote=False)
        links.append(_link(url.text, len(out)))
        out += links[-1]["url"]
        done = url.end
    out += escape(text[done:], quote=False)
    for key, address in photos.items():
        out += " " if out else ""
        links.append({**_link(address, len(out)), "media_key": key})
        out += links[-1]["url"]
    return out, links


def _link(original: str, start: int) -> Json:
    """One entity; its offsets are code points of the shortened text."""
    full = original if "://" in original else f"http://{original}"
    short = f"https://t.co/{hashlib.sha256(full.encode()).hexdigest()[:10]}"
    shown = full.partition("://")[2]
    return {
        "start": start,
        "end": start + len(short),
        "url": short,
        "expanded_url": full,
        "display_url": shown if len(shown) <= 27 else f"{shown[:26]}…",
    }


# ── Mastodon ───────────────────────────────────────────────────────────────────────────────────

_LINKED = re.compile(r"(https?://[^\s<>\"]+|(?<![\w/])[#＃]\w*[^\W\d]\w*)")


def paragraphs(text: str, base: str) -> str:
    """Return the HTML that Mastodon makes of a plain text."""
    pieces = _LINKED.split(text)
    made = [_anchor(p, base) if i % 2 else escape(p, quote=False) for i, p in enumerate(pieces)]
    found = re.split(r"\n{2,}", "".join(made))
    return "".join(f"<p>{part}</p>".replace("\n", "<br />") for part in found)


def _anchor(found: str, base: str) -> str:
    if found[0] in "#＃":
        href = f"{base}/tags/{quote(found[1:])}"
        return f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{found[1:]}</span></a>'
    scheme, _, rest = found.partition("://")
    shown, hidden = escape(rest[:30]), escape(rest[30:])
    ellipsis = "ellipsis" if hidden else ""
    return (
        f'<a href="{escape(found)}" target="_blank" rel="nofollow noopener">'
        f'<span class="invisible">{scheme}://</span><span class="{ellipsis}">{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )


# ── pages ──────────────────────────────────────────────────────────────────────────────────────


def markdown(source: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what a reader sees of Markdown: text, and images as (address, alt). Not all of it."""
    images = [(address, alt) for alt, address in re.findall(r"!\[(.*?)\]\((\S+?)\)", source)]
    text = re.sub(r"!\[.*?\]\(\S+?\)", "", source).replace("  \n", "\n")
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).strip(), images


class Page(HTMLParser):
    """What a reader sees of an article in HTML: its text, and its images as (address, alt)."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text = ""
        self.images: list[tuple[str, str]] = []
        self.feed(source)
        self.close()
        self.text = re.sub(r"\n{3,}", "\n\n", self.text).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an image; blocks begin on a new line."""
        known = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.images.append((known.get("src", ""), known.get("alt", "")))
        elif tag in {"p", "h1", "h2", "h3", "ul", "ol", "blockquote", "figure"}:
            self.text += "\n\n"
        elif tag in {"br", "li"}:
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data


# ── Telegram ───────────────────────────────────────────────────────────────────────────────────

_TAGS = {
    *("a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre"),
    *("span", "tg-spoiler", "tg-emoji", "blockquote"),
}
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)([^<>]*)>|<")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")


def plain(source: str) -> str:
    """Return the text that Telegram's HTML mode shows; raises ValueError with Telegram's reason."""
    text, done = "", 0
    opened: list[str] = []
    for tag in _TAG.finditer(source):
        text += _decode(source[done : tag.start()])
        _nest(tag, opened, len(source[: tag.start()].encode()))
        done = tag.end()
    if opened:
        raise ValueError(f'Can\'t find end tag corresponding to start tag "{opened[-1]}"')
    return (text + _decode(source[done:])).strip()


def _nest(tag: re.Match[str], opened: list[str], offset: int) -> None:
    """Open or close one tag."""
    slash, name, attributes = tag[1], (tag[2] or "").lower(), tag[3] or ""
    if slash:
        expected = opened.pop() if opened else None
        if name != expected:
            raise ValueError(f'Unexpected end tag "{name}" at byte offset {offset}')
    elif name not in _TAGS:
        raise ValueError(f'Unsupported start tag "{name}" at byte offset {offset}')
    elif name == "span" and 'class="tg-spoiler"' not in attributes:
        raise ValueError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    else:
        opened.append(name)


def _decode(piece: str) -> str:
    return _ENTITY.sub(lambda entity: unescape(entity[0]), piece)


# ── LinkedIn ───────────────────────────────────────────────────────────────────────────────────

_LITTLE = re.compile(
    r"\\(?P<escaped>.)"
    r"|\{hashtag\|(?:\\#|#|＃)\|(?P<tag>[^}]+)\}"
    r"|@\[(?P<name>[^\]]+)\]\(urn:li:[\w:]+\)"
    r"|(?P<plain>https?://[^\s()<>{}\[\]\\|]+|#\w+|[^\\|{}@\[\]()<>#*_~])",
    re.DOTALL,
)


def little_text(wire: str) -> str:
    """Return what LinkedIn shows: it ends at the first reserved character that is not escaped."""
    shown, place = "", 0
    while found := _LITTLE.match(wire, place):
        tag = found["tag"]
        kept = found["escaped"] or found["name"] or found["plain"] or ""
        shown += f"#{little_text(tag)}" if tag else kept
        place = found.end()
    return shown
