"""Prometheus metrics, computed from SQL when asked for.

Every process of an installation says the same about the database: aggregate with max, not sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from socialpipe import __version__
from socialpipe.model import State
from socialpipe.store import Store
from socialpipe.store.measures import LATENESS_BOUNDS, Measurement

_Values = Mapping[str, float] | Mapping[State, float]
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(store: Store) -> bytes:
    """Return the metrics in the text format: of the database, and of this process.

    Raises TryAgain when the database cannot be reached.
    """
    registry = CollectorRegistry()
    registry.register(_Taken(store.measures.take(), store.heartbeats.alive()))
    registry.register(_Credentials(_ends(store)))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Taken(Collector):
    def __init__(self, taken: Measurement, alive: dict[str, int]) -> None:
        self._taken = taken
        self._alive = alive

    def collect(self) -> Iterator[Metric]:
        info = InfoMetricFamily("socialpipe", "What runs here.", value={"version": __version__})
        yield info
        yield from _deliveries(self._taken)
        yield _lateness(self._taken)
        yield _attempts(self._taken)
        yield _channels(self._taken)
        yield _labelled(
            "socialpipe_queue_length", "Handed to workers, not begun.", "queue", self._taken.queues
        )
        yield _labelled("socialpipe_alive", "Live processes.", "role", self._alive)
        yield _labelled(
            "socialpipe_heartbeat_age_seconds",
            "Since the role's freshest sign of life.",
            "role",
            self._taken.heartbeats,
        )


class _Credentials(Collector):
    def __init__(self, ends: Mapping[tuple[str, str], float]) -> None:
        self._ends = ends

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "socialpipe_credential_ends_seconds",
            "Until a credential ends that nothing renews.",
            labels=["channel", "platform"],
        )
        for labels, seconds in self._ends.items():
            family.add_metric(labels, seconds)
        yield family


def _ends(store: Store) -> dict[tuple[str, str], float]:
    """Say in how many seconds credentials end; of channels of one name the first counts."""
    now, stands, found = store.now(), store.credentials.all(), dict[tuple[str, str], float]()
    for channel in store.channels.all():
        ends_at = stands[channel.id].ends_at if channel.id in stands else None
        if ends_at is not None:
            labels, left = (channel.name, channel.platform), (ends_at - now).total_seconds()
            found[labels] = min(found.get(labels, left), left)
    return found


def _deliveries(taken: Measurement) -> Iterator[Metric]:
    yield _labelled("socialpipe_deliveries", "Deliveries.", "state", taken.totals.deliveries)
    for name, text, value in (
        ("due_not_claimed_seconds", "Age of the oldest due delivery.", taken.due_not_claimed),
        ("uncertain_age_seconds", "Since the oldest call of unknown end.", taken.uncertain_age),
        (
            "uncertain_for_person",
            "Uncertain deliveries that only a person can settle.",
            taken.uncertain_for_person,
        ),
        ("frozen", "1 while publishing is frozen.", int(taken.frozen)),
    ):
        yield GaugeMetricFamily(f"socialpipe_{name}", text, value=value)


def _labelled(
    name: str, text: str, label: str, values: Mapping[str, float] | Mapping[State, float]
) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _lateness(taken: Measurement) -> Metric:
    family = HistogramMetricFamily(
        "socialpipe_publish_lateness_seconds",
        "Between the wanted time and the network's receipt.",
        labels=["platform"],
    )
    bounds = [*map(str, map(float, LATENESS_BOUNDS)), "+Inf"]
    for platform, histogram in taken.totals.lateness.items():
        cumulated = accumulate(map(float, histogram.buckets))
        family.add_metric(
            [platform], list(zip(bounds, cumulated, strict=True)), sum_value=histogram.total
        )
    return family


def _attempts(taken: Measurement) -> Metric:
    family = CounterMetricFamily(
        "socialpipe_attempts", "Tries that ended.", labels=["platform", "outcome"]
    )
    for labels, count in taken.totals.attempts.items():
        family.add_metric(labels, count)
    return family


def _channels(taken: Measurement) -> Metric:
    family = GaugeMetricFamily(
        "socialpipe_channels", "Connected accounts.", labels=["platform", "paused"]
    )
    for (platform, paused), count in taken.channels.items():
        family.add_metric([platform, str(paused).lower()], count)
    return family
