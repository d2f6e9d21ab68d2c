"""A lost answer of a busy account: what one page does not show is never taken for absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.simulator.test_adapters import adapter, part

from socialpipe.errors import Unknown
from socialpipe.model import Receipt
from socialpipe.platforms import lookback, registry
from socialpipe.platforms.base import PartRequest, Platform
from socialpipe.simulator import Simulator
from socialpipe.simulator.ledger import AcceptedPost, Draft

__all__ = ["adapter"]  # a fixture
BY_NAME = {"bluesky", "feed", "ghost", "nostr", "wordpress"}  # found by a name of ours: no list
LISTED = {
    *("band", "blogger", "discord", "facebook", "forem", "instagram", "lemmy", "linkedin"),
    *("mastodon", "matrix", "misskey", "pinterest", "reddit", "slack", "threads", "tumblr", "x"),
}
NO_TIMES = {"slack"}  # its list begins when the part was made
MANY = 230  # more than two pages of any network


def test_every_platform_that_reads_back_is_known() -> None:
    able = {name for name in registry.names() if registry.load(name).find is not Platform.find}
    assert able == LISTED | BY_NAME


def crowd(sim: Simulator, like: AcceptedPost, at: datetime, count: int = MANY) -> None:
    """Let an account say much at about that time."""
    network = sim.networks[like.platform]
    for n in range(count):
        number = network.next_id()
        name = f"{at.timestamp() + n / 1000:.6f}" if like.platform == "slack" else number
        name = f"t3_{number}" if like.platform == "reddit" else name
        draft = Draft(f"other {n}", name, place=like.place, title=f"other {n}", key=f"k{number}")
        sim.ledger.accept(like.platform, like.account, draft, at.timestamp(), None)


def unlike(request: PartRequest) -> PartRequest:
    """Return a part that nobody has published."""
    key = "11111111-2222-4333-8444-555555555555"
    return replace(request, text="It never went out.", title="It never went out.", key=key)


def sent(adapter: Platform, sim: Simulator) -> tuple[PartRequest, Receipt, AcceptedPost]:
    """Publish a part, as if its answer were lost."""
    request = replace(part(adapter, title="A title"), created_at=datetime.now(UTC))
    receipt = adapter.publish(request)
    (post,) = sim.posts(adapter.name)
    return request, receipt, post


@pytest.mark.parametrize("adapter", sorted(LISTED), indirect=True)
class TestLookingBack:
    def test_a_part_behind_many_newer_posts_is_found(
        self, adapter: Platform, sim: Simulator
    ) -> None:
        request, receipt, post = sent(adapter, sim)
        crowd(sim, post, post.at + timedelta(seconds=1))
        found = adapter.find(request)
        assert found is not None
        assert (found.id, found.url) == (receipt.id, receipt.url)

    def test_a_list_that_reaches_back_proves_absence(
        self, adapter: Platform, sim: Simulator
    ) -> None:
        request, _, post = sent(adapter, sim)
        crowd(sim, post, post.at + timedelta(seconds=1))
        assert adapter.find(unlike(request)) is None

    def test_a_list_that_is_cut_before_proves_nothing(
        self, adapter: Platform, sim: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request, _, post = sent(adapter, sim)
        crowd(sim, post, post.at + timedelta(seconds=1))
        monkeypatch.setattr(lookback, "PAGES", 2)
        with pytest.raises(Unknown, match="newer posts"):
            adapter.find(unlike(request))

    def test_older_posts_are_not_turned_over(
        self, adapter: Platform, sim: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request, _, post = sent(adapter, sim)
        """It was frozen before them, and sent after them."""
        crowd(sim, post, post.at + timedelta(minutes=1))
        later = replace(unlike(request), sent_at=post.at + timedelta(hours=1))
        monkeypatch.setattr(lookback, "PAGES", 3 if adapter.name in NO_TIMES else 1)
        assert adapter.find(later) is None
