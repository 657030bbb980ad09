"""What somebody wants done, the same in the basket and in an order."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.jobs import Service
from orders.models.places import Location
from portal.tenancy.models import TenantModel

NOTE_LENGTH = 1000
REFERENCE_LENGTH = 60
DESTINATION_LENGTH = 200
CONTACT_LENGTH = 80
# More units than this in one order is a talk with the company, or a slip of the finger.
MOST_UNITS = 50
MOST_PHOTOS = 3


class WantedJob(TenantModel):
    """The fields a basket line and an order line have in common."""

    wanted_on = models.DateField(_("wanted date"))
    quantity = models.PositiveSmallIntegerField(
        _("number of units"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_UNITS)]
    )
    # For moves: the new spot in words, another address of the customer's, or both. A marked photo may say it instead.
    destination = models.CharField(_("where to"), max_length=DESTINATION_LENGTH, blank=True)
    destination_location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("moved to the address")
    )
    driver_note = models.CharField(_("information for the driver"), max_length=NOTE_LENGTH, blank=True)
    invoice_reference = models.CharField(_("order reference"), max_length=REFERENCE_LENGTH, blank=True)
    contact_name = models.CharField(_("contact on site"), max_length=CONTACT_LENGTH, blank=True)
    contact_phone = models.CharField(_("phone on site"), max_length=16, blank=True)

    class Meta(TenantModel.Meta):
        abstract = True

    @property
    def contact(self) -> str:
        """Return "Magnus Tveiten, 912 34 567", or what there is of it."""
        from portal.ui import formatting

        phone = formatting.phone(self.contact_phone) if self.contact_phone else ""
        return ", ".join(filter(None, [self.contact_name, phone]))

    @property
    def is_marked_on_photo(self) -> bool:
        """Whether the new spot of a move is marked on one of the photos."""
        photos: Any = getattr(self, "photos")  # noqa: B009  (of the job's own kind, in photos.py)
        return any(photo.is_marked for photo in photos.all())


def one_or_more(name: str, delivery: models.Q) -> models.CheckConstraint:
    """A constraint: 1 to MOST_UNITS units, and several only of new ones, since one that stands there is one."""
    in_range = models.Q(quantity__range=(1, MOST_UNITS))
    return models.CheckConstraint(condition=in_range & (models.Q(quantity=1) | delivery), name=name)


def only_when_moved(name: str, move: models.Q) -> models.CheckConstraint:
    """A constraint: where to is said of moves only."""
    nowhere = models.Q(destination="", destination_location=None)
    return models.CheckConstraint(condition=nowhere | move, name=name)


IS_DELIVERY = models.Q(service=Service.DELIVER)
IS_MOVE = models.Q(service=Service.RELOCATE)
