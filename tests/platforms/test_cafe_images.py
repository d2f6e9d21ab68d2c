"""Naver Cafe beside images: nobody documents how texts are encoded, so the channel says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.platforms.case import CARD, CARD_2, adapter, network, part
from tests.platforms.cases.navercafe import CASE, LINK

from socialpipe.platforms.navercafe import NaverCafe
from socialpipe.platforms.navercafe.encoding import encoded

TITLE = "서울 여행 체크리스트"


@pytest.mark.parametrize(
    ("way", "title"), [("quoted", encoded(TITLE).encode()), ("raw", TITLE.encode("cp949"))]
)
def test_texts_and_images_go_in_one_form(way: str, title: bytes) -> None:
    with network("navercafe") as net:
        cafe = adapter("navercafe", net.base)
        settings = {**cafe.account.settings, "images": way, "image_field": "image"}
        cafe.account = replace(cafe.account, settings=settings)
        receipt = cafe.publish(part(cards=(CARD, CARD_2), uploads=({}, {})))
        (sent,) = net.seen(CASE.create)
    assert receipt.url == LINK
    assert b'name="subject"\r\nContent-Type: text/plain\r\n\r\n' + title in sent.body
    assert sent.body.count(b'name="image"; filename=') == 2
    assert CARD.data in sent.body


def test_cards_are_drawn_only_where_a_way_is_known() -> None:
    assert NaverCafe.limits_with({}).images == 0
    assert NaverCafe.limits_with({"images": "raw"}).images == 10
