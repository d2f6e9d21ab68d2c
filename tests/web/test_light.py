"""Light, and without JavaScript: what a page weighs, and what it still does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient
from tests.engine.stage import connect
from tests.web.drafts import ARTICLE
from tests.web.visitor import Visitor
from tests.web.world import furnish

from socialpipe.model import State
from socialpipe.simulator import Simulator
from socialpipe.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST = 60_000  # bytes as they are sent
WAIT = 60_000  # ms: the machine may be busy
_FILES = re.compile(r'(?:src|href)="(/static/[^"]+)"')


@pytest.mark.parametrize("path", ["/calendar?view=month", "/deliveries", "/compose"])
def test_a_first_page_is_light(
    owner: Visitor, store: Store, simulator: Simulator, path: str
) -> None:
    """With a workspace that is in use, an empty cache, and everything that the page loads."""
    furnish(owner, store, simulator)
    page = owner.get(path)
    files = set(_FILES.findall(page.text))
    assert len(files) >= 5
    assert sum(_sent(owner.client, one) for one in (path, *files)) < MOST


def test_composes_and_queues_without_javascript(
    browser: Browser, address_of: str, owner: Visitor, store: Store, simulator: Simulator
) -> None:
    channel = connect(store, simulator, "x")
    context = browser.new_context(base_url=address_of, java_script_enabled=False, locale="ko")
    context.add_cookies([{"name": "socialpipe", "value": owner.token, "url": address_of}])
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto("/compose")
    page.locator("#source").fill(ARTICLE)
    page.locator("form.source button.primary").click()
    box = page.locator(f"#text-{channel.id}-0")
    box.wait_for()  # the page that says how far it is loads itself anew
    box.fill("너무 긴 글입니다. " * 60)
    page.locator("button[value=queue]").click()
    page.locator("h1", has_text="아직 길이가 맞지 않는 게시물").wait_for()
    page.go_back()
    page.goto(page.url)
    page.locator(f"button[value='fit:{channel.id}']").click()
    page.locator(f"#fit-{channel.id} .good").wait_for()
    fitted = box.input_value()
    page.locator("button[value=queue]").click()
    page.wait_for_url("**/library/*")
    (made,) = store.deliveries.find()
    assert made.state is State.SCHEDULED
    assert store.deliveries.texts(made.id) == [fitted]
    page.goto(f"/deliveries/{made.id}")
    page.get_by_role("button", name="취소하기").click()
    page.locator("#standing .state.cancelled").wait_for()
    page.locator(".toast button").click()
    page.goto(f"/deliveries/{made.id}")
    page.locator("#standing .state.scheduled").wait_for()
    context.close()


def _sent(client: TestClient, path: str) -> int:
    """Return how many bytes of an answer travel."""
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == 200
        return sum(len(piece) for piece in answer.iter_raw())
