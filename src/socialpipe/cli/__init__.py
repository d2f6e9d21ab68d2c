"""The command line: one small module a noun. Heavy imports wait until a command runs."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from typing import NoReturn

import click

from socialpipe import __version__
from socialpipe.errors import SocialpipeError

_COMMANDS: Mapping[str, str] = {
    "compose": "compose:compose",
    "count": "count:count",
    "platforms": "platforms:platforms",
    "cards": "cards:cards",
    "demo": "demo:demo",
    "up": "up:up",
    "channel": "channel:channel",
    "queue": "queue:queue",
    "delivery": "delivery:delivery",
    "plan": "plan:plan",
    "apply": "plan:apply",
    "export": "exchange:export",
    "import": "exchange:import_",
    "feed": "feed:feed",
    "report": "report:report",
    "hook": "hook:hook",
    "people": "people:people",
    "freeze": "freeze:freeze",
    "unfreeze": "freeze:unfreeze",
    "links": "short_links:links",
    "db": "db:db",
    "doctor": "doctor:doctor",
    "config": "config:config",
    "secrets": "secrets:secrets",
    "simulator": "simulator:simulator",
    "worker": "roles:worker",
    "dispatcher": "roles:dispatcher",
    "keeper": "roles:keeper",
    "web": "roles:web",
    "mcp": "mcp:mcp",
}
_INTERRUPTED = 130


class _Lazy(click.Group):
    """Imports a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="socialpipe")
def cli() -> None:
    """Turn an article into posts with cards, and publish each once and on time.

    Try it without any account: socialpipe demo
    """


def main() -> NoReturn:
    """Run a command; every error is a sentence and an exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    try:
        result = cli.main(arguments, prog_name="socialpipe", standalone_mode=False)
    except click.exceptions.Abort:
        return _INTERRUPTED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SocialpipeError as error:
        _complain(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0


def _complain(error: SocialpipeError) -> None:
    click.secho("error: ", fg="red", bold=True, nl=False, err=True)
    click.echo(error.what, err=True)
    if error.fix:
        click.echo(f"  try: {error.fix}", err=True)
