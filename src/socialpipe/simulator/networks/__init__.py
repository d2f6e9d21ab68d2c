"""The stand-ins, one module a network; a module that is here is served."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from socialpipe.simulator.network import Network


@lru_cache(maxsize=1)
def load() -> dict[str, type[Network]]:
    """Every stand-in by its name."""
    found: dict[str, type[Network]] = {}
    for module in iter_modules(__path__):
        for member in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(member, type) and issubclass(member, Network) and "name" in vars(member):
                found[member.name] = member
    return dict(sorted(found.items()))
