from __future__ import annotations

from html.parser import HTMLParser

import requests
from tests.simulator.client import Client, png

from socialpipe.simulator import Simulator
from socialpipe.simulator.ledger import Draft


class Outline(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def load(sim: Simulator, path: str = "/") -> requests.Response:
    return requests.get(sim.url + path, timeout=5)


def test_shows_what_was_published_and_nothing_runs(sim: Simulator, client: Client) -> None:
    text = '<script>alert(1)</script> & "따옴표"\n둘째 줄'
    client.toot(text)
    client.tweet("다른 글")
    page = load(sim)
    outline = Outline(page.text)
    assert text in outline.text
    assert "다른 글" in outline.text
    assert "script" not in outline.tags
    assert "<script>" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_hostile_alt_text_or_link_stays_text(sim: Simulator, client: Client) -> None:
    files = {"file": ("card.png", png(), "image/png")}
    form = {"description": '"><b onload=x>'}
    media = client.post("mastodon", "/api/v2/media", files=files, data=form).json()["id"]
    client.toot("그림", media_ids=[media])
    draft = Draft("글", "1", link="javascript:alert(1)", title="<i>", place="<u>")
    sim.ledger.accept("x", "<a>", draft, 1.0, "<p>")
    client.get("x", "/2/users/me")
    outline = Outline(load(sim).text)
    assert not {"b", "i", "u"} & (set(outline.tags) - {"b"})
    assert outline.tags.count("b") == 2
    assert not any(address.startswith("javascript") for address in outline.addresses)


def test_shows_thumbnails(sim: Simulator, client: Client) -> None:
    files = {"photo": ("card.png", png(), "image/png")}
    client.bot("sendPhoto", data={"chat_id": "@news"}, files=files)
    (source,) = {a for a in Outline(load(sim).text).addresses if a.startswith("/_sim/media/")}
    image = load(sim, source)
    assert (image.content, image.headers["Content-Type"]) == (png(), "image/png")
    assert image.headers["X-Content-Type-Options"] == "nosniff"


def test_marks_faults_and_deletions(sim: Simulator, client: Client) -> None:
    sim.fault("x", "error")
    sim.fault("x", "error_after")
    for n in range(2):
        client.tweet(f"글 {n}")
    sim.fault("mastodon", "throttle", count=3)
    page = load(sim).text
    assert '<span class="fault">error</span>' in page
    assert page.count('<span class="fault">error_after</span>') == 2
    assert "will hit 3 calls of mastodon" in page
    post = sim.posts()[0]
    client.call("DELETE", "x", f"/2/tweets/{post.id}")
    assert 'class="deleted"' in load(sim).text


def test_shows_the_newest_of_many_first(sim: Simulator, client: Client) -> None:
    for n in range(60):
        client.tweet(f"글 {n}.")
    text = Outline(load(sim).text).text
    assert "60 posts" in text
    assert "10 older ones." in text
    assert "글 9." not in text
    assert text.index("글 59.") < text.index("글 10.")


def test_one_post_has_its_own_page(sim: Simulator, client: Client) -> None:
    address = client.toot("<글>").json()["url"]
    outline = Outline(load(sim, address.removeprefix(sim.url)).text)
    assert "<글>" in outline.text


def test_an_empty_page_says_how_to_begin(sim: Simulator) -> None:
    text = Outline(load(sim).text).text
    assert f"{sim.url}/<platform>" in text
    assert "Mastodon" in text
