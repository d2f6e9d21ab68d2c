"""The authorization-code flow with PKCE and state, renewal and revocation.

The protocol is oauthlib's; the calls are made by our own `Http`, with its timeouts, its guard
against private addresses and its care for secrets. An answer that was lost is `Unknown`.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

from socialpipe.errors import AccessDenied, PlatformError, Rejected, Unauthorized
from socialpipe.platforms.answer import Answer, tidy
from socialpipe.platforms.oauth.model import App, Caller, Extension, OAuthFacts, Tokens

if TYPE_CHECKING:
    from oauthlib.oauth2 import WebApplicationClient

    from socialpipe.platforms.http import Http

_DEAD = {"invalid_grant", "invalid_token", "expired_token"}
_WRONG_APP = {"invalid_client", "unauthorized_client"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a person that is under way; the answer comes to `redirect_uri`."""

    url: str
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


class Flow:
    """The dealings of one app with one network. `base` is the channel's server."""

    def __init__(
        self, facts: OAuthFacts, app: App, http: Http, base: str, settings: Mapping[str, str]
    ) -> None:
        self.facts = facts
        self._app = app
        self._http = http
        self._base = base
        self._settings = settings

    def ask(self, redirect_uri: str) -> Asked:
        """Write the address at which a person lets us in."""
        client = self._client()
        state = secrets.token_urlsafe(32)
        verifier = client.create_code_verifier(64)
        facts = self.facts
        pkce = {
            "code_challenge": client.create_code_challenge(verifier, "S256"),
            "code_challenge_method": "S256",
        }
        separator = "," if facts.comma else " "
        url = self._url("authorize_url", facts.authorize)
        asked = client.prepare_request_uri(
            _secure(url),
            redirect_uri=redirect_uri,
            scope=separator.join([*facts.scopes, *facts.wished]),
            state=state,
            **(pkce if facts.pkce else {}),
            **facts.more,
        )
        full = asked.replace("https:", f"{urlsplit(url).scheme}:", 1)
        return Asked(full, redirect_uri, state, verifier if facts.pkce else "")

    def redeem(self, asked: Asked, answer: str) -> Tokens:
        """Exchange what came back (the whole address, or the bare code) for tokens.

        Raises AccessDenied when the person refused or the answer is not to our question, and
        PlatformError.
        """
        client = self._client()
        code = self._code(client, asked, answer)
        body = client.prepare_request_body(
            code=code,
            redirect_uri=asked.redirect_uri,
            include_client_id=False,
            **({"code_verifier": asked.verifier} if asked.verifier else {}),
            **({"state": asked.state} if self.facts.method == "GET" else {}),  # Naver asks for it
        )
        tokens = self._token(self._url("token_url", self.facts.exchange), body)
        if longer := self.facts.lengthen:
            return self._extended(longer, tokens)
        return tokens

    def renew(self, held: Mapping[str, str]) -> Tokens:
        """Exchange what a channel holds for new tokens.

        Raises Unauthorized when the network takes it no more, else PlatformError.
        """
        if way := self.facts.refresh:
            return self._extended(way, Tokens(held["token"]))
        body = self._client().prepare_refresh_body(refresh_token=held["refresh_token"])
        return self._token(self._refresh_url(), body)

    def revoke(self, held: Mapping[str, str]) -> bool:
        """End the grant at the network; False: it has no way to.

        Raises PlatformError.
        """
        url = self._url("revoke_url", self.facts.revoke)
        if not url:
            return False
        token = held.get("refresh_token") or held["token"]
        self._call("POST", url, {"token": token}, creates=False)
        return True

    def register(self, name: str, redirect_uri: str) -> App:
        """Register an app of ours.

        Raises PlatformError.
        """
        form = {
            "client_name": name,
            "redirect_uris": redirect_uri,
            "scopes": " ".join([*self.facts.scopes, *self.facts.wished]),
        }
        url = self._url("", self.facts.register)
        answer = self._http.call("POST", url, creates=False, data=form)
        return App(answer.id("client_id"), answer.id("client_secret"))

    def _extended(self, way: Extension, tokens: Tokens) -> Tokens:
        form = {"grant_type": way.grant, way.parameter: tokens.access}
        url = self._url("refresh_url", way.url)
        if way.with_app:
            form |= {"client_id": self._app.id, "client_secret": self._app.secret}
        answer = self._http.call(
            "GET", url, creates=True, judge=_judge, params=form, secrets=form.values()
        )
        return self._read(answer, tokens)

    def _token(self, url: str, body: str) -> Tokens:
        return self._read(self._call(self.facts.method, url, dict(parse_qsl(body)), creates=True))

    def _call(self, method: str, url: str, form: dict[str, str], *, creates: bool) -> Answer:
        """Call as the app. A lost answer of a `creates` call is Unknown: a token may be out."""
        app, headers = self._app, {"Accept": "application/json"}
        if self.facts.caller is Caller.BASIC and app.secret:
            pair = f"{quote(app.id, safe='')}:{quote(app.secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form = {**form, "client_id": app.id}
            form |= {"client_secret": app.secret} if app.secret else {}
        kept = [value for key, value in form.items() if key in _PRIVATE]
        if method == "GET":
            return self._http.call(
                "GET",
                url,
                creates=creates,
                judge=_judge,
                params=form,
                headers=headers,
                secrets=kept,
            )
        return self._http.call(
            method, url, creates=creates, judge=_judge, data=form, headers=headers, secrets=kept
        )

    def _read(self, answer: Answer, before: Tokens | None = None) -> Tokens:
        """Read a token answer; an empty refresh token counts as none."""
        told = self._parsed(answer)
        scopes = told.get("scope")
        return Tokens(
            access=str(told["access_token"]),
            refresh=str(told.get("refresh_token") or ""),
            scopes=_scopes(scopes) if scopes else (before.scopes if before else None),
            lifetime=_seconds(told.get("expires_in")) or self.facts.lifetime,
            refresh_lifetime=_seconds(told.get("refresh_token_expires_in")),
        )

    def _parsed(self, answer: Answer) -> Mapping[str, Any]:
        from oauthlib.oauth2 import OAuth2Error

        try:
            parsed: Mapping[str, Any] = self._client().parse_request_body_response(answer.text)
        except (OAuth2Error, ValueError):
            answer.unclear()
        return parsed if parsed.get("access_token") else answer.unclear()

    def _code(self, client: WebApplicationClient, asked: Asked, answer: str) -> str:
        """Take the code out of what came back, after a look at its state."""
        from oauthlib.oauth2 import MismatchingStateError, OAuth2Error

        if "://" not in answer and "code=" not in answer:
            return answer
        query = answer.partition("#")[0].rpartition("?")[2]
        try:
            # Plain http is fine on loopback (RFC 8252, 7.3); oauthlib wants to see https.
            told = client.parse_request_uri_response(f"https://localhost/?{query}", asked.state)
        except MismatchingStateError:
            raise AccessDenied(
                "The answer is not to our question: its state is another one.",
                "Somebody may have sent you this link, or it is from an earlier try. Begin anew.",
            ) from None
        except OAuth2Error as error:
            said = tidy(error.description or error.error or "no code came back")
            raise AccessDenied(f"The network did not let us in: {said}.", "Begin anew.") from None
        return str(told["code"])

    def _refresh_url(self) -> str:
        return self._settings.get("refresh_url") or self._url("token_url", self.facts.exchange)

    def _url(self, name: str, fact: str) -> str:
        """Find an endpoint: the channel's setting, else the network's own."""
        url = self._settings.get(name) or fact
        return self._base + url if url.startswith("/") else url

    def _client(self) -> WebApplicationClient:
        from oauthlib.oauth2 import WebApplicationClient

        return WebApplicationClient(self._app.id)


