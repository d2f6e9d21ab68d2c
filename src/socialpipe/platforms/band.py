"""Naver Band (Open API with the result codes of developers.band.us, 2026-11)."""

from __future__ import annotations

import re
from typing import Any

from socialpipe.errors import PlatformError, Rejected, Throttled, Unauthorized
from socialpipe.model import Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import CHANGE, RENEW, Answer, dig, tidy, unclear, unless_said, word
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform
from socialpipe.platforms.lookback import by_token, look_back
from socialpipe.platforms.oauth import facts
from socialpipe.platforms.readback import Seen, moment

OK = 1
WAITS = {1003: 60.0, 1001: 86_400.0, 1002: 86_400.0}  # cool-down; quota of the app, of the user
BROKEN = {2300, 60302}
DEAD = {10401}


class Band(Platform):
    name = "band"
    title = "BAND"
    api_base = "https://openapi.band.us"
    limits = Limits(
        text=5000,  # not documented; error 3001 tells
        unit=Unit.CODEPOINTS,
        source="developers.band.us: write_post, result codes",
        checked="2026-11-23",
        thread=False,
        hashtags=5,
        images=0,  # write_post takes none
        alt=None,
    )
    recovery = Recovery(read_back=True)
    fields = (
        Field("token", "access token of a member of the band", secret=True),
        Field("band_key", "key of the band"),
        Field("push", "yes: notify the members (no)", required=False),
    )
    oauth = facts.BAND

    def judge(self, answer: Answer) -> PlatformError | None:
        """Read `result_code`: the status is 200 for failures too."""
        code = answer.get("result_code")
        if type(code) is not int or code == OK:
            return unless_said(answer, "result_code", value=OK)
        said = f"BAND says {code}: {tidy(str(answer.get('result_data', 'message') or ''))}"
        if code in WAITS:
            return Throttled(said, seconds=WAITS[code], status=answer.status)
        if code in BROKEN:
            return unclear(said, creates=answer.creates, status=answer.status)
        if code in DEAD:
            return Unauthorized(said, RENEW, status=answer.status)
        return Rejected(said, CHANGE, status=answer.status)

    def check(self) -> Identity:
        key = self.account.settings["band_key"]
        bands = self.call("GET", "/v2/bands").items("result_data", "bands")
        for band in bands:
            if dig(band, "band_key") == key:
                return Identity(key, word(band, "name"))
        raise Rejected("The account is in no band with this key.", "Check band_key.")

    def publish(self, request: PartRequest) -> Receipt:
        form = {
            "band_key": self.account.settings["band_key"],
            "content": request.text,
            "do_push": "true" if self.setting("push") == "yes" else "false",
        }
        answer = self.call("POST", "/v2.2/band/post/create", creates=True, data=form)
        return Receipt(answer.id("result_data", "post_key"))

    def delete(self, receipt: Receipt) -> None:
        key = {"band_key": self.account.settings["band_key"], "post_key": receipt.id}
        try:
            self.call("POST", "/v2/band/post/remove", data=key)
        except Rejected:  # no code says that it is gone, so look
            if self._shows(key):
                raise

    def _shows(self, key: dict[str, str]) -> bool:
        try:
            self.call("GET", "/v2.1/band/post", params=key)
        except Rejected:
            return False
        return True

    def metrics(self, receipt: Receipt) -> Metrics:
        key = {"band_key": self.account.settings["band_key"], "post_key": receipt.id}
        post = self.call("GET", "/v2.1/band/post", params=key)
        counts = ("result_data", "post")
        return Metrics(
            likes=post.number(*counts, "emotion_count"),
            replies=post.number(*counts, "comment_count"),
        )

    def find(self, request: PartRequest) -> Receipt | None:
        where = {"band_key": self.account.settings["band_key"], "locale": "ko_KR", "limit": "100"}
        return look_back(
            request,
            lambda more: self.call("GET", "/v2/band/posts", params=where | more),
            lambda page: map(_seen, page.items("result_data", "items")),
            by_token("after", "result_data", "paging", "next_params", "after"),
        )


def _seen(post: Any) -> Seen:
    """Read one post; answers mark hashtags and members with <band:…> tags, times are ms."""
    text = re.sub(r"</?band:[^>]*>", "", word(post, "content"))
    created = dig(post, "created_at")
    at = moment(created / 1000) if isinstance(created, int) else None
    return Seen(Receipt(word(post, "post_key")), text, at)
