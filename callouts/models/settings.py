"""What a tenant has decided about its call-offs."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from callouts.models.call_off import CallOff
from callouts.rules.facts import Limits
from portal.tenancy.models import OneRow, TenantModel


def all_services() -> list[str]:
    return [service.value for service in CallOff.Service]


class CallOffSettings(OneRow):
    """One row a tenant; without it the defaults hold."""

    services = ArrayField(
        models.CharField(max_length=15, choices=CallOff.Service.choices),
        verbose_name=_("kinds of service that are offered"),
        default=all_services,
    )
    approves_producers = models.BooleanField(
        _("approve new waste producers"),
        default=False,
        help_text=_("A producer that a customer registers cannot be called off for until staff have approved it."),
    )
    delivery_place = models.TextField(
        _("where customers deliver and fetch themselves"),
        max_length=300,
        blank=True,
        help_text=_("Address and opening hours. Customers see it when they choose to deliver or fetch themselves."),
    )
    shortest_declaration_no = models.PositiveSmallIntegerField(
        _("fewest digits of a declaration number"), default=5, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    longest_declaration_no = models.PositiveSmallIntegerField(
        _("most digits of a declaration number"), default=15, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )

    in_words: ClassVar[dict[str, tuple[str, Any]]] = {
        "declaration_no_has_a_length": (
            "longest_declaration_no",
            _("The most digits cannot be fewer than the fewest."),
        ),
    }

    class Meta(TenantModel.Meta):
        verbose_name = _("settings for call-offs")
        verbose_name_plural = _("settings for call-offs")
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="one_row_of_call_off_settings"),
            models.CheckConstraint(
                condition=models.Q(shortest_declaration_no__lte=models.F("longest_declaration_no")),
                name="declaration_no_has_a_length",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def limits(self) -> Limits:
        return Limits(
            shortest_declaration_no=self.shortest_declaration_no, longest_declaration_no=self.longest_declaration_no
        )
