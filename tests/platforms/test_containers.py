"""Posts of two steps: the container knows what became of a release whose answer was lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.platforms.case import NOW, TEXT, adapter, case_of, part
from tests.platforms.cases.threads import no
from tests.platforms.network import Network, Reply

from socialpipe.errors import NotSent, Rejected, Unknown
from socialpipe.model import Receipt
from socialpipe.platforms import poll

NAMES = ("threads", "instagram")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "PAUSE", 0)


def find(name: str, state: str, shown: str) -> Receipt | None:
    """Look for a post whose container is in `state`, on a network that shows a text."""
    case = case_of(name)
    assert case.own is not None
    container = Reply(body={"id": "container-1", "status": state, "status_code": state})
    routes = {**case.routes, **case.own(shown, NOW), "GET /container-1": container}
    request = replace(part(cards=case.cards), staged={"id": "container-1"})
    with Network(routes) as net:
        return adapter(name, net.base).find(request)


def find_among_many(name: str, state: str) -> Receipt | None:
    """Look for a post on a network whose list of others does not end."""
    case = case_of(name)
    assert case.own is not None
    (route, page), *_ = case.own("etwas anderes", NOW).items()
    assert isinstance(page, Reply)
    onward = {"paging": {"next": "https://graph.example/x?access_token=t&after=a1"}}
    container = Reply(body={"id": "container-1", "status": state, "status_code": state})
    endless = {route: Reply(body={**page.body, **onward}), "GET /container-1": container}
    request = replace(part(cards=case.cards), staged={"id": "container-1"})
    with Network({**case.routes, **endless}) as net:
        try:
            return adapter(name, net.base).find(request)
        finally:
            asked = [request.query.get("after") for request in net.seen(route)]
            assert asked[:2] == [None, "a1"]


@pytest.mark.parametrize("name", NAMES)
class TestFinding:
    def test_what_was_never_released_is_not_there_whatever_else_is(self, name: str) -> None:
        assert find(name, "FINISHED", TEXT) is None

    def test_what_was_released_is_there_whatever_became_of_its_text(self, name: str) -> None:
        assert find(name, "PUBLISHED", "") == Receipt("container-1")

    def test_the_post_is_named_where_it_can_be(self, name: str) -> None:
        found = find(name, "PUBLISHED", TEXT)
        assert found is not None
        assert found.id == case_of(name).receipt.id

    def test_what_was_released_is_there_however_busy_the_account_is(self, name: str) -> None:
        assert find_among_many(name, "PUBLISHED") == Receipt("container-1")
        with pytest.raises(Unknown):
            find_among_many(name, "ERROR")

    @pytest.mark.parametrize("state", ["EXPIRED", "ERROR", "", "nonsense"])
    def test_a_container_that_does_not_tell_proves_nothing(self, name: str, state: str) -> None:
        assert find(name, state, TEXT) is not None
        assert find(name, state, "etwas anderes") is None


@pytest.mark.parametrize("name", NAMES)
class TestReleasing:
    def publish(self, name: str, answer: Reply, state: str) -> Receipt:
        case = case_of(name)
        container = Reply(body={"id": "container-1", "status": state, "status_code": state})
        routes = {**case.routes, case.create: answer, "GET /container-1": container}
        with Network(routes) as net:
            platform = adapter(name, net.base)
            uploads = tuple(platform.upload(card) for card in case.cards)
            staged = {"id": "container-1"}
            request = replace(part(cards=case.cards), uploads=uploads, staged=staged)
            receipt = platform.publish(request)
            assert not [r for r in net.requests if r.path.endswith(("/threads", "/media"))]
        return receipt

    def test_what_is_staged_is_released_and_not_made_again(self, name: str) -> None:
        good = case_of(name).routes[case_of(name).create]
        assert isinstance(good, Reply)
        assert self.publish(name, good, "FINISHED").id == case_of(name).receipt.id

    def test_a_second_release_is_no_failure(self, name: str) -> None:
        with pytest.raises(Unknown):
            self.publish(name, no(100, 0, "already published"), "PUBLISHED")
        with pytest.raises(Rejected):
            self.publish(name, no(100, 0, "text must be shorter"), "FINISHED")

    def test_a_container_that_is_gone_is_made_anew_by_the_next_try(self, name: str) -> None:
        with pytest.raises(NotSent):
            self.publish(name, no(24, 2207008, "container expired"), "EXPIRED")
