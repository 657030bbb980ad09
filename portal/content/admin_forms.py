"""The forms of what staff write: pages, news, grid areas."""

import json
import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import registry
from portal.content.models import GridArea, News, Page
from portal.content.models.area import validate_postal_range
from portal.customers.models import Customer
from portal.files.fields import FilesField
from portal.files.rules import IMAGES
from portal.tenancy.forms import TenantModelForm, TextsField, TextsWidget
from portal.tenancy.models import current_tenant


class LongTextsWidget(TextsWidget):
    """A large box for each language."""

    rows = 24

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.Textarea(attrs={"lang": code, "rows": self.rows, "class": "vLargeTextField"})
            for code, _ in settings.LANGUAGES
        }
        forms.MultiWidget.__init__(self, boxes, attrs)


class LeadWidget(LongTextsWidget):
    rows = 2


class BodyWidget(LongTextsWidget):
    """With buttons for what the text may hold (richtext.js, which the admin class brings); else it is typed."""

    rows = 12

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Tell the script what its buttons are called in the reader's language."""
        names = {
            "bold": _("Bold"),
            "italic": _("Italic"),
            "heading": _("Heading"),
            "paragraph": _("Paragraph"),
            "list": _("List"),
            "numbers": _("Numbered list"),
            "link": _("Link"),
            "all": _("Formatting"),
        }
        for box in self.widgets:
            box.attrs["data-richtext"] = json.dumps(names)
        return super().get_context(name, value, attrs)


class PageForm(TenantModelForm[Page]):
    title = TextsField(label=gettext_lazy("Title"))
    body = TextsField(
        label=gettext_lazy("Text"),
        widget=LongTextsWidget,
        max_length=20_000,
        help_text=gettext_lazy(
            "An empty line begins a new paragraph, “## ” a heading and “- ” a list. **Bold**, *italic*, "
            "[words](address). {company}, {phone} and {email} are filled in."
        ),
    )

    class Meta:
        model = Page
        fields = ["title", "body"]


class NewPageForm(PageForm):
    class Meta(PageForm.Meta):
        fields = ["slug", "title", "body"]


# What the action keeps. The form's own list of fields is the admin's to change.
KEPT = (
    *("title", "lead", "body", "picture_text", "is_published", "published_from", "published_to", "is_pinned"),
    *("areas", "customer_kinds", "modules"),
)


class NewsForm(TenantModelForm[News]):
    title = TextsField(label=gettext_lazy("Title"), max_length=120)
    lead = TextsField(
        label=gettext_lazy("Lead"),
        required=False,
        widget=LeadWidget,
        max_length=300,
        help_text=gettext_lazy("One or two sentences, for the list."),
    )
    body = TextsField(
        label=gettext_lazy("Text"),
        required=False,
        widget=BodyWidget,
        max_length=20_000,
        help_text=gettext_lazy(
            "The buttons write the marks for you: an empty line begins a new paragraph, “## ” a heading, “- ” a list, "
            "**bold**, *italic*, [words](address). HTML from elsewhere may stand beside them; what could run goes."
        ),
    )
    upload = FilesField(label=gettext_lazy("Picture"), rules=IMAGES, max_files=1)
    remove_picture = forms.BooleanField(label=gettext_lazy("Remove the picture"), required=False)
    picture_text = TextsField(label=gettext_lazy("What the picture shows"), required=False, max_length=200)
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Grid areas"), required=False, widget=forms.CheckboxSelectMultiple
    )
    customer_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Customer groups"),
        required=False,
        choices=Customer.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    modules = forms.MultipleChoiceField(
        label=gettext_lazy("Modules"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = News
        fields = KEPT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [group for group in registry.groups_of(current_tenant()) if group.name]
        self._offer("areas", [(area.slug, area.name) for area in GridArea.objects.shown()])
        self._offer("modules", [(group.name, group.label or group.name) for group in groups])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """What there is nothing of is not asked for."""
        field = self.fields.get(name)
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = choices
            if not choices:
                field.widget = forms.MultipleHiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("published_from"), cleaned.get("published_to")
        if first and last and last <= first:
            self.add_error("published_to", _("It cannot end before it begins: choose a later time."))
        has_picture = cleaned.get("upload") or (self.instance.picture_id and not cleaned.get("remove_picture"))
        if has_picture and not cleaned.get("picture_text") and "picture_text" not in self.errors:
            self.add_error("picture_text", _("Say in a few words what the picture shows, for those who cannot see it."))
        return cleaned

    @property
    def fields_to_save(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in KEPT}


class PostalCodesField(forms.CharField):
    """Postal codes and ranges, separated by commas, spaces or lines. Cleans to a list."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        found = re.split(r"[\s,;]+", (super().to_python(value) or "").replace("–", "-"))
        return list(dict.fromkeys(filter(None, found)))

    def run_validators(self, value: Any) -> None:
        for code in value:
            validate_postal_range(code)


class GridAreaForm(TenantModelForm[GridArea]):
    postal_codes = PostalCodesField(
        label=gettext_lazy("Postal codes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Single ones and ranges, separated by commas: 1489, 1500-1519."),
    )

    class Meta:
        model = GridArea
        fields = ["name", "slug", "price_area", "postal_codes", "order", "is_active"]

    def clean_postal_codes(self) -> list[str]:
        """No postal code may lie in two areas: nobody could say which one is right."""
        codes: list[str] = self.cleaned_data["postal_codes"]
        others = GridArea.objects.exclude(pk=self.instance.pk)
        ends = [end for code in codes for end in code.split("-")]
        for other in others:
            starts = [end for code in other.postal_codes for end in code.split("-")]
            if any(map(other.covers, ends)) or any(map(GridArea(postal_codes=codes).covers, starts)):
                raise ValidationError(_("Some of these lie in %(area)s already."), params={"area": other.name})
        return codes
