"""How a published post is taken down: its parts one by one, the last first.

A person asked for it, and waits for the answer. Every call may be repeated: what is gone already
is success, so an interrupted takedown is simply asked for again.
"""

from __future__ import annotations

from socialpipe.engine import Engine, connect


def take_down(engine: Engine, delivery_id: int) -> None:
    """Delete what a published delivery has put on its network, and write it down.

    Raises NotFound, Refused when there is nothing to delete, PlatformError when the network does
    not do it.
    """
    found = engine.store.deletions.begin(delivery_id)
    platform = connect(engine, found.channel)
    for receipt in found.receipts:
        platform.delete(receipt)
    engine.store.deletions.done(delivery_id, engine.actor)
