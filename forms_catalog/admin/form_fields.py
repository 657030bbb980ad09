"""What staff write a form with."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forms_catalog.models import FormField, ServiceForm
from forms_catalog.rules.conditions import Unreadable, parse
from forms_catalog.rules.definition import RESERVED, Kind
from forms_catalog.rules.problems import NOT_UNDERSTOOD
from portal.content.admin_forms import BodyWidget, LeadWidget
from portal.customers.models import Customer
from portal.tenancy.admin import LabelledFormSet
from portal.tenancy.forms import LinesField, TenantModelForm, TextsField

CHOICE = re.compile(r"(?:([a-z0-9_-]{1,40})\s*:\s+)?([^|].*)")
NAME_LENGTH = 40


class ChoicesField(forms.CharField):
    """A line for each choice: "Felle", or "fell: Felle | Felle | Fell". Cleans to [[short name, texts by language], …].

    Without a short name of its own, a choice has one made of its words.
    """

    widget = forms.Textarea(attrs={"rows": 3, "cols": 60})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        codes = [code for code, _name in settings.LANGUAGES]
        return "\n".join(_written(name, [texts.get(code, "") for code in codes]) for name, texts in value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != list(initial or []))
        except ValidationError:
            return True

    def to_python(self, value: Any) -> Any:
        return [self._choice(line.strip()) for line in (value or "").splitlines() if line.strip()]

    def _choice(self, line: str) -> list[Any]:
        match = CHOICE.fullmatch(line)
        if match is None:
            said = {"line": line[:60], "example": "Felle | Felle | Fell"}
            raise ValidationError(_("“%(line)s” is not understood. Write for example: %(example)s.") % said)
        texts = [text.strip()[:120] for text in match[2].split("|")]
        codes = [code for code, _name in settings.LANGUAGES]
        if len(texts) > len(codes):
            raise ValidationError(_("There are three languages; this line has more: %(line)s.") % {"line": line[:60]})
        return [
            match[1] or plain(texts[0]) or "choice",
            {code: text for code, text in zip(codes, texts, strict=False) if text},
        ]

    def validate(self, value: Any) -> None:
        if len(value) > 60:
            raise ValidationError(_("At most 60 choices."))

    def run_validators(self, value: Any) -> None:
        """What there is to check of a line is checked when it is read."""


def _written(name: str, texts: list[str]) -> str:
    """Return a choice as staff write it: no more than there is to say."""
    while len(texts) > 1 and not texts[-1]:
        texts = texts[:-1]
    words = " | ".join(texts)
    return words if name == plain(texts[0]) else f"{name}: {words}"


def plain(words: str) -> str:
    """Return words in small letters, digits and _; "" when nothing is left."""
    for letter, latin in (("æ", "ae"), ("ø", "o"), ("å", "a")):
        words = words.lower().replace(letter, latin)
    return slugify(words).replace("-", "_")[: NAME_LENGTH - 10].strip("_")


def short_name(words: str) -> str:
    """Return words as the short name of a question, a letter first."""
    return plain(words).lstrip("_0123456789")


def readable_condition(text: str) -> str:
    """Return a condition as it was written, tidied. Raises ValidationError when it is none."""
    try:
        parse(text.strip())
    except Unreadable as error:
        raise ValidationError(NOT_UNDERSTOOD % {"part": error}) from error
    return text.strip()


class ServiceFormForm(TenantModelForm[ServiceForm]):
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("Part of the form's address. Empty: made of the title. Not changed once published."),
    )
    title = TextsField(label=gettext_lazy("Title"), max_length=100)
    lead = TextsField(
        label=gettext_lazy("What it is for"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("One sentence, for the list of forms."),
    )
    intro = TextsField(
        label=gettext_lazy("Introduction"),
        required=False,
        widget=BodyWidget,
        max_length=10_000,
        help_text=gettext_lazy("Stands above the first page. Of HTML, what could run is taken out."),
    )
    submit_label = TextsField(
        label=gettext_lazy("Text of the button"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("On the page where people look over their answers. Empty: “Send the form”."),
    )
    after = TextsField(
        label=gettext_lazy("After sending"),
        required=False,
        widget=LeadWidget,
        max_length=2000,
        help_text=gettext_lazy("What happens next, and how long it takes. Stands on the receipt."),
    )
    recipients = LinesField(
        line=validate_email,
        label=gettext_lazy("Told by e-mail"),
        help_text=gettext_lazy(
            "Colleagues' addresses, one a line. Other systems are told by a webhook (forms.submitted)."
        ),
    )
    urgent_if = forms.CharField(
        label=gettext_lazy("Urgent if"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Such as: shock = yes. Staff see it first then, and the duty is alerted at once."),
    )
    customer_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("For which customers"),
        choices=Customer.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: for all."),
    )
    publish_it = forms.BooleanField(
        label=gettext_lazy("Publish now"),
        required=False,
        help_text=gettext_lazy(
            "Customers see it at once. Without a tick it is kept as a working copy, and they see what they saw before."
        ),
    )

    class Meta:
        model = ServiceForm
        fields = [
            "slug",
            "title",
            "lead",
            "intro",
            "submit_label",
            "after",
            "recipients",
            "customer_kinds",
            "urgent_if",
            "order",
        ]

    def clean_urgent_if(self) -> str:
        return readable_condition(self.cleaned_data["urgent_if"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "slug" in self.fields and not cleaned.get("slug") and "slug" not in self.errors:
            title = next(iter((cleaned.get("title") or {}).values()), "")
            cleaned["slug"] = short_name(title).replace("_", "-") or "form"
        return cleaned


class FieldForm(TenantModelForm[FormField]):
    name = forms.CharField(
        label=gettext_lazy("Short name"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("For conditions and other systems. Empty: made of the words."),
    )
    label = TextsField(label=gettext_lazy("Words"), max_length=200, required=False)
    help = TextsField(label=gettext_lazy("Help"), max_length=500, required=False)
    choices = ChoicesField(
        label=gettext_lazy("Choices"),
        required=False,
        help_text=gettext_lazy(
            "For “one of several”, a line each: Yes please, or in three languages: Bokmål | Nynorsk | English."
        ),
    )
    show_if = forms.CharField(
        label=gettext_lazy("Asked only if"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy(
            "Depends on a choice or a yes or no before it: own_property = yes. Several with “and” and “or”."
        ),
    )
    minimum = forms.DecimalField(
        label=gettext_lazy("Smallest"),
        required=False,
        max_digits=12,
        decimal_places=2,
        help_text=gettext_lazy("Number: its value. Text: how many characters. Date: days from today, 0 is today."),
    )
    maximum = forms.DecimalField(
        label=gettext_lazy("Largest"),
        required=False,
        max_digits=12,
        decimal_places=2,
        help_text=gettext_lazy("As the smallest. Files: how many."),
    )
    shape = forms.CharField(
        label=gettext_lazy("Written as"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Short text only: # is a digit, @ a letter, all else itself. Empty: anything."),
    )

    class Meta:
        model = FormField
        fields = [
            *("order", "kind", "name", "label", "help", "is_required", "choices", "show_if"),
            *("minimum", "maximum", "shape"),
        ]

    def clean_show_if(self) -> str:
        return readable_condition(self.cleaned_data["show_if"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("name") and "name" not in self.errors:
            cleaned["name"] = self._name_of(cleaned)
        if cleaned.get("kind") == Kind.CHOICE and "choices" not in self.errors and len(cleaned["choices"]) < 2:
            self.add_error("choices", _("Give at least two to choose from."))
        return cleaned

    def _name_of(self, cleaned: dict[str, Any]) -> str:
        name = short_name(next(iter((cleaned.get("label") or {}).values()), ""))
        if name in RESERVED:
            return f"{name}_1"
        return name or f"{cleaned.get('kind', 'text')}_{self.prefix.rpartition('-')[2] if self.prefix else 1}"


class FieldFormSet(LabelledFormSet[FormField, ServiceForm]):
    """The questions of a form; no two may have the same short name."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if not form.instance.pk:
            # A question that is added later stands last, also one that the script makes of the empty form.
            orders = self._orders
            place = 10 if index is None else index - len(orders) + 1
            form.fields["order"].initial = max(orders, default=0) + place * 10

    @cached_property
    def _orders(self) -> list[int]:
        return [one.order for one in self.get_queryset()] if self.instance.pk else []

    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            name = form.cleaned_data.get("name") if hasattr(form, "cleaned_data") else None
            if not name or form.cleaned_data.get("DELETE") or not (form.has_changed() or form.instance.pk):
                continue
            if name in seen:
                form.add_error("name", _("Another question has this short name."))
            seen.add(name)
