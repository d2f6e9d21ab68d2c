from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from tests.simulator.client import Client, png

from socialpipe.simulator import Simulator


def described(answer: requests.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["ok"] is False
    assert body["error_code"] == answer.status_code
    return answer.status_code, body["description"]


def photo(client: Client, **form: Any) -> requests.Response:
    files = {"photo": ("card.png", png(), "image/png")}
    return client.bot("sendPhoto", data={"chat_id": "@news", **form}, files=files)


def album(client: Client, n: int, **first: Any) -> requests.Response:
    items = [{"type": "photo", "media": f"attach://f{i}"} for i in range(n)]
    items[:1] = [{**items[0], **first}] if n else []
    files = {f"f{i}": (f"{i}.png", png(i), "image/png") for i in range(n)} or None
    form = {"chat_id": "@news", "media": json.dumps(items)}
    return client.bot("sendMediaGroup", data=form, files=files)


def test_sends_what_html_shows(client: Client, sim: Simulator) -> None:
    text = '<b>제목</b> 1 &lt; 2 &amp; <a href="https://example.com/">링크</a>'
    answer = client.say(text, parse_mode="HTML").json()
    assert answer["ok"] is True
    message = answer["result"]
    assert message["text"] == "제목 1 < 2 & 링크"
    assert message["chat"]["username"] == "news"
    (post,) = sim.posts("telegram")
    assert (post.id, post.text, post.place) == ("1", "제목 1 < 2 & 링크", "@news")


@pytest.mark.parametrize(
    "text",
    ["<b>offen", "zu</b>", "<b><i>x</b></i>", "1 < 2", "<div>x</div>", "<span>x</span>", "<br>"],
)
def test_refuses_html_that_it_cannot_parse(client: Client, text: str) -> None:
    status, description = described(client.say(text, parse_mode="HTML"))
    assert status == 400
    assert description.startswith("Bad Request: can't parse entities: ")


def test_plain_text_is_not_parsed(client: Client, sim: Simulator) -> None:
    client.say("1 < 2 & <b>")
    assert sim.posts()[0].text == "1 < 2 & <b>"
    assert described(client.say("x", parse_mode="Morse"))[0] == 400


@pytest.mark.parametrize(
    ("text", "good"), [("가" * 4096, True), ("🎉" * 2048, True), ("🎉" * 2049, False)]
)
def test_counts_utf16_units(client: Client, text: str, good: bool) -> None:
    answer = client.say(text)
    assert answer.json()["ok"] is good
    if not good:
        assert described(answer) == (400, "Bad Request: message is too long")


def test_counts_after_parsing(client: Client) -> None:
    assert client.say("<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML").json()["ok"]
    assert described(client.say("<b></b>", parse_mode="HTML"))[1].endswith("text is empty")


def test_photos_have_captions_of_1024_units(client: Client, sim: Simulator) -> None:
    answer = photo(client, caption="<b>" + "가" * 1024 + "</b>", parse_mode="HTML").json()
    assert answer["result"]["caption"] == "가" * 1024
    assert described(photo(client, caption="가" * 1025))[1].endswith("caption is too long")
    (post,) = sim.posts()
    assert [image.size for image in post.media] == [len(png())]


def test_a_photo_can_be_sent_again_by_its_file_id(client: Client) -> None:
    file_id = photo(client).json()["result"]["photo"][0]["file_id"]
    assert client.bot("sendPhoto", json={"chat_id": "@news", "photo": file_id}).json()["ok"]
    missing = client.bot("sendPhoto", json={"chat_id": "@news", "photo": "nothing"})
    assert "wrong file identifier" in described(missing)[1]


def test_refuses_a_photo_that_is_none(client: Client) -> None:
    files = {"photo": ("a.txt", b"no image", "text/plain")}
    answer = client.bot("sendPhoto", data={"chat_id": "@news"}, files=files)
    assert described(answer) == (400, "Bad Request: IMAGE_PROCESS_FAILED")


def test_an_album_is_one_post_and_several_messages(client: Client, sim: Simulator) -> None:
    messages = album(client, 3, caption="모음").json()["result"]
    assert [message["message_id"] for message in messages] == [1, 2, 3]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [message.get("caption") for message in messages] == ["모음", None, None]
    assert client.say("다음").json()["result"]["message_id"] == 4
    assert [len(post.media) for post in sim.posts()] == [3, 0]


@pytest.mark.parametrize("n", [0, 1, 11])
def test_an_album_has_2_to_10_photos(client: Client, n: int) -> None:
    assert described(album(client, n))[0] == 400


def test_a_chat_has_a_name_and_a_number(client: Client) -> None:
    chat = client.bot("getChat", json={"chat_id": "@news"}).json()["result"]
    assert chat["type"] == "channel"
    assert str(chat["id"]).startswith("-100")
    client.say("이름으로")
    sent = client.bot("sendMessage", json={"chat_id": chat["id"], "text": "번호로"}).json()[
        "result"
    ]
    assert (sent["message_id"], sent["chat"]["username"]) == (2, "news")
    assert described(client.bot("getChat", json={"chat_id": "?"}))[1].endswith("chat not found")


def test_message_numbers_run_per_chat(client: Client) -> None:
    client.say("하나")
    other = client.bot("sendMessage", json={"chat_id": "@other", "text": "둘"})
    assert other.json()["result"]["message_id"] == 1


def test_the_bot_is_an_administrator(client: Client) -> None:
    me = client.get("telegram", "/bot123:abc/getMe").json()["result"]
    assert (me["id"], me["is_bot"]) == (123, True)
    ask = {"chat_id": "@news", "user_id": me["id"]}
    member = client.bot("getChatMember", json=ask).json()["result"]
    assert (member["status"], member["can_post_messages"]) == ("administrator", True)
    assert described(client.bot("getChatMember", json={**ask, "user_id": 5}))[0] == 400


def test_replies_need_their_message(client: Client, sim: Simulator) -> None:
    client.say("하나")
    assert client.say("둘", reply_parameters={"message_id": 1}).json()["ok"]
    assert photo(client, reply_parameters=json.dumps({"message_id": 1})).json()["ok"]
    assert described(client.say("셋", reply_parameters={"message_id": 77}))[0] == 400
    free = {"message_id": 77, "allow_sending_without_reply": True}
    assert client.say("넷", reply_parameters=free).json()["ok"]
    assert [post.reply_to for post in sim.posts()] == [None, "1", "1", None]


def test_a_deleted_message_is_gone(client: Client, sim: Simulator) -> None:
    client.say("곧 사라짐")
    ask = {"chat_id": "@news", "message_id": 1}
    assert client.bot("deleteMessage", "9:other", json=ask).status_code == 400
    assert client.bot("deleteMessage", json=ask).json() == {"ok": True, "result": True}
    assert described(client.bot("deleteMessage", json=ask))[0] == 400
    assert sim.posts()[0].deleted


def test_refuses_a_bad_token(client: Client) -> None:
    assert described(client.bot("getMe", "bad:token")) == (401, "Unauthorized")
    assert client.bot("dance").status_code == 404
