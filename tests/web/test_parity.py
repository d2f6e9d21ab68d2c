"""Whatever a page does, a program can do: each form has its operation, or a reason why not."""

from __future__ import annotations

from fastapi import FastAPI
from tests.web.routes import calls

from socialpipe.web import undo
from socialpipe.web.pages.draft import VERBS

_ACCOUNT = "one's own account is no business of a program"
_BROWSER = "about this browser alone"
_CLIENT = "for clients by their link; whoever has a token approves by /deliveries"
_NO_SIGN_IN = "signs people in; programs have tokens"

# A form → the operations that do the same. A reason instead: nobody needs it there.
ACTIONS: dict[str, tuple[str, ...] | str] = {
    "POST /brands": ("POST /brands", "PUT /brands/{brand_id}/logo"),
    "POST /brands/{brand_id}": ("PATCH /brands/{brand_id}", "PUT /brands/{brand_id}/logo"),
    "POST /brands/{brand_id}/remove": ("DELETE /brands/{brand_id}",),
    "POST /calendar/channels/pause": ("POST /channels/pause",),
    "POST /calendar/channels/resume": ("POST /channels/resume",),
    "POST /calendar/channels/{channel_id}/pause": ("POST /channels/{channel_id}/pause",),
    "POST /calendar/channels/{channel_id}/resume": ("POST /channels/{channel_id}/resume",),
    "POST /calendar/channels/{channel_id}/shuffle": ("POST /channels/{channel_id}/shuffle",),
    "POST /calendar/{delivery_id}/move": (
        "PATCH /deliveries/{delivery_id}",
        "POST /deliveries/{delivery_id}/next-slot",
    ),
    "POST /compose": ("POST /drafts", "POST /drafts/files"),
    "POST /compose/keep": ("POST /drafts",),
    "POST /compose/{draft_id}/discard": ("DELETE /drafts/{draft_id}",),
    "POST /compose/{draft_id}/picture": (
        "PUT /drafts/{draft_id}/picture",
        "DELETE /drafts/{draft_id}/picture",
    ),
    "POST /compose/{draft_id}/save": (
        "PATCH /drafts/{draft_id}",
        "PATCH /drafts/{draft_id}/posts/{channel_id}",
        "POST /drafts/{draft_id}/queue",
    ),
    "POST /compose/{draft_id}/source": (
        "PATCH /drafts/{draft_id}",
        "POST /drafts/{draft_id}/compose",
    ),
    "POST /deliveries/cancel": ("POST /deliveries/{delivery_id}/cancel",),
    "POST /deliveries/retry": ("POST /deliveries/{delivery_id}/retry",),
    "POST /deliveries/{delivery_id}/absent": ("POST /deliveries/{delivery_id}/confirm",),
    "POST /deliveries/{delivery_id}/cancel": ("POST /deliveries/{delivery_id}/cancel",),
    "POST /deliveries/{delivery_id}/delete": ("DELETE /deliveries/{delivery_id}",),
    "POST /deliveries/{delivery_id}/edit": ("PATCH /deliveries/{delivery_id}",),
    "POST /deliveries/{delivery_id}/look": ("POST /deliveries/{delivery_id}/look",),
    "POST /deliveries/{delivery_id}/out": ("POST /deliveries/{delivery_id}/confirm",),
    "POST /deliveries/{delivery_id}/retry": ("POST /deliveries/{delivery_id}/retry",),
    "POST /freeze": ("POST /system/freeze",),
    "POST /unfreeze": ("POST /system/unfreeze",),
    "POST /library/{campaign_id}/evergreen": ("POST /evergreens/campaigns/{campaign_id}",),
    "POST /library/evergreens/{evergreen_id}/stop": ("POST /evergreens/{evergreen_id}/stop",),
    "POST /review/campaigns/{campaign_id}/links": ("POST /review-links",),
    "POST /review/links/{link_id}/revoke": ("DELETE /review-links/{link_id}",),
    "POST /review/{delivery_id}/approve": ("POST /deliveries/{delivery_id}/approve",),
    "POST /review/{delivery_id}/return": ("POST /deliveries/{delivery_id}/return",),
    "POST /r/{token}/{delivery_id}/approve": _CLIENT,
    "POST /r/{token}/{delivery_id}/return": _CLIENT,
    "POST /settings/people/invitations/{invitation_id}/withdraw": (
        "DELETE /people/invitations/{invitation_id}",
    ),
    "POST /settings/people/invite": ("POST /people/invitations",),
    "POST /settings/people/{person_id}/password-link": ("POST /people/{person_id}/password-link",),
    "POST /settings/people/{person_id}/remove": ("DELETE /people/{person_id}",),
    "POST /settings/people/{person_id}/role": ("PUT /people/{person_id}/role",),
    "POST /settings/people/{person_id}/sign-out": ("POST /people/{person_id}/sign-out",),
    "POST /settings/tokens": ("POST /tokens",),
    "POST /settings/tokens/{token_id}/revoke": ("DELETE /tokens/{token_id}",),
    "POST /settings/workspaces": ("POST /workspaces",),
    "POST /settings/workspaces/{workspace_id}/leave": _ACCOUNT,
    "POST /settings/workspaces/{workspace_id}/open": _BROWSER,
    "POST /settings/password": _ACCOUNT,
    "POST /settings/profile": _ACCOUNT,
    "POST /settings/second-factor": _ACCOUNT,
    "POST /settings/second-factor/off": _ACCOUNT,
    "POST /settings/sessions/{session_id}/revoke": _ACCOUNT,
    "POST /undo/{notice_id}": "the verbs are below, in UNDO",
    "POST /join/{token}": _NO_SIGN_IN,
    "POST /password/{token}": _NO_SIGN_IN,
    "POST /setup": _NO_SIGN_IN,
    "POST /sign-in": _NO_SIGN_IN,
    "POST /sign-in/code": _NO_SIGN_IN,
    "POST /sign-in/{token}": _NO_SIGN_IN,
    "POST /sign-out": _BROWSER,
}

