"""Where else customers of the company are served."""

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import OneRow, TenantModel


class ServiceSettings(OneRow):
    """Links of the page of customer service. No row: none."""

    chat_url = models.CharField(
        _("address of the chat"),
        max_length=300,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("Begins with https://. Empty: there is no chat."),
    )
    portal_url = models.CharField(
        _("address of another customer portal"),
        max_length=300,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("Where customers find what is not here. Begins with https://."),
    )
    strangers_kept_days = models.PositiveSmallIntegerField(
        _("days that enquiries of strangers are kept"),
        default=365,
        validators=[MinValueValidator(30), MaxValueValidator(3650)],
        help_text=_("What people wrote without signing in is deleted so many days after the last message."),
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("links of customer service")
        verbose_name_plural = _("links of customer service")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_row_of_service_settings")]

    def __str__(self) -> str:
        return gettext("Links of customer service")
