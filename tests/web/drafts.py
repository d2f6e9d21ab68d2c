"""Drafts for tests: an article of our own, composed for channels on the simulator."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from pathlib import Path

from tests.engine.stage import connect
from tests.web.visitor import Visitor

from socialpipe.model.draft import Draft, Stage
from socialpipe.simulator import Simulator
from socialpipe.store import Store

ARTICLE = (Path(__file__).parents[1] / "samples" / "ko-repair.txt").read_text("utf-8")
_PATIENCE = 60.0  # seconds
_CHOSEN = {"file", "checkbox", "radio"}  # fields that a browser sends only when they are chosen


def begin(who: Visitor, store: Store, simulator: Simulator, *platforms: str) -> Draft:
    """Compose the article for new channels of these platforms; the draft is ready."""
    ids = [connect(store, simulator, one).id for one in platforms]
    answer = who.post("/compose", {"source": ARTICLE, "channel": [str(one) for one in ids]})
    assert answer.status_code == 303, answer.text
    return finished(who, store, answer.headers["location"])


def finished(who: Visitor, store: Store, path: str) -> Draft:
    """Look at the page of a draft until it is composed."""
    key = int(path.rpartition("/")[2])
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        assert who.get(path).status_code == 200
        draft = store.drafts.get(key)
        if draft.stage is not Stage.WORKING:
            return draft
        time.sleep(0.05)
    raise AssertionError("it was not composed in time")


class _Form(HTMLParser):
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
        elif tag == "input" and name and given.get("type") not in _CHOSEN:
            self.found[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            typed = self.found[self._area].removeprefix("\n")
            self.found[self._area] = typed.replace("\n", "\r\n")  # as browsers send it
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data


def fields(who: Visitor, draft: Draft) -> dict[str, str]:
    """Return the form of the draft's page as a browser would send it."""
    page = who.get(f"/compose/{draft.id}")
    assert page.status_code == 200, page.text
    form = _Form()
    form.feed(page.text)
    return form.found
