"""The Celery application: queues `messages`, `imports`, `documents`, `drawings` and `webhooks`."""

import logging.config
import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("skranke")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def schedule(name: str, task: str, when: Any) -> None:
    """Let beat start a task by the clock: `when` is seconds, or a celery schedule. Called in AppConfig.ready()."""
    app.conf.beat_schedule[name] = {"task": task, "schedule": when}


def route(task: str, queue: str) -> None:
    """Send a task to another queue than `messages`: `imports`, `documents`, `drawings` (what nobody waits for),
    `webhooks`. Called in AppConfig.ready().
    """
    app.conf.task_routes = {**(app.conf.task_routes or {}), task: {"queue": queue}}


@signals.setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Let worker and beat write lines like the web's; Celery's own would quote the rows of a database error."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@signals.worker_init.connect
def refuse_unsafe_role(**_: Any) -> None:
    from portal.tenancy.checks import refuse_unsafe_role as refuse

    refuse()
