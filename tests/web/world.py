"""A workspace as it is after some weeks, with something of everything: for looks and screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.engine.stage import connect, schedule
from tests.web.drafts import fields, finished
from tests.web.publishing import engine_of, publish
from tests.web.visitor import Visitor

from socialpipe.model import Article, Channel, State
from socialpipe.model.draft import Body, Draft, Stage
from socialpipe.model.people import Member, Role, Scope
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.tickets import Purpose

SAMPLES = Path(__file__).parents[1] / "samples"
_SLOTS = {"slots": "mon-fri 09:00, mon-fri 18:30"}
_CHANNELS = {
    "x": "수리 카페",
    "mastodon": "동네 소식",
    "bluesky": "뉴욕 지부",
    "telegram": "알림방",
    "instagram": "갤러리",
}
_COMING = (
    ("이번 토요일", "수리 카페가 이번 토요일에 다시 열립니다. 고장 난 물건을 가져오세요."),
    ("토스터 30분", "토스터 하나를 고치는 데 30분이면 충분합니다."),
    ("자원봉사자 모집", "자원봉사자 12명이 기다립니다. 재봉틀도 있습니다."),
    ("버리기 전에", "버리기 전에 한 번만 더 생각해 보세요."),
    ("라디오의 귀환", "이웃의 라디오가 다시 노래합니다."),
)


@dataclass(frozen=True)
class World:
    """What there is, by the names that paths call it."""

    owner: Visitor
    channels: tuple[Channel, ...]
    ids: dict[str, list[object]]  # by the name of a path's parameter
    tokens: dict[str, str]  # by the path of a route that takes one
    uncertain: int = 0  # a delivery


def furnish(owner: Visitor, store: Store, simulator: Simulator) -> World:
    """Fill the owner's workspace."""
    channels = tuple(_connected(store, simulator, name) for name in _CHANNELS)
    ready = _drafted(owner, store, (*channels[:2], channels[-1]), "ko-repair.txt")
    out = _drafted(owner, store, channels[:3], "en-library.md")
    _queued(owner, out, "now")
    publish(engine_of(store))
    queued = _drafted(owner, store, channels[:4], "ko-repair.txt")
    _queued(owner, queued, "slot")
    _coming(store, channels)
    _troubled(store, simulator, channels)
    campaign = store.drafts.get(queued.id).campaign_id or 0
    deliveries = {one.state: one.id for one in store.deliveries.find()}
    begun = store.drafts.add("# 빈 시간\n\n아직 쓰는 중입니다.", Body(), "editor@main.example")
    working = store.drafts.add("한 줄.", Body(), "editor@main.example", stage=Stage.WORKING)
    store.evergreens.add(
        Article("수리 카페를 여는 법", "…"),
        list(channels[:2]),
        cooldown=timedelta(days=30),
        most=3,
        options={},
    )
    brand = store.brands.add("이웃 수리", 'name = "이웃 수리"\ntone = "friendly"')
    ids: dict[str, list[object]] = {
        "draft_id": [ready.id, begun, queued.id, working],
        "delivery_id": list(deliveries.values()),
        "campaign_id": [campaign, store.drafts.get(out.id).campaign_id],
        "brand_id": [brand],
        "channel_id": [channels[0].id],
        "n": [0],
        "name": ["0"],
    }
    for role in ("publish worker", "prepare worker", "dispatcher", "keeper"):
        store.heartbeats.beat(role, "here")
    owner.get("/settings")  # the toasts of all that was just done
    return World(owner, channels, ids, _people(owner, store, campaign), deliveries[State.UNCERTAIN])


def _connected(store: Store, simulator: Simulator, platform: str) -> Channel:
    made = connect(store, simulator, platform, _CHANNELS[platform])
    zone = "America/New_York" if platform == "bluesky" else "Asia/Seoul"
    store.channels.configure(made, {**made.settings, **_SLOTS}, zone)
    return store.channels.by_id(made.id)


def _drafted(owner: Visitor, store: Store, channels: tuple[Channel, ...], sample: str) -> Draft:
    source = (SAMPLES / sample).read_text("utf-8")
    chosen = [str(one.id) for one in channels]
    answer = owner.post("/compose", {"source": source, "channel": chosen})
    return finished(owner, store, answer.headers["location"])


def _queued(owner: Visitor, draft: Draft, when: str) -> None:
    keys = [str(key) for key in draft.body.sheets]
    form = fields(owner, draft) | {"do": "queue", "when": when}
    answer = owner.post(f"/compose/{draft.id}/save", {**form, "queue": keys})
    assert answer.status_code == 303, answer.text


def _coming(store: Store, channels: tuple[Channel, ...]) -> None:
    """Queue some for the days to come; one waits for approval, two have the same time."""
    now = store.now().replace(minute=0, second=0)
    for n, (title, text) in enumerate(_COMING):
        at = now + timedelta(days=n // 2, hours=3 + 5 * n)
        schedule(store, channels[n % 2], text, at=at, title=title)
    later = now + timedelta(days=2, hours=2)
    for title, text in _COMING[:2]:
        schedule(store, channels[1], text, at=later, title=title)
    title, text = _COMING[2]
    schedule(store, channels[0], text, at=later, title=title, needs_review=True)
    store.deliveries.cancel(schedule(store, channels[1], text, at=later, title=title))


def _troubled(store: Store, simulator: Simulator, channels: tuple[Channel, ...]) -> None:
    """One fails, one gets no answer."""
    engine = engine_of(store)
    title, text = _COMING[4]
    schedule(store, channels[0], text * 40, title=title)
    publish(engine)
    schedule(store, channels[1], text, title=title)
    simulator.fault("mastodon", "drop")
    publish(engine)


def _people(owner: Visitor, store: Store, campaign: int) -> dict[str, str]:
    place = owner.workspace.id
    editor = store.people.add("editor@main.example", "김수리", "correct horse battery")
    store.people.join(editor.id, place, Role.EDITOR)
    store.sessions.add_token(
        Member(owner.person, owner.workspace, owner.role), "n8n", frozenset({Scope.READ})
    )
    day = timedelta(days=1)
    make = store.tickets.make
    return {
        "/join/{token}": store.tickets.invite("new@example.org", place, Role.VIEWER),
        "/sign-in/{token}": make(Purpose.SIGN_IN, editor.id),
        "/password/{token}": make(Purpose.PASSWORD, editor.id),
        "/r/{token}": store.review_links.add(campaign, "이준호", may_approve=True, life=day),
    }
