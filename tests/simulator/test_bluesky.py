from __future__ import annotations

from typing import Any

import pytest
import requests
from tests.simulator.client import POST, TID, Client, Pds, png

from socialpipe.simulator import Simulator

OTHER = "3n2lg2pyg22b7"


@pytest.fixture
def pds(client: Client) -> Pds:
    return Pds(client)


def error(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def picture(blob: Any, alt: Any = "설명") -> dict[str, Any]:
    size = {"width": 1, "height": 1}
    image = {"alt": alt, "image": blob, "aspectRatio": size}
    return {"$type": "app.bsky.embed.images", "images": [image]}


def card(**thumb: Any) -> dict[str, Any]:
    external = {"uri": "https://example.com/", "title": "제목", "description": "", **thumb}
    return {"$type": "app.bsky.embed.external", "external": external}


def facet(start: int, end: int, kind: str = "link", **feature: str) -> dict[str, Any]:
    features = [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}]
    return {"index": {"byteStart": start, "byteEnd": end}, "features": features}


# ── idempotency, as measured on the reference server ───────────────────────────────────────────


def test_put_is_idempotent_and_never_overwrites(pds: Pds, sim: Simulator) -> None:
    first, again, other = pds.put("글"), pds.put("글"), pds.put("다른 글")
    assert first.status_code == again.status_code == 200
    assert {"commit", "validationStatus"} < first.json().keys()
    assert "commit" not in again.json()
    assert first.json()["cid"] == again.json()["cid"]
    assert error(other) == (400, "InvalidSwap")
    assert other.json()["message"] == f"Record was at {first.json()['cid']}"
    assert [(post.id, post.text) for post in sim.posts()] == [(first.json()["uri"], "글")]


def test_create_fails_on_a_key_that_exists(pds: Pds, sim: Simulator) -> None:
    assert pds.write("createRecord", "글").status_code == 200
    assert error(pds.write("createRecord", "글")) == (500, "InternalServerError")
    assert error(pds.write("createRecord", "다른 글")) == (500, "InternalServerError")
    assert len(sim.posts()) == 1


def test_create_makes_a_key_where_none_is_given(pds: Pds) -> None:
    made = [pds.write("createRecord", "글", rkey="").json()["uri"] for _ in range(2)]
    assert len(set(made)) == 2


def test_put_without_swap_edits(pds: Pds, sim: Simulator) -> None:
    cid = pds.put("글").json()["cid"]
    record = {"$type": POST, "text": "새 글", "createdAt": "2026-11-23T00:00:00Z"}
    body = {"repo": pds.session["did"], "collection": POST, "rkey": TID, "record": record}
    edited = pds.repo("putRecord", json=body).json()
    assert edited["cid"] != cid
    assert [post.text for post in sim.posts()] == ["새 글"]


def test_reads_and_deletes(pds: Pds, sim: Simulator) -> None:
    uri = pds.put("글").json()["uri"]
    pds.put("둘째", OTHER)
    where = {"repo": pds.session["did"], "collection": POST}
    found = pds.xrpc("repo.getRecord", params={**where, "rkey": TID}).json()
    assert (found["uri"], found["value"]["text"]) == (uri, "글")
    by_handle = {**where, "repo": "alice.test", "rkey": TID}
    assert pds.xrpc("repo.getRecord", params=by_handle).json() == found
    listed = pds.xrpc("repo.listRecords", params=where).json()["records"]
    assert [record["value"]["text"] for record in listed] == ["둘째", "글"]
    for _ in range(2):
        assert pds.repo("deleteRecord", json={**where, "rkey": TID}).json() == {}
    gone = pds.xrpc("repo.getRecord", params={**where, "rkey": TID})
    assert error(gone) == (400, "RecordNotFound")
    assert [post.deleted for post in sim.posts()] == [True, False]


# ── what a record must be ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("가" * 301, "grapheme too big (maximum 300, got 301)"),
        ("👨‍👩‍👧‍👦" * 150, "string too big (maximum 3000, got 3750)"),
    ],
)
def test_counts_graphemes_and_bytes(pds: Pds, text: str, reason: str) -> None:
    answer = pds.put(text)
    assert error(answer) == (400, "InvalidRequest")
    assert reason in answer.json()["message"]


def test_takes_300_hangul(pds: Pds) -> None:
    assert pds.put("가" * 300).status_code == 200


