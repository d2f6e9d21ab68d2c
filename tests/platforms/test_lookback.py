"""Turning the pages of a list of own posts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.platforms.case import NOW, TEXT, adapter, case_of, part
from tests.platforms.network import Network, Reply, Request

from socialpipe.errors import NotSent

HOUR = timedelta(hours=1)


def test_an_old_post_that_was_changed_lately_ends_no_look() -> None:
    """LinkedIn orders its list by the last change."""
    case = case_of("linkedin")
    assert case.own is not None
    ((route, page),) = case.own(TEXT, NOW).items()
    assert isinstance(page, Reply)
    ms = {name: int(at.timestamp() * 1000) for name, at in (("old", NOW - HOUR), ("new", NOW))}
    changed = {"id": "1", "commentary": "-", "createdAt": ms["old"], "lastModifiedAt": ms["new"]}
    first = Reply(body={"elements": [changed]})
    with Network({**case.routes, route: [first, page]}) as net:
        assert adapter("linkedin", net.base).find(part()) is not None
        assert [seen.query.get("start") for seen in net.seen(route)] == [None, "100"]
    first.body["elements"][0]["lastModifiedAt"] = ms["old"]
    with Network({**case.routes, route: [first, page]}) as net:
        assert adapter("linkedin", net.base).find(part()) is None


def test_a_page_of_which_nothing_leads_on_is_no_proof() -> None:
    def nameless(_: Request) -> Reply:
        return Reply(body=[{"content": "-", "created_at": NOW.isoformat()}])

    case = case_of("mastodon")
    with Network({**case.routes, "GET /api/v1/accounts/42/statuses": nameless}) as net:
        with pytest.raises(NotSent):
            adapter("mastodon", net.base).find(part())
        assert len(net.requests) == 2
