"""LinkedIn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from tests.simulator.client import Client, png

from socialpipe.simulator import Simulator
from socialpipe.simulator.markup import little_text

ME, FIRM = "urn:li:person:a1", "urn:li:organization:42"
REST = {"LinkedIn-Version": "202607", "X-Restli-Protocol-Version": "2.0.0"}


@pytest.fixture
def linkedin() -> Iterator[Client]:
    now = 1_795_000_000.0  # 2026-11
    with Simulator(clock=lambda: now) as sim, requests.Session() as session:
        client = Client(sim, session)
        client.headers |= REST
        yield client


def share(client: Client, text: str, author: str = ME, **content: Any) -> requests.Response:
    body = {"author": author, "commentary": text, "lifecycleState": "PUBLISHED"}
    return client.post("linkedin", "/rest/posts", json={**body, "content": content})


def linkedin_image(client: Client, *, upload: bool = True) -> str:
    path, owner = "/rest/images?action=initializeUpload", {"owner": ME}
    answer = client.post("linkedin", path, json={"initializeUploadRequest": owner})
    place: dict[str, str] = answer.json()["value"]
    if upload:
        target = place["uploadUrl"].removeprefix(client.sim.base("linkedin"))
        assert client.call("PUT", "linkedin", target, data=png()).status_code == 201
    return place["image"]


def test_linkedin_names_the_post_in_a_header(linkedin: Client) -> None:
    answer = share(linkedin, "글 \\(하나\\)")
    assert (answer.status_code, answer.content) == (201, b"")
    (post,) = linkedin.sim.posts()
    assert (post.id, post.text) == (answer.headers["x-restli-id"], "글 (하나)")


def test_linkedin_names_the_first_of_two_alike(linkedin: Client) -> None:
    urn = share(linkedin, "글").headers["x-restli-id"]
    again = share(linkedin, "글")
    assert again.status_code == 422
    assert again.json()["errorDetails"]["inputErrors"][0]["code"] == "DUPLICATE_POST"
    assert again.json()["message"] == f"Content is a duplicate of {urn}"
    assert share(linkedin, "글", FIRM).status_code == 201


@pytest.mark.parametrize(
    ("wire", "shown"),
    [
        ("a \\* b", "a * b"),
        ("before (cut", "before "),
        ("{hashtag|\\#|한국어} 글", "#한국어 글"),
        ("#tag https://example.com/a_b", "#tag https://example.com/a_b"),
        ("@[Name](urn:li:organization:1) hi", "Name hi"),
        ("half @ way", "half "),
        ("", ""),
    ],
)
def test_little_text_ends_where_it_is_broken(wire: str, shown: str) -> None:
    assert little_text(wire) == shown


@pytest.mark.parametrize(
    ("version", "status"),
    [("202607", 201), ("202511", 201), ("202510", 426), ("202612", 426), ("", 400), ("2026", 400)],
)
def test_linkedin_serves_versions_for_a_year(linkedin: Client, version: str, status: int) -> None:
    linkedin.headers["LinkedIn-Version"] = version
    assert share(linkedin, "글").status_code == status


def test_linkedin_wants_its_protocol_header(linkedin: Client) -> None:
    del linkedin.headers["X-Restli-Protocol-Version"]
    assert share(linkedin, "글").status_code == 400


def test_linkedin_images(linkedin: Client) -> None:
    image = {"id": linkedin_image(linkedin), "altText": "설명"}
    assert share(linkedin, "그림", media=image).status_code == 201
    assert [media.alt for media in linkedin.sim.posts()[0].media] == ["설명"]
    two = {"images": [image, {**image, "altText": "둘"}]}
    assert share(linkedin, "그림들", multiImage=two).status_code == 201
    assert share(linkedin, "하나뿐", multiImage={"images": [image]}).status_code == 422
    early = share(linkedin, "너무 일찍", media={"id": linkedin_image(linkedin, upload=False)})
    assert (early.status_code, early.json()["code"]) == (400, "MEDIA_ASSET_WAITING_UPLOAD")


def test_linkedin_lets_only_organizations_read(linkedin: Client) -> None:
    urn = share(linkedin, "글", FIRM).headers["x-restli-id"]
    path = "/rest/posts?q=author&author="
    mine = linkedin.get("linkedin", path + quote(FIRM, safe="")).json()["elements"]
    assert [post["id"] for post in mine] == [urn]
    assert linkedin.get("linkedin", path + quote(ME, safe="")).status_code == 403
    comments = f"/rest/socialActions/{quote(urn, safe='')}/comments"
    said = linkedin.post("linkedin", comments, json={"message": {"text": "첫 (댓글)"}})
    assert said.status_code == 201
    assert linkedin.sim.posts()[1].reply_to == urn
    assert linkedin.call("DELETE", "linkedin", f"/rest/posts/{quote(urn)}").status_code == 204
    assert linkedin.sim.posts()[0].deleted


@pytest.mark.parametrize(("text", "author"), [("가" * 3001, ME), ("글", "alice")])
def test_linkedin_refuses(linkedin: Client, text: str, author: str) -> None:
    assert share(linkedin, text, author).status_code == 422
