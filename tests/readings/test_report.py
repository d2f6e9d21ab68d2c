"""Reports and suggestions on the command line, from numbers in the store."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from tests.cli.conftest import Command, socialpipe
from tests.engine.stage import post, schedule_many

from socialpipe.cli.report_table import bar_maker
from socialpipe.model import Channel
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.schema import campaign, delivery, reading

__all__ = ["socialpipe"]
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(socialpipe: Command) -> Iterator[Store]:
    """The store that the commands open."""
    opened = Store(load())
    yield opened
    opened.close()


def channel(store: Store, name: str = "news", platform: str = "mastodon") -> Channel:
    return store.channels.add(
        name, platform, api_base="http://127.0.0.1:9", settings={}, secrets={}, timezone="UTC"
    )


def published(store: Store, *owners: Channel, title: str = "Bread is back", ago: timedelta) -> int:
    """Put a campaign into the past, published on each channel; return the first delivery."""
    ids = schedule_many(store, [(one, post(one.platform, "A text.")) for one in owners])
    out = {"state": "published", "published_at": store.now() - ago}
    with store.database.write() as connection:
        connection.execute(sa.update(delivery).where(delivery.c.id.in_(ids)).values(out))
        number = sa.select(delivery.c.campaign_id).where(delivery.c.id == ids[0])
        this = campaign.c.id == number.scalar_subquery()
        connection.execute(sa.update(campaign).where(this).values(title=title))
    return ids[0]


def told(store: Store, key: int, ago: timedelta, **counts: int) -> None:
    """Say that these numbers were read so long ago."""
    at = store.now() - ago
    with store.database.write() as connection:
        connection.execute(sa.insert(reading).values(delivery_id=key, at=at, **counts))


def test_a_channels_report_sums_up_and_says_what_is_new(socialpipe: Command, store: Store) -> None:
    news = channel(store)
    first = published(store, news, ago=20 * DAY)
    told(store, first, 19 * DAY, likes=2, replies=1)
    told(store, first, 2 * DAY, likes=5, replies=1)
    second = published(store, news, title="빵집이 다시 문을 열었습니다", ago=3 * DAY)
    told(store, second, 2 * DAY, likes=7, clicks=4)
    found = socialpipe("report", "news", "--since", "7d", "--json").json
    assert [one["delivery"] for one in found["posts"]] == [second, first]
    assert [one["gained"]["likes"] for one in found["posts"]] == [7, 3]
    assert found["total"]["likes"] == 12
    assert found["total"]["interactions"] == 17
    assert found["total"]["views"] is None
    assert found["gained"]["interactions"] == 14
    assert {name: one["likes"] for name, one in found["campaigns"].items()} == {
        "Bread is back": 5,
        "빵집이 다시 문을 열었습니다": 7,
    }


def test_a_campaigns_report_compares_its_channels(socialpipe: Command, store: Store) -> None:
    key = published(store, channel(store), channel(store, "sky", "bluesky"), ago=2 * DAY)
    told(store, key, DAY, likes=3)
    told(store, key + 1, DAY, likes=8)
    number = str(store.deliveries.get(key).campaign_id)
    found = socialpipe("report", number, "--json").json
    assert found["campaign"] == "Bread is back"
    assert {name: one["likes"] for name, one in found["channels"].items()} == {"news": 3, "sky": 8}
    table = socialpipe("report", number).out
    assert table.count("sky") == 2
    assert "views" not in table  # nobody tells


def test_older_posts_without_news_are_left_out(socialpipe: Command, store: Store) -> None:
    news = channel(store)
    key = published(store, news, ago=40 * DAY)
    told(store, key, 39 * DAY, likes=2)
    quiet = socialpipe("report", "news")
    assert (quiet.code, quiet.out) == (0, "")
    assert "has published nothing since" in quiet.err
    assert len(socialpipe("report", "news", "--since", "60d", "--json").json["posts"]) == 1
    since = (store.now() - 39 * DAY - HOUR).isoformat()
    assert len(socialpipe("report", "news", "--since", since, "--json").json["posts"]) == 1


def test_the_table_has_bars_and_no_colour_in_a_pipe(socialpipe: Command, store: Store) -> None:
    news = channel(store)
    for n, likes in enumerate((40, 10)):
        told(store, published(store, news, title=f"Post {n}", ago=2 * DAY), DAY, likes=likes)
    published(store, news, title="Young", ago=HOUR)
    shown = socialpipe("report", "news")
    assert "\x1b" not in shown.out
    assert shown.out.count("█" * 12) == 1
    assert "total" in shown.out
    assert "+50" in shown.out
    assert "1 posts have no numbers" in shown.err


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", None, "no-such"])
def test_bars_are_as_long_as_their_count(encoding: str | None) -> None:
    bar = bar_maker(encoding)
    assert (bar(0, 9), bar(0, 0)) == ("", "")
    assert len(bar(9, 9)) == 12
    assert [len(bar(n, 100)) for n in range(101)] == sorted(len(bar(n, 100)) for n in range(101))
    assert bar(1, 10_000)
    bar(5, 9).encode("utf-8" if encoding == "utf-8" else "ascii")


def test_csv_has_a_line_for_each_post_and_runs_no_formula(
    socialpipe: Command, store: Store
) -> None:
    key = published(store, channel(store), title="=1+1", ago=10 * DAY)
    told(store, key, 9 * DAY, likes=5)
    told(store, key, DAY, likes=2)  # people took some back
    out = socialpipe("report", "news", "--since", "5d", "--csv").out
    (row,) = csv.DictReader(io.StringIO(out))
    assert (row["title"], row["likes"], row["gained_likes"], row["views"]) == (
        "'=1+1",
        "2",
        "-3",
        "",
    )
    assert socialpipe("report", "news", "--since", "0d", "--csv").out.startswith("delivery,")


def test_a_chart_is_drawn_and_the_same_each_time(
    socialpipe: Command, store: Store, tmp_path: Path
) -> None:
    news = channel(store)
    for n in range(15):
        key = published(store, news, title=f"시장 골목에 돌아온 빵집 {n}", ago=2 * DAY)
        told(store, key, DAY, likes=n, views=100 * n)
    path = tmp_path / "chart.png"
    assert socialpipe("report", "news", "--json", "--chart", str(path)).code == 0
    data = path.read_bytes()
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert image.size == (1200, 448 + 12 * 72)  # the twelve best
    socialpipe("report", "news", "--json", "--chart", str(path))
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nobody",), 2, "no channel"),
        (("99",), 2, "no channel and no campaign 99"),
        (("news", "--since", "soon"), 2, "'soon' is no time"),
        (("news", "--since", "2027-01-01"), 2, "does not say in which zone"),
        (("news", "--since", "999999999w"), 2, "no time"),
        (("news", "--json", "--csv"), 2, "exclude each other"),
        (("news", "--chart", "chart.jpg"), 2, "no name of a PNG file"),
        (("news", "--chart", "no/such/folder/chart.png"), 2, "cannot be written"),
    ],
)
def test_what_cannot_be_reported_is_said(
    socialpipe: Command, store: Store, arguments: tuple[str, ...], code: int, said: str
) -> None:
    channel(store)
    result = socialpipe("report", *arguments)
    assert result.code == code
    assert said in result.err
    assert "Traceback" not in result.err


def test_others_workspaces_are_not_reported(socialpipe: Command, store: Store) -> None:
    key = published(store, channel(store), ago=2 * DAY)
    told(store, key, DAY, likes=3)
    theirs = store.within(store.workspaces.add("theirs").id)
    found = store.deliveries.get(key)
    assert theirs.reports.of_channel(found.channel_id, found.published_at or store.now()) == []
    assert theirs.reports.of_campaign(found.campaign_id, store.now() - 9 * DAY) == []
    assert theirs.reports.samples(found.channel_id) == []


# ── best times ─────────────────────────────────────────────────────────────────────────────────


def habit(store: Store, news: Channel, posts: int, day: datetime) -> None:
    """Publish at four hours in turn, of which 18:00 does best."""
    for n in range(posts):
        hour = (6, 9, 12, 18)[n % 4]
        at = day - n // 4 * DAY + hour * HOUR
        key = published(store, news, ago=store.now() - at)
        told(store, key, store.now() - at - DAY, likes=40 if hour == 18 else 10)


def test_best_times_are_suggested_with_what_they_rest_on(socialpipe: Command, store: Store) -> None:
    news = channel(store)
    day = store.now().replace(hour=0, minute=0, second=0) - 3 * DAY
    habit(store, news, 56, day)
    found = socialpipe("channel", "best-times", "news", "--json").json
    assert (found["posts"], found["hours"]) == (56, 28)
    assert {one["hour"] for one in found["times"]} == {18}
    shown = socialpipe("channel", "best-times", "news")
    assert "18:00" in shown.out
    assert "rests on 56 posts" in shown.err
    slots = shown.err.rpartition('--set "')[2].strip().rstrip('"')
    assert socialpipe("channel", "slots", "news", "--set", slots).code == 0


def test_too_few_posts_suggest_nothing(socialpipe: Command, store: Store) -> None:
    channel(store)
    refused = socialpipe("channel", "best-times", "news")
    assert refused.code == 4
    assert "0 measured posts are too few" in refused.err


def test_only_numbers_of_about_a_day_later_count(store: Store) -> None:
    news = channel(store)
    key = published(store, news, ago=30 * DAY)
    told(store, key, 30 * DAY - HOUR, likes=1)
    told(store, key, 20 * DAY, likes=99)
    assert store.reports.samples(news.id) == []
    told(store, key, 28 * DAY, likes=7)
    told(store, key, 29 * DAY, likes=5)
    assert [one.interactions for one in store.reports.samples(news.id)] == [5]
    told(store, published(store, news, ago=200 * DAY), 199 * DAY, likes=9)
    assert len(store.reports.samples(news.id)) == 1  # habits of half a year


# ── the setting ────────────────────────────────────────────────────────────────────────────────


def test_a_channel_takes_metrics_yes_or_no(socialpipe: Command, store: Store) -> None:
    channel(store)
    assert socialpipe("channel", "set", "news", "--set", "metrics=no").code == 0
    assert store.channels.get("news").settings["metrics"] == "no"
    refused = socialpipe("channel", "set", "news", "--set", "metrics=maybe")
    assert refused.code == 2
    assert "neither yes nor no" in refused.err
