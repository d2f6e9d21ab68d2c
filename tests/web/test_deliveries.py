"""The deliveries: found, read, live, settled, and taken back."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect, schedule
from tests.web.conftest import OpenPage, SignIn
from tests.web.publishing import engine_of, publish
from tests.web.visitor import Visitor

from socialpipe.engine import Engine
from socialpipe.model import State
from socialpipe.model.people import Role
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.schema import step


@pytest.fixture
def engine(store: Store) -> Engine:
    """An engine on the test's store."""
    return engine_of(store)


def uncertain(engine: Engine, simulator: Simulator, platform: str = "mastodon") -> int:
    """Publish with the answer lost; return the delivery."""
    key = schedule(engine.store, connect(engine.store, simulator, platform), "Hello.")
    simulator.fault(platform, "drop")
    publish(engine)
    assert engine.store.deliveries.get(key).state is State.UNCERTAIN
    return key


def test_shows_each_with_its_reason(owner: Visitor, store: Store, simulator: Simulator) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    page = owner.get("/deliveries")
    assert f"delivery-{key}" in page.text
    assert "Hello." in owner.get(f"/deliveries/{key}").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"one", "two"}),
        ("state=cancelled", {"one"}),
        ("state=cancelled&state=scheduled", {"one", "two"}),
        ("q=FIRST", {"one"}),
        ("q=100%25", set()),
        ("since=2000-01-01&until=2001-01-01", set()),
        ("since=2000-01-01", {"one", "two"}),
        ("channel=999", set()),
        ("state=nonsense&channel=x&page=0&since=never", {"one", "two"}),
        ("page=2", set()),
    ],
)
def test_filters_are_in_the_address(
    owner: Visitor, store: Store, simulator: Simulator, query: str, found: set[str]
) -> None:
    channel = connect(store, simulator, "mastodon")
    keys = {"one": schedule(store, channel, "The first."), "two": schedule(store, channel, "B.")}
    store.deliveries.cancel(keys["one"])
    page = owner.get(f"/deliveries?{query}").text
    assert {name for name, key in keys.items() if f'id="delivery-{key}"' in page} == found


def test_cancelling_is_taken_back(owner: Visitor, store: Store, simulator: Simulator) -> None:
    channel = connect(store, simulator, "mastodon")
    keys = [schedule(store, channel, text) for text in ("A.", "B.")]
    owner.post("/deliveries/cancel", {"ids": keys})
    assert {store.deliveries.get(key).state for key in keys} == {State.CANCELLED}
    _undo(owner)
    assert {store.deliveries.get(key).state for key in keys} == {State.SCHEDULED}


def test_a_retry_is_taken_back(owner: Visitor, store: Store, simulator: Simulator) -> None:
    key = _failed(store, simulator)
    owner.post(f"/deliveries/{key}/retry")
    found = store.deliveries.get(key)
    assert found.state is State.SCHEDULED
    assert found.due_at > store.now()
    _undo(owner)
    assert store.deliveries.get(key).state is State.FAILED


def test_bulk_says_what_could_not_be_done(
    owner: Visitor, store: Store, simulator: Simulator
) -> None:
    channel = connect(store, simulator, "mastodon")
    keys = [schedule(store, channel, text) for text in ("A.", "B.")]
    store.deliveries.cancel(keys[0])
    owner.post("/deliveries/cancel", {"ids": keys})
    page = owner.get("/deliveries").text
    assert "Cancelled: 1" in page
    assert "it is too late to cancel it" in page


def test_edit_and_retry(owner: Visitor, store: Store, simulator: Simulator) -> None:
    key = _failed(store, simulator)
    long = owner.post(f"/deliveries/{key}/edit", {"text": "x" * 501})
    assert "1 too many" in long.text
    assert "x" * 501 in long.text  # nothing typed is lost
    owner.post(f"/deliveries/{key}/edit", {"text": "Two\r\nlines."})
    assert store.deliveries.texts(key) == ["Two\nlines."]
    assert store.deliveries.get(key).state is State.SCHEDULED


def test_half_a_thread_is_not_edited(owner: Visitor, store: Store, simulator: Simulator) -> None:
    """One part is out: the others must go on as they were."""
    channel = connect(store, simulator, "mastodon")
    key = schedule(store, channel, "First.", "Too long. " * 60)
    publish(engine_of(store))
    with store.database.write() as connection:
        values = {"delivery_id": key, "name": "part 0", "sent_at": store.now()}
        connection.execute(sa.insert(step).values(values))
    refused = owner.post(f"/deliveries/{key}/edit", {"text": ["Other.", "Short."]})
    assert refused.status_code == 409


def test_an_answer_in_words_and_raw(owner: Visitor, engine: Engine, simulator: Simulator) -> None:
    page = owner.get(f"/deliveries/{uncertain(engine, simulator)}").text
    assert "No clear answer came." in page
    assert "<summary>The answer as it came</summary>" in page
    assert "Is it out?" in page


def test_what_the_network_shows_settles_it(
    owner: Visitor, engine: Engine, simulator: Simulator
) -> None:
    key = uncertain(engine, simulator)
    looked = owner.post(f"/deliveries/{key}/look").text
    url = re.search(r'name="url" value="(http[^"]+)"', looked)
    assert url is not None
    assert engine.store.deliveries.get(key).state is State.UNCERTAIN  # a look settles nothing
    owner.post(f"/deliveries/{key}/out", {"url": url[1]})
    found = engine.store.deliveries.get(key)
    assert found.state is State.PUBLISHED
    assert len(simulator.posts()) == 1


