"""What Threads, Facebook and Instagram have in common: containers, images by address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from socialpipe.errors import NotSent, PlatformError, Rejected, Unknown
from socialpipe.model import Card, Json, Receipt
from socialpipe.platforms.answer import CHANGE, Answer, tidy
from socialpipe.platforms.base import Gone, PartRequest, Platform
from socialpipe.platforms.lookback import look_back
from socialpipe.platforms.meta.codes import NotReady, meaning
from socialpipe.platforms.meta.forms import next_page
from socialpipe.platforms.poll import wait_for, when_ready
from socialpipe.platforms.readback import Seen

PUBLISHED = "PUBLISHED"
WAITING = {"FINISHED", "IN_PROGRESS"}  # a container that was never released


class Graph(Platform):
    """A platform of Meta."""

    fetches_images = True
    copies_images = True

    def judge(self, answer: Answer) -> PlatformError | None:
        return meaning(answer, self.title)

    def container(self, owner: str, edge: str, fields: Mapping[str, str]) -> str:
        """Create a container, which nobody sees, and wait until it is ready to be published."""
        number = self.call("POST", f"/{owner}/{edge}", data=fields).id("id")
        if not self._ready(number):
            wait_for(lambda: self._ready(number))
        return number

    def _ready(self, container: str) -> bool:
        answer = self.call("GET", f"/{container}", params={"fields": self.status_fields})
        status = _state(answer)
        if status == "EXPIRED":  # after 24 h
            raise NotSent(f"{self.title} has let the container expire.")
        if status == "ERROR":
            why = tidy(answer.word("error_message") or answer.word("status"))
            raise Rejected(f"{self.title} cannot use the media: {why}.", CHANGE)
        return status in {"FINISHED", "PUBLISHED"}

    status_fields = "status,error_message"

    def release(self, owner: str, edge: str, container: str) -> str:
        """Publish a container; while it is not ready, that creates nothing and is repeated."""
        path, fields = f"/{owner}/{edge}", {"creation_id": container}
        try:
            made = when_ready(lambda: self.call("POST", path, creates=True, data=fields), NotReady)
        except Rejected as no:
            if self.state(container) == PUBLISHED:  # an earlier try went through
                raise Unknown(no.what) from no
            raise
        return made.id("id")

    def state(self, container: str) -> str:
        """Ask where a container stands; "" where nobody tells."""
        where = {"fields": self.status_fields}
        try:
            return _state(self.call("GET", f"/{container}", params=where))
        except PlatformError:
            return ""

    def settle(self, request: PartRequest, look: Callable[[], Receipt | None]) -> Receipt | None:
        """Find a post by its container, which knows, whatever became of the text; then by text."""
        container = str(request.staged["id"]) if request.staged else ""
        state = self.state(container) if container else ""
        if state in WAITING:
            return None
        try:
            found = look()
        except Unknown:
            if state != PUBLISHED:
                raise
            found = None
        return found or (Receipt(container) if state == PUBLISHED else None)

    def listed(
        self,
        request: PartRequest,
        path: str,
        fields: Mapping[str, str],
        seen: Callable[[Any], Seen],
    ) -> Receipt | None:
        """Look for a post in a list of the account's."""
        return look_back(
            request,
            lambda more: self.call("GET", path, params={**fields, **more}),
            lambda page: map(seen, page.items("data")),
            next_page,
        )

    def published(self, post: str, text: str) -> Receipt:
        """Ask for the address and the text of a post; a failure says nothing about the post."""
        try:
            shown = self.call("GET", f"/{post}", params={"fields": f"permalink,{text}"})
        except PlatformError:
            return Receipt(post)
        address = shown.link("permalink")
        # A caption that was dropped is no field at all.
        return Receipt(post, address, text=shown.word(text) if address else None)

    def delete(self, receipt: Receipt) -> None:
        """Delete a post; "it does not exist" may mean that the token must not, so look."""
        try:
            self.call("DELETE", f"/{receipt.id}")
        except Rejected:
            if self._shows(receipt.id):
                raise

    def _shows(self, post: str) -> bool:
        try:
            self.call("GET", f"/{post}", params={"fields": "id"})
        except Gone:
            return False
        return True

    def upload(self, card: Card) -> Json:
        return {"url": self.public_url(card)}


def _state(answer: Answer) -> str:
    return answer.word("status_code") or answer.word("status")
