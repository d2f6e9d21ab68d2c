"""Say whether everything is there that publishing needs.

/livez    this process runs and answers. Restart it when it does not. Asks for nothing else, so
          that a database that is down restarts nobody.
/readyz   this process can do its work now: the database answers. Send it no traffic when not.
/healthz  the whole installation publishes: the database answers and every role is alive.
"""

from __future__ import annotations

from socialpipe.errors import SocialpipeError
from socialpipe.store import Store

Checks = dict[str, str]  # "ok" or what is wrong, by part


def ready(store: Store) -> Checks:
    """Check what this process needs."""
    try:
        store.heartbeats.alive()
    except SocialpipeError as error:
        return {"database": error.what}
    return {"database": "ok"}


def health(store: Store) -> Checks:
    """Check the database and each role."""
    try:
        alive = store.heartbeats.alive()
    except SocialpipeError as error:
        return {"database": error.what}
    roles = {role: "ok" if count else "none is alive" for role, count in alive.items()}
    return {"database": "ok", **roles}


def status(checks: Checks) -> int:
    """Return the HTTP status: 200 when all is well, else 503."""
    return 200 if all(check == "ok" for check in checks.values()) else 503
