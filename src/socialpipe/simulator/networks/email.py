"""A mailing list: whatever is handed over is read by all (RFC 5322)."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from socialpipe.model import Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import Draft, Media
from socialpipe.simulator.markup import Page
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, reply


class Email(Network):
    """Takes messages over SMTP; its address is another port of the simulator."""

    name = "email"
    title = "E-mail"
    limits = Limits(10_000_000, Unit.CODEPOINTS, "RFC 5321", "2026-11-23")

    def error(self, status: int, message: str, code: str = "") -> Answer:
        del code
        return reply({"error": message}, status)

    @route("DATA /", creates=True)
    def receive(self, call: Call) -> Answer:
        parser = BytesParser(_class=EmailMessage, policy=policy.default)
        message = parser.parsebytes(call.request.body)
        plain, rich = message.get_body(("plain",)), message.get_body(("html",))
        if plain is None or not message["Message-ID"]:
            return self.error(400, "The message has no text or no name.")
        page = Page(rich.get_content() if rich else "")
        draft = Draft(
            plain.get_content().replace("\r\n", "\n").strip(),
            str(message["Message-ID"]),
            self._images(call, message, dict(page.images)),
            place=str(message["To"]),
            title=str(message["Subject"]),
        )
        return reply({"id": self.accept(call, draft).id})

    def _images(self, call: Call, message: EmailMessage, alts: dict[str, str]) -> tuple[Media, ...]:
        """Keep the images that the text shows, with their alt texts."""
        shown = [part for part in message.walk() if part.get_content_maintype() == "image"]
        named = [(part, f"cid:{str(part['Content-ID']).strip('<>')}") for part in shown]
        held = [self.hold(call, part.get_content(), alts.get(name, "")) for part, name in named]
        return tuple(image for image in held if image is not None)
