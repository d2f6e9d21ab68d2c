"""Threads, Instagram and Facebook."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests
from tests.simulator.client import Client, hosted, jpeg, png

from socialpipe.simulator import Simulator


def codes(answer: requests.Response) -> tuple[int, int, int | None]:
    error = answer.json()["error"]
    assert error["type"] == "OAuthException"
    return answer.status_code, error["code"], error.get("error_subcode")


def contain(client: Client, platform: str, **fields: Any) -> requests.Response:
    edge = "threads" if platform == "threads" else "media"
    return client.post(platform, f"/me/{edge}", data=fields)


def release(client: Client, platform: str, container: str) -> requests.Response:
    edge = "threads_publish" if platform == "threads" else "media_publish"
    return client.post(platform, f"/me/{edge}", data={"creation_id": container})


def text_container(client: Client, text: str = "글", **more: str) -> str:
    return str(contain(client, "threads", media_type="TEXT", text=text, **more).json()["id"])


def status(client: Client, platform: str, container: str) -> str:
    return str(client.get(platform, f"/{container}").json()["status_code"])


# ── containers ─────────────────────────────────────────────────────────────────────────────────


def test_a_container_is_invisible_until_it_is_published(client: Client, sim: Simulator) -> None:
    container = text_container(client)
    assert (sim.posts(), status(client, "threads", container)) == ([], "FINISHED")
    post = release(client, "threads", container).json()["id"]
    assert [(p.id, p.text) for p in sim.posts()] == [(post, "글")]
    assert status(client, "threads", container) == "PUBLISHED"
    assert client.get("threads", f"/{post}").json()["permalink"].startswith(sim.url)


def test_a_container_is_published_once(client: Client, sim: Simulator) -> None:
    container = text_container(client)
    release(client, "threads", container)
    assert release(client, "threads", container).status_code == 400
    assert len(sim.posts()) == 1


@pytest.mark.parametrize(
    ("platform", "expected"), [("threads", (400, 24, 4279009)), ("instagram", (400, 9007, 2207027))]
)
def test_a_container_may_take_its_time(
    client: Client, sim: Simulator, platform: str, expected: tuple[int, int, int]
) -> None:
    sim.fault(platform, "processing", seconds=0.3)
    kind = {"media_type": "IMAGE"} if platform == "threads" else {}
    url = hosted(sim, jpeg())
    container = contain(client, platform, image_url=url, **kind).json()["id"]
    assert status(client, platform, container) == "IN_PROGRESS"
    assert codes(release(client, platform, container)) == expected
    time.sleep(0.35)
    assert status(client, platform, container) == "FINISHED"
    assert release(client, platform, container).status_code == 200


def test_a_container_expires_after_a_day() -> None:
    now = [1_795_000_000.0]
    with Simulator(clock=lambda: now[0]) as sim, requests.Session() as session:
        client = Client(sim, session)
        container = text_container(client)
        now[0] += 86_400
        assert status(client, "threads", container) == "EXPIRED"
        assert release(client, "threads", container).status_code == 400


def test_a_container_belongs_to_its_account(client: Client, sim: Simulator) -> None:
    bob = Client(sim, client.session, "bob")
    assert codes(release(bob, "threads", text_container(client))) == (400, 24, 2207006)
    other = client.post("threads", "/12345/threads", data={"media_type": "TEXT", "text": "글"})
    assert codes(other) == (400, 100, 33)


@pytest.mark.parametrize("platform", ["threads", "instagram"])
def test_a_carousel_has_finished_children(client: Client, sim: Simulator, platform: str) -> None:
    kind = {"media_type": "IMAGE"} if platform == "threads" else {}
    kids = [
        contain(
            client,
            platform,
            image_url=hosted(sim, jpeg(40, 40 + n)),
            alt_text=f"설명 {n}",
            is_carousel_item="true",
            **kind,
        ).json()["id"]
        for n in range(2)
    ]
    text = {"text": "모음"} if platform == "threads" else {"caption": "모음"}
    both, one = ",".join(kids), kids[0]
    assert codes(contain(client, platform, media_type="CAROUSEL", children=one))[2] == 2207028
    album = contain(client, platform, media_type="CAROUSEL", children=both, **text).json()["id"]
    assert release(client, platform, kids[0]).status_code == 400
    release(client, platform, album)
    (post,) = sim.posts()
    assert (post.text, [m.alt for m in post.media]) == ("모음", ["설명 0", "설명 1"])


@pytest.mark.parametrize("platform", ["threads", "instagram"])
@pytest.mark.parametrize("url", ["", "ftp://a/b", "http://127.0.0.1:1/a.jpg", "http://ex/그림.jpg"])
def test_the_crawler_must_get_the_image(client: Client, platform: str, url: str) -> None:
    kind = {"media_type": "IMAGE"} if platform == "threads" else {}
    assert codes(contain(client, platform, image_url=url, **kind)) == (400, 9004, 2207052)


# ── Threads ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "good"),
    [("가" * 500, True), ("가" * 501, False), ("👋" * 125, True), ("👋" * 125 + "!", False)],
)
def test_threads_counts_an_emoji_by_its_bytes(client: Client, text: str, good: bool) -> None:
    answer = contain(client, "threads", media_type="TEXT", text=text)
    assert (answer.status_code == 200) is good


def test_threads_takes_five_different_links(client: Client) -> None:
    links = " ".join(f"https://example.com/{n}" for n in range(5))
    assert contain(client, "threads", media_type="TEXT", text=links).status_code == 200
    again = f"{links} https://example.com/0"
    assert contain(client, "threads", media_type="TEXT", text=again).status_code == 200
    answer = contain(client, "threads", media_type="TEXT", text=f"{links} https://example.com/5")
    assert answer.json()["error"]["message"] == "THREADS_API__LINK_LIMIT_EXCEEDED"


def test_threads_lists_posts_and_replies_apart(client: Client) -> None:
    first = release(client, "threads", text_container(client)).json()["id"]
    reply = release(client, "threads", text_container(client, "답", reply_to_id=first)).json()["id"]
    listed = client.get("threads", "/me/threads").json()["data"]
    assert [(post["id"], post["text"]) for post in listed] == [(first, "글")]
    assert [post["id"] for post in client.get("threads", "/me/replies").json()["data"]] == [reply]
    assert client.call("DELETE", "threads", f"/{first}").json() == {"success": True}
    assert codes(client.get("threads", f"/{first}")) == (400, 100, 33)


def test_a_version_and_a_token_may_stand_in_the_address(client: Client) -> None:
    headers = {"Authorization": ""}
    params = {"access_token": "carol"}
    answer = client.get("threads", "/v1.0/me", params=params, headers=headers)
    assert answer.json()["username"] == "carol"
    assert codes(client.get("threads", "/me", headers=headers)) == (400, 190, None)


# ── Instagram ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(), (36001, 2207005)),
        (b"\xff\xd8\xff no image", (36001, 2207005)),
        (jpeg(100, 200), (36003, 2207009)),
        (jpeg(200, 100), (36003, 2207009)),
        (jpeg() + b"\0" * 8_388_608, (36000, 2207004)),
    ],
)
def test_instagram_is_choosy_about_images(
    client: Client, sim: Simulator, data: bytes, expected: tuple[int, int]
) -> None:
    answer = contain(client, "instagram", image_url=hosted(sim, data))
    assert codes(answer) == (400, *expected)


def test_instagram_loses_the_caption_over_six_hashtags(client: Client, sim: Simulator) -> None:
    url = hosted(sim, jpeg())
    for n in (5, 6):
        caption = "글 " + " ".join(f"#태그{i}" for i in range(n))
        container = contain(client, "instagram", image_url=url, caption=caption).json()["id"]
        release(client, "instagram", container)
    assert [bool(post.text) for post in sim.posts()] == [True, False]
    too_long = contain(client, "instagram", image_url=url, caption="가" * 2201)
    assert codes(too_long) == (400, 36004, 2207010)


# ── Facebook ───────────────────────────────────────────────────────────────────────────────────


def feed(client: Client, **form: Any) -> requests.Response:
    return client.post("facebook", "/42/feed", data=form)


def test_facebook_refuses_the_same_text_in_a_row(client: Client) -> None:
    assert feed(client, message="글").json()["id"].startswith("42_")
    assert codes(feed(client, message="글")) == (400, 506, None)
    feed(client, message="다른 글")
    assert feed(client, message="글").status_code == 200


def test_facebook_attaches_staged_photos(client: Client, sim: Simulator) -> None:
    def stage(n: int) -> str:
        form = {"published": "false", "alt_text_custom": f"설명 {n}"}
        files = {"source": ("a.png", png(n), "image/png")}
        return str(client.post("facebook", "/42/photos", data=form, files=files).json()["id"])

    staged = [json.dumps({"media_fbid": stage(n)}) for n in range(2)]
    assert sim.posts() == []
    form = {f"attached_media[{n}]": photo for n, photo in enumerate(staged)}
    assert feed(client, message="모음", **form).status_code == 200
    assert [media.alt for media in sim.posts()[0].media] == ["설명 0", "설명 1"]
    assert codes(feed(client, message="noch einmal", **form))[1] == 100
    shown = client.get("facebook", "/42/feed").json()["data"][0]["attachments"]["data"][0]
    assert (shown["media_type"], len(shown["subattachments"]["data"])) == ("album", 2)


def test_facebook_publishes_a_photo_at_once(client: Client, sim: Simulator) -> None:
    form = {"url": hosted(sim, png()), "message": "그림"}
    answer = client.post("facebook", "/42/photos", data=form).json()
    assert [(post.id, len(post.media)) for post in sim.posts()] == [(answer["post_id"], 1)]
    broken = client.post("facebook", "/42/photos", data={"url": "http://127.0.0.1:1/"})
    assert codes(broken) == (400, 324, None)


def test_facebook_comments_and_deletes(client: Client, sim: Simulator) -> None:
    post = feed(client, message="글", link="https://example.com/").json()["id"]
    assert client.post("facebook", f"/{post}/comments", data={"message": "첫"}).status_code == 200
    assert client.post("facebook", "/1_2/comments", data={"message": "x"}).status_code == 400
    listed = client.get("facebook", "/42/feed").json()["data"]
    assert [item["message"] for item in listed] == ["글"]
    assert client.get("facebook", "/42/feed", params={"since": "4000000000"}).json()["data"] == []
    client.call("DELETE", "facebook", f"/{post}")
    assert [p.deleted for p in sim.posts()] == [True, False]
    assert sim.posts()[0].link == "https://example.com/"


def test_facebook_needs_something_to_publish(client: Client) -> None:
    assert codes(feed(client, message=""))[1] == 197
    assert codes(feed(client, message="가" * 63_207))[1] == 100
