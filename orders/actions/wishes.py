"""What somebody asks for, before it is a line of a basket or a changed order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orders.jobs import Service
from orders.models import EquipmentType, Location, Placement, WasteType


@dataclass(frozen=True, kw_only=True)
class NewAddress:
    """An address that is not yet one of the customer's locations."""

    address: str
    postal_code: str
    city: str
    site_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A job somebody wants done: with a `placement`, or with a new unit of `equipment_type` to a `location` or to a
    `new_address`. `destination` and `destination_location` are for moves only, `quantity` for new units. `photos` are
    checked uploads to add, `kept_photos` the ids of those there were that stay. `keeps_waste`: of a job that is sent,
    the waste stays what it says.
    """

    service: Service
    waste_type: WasteType
    wanted_on: date
    placement: Placement | None = None
    equipment_type: EquipmentType | None = None
    location: Location | None = None
    new_address: NewAddress | None = None
    quantity: int = 1
    destination: str = ""
    destination_location: Location | None = None
    driver_note: str = ""
    invoice_reference: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    photos: Sequence[Any] = ()
    kept_photos: Collection[int] = ()
    keeps_waste: bool = False

    @property
    def job(self) -> dict[str, Any]:
        """What makes two wishes the same job: a double click must not order twice."""
        same = {"placement": self.placement, "service": self.service, "wanted_on": self.wanted_on}
        return same if self.placement else {**same, **self._new_unit, "waste_type": self.waste_type}

    @property
    def details(self) -> dict[str, Any]:
        return {**self._new_unit, "waste_type": self.waste_type, **self.changeable}

    @property
    def changeable(self) -> dict[str, Any]:
        """What can be changed in an order that is sent, besides date and waste type."""
        return {
            "quantity": self.quantity,
            "destination": self.destination,
            "destination_location": self.destination_location,
            "driver_note": self.driver_note,
            "invoice_reference": self.invoice_reference,
            "contact_name": self.contact_name,
            "contact_phone": self.contact_phone,
        }

    @property
    def _new_unit(self) -> dict[str, Any]:
        new = self.new_address
        return {
            "new_equipment_type": self.equipment_type,
            "new_location": self.location,
            "new_address": new.address if new else "",
            "new_postal_code": new.postal_code if new else "",
            "new_city": new.city if new else "",
            "new_site_name": new.site_name if new else "",
        }
