"""A campaign as files: campaign.json, the texts, the cards, and a contact sheet to look at."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from socialpipe.errors import UsageError
from socialpipe.model import Article, Campaign, Card, Digest, Json, Part, Post, Provenance
from socialpipe.resources import templates

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def describe(campaign: Campaign) -> Json:
    """Return the campaign as `campaign.json` has it."""
    return {
        "article": _article(campaign.article),
        "digest": _digest(campaign.digest),
        "engine": _engine(campaign.provenance),
        "posts": [_post(post, n) for post, n in numbered(campaign)],
    }


def write(campaign: Campaign, out: Path) -> None:
    """Write everything below `out`, all or nothing; what an earlier run wrote there is replaced.

    Raises UsageError when the folder cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".socialpipe-", dir=out.parent) as name:
            draft = Path(name)
            _write_all(campaign, draft)
            out.mkdir(exist_ok=True)
            for made in sorted(draft.iterdir()):
                _replace(made, out / made.name)
    except OSError as error:
        raise UsageError(
            f"Cannot write to {out}: {(error.strerror or str(error)).lower()}.",
            "Name a folder that you may write to: --out DIR",
        ) from None


def _write_all(campaign: Campaign, folder: Path) -> None:
    told = describe(campaign)
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    (folder / "campaign.json").write_text(text, encoding="utf-8")
    (folder / "index.html").write_text(contact_sheet(told), encoding="utf-8")
    for post, variant in numbered(campaign):
        (folder / _place(post, variant)).mkdir()
        for n, part in enumerate(post.parts):
            # newline="": exactly the text to be sent, on every system.
            file = folder / _part_file(post, variant, n)
            with file.open("w", encoding="utf-8", newline="") as out:
                out.write(part.text)
        for n, card in enumerate(post.cards):
            (folder / _card_file(post, n)).write_bytes(card.data)


def numbered(campaign: Campaign) -> Iterator[tuple[Post, int]]:
    """Yield each post, and which variant of its platform's it is, from 1."""
    seen: Counter[str] = Counter()
    for post in campaign.posts:
        seen[post.platform] += 1
        yield post, seen[post.platform]


def contact_sheet(told: Json) -> str:
    """Return a page that shows every post and card of a described campaign."""
    from jinja2 import Environment, FileSystemLoader

    pages = Environment(loader=FileSystemLoader(templates() / "web"), autoescape=True)
    return pages.get_template("contact-sheet.html").render(told)


def _replace(made: Path, target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    made.replace(target)


def _article(article: Article) -> Json:
    published = article.published_at
    return {
        "title": article.title,
        "language": article.language,
        "url": article.url,
        "author": article.author,
        "published_at": published.isoformat() if published else None,
        "site": article.site,
        "dek": article.dek,
        "text": article.text,
        "sections": [{"heading": part.heading, "text": part.text} for part in article.sections],
        "bullets": list(article.bullets),
        "quotes": list(article.quotes),
        "statistics": list(article.statistics),
        "checklist": list(article.checklist),
        "keywords": list(article.keywords),
        "hashtags": list(article.hashtags),
        "images": [{"url": image.url, "alt": image.alt} for image in article.images],
    }


def _digest(digest: Digest) -> Json:
    return {
        "headline": digest.headline,
        "hook": digest.hook,
        "hooks": list(digest.hooks),
        "summary": digest.summary,
        "points": [{"text": point.text, "span": list(point.span)} for point in digest.points],
        "key_number": digest.key_number,
        "key_claim": digest.key_claim,
        "emoji": digest.emoji,
        "reading_minutes": digest.reading_minutes,
        "keywords": list(digest.keywords),
        "hashtags": list(digest.hashtags),
    }


def _engine(provenance: Provenance) -> Json:
    return {
        "name": provenance.engine,
        "model": provenance.model,
        "fallback": provenance.fallback,
    }


def _post(post: Post, variant: int) -> Json:
    return {
        "platform": post.platform,
        "variant": variant,
        "kind": post.kind,
        "language": post.language,
        "title": post.title,
        "link": post.link,
        "hashtags": list(post.hashtags),
        "warning": post.warning,
        "first_comment": post.first_comment,
        "parts": [_part(part, _part_file(post, variant, n)) for n, part in enumerate(post.parts)],
        "cards": [_card(post, n, card) for n, card in enumerate(post.cards)],
    }


def _part(part: Part, file: str) -> Json:
    return {
        "text": part.text,
        "length": part.length,
        "limit": part.limit,
        "unit": part.unit,
        "file": file,
    }


def _card(post: Post, n: int, card: Card) -> Json:
    return {
        "file": _card_file(post, n),
        "template": card.template,
        "theme": card.theme,
        "why": card.reason,
        "width": card.width,
        "height": card.height,
        "mime": card.mime,
        "bytes": len(card.data),
        "alt": card.alt,
        "missing_glyphs": card.missing_glyphs,
    }


def _place(post: Post, variant: int) -> str:
    return post.platform if variant == 1 else f"{post.platform}/variant-{variant}"


def _part_file(post: Post, variant: int, n: int) -> str:
    return f"{_place(post, variant)}/post-{n + 1}.txt"


def _card_file(post: Post, n: int) -> str:
    """Name a card; variants share theirs."""
    return f"{post.platform}/card-{n + 1}.{_EXTENSIONS[post.cards[n].mime]}"
