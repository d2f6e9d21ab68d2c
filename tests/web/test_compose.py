"""Compose: from an article to the queue, by forms alone."""

from __future__ import annotations

import html
import re
from zoneinfo import ZoneInfo

import pytest
from tests.engine.stage import connect
from tests.web.conftest import SignIn
from tests.web.drafts import ARTICLE, begin, fields, finished
from tests.web.visitor import Visitor

from socialpipe.errors import NotFound
from socialpipe.model import State
from socialpipe.model.draft import Sheet
from socialpipe.model.people import Role
from socialpipe.simulator import Simulator
from socialpipe.store import Store

LONG = "가나다라 마바사 아자차카 타파하. " * 40


def test_composes_for_each_channel(owner: Visitor, store: Store, simulator: Simulator) -> None:
    draft = begin(owner, store, simulator, "x", "mastodon", "instagram")
    page = owner.get(f"/compose/{draft.id}").text
    assert len(draft.body.sheets) == 3
    for sheet in draft.body.sheets.values():
        assert sheet.post.parts[0].text.splitlines()[0] in page
    assert page.count("<img src=") >= 3
    assert draft.title in owner.get("/compose").text


def test_keeps_what_is_typed(owner: Visitor, store: Store, simulator: Simulator) -> None:
    draft = begin(owner, store, simulator, "mastodon")
    (key,) = draft.body.sheets
    form = fields(owner, draft) | {f"text-{key}-0": "둘째 줄까지\r\n그대로  "}
    answer = owner.post(f"/compose/{draft.id}/save", form, headers={"HX-Request": "true"})
    after = store.drafts.get(draft.id)
    assert after.body.sheets[key].post.parts[0].text == "둘째 줄까지\n그대로  "
    assert after.version == draft.version + 1
    assert f'hx-target="#count-{key}-0"' in answer.text


def test_an_untouched_form_changes_nothing(
    owner: Visitor, store: Store, simulator: Simulator
) -> None:
    draft = begin(owner, store, simulator, "mastodon", "x", "instagram")
    owner.post(f"/compose/{draft.id}/save", fields(owner, draft))
    assert store.drafts.get(draft.id) == draft


def test_says_by_how_much_and_fits(owner: Visitor, store: Store, simulator: Simulator) -> None:
    draft = begin(owner, store, simulator, "x")
    (key,) = draft.body.sheets
    form = fields(owner, draft)
    tail = "\r\n\r\nhttps://example.org/a\r\n\r\n#수리"
    owner.post(f"/compose/{draft.id}/save", form | {f"text-{key}-0": LONG + tail})
    assert "over by" in owner.get(f"/compose/{draft.id}").text
    owner.post(f"/compose/{draft.id}/save", fields(owner, draft) | {"do": f"fit:{key}"})
    text = store.drafts.get(draft.id).body.sheets[key].post.parts[0].text
    assert text.endswith("https://example.org/a\n\n#수리")
    assert "over by" not in owner.get(f"/compose/{draft.id}").text


def test_hashtags_are_taken_out_put_in_and_moved(
    owner: Visitor, store: Store, simulator: Simulator
) -> None:
    draft = begin(owner, store, simulator, "mastodon")
    (key,) = draft.body.sheets

    def tags(**more: str) -> tuple[str, ...]:
        owner.post(f"/compose/{draft.id}/save", fields(owner, draft) | more)
        return store.drafts.get(draft.id).body.sheets[key].post.hashtags

    (first,) = tags()
    assert tags(do=f"untag:{key}:0") == ()
    assert tags(do=f"tag:{key}", **{f"newtag-{key}": first}) == (first,)
    assert tags(do=f"tag:{key}", **{f"newtag-{key}": "둘째 것"}) == (first, "둘째것")
    assert tags(do=f"earlier:{key}:1") == ("둘째것", first)
    assert tags(do=f"untag:{key}:99") == ("둘째것", first)
    assert store.drafts.get(draft.id).body.sheets[key].edited is not None
    assert tags(do=f"reset:{key}") == (first,)
    assert store.drafts.get(draft.id).body.sheets[key].edited is None


