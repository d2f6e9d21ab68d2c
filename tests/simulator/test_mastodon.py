from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from tests.simulator.client import Client, png

from socialpipe.simulator import Simulator


def upload(client: Client, alt: str = "") -> requests.Response:
    files = {"file": ("card.png", png(), "image/png")}
    return client.post("mastodon", "/api/v2/media", files=files, data={"description": alt})


def test_publishes_html_of_the_text(client: Client, sim: Simulator) -> None:
    answer = client.toot("첫 <줄> & #한국어\nhttps://example.com/a?b=1&c=2\n\n둘째")
    assert answer.status_code == 200
    content = answer.json()["content"]
    assert content.startswith("<p>첫 &lt;줄&gt; &amp; <a href=")
    assert "#<span>한국어</span></a><br />" in content
    assert 'href="https://example.com/a?b=1&amp;c=2"' in content
    assert content.endswith("<p>둘째</p>")
    assert sim.posts("mastodon")[0].text.startswith("첫 <줄> &")


def test_takes_forms_too(client: Client, sim: Simulator) -> None:
    media = upload(client, "설명").json()["id"]
    form = {"status": "폼", "media_ids[]": [media]}
    assert client.post("mastodon", "/api/v1/statuses", data=form).status_code == 200
    assert [image.alt for image in sim.posts("mastodon")[0].media] == ["설명"]


@pytest.mark.parametrize(("text", "status"), [("가" * 500, 200), ("가" * 501, 422), (" ", 422)])
def test_counts_graphemes(client: Client, text: str, status: int) -> None:
    assert client.toot(text).status_code == status


def test_a_content_warning_counts_too(client: Client) -> None:
    assert client.toot("가" * 490, spoiler_text="나" * 10).status_code == 200
    answer = client.toot("가" * 490, spoiler_text="나" * 11)
    assert answer.json() == {"error": "Validation failed: Text character limit of 500 exceeded"}


def test_the_same_key_shows_the_first_status_again(client: Client, sim: Simulator) -> None:
    first, again = client.toot("글", "k1"), client.toot("다른 글", "k1")
    assert first.json() == again.json()
    assert client.toot("글", "k2").json()["id"] != first.json()["id"]
    assert client.toot("글").json()["id"] != client.toot("글").json()["id"]
    assert [post.key for post in sim.posts("mastodon")] == ["k1", "k2", None, None]


def test_a_key_belongs_to_its_account(client: Client, sim: Simulator) -> None:
    client.toot("글", "k")
    Client(sim, client.session, "bob").toot("글", "k")
    assert [post.account for post in sim.posts()] == ["alice", "bob"]


def test_a_key_is_forgotten_after_an_hour() -> None:
    now = [1_795_000_000.0]
    with Simulator(clock=lambda: now[0]) as sim, requests.Session() as session:
        client = Client(sim, session)
        first = client.toot("글", "k").json()["id"]
        now[0] += 3599
        assert client.toot("글", "k").json()["id"] == first
        now[0] += 1
        second = client.toot("글", "k").json()["id"]
        assert second != first
        assert client.toot("글", "k").json()["id"] == second


def test_fifty_callers_with_one_key_make_one_status(sim: Simulator) -> None:
    def publish(n: int) -> str:
        with requests.Session() as session:
            return str(Client(sim, session).toot(f"글 {n}", "one key").json()["id"])

    with ThreadPoolExecutor(50) as pool:
        ids = set(pool.map(publish, range(50)))
    assert len(ids) == len(sim.posts()) == 1


def test_a_repeat_with_media_needs_no_new_media(client: Client) -> None:
    media = upload(client).json()["id"]
    first = client.toot("그림", "k", media_ids=[media])
    assert client.toot("그림", "k", media_ids=[media]).json() == first.json()
    assert client.toot("그림", "k2", media_ids=[media]).status_code == 422


