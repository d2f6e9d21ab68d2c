"""The article's own picture: from its page or from beside its file, and never a reason to fail."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from tests.platforms.case import http
from tests.platforms.network import Drop, Network, Reply, Request, Route

from socialpipe.cli import run
from socialpipe.model import Article, Picture
from socialpipe.platforms.http import Http
from socialpipe.sources.pictures import pictures_of


def file(width: int = 900, height: int = 600, colour: str = "#2050C0") -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


PNG = file()
IMAGE = {"Content-Type": "image/png"}


def article(*urls: str) -> Article:
    return Article("Title", "Text", images=tuple(Picture(url) for url in urls))


def fetched(net: Network, *paths: str) -> list[bytes]:
    shown = article(*(net.base + path for path in paths))
    return list(pictures_of(shown, net.base + "/post", http()))


def test_the_page_s_pictures_are_fetched_in_their_order() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Reply(200, PNG, IMAGE)

    with Network({"GET /a.png": answer, "GET /b.png": Reply(200, b"two", IMAGE)}) as net:
        assert fetched(net, "/a.png", "/b.png") == [PNG, b"two"]
    assert asked[0].headers["Accept"] == "image/*"


def test_what_cannot_be_had_is_left_out() -> None:
    routes: dict[str, Route] = {
        "GET /gone.png": Reply(404),
        "GET /page": Reply(200, b"<html>", {"Content-Type": "text/html"}),
        "GET /drop.png": Drop(),
    }
    with Network(routes) as net:
        assert fetched(net, "/gone.png", "/page", "/drop.png") == []


def test_redirects_are_followed_and_robots_obeyed() -> None:
    robots = b"User-agent: *\nDisallow: /private"
    with Network(
        {
            "GET /old.png": Reply(302, b"", {"Location": "/new.png"}),
            "GET /new.png": Reply(200, PNG, IMAGE),
            "GET /private/c.png": Reply(200, PNG, IMAGE),
            "GET /robots.txt": Reply(200, robots, {"Content-Type": "text/plain"}),
        }
    ) as net:
        assert fetched(net, "/private/c.png", "/old.png") == [PNG]


def test_a_picture_on_a_private_host_is_not_asked_for() -> None:
    strict = Http(connect_timeout=2, read_timeout=2, allow_private_hosts=False)
    with Network({"GET /a.png": Reply(200, PNG, IMAGE)}) as net:
        shown = article(net.base + "/a.png")
        assert list(pictures_of(shown, "https://news.example/post", strict)) == []


def test_not_more_than_a_few_are_tried() -> None:
    with Network({f"GET /{n}.png": Reply(404) for n in range(9)}) as net:
        shown = article(*(f"{net.base}/{n}.png" for n in range(9)))
        assert list(pictures_of(shown, net.base, http())) == []
        asked = [one for one in net.requests if one.path.endswith(".png")]
        assert len(asked) == 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# Title\n\n![a picture](pictures/one.png)\n"),
        ("a.md", "---\nimage: pictures/one.png\n---\n# Title"),
        ("a.html", '<p>Text</p><img alt="x" src="pictures/one.png">'),
    ],
)
def test_a_picture_beside_the_file_is_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "one.png").write_bytes(PNG)
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(pictures_of(article(), str(tmp_path / name))) == [PNG]


@pytest.mark.parametrize(
    "target", ["../secret.png", "/etc/hostname", "https://news.example/a.png", "absent.png", "."]
)
def test_a_file_s_other_pictures_are_left_where_they_are(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "a.md").write_text(f"# T\n\n![x]({target})\n", encoding="utf-8")
    shown = article("https://news.example/a.png")
    assert list(pictures_of(shown, str(folder / "a.md"))) == []


def test_standard_input_and_documents_have_none(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"![x](b.png)")
    (tmp_path / "b.png").write_bytes(PNG)
    assert list(pictures_of(article("https://news.example/a.png"), "-")) == []
    assert list(pictures_of(article(), str(tmp_path / "a.pdf"))) == []


WORDS = "The bakery on the corner opened again, and the street came to look at its bread. " * 6


def composed(folder: Path, picture: bytes, *options: str) -> str:
    (folder / "bread.png").write_bytes(picture)
    (folder / "a.md").write_text(f"# Bread is back\n\n{WORDS}\n\n![x](bread.png)\n", "utf-8")
    out = folder / "out"
    command = ["compose", str(folder / "a.md"), "--to", "x", "--out", str(out), *options]
    assert run(command) == 0
    campaign = json.loads((out / "campaign.json").read_text("utf-8"))
    return str(campaign["posts"][0]["cards"][0]["template"])


def test_compose_shows_the_article_s_picture(tmp_path: Path) -> None:
    assert composed(tmp_path, PNG) == "photo"


def test_a_broken_picture_or_an_icon_changes_nothing(tmp_path: Path) -> None:
    for picture in (b"no picture", file(64, 64), file(1200, 90), PNG[:200]):
        assert composed(tmp_path, picture) != "photo"


def test_a_chosen_picture_comes_before_the_article_s(tmp_path: Path) -> None:
    from socialpipe.cli.choices import illustrated
    from socialpipe.composing import Options

    (tmp_path / "a.md").write_text("![x](b.png)", "utf-8")
    (tmp_path / "b.png").write_bytes(PNG)
    chosen = Options(picture=base64.b64encode(PNG).decode())
    assert illustrated(chosen, article(), str(tmp_path / "a.md")) == chosen
    found = illustrated(Options(), article(), str(tmp_path / "a.md"))
    assert found.found_picture
