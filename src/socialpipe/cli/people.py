"""`socialpipe people`: accounts, for whoever has the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from socialpipe.cli.opening import open_everything
from socialpipe.cli.output import json_option, person, print_json, print_table, say
from socialpipe.model.people import Role

if TYPE_CHECKING:
    from socialpipe.model.people import Workspace
    from socialpipe.store import Store

_URL = click.option(
    "--url",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="Where the web role is reached; SOCIALPIPE_PUBLIC_URL comes first.",
)


@click.group()
def people() -> None:
    """Make accounts, and links that let people in."""


@people.command()
@click.argument("email")
@click.option("--name", default="", help="What they are called.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), default="owner")
@_URL
def add(email: str, name: str, role: str, url: str) -> None:
    """Make an account for EMAIL in the workspace of the settings, and a link for its password."""
    from socialpipe.cli.people_links import password_link
    from socialpipe.errors import NotFound

    store = open_everything()
    place = _workspace(store)
    try:
        found, is_new = store.people.by_email(email), False
    except NotFound:
        found, is_new = store.people.add(email, name), True
    store.people.join(found.id, place.id, Role(role))
    store.audit.note(place.id, person(), "person.add", found.email, role)
    say(f"{found.email} is {role} of {place.name}.")
    if is_new:
        say("They choose a password here, once, within a day:")
        click.echo(password_link(store, url, found.id))


@people.command("list")
@json_option
def list_people(as_json: bool) -> None:
    """Show who is in the workspace of the settings."""
    store = open_everything()
    members = store.people.members(_workspace(store).id)
    if as_json:
        for one in members:
            who = one.person
            print_json(
                {"email": who.email, "name": who.name, "role": one.role, "totp": who.has_totp}
            )
        return
    rows = [(one.person.email, one.person.name, str(one.role)) for one in members]
    print_table(("e-mail", "name", "role"), rows)


@people.command("password-link")
@click.argument("email")
@_URL
def reset(email: str, url: str) -> None:
    """Print a link with which EMAIL chooses a new password, once, within a day."""
    from socialpipe.cli.people_links import password_link

    store = open_everything()
    found = store.people.by_email(email)
    store.audit.note(_workspace(store).id, person(), "person.password_link", found.email)
    click.echo(password_link(store, url, found.id))


@people.command("sign-in-link")
@click.argument("email")
@_URL
def sign_in(email: str, url: str) -> None:
    """Print a link that signs EMAIL in, once, within an hour."""
    from socialpipe.cli.people_links import sign_in_link

    store = open_everything()
    found = store.people.by_email(email)
    store.audit.note(_workspace(store).id, person(), "person.sign_in_link", found.email)
    click.echo(sign_in_link(store, url, found.id))


def _workspace(store: Store) -> Workspace:
    from socialpipe.settings import load

    return store.workspaces.named(load().workspace)
