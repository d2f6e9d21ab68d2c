"""`socialpipe compose`: the files and the JSON of the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Command

from socialpipe.platforms import registry
from socialpipe.resources import templates
from socialpipe.text.count import problems

PLATFORMS = ("x", "bluesky", "mastodon", "telegram")
SAMPLES = sorted((templates() / "samples").glob("*.md"))


def compose(socialpipe: Command, source: Path, out: Path) -> Any:
    to = [word for name in PLATFORMS for word in ("--to", name)]
    done = socialpipe("compose", str(source), *to, "--out", str(out), "--json")
    assert done.code == 0, done.err
    assert json.loads((out / "campaign.json").read_text(encoding="utf-8")) == done.json
    return done.json


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_writes_what_the_contract_says(socialpipe: Command, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = compose(socialpipe, sample, out)
    assert {"title", "language", "url", "author", "published_at", "text", "sections", "bullets",
            "quotes", "statistics", "keywords", "hashtags"} <= set(told["article"])  # fmt: skip
    assert told["article"]["language"] == sample.stem[:2]
    for point in told["digest"]["points"]:
        start, end = point["span"]
        assert point["text"] in told["article"]["text"][start:end]
    assert [post["platform"] for post in told["posts"]] == list(PLATFORMS)
    for post in told["posts"]:
        check_post(post, out)
    assert (out / "index.html").read_text(encoding="utf-8").count("<article") == len(PLATFORMS)


def check_post(post: Any, out: Path) -> None:
    limits = registry.load(post["platform"]).limits
    for part in post["parts"]:
        assert (out / part["file"]).read_bytes().decode() == part["text"]
        assert problems(part["text"], limits, with_image=bool(post["cards"])) == []
        assert part["length"] <= part["limit"]
    for card in post["cards"]:
        data = (out / card["file"]).read_bytes()
        assert len(data) == card["bytes"] <= limits.image_bytes
        assert data.startswith(b"\xff\xd8")
        assert card["missing_glyphs"] == 0
        assert card["alt"]
        assert (card["width"], card["height"]) == limits.card


def test_same_input_same_bytes(socialpipe: Command, tmp_path: Path) -> None:
    outs = [tmp_path / "one", tmp_path / "two"]
    for out in outs:
        compose(socialpipe, SAMPLES[0], out)
    files = [sorted(path.relative_to(out) for path in out.rglob("*")) for out in outs]
    assert files[0] == files[1]
    for name in files[0]:
        if (outs[0] / name).is_file():
            assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes(), name


def test_an_earlier_run_is_replaced_and_the_rest_kept(socialpipe: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    compose(socialpipe, SAMPLES[0], out)
    (out / "x" / "post-9.txt").write_text("stale", encoding="utf-8")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    compose(socialpipe, SAMPLES[1], out)
    assert not (out / "x" / "post-9.txt").exists()
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_reads_standard_input_and_shows_posts(socialpipe: Command) -> None:
    done = socialpipe("compose", "-", "--to", "mastodon", stdin=SAMPLES[0].read_bytes())
    assert done.code == 0, done.err
    assert "mastodon 1/1" in done.out


def test_link_of_the_user_wins(socialpipe: Command) -> None:
    done = socialpipe(
        "compose", str(SAMPLES[0]), "--to", "bluesky", "--link", "https://go.example/1", "--json"
    )
    assert done.json["posts"][0]["link"] == "https://go.example/1"
    assert "https://go.example/1" in done.json["posts"][0]["parts"][0]["text"]


def test_html_file(socialpipe: Command, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    body = " ".join(f"<p>The bakery sold {n} loaves in hour {n}.</p>" for n in range(3, 12))
    page.write_text(
        f"<html lang=en><head><title>Bread is back</title></head><body><article><h1>Bread is back"
        f"</h1>{body}<script>alert(1)</script></article></body></html>",
        encoding="utf-8",
    )
    done = socialpipe("compose", str(page), "--to", "mastodon", "--json")
    assert done.code == 0, done.err
    assert done.json["article"]["title"] == "Bread is back"
    assert "alert(1)" not in done.out
