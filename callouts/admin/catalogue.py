"""The catalogue in admin: what the company takes, rents out and sells, and in what."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from callouts.actions import catalogue
from callouts.models import CallOff, CallOffSettings, EwcCode, PackageType, Unit, WasteFraction
from portal.tenancy.admin import OneRowAdmin, TenantModelAdmin, column
from portal.tenancy.forms import TenantModelForm, TextsField
from portal.ui import formatting


class FractionForm(TenantModelForm[WasteFraction]):
    """Units and packages are ticked among those the company has."""

    allowed_units = forms.MultipleChoiceField(
        label=gettext_lazy("Allowed units"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: any unit."),
    )
    allowed_packages = forms.MultipleChoiceField(
        label=gettext_lazy("Allowed packages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: any package."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("allowed_units", Unit.objects.all())
        self._offer("allowed_packages", PackageType.objects.all())

    def _offer(self, name: str, things: Iterable[Unit | PackageType]) -> None:
        """A code that is on the waste and no longer among the company's stays there to be taken off."""
        names = {code: code for code in getattr(self.instance, name)} | {thing.code: str(thing) for thing in things}
        field = self.fields[name]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = list(names.items())

    class Meta:
        model = WasteFraction
        exclude = ["tenant"]


@admin.register(WasteFraction)
class WasteFractionAdmin(TenantModelAdmin[WasteFraction]):
    form = FractionForm
    list_display = [
        "article_no",
        "name",
        "service",
        "category",
        "codes",
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

    @admin.display(description=gettext_lazy("codes"), ordering="ewc_code")
    def codes(self, fraction: WasteFraction) -> str:
        """As the customer reads them: the EAL code and the number of the substance."""
        return ", ".join(filter(None, [fraction.shown_ewc, fraction.waste_substance_no]))

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
    list_display = [
        "__str__",
        "code",
        "is_volume",
        column("most", gettext_lazy("largest quantity"), formatting.exact),
        "order",
    ]


@admin.register(PackageType)
class PackageTypeAdmin(TenantModelAdmin[PackageType]):
    form = PackageForm
    list_display = ["__str__", "code", "order"]


@admin.register(EwcCode)
class EwcCodeAdmin(TenantModelAdmin[EwcCode]):
    form = NamedForm
    list_display = ["code", "__str__", "is_hazardous"]
    list_filter = ["is_hazardous"]
    search_fields = ["code"]


class SettingsForm(TenantModelForm[CallOffSettings]):
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of service that are offered"),
        choices=CallOff.Service.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CallOffSettings
        exclude = ["tenant"]


@admin.register(CallOffSettings)
class CallOffSettingsAdmin(OneRowAdmin[CallOffSettings]):
    form = SettingsForm
    list_display = ["__str__", "approves_producers", "shortest_declaration_no", "longest_declaration_no"]
