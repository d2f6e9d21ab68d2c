"""What the other networks get to read, beyond the contract; vectors of other implementations."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.platforms.case import (
    CARD,
    CARD_2,
    KEY,
    LINK,
    adapter,
    case_of,
    media_url,
    network,
    part,
    publish_on,
)
from tests.platforms.cases import line, linkedin, threads
from tests.platforms.network import Network, Reply, Request

from socialpipe.errors import Duplicate, PlatformError, Rejected, Throttled, Unknown
from socialpipe.model import Receipt
from socialpipe.platforms import poll
from socialpipe.platforms.jwt import jwt
from socialpipe.platforms.markup import (
    article_html,
    article_markdown,
    escape_markdown,
    html_body,
    markdown_body,
    slug,
    title,
)
from socialpipe.platforms.navercafe.encoding import encoded
from socialpipe.platforms.webhook import signature


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "PAUSE", 0)


def outcome(name: str, reply: Reply, **changes: Any) -> PlatformError:
    with network(name, create=reply) as net, pytest.raises(PlatformError) as caught:
        publish_on(adapter(name, net.base), part(**changes))
    return caught.value


class TestVectors:
    def test_ghost_token_equals_that_of_pyjwt(self) -> None:
        key = case_of("ghost").secrets["admin_key"]
        assert jwt(key, 1_700_000_000) == (
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjVkZGM5MTQxYzM1ZTc3MDAzODNiMjkzNyJ9."
            "eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDMwMCwiYXVkIjoiL2FkbWluLyJ9."
            "ncpZpcNMxwy8rTnVgDBLS5BngfzvhJeAdhywQhclEe4"
        )

    @pytest.mark.parametrize("key", ["", "id", "id:", "id:xyz", ":"])
    def test_ghost_key_of_another_form_is_told(self, key: str) -> None:
        with pytest.raises(Rejected, match="id:secret"):
            jwt(key, 0)

    def test_webhook_signature_equals_that_of_the_reference(self) -> None:
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        body = b'{"test": 2432232314}'
        signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body)
        assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    @pytest.mark.parametrize("secret", ["", "whsec_", "whsec_한글", "whsec_a"])
    def test_webhook_secret_of_another_form_is_told(self, secret: str) -> None:
        with pytest.raises(Rejected, match="whsec_"):
            signature(secret, "", 0, b"")

    def test_naver_cafe_encodes_once_what_the_form_encodes_again(self) -> None:
        text = "서울 🎉 ✅ 체크 — “인용”"
        assert quote(encoded(text), safe="") == (
            "%25EC%2584%259C%25EC%259A%25B8%2520%2526%2523127881%253B%2520%2526%25239989%253B%2520"
            "%25EC%25B2%25B4%25ED%2581%25AC%2520%2526%25238212%253B%2520%25E2%2580%259C"
            "%25EC%259D%25B8%25EC%259A%25A9%25E2%2580%259D"
        )


class TestLinkedIn:
    def test_a_duplicate_names_the_post_that_is_there(self) -> None:
        error = outcome("linkedin", linkedin.duplicate(f"Content is a duplicate of {linkedin.URN}"))
        assert isinstance(error, Duplicate)
        assert error.receipt == case_of("linkedin").receipt

    def test_a_member_cannot_read_back(self) -> None:
        platform = adapter("linkedin", "https://h.example")
        member = {**platform.account.settings, "author": "urn:li:person:abc"}
        assert not type(platform)(replace(platform.account, settings=member)).recovery.read_back

    def test_link_without_image_becomes_a_card_and_images_an_album(self) -> None:
        with network("linkedin") as net:
            platform = adapter("linkedin", net.base)
            publish_on(platform, part())
            publish_on(platform, part(cards=(CARD, CARD_2)))
            first, second = net.seen("POST /rest/posts")
        assert first.json["content"]["article"]["source"] == LINK
        alts = [image["altText"] for image in second.json["content"]["multiImage"]["images"]]
        assert alts == [CARD.alt, CARD_2.alt]


class TestMeta:
    def test_a_carousel_is_made_of_its_children(self) -> None:
        made: list[dict[str, str]] = []

        def create(request: Request) -> Reply:
            made.append(request.form)
            return Reply(body={"id": f"container-{len(made)}"})

        routes = {
            **threads.CASE.routes,
            "POST /me/threads": create,
            r"GET /container-\d": Reply(body={"status": "FINISHED"}),
        }
        with Network(routes) as net:
            publish_on(adapter("threads", net.base), part(cards=(CARD, CARD_2), text="둘"))
        assert [form.get("alt_text") for form in made] == [CARD.alt, CARD_2.alt, None]
        assert made[2] == {
            "media_type": "CAROUSEL",
            "children": "container-1,container-2",
            "text": "둘",
        }

    def test_a_reply_names_the_part_before(self) -> None:
        with network("threads") as net:
            publish_on(adapter("threads", net.base), part(parent=Receipt("179")))
            (sent,) = net.seen("POST /me/threads")
        assert sent.form["reply_to_id"] == "179"

    def test_publishing_too_early_is_tried_again(self) -> None:
        early = threads.no(24, 4279009, "Media Not Found")
        routes = {
            **threads.CASE.routes,
            "POST /me/threads_publish": [early, early, Reply(body={"id": "180"})],
        }
        with Network(routes) as net:
            assert publish_on(adapter("threads", net.base), part()).id == "180"
            assert len(net.seen("POST /me/threads_publish")) == 3

    def test_media_that_cannot_be_used_is_told(self) -> None:
        failed = Reply(body={"status": "ERROR", "error_message": "INVALID_ASPEC_RATIO"})
        routes = {**threads.CASE.routes, "GET /container-1": failed}
        with Network(routes) as net, pytest.raises(Rejected, match="INVALID_ASPEC_RATIO"):
            publish_on(adapter("threads", net.base), part(cards=(CARD,)))

    def test_the_wait_is_in_a_header_of_its_own(self) -> None:
        usage = {"55": [{"type": "pages", "estimated_time_to_regain_access": 7}]}
        reply = threads.no(32, 0, "Page request limit reached")
        busy = replace(reply, headers={"X-Business-Use-Case-Usage": json.dumps(usage)})
        error = outcome("facebook", busy)
        assert isinstance(error, Throttled)
        assert error.seconds == 420

    def test_instagram_needs_an_image(self) -> None:
        with network("instagram") as net, pytest.raises(Rejected, match="image"):
            publish_on(adapter("instagram", net.base), part())

    def test_a_permalink_that_fails_is_no_reason_to_doubt_the_post(self) -> None:
        with Network({**threads.CASE.routes, "GET /180": Reply(500)}) as net:
            assert publish_on(adapter("threads", net.base), part()) == Receipt("180")


class TestChats:
    def test_discord_link_survives_a_webhook_that_tells_nothing(self) -> None:
        case = case_of("discord")
        (about, _) = case.routes
        with Network({**case.routes, about: Reply(500)}) as net:
            receipt = publish_on(adapter("discord", net.base), part())
        assert receipt == Receipt("1441", "https://discord.com/channels/@me/72/1441")

    @pytest.mark.parametrize("name", ["discord", "slack-webhook"])
    def test_what_cannot_be_read_is_never_called_absent(self, name: str) -> None:
        with network(name) as net, pytest.raises(Rejected, match="cannot read"):
            adapter(name, net.base).find(part())

    def test_slack_answers_in_the_thread(self) -> None:
        with network("slack") as net:
            publish_on(adapter("slack", net.base), part(root=Receipt("1.5"), parent=Receipt("1.6")))
            (sent,) = net.seen("POST /api/chat.postMessage")
        assert sent.json["thread_ts"] == "1.5"
        assert sent.json["metadata"]["event_payload"] == {"key": KEY}

    def test_slack_shows_text_and_images_as_blocks(self) -> None:
        with network("slack") as net:
            publish_on(adapter("slack", net.base), part(cards=(CARD,)))
            (sent,) = net.seen("POST /api/chat.postMessage")
        text, image = sent.json["blocks"]
        assert text["text"]["text"] == case_of("slack").text
        assert image == {"type": "image", "alt_text": CARD.alt, "slack_file": {"id": "F1"}}

    def test_slack_upload_does_not_carry_the_token_elsewhere(self) -> None:
        with network("slack") as net:
            publish_on(adapter("slack", net.base), part(cards=(CARD,)))
            (sent,) = net.seen("POST /upload/v1/abc")
        assert "Authorization" not in sent.headers

    def test_line_takes_an_accepted_retry_for_a_success(self) -> None:
        error = outcome("line", line.CASE.failures[0].reply)
        assert isinstance(error, Duplicate)
        assert error.receipt == Receipt("req-1")

    def test_line_sends_the_key_and_the_images(self) -> None:
        with network("line") as net:
            publish_on(adapter("line", net.base), part(cards=(CARD,)))
            (sent,) = net.seen("POST /v2/bot/message/broadcast")
        assert sent.headers["X-Line-Retry-Key"] == KEY
        assert sent.json["messages"][1]["originalContentUrl"] == media_url(CARD)

    def test_matrix_refuses_an_encrypted_room(self) -> None:
        case = case_of("matrix")
        (state,) = (route for route in case.routes if "encryption" in route)
        routes = {**case.routes, state: Reply(body={"algorithm": "m.megolm"})}
        with Network(routes) as net, pytest.raises(Rejected, match="encrypted"):
            adapter("matrix", net.base).check()


class TestPatience:
    @pytest.mark.parametrize(
        ("words", "seconds"),
        [
            ("Take a break for 9 minutes before trying again.", 540),
            ("Take a break for 35 seconds before trying again.", 35),
            ("잠시 후 다시 시도하세요", 600),
        ],
    )
    def test_reddit_says_it_in_words(self, words: str, seconds: float) -> None:
        error = outcome("reddit", Reply(200, {"json": {"errors": [["RATELIMIT", words, ""]]}}))
        assert isinstance(error, Throttled)
        assert error.seconds == seconds


class TestExtras:
    @pytest.mark.parametrize(("name", "field"), [("mastodon", "spoiler_text"), ("misskey", "cw")])
    def test_a_content_warning_goes_where_the_network_has_one(self, name: str, field: str) -> None:
        with network(name) as net:
            for warning in (None, "스포일러"):
                publish_on(adapter(name, net.base), part(warning=warning))
            plain, warned = net.seen(case_of(name).create)
        assert field not in plain.json
        assert warned.json[field] == "스포일러"
        assert adapter(name, "").limits.warning == 100

    def test_instagram_writes_a_first_comment(self) -> None:
        with network("instagram") as net:
            adapter("instagram", net.base).comment(Receipt("190"), "#서울")
            (sent,) = net.seen("POST /190/comments")
        assert sent.form["message"] == "#서울"

    def test_elsewhere_there_is_no_comment_of_ours(self) -> None:
        with pytest.raises(Rejected, match="takes no comments"):
            adapter("x", "https://x.example").comment(Receipt("1"), "#서울")


class TestBlogs:
    def test_html_shows_images_text_and_link(self) -> None:
        request = part(text="가 & <나>\n다\n\n라 https://a.example/b?c=1&d.", link=LINK)
        assert html_body(request, [("https://i.example/1.jpg", '"따옴표"')]) == (
            '<figure><img src="https://i.example/1.jpg" alt="&quot;따옴표&quot;"></figure>\n'
            "<p>가 &amp; &lt;나&gt;<br>\n다</p>\n"
            '<p>라 <a href="https://a.example/b?c=1&amp;d">https://a.example/b?c=1&amp;d</a>.</p>\n'
            f'<p><a href="{LINK}">{LINK}</a></p>'
        )

    @given(st.text())
    def test_html_holds_no_markup_of_the_text(self, text: str) -> None:
        body = html_body(part(text=text.replace("http", ""), link=None))
        assert "<" not in re.sub("</?(?:p|ul|li)>|<br>", "", body)

    def test_lines_with_bullets_are_a_list(self) -> None:
        request = part(text="핵심 정리\n• 가 <나>\n• 다\n\n✔ 라", link=None)
        assert html_body(request) == (
            "<p>핵심 정리</p>\n<ul><li>가 &lt;나&gt;</li><li>다</li></ul>\n<ul><li>라</li></ul>"
        )

    def test_an_article_is_read_as_markdown_and_its_html_is_shown(self) -> None:
        request = part(
            text="## 빵\n\n- 하나\n- [둘](javascript:x)\n\n<script>x</script>", link=LINK
        )
        html = article_html(request, [("https://i.example/1.jpg", "빵")])
        assert html.startswith(
            '<figure><img src="https://i.example/1.jpg" alt="빵"></figure>\n<h2>'
        )
        assert "<h2>빵</h2>\n<ul>\n<li>하나</li>" in html
        assert "<script" not in html
        assert 'href="javascript' not in html
        assert html.endswith(f'<a href="{LINK}">{LINK}</a></p>')
        assert article_markdown(request).endswith(f"\n\n<{LINK}>")

    def test_markdown_shows_the_text_as_it_is(self) -> None:
        assert escape_markdown("# 제목 *별* a_b\n- 하나\n1. 둘") == (
            "\\# 제목 \\*별\\* a\\_b  \n\\- 하나  \n\\1. 둘"
        )
        assert escape_markdown("봐 https://a.example/b_c_d 끝") == "봐 https://a.example/b_c_d 끝"
        body = markdown_body(part(text="가", link=LINK), [("https://i.example/1", "[대체]")])
        assert body == f"![ 대체 ](https://i.example/1)\n\n가\n\n<{LINK}>"

    def test_title_and_slug(self) -> None:
        assert title(part(title=None, text="첫 줄\n둘째"), 10) == "첫 줄"
        assert title(part(title="가" * 11), 10) == "가" * 9 + "…"
        assert slug(part()) == slug(part(text="other"))
        assert slug(part()).isascii()

    def test_wordpress_features_the_first_image_and_shows_the_others(self) -> None:
        with network("wordpress") as net:
            publish_on(adapter("wordpress", net.base), part(cards=(CARD, CARD_2)))
            (sent,) = net.seen("POST /wp-json/wp/v2/posts")
        assert sent.json["featured_media"] == 77
        assert sent.json["content"].count("<img") == 1

    def test_forem_keeps_text_from_being_a_template(self) -> None:
        with network("forem") as net:
            platform = adapter("forem", net.base)
            publish_on(platform, part(text="{% endraw %}", link=None))
            (sent,) = net.seen("POST /api/articles")
        shown = sent.json["article"]["body_markdown"]
        assert shown == "{% raw %}{%{% endraw %} endraw %}"


def test_by_hand_tells_the_person_what_to_do() -> None:
    platform = adapter("assisted", "https://")
    assert platform.check().name == "Naver Blog"
    with pytest.raises(Unknown, match=r"Naver Blog https://share.example/\?u=https%3A%2F%2F"):
        platform.publish(part())
