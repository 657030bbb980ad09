"""What staff answer: producers that wait for approval, authorizations to declare, questions about waste."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callouts import actions
from callouts.models import ChangeRequest, DeclarationAuthorization, FractionRequest, LoadCarrier, WasteProducer
from portal.admin_site import MenuPlace, WorkQueue
from portal.tenancy import customer_lists
from portal.tenancy.admin import ReadOnlyAdmin, TenantModelAdmin, column
from portal.tenancy.forms import TenantModelForm
from portal.ui import formatting
from portal.ui.fields import OrgNoField

ACCEPT, REFUSE = "accepted", "refused"


class AnswerForm(TenantModelForm[Any]):
    """Accept or refuse, with a reason for the latter."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        required=False,
        choices=[("", gettext_lazy("Not yet")), (ACCEPT, gettext_lazy("Accept")), (REFUSE, gettext_lazy("Refuse"))],
    )
    answer_reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("The customer reads it."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("answer") == REFUSE and not data.get("answer_reason"):
            self.add_error("answer_reason", _("Say why, so that the customer can put it right."))
        return data


class ProducerForm(AnswerForm):
    """A producer as staff see it. Its owner may give it another number meanwhile, which takes a new approval."""

    org_no = OrgNoField(label=gettext_lazy("organisation number"))
    # The organisation number and the state that were on the page.
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "seen" in self.fields and self.instance.pk:
            self.fields["seen"].initial = _as_seen(self.instance)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.instance.pk:
            # Locked until all is saved.
            now = WasteProducer.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
            if data.get("seen") and data["seen"] != _as_seen(now):
                self._refuse(now)
            elif self._is_taken(now):
                self.add_error("name", _("The customer has a producer of this name and organisation number already."))
        return data

    def _is_taken(self, now: WasteProducer) -> bool:
        """Tell whether it would be another one's twin. The form's own check leaves it out: the customer is no field."""
        kept = {name: getattr(now, name) for name in ("customer", "org_no", "name")}
        kept |= {name: self.cleaned_data.get(name, was) for name, was in kept.items() if name in self.changed_data}
        return WasteProducer.objects.filter(**kept).exclude(pk=now.pk).exists()

    def _refuse(self, now: WasteProducer) -> None:
        """Say how it is now. What was written stays on the page: the next save is meant."""
        self.data = {**self.data.dict(), "seen": _as_seen(now)}  # type: ignore[attr-defined]  # posted
        text = _(
            "It was changed meanwhile: the organisation number is now %(number)s, the state “%(state)s”. Look at it, "
            "and save once more if you mean it."
        )
        said = {"number": formatting.org_no(now.org_no), "state": now.get_state_display()}
        self.add_error(None, text % said)


def _as_seen(producer: WasteProducer) -> str:
    return f"{producer.org_no} {producer.state}"


@admin.register(WasteProducer)
class WasteProducerAdmin(TenantModelAdmin[WasteProducer]):
    menu_place = MenuPlace.WORK
    form = ProducerForm
    list_display = [
        "name",
        column("org_no", gettext_lazy("organisation number"), formatting.org_no),
        "customer",
        "state",
        "may_declare",
        "is_active",
    ]
    list_filter = ["state", "is_active", customer_lists.of("customer")]
    list_select_related = ["customer"]
    search_fields = ["name", "org_no", "customer__name"]
    autocomplete_fields = ["customer"]
    ordering = ["name"]
    # The period comes from the authorizations that are accepted.
    readonly_fields = ["state", "refusal", "registered_by", "declare_from", "declare_to"]
    fields = [
        "seen",
        *("customer", "name", "short_name", "org_no", ("address", "postal_code", "city")),
        *(("declare_from", "declare_to"), "is_active", ("state", "refusal", "registered_by")),
        ("answer", "answer_reason"),
    ]

    @admin.display(description=gettext_lazy("authorization to declare"), ordering="declare_to")
    def may_declare(self, producer: WasteProducer) -> str:
        """From when to when we may declare for it."""
        first, last = producer.declare_from, producer.declare_to
        if first and last:
            return formatting.day_range(first, last)
        return f"{formatting.day(first)} –" if first else ""

    def get_fields(self, request: HttpRequest, obj: WasteProducer | None = None) -> Any:
        """There is something to answer only while it waits."""
        fields = list(super().get_fields(request, obj))
        waits = obj is not None and obj.state == WasteProducer.State.WAITING
        return fields if waits else fields[:-1]

    def get_readonly_fields(self, request: HttpRequest, obj: WasteProducer | None = None) -> Any:
        """Call-offs are sent in for it: it stays its customer's."""
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "customer"] if obj else fields

    def save_model(self, request: Any, obj: WasteProducer, form: Any, change: bool) -> None:  # noqa: FBT001
        """Only what was changed on the page is saved: the rest may be older than what the owner has done since."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        given = {name: form.cleaned_data[name] for name in form.changed_data}
        if data := {name: value for name, value in given.items() if name in actions.ProducerData.__annotations__}:
            actions.change_producer(producer=obj, data=data, by=request.user, keeps_state=True)
        if "is_active" in given:
            actions.set_producer_in_use(producer=obj, in_use=given["is_active"], by=request.user)
        if answer := given.get("answer"):
            reason = form.cleaned_data["answer_reason"]
            actions.answer_producer(producer=obj, accepted=answer == ACCEPT, reason=reason, by=request.user)

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = WasteProducer.objects.filter(state=WasteProducer.State.WAITING).count()
        return self.waiting(gettext_lazy("Waste producers to approve"), count, order=22, query="state__exact=waiting")


@admin.register(DeclarationAuthorization)
class DeclarationAuthorizationAdmin(TenantModelAdmin[DeclarationAuthorization]):
    menu_place = MenuPlace.WORK
    form = AnswerForm
    list_display = ["producer", "customer", "valid_from", "valid_to", "state", "given_at"]
    list_filter = ["state"]
    list_select_related = ["producer__customer"]
    search_fields = ["producer__name", "producer__org_no", "producer__customer__name"]
    readonly_fields = [
        *("producer", "customer", "valid_from", "valid_to", "state", "given_by", "given_at"),
        *("answered_by", "answered_at", "reason"),
    ]
    fields = [
        *("producer", "customer", ("valid_from", "valid_to"), ("given_by", "given_at")),
        *(("state", "answered_by", "answered_at"), "reason", ("answer", "answer_reason")),
    ]

    @admin.display(description=gettext_lazy("customer"))
    def customer(self, authorization: DeclarationAuthorization) -> str:
        return str(authorization.producer.customer)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: DeclarationAuthorization | None = None) -> Any:
        fields = list(super().get_fields(request, obj))
        waits = obj is not None and obj.state == DeclarationAuthorization.State.OFFERED
        return fields if waits else fields[:-1]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        if answer := form.cleaned_data.get("answer"):
            reason = form.cleaned_data["answer_reason"]
            actions.answer_authorization(
                authorization=obj,
                accepted=answer == ACCEPT,
                reason=reason,
                by=request.user,  # type: ignore[arg-type]
            )

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = DeclarationAuthorization.objects.filter(state=DeclarationAuthorization.State.OFFERED).count()
        return self.waiting(gettext_lazy("Authorizations to declare"), count, order=23, query="state__exact=offered")


class QuestionAnswerForm(TenantModelForm[FractionRequest]):
    class Meta:
        model = FractionRequest
        fields = ["fraction", "answer"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("answer") and not data.get("fraction"):
            self.add_error("answer", _("Choose a fraction, or write an answer."))
        return data


@admin.register(FractionRequest)
class FractionRequestAdmin(TenantModelAdmin[FractionRequest]):
    menu_place = MenuPlace.WORK
    form = QuestionAnswerForm
    list_display = ["__str__", "customer", "asked_by", "asked_at", "state"]
    list_filter = ["state"]
    list_select_related = ["customer", "asked_by"]
    autocomplete_fields = ["fraction"]
    readonly_fields = ["customer", "description", "asked_by", "asked_at", "state", "answered_by", "answered_at"]
    fields = [
        *("customer", ("asked_by", "asked_at"), "description", "fraction", "answer"),
        ("state", "answered_by", "answered_at"),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: FractionRequest, form: Any, change: bool) -> None:  # noqa: FBT001
        data = form.cleaned_data
        actions.answer_question(
            question=obj,
            answer=data["answer"],
            fraction=data["fraction"],
            by=request.user,  # type: ignore[arg-type]
        )

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = FractionRequest.objects.waiting().count()
        return self.waiting(gettext_lazy("Questions about waste"), count, order=24, query="state__exact=waiting")


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnlyAdmin[ChangeRequest]):
    """The list leads to the call-off, where they are answered."""

    menu_place = MenuPlace.WORK
    list_display = ["which", "kind", "text", "customer", "shown_when", "state"]
    list_display_links = None
    list_filter = ["state", "kind"]
    list_select_related = ["call_off__customer", "asked_by"]
    ordering = ["asked_at", "pk"]

    @admin.display(description=gettext_lazy("call-off"), ordering="call_off__number")
    def which(self, asked: ChangeRequest) -> SafeString:
        address = reverse("admin:callouts_calloff_change", args=[asked.call_off_id])
        return format_html('<a href="{}">{}</a>', address, asked.call_off.shown_number)

    @admin.display(description=gettext_lazy("customer"))
    def customer(self, asked: ChangeRequest) -> str:
        return asked.call_off.customer.name

    @admin.display(description=gettext_lazy("asked"), ordering="asked_at")
    def shown_when(self, asked: ChangeRequest) -> str:
        day = formatting.short_day(formatting.local_day(asked.asked_at))
        return f"{day} {formatting.clock(asked.asked_at)}, {asked.asked_by}"

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return redirect("admin:callouts_calloff_change", found.call_off_id)

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        count = ChangeRequest.objects.waiting().count()
        return self.waiting(gettext_lazy("Wishes about call-offs"), count, order=21, query="state__exact=waiting")


@admin.register(LoadCarrier)
class LoadCarrierAdmin(ReadOnlyAdmin[LoadCarrier]):
    list_display = ["number", "customer", "shown_size", "used_at"]
    list_select_related = ["customer", "unit"]
    search_fields = ["number", "customer__name"]
    ordering = ["-used_at"]
    fields = ["number", "customer", "shown_size", "used_at"]
    readonly_fields = ["shown_size"]

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def shown_size(self, carrier: LoadCarrier) -> str:
        return f"{formatting.exact(carrier.size)} {carrier.unit or ''}".strip() if carrier.size is not None else ""
