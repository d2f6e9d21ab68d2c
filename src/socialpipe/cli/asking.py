"""Values that a person types, secrets without an echo."""

from __future__ import annotations

import sys

import click

from socialpipe.errors import UsageError
from socialpipe.platforms.base import Field


def ask(field: Field) -> str:
    """Ask a person for a value; an optional one may be left empty.

    Raises UsageError where nobody sits at the keyboard.
    """
    if not sys.stdin.isatty():
        how = f"--secret {field.name}=@FILE" if field.secret else f"--set {field.name}=VALUE"
        raise UsageError(f"{field.name} is missing: {field.help}.", f"Add {how}")
    default = None if field.required else ""
    text: str = click.prompt(
        f"{field.name} ({field.help})",
        hide_input=field.secret,
        default=default,
        show_default=False,
        err=True,
    )
    return text.strip()


def paste(what: str) -> str:
    """Ask a person for what a network gave back; from a pipe, one line is read.

    Raises UsageError when nothing comes.
    """
    click.echo(f"{what}: ", nl=False, err=True)
    line = sys.stdin.readline().strip()
    if not line:
        raise UsageError("Nothing was pasted.", "Begin again and paste the whole address.")
    return line
