"""The Celery application: queues `messages`, `imports` and `documents`."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("skranke")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep-outbox": {"task": "portal.notifications.tasks.sweep_all_tenants", "schedule": 60.0},
}


@signals.worker_init.connect
def refuse_unsafe_role(**_: Any) -> None:
    from portal.tenancy.checks import refuse_unsafe_role as refuse

    refuse()
