"""The import worker, and what beat starts. Each tenant's work is a task of its own."""

import logging
from collections.abc import Callable
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from metering import actions
from metering.models import ImportSettings
from portal.tenancy.tasks import TenantTask, send_for_each_tenant

logger = logging.getLogger(__name__)
MODULE = "grid"
# How many seconds a task of each minute may wait for a worker: the next is as good.
WORTH_WAITING = 55


@shared_task(base=TenantTask, atomic=False)
def read_upload(pk: int) -> None:
    """Read a file that staff handed in."""
    actions.read_upload(pk=pk)


@shared_task(base=TenantTask, atomic=False)
def read_folder() -> None:
    """Read the files in the tenant's folder."""
    try:
        actions.read_folder(root=Path(settings.METER_FILES_DIR))
    except OSError:
        logger.exception("The folder of meter files cannot be read")


@shared_task(base=TenantTask, atomic=False)
def take_in_parked() -> None:
    """Take in values whose metering point has appeared."""
    actions.take_in_parked(by=None)


@shared_task(base=TenantTask, atomic=False)
def add_up_holders() -> None:
    """Add up what those with very many installations had together, where it is not known any more."""
    actions.add_up_holders(today=timezone.now().date())


@shared_task(base=TenantTask)
def check_missing_values() -> None:
    """Look for yesterday's values, once it is nine."""
    actions.check_missing_values(now=timezone.now())


@shared_task(base=TenantTask, atomic=False)
def tidy() -> None:
    """Let go of what the tenant does not keep, and take in what has been parked without need.

    Each is for itself: what fails keeps none of the others from being done.
    """
    now = timezone.now()
    errors = []
    pieces: tuple[Callable[[], object], ...] = (
        lambda: actions.thin(today=now.date()),
        lambda: actions.take_in_parked(by=None),
        lambda: actions.forget_parked(now=now),
        lambda: actions.forget_uploads(now=now),
    )
    for piece in pieces:
        try:
            piece()
        except Exception as error:  # noqa: BLE001  (raised below)
            errors.append(error)
    if errors:
        raise ExceptionGroup("not all of the readings was tidied", errors)


@shared_task(base=TenantTask)
def sweep() -> None:
    """Look into the tenant's folder, and after files whose wake-up was lost."""
    if settings.METER_FILES_DIR and ImportSettings.current().watches_folder:
        # Those that pile up behind a long file have nothing left to do.
        read_folder.apply_async(expires=WORTH_WAITING)
    for pk in actions.give_up_lost_uploads(now=timezone.now()):
        read_upload.delay_on_commit(pk)


@shared_task
def sweep_all_tenants() -> None:
    """Every minute."""
    send_for_each_tenant(sweep, module=MODULE, expires=WORTH_WAITING)


@shared_task
def add_up_all_tenants() -> None:
    """Every five minutes, so that the pages of many installations are soon quick again. Later ones do the same."""
    send_for_each_tenant(add_up_holders, module=MODULE, expires=240)


@shared_task
def check_all_tenants() -> None:
    """Every quarter of an hour: it is nine somewhere."""
    send_for_each_tenant(check_missing_values, module=MODULE)


@shared_task
def tidy_all_tenants() -> None:
    """Every night: make the months ahead, drop the months past, then thin tenant by tenant."""
    actions.keep_months(today=timezone.now().date())
    send_for_each_tenant(tidy, module=MODULE)
