"""The acts of the demo: set the stage, queue, watch, report."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import click

from socialpipe.cli import run
from socialpipe.cli.campaign_files import write
from socialpipe.cli.live import live_table
from socialpipe.cli.people_links import sign_in_link
from socialpipe.cli.source import read_article
from socialpipe.composing import Options, compose
from socialpipe.model import Channel, Delivery, State
from socialpipe.model.people import Role
from socialpipe.resources import templates
from socialpipe.settings import PREFIX, Settings, load
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms
from socialpipe.store.schema import FIRST_WORKSPACE
from socialpipe.worker.supervisor import Supervisor
from socialpipe.worker.up import running, stop_signals, wait_until_ready

_SPAN = timedelta(seconds=20)  # over which the deliveries are spread
_LEAD = timedelta(seconds=5)  # for composing and drawing
_PATIENCE = 90.0  # s until everything must be final
_REFRESH = 0.25  # s
_PLATFORMS: Mapping[str, tuple[dict[str, str], dict[str, str]]] = {
    "x": ({}, {"token": "demo-x"}),
    "bluesky": ({"identifier": "demo.example"}, {"password": "demo-bluesky"}),
    "mastodon": ({}, {"token": "demo-mastodon"}),
    "telegram": ({"chat_id": "@demo"}, {"token": "100:demo-telegram"}),
}


@dataclass
class Stage:
    """Everything that the acts share."""

    folder: Path
    settings: Settings
    store: Store
    simulator: Simulator
    supervisor: Supervisor
    url: str
    ids: list[int] = field(default_factory=list)


@contextmanager
def stage(say: Callable[[str], None]) -> Iterator[Stage]:
    """Bring up simulator and pipeline on a throw-away directory."""
    folder = Path(tempfile.mkdtemp(prefix="socialpipe-demo-"))
    settings = _isolated(folder)
    say(f"Starting Redis, workers, dispatcher, keeper, web and a simulator in {folder}")
    everything = running(settings, "127.0.0.1", 0, run=run, say=say)
    with Simulator() as simulator, everything as up:
        wait_until_ready(up.url)
        store = Store(settings)
        say(f"Sign in (once): {_owner_link(store, up.url)}")
        say(f"What the networks got: {simulator.url}")
        stop = threading.Event()
        watcher = threading.Thread(target=up.supervisor.watch, args=(stop,), daemon=True)
        watcher.start()
        try:
            yield Stage(folder, settings, store, simulator, up.supervisor, up.url)
        finally:
            stop.set()
            watcher.join()
            store.close()


def queue_articles(demo: Stage) -> None:
    """Queue the sample articles on four channels, spread over time, two faults among them."""
    channels = [_channel(demo, name) for name in _PLATFORMS]
    demo.simulator.fault("bluesky", "throttle", count=1, seconds=3.0)
    demo.simulator.fault("mastodon", "drop", count=1)
    samples = sorted((templates() / "samples").glob("*.md"))
    gap = _SPAN / (len(samples) * len(channels))
    start = demo.store.now() + _LEAD
    for place, sample in enumerate(samples):
        article = read_article(str(sample))
        first = start + place * len(channels) * gap
        orders = [Order(channel, first + n * gap) for n, channel in enumerate(channels)]
        _, ids = demo.store.campaigns.queue(
            article,
            orders,
            options={"link": None, "template": None},
            terms=Terms.of(demo.settings),
        )
        demo.ids += ids
        campaign = compose(article, list(_PLATFORMS), Options())
        write(campaign, demo.folder / "campaigns" / sample.stem)


def watch(demo: Stage) -> None:
    """Show the deliveries until all are final, or until patience ends."""
    if sys.stdout.isatty():
        _watch_live(demo)
    else:
        _watch_plain(demo)


def report(demo: Stage) -> bool:
    """Say what happened, by the simulator's own count; True: published once each."""
    found = _deliveries(demo)
    once = sum(_published_once(demo, one) for one in found)
    late = sorted(_lateness(one) for one in found if one.published_at)
    click.echo()
    click.secho(f"{once} of {len(found)} deliveries were published exactly once.", bold=True)
    if late:
        click.echo(f"Lateness: p50 {_quantile(late, 0.5):.2f} s, p99 {_quantile(late, 0.99):.2f} s")
    for one in found:
        if not _went_smoothly(demo, one):
            _tell(demo, one)
    click.echo(f"Posts and cards: {demo.folder / 'campaigns'} (open an index.html)")
    return once == len(found)


