"""The few words of our own that a post needs, in each language. No numbers, no names.

Where a language is missing a post has no such words at all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """Words that a template may use; "" where the language is unknown."""

    read: str = ""  # stands before the link to the whole article
    points: str = ""  # stands above the key points
    profile: str = ""  # where the link is, on networks that link nothing in a text
    by: str = ""  # stands before the author's name
    source: str = ""  # stands before the site's name
    colon: str = ": "  # after a label, with the space that follows it
    quotes: tuple[str, str] = ("“", "”")  # around what somebody said

    def quoted(self, text: str) -> str:
        """Return the text between the language's quotation marks."""
        return f"{self.quotes[0]}{text}{self.quotes[1]}"


_LABELS = {
    "ko": Labels("전문 보기", "핵심 정리", "전문은 프로필 링크에서 확인하세요.", "글", "출처"),
    "en": Labels("Read more", "Key points", "Full article: link in bio", "By", "Source"),
    "ja": Labels(
        "続きを読む",
        "要点",
        "全文はプロフィールのリンクから",
        "文",
        "出典",
        colon="：",
        quotes=("「", "」"),
    ),
    "zh-Hans": Labels("阅读全文", "要点", "全文见主页链接", "作者", "来源", colon="："),
    "zh-Hant": Labels(
        "閱讀全文", "重點", "全文請見主頁連結", "作者", "來源", colon="：", quotes=("「", "」")
    ),
    "es": Labels(
        "Leer más",
        "Las claves",
        "Artículo completo en el enlace de la bio",
        "Por",
        "Fuente",
        quotes=("«", "»"),
    ),
    "pt": Labels(
        "Leia mais", "Pontos principais", "Artigo completo no link da bio", "Por", "Fonte"
    ),
    "fr": Labels(
        "Lire la suite",
        "À retenir",
        "Article complet : lien en bio",
        "Par",
        "Source",
        colon=" : ",
        quotes=("« ", " »"),
    ),
    "de": Labels(
        "Weiterlesen",
        "Das Wichtigste",
        "Ganzer Artikel: Link im Profil",
        "Von",
        "Quelle",
        quotes=("„", "“"),
    ),
    "it": Labels(
        "Continua a leggere",
        "In sintesi",
        "Articolo completo: link in bio",
        "Di",
        "Fonte",
        quotes=("«", "»"),
    ),
    "id": Labels(
        "Baca selengkapnya", "Poin penting", "Artikel lengkap di tautan bio", "Oleh", "Sumber"
    ),
    "vi": Labels(
        "Đọc tiếp", "Điểm chính", "Bài đầy đủ ở liên kết trong tiểu sử", "Tác giả", "Nguồn"
    ),
    "th": Labels("อ่านต่อ", "ประเด็นสำคัญ", "อ่านฉบับเต็มได้ที่ลิงก์ในโปรไฟล์", "โดย", "ที่มา"),
    "tr": Labels(
        "Devamını oku", "Öne çıkanlar", "Yazının tamamı profildeki bağlantıda", "Yazan", "Kaynak"
    ),
    "ar": Labels(
        "اقرأ المزيد",
        "أبرز النقاط",
        "المقال كاملًا عبر الرابط في الملف الشخصي",
        "بقلم",
        "المصدر",
        quotes=("«", "»"),
    ),
    "hi": Labels("पूरा पढ़ें", "मुख्य बातें", "पूरा लेख प्रोफ़ाइल के लिंक पर", "लेखक", "स्रोत"),
    "ru": Labels(
        "Читать полностью",
        "Главное",
        "Полный текст по ссылке в профиле",
        "Автор",
        "Источник",
        quotes=("«", "»"),
    ),
    "uk": Labels(
        "Читати повністю",
        "Головне",
        "Повний текст за посиланням у профілі",
        "Автор",
        "Джерело",
        quotes=("«", "»"),
    ),
    "pl": Labels(
        "Czytaj dalej",
        "Najważniejsze",
        "Cały tekst: link w bio",
        "Autor",
        "Źródło",
        quotes=("„", "”"),
    ),
    "nl": Labels("Lees verder", "De kern", "Hele artikel: link in bio", "Door", "Bron"),
}
_SILENT = Labels()


def labels(language: str) -> Labels:
    """Return the labels of a BCP 47 tag: exact, then by script or region, then by its language."""
    if language in _LABELS:
        return _LABELS[language]
    base, *rest = language.replace("_", "-").split("-")
    if base.lower() == "zh":
        traditional = {part.lower() for part in rest} & {"hant", "tw", "hk", "mo"}
        return _LABELS["zh-Hant" if traditional else "zh-Hans"]
    return _LABELS.get(base.lower(), _SILENT)
