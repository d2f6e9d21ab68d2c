"""Newsletters by e-mail (SMTP, RFC 5321; one-click unsubscribe, RFC 8058): one message to a list.

The list server knows the readers; Gmail's and Yahoo's rules for bulk senders are its business.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from socialpipe.model import Limits, Receipt, Recovery, Unit
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform
from socialpipe.platforms.mailbox import Mailbox, mailbox
from socialpipe.platforms.markup import html_body, title


class Email(Platform):
    name = "email"
    title = "E-mail"
    api_base = ""  # smtp://host:587 with STARTTLS, smtps://host:465 with TLS
    schemes = ("smtps", "smtp")
    limits = Limits(
        text=20_000,  # Gmail cuts messages of 102 kB
        unit=Unit.CODEPOINTS,
        source="support.google.com/mail (clipping, bulk senders); RFC 8058",
        checked="2026-11-23",
        text_bytes=60_000,
        thread=False,
        hashtags=0,  # plain text there
        images=2,
        image_bytes=500_000,
        alt=1000,
        card=(1200, 630),
    )
    recovery = Recovery()  # once the message was handed over, nobody can be asked
    fields = (
        Field("sender", "address that it comes from"),
        Field("to", "address of the mailing list"),
        Field("username", "user name on the server", required=False),
        Field("password", "password of that user", secret=True, required=False),
        Field("unsubscribe", "https:// address that takes one click", required=False),
        Field("subject_prefix", "such as (광고), which Korean law asks of ads", required=False),
        Field("footer", "sender, contact and how to leave, below the text", required=False),
    )

    def check(self) -> Identity:
        with self._server():
            sender = self.account.settings["sender"]
        return Identity(sender, sender)

    def publish(self, request: PartRequest) -> Receipt:
        message = self._message(request)
        with self._server() as server:
            server.hand_over(
                self.account.settings["sender"],
                self.account.settings["to"],
                message.as_bytes(policy=SMTP),
            )
        return Receipt(str(message["Message-ID"]))

    def _server(self) -> AbstractContextManager[Mailbox]:
        return mailbox(
            self.base,
            self.http,
            username=self.setting("username"),
            password=self.account.secrets.get("password", ""),
        )

    def _message(self, request: PartRequest) -> EmailMessage:
        """Write the newsletter; equal requests give equal bytes."""
        sender, to = self.account.settings["sender"], self.account.settings["to"]
        name = sha256(request.key.encode()).hexdigest()[:32]
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = sender, to
        message["Subject"] = f"{self.setting('subject_prefix')} {title(request, 150)}".strip()
        message["Date"] = format_datetime(request.created_at)
        message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
        message["List-Id"] = f"<{to.replace('@', '.')}>"
        message["Precedence"], message["Auto-Submitted"] = "bulk", "auto-generated"
        if leave := self.setting("unsubscribe"):
            message["List-Unsubscribe"] = f"<{leave}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        self._fill(message, request)
        for n, part in enumerate(message.walk()):
            if part.is_multipart():
                part.set_boundary(f"=={name}=={n}")
        return message

    def _fill(self, message: EmailMessage, request: PartRequest) -> None:
        footer = self.setting("footer")
        shown = replace(request, text=f"{request.text}\n\n{footer}".rstrip())
        link = [request.link] if request.link and request.link not in request.text else []
        message.set_content("\n\n".join([shown.text, *link]))
        images = [(f"cid:card{n}", card.alt) for n, card in enumerate(request.cards)]
        message.add_alternative(html_body(shown, images), subtype="html")
        html = message.get_payload()[1]  # type: ignore[index]
        for n, card in enumerate(request.cards):
            kind, _, subtype = card.mime.partition("/")
            html.add_related(card.data, kind, subtype, cid=f"<card{n}>")  # type: ignore[union-attr]
