"""The forms of the pages, posted as a browser posts them."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.orders.makers import FRIDAY, Site


def add_url(site: Site, job: str) -> str:
    return f"{reverse('orders:add', args=[site.location.pk])}?unit={site.unit.number}&job={job}"


def post_job(client: Client, site: Site, *, job: str = "empty", follow: bool = False, **fields: Any) -> Any:
    """Add a job to the basket: emptying on Friday, unless other fields are given."""
    defaults = {"day": FRIDAY, "waste_type": site.unit.waste_type_id, "driver_note": "", "invoice_reference": ""}
    values = {name: str(value) for name, value in {**defaults, **fields}.items()}
    return client.post(add_url(site, job), values, follow=follow)


def key_on(page: str) -> str:
    """Return the name of the contents in the basket page's form."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    return found[1] if found else ""


def send(client: Client, *, follow: bool = False) -> Any:
    """Open the basket and press Send."""
    key = key_on(client.get(reverse("orders:basket")).content.decode())
    return client.post(reverse("orders:send"), {"key": key}, follow=follow)
