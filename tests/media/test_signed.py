"""Addresses of our own web role: who made them, when they end, what they send."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from tests.web.chromium import chromium

from socialpipe.engine import Engine
from socialpipe.hosting import host_of
from socialpipe.hosting.names import expiry
from socialpipe.hosting.signed import Refusal, path, read
from socialpipe.model import Card
from socialpipe.web.pages.media import _part


@pytest.fixture
def url(engine: Engine, picture: Card) -> str:
    """The address of a stored image."""
    for _ in range(2):  # the same bytes are kept once
        engine.store.images.put(picture.data)
    return address(engine, picture)


def address(engine: Engine, card: Card, *, lasting: bool = False) -> str:
    host = host_of(engine.settings, engine.store)
    assert host is not None
    return host.url(card, engine.store.now(), lasting=lasting)


def ended(engine: Engine, name: str) -> str:
    """An address that was good once."""
    base = (engine.settings.public_media_base_url or "").rstrip("/")
    past = engine.store.now() - timedelta(seconds=1)
    return f"{base}/media/{path(engine.store.vault, name, past)}"


def test_anybody_gets_the_image(url: str, picture: Card) -> None:
    answer = requests.get(url, timeout=20, allow_redirects=False)
    assert (answer.status_code, answer.content) == (200, picture.data)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Length"] == str(len(picture.data))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Content-Encoding" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_a_look_at_the_head(url: str, picture: Card) -> None:
    answer = requests.head(url, timeout=20)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(picture.data))
    assert answer.headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=0-99", slice(0, 100)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-100", slice(-100, None)),
        ("bytes=-999999", slice(0, None)),
        ("bytes=10-999999", slice(10, None)),
    ],
)
def test_a_part_of_it(url: str, picture: Card, asked: str, part: slice) -> None:
    answer = requests.get(url, headers={"Range": asked}, timeout=20)
    assert (answer.status_code, answer.content) == (206, picture.data[part])
    first, last, size = re.findall(r"\d+", answer.headers["Content-Range"])
    assert picture.data[int(first) : int(last) + 1] == answer.content
    assert int(size) == len(picture.data)


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0"])
def test_no_such_part(url: str, picture: Card, asked: str) -> None:
    answer = requests.get(url, headers={"Range": asked}, timeout=20)
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(picture.data)}"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,5-9",
        "bytes=9-1",
        "bytes=a-b",
        "lines=0-1",
        "-",
        "bytes=-",
        "bytes=0-" + "9" * 5000,
    ],
)
def test_no_single_range_is_everything(url: str, picture: Card, asked: str) -> None:
    answer = requests.get(url, headers={"Range": asked}, timeout=20)
    assert (answer.status_code, answer.content) == (200, picture.data)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 256))
def test_ranges_are_slices(first: int, last: int, size: int) -> None:
    part = _part(f"bytes={first}-{last}", size)
    if last < first:
        assert part is None
    else:
        assert part == (first, min(last, size - 1))
    begin, end = _part(f"bytes=-{last}", size) or (0, 0)
    if last:
        assert bytes(range(256))[:size][begin : end + 1] == bytes(range(256))[:size][-last:]
    else:
        assert begin >= size


@pytest.mark.parametrize("where", ["end", "signature", "name", "ending"])
def test_a_tampered_address_is_refused(url: str, where: str) -> None:
    base, end, signature, name = url.rsplit("/", 3)
    changed = {
        "end": (str(int(end) + 86_400), signature, name),
        "signature": (end, ("B" if signature[0] == "A" else "A") + signature[1:], name),
        "name": (end, signature, ("b" if name[0] == "a" else "a") + name[1:]),
        "ending": (end, signature, name.replace(".jpg", ".png")),
    }[where]
    answer = requests.get("/".join((base, *changed)), timeout=20, allow_redirects=False)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")


@pytest.mark.parametrize("name", ["x", "%00", "é" * 5, "1" * 5000])
def test_nonsense_is_refused(engine: Engine, name: str) -> None:
    base = engine.settings.public_media_base_url
    for address_ in (f"{base}/media/{name}/{name}/{name}", f"{base}/media/0/{name}/a.jpg"):
        assert requests.get(address_, timeout=20).status_code in {403, 404}


def test_a_signature_of_something_else_opens_nothing(engine: Engine) -> None:
    vault = engine.store.vault
    assert read(vault, "0", vault.sign("0/x"), "x", engine.store.now()) is Refusal.FORGED


def test_an_ended_address_is_gone(engine: Engine, url: str) -> None:
    answer = requests.get(ended(engine, url.rsplit("/", 1)[1]), timeout=20)
    assert (answer.status_code, answer.text) == (410, "This address has ended.\n")


def test_an_image_that_was_forgotten(engine: Engine, picture: Card) -> None:
    lost = Card(picture.data + b"x", 1, 1, "")
    assert requests.get(address(engine, lost), timeout=20).status_code == 404


def test_a_lasting_address_names_no_end(engine: Engine, url: str, picture: Card) -> None:
    lasting = address(engine, picture, lasting=True)
    assert lasting.rsplit("/", 3)[1] == "0"
    assert requests.get(lasting, timeout=20).content == picture.data


def test_an_address_outlives_the_key_that_signed_it(
    engine: Engine, url: str, picture: Card
) -> None:
    engine.store.rotation.run()
    assert requests.get(url, timeout=20).content == picture.data
    engine.store.rotation.forget()
    assert requests.get(url, timeout=20).status_code == 403
    assert requests.get(address(engine, picture), timeout=20).content == picture.data


def test_nobody_can_guess_one(engine: Engine, url: str, picture: Card) -> None:
    signature = url.rsplit("/", 2)[1]
    assert len(signature) == 43  # 256 bits
    other = Card(picture.data + b"y", 1, 1, "")
    assert address(engine, other).rsplit("/", 2)[1] != signature


@given(
    st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1971 < at.year < 9000),
    st.timedeltas(timedelta(0), timedelta(days=40)),
    st.timedeltas(timedelta(0), timedelta(hours=3)),
)
def test_every_try_has_the_same_address(
    frozen: datetime, passed: timedelta, later: timedelta
) -> None:
    week = timedelta(days=7)
    end = expiry(frozen, frozen + passed, week)
    assert week / 2 <= end - (frozen + passed) <= week
    again = expiry(frozen, frozen + passed + later, week)
    steps = ((passed + later) // (week / 2)) - (passed // (week / 2))
    assert again - end == steps * (week / 2)


def test_a_clock_that_is_ahead_changes_nothing() -> None:
    frozen, week = datetime(2026, 11, 23, tzinfo=UTC), timedelta(days=7)
    assert expiry(frozen, frozen - timedelta(seconds=2), week) == expiry(frozen, frozen, week)


# ── a browser ──────────────────────────────────────────────────────────────────────────────────


def seen(url: str, folder: Path) -> str:
    """What a browser makes of an image: its size, or that it was refused."""
    page = folder / "page.html"
    page.write_text(
        f"<title>…</title><img src='{url}' onerror=\"document.title='refused'\" "
        "onload=\"document.title=this.naturalWidth+'×'+this.naturalHeight\">",
        encoding="utf-8",
    )
    profile = folder / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    done = subprocess.run(
        [
            *(chromium(), "--headless", "--no-sandbox", "--disable-gpu"),
            *("--virtual-time-budget=20000", f"--user-data-dir={profile}"),
            *("--dump-dom", f"file://{quote(str(page))}"),
        ],
        capture_output=True,
        check=True,
        timeout=120,
    )
    title = re.search(r"<title>(.*?)</title>", done.stdout.decode())
    assert title is not None
    return title[1]


def test_a_browser_shows_it(engine: Engine, url: str, tmp_path: Path) -> None:
    assert seen(url, tmp_path) == "64×48"
    assert seen(ended(engine, url.rsplit("/", 1)[1]), tmp_path) == "refused"
    assert seen(url.replace("/media/", "/media/9"), tmp_path) == "refused"
