"""Misskey, Pinterest, Tumblr, Reddit, BAND and Naver Cafe."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
import requests
from tests.simulator.client import Client, hosted, jpeg, png

from socialpipe.simulator import Simulator

# ── Misskey ────────────────────────────────────────────────────────────────────────────────────


def misskey(client: Client, endpoint: str, **body: Any) -> requests.Response:
    return client.post("misskey", f"/api/{endpoint}", json=body)


def drive(client: Client, alt: str = "설명") -> requests.Response:
    files = {"file": ("a.png", png(), "image/png")}
    return client.post("misskey", "/api/drive/files/create", data={"comment": alt}, files=files)


def test_misskey_notes(client: Client, sim: Simulator) -> None:
    me = misskey(client, "i").json()["id"]
    file = drive(client).json()["id"]
    first = misskey(client, "notes/create", text="글", fileIds=[file]).json()["createdNote"]
    reply = misskey(client, "notes/create", text="답", replyId=first["id"]).json()["createdNote"]
    assert [media.alt for media in sim.posts()[0].media] == ["설명"]
    listed = misskey(client, "users/notes", userId=me, withReplies=True).json()
    assert [note["id"] for note in listed] == [reply["id"], first["id"]]
    assert misskey(client, "users/notes", userId=me).json() == [first]
    assert misskey(client, "notes/delete", noteId=first["id"]).status_code == 204
    gone = misskey(client, "notes/show", noteId=first["id"])
    assert gone.json()["error"]["code"] == "NO_SUCH_NOTE"
    assert misskey(client, "meta").json()["maxNoteTextLength"] == 3000


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ({"text": ""}, "CONTENT_REQUIRED"),
        ({"text": "가" * 3001}, "INVALID_PARAM"),
        ({"text": "글", "fileIds": ["0"]}, "NO_SUCH_FILE"),
        ({"text": "글", "replyId": "0"}, "NO_SUCH_REPLY_TARGET"),
    ],
)
def test_misskey_refuses(client: Client, note: dict[str, Any], code: str) -> None:
    assert misskey(client, "notes/create", **note).json()["error"]["code"] == code


def test_misskey_alt_texts_and_tokens(client: Client) -> None:
    assert drive(client, "가" * 512).status_code == 200
    assert drive(client, "가" * 513).status_code == 400
    headers = {"Authorization": ""}
    me = client.post("misskey", "/api/i", json={"i": "carol"}, headers=headers)
    assert me.json()["username"] == "carol"


# ── Pinterest ──────────────────────────────────────────────────────────────────────────────────


def pin(client: Client, **more: Any) -> requests.Response:
    source = {"source_type": "image_base64", "data": base64.b64encode(png()).decode()}
    body = {"board_id": "42", "title": "제목", "alt_text": "설명", "media_source": source}
    return client.post("pinterest", "/v5/pins", json={**body, **more})


def test_pins(client: Client, sim: Simulator) -> None:
    made = pin(client, description="글", link="https://example.com/").json()
    assert [media.alt for media in sim.posts()[0].media] == ["설명"]
    assert client.get("pinterest", f"/v5/pins/{made['id']}").json() == made
    assert client.get("pinterest", "/boards/42/pins").json()["items"] == [made]
    assert client.get("pinterest", "/boards/43/pins").json()["items"] == []
    assert client.call("DELETE", "pinterest", f"/v5/pins/{made['id']}").status_code == 204
    assert client.get("pinterest", f"/v5/pins/{made['id']}").status_code == 404
    assert client.get("pinterest", "/v5/boards").json()["items"]


def test_pins_from_an_address_and_in_a_carousel(client: Client, sim: Simulator) -> None:
    source = {"source_type": "image_url", "url": hosted(sim, jpeg())}
    assert pin(client, media_source=source).status_code == 201
    item = {"data": base64.b64encode(png()).decode()}
    carousel = {"source_type": "multiple_image_base64", "items": [item, item]}
    assert pin(client, media_source=carousel).status_code == 201
    assert [len(post.media) for post in sim.posts()] == [1, 2]
    assert pin(client, media_source={**carousel, "items": [item]}).status_code == 400


@pytest.mark.parametrize(
    "more",
    [
        {"title": "가" * 101},
        {"description": "가" * 801},
        {"alt_text": "가" * 501},
        {"board_id": "my board"},
        {"media_source": {}},
        {"media_source": {"source_type": "image_url", "url": "http://127.0.0.1:1/"}},
        {"media_source": {"source_type": "image_base64", "data": "bm8gaW1hZ2U="}},
    ],
)
def test_pinterest_refuses(client: Client, more: dict[str, Any]) -> None:
    assert pin(client, **more).status_code == 400


# ── Tumblr ─────────────────────────────────────────────────────────────────────────────────────


def tumble(client: Client, *blocks: Any, **more: Any) -> requests.Response:
    body = {"content": list(blocks), "slug": "sp-1"}
    return client.post("tumblr", "/v2/blog/alice/posts", json=body, **more)


def test_tumblr_blocks_and_their_images(client: Client, sim: Simulator) -> None:
    media = [{"type": "image/png", "identifier": "img1"}]
    image = {"type": "image", "media": media, "alt_text": "설명"}
    body = {"content": [{"type": "text", "text": "글"}, image], "slug": "sp-1"}
    files = {
        "json": ("post.json", json.dumps(body).encode(), "application/json"),
        "img1": ("a.png", png(), "image/png"),
    }
    made = client.post("tumblr", "/v2/blog/alice/posts", files=files).json()["response"]["id"]
    assert [media.alt for media in sim.posts()[0].media] == ["설명"]
    (shown,) = client.get("tumblr", "/v2/blog/alice/posts").json()["response"]["posts"]
    assert (shown["id_string"], shown["slug"]) == (made, "sp-1")
    assert shown["post_url"].endswith("/sp-1")
    form = {"id": made}
    assert client.post("tumblr", "/v2/blog/alice/post/delete", data=form).status_code == 200
    assert client.post("tumblr", "/v2/blog/alice/post/delete", data=form).status_code == 404
    assert tumble(client, image).json()["errors"][0]["code"] == 8005


@pytest.mark.parametrize("blocks", [[], [{"type": "text", "text": "가" * 4097}]])
def test_tumblr_refuses(client: Client, blocks: list[Any]) -> None:
    assert tumble(client, *blocks).json()["errors"][0]["code"] == 8001


# ── Reddit ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def redditor(client: Client) -> Client:
    client.headers["User-Agent"] = "python:tests:1.0 (by /u/alice)"
    return client


def submit(client: Client, **form: str) -> Any:
    body = {"api_type": "json", "sr": "korea", "kind": "self", "title": "제목", **form}
    answer = client.post("reddit", "/api/submit", data=body)
    assert answer.status_code == 200
    return answer.json()["json"]


def test_reddit_posts_and_lists(redditor: Client, sim: Simulator) -> None:
    made = submit(redditor, text="글 \\*별\\*")["data"]
    assert (sim.posts()[0].id, sim.posts()[0].text) == (made["name"], "글 *별*")
    redditor.post("reddit", "/api/comment", data={"thing_id": made["name"], "text": "첫"})
    listed = redditor.get("reddit", "/user/alice/submitted").json()["data"]["children"]
    assert [(p["data"]["name"], p["data"]["title"]) for p in listed] == [(made["name"], "제목")]
    assert redditor.get("reddit", "/api/v1/me").json()["name"] == "alice"
    redditor.post("reddit", "/api/del", data={"id": made["name"]})
    assert sim.posts()[0].deleted


def test_reddit_knows_a_link_when_it_sees_it_again(redditor: Client) -> None:
    link = {"kind": "link", "url": "https://example.com/", "resubmit": "false"}
    assert submit(redditor, **link)["errors"] == []
    assert submit(redditor, **link)["errors"][0][0] == "ALREADY_SUB"
    assert submit(redditor, **{**link, "resubmit": "true"})["errors"] == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"title": ""}, "NO_TEXT"),
        ({"title": "가" * 301}, "TOO_LONG"),
        ({"text": "가" * 40_001}, "TOO_LONG"),
        ({"sr": "missing_one"}, "SUBREDDIT_NOEXIST"),
        ({"kind": "link"}, "NO_URL"),
        ({"kind": "video"}, "INVALID_OPTION"),
    ],
)
def test_reddit_refuses_with_status_200(redditor: Client, form: dict[str, str], code: str) -> None:
    assert submit(redditor, **form)["errors"][0][0] == code


def test_reddit_blocks_the_nameless(client: Client, sim: Simulator) -> None:
    assert client.get("reddit", "/api/v1/me").status_code == 403
    client.headers["User-Agent"] = "python:tests:1.0 (by /u/alice)"
    sim.fault("reddit", "throttle", seconds=540)
    code, words, _ = submit(client)["errors"][0]
    assert (code, "Take a break for 9 minutes." in words) == ("RATELIMIT", True)


# ── BAND ───────────────────────────────────────────────────────────────────────────────────────


def band(client: Client, path: str, **form: str) -> Any:
    answer = client.post("band", path, data=form)
    assert answer.status_code == 200
    return answer.json()


def test_band_posts(client: Client, sim: Simulator) -> None:
    create = "/v2.2/band/post/create"
    made = band(client, create, band_key="b1", content="글 #태그", do_push="false")
    assert made["result_code"] == 1
    key = {"band_key": "b1", "post_key": made["result_data"]["post_key"]}
    listed = client.get("band", "/v2/band/posts", params={"band_key": "b1"}).json()
    assert [item["content"] for item in listed["result_data"]["items"]] == [
        "글 <band:hashtag>#태그</band:hashtag>"
    ]
    bands = client.get("band", "/v2/bands").json()["result_data"]["bands"]
    assert "b1" in {known["band_key"] for known in bands}
    assert band(client, "/v2/band/post/remove", **key)["result_code"] == 1
    assert band(client, "/v2/band/post/remove", **key)["result_code"] == 60000
    assert sim.posts()[0].deleted


@pytest.mark.parametrize(("content", "code"), [("", 212), ("가" * 10_001, 3001)])
def test_band_refuses_with_status_200(client: Client, content: str, code: int) -> None:
    answer = band(client, "/v2.2/band/post/create", band_key="b1", content=content)
    assert answer["result_code"] == code
    client.headers["Authorization"] = "Bearer bad"
    assert band(client, "/v2.2/band/post/create")["result_code"] == 10401


# ── Naver Cafe ─────────────────────────────────────────────────────────────────────────────────

ARTICLES = "/v1/cafe/42/menu/1/articles"


def article(client: Client, subject: str, content: str, path: str = ARTICLES) -> Any:
    return client.post("navercafe", path, data={"subject": subject, "content": content}).json()


def test_naver_decodes_twice_and_knows_cp949_only(client: Client, sim: Simulator) -> None:
    made = article(client, quote("서울 &#127881;"), quote("<p>둘째 100%<br>줄 &#9989;</p>"))
    assert made["message"]["status"] == "200"
    assert made["message"]["result"]["articleId"] == int(sim.posts()[0].id)
    article(client, quote("제목"), quote("<p>✅</p>"))
    assert [(post.title, post.text) for post in sim.posts()] == [
        ("서울 🎉", "둘째 100%\n줄 ✅"),
        ("제목", "?"),
    ]


def test_naver_takes_images(client: Client, sim: Simulator) -> None:
    form = {"subject": quote("제목"), "content": quote("글")}
    files = {"image[0]": ("a.png", png(), "image/png")}
    assert client.post("navercafe", ARTICLES, data=form, files=files).status_code == 200
    assert len(sim.posts()[0].media) == 1


@pytest.mark.parametrize(
    ("subject", "content", "path"),
    [
        ("", "글", ARTICLES),
        ("제목", "", ARTICLES),
        (quote("가" * 101), "글", ARTICLES),
        ("제목", "글", "/v1/cafe/korea/menu/1/articles"),
    ],
)
def test_naver_refuses_with_status_200(
    client: Client, subject: str, content: str, path: str
) -> None:
    assert article(client, subject, content, path)["message"]["status"] == "400"
    client.headers["Authorization"] = "Bearer bad"
    assert article(client, "제목", "글")["errorCode"] == "024"