_PRIVATE = {"client_secret", "code", "code_verifier", "refresh_token", "token"}


def _secure(url: str) -> str:
    """Show oauthlib https: `Http` is who decides which servers may be talked to in the clear."""
    return url.replace("http:", "https:", 1) if url.startswith("http:") else url


def _judge(answer: Answer) -> PlatformError | None:
    """Name the outcome of an OAuth error (RFC 6749, 5.2; Meta's own form)."""
    error = answer.word("error")
    said = tidy(answer.word("error_description") or answer.word("error", "message") or error)
    if error in _WRONG_APP:
        return Rejected(
            f"The network does not know the app: {said}.",
            "Check client_id and client_secret in the network's developer console.",
            status=answer.status,
        )
    if error in _DEAD or answer.get("error", "code") == 190:
        return Unauthorized(f"The network takes this grant no more: {said}.", status=answer.status)
    return None


def _scopes(told: Any) -> tuple[str, ...]:
    text = " ".join(map(str, told)) if isinstance(told, list) else str(told)
    return tuple(text.replace(",", " ").split())


def _seconds(told: Any) -> timedelta | None:
    """Read a lifetime: a number, or a number as text (Naver)."""
    try:
        seconds = float(told)
    except (TypeError, ValueError):
        return None
    return timedelta(seconds=seconds) if 0 < seconds < 1e9 else None
