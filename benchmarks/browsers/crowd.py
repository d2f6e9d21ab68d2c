"""Who looks and who edits: people, their browsers and tokens, drafts, what waits for them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from socialpipe.model import Channel
from socialpipe.model.draft import Body, Stage, Wishes
from socialpipe.model.people import Member, Role, Scope
from socialpipe.store import Store
from socialpipe.web.security import csrf_token

ARTICLE = Path(__file__).parents[2] / "tests" / "samples" / "ko-repair.txt"
ROLES = (Role.OWNER, Role.EDITOR, Role.OPERATOR, Role.VIEWER)
LOCALES, ZONES = ("ko", "en"), ("Asia/Seoul", "Europe/Berlin")
RELOAD = 50.0  # s between two page loads of a reader
EVERY = 1.0  # s between two edits of a writer or a program; planners take twice as long


class Crowd:
    """Twenty people or so, of every role, language and zone, on one workspace."""

    def __init__(self, store: Store, url: str) -> None:
        self.store, self.url = store, url
        place = store.workspaces.all()[0]
        self.place = place.id
        self.members: list[Member] = []
        for n, (role, locale, zone) in enumerate(product(ROLES, LOCALES, ZONES)):
            person = store.people.add(f"p{n}@bench.example", f"Person {n}", "correct horse")
            store.people.change(person.id, locale=locale, timezone=zone)
            store.people.join(person.id, place.id, role)
            self.members.append(Member(person, place, role))

    def cookie(self, member: Member) -> tuple[str, str]:
        """Return a new browser's cookie, and the token of its forms."""
        token = self.store.sessions.open(member.person.id, "benchmark")
        return f"socialpipe={token}", csrf_token(token, self.place)

    def of(self, *roles: Role) -> list[Member]:
        return [one for one in self.members if one.role in roles]

    def readers(
        self, count: int, channels: Sequence[Channel], deliveries: Sequence[int]
    ) -> list[dict[str, Any]]:
        """Half look at the table (half of them filtered), a quarter at a post, a quarter at how
        the system stands."""
        found: list[dict[str, Any]] = [{"page": "/deliveries", "watched": True}]
        for n in range(1, count):
            page = "/deliveries"
            if n % 4 == 1:
                page = f"/deliveries/{deliveries[n * len(deliveries) // count]}"
            elif n % 4 == 2:
                page = "/system"
            elif n % 8 == 3:
                page += f"?channel={channels[n % len(channels)].id}"
            found.append({"page": page})
        for n, one in enumerate(found):
            able = self.of(Role.OWNER, Role.OPERATOR, Role.VIEWER)  # editors see no system page
            among = able if one["page"] == "/system" else self.members
            one["cookie"] = self.cookie(among[n // 4 % len(among)])[0]
        return found

    def writers(self, count: int, channels: Sequence[Channel]) -> list[dict[str, Any]]:
        """Each has a draft, which is composed and drawn before they begin."""
        wishes, text = (
            Wishes(channels=tuple(one.id for one in channels)),
            ARTICLE.read_text("utf-8"),
        )
        found = []
        for n in range(count):
            member = self.of(Role.OWNER, Role.EDITOR)[n % 8]
            key = self.store.drafts.add(
                f"{text}\n{n}", Body(wishes), member.person.email, stage=Stage.WORKING
            )
            found.append({"page": f"/compose/{key}", "cookie": self.cookie(member)[0]})
        for one in found:
            self._open(one)
        return found

    def _open(self, one: dict[str, Any]) -> None:
        headers = {"Cookie": one["cookie"]}
        while 'id="draft"' not in requests.get(self.url + one["page"], headers=headers).text:
            time.sleep(0.1)

    def programs(self, deliveries: Sequence[int]) -> list[dict[str, Any]]:
        """Each edits a delivery of its own."""
        member, scopes = self.of(Role.OWNER)[0], frozenset({Scope.READ, Scope.WRITE})
        return [
            {
                "path": f"/api/v1/deliveries/{key}",
                "token": self.store.sessions.add_token(member, "benchmark", scopes),
            }
            for key in deliveries
        ]

    def planners(
        self, deliveries: Sequence[int], channel: Channel, at: datetime
    ) -> list[dict[str, Any]]:
        """Each moves a delivery of its own between two times."""
        times = [f"{at + timedelta(hours=hour):%Y-%m-%dT%H:%M}" for hour in (1, 2)]
        found = []
        for key in deliveries:
            cookie, csrf = self.cookie(self.of(Role.EDITOR)[key % 4])
            page = f"/calendar?view=week&day={at:%Y-%m-%d}&channel={channel.id}"
            where = {"path": f"/calendar/{key}/move", "page": page}
            found.append({**where, "cookie": cookie, "csrf": csrf, "times": times})
        return found

    def plan(self, start: float, begin: float, until: float) -> dict[str, Any]:
        """Return when everything happens: opened from `start`, counted from `begin`."""
        address = urlsplit(self.url)
        return {
            "host": address.hostname,
            "port": address.port,
            "ramp": start,
            "start": start + 2,
            "from": begin,
            "until": until,
            "reload": RELOAD,
            "writes_every": EVERY,
            "edits_every": EVERY,
            "moves_every": 2 * EVERY,
        }
