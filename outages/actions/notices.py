"""Telling the customers that an outage touches: whom, in batches, and never twice.

A notice is a row; its recipients are collected once, and each is told in the transaction that marks it told. Staff stop
it between two batches and resume it where it was.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from outages.models import Notice, NoticeRecipient, Outage
from outages.rules.affected import Affected
from outages.rules.telling import WARNS, NoticeKind, has_grown, is_so, notice_for
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers import places
from portal.customers.models import Customer
from portal.customers.places import Place, Search
from portal.customers.queries import owners_of
from portal.notifications.actions import notify
from portal.notifications.models import Channel
from portal.notifications.phones import usable_mobile
from portal.tenancy.models import current_tenant
from portal.tenancy.tasks import send_on_commit

BATCH = 100
COLLECTED_AT_ONCE = 500
# After that a power cut that begins or ends is no news.
VALID_FOR = {
    NoticeKind.OUTAGE: timedelta(hours=6),
    NoticeKind.RESTORED: timedelta(hours=12),
    NoticeKind.WITHDRAWN: timedelta(hours=12),
}


@transaction.atomic
def tell(*, outage: Outage, by: User | None) -> Notice | None:
    """Order the notice that the outage as it is now calls for, or let the last one go on to those who came into the
    area since. Returns that notice; None when there is nobody (new) to tell.
    """
    # Of two who tell at once, the second sees what the first ordered.
    outage = Outage.objects.select_for_update().get(pk=outage.pk)
    if not outage.is_published:
        return None
    last = outage.notices.select_for_update(of=("self",)).order_by("-pk").first()
    kind = notice_for(outage.times, last=last.told if last else None, now=timezone.now())
    if kind is None:
        return last if last and _goes_on(last, outage, by) else None
    notice, is_new = Notice.objects.get_or_create(
        outage=outage,
        kind=kind,
        round=outage.version,
        defaults={"ordered_by": by, "starts_at": outage.starts_at, "expected_at": outage.expected_at},
    )
    if not is_new:
        return None
    _end_others(notice)
    audit.record(verb="outages.notice_ordered", by=by, obj=outage, data={"kind": kind.value})
    _wake(notice)
    return notice


def _goes_on(notice: Notice, outage: Outage, by: User | None) -> bool:
    """Let a notice reach whom it has not reached: the area has grown, or it was ended and is true again."""
    if not _is_so(notice, outage):
        return False
    is_wider = notice.kind in WARNS and notice.collected_at is not None and has_grown(outage.area, notice.area)
    if not is_wider and notice.state != Notice.State.ENDED:
        return False
    if is_wider:
        notice.collected_at = None
    # Whoever stopped it starts it again, too.
    is_stopped = notice.state == Notice.State.STOPPED
    if not is_stopped:
        notice.state, notice.worked_at = Notice.State.SENDING, timezone.now()
        audit.record(verb="outages.notice_sending", by=by, obj=notice, data={"sent": notice.sent})
        _wake(notice)
    notice.save(update_fields=["collected_at", "state", "worked_at"])
    return not is_stopped


def _is_so(notice: Notice, outage: Outage) -> bool:
    return outage.is_published and is_so(NoticeKind(notice.kind), outage.times, now=timezone.now())


def _end_others(notice: Notice) -> None:
    """What was being told is no longer so: whoever has not heard it yet need not. Waits for the batch under way, so
    that those it reaches are among the told.
    """
    for other in notice.outage.notices.select_for_update(of=("self",)).exclude(pk=notice.pk):
        if other.state in {Notice.State.SENDING, Notice.State.STOPPED}:
            _end(other)


def _end(notice: Notice) -> None:
    notice.state = Notice.State.ENDED
    notice.save(update_fields=["state"])
    said = {"sent": notice.sent, "total": notice.total}
    audit.record(verb="outages.notice_ended", by=None, obj=notice, data=said)


def _wake(notice: Notice) -> None:
    send_on_commit("outages.tasks.work_on_notice", notice.pk)


@transaction.atomic
def stop(*, notice: Notice, by: User) -> bool:
    """Stop sending after the batch that is under way. Returns False when it was not being sent."""
    return _turn(notice, Notice.State.SENDING, Notice.State.STOPPED, by)


@transaction.atomic
def resume(*, notice: Notice, by: User) -> bool:
    """Go on where it was stopped. Returns False when it was not stopped, or is no longer so: then it is ended."""
    kept = Notice.objects.select_for_update(of=("self",)).select_related("outage").get(pk=notice.pk)
    if kept.state == Notice.State.STOPPED and not _is_so(kept, kept.outage):
        _end(kept)
    done = _turn(notice, Notice.State.STOPPED, Notice.State.SENDING, by)
    if done:
        _wake(notice)
    return done


def _turn(notice: Notice, old: str, new: str, by: User) -> bool:
    kept = Notice.objects.select_for_update().get(pk=notice.pk)
    if kept.state != old:
        return False
    kept.state, kept.worked_at = new, timezone.now()
    kept.save(update_fields=["state", "worked_at"])
    audit.record(verb=f"outages.notice_{new}", by=by, obj=kept, data={"sent": kept.sent, "total": kept.total})
    return True


@transaction.atomic
def work_on(notice_pk: int) -> bool:
    """Do the next piece: collect the recipients, or tell a batch of them. Returns whether there is more to do.

    A notice that another worker holds is left to it; one that is no longer so is ended.
    """
    notice = Notice.objects.underway().select_for_update(skip_locked=True, of=("self",)).filter(pk=notice_pk).first()
    if notice is None:
        return False
    if not _is_so(notice, notice.outage):
        _end(notice)
        return False
    if notice.collected_at is None:
        _collect(notice)
    else:
        _tell_batch(notice)
    notice.worked_at = timezone.now()
    notice.save()
    return notice.state == Notice.State.SENDING


# Whom --------------------------------------------------------------------------------------------------


def touched(area: Affected) -> Iterator[tuple[int, Place]]:
    """Yield (customer's key, place) for every place in the area."""
    search = Search(postal_codes=area.all_postal_codes, grid_stations=area.grid_stations, gsrns=area.gsrns)
    return ((customer, place) for customer, place in places.found_by(search) if area.touches(place))


def count_touched(area: Affected) -> tuple[int, set[int]]:
    """Return how many places an area touches, and the keys of their customers."""
    found = list(touched(area))
    return len(found), {customer for customer, _ in found}


def customers_told(notice: Notice, among: set[int]) -> int:
    """Return how many customers a notice that was just ordered will reach; `among` are those its area touches."""
    if notice.kind in WARNS:
        return len(among - set(notice.recipients.exclude(told_at=None).values_list("customer", flat=True)))
    return _warned(notice).values("customer").distinct().count()


def _collect(notice: Notice) -> None:
    if notice.kind in WARNS:
        _find_recipients(notice)
    else:
        _copy_recipients(notice)
    waiting = notice.recipients.filter(told_at=None).count()
    notice.collected_at, notice.total = timezone.now(), notice.sent + waiting
    if not waiting:
        notice.state = Notice.State.DONE


def _find_recipients(notice: Notice) -> None:
    """Add those in the area; who is among them already is not added with another number."""
    notice.area = notice.outage.area
    there = set(notice.recipients.exclude(user=None).values_list("user", flat=True))
    firms = set(notice.recipients.filter(user=None).values_list("customer", flat=True))
    by_customer: dict[int, list[Place]] = {}
    for customer, place in touched(notice.outage.affected):
        by_customer.setdefault(customer, []).append(place)
    for chunk in _chunks(by_customer, COLLECTED_AT_ONCE):
        rows = [
            row
            for row in _recipients(notice, {pk: by_customer[pk] for pk in chunk})
            if (row.user_id not in there if row.user_id else row.customer_id not in firms)
        ]
        NoticeRecipient.objects.bulk_create(rows, ignore_conflicts=True)


def _warned(notice: Notice) -> QuerySet[NoticeRecipient]:
    """Those who were told that the power goes, since they were last told that it does not."""
    earlier = notice.outage.notices.filter(pk__lt=notice.pk)
    taken_back = earlier.exclude(kind__in=WARNS).order_by("-pk").values_list("pk", flat=True).first()
    return NoticeRecipient.objects.filter(
        notice__in=earlier.filter(kind__in=WARNS, pk__gt=taken_back or 0), told_at__isnull=False
    )


def _copy_recipients(notice: Notice) -> None:
    """That it is over, or called off, is for those who were told of it, wherever the area lies by now."""
    rows = [
        NoticeRecipient(
            notice=notice,
            customer_id=row.customer_id,
            user_id=row.user_id,
            contact=row.contact,
            place=row.place,
            others=row.others,
        )
        for row in _warned(notice).order_by("pk").iterator()
    ]
    NoticeRecipient.objects.bulk_create(rows, ignore_conflicts=True, batch_size=COLLECTED_AT_ONCE)


def _chunks(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(keys)
    while chunk := list(islice(rest, size)):
        yield chunk


def _recipients(notice: Notice, by_customer: dict[int, list[Place]]) -> Iterator[NoticeRecipient]:
    """The customer's owners; where it has none, the customer's own address."""
    owners = owners_of(by_customer)
    for customer in Customer.objects.filter(pk__in=by_customer).order_by("pk"):
        where = by_customer[customer.pk]
        common = {"notice": notice, "customer": customer, "place": where[0].street[:200], "others": len(where) - 1}
        for user in owners.get(customer.pk, []):
            yield NoticeRecipient(user=user, contact=_contact(user.phone, user.email), **common)
        if customer.pk not in owners and (contact := _contact(customer.phone, customer.email)):
            yield NoticeRecipient(contact=contact, **common)


def _contact(phone: str, email: str) -> str:
    return usable_mobile(phone) or email.lower()


# Telling -----------------------------------------------------------------------------------------------


def _tell_batch(notice: Notice) -> None:
    waiting = notice.recipients.filter(told_at=None).select_related("customer", "user").order_by("pk")
    batch = list(waiting[:BATCH])
    for recipient in batch:
        _tell_one(notice, recipient)
    now = timezone.now()
    NoticeRecipient.objects.filter(pk__in=[recipient.pk for recipient in batch]).update(told_at=now)
    notice.sent += len(batch)
    if len(batch) < BATCH or notice.sent >= notice.total:
        # Some may be gone since they were counted: a customer, or somebody who closed the account.
        notice.state, notice.total = Notice.State.DONE, notice.sent


def _tell_one(notice: Notice, recipient: NoticeRecipient) -> None:
    outage, kind = notice.outage, NoticeKind(notice.kind)
    notify(
        event=f"outages.{kind.value}",
        key=f"outages.notice:{notice.pk}:{recipient.pk}",
        user=recipient.user,
        customer=None if recipient.user else recipient.customer,
        channels=(Channel.SMS,),
        valid_for=VALID_FOR.get(kind),
        context={
            "outage": outage,
            "place": recipient.place or outage.area_name,
            "others": recipient.others,
            "url": current_tenant().absolute_url(reverse("outages:outage", args=[outage.pk])),
        },
    )
