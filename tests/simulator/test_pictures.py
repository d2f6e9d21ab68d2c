"""Images that need more than one call: in pieces, by lease, in documents."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest
from tests.simulator.client import jpeg
from tests.simulator.test_adapters import Memory, card, part

from socialpipe.errors import NotSent, Rejected, Unauthorized, Unknown
from socialpipe.model import Card
from socialpipe.platforms import poll, registry
from socialpipe.platforms.base import Account, Platform
from socialpipe.platforms.http import Http
from socialpipe.platforms.x.media import PIECE
from socialpipe.simulator import Simulator
from socialpipe.simulator.faults import Fault, Kind, Scope


def platform(sim: Simulator, name: str, **settings: str) -> Platform:
    http = Http(connect_timeout=2, read_timeout=5, allow_private_hosts=True)
    token = {"token": "123:abc" if name == "telegram" else "alice"}
    return registry.load(name)(Account(name, settings, token, http, Memory(), sim.base(name)))


def big() -> Card:
    """A JPEG that takes three pieces."""
    return Card(jpeg() + b"\0" * (2 * PIECE), 40, 50, "큰 그림")


def paths(sim: Simulator) -> list[str]:
    return [call.path.rpartition("/")[2] for call in sim.calls()]


class TestPieces:
    def test_a_big_image_goes_in_pieces(self, sim: Simulator) -> None:
        x = platform(sim, "x")
        x.publish(replace(part(x), cards=(big(),), uploads=(x.upload(big()),)))
        (image,) = sim.posts("x")[0].media
        assert (image.size, image.alt) == (len(big().data), "큰 그림")
        assert paths(sim)[:5] == ["initialize", "append", "append", "append", "finalize"]

    def test_a_lost_piece_is_sent_again(self, sim: Simulator) -> None:
        x = platform(sim, "x")
        lose_second_piece(sim, 1)
        x.publish(replace(part(x), cards=(big(),), uploads=(x.upload(big()),)))
        assert paths(sim).count("append") == 4
        assert sim.posts("x")[0].media[0].size == len(big().data)

    def test_a_piece_that_is_lost_again_and_again_ends_the_try(self, sim: Simulator) -> None:
        lose_second_piece(sim, 3)
        with pytest.raises(NotSent):
            platform(sim, "x").upload(big())
        assert paths(sim).count("append") == 4

    def test_what_is_being_processed_is_waited_for(
        self, sim: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(poll, "PAUSE", 0.05)
        sim.fault("x", "processing", seconds=0.2)
        x = platform(sim, "x")
        x.publish(replace(part(x), cards=(big(),), uploads=(x.upload(big()),)))
        assert len(sim.posts("x")) == 1


def lose_second_piece(sim: Simulator, times: int) -> None:
    sim.arm(Fault("x", Kind.DROP, times, match="1", on=Scope.ANY))  # segment_index


class TestProcessing:
    """A network that is not done with an image is waited for; nothing is posted twice."""

    @pytest.mark.parametrize(
        ("name", "settings"),
        [
            ("slack", {"channel": "C42"}),
            ("mastodon", {}),
            ("linkedin", {"author": "urn:li:organization:42"}),
        ],
    )
    def test_the_post_goes_out_when_it_is_done(
        self, sim: Simulator, monkeypatch: pytest.MonkeyPatch, name: str, settings: dict[str, str]
    ) -> None:
        monkeypatch.setattr(poll, "PAUSE", 0.05)
        adapter = platform(sim, name, **settings)
        sim.fault(name, "processing", seconds=0.2)
        uploads = (adapter.upload(card()),)
        adapter.publish(replace(part(adapter), cards=(card(),), uploads=uploads))
        (post,) = sim.posts(name)
        assert len(post.media) == 1


class TestReddit:
    WHERE: ClassVar[dict[str, str]] = {"username": "alice", "subreddit": "korea", "images": "yes"}

    def test_one_image_is_found_by_its_title(
        self, sim: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(poll, "PAUSE", 0)
        reddit = platform(sim, "reddit", **self.WHERE)
        request = part(reddit, title="서울 여행", cards=(card(),), uploads=(reddit.upload(card()),))
        receipt = reddit.publish(request)
        (post,) = sim.posts("reddit")
        assert (post.id, post.title, len(post.media)) == (receipt.id, "서울 여행", 1)

    def test_several_are_a_gallery_with_captions(self, sim: Simulator) -> None:
        reddit = platform(sim, "reddit", **self.WHERE)
        uploads = (reddit.upload(card()), reddit.upload(card()))
        request = part(reddit, title="서울 여행", cards=(card(), card()), uploads=uploads)
        receipt = reddit.publish(request)
        (post,) = sim.posts("reddit")
        assert post.id == receipt.id
        assert [image.alt for image in post.media] == ["카드의 설명"] * 2

    def test_an_image_that_does_not_show_up_is_unknown(
        self, sim: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(poll, "PAUSE", 0)
        reddit = platform(sim, "reddit", **self.WHERE)
        monkeypatch.setattr(type(reddit), "find", lambda *_: None)
        request = part(reddit, title="서울 여행", cards=(card(),), uploads=(reddit.upload(card()),))
        with pytest.raises(Unknown):
            reddit.publish(request)

    def test_images_are_taken_only_where_they_are_wanted(self) -> None:
        kind = registry.load("reddit")
        assert kind.limits_with({}).images == 0
        assert kind.limits_with(self.WHERE).images == 20


class TestTelegramDocuments:
    def test_a_long_article_is_one_message_with_its_images(self, sim: Simulator) -> None:
        bot = platform(sim, "telegram", chat_id="@news", rich="yes")
        text = "머리말 <b>\n\n• 첫째\n• 둘째\n\n" + "가나다라 " * 1200
        request = part(bot, text, title="서울 여행", cards=(card(), card()), uploads=({}, {}))
        receipt = bot.publish(request)
        (post,) = sim.posts("telegram")
        assert post.id == receipt.id
        assert len(post.media) == 2
        assert post.text.startswith("서울 여행")
        assert "머리말 <b>" in post.text
        assert kind_limits(bot) == (32_768, None)

    def test_servers_that_know_no_documents_get_a_message(
        self, sim: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bot = platform(sim, "telegram", chat_id="@news", rich="yes")
        forget_documents(sim, monkeypatch)
        bot.publish(part(bot, "짧은 글"))
        assert [post.text for post in sim.posts("telegram")] == ["짧은 글"]

    def test_what_fits_no_message_is_refused_there(
        self, sim: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bot = platform(sim, "telegram", chat_id="@news", rich="yes")
        forget_documents(sim, monkeypatch)
        with pytest.raises((Rejected, Unauthorized)):
            bot.publish(part(bot, "가" * 5000))
        assert sim.calls() == []  # an unknown method is no call, and no other was tried

    def test_an_album_is_deleted_whole(self, sim: Simulator) -> None:
        bot = platform(sim, "telegram", chat_id="@news")
        receipt = bot.publish(part(bot, "둘", cards=(card(), card()), uploads=({}, {})))
        bot.delete(receipt)
        deleted = [call for call in sim.calls() if call.path.endswith("deleteMessage")]
        assert len(deleted) == 2


def kind_limits(bot: Platform) -> tuple[int, int | None]:
    limits = bot.limits_with(bot.account.settings)
    return limits.text, limits.caption


def forget_documents(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a server older than Bot API 10.1."""
    network = sim.network("telegram")
    known = tuple(line for line in network.table if line.handler != "rich")
    monkeypatch.setattr(type(network), "table", known)
