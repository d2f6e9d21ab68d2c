"""The Celery application: messages that say "now", and nothing else.

No result backend, no ETA, no countdown, no retries by Celery: the SQL row is the schedule. Late
acknowledgement is safe because a message that comes twice loses its compare-and-set.
"""

from __future__ import annotations

from functools import lru_cache

from celery import Celery

from socialpipe.settings import Settings, load
from socialpipe.worker import acks, broker
from socialpipe.worker.messages import DELIVER, KEY_PREFIX

_VISIBILITY = 900  # s; our own leases repair long before Redis redelivers


def configure(settings: Settings) -> Celery:
    """Build the application for these settings."""
    acks.install()
    app = Celery("socialpipe", set_as_current=False)
    app.conf.update(
        broker_url=broker.celery_url(settings),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_pool_limit=4,
        broker_transport_options={
            "visibility_timeout": _VISIBILITY,
            "global_keyprefix": KEY_PREFIX,
            "socket_keepalive": True,
            "health_check_interval": 10,
        },
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=False,
        task_default_queue=DELIVER.queue,
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=30,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,  # who is alive and what waits is in SQL
        worker_hijack_root_logger=False,
    )
    return app


@lru_cache(maxsize=1)
def celery() -> Celery:
    """Return this process's application, tasks registered."""
    from socialpipe.worker import tasks

    app = configure(load())
    tasks.register(app)
    return app
