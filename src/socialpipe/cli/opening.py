"""What commands open: the store of this installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from socialpipe.store import Store


def open_store() -> Store:
    """Open the store; makes it on first use.

    Raises TryAgain when the database cannot be reached.
    """
    from socialpipe.settings import load
    from socialpipe.store import Store

    return Store(load())
