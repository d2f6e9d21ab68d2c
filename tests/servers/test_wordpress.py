"""WordPress, as it runs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.platforms.case import part
from tests.servers.conftest import Between
from tests.servers.stage import ARTICLE, composed, connect, look, only, queue, run
from tests.servers.wordpress import USER, Site

from socialpipe.engine import Engine
from socialpipe.engine import connect as opened
from socialpipe.model import Card, Channel, Post, State
from socialpipe.platforms.markup import slug

pytestmark = pytest.mark.timeout(900)  # the first one on a machine fetches the packages

CREATE = b"POST /wp-json/wp/v2/posts"


def channel(
    engine: Engine, site: Site, port: int = 0, password: str = "", **settings: str
) -> Channel:
    base = f"http://127.0.0.1:{port or site.port}"
    secrets = {"password": password or site.password}
    return connect(engine, "wordpress", base, {"username": USER, **settings}, secrets)


def raw(post: Any, field: str) -> str:
    """What was sent, before WordPress makes it look good."""
    return str(post[field]["raw"])


@pytest.fixture
def post(picture: Card) -> Post:
    return composed("wordpress", picture)


@pytest.mark.parametrize("rest", ["", "/?rest_route="])
def test_korean_post_with_card(
    engine: Engine, site: Site, post: Post, picture: Card, rest: str
) -> None:
    queue(engine, channel(engine, site, rest=rest), post)
    assert run(engine).state is State.PUBLISHED
    (stored,) = site.posts()
    assert raw(stored, "title") == ARTICLE.title
    for line in ARTICLE.text.split("\n\n"):
        assert line in raw(stored, "content")
    assert site.tags(stored["tags"]) == sorted(post.hashtags)
    media = site.media(stored["featured_media"])
    assert (media["alt_text"], media["mime_type"]) == (picture.alt, "image/jpeg")
    receipt = only(engine).receipt
    assert receipt is not None
    assert (receipt.id, receipt.url) == (str(stored["id"]), stored["link"])


def test_lost_answer_is_found(engine: Engine, site: Site, between: Between, post: Post) -> None:
    proxy = between(site.port)
    queue(engine, channel(engine, site, proxy.port), post)
    proxy.lose_answer(CREATE)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.PUBLISHED
    (stored,) = site.posts()
    assert (proxy.lost, str(stored["id"])) == (1, only(engine).receipt.id)  # type: ignore[union-attr]


def test_lost_request_is_repeated(engine: Engine, site: Site, between: Between, post: Post) -> None:
    proxy = between(site.port)
    queue(engine, channel(engine, site, proxy.port), post)
    proxy.lose_request(CREATE)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.UNCERTAIN  # one look may be too early
    assert look(engine).state is State.SCHEDULED
    assert run(engine).state is State.PUBLISHED
    assert len(site.posts()) == 1


def test_a_repeat_is_another_post(engine: Engine, site: Site) -> None:
    """Why no key is declared: the second one gets another slug."""
    wordpress = opened(engine, channel(engine, site))
    first, second = wordpress.publish(part()), wordpress.publish(part())
    assert [stored["slug"] for stored in site.posts()] == [slug(part()), f"{slug(part())}-2"]
    assert first.id != second.id
    assert wordpress.recovery.key_lifetime is None
    assert wordpress.find(part()) == first


def test_delete(engine: Engine, site: Site) -> None:
    wordpress = opened(engine, channel(engine, site))
    kept, gone = wordpress.publish(part()), wordpress.publish(part(key="another"))
    for _ in range(2):  # gone already is success
        wordpress.delete(gone)
    assert [str(stored["id"]) for stored in site.posts()] == [kept.id]


def test_dead_password_pauses_the_channel(engine: Engine, site: Site, post: Post) -> None:
    made = channel(engine, site, password="none of its passwords")
    queue(engine, made, post)
    assert run(engine).state is State.SCHEDULED
    assert engine.store.channels.get(made.name).paused
    assert site.posts() == []


def test_who_we_are(engine: Engine, site: Site) -> None:
    assert opened(engine, channel(engine, site)).check().name == USER
