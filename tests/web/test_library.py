"""The library: search over all text, a campaign's page, evergreens, brands."""

from __future__ import annotations

from datetime import timedelta

from tests.engine.stage import connect, schedule
from tests.web.conftest import OpenPage
from tests.web.looks import axe, no_overflow
from tests.web.visitor import Visitor

from socialpipe.model import Article
from socialpipe.simulator import Simulator
from socialpipe.store import Store


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


def test_looks(open_page: OpenPage, store: Store, simulator: Simulator, owner: Visitor) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Said here.")
    store.brands.add("Mill", 'name = "Mill"')
    paths = ("/library", "/library/evergreens", "/brands", "/brands/new")
    campaign = f"/library/{store.deliveries.get(key).campaign_id}"
    for path in (*paths, campaign):
        page = open_page(path, visitor=owner, locale="ko")
        axe(page)
        no_overflow(page)
