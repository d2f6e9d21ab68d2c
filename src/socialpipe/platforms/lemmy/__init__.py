"""Lemmy communities (API v3 of 0.19, and v4 of 1.0, lemmy-js-client 2026-07-16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from socialpipe.errors import Duplicate, PlatformError, Throttled, Unauthorized
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import RENEW, Answer, dig, word
from socialpipe.platforms.base import Field, Gone, Identity, PartRequest, Platform, attachment
from socialpipe.platforms.lemmy import login, posts
from socialpipe.platforms.lookback import by_number, look_back
from socialpipe.platforms.markup import title
from socialpipe.platforms.readback import Seen, moment

DEAD = {"incorrect_login", "not_logged_in"}
BUSY = {"rate_limit_error", "too_many_requests"}


class Lemmy(Platform):
    name = "lemmy"
    title = "Lemmy"
    api_base = ""  # every account lives on an instance
    limits = Limits(
        text=10_000,  # 50,000; readers do not read that much
        unit=Unit.CODEPOINTS,
        source="lemmy-js-client 1.0 types",
        checked="2026-07-16",
        thread=False,
        link_field=True,
        hashtags=0,  # there are none
        images=1,
        alt=1500,
        card=(1200, 630),
    )
    recovery = Recovery(read_back=True)
    fields = (
        Field("username", "user name on the instance"),
        Field("token", "JWT of a login of that user", secret=True),
        Field("community", "name@instance of the community"),
        Field("api", "v3, or v4 for Lemmy 1.0 (v3)", required=False),
        Field("image_path", "where images are uploaded (by api)", required=False),
    )

    logins = (Field("password", "password of the user", secret=True),)

    def log_in(self, given: Mapping[str, str]) -> dict[str, str]:
        return login.log_in(self, self.setting("username"), given["password"])

    def judge(self, answer: Answer) -> PlatformError | None:
        error = answer.word("error")
        if error in DEAD:
            return Unauthorized(f"The server says {error}.", RENEW, status=answer.status)
        if error in BUSY:
            return Throttled(f"The server says {error}.", seconds=60, status=answer.status)
        if error == "already_exists":
            return Duplicate("The community has this post already.", status=answer.status)
        if error == "couldnt_find_post":
            return Gone("The server has no such post.", status=answer.status)
        return None

    def check(self) -> Identity:
        number = self._community()
        return Identity(number, self.account.settings["community"])

    def upload(self, card: Card) -> Json:
        v4 = self.setting("api") == "v4"
        path = self.setting("image_path", "/api/v4/image" if v4 else "/pictrs/image")
        part = "image" if v4 else "images[]"
        answer = self.call("POST", path, files={part: attachment(card)})
        if v4:
            return {"url": answer.id("image_url")}
        return {"url": f"{self.base}/pictrs/image/{answer.id('files', 0, 'file')}"}

    def publish(self, request: PartRequest) -> Receipt:
        post = posts.post(request, int(self._community()))
        answer = self.call("POST", self._path("post"), creates=True, json=post)
        return self._receipt(answer.id("post_view", "post", "id"))

    def delete(self, receipt: Receipt) -> None:
        body = {"post_id": int(receipt.id), "deleted": True}
        if self.setting("api") == "v4":
            self.remove("DELETE", self._path("post"), json=body)
        else:
            self.remove("POST", self._path("post/delete"), json=body)

    def metrics(self, receipt: Receipt) -> Metrics:
        post = self.call("GET", self._path("post"), params={"id": receipt.id})
        return posts.metrics(post, v4=self.setting("api") == "v4")

    def find(self, request: PartRequest) -> Receipt | None:
        newest = {"username": self.account.settings["username"], "sort": "New", "limit": "50"}
        return look_back(
            request,
            lambda more: self.call("GET", self._path("user"), params=newest | more),
            lambda page: map(self._seen, page.items("posts")),
            by_number("page", "posts", first=1),
            sent=title(request, 200),
        )

    def _seen(self, view: Any) -> Seen:
        """Tell by author, title and time; the body holds addresses that we do not know here."""
        post = dig(view, "post")
        receipt = self._receipt(word(post, "id"))
        return Seen(receipt, word(post, "name"), moment(dig(post, "published")))

    def _community(self) -> str:
        name = {"name": self.account.settings["community"]}
        answer = self.call("GET", self._path("community"), params=name)
        number = answer.id("community_view", "community", "id")
        return number if number.isdecimal() else answer.unclear()

    def _path(self, rest: str) -> str:
        return f"/api/{self.setting('api', 'v3')}/{rest}"

    def _receipt(self, number: str) -> Receipt:
        return Receipt(number, f"{self.base}/post/{number}")
