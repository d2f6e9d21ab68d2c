"""The engine and the stand-in networks of the engine's own tests."""

from __future__ import annotations

from tests.engine.conftest import engine, simulator

__all__ = ["engine", "simulator"]