def test_media_may_be_processing_for_a_while(client: Client, sim: Simulator) -> None:
    sim.fault("mastodon", "processing", seconds=0.3)
    answer = upload(client)
    assert (answer.status_code, answer.json()["url"]) == (202, None)
    media = answer.json()["id"]
    assert client.get("mastodon", f"/api/v1/media/{media}").status_code == 206
    early = client.toot("그림", media_ids=[media])
    assert early.status_code == 422
    assert "have not finished processing" in early.json()["error"]
    time.sleep(0.35)
    ready = client.get("mastodon", f"/api/v1/media/{media}")
    assert (ready.status_code, ready.json()["url"] is None) == (200, False)
    assert client.session.get(ready.json()["url"], timeout=5).content == png()
    assert client.toot("그림", media_ids=[media]).status_code == 200


def test_the_description_can_be_changed_before_posting(client: Client, sim: Simulator) -> None:
    media = upload(client, "옛").json()["id"]
    client.call("PUT", "mastodon", f"/api/v1/media/{media}", json={"description": "새"})
    client.toot("그림", media_ids=[media])
    assert sim.posts()[0].media[0].alt == "새"


def test_refuses_what_is_no_image_and_too_much(client: Client) -> None:
    files = {"file": ("a.txt", b"no image", "text/plain")}
    assert client.post("mastodon", "/api/v2/media", files=files).status_code == 422
    assert upload(client, "a" * 1501).status_code == 422
    five = [upload(client).json()["id"] for _ in range(5)]
    assert client.toot("그림", media_ids=five).status_code == 422
    assert client.toot("그림", media_ids=["77"]).status_code == 422
    assert client.toot("글", visibility="secret").status_code == 422


def test_replies_need_their_parent(client: Client, sim: Simulator) -> None:
    first = client.toot("하나").json()["id"]
    assert client.toot("둘", in_reply_to_id=first).json()["in_reply_to_id"] == first
    assert client.toot("셋", in_reply_to_id="1").status_code == 404
    assert [post.reply_to for post in sim.posts()] == [None, first]


def test_reads_back_own_statuses(client: Client) -> None:
    who = client.get("mastodon", "/api/v1/accounts/verify_credentials").json()
    assert who["username"] == "alice"
    path = f"/api/v1/accounts/{who['id']}/statuses"
    ids = [client.toot(f"글 {n}").json()["id"] for n in range(3)]
    found = client.get("mastodon", path, params={"limit": 2}).json()
    assert [status["id"] for status in found] == ids[:0:-1]
    found = client.get("mastodon", path, params={"since_id": ids[1]}).json()
    assert [status["id"] for status in found] == ids[2:]
    source = client.get("mastodon", f"/api/v1/statuses/{ids[0]}/source").json()
    assert source["text"] == "글 0"


def test_a_deleted_status_is_gone(client: Client, sim: Simulator) -> None:
    status = client.toot("곧 사라짐").json()["id"]
    path = f"/api/v1/statuses/{status}"
    bob = Client(sim, client.session, "bob")
    assert bob.call("DELETE", "mastodon", path).status_code == 404
    assert client.call("DELETE", "mastodon", path).json()["text"] == "곧 사라짐"
    assert client.get("mastodon", path).status_code == 404


def test_tells_its_limits_without_a_credential(client: Client) -> None:
    headers = {"Authorization": ""}
    told = client.get("mastodon", "/api/v2/instance", headers=headers).json()["configuration"]
    assert told["statuses"] == {
        "max_characters": 500,
        "max_media_attachments": 4,
        "characters_reserved_per_url": 23,
    }
    assert told["media_attachments"]["description_limit"] == 1500


def test_a_file_has_at_most_16_mib(client: Client) -> None:
    files = {"file": ("a.png", png(16_777_216), "image/png")}
    assert client.post("mastodon", "/api/v2/media", files=files).status_code == 413


@pytest.mark.parametrize(
    "path", ["/api/v1/accounts/1/statuses", "/api/v1/media/1", "/api/v1/statuses/1"]
)
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    answer = client.get("mastodon", path)
    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
