"""`socialpipe delivery`: what happened to every post, and why."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from socialpipe.cli.opening import open_engine, open_store
from socialpipe.cli.output import json_option, local, person, print_json, print_table, say
from socialpipe.errors import UsageError
from socialpipe.model import State

if TYPE_CHECKING:
    from socialpipe.model import Delivery, Json, Limits, Post
    from socialpipe.store import Store

_REFRESH = 1.0  # s


@click.group()
def delivery() -> None:
    """See and settle what happens to each post."""


@delivery.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="Repeatable.",
)
@click.option("--channel", "name", metavar="NAME", help="Only this channel.")
@click.option("--watch", is_flag=True, help="Keep the list up to date until Ctrl-C.")
@json_option
def list_deliveries(states: tuple[str, ...], name: str | None, watch: bool, as_json: bool) -> None:
    """List deliveries by time."""
    store = open_store()
    if name is not None:
        store.channels.get(name)
    wanted = [State(state) for state in states]
    if watch and not as_json:
        _watch(store, wanted, name)
        return
    found = store.deliveries.find(states=wanted, channel_name=name)
    if as_json:
        for one in found:
            print_json(_describe(store, one))
    elif not found:
        say(
            "There is no such delivery. Queue one: socialpipe queue add SOURCE --channel NAME --now"
        )
    else:
        print_table(
            ("delivery", "state", "channel", "wanted at", "tries", "title", "warning"),
            [
                (
                    str(one.id),
                    one.state,
                    one.channel,
                    local(one.wanted_at),
                    f"{one.attempt}/{one.max_attempts}",
                    one.title,
                    one.warnings[0].partition(". ")[0] if one.warnings else "–",
                )
                for one in found
            ],
        )


@delivery.command()
@click.argument("delivery_id", type=int)
@json_option
def show(delivery_id: int, as_json: bool) -> None:
    """Show one delivery: its texts, its tries, its timeline."""
    store = open_store()
    one = store.deliveries.get(delivery_id)
    texts = store.deliveries.texts(delivery_id)
    events = store.deliveries.events(delivery_id)
    attempts = store.deliveries.attempts(delivery_id)
    if as_json:
        told = _describe(store, one)
        print_json({**told, "texts": texts, "attempts": attempts, "events": events})
        return
    click.secho(f"{one.title} → {one.channel}: {one.state}", bold=True)
    for text in texts:
        click.echo(f"\n{text}")
    click.echo()
    for warning in one.warnings:
        click.echo(f"warning: {warning}\n")
    rows = [(local(event.at), event.to_state, event.text, event.actor) for event in events]
    print_table(("at", "state", "what", "who"), rows)


@delivery.command()
@click.argument("delivery_id", type=int)
@json_option
def explain(delivery_id: int, as_json: bool) -> None:
    """Say why it is not live, what happens next, when, and who must act."""
    store = open_store()
    told = _describe(store, store.deliveries.get(delivery_id))
    answer = _last_answer(store, delivery_id)
    if as_json:
        print_json({**told, "answer": answer})
        return
    click.secho(f"Delivery {delivery_id} is {told['state']}.", bold=True)
    click.echo(f"  why   {told['cause']}")
    click.echo(f"  next  {told['next_step']}")
    click.echo(f"  when  {local(told['when'])}")
    click.echo(f"  who   {told['who']}")
    for warning in told["warnings"]:
        click.echo(f"  warning  {warning}")
    if answer:
        click.echo(f"  answer  {answer['outcome']} at {local(answer['at'])}: {answer['detail']}")


@delivery.command()
@click.argument("delivery_id", type=int)
def retry(delivery_id: int) -> None:
    """Try again now."""
    open_store().deliveries.retry(delivery_id)
    say(f"Delivery {delivery_id} is tried again. Watch it: socialpipe delivery list --watch")


@delivery.command()
@click.argument("delivery_id", type=int)
def cancel(delivery_id: int) -> None:
    """Take a delivery back before it goes out."""
    open_store().deliveries.cancel(delivery_id)
    say(f"Delivery {delivery_id} is cancelled.")


@delivery.command()
@click.argument("delivery_id", type=int)
def delete(delivery_id: int) -> None:
    """Take a published post down from its network."""
    from socialpipe.errors import (
        AccessDenied,
        NotSent,
        PlatformError,
        SocialpipeError,
        Throttled,
        TryAgain,
        Unauthorized,
    )
    from socialpipe.takedown import take_down

    try:
        take_down(open_engine(), delivery_id)
    except (NotSent, Throttled) as error:
        raise TryAgain(f"Delivery {delivery_id} is still there: {error.what}", error.fix) from None
    except PlatformError as error:
        what = f"Delivery {delivery_id} was not taken down: {error.what}"
        kind = AccessDenied if isinstance(error, Unauthorized) else SocialpipeError
        raise kind(what, error.fix) from None
    say(f"Delivery {delivery_id} is taken down.")


@delivery.command()
@click.argument("delivery_id", type=int)
@click.option("--published", "url", metavar="URL", help="You saw it there.")
@click.option("--absent", is_flag=True, help="You looked and it is not there: send it again.")
def confirm(delivery_id: int, url: str | None, absent: bool) -> None:
    """Settle an uncertain delivery after a look at the channel, or adopt a post that is live."""
    if (url is None) is not absent:
        raise UsageError("Say what you saw.", "Give one of --published URL and --absent")
    store = open_store()
    if url is None:
        store.deliveries.confirm_absent(delivery_id)
        say(f"Delivery {delivery_id} is sent again.")
        return
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url!r} is no address of a post.", "Give its http(s) URL")
    store.deliveries.confirm_published(delivery_id, url)
    say(f"Delivery {delivery_id} is published.")


@delivery.command()
@click.argument("delivery_id", type=int)
def approve(delivery_id: int) -> None:
    """Let a delivery in review go out."""
    open_store().reviews.approve(delivery_id, person())
    say(f"Delivery {delivery_id} is approved.")


@delivery.command("return")
@click.argument("delivery_id", type=int)
@click.option("--comment", required=True, metavar="TEXT", help="What has to change.")
def send_back(delivery_id: int, comment: str) -> None:
    """Keep a delivery in review, with a comment."""
    open_store().reviews.send_back(delivery_id, person(), comment)
    say(f"Delivery {delivery_id} is returned.")


@delivery.command()
@click.argument("delivery_id", type=int)
@click.option("--part", default=1, show_default=True, type=click.IntRange(1), help="Of a thread.")
@click.option("--text", required=True, metavar="TEXT|@FILE", help="The new text.")
def edit(delivery_id: int, part: int, text: str) -> None:
    """Change the text of a delivery that has not gone out."""
    from pathlib import Path

    from socialpipe.platforms.limits import limits_of
    from socialpipe.settings import load

    store = open_store()
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text(encoding="utf-8").strip("\n")
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"{text[1:]} cannot be read.", "Give a UTF-8 text file") from None
    room = limits_of(store.channels.by_id(store.deliveries.get(delivery_id).channel_id))
    changed = _with_text(store.reviews.post(delivery_id), part - 1, text, room)
    again = load().edit_needs_review
    store.reviews.replace(delivery_id, changed, person(), review_again=again)
    say(f"Delivery {delivery_id} is changed.")


def _with_text(post: Post, n: int, text: str, limits: Limits) -> Post:
    """Put another text into part n, if it fits."""
    from socialpipe.text.rewording import reworded

    if n >= len(post.parts):
        raise UsageError(f"There is no part {n + 1}.", f"The post has {len(post.parts)}")
    texts = [part.text for part in post.parts]
    return reworded(post, [*texts[:n], text, *texts[n + 1 :]], limits)


def _describe(store: Store, one: Delivery) -> Json:
    from socialpipe.schedule.explain import explain as explained
    from socialpipe.store.circumstances import around

    told = explained(one, store.now(), around(store, one))
    return {
        "id": one.id,
        "state": one.state,
        "channel": one.channel,
        "platform": one.platform,
        "title": one.title,
        "wanted_at": one.wanted_at,
        "due_at": one.due_at,
        "published_at": one.published_at,
        "deleted_at": one.deleted_at,
        "attempt": one.attempt,
        "max_attempts": one.max_attempts,
        "url": one.receipt.url if one.receipt else None,
        "cause": told.cause,
        "next_step": told.next_step,
        "when": told.when,
        "who": told.who,
        "warnings": one.warnings,
    }


def _last_answer(store: Store, delivery_id: int) -> Json | None:
    """Tell what came of the last try that has ended."""
    ended = [one for one in store.deliveries.attempts(delivery_id) if one.ended_at]
    if not ended:
        return None
    last = ended[-1]
    return {"at": last.ended_at, "outcome": last.outcome, "detail": last.detail}


def _watch(store: Store, states: list[State], name: str | None) -> None:
    from rich.live import Live

    from socialpipe.cli.live import live_table

    with Live(auto_refresh=False) as live:
        while True:
            found = store.deliveries.find(states=states, channel_name=name)
            live.update(live_table(found, store.now()), refresh=True)
            time.sleep(_REFRESH)
