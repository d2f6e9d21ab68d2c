"""Logging in to an AT Protocol server.

Logins are few (30 in 5 minutes, 300 a day, docs.bsky.app 2026-04-21), so tokens are kept, renewed
when they expire (2 h), and only then asked for anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from socialpipe.errors import Duplicate, NotSent, PlatformError, Rejected, Unauthorized
from socialpipe.model import Json
from socialpipe.platforms.answer import Answer, dig, word
from socialpipe.platforms.base import Platform

if TYPE_CHECKING:
    from socialpipe.platforms.http import Content


class Expired(NotSent):
    """The access token is too old; a new one is one call away."""


class Taken(Duplicate):
    """The record key is in use: an earlier try of ours went through."""


class Dropped(NotSent):
    """An uploaded image that nothing referred to in time is gone."""


class Absent(Rejected):
    """There is no such record."""


class AtProto(Platform):
    """A platform whose calls are XRPC with a session."""

    def judge(self, answer: Answer) -> PlatformError | None:
        if answer.status != 400:
            return None
        outcome, what = _MEANINGS.get(answer.word("error"), (None, ""))
        return outcome(what, status=400) if outcome else None

    def xrpc(
        self, method: str, nsid: str, *, creates: bool = False, **content: Unpack[Content]
    ) -> Answer:
        """Call with the access token; when that is refused, renew it and call once more."""
        session = self.session()
        try:
            return self._authorized(session, method, nsid, creates=creates, content=content)
        except (Expired, Unauthorized):
            session = self._refresh(session)
        return self._authorized(session, method, nsid, creates=creates, content=content)

    def _authorized(
        self, session: Json, method: str, nsid: str, *, creates: bool, content: Content
    ) -> Answer:
        bearer = {"Authorization": f"Bearer {session['accessJwt']}"}
        authorized = content.copy()
        authorized["headers"] = {**content.get("headers", {}), **bearer}
        url = f"{session.get('pds') or self.base}/xrpc/{nsid}"
        return self.call(method, url, creates=creates, **authorized)

    def sign_out(self) -> bool:
        """End the session; the app password itself is revoked by its owner only."""
        session = self.account.session.load()
        if session is None:
            return False
        bearer = {"Authorization": f"Bearer {session.get('refreshJwt')}"}
        self._server("deleteSession", headers=bearer)
        return True

    def session(self) -> Json:
        return self.account.session.load() or self._refresh({})

    def _login(self) -> Json:
        login = {
            "identifier": self.account.settings["identifier"],
            "password": self.account.secrets["password"],
        }
        return self._keep({}, self._server("createSession", json=login))

    def _refresh(self, stale: Json) -> Json:
        """Renew the tokens, unless another worker has done so meanwhile."""
        with self.account.session.alone():
            current = self.account.session.load()
            if current and current != stale:
                return current
            return self._renew(stale) if stale else self._login()

    def _renew(self, stale: Json) -> Json:
        bearer = {"Authorization": f"Bearer {stale.get('refreshJwt')}"}
        try:
            return self._keep(stale, self._server("refreshSession", headers=bearer))
        except (Expired, Unauthorized):
            return self._login()

    def _server(self, name: str, **content: Unpack[Content]) -> Answer:
        return self.call("POST", f"/xrpc/com.atproto.server.{name}", **content)

    def _keep(self, old: Json, answer: Answer) -> Json:
        """Store the new tokens; an empty one never replaces a good one."""
        new = {"accessJwt": answer.id("accessJwt"), "did": answer.id("did")}
        session = old | new
        if refresh := answer.get("refreshJwt"):
            session["refreshJwt"] = refresh
        if self.account.api_base is None and (pds := _pds(answer)):
            session["pds"] = pds
        self.account.session.save(session)
        return session


_MEANINGS: dict[str, tuple[type[PlatformError], str]] = {
    "ExpiredToken": (Expired, "The session has expired."),
    "InvalidToken": (Unauthorized, "Bluesky does not take the session."),
    "InvalidSwap": (Taken, "The record exists already."),
    "RecordNotFound": (Absent, "There is no such record."),
    "BlobNotFound": (Dropped, "Bluesky has dropped the uploaded image."),
}


def _pds(answer: Answer) -> str | None:
    """Where the account's data live, by its DID document."""
    services = answer.get("didDoc", "service")
    for service in services if isinstance(services, list) else []:
        endpoint = dig(service, "serviceEndpoint")
        if word(service, "id").endswith("#atproto_pds") and isinstance(endpoint, str):
            return endpoint.rstrip("/")
    return None
