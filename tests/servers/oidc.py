"""A strict OAuth 2 provider of others' making (oidc-provider), in front of a little X.

It checks PKCE, takes a code once, rotates refresh tokens, and revokes a whole grant when a code or
a refresh token comes twice. The X behind it knows who a token belongs to, and takes posts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from tests.servers.installed import node_environment, node_home
from tests.servers.process import serving

CLIENT, SECRET = "socialpipe-tests", "a secret of the app"
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
START = """
import http from 'node:http'
import { Provider } from 'oidc-provider'
const port = +process.env.PORT
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: process.env.CLIENT, client_secret: process.env.SECRET, application_type: 'native',
    redirect_uris: ['http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
  }],
  scopes: process.env.SCOPES.split(' '),
  routes: {
    authorization: '/i/oauth2/authorize', token: '/2/oauth2/token', revocation: '/2/oauth2/revoke',
  },
  features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  ttl: {
    AccessToken: () => +(process.env.LIFETIME), Grant: 86400, Session: 86400,
    Interaction: 3600, RefreshToken: 86400,
  },
  cookies: { keys: ['tests'] },
})
const counts = { refresh: 0, posts: [], state: '' }
provider.on('grant.success', (ctx) => {
  if (ctx.oidc.params.grant_type === 'refresh_token') counts.refresh += 1
})
const oauth = provider.callback()
const said = (response, status, body) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
http.createServer(async (request, response) => {
  if (request.url === '/counts') return said(response, 200, counts)
  if (!/^\\/2\\/(users|tweets)/.test(request.url)) return oauth(request, response)
  const bearer = (request.headers.authorization ?? '').replace('Bearer ', '')
  const token = await provider.AccessToken.find(bearer)
  if (!token?.isValid) return said(response, 401, { title: 'Unauthorized', status: 401 })
  if (request.url.startsWith('/2/users/me'))
    return said(response, 200, { data: { id: '7', username: token.accountId } })
  counts.posts.push(token.accountId)
  said(response, 201, { data: { id: String(counts.posts.length), text: '' } })
}).listen(port, '127.0.0.1')
"""


@dataclass(frozen=True)
class Provider:
    """A running provider."""

    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def authorize_url(self) -> str:
        return f"{self.base}/i/oauth2/authorize"

    def counts(self) -> Any:
        """How often tokens were refreshed, and who posted."""
        return requests.get(f"{self.base}/counts", timeout=20).json()

    def works(self, token: str) -> bool:
        """Whether a token is taken."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.base}/2/users/me"
        return requests.get(url, headers=headers, timeout=20).status_code == 200

    def sign_in(self, url: str, *, refuse: bool = False) -> str:
        """Be a person with a browser; return the address that the provider sends it back to."""
        browser = requests.Session()
        while not re.match(r"https?://[^/]+/callback", url):
            answer = browser.get(url, allow_redirects=False, timeout=20)
            if not answer.is_redirect:
                answer = self._fill_in(browser, url, answer, refuse=refuse)
            url = urljoin(url, answer.headers["Location"])
        browser.close()
        return url

    def _fill_in(
        self, browser: requests.Session, url: str, page: requests.Response, *, refuse: bool
    ) -> requests.Response:
        form = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        assert form is not None, page.text[-1500:]
        if refuse:
            abort = re.search(r'href="([^"]+/abort)"', page.text)
            assert abort is not None, page.text[-1500:]
            where = urljoin(url, html.unescape(abort[1]))
            return browser.get(where, allow_redirects=False, timeout=20)
        prompt = re.search(r'name="prompt" value="(\w+)"', page.text)
        assert prompt is not None
        fields = {"prompt": prompt[1], "login": "poster", "password": "any"}
        where = urljoin(url, html.unescape(form[1]))
        return browser.post(where, data=fields, allow_redirects=False, timeout=20)


@contextmanager
def oidc_provider(
    folder: Path, *, lifetime: int = 7200, scopes: tuple[str, ...] = SCOPES
) -> Iterator[Provider]:
    """Run a provider; access tokens live `lifetime` seconds."""
    home = node_environment("oidc-provider", "oidc-provider@9.13.3")
    values = {"CLIENT": CLIENT, "SECRET": SECRET, "LIFETIME": lifetime, "SCOPES": " ".join(scopes)}
    settings = [f"{name}={value}" for name, value in values.items()]

    def command(port: int) -> list[str | Path]:
        node = node_home(home) / "bin" / "node"
        return ["env", *settings, f"PORT={port}", node, "--input-type=module", "-e", START]

    with serving(folder, command, cwd=home) as port:
        yield Provider(port)
