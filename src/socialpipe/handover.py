"""What is handed to a network before anybody sees it: images, and posts that wait to be released.

Each is kept with its answer, so that a repeat takes up what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from socialpipe.engine import Engine
from socialpipe.errors import NotSent, Unknown
from socialpipe.model import Json
from socialpipe.platforms.base import PartRequest, Platform
from socialpipe.store.job import Job

_FRESH = timedelta(hours=1)  # networks forget what no post refers to


def uploads(engine: Engine, platform: Platform, job: Job, n: int) -> Iterator[Json]:
    """Hand over the images of part n, or take those that were handed over lately."""
    for index, card in enumerate(job.cards(n)):
        yield _kept(engine, job, f"upload {n}.{index}", partial(platform.upload, card))


def staged(
    engine: Engine, platform: Platform, job: Job, n: int, request: PartRequest
) -> Json | None:
    """Let part n be made ready where the network has such a step; None: it has not."""
    if not stages(platform):
        return None
    return _kept(engine, job, stage_name(n), partial(platform.stage, request))


def stages(platform: Platform) -> bool:
    """Whether the network has posts made ready before it releases them."""
    return type(platform).stage is not Platform.stage


def stage_name(n: int) -> str:
    """Name the step that makes part n ready."""
    return f"stage {n}"


def _kept(engine: Engine, job: Job, name: str, call: Callable[[], Json]) -> Json:
    done = job.steps.get(name)
    if done and done.result and engine.store.now() - done.sent_at < _FRESH:
        return done.result
    engine.store.jobs.unsent(job, name)
    engine.store.jobs.sending(job, name)
    try:
        result = call()
    except Unknown as outcome:
        # What no post refers to is invisible: repeating it is harmless.
        raise NotSent(outcome.what, outcome.fix, status=outcome.status) from outcome
    engine.store.jobs.sent(job, name, result)
    return result
