"""Discord, Slack, Matrix and LINE."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
import requests
from tests.simulator.client import Client, png

from socialpipe.simulator import Simulator

HOOK = "/api/webhooks/77/hook-token"
ROOM = "/_matrix/client/v3/rooms/%21room%3Asim"

# ── Discord ────────────────────────────────────────────────────────────────────────────────────


def bot(client: Client, **message: Any) -> requests.Response:
    return client.post("discord", "/api/v10/channels/42/messages", json=message)


def test_a_discord_webhook_answers_only_when_asked_to_wait(client: Client, sim: Simulator) -> None:
    assert client.post("discord", HOOK, json={"content": "글"}).status_code == 204
    message = client.post("discord", f"{HOOK}?wait=true", json={"content": "글 2"}).json()
    assert (message["content"], message["id"]) == ("글 2", sim.posts()[1].id)
    assert client.get("discord", f"{HOOK}/messages/{message['id']}").json() == message
    assert client.call("DELETE", "discord", f"{HOOK}/messages/{message['id']}").status_code == 204
    assert client.get("discord", f"{HOOK}/messages/{message['id']}").status_code == 404
    assert client.get("discord", HOOK).json()["name"] == "webhook"


def test_discord_honours_an_enforced_nonce(client: Client, sim: Simulator) -> None:
    first = bot(client, content="글", nonce="n1", enforce_nonce=True).json()
    assert bot(client, content="다른 글", nonce="n1", enforce_nonce=True).json() == first
    assert bot(client, content="글", nonce="n1").json()["id"] != first["id"]
    assert bot(client, content="글", nonce="n2", enforce_nonce=True).json()["id"] != first["id"]
    listed = client.get("discord", "/api/v10/channels/42/messages").json()
    assert [message["nonce"] for message in listed] == ["n2", "n1", "n1"]
    assert bot(client, content="글", nonce="n" * 26).json()["code"] == 50035
    assert len(sim.posts()) == 3


def test_discord_takes_files_with_descriptions(client: Client, sim: Simulator) -> None:
    about = {"content": "", "attachments": [{"id": 0, "description": "설명"}]}
    form = {"payload_json": json.dumps(about)}
    files = {"files[0]": ("a.png", png(), "image/png")}
    assert client.post("discord", f"{HOOK}?wait=true", data=form, files=files).status_code == 200
    assert [media.alt for media in sim.posts()[0].media] == ["설명"]
    about["attachments"] = [{"id": 0, "description": "가" * 1025}]
    form = {"payload_json": json.dumps(about)}
    answer = client.post("discord", HOOK, data=form, files=files)
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)


@pytest.mark.parametrize(("text", "code"), [("", 50006), ("🎉" * 1001, 50035)])
def test_discord_refuses(client: Client, text: str, code: int) -> None:
    answer = bot(client, content=text)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_discord_names_the_server_of_a_channel(client: Client) -> None:
    place = client.get("discord", "/api/v10/channels/42").json()
    assert place["channel_id"] == place["id"] == "42"
    assert place["guild_id"].isdecimal()


# ── Slack ──────────────────────────────────────────────────────────────────────────────────────


def slack(client: Client, method: str, **fields: Any) -> Any:
    answer = client.post("slack", f"/api/{method}", json=fields)
    assert answer.status_code == 200
    return answer.json()


def slack_file(client: Client, *, complete: bool = True) -> str:
    form = {"filename": "a.png", "length": "1", "alt_txt": "설명"}
    place = client.post("slack", "/api/files.getUploadURLExternal", data=form).json()
    done = client.session.post(place["upload_url"], data=png(), timeout=5)
    assert done.text == f"OK - {len(png())}"
    if complete:
        files = json.dumps([{"id": place["file_id"]}])
        form = {"files": files}
        assert client.post("slack", "/api/files.completeUploadExternal", data=form).json()["ok"]
    return str(place["file_id"])


def image_block(file: str) -> dict[str, Any]:
    return {"type": "image", "slack_file": {"id": file}, "alt_text": "설명"}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_slack_messages_are_named_by_their_time(client: Client, sim: Simulator) -> None:
    first = slack(client, "chat.postMessage", channel="C1", text="하나 &lt;b&gt; &amp;")
    second = slack(client, "chat.postMessage", channel="C1", text="둘", thread_ts=first["ts"])
    assert float(second["ts"]) > float(first["ts"])
    assert [post.text for post in sim.posts()] == ["하나 <b> &", "둘"]
    listed = slack(client, "conversations.history", channel="C1")["messages"]
    assert [message["ts"] for message in listed] == [first["ts"]]
    thread = slack(client, "conversations.replies", channel="C1", ts=first["ts"])["messages"]
    assert [message["ts"] for message in thread] == [second["ts"], first["ts"]]
    link = slack(client, "chat.getPermalink", channel="C1", message_ts=first["ts"])
    assert link["permalink"].startswith(sim.url)
    assert slack(client, "chat.delete", channel="C1", ts=first["ts"])["ok"]
    assert (
        slack(client, "chat.delete", channel="C1", ts=first["ts"])["error"] == "message_not_found"
    )


def test_slack_shows_metadata_when_asked(client: Client) -> None:
    metadata = {"event_type": "t", "event_payload": {"key": "k1"}}
    slack(client, "chat.postMessage", channel="C1", text="글", metadata=metadata)
    hidden = slack(client, "conversations.history", channel="C1")["messages"]
    asked = {"channel": "C1", "include_all_metadata": True}
    shown = slack(client, "conversations.history", **asked)["messages"]
    assert "metadata" not in hidden[0]
    assert shown[0]["metadata"] == metadata


def test_slack_images_are_uploaded_completed_and_shown(client: Client, sim: Simulator) -> None:
    half = slack_file(client, complete=False)
    blocks = [section("글"), image_block(half)]
    refused = slack(client, "chat.postMessage", channel="C1", blocks=blocks)
    assert refused == {"ok": False, "error": "invalid_blocks"}
    blocks = [section("글"), image_block(slack_file(client))]
    assert slack(client, "chat.postMessage", channel="C1", blocks=blocks)["ok"]
    (post,) = sim.posts()
    assert (post.text, [media.alt for media in post.media]) == ("글", ["설명"])


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"channel": "C1", "text": ""}, "no_text"),
        ({"channel": "nowhere", "text": "글"}, "channel_not_found"),
        ({"channel": "C1", "text": "가" * 40_001}, "msg_too_long"),
        ({"channel": "C1", "blocks": [section("가" * 3001)]}, "invalid_blocks"),
        ({"channel": "C1", "blocks": [{**image_block("F1"), "alt_text": ""}]}, "invalid_blocks"),
        ({"channel": "C1", "blocks": [image_block("F0")]}, "invalid_blocks"),
    ],
)
def test_slack_refuses_with_status_200(client: Client, fields: dict[str, Any], error: str) -> None:
    assert slack(client, "chat.postMessage", **fields) == {"ok": False, "error": error}


def test_slack_webhooks_answer_in_plain_text(client: Client, sim: Simulator) -> None:
    path = "/services/T1/B1/hook"
    good = client.post("slack", path, json={"text": "글"})
    bad = client.post("slack", path, json={"text": ""})
    assert (good.status_code, good.text) == (200, "ok")
    assert (bad.status_code, bad.text) == (400, "no_text")
    assert len(sim.posts()) == 1


def test_slack_says_invalid_auth_with_status_200(client: Client) -> None:
    headers = {"Authorization": "Bearer bad"}
    answer = client.post("slack", "/api/auth.test", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": "invalid_auth"})
    alt = {"filename": "a", "length": "1", "alt_txt": "가" * 1001}
    assert slack(client, "files.getUploadURLExternal", **alt)["error"] == "alt_txt_too_large"


# ── Matrix ─────────────────────────────────────────────────────────────────────────────────────


def send(client: Client, txn: str, **content: Any) -> requests.Response:
    path = f"{ROOM}/send/m.room.message/{txn}"
    return client.call("PUT", "matrix", path, json={"msgtype": "m.text", **content})


def test_a_matrix_transaction_happens_once_for_a_login(client: Client, sim: Simulator) -> None:
    first = send(client, "t1", body="글").json()
    assert send(client, "t1", body="다른 글").json() == first
    assert send(client, "t2", body="글").json() != first
    other_login = Client(sim, client.session, "alice-2")
    assert send(other_login, "t1", body="글").json() != first
    assert len(sim.posts()) == 3


def test_matrix_shows_own_transactions(client: Client, sim: Simulator) -> None:
    event = send(client, "t1", body="글").json()["event_id"]
    (shown,) = client.get("matrix", f"{ROOM}/messages", params={"dir": "b"}).json()["chunk"]
    assert (shown["event_id"], shown["unsigned"]) == (event, {"transaction_id": "t1"})
    redaction = f"{ROOM}/redact/{event.replace('$', '%24')}/t2"
    assert client.call("PUT", "matrix", redaction, json={}).status_code == 200
    assert sim.posts()[0].deleted
    assert client.call("PUT", "matrix", redaction, json={}).status_code == 404


def test_matrix_images_have_a_caption(client: Client, sim: Simulator) -> None:
    headers = {"Content-Type": "image/png"}
    path = "/_matrix/media/v3/upload"
    uri = client.post("matrix", path, data=png(), headers=headers).json()["content_uri"]
    image = {"msgtype": "m.image", "url": uri, "filename": "a.png"}
    assert send(client, "t1", body="설명", **image).status_code == 200
    assert send(client, "t2", body="a.png", **image).status_code == 200
    assert [post.media[0].alt for post in sim.posts()] == ["설명", ""]
    unknown = {**image, "url": "mxc://simulator/0"}
    assert send(client, "t3", body="설명", **unknown).json()["errcode"] == "M_NOT_FOUND"
    broken = client.post("matrix", path, data=b"no image", headers=headers)
    assert broken.status_code == 400


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ({"body": "가" * 22_000}, 413, "M_TOO_LARGE"),
        ({"body": ""}, 400, "M_BAD_JSON"),
        ({"msgtype": "m.video", "body": "x"}, 400, "M_BAD_JSON"),
    ],
)
def test_matrix_refuses(client: Client, content: dict[str, str], status: int, code: str) -> None:
    answer = send(client, "t1", **content)
    assert (answer.status_code, answer.json()["errcode"]) == (status, code)


def test_matrix_answers_about_itself(client: Client) -> None:
    anyone = {"Authorization": ""}
    assert client.get("matrix", "/_matrix/client/versions", headers=anyone).json()["versions"]
    me = client.get("matrix", "/_matrix/client/v3/account/whoami")
    assert me.json()["user_id"] == "@alice:simulator"
    refused = client.get("matrix", "/_matrix/client/v3/account/whoami", headers=anyone)
    assert (refused.status_code, refused.json()["errcode"]) == (401, "M_UNKNOWN_TOKEN")
    elsewhere = "/_matrix/client/v3/rooms/room/send/m.room.message/t"
    body = {"msgtype": "m.text", "body": "글"}
    assert client.call("PUT", "matrix", elsewhere, json=body).status_code == 403


# ── LINE ───────────────────────────────────────────────────────────────────────────────────────


def broadcast(client: Client, *messages: Any, key: str | None = None) -> requests.Response:
    headers = {"X-Line-Retry-Key": key} if key else {}
    body = {"messages": list(messages)}
    return client.post("line", "/v2/bot/message/broadcast", json=body, headers=headers)


def test_line_takes_a_retry_key_once(client: Client, sim: Simulator) -> None:
    text, key = {"type": "text", "text": "글"}, str(uuid4())
    first = broadcast(client, text, key=key)
    again = broadcast(client, text, key=key)
    assert (first.status_code, first.json(), again.status_code) == (200, {}, 409)
    request = first.headers["X-Line-Request-Id"]
    assert again.headers["X-Line-Accepted-Request-Id"] == request
    assert [(post.id, post.key) for post in sim.posts()] == [(request, key)]
    assert broadcast(client, text).headers["X-Line-Request-Id"] != request


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"type": "text", "text": "글"}] * 6,
        [{"type": "text", "text": "🎉" * 2501}],
        [{"type": "text", "text": ""}],
        [{"type": "image", "originalContentUrl": "http://e.com/a", "previewImageUrl": "https://e"}],
    ],
)
def test_line_refuses(client: Client, messages: list[Any], sim: Simulator) -> None:
    assert broadcast(client, *messages).status_code == 400
    path = "/v2/bot/message/validate/broadcast"
    assert client.post("line", path, json={"messages": messages}).status_code == 400
    assert sim.posts() == []


def test_line_images_are_addresses(client: Client, sim: Simulator) -> None:
    url = "https://example.com/a.jpg"
    image = {"type": "image", "originalContentUrl": url, "previewImageUrl": url}
    assert broadcast(client, {"type": "text", "text": "글"}, image).status_code == 200
    assert [media.id for media in sim.posts()[0].media] == [url]
    assert url in client.session.get(sim.url, timeout=5).text
    assert broadcast(client, image, key="no uuid").status_code == 400
