"""Prometheus metrics, computed from SQL when asked for."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from socialpipe.model import State
from socialpipe.store import Store


class _Deliveries(Collector):
    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        states = GaugeMetricFamily(
            "socialpipe_deliveries", "Deliveries by state.", labels=["state"]
        )
        counts = self._store.deliveries.counts()
        for state in State:
            states.add_metric([state], counts.get(state, 0))
        yield states
        yield self._overdue()
        roles = GaugeMetricFamily("socialpipe_alive", "Live processes by role.", labels=["role"])
        for role, count in self._store.heartbeats.alive().items():
            roles.add_metric([role], count)
        yield roles

    def _overdue(self) -> Metric:
        due = self._store.claims.next_due()
        age = 0.0 if due is None else max(0.0, (self._store.now() - due).total_seconds())
        return GaugeMetricFamily(
            "socialpipe_due_not_claimed_seconds",
            "Age of the oldest due delivery that no dispatcher has taken.",
            value=age,
        )


def exposition(store: Store) -> bytes:
    """Return the metrics in the text format."""
    registry = CollectorRegistry()
    registry.register(_Deliveries(store))
    return generate_latest(registry)
