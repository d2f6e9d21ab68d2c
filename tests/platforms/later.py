"""After publishing: how each network takes a post down, and what it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.platforms.cases.band import no as band_no
from tests.platforms.cases.bluesky import URI
from tests.platforms.cases.discord import BOT_PATH, HOOK
from tests.platforms.cases.ghost import API as GHOST
from tests.platforms.cases.lemmy import no as lemmy_no
from tests.platforms.cases.linkedin import URN
from tests.platforms.cases.matrix import ROOM
from tests.platforms.cases.misskey import no as misskey_no
from tests.platforms.cases.slack import TS
from tests.platforms.cases.slack import no as slack_no
from tests.platforms.cases.telegram import TOKEN
from tests.platforms.cases.telegram import no as telegram_no
from tests.platforms.cases.threads import no as meta_no
from tests.platforms.cases.x import ID
from tests.platforms.network import Reply, Route

from socialpipe.model import Metrics

GONE = Reply(404, {"error": "not found", "message": "not found", "code": 10008})


@dataclass(frozen=True)
class Later:
    """One platform: the deleting call and the counting one, with what they are answered."""

    delete: str = ""  # route; "": no program may
    deleted: Route = field(default_factory=lambda: Reply(200, {}))
    gone: Mapping[str, Route] = field(default_factory=dict)  # a network on which it is not there
    gone_says_so: bool = True  # False: it says the same whether there was one or not
    count: str = ""  # route; "": nothing is counted
    counted: Route = field(default_factory=lambda: Reply(200, {}))
    metrics: Metrics = field(default_factory=Metrics)
    more: Mapping[str, Route] = field(default_factory=dict)  # what else is asked


def insights(**numbers: int) -> Reply:
    """Numbers as Meta tells them."""
    found = [{"name": name, "values": [{"value": value}]} for name, value in numbers.items()]
    return Reply(body={"data": found})


ENCODED = URN.replace(":", "%3A")
REACTIONS = {"reactions": [{"count": 2}, {"count": 1}]}
NO_NODE = meta_no(100, 33, "Object does not exist, or no permission")
LATER = {
    "band": Later(
        delete="POST /v2/band/post/remove",
        deleted=Reply(body={"result_code": 1, "result_data": {"message": "success"}}),
        gone={
            "POST /v2/band/post/remove": band_no(60000, "Invalid Parameter"),
            "GET /v2.1/band/post": band_no(60000, "Invalid Parameter"),
        },
        count="GET /v2.1/band/post",
        counted=Reply(
            body={
                "result_code": 1,
                "result_data": {"post": {"emotion_count": 4, "comment_count": 2}},
            }
        ),
        metrics=Metrics(likes=4, replies=2),
    ),
    "blogger": Later(delete="DELETE /v3/blogs/8/posts/91", deleted=Reply(204)),
    "bluesky": Later(
        delete="POST /xrpc/com.atproto.repo.deleteRecord",
        gone_says_so=False,
        count="GET /xrpc/app.bsky.feed.getPosts",
        counted=Reply(
            body={
                "posts": [
                    {"uri": URI, "likeCount": 5, "repostCount": 4, "replyCount": 3}
                    | {"quoteCount": 2, "bookmarkCount": 1}
                ]
            }
        ),
        metrics=Metrics(likes=5, reposts=4, replies=3, quotes=2, saves=1),
    ),
    "discord": Later(
        delete=f"DELETE {HOOK}/messages/1441",
        deleted=Reply(204),
        count=f"GET {HOOK}/messages/1441",
        counted=Reply(body=REACTIONS),
        metrics=Metrics(likes=3),
    ),
    "discord-bot": Later(
        delete=f"DELETE {BOT_PATH}/messages/1441",
        deleted=Reply(204),
        count=f"GET {BOT_PATH}/messages/1441",
        counted=Reply(body=REACTIONS),
        metrics=Metrics(likes=3),
    ),
    "facebook": Later(
        delete="DELETE /55_66",
        deleted=Reply(body={"success": True}),
        gone={"DELETE /55_66": NO_NODE, "GET /55_66": NO_NODE},
        count="GET /55_66",
        counted=Reply(
            body={
                "id": "55_66",
                "shares": {"count": 2},
                "comments": {"summary": {"total_count": 3}},
                "reactions": {"summary": {"total_count": 9}},
            }
        ),
        metrics=Metrics(views=100, likes=9, reposts=2, replies=3, clicks=7),
        more={"GET /55_66/insights": insights(post_media_view=100, post_clicks=7)},
    ),
    "forem": Later(
        delete="PUT /api/articles/41",
        deleted=Reply(body={"id": 41}),
        count="GET /api/articles/me/all",
        counted=Reply(
            body=[
                {"id": 1, "page_views_count": 1},
                {"id": 41, "page_views_count": 90, "public_reactions_count": 5}
                | {"comments_count": 1},
            ]
        ),
        metrics=Metrics(views=90, likes=5, replies=1),
    ),
    "ghost": Later(delete=f"DELETE {GHOST}/posts/63/", deleted=Reply(204)),
    "instagram": Later(
        delete="DELETE /190",
        deleted=Reply(body={"success": True}),
        gone={"DELETE /190": NO_NODE, "GET /190": NO_NODE},
        count="GET /190/insights",
        counted=insights(views=50, likes=4, comments=3, shares=2, saved=1, reach=40),
        metrics=Metrics(views=50, likes=4, reposts=2, replies=3, saves=1),
    ),
    "lemmy": Later(
        delete="POST /api/v3/post/delete",
        deleted=Reply(body={"post_view": {}}),
        gone={"POST /api/v3/post/delete": lemmy_no("couldnt_find_post")},
        count="GET /api/v3/post",
        counted=Reply(body={"post_view": {"counts": {"score": 6, "comments": 2}}}),
        metrics=Metrics(likes=6, replies=2),
    ),
    "line": Later(
        count="GET /v2/bot/insight/message/event",
        counted=Reply(body={"overview": {"uniqueImpression": 30, "uniqueClick": 5}}),
        metrics=Metrics(views=30, clicks=5),
    ),
    "linkedin": Later(
        delete=f"DELETE /rest/posts/{ENCODED}",
        deleted=Reply(204),
        count="GET /rest/organizationalEntityShareStatistics",
        counted=Reply(
            body={
                "elements": [
                    {
                        "totalShareStatistics": {
                            "impressionCount": 80,
                            "clickCount": 6,
                            "likeCount": 5,
                            "commentCount": 4,
                            "shareCount": 3,
                        }
                    }
                ]
            }
        ),
        metrics=Metrics(views=80, likes=5, reposts=3, replies=4, clicks=6),
    ),
    "mastodon": Later(
        delete="DELETE /api/v1/statuses/116000000000000001",
        deleted=Reply(body={"id": "116000000000000001", "text": "…"}),
        count="GET /api/v1/statuses/116000000000000001",
        counted=Reply(
            body={"favourites_count": 4, "reblogs_count": 3, "replies_count": 2, "quotes_count": 1}
        ),
        metrics=Metrics(likes=4, reposts=3, replies=2, quotes=1),
    ),
    "matrix": Later(
        delete=rf"PUT {ROOM}/redact/%24e1/[0-9a-f]{{24}}",
        deleted=Reply(body={"event_id": "$e2"}),
    ),
    "misskey": Later(
        delete="POST /api/notes/delete",
        deleted=Reply(204),
        gone={"POST /api/notes/delete": misskey_no(400, "NO_SUCH_NOTE")},
        count="POST /api/notes/show",
        counted=Reply(body={"reactionCount": 3, "renoteCount": 2, "repliesCount": 1}),
        metrics=Metrics(likes=3, reposts=2, replies=1),
    ),
    "navercafe": Later(),
    "pinterest": Later(
        delete="DELETE /v5/pins/8123",
        deleted=Reply(204),
        count="GET /v5/pins/8123/analytics",
        counted=Reply(
            body={"all": {"summary_metrics": {"IMPRESSION": 9, "SAVE": 2, "OUTBOUND_CLICK": 1}}}
        ),
        metrics=Metrics(views=9, saves=2, clicks=1),
    ),
    "reddit": Later(
        delete="POST /api/del",
        gone_says_so=False,
        count="GET /api/info",
        counted=Reply(
            body={
                "data": {
                    "children": [{"data": {"score": 12, "num_comments": 4, "view_count": None}}]
                }
            }
        ),
        metrics=Metrics(likes=12, replies=4),
    ),
    "slack": Later(
        delete="POST /api/chat.delete",
        deleted=Reply(body={"ok": True, "ts": TS}),
        gone={"POST /api/chat.delete": slack_no("message_not_found")},
        count="GET /api/reactions.get",
        counted=Reply(body={"ok": True, "message": {**REACTIONS, "reply_count": 2}}),
        metrics=Metrics(likes=3, replies=2),
    ),
    "slack-webhook": Later(),
    "telegram": Later(
        delete=f"POST /bot{TOKEN}/deleteMessage",
        deleted=Reply(body={"ok": True, "result": True}),
        gone={
            f"POST /bot{TOKEN}/deleteMessage": telegram_no(
                400, "Bad Request: message to delete not found"
            )
        },
    ),
    "threads": Later(
        delete="DELETE /180",
        deleted=Reply(body={"success": True}),
        gone={"DELETE /180": NO_NODE, "GET /180": NO_NODE},
        count="GET /180/insights",
        counted=insights(views=50, likes=4, replies=3, reposts=2, quotes=1, shares=9),
        metrics=Metrics(views=50, likes=4, reposts=2, replies=3, quotes=1),
    ),
    "tumblr": Later(
        delete="POST /v2/blog/brand.tumblr.example/post/delete",
        deleted=Reply(body={"response": {"id": "761"}}),
        count="GET /v2/blog/brand.tumblr.example/notes",
        counted=Reply(body={"response": {"total_notes": 9, "total_likes": 7, "total_reblogs": 2}}),
        metrics=Metrics(likes=7, reposts=2),
    ),
    "webhook": Later(),
    "wordpress": Later(
        delete="DELETE /wp-json/wp/v2/posts/12",
        deleted=Reply(body={"id": 12, "status": "trash"}),
    ),
    "x": Later(
        delete=f"DELETE /2/tweets/{ID}",
        deleted=Reply(body={"data": {"deleted": True}}),
        count="GET /2/tweets",
        counted=Reply(
            body={
                "data": [
                    {
                        "id": ID,
                        "public_metrics": {
                            "impression_count": 200,
                            "like_count": 6,
                            "retweet_count": 5,
                            "quote_count": 4,
                            "reply_count": 3,
                            "bookmark_count": 2,
                        },
                        "non_public_metrics": {"url_link_clicks": 1},
                    }
                ]
            }
        ),
        metrics=Metrics(views=200, likes=6, reposts=5, quotes=4, replies=3, saves=2, clicks=1),
    ),
}
