"""LinkedIn members and organizations (Posts API, learn.microsoft.com, 2026-08)."""

from __future__ import annotations

from urllib.parse import quote

from socialpipe.errors import PlatformError
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Account, Field, Identity, PartRequest, Platform
from socialpipe.platforms.linkedin import images, posts
from socialpipe.platforms.linkedin.says import meaning
from socialpipe.platforms.lookback import by_number, look_back
from socialpipe.platforms.oauth import facts
from socialpipe.text.littletext import little_text


class LinkedIn(Platform):
    name = "linkedin"
    title = "LinkedIn"
    api_base = "https://api.linkedin.com"
    limits = Limits(
        text=3000,  # of what is sent, so after escaping
        unit=Unit.ESCAPED,
        source="learn.microsoft.com: posts-api, little-text-format, images-api",
        checked="2026-08-21",
        thread=False,
        hashtags=5,
        images=20,  # multiImage: 2 to 20
        image_bytes=8_000_000,
        alt=1000,
        card=(1200, 627),
    )
    recovery = Recovery()  # members cannot read their posts; organizations can
    fields = (
        Field("token", "OAuth token: w_member_social or w_organization_social", secret=True),
        Field("author", "urn:li:person:… or urn:li:organization:…"),
        Field("version", "LinkedIn-Version, YYYYMM (202607)", required=False),
        Field("hashtags", "template, or plain for #tag as it is (template)", required=False),
    )
    oauth = facts.LINKEDIN

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.page = ":organization:" in self.setting("author")
        if self.page:
            self.recovery = Recovery(read_back=True)

    def headers(self) -> dict[str, str]:
        version = {"LinkedIn-Version": self.setting("version", "202607")}
        return super().headers() | version | {"X-Restli-Protocol-Version": "2.0.0"}

    def adopt(self) -> dict[str, str]:
        return {"author": f"urn:li:person:{self.check().id}"}

    def judge(self, answer: Answer) -> PlatformError | None:
        return meaning(answer)

    def check(self) -> Identity:
        me = self.call("GET", "/v2/userinfo")
        return Identity(me.id("sub"), me.word("name"))

    def upload(self, card: Card) -> Json:
        owner = self.account.settings["author"]
        return images.upload(self, card, owner, readable=self.page)

    def publish(self, request: PartRequest) -> Receipt:
        post: Json = {
            "author": self.account.settings["author"],
            "commentary": self.wire_text(request),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
        }
        answer = self.call("POST", "/rest/posts", creates=True, json=post | posts.content(request))
        urn = answer.headers.get("x-restli-id") or answer.unclear()
        return posts.receipt(urn, self._shown(urn) if self.page else "")

    def _shown(self, urn: str) -> str:
        """Ask what a post says; a failure says nothing about the post."""
        try:
            return self.call("GET", f"/rest/posts/{quote(urn, safe='')}").word("commentary")
        except PlatformError:
            return ""

    def find(self, request: PartRequest) -> Receipt | None:
        author = quote(self.account.settings["author"], safe="")
        path = f"/rest/posts?q=author&author={author}&count=100&sortBy=LAST_MODIFIED"
        way = {"X-RestLi-Method": "FINDER"}
        return look_back(
            request,
            lambda more: self.call("GET", path, params=more, headers=way),
            lambda page: map(posts.seen, page.items("elements")),
            by_number("start", "elements", size=100),
            sent=self.wire_text(request),
        )

    def delete(self, receipt: Receipt) -> None:
        way = {"X-RestLi-Method": "DELETE"}
        self.remove("DELETE", f"/rest/posts/{quote(receipt.id, safe='')}", headers=way)

    def metrics(self, receipt: Receipt) -> Metrics:
        if self.page:
            return posts.page_metrics(self, self.account.settings["author"], receipt.id)
        return posts.member_metrics(self, receipt.id)

    def wire_text(self, request: PartRequest) -> str:
        return little_text(request.text, plain_hashtags=self.setting("hashtags") == "plain")
