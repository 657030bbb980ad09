"""What all that is sent has in common, messages as webhooks: it lies in a table, written in the transaction of what it
tells of, until a worker has sent it or gives it up.

A row being sent is held by its state, not by a lock: no transaction is open while we talk to somebody else's machine.
When its worker dies, the row is taken back once the lease has run out.
"""

import time
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.leaving.models import Leavable
from portal.tenancy.models import TenantModel

# One run; what is left over waits for the next wake-up or the sweep.
RUN_LIMIT = 500
# After so many failures in a row a lane rests until the next run: what is at its end is down.
FAILURES_IN_A_ROW = 3
# What a receiver may ask us to wait.
LONGEST_WAIT = timedelta(hours=6)
# The states that every outbox has.
QUEUED, SENDING, FAILED = "queued", "sending", "failed"


class Parcel(Leavable, TenantModel):
    """A row of an outbox. `reference` is what the receiver knows it by, the same at every attempt. Each outbox has the
    three states above, and final ones of its own.
    """

    # How long a worker may hold it before it is taken for dead; longer than all time-outs of an attempt.
    LEASE: ClassVar[timedelta]

    event = models.CharField(_("event"), max_length=60)
    reference = models.UUIDField(_("reference"), default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=10, default=QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    sending_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta(TenantModel.Meta):
        abstract = True

    def queue_again(self, *also: str) -> None:
        """Have it tried anew, under the same reference; `also` names fields that have been changed with it."""
        self.state, self.attempts, self.next_attempt_at = QUEUED, 0, timezone.now()
        self.left_at = self.left_by = None
        self.save(update_fields=["state", "attempts", "next_attempt_at", "left_at", "left_by", *also])


P = TypeVar("P", bound=Parcel)


class ParcelQuerySet(models.QuerySet[P]):
    def due(self, now: datetime) -> Self:
        return self.filter(state__in=[QUEUED, FAILED], next_attempt_at__lte=now)

    def stale(self, now: datetime) -> Self:
        """Those whose worker died while it held them."""
        return self.filter(state=SENDING, sending_since__lt=now - self.model.LEASE)

    def need_a_worker(self, now: datetime) -> bool:
        return self.due(now).exists() or self.stale(now).exists()

    def held_as(self, parcel: P) -> Self:
        """The row of a claimed parcel, unless a receipt or the end of the lease has got there first."""
        since = parcel.sending_since
        return self.filter(pk=parcel.pk, attempts=parcel.attempts, state=SENDING, sending_since=since)


@transaction.atomic
def claim(due: "models.QuerySet[P]") -> P | None:
    """Take the next of those that are due and that no other worker is taking, and mark it as being sent."""
    parcel = due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
    if parcel is not None:
        parcel.state, parcel.sending_since = SENDING, timezone.now()
        parcel.attempts += 1
        parcel.save(update_fields=["state", "sending_since", "attempts"])
    return parcel


@dataclass(frozen=True)
class Schedule:
    """`delays` are the waits after the first, second… failed attempt; after the last one it is given up."""

    delays: tuple[timedelta, ...]

    @property
    def most_attempts(self) -> int:
        return len(self.delays) + 1

    def next_attempt(self, attempts: int, now: datetime, asked: float | None = None) -> datetime | None:
        """Return when to try again after this many failed attempts, or None to give up; not before the seconds that the
        receiver has `asked` us to wait, within reason.
        """
        if attempts >= self.most_attempts:
            return None
        delay = self.delays[attempts - 1]
        return now + max(delay, min(timedelta(seconds=asked or 0), LONGEST_WAIT))


class Run:
    """One run of a worker, at most so many `seconds` long, so that receivers that take their time do not hold it.

    `resting` are the lanes (a channel, an endpoint) that nothing is tried on.
    """

    def __init__(self, seconds: float, resting: Iterable[Any] = ()) -> None:
        self.until = time.monotonic() + seconds
        self.resting = set(resting)
        self.tried = 0
        self._failures: Counter[Any] = Counter()

    @property
    def goes_on(self) -> bool:
        return self.tried < RUN_LIMIT and time.monotonic() < self.until

    def note(self, lane: Any, *, failed: bool) -> bool:
        """Count an attempt, and tell whether its lane rests from now on."""
        self.tried += 1
        self._failures[lane] = self._failures[lane] + 1 if failed else 0
        if self._failures[lane] < FAILURES_IN_A_ROW:
            return False
        self.resting.add(lane)
        return True
