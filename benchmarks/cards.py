"""What a card costs: CPU against encoding alone, cold start, memory.

    python benchmarks/cards.py [--cards 1000] [--rivals]

Every figure is a ratio or a total of one run on one machine. `--rivals` installs satori and
resvg-js into a temporary folder (needs npm and its registry) and draws a card like `news` there.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from socialpipe.cards import loading
from socialpipe.cards.drawing import render
from socialpipe.cards.encode import jpeg
from socialpipe.cards.samples import sample, samples

SIZE = (1200, 630)
NO_LIMIT = 1 << 30
ROUNDS = 30

COLD = """
import time
from socialpipe.cards import draw
from socialpipe.cards.samples import samples
from socialpipe.model import Limits, Unit
limits = Limits(text=280, unit=Unit.WEIGHTED, source="", checked="", card=(1200, 630))
draw(*samples()["ko"], limits, template="aurora")
print(time.process_time())
"""

RIVAL = """
import { readFileSync } from 'node:fs';
import satori from 'satori';
import { Resvg } from '@resvg/resvg-js';
const font = readFileSync(process.argv[2]);
const rounds = Number(process.argv[3]);
const text = (value, style) => ({ type: 'div', props: { style, children: value } });
const card = {
  type: 'div',
  props: {
    style: { display: 'flex', flexDirection: 'column', justifyContent: 'space-between',
             width: 1200, height: 630, padding: 72, background: '#FCFCFA', color: '#0C0C0E',
             wordBreak: 'keep-all' },
    children: [
      text('전통시장 5분 읽기', { fontSize: 24 }),
      text('시장 골목이 밤 9시에 다시 문을 열자 손님이 38% 늘었다', { fontSize: 88 }),
      text('전통시장 야간 개장 1년, 상인들이 찾은 답', { fontSize: 34, color: '#4E4E55' }),
      text('시장일보', { fontSize: 25 }),
    ],
  },
};
const fonts = [{ name: 'Sans', data: font, weight: 700, style: 'normal' }];
const draw = async () => new Resvg(await satori(card, { width: 1200, height: 630, fonts }))
  .render().asPng();
await draw();
let best = Infinity;
for (let n = 0; n < rounds; n += 1) {
  const before = process.cpuUsage();
  await draw();
  const used = process.cpuUsage(before);
  best = Math.min(best, (used.user + used.system) / 1000);
}
console.log(JSON.stringify(best));
"""


def cpu(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least CPU time of a call, ms, after one to warm up."""
    work()
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best * 1000


def warm(name: str) -> tuple[float, float]:
    """Return the CPU time of encoding alone and of a whole card, ms."""
    shown = sample("ko")
    if loading.load(name).card.slides == "carousel":
        shown = shown.slides(5)[1]
    image = render(shown, name, SIZE, None).image
    encode = cpu(lambda: jpeg(image, NO_LIMIT))
    whole = cpu(lambda: jpeg(render(shown, name, SIZE, None).image, NO_LIMIT))
    return encode, whole


def cold() -> float:
    """Return the CPU time of a fresh process that draws one card, s."""
    times = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", COLD], capture_output=True, text=True, check=True
        )
        times.append(float(done.stdout))
    return min(times)


def memory(count: int) -> float:
    """Draw many different cards here and return the most memory ever used, MB."""
    everything = [(name, sample(language)) for language in samples() for name in loading.names()]
    for n in range(count):
        name, shown = everything[n % len(everything)]
        jpeg(render(shown, name, SIZE, ("light", "dark")[n % 2]).image, NO_LIMIT)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rival() -> float:
    """Return the CPU time of satori and resvg for a card like `news`, ms."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        sys.exit("--rivals needs npm and node on PATH.")
    with tempfile.TemporaryDirectory() as folder:
        packages = ["satori@0.18.3", "@resvg/resvg-js@2.6.2", "pretendard@1.3.9"]
        subprocess.run([npm, "init", "-y"], cwd=folder, check=True, capture_output=True)
        subprocess.run(
            [npm, "install", "--silent", *packages], cwd=folder, check=True, capture_output=True
        )
        (script := Path(folder, "rival.mjs")).write_text(RIVAL, encoding="utf-8")
        font = "node_modules/pretendard/dist/public/static/Pretendard-Bold.otf"
        done = subprocess.run(
            [node, str(script), font, "10"], cwd=folder, check=True, capture_output=True, text=True
        )
    return float(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=1000)
    parser.add_argument("--rivals", action="store_true")
    options = parser.parse_args()
    print("| template | encode, ms | card, ms | card / encode |\n|---|---|---|---|")
    costs = {name: warm(name) for name in loading.names()}
    for name, (encode, whole) in costs.items():
        print(f"| {name} | {encode:.1f} | {whole:.1f} | {whole / encode:.1f} |")
    print(f"\ncold first card: {cold():.2f} s of CPU")
    print(f"{options.cards} different cards: {memory(options.cards):.0f} MB at most")
    if options.rivals:
        theirs = rival()
        print(f"satori + resvg: {theirs:.0f} ms, {theirs / costs['news'][1]:.1f} times `news`")


if __name__ == "__main__":
    main()
