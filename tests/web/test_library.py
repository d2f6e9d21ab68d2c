"""The library: search over all text, a campaign's page, evergreens, brands."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from tests.engine.stage import connect, schedule
from tests.web.visitor import Visitor

from socialpipe.model import Article, State
from socialpipe.model.draft import Body
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.schema import delivery, reading


def test_finds_by_any_text(owner: Visitor, store: Store, simulator: Simulator) -> None:
    schedule(store, connect(store, simulator, "mastodon", "갤러리"), "토요일마다 100% 고칩니다.")
    schedule(store, connect(store, simulator, "x"), "Quite another thing.")

    def found(text: str) -> int:
        return owner.get("/library", params={"q": text}).text.count('<a href="/library/')

    everything = found("")
    assert found("고칩니다") == everything - 1
    assert found("갤러리") == everything - 1
    assert found("100%") == everything - 1
    assert found("_____") == found("no such text") < everything - 1


def test_shows_a_campaign(owner: Visitor, store: Store, simulator: Simulator) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Said here.", "And there.")
    page = owner.get(f"/library/{store.deliveries.get(key).campaign_id}").text
    assert "Said here." in page
    assert "And there." in page
    assert f'href="/deliveries/{key}"' in page


def test_stops_an_evergreen(owner: Visitor, store: Store, simulator: Simulator) -> None:
    channel = connect(store, simulator, "mastodon")
    (key,) = store.evergreens.add(
        Article("Ever", "green."), [channel], cooldown=timedelta(days=9), most=3, options={}
    )
    assert "Ever" in owner.get("/library/evergreens").text
    assert owner.post(f"/library/evergreens/{key}/stop").status_code == 303
    assert store.evergreens.all()[0].stopped_at is not None


def test_a_campaign_is_used_again(owner: Visitor, store: Store, simulator: Simulator) -> None:
    channel = connect(store, simulator, "mastodon")
    key = schedule(store, channel, "Said here.")
    path = f"/library/{store.deliveries.get(key).campaign_id}"
    assert f'action="{path}/evergreen"' in owner.get(path).text
    sent = {"channel": str(channel.id), "days": "20", "most": "4", "review": "true"}
    assert owner.post(f"{path}/evergreen", sent).status_code == 303
    (kept,) = store.evergreens.all()
    assert (kept.title, kept.cooldown, kept.most) == ("A title", timedelta(days=20), 4)
    assert owner.post(f"{path}/evergreen", sent | {"channel": "99"}).status_code == 404


def test_results_are_numbers_and_bars(owner: Visitor, store: Store, simulator: Simulator) -> None:
    channel = connect(store, simulator, "mastodon", "town")
    now, keys = store.now(), [schedule(store, channel, text) for text in ("Much.", "Little.")]
    for key, likes in zip(keys, (40, 10), strict=True):
        publish(store, key, at=now - timedelta(days=2), likes=likes, quotes=3, reposts=2)
    page = owner.get(f"/library/channels/{channel.id}").text
    assert page.index(f'href="/deliveries/{keys[0]}"') < page.index(f'href="/deliveries/{keys[1]}"')
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page, re.DOTALL)
    assert [re.findall(r'class="number">(?:<b>)?(\d+)', row) for row in rows] == [
        ["40", "5", "45"],
        ["10", "5", "15"],
    ]
    widths = [float(one) for one in re.findall(r'class="likes" x="0.0" width="([\d.]+)"', rows[0])]
    assert widths == [round(200 * 40 / 45, 2)]
    assert "too few to tell a best time" in page
    assert "50" in owner.get("/library/channels").text
    campaign = owner.get(f"/library/{store.deliveries.get(keys[0]).campaign_id}").text
    assert 'class="chart"' in campaign
    assert owner.get("/library/channels/99").status_code == 404


def test_best_times_are_named_by_day_and_hour(
    owner: Visitor, store: Store, simulator: Simulator
) -> None:
    channel = connect(store, simulator, "mastodon", "town")
    zone = ZoneInfo(channel.timezone)
    monday = store.now().astimezone(zone).replace(hour=0, minute=0) - timedelta(days=14)
    monday -= timedelta(days=monday.weekday())
    for n in range(24):
        hour = 9 if n % 4 == 0 else 12 + n % 4
        at = monday + timedelta(days=7 * (n % 2), hours=hour)
        publish(store, schedule(store, channel, f"{n}."), at=at, likes=200 if hour == 9 else 5)
    page = owner.get(f"/library/channels/{channel.id}").text
    assert re.search(r'<th scope="row">Monday 09:00</th><td class="number">\+\d+ %', page)
    korean = owner.get(f"/library/channels/{channel.id}", headers={"accept-language": "ko"})
    assert "월요일 09:00" in korean.text


def test_drafts_are_found_too(owner: Visitor, store: Store) -> None:
    key = store.drafts.add("Zebras cross.", Body(), "somebody")
    assert f'href="/compose/{key}"' in owner.get("/library", params={"q": "zebra"}).text
    assert f'href="/compose/{key}"' not in owner.get("/library", params={"q": "bees"}).text


def publish(store: Store, key: int, *, at: datetime, **counts: int) -> None:
    """Let a delivery be out since then, with numbers read a day later."""
    with store.database.write() as connection:
        values = {"state": State.PUBLISHED, "published_at": at}
        connection.execute(sa.update(delivery).where(delivery.c.id == key).values(values))
        row = {"delivery_id": key, "at": at + timedelta(days=1), **counts}
        connection.execute(sa.insert(reading).values(row))


def test_brands_are_checked(owner: Visitor, store: Store) -> None:
    wrong = owner.post("/brands", {"source": 'name = "Mill"\nbaned_words = []'})
    assert wrong.status_code == 422
    assert "did you mean banned_words?" in wrong.text
    assert "baned_words" in wrong.text.partition("<textarea")[2]
    paths = owner.post("/brands", {"source": 'name = "Mill"\nfonts = ["/etc/passwd"]'})
    assert paths.status_code == 422
    assert owner.post("/brands", {"source": 'name = "Mill"'}).status_code == 303
    assert owner.post("/brands", {"source": 'name = "Mill"'}).status_code == 422
    (brand,) = store.brands.all()
    change = {"source": 'name = "Mill"\ntone = "formal"', "version": str(brand.version)}
    assert owner.post(f"/brands/{brand.id}", change).status_code == 303
    stale = owner.post(f"/brands/{brand.id}", change)
    assert stale.status_code == 422
    assert "Somebody else" in stale.text
    assert owner.post(f"/brands/{brand.id}/remove").status_code == 303
    assert store.brands.all() == []
