"""Facebook Pages (Graph API v25.0, 2026-06-02)."""

from __future__ import annotations

from socialpipe.errors import PlatformError, Rejected
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import word
from socialpipe.platforms.base import Field, Identity, PartRequest, attachment
from socialpipe.platforms.facebook import posts
from socialpipe.platforms.meta import Graph
from socialpipe.platforms.meta.forms import attached, insights
from socialpipe.platforms.oauth import facts


class Facebook(Graph):
    name = "facebook"
    title = "Facebook"
    api_base = "https://graph.facebook.com/v25.0"
    limits = Limits(
        text=63_206,  # as peers found it; not documented
        unit=Unit.CODEPOINTS,
        source="developers.facebook.com/docs/pages-api; error 1366046 (images)",
        checked="2026-06-02",
        thread=False,
        hashtags=3,
        images=10,  # attached_media
        image_bytes=4_000_000,  # "Photos should be smaller than 4 MB and saved as JPG, PNG"
        alt=1000,
        card=(1200, 630),
    )
    recovery = Recovery(read_back=True)
    fetches_images = False
    fields = (
        Field("token", "Page access token: pages_manage_posts", secret=True),
        Field("page_id", "numeric id of the page"),
        Field("alt_field", "parameter of the alt text (alt_text_custom)", required=False),
    )
    oauth = facts.FACEBOOK

    def adopt(self) -> dict[str, str]:
        """Take the page's own token, which does not end by time, in the place of the person's."""
        asked = {"fields": "id,name,access_token", "limit": "100"}
        pages = self.call("GET", "/me/accounts", params=asked).items("data")
        wanted = self.setting("page_id")
        found = [page for page in pages if wanted in {"", word(page, "id")}]
        if len(found) != 1:
            names = ", ".join(f"{word(page, 'id')} ({word(page, 'name')})" for page in pages)
            raise Rejected(
                f"Which page? You let us into: {names or 'none'}.", "Add --set page_id=NUMBER"
            )
        return {"page_id": word(found[0], "id"), "token": word(found[0], "access_token")}

    def check(self) -> Identity:
        fields = {"fields": "id,name,link"}
        page = self.call("GET", f"/{self.account.settings['page_id']}", params=fields)
        return Identity(page.id("id"), page.word("name"), page.link("link"))

    def upload(self, card: Card) -> Json:
        """Stage a photo, which nobody sees until a post attaches it."""
        answer = self.call(
            "POST",
            f"/{self.account.settings['page_id']}/photos",
            data={"published": "false", self.setting("alt_field", "alt_text_custom"): card.alt},
            files={"source": attachment(card)},
        )
        return {"id": answer.id("id")}

    def publish(self, request: PartRequest) -> Receipt:
        form = {"message": request.text}
        if request.uploads:
            form |= attached([upload["id"] for upload in request.uploads])
        elif request.link:
            form["link"] = request.link  # shows its card
        path = f"/{self.account.settings['page_id']}/feed"
        # No `fields` here: with it, Meta answers 20/1772107 after it has created the post.
        post = self.call("POST", path, creates=True, data=form).id("id")
        return Receipt(post, f"https://www.facebook.com/{post}", text=self._shown(post))

    def _shown(self, post: str) -> str | None:
        """Ask what the post says; a failure says nothing about the post."""
        try:
            return (
                self.call("GET", f"/{post}", params={"fields": "message"}).word("message") or None
            )
        except PlatformError:
            return None

    def metrics(self, receipt: Receipt) -> Metrics:
        summaries = ",".join(f"{edge}.limit(0).summary(true)" for edge in ("comments", "reactions"))
        post = self.call("GET", f"/{receipt.id}", params={"fields": f"shares,{summaries}"})
        return posts.metrics(post, self._insights(receipt))

    def _insights(self, receipt: Receipt) -> dict[str, int]:
        """Ask for what needs read_insights too; without that right: nothing."""
        wanted = {"metric": "post_media_view,post_clicks"}
        try:
            return insights(self.call("GET", f"/{receipt.id}/insights", params=wanted))
        except Rejected:
            return {}

    def find(self, request: PartRequest) -> Receipt | None:
        since = str(int(request.created_at.timestamp()) - 60)
        shown = "id,message,created_time,attachments{subattachments,media_type}"
        where = {"fields": shown, "limit": "100", "since": since}
        path = f"/{self.account.settings['page_id']}/feed"
        return self.listed(request, path, where, posts.seen)
