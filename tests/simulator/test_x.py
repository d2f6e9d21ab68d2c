from __future__ import annotations

import base64

import pytest
import requests
from tests.simulator.client import Client, png

from socialpipe.simulator import Simulator

DUPLICATE = {
    "detail": "You are not allowed to create a Tweet with duplicate content.",
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
}


def timeline(client: Client, **params: str) -> list[dict[str, object]]:
    me = client.get("x", "/2/users/me").json()["data"]["id"]
    shown = client.get("x", f"/2/users/{me}/tweets", params=params).json()
    found: list[dict[str, object]] = shown.get("data", [])  # absent when there is none
    return found


def upload(client: Client) -> str:
    files = {"media": ("card.png", png(), "image/png")}
    form = {"media_category": "tweet_image"}
    answer = client.post("x", "/2/media/upload", files=files, data=form)
    return str(answer.json()["data"]["id"])


def test_publishes_and_says_what_it_published(client: Client, sim: Simulator) -> None:
    answer = client.tweet("안녕하세요 🎉")
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert data["text"] == "안녕하세요 🎉"
    (post,) = sim.posts("x")
    assert (post.id, post.text, post.account) == (data["id"], "안녕하세요 🎉", "alice")


@pytest.mark.parametrize(
    ("text", "status"), [("가" * 140, 201), ("가" * 141, 403), ("a" * 281, 403)]
)
def test_counts_by_weight(client: Client, text: str, status: int) -> None:
    assert client.tweet(text).status_code == status


def test_a_link_weighs_23_whatever_its_length(client: Client) -> None:
    link = "https://example.com/" + "x" * 200
    assert client.tweet(f"{link} {'a' * 256}").status_code == 201
    assert client.tweet(f"{link} {'a' * 257}").status_code == 403


def test_the_same_text_again_is_refused_in_the_documented_words(client: Client) -> None:
    client.tweet("한 번만")
    answer = client.tweet("한 번만")
    assert (answer.status_code, answer.json()) == (403, DUPLICATE)


def test_the_same_text_of_another_account_is_no_duplicate(client: Client, sim: Simulator) -> None:
    client.tweet("같은 글")
    assert Client(sim, client.session, "bob").tweet("같은 글").status_code == 201


def test_reads_shorten_links_and_tell_the_original(client: Client) -> None:
    client.tweet("읽기 https://example.com/a?b=1&c=2 & naver.com")
    (shown,) = timeline(client)
    text, urls = str(shown["text"]), shown["entities"]["urls"]  # type: ignore[index]
    assert "example.com" not in text
    assert " &amp; " in text
    assert [url["expanded_url"] for url in urls] == [
        "https://example.com/a?b=1&c=2",
        "http://naver.com",
    ]
    assert all(text[url["start"] : url["end"]] == url["url"] for url in urls)


def test_images_carry_their_alt_text_and_add_a_link(client: Client, sim: Simulator) -> None:
    media = upload(client)
    alt = {"id": media, "metadata": {"alt_text": {"text": "설명"}}}
    assert client.post("x", "/2/media/metadata", json=alt).status_code == 200
    assert client.tweet("그림", media={"media_ids": [media]}).status_code == 201
    assert [image.alt for image in sim.posts("x")[0].media] == ["설명"]
    (shown,) = timeline(client)
    assert str(shown["text"]).startswith("그림 https://t.co/")
    assert shown["attachments"] == {"media_keys": [f"3_{media}"]}
    assert shown["entities"]["urls"][0]["media_key"] == f"3_{media}"  # type: ignore[index]


def test_takes_images_in_base64(client: Client) -> None:
    body = {"media": base64.b64encode(png()).decode(), "media_category": "tweet_image"}
    assert client.post("x", "/2/media/upload", json=body).status_code == 200
    assert client.post("x", "/2/media/upload", json={"media": "no base64!"}).status_code == 400


@pytest.mark.parametrize("media", [["77"], ["1", "2", "3", "4", "5"]])
def test_refuses_images_that_it_does_not_have(client: Client, media: list[str]) -> None:
    assert client.tweet("그림", media={"media_ids": media}).status_code == 400


