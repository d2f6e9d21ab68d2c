"""What a channel's network is asked besides publishing: its own limits."""

from __future__ import annotations

import logging
from datetime import timedelta

from socialpipe.engine import Engine, connect
from socialpipe.errors import SocialpipeError
from socialpipe.model import Channel
from socialpipe.platforms.limits import tells, told

log = logging.getLogger(__name__)

_FRESH = timedelta(days=1)


def with_limits(engine: Engine, channel: Channel, fresh: timedelta = _FRESH) -> Channel:
    """Return the channel with its server's own limits, asked for when they are not `fresh`.

    A server that cannot be asked keeps what it told before.
    """
    now = engine.store.now()
    if channel.limits_at is not None and now - channel.limits_at < fresh:
        return channel
    try:
        platform = connect(engine, channel)
        if not tells(platform):
            return channel
        limits = told(platform)
    except SocialpipeError as error:
        log.info("channel %s did not tell its limits: %s", channel.name, error)
        return channel
    engine.store.channels.keep_limits(channel.id, limits)
    return engine.store.channels.by_id(channel.id)
