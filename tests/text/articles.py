"""Small articles with their digests, made by hand, for tests of composing."""

from __future__ import annotations

from socialpipe.model import Article, Digest, Point


def made(
    language: str, title: str, points: list[str], tags: list[str], *, hook: str = ""
) -> tuple[Article, Digest]:
    """Build an article whose text is its points, and the digest of it."""
    text = "\n".join(points)
    spans = [(text.index(point), text.index(point) + len(point)) for point in points]
    pairs = zip(points, spans, strict=True)
    digest = Digest(
        headline=title,
        summary=points[0] if points else "",
        points=tuple(Point(point, span) for point, span in pairs),
        hook=hook or title,
        hashtags=tuple(tags),
    )
    return Article(title=title, text=text, language=language), digest


KOREAN = made(
    "ko",
    "동네 빵집이 매출을 두 배로 늘린 방법",
    [
        "새벽 예약제로 폐기율을 절반으로 줄임",
        "단골 320명에게 매주 손글씨 메뉴 발송",
        "밀가루 대신 지역 쌀로 원가 18% 절감",
    ],
    ["동네빵집", "소상공인", "예약제"],
)
ENGLISH = made(
    "en",
    "How a corner bakery doubled its sales without a single advert",
    [
        "Pre-orders before dawn cut the bread that went to waste by half within ten weeks.",
        "A handwritten menu goes out to 320 regulars every Friday, and two thirds answer it.",
        "Rice flour from the valley replaced imported wheat and took 18% off the cost of a loaf.",
        "The owner closes on Mondays now, because the week has become predictable enough for that.",
    ],
    ["Bakery", "SmallBusiness", "LocalFood"],
)
JAPANESE = made(
    "ja",
    "町のパン屋が広告なしで売上を2倍にした方法",
    [
        "夜明け前の予約制で、廃棄は10週間で半分に減りました。",
        "手書きのメニューを毎週金曜、常連320人に届けています。",
        "輸入小麦を地元の米粉に替え、原価を18%下げました。",
    ],
    ["パン屋", "個人店"],
)
ARABIC = made(
    "ar",
    "كيف ضاعف مخبز الحي مبيعاته من دون إعلان واحد",
    [
        "خفّض الحجز المسبق قبل الفجر كمية الخبز المهدور إلى النصف خلال عشرة أسابيع.",
        "تصل قائمة مكتوبة بخط اليد إلى 320 زبونًا دائمًا كل يوم جمعة.",
        "حلّ دقيق الأرز المحلي محل القمح المستورد فانخفضت كلفة الرغيف بنسبة 18٪.",
    ],
    ["مخبز", "مشاريع_صغيرة"],
)
ALL = {"ko": KOREAN, "en": ENGLISH, "ja": JAPANESE, "ar": ARABIC}
