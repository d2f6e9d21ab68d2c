"""Korean sentence endings."""

from __future__ import annotations

import pytest

from socialpipe.text.register import Register, consistent, formal, noted, polished, register


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("기록했습니다.", Register.FORMAL),
        ("기록했어요.", Register.POLITE),
        ("만들었죠", Register.POLITE),
        ("기록했다.", Register.PLAIN),
        ("격차를 3개월로 좁힘", Register.NOTE),
        ("매출 확대", Register.NOTE),
    ],
)
def test_register(sentence: str, expected: Register) -> None:
    assert register(sentence) is expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("매출을 기록했어요.", "매출을 기록했습니다."),
        ("가능하게 만들었죠.", "가능하게 만들었습니다."),
        ("작용한 셈이죠.", "작용한 셈입니다."),
        ("나온 거예요.", "나온 것입니다."),
        ("방식이에요!", "방식입니다!"),
        ("이목을 집중시키고 있어요.", "이목을 집중시키고 있습니다."),
        ("빵을 만든다.", "빵을 만듭니다."),
        ("빵을 먹는다.", "빵을 먹습니다."),
        ("값이 크다.", "값이 큽니다."),
        ("줄이 길다.", "줄이 깁니다."),
        ("값이 높다.", "값이 높습니다."),
        ("새 기술이다.", "새 기술입니다."),
        ("“이미 늦었다.”", "“이미 늦었습니다.”"),
        ("이미 끝났습니다.", "이미 끝났습니다."),
        ("함께 가요.", None),
        ("매출 확대", None),
        ("3다", None),
    ],
)
def test_formal(sentence: str, expected: str | None) -> None:
    assert formal(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("물건을 고른다.", "물건을 고름"),
        ("빵을 먹는다", "빵을 먹음"),
        ("값이 늘었다.", "값이 늘었음"),
        ("값이 늘었습니다.", "값이 늘었음"),
        ("매출 확대", "매출 확대"),
        ("빵을 만든다", None),  # 만듦, not 만듬
        ("값이 늘었어요.", None),
        ("다", "다"),
    ],
)
def test_noted(sentence: str, expected: str | None) -> None:
    assert noted(sentence) == expected


def test_polished() -> None:
    said = "빵집이 문을 열었어요. 왜 그럴까요? “늘 같다.”라고 했다. 함께 가요. 연 3.5개 확대"
    assert polished(said) == (
        "빵집이 문을 열었습니다. 왜 그럴까요? “늘 같다.”라고 했습니다. 함께 가요. 연 3.5개 확대"
    )


def test_consistent() -> None:
    assert consistent(["좁힘", "확대", "늘었다."]) == ["좁힘", "확대", "늘었음"]
    assert consistent(["좁힘", "확대", "만든다."]) == ["좁힘", "확대", None]
    assert consistent(["늘었어요.", "줄었다.", "확대"]) == ["늘었습니다.", "줄었습니다.", None]
    assert consistent(["늘었어요.", "줄었어요."]) == ["늘었어요.", "줄었어요."]
