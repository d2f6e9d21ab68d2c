"""A receiver of signed webhooks (Standard Webhooks, read 2026-08)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping

from socialpipe.model import Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import Draft, Ledger, Shelf
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, Request, reply

KEY = b"the simulator's signing secret"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"  # what a sender must sign with
TOLERANCE = 300  # seconds between our clocks
BODY_BYTES = 20_000


class Webhook(Network):
    """Takes events at /<any name>, each webhook-id once."""

    name = "webhook"
    title = "Webhook"
    limits = Limits(BODY_BYTES, Unit.CODEPOINTS, "standardwebhooks.com", "2026-11-23")

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.seen: Shelf[str, str] = Shelf()

    def error(self, status: int, message: str, code: str = "") -> Answer:
        del code
        return reply({"error": message}, status)

    def unauthorized(self) -> Answer:
        return self.error(410, "This endpoint is gone; send no more.")

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        del request
        return params.get("hook", "")

    @route("POST /{hook}", creates=True)
    def receive(self, call: Call) -> Answer:
        headers, body = call.request.headers, call.request.body
        number, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
        if not number or abs(float(sent) - call.now) > TOLERANCE:
            return self.error(401, "webhook-id or webhook-timestamp is not good")
        signed = f"{number}.{sent}.".encode() + body
        good = f"v1,{base64.b64encode(hmac.digest(KEY, signed, 'sha256')).decode()}"
        given = headers.get("webhook-signature", "").split()
        if not any(hmac.compare_digest(good, one) for one in given):
            return self.error(401, "webhook-signature is not good")
        if len(body) > BODY_BYTES:
            return self.error(413, "The body is too large")
        if number not in self.seen:
            self.seen[number] = self._accept(call, number)
        return reply({"received": number})

    def _accept(self, call: Call, number: str) -> str:
        data = call.object("data")
        text, images = str(data.get("text") or ""), data.get("images") or []
        media = tuple(self.linked(str(i["url"]), str(i.get("alt") or "")) for i in images)
        title, link = data.get("title"), data.get("link")
        return self.accept(call, Draft(text, number, media, key=number, title=title, link=link)).id
