"""What the worker does: claim a due delivery, send it, write down what became of it.

Each step is its own short transaction, and none is open while we talk to a receiver. A row being sent is held by its
state, not by a lock; when its worker dies it is tried again once the lease has run out. A receiver can so get one
twice (it took it, and we never heard): `Skranke-Delivery` is the same at every attempt, so it can tell.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.clients import http
from portal.clients.http import Unavailable
from portal.webhooks.models import State, WebhookDelivery
from portal.webhooks.retry import MAX_ATTEMPTS, delay_after
from portal.webhooks.signing import signature_of

logger = logging.getLogger(__name__)

# One run; what is left over waits for the next wake-up or the sweep.
RUN_LIMIT = 500
# After so many failures in a row an endpoint rests until the next run: it is down.
FAILURES_IN_A_ROW = 3
# For each read, and for the whole of an attempt.
ANSWER_SECONDS, ATTEMPT_SECONDS = 15.0, 20.0
# Receivers that take their time must not hold a worker for hours: what is left over waits, as above.
RUN_SECONDS = 120.0
# Of the answer only the beginning is kept, and not much more is read.
MOST_READ, MOST_KEPT = 100_000, 500
GONE = 410
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Outcome:
    """What the receiver said: its status (None: it said nothing) and the beginning of its words."""

    status: int | None
    said: str
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver_due() -> int:
    """Send the current tenant's due deliveries; returns how many were tried. Call with no transaction open."""
    release_stale()
    failures: Counter[int] = Counter()
    until = time.monotonic() + RUN_SECONDS
    for tried in range(RUN_LIMIT):
        if time.monotonic() > until:
            return tried
        delivery = claim([endpoint for endpoint, count in failures.items() if count >= FAILURES_IN_A_ROW])
        if delivery is None:
            return tried
        outcome = send(delivery)
        record(delivery, outcome)
        failures[delivery.endpoint_id] = 0 if outcome.is_taken else failures[delivery.endpoint_id] + 1
    return RUN_LIMIT


@transaction.atomic
def release_stale() -> None:
    """Take back what dead workers held, and give up what has cost as many as it may."""
    now = timezone.now()
    WebhookDelivery.objects.stale(now).filter(attempts__gte=MAX_ATTEMPTS).update(state=State.GIVEN_UP)
    WebhookDelivery.objects.stale(now).update(state=State.FAILED, next_attempt_at=now)


@transaction.atomic
def claim(resting: list[int]) -> WebhookDelivery | None:
    """Take the next due delivery that no other worker is taking, and mark it as being sent."""
    now = timezone.now()
    due = WebhookDelivery.objects.due(now).exclude(endpoint__in=resting).order_by("next_attempt_at", "pk")
    delivery = due.select_related("endpoint").select_for_update(skip_locked=True, of=("self",)).first()
    if delivery is None:
        return None
    delivery.state, delivery.sending_since = State.SENDING, now
    delivery.attempts += 1
    delivery.save(update_fields=["state", "sending_since", "attempts"])
    return delivery


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
    asked = http.retry_after(answer)
    wait = min(timedelta(seconds=asked), LONGEST_WAIT) if asked is not None else None
    return Outcome(answer.status, answer.text, wait)


@transaction.atomic
def record(delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Write down what became of an attempt, unless the end of the lease got there first."""
    held = WebhookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=State.SENDING)
    changes = changes_after(delivery, outcome, timezone.now())
    held.update(**changes)
    if changes["state"] == State.GIVEN_UP:
        # What the other system said stays in the row: it may repeat what it was told.
        logger.warning("Webhook delivery %s is given up: status %s", delivery.reference, changes["status"])


def changes_after(delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """Return the row's new values."""
    # PostgreSQL holds no NUL.
    changes: dict[str, Any] = {"status": outcome.status, "response": outcome.said.replace("\0", "")[:MOST_KEPT]}
    if outcome.is_taken:
        return {**changes, "state": State.DELIVERED, "delivered_at": now}
    delay = None if outcome.status == GONE else delay_after(delivery.attempts)
    if delay is None:
        return {**changes, "state": State.GIVEN_UP}
    return {**changes, "state": State.FAILED, "next_attempt_at": now + max(delay, outcome.retry_after or delay)}
