"""`socialpipe demo`: the whole pipeline on a throw-away directory, against the simulator."""

from __future__ import annotations

import click

from socialpipe.cli.output import say


@click.command()
@click.option("--exit", "leave", is_flag=True, help="End after the report instead of staying up.")
def demo(leave: bool) -> int:
    """Watch three articles become posts and cards, and be published once each; needs no account."""
    from socialpipe.cli import demo_run

    with demo_run.stage(say) as stage:
        demo_run.queue_articles(stage)
        demo_run.watch(stage)
        verdict = demo_run.report(stage)
        if not leave:
            demo_run.stay(stage)
    return 0 if verdict else 1
