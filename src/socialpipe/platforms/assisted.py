"""Closed networks: everything is made ready, a person posts it and tells where it is.

Their writing interfaces have ended: Naver Blog 2020-05-06, Tistory 2024-03, Medium takes no new
tokens, and Kakao channels and Brunch never had an open one (checked 2026-11-23).
"""

from __future__ import annotations

from urllib.parse import quote

from socialpipe.errors import Unknown
from socialpipe.model import Limits, Receipt, Recovery, Unit
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform


class Assisted(Platform):
    name = "assisted"
    title = "By hand"
    api_base = "https://"  # nothing is called
    limits = Limits(
        text=3000,
        unit=Unit.CODEPOINTS,
        source="a person pastes it",
        checked="2026-11-23",
        thread=False,
        hashtags=10,
        images=4,
        alt=1000,
        card=(1080, 1350),
    )
    recovery = Recovery()  # only the person knows
    fields = (
        Field("site", "what the network is called, such as Naver Blog"),
        Field("editor_url", "where to write; may hold {url} and {title}", required=False),
    )

    def check(self) -> Identity:
        site = self.account.settings["site"]
        return Identity(site, site)

    def publish(self, request: PartRequest) -> Receipt:
        """Hand over to a person: the delivery waits until it is confirmed."""
        link = self.setting("editor_url")
        for name, value in {"{url}": request.link, "{title}": request.title}.items():
            link = link.replace(name, quote(value or "", safe=""))
        raise Unknown(
            f"It is your turn: post it on {self.account.settings['site']} {link}".rstrip() + ".",
            "Paste text and images, then confirm the delivery with the address of the post.",
        )
