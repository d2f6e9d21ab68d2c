"""Pinterest boards (API v5, OpenAPI 5.23.0, 2025-12-11)."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

from socialpipe.errors import PlatformError, Rejected, Throttled
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer, dig, word
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform
from socialpipe.platforms.lookback import by_token, look_back
from socialpipe.platforms.markup import title
from socialpipe.platforms.oauth import facts
from socialpipe.platforms.readback import Seen, moment

LONGEST = timedelta(days=89)  # before today; analytics reach 90 days back
SPAM_BLOCK, TRIAL = 9, 29  # `code` of an error


class Pinterest(Platform):
    name = "pinterest"
    title = "Pinterest"
    api_base = "https://api.pinterest.com"
    limits = Limits(
        text=800,  # description
        unit=Unit.CODEPOINTS,
        source="pinterest/api-description v5 5.23.0",
        checked="2025-12-11",
        thread=False,
        link_field=True,
        hashtags=5,
        images=5,  # multiple_image_base64: 2 to 5
        image_bytes=10_000_000,
        alt=500,  # alt_text
        card=(1000, 1500),
    )
    recovery = Recovery(read_back=True)
    fields = (
        Field("token", "OAuth token: boards:read pins:read pins:write", secret=True),
        Field("board_id", "number of the board"),
    )
    oauth = facts.PINTEREST

    def judge(self, answer: Answer) -> PlatformError | None:
        code = answer.get("code")
        if code == SPAM_BLOCK:  # nothing was created, hours to wait
            return Throttled("Pinterest takes this for spam.", seconds=14_400, status=answer.status)
        if code == TRIAL:
            fix = "Ask Pinterest for standard access, or set api_base to its sandbox."
            return Rejected("The Pinterest app has trial access.", fix, status=answer.status)
        return None

    def check(self) -> Identity:
        me = self.call("GET", "/v5/user_account")
        name = me.word("username")
        return Identity(me.id("id"), name, f"https://www.pinterest.com/{name}/")

    def publish(self, request: PartRequest) -> Receipt:
        if not request.cards:
            raise Rejected("Pinterest takes no pin without an image.", "Queue it with cards.")
        pin: Json = {
            "board_id": self.account.settings["board_id"],
            "title": title(request, 100),
            "description": request.text,
            "alt_text": request.cards[0].alt,
            "media_source": _source(request.cards),
        }
        if request.link:
            pin["link"] = request.link
        made = self.call("POST", "/v5/pins", creates=True, json=pin)
        return _receipt(made.id("id"), made.word("description"))

    def delete(self, receipt: Receipt) -> None:
        self.remove("DELETE", f"/v5/pins/{receipt.id}")

    def metrics(self, receipt: Receipt) -> Metrics:
        today = datetime.now(UTC).date()
        wanted = {
            "start_date": (today - LONGEST).isoformat(),
            "end_date": today.isoformat(),
            "metric_types": "IMPRESSION,SAVE,OUTBOUND_CLICK",
        }
        told = self.call("GET", f"/v5/pins/{receipt.id}/analytics", params=wanted)
        totals = ("all", "summary_metrics")
        return Metrics(
            views=told.number(*totals, "IMPRESSION"),
            saves=told.number(*totals, "SAVE"),
            clicks=told.number(*totals, "OUTBOUND_CLICK"),
        )

    def find(self, request: PartRequest) -> Receipt | None:
        path = f"/v5/boards/{self.account.settings['board_id']}/pins"
        return look_back(
            request,
            lambda more: self.call("GET", path, params={"page_size": "100", **more}),
            lambda page: map(_seen, page.items("items")),
            by_token("bookmark", "bookmark"),
        )


def _source(cards: tuple[Card, ...]) -> Json:
    items = [{"content_type": c.mime, "data": b64encode(c.data).decode()} for c in cards]
    if len(items) == 1:
        return {"source_type": "image_base64", **items[0]}
    return {"source_type": "multiple_image_base64", "items": items, "index": 0}


def _receipt(number: str, text: str = "") -> Receipt:
    return Receipt(number, f"https://www.pinterest.com/pin/{number}/", text=text or None)


def _seen(pin: Any) -> Seen:
    text, at = word(pin, "description"), moment(dig(pin, "created_at"))
    return Seen(_receipt(word(pin, "id")), text, at)
