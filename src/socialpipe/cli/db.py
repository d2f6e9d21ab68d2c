"""`socialpipe db`: bring the database up to date, back it up, restore it, move it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from socialpipe.cli.opening import open_everything
from socialpipe.cli.output import json_option, print_json, say
from socialpipe.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from socialpipe.store import Store

_KEY = "The credentials stay sealed: keep SOCIALPIPE_SECRET_KEY or the file secret.key with it."


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@json_option
def upgrade(as_json: bool) -> None:
    """Bring the schema up to date; every other command does so too when it starts."""
    from socialpipe.store.migrate import HEAD

    open_everything().close()
    if as_json:
        print_json({"schema": HEAD})
    else:
        click.echo(f"The schema is {HEAD}, the newest.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write everything to a new FILE; the roles may go on working.

    The file is an SQLite database, whichever database it comes from.
    """
    from socialpipe.store import transfer

    store = open_everything()
    _tell(transfer.backup(store.database, file, _progress), as_json)
    say(_KEY)


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def restore(file: Path, as_json: bool) -> None:
    """Read a backup FILE into an empty database, and freeze publishing.

    What was due after the backup was made may be out already: look, cancel or confirm it, then
    `socialpipe unfreeze`.
    """
    from socialpipe.store import transfer

    store = open_everything()
    _refuse_running(store)
    _tell(transfer.restore(file, store.database, _progress), as_json)
    say("Publishing is frozen. Cancel what is out already, then: socialpipe unfreeze")


@db.command()
@click.argument("url")
@json_option
def copy(url: str, as_json: bool) -> None:
    """Copy everything to the empty database at URL (or env:NAME, to keep a password private).

    Both are frozen afterwards, so that no post goes out from each.
    """
    from socialpipe.store import transfer
    from socialpipe.store.database import Database

    store = open_everything()
    _refuse_running(store)
    target = Database(_url(url))
    frozen = "moved here from another database"
    _tell(transfer.copy(store.database, target, _progress, freeze=frozen), as_json)
    target.close()
    store.switches.freeze("operator", "everything was copied to another database")
    say(f"Set SOCIALPIPE_DATABASE_URL to the new one, then: socialpipe unfreeze. {_KEY}")


def _url(given: str) -> str:
    if not given.startswith("env:"):
        return given
    name = given.removeprefix("env:")
    if name not in os.environ:
        raise UsageError(f"The environment variable {name} is not set.")
    return os.environ[name]


def _refuse_running(store: Store) -> None:
    running = [role for role, count in store.heartbeats.alive().items() if count]
    if running:
        raise Refused(
            f"Roles are at work on this database: {', '.join(running)}.",
            "Stop them first, so that nothing is published meanwhile.",
        )


def _tell(counts: Mapping[str, int], as_json: bool) -> None:
    if as_json:
        print_json({"tables": dict(counts)})
        return
    for table, rows in counts.items():
        click.echo(f"{rows:>9}  {table}")


def _progress(table: str, done: int, total: int) -> None:
    """Rewrite one line of a terminal; say nothing elsewhere."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        click.echo(f"\r\033[K{table}: {done} of {total}{end}", nl=False, err=True)
