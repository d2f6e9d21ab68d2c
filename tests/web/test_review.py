"""Review: who may let a post out, and links for clients without an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from tests.engine.stage import connect, schedule
from tests.web.conftest import OpenPage, SignIn
from tests.web.visitor import Visitor, csrf_of

from socialpipe.model import Card, State
from socialpipe.model.people import Role
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.schema import review_link

CARD = Card(b"no pixels", 1080, 1080, "A roof with bees", "image/png")


@pytest.fixture
def waiting(store: Store, simulator: Simulator) -> int:
    """A delivery that waits for approval."""
    channel = connect(store, simulator, "mastodon")
    later = store.now() + timedelta(days=1)
    return schedule(store, channel, "안녕하세요. Hello.", at=later, needs_review=True)


def link_of(owner: Visitor, store: Store, delivery_id: int, **more: str) -> str:
    """Make a link for a client and return its path."""
    campaign = store.deliveries.get(delivery_id).campaign_id
    page = owner.post(f"/review/campaigns/{campaign}/links", {"name": "Kim", "days": "7", **more})
    found = re.search(r"http://[^/]+(/r/[\w-]+)", page.text)
    assert found is not None
    return found[1]


def test_approving_lets_it_wait_for_its_time(owner: Visitor, store: Store, waiting: int) -> None:
    assert "안녕하세요. Hello." in owner.get("/review").text
    owner.post(f"/review/{waiting}/approve")
    assert store.deliveries.get(waiting).state is State.SCHEDULED
    assert "Nothing waits for approval." in owner.get("/review").text


def test_a_comment_keeps_it(owner: Visitor, store: Store, waiting: int) -> None:
    owner.post(f"/review/{waiting}/return", {"comment": "Say <b>more</b>."})
    assert store.deliveries.get(waiting).state is State.IN_REVIEW
    assert "returned: Say &lt;b&gt;more&lt;/b&gt;." in owner.get("/review").text
    assert owner.post(f"/review/{waiting}/return", {"comment": ""}).status_code == 422


def test_an_editor_sees_no_way_to_approve(sign_in: SignIn, waiting: int) -> None:
    page = sign_in(Role.EDITOR).get("/review").text
    assert f"/review/{waiting}/return" in page
    assert f"/review/{waiting}/approve" not in page


def test_a_client_approves_by_link(
    owner: Visitor, anonymous: TestClient, store: Store, waiting: int
) -> None:
    path = link_of(owner, store, waiting, may_approve="true")
    page = anonymous.get(path)
    assert "안녕하세요. Hello." in page.text
    assert 'href="/deliveries"' not in page.text  # nothing else is theirs
    sent = anonymous.post(f"{path}/{waiting}/approve", data={"csrf": csrf_of(page)})
    assert sent.status_code == 303
    assert store.deliveries.get(waiting).state is State.SCHEDULED
    events = store.deliveries.events(waiting)
    assert "Kim (review link)" in {one.actor for one in events}


def test_who_may_only_comment_cannot_approve(
    owner: Visitor, anonymous: TestClient, store: Store, waiting: int
) -> None:
    path = link_of(owner, store, waiting)
    page = anonymous.get(path)
    csrf = csrf_of(page)
    assert f"{waiting}/approve" not in page.text
    refused = anonymous.post(f"{path}/{waiting}/approve", data={"csrf": csrf})
    assert refused.status_code == 403
    data = {"csrf": csrf, "comment": "Another photo, please."}
    assert anonymous.post(f"{path}/{waiting}/return", data=data).status_code == 303
    assert "Another photo, please." in anonymous.get(path).text
    assert store.deliveries.get(waiting).state is State.IN_REVIEW


def test_a_link_opens_its_campaign_only(
    owner: Visitor, anonymous: TestClient, store: Store, waiting: int
) -> None:
    path = link_of(owner, store, waiting, may_approve="true")
    channel = store.channels.all()[0]
    other = schedule(store, channel, "A secret.", cards=(CARD,), needs_review=True)
    page = anonymous.get(path)
    assert "A secret." not in page.text
    sent = anonymous.post(f"{path}/{other}/approve", data={"csrf": csrf_of(page)})
    assert sent.status_code == 404
    assert anonymous.get(f"{path}/{other}/images/0").status_code == 404
    assert store.deliveries.get(other).state is State.IN_REVIEW


def test_a_revoked_link_opens_nothing(
    owner: Visitor, anonymous: TestClient, store: Store, waiting: int
) -> None:
    path = link_of(owner, store, waiting)
    (link,) = store.review_links.of(store.deliveries.get(waiting).campaign_id)
    owner.post(f"/review/links/{link.id}/revoke")
    assert anonymous.get(path).status_code == 404


def test_who_shares_sees_the_links_that_work(owner: Visitor, store: Store, waiting: int) -> None:
    for name in ("Kim", "Lee"):
        link_of(owner, store, waiting, name=name)
    lee, kim = store.review_links.of(store.deliveries.get(waiting).campaign_id)
    assert owner.post(f"/review/links/{kim.id}/revoke").status_code == 303
    page = owner.get("/review").text
    assert f"/review/links/{lee.id}/revoke" in page
    assert f"/review/links/{kim.id}/revoke" not in page
    with store.database.write() as connection:
        connection.execute(sa.update(review_link).values(expires_at=store.now()))
    assert f"/review/links/{lee.id}/revoke" not in owner.get("/review").text


def test_a_link_lives_for_days_not_years(owner: Visitor, store: Store, waiting: int) -> None:
    campaign = store.deliveries.get(waiting).campaign_id
    for days in ("9999", "0"):
        sent = owner.post(f"/review/campaigns/{campaign}/links", {"name": "Kim", "days": days})
        assert sent.status_code == 422
    assert store.review_links.of(campaign) == []


@pytest.mark.parametrize(("locale", "verb"), [("ko", "승인"), ("en", "Approve")])
def test_approval_by_magic_link_in_a_browser(
    open_page: OpenPage, owner: Visitor, store: Store, waiting: int, locale: str, verb: str
) -> None:
    page = open_page(link_of(owner, store, waiting, may_approve="true"), None, locale=locale)
    page.get_by_role("button", name=verb, exact=True).click()
    page.locator(f"#post-{waiting} .state.scheduled").wait_for(timeout=60_000)
    assert store.deliveries.get(waiting).approved


def test_a_client_sees_it_as_the_network_shows_it(
    owner: Visitor, anonymous: TestClient, store: Store, simulator: Simulator
) -> None:
    """Fold, links, cards with their alt text, and a thread part by part."""
    channel = connect(store, simulator, "instagram")
    long = "Bees live on roofs. " * 10 + "#bees"
    key = schedule(store, channel, long, cards=(CARD,), needs_review=True)
    thread = connect(store, simulator, "mastodon")
    schedule(store, thread, "The first part.", "The second part.", needs_review=True)
    for page in (owner.get("/review").text, anonymous.get(link_of(owner, store, key)).text):
        look = page.partition(f'id="look-{key}"')[2].partition("</article>")[0]
        assert 'class="fold"' in look
        assert '<span class="linked">#bees</span>' in look
        assert look.index("<img") < look.index("Bees live")  # the picture stands above
        assert look.count("A roof with bees") == 2  # as the picture's alt text, and to be read
    assert owner.get("/review").text.count('class="look-part"') == 3
