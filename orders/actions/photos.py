"""Photos of a job."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import BigIntegerField, Case, Value, When

from orders.models import BasketLine, OrderLine, Photo
from orders.models.wanted import MOST_PHOTOS
from portal.accounts.models import User
from portal.files.actions import store


class TooManyPhotos(Exception):
    """More photos than a job may have; forms say so before."""


def set_photos(job: BasketLine | OrderLine, *, kept: Collection[int], added: Sequence[Any], by: User) -> None:
    """Keep these of a job's photos, by their ids, and store the new ones, in the caller's transaction.

    Raises TooManyPhotos past MOST_PHOTOS.
    """
    job.photos.exclude(pk__in=kept).delete()
    if job.photos.count() + len(added) > MOST_PHOTOS:
        raise TooManyPhotos
    for upload in added:
        job.photos.create(file=store(upload, by=by))


def hand_over(lines: Sequence[BasketLine], jobs: Sequence[OrderLine]) -> None:
    """Give the photos of sent lines to their jobs, in the same order, in one go."""
    to = Case(
        *(When(basket_line=line, then=Value(job.pk)) for line, job in zip(lines, jobs, strict=True)),
        output_field=BigIntegerField(),
    )
    Photo.objects.filter(basket_line__in=lines).update(order_line=to, basket_line=None)
