"""The forms in which staff publish an outage in seconds."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outages.models import DutyContact, Outage, OutageSettings, OutageUpdate
from outages.queries import overlapping
from outages.rules import affected
from outages.rules.phase import Phase
from outages.rules.problems import is_short_notice, problems_of, update_problems
from portal.customers.gsrn import validate_gsrn
from portal.tenancy.forms import LinesField, TenantModelForm, TextsField, TextsWidget
from portal.ui.fields import PhoneField, validate_postal_code

SOMEBODY_WAS_QUICKER = gettext_lazy(
    "Somebody changed this outage after you opened it. Open it anew, and write once more."
)


class ShortTextsWidget(TextsWidget):
    """A small box for each language."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.Textarea(attrs={"lang": code, "rows": 2, "class": "vLargeTextField"})
            for code, _ in settings.LANGUAGES
        }
        forms.MultiWidget.__init__(self, boxes, attrs)


# What the action keeps. The form's own list of fields is the admin's to change.
KEPT = (
    *("kind", "cause", "area_name", "starts_at", "expected_at", "restored_at", "message", "is_published"),
    *("postal_codes", "streets", "grid_stations", "gsrns"),
)


class OutageForm(TenantModelForm[Outage]):
    message = TextsField(
        label=gettext_lazy("What customers should know"),
        required=False,
        widget=ShortTextsWidget,
        max_length=1000,
        help_text=gettext_lazy("One language is enough when it is urgent."),
    )
    postal_codes = LinesField(
        label=gettext_lazy("Postal codes"), line=validate_postal_code, help_text=gettext_lazy("1489 1490")
    )
    streets = LinesField(
        label=gettext_lazy("Streets"),
        by_comma=False,
        rows=4,
        help_text=gettext_lazy("One a line: 1489 Bjørkehaugen 2-24. “even” or “odd” after the numbers, if only these."),
    )
    grid_stations = LinesField(
        label=gettext_lazy("Grid stations"), by_comma=False, help_text=gettext_lazy("One a line: NS 1042.")
    )
    gsrns = LinesField(label=gettext_lazy("Metering points"), help_text=gettext_lazy("18 digits each."))
    is_cancelled = forms.BooleanField(label=gettext_lazy("Called off"), required=False)
    tell = forms.BooleanField(
        label=gettext_lazy("Tell the customers it touches"),
        required=False,
        initial=True,
        help_text=gettext_lazy("By SMS or e-mail, as they have chosen; nobody is told the same twice."),
    )
    publish_anyway = forms.BooleanField(label=gettext_lazy("It is another one than those"), required=False)
    short_anyway = forms.BooleanField(label=gettext_lazy("Tell them all the same"), required=False)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Outage
        fields = KEPT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The Outage's area is checked by the field's own validators, so the model's are not lost.
        self.initial["seen_version"] = self.instance.version if self.instance.pk else None
        self.initial["is_cancelled"] = self.instance.cancelled_at is not None
        if not self.instance.pk:
            # Now, as it is told: nobody writes the second a power cut began.
            self.initial["starts_at"] = self.instance.starts_at.replace(second=0, microsecond=0)
        # What was taken before stays, right or wrong: who says that the power is back may not know a better one.
        there = frozenset(self.instance.gsrns)
        self.fields["gsrns"].line = lambda number: None if number in there else validate_gsrn(number)  # type: ignore[attr-defined]
        self.overlaps: list[Outage] = []
        # Asked only where there are some.
        for name in ("publish_anyway", "short_anyway"):
            self.fields[name].widget = forms.HiddenInput()

    def clean_streets(self) -> list[str]:
        wrong = [line for line in self.cleaned_data["streets"] if affected.street_of(line) is None]
        if wrong:
            raise ValidationError(
                _("Write postal code, street and numbers (1489 Bjørkehaugen 2-24), not “%(line)s”."),
                params={"line": wrong[0]},
            )
        return list(self.cleaned_data["streets"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._check_version(cleaned)
        if self.errors:
            return cleaned
        draft = self._draft(cleaned)
        for problem in problems_of(draft.times, draft.affected, now=timezone.now()):
            self.add_error(problem.field or None, problem.message)
        if not self.errors and draft.is_published and not cleaned.get("publish_anyway"):
            self._look_for_overlaps(draft)
        if not self.errors and draft.is_published and cleaned.get("tell") and not cleaned.get("short_anyway"):
            self._look_at_the_notice(draft)
        return cleaned

    def _check_version(self, cleaned: dict[str, Any]) -> None:
        if self.instance.pk and cleaned.get("seen_version") not in (
            None,
            Outage.objects.get(pk=self.instance.pk).version,
        ):
            self.add_error(None, SOMEBODY_WAS_QUICKER)

    def _draft(self, cleaned: dict[str, Any]) -> Outage:
        """The outage as it would be, not saved."""
        names = [name for name in KEPT if name in cleaned]
        draft = Outage(pk=self.instance.pk, **{name: cleaned[name] for name in names})
        draft.cancelled_at = self.cancelled_at
        return draft

    @property
    def cancelled_at(self) -> Any:
        if not self.cleaned_data.get("is_cancelled"):
            return None
        return self.instance.cancelled_at or timezone.now()

    def _look_for_overlaps(self, draft: Outage) -> None:
        self.overlaps = [] if self.instance.pk else overlapping(draft)
        if self.overlaps:
            self.fields["publish_anyway"].widget = forms.CheckboxInput()
            names = "; ".join(str(other) for other in self.overlaps[:3])
            text = _("This is registered already: %(names)s. Add an update there, or say that it is another one.")
            self.add_error("publish_anyway", ValidationError(text, params={"names": names}))

    def _look_at_the_notice(self, draft: Outage) -> None:
        """Ask before customers are told too late of planned work: a message cannot be taken back."""
        moved = not self.instance.pk or {"kind", "starts_at", "is_published"} & {*self.changed_data}
        now, hours = timezone.now(), OutageSettings.current().planned_notice_hours
        if moved and draft.phase(now) is Phase.COMING and is_short_notice(draft.times, hours=hours, now=now):
            self.fields["short_anyway"].widget = forms.CheckboxInput()
            text = _(
                "Customers must have %(hours)s hours' notice, and this is less. Choose a later time, or say that they "
                "are to be told all the same."
            )
            self.add_error("short_anyway", ValidationError(text, params={"hours": hours}))

    @property
    def fields_to_save(self) -> dict[str, Any]:
        kept = {name: self.cleaned_data[name] for name in KEPT}
        return {**kept, "cancelled_at": self.cancelled_at}

    def _get_validation_exclusions(self) -> set[str]:
        """The model's own check knows no number that is there already; the field has made it."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | {"gsrns"}

    def _post_clean(self) -> None:
        """The action writes a row of its own; the form's instance must not be changed before it."""
        before = {name: getattr(self.instance, name) for name in KEPT}
        super()._post_clean()
        if self.errors:
            for name, value in before.items():
                setattr(self.instance, name, value)


class DutyContactForm(TenantModelForm[DutyContact]):
    phone = PhoneField(label=gettext_lazy("mobile"), required=False)

    class Meta:
        model = DutyContact
        fields = ["name", "phone", "email", "is_active"]


class UpdateForm(TenantModelForm[OutageUpdate]):
    text = TextsField(label=gettext_lazy("Text"), max_length=500)

    class Meta:
        model = OutageUpdate
        fields = ["at", "text", "expected_at"]


class UpdateFormSet(BaseInlineFormSet[OutageUpdate, Outage, UpdateForm]):
    """Refuses updates that lie outside the outage, or two at one time."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        times = self.instance.times if self.instance.starts_at else None
        taken: list[Any] = []
        for form in self.forms:
            at, expected = form.cleaned_data.get("at"), form.cleaned_data.get("expected_at")
            if not at or form.cleaned_data.get("DELETE") or times is None:
                continue
            if form.has_changed():
                for problem in update_problems(times, at, expected=expected, taken=taken, now=timezone.now()):
                    form.add_error(problem.field, problem.message)
            taken.append(at)
