"""`socialpipe count`: how long a text is by a platform's own measure."""

from __future__ import annotations

import sys

import click

from socialpipe.cli.output import json_option, print_json

_TOO_LONG = 4


@click.command()
@click.argument("platform")
@click.argument("text", default="-")
@json_option
def count(platform: str, text: str, as_json: bool) -> int:
    """Measure TEXT (or standard input) as PLATFORM does; exit code 4 when it cannot be sent."""
    from socialpipe.errors import UsageError
    from socialpipe.platforms import registry
    from socialpipe.text.count import measure, problems

    limits = registry.load(platform).limits
    if text == "-":
        try:
            text = sys.stdin.buffer.read().decode()
        except UnicodeDecodeError:
            raise UsageError("Standard input is no UTF-8 text.", "Convert it first.") from None
    wrong = problems(text, limits)
    told = {
        "platform": platform,
        "length": measure(text, limits),
        "limit": limits.text,
        "unit": limits.unit,
        "valid": not wrong,
    }
    if as_json:
        print_json(told)
    else:
        click.echo(f"{told['length']}/{told['limit']} {limits.unit}")
        for sentence in wrong:
            click.echo(sentence, err=True)
    return _TOO_LONG if wrong else 0
