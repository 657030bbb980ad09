"""What the worker does: claim a due delivery, send it, write down what became of it.

One whose worker dies is tried again once the lease has run out (see portal.outbox). A receiver can so get one twice (it
took it, and we never heard): `Skranke-Delivery` is the same at every attempt, so it can tell.
"""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal import outbox
from portal.clients import http
from portal.clients.http import Unavailable
from portal.outbox import Schedule
from portal.webhooks.models import State, WebhookDelivery
from portal.webhooks.signing import signature_of

logger = logging.getLogger(__name__)

# About a day in all, so that a receiver that is down overnight and mended in the morning has missed nothing.
RETRIES = Schedule(tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 120, 240, 480, 480)))
# For each read, and for the whole of an attempt.
ANSWER_SECONDS, ATTEMPT_SECONDS = 15.0, 20.0
RUN_SECONDS = 120.0
# Of the answer only the beginning is kept, and not much more is read.
MOST_READ, MOST_KEPT = 100_000, 500
GONE = 410


@dataclass(frozen=True)
class Outcome:
    """What the receiver said: its status (None: nothing), its words, and how many seconds it asked us to wait."""

    status: int | None
    said: str
    retry_after: float | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver_due() -> int:
    """Send the current tenant's due deliveries; returns how many were tried. Call with no transaction open."""
    release_stale()
    run = outbox.Run(RUN_SECONDS)
    while run.goes_on and (delivery := claim(run.resting)):
        outcome = send(delivery)
        record(delivery, outcome)
        run.note(delivery.endpoint_id, failed=not outcome.is_taken)
    return run.tried


@transaction.atomic
def release_stale() -> None:
    """Take back what dead workers held, and give up what has cost as many as it may."""
    now = timezone.now()
    WebhookDelivery.objects.stale(now).filter(attempts__gte=RETRIES.most_attempts).update(state=State.GIVEN_UP)
    WebhookDelivery.objects.stale(now).update(state=State.FAILED, next_attempt_at=now)


def claim(resting: Collection[int]) -> WebhookDelivery | None:
    """Take the next due delivery."""
    due = WebhookDelivery.objects.due(timezone.now()).exclude(endpoint__in=resting)
    return outbox.claim(due.select_related("endpoint"))


def send(delivery: WebhookDelivery) -> Outcome:
    """Hand one delivery to its receiver. Never raises for what the network or the receiver does."""
    body = delivery.body.encode()
    headers = {
        "Content-Type": "application/json",
        "Skranke-Event": delivery.event,
        "Skranke-Delivery": str(delivery.reference),
        "Skranke-Signature": signature_of(body, delivery.endpoint.secret, int(time.time())),
    }
    # Tenants choose the address, so it must not lead into our own network. Attempts are ours to count.
    receiver = http.client(
        "webhook",
        base_url=delivery.endpoint.url,
        timeout=ANSWER_SECONDS,
        deadline=ATTEMPT_SECONDS,
        retries=0,
        max_bytes=MOST_READ,
        only_public=True,
        breaker=False,
    )
    try:
        answer = receiver.post(content=body, headers=headers)
    except Unavailable as problem:
        if problem.answer is None:
            return Outcome(problem.status or None, problem.reason)
        answer = problem.answer
    return Outcome(answer.status, answer.text, http.retry_after(answer))


@transaction.atomic
def record(delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Write down what became of an attempt."""
    changes = changes_after(delivery, outcome, timezone.now())
    WebhookDelivery.objects.held_as(delivery).update(**changes)
    if changes["state"] == State.GIVEN_UP:
        # What the other system said stays in the row: it may repeat what it was told.
        logger.warning("Webhook delivery %s is given up: status %s", delivery.reference, changes["status"])


def changes_after(delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """Return the row's new values."""
    # PostgreSQL holds no NUL.
    changes: dict[str, Any] = {"status": outcome.status, "response": outcome.said.replace("\0", "")[:MOST_KEPT]}
    if outcome.is_taken:
        return {**changes, "state": State.DELIVERED, "delivered_at": now}
    again_at = None if outcome.status == GONE else RETRIES.next_attempt(delivery.attempts, now, outcome.retry_after)
    if again_at is None:
        return {**changes, "state": State.GIVEN_UP}
    return {**changes, "state": State.FAILED, "next_attempt_at": again_at}
