"""`socialpipe channel test`: what works, what is missing, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from socialpipe.checkup import Finding, standing_of
from socialpipe.cli.opening import open_engine
from socialpipe.cli.output import json_option, print_json
from socialpipe.errors import (
    AccessDenied,
    NotSent,
    PlatformError,
    SocialpipeError,
    Throttled,
    TryAgain,
    Unauthorized,
)

if TYPE_CHECKING:
    from socialpipe.engine import Engine
    from socialpipe.model import Channel
    from socialpipe.platforms.base import Identity, Platform

_FAILED, _DENIED = 1, 5


@click.command()
@click.argument("name")
@json_option
def test(name: str, as_json: bool) -> int:
    """Ask the network what works on a channel; publishes nothing."""
    from socialpipe.engine import connect
    from socialpipe.inquiry import with_limits

    tools = open_engine()
    found = tools.store.channels.get(name)
    platform = connect(tools, found)
    who = _identity(platform, found)
    found = with_limits(tools, found, fresh=timedelta(0))
    findings = [*_scopes(platform, tools, found), *standing_of(tools.store, found)]
    findings += [*_rights(platform), *_images(platform, tools)]
    bad = [one for one in findings if not one.ok]
    if as_json:
        told = {"channel": name, "ok": not bad, "id": who.id, "name": who.name, "url": who.url}
        print_json({**told, "limits": dict(found.limits), "findings": findings})
        return max((one.code for one in bad), default=0)
    click.echo(f"{name} works: {found.platform} knows us as {who.name}")
    if found.limits:
        own = ", ".join(f"{key} {value:,}" for key, value in found.limits.items())
        click.echo(f"Its server has limits of its own: {own}")
    for one in findings:
        click.echo(f"{'ok  ' if one.ok else 'BAD '} {one.check}: {one.text}")
        if one.fix:
            click.echo(f"       {one.fix}")
    return max((one.code for one in bad), default=0)


def _identity(platform: Platform, channel: Channel) -> Identity:
    """Try the credential.

    Raises AccessDenied, TryAgain or SocialpipeError.
    """
    from socialpipe.connecting import where

    name, kind = channel.name, type(platform)
    try:
        return platform.check()
    except Unauthorized as error:
        again = f"socialpipe channel connect {channel.platform} {name}"
        raise AccessDenied(
            f"{channel.platform} refuses the credentials of {name}: {error.what}",
            f"{again} ({where(kind)})",
        ) from None
    except (NotSent, Throttled) as error:
        raise TryAgain(f"{name} could not be tested: {error.what}", error.fix) from None
    except PlatformError as error:
        raise SocialpipeError(f"{name} does not work: {error.what}", error.fix) from None


def _scopes(platform: Platform, tools: Engine, channel: Channel) -> Iterator[Finding]:
    from socialpipe.connecting import granted, where

    facts, stands = platform.oauth, tools.store.credentials.get(channel.id)
    have = granted(platform, stands.scopes if stands else None)
    if facts is None or have is None:
        return
    needed = facts.missing(have, facts.scopes)
    fix = f"{where(type(platform))} Then: socialpipe channel connect {channel.platform} "
    if needed:
        text = f"{platform.title} did not grant {', '.join(needed)}, which publishing needs"
        yield Finding("scopes", ok=False, text=text, fix=fix + channel.name, code=_DENIED)
    else:
        yield Finding("scopes", ok=True, text="all that publishing needs are granted")
    if wished := facts.missing(have, facts.wished):
        text = f"not granted, and good to have: {', '.join(wished)}"
        yield Finding("scopes", ok=True, text=text, fix=fix + channel.name)


def _rights(platform: Platform) -> Iterator[Finding]:
    from socialpipe.connecting import lacks

    for right, remedy in lacks(platform).items():
        text = f"{platform.title}: the account lacks {right}"
        yield Finding("rights", ok=False, text=text, fix=remedy, code=_DENIED)


def _images(platform: Platform, tools: Engine) -> Iterator[Finding]:
    """Fetch an image of ours as the network would."""
    from socialpipe.hosting import gap, selftest

    if not platform.fetches_images:
        return
    if found := gap(tools.settings, lasting=not platform.copies_images):
        text, fix = f"{platform.title} {found[0]}", found[1]
        yield Finding("images", ok=False, text=text, fix=fix, code=_FAILED)
    elif problem := selftest.problem(tools.settings, tools.store, tools.http):
        yield Finding("images", ok=False, text=problem, code=_FAILED)
    else:
        yield Finding("images", ok=True, text="our own image can be fetched")