def stay(demo: Stage) -> None:
    """Leave everything up to play with."""
    click.echo()
    click.echo(f"Everything stays up: {demo.url} and {demo.simulator.url}. Stop with Ctrl-C.")
    click.echo("In another terminal, queue an article of your own:")
    click.echo(
        f"  export SOCIALPIPE_DATA_DIR={demo.settings.data_dir} SOCIALPIPE_ALLOW_PRIVATE_HOSTS=true"
    )
    click.echo("  socialpipe queue add ARTICLE --channel mastodon --now")
    demo.supervisor.watch(stop_signals())


def _isolated(folder: Path) -> Settings:
    """Point this process and its children at the folder, away from any real installation."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    quick = {
        "DATA_DIR": str(folder / "data"),
        "ALLOW_PRIVATE_HOSTS": "true",
        "SETTLE_DELAY": "2",
        "KEEPER_INTERVAL": "0.5",
        "LEASE": "60",
    }
    os.environ.update({f"{PREFIX}{name}": value for name, value in quick.items()})
    os.chdir(folder)  # no .env and no socialpipe.toml here
    load.cache_clear()
    return load()


def _channel(demo: Stage, platform: str) -> Channel:
    settings, secrets = _PLATFORMS[platform]
    return demo.store.channels.add(
        platform,
        platform,
        api_base=demo.simulator.base(platform),
        settings=settings,
        secrets=secrets,
        timezone="UTC",
    )


def _owner_link(store: Store, url: str) -> str:
    """Make an owner without a password, whom only this link lets in."""
    owner = store.people.add("demo@example.com", "Demo")
    store.people.join(owner.id, FIRST_WORKSPACE, Role.OWNER)
    return sign_in_link(store, url, owner.id)


def _deliveries(demo: Stage) -> list[Delivery]:
    wanted = set(demo.ids)
    return [one for one in demo.store.deliveries.find() if one.id in wanted]


def _watch_live(demo: Stage) -> None:
    from rich.live import Live

    with Live(auto_refresh=False) as live:
        for found in _until_final(demo):
            live.update(live_table(found, demo.store.now()), refresh=True)


def _watch_plain(demo: Stage) -> None:
    """Print each change of state once: a log has no screen to redraw."""
    shown: dict[int, State] = {}
    for found in _until_final(demo):
        for one in found:
            if shown.get(one.id) is not one.state:
                shown[one.id] = one.state
                click.echo(f"{one.id:>3}  {one.channel:<10}{one.state:<12}{one.reason or ''}")


def _until_final(demo: Stage) -> Iterator[list[Delivery]]:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = _deliveries(demo)
        yield found
        if all(one.state.final for one in found):
            return
        time.sleep(_REFRESH)


def _published_once(demo: Stage, one: Delivery) -> bool:
    """Whether the simulator took each part of the delivery exactly once."""
    if one.state is not State.PUBLISHED:
        return False
    taken = Counter(post.text for post in demo.simulator.posts(one.platform))
    texts = demo.store.deliveries.texts(one.id)
    return sum(taken.values()) == _parts(demo, one.platform) and all(
        taken[text] == 1 for text in texts
    )


def _went_smoothly(demo: Stage, one: Delivery) -> bool:
    tries = demo.store.deliveries.attempts(one.id)
    return (
        _published_once(demo, one)
        and [a.outcome for a in tries] == ["Published"]
        and not any(
            event.to_state is State.UNCERTAIN for event in demo.store.deliveries.events(one.id)
        )
    )


def _parts(demo: Stage, platform: str) -> int:
    ours = [one for one in _deliveries(demo) if one.platform == platform]
    return sum(len(demo.store.deliveries.texts(one.id)) for one in ours)


def _lateness(one: Delivery) -> float:
    assert one.published_at is not None  # noqa: S101
    return (one.published_at - one.wanted_at).total_seconds()


def _quantile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def _tell(demo: Stage, one: Delivery) -> None:
    click.echo(f"\nDelivery {one.id} on {one.channel}:")
    for event in demo.store.deliveries.events(one.id):
        click.echo(f"  {event.at:%H:%M:%S.%f}"[:-3] + f"  {event.to_state:<11} {event.text}")
