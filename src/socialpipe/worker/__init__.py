"""Celery app and tasks, dispatcher, keeper, supervisor."""
