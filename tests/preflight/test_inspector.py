"""What will keep a delivery from going out is said before its time, and cleared when mended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Environment
from tests.engine.stage import ACCOUNTS, connect, post, schedule, schedule_many
from tests.platforms.network import Network, Reply, Slow
from tests.preflight.conftest import later

from socialpipe.engine import Engine
from socialpipe.model import Article, Card, Channel, Delivery, State
from socialpipe.platforms.http import Http
from socialpipe.platforms.mastodon import Mastodon
from socialpipe.preflight import known, look_over
from socialpipe.schedule.preflight import is_due
from socialpipe.schedule.topics import Topic
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms
from socialpipe.store.schema import delivery as table
from socialpipe.store.schema import media

Inspect = Callable[[], Delivery]
MORNING = timedelta(days=2)
PICTURE = Card(b"\xff\xd8 a picture", 4, 4, "A picture.")


def tomorrow(store: Store) -> datetime:
    return store.now() + MORNING


def test_nothing_is_wrong(store: Store, news: Channel, inspect: Inspect) -> None:
    schedule(store, news, "Hello.", at=tomorrow(store), cards=(PICTURE,))
    found = inspect()
    assert found.warnings == ()
    assert store.checks.due(10) == []
    assert [event.actor for event in store.deliveries.events(found.id)].count("preflight") == 0


def test_a_paused_channel_is_a_warning_until_it_is_resumed(
    store: Store, news: Channel, inspect: Inspect
) -> None:
    hook = store.hooks.add("http://127.0.0.1:9/", [Topic.WARNED], "whsec_AAAA")
    schedule(store, news, "Hello.", at=tomorrow(store))
    store.channels.pause(news.id, "the token ran out")
    found = inspect()
    (warning,) = found.warnings
    assert "the token ran out" in warning
    assert "socialpipe channel resume news" in warning
    assert store.deliveries.events(found.id)[-1].text == f"warning: {warning}"
    assert [told.hook_id for told in store.hooks.messages()] == [hook.id]
    later(store, timedelta(minutes=11))
    inspect()  # still so: no second word about it
    assert len(store.hooks.messages()) == 1
    store.channels.resume(news.id)
    found = inspect()
    assert found.warnings == ()
    assert "nothing is in its way" in store.deliveries.events(found.id)[-1].text


def test_a_refused_credential(store: Store, inspect: Inspect) -> None:
    refused = Reply(401, {"error": "The access token was revoked"})
    me = Reply(200, {"id": "1", "acct": "me", "username": "me", "url": "https://m.example/@me"})
    with Network({"GET /api/v1/accounts/verify_credentials": [refused, me]}) as network:
        broken = store.channels.add(
            "news", "mastodon", api_base=network.base, settings={},
            secrets={"token": "token-of-news"}, timezone="UTC",
        )  # fmt: skip
        schedule(store, broken, "One.", at=tomorrow(store))
        schedule(store, broken, "Two.", at=tomorrow(store))
        inspect()
        for one in store.deliveries.find():
            (warning,) = one.warnings
            assert warning.startswith("Channel news would not publish now")
            assert "The access token was revoked" in warning
        assert known(store, load(), broken, tomorrow(store)) == [warning]
        later(store, timedelta(minutes=11))
        assert inspect().warnings == ()  # the network takes it again


def test_the_credential_is_tried_once_a_run(
    store: Store, news: Channel, inspect: Inspect, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    honest = Mastodon.check

    def check(self: Mastodon) -> object:
        tries.append(self)
        return honest(self)

    monkeypatch.setattr(Mastodon, "check", check)
    for n in range(5):
        schedule(store, news, f"Number {n}.", at=tomorrow(store))
    inspect()
    assert len(tries) == 1


def test_a_busy_network_says_nothing_about_the_credential(
    store: Store, simulator: Simulator, news: Channel, inspect: Inspect
) -> None:
    simulator.fault("mastodon", "throttle", count=5)
    schedule(store, news, "Hello.", at=tomorrow(store))
    assert inspect().warnings == ()


def test_an_adapter_that_stumbles_stops_nobody(
    store: Store, simulator: Simulator, news: Channel, inspect: Inspect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def check(self: Mastodon) -> object:
        raise KeyError("id")

    monkeypatch.setattr(Mastodon, "check", check)
    one = schedule(store, news, "One.", at=tomorrow(store))
    other = schedule(store, connect(store, simulator, "x"), "Two.", at=tomorrow(store))
    inspect()
    assert "KeyError" in store.deliveries.get(one).warnings[0]
    assert store.deliveries.get(other).warnings == ()


def test_limits_of_today(
    store: Store, news: Channel, inspect: Inspect, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(store, news, "Seven..", at=tomorrow(store), cards=(PICTURE, PICTURE))
    small = replace(
        Mastodon.limits, text=5, images=1, image_bytes=5, image_formats=("image/png",), alt=3
    )
    monkeypatch.setattr(Mastodon, "limits", small)
    monkeypatch.setattr(Mastodon, "own_limits", lambda self: self.limits)
    found = inspect()
    text, count, image, _ = found.warnings
    assert "2 too many" in text
    assert f"delivery edit {found.id} --text TEXT --part 1" in text
    assert "2 images; 1 are allowed" in count
    assert "5 are allowed" in image
    monkeypatch.setattr(Mastodon, "limits", replace(small, image_bytes=500))
    later(store, timedelta(minutes=11))
    assert "image/jpeg" in inspect().warnings[2]
    formats = ("image/jpeg",)
    monkeypatch.setattr(Mastodon, "limits", replace(small, image_bytes=500, image_formats=formats))
    later(store, timedelta(minutes=11))
    assert "alt text" in inspect().warnings[2]


def test_a_lost_image(store: Store, news: Channel, inspect: Inspect) -> None:
    schedule(store, news, "Hello.", at=tomorrow(store), cards=(PICTURE,))
    with store.database.write() as connection:
        connection.execute(sa.delete(media))
    assert inspect().warnings[0].startswith("Image 1 is lost.")


def test_images_that_the_network_cannot_fetch(
    store: Store, inspect: Inspect, simulator: Simulator
) -> None:
    secrets = {"url": "https://example.com/x", "secret": "whsec_AAAA"}
    out = store.channels.add(
        "out", "webhook", api_base=None, settings={}, secrets=secrets, timezone="UTC"
    )
    schedule(store, out, "No image.", at=tomorrow(store))
    assert inspect().warnings == ()
    schedule(store, out, "Hello.", at=store.now() + timedelta(days=1), cards=(PICTURE,))
    assert "SOCIALPIPE_PUBLIC_MEDIA_BASE_URL" in inspect().warnings[0]


def test_a_plan_beyond_the_daily_limit(
    store: Store, simulator: Simulator, inspect: Inspect
) -> None:
    secrets = ACCOUNTS["mastodon"][1]
    few = store.channels.add(
        "few", "mastodon", api_base=simulator.base("mastodon"), settings={"max_per_day": "2"},
        secrets=secrets, timezone="UTC",
    )  # fmt: skip
    noon = tomorrow(store).replace(hour=12, minute=0)
    ids = [schedule(store, few, f"At {n}.", at=noon + n * timedelta(hours=1)) for n in range(3)]
    inspect()
    assert [bool(store.deliveries.get(key).warnings) for key in ids] == [False, False, True]
    (warning,) = store.deliveries.get(ids[2]).warnings
    assert f"exceeds the limit of 2 posts a day on {noon:%A}" in warning
    assert known(store, load(), few, noon) == []
    assert known(store, load(), few, noon + timedelta(hours=3)) == [warning]
    store.deliveries.cancel(ids[0])
    later(store, timedelta(minutes=11))
    inspect()
    assert store.deliveries.get(ids[2]).warnings == ()


def test_drafts_and_what_is_out_count_too(store: Store, news: Channel) -> None:
    noon = tomorrow(store).replace(hour=12, minute=0, second=0, microsecond=0)
    start, end = noon.replace(hour=0), noon.replace(hour=23)
    store.campaigns.queue(
        Article("A draft", "Text."), [Order(news, noon)], options={}, terms=Terms.of(load())
    )
    schedule(store, news, "Waits.", at=noon)
    schedule(store, news, "In review.", at=noon, needs_review=True)
    key = schedule(store, news, "Out.", at=noon - MORNING)
    with store.database.write() as connection:
        out = {"state": State.PUBLISHED, "published_at": noon}
        connection.execute(sa.update(table).where(table.c.id == key).values(out))
    assert store.checks.plan(news.id, start, end) == [noon] * 4


def test_an_edit_is_looked_at_again(store: Store, news: Channel, inspect: Inspect) -> None:
    key = schedule(store, news, "Hello.", at=tomorrow(store))
    inspect()
    too_long = post("mastodon", "x" * 501)
    store.reviews.replace(key, too_long, "test", review_again=False)
    assert "1 too many" in inspect().warnings[0]


def test_what_changed_meanwhile_is_looked_at_again(store: Store, news: Channel) -> None:
    key = schedule(store, news, "Hello.", at=tomorrow(store))
    (case,) = store.checks.due(10)
    with store.database.write() as connection:
        connection.execute(sa.update(table).values(due_at=tomorrow(store) + MORNING))
    store.checks.keep([(case, ("out of date.",))])
    assert store.deliveries.get(key).warnings == ()
    assert len(store.checks.due(10)) == 1
    (case,) = store.checks.due(10)
    store.deliveries.cancel(key)
    store.checks.keep([(case, ("too late.",))])
    assert store.deliveries.get(key).warnings == ()


def test_a_slow_network_costs_its_own_time_only(store: Store, simulator: Simulator) -> None:
    with Network({"GET /.*": Slow(30.0)}) as silent:
        for n in range(4):
            slow = store.channels.add(
                f"slow{n}", "mastodon", api_base=silent.base, settings={},
                secrets=ACCOUNTS["mastodon"][1], timezone="UTC",
            )  # fmt: skip
            schedule(store, slow, "Slow.", at=tomorrow(store))
        good = schedule(store, connect(store, simulator, "x"), "Good.", at=tomorrow(store))
        http = Http(connect_timeout=0.5, read_timeout=0.5, allow_private_hosts=True)
        engine = Engine(store, load(), http, "test", chance=lambda: 0.0)
        began = time.monotonic()
        look_over(engine, store.checks.due(10))
        assert time.monotonic() - began < 4 * 1.5
    warned = {one.channel for one in store.deliveries.find() if one.warnings}
    assert warned == {f"slow{n}" for n in range(4)}
    assert store.deliveries.get(good).warnings == ()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_query_finds_what_the_rule_says(
    database: str, environment: Environment, request: pytest.FixtureRequest
) -> None:
    where = (
        {"database_url": request.getfixturevalue("postgres_url")} if database != "sqlite" else {}
    )
    store = Store(environment(**where))
    with Simulator() as simulator:
        news = connect(store, simulator, "mastodon")
        keys = schedule_many(store, [(news, post("mastodon", "Hello."))] * 4, at=tomorrow(store))
    hours = st.floats(-50, 50)
    rows = st.tuples(hours, st.none() | st.floats(0, 80), st.booleans(), st.booleans())

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(rows, min_size=len(keys), max_size=len(keys)))
    def agree(drawn: list[tuple[float, float | None, bool, bool]]) -> None:
        now, expected = store.now(), set()
        with store.database.write() as connection:
            for key, (due_in, age, warned, review) in zip(keys, drawn, strict=True):
                due = now + timedelta(hours=due_in)
                checked = None if age is None else now - timedelta(hours=age)
                state = State.IN_REVIEW if review else State.SCHEDULED
                values = {
                    "due_at": due, "checked_at": checked, "state": state,
                    "warnings": ["x"] if warned else None,
                }  # fmt: skip
                connection.execute(sa.update(table).where(table.c.id == key).values(values))
                if is_due(due, checked, now, warned=warned):
                    expected.add(key)
        assert {case.delivery.id for case in store.checks.due(10)} == expected

    agree()
    store.close()


def test_the_limit_is_kept_and_nothing_starves(
    store: Store, news: Channel, inspect: Inspect
) -> None:
    for n in range(7):
        schedule(store, news, f"Number {n}.", at=tomorrow(store))
    assert len(store.checks.due(3)) == 3
    inspect()
    assert store.checks.due(100) == []