@pytest.mark.parametrize("when", ["now", "slot", "at"])
def test_queues_exactly_what_was_seen(
    owner: Visitor, store: Store, simulator: Simulator, when: str
) -> None:
    draft = begin(owner, store, simulator, "mastodon", "x")
    for channel in store.channels.all():
        slots = {**channel.settings, "slots": "mon-sun 09:00"}
        store.channels.configure(channel, slots, channel.timezone)
    one, other = draft.body.sheets
    form = fields(owner, draft) | {f"text-{one}-0": "꼭 이대로.", "do": "queue", "when": when}
    time = {"at": "2099-05-01T09:30", "zone": "Asia/Seoul"} if when == "at" else {}
    answer = owner.post(f"/compose/{draft.id}/save", {**form, **time, "queue": [str(one)]})
    assert answer.status_code == 303, answer.text
    (delivery,) = store.deliveries.find()
    assert delivery.channel_id == one
    assert delivery.channel_id != other
    assert delivery.state is State.SCHEDULED
    assert store.deliveries.texts(delivery.id) == ["꼭 이대로."]
    assert store.reviews.post(delivery.id).cards
    if when == "at":
        assert delivery.wanted_at.isoformat() == "2099-05-01T00:30:00+00:00"
        assert delivery.tz == "Asia/Seoul"
    again = owner.post(f"/compose/{draft.id}/save", {**form, **time, "queue": [str(one)]})
    assert again.status_code == 409
    assert len(store.deliveries.find()) == 1


def test_nothing_too_long_is_queued(owner: Visitor, store: Store, simulator: Simulator) -> None:
    draft = begin(owner, store, simulator, "x")
    (key,) = draft.body.sheets
    form = fields(owner, draft) | {f"text-{key}-0": LONG, "do": "queue", "when": "now"}
    answer = owner.post(f"/compose/{draft.id}/save", {**form, "queue": [str(key)]})
    assert answer.status_code == 409
    assert store.deliveries.find() == []
    assert store.drafts.get(draft.id).body.sheets[key].post.parts[0].text == LONG


def test_waits_for_approval_and_can_be_taken_back(
    owner: Visitor, store: Store, simulator: Simulator
) -> None:
    draft = begin(owner, store, simulator, "mastodon")
    (key,) = draft.body.sheets
    form = fields(owner, draft) | {"do": "queue", "when": "now", "review": "on"}
    owner.post(f"/compose/{draft.id}/save", {**form, "queue": [str(key)]})
    (delivery,) = store.deliveries.find()
    assert delivery.state is State.IN_REVIEW
    bearer = store.sessions.bearer(owner.token)
    assert bearer is not None
    assert bearer.session_id is not None
    notices = [one for one in store.notices.show(bearer.session_id) if one.undo]
    owner.post(f"/undo/{notices[0].id}", {"next": "/compose"})
    assert store.deliveries.get(delivery.id).state is State.CANCELLED
    assert store.drafts.get(draft.id).campaign_id is None


def test_two_browsers_lose_no_text(
    owner: Visitor, sign_in: SignIn, store: Store, simulator: Simulator
) -> None:
    """Both change one post; the second is shown both texts, and what else it changed is kept."""
    draft = begin(owner, store, simulator, "mastodon", "x")
    one, other = draft.body.sheets
    editor = sign_in(Role.EDITOR)
    mine, theirs = fields(owner, draft), fields(editor, draft)
    editor.post(f"/compose/{draft.id}/save", theirs | {f"text-{one}-0": "Theirs."})
    late = mine | {f"text-{one}-0": "Mine.", f"text-{other}-0": "Elsewhere."}
    answer = owner.post(f"/compose/{draft.id}/save", late)
    assert answer.status_code == 409
    assert "Mine." in answer.text
    assert "Theirs." in answer.text
    sheets = store.drafts.get(draft.id).body.sheets
    assert sheets[one].post.parts[0].text == "Theirs."
    assert sheets[other].post.parts[0].text == "Elsewhere."
    chosen = {f"base-{one}": _hidden(answer.text, f"base-{one}"), f"text-{one}-0": "Mine."}
    owner.post(f"/compose/{draft.id}/save", chosen | {f"keep-{one}": "mine"})
    assert store.drafts.get(draft.id).body.sheets[one].post.parts[0].text == "Mine."


