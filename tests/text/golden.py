"""Golden posts: whole posts of every sample; `make golden` writes them anew.

Read what changed as its readers would, then commit it.
"""

from __future__ import annotations

from pathlib import Path

from socialpipe.platforms import registry
from socialpipe.text.compose import compose
from socialpipe.text.digest import digest
from socialpipe.text.read import read

TESTS = Path(__file__).parent.parent
FOLDER = TESTS / "golden" / "posts"
PLATFORMS = ("x", "mastodon", "telegram", "linkedin", "instagram")
SAMPLES = {path.name.rpartition("-")[0]: path for path in sorted((TESTS / "samples").iterdir())}
LINK = "https://example.com/story"
BETWEEN = "\n\n--------\n\n"  # two parts of a thread, or a post and its first comment


def posts(language: str) -> dict[str, str]:
    """Return what each platform is told of the sample of a language."""
    path = SAMPLES[language]
    article = read(path.read_bytes(), name=path.name)
    essence = digest(article)
    told = {}
    for name in PLATFORMS:
        post = compose(article, essence, name, registry.load(name).limits, link=LINK)
        said = [part.text for part in post.parts]
        said += [post.first_comment] if post.first_comment else []
        told[name] = BETWEEN.join(said) + "\n"
    return told


def write() -> None:
    """Write all golden posts."""
    for language in SAMPLES:
        folder = FOLDER / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in posts(language).items():
            (folder / f"{name}.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    write()
