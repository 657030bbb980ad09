"""Filling, changing and emptying a basket."""

import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from orders.actions.photos import set_photos
from orders.actions.wishes import Wish
from orders.models import Basket, BasketLine, Photo
from portal.accounts.models import User
from portal.customers.models import Customer

OF_A_UNIT = ("placement_id", "service", "wanted_on")
OF_A_NEW_UNIT = (
    *("new_equipment_type_id", "new_location_id", "new_address", "new_postal_code", "new_city", "new_site_name"),
    "waste_type_id",
)
# An order is sent in one go, and each job may have photos.
MOST_LINES = 100


class BasketFull(Exception):
    """There are MOST_LINES jobs in the basket; nothing was added."""


def locked_basket(user: User, customer: Customer) -> Basket:
    """Return the person's basket, locked until the transaction ends; it is made when there is none yet."""
    Basket.objects.get_or_create(user=user, customer=customer)
    return Basket.objects.select_for_update().get(user=user, customer=customer)


def contents_changed(basket: Basket) -> None:
    """Give the contents a new name, so that a send of the old ones is recognised."""
    basket.submission_key = uuid.uuid4()
    basket.save(update_fields=["submission_key"])


@transaction.atomic
def add_to_basket(*, customer: Customer, by: User, wish: Wish) -> BasketLine:
    """Add a job to the person's basket. The same job again (unit, service and date) replaces the first.

    Raises BasketFull past MOST_LINES.
    """
    basket = locked_basket(by, customer)
    kept = BasketLine.objects.filter(basket=basket).kept()
    line, is_new = kept.update_or_create(basket=basket, **wish.job, defaults=wish.details)
    if is_new and kept.count() > MOST_LINES:
        raise BasketFull
    set_photos(line, kept=wish.kept_photos, added=wish.photos, by=by)
    contents_changed(basket)
    return line


@transaction.atomic
def change_line(*, line: BasketLine, by: User, wish: Wish) -> BasketLine:
    """Change a line to another wish. Raises BasketLine.DoesNotExist when it has left the basket meanwhile."""
    basket = locked_basket(by, line.basket.customer)
    kept = BasketLine.objects.filter(basket=basket).kept()
    line = kept.get(pk=line.pk)
    kept.filter(**wish.job).exclude(pk=line.pk).delete()
    for name, value in {**wish.job, **wish.details}.items():
        setattr(line, name, value)
    line.save()
    set_photos(line, kept=wish.kept_photos, added=wish.photos, by=by)
    contents_changed(basket)
    return line


@transaction.atomic
def remove_line(*, line: BasketLine, by: User) -> None:
    """Take a line out of the basket; one that is gone already stays gone. It can be put back for a while."""
    basket = locked_basket(by, line.basket.customer)
    if BasketLine.objects.filter(pk=line.pk, basket=basket).kept().update(removed_at=timezone.now()):
        contents_changed(basket)


@transaction.atomic
def restore_line(*, line: BasketLine, by: User) -> BasketLine:
    """Put a line back that was taken out; the same job added meanwhile gives way to it.

    Raises BasketLine.DoesNotExist when there is nothing to put back any more, and BasketFull past MOST_LINES.
    """
    basket = locked_basket(by, line.basket.customer)
    line = BasketLine.objects.taken_out_by(by, basket.customer).select_for_update(of=("self",)).get(pk=line.pk)
    BasketLine.objects.filter(basket=basket, **_job_of(line)).kept().delete()
    line.removed_at = None
    line.save(update_fields=["removed_at"])
    if BasketLine.objects.filter(basket=basket).kept().count() > MOST_LINES:
        raise BasketFull
    contents_changed(basket)
    return line


def _job_of(line: BasketLine) -> dict[str, Any]:
    """Return what makes another line the same job, as `Wish.job` does of a wish."""
    names = OF_A_UNIT if line.placement_id else OF_A_UNIT + OF_A_NEW_UNIT
    return {name: getattr(line, name) for name in names}


@transaction.atomic
def mark_spot(*, photo: Photo, x: Decimal, y: Decimal, by: User) -> Photo:
    """Mark on a photo in the person's basket where a unit shall be moved to; a job has one such mark.

    `x` and `y` are percent from the left and the top; what lies outside is moved to the edge. Raises Photo.DoesNotExist
    when its line has left the basket meanwhile.
    """
    line = photo.basket_line
    if line is None:
        raise Photo.DoesNotExist
    basket = locked_basket(by, line.basket.customer)
    photo = Photo.objects.get(pk=photo.pk, basket_line__in=BasketLine.objects.filter(basket=basket).kept())
    Photo.objects.filter(basket_line=line).update(spot_x=None, spot_y=None)
    photo.spot_x, photo.spot_y = _within(x), _within(y)
    photo.save(update_fields=["spot_x", "spot_y"])
    contents_changed(basket)
    return photo


def _within(percent: Decimal) -> Decimal:
    return max(Decimal(0), min(Decimal(100), percent)).quantize(Decimal("0.01"))
