"""Links that the terminal shows: how the first owner is made, how somebody signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from socialpipe.cli.output import say
from socialpipe.settings import load
from socialpipe.store.tickets import Purpose

if TYPE_CHECKING:
    from socialpipe.store import Store


def say_how_to_begin(store: Store, url: str) -> None:
    """Show the link that makes the owner, as long as there is nobody."""
    if not store.people.any():
        token = store.tickets.make(Purpose.SETUP)
        say(f"Make yourself its owner (once, within a day): {base(url)}/setup?token={token}")


def sign_in_link(store: Store, url: str, person_id: int) -> str:
    """Return a link that signs somebody in, once, within an hour."""
    return f"{base(url)}/sign-in/{store.tickets.make(Purpose.SIGN_IN, person_id)}"


def password_link(store: Store, url: str, person_id: int) -> str:
    """Return a link that lets somebody choose a password, once, within a day."""
    return f"{base(url)}/password/{store.tickets.make(Purpose.PASSWORD, person_id)}"


def base(url: str) -> str:
    """Return where people reach the web role: as it is set, else where it listens."""
    return (load().public_url or url).rstrip("/")
