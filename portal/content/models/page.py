"""Static pages: privacy, accessibility, terms, and whatever else a tenant wants to say."""

from collections.abc import Mapping
from typing import ClassVar, Self

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantManager, TenantModel


class Page(TenantModel):
    """A page in each language. `body` is plain text in the markup of portal.content.markup."""

    slug = models.SlugField(_("short name"))
    title = models.JSONField(_("title"), default=dict, help_text=_("By language."))
    body = models.JSONField(_("text"), default=dict, help_text=_("By language."))

    objects: "ClassVar[TenantManager[Self]]" = TenantManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")
        constraints = [models.UniqueConstraint(fields=["tenant", "slug"], name="one_page_per_slug")]

    def __str__(self) -> str:
        return self.title_text or self.slug

    @property
    @admin.display(description=_("title"))
    def title_text(self) -> str:
        return self.tenant.text(self.title)

    @property
    def body_text(self) -> str:
        """The body in the active language, with the tenant's own names in place: {company}, {phone}, {email}."""
        return filled(self.tenant.text(self.body), self._names())

    def _names(self) -> dict[str, str]:
        tenant = self.tenant
        return {"company": tenant.legal_name, "phone": tenant.phone, "email": tenant.email}


def filled(text: str, names: Mapping[str, str]) -> str:
    """Put names in for {name}. Not str.format: a brace that staff write must stay what it is."""
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text