def test_an_image_belongs_to_who_uploaded_it(client: Client, sim: Simulator) -> None:
    bob = Client(sim, client.session, "bob")
    assert bob.tweet("그림", media={"media_ids": [upload(client)]}).status_code == 400


def test_an_alt_text_has_at_most_1000_characters(client: Client) -> None:
    alt = {"id": upload(client), "metadata": {"alt_text": {"text": "a" * 1001}}}
    assert client.post("x", "/2/media/metadata", json=alt).status_code == 400


def test_replies_need_their_parent(client: Client, sim: Simulator) -> None:
    first = client.tweet("하나").json()["data"]["id"]
    assert client.tweet("둘", reply={"in_reply_to_tweet_id": first}).status_code == 201
    assert client.tweet("셋", reply={"in_reply_to_tweet_id": "1"}).status_code == 403
    assert [post.reply_to for post in sim.posts("x")] == [None, first]


def test_a_deleted_post_is_gone(client: Client, sim: Simulator) -> None:
    post_id = client.tweet("곧 사라짐").json()["data"]["id"]
    assert client.call("DELETE", "x", f"/2/tweets/{post_id}").json() == {"data": {"deleted": True}}
    assert timeline(client) == []
    assert client.get("x", f"/2/tweets/{post_id}").status_code == 404
    assert sim.posts("x")[0].deleted


def test_the_timeline_is_newest_first_and_bounded(client: Client) -> None:
    for n in range(7):
        client.tweet(f"글 {n}")
    assert [post["text"] for post in timeline(client, max_results="5")] == [
        f"글 {n}" for n in (6, 5, 4, 3, 2)
    ]
    assert timeline(client, start_time="2999-01-01T00:00:00Z") == []
    assert client.get("x", "/2/users/1/tweets").status_code == 404


@pytest.mark.parametrize(
    "body", [{"text": ""}, {"text": "a", "colour": "red"}, {"text": "a", "media": 1}]
)
def test_refuses_bodies_outside_the_description(client: Client, body: dict[str, object]) -> None:
    answer = client.post("x", "/2/tweets", json=body)
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_reads_the_token_of_oauth_1(client: Client) -> None:
    headers = {
        "Authorization": 'OAuth oauth_consumer_key="k", oauth_token="carol", oauth_nonce="n"'
    }
    answer = client.get("x", "/2/users/me", headers=headers)
    assert answer.json()["data"]["username"] == "carol"


def test_a_post_has_at_most_four_images(client: Client) -> None:
    media = [upload(client) for _ in range(5)]
    assert client.tweet("그림", media={"media_ids": media}).status_code == 400
    assert client.tweet("그림", media={"media_ids": media[:4]}).status_code == 201


def test_an_upload_can_be_used_for_a_day() -> None:
    now = [1_795_000_000.0]
    with Simulator(clock=lambda: now[0]) as sim, requests.Session() as session:
        client = Client(sim, session)
        media = upload(client)
        now[0] += 86_399
        assert client.tweet("그림", media={"media_ids": [media]}).status_code == 201
        now[0] += 1
        assert client.tweet("다시", media={"media_ids": [media]}).status_code == 400


def test_the_timeline_tells_what_a_post_replies_to(client: Client) -> None:
    first = client.tweet("하나").json()["data"]["id"]
    client.tweet("둘", reply={"in_reply_to_tweet_id": first})
    second, root = timeline(client)
    assert second["referenced_tweets"] == [{"type": "replied_to", "id": first}]
    assert "referenced_tweets" not in root


@pytest.mark.parametrize("wanted", ["4", "101"])
def test_the_timeline_shows_5_to_100_posts(client: Client, wanted: str) -> None:
    me = client.get("x", "/2/users/me").json()["data"]["id"]
    path = f"/2/users/{me}/tweets"
    assert client.get("x", path, params={"max_results": wanted}).status_code == 400


def test_an_image_has_at_most_5_mb(client: Client) -> None:
    def status(size: int) -> int:
        files = {"media": ("a.png", png(size - len(png())), "image/png")}
        return client.post("x", "/2/media/upload", files=files).status_code

    assert (status(5_000_000), status(5_000_001)) == (200, 400)
