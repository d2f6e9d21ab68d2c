"""Posts for Bluesky, held against its published lexicons."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from tests.platforms.case import LINK, Memory, part, publish_on
from tests.servers.lexicons import Listening, call_faults, faults

from socialpipe.model import Card, Json, Receipt
from socialpipe.platforms.base import Account, PartRequest
from socialpipe.platforms.bluesky import Bluesky
from socialpipe.platforms.bluesky.record import POST, record, rkey
from socialpipe.simulator import Simulator
from socialpipe.text.count import problems

pytestmark = pytest.mark.timeout(900)  # the first one on a machine installs the lexicons

CASES = 400
PIECES = (
    *(
        "한강 산책",
        "각\u0301",
        "e\u0301\u0323",
        "👨‍👩‍👧‍👦",
        "🇰🇷🇯🇵",
        "❤️",
        "ไทย",
        "नमस्ते",
        "\r\n",
        "a",
        " ",
    ),
    *(
        "#야간산책",
        "#2026",
        "# ",
        "＃한강",
        f"{LINK} ",
        "https://a.example/가(나) ",
        "👍🏽",
        "\u200d",
    ),
)
BLOB = {
    "$type": "blob",
    "ref": {"$link": "bafkreibvetyjd2rwsmkqzihomstw33rsqmnaqsbkfyqzk4t4ntn6vw3cgi"},
    "mimeType": "image/jpeg",
    "size": 1000,
}
PARENT = {
    "uri": "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3n2wt5ad222mo",
    "cid": "bafyreid27zk7lbis4zw5fz4podbvbs4fc5ivwji3dmrwa6zggnj4bnd57u",
}


def body(request: PartRequest) -> Json:
    place = {"repo": "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "collection": POST, "rkey": rkey(request)}
    return {**place, "swapRecord": None, "record": record(request)}


def texts() -> list[str]:
    """Make texts of all sorts, many of them just about as long as a post may be."""
    chance = random.Random(2026)
    return [
        "".join(chance.choices(PIECES, k=chance.choice((1, 5, 60, 120, 200)))).strip() or "a"
        for _ in range(CASES)
    ]


def test_counting_agrees_with_the_lexicon() -> None:
    made = texts()
    ours = [not problems(text, Bluesky.limits) for text in made]
    theirs = [not fault for fault in faults([body(part(text=text)) for text in made])]
    assert {True, False} <= set(ours)
    different = [t for t, mine, said in zip(made, ours, theirs, strict=True) if mine is not said]
    assert different == []


def test_every_kind_of_post_is_valid(picture: Card) -> None:
    parent = Receipt(PARENT["uri"], None, PARENT)
    card = replace(part(), cards=(picture,), uploads=({"blob": BLOB},))
    reply = part(text="둘째", root=parent, parent=parent)
    plain = part(text="링크 없이", link=None, language="und")
    assert faults([body(request) for request in (part(), card, reply, plain)]) == [""] * 4


def test_every_call_and_answer_is_valid(picture: Card) -> None:
    """Those of the stand-in, too: what holds against it must hold against a server."""
    listening = Listening()
    with Simulator() as simulator:
        base, secrets = simulator.base("bluesky"), {"password": "app-password"}
        account = Account("b", {"identifier": "alice.test"}, secrets, listening, Memory(), base)
        bluesky = Bluesky(account)
        bluesky.check()
        first = publish_on(bluesky, part(cards=(picture,)))
        publish_on(bluesky, part(key="another", root=first, parent=first))
        assert bluesky.find(part(cards=(picture,))) == first
    said = call_faults(listening.calls)
    names = {call["nsid"].rpartition(".")[2] for call in listening.calls}
    assert names == {"createSession", "getSession", "uploadBlob", "putRecord", "getRecord"}
    assert set(said) == {""}
    assert "" not in call_faults([{**call, "output": {}} for call in listening.calls])


def test_facets_mark_what_they_say() -> None:
    """The lexicons let a facet point anywhere, even beyond the text."""
    marks = [
        (text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]], feature)
        for text in texts()
        for facet in record(part(text=text)).get("facets", [])
        for feature in facet["features"]
    ]
    assert len(marks) > CASES
    for marked, feature in marks:
        assert marked.decode().lstrip("#＃") == feature.get("tag", feature.get("uri"))
