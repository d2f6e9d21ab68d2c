"""`socialpipe secrets`: the key that seals credentials."""

from __future__ import annotations

import click

from socialpipe.cli.opening import open_everything
from socialpipe.cli.output import say


@click.group()
def secrets() -> None:
    """Change the key that seals credentials."""


@secrets.command()
def rotate() -> None:
    """Seal everything with a new master key, while the roles go on working.

    Stopped half-way, it goes on when called again. The old key still opens until `secrets forget`.
    """
    done = open_everything().rotation.run()
    if done.new_key:
        say("There is a new master key. Take a copy of it along with the next backup.")
    say(f"{done.wrapped} stored values are sealed by the new key.")
    if done.left:
        say(f"warning: {done.left} values are sealed by an older key again: a role does not know")
        say("  the new one. Restart all roles, then: socialpipe secrets rotate")
        return
    say("Once every role has had a minute, drop the old one: socialpipe secrets forget")


@secrets.command()
def forget() -> None:
    """Drop the old master keys, if nothing is sealed by them any more."""
    dropped = open_everything().rotation.forget()
    say(f"{dropped} old keys are gone." if dropped else "There is no old key.")
