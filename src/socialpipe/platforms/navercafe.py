"""Naver Cafe boards (developers.naver.com/docs/login/cafe-api, 2026-11)."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from socialpipe.errors import PlatformError, Rejected, Throttled, Unauthorized
from socialpipe.model import Limits, Receipt, Recovery, Unit
from socialpipe.platforms.answer import CHANGE, RENEW, Answer, tidy
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform
from socialpipe.platforms.markup import article_html, title


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
        images=0,  # how a multipart form must be encoded is not documented
        alt=None,
    )
    recovery = Recovery()  # neither a key nor a documented list
    fields = (
        Field("token", "Naver login token with the permission to write in cafés", secret=True),
        Field("clubid", "number of the café"),
        Field("menuid", "number of the board"),
        Field("open", "yes: everybody may read it (no)", required=False),
    )

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
        form = {
            "subject": encoded(title(request, 100)),
            "content": encoded(re.sub(r">\n<", "><", article_html(request))),
        }
        if self.setting("open") == "yes":
            form["openyn"] = "true"
        path = f"/v1/cafe/{where}/articles"
        answer = self.call("POST", path, creates=True, data=form)
        number = answer.id("message", "result", "articleId")
        return Receipt(number, answer.link("message", "result", "articleUrl"))


def encoded(text: str) -> str:
    """Percent-encode once; the form does it a second time, and the server decodes twice.

    It takes the text for MS949, so what that does not have becomes a character reference.
    """
    return quote("".join(_known(c) for c in unicodedata.normalize("NFC", text)))


def _known(character: str) -> str:
    try:
        character.encode("cp949")
    except UnicodeEncodeError:
        return f"&#{ord(character)};"
    return character
