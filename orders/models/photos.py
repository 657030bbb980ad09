"""Photos of a job, and the spot somebody marked on one."""

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.basket import BasketLine
from orders.models.order import OrderLine
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.models import TenantManager, TenantModel

IN_BASKET = models.Q(basket_line__isnull=False, order_line=None)
IN_ORDER = models.Q(basket_line=None, order_line__isnull=False)
PERCENT = (Decimal(0), Decimal(100))


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user: User, customer: Customer) -> Self:
        """Photos of the customer's orders, and of the person's own basket."""
        mine = models.Q(basket_line__basket__user=user, basket_line__basket__customer=customer)
        return self.filter(mine | models.Q(order_line__customer=customer)).select_related("file")


PhotoManager = TenantManager.from_queryset(PhotoQuerySet)


class Photo(TenantModel):
    """A photo that goes with a job from the basket into the order.

    `spot_x` and `spot_y` are where somebody tapped, in percent from the left and from the top: where a unit shall be
    moved to.
    """

    basket_line = models.ForeignKey(
        BasketLine, models.CASCADE, null=True, blank=True, related_name="photos", verbose_name=_("basket line")
    )
    order_line = models.ForeignKey(
        OrderLine, models.CASCADE, null=True, blank=True, related_name="photos", verbose_name=_("job")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    spot_x = models.DecimalField(_("marked, percent from the left"), max_digits=5, decimal_places=2, null=True)
    spot_y = models.DecimalField(_("marked, percent from the top"), max_digits=5, decimal_places=2, null=True)

    objects: "ClassVar[PhotoManager[Self]]" = PhotoManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.CheckConstraint(condition=IN_BASKET ^ IN_ORDER, name="photo_of_one_job"),
            models.CheckConstraint(
                condition=models.Q(spot_x=None, spot_y=None)
                | models.Q(spot_x__range=PERCENT, spot_y__range=PERCENT, spot_x__isnull=False, spot_y__isnull=False),
                name="photo_spot_in_percent",
            ),
        ]

    def __str__(self) -> str:
        return self.file.name

    @property
    def is_marked(self) -> bool:
        return self.spot_x is not None

    @property
    def left(self) -> str:
        """Return "34.50%", as an SVG takes it in every language."""
        return f"{self.spot_x}%"

    @property
    def top(self) -> str:
        return f"{self.spot_y}%"
