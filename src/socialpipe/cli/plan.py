"""`socialpipe plan | apply`: campaigns as code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from socialpipe.cli.opening import open_channels, open_store
from socialpipe.cli.output import json_option, local, person, print_json, say
from socialpipe.errors import Refused

if TYPE_CHECKING:
    from socialpipe.cli.plan_file import Plan
    from socialpipe.model import Json
    from socialpipe.planning import Step
    from socialpipe.store import Store

_SIGNS = {
    "queue": ("+", "green"),
    "replace": ("±", "yellow"),
    "move": ("→", "yellow"),
    "cancel": ("-", "red"),
    "keep": ("=", None),
    "out": ("!", "magenta"),
}
_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@_FILE
@json_option
def plan(file: Path, as_json: bool) -> None:
    """Show what applying the plan FILE (YAML or TOML) would change; changes nothing."""
    from socialpipe.cli.plan_file import read_plan

    store = open_store()
    steps = differences(store, read_plan(file), file.parent)
    for step in steps:
        show(step, as_json)
    sum_up(steps, ", once it is applied")


@click.command()
@_FILE
@json_option
def apply(file: Path, as_json: bool) -> None:
    """Make the plan FILE true; applied once more it changes nothing."""
    from socialpipe.cli.plan_file import read_plan
    from socialpipe.planning import apply as carry_out

    store = open_store()
    read = read_plan(file)
    steps = differences(store, read, file.parent)
    admit(steps)
    for step in carry_out(store, read.plan, steps, person()):
        show(step, as_json)
    sum_up(steps, "")


def differences(store: Store, plan: Plan, folder: Path) -> list[Step]:
    """Return what is to be done for a plan whose files lie in `folder`.

    Raises NotFound, UsageError and Refused before anything is changed.
    """
    from socialpipe.cli.plan_file import wanted
    from socialpipe.planning import compare
    from socialpipe.settings import load

    for name in {name for entry in plan.campaign for name in entry.channels}:
        store.channels.get(name)
    lines = wanted(plan, folder, load(), store.now())
    steps = compare(lines, store.plans.kept(plan.plan))
    _refuse_past(store, steps)
    return steps


def admit(steps: list[Step]) -> None:
    """Let nothing be queued that could never show its images. Raises Refused."""
    open_channels(one.line.channel for one in steps if one.verb in {"queue", "replace"})


def _refuse_past(store: Store, steps: list[Step]) -> None:
    """Let nothing be queued for, or moved to, a time that is over. Raises Refused."""
    now = store.now()
    for step in steps:
        moment = step.wanted.moment if step.wanted else None
        if moment and moment.at < now and step.verb in {"queue", "replace", "move"}:
            raise Refused(
                f"Campaign {step.line.name!r} on {step.line.channel}: {step.line.time} is past.",
                "Give a time to come, or next; nothing was changed.",
            )


def show(step: Step, as_json: bool) -> None:
    """Print one line of the difference."""
    if as_json:
        print_json(_describe(step))
        return
    sign, colour = _SIGNS[step.verb]
    line = f"{sign} {step.verb:<8}{step.line.name} on {step.line.channel}, {_when(step)}"
    click.secho(line, fg=colour)


def _when(step: Step) -> str:
    if step.verb == "out":
        return f"is {step.kept.state if step.kept else 'out'} already and stays what it is"
    if step.wanted and step.wanted.moment:
        return local(step.wanted.moment.at)
    return "next free slot" if step.line.time == "next" else step.line.time


def _describe(step: Step) -> Json:
    return {
        "change": step.verb,
        "campaign": step.line.name,
        "channel": step.line.channel,
        "at": step.wanted.moment.at if step.wanted and step.wanted.moment else step.line.time,
        "delivery": step.kept.delivery_id if step.kept else None,
        "state": step.kept.state if step.kept else None,
    }


def sum_up(steps: list[Step], when: str) -> None:
    """Say how much it is in all."""
    from socialpipe.planning import counts

    words = {"queue": "queued", "replace": "replaced", "move": "moved", "cancel": "cancelled"}
    done = [f"{n} {words[verb]}" for verb, n in counts(steps).items() if n and verb in words]
    say(f"{', '.join(done)}{when}." if done else "Nothing changes.")
