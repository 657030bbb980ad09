"""What people choose about their installations: names of their own, and which one they see first."""

from django.db import transaction

from metering.models import InstallationName, MeteringPoint, PreferredInstallation
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.customers.models import Customer


@transaction.atomic
def name_installation(*, customer: Customer, point: MeteringPoint, name: str, by: User) -> None:
    """Call an installation something; an empty name takes the old one away."""
    name = " ".join(name.split())
    if name:
        InstallationName.objects.update_or_create(customer=customer, metering_point=point, defaults={"name": name})
    else:
        InstallationName.objects.filter(customer=customer, metering_point=point).delete()
    audit.record(verb="metering.named", by=by, obj=point, customer=customer, data={"name": name})


@transaction.atomic
def prefer_installation(*, customer: Customer, point: MeteringPoint, by: User) -> None:
    """Let a user see this installation first."""
    PreferredInstallation.objects.update_or_create(user=by, customer=customer, defaults={"metering_point": point})
