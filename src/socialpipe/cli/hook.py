"""`socialpipe hook`: addresses that are told what happens to deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from socialpipe.cli.opening import open_store
from socialpipe.cli.output import json_option, local, print_json, print_table, say
from socialpipe.cli.values import pair, secret
from socialpipe.errors import TryAgain, UsageError
from socialpipe.schedule.topics import Topic

if TYPE_CHECKING:
    from socialpipe.model import Json
    from socialpipe.store.hooks import Hook, Message


@click.group()
def hook() -> None:
    """Tell other systems what happens: signed webhooks, in order, until they are accepted."""


@hook.command()
@click.argument("url")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice([topic.value for topic in Topic]),
    help="Repeatable; all if none.",
)
@click.option(
    "--secret",
    "given",
    metavar="secret=@FILE|-|env:NAME",
    help="Signing secret, whsec_ and base64; made and printed once if you give none.",
)
@json_option
def add(url: str, events: tuple[str, ...], given: str | None, as_json: bool) -> None:
    """Tell URL what happens from now on."""
    from socialpipe.settings import load
    from socialpipe.store.endpoints import check_address

    check_address(url, allow_private=load().allow_private_hosts)
    key = _signing_secret(given)
    topics = {Topic(event) for event in events} or set(Topic)
    made = open_store().hooks.add(url, topics, key)
    if as_json:
        print_json({**_describe(made), "secret": None if given else key})
    elif given is None:
        click.echo(key)
        say("This is the signing secret; it is not shown again.")
    say(f"Hook {made.id} is stored. Test it: socialpipe hook test {made.id}")


@hook.command("list")
@json_option
def list_hooks(as_json: bool) -> None:
    """List the hooks."""
    found = open_store().hooks.all()
    if as_json:
        for one in found:
            print_json(_describe(one))
    elif not found:
        say("There is no hook yet. Add one: socialpipe hook add URL")
    else:
        rows = [(str(one.id), _status(one), one.url, ", ".join(one.topics)) for one in found]
        print_table(("hook", "status", "url", "events"), rows)


@hook.command()
@click.argument("hook_id", type=int)
@json_option
def show(hook_id: int, as_json: bool) -> None:
    """Show one hook; its secret is never shown."""
    one = open_store().hooks.get(hook_id)
    told = _describe(one)
    if as_json:
        print_json(told)
        return
    times = {name: local(told[name]) for name in ("created_at", "failing_since")}
    for key, value in {**told, **times, "events": ", ".join(one.topics)}.items():
        click.echo(f"{key:<14}{value if value is not None else '–'}")


@hook.command()
@click.argument("hook_id", type=int)
def remove(hook_id: int) -> None:
    """Forget a hook and what waits for it."""
    hooks = open_store().hooks
    hooks.remove(hooks.get(hook_id).id)
    say(f"Hook {hook_id} is removed.")


@hook.command()
@click.argument("hook_id", type=int)
def enable(hook_id: int) -> None:
    """Use a disabled hook again; what has waited is sent first."""
    hooks = open_store().hooks
    hooks.enable(hooks.get(hook_id).id)
    say(f"Hook {hook_id} is told again what happens.")


@hook.command()
@click.argument("hook_id", type=int)
def test(hook_id: int) -> None:
    """Send a signed test message now; nothing is stored."""
    import uuid

    from socialpipe.errors import PlatformError
    from socialpipe.settings import load
    from socialpipe.store.outbox import write
    from socialpipe.worker.messenger import client, post

    store = open_store()
    found = store.hooks.get(hook_id)
    body = write("test", store.now(), {"hook": hook_id})
    key = f"msg_{uuid.uuid4().hex}"
    try:
        answer = post(client(load()), found.url, store.hooks.secret(hook_id), key, body)
    except PlatformError as error:
        fix = "The endpoint must verify the signature and answer 2xx."
        raise TryAgain(f"Hook {hook_id} does not accept: {error.what}", fix) from None
    click.echo(f"Hook {hook_id} accepts: {answer}")


@hook.command()
@click.argument("hook_id", type=int, required=False)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1))
@json_option
def deliveries(hook_id: int | None, limit: int, as_json: bool) -> None:
    """List messages, the newest first: what was accepted, waits, or was given up."""
    store = open_store()
    if hook_id is not None:
        store.hooks.get(hook_id)
    found = store.hooks.messages(hook_id, limit)
    if as_json:
        for one in found:
            print_json(_tell(one))
    elif not found:
        say("There is no message.")
    else:
        print_table(("message", "hook", "delivery", "event", "state", "tries", "answer"), [
            (str(one.id), str(one.hook_id), str(one.delivery_id or "–"), one.topic, one.state,
             str(one.attempt), one.answer or "–")
            for one in found
        ])  # fmt: skip


@hook.command()
@click.argument("message_id", type=int)
def replay(message_id: int) -> None:
    """Send a message once more, under the same id, after those that it has to follow."""
    open_store().hooks.replay(message_id)
    say(f"Message {message_id} is sent again by the keeper. See: socialpipe hook deliveries")


def _signing_secret(given: str | None) -> str:
    from socialpipe.store.endpoints import checked_secret, new_secret

    if given is None:
        return new_secret()
    key, source = pair(given)
    if key != "secret":
        raise UsageError(f"A hook has no secret {key!r}.", "Give --secret secret=@FILE")
    return checked_secret(secret(key, source))


def _describe(one: Hook) -> Json:
    return {
        "hook": one.id,
        "url": one.url,
        "events": list(one.topics),
        "status": _status(one),
        "created_at": one.created_at,
        "failing_since": one.failing_since,
        "note": one.note,
    }


def _status(one: Hook) -> str:
    if one.disabled_at is not None:
        return f"disabled: {one.note}"
    return "failing" if one.failing_since else "on"


def _tell(one: Message) -> Json:
    import json

    return {
        "message": one.id,
        "hook": one.hook_id,
        "delivery": one.delivery_id,
        "event": one.topic,
        "id": one.key,
        "state": one.state,
        "attempt": one.attempt,
        "due_at": one.due_at,
        "answer": one.answer,
        "body": json.loads(one.body),
    }
