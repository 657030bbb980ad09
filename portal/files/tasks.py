"""Scanning, and the sweep: what a lost wake-up left unscanned, and what nothing points at."""

import logging

from celery import shared_task
from django.core.files.storage import default_storage
from django.utils import timezone

from portal.files import actions, queries, scanner
from portal.files.clients.clamd import ScannerUnavailable
from portal.files.models import StoredFile
from portal.tenancy.models import current_tenant
from portal.tenancy.scope import tenant_transaction
from portal.tenancy.tasks import TenantTask, send_for_each_tenant

logger = logging.getLogger(__name__)
# One run; the next sweep goes on.
MOST_AT_ONCE = 1000
RESCAN_SECONDS = 300.0


@shared_task(base=TenantTask, atomic=False)
def scan(pk: int) -> None:
    """Scan a waiting file. A scanner that is down leaves it waiting, for the sweep to try again."""
    with tenant_transaction(current_tenant()):
        stored = StoredFile.objects.waiting().filter(pk=pk).first()
    if stored is None:
        return
    try:
        with default_storage.open(stored.location) as content:
            finding = scanner.finding_in(content)
    except ScannerUnavailable as error:
        logger.warning("File %s waits: %s", pk, error)
        return
    except FileNotFoundError:
        logger.exception("File %s has no content", pk)
        with tenant_transaction(current_tenant()):
            actions.record_lost(stored=stored)
        return
    with tenant_transaction(current_tenant()):
        actions.record_scan(stored=stored, finding=finding)


@shared_task(base=TenantTask)
def rescan() -> None:
    """Have scanned what waits; where there is no scanner, let through what need not wait."""
    if not scanner.is_configured():
        actions.release_waiting()
        return
    for pk in StoredFile.objects.waiting().order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]:
        # What no worker has come to by the next round is sent again in it: nothing heaps up behind a slow scanner.
        scan.apply_async([pk], expires=RESCAN_SECONDS)


@shared_task
def rescan_all_tenants() -> None:
    """Every five minutes: send one `rescan` for each active tenant where files wait. A scanner that does not answer is
    asked here, once a round and with no transaction open.
    """
    if scanner.is_configured() and not scanner.answers():
        logger.warning("Files wait: the scanner does not answer")
        return
    send_for_each_tenant(rescan, where=lambda: StoredFile.objects.waiting().exists())


@shared_task
def sweep_all_tenants() -> None:
    send_for_each_tenant(sweep)


@shared_task(base=TenantTask)
def sweep() -> int:
    """Remove files that nothing points at within a day, and content that has no file; returns how many. Looks for what
    was lost.
    """
    now = timezone.now()
    count = 0
    for stored in StoredFile.objects.lost().order_by("pk"):
        actions.find_again(stored=stored)
    for stored in queries.orphans(now)[:MOST_AT_ONCE]:
        actions.delete(stored=stored, by=None)
        count += 1
    for location in list(queries.lost_content(now)):
        actions.remove_content(location)
        count += 1
    return count
