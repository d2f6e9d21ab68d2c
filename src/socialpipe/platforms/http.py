"""The only place where HTTP becomes outcomes; adapters meet a status code only by choice."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypedDict, Unpack
from urllib.parse import quote, urlsplit

import requests
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import NameResolutionError

from socialpipe import __version__
from socialpipe.errors import NotSent, PlatformError, Rejected
from socialpipe.platforms.answer import Answer, hide, parse, unclear, verdict
from socialpipe.platforms.wire import Progress, WireAdapter, watched

LARGEST = 5_000_000  # bytes of an answer, decompressed; nothing we ask for is larger

Judge = Callable[[Answer], PlatformError | None]
File = tuple[str | None, bytes, str]  # name (None: a text), content, MIME type


class Content(TypedDict, total=False):
    """What goes with a request."""

    headers: Mapping[str, str]
    params: Mapping[str, str]
    json: Any
    data: Mapping[str, str] | bytes
    files: Mapping[str, File] | list[tuple[str, File]]


class Http:
    """Calls to networks. Never tries again, keeps no cookies, heeds no proxy variables.

    Timeouts are seconds: `connect_timeout` to reach the host, `read_timeout` for each silence and,
    twice over, for the whole answer. May be shared between threads.
    """

    def __init__(
        self,
        *,
        connect_timeout: float,
        read_timeout: float,
        allow_private_hosts: bool,
        user_agent: str = f"socialpipe/{__version__}",
    ) -> None:
        self.connect_timeout = connect_timeout
        self.read_timeout = read_timeout
        self.allow_private_hosts = allow_private_hosts
        self._session = _session(user_agent)
        self.seen: Callable[[Answer], None] | None = None

    def watched_by(self, seen: Callable[[Answer], None]) -> Http:
        """Return the same with an eye on every answer: its headers tell what is left."""
        twin = copy.copy(self)
        twin.seen = seen
        return twin

    def get(self, url: str, *, follow: bool = False, **content: Unpack[Content]) -> Answer:
        """GET; redirects are errors unless `follow`."""
        return self.call("GET", url, creates=False, follow=follow, **content)

    def post(self, url: str, *, creates: bool, **content: Unpack[Content]) -> Answer:
        return self.call("POST", url, creates=creates, **content)

    def put(self, url: str, *, creates: bool, **content: Unpack[Content]) -> Answer:
        return self.call("PUT", url, creates=creates, **content)

    def delete(self, url: str, **content: Unpack[Content]) -> Answer:
        return self.call("DELETE", url, creates=False, **content)

    def call(
        self,
        method: str,
        url: str,
        *,
        creates: bool,
        judge: Judge | None = None,
        secrets: Iterable[str] = (),
        follow: bool = False,
        **content: Unpack[Content],
    ) -> Answer:
        """Make one call and return its answer, if it is a good one.

        `judge` sees every answer first and may name its outcome; `secrets` are kept out of every
        error. Raises PlatformError.
        """
        hidden = _forms(secrets, content.get("headers", {}))
        outcome = self._send(method, url, creates=creates, follow=follow, content=content)
        if isinstance(outcome, Answer):
            if self.seen:
                self.seen(outcome)
            shown = _blotted(outcome, hidden)
            failure = (judge(shown) if judge else None) or verdict(shown)
            if failure is None:
                return outcome
        else:
            failure = outcome
        failure.what = hide(failure.what, hidden)
        failure.args = (failure.what,)
        raise failure

    def _send(
        self, method: str, url: str, *, creates: bool, follow: bool, content: Content
    ) -> Answer | PlatformError:
        """Return failures instead of raising: no context may carry the URL (and so a token)."""
        host = _host(url)
        total = self.connect_timeout + 2 * self.read_timeout
        progress = Progress(self.allow_private_hosts, self.read_timeout, total)
        try:
            request = self._request(method, url, content)
            with watched(progress):
                status, headers, body = self._exchange(request, follow=follow)
        except PlatformError as refusal:
            return refusal
        except (requests.RequestException, OSError, ValueError) as error:
            return _broken(error, host, creates=creates, sent=progress.sent)
        if progress.overdue:
            return unclear(f"{host} took too long to answer.", creates=creates)
        return Answer(status, headers, body, creates, host, parse(body))

    def _request(self, method: str, url: str, content: Content) -> requests.PreparedRequest:
        request = requests.Request(method, url, **content)
        request.headers = {**self._session.headers, **content.get("headers", {})}
        return request.prepare()

    def _exchange(
        self, request: requests.PreparedRequest, *, follow: bool
    ) -> tuple[int, Mapping[str, str], bytes]:
        with self._session.send(
            request,
            timeout=(self.connect_timeout, self.read_timeout),
            allow_redirects=follow,
            stream=True,
        ) as response:
            return response.status_code, response.headers, _read(response)


def _session(user_agent: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 5
    session.headers["User-Agent"] = user_agent
    session.cookies = RequestsCookieJar(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, WireAdapter())
    return session


def _read(response: requests.Response) -> bytes:
    body = b""
    for chunk in response.iter_content(65_536):
        body += chunk
        if len(body) > LARGEST:
            break
    return body[:LARGEST]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "The network"
    except ValueError:
        return "The network"


def _forms(secrets: Iterable[str], headers: Mapping[str, str]) -> list[str]:
    """Every spelling in which a network might echo a secret."""
    plain = [*secrets, headers.get("Authorization", "").partition(" ")[2]]
    paths = [urlsplit(secret).path for secret in plain if "://" in secret]
    ends = [path.rpartition("/")[2] for path in paths]
    return [*plain, *(quote(secret, safe="") for secret in plain), *paths, *ends]


def _blotted(answer: Answer, secrets: list[str]) -> Answer:
    """Copy an answer without the secrets that it echoes: it may end up in an error, cut."""
    content = answer.content
    for secret in filter(None, secrets):
        content = content.replace(secret.encode(), "•••".encode())
    if content == answer.content:
        return answer
    return replace(answer, content=content, json=parse(content))


def _broken(error: Exception, host: str, *, creates: bool, sent: bool) -> PlatformError:
    """Name what follows from a call that ended without an answer."""
    if sent:
        return unclear(f"{host} got the request, but its answer was lost.", creates=creates)
    if isinstance(error, (ValueError, requests.exceptions.InvalidURL)):
        what = f"The address or a header for {host} is malformed."
        return Rejected(what, "Check the channel's api_base and its secrets.")
    return NotSent(f"{host} cannot be reached: {_cause(error)}.")


def _cause(error: Exception) -> str:
    """Why no connection came about, without the URL that the error's own text holds."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, requests.exceptions.SSLError):
        return "the TLS handshake failed"
    if isinstance(error, requests.Timeout):
        return "it does not respond"
    if isinstance(reason, NameResolutionError):
        return "its name does not resolve"
    return "it refuses connections"
