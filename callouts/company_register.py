"""A waste producer as the public register of companies has it: the unit (underenhet) first, then the company.

`GET <url>/underenheter/<nine digits>` and `/enheter/<nine digits>` answer 200, 404 for one they do not have, 410 for
one that is deleted. https://data.brreg.no/enhetsregisteret/api/dokumentasjon/no/index.html
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from portal.clients.http import Unavailable, client
from portal.customers.clients.company_register import Company, read

# A person waits at a form they can also fill in by hand.
SECONDS = 3.0
LARGEST = 200_000
KINDS = ("underenheter", "enheter")


@dataclass(frozen=True)
class Unit:
    """What the register says of an organisation number; "" for what it does not say."""

    name: str
    address: str = ""
    postal_code: str = ""
    city: str = ""

    def as_fields(self) -> dict[str, str]:
        """Return values by the producer's fields, without the empty ones."""
        values = {"name": self.name, "address": self.address, "postal_code": self.postal_code, "city": self.city}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Found:
    """The unit, or None and why."""

    unit: Unit | None
    message: str = ""


def look_up(org_no: str) -> Found:
    """Ask the register about nine digits. Never raises: the form can be filled in by hand."""
    if not org_no:
        return Found(None, _("Write the organisation number first."))
    try:
        for kind in KINDS:
            if company := _ask(kind, org_no):
                return Found(Unit(company.name, company.address, company.postal_code, company.city.title()))
    except (Unavailable, ValueError):
        return Found(None, _("The register of companies does not answer. Write the name and the address yourself."))
    return Found(None, _("The register of companies has no such unit. Check the number, or write the name yourself."))


def _ask(kind: str, org_no: str) -> Company | None:
    register = client(
        "company-register", base_url=settings.COMPANY_REGISTER_URL, timeout=SECONDS, retries=0, max_bytes=LARGEST
    )
    answer = register.get(f"{kind}/{org_no}", headers={"Accept": "application/json"})
    if answer.status in {404, 410}:
        return None
    said = answer.json()
    # A unit has the address of the place, a company that of its business.
    if isinstance(said, dict) and "beliggenhetsadresse" in said:
        said = {**said, "forretningsadresse": said["beliggenhetsadresse"]}
    return read(said)
