"""A rehearsal says what would fail or be late, and why, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.engine.stage import schedule
from tests.platforms.network import Network

from socialpipe.cli import run
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.credentials import Standing
from socialpipe.store.intake import Order, Terms
from socialpipe.store.schema import channel
from socialpipe.text.read import read

_TEXT = "The new pier of Wexford has opened, with room for {n} boats. Walking on it costs nothing."

Rehearse = Callable[[], tuple[int, dict[int, dict[str, object]]]]


@pytest.fixture
def rehearse(capsys: pytest.CaptureFixture[str]) -> Rehearse:
    def rehearse() -> tuple[int, dict[int, dict[str, object]]]:
        capsys.readouterr()
        code = run(["queue", "rehearse", "--days", "3", "--json"])
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return code, {int(row["delivery"]): row for row in rows}

    return rehearse


def queue(store: Store, name: str, n: int, hours: float, **terms: object) -> int:
    """Queue a post of its own text, `hours` from now."""
    at = store.now() + timedelta(hours=hours)
    _, ids = store.campaigns.queue(
        read(_TEXT.format(n=n), name="a.txt"),
        [Order(store.channels.get(name), at)],
        options={"template": None},
        terms=Terms.of(load(), **terms),
    )
    return ids[0]


def test_what_goes_well_is_fine_and_nothing_is_changed(store: Store, rehearse: Rehearse) -> None:
    key = queue(store, "news", 40, 5)
    before = store.deliveries.find()
    code, rows = rehearse()
    assert (code, rows[key]["verdict"], rows[key]["state"]) == (0, "fine", "published")
    assert store.deliveries.find() == before
    assert store.channels.get("news").api_base == "http://127.0.0.1:9"


def test_quiet_hours_and_collisions_make_late(store: Store, rehearse: Rehearse) -> None:
    news = store.channels.get("news")
    now = store.now()
    quiet = f"{(now + timedelta(hours=4)):%H:%M}-{(now + timedelta(hours=7)):%H:%M}"
    store.channels.configure(news, {"quiet": quiet}, "UTC")
    store.channels.configure(store.channels.get("shop"), {"min_gap": "1800"}, "UTC")
    in_quiet = queue(store, "news", 1, 5)
    first, second = (queue(store, "shop", n, 5) for n in (2, 3))
    code, rows = rehearse()
    assert code == 3
    assert rows[in_quiet]["verdict"] == "late"
    assert "quiet hours" in str(rows[in_quiet]["reasons"])
    assert sorted(str(rows[key]["verdict"]) for key in (first, second)) == ["fine", "late"]


def test_budget_review_and_pause_are_told(store: Store, rehearse: Rehearse) -> None:
    store.channels.configure(store.channels.get("news"), {"max_per_day": "1"}, "UTC")
    kept = [queue(store, "news", n, 5 + n / 10) for n in (1, 2)]
    waits = queue(store, "shop", 3, 6, needs_review=True)
    code, rows = rehearse()
    assert code == 3
    assert {rows[key]["verdict"] for key in kept} != {"fine"}
    assert "approval" in str(rows[waits]["reasons"])
    store.channels.pause(store.channels.get("shop").id, "by hand")
    assert "paused" in str(rehearse()[1][waits]["reasons"])


def test_a_missing_public_address_is_told(store: Store, rehearse: Rehearse) -> None:
    store.channels.add(
        "insta",
        "instagram",
        api_base="http://127.0.0.1:9",
        settings={"user_id": "1"},
        secrets={"token": "t"},
        timezone="UTC",
    )
    key = queue(store, "insta", 4, 3)
    code, rows = rehearse()
    assert code == 3
    assert "PUBLIC_MEDIA_BASE_URL" in str(rows[key]["reasons"])


def test_a_text_over_its_limit_is_told(store: Store, rehearse: Rehearse) -> None:
    """The limit has changed since it was composed."""
    later = store.now() + timedelta(hours=5)
    key = schedule(store, store.channels.get("news"), "word " * 90, at=later)
    assert rehearse()[1][key]["verdict"] == "fine"
    store.channels.configure(store.channels.get("news"), {"max_text": "400"}, "UTC")
    code, rows = rehearse()
    assert (code, rows[key]["verdict"]) == (3, "fails")
    assert "400 are allowed" in str(rows[key]["reasons"])


def test_a_server_with_more_room_than_usual_is_believed(store: Store, rehearse: Rehearse) -> None:
    news, shop = (store.channels.get(name) for name in ("news", "shop"))
    store.channels.keep_limits(news.id, {"text": 5000})
    store.channels.configure(shop, {"max_text": "900"}, "UTC")
    later = store.now() + timedelta(hours=5)
    roomy, fitting = (schedule(store, one, f"{one.name} " * 150, at=later) for one in (news, shop))
    tight = schedule(store, shop, "word " * 190, at=later + timedelta(hours=1))
    _, rows = rehearse()
    assert [rows[key]["verdict"] for key in (roomy, fitting, tight)] == ["fine", "fine", "fails"]


def test_a_stand_in_is_not_asked_for_a_server_s_limits(store: Store, rehearse: Rehearse) -> None:
    """It would tell its own, when the next article is composed."""
    news = store.channels.get("news")
    store.channels.keep_limits(news.id, {"text": 200})
    with store.database.write() as connection:
        connection.execute(channel.update().values(limits_at=store.now() - timedelta(days=2)))
    queue(store, "news", 1, 1)
    key = schedule(store, news, "word " * 50, at=store.now() + timedelta(hours=5))
    assert "200 are allowed" in str(rehearse()[1][key]["reasons"])


def test_no_token_is_renewed(store: Store, rehearse: Rehearse) -> None:
    """The stand-in refuses this one; only the network itself could give another."""
    with Network({}) as network:
        store.channels.add(
            "feed",
            "x",
            api_base=None,
            settings={"token_url": f"{network.base}/token", "refresh_url": f"{network.base}/token"},
            secrets={"token": "bad", "refresh_token": "hidden", "client_id": "1"},
            timezone="UTC",
        )
        key = queue(store, "feed", 1, 5)
        assert rehearse()[1][key]["verdict"] == "fails"
        assert network.requests == []
    assert store.channels.secrets(store.channels.get("feed").id)["refresh_token"] == "hidden"


def stand(store: Store, name: str, **known: Any) -> None:
    """Let the credential of a channel stand like this."""
    found = Standing(issued_at=store.now(), **known)
    store.credentials.replace(store.channels.get(name).id, {"token": "t"}, found, "me")


def test_a_token_that_ends_by_then_is_told(store: Store, rehearse: Rehearse) -> None:
    now = store.now()
    stand(store, "news", expires_at=now + timedelta(hours=30))
    # One that is renewed in time has no end.
    stand(store, "shop", expires_at=now + timedelta(hours=1), renew_at=now + timedelta(minutes=48))
    before, after = queue(store, "news", 1, 29), queue(store, "news", 2, 31)
    renewed = queue(store, "shop", 3, 31)
    code, rows = rehearse()
    assert (code, rows[before]["verdict"], rows[after]["verdict"]) == (3, "fine", "fails")
    assert "before this is due" in str(rows[after]["reasons"])
    assert "channel connect mastodon news" in str(rows[after]["reasons"])
    assert rows[renewed]["verdict"] == "fine"


def test_a_credential_that_is_dead_already_is_told(store: Store, rehearse: Rehearse) -> None:
    lost, refused = queue(store, "news", 1, 3), queue(store, "shop", 2, 3)
    stand(store, "news")
    store.credentials.lost(store.channels.get("news").id, "It was revoked.", "renewal")
    store.checks.keep_credential(store.channels.get("shop").id, "It takes the token no more.")
    code, rows = rehearse()
    assert code == 3
    assert "It was revoked." in str(rows[lost]["reasons"])
    assert "It takes the token no more." in str(rows[refused]["reasons"])


def test_an_end_before_quiet_hours_is_told(store: Store, rehearse: Rehearse) -> None:
    """What they put off comes after its own end."""
    now = store.now()
    quiet = f"{(now + timedelta(hours=4)):%H:%M}-{(now + timedelta(hours=8)):%H:%M}"
    store.channels.configure(store.channels.get("news"), {"quiet": quiet}, "UTC")
    key = queue(store, "news", 1, 5, expires_at=now + timedelta(hours=7))
    code, rows = rehearse()
    assert (code, rows[key]["verdict"], rows[key]["state"]) == (3, "fails", "missed")


def test_a_daily_quota_of_the_plan_is_told(store: Store, rehearse: Rehearse) -> None:
    store.channels.configure(store.channels.get("news"), {"max_per_day": "2"}, "UTC")
    noon = (store.now() + timedelta(days=1)).replace(hour=12, minute=0) - store.now()
    hours = noon.total_seconds() / 3600
    keys = [queue(store, "news", n, hours + n) for n in range(3)]
    _, rows = rehearse()
    assert [rows[key]["verdict"] for key in keys] == ["fine", "fine", "fails"]
    assert "queue move ID --at TIME" in str(rows[keys[2]]["reasons"])


def test_a_freeze_stops_all(store: Store, rehearse: Rehearse) -> None:
    key = queue(store, "news", 40, 5)
    store.switches.freeze("me", "a storm")
    code, rows = rehearse()
    assert code == 3
    assert "a storm" in str(rows[key]["reasons"])


def test_it_tells_of_its_own_workspace(
    store: Store, rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = queue(store, "news", 40, 5)
    assert key in rehearse()[1]
    store.workspaces.add("other")
    monkeypatch.setenv("SOCIALPIPE_WORKSPACE", "other")
    load.cache_clear()
    assert rehearse() == (0, {})


def test_what_is_due_later_is_left_out(store: Store, rehearse: Rehearse) -> None:
    key = queue(store, "news", 40, 24 * 5)
    code, rows = rehearse()
    assert code == 0
    assert key not in rows
