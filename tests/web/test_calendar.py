"""The calendar: what is free, what is moved and how, what is stopped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect, schedule
from tests.web.conftest import OpenPage, SignIn
from tests.web.visitor import Visitor

from socialpipe.model import Channel, State
from socialpipe.model.people import Role
from socialpipe.schedule.moment import Moment
from socialpipe.simulator import Simulator
from socialpipe.store import Store, schema
from socialpipe.web.grid import Span, View, span_of

SEOUL = ZoneInfo("Asia/Seoul")  # where the viewer is
YORK = "America/New_York"
ENTRY = re.compile(r'id="entry-(\d+)"')
MORE = re.compile(r'class="more-of-day" href="([^"]+)">More on this day: (\d+)')
NEXT = re.compile(r'rel="next" href="(/calendar\?view=day[^"]+page=2)"')


@pytest.fixture
def channel(store: Store, simulator: Simulator) -> Channel:
    """A channel in New York, with a slot at 09:00 and quiet nights."""
    made = connect(store, simulator, "mastodon")
    store.channels.configure(made, {"slots": "mon-sun 09:00", "quiet": "22:00-07:00"}, YORK)
    return store.channels.by_id(made.id)


def in_days(store: Store, days: int, hour: int, zone: ZoneInfo = SEOUL) -> datetime:
    """Return an hour of a day to come."""
    day = store.now().astimezone(zone).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone)


def fill(store: Store, channels: Sequence[Channel], count: int, at: datetime) -> None:
    """Plan so many for one time."""
    campaign = {"title": "t", "article": {"title": "t", "text": "t"}, "options": {}}
    made = sa.insert(schema.campaign).values(**campaign, state="ready", created_at=store.now())
    same = {"state": State.SCHEDULED, "wanted_at": at, "due_at": at, "created_at": store.now()}
    terms = {"grace_ms": 21_600_000, "max_attempts": 6}
    with store.database.write() as connection:
        owners = {
            "campaign_id": connection.execute(made.returning(schema.campaign.c.id)).scalar_one()
        }
        rows = [
            {**owners, **same, **terms, "channel_id": one.id, "key": f"{one.id}-{n}"}
            for n in range(count)
            for one in channels
        ]
        connection.execute(sa.insert(schema.delivery), rows)


def test_a_span_shows_whole_weeks() -> None:
    assert Span(View.MONTH, date(2026, 11, 23)).first == date(2026, 10, 26)
    assert Span(View.MONTH, date(2026, 11, 23)).last == date(2026, 12, 7)
    assert Span(View.MONTH, date(2026, 12, 31)).step(1) == date(2027, 1, 1)
    assert Span(View.MONTH, date(2026, 1, 31)).step(-1) == date(2025, 12, 1)
    assert Span(View.WEEK, date(2026, 11, 26)).first == date(2026, 11, 23)
    today = date(2026, 11, 23)
    assert span_of("nonsense", "never", "-1", today) == Span(View.WEEK, today)
    assert span_of("week", "", "2", today).page == 1  # only a day has several


def test_a_day_of_many_has_pages_that_lose_nothing(
    owner: Visitor, store: Store, channel: Channel
) -> None:
    """Views show the first of a day; "more" leads to all of it."""
    at = in_days(store, 3, 9)
    fill(store, [channel], 130, at)
    day = at.date()
    for view in ("month", "week", "list"):
        page = owner.get(f"/calendar?view={view}&day={day}&channel={channel.id}").text
        there = set(ENTRY.findall(page))
        assert 0 < len(there) <= 20
        href, told = MORE.findall(page)[0]
        assert int(told) + len(there) >= 130  # a free slot may stand among them
        first = owner.get(unescape(href)).text
    both = [first, owner.get(unescape(NEXT.findall(first)[0])).text]
    pages = [set(ENTRY.findall(page)) for page in both]
    assert [len(pages[0]) <= 100, pages[0] & pages[1], len(pages[0] | pages[1])] == [
        True,
        set(),
        130,
    ]
    assert "page=1" in owner.get(f"/calendar?view=day&day={day}&page=2").text
    assert "page=2" in owner.get(f"/calendar?view=day&day={day}&page=77").text  # back to the last


def test_what_is_moved_on_the_second_page_comes_back_there(
    owner: Visitor, store: Store, channel: Channel
) -> None:
    at = in_days(store, 3, 9)
    fill(store, [channel], 101, at)
    page = owner.get(f"/calendar?view=day&day={at.date()}&page=2").text
    (key,) = ENTRY.findall(page)[-1:]
    assert f'name="next" value="/calendar?view=day&amp;day={at.date()}&amp;page=2"' in page
    owner.post(f"/calendar/{key}/move", {"day": str(at.date() + timedelta(days=1))})
    assert store.deliveries.get(int(key)).wanted_at == at + timedelta(days=1)


@pytest.mark.parametrize("view", ["month", "week", "list", "nonsense"])
def test_shows_what_is_planned(owner: Visitor, store: Store, channel: Channel, view: str) -> None:
    schedule(store, channel, "Hello.", at=store.now() + timedelta(minutes=1))
    assert 'id="entry-1"' in owner.get(f"/calendar?view={view}").text


def test_free_slots_are_seen_until_something_takes_them(
    owner: Visitor, store: Store, channel: Channel
) -> None:
    slot = next(iter(store.places.coming(channel, 1))).moment.at
    marked = f'data-slot="{slot.isoformat()}"'
    pages = [f"/calendar?view={view}&day={slot.astimezone(SEOUL).date()}" for view in View]
    for path in pages:
        assert marked in owner.get(path).text
    schedule(store, channel, "Hello.", at=slot)
    for path in pages:
        assert marked not in owner.get(path).text


def test_another_day_keeps_the_time_of_day_of_the_channel(
    owner: Visitor, store: Store, channel: Channel
) -> None:
    at = in_days(store, 2, 21)
    key = schedule(store, channel, "Hello.", at=at)
    for days in (150, 300):  # over both changes of daylight saving in New York
        target = at.date() + timedelta(days=days)
        owner.post(f"/calendar/{key}/move", {"day": target.isoformat()})
        moved = store.deliveries.get(key)
        assert moved.wanted_at.astimezone(ZoneInfo(YORK)).time() == _clock(at)
        at = moved.wanted_at.astimezone(SEOUL)


def _clock(at: datetime) -> object:
    return at.astimezone(ZoneInfo(YORK)).time()


def test_a_wall_time_is_the_channels(owner: Visitor, store: Store, channel: Channel) -> None:
    key = schedule(store, channel, "Hello.", at=in_days(store, 1, 12))
    day = in_days(store, 9, 0, ZoneInfo(YORK)).date()
    owner.post(f"/calendar/{key}/move", {"at": f"{day}T09:00"})
    moved = store.deliveries.get(key)
    assert moved.wanted_at.astimezone(ZoneInfo(YORK)).hour == 9
    assert moved.in_slot  # it is one of its slots


def test_moving_is_taken_back(owner: Visitor, store: Store, channel: Channel) -> None:
    key = schedule(store, channel, "Hello.", at=in_days(store, 1, 12))
    before = store.deliveries.get(key)
    owner.post(f"/calendar/{key}/move")  # to the next free slot
    assert store.deliveries.get(key).wanted_at != before.wanted_at
    _undo(owner)
    after = store.deliveries.get(key)
    assert (after.wanted_at, after.in_slot) == (before.wanted_at, before.in_slot)


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"at": "2020-01-01T09:00"}, 409), ({"at": "soon"}, 400), ({"day": "9999-12-31"}, 400)],
)
def test_what_is_no_time_to_come_moves_nothing(
    owner: Visitor, store: Store, channel: Channel, sent: dict[str, Any], status: int
) -> None:
    key = schedule(store, channel, "Hello.", at=in_days(store, 1, 12))
    before = store.deliveries.get(key).wanted_at
    assert owner.post(f"/calendar/{key}/move", sent).status_code == status
    assert store.deliveries.get(key).wanted_at == before


def test_marks_conflicts_quiet_hours_and_quotas(
    owner: Visitor, store: Store, channel: Channel
) -> None:
    night = in_days(store, 2, 23, ZoneInfo(YORK))
    settings = {**channel.settings, "max_per_day": "1"}
    store.channels.configure(channel, settings, YORK)
    for text in ("A.", "B."):
        schedule(store, channel, text, at=night)
    page = owner.get("/calendar?view=list").text
    for mark in ("Conflict:", "quiet hours.", "limit of posts a day: 1"):
        assert mark in page


def test_pauses_one_or_all_and_takes_it_back(
    owner: Visitor, store: Store, simulator: Simulator, channel: Channel
) -> None:
    broken = connect(store, simulator, "bluesky")
    store.channels.pause(broken.id, "the network refuses the credential")
    owner.post("/calendar/channels/pause")
    assert all(one.paused for one in store.channels.all())
    owner.post("/calendar/channels/resume")
    assert {one.name for one in store.channels.all() if one.paused} == {broken.name}
    owner.post(f"/calendar/channels/{channel.id}/pause")
    _undo(owner)
    assert not store.channels.by_id(channel.id).paused


def test_shuffling_is_taken_back(owner: Visitor, store: Store, channel: Channel) -> None:
    keys = [schedule(store, channel, f"{n}.", at=in_days(store, 1, 12)) for n in range(6)]
    for key in keys:
        store.moves.move_to_next(key, "test")
    before = [store.deliveries.get(key).wanted_at for key in keys]
    owner.post(f"/calendar/channels/{channel.id}/shuffle")
    shuffled = [store.deliveries.get(key).wanted_at for key in keys]
    assert sorted(shuffled) == sorted(before)
    if shuffled != before:
        _undo(owner)
        assert [store.deliveries.get(key).wanted_at for key in keys] == before


def test_a_freeze_is_said_on_every_page(owner: Visitor, store: Store, channel: Channel) -> None:
    owner.post("/freeze", {"reason": "a bad day"})
    assert store.switches.frozen() is not None
    assert "a bad day" in owner.get("/deliveries").text
    owner.post("/unfreeze")
    assert store.switches.frozen() is None


def test_no_workspace_freezes_another(sign_in: SignIn, owner: Visitor, store: Store) -> None:
    sign_in(Role.OWNER, workspace="other")
    assert owner.post("/freeze").status_code == 409
    assert store.switches.frozen() is None


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_a_drag_and_the_menu_do_the_same(
    open_page: OpenPage, owner: Visitor, store: Store, channel: Channel, locale: str
) -> None:
    at = in_days(store, 1, 15)
    keys = [schedule(store, channel, text, at=at) for text in ("A.", "B.")]
    target = at.date() + timedelta(days=2)
    page = open_page("/calendar?view=month", visitor=owner, locale=locale)
    page.locator(f"#entry-{keys[0]} .handle").hover()
    page.mouse.down()
    page.locator(f'[data-day="{target}"] h2').hover()
    with page.expect_navigation(timeout=30_000):
        page.mouse.up()
    page.locator(f"#entry-{keys[1]} summary").click()
    wall = (at + timedelta(days=2)).astimezone(ZoneInfo(YORK)).strftime("%Y-%m-%dT%H:%M")
    page.locator(f"#at-{keys[1]}").fill(wall)
    with page.expect_navigation(timeout=30_000):
        page.locator(f"#entry-{keys[1]} button.primary").click()
    for key in keys:
        moved = store.deliveries.get(key).wanted_at.astimezone(SEOUL)
        assert (moved.date(), moved.hour) == (target, 15)


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_follows_what_others_do(
    open_page: OpenPage, owner: Visitor, store: Store, channel: Channel, view: str
) -> None:
    """What comes in, is moved and goes; and what came by the stream can be moved itself."""
    page = open_page(f"/calendar?view={view}", visitor=owner)
    day = in_days(store, 1, 15)
    key = schedule(store, channel, "Hello.", at=day)
    if view == "week" and day.weekday() == 0:  # tomorrow is next week's
        page.goto(f"/calendar?view=week&day={day.date()}")
    entry = page.locator(f"#entry-{key}")
    entry.wait_for(timeout=60_000)
    entry.locator("summary").click()
    store.moves.move(key, Moment(day.replace(hour=16)), "test")
    entry.get_by_text("16:00", exact=True).wait_for(timeout=60_000)
    wall = day.replace(hour=18).astimezone(ZoneInfo(YORK)).strftime("%Y-%m-%dT%H:%M")
    entry.locator("input[name=at]").fill(wall)  # the menu is still open
    with page.expect_navigation(timeout=60_000):
        entry.get_by_role("button", name="Move", exact=True).click()
    assert store.deliveries.get(key).wanted_at == day.replace(hour=18)
    entry.wait_for(timeout=60_000)
    store.deliveries.cancel(key)
    entry.wait_for(state="detached", timeout=60_000)


def _undo(owner: Visitor) -> None:
    notice = re.search(r'action="(/undo/\d+)"', owner.get("/calendar").text)
    assert notice is not None
    owner.post(notice[1])
