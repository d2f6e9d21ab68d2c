"""The table of adapters and outcomes has no empty cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.platforms import test_contract, test_email, test_feed, test_nostr, test_wire
from tests.platforms.case import CARD, adapter, case_of, part, publish_on
from tests.platforms.network import Network, Reply
from tests.platforms.test_contract import ELSEWHERE, NAMES

from socialpipe.errors import Duplicate, NotSent, PlatformError
from socialpipe.model import Card
from socialpipe.platforms import poll, registry
from socialpipe.platforms.base import Platform

ROOT = Path(__file__).parents[2]
CONTRACT = test_contract.TestFailing
TRIED: dict[str, Callable[..., None]] = {  # on every adapter that speaks HTTP
    "published": test_contract.TestPublishing.test_text_arrives_as_it_is_and_the_receipt_names_it,
    "throttled": CONTRACT.test_throttled_in_every_dialect,
    "unauthorized": CONTRACT.test_unauthorized,
    "rejected": CONTRACT.test_refusal_is_permanent_or_at_least_nothing_published,
    "duplicate": CONTRACT.test_what_the_network_says,
    "lost after it was sent": CONTRACT.test_lost_after_it_was_sent,
    "slow": CONTRACT.test_slow,
    "garbage": CONTRACT.test_garbage_is_never_published,
    "redirect": CONTRACT.test_redirect_is_not_followed,
    "error after": CONTRACT.test_server_error_on_the_creating_call,
}
OUTCOMES = {*TRIED, "error before"}  # the last one is tried below
# Networks that say that they have a post already; the others take a second one, or know its key.
DENY_TWINS = {
    *("facebook", "forem", "instagram", "lemmy", "line", "linkedin", "reddit", "threads", "x"),
}
NO_ANSWER = "nobody answers"  # a file, a person
ELSEWHERE_TRIED: dict[str, dict[str, Callable[..., None] | str]] = {
    "email": {
        "published": test_email.test_readers_get_text_html_and_image,
        "throttled": test_email.test_outcomes,
        "unauthorized": test_email.test_outcomes,
        "rejected": test_email.test_outcomes,
        "duplicate": "a mail server takes it twice; the Message-ID is the same",
        "lost after it was sent": test_email.test_outcomes,
        "slow": test_email.test_outcomes,
        "garbage": test_email.test_outcomes,
        "redirect": "SMTP has none",
        "error before": test_email.test_outcomes,
        "error after": test_email.test_outcomes,
    },
    "nostr": {
        "published": test_nostr.TestPublishing.test_a_note_with_hashtags_and_an_image,
        "throttled": test_nostr.test_outcomes,
        "unauthorized": test_nostr.test_a_bad_key_is_told_but_not_shown,
        "rejected": test_nostr.test_outcomes,
        "duplicate": test_nostr.TestPublishing.test_a_repeat_is_the_same_event_and_a_success,
        "lost after it was sent": test_nostr.test_outcomes,
        "slow": test_nostr.test_outcomes,
        "garbage": test_nostr.test_outcomes,
        "redirect": "websockets are not redirected by a relay that took the connection",
        "error before": test_nostr.test_nobody_listens,
        "error after": test_nostr.test_outcomes,
    },
    "feed": {
        "published": test_feed.test_all_formats_show_the_post,
        "throttled": NO_ANSWER,
        "unauthorized": NO_ANSWER,
        "rejected": test_feed.test_a_file_of_somebody_else_is_left_alone,
        "duplicate": test_feed.test_a_repeat_changes_nothing,
        "lost after it was sent": test_feed.test_it_finds_what_it_published,
        "slow": test_feed.test_writers_at_the_same_time_lose_nothing,
        "garbage": test_feed.test_a_file_of_somebody_else_is_left_alone,
        "redirect": NO_ANSWER,
        "error before": test_feed.test_a_directory_that_cannot_be_written,
        "error after": test_feed.test_it_finds_what_it_published,
    },
    "assisted": {
        **dict.fromkeys(OUTCOMES, NO_ANSWER),
        "published": test_wire.test_by_hand_tells_the_person_what_to_do,
    },
}


def test_every_cell_is_filled() -> None:
    covered = {name.partition("-")[0] for name in NAMES}
    assert covered | ELSEWHERE == set(registry.names())
    assert set(ELSEWHERE_TRIED) == ELSEWHERE
    for name, tried in ELSEWHERE_TRIED.items():
        assert set(tried) == OUTCOMES, name


@pytest.mark.parametrize("name", NAMES)
def test_who_denies_twins_says_so(name: str) -> None:
    denies = any(failure.outcome is Duplicate for failure in case_of(name).failures)
    assert denies == (name in DENY_TWINS)


@pytest.mark.parametrize("name", NAMES)
def test_error_before_the_creating_call_creates_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Uploads and look-ups may be repeated; what comes after the post is no reason to doubt it."""
    monkeypatch.setattr(poll, "PAUSE", 0)
    case = case_of(name)
    cards = () if case.images == "none" else (CARD,)
    for route in set(case.routes) - {case.card_create}:
        if route.startswith(case.create):  # Matrix sends images as messages of their own
            continue
        with Network({**case.routes, route: Reply(500)}) as net:
            outcome = said(adapter(name, net.base), cards)
            assert outcome in {"published", NotSent}, route
            assert outcome == "published" or net.seen(case.create) == [], route


def said(platform: Platform, cards: tuple[Card, ...]) -> str | type[PlatformError]:
    try:
        publish_on(platform, part(cards=cards))
    except PlatformError as error:
        return type(error)
    return "published"


def test_the_documentation_says_how_each_is_proven() -> None:
    page = (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")
    table = page.partition("## How each platform is proven")[2]
    first = re.findall(r"^\| ([a-z, ]+) \|", table, re.MULTILINE)
    named = [name for cell in first[1:] for name in cell.split(", ")]
    assert sorted(named) == registry.names()
