"""What commands open: the store of this installation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from socialpipe.engine import Engine
    from socialpipe.model import Channel
    from socialpipe.store import Store


def open_store() -> Store:
    """Open the store as the workspace of the settings sees it; makes it on first use.

    Raises NotFound for a workspace that is not there, TryAgain when the database cannot be reached.
    """
    from socialpipe.settings import load

    store = open_everything()
    return store.within(store.workspaces.named(load().workspace).id)


def open_everything() -> Store:
    """Open the store as the engine sees it: all workspaces.

    Raises TryAgain when the database cannot be reached.
    """
    from socialpipe.settings import load
    from socialpipe.store import Store

    return Store(load())


def open_engine() -> Engine:
    """Open the store as `open_store` does, and the network.

    Raises NotFound, TryAgain.
    """
    from socialpipe.engine import Engine
    from socialpipe.settings import load

    tools = Engine.open(load(), "operator")
    own = tools.store.workspaces.named(load().workspace).id
    return replace(tools, store=tools.store.within(own))


def open_channels(names: Iterable[str]) -> tuple[Store, list[Channel]]:
    """Open the store, and the channels that something is to be queued for.

    Raises NotFound, Refused when one of them could never show an image, TryAgain.
    """
    from socialpipe.preflight import admit

    tools = open_engine()
    channels = [tools.store.channels.get(name) for name in dict.fromkeys(names)]
    admit(tools, channels)
    return tools.store, channels
