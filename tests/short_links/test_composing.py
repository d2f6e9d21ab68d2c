"""Posts with short links: the text has the short one, the store where it leads."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.conftest import Environment
from tests.engine.stage import connect

from socialpipe.cli import run
from socialpipe.composing import Options, compose, compose_for, wants_short_links
from socialpipe.engine import Engine
from socialpipe.errors import UsageError
from socialpipe.model import Article, Post
from socialpipe.pipeline import prepare
from socialpipe.platforms.http import Http
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms
from socialpipe.text.count import measure
from socialpipe.text.read import read

BASE = "https://go.example/l"
LONG = "https://example.com/" + "very-long-" * 12 + "story"
ARTICLE = read(
    "The repair cafe\n\nThe town opened a repair cafe in March. Volunteers mended 340 lamps. "
    "Eleven other towns have asked for the rules since January."
)
BRAND = {"link": {"utm": {"source": "{platform}", "content": "{channel}"}, "short": True}}


class Links:
    """Shortens, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, channel: str, target: str) -> str:
        self.asked.append((channel, target))
        return f"{BASE}/code{len(self.asked)}"


def only(platform: str, options: Options, links: Links | None = None) -> Post:
    (post,) = compose(ARTICLE, [platform], options, shorten=links).posts
    return post


def test_the_short_link_is_in_the_text_and_counts_as_it_is() -> None:
    links = Links()
    post = only("bluesky", Options(link=LONG, short_links=True), links)
    text = post.parts[0].text
    assert post.link == f"{BASE}/code1"
    assert post.link in text
    assert LONG not in text
    assert post.parts[0].length == len(text) < 300
    assert links.asked == [("bluesky", LONG)]
    assert only("bluesky", Options(link=LONG)).link == LONG


def test_each_channel_has_a_link_with_its_own_parameters() -> None:
    links, options = Links(), Options(link=LONG, brand=BRAND)
    made = compose_for(ARTICLE, {"a": "mastodon", "b": "mastodon"}, options, shorten=links)
    assert links.asked == [
        ("a", f"{LONG}?utm_source=mastodon&utm_content=a"),
        ("b", f"{LONG}?utm_source=mastodon&utm_content=b"),
    ]
    for n, channel in enumerate("ab", start=1):
        assert f"{BASE}/code{n}" in made.posts[channel][0].parts[0].text
    assert made.posts["a"][0].cards == made.posts["b"][0].cards


def test_whoever_wants_them_gets_them() -> None:
    def told(brand: dict[str, object] | None, choice: bool | None) -> bool:
        options = Options(link=LONG, brand=brand, short_links=choice)
        got = only("mastodon", options, Links()).link != only("mastodon", options).link
        assert not got or wants_short_links(options)
        return got

    assert told({"link": {"short": True}}, None)
    assert told({"platforms": {"mastodon": {"link": {"short": True}}}}, None)
    assert told({}, True)
    assert told(None, True)
    assert not told({"link": {"short": True}}, choice=False)
    assert not told({"platforms": {"x": {"link": {"short": True}}}}, None)
    assert not told({"link": {"short": True, "show": False}}, None)
    assert not told(None, None)


def test_a_blog_names_the_original_and_nothing_else_is_asked_for() -> None:
    links = Links()
    assert only("ghost", Options(link=LONG, short_links=True), links).link == LONG
    assert only("mastodon", Options(short_links=True), links).link is None
    hidden = Options(link=LONG, short_links=True, brand={"link": {"show": False}})
    assert only("mastodon", hidden, links).link is None
    assert links.asked == []


HTTP = Http(connect_timeout=1, read_timeout=1, allow_private_hosts=True)


