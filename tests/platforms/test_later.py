"""Every adapter after publishing: taking down is safe to repeat, counting never guesses."""

from __future__ import annotations

import pytest
from tests.platforms.case import adapter, case_of, http, network, receipt_of
from tests.platforms.later import GONE, LATER
from tests.platforms.network import Act, Drop, Network, Reply, Slow
from tests.platforms.test_contract import NAMES

from socialpipe.errors import NotSent, PlatformError, Rejected, Throttled, Unauthorized
from socialpipe.model import Metrics

DELETES = [name for name in NAMES if LATER[name].delete]
COUNTS = [name for name in NAMES if LATER[name].count]
SILENT = sorted(set(NAMES) - set(COUNTS))
TOLD_BY_ANOTHER_CALL = {"facebook", "instagram", "threads", "band"}  # a 404 alone proves nothing


def net_of(name: str, **changes: Act) -> Network:
    """A network on which the post is; `delete` and `count` replace its answers."""
    later = LATER[name]
    routes = {**case_of(name).routes, **later.more}
    routes[later.delete or "-"] = changes.get("delete", later.deleted)
    routes[later.count or "-"] = changes.get("count", later.counted)
    return Network(routes)


def delete(name: str, answer: Act | None = None) -> None:
    changes = {} if answer is None else {"delete": answer}
    with net_of(name, **changes) as net:
        adapter(name, net.base, http(read_timeout=0.3)).delete(receipt_of(name, net.base))


def count(name: str, answer: Act | None = None) -> Metrics:
    changes = {} if answer is None else {"count": answer}
    with net_of(name, **changes) as net:
        return adapter(name, net.base, http(read_timeout=0.3)).metrics(receipt_of(name, net.base))


def test_every_platform_is_here() -> None:
    assert sorted(LATER) == sorted(NAMES)


@pytest.mark.parametrize("name", DELETES)
class TestTakingDown:
    def test_the_call_names_the_post(self, name: str) -> None:
        with net_of(name) as net:
            receipt = receipt_of(name, net.base)
            adapter(name, net.base).delete(receipt)
            (sent,) = net.seen(LATER[name].delete)
        everything = f"{sent.path} {dict(sent.query)} {sent.body!r}"
        last = receipt.id.rpartition("/")[2].rpartition(":")[2].lstrip("$")
        assert last in everything

    def test_gone_already_is_gone(self, name: str) -> None:
        later = LATER[name]
        gone = later.gone or {later.delete: GONE}
        if not later.gone_says_so:
            gone = {later.delete: later.deleted}
        with Network({**case_of(name).routes, **gone}) as net:
            adapter(name, net.base).delete(receipt_of(name, net.base))
            assert net.seen(later.delete)

    @pytest.mark.parametrize(
        "answer", [Drop(), Drop(reset=True), Slow(0.5), Reply(500), Reply(502, b"<html>")]
    )
    def test_a_lost_answer_may_be_asked_for_again(self, name: str, answer: Act) -> None:
        with pytest.raises(NotSent):
            delete(name, answer)

    def test_throttled(self, name: str) -> None:
        with pytest.raises(Throttled):
            delete(name, Reply(429, {"error": "slow down"}, {"Retry-After": "9"}))

    def test_unauthorized(self, name: str) -> None:
        with pytest.raises(Unauthorized):
            delete(name, case_of(name).unauthorized)

    def test_a_refusal_is_no_success(self, name: str) -> None:
        with pytest.raises(Rejected):
            delete(name, Reply(403, {"error": "not yours", "message": "not yours"}))


@pytest.mark.parametrize("name", sorted(TOLD_BY_ANOTHER_CALL))
def test_what_is_still_shown_is_not_gone(name: str) -> None:
    refused = LATER[name].gone[LATER[name].delete]
    assert isinstance(refused, Reply)
    with pytest.raises(Rejected):
        delete(name, refused)


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(DELETES)))
def test_where_no_program_may_delete_a_person_is_told(name: str) -> None:
    with network(name) as net, pytest.raises(Rejected, match="by hand"):
        adapter(name, net.base).delete(receipt_of(name, net.base))


@pytest.mark.parametrize("name", COUNTS)
class TestCounting:
    def test_every_count_arrives(self, name: str) -> None:
        assert count(name) == LATER[name].metrics

    @pytest.mark.parametrize(
        "answer",
        [Reply(200, {}), Reply(200, b"<html>"), Reply(200, b"[]"), Reply(200, b'{"data": [7]}')],
    )
    def test_what_is_not_told_is_not_guessed(self, name: str, answer: Reply) -> None:
        later = LATER[name]
        try:
            told = count(name, answer)
        except (NotSent, Rejected):
            return
        ours = {getattr(later.metrics, field) for field in Metrics.__dataclass_fields__}
        assert {getattr(told, field) for field in Metrics.__dataclass_fields__} <= {None, 0, *ours}

    @pytest.mark.parametrize("answer", [Drop(), Slow(0.5), Reply(500)])
    def test_a_lost_answer_may_be_asked_for_again(self, name: str, answer: Act) -> None:
        with pytest.raises(NotSent):
            count(name, answer)

    def test_refusals_are_outcomes(self, name: str) -> None:
        for answer in (Reply(404, {"error": "gone"}), Reply(429, {}), Reply(403, {"error": "no"})):
            with pytest.raises(PlatformError):
                count(name, answer)


@pytest.mark.parametrize("name", SILENT)
def test_networks_that_count_nothing_say_nothing(name: str) -> None:
    with Network({}) as net:
        assert adapter(name, net.base).metrics(receipt_of(name, net.base)) == Metrics()
        assert net.requests == []
