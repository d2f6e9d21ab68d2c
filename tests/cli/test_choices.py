"""What a person can choose: brand, tone, theme, variants, engine; for compose and for the queue."""

from __future__ import annotations

import json
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command, Result
from tests.platforms.network import Network, Reply

from socialpipe.composing import Options
from socialpipe.resources import templates
from socialpipe.settings import load
from socialpipe.store import Store

SAMPLE = str(templates() / "samples" / "en-library.md")
BRAND = """
name = "Corner Bakery"
tone = "friendly"
signature = "Baked daily."
logo = "logo.png"
colours = { accent = "#AA3300" }
[tags]
default = ["CornerBakery"]
[link.utm]
source = "{platform}"
[platforms.telegram]
signature = "Only here."
"""
LINK = ("--link", "https://go.example/1")


def png() -> bytes:
    """Return a picture of one red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data))
        )  # fmt: skip

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", body), chunk(b"IEND", b"")]
    )


@pytest.fixture
def brand(tmp_path: Path) -> str:
    folder = tmp_path / "brand"
    folder.mkdir()
    (folder / "logo.png").write_bytes(png())
    (folder / "brand.toml").write_text(BRAND, encoding="utf-8")
    return str(folder / "brand.toml")


def posts(socialpipe: Command, *arguments: str) -> dict[str, Any]:
    to = ("--to", "mastodon", "--to", "telegram")
    done = socialpipe("compose", SAMPLE, *to, *LINK, *arguments, "--json")
    assert done.code == 0, done.err
    return {post["platform"]: post for post in done.json["posts"]}


def test_brand(socialpipe: Command, brand: str) -> None:
    made = posts(socialpipe, "--brand", brand)
    assert made["mastodon"]["link"] == "https://go.example/1?utm_source=mastodon"
    assert "Baked daily." in made["mastodon"]["parts"][-1]["text"]
    assert "Only here." in made["telegram"]["parts"][0]["text"]
    assert "CornerBakery" in made["telegram"]["hashtags"]


@pytest.mark.parametrize(
    "line", ["name = 'Corner'", "logo = 'logo.png'", "colours.accent = '#00AA00'"]
)
def test_brand_changes_the_cards(
    socialpipe: Command, brand: str, tmp_path: Path, line: str
) -> None:
    Path(brand).write_text(line, encoding="utf-8")
    assert card(socialpipe, tmp_path, "--brand", brand) != card(socialpipe, tmp_path)


def test_theme_changes_the_cards(socialpipe: Command, tmp_path: Path) -> None:
    light, dark = (card(socialpipe, tmp_path, "--theme", theme) for theme in ("light", "dark"))
    assert light != dark


def card(socialpipe: Command, tmp_path: Path, *arguments: str) -> bytes:
    out = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
    to = ("--to", "mastodon", "--template", "news", "--out", str(out))
    made = socialpipe("compose", SAMPLE, *to, *arguments)
    assert made.code == 0, made.err
    (picture,) = (out / "mastodon").glob("card-1.*")
    return picture.read_bytes()


def test_tone_overrules_the_brand(socialpipe: Command, brand: str) -> None:
    friendly = posts(socialpipe, "--brand", brand)["telegram"]["parts"][0]["text"]
    formal = posts(socialpipe, "--brand", brand, "--tone", "formal")["telegram"]["parts"][0]["text"]
    assert friendly != formal
    assert posts(socialpipe, "--tone", "formal")["telegram"]["parts"][0]["text"] != friendly


def test_variants(socialpipe: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = socialpipe(
        "compose", SAMPLE, "--to", "mastodon", "--variants", "3", "--out", str(out), "--json"
    )
    made = done.json["posts"]
    assert [post["variant"] for post in made] == [1, 2, 3]
    first_lines = {post["parts"][0]["text"].splitlines()[0] for post in made}
    assert len(first_lines) == 3
    for post in made:
        for part in post["parts"]:
            assert (out / part["file"]).read_text(encoding="utf-8") == part["text"]
        assert [card["file"] for card in post["cards"]] == ["mastodon/card-1.jpg"]
    assert made[1]["parts"][0]["file"] == "mastodon/variant-2/post-1.txt"
    assert (out / "index.html").read_text(encoding="utf-8").count("<article") == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--brand", "no-such.toml"), "no-such.toml"),
        (("--tone", "grumpy"), "grumpy"),
        (("--theme", "pink"), "pink"),
        (("--variants", "0"), "0"),
        (("--engine", "magic"), "magic"),
        (("--engine", "llm"), "SOCIALPIPE_LLM_MODEL"),
    ],
)
def test_mistakes(
    socialpipe: Command, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    out = tmp_path / "out"
    done = socialpipe("compose", SAMPLE, *arguments, "--out", str(out))
    assert done.code == 2
    assert words in done.err
    assert not out.exists()


@pytest.mark.parametrize("file", ["tone = 'grumpy'", "logo = 'none.png'", "name = "])
def test_a_faulty_brand_file(socialpipe: Command, tmp_path: Path, file: str) -> None:
    path = tmp_path / "brand.toml"
    path.write_text(file, encoding="utf-8")
    done = socialpipe("compose", SAMPLE, "--brand", str(path))
    assert done.code == 2
    assert "try:" in done.err


def test_the_logo_must_be_small(socialpipe: Command, brand: str) -> None:
    (Path(brand).parent / "logo.png").write_bytes(png() + b"\0" * 1_000_001)
    done = socialpipe("compose", SAMPLE, "--brand", brand)
    assert done.code == 2
    assert "1 MB" in done.err


def cards(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [card for post in made.values() for card in post["cards"]]


def test_a_picture_makes_photo_cards_and_the_choice_is_explained(
    socialpipe: Command, tmp_path: Path
) -> None:
    (picture := tmp_path / "one.png").write_bytes(png())
    for card in cards(posts(socialpipe, "--picture", str(picture))):
        assert (card["template"], card["why"]) == ("photo", "a picture was given")
    (picture := tmp_path / "none.png").write_bytes(b"no picture")
    done = socialpipe("compose", SAMPLE, "--picture", str(picture))
    assert done.code == 4
    assert "cannot be read" in done.err


def test_a_theme_by_name(socialpipe: Command) -> None:
    for theme in ("light", "dark"):
        made = cards(posts(socialpipe, "--theme", theme, "--template", "news"))
        assert {(card["theme"], card["why"]) for card in made} == {(theme, "asked for by name")}


def test_a_brand_brings_its_font(
    socialpipe: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (brand := tmp_path / "brand.toml").write_text('fonts = ["own.ttf"]', encoding="utf-8")
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / "own.ttf").write_bytes(b"no font")
    absent = socialpipe("compose", SAMPLE, "--brand", str(brand))
    assert absent.code == 4
    assert "no font file own.ttf" in absent.err
    monkeypatch.setenv("SOCIALPIPE_FONT_DIRS", str(folder))
    load.cache_clear()
    found = socialpipe("compose", SAMPLE, "--brand", str(brand))
    assert found.code == 4
    assert "own.ttf is no font" in found.err


def test_the_queue_takes_the_same_choices(
    socialpipe: Command, brand: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    socialpipe("channel", "add", "x", "news", "--secret", "token=env:TOKEN")
    queued = socialpipe(
        "queue", "add", SAMPLE, "--channel", "news", "--now", "--brand", brand, "--tone", "formal"
    )
    assert queued.code == 0, queued.err
    store = Store(load())
    ((campaign_id, fence),) = store.campaigns.claim(1, timedelta(seconds=60))
    work = store.campaigns.begin(campaign_id, fence)
    store.close()
    assert work is not None
    options = Options(**work.options)
    assert options.tone == "formal"
    assert options.brand is not None
    assert options.brand["platforms"] == {"telegram": {"signature": "Only here."}}
    assert options.logo


ARTICLE = (
    b"Bread is back\n\nThe bakery on the corner sold 400 loaves. Queues were long, they say.\n"
)
ANSWER = {
    "headline": {"text": "Bread is back", "ids": [0]},
    "hook": {"text": "400 loaves sold on the corner", "ids": [1]},
    "summary": {"text": "The bakery sold 400 loaves.", "ids": [1]},
    "points": [{"text": "Queues were long", "ids": [2]}],
}


class TestEngine:
    def compose(self, socialpipe: Command, monkeypatch: pytest.MonkeyPatch, content: str) -> Result:
        reply = Reply(200, {"choices": [{"message": {"content": content}}]})
        with Network({"POST /chat/completions": reply}) as network:
            monkeypatch.setenv("SOCIALPIPE_LLM_BASE_URL", network.base)
            monkeypatch.setenv("SOCIALPIPE_LLM_MODEL", "stand-in")
            load.cache_clear()
            to = ("--to", "mastodon", "--engine", "llm", "--json")
            return socialpipe("compose", "-", *to, stdin=ARTICLE)

    def test_its_words_are_posted(
        self, socialpipe: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = self.compose(socialpipe, monkeypatch, json.dumps(ANSWER))
        assert done.json["engine"] == {"name": "llm", "model": "stand-in", "fallback": None}
        text = done.json["posts"][0]["parts"][0]["text"]
        assert text.startswith("400 loaves sold on the corner")
        assert done.err == ""

    def test_a_fallback_is_told(self, socialpipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        done = self.compose(socialpipe, monkeypatch, "Sure, here is a post!")
        reason = "the model answered with something else than JSON"
        assert done.code == 0
        assert done.json["engine"] == {
            "name": "extractive", "model": "stand-in", "fallback": reason,
        }  # fmt: skip
        assert reason in done.err

    def test_without_it_nothing_is_said(self, socialpipe: Command) -> None:
        done = socialpipe("compose", SAMPLE, "--to", "mastodon", "--json")
        assert done.json["engine"] == {"name": "extractive", "model": None, "fallback": None}
