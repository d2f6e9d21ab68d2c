"""Links that every network recognises whole, and campaign parameters on them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import regex

from socialpipe.errors import Refused
from socialpipe.text import entities

_KEEP = "%/:@!$&'()*+,;=?~[]#"
_TROUBLE = regex.compile(r"[!'()*,;|\[\]]|[.:&@$~]+$")  # ends a URL early on one network or another
_WHOLE = regex.compile(r"(?:([^:/?#]+)://)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?")


def portable(url: str) -> str:
    """Return `url` in ASCII: host in punycode, everything else percent-encoded.

    Networks end a URL at a Hangul or Han letter of its path, at a quote or a trailing dot.
    Raises Refused when it is no web address.
    """
    url = unicodedata.normalize("NFC", url.strip())
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused(f"{url[:80]!r} is no web address.", "Give a link that begins with https://.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else _ascii_host(parts.hostname)
    tail = [quote(part, safe=_KEEP) for part in (parts.path, parts.query, parts.fragment)]
    coded = urlunsplit((parts.scheme, host + port, *tail))
    if _is_whole(coded):
        return coded
    server = len(f"{parts.scheme}://{host}{port}")
    return coded[:server] + _TROUBLE.sub(_percent, coded[server:])


def _ascii_host(host: str) -> str:
    if host.isascii():
        return quote(host, safe="")
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise Refused(
            f"{host[:80]!r} is no host name.", "Check the link for a typing error."
        ) from None


def _is_whole(url: str) -> bool:
    return [found.text for found in entities.urls(url)] == [url]


def _percent(match: regex.Match[str]) -> str:
    return "".join(f"%{ord(character):02X}" for character in match[0])


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """Add query parameters such as utm_source; those that the URL has already are kept."""
    parts = urlsplit(url)
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    missing = {name: value for name, value in parameters.items() if name not in present and value}
    added = urlencode(missing, quote_via=quote)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))


def tagged(url: str, parameters: Mapping[str, str]) -> str:
    """Return the address that a post leads to: portable, with campaign parameters.

    Raises Refused when it is no web address.
    """
    return portable(with_parameters(portable(url), parameters))


def is_valid(url: str) -> bool:
    """Tell whether X takes the whole of `url` as a web address (twitter-text 3, isValidUrl)."""
    whole = _WHOLE.fullmatch(url)
    if whole is None or (whole[1] or "").lower() not in {"http", "https"}:
        return False
    return all(
        pattern.fullmatch(part or "")
        for pattern, part in zip(_validators(), whole.groups()[1:], strict=True)
    )


@cache
def _validators() -> tuple[regex.Pattern[str], ...]:
    character = r"[a-z\u0400-\u04ff0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2}"
    octet = r"(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
    edge, inner = r"(?:[a-z0-9]|[^\x00-\x7f])", r"(?:[a-z0-9\-]|[^\x00-\x7f])"
    domain = rf"{edge}(?:{inner}*{edge})?"
    subdomain = rf"{edge}(?:(?:{inner}|_)*{edge})?"
    top = rf"(?:[a-z]|[^\x00-\x7f]){inner}*{edge}?"
    host = rf"(?:(?:{subdomain}\.)*{domain}\.{top}|{octet}(?:\.{octet}){{3}}|\[[a-f0-9:.]+\])"
    sources = (
        rf"(?:(?:{character}|:)*@)?{host}(?::[0-9]{{1,5}})?",
        rf"(?:/(?:{character}|[:|@])*)*",
        rf"(?:{character}|[:|@/?])*",
        rf"(?:{character}|[:|@/?])*",
    )
    return tuple(regex.compile(source, regex.IGNORECASE) for source in sources)
