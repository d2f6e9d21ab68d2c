"""Acknowledgements that cannot jam a worker."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis, virtual


class PatientQoS(redis.QoS):
    """Frees a message's place also when Redis cannot be told that it is done.

    kombu 5.7 keeps the place: a worker whose calls end while Redis is away would be full for ever,
    connected and idle. The message that stays in Redis comes once more and finds its fence
    outdated.
    """

    def ack(self, delivery_tag: Any) -> None:
        """Acknowledge one message."""
        told: Any = super()
        place: Any = virtual.QoS
        try:
            told.ack(delivery_tag)
        except Exception:
            place.ack(self, delivery_tag)
            raise


def install() -> None:
    """Let every channel of this process acknowledge so."""
    redis.Channel.QoS = PatientQoS
