"""Which files nothing points at, and which content has no file."""

import itertools
from collections.abc import Iterator
from datetime import datetime

from django.core.files.storage import default_storage
from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet

from portal.files.models import ORPHANED_AFTER, StoredFile
from portal.tenancy.models import current_tenant

AT_ONCE = 500


def orphans(now: datetime) -> QuerySet[StoredFile]:
    """Return old files that no row of any table points at."""
    files = StoredFile.objects.old(now)
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            rows = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            files = files.filter(~Exists(rows))
    return files.order_by("pk")


def lost_content(now: datetime) -> Iterator[str]:
    """Yield the locations of the current tenant's content that is old and has no row."""
    for batch in _batches(_locations(current_tenant().slug)):
        known = set(StoredFile.objects.filter(location__in=batch).values_list("location", flat=True))
        for location in batch:
            if location not in known and default_storage.get_modified_time(location) < now - ORPHANED_AFTER:
                yield location


def _locations(folder: str) -> Iterator[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(names):
        yield f"{folder}/{name}"
    for name in sorted(folders):
        yield from _locations(f"{folder}/{name}")


def _batches(locations: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(itertools.islice(locations, AT_ONCE)):
        yield batch
