"""OAuth 1.0a (RFC 5849): the three steps, and a signature for every call. By oauthlib."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from socialpipe.errors import AccessDenied
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.oauth.model import App, OAuth1Facts

if TYPE_CHECKING:
    from socialpipe.platforms.http import Http

OUT_OF_BAND = "oob"  # the network shows a PIN instead of calling back


def sign(
    held: Mapping[str, str],
    method: str,
    url: str,
    params: Mapping[str, str] | None = None,
    step: Mapping[str, str] | None = None,
) -> str:
    """Return the Authorization header of one call; bodies that are no form are not signed."""
    from oauthlib.oauth1 import Client

    client: Any = Client(
        held["client_id"],
        client_secret=held["client_secret"],
        resource_owner_key=held.get("token"),
        resource_owner_secret=held.get("token_secret"),
        **(step or {}),
    )
    _, headers, _ = client.sign(f"{url}?{urlencode(params)}" if params else url, method)
    return str(headers["Authorization"])


class Flow1:
    """The dealings of one app with one network."""

    def __init__(self, facts: OAuth1Facts, app: App, http: Http, base: str) -> None:
        self._facts = facts
        self._held = {"client_id": app.id, "client_secret": app.secret}
        self._http = http
        self._base = base

    def ask(self, callback: str = OUT_OF_BAND) -> str:
        """Return the address at which a person lets us in.

        Raises PlatformError.
        """
        told = self._step(self._facts.request, callback_uri=callback)
        self._held |= {"token": told["oauth_token"], "token_secret": told["oauth_token_secret"]}
        query = urlencode({"oauth_token": told["oauth_token"]})
        return f"{self._base}{self._facts.authorize}?{query}"

    def redeem(self, answer: str) -> dict[str, str]:
        """Exchange the PIN (or the address that came back) for the secrets of a channel.

        Raises AccessDenied when the answer is not to our question, and PlatformError.
        """
        told = {key: values[0] for key, values in parse_qs(answer.rpartition("?")[2]).items()}
        if told.get("oauth_token", self._held["token"]) != self._held["token"]:
            raise AccessDenied(
                "The answer is not to our question: its oauth_token is another one.", "Begin anew."
            )
        if "denied" in told:
            raise AccessDenied("The network did not let us in.", "Begin anew.")
        pin = told.get("oauth_verifier") or answer
        given = self._step(self._facts.access, verifier=pin)
        tokens = {"token": given["oauth_token"], "token_secret": given["oauth_token_secret"]}
        return self._held | tokens

    def _step(self, path: str, **step: str) -> dict[str, str]:
        url = self._base + path
        headers = {"Authorization": sign(self._held, "POST", url, step=step)}
        secrets = self._held.values()
        answer = self._http.call("POST", url, creates=False, headers=headers, secrets=secrets)
        return _read(answer)


def _read(answer: Answer) -> dict[str, str]:
    told = {key: values[0] for key, values in parse_qs(answer.text.strip()).items()}
    if "oauth_token" not in told or "oauth_token_secret" not in told:
        answer.unclear()
    return told
