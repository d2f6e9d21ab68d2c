"""What a site lets programs read (robots.txt, RFC 9309)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from socialpipe.errors import PlatformError

if TYPE_CHECKING:
    from socialpipe.platforms.http import Http

AGENT = "socialpipe"
_LONGEST = 500_000  # characters that are heeded (RFC 9309 section 2.5 asks for 500 KiB)


class Robots:
    """The rules of the sites met in one run; each site is asked once."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._rules: dict[str, RobotFileParser] = {}

    def allow(self, url: str) -> bool:
        """Tell whether the site of `url` lets us read it. A site that says nothing does."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = self._ask(site)
        return self._rules[site].can_fetch(AGENT, url)

    def _ask(self, site: str) -> RobotFileParser:
        rules = RobotFileParser()
        try:
            said = self._http.get(f"{site}/robots.txt", follow=True).text
        except PlatformError as error:
            said = "User-agent: *\nDisallow: /" if error.status in {401, 403} else ""
        rules.parse(said[:_LONGEST].removeprefix("\ufeff").splitlines())
        return rules
