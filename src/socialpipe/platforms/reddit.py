"""Reddit: text posts to a subreddit (PRAW 8.0.3 source, Reddit help, 2026-05)."""

from __future__ import annotations

import re
from typing import Any

from socialpipe import __version__
from socialpipe.errors import Duplicate, PlatformError, Rejected, Throttled, Unauthorized
from socialpipe.model import Limits, Receipt, Recovery, Unit
from socialpipe.platforms.answer import CHANGE, RENEW, Answer, dig, link, tidy, word
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform
from socialpipe.platforms.markup import markdown_body, title
from socialpipe.platforms.readback import Seen, moment, newest_match

UNITS = {"second": 1, "minute": 60, "hour": 3600}
PAUSE = 600.0  # when "take a break" names no time that we can read, s


class Reddit(Platform):
    name = "reddit"
    title = "Reddit"
    api_base = "https://oauth.reddit.com"
    limits = Limits(
        text=10_000,  # 40,000 of a self post; readers do not read that much
        unit=Unit.CODEPOINTS,
        source="PRAW 8.0.3; reddit.com/dev/api submit",
        checked="2026-05-31",
        thread=False,
        link_field=True,
        hashtags=0,  # there are none
        images=0,  # an image post has no text, and its number arrives by websocket only
        alt=None,
    )
    recovery = Recovery(read_back=True)
    fields = (
        Field("token", "OAuth token: identity submit read history", secret=True),
        Field("username", "the account, for the User-Agent and to find its posts"),
        Field("subreddit", "name without r/"),
        Field("flair_id", "flair that the subreddit asks for", required=False),
    )

    def headers(self) -> dict[str, str]:
        user = self.account.settings["username"]
        agent = f"python:socialpipe:{__version__} (by /u/{user})"  # others are blocked
        return super().headers() | {"User-Agent": agent}

    def judge(self, answer: Answer) -> PlatformError | None:
        """Read `json.errors`: the status is 200 for failures too."""
        code = answer.get("json", "errors", 0, 0)
        if not isinstance(code, str):
            return None
        words = tidy(answer.word("json", "errors", 0, 1))
        said = f"Reddit says {code}: {words}"
        if code == "RATELIMIT":
            return Throttled(said, seconds=_break(words), status=answer.status)
        if code == "QUOTA_FILLED":
            return Throttled(said, seconds=3600, status=answer.status)
        if code == "ALREADY_SUB":
            return Duplicate(said, status=answer.status)
        if code == "USER_REQUIRED":
            return Unauthorized(said, RENEW, status=answer.status)
        return Rejected(said, CHANGE, status=answer.status)

    def check(self) -> Identity:
        me = self.call("GET", "/api/v1/me")
        name = me.id("name")
        return Identity(me.id("id"), name, f"https://www.reddit.com/user/{name}/")

    def publish(self, request: PartRequest) -> Receipt:
        form = {
            "api_type": "json",
            "kind": "self",
            "sr": self.account.settings["subreddit"],
            "title": title(request, 300),
            "text": markdown_body(request),
            "validate_on_submit": "true",
        }
        if flair := self.setting("flair_id"):
            form["flair_id"] = flair
        answer = self.call("POST", "/api/submit", creates=True, data=form)
        return Receipt(answer.id("json", "data", "name"), answer.link("json", "data", "url"))

    def find(self, request: PartRequest) -> Receipt | None:
        path = f"/user/{self.account.settings['username']}/submitted"
        posts = self.call("GET", path, params={"sort": "new", "limit": "25"})
        here = self.account.settings["subreddit"].casefold()
        ours = (
            post
            for post in posts.items("data", "children")
            if word(post, "data", "subreddit").casefold() == here
        )
        return newest_match(request, map(_seen, ours), sent=title(request, 300))


def _break(words: str) -> float:
    """Read the wait from "Take a break for 9 minutes before trying again."."""
    found = re.search(r"(\d{1,6}) (second|minute|hour)", words)
    return float(int(found[1]) * UNITS[found[2]]) if found else PAUSE


def _seen(post: Any) -> Seen:
    receipt = Receipt(word(post, "data", "name"), link(post, "data", "url"))
    return Seen(receipt, word(post, "data", "title"), moment(dig(post, "data", "created_utc")))
