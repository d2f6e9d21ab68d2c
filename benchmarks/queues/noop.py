"""A platform that publishes into a file: what is measured then is the pipeline alone."""

from __future__ import annotations

import time
from typing import ClassVar

from socialpipe.model import Card, Json, Limits, Receipt, Recovery, Unit
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform


class Noop(Platform):
    """Its `file` takes the time of each publication; with `upload`, images take so many seconds."""

    name = "noop"
    title = "Nothing"
    api_base = "http://127.0.0.1"
    limits = Limits(text=500, unit=Unit.GRAPHEMES, source="own", checked="2026-11-23", images=4)
    recovery = Recovery(read_back=True)
    fields: ClassVar[tuple[Field, ...]] = ()

    def check(self) -> Identity:
        return Identity("1", "noop")

    def upload(self, card: Card) -> Json:
        del card
        self.call("POST", f"/wait/{self.setting('upload', '0')}")
        return {}

    def publish(self, request: PartRequest) -> Receipt:
        with open(self.setting("file"), "a", encoding="ascii") as file:  # noqa: PTH123
            file.write(f"{time.time():.4f}\n")
        return Receipt(request.key, None)
