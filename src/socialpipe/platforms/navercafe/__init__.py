"""Naver Cafe boards (developers.naver.com/docs/login/cafe-api, 2026-11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from socialpipe.errors import PlatformError, Rejected, Throttled, Unauthorized
from socialpipe.model import Limits, Receipt, Recovery, Unit
from socialpipe.platforms.answer import CHANGE, RENEW, Answer, tidy
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform, attachment
from socialpipe.platforms.markup import article_html, title
from socialpipe.platforms.navercafe.encoding import encoded, known
from socialpipe.platforms.oauth import facts

if TYPE_CHECKING:  # reading Limits must not load an HTTP library
    from socialpipe.platforms.http import File


class NaverCafe(Platform):
    name = "navercafe"
    title = "Naver Cafe"
    api_base = "https://openapi.naver.com"
    limits = Limits(
        text=8000,  # about 10,000 with its markup, as programs found it; not documented
        unit=Unit.CODEPOINTS,
        source="developers.naver.com/docs/login/cafe-api",
        checked="2026-11-23",
        thread=False,
        hashtags=10,
        images=0,  # how a form with images is encoded is not documented: see the setting `images`
        alt=None,
    )
    recovery = Recovery()  # neither a key nor a documented list
    fields = (
        Field("token", "Naver login token with the permission to write in cafés", secret=True),
        Field("clubid", "number of the café"),
        Field("menuid", "number of the board"),
        Field("open", "yes: everybody may read it (no)", required=False),
        Field("images", "quoted or raw: post the cards, with texts encoded so (no)", False, False),
        Field("image_field", "name of the n-th image in the form (image[{n}])", required=False),
    )
    oauth = facts.NAVERCAFE

    @classmethod
    def limits_with(cls, settings: Mapping[str, str]) -> Limits:
        if settings.get("images") in {"quoted", "raw"}:
            return replace(cls.limits, images=10)
        return cls.limits

    def judge(self, answer: Answer) -> PlatformError | None:
        """Read `message.status` and the gateway's `errorCode`: the status may be 200."""
        gateway = answer.word("errorCode")
        if gateway in {"024", "028"}:
            return Unauthorized(f"Naver says {gateway}.", RENEW, status=answer.status)
        if gateway == "010":
            return Throttled("Naver: too many calls.", seconds=90, status=answer.status)
        status = str(answer.get("message", "status") or "200")
        if status == "200" or answer.status >= 500:
            return None
        said = tidy(str(answer.get("message", "error", "msg") or status))
        return Rejected(f"Naver Cafe says: {said}", CHANGE, status=answer.status)

    def check(self) -> Identity:
        me = self.call("GET", "/v1/nid/me")
        name = me.word("response", "nickname")
        return Identity(me.id("response", "id"), name)

    def publish(self, request: PartRequest) -> Receipt:
        where = f"{self.account.settings['clubid']}/menu/{self.account.settings['menuid']}"
        words = {
            "subject": title(request, 100),
            "content": re.sub(r">\n<", "><", article_html(request)),
        }
        if self.setting("open") == "yes":
            words["openyn"] = "true"
        path = f"/v1/cafe/{where}/articles"
        if request.cards:
            files = self._form(words, request)
            answer = self.call("POST", path, creates=True, files=files)
        else:
            form = {name: encoded(text) for name, text in words.items()}
            answer = self.call("POST", path, creates=True, data=form)
        number = answer.id("message", "result", "articleId")
        return Receipt(number, answer.link("message", "result", "articleUrl"))

    def _form(self, words: dict[str, str], request: PartRequest) -> list[tuple[str, File]]:
        """Write texts and images as a multipart form, in the encoding that was found to work."""
        raw = self.setting("images") == "raw"
        texts: list[tuple[str, File]] = [
            (
                name,
                (
                    None,
                    known(text).encode("cp949") if raw else encoded(text).encode(),
                    "text/plain",
                ),
            )
            for name, text in words.items()
        ]
        field = self.setting("image_field", "image[{n}]")
        cards = enumerate(request.cards)
        files = [(field.format(n=n), attachment(card, f"card-{n}")) for n, card in cards]
        return [*texts, *files]
