"""Stand-in platforms with faults: for the demo, rehearsal and tests."""

from __future__ import annotations

from socialpipe.simulator.ledger import AcceptedPost
from socialpipe.simulator.simulator import Simulator

__all__ = ["AcceptedPost", "Simulator"]
