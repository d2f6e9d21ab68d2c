"""Say whether everything is there that publishing needs."""

from __future__ import annotations

from socialpipe.errors import SocialpipeError
from socialpipe.store import Store


def checks(store: Store) -> dict[str, str]:
    """Return "ok" or what is wrong, by part: the database and each role."""
    try:
        alive = store.heartbeats.alive()
    except SocialpipeError as error:
        return {"database": error.what}
    roles = {role: "ok" if count else "none is alive" for role, count in alive.items()}
    return {"database": "ok", **roles}
