"""WordPress, Ghost, Forem, Blogger and Lemmy."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
import requests
from tests.simulator.client import Client, png

from socialpipe.simulator import Simulator

# ── WordPress ──────────────────────────────────────────────────────────────────────────────────


def basic(user: str, password: str) -> dict[str, str]:
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


@pytest.fixture
def writer(client: Client) -> Client:
    client.headers = basic("alice", "app password")
    return client


def entry(client: Client, **post: Any) -> requests.Response:
    body = {"title": "제목", "content": "<p>글</p>", "slug": "sp-1", **post}
    return client.post("wordpress", "/wp-json/wp/v2/posts", json=body)


def attachment(client: Client) -> int:
    about = {"Content-Disposition": 'attachment; filename="a.png"', "Content-Type": "image/png"}
    answer = client.post("wordpress", "/wp-json/wp/v2/media", data=png(), headers=about)
    assert answer.status_code == 201
    number: int = answer.json()["id"]
    return number


def test_wordpress_makes_a_second_post_of_a_taken_slug(writer: Client, sim: Simulator) -> None:
    first, second = entry(writer), entry(writer)
    assert (first.status_code, first.json()["slug"]) == (201, "sp-1")
    assert (second.status_code, second.json()["slug"]) == (201, "sp-1-2")
    params = {"slug": "sp-1"}
    assert writer.get("wordpress", "/wp-json/wp/v2/posts", params=params).json() == [first.json()]
    path = f"/wp-json/wp/v2/posts/{first.json()['id']}"
    assert writer.call("DELETE", "wordpress", path).status_code == 200
    assert writer.call("DELETE", "wordpress", path).status_code == 404
    assert len(sim.posts()) == 2


def test_wordpress_images_tags_and_text(writer: Client, sim: Simulator) -> None:
    number = attachment(writer)
    path = f"/wp-json/wp/v2/media/{number}"
    writer.post("wordpress", path, json={"alt_text": "설명"})
    tag = writer.post("wordpress", "/wp-json/wp/v2/tags", json={"name": "서울"}).json()["id"]
    taken = writer.post("wordpress", "/wp-json/wp/v2/tags", json={"name": "서울"})
    assert (taken.status_code, taken.json()["data"]["term_id"]) == (400, tag)
    found = writer.get("wordpress", "/wp-json/wp/v2/tags", params={"search": "서"}).json()
    assert found == [{"id": tag, "name": "서울"}]
    html = '<p>첫 &amp; 줄<br>둘</p><figure><img src="https://e.com/a.png" alt="그림"></figure>'
    made = entry(writer, content=html, featured_media=number, tags=[tag])
    assert made.status_code == 201
    (post,) = sim.posts()
    assert (post.title, post.text) == ("제목", "첫 & 줄\n둘")
    assert [media.alt for media in post.media] == ["설명", "그림"]
    assert entry(writer, featured_media=77).json()["code"] == "rest_invalid_featured_media"
    assert entry(writer, tags=[77]).status_code == 400
    assert entry(writer, title="", content="").json()["code"] == "empty_content"


def test_wordpress_users_and_uploads(writer: Client) -> None:
    me = writer.get("wordpress", "/wp-json/wp/v2/users/me").json()
    assert (me["name"], me["capabilities"]["publish_posts"]) == ("alice", True)
    nameless = writer.post("wordpress", "/wp-json/wp/v2/media", data=png())
    assert nameless.status_code == 400
    writer.headers = basic("alice", "bad")
    refused = writer.get("wordpress", "/wp-json/wp/v2/users/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "incorrect_password")


# ── Ghost ──────────────────────────────────────────────────────────────────────────────────────

ADMIN = "/ghost/api/admin"


def jwt(**claims: Any) -> dict[str, str]:
    now = int(time.time())
    made = {"iat": now, "exp": now + 300, "aud": "/admin/", **claims}
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "alice"}, made, "sig")]
    packed = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    return {"Authorization": f"Ghost {packed}"}


def ghost(client: Client, **post: Any) -> requests.Response:
    body = {"posts": [{"title": "제목", "html": "<p>글</p>", "slug": "sp-1", **post}]}
    return client.post("ghost", f"{ADMIN}/posts/?source=html", json=body, headers=jwt())


def test_ghost_makes_a_second_post_of_a_taken_slug(client: Client, sim: Simulator) -> None:
    first, second = ghost(client).json()["posts"][0], ghost(client).json()["posts"][0]
    assert (first["slug"], second["slug"]) == ("sp-1", "sp-1-2")
    path = f"{ADMIN}/posts/slug/sp-1/"
    assert client.get("ghost", path, headers=jwt()).json() == {"posts": [first]}
    post = f"{ADMIN}/posts/{first['id']}/"
    assert client.call("DELETE", "ghost", post, headers=jwt()).status_code == 204
    gone = client.get("ghost", path, headers=jwt())
    assert (gone.status_code, gone.json()["errors"][0]["type"]) == (404, "NotFoundError")
    assert [post.text for post in sim.posts()] == ["글", "글"]
    listed = client.get("ghost", f"{ADMIN}/posts/", headers=jwt()).json()["posts"]
    assert [post["slug"] for post in listed] == ["sp-1-2"]


def test_ghost_images(client: Client, sim: Simulator) -> None:
    files = {"file": ("a.png", png(), "image/png")}
    path = f"{ADMIN}/images/upload/"
    url = client.post("ghost", path, files=files, headers=jwt()).json()["images"][0]["url"]
    assert ghost(client, feature_image=url, feature_image_alt="설명").status_code == 201
    assert [(m.alt, m.size) for m in sim.posts()[0].media] == [("설명", len(png()))]
    broken = {"file": ("a.txt", b"no image", "text/plain")}
    assert client.post("ghost", path, files=broken, headers=jwt()).status_code == 415


@pytest.mark.parametrize(
    "claims", [{"exp": 1}, {"iat": 1}, {"aud": "/other/"}, {"exp": 9_999_999_999}]
)
def test_ghost_reads_the_token(client: Client, claims: dict[str, Any]) -> None:
    answer = client.get("ghost", f"{ADMIN}/posts/", headers=jwt(**claims))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "INVALID_JWT")
    anyone = {"Authorization": ""}
    assert client.get("ghost", f"{ADMIN}/posts/", headers=anyone).status_code == 401
    assert client.get("ghost", f"{ADMIN}/site/", headers=anyone).status_code == 200


@pytest.mark.parametrize("post", [{"title": ""}, {"title": "가" * 256}, {"slug": "a" * 192}])
def test_ghost_refuses(client: Client, post: dict[str, str]) -> None:
    answer = ghost(client, **post)
    assert (answer.status_code, answer.json()["errors"][0]["type"]) == (422, "ValidationError")


# ── Forem ──────────────────────────────────────────────────────────────────────────────────────


def forem(client: Client, **article: Any) -> requests.Response:
    body = {"title": "제목", "body_markdown": "글", "published": True, **article}
    headers = {"api-key": "alice"}
    return client.post("forem", "/api/articles", json={"article": body}, headers=headers)


def test_forem_refuses_what_it_has(client: Client, sim: Simulator) -> None:
    first = forem(client, canonical_url="https://e.com/1")
    assert first.status_code == 201
    for again in (
        {"body_markdown": "다른"},
        {"title": "다른"},
        {"title": "셋", "body_markdown": "셋", "canonical_url": "https://e.com/1"},
    ):
        answer = forem(client, **again)
        assert answer.status_code == 422
        assert "already been" in answer.json()["error"]
    key = {"api-key": "alice"}
    mine = client.get("forem", "/api/articles/me/all", headers=key).json()
    assert mine == [first.json()]
    path, hide = f"/api/articles/{first.json()['id']}", {"article": {"published": False}}
    assert client.call("PUT", "forem", path, json=hide, headers=key).status_code == 200
    assert sim.posts()[0].deleted


@pytest.mark.parametrize(
    "article",
    [{"title": "가" * 129}, {"title": ""}, {"tags": ["a"] * 5}, {"tags": ["two words"]}],
)
def test_forem_refuses(client: Client, article: dict[str, Any]) -> None:
    assert forem(client, **article).status_code == 422


def test_forem_reads_markdown(client: Client, sim: Simulator) -> None:
    body = "![그림](https://e.com/b.png)\n\n\\*별\\* 하나  \n둘"
    forem(client, body_markdown=body, main_image="https://e.com/a.png")
    (post,) = sim.posts()
    assert post.text == "*별* 하나\n둘"
    assert [(m.id, m.alt) for m in post.media] == [
        ("https://e.com/a.png", ""),
        ("https://e.com/b.png", "그림"),
    ]
    assert client.get("forem", "/api/users/me", headers={"api-key": ""}).status_code == 401


# ── Blogger ────────────────────────────────────────────────────────────────────────────────────


def test_blogger(client: Client, sim: Simulator) -> None:
    path = "/v3/blogs/42/posts"
    assert "items" not in client.get("blogger", path).json()
    body = {"title": "제목", "content": "<p>글</p>", "labels": ["서울"]}
    made = client.post("blogger", path, json=body).json()
    assert client.get("blogger", path).json()["items"] == [made]
    assert client.get("blogger", "/v3/blogs/42").json()["id"] == "42"
    assert client.call("DELETE", "blogger", f"{path}/{made['id']}").status_code == 204
    assert client.call("DELETE", "blogger", f"{path}/{made['id']}").status_code == 404
    assert sim.posts()[0].deleted
    labels = client.post("blogger", path, json={**body, "labels": ["가" * 201]})
    assert labels.status_code == 400
    sim.fault("blogger", "throttle", seconds=9)
    busy = client.post("blogger", path, json=body)
    assert (busy.status_code, busy.headers["Retry-After"]) == (403, "9")
    assert busy.json()["error"]["errors"][0]["reason"] == "rateLimitExceeded"


# ── Lemmy ──────────────────────────────────────────────────────────────────────────────────────


def lemmy(client: Client, **post: Any) -> requests.Response:
    body = {"name": "제목이다", "community_id": 1, "body": "글", **post}
    return client.post("lemmy", "/api/v3/post", json=body)


@pytest.mark.parametrize(
    ("path", "field"), [("/pictrs/image", "images[]"), ("/api/v4/image", "image")]
)
def test_lemmy_images_have_an_alt_text(
    client: Client, sim: Simulator, path: str, field: str
) -> None:
    answer = client.post("lemmy", path, files={field: ("a.png", png(), "image/png")}).json()
    name = answer["files"][0]["file"] if "files" in answer else answer["filename"]
    url = f"{sim.base('lemmy')}/pictrs/image/{name}"
    assert lemmy(client, url=url, alt_text="설명").status_code == 200
    assert [media.alt for media in sim.posts()[0].media] == ["설명"]


def test_lemmy_posts(client: Client, sim: Simulator) -> None:
    made = lemmy(client, url="https://example.com/").json()["post_view"]
    listed = client.get("lemmy", "/api/v3/user", params={"username": "alice"}).json()["posts"]
    assert listed == [made]
    login = {"username_or_email": "alice", "password": "pw"}
    assert client.post("lemmy", "/api/v3/user/login", json=login).json() == {"jwt": "alice"}
    community = client.get("lemmy", "/api/v4/community", params={"name": "korea"}).json()
    assert community["community_view"]["community"]["id"] > 0
    delete = {"post_id": made["post"]["id"], "deleted": True}
    assert client.post("lemmy", "/api/v3/post/delete", json=delete).status_code == 200
    assert client.post("lemmy", "/api/v3/post/delete", json=delete).status_code == 400
    assert sim.posts()[0].link == "https://example.com/"


@pytest.mark.parametrize(
    ("post", "error"),
    [
        ({"name": "가"}, "invalid_post_title"),
        ({"name": "가" * 201}, "invalid_post_title"),
        ({"body": "가" * 50_001}, "invalid_body_field"),
        ({"url": "ftp://example.com"}, "invalid_url"),
        ({"alt_text": "가" * 1501}, "alt_text_length_overflow"),
    ],
)
def test_lemmy_refuses(client: Client, post: dict[str, str], error: str) -> None:
    answer = lemmy(client, **post)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
