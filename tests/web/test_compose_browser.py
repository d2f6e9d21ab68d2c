"""Compose in a real browser: the journey, a server that ends meanwhile, two people."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.engine.stage import connect
from tests.web.conftest import OpenPage, SignIn
from tests.web.drafts import ARTICLE, begin
from tests.web.looks import axe
from tests.web.process import free_port, web_process
from tests.web.publishing import engine_of, publish_all
from tests.web.visitor import Visitor

from socialpipe.model import State
from socialpipe.model.people import Role
from socialpipe.simulator import Simulator
from socialpipe.store import Store

WAIT = 60_000  # ms: the machine may be busy


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_from_article_to_published(
    open_page: OpenPage, store: Store, simulator: Simulator, locale: str
) -> None:
    """Composed; one post gets too long and is fitted; two are queued, and watched until out."""
    mastodon, x = connect(store, simulator, "mastodon"), connect(store, simulator, "x")
    page = open_page("/compose", Role.EDITOR, locale=locale)
    page.locator("#source").fill(ARTICLE)
    page.locator("form.source button.primary").click()
    box = page.locator(f"#text-{x.id}-0")
    box.wait_for(timeout=WAIT)
    whole = box.input_value()
    box.fill(f"{whole}\n\n" + "한 번 더 길게 씁니다. " * 30)
    counter = page.locator(f"#count-{x.id}-0")
    expect(counter).to_have_class(re.compile("over"), timeout=WAIT)
    expect(counter).to_contain_text({"ko": "초과", "en": "over by"}[locale])
    page.locator(f"#post-{x.id} button[value='fit:{x.id}']").click()
    expect(counter).not_to_have_class(re.compile("over"), timeout=WAIT)
    fitted = box.input_value()
    page.locator(f"#text-{mastodon.id}-0").fill("꼭 이대로 나갑니다.")
    page.locator("input[value=now]").check()
    page.locator("button[value=queue]").click()
    page.wait_for_url("**/library/*", timeout=WAIT)
    assert {one.state for one in store.deliveries.find()} == {State.SCHEDULED}
    page.keyboard.press("d")
    page.wait_for_url("**/deliveries", timeout=WAIT)
    publish_all(engine_of(store))
    out = page.locator(".deliveries .state.published")  # nobody loads the page again
    expect(out).to_have_count(2, timeout=WAIT)
    expect(out.first).to_have_text({"ko": "게시됨", "en": "published"}[locale])
    page.locator(".deliveries .post a").first.click()
    expect(page.locator("#standing a")).to_have_attribute("href", re.compile("^http"), timeout=WAIT)
    assert {one.text for one in simulator.posts()} == {fitted, "꼭 이대로 나갑니다."}


def test_text_outlives_a_server_that_is_killed(
    browser: Browser, owner: Visitor, store: Store, simulator: Simulator
) -> None:
    """SIGKILL while somebody types; another server comes up and gets the text."""
    draft = begin(owner, store, simulator, "mastodon")
    (key,) = draft.body.sheets
    port = free_port()
    context = browser.new_context()
    page = context.new_page()
    box, status = page.locator(f"#text-{key}-0"), page.locator("[data-status]")
    with web_process(port) as server:
        _enter(page, owner, f"http://127.0.0.1:{port}", draft.id)
        box.fill("Kept by the server.")
        expect(page.locator(f"#look-{key}")).to_contain_text("Kept by the server.", timeout=WAIT)
        box.press("End")
        box.press_sequentially(" Nobody loses")
        server.kill()
        server.wait()
        box.press_sequentially(" this.")
        expect(status).to_contain_text("Not saved yet", timeout=WAIT)
    whole = "Kept by the server. Nobody loses this."
    with web_process(port):
        expect(status).to_have_text("Saved", timeout=WAIT)
        assert store.drafts.get(draft.id).body.sheets[key].post.parts[0].text == whole
        page.reload()
        expect(box).to_have_value(whole)
    context.close()


def test_a_try_that_nobody_answers_is_made_again(
    open_page: OpenPage, store: Store, simulator: Simulator
) -> None:
    """The line is dead: nothing comes back, not even an error."""
    connect(store, simulator, "mastodon")
    page = open_page("/compose", Role.EDITOR)
    page.clock.install()
    page.route("**/compose/keep", lambda _: None, times=1)
    with page.expect_request("**/compose/keep", timeout=WAIT):
        page.locator("#source").fill("A text over a dead line.")
    page.clock.fast_forward("01:06")
    page.wait_for_url(re.compile(r"/compose/\d+/source"), timeout=WAIT)
    expect(page.locator("[data-status]")).to_have_text("Saved", timeout=WAIT)
    assert [one.source for one in store.drafts.open()] == ["A text over a dead line."]


def test_two_browsers(
    browser: Browser, address_of: str, sign_in: SignIn, store: Store, simulator: Simulator
) -> None:
    """Both change one post: the later one is told, sees both, and chooses."""
    owner, editor = sign_in(Role.OWNER), sign_in(Role.EDITOR)
    draft = begin(owner, store, simulator, "mastodon")
    (key,) = draft.body.sheets
    contexts = [browser.new_context(), browser.new_context()]
    mine, theirs = (context.new_page() for context in contexts)
    for page, who in ((mine, owner), (theirs, editor)):
        _enter(page, who, address_of, draft.id)
    theirs.locator(f"#text-{key}-0").fill("Theirs.")
    expect(theirs.locator("[data-status]")).to_have_text("Saved", timeout=WAIT)
    expect(theirs.locator(f"#look-{key}")).to_contain_text("Theirs.", timeout=WAIT)
    mine.locator(f"#text-{key}-0").fill("Mine.")
    mine.locator("#clash button").click(timeout=WAIT)
    expect(mine.locator("textarea[readonly]")).to_have_value("Theirs.", timeout=WAIT)
    expect(mine.locator(f"textarea[name=text-{key}-0]")).to_have_value("Mine.")
    axe(mine)
    mine.locator("button.primary").click()
    expect(mine.locator(f"#text-{key}-0")).to_have_value("Mine.", timeout=WAIT)
    assert store.drafts.get(draft.id).body.sheets[key].post.parts[0].text == "Mine."
    for context in contexts:
        context.close()


def test_enter_adds_a_hashtag_but_not_within_a_syllable(
    open_page: OpenPage, owner: Visitor, store: Store, simulator: Simulator
) -> None:
    draft = begin(owner, store, simulator, "mastodon")
    (key,) = draft.body.sheets
    page = open_page(f"/compose/{draft.id}", visitor=owner)
    field = page.locator(f"[name=newtag-{key}]")
    field.fill("수리")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.wait_for_timeout(300)
    assert "#수리\n" not in page.locator(f"#text-{key}-0").input_value() + "\n"
    field.press("Enter")
    expect(page.locator(f"#text-{key}-0")).to_have_value(re.compile("#수리$"), timeout=WAIT)


def _enter(page: Page, who: Visitor, address: str, draft_id: int) -> None:
    page.context.add_cookies([{"name": "socialpipe", "value": who.token, "url": address}])
    page.goto(f"{address}/compose/{draft_id}")
