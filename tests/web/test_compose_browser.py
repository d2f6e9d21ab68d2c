"""Compose in a real browser: the journey, a server that ends meanwhile, two people."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from tests.engine.stage import connect
from tests.web.conftest import OpenPage, SignIn, serving
from tests.web.drafts import ARTICLE, begin
from tests.web.looks import axe, no_overflow
from tests.web.visitor import Visitor

from socialpipe.model import State
from socialpipe.model.people import Role
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.web.app import create

WAIT = 30_000  # ms: the machine may be busy


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_from_article_to_queue(
    open_page: OpenPage, store: Store, simulator: Simulator, locale: str
) -> None:
    """An article is composed, one post gets too long, is fitted, and two are queued."""
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
    page.locator(f"#post-{x.id} button[value='fit:{x.id}']").click()
    expect(counter).not_to_have_class(re.compile("over"), timeout=WAIT)
    fitted = box.input_value()
    page.locator(f"#text-{mastodon.id}-0").fill("꼭 이대로 나갑니다.")
    page.locator("input[value=now]").check()
    page.locator("button[value=queue]").click()
    page.wait_for_url("**/library/*", timeout=WAIT)
    texts = {one.channel: store.deliveries.texts(one.id) for one in store.deliveries.find()}
    assert texts == {"x": [fitted], "mastodon": ["꼭 이대로 나갑니다."]}
    assert all(one.state is State.SCHEDULED for one in store.deliveries.find())


def test_text_outlives_the_server(
    browser: Browser, app: FastAPI, owner: Visitor, store: Store, simulator: Simulator
) -> None:
    """The server ends while somebody types; another one comes up and gets the text."""
    draft = begin(owner, store, simulator, "mastodon")
    (key,) = draft.body.sheets
    context = browser.new_context()
    page = context.new_page()
    with serving(app) as first:
        _enter(page, owner, first, draft.id)
    page.locator(f"#text-{key}-0").fill("Nobody loses this.")
    status = page.locator("[data-status]")
    expect(status).to_contain_text("Not saved yet", timeout=WAIT)
    port = int(first.rpartition(":")[2])
    with serving(create(store, load()), port):
        expect(status).to_have_text("Saved", timeout=WAIT)
        assert store.drafts.get(draft.id).body.sheets[key].post.parts[0].text == (
            "Nobody loses this."
        )
        page.reload()
        expect(page.locator(f"#text-{key}-0")).to_have_value("Nobody loses this.")
    context.close()


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


def test_looks(open_page: OpenPage, owner: Visitor, store: Store, simulator: Simulator) -> None:
    draft = begin(owner, store, simulator, "x", "instagram")
    for path in ("/compose", f"/compose/{draft.id}", f"/compose/{draft.id}/source"):
        page = open_page(path, visitor=owner, locale="ko")
        axe(page)
        no_overflow(page)


def _enter(page: Page, who: Visitor, address: str, draft_id: int) -> None:
    page.context.add_cookies([{"name": "socialpipe", "value": who.token, "url": address}])
    page.goto(f"{address}/compose/{draft_id}")
