"""Reddit: text posts to a subreddit (PRAW 8.0.3 source, Reddit help, 2026-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from socialpipe import __version__
from socialpipe.errors import PlatformError
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform, is_on
from socialpipe.platforms.lookback import by_token, look_back
from socialpipe.platforms.markup import markdown_body, title
from socialpipe.platforms.oauth import facts
from socialpipe.platforms.poll import wait_for
from socialpipe.platforms.reddit import images, posts
from socialpipe.platforms.reddit.says import meaning


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
        images=0,  # an image post has no text: see the setting `images`
        alt=None,
    )
    recovery = Recovery(read_back=True)
    fields = (
        Field("token", "OAuth token: identity submit read history", secret=True),
        Field("username", "the account, for the User-Agent and to find its posts"),
        Field("subreddit", "name without r/"),
        Field("flair_id", "flair that the subreddit asks for", required=False),
        Field("images", "yes: post the cards, which have room for a title only (no)", False, False),
    )
    oauth = facts.REDDIT

    @classmethod
    def limits_with(cls, settings: Mapping[str, str]) -> Limits:
        if is_on(settings, "images"):  # a gallery takes 20, with captions of 180 characters
            return replace(cls.limits, images=20, alt=180)
        return cls.limits

    def headers(self) -> dict[str, str]:
        by = f"(by /u/{self.setting('username', 'unknown')})"  # others are blocked
        return super().headers() | {"User-Agent": f"python:socialpipe:{__version__} {by}"}

    def adopt(self) -> dict[str, str]:
        return {"username": self.check().name}

    def judge(self, answer: Answer) -> PlatformError | None:
        return meaning(answer)

    def check(self) -> Identity:
        me = self.call("GET", "/api/v1/me")
        name = me.id("name")
        return Identity(me.id("id"), name, f"https://www.reddit.com/user/{name}/")

    def upload(self, card: Card) -> Json:
        return images.upload(self, card)

    def publish(self, request: PartRequest) -> Receipt:
        form = {
            "api_type": "json",
            "sr": self.account.settings["subreddit"],
            "title": title(request, 300),
        }
        if flair := self.setting("flair_id"):
            form["flair_id"] = flair
        if len(request.uploads) > 1:
            return self._submit_gallery(request, form)
        if request.uploads:
            return self._submit_image(request, form)
        form |= {"kind": "self", "text": markdown_body(request), "validate_on_submit": "true"}
        answer = self.call("POST", "/api/submit", creates=True, data=form)
        return Receipt(answer.id("json", "data", "name"), answer.link("json", "data", "url"))

    def _submit_gallery(self, request: PartRequest, form: dict[str, str]) -> Receipt:
        gallery = {**form, "show_error_list": True, "items": images.items(request)}
        path = "/api/submit_gallery_post.json"
        return posts.gallery(self.call("POST", path, creates=True, json=gallery))

    def _submit_image(self, request: PartRequest, form: dict[str, str]) -> Receipt:
        """Submit one image; the answer does not name the post, so look for it."""
        image = {**form, "kind": "image", "url": request.uploads[0]["url"]}
        answer = self.call("POST", "/api/submit", creates=True, data=image)
        if not isinstance(answer.get("json", "data"), dict):
            answer.unclear()
        return wait_for(lambda: self._look(request)) or answer.unclear()

    def _look(self, request: PartRequest) -> Receipt | None:
        try:
            return self.find(request)
        except PlatformError:  # the image may be out: no reason to say that it is not
            return None

    def delete(self, receipt: Receipt) -> None:
        self.call("POST", "/api/del", data={"id": receipt.id})

    def metrics(self, receipt: Receipt) -> Metrics:
        return posts.metrics(self.call("GET", "/api/info", params={"id": receipt.id}))

    def find(self, request: PartRequest) -> Receipt | None:
        path = f"/user/{self.account.settings['username']}/submitted"
        newest = {"sort": "new", "limit": "100"}
        return look_back(
            request,
            lambda more: self.call("GET", path, params=newest | more),
            lambda page: posts.listed(page, self.account.settings["subreddit"]),
            by_token("after", "data", "after"),
            sent=title(request, 300),
        )