# The buttons of a draft's form, which is one route.
_POST = "PATCH /drafts/{draft_id}/posts/{channel_id}"
BUTTONS: dict[str, str] = {
    "fit": "POST /drafts/{draft_id}/posts/{channel_id}/fit",
    "reset": "POST /drafts/{draft_id}/posts/{channel_id}/reset",
    "redraw": "GET /drafts/{draft_id}/posts/{channel_id}",
    "pick": _POST,
    "part": _POST,
    "unpart": _POST,
    "tag": _POST,
    "untag": _POST,
    "earlier": _POST,
    "later": _POST,
}

# What the button of a toast takes back → what a program calls instead.
UNDO: dict[str, tuple[str, ...]] = {
    "channel.pause": ("POST /channels/{channel_id}/resume",),
    "channel.resume": ("POST /channels/{channel_id}/pause",),
    "delivery.cancel": ("POST /deliveries/{delivery_id}/retry",),
    "delivery.move": ("PATCH /deliveries/{delivery_id}",),
    "delivery.retry": ("POST /deliveries/{delivery_id}/cancel",),
    "draft.discard": ("POST /drafts/{draft_id}/restore",),
    "draft.queue": ("POST /drafts/{draft_id}/unqueue",),
    "person.role": ("PUT /people/{person_id}/role", "POST /people/invitations"),
}

# A page → what tells a program the same.
PAGES: dict[str, tuple[str, ...] | str] = {
    "GET /": _BROWSER,
    "GET /brands": ("GET /brands",),
    "GET /brands/new": "an empty form",
    "GET /brands/{brand_id}": ("GET /brands/{brand_id}",),
    "GET /calendar": ("GET /calendar", "GET /channels/{channel_id}/slots"),
    "GET /compose": ("GET /drafts",),
    "GET /compose/{draft_id}": ("GET /drafts/{draft_id}", "GET /drafts/{draft_id}/posts"),
    "GET /compose/{draft_id}/cards/{channel_id}/{n}": (
        "GET /drafts/{draft_id}/posts/{channel_id}/cards/{n}",
    ),
    "GET /compose/{draft_id}/progress": ("GET /drafts/{draft_id}",),
    "GET /compose/{draft_id}/source": ("GET /drafts/{draft_id}",),
    "GET /deliveries": ("GET /deliveries",),
    "GET /deliveries/{delivery_id}": (
        "GET /deliveries/{delivery_id}",
        "GET /deliveries/{delivery_id}/explanation",
    ),
    "GET /library": ("GET /campaigns",),
    "GET /library/channels": ("GET /channels", "GET /reports/channels/{channel_id}"),
    "GET /library/channels/{channel_id}": (
        "GET /reports/channels/{channel_id}",
        "GET /reports/channels/{channel_id}/best-times",
    ),
    "GET /library/evergreens": ("GET /evergreens",),
    "GET /library/{campaign_id}": (
        "GET /campaigns/{campaign_id}",
        "GET /reports/campaigns/{campaign_id}",
    ),
    "GET /review": ("GET /deliveries", "GET /review-links"),
    "GET /review/{delivery_id}/images/{name}": ("GET /deliveries/{delivery_id}/images/{n}",),
    "GET /r/{token}": _CLIENT,
    "GET /r/{token}/{delivery_id}/images/{name}": _CLIENT,
    "GET /settings": _ACCOUNT,
    "GET /settings/audit": ("GET /audit",),
    "GET /settings/people": ("GET /people", "GET /people/invitations"),
    "GET /settings/second-factor": _ACCOUNT,
    "GET /settings/tokens": ("GET /tokens",),
    "GET /settings/workspaces": ("GET /workspaces/this",),
    "GET /system": ("GET /system/health",),
    "GET /join/{token}": _NO_SIGN_IN,
    "GET /password/{token}": _NO_SIGN_IN,
    "GET /setup": _NO_SIGN_IN,
    "GET /sign-in": _NO_SIGN_IN,
    "GET /sign-in/{token}": _NO_SIGN_IN,
}
_API = "/api/v1"


def test_every_form_has_its_operation(app: FastAPI) -> None:
    assert {one for one in _pages(app) if not one.startswith("GET ")} == set(ACTIONS)


def test_every_page_has_its_operation(app: FastAPI) -> None:
    shown = {one for one in _pages(app) if one.startswith("GET ") and not one.endswith("/live")}
    assert shown == set(PAGES)


def test_every_button_of_a_draft_has_its_operation() -> None:
    assert set(VERBS) == set(BUTTONS)


def test_whatever_can_be_undone_can_be_undone_by_a_program(app: FastAPI) -> None:
    ours = {verb for verb in undo.VERBS if not verb.startswith("test.")}  # others' tests add some
    assert ours == set(UNDO)


def test_the_operations_are_there(app: FastAPI) -> None:
    told = [*ACTIONS.values(), *PAGES.values(), *UNDO.values()]
    named = {one for found in told if isinstance(found, tuple) for one in found}
    there = {
        f"{call.method} {call.route.path.removeprefix(_API)}"
        for call in calls(app)
        if call.route.path.startswith(_API)
    }
    assert (named | set(BUTTONS.values())) - there == set()


def _pages(app: FastAPI) -> set[str]:
    """Return what people can do in a browser, but for what asks nobody who they are."""
    return {
        f"{call.method} {call.route.path}"
        for call in calls(app)
        if not call.is_free and not call.route.path.startswith(_API)
    }
