"""`socialpipe doctor`: what is wrong on this machine, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from socialpipe.checkup import Finding
from socialpipe.cli.output import json_option, print_json
from socialpipe.errors import SocialpipeError

if TYPE_CHECKING:
    from socialpipe.store import Store

_FAILED = 1


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Check settings, database, Redis, roles, channels and hooks; exit code 1 if one is unwell."""
    findings = list(_examine())
    for one in findings:
        if as_json:
            told = {"check": one.check, "ok": one.ok, "text": one.text, "fix": one.fix}
            print_json(told)
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


def _redis(name: str) -> Iterator[Finding]:
    from socialpipe.settings import load
    from socialpipe.worker import broker

    settings = load()
    if settings.redis_url is None and not broker.socket_path(settings.data_dir).exists():
        program = broker.command(settings)[0]
        yield Finding(name, ok=True, text=f"embedded, starts with `socialpipe up` ({program})")
        return
    yield Finding(name, ok=True, text=f"version {broker.check(settings)}")


def _platforms(name: str) -> Iterator[Finding]:
    from socialpipe.platforms import registry

    names = [registry.load(platform).name for platform in registry.names()]
    yield Finding(name, ok=True, text=", ".join(names))


def _stored(name: str) -> Iterator[Finding]:
    """Look at what the database says of itself, the roles, the channels or the hooks."""
    from socialpipe import checkup
    from socialpipe.cli.opening import open_store

    check: Callable[[str, Store], Iterator[Finding]] = getattr(checkup, name)
    yield from check(name, open_store())


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
    "database": _stored,
    "redis": _redis,
    "roles": _stored,
    "platforms": _platforms,
    "channels": _stored,
    "hooks": _stored,
    "images": _images,
}
