"""Makers of outages, notices, reported hazards and people whom they touch; the scope of their tenant must be open."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from outages.actions import notices
from outages.actions.outages import save_outage
from outages.models import DutyContact, Notice, Outage
from portal.accounts.models import User
from portal.customers.models import Customer
from tests import factories
from tests.metering import factories as meters

REPORT = "/outages/report/"
ClientFor = Callable[..., Client]


def in_hours(hours: float) -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(hours=hours)


def outage(**fields: Any) -> Outage:
    """A power cut for an hour now, in 1489, unless told otherwise."""
    defaults: dict[str, Any] = {"kind": "outage", "area_name": "Solvika", "starts_at": in_hours(-1)}
    area = {"postal_codes", "streets", "grid_stations", "gsrns"}
    if not area & fields.keys():
        defaults["postal_codes"] = ["1489"]
    return save_outage(outage=None, fields=defaults | fields, by=None)


def planned(**fields: Any) -> Outage:
    return outage(**{"kind": "planned", "starts_at": in_hours(72), "expected_at": in_hours(74), **fields})


def home(serial: int = 0, *, owner: dict[str, Any] | None = None, **place: Any) -> tuple[User, Customer]:
    """A person with a mobile, who owns a customer with an installation."""
    person = factories.user(phone=f"+4791{serial:06d}", **(owner or {}))
    firm = factories.customer(email=f"firm{serial}@example.com")
    factories.membership(person, firm)
    meters.holding(firm, meters.point(serial, **place))
    return person, firm


def duty(**fields: Any) -> DutyContact:
    return DutyContact.objects.create(**{"name": "Vakta", "phone": "+4791234599", **fields})


def tell(outage: Outage) -> Notice | None:
    """Order the notice and let the worker do all its pieces."""
    notice = notices.tell(outage=Outage.objects.get(pk=outage.pk), by=None)
    if notice:
        work(notice)
    return notice


def work(notice: Notice, pieces: int = 50) -> None:
    for _ in range(pieces):
        if not notices.work_on(notice.pk):
            break


# Hazards ---------------------------------------------------------------------------------------------


def picture(name: str = "mast.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (40, 30), "#c0ffee").save(out, kind, exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), f"image/{kind.lower()}")


def own_place(client: Client) -> str:
    """Return what the form calls the person's first installation."""
    return str(client.get(REPORT).context["form"].fields["place"].choices[0][0])


def shown(client: Client) -> dict[str, Any]:
    """Open the form and return what it sends along unseen."""
    form = client.get(REPORT).context["form"]
    return {name: str(form[name].value()) for name in ("submission_key", "stamp") if name in form.fields}


def send(client: Client, clock: time_machine.Traveller | None = None, **fields: Any) -> Any:
    """Open the form, fill it in for as long as a person takes, and send it."""
    unseen = shown(client)
    if clock:
        clock.shift(20)
    data = {"kind": "mast", "address": "Strandgata 5", **unseen, **fields}
    return client.post(REPORT, data)
