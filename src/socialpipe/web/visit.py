"""One request and who makes it: what a page may know and do."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.datastructures import URL

from socialpipe.errors import AccessDenied, TryAgain
from socialpipe.model import Json
from socialpipe.model.people import Person, ReviewLink, Role, Workspace
from socialpipe.store import Store
from socialpipe.store.sessions import Bearer
from socialpipe.store.throttle import Rule, rules
from socialpipe.store.tokens import new_token
from socialpipe.web import cookies
from socialpipe.web.i18n import Viewer, negotiated, viewer
from socialpipe.web.i18n import gettext as _
from socialpipe.web.live import News, is_shared
from socialpipe.web.menu import SETTINGS, menu
from socialpipe.web.permissions import Action, allows
from socialpipe.web.refusal import SignInNeeded, TooManyRequests
from socialpipe.web.security import csrf_token

if TYPE_CHECKING:
    from socialpipe.web.desk import Desk


class Visit:
    """Handed to every route by `auth.may(action)`."""

    def __init__(
        self,
        desk: Desk,
        request: Request,
        action: Action,
        bearer: Bearer | None = None,
        link: ReviewLink | None = None,
    ) -> None:
        self.desk = desk
        self.request = request
        self.action = action
        self.bearer = bearer
        self.link = link
        self._told = False
        self._guest = cookies.guest(request)

    # Who, and where

    @property
    def person(self) -> Person | None:
        """Who is signed in."""
        return self.bearer.person if self.bearer else None

    @property
    def me(self) -> Person:
        """Who is signed in.

        Raises SignInNeeded when nobody is.
        """
        if self.bearer is None:
            raise SignInNeeded(_("Please sign in."))
        return self.bearer.person

    @property
    def role(self) -> Role | None:
        """What they are in this workspace; None: no member."""
        if self.link is not None:
            return Role.CLIENT
        return self.bearer.member.role if self.bearer and self.bearer.member else None

    @property
    def workspace(self) -> Workspace | None:
        """The workspace that they look at."""
        if self.link is not None:
            return self.link.workspace
        return self.bearer.member.workspace if self.bearer and self.bearer.member else None

    @property
    def home(self) -> Workspace:
        """The workspace that they look at.

        Raises AccessDenied for somebody without one.
        """
        if self.workspace is None:
            raise AccessDenied(_("You are in no workspace."), _("Ask its owner for an invitation."))
        return self.workspace

    @property
    def store(self) -> Store:
        """The store as this workspace sees it: others' rows are not there."""
        return self.desk.within(self.home.id)

    @property
    def actor(self) -> str:
        """How events and the audit log name them."""
        if self.link is not None:
            return f"{self.link.name} (review link)"
        return self.person.email if self.person else "nobody"

    @property
    def now(self) -> datetime:
        """The page's now: every time on it counts from the same."""
        clock = viewer().clock
        return clock if clock is not None else self.desk.now()

    def may(self, action: Action | str) -> bool:
        """Whether they may do it: show no button that would be refused."""
        scopes = self.bearer.scopes if self.bearer else frozenset()
        if self.link is not None:
            return action in _LINKED and (action != Action.APPROVE or self.link.may_approve)
        if self.bearer is None or (action == Action.ACCOUNT and self.bearer.session_id is None):
            return False  # a program has no business with its person's account
        return allows(Action(action), self.role, scopes)

    def require(self, action: Action) -> None:
        """Let nobody pass who may not do it.

        Raises SignInNeeded or AccessDenied.
        """
        if action is Action.OPEN or self.may(action):
            return
        if self.bearer is None and self.link is None:
            raise SignInNeeded(_("Please sign in."))
        raise AccessDenied(
            _("You may not do this here."), _("Ask an owner or admin of the workspace.")
        )

    def still(self) -> bool:
        """Whether they may still do what they did: a stream outlives a sign-out otherwise."""
        if self.link is not None:
            known = self.desk.store.review_links.known(self.request.path_params["token"])
            return known == self.link
        cookie = cookies.session(self.request)
        now = self.desk.store.sessions.bearer(cookie) if cookie else None
        return now is not None and now == self.bearer

    def check_pace(self, email: str) -> tuple[Rule, ...]:
        """Return what a failure of a password or code counts for, for this account.

        Raises TooManyRequests when there were too many.
        """
        counted = rules(email, self.address)
        try:
            self.desk.store.throttle.check(counted)
        except TryAgain as error:
            raise TooManyRequests(error.what, error.fix) from None
        return counted

    def viewer(self) -> Viewer:
        """Return whose eyes the page is for."""
        person = self.person
        locale = person.locale if person and person.locale else negotiated(self._accepted)
        zone = person.timezone if person and person.timezone else self.desk.settings.timezone
        return Viewer(locale, zone, self.desk.now())

    # Answers

    def page(
        self, template: str, /, *, status: int = 200, fragment: str | None = None, **context: Any
    ) -> Response:
        """Render a whole page; for htmx, only its `fragment`, if it names one."""
        if fragment is not None and self.is_htmx:
            return self.fragment(fragment, status=status, **context)
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

    def stream(
        self, key: Hashable, render: Callable[[News], str], *, every: float | None = None
    ) -> StreamingResponse:
        """Keep a page up to date: whenever deliveries of this workspace change, `render` says how.

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

    # What the request says

    @property
    def is_htmx(self) -> bool:
        """Whether htmx asks for a part of a page."""
        return "hx-request" in self.request.headers

    @property
    def here(self) -> str:
        """The path of the page that they look at, also when only a part of it is asked for."""
        shown = self.request.headers.get("hx-current-url")
        url = self.request.url if shown is None else URL(shown)
        return url.path + (f"?{url.query}" if url.query else "")

    @property
    def base_url(self) -> str:
        """Where people reach us, without a slash at the end."""
        return (self.desk.settings.public_url or str(self.request.base_url)).rstrip("/")

    @property
    def address(self) -> str:
        """The address that the request came from, as far as the proxy tells."""
        return self.request.client.host if self.request.client else "unknown"

    @property
    def is_https(self) -> bool:
        """Whether the browser came by HTTPS."""
        return self.desk.is_https or self.request.url.scheme == "https"

    @property
    def _accepted(self) -> str:
        return self.request.headers.get("accept-language", "")

    @cached_property
    def csrf_secret(self) -> str | None:
        """What the browser proves by that a form is ours: its session, else its guest cookie."""
        return cookies.session(self.request) if self.bearer else cookies.guest(self.request)

    @property
    def csrf(self) -> str:
        """What every form carries; in what several people get, nothing."""
        if is_shared():
            return ""
        if self.csrf_secret is None:
            self._guest = self._guest or new_token()
        where = self.workspace.id if self.workspace else None
        return csrf_token(self.csrf_secret or self._guest or "", where)

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


_LINKED = frozenset({Action.SEE_REVIEW, Action.COMMENT, Action.APPROVE})
