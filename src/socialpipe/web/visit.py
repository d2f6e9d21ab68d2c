"""One request and how it is answered: what every route gets."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from socialpipe.model import Json
from socialpipe.web import cookies
from socialpipe.web.caller import Caller
from socialpipe.web.i18n import viewer
from socialpipe.web.live import News
from socialpipe.web.menu import SETTINGS, menu


class Visit(Caller):
    """Handed to every route by `auth.may(action)`."""

    _told = False  # whether something is to be told with this answer

    def page(
        self, template: str, /, *, status: int = 200, fragment: str | None = None, **context: Any
    ) -> Response:
        """Render a whole page; for htmx, only its `fragment`, if it names one."""
        if fragment is not None and self.is_htmx:
            return self.fragment(fragment, status=status, **context)
        with self.together():
            return self._html(template, status, {**context, "notices": self._notices()})

    def fragment(self, template: str, /, *, status: int = 200, **context: Any) -> Response:
        """Render a part of a page, and what is to be told beside it."""
        notices = self._notices() if self._told else []
        return self._html(template, status, {**context, "notices": notices}, toasts=True)

    def text(self, template: str, /, **context: Any) -> str:
        """Render a template to a string, as the live stream needs it."""
        return self.desk.templates.get_template(template).render(self._context(context))

    def go(self, path: str) -> Response:
        """Go on to another page after a form was posted; htmx is told so, too."""
        if self.is_htmx:
            return Response(status_code=204, headers={"HX-Redirect": path})
        return RedirectResponse(path, status_code=303)

    @property
    def version(self) -> str:
        """Name the state of all deliveries: what a live page shows, asked before it is read.

        The page's stream is told it (`?seen=…`), and begins with what changed after it.
        """
        return self.desk.live.version()

    def stream(
        self, key: Hashable, render: Callable[[News], str], *, every: float | None = None
    ) -> StreamingResponse:
        """Keep a page up to date: whenever deliveries of this workspace change, `render` says how.

        It begins with the whole, unless nothing changed since the version that the page shows.
        It returns `<hx-partial>`s, or "" for nothing new. Viewers of the same page (same `key`,
        workspace, role and language) share one rendering. With `every`, also each so many seconds.
        """
        return self.desk.live.stream(self, key, render, every)

    def refused(self, status: int, what: str, fix: str) -> Response:
        """Say why not, and what to do."""
        context = {"status": status, "what": what, "fix": fix}
        if self.is_htmx:
            return self._html("parts/refusal.html", status, context)
        return self._html("refusal.html", status, {**context, "notices": []})

    def tell(self, text: str, *, tone: str = "good", undo: tuple[str, Json] | None = None) -> None:
        """Tell something on the page that is shown next; `undo` is a verb of `undo.py`, its values.

        Programs and review links are told nothing: their answer says it.
        """
        if self.bearer is None or self.bearer.session_id is None:
            return
        self._told = True
        kept = None if undo is None else {"verb": undo[0], "values": undo[1]}
        where = self.workspace.id if self.workspace else None
        self.desk.store.notices.add(self.bearer.session_id, where, tone, text, kept)

    def audit(self, action: str, subject: str, detail: str = "") -> None:
        """Note in the audit log what was done to what."""
        where = self.workspace.id if self.workspace else None
        self.desk.store.audit.note(where, self.actor, action, subject, detail)

    def _notices(self) -> list[Any]:
        if self.bearer is None or self.bearer.session_id is None:
            return []
        return self.desk.store.notices.show(self.bearer.session_id)

    def _context(self, context: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "visit": self,
            "viewer": viewer(),
            "menu": menu(self),
            "places": menu(self, SETTINGS),
            "notices": [],
            **context,
        }

    def _html(
        self, template: str, status: int, context: Mapping[str, Any], *, toasts: bool = False
    ) -> Response:
        body = self.text(template, **context)
        if toasts and context["notices"]:
            body += self.text("parts/toasts.html", **context)
        response = HTMLResponse(body, status)
        if self._guest and self._guest != cookies.guest(self.request):
            cookies.set_guest(response, self._guest, https=self.is_https)
        return response
