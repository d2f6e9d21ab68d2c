"""A Korean campaign, and an engine that publishes it, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from tests.engine.stage import schedule_many

from socialpipe.composing import Options, compose
from socialpipe.engine import Engine
from socialpipe.model import Article, Card, Channel, Delivery, Part, Post, PostKind
from socialpipe.pipeline import deliver
from socialpipe.platforms import registry
from socialpipe.recovery import settle
from socialpipe.store.schema import delivery as table
from socialpipe.text.count import measure

LINK = "https://blog.example/한강-산책?길=여의도"
ARTICLE = Article(
    title="한강 야간 산책, 처음이라면 이렇게",
    text=(
        "한강 야간 산책을 시작하는 사람이 늘고 있다. 지난해 여의도 구간을 찾은 사람은 하루 평균 "
        "3만 2천 명으로, 한 해 전보다 18% 많았다.\n\n"
        "처음이라면 왕복 4 km부터 걷는 것이 좋다. 가로등은 밤 11시에 꺼지니 그 전에 돌아온다.\n\n"
        "물 한 병과 얇은 겉옷을 챙긴다. 강바람은 낮보다 5도쯤 차다."
    ),
    language="ko",
    url=LINK,
    keywords=("한강", "야간 산책"),
    hashtags=("한강", "야간산책"),
)
THREAD = ("첫째: 여의나루역 2번 출구 🌉", "둘째: 물빛광장까지 1.5 km", "셋째: 돌아오는 길 & <카페>")


def composed(platform: str, card: Card) -> Post:
    """Compose the article for a platform, the image in the place of its cards."""
    (post,) = compose(ARTICLE, [platform], Options()).posts
    return replace(post, cards=(card,) if post.cards else ())


def threaded(platform: str, *texts: str, cards: tuple[Card, ...] = ()) -> Post:
    """Build a post of these parts, whether they fit or not."""
    limits = registry.load(platform).limits
    parts = tuple(Part(text, measure(text, limits), limits.text, limits.unit) for text in texts)
    kind = PostKind.SINGLE if len(parts) == 1 else PostKind.THREAD
    return Post(platform, kind, parts, language="ko", cards=cards)


def connect(
    engine: Engine,
    platform: str,
    base: str,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
) -> Channel:
    """Add a channel that points at a server."""
    return engine.store.channels.add(
        platform,
        platform,
        api_base=base,
        settings=dict(settings),
        secrets=dict(secrets),
        timezone="Asia/Seoul",
    )


def queue(engine: Engine, channel: Channel, post: Post) -> int:
    """Schedule a post for now; return the id of its delivery."""
    (key,) = schedule_many(engine.store, [(channel, post)])
    return key


def run(engine: Engine, ahead: timedelta = timedelta(0)) -> Delivery:
    """Claim and deliver what is due, as dispatcher and worker do; return the one delivery."""
    for row in engine.store.claims.claim(ahead, "test"):
        deliver(engine, row.id, row.fence)
    return only(engine)


def look(engine: Engine) -> Delivery:
    """Let the keeper look now at what is uncertain; return the one delivery."""
    store = engine.store
    with store.database.write() as connection:
        connection.execute(
            table.update().where(table.c.look_at.is_not(None)).values(look_at=store.now())
        )
    for job in store.sweeps.take_uncertain(100, "keeper"):
        settle(engine, job)
    return only(engine)


def only(engine: Engine) -> Delivery:
    (found,) = engine.store.deliveries.find()
    return found
