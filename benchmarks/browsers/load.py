"""Browsers at work: live pages that stay open, writers, planners and programs that edit.

    python load.py < plan.json > figures.json

One process. Every actor works by the clock: who is kept waiting is late at the next one, and the
time counts from when it should have been sent.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Awaitable, Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any

from wire import Answer, Call, Heard, Wire

LIVE = re.compile(r'hx-sse:connect="([^"]+)"')
STAMP = re.compile(r'name="((?:base|shown)-\d+)" value="([^"]*)"')
CHOSEN = {"file", "checkbox", "radio"}
TYPED = " and on"
Act = Callable[[int], Awaitable[None]]


class Load:
    """Does what the plan says, and takes times."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.wire = Wire(plan["host"], plan["port"])
        self.heard, self.watched = Heard(), Heard(moments=[])
        self.times: dict[str, list[float]] = {}
        self.bad: dict[str, int] = {}
        self.begun = 0.0  # CPU when the counting begins

    async def run(self) -> dict[str, Any]:
        plan = self.plan
        jobs = [self.reader(n, one) for n, one in enumerate(plan["readers"])]
        jobs += [self.writer(n, one) for n, one in enumerate(plan["writers"])]
        jobs += [self.program(n, one) for n, one in enumerate(plan["programs"])]
        jobs += [self.planner(n, one) for n, one in enumerate(plan["planners"])]
        tasks = [asyncio.create_task(one) for one in jobs]
        await sleep_until(plan["from"])
        self.begun, before = time.process_time(), (self.total_bytes, self.total_messages)
        await sleep_until(plan["until"])
        cpu = time.process_time() - self.begun
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        broken = [repr(one) for one in results if not isinstance(one, asyncio.CancelledError)]
        return {
            "times": self.times,
            "bad": self.bad,
            "broken": broken,
            "cpu": cpu,
            "bytes": self.total_bytes - before[0],
            "messages": self.total_messages - before[1],
            "ended": self.heard.ended + self.watched.ended,
            "moments": self.watched.moments,
        }

    @property
    def total_bytes(self) -> int:
        return self.heard.bytes + self.watched.bytes

    @property
    def total_messages(self) -> int:
        return self.heard.messages + self.watched.messages

    async def timed(self, name: str, call: Call, since: float) -> Answer:
        answer = await self.wire.ask(call)
        now = time.time()
        if self.plan["from"] <= since < self.plan["until"]:
            self.times.setdefault(name, []).append(now - since)
        if answer.status >= 400:
            self.bad[f"{name} {answer.status}"] = self.bad.get(f"{name} {answer.status}", 0) + 1
        return answer

    async def steadily(self, n: int, among: int, every: float, act: Act) -> None:
        """Act again and again, by the clock, each of many at a moment of its own."""
        at = self.plan["start"] + every * n / among
        while True:
            await sleep_until(at)
            await act(at)  # type: ignore[arg-type]
            at = max(at + every, time.time() - every)

    async def reader(self, n: int, one: dict[str, Any]) -> None:
        """Open a page, listen to it, and now and then load it again."""
        headers = {"Cookie": one["cookie"], "Accept-Language": "en"}
        heard = self.watched if one.get("watched") else self.heard
        stream: list[asyncio.Transport] = []

        async def load(at: float) -> None:
            while stream:
                stream.pop().close()
                heard.ended -= 1
            page = await self.timed("page", Call("GET", one["page"], headers), at)
            live = LIVE.search(page.text)
            assert live is not None, page.text
            call = Call("GET", unescape(live[1]), headers)
            stream.append(await self.wire.listen(call, heard))

        await sleep_until(self.plan["ramp"] + n * 0.04)
        await load(time.time())
        await self.steadily(n, len(self.plan["readers"]), self.plan["reload"], load)

    async def writer(self, n: int, one: dict[str, Any]) -> None:
        """Type into a draft: the page keeps it after each pause."""
        headers = {"Cookie": one["cookie"]}
        page = await self.wire.ask(Call("GET", one["page"], headers))
        form = Form()
        form.feed(page.text)
        fields, htmx = form.found, {**headers, "HX-Request": "true"}
        texts = [name for name in fields if name.startswith("text-")]
        first = {name: fields[name] for name in texts}
        count = 0

        async def keep(at: float) -> None:
            nonlocal count
            count += 1
            name = texts[count % len(texts)]
            fields[name] = first[name] + TYPED * (count % 9)
            call = Call.form(f"{one['page']}/save", fields, **htmx)
            answer = await self.timed("autosave", call, at)
            fields.update(STAMP.findall(answer.text))

        every = self.plan["writes_every"]
        await self.steadily(n, len(self.plan["writers"]), every, keep)

    async def program(self, n: int, one: dict[str, Any]) -> None:
        """Edit what waits through the API, as of the version that was read."""
        headers = {"Authorization": f"Bearer {one['token']}", "Content-Type": "application/json"}
        answer = await self.wire.ask(Call("GET", one["path"], headers))
        count, tag = 0, answer.header("etag")

        async def edit(at: float) -> None:
            nonlocal count, tag
            count += 1
            body = json.dumps({"texts": [f"Edited {count} times."]}).encode()
            call = Call("PATCH", one["path"], {**headers, "If-Match": tag}, body)
            tag = (await self.timed("API edit", call, at)).header("etag")

        every = self.plan["edits_every"]
        await self.steadily(n, len(self.plan["programs"]), every, edit)

    async def planner(self, n: int, one: dict[str, Any]) -> None:
        """Move a post in the calendar; the browser is sent back to it."""
        headers = {"Cookie": one["cookie"]}
        count = 0

        async def move(at: float) -> None:
            nonlocal count
            count += 1
            fields = {"csrf": one["csrf"], "next": one["page"], "at": one["times"][count % 2]}
            await self.timed("move", Call.form(one["path"], fields, **headers), at)
            await self.timed("page", Call("GET", one["page"], headers), time.time())

        every = self.plan["moves_every"]
        await self.steadily(n, len(self.plan["planners"]), every, move)


class Form(HTMLParser):
    """Reads the fields of a page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "textarea":
            self._area = name
        if tag == "textarea" or (tag == "select" and name):
            self.found[name] = ""
        elif tag == "input" and name and given.get("type") not in CHOSEN:
            self.found[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.found[self._area] = self.found[self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data


async def sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.time()))


if __name__ == "__main__":
    json.dump(asyncio.run(Load(json.load(sys.stdin)).run()), sys.stdout)
