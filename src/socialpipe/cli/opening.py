"""What commands open: the store of this installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
