"""Scripts that come late, over a slow line: what is typed and what happens meanwhile counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests.engine.stage import connect, schedule
from tests.web.drafts import begin
from tests.web.visitor import Visitor

from socialpipe.simulator import Simulator
from socialpipe.store import Store

_WAIT = 60_000  # ms: the machine may be busy
_LATE = 500  # ms

Held = Callable[[str, str], tuple[Page, Route]]


@pytest.fixture
def held(browser: Browser, address_of: str, owner: Visitor) -> Held:
    """Open a page whose script does not come: held("/deliveries", "hx-sse.js")."""

    def enter(path: str, script: str) -> tuple[Page, Route]:
        context: BrowserContext = browser.new_context(base_url=address_of, locale="en")
        context.add_cookies([{"name": "socialpipe", "value": owner.token, "url": address_of}])
        page = context.new_page()
        asked: list[Route] = []
        page.route(f"**/{script}*", lambda route: asked.append(route))  # noqa: PLW0108 - it writes to what it is given
        page.goto(path, wait_until="commit")
        page.locator("main").wait_for(timeout=_WAIT)
        while not asked:
            page.wait_for_timeout(10)
        page.wait_for_timeout(_LATE)
        return page, asked[0]

    return enter


def test_a_live_page_follows_though_its_extension_comes_late(
    held: Held, store: Store, simulator: Simulator
) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    page, script = held("/deliveries", "hx-sse.js")
    script.continue_()
    store.deliveries.cancel(key)
    page.locator(f"#delivery-{key} .state.cancelled").wait_for(timeout=_WAIT)
    page.context.close()


def test_what_is_typed_before_the_script_came_is_kept(
    held: Held, owner: Visitor, store: Store, simulator: Simulator
) -> None:
    draft = begin(owner, store, simulator, "mastodon")
    (key,) = draft.body.sheets
    page, script = held(f"/compose/{draft.id}", "scripts/compose.js")
    page.locator(f"#text-{key}-0").fill("Typed early.")
    script.continue_()
    expect(page.locator(f"#look-{key}")).to_contain_text("Typed early.", timeout=_WAIT)
    assert store.drafts.get(draft.id).body.sheets[key].post.parts[0].text == "Typed early."
    page.context.close()