def test_two_browsers_may_change_two_posts(
    owner: Visitor, sign_in: SignIn, store: Store, simulator: Simulator
) -> None:
    draft = begin(owner, store, simulator, "mastodon", "x")
    one, other = draft.body.sheets
    editor = sign_in(Role.EDITOR)
    mine, theirs = fields(owner, draft), fields(editor, draft)
    editor.post(f"/compose/{draft.id}/save", theirs | {f"text-{one}-0": "Theirs."})
    answer = owner.post(f"/compose/{draft.id}/save", mine | {f"text-{other}-0": "Mine."})
    assert answer.status_code == 303
    texts = {key: sheet.post.parts[0].text for key, sheet in _sheets(store, draft.id)}
    assert texts == {one: "Theirs.", other: "Mine."}


def test_a_text_is_kept_before_it_is_composed(owner: Visitor, store: Store) -> None:
    kept = owner.post("/compose/keep", {"source": "An unfinished"}).json()
    path = f"/compose/{kept['id']}/source"
    answer = owner.post(path, {"source": "An unfinished text", "base": kept["base"], "keep": "1"})
    assert answer.status_code == 200
    assert "An unfinished text" in owner.get(f"/compose/{kept['id']}").text
    late = owner.post(path, {"source": "Another one", "base": kept["base"], "keep": "1"})
    assert late.status_code == 409
    assert "An unfinished text" in late.text
    assert "Another one" in late.text


def test_what_cannot_be_composed_comes_back(owner: Visitor, store: Store) -> None:
    answer = owner.post("/compose", {"source": "😀 😀"})
    draft = finished(owner, store, answer.headers["location"])
    assert draft.problem
    assert draft.source == "😀 😀"
    assert "no article" in owner.get(f"/compose/{draft.id}").text


def test_reads_a_file(owner: Visitor, store: Store, simulator: Simulator) -> None:
    files = {"file": ("a.txt", ARTICLE.encode())}
    answer = owner.post("/compose", {"source": ""}, files=files)
    draft = finished(owner, store, answer.headers["location"])
    assert draft.body.article is not None
    assert draft.body.article.title in draft.title


def test_a_discarded_draft_comes_back(owner: Visitor, store: Store, simulator: Simulator) -> None:
    draft = begin(owner, store, simulator, "mastodon")
    owner.post(f"/compose/{draft.id}/discard")
    with pytest.raises(NotFound):
        store.drafts.get(draft.id)
    store.drafts.restore(draft.id, "test")
    assert store.drafts.get(draft.id).title == draft.title


def _sheets(store: Store, key: int) -> list[tuple[int, Sheet]]:
    return list(store.drafts.get(key).body.sheets.items())


def _hidden(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_a_free_slot_is_filled(owner: Visitor, store: Store, simulator: Simulator) -> None:
    """From the calendar: its channel and its time are chosen already, to the end."""
    connect(store, simulator, "x")
    channel = connect(store, simulator, "mastodon")
    store.channels.configure(channel, {"slots": "mon-sun 09:00"}, "America/New_York")
    links = re.findall(r'href="(/compose\?[^"]+)"', owner.get("/calendar?view=list").text)
    own = [html.unescape(one) for one in links if f"channel={channel.id}&" in one]
    link = own[1]  # not today's: it may be over by then
    page = owner.get(link).text
    assert re.findall(r'name="channel" value="(\d+)" checked', page) == [str(channel.id)]
    at = re.findall(r'name="at" value="([^"]+)"', page)
    sent = owner.post("/compose", {"source": ARTICLE, "channel": str(channel.id), "at": at})
    draft = finished(owner, store, sent.headers["location"])
    wished = {"do": "wishes", "wish-channel": str(channel.id), "wish-theme": "dark"}
    owner.post(f"/compose/{draft.id}/save", fields(owner, draft) | wished)
    form = fields(owner, draft) | {"do": "queue", "queue": str(channel.id), "when": "at"}
    assert 'value="at" checked' in owner.get(f"/compose/{draft.id}").text
    assert owner.post(f"/compose/{draft.id}/save", form).status_code == 303
    (made,) = store.deliveries.find()
    wall = made.wanted_at.astimezone(ZoneInfo("America/New_York"))
    assert wall.strftime("%Y-%m-%dT%H:%M") == at[0]
    assert wall.hour == 9


@pytest.mark.parametrize("query", ["channel=999&at=2099-01-01T09:00", "channel=x", "at=soon"])
def test_what_is_no_slot_is_passed_over(
    owner: Visitor, store: Store, simulator: Simulator, query: str
) -> None:
    connect(store, simulator, "mastodon")
    page = owner.get(f"/compose?{query}")
    assert page.status_code == 200
    assert 'name="at"' not in page.text
