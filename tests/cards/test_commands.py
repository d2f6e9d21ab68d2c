"""`socialpipe cards`: list, preview, lint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from socialpipe.cli import run

BAD = """
extends = "news"
[theme.light]
soft = "#F4F4F4"
"""


def test_list_tells_every_template(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cards", "list", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"aurora", "poster"} <= {one["name"] for one in found}
    assert run(["cards", "list"]) == 0
    assert "Key number" in capsys.readouterr().out


def test_preview_draws_every_size_on_one_sheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cards", "preview", "news", "--out", str(tmp_path), "--language", "en"]) == 0
    picture, page = (Path(line) for line in capsys.readouterr().out.split())
    with Image.open(picture) as sheet:
        assert sheet.width == 1800
    text = page.read_text(encoding="utf-8")
    assert text.count("<figure>") == 10
    assert "1080×1920" in text


def test_preview_says_what_exists(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cards", "preview", "nothing"]) == 2
    assert "aurora" in capsys.readouterr().err
    assert run(["cards", "preview", "news", "--language", "tlh"]) == 2


def test_lint_fails_with_the_layer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(BAD, encoding="utf-8")
    assert run(["cards", "lint", str(path), "--language", "en", "--json"]) == 4
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["layer"] for one in found} >= {"sub"}
    assert run(["cards", "lint", "news", "--language", "en"]) == 0