@pytest.mark.parametrize(
    "extra",
    [
        {"$type": "app.bsky.feed.like"},
        {"createdAt": "2026-11-23 00:00"},
        {"createdAt": "2026-13-23T00:00:00Z"},
        {"createdAt": None},
        {"langs": ["ko", "en", "ja", "fr"]},
        {"tags": ["태그"] * 9},
        {"tags": ["가" * 65]},
        {"facets": [facet(0, 7, uri="https://example.com/")]},
        {"facets": [facet(3, 3, uri="https://example.com/")]},
        {"facets": [facet(1, 3, uri="https://example.com/")]},
        {"facets": [facet(0, 2, uri="https://example.com/")]},
        {"facets": [facet(0, 3)]},
        {"facets": [facet(0, 3, "tag", tag="가" * 65)]},
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 3}, "features": []}]},
        {"facets": ["none"]},
        {"embed": {"$type": "app.bsky.embed.other"}},
        {"embed": card(title=None)},
        {"embed": picture(None)},
        {"reply": {"root": {"uri": "at://a/b/c", "cid": "x"}}},
    ],
)
def test_refuses_records_that_break_the_lexicon(pds: Pds, extra: dict[str, Any]) -> None:
    assert error(pds.put("가나", **extra)) == (400, "InvalidRequest")


def test_takes_facets_on_borders_of_characters(pds: Pds) -> None:
    good = [
        facet(0, 3, uri="https://example.com/"),
        facet(3, 6, "tag", tag="나"),
        facet(0, 6, "mention", did="did:plc:abc"),
    ]
    assert pds.put("가나", facets=good).status_code == 200


@pytest.mark.parametrize("rkey", ["short", "zn2lg2pyg22a7", "3n2lg2pyg22a1"])
def test_refuses_keys_that_are_no_tid(pds: Pds, rkey: str) -> None:
    answer = pds.put("글", rkey)
    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid TID string")


def test_keeps_posts_only(pds: Pds) -> None:
    where = {"repo": pds.session["did"], "collection": "app.bsky.feed.like", "rkey": TID}
    assert error(pds.repo("deleteRecord", json=where)) == (400, "InvalidRequest")


def test_writes_only_to_the_own_repository(pds: Pds) -> None:
    pds.session = {**pds.session, "did": "did:plc:other"}
    assert error(pds.put("글")) == (401, "AuthenticationRequired")


def test_replies_need_their_parents(pds: Pds, sim: Simulator) -> None:
    first = pds.put("하나").json()
    ref = {"uri": first["uri"], "cid": first["cid"]}
    assert pds.put("둘", OTHER, reply={"root": ref, "parent": ref}).status_code == 200
    assert [post.reply_to for post in sim.posts()] == [None, first["uri"]]
    wrong = {**ref, "cid": "bafyreiwrong"}
    assert pds.put("셋", "3n2lg2pyg22c7", reply={"root": ref, "parent": wrong}).status_code == 400


# ── images ─────────────────────────────────────────────────────────────────────────────────────


def test_uploads_are_named_by_their_content(pds: Pds) -> None:
    assert pds.upload(png()) == pds.upload(png())
    assert pds.upload(png()) != pds.upload(png(1))


def test_images_need_alt_text_and_their_blob(pds: Pds, sim: Simulator) -> None:
    blob = pds.upload(png())
    assert error(pds.put("그림", embed=picture(blob, alt=None))) == (400, "InvalidRequest")
    unknown = {**blob, "ref": {"$link": "bafkreiunknown"}}
    assert error(pds.put("그림", embed=picture(unknown))) == (400, "BlobNotFound")
    assert error(pds.put("그림", embed=picture({**blob, "size": 1}))) == (400, "InvalidSize")
    other = {**blob, "mimeType": "image/gif"}
    assert error(pds.put("그림", embed=picture(other))) == (400, "InvalidMimeType")
    assert pds.put("그림", embed=picture(blob)).status_code == 200
    assert [image.alt for image in sim.posts()[0].media] == ["설명"]


def test_the_size_of_an_image_is_judged_with_its_record(pds: Pds) -> None:
    big = pds.upload(png(2_000_000))
    answer = pds.put("그림", embed=picture(big))
    assert error(answer) == (400, "InvalidRequest")
    assert "blob too big (maximum 2000000" in answer.json()["message"]
    thumb = pds.upload(png(1_000_000))
    assert error(pds.put("카드", embed=card(thumb=thumb))) == (400, "InvalidRequest")
    assert pds.put("그림", embed=picture(thumb)).status_code == 200


def test_a_post_has_at_most_four_images(pds: Pds) -> None:
    embed = picture(pds.upload(png()))
    embed["images"] *= 5
    assert error(pds.put("그림", embed=embed)) == (400, "InvalidRequest")


