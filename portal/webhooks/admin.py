"""Where other systems want to be told, and what became of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal import registry
from portal.leaving.admin import LeavableAdmin, WaitsFilter
from portal.tenancy.admin import TenantModelAdmin, confirmed_action
from portal.tenancy.forms import LinesField, TenantModelForm
from portal.tenancy.models import Tenant, current_tenant
from portal.webhooks import events
from portal.webhooks.actions import leave, ping, renew_secret, resend
from portal.webhooks.models import WebhookDelivery, WebhookEndpoint, event_or_all

SENT_AGAIN = ngettext_lazy("%(count)d delivery is sent again.", "%(count)d deliveries are sent again.", "count")
NOT_SENT_AGAIN = ngettext_lazy(
    "%(count)d delivery is not sent again: it has been taken, or is on its way.",
    "%(count)d deliveries are not sent again: they have been taken, or are on their way.",
    "count",
)


def events_of(tenant: Tenant) -> list[tuple[str, str]]:
    """Return the names and labels of what a tenant with these modules can be told of."""
    found = events.offered().items()
    return [(name, str(label)) for name, label in found if registry.is_offered(name.partition(".")[0], tenant)]


class EndpointForm(TenantModelForm[WebhookEndpoint]):
    url = forms.URLField(
        label=_("Address"), max_length=500, assume_scheme="https", help_text=_("Where it is sent: https://…")
    )
    events = LinesField(label=_("Events"), rows=4, line=event_or_all)

    class Meta:
        model = WebhookEndpoint
        fields = ["url", "description", "events", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].help_text = format_html(
            "{}<br>{}",
            _("One a line; orders.* stands for all that begin so. Empty: all events."),
            format_html_join(mark_safe("<br>"), "<code>{}</code> {}", events_of(current_tenant())),
        )

    def clean_url(self) -> str:
        """What is told is personal data, so it goes encrypted; in development a receiver may be on this machine."""
        url = str(self.cleaned_data["url"])
        if not url.startswith("https://") and (settings.PRODUCTION or not url.startswith("http://")):
            raise ValidationError(_("Write an address that begins with https://."))
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(TenantModelAdmin[WebhookEndpoint]):
    """Where data is sent; the secret is shown here."""

    form = EndpointForm
    administrators_only = True
    deletable = True
    list_display = ["__str__", "url", "wanted", "is_active", "created_at"]
    list_filter = ["is_active"]
    readonly_fields = ["secret", "created_at"]
    actions = ["try_out", "new_secret"]

    def get_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> Any:
        fields = ["url", "description", "events", "is_active"]
        return [*fields, "secret", "created_at"] if obj else fields

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What was sent to it goes with it, though nobody may delete that by itself."""
        listed, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return listed, counts, set(), protected

    @admin.display(description=_("events"))
    def wanted(self, endpoint: WebhookEndpoint) -> str:
        return ", ".join(map(events.label_of, endpoint.events)) or str(_("all"))

    @admin.action(description=_("Send a test"), permissions=["change"])
    def try_out(self, request: Any, queryset: QuerySet[WebhookEndpoint]) -> None:
        for endpoint in queryset:
            ping(endpoint=endpoint, by=request.user)
        self.message_user(request, _("A test is on its way. See what became of it under Webhook deliveries."))

    @confirmed_action(
        description=_("Give a new secret"),
        question=_(
            "What is sent from now on is signed with a new secret. A receiver that does not know it refuses it."
        ),
    )
    def new_secret(self, request: Any, queryset: QuerySet[WebhookEndpoint]) -> None:
        for endpoint in queryset:
            renew_secret(endpoint=endpoint, by=request.user)
        self.message_user(request, _("The new secret is on the webhook’s page. The receiver must know it at once."))


class WhatFilter(admin.SimpleListFilter):
    """What is told of, in words."""

    title = _("what")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return events_of(current_tenant())

    def queryset(self, request: HttpRequest, queryset: "QuerySet[WebhookDelivery]") -> "QuerySet[WebhookDelivery]":
        return queryset.filter(event=self.value()) if self.value() else queryset


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(LeavableAdmin[WebhookDelivery]):
    waiting_label, waiting_order = _("Webhooks that were not taken"), 91
    list_display = ["created_at", "what", "endpoint", "state", "attempts", "status", "response", "next_attempt_at"]
    list_filter = [WaitsFilter, "state", WhatFilter, "endpoint", "created_at"]
    list_select_related = ["endpoint"]
    search_fields = ["key", "=reference"]
    ordering = ["-created_at", "-pk"]
    actions = ["send_again", "leave"]
    fields = [
        "what",
        "endpoint",
        ("state", "attempts"),
        ("status", "response"),
        ("created_at", "delivered_at", "next_attempt_at"),
        ("event", "key"),
        "reference",
        "body",
    ]
    readonly_fields = ["what"]

    @admin.display(description=_("what"), ordering="event")
    def what(self, delivery: WebhookDelivery) -> str:
        return events.label_of(delivery.event)

    def leave_row(self, row: WebhookDelivery, by: Any) -> bool:
        return leave(delivery=row, by=by)

    @confirmed_action(
        description=_("Send again"),
        question=_("Those that were not taken are sent once more, with the same content."),
        permissions=("view",),
    )
    def send_again(self, request: Any, queryset: QuerySet[WebhookDelivery]) -> None:
        self.do_each(
            request, queryset, lambda delivery: resend(delivery=delivery, by=request.user), SENT_AGAIN, NOT_SENT_AGAIN
        )
