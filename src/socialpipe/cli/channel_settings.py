"""What a person may give a channel, and what of it is refused at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from socialpipe.cli.slots import check_times
from socialpipe.cli.times import known_zone
from socialpipe.cli.values import pair, secret
from socialpipe.errors import UsageError
from socialpipe.platforms.base import Platform
from socialpipe.platforms.limits import ADJUSTABLE
from socialpipe.platforms.oauth.model import ENDPOINTS, OAUTH1_SECRETS, SECRETS

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBERS = ("min_gap", "max_per_hour", "max_per_day")  # s; posts; posts
_MAY_BE_ZERO = {"min_gap", *ADJUSTABLE} - {"max_text", "max_image_bytes"}
_RESERVED = ("api_base", "timezone", "slots", "quiet", "metrics", "app", *_NUMBERS, *ADJUSTABLE)
_OAUTH = {*SECRETS, *OAUTH1_SECRETS}


@dataclass(frozen=True, slots=True)
class Given:
    """The settings that a person gave. `zone` and `api_base`: None where not given.

    `app` is the id of an app at the network: no secret, but kept with what belongs to it.
    """

    settings: dict[str, str]
    app: dict[str, str]
    zone: str | None
    api_base: str | None


def checked_settings(kind: type[Platform], name: str, entries: Sequence[str]) -> Given:
    """Look over KEY=VALUE entries for a channel of that name.

    Raises UsageError for a name or a value that cannot be.
    """
    given = dict(pair(entry) for entry in entries)
    plain = {field.name for field in kind.fields if not field.secret}
    oauth = ("client_id", *ENDPOINTS) if kind.oauth else ()
    _check_names(kind.name, given, {*plain, *_RESERVED, *oauth}, "--set")
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be a channel's name.", "Use letters, digits, dot, dash, underscore."
        )
    _check_numbers(given)
    if given.get("metrics", "yes") not in {"", "yes", "no"}:
        raise UsageError(f"metrics {given['metrics']!r} says neither yes nor no.", "metrics=no")
    for endpoint in ENDPOINTS:
        address(endpoint, given.get(endpoint, ""))
    base = address("api_base", given.pop("api_base", ""), kind.schemes)
    zone = given.pop("timezone", "")
    app = {name: given.pop(name) for name in ("client_id",) if name in given}
    check_times({key: given.get(key) for key in ("slots", "quiet")})
    return Given(given, app, known_zone(zone) if zone else None, base)


def sealed_values(kind: type[Platform], entries: Sequence[str]) -> dict[str, str]:
    """Read KEY=SOURCE entries.

    Raises UsageError for a key that the platform has not, or a secret on the command line.
    """
    sealed = {key: secret(key, value) for key, value in map(pair, entries)}
    own = {field.name for field in kind.fields if field.secret}
    _check_names(kind.name, sealed, own | (_OAUTH if kind.oauth else set()), "--secret")
    return sealed


def address(name: str, text: str, schemes: Sequence[str] = ("https", "http")) -> str | None:
    """Look over an address; None where there is none.

    Raises UsageError when it is none that begins so.
    """
    from urllib.parse import urlsplit

    if not text:
        return None
    if urlsplit(text).scheme not in schemes or not urlsplit(text).hostname:
        raise UsageError(
            f"{name} {text!r} is no {' or '.join(schemes)} address.",
            f"Example: {schemes[0]}://server.example",
        )
    return text.rstrip("/")


def _check_names(platform: str, given: Iterable[str], known: set[str], option: str) -> None:
    for name in given:
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise UsageError(f"{platform} has no {name!r} for {option}.", f"It takes: {names}")


def _check_numbers(given: Mapping[str, str]) -> None:
    for name in (*_NUMBERS, *ADJUSTABLE):
        text = given.get(name, "1")
        if not text.isdecimal() or (int(text) == 0 and name not in _MAY_BE_ZERO):
            raise UsageError(f"{name} {text!r} is no number of its kind.", f"Example: {name}=20")
