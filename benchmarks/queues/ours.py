"""This pipeline as users run it: `socialpipe up` on a throw-away directory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import sqlalchemy as sa
from rivals import HERE, Late, cpu

from socialpipe.model import Card, Channel, Part, Post, PostKind, State, Unit
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.rows import fingerprint, from_post
from socialpipe.store.schema import campaign, delivery, media, post

BATCH = 5_000


@dataclass(frozen=True)
class Installation:
    """What runs: its store, its supervisor, where its noop posts write the time, its pages."""

    store: Store
    process: psutil.Process
    file: Path
    url: str

    def late(self, due: datetime, count: int, before: float) -> Late:
        """Wait until so many are published; return how late they were, written down and all."""
        while self.store.deliveries.counts().get(State.PUBLISHED, 0) < count:
            time.sleep(0.3)
        used = (cpu(self.process.pid) - before) / count * 1000
        query = sa.select(delivery.c.published_at).where(delivery.c.published_at.is_not(None))
        with self.store.database.read() as connection:
            times = connection.execute(query).scalars().all()
        return Late(sorted((one - due).total_seconds() for one in times), used)

    def child(self, name: str) -> psutil.Process:
        return next(one for one in self.process.children(recursive=True) if name in one.name())


def configure(folder: str, threads: int) -> None:
    """Point this process and its children at a fresh directory, and lift the fuses."""
    plugin = Path(folder) / "plugin" / "noop-1.dist-info"
    plugin.mkdir(parents=True)
    (plugin / "METADATA").write_text("Metadata-Version: 2.1\nName: noop\nVersion: 1\n")
    (plugin / "entry_points.txt").write_text("[socialpipe.platforms]\nnoop = noop:Noop\n")
    paths = [str(HERE), str(plugin.parent), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    sys.path[:0] = paths[:2]
    values = {
        "DATA_DIR": f"{folder}/data",
        "ALLOW_PRIVATE_HOSTS": "true",
        "PUBLISH_THREADS": str(threads),
        "MAX_PER_HOUR": "1000000",
        "MAX_PER_DAY": "1000000",
        "CATCH_UP_GAP": "0",
        "LOG_LEVEL": "WARNING",
    }
    os.environ.update({f"SOCIALPIPE_{name}": value for name, value in values.items()})
    load.cache_clear()


@contextmanager
def installation(threads: int) -> Iterator[Installation]:
    """Bring an installation up, and down at the end."""
    with tempfile.TemporaryDirectory(prefix="sp-bench-") as folder:
        configure(folder, threads)
        store = Store(load())
        with store_closed(store):
            process = subprocess.Popen(
                [sys.executable, "-m", "socialpipe", "up", "--port", "0"],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            try:
                assert process.stdout is not None
                url = process.stdout.readline().rsplit(" ", 1)[1].strip()
                while not all(store.heartbeats.alive().values()):
                    time.sleep(0.1)
                yield Installation(store, psutil.Process(process.pid), Path(folder) / "times", url)
            finally:
                process.terminate()
                process.wait()


@contextmanager
def store_closed(store: Store) -> Iterator[None]:
    try:
        yield
    finally:
        store.close()


def channels(
    store: Store, count: int, platform: str, base: str, prefix: str = "c", **settings: str
) -> list[Channel]:
    return [
        store.channels.add(
            f"{prefix}{n}",
            platform,
            api_base=base,
            settings=settings,
            secrets={"token": f"{prefix}{n}"},
            timezone="UTC",
        )
        for n in range(count)
    ]


def fill(
    store: Store, targets: Sequence[Channel], count: int, due: datetime, card: Card | None = None
) -> None:
    """Schedule so many posts, channel after channel: rows, as the queue commands leave them."""
    now = store.now()
    with store.database.write() as connection:
        article = {"title": "t", "article": {"title": "t", "text": "t"}, "options": {}}
        about = sa.insert(campaign).values(**article, state="ready", created_at=now)
        owner = connection.execute(about.returning(campaign.c.id)).scalar_one()
    for start in range(0, count, BATCH):
        numbers = range(start, min(count, start + BATCH))
        where = [targets[n % len(targets)] for n in numbers]
        with store.database.write() as connection:
            _insert(connection, owner, numbers, where, card, {"due": due, "now": now})


def _insert(
    connection: sa.Connection,
    owner: int,
    numbers: range,
    where: Sequence[Channel],
    card: Card | None,
    times: Mapping[str, datetime],
) -> None:
    first = (connection.execute(sa.select(sa.func.max(post.c.id))).scalar() or 0) + 1
    posts = [
        Post(
            channel.platform,
            PostKind.SINGLE,
            (Part(f"Post {n}.", 10, 500, Unit.GRAPHEMES),),
            cards=(card,) if card else (),
        )
        for n, channel in enumerate(where, first)
    ]
    if card and numbers.start == 0:
        image = {"sha256": from_post(posts[0])["cards"][0]["sha256"], "data": card.data}
        connection.execute(sa.insert(media).values(**image, created_at=times["now"]))
    rows = [
        {
            "id": first + k,
            "campaign_id": owner,
            "channel_id": channel.id,
            "variant": 0,
            "body": from_post(one),
        }
        for k, (one, channel) in enumerate(zip(posts, where, strict=True))
    ]
    connection.execute(sa.insert(post), rows)
    connection.execute(
        sa.insert(delivery),
        [
            {
                "campaign_id": owner,
                "channel_id": row["channel_id"],
                "post_id": row["id"],
                "state": State.SCHEDULED,
                "wanted_at": times["due"],
                "due_at": times["due"],
                "grace_ms": 21_600_000,
                "max_attempts": 6,
                "key": f"key-{row['id']}",
                "fingerprint": fingerprint(one),
                "checked_at": times["now"],
                "created_at": times["now"],
            }
            for row, one in zip(rows, posts, strict=True)
        ],
    )


def burst(threads: int, count: int, base: str, lead: float, each: int = 100) -> tuple[Late, Late]:
    """Publish so many at once; return how late they were written down, and how late noops ran."""
    with installation(threads) as running:
        platform = "mastodon" if base else "noop"
        file = {"file": str(running.file)}
        targets = channels(running.store, min(each, count), platform, base or "http://x", **file)
        due = running.store.now() + timedelta(seconds=lead)
        fill(running.store, targets, count, due)
        while running.store.now() < due - timedelta(seconds=0.5):
            time.sleep(0.05)
        written = running.late(due, count, cpu(running.process.pid))
        if base:
            return written, written
        times = [float(line) for line in running.file.read_text().splitlines()]
        return written, Late(sorted(one - due.timestamp() for one in times), written.cpu)
