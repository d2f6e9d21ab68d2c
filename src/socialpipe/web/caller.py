"""Who makes a request, what they may do, and what the request says."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.datastructures import URL

from socialpipe.errors import AccessDenied, TryAgain
from socialpipe.model.people import Person, ReviewLink, Role, Workspace
from socialpipe.store import Store
from socialpipe.store.sessions import Bearer
from socialpipe.store.throttle import Rule, rules
from socialpipe.store.tokens import new_token
from socialpipe.web import cookies
from socialpipe.web.i18n import Viewer, negotiated, viewer
from socialpipe.web.i18n import gettext as _
from socialpipe.web.live import is_shared
from socialpipe.web.permissions import Action, allows
from socialpipe.web.refusal import SignInNeeded, TooManyRequests
from socialpipe.web.security import csrf_token

if TYPE_CHECKING:
    from socialpipe.web.desk import Desk


class Caller:
    """Somebody at the other end: a person, a program of theirs, a client with a link, nobody."""

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

    def together(self) -> AbstractContextManager[None]:
        """Let what is read meanwhile be of one moment, and cost one transaction."""
        return self.desk.store.database.together()

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

    @cached_property
    def frozen(self) -> str | None:
        """Who froze publishing and why, for those whom it concerns; None: nobody did."""
        return self.desk.store.switches.frozen() if self.may(Action.SEE) else None

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
        return self._csrf

    @cached_property
    def _csrf(self) -> str:
        if self.csrf_secret is None:
            self._guest = self._guest or new_token()
        where = self.workspace.id if self.workspace else None
        return csrf_token(self.csrf_secret or self._guest or "", where)


_LINKED = frozenset({Action.SEE_REVIEW, Action.COMMENT, Action.APPROVE})
