"""WordPress sites (REST API, 2025-06), with an application password."""

from __future__ import annotations

from base64 import b64encode

from socialpipe.errors import PlatformError
from socialpipe.model import Card, Json, Limits, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer, number, word
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform, attachment, is_on
from socialpipe.platforms.markup import article_html, slug, title
from socialpipe.platforms.readback import plain
from socialpipe.platforms.wordpress import rights


class WordPress(Platform):
    name = "wordpress"
    title = "WordPress"
    api_base = ""  # the address of the site
    limits = Limits(
        text=100_000,  # no limit but the server's post_max_size
        unit=Unit.CODEPOINTS,
        source="developer.wordpress.org/rest-api",
        checked="2025-06-30",
        thread=False,
        link_field=True,
        hashtags=8,  # as tags
        images=4,
        image_bytes=2_000_000,  # upload_max_filesize of a plain PHP
        alt=1000,
        card=(1200, 630),
    )
    recovery = Recovery(read_back=True)  # by slug; a repeat would become slug-2
    fields = (
        Field("username", "user name, author or above"),
        Field("password", "application password of that user", secret=True),
        Field("rest", "path of the REST API (/wp-json; or /?rest_route=)", required=False),
        Field("force", "yes: delete for good, not into the trash (no)", required=False),
    )

    def headers(self) -> dict[str, str]:
        pair = f"{self.account.settings['username']}:{self.account.secrets['password']}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def judge(self, answer: Answer) -> PlatformError | None:
        return rights.meaning(answer)

    def check(self) -> Identity:
        me = self.call("GET", self._path("users/me"), params={"context": "edit"})
        return Identity(me.id("id"), me.word("name"), me.link("link"))

    def lacks(self) -> dict[str, str]:
        return rights.lacks(self.call("GET", self._path("users/me"), params={"context": "edit"}))

    def upload(self, card: Card) -> Json:
        name = attachment(card)[0]
        place = f'attachment; filename="{name}"'
        about = {"Content-Type": card.mime, "Content-Disposition": place}
        media = self.call("POST", self._path("media"), data=card.data, headers=about)
        made = {"id": media.number("id") or media.unclear(), "url": media.id("source_url")}
        self.call("POST", self._path(f"media/{made['id']}"), json={"alt_text": card.alt})
        return made

    def publish(self, request: PartRequest) -> Receipt:
        cards = zip(request.cards, request.uploads, strict=True)
        post: Json = {
            "title": title(request, 200),
            # The first image is the featured one, which themes show by themselves.
            "content": article_html(request, [(up["url"], card.alt) for card, up in cards][1:]),
            "status": "publish",
            "slug": slug(request),
            "tags": [self._tag(name) for name in request.hashtags],
        }
        if request.uploads:
            post["featured_media"] = request.uploads[0]["id"]
        return _receipt(self.call("POST", self._path("posts"), creates=True, json=post))

    def find(self, request: PartRequest) -> Receipt | None:
        where = {"slug": slug(request), "status": "publish", "context": "edit"}
        answer = self.call("GET", self._path("posts"), params=where)
        return _receipt(answer, 0) if answer.items() else None

    def wire_text(self, request: PartRequest) -> str:
        return plain(article_html(request))

    def delete(self, receipt: Receipt) -> None:
        """Move the post into the trash, or delete it for good where the channel says so."""
        force = "?force=true" if is_on(self.account.settings, "force") else ""
        self.remove("DELETE", self._path(f"posts/{receipt.id}{force}"))

    def _tag(self, name: str) -> int:
        """Find the number of a tag, or create it; a tag without posts is invisible."""
        found = self.call("GET", self._path("tags"), params={"search": name, "per_page": "100"})
        for tag in found.items():
            if word(tag, "name").casefold() == name.casefold():
                return number(tag, "id") or found.unclear()
        made = self.call("POST", self._path("tags"), json={"name": name})
        return made.number("id") or made.unclear()

    def _path(self, rest: str) -> str:
        return f"{self.setting('rest', '/wp-json')}/wp/v2/{rest}"


def _receipt(answer: Answer, *path: int) -> Receipt:
    # `rendered` would not do: themes curl its quotes.
    shown = plain(answer.word(*path, "content", "raw")) or None
    return Receipt(answer.id(*path, "id"), answer.link(*path, "link"), text=shown)
