"""The catalogue in admin: what the company takes, rents out and sells, and in what."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callouts import catalogue
from callouts.models import CallOffSettings, EwcCode, PackageType, Unit, WasteFraction
from portal.tenancy.admin import OneRowAdmin, TenantModelAdmin
from portal.tenancy.forms import TenantModelForm, TextsField


class FractionForm(TenantModelForm[WasteFraction]):
    """Checks the codes against what the company has."""

    class Meta:
        model = WasteFraction
        exclude = ["tenant"]

    def clean_allowed_units(self) -> list[str]:
        return known(self.cleaned_data["allowed_units"], Unit.objects.values_list("code", flat=True))

    def clean_allowed_packages(self) -> list[str]:
        return known(self.cleaned_data["allowed_packages"], PackageType.objects.values_list("code", flat=True))


def known(codes: list[str], there: Any) -> list[str]:
    """Return the codes; raises ValidationError for one there is not."""
    found = set(there)
    if unknown := [code for code in codes if code not in found]:
        text = _("There is no %(code)s. There are %(known)s.")
        raise ValidationError(text, params={"code": unknown[0], "known": ", ".join(sorted(found))})
    return codes


@admin.register(WasteFraction)
class WasteFractionAdmin(TenantModelAdmin[WasteFraction]):
    form = FractionForm
    list_display = [
        "article_no",
        "name",
        "service",
        "category",
        "ewc_code",
        "waste_substance_no",
        "is_hazardous",
        "is_active",
    ]
    list_filter = ["is_active", "service", "is_hazardous", "is_radioactive", "declaration", "category"]
    search_fields = ["article_no", "name", "ewc_code", "waste_substance_no", "search_words"]
    ordering = ["name"]
    fieldsets = [
        (None, {"fields": ["article_no", "name", "service", "category", "search_words", "is_active"]}),
        (gettext_lazy("Codes"), {"fields": ["ns_group", "waste_substance_no", "ewc_code"]}),
        (
            gettext_lazy("Declaration"),
            {
                "fields": [
                    *("is_hazardous", "is_radioactive", "declaration"),
                    *("consistency", "packing_group", "un_number"),
                ]
            },
        ),
        (gettext_lazy("What it may come in"), {"fields": ["allowed_units", "allowed_packages"]}),
    ]

    def save_model(self, request: HttpRequest, obj: WasteFraction, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        catalogue.index_fractions([obj])


class NamedForm(TenantModelForm[Any]):
    name = TextsField(label=gettext_lazy("Name"))


class PackageForm(NamedForm):
    plural = TextsField(label=gettext_lazy("Name of several"))


@admin.register(Unit)
class UnitAdmin(TenantModelAdmin[Unit]):
    form = NamedForm
    list_display = ["code", "__str__", "is_volume", "most", "order"]


@admin.register(PackageType)
class PackageTypeAdmin(TenantModelAdmin[PackageType]):
    form = PackageForm
    list_display = ["code", "__str__", "order"]


@admin.register(EwcCode)
class EwcCodeAdmin(TenantModelAdmin[EwcCode]):
    form = NamedForm
    list_display = ["code", "__str__", "is_hazardous"]
    list_filter = ["is_hazardous"]
    search_fields = ["code"]


class SettingsForm(TenantModelForm[CallOffSettings]):
    class Meta:
        model = CallOffSettings
        exclude = ["tenant"]


@admin.register(CallOffSettings)
class CallOffSettingsAdmin(OneRowAdmin[CallOffSettings]):
    form = SettingsForm
    list_display = ["__str__", "approves_producers", "shortest_declaration_no", "longest_declaration_no"]
