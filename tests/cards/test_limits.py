"""Within bounds: bad input in 2 s and 256 MB, and the same bytes from one worker or eight."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from tests.cards.articles import LIMITS, file
from tests.cards.test_picture import bomb

from socialpipe.cards import draw, loading, memory
from socialpipe.cards.samples import landscape, samples

# Memory is what the process holds beyond its libraries and fonts, which are mapped files.
BOUNDED = """
import resource, sys, time
from pathlib import Path
from tests.cards.articles import LIMITS
from tests.cards.test_bad_input import everything
from socialpipe.cards import draw
from socialpipe.errors import SocialpipeError
draw(*everything("warm"), LIMITS, template="news")  # libraries and fonts
resource.setrlimit(resource.RLIMIT_DATA, (256 << 20, 256 << 20))
began = time.process_time()
text = Path(sys.argv[1]).read_text("utf-8", "surrogatepass")
picture = Path(sys.argv[2]).read_bytes()
try:
    cards = draw(*everything(text), LIMITS, template=sys.argv[3] or None, picture=picture or None)
    print("drawn", cards[0].missing_glyphs)
except SocialpipeError as error:
    print("told", error)
assert time.process_time() - began < 2
status = Path("/proc/self/status")
if status.exists():  # Linux counts the parent's memory into ru_maxrss, but not into VmHWM
    peak = int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert peak < 256 << 20, peak
"""
NOISE = Image.effect_noise((2600, 1900), 60).convert("RGB")
TEXTS = {
    "a long word": ("a" * 10_000, "news", "drawn"),
    "a long Korean word": ("가" * 10_000, "aurora", "drawn"),
    "nothing": ("", "", "drawn"),
    "controls": ("\x00\x1b[2J\x07\u202e", "news", "drawn"),
    "lone surrogates": ("\ud800 and \udfff", "news", "drawn"),
    "a cycle": ("x", "cycle.toml", "told"),
    "an unknown key": ("x", "key.toml", "told"),
}
PICTURES = {
    "a bomb": (bomb(60_000), "told"),
    "a corrupt one": (file(NOISE, "JPEG")[:9_000], "told"),
    "a large one": (file(NOISE, "JPEG", quality=50), "drawn"),
    "an animated one": (
        file(NOISE.resize((400, 300)), "GIF", save_all=True, append_images=[landscape().image] * 9),
        "drawn",
    ),
}


def bounded(folder: Path, text: str = "x", picture: bytes = b"", template: str = "") -> str:
    (folder / "text").write_text(text, "utf-8", "surrogatepass")
    (folder / "picture").write_bytes(picture)
    (folder / "cycle.toml").write_text(
        "[card]\ntitle='x'\n[layer.root]\n[layer.a]\nin='b'\n[layer.b]\nin='a'\n"
    )
    (folder / "key.toml").write_text("[card]\ntitle='x'\n[layer.root]\ncolour='red'\n")
    if template.endswith(".toml"):
        template = str(folder / template)
    command = [sys.executable, "-c", BOUNDED, str(folder / "text"), str(folder / "picture")]
    done = subprocess.run([*command, template], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[0]


@pytest.mark.parametrize(("text", "template", "outcome"), TEXTS.values(), ids=TEXTS)
def test_bad_text_is_bounded(tmp_path: Path, text: str, template: str, outcome: str) -> None:
    assert bounded(tmp_path, text, template=template) == outcome


@pytest.mark.parametrize(("picture", "outcome"), PICTURES.values(), ids=PICTURES)
def test_a_bad_picture_is_bounded(tmp_path: Path, picture: bytes, outcome: str) -> None:
    assert bounded(tmp_path, picture=picture) == outcome


WORKER = """
from dataclasses import replace
from pathlib import Path
from tests.cards.articles import LIMITS
from socialpipe.cards import draw
from socialpipe.cards.samples import samples
def held():
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) // 1024
sizes = ((1200, 630), (1080, 1920), (1600, 900), (1000, 1500), (1080, 1080))
most = []
for name in ("news", "aurora", "quote"):
    for size in sizes:
        for theme in ("light", "dark"):
            draw(*samples()["ko"], replace(LIMITS, card=size), template=name, theme=theme)
            most.append(held())
print(most[0], max(most))
"""


def test_a_worker_keeps_but_a_few_plates() -> None:
    if not Path("/proc/self/status").exists():
        return  # what a process holds is told by Linux only
    done = subprocess.run(
        [sys.executable, "-c", WORKER], capture_output=True, text=True, check=True
    )
    first, most = map(int, done.stdout.split())
    assert most - first < 30  # MB: thirty different cards would leave 110


def test_what_is_free_is_given_back_after_a_large_card_or_some_small_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_back: list[int] = []
    monkeypatch.setattr(memory, "_drawn", [])
    monkeypatch.setattr(memory, "_trim", lambda: given_back.append(sum(memory._drawn)))
    small, large = replace(LIMITS, card=(1200, 630)), replace(LIMITS, card=(1080, 1920))
    draw(*samples()["en"], small, template="news")
    assert given_back == []
    draw(*samples()["en"], large, template="news")
    assert given_back == [1200 * 630, 1200 * 630 + 1080 * 1920]  # before it and after
    monkeypatch.setattr(memory, "_drawn", [6_000_000])
    draw(*samples()["en"], small, template="news")
    assert len(given_back) == 3


def fingerprints(job: tuple[str, str]) -> list[str]:
    language, template = job
    cards = draw(*samples()[language], LIMITS, template=template)
    return [sha256(card.data).hexdigest() for card in cards]


def test_one_worker_and_eight_draw_the_same_bytes() -> None:
    names = [name for name in loading.names() if loading.load(name).card.needs != ("picture",)]
    jobs = [(language, name) for language in ("ko", "en", "ar") for name in names]
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(1) as one:
        alone = one.map(fingerprints, jobs)
    with spawn.Pool(8) as eight:
        together = eight.map(fingerprints, list(reversed(jobs)), chunksize=1)
    assert together[::-1] == alone
    assert len({prints[0] for prints in alone}) == len(jobs)