def test_the_server_limits_uploads(pds: Pds) -> None:
    headers = {"Content-Type": "image/png"}
    answer = pds.repo("uploadBlob", data=png(6_000_000), headers=headers)
    assert error(answer) == (413, "PayloadTooLarge")


def test_two_accounts_may_upload_the_same_image(pds: Pds, client: Client) -> None:
    bob = Pds(client, "bob.test")
    mine, theirs = pds.upload(png()), bob.upload(png())
    assert pds.put("그림", embed=picture(mine)).status_code == 200
    assert bob.put("그림", embed=picture(theirs)).status_code == 200


def test_a_link_card_is_on_record(pds: Pds, sim: Simulator) -> None:
    assert pds.put("카드", embed=card(thumb=pds.upload(png()))).status_code == 200
    assert sim.posts()[0].link == "https://example.com/"


# ── sessions ───────────────────────────────────────────────────────────────────────────────────


def test_a_session_names_the_server_to_use(pds: Pds, sim: Simulator) -> None:
    service = pds.session["didDoc"]["service"][0]
    assert service["serviceEndpoint"] == sim.base("bluesky")
    held = pds.xrpc("server.getSession", pds.session["accessJwt"]).json()
    assert (held["did"], held["handle"]) == (pds.session["did"], "alice.test")


def test_a_name_is_always_the_same_account(pds: Pds, client: Client) -> None:
    assert Pds(client).session["did"] == pds.session["did"]
    assert Pds(client, "alice").session["did"] == pds.session["did"]
    assert Pds(client, pds.session["did"]).session["handle"] == "alice.test"
    found = pds.xrpc("identity.resolveHandle", params={"handle": "alice.test"}).json()
    assert found == {"did": pds.session["did"]}


def test_a_refresh_token_opens_a_new_session(pds: Pds) -> None:
    fresh = pds.xrpc("server.refreshSession", pds.session["refreshJwt"]).json()
    assert fresh["accessJwt"] != pds.session["accessJwt"]
    pds.session = fresh
    assert pds.put("글").status_code == 200
    wrong_kind = pds.xrpc("server.refreshSession", fresh["accessJwt"])
    assert error(wrong_kind) == (400, "InvalidToken")


def test_an_access_token_expires_and_the_refresh_token_lives_on() -> None:
    now = [1_795_000_000.0]
    with Simulator(clock=lambda: now[0]) as sim, requests.Session() as session:
        pds = Pds(Client(sim, session))
        now[0] += 7200
        assert error(pds.put("글")) == (400, "ExpiredToken")
        assert pds.xrpc("server.refreshSession", pds.session["refreshJwt"]).status_code == 200


@pytest.mark.parametrize("login", [("alice", ""), ("alice", "bad"), ("bad", "pw"), ("", "pw")])
def test_refuses_bad_logins(pds: Pds, login: tuple[str, str]) -> None:
    body = {"identifier": login[0], "password": login[1]}
    answer = pds.xrpc("server.createSession", json=body)
    assert error(answer) == (401, "AuthenticationRequired")


def test_a_thirty_first_login_is_throttled(client: Client) -> None:
    body = {"identifier": "alice.test", "password": "pw"}
    path = "/xrpc/com.atproto.server.createSession"
    answers = [client.post("bluesky", path, json=body) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    last = answers[-1]
    assert last.json()["error"] == "RateLimitExceeded"
    assert 290 <= int(last.headers["Retry-After"]) <= 300
    assert last.headers["RateLimit-Policy"] == "30;w=300"
    assert last.headers["RateLimit-Remaining"] == "0"
    other = client.post("bluesky", path, json={**body, "identifier": "bob.test"})
    assert other.status_code == 200


def test_a_missing_or_unknown_token(pds: Pds) -> None:
    assert error(pds.xrpc("repo.putRecord", json={})) == (401, "AuthMissing")
    assert error(pds.xrpc("repo.putRecord", "nonsense", json={})) == (400, "InvalidToken")


def test_a_revoked_account_cannot_come_back(pds: Pds, sim: Simulator) -> None:
    sim.fault("bluesky", "revoke")
    assert error(pds.put("글")) == (400, "ExpiredToken")
    assert error(pds.xrpc("server.refreshSession", pds.session["refreshJwt"]))[1] == "ExpiredToken"
    login = {"identifier": "alice.test", "password": "pw"}
    assert error(pds.xrpc("server.createSession", json=login)) == (401, "AuthenticationRequired")


def test_takes_images_only(pds: Pds) -> None:
    headers = {"Content-Type": "image/png"}
    assert error(pds.repo("uploadBlob", data=b"text", headers=headers)) == (400, "InvalidMimeType")