def test_where_nobody_can_ask_a_person_looks(
    owner: Visitor, engine: Engine, simulator: Simulator
) -> None:
    key = uncertain(engine, simulator, "telegram")
    assert "cannot be asked" in owner.post(f"/deliveries/{key}/look").text


def test_absent_means_again(owner: Visitor, engine: Engine, simulator: Simulator) -> None:
    key = uncertain(engine, simulator)
    owner.post(f"/deliveries/{key}/absent")
    assert engine.store.deliveries.get(key).state is State.SCHEDULED


def test_only_an_address_settles(owner: Visitor, engine: Engine, simulator: Simulator) -> None:
    key = uncertain(engine, simulator)
    assert owner.post(f"/deliveries/{key}/out", {"url": "javascript:1"}).status_code == 400
    assert engine.store.deliveries.get(key).state is State.UNCERTAIN


def test_a_published_post_is_taken_down(
    owner: Visitor, engine: Engine, simulator: Simulator
) -> None:
    key = schedule(engine.store, connect(engine.store, simulator, "mastodon"), "Hello.")
    publish(engine)
    owner.post(f"/deliveries/{key}/delete")
    assert engine.store.deliveries.get(key).deleted_at is not None
    assert "It was taken down." in owner.get(f"/deliveries/{key}").text


def test_who_may_only_look_sees_no_buttons(
    sign_in: SignIn, store: Store, simulator: Simulator
) -> None:
    key = _failed(store, simulator)
    page = sign_in(Role.VIEWER).get(f"/deliveries/{key}").text
    assert f'action="/deliveries/{key}/' not in page


def test_follows_what_happens(open_page: OpenPage, store: Store, simulator: Simulator) -> None:
    """Another process cancels; the open page says so without being asked."""
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    page = open_page("/deliveries", Role.OPERATOR)
    row = page.locator(f"#delivery-{key}")
    assert row.locator(".state").inner_text() == "scheduled"
    store.deliveries.cancel(key)
    row.locator(".state.cancelled").wait_for(timeout=60_000)
    assert "cancelled" in page.locator("#counts").inner_text()


def test_a_publication_is_watched_live(
    open_page: OpenPage, engine: Engine, simulator: Simulator
) -> None:
    key = schedule(engine.store, connect(engine.store, simulator, "mastodon"), "Hello.")
    page = open_page(f"/deliveries/{key}", locale="ko")
    assert page.locator("#standing .state").inner_text() == "예약됨"
    publish(engine)
    assert engine.store.deliveries.get(key).state is State.PUBLISHED
    page.locator("#standing .state.published").wait_for(timeout=60_000)
    assert page.locator("#standing a").get_attribute("href")
    assert "네트워크가 게시물을 받았습니다." in page.locator("#history").inner_text()


@pytest.mark.parametrize(
    ("locale", "look", "out", "told"),
    [
        ("en", "Look at the network", "It is out: this is it", "Settled: it is out."),
        ("ko", "네트워크에서 찾아보기", "게시됨: 이 게시물입니다", "확인 완료: 게시되었습니다."),
    ],
)
def test_an_uncertain_one_is_settled_where_it_is_watched(
    open_page: OpenPage,
    engine: Engine,
    simulator: Simulator,
    locale: str,
    look: str,
    out: str,
    told: str,
) -> None:
    """The page is open before the answer is lost; what a person can do appears on it."""
    key = schedule(engine.store, connect(engine.store, simulator, "mastodon"), "Hello.")
    page = open_page(f"/deliveries/{key}", Role.OPERATOR, locale=locale)
    simulator.fault("mastodon", "drop")
    publish(engine)
    page.get_by_role("button", name=look).click(timeout=60_000)
    page.get_by_role("button", name=out).click(timeout=60_000)
    page.locator("#standing .state.published").wait_for(timeout=60_000)
    assert told in page.locator("#toasts").inner_text()


def test_news_leave_alone_what_one_is_at(
    open_page: OpenPage, engine: Engine, simulator: Simulator
) -> None:
    """What is opened stays open, what is ticked stays ticked."""
    key = uncertain(engine, simulator)
    one, table = open_page(f"/deliveries/{key}"), open_page("/deliveries", Role.OPERATOR)
    one.locator("#history summary").click()
    one.locator("#f-url").fill("https://half.example/typed")
    table.locator(f"#delivery-{key} input").check()
    engine.store.deliveries.confirm_absent(key)
    one.locator("#standing .state.scheduled").wait_for(timeout=60_000)
    table.locator(f"#delivery-{key} .state.scheduled").wait_for(timeout=60_000)
    assert one.locator("#history .raw").is_visible()
    assert table.locator(f"#delivery-{key} input").is_checked()


def _failed(store: Store, simulator: Simulator) -> int:
    engine = engine_of(store)
    key = schedule(store, connect(store, simulator, "mastodon"), "Too long. " * 60)
    publish(engine)
    assert store.deliveries.get(key).state is State.FAILED
    return key


def _undo(owner: Visitor) -> None:
    notice = re.search(r'action="(/undo/\d+)"', owner.get("/deliveries").text)
    assert notice is not None
    owner.post(notice[1])
