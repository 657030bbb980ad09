"""What a grid company decides about its outages."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import OneRow, TenantModel, current_tenant


class OutageSettings(OneRow):
    """No row: as the defaults say."""

    duty_phone = models.CharField(_("duty phone"), max_length=20, blank=True, help_text=_("Answered day and night."))
    planned_notice_hours = models.PositiveSmallIntegerField(
        _("notice of planned work (hours)"),
        default=48,
        validators=[MaxValueValidator(24 * 60)],
        help_text=_("How long before planned work customers must be told. Staff are warned when it is shorter."),
    )
    contact_days = models.PositiveSmallIntegerField(
        _("contacts are kept (days)"),
        default=365,
        validators=[MinValueValidator(30), MaxValueValidator(10 * 365)],
        help_text=_("How long it is kept whom a notice went to, and who reported a hazard without an account."),
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("outage settings")
        verbose_name_plural = _("outage settings")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_row_of_outage_settings")]

    def __str__(self) -> str:
        return gettext("Outage settings")

    @property
    def phone(self) -> str:
        """The number to call about danger: the duty's, else customer service's."""
        return self.duty_phone or current_tenant().phone
