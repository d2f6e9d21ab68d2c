"""`socialpipe doctor`: what is wrong on this machine, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from socialpipe.cli.channel_test import standing_of
from socialpipe.cli.output import json_option, print_json
from socialpipe.errors import SocialpipeError

_FAILED = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, and what to do if it is not well."""

    check: str
    ok: bool
    text: str
    fix: str = ""


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Check settings, database, Redis, roles, channels and hooks; exit code 1 if one is unwell."""
    findings = list(_examine())
    for one in findings:
        if as_json:
            print_json(one)
            continue
        mark = click.style("ok  ", fg="green") if one.ok else click.style("BAD ", fg="red")
        click.echo(f"{mark} {one.check}: {one.text}")
        if one.fix:
            click.echo(f"       {one.fix}")
    return 0 if all(one.ok for one in findings) else _FAILED


def _examine() -> Iterator[Finding]:
    for name, check in _CHECKS.items():
        try:
            yield from check(name)
        except SocialpipeError as error:
            yield Finding(name, ok=False, text=error.what, fix=error.fix)


def _settings(name: str) -> Iterator[Finding]:
    from socialpipe.settings import load

    yield Finding(name, ok=True, text=f"data in {load().data_dir}")


def _database(name: str) -> Iterator[Finding]:
    from socialpipe.cli.opening import open_store

    store = open_store()
    total = sum(store.deliveries.counts().values())
    kind = "SQLite" if store.database.is_sqlite else "PostgreSQL"
    yield Finding(name, ok=True, text=f"{kind}, {total} deliveries")


def _redis(name: str) -> Iterator[Finding]:
    from socialpipe.settings import load
    from socialpipe.worker import broker

    settings = load()
    if settings.redis_url is None and not broker.socket_path(settings.data_dir).exists():
        program = broker.command(settings)[0]
        yield Finding(name, ok=True, text=f"embedded, starts with `socialpipe up` ({program})")
        return
    yield Finding(name, ok=True, text=f"version {broker.check(settings)}")


def _roles(name: str) -> Iterator[Finding]:
    from socialpipe.cli.opening import open_store

    alive = open_store().heartbeats.alive()
    missing = [role for role, count in alive.items() if not count]
    if missing:
        text = f"not running: {', '.join(missing)}"
        yield Finding(name, ok=False, text=text, fix="Start them: socialpipe up")
    else:
        yield Finding(name, ok=True, text="all running")


def _platforms(name: str) -> Iterator[Finding]:
    from socialpipe.platforms import registry

    names = [registry.load(platform).name for platform in registry.names()]
    yield Finding(name, ok=True, text=", ".join(names))


def _channels(name: str) -> Iterator[Finding]:
    from socialpipe.cli.opening import open_store

    store = open_store()
    found = store.channels.all()
    for channel in found:
        store.channels.secrets(channel.id)  # raises when the key is another one
    for channel in found:
        if channel.paused:
            fix = f"Mend the cause, then: socialpipe channel resume {channel.name}"
            text = f"{channel.name} is paused: {channel.pause_reason}"
            yield Finding(name, ok=False, text=text, fix=fix)
        for one in standing_of(store, channel):
            if not one.ok:
                yield Finding(name, ok=False, text=f"{channel.name}: {one.text}", fix=one.fix)
    yield Finding(name, ok=True, text=f"{len(found)} connected")


def _hooks(name: str) -> Iterator[Finding]:
    from socialpipe.cli.opening import open_store

    found = open_store().hooks.all()
    for hook in found:
        if hook.disabled_at is not None:
            text = f"hook {hook.id} to {hook.url} is disabled: {hook.note}"
            fix = f"Mend what it posts to, then: socialpipe hook enable {hook.id}"
            yield Finding(name, ok=False, text=text, fix=fix)
    yield Finding(name, ok=True, text=f"{len(found)} registered")


def _images(name: str) -> Iterator[Finding]:
    """Fetch an image of our own, if any address for images is set."""
    from socialpipe.engine import Engine
    from socialpipe.hosting import is_set_up, selftest
    from socialpipe.settings import load

    if not is_set_up(load()):
        yield Finding(name, ok=True, text="no public address: for networks that take bytes")
        return
    tools = Engine.open(load(), "operator")
    problem = selftest.problem(tools.settings, tools.store, tools.http)
    yield Finding(name, ok=problem is None, text=problem or "our own image can be fetched")


_CHECKS: dict[str, Callable[[str], Iterator[Finding]]] = {
    "settings": _settings,
    "database": _database,
    "redis": _redis,
    "roles": _roles,
    "platforms": _platforms,
    "channels": _channels,
    "hooks": _hooks,
    "images": _images,
}