def queued(engine: Engine, simulator: Simulator, options: dict[str, object]) -> list[int]:
    """Queue and prepare a post for two channels of one network; return the deliveries."""
    store = engine.store
    channels = [connect(store, simulator, "mastodon", name) for name in ("news", "blog")]
    orders = [Order(channel, store.now() + timedelta(hours=1)) for channel in channels]
    article = Article(ARTICLE.title, ARTICLE.text, language="en", url=LONG)
    _, keys = store.campaigns.queue(article, orders, options=options, terms=Terms.of(load()))
    for campaign, fence in store.campaigns.claim(1, timedelta(minutes=1)):
        prepare(engine, campaign, fence)
    return keys


@pytest.fixture
def engine(store: Store) -> Engine:
    return Engine(store, load(), HTTP, actor="test")


def test_workers_keep_what_short_links_lead_to(environment: Environment, store: Store) -> None:
    url = store.database.engine.url.render_as_string(hide_password=False)
    settings = environment(short_link_base=f"{BASE}/", database_url=url)
    engine = Engine(store, settings, HTTP, actor="test")
    with Simulator() as simulator:
        keys = queued(engine, simulator, {"brand": BRAND})
    links = {link.channel: link for link in store.short_links.find()}
    for key, name in zip(keys, ("news", "blog"), strict=True):
        assert f"{BASE}/{links[name].code}" in store.deliveries.texts(key)[0]
        assert links[name].target == f"{LONG}?utm_source=mastodon&utm_content={name}"


def test_workers_of_an_installation_without_them_keep_links_whole(engine: Engine) -> None:
    with Simulator() as simulator:
        (key, _) = queued(engine, simulator, {"short_links": True})
    assert LONG in engine.store.deliveries.texts(key)[0]
    assert engine.store.short_links.find() == []


class TestCommands:
    @pytest.fixture(autouse=True)
    def _source(self, environment: Environment) -> None:
        self.settings = environment
        environment()
        Path("a.txt").write_text(f"{ARTICLE.title}\n\n{ARTICLE.text}", "utf-8")

    def compose(self, *more: str) -> int:
        return run(["compose", "a.txt", "--to", "mastodon", "--link", LONG, *more])

    def test_asking_for_them_without_an_address_is_refused(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.compose("--short-links") == UsageError.exit_code
        assert "SOCIALPIPE_SHORT_LINK_BASE" in capsys.readouterr().err

    def test_without_a_store_links_stay_whole_and_that_is_said(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        data = self.settings(short_link_base=BASE).data_dir
        assert self.compose("--short-links") == 0
        said = capsys.readouterr()
        assert LONG in said.out
        assert "no store yet" in said.err
        assert not (data / "socialpipe.db").exists()

    def test_a_brand_that_wants_them_without_an_address_is_told(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("brand.toml").write_text("link = { short = true }\n", "utf-8")
        assert self.compose("--brand", "brand.toml") == 0
        said = capsys.readouterr()
        assert LONG in said.out
        assert "SOCIALPIPE_SHORT_LINK_BASE is not set" in said.err

    def test_with_a_store_they_are_kept_and_listed(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        store = Store(self.settings(short_link_base=BASE))
        assert self.compose("--short-links") == 0
        (link,) = store.short_links.find()
        assert f"{BASE}/{link.code}" in capsys.readouterr().out
        store.short_links.follow(link.code)
        store.close()
        assert run(["links", "--json"]) == 0
        listed = capsys.readouterr().out
        assert f'"link": "{BASE}/{link.code}"' in listed
        assert '"clicks": 1' in listed
        assert run(["links"]) == 0
        assert "clicks" in capsys.readouterr().out


@pytest.mark.parametrize("base", ["javascript:alert(1)", "go.example", "https://", "https://a b"])
def test_a_base_that_is_no_address_is_refused(environment: Environment, base: str) -> None:
    with pytest.raises(UsageError, match="SOCIALPIPE_SHORT_LINK_BASE"):
        environment(short_link_base=base)


def test_lengths_are_measured_with_the_short_link() -> None:
    from socialpipe.platforms import registry

    post = only("misskey", Options(link=LONG, short_links=True), Links())
    limits = registry.load("misskey").limits
    assert post.parts[0].length == measure(post.parts[0].text, limits)
